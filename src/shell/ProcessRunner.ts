/**
 * Runs a process manager over a store: reads what has happened, issues what is outstanding and due, and
 * again until nothing is. `runProcess` does so once; `loopProcess` goes on until it is told to stop.
 *
 * `E` is the event, `S` the state of the process, `C` the command that it issues, `F` how carrying one
 * out fails.
 *
 * Laws:
 *
 * 1. a run that was broken off anywhere, and run again from any checkpoint before, leads to the events
 *    that an undisturbed run leads to, where `send` does nothing for an id it has carried out before
 * 2. a command that fails stays outstanding and holds up no other
 * 3. no id is sent twice in one run, nor in runs of one runner that overlap
 * 4. nothing is sent before it is due
 *
 * @since 0.1.0
 */
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { CallOptions } from '../store/EventStore.ts'
import { spanOf } from './internal/bounded.ts'
import { turns } from './internal/turns.ts'
import type { ProcessOptions, ProcessRun } from './ProcessRunner/run.ts'
import { run } from './ProcessRunner/run.ts'
import type { CatchUpFailure, Checkpoint } from './Projector.ts'
import { left } from '../internal/either.ts'

export type { WatchedStore } from './ProcessRunner/appends.ts'
export { watchAppends } from './ProcessRunner/appends.ts'
export type { LoopOptions } from './ProcessRunner/loop.ts'
export { loopProcess } from './ProcessRunner/loop.ts'
export type { ProcessOptions, ProcessRun, Unsent } from './ProcessRunner/run.ts'

/**
 * A process on its store. Runs that overlap take turns, and what one of them has sent the others do not
 * send again. The time limit of a run and its signal are handed to `send`, too.
 *
 * @category model
 * @since 0.1.0
 */
export type ProcessRunner<S, C, F> = (
  from: Checkpoint<S>,
  options?: CallOptions,
) => TaskEither<CatchUpFailure, ProcessRun<S, C, F>>

/**
 * Runs a process from a checkpoint until nothing is due that it has not sent. After a crash, run it
 * again from the last checkpoint that was kept, or from the beginning: what is outstanding is issued
 * again, under the same ids.
 *
 * @example
 *   import { orderEventCodec } from 'decider-ts/order/codec'
 *   import { fromPending } from 'decider-ts/Process'
 *   import { runProcess } from 'decider-ts/shell/ProcessRunner'
 *   import { withCodec } from 'decider-ts/store/Encoded'
 *   import { memoryStore } from 'decider-ts/store/Memory'
 *   import { isRight } from 'fp-ts/lib/Either.js'
 *   import { right } from 'fp-ts/lib/TaskEither.js'
 *   import assert from 'node:assert'
 *
 *   const process = fromPending({
 *     initialState: 0,
 *     evolve: (seen: number) => seen + 1,
 *     pending: (seen) => (seen === 0 ? [{ id: 'welcome', command: 'say hello' }] : []),
 *     isTerminal: () => false,
 *   })
 *   const store = withCodec(orderEventCodec)(memoryStore())
 *   const run = runProcess({ store, process, send: () => right('said'), now: Date.now })
 *   const first = await run({ position: 0, state: 0 })()
 *   assert.ok(isRight(first) && first.right.sent === 1)
 *
 * @category running
 * @since 0.1.0
 */
export const runProcess = <E, S, C, F>(
  options: ProcessOptions<E, S, C, F>,
): ProcessRunner<S, C, F> => {
  const runs = turns()
  /** What was sent since a run last began while no other was under way. */
  const sent = new Set<string>()
  let running = 0
  return (from, limits = {}) =>
    async () => {
      const span = spanOf(limits)
      if (running++ === 0) sent.clear()
      try {
        return span.told(
          await runs.take('', span.options, () => run(options, from, sent, span.options)),
        )
      } catch (cause) {
        return left({ type: 'Thrown', cause })
      } finally {
        running--
        span.end()
      }
    }
}
