/**
 * Runs a process manager on a store: reads the new events, sends the commands that are outstanding and due,
 * and repeats until none is. `runProcess` does this once; `loopProcess` continues until it is stopped; `keepProcess`
 * also keeps the checkpoint, and lets one of several programs run the process.
 *
 * `E` is the event, `S` the state of the process, `C` the command that it issues, `F` the failure of sending
 * one.
 *
 * Laws:
 *
 * 1. a run that was interrupted anywhere and repeated from any earlier checkpoint leads to the same events as
 *    an undisturbed run, provided `send` ignores ids that it has carried out before
 * 2. a command that fails stays outstanding and does not block others
 * 3. no id is sent twice in one run, nor in overlapping runs of one runner
 * 4. nothing is sent before it is due
 * 5. kept, a process has one owner at a time; whatever interrupts an owner, or delays it beyond its lease, the next
 *    ones send all that is outstanding
 *
 * @since 0.1.0
 */
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { CallOptions } from '../store/EventStore.ts'
import { spanOf } from './internal/bounded.ts'
import { turns } from './internal/turns.ts'
import type { ProcessOptions, ProcessRun } from './ProcessRunner/run.ts'
import { runOnce } from './ProcessRunner/run.ts'
import type { CatchUpFailure, Checkpoint } from './Projector.ts'
import { left } from '../internal/either.ts'

export type {
  CheckpointFailure,
  CheckpointsUnavailable,
  InvalidCheckpoint,
  ProcessCheckpoints,
  ProcessOwner,
  ProcessStatus,
  StoredCheckpoint,
  TakenProcess,
} from './ProcessRunner/checkpoints.ts'
export { watchAppends } from './ProcessRunner/appends.ts'
export { keepProcess } from './ProcessRunner/keep.ts'
export { loopProcess } from './ProcessRunner/loop.ts'
export type { ProcessOptions, ProcessRun } from './ProcessRunner/run.ts'

/**
 * Runs a process on its store. Overlapping runs take turns, and do not repeat what another of them has sent.
 * The time limit and the signal of a run apply to `send` too.
 *
 * @category model
 * @since 0.1.0
 */
export type ProcessRunner<S, C, F> = (
  from: Checkpoint<S>,
  options?: CallOptions,
) => TaskEither<CatchUpFailure, ProcessRun<S, C, F>>

/**
 * Runs a process from a checkpoint until everything due has been sent. After a crash, run it again from the
 * last stored checkpoint, or from the beginning: outstanding commands are sent again with the same ids.
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
  /** What the current overlapping runs have sent. */
  const sent = new Set<string>()
  let running = 0
  return (from, limits = {}) =>
    async () => {
      const span = spanOf(limits)
      if (running++ === 0) sent.clear()
      try {
        return span.told(
          await runs.take('', span.options, () => runOnce(options, from, sent, span.options)),
        )
      } catch (cause) {
        return left({ type: 'Thrown', cause })
      } finally {
        running--
        span.end()
      }
    }
}
