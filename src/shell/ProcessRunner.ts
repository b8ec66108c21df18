/**
 * Runs a process manager over a store: reads what has happened, issues what is outstanding, and again
 * until nothing is.
 *
 * `E` is the event, `S` the state of the process, `C` the command that it issues, `F` how carrying one
 * out fails.
 *
 * Laws:
 *
 * 1. a run that was broken off anywhere, and run again from any checkpoint before, leads to the events
 *    that an undisturbed run leads to, where `send` does nothing for an id it has carried out before
 * 2. a command that fails stays outstanding and holds up no other
 * 3. no id is sent twice in one run
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Issued, Process } from '../Process.ts'
import type { Recorded } from '../Recorded.ts'
import type { EventStore, LoadFailure } from '../store/EventStore.ts'
import type { Checkpoint } from './Projector.ts'
import { catchUp } from './Projector.ts'
import type { Thrown } from './Thrown.ts'

/**
 * What a process runs on.
 *
 * @category model
 * @since 0.1.0
 */
export interface ProcessOptions<in out E, in out S, in out C, out F> {
  readonly store: EventStore<E>
  readonly process: Process<Recorded<E>, S, C>
  /** Carries a command out. Its id makes the commit id: carried out before, it does nothing. */
  readonly send: (issued: Issued<C>) => TaskEither<F, unknown>
  /** How many commands one run issues at most; no bound if left out. */
  readonly fuel?: number
}

/**
 * A command that could not be carried out, and why. It is outstanding still.
 *
 * @category model
 * @since 0.1.0
 */
export interface Unsent<out C, out F> {
  readonly issued: Issued<C>
  readonly failure: F
}

/**
 * How far a run came: up to where it has read, how many commands it has sent, which of them failed,
 * and what is outstanding at its end (what failed, what no event has acknowledged, and what there
 * was no fuel for).
 *
 * @category model
 * @since 0.1.0
 */
export interface ProcessRun<out S, out C, out F> {
  readonly checkpoint: Checkpoint<S>
  readonly sent: number
  readonly failed: ReadonlyArray<Unsent<C, F>>
  readonly outstanding: ReadonlyArray<Issued<C>>
}

/**
 * Runs a process from a checkpoint until nothing is outstanding that it has not sent. After a crash,
 * run it again from the last checkpoint that was kept, or from the beginning: what is outstanding is
 * issued again, under the same ids.
 *
 * @example
 *   import { eventCodec } from 'decider-ts/order/codec'
 *   import { fromPending } from 'decider-ts/Process'
 *   import { runProcess } from 'decider-ts/shell/ProcessRunner'
 *   import { withCodec } from 'decider-ts/store/EventStore'
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
 *   const store = withCodec(eventCodec)(memoryStore())
 *   const run = await runProcess({ store, process, send: () => right('said') })({ position: 0, state: 0 })()
 *   assert.ok(isRight(run) && run.right.sent === 1)
 *
 * @category running
 * @since 0.1.0
 */
export const runProcess =
  <E, S, C, F>({
    store,
    process,
    send,
    fuel = Infinity,
  }: ProcessOptions<E, S, C, F>): ((
    from: Checkpoint<S>,
  ) => TaskEither<LoadFailure | Thrown, ProcessRun<S, C, F>>) =>
  (from) =>
  async (): Promise<Either<LoadFailure | Thrown, ProcessRun<S, C, F>>> => {
    const read = catchUp(store, process)
    const sent = new Set<string>()
    const failed: Array<Unsent<C, F>> = []
    let checkpoint = from
    for (;;) {
      const caughtUp = await read(checkpoint)()
      if (caughtUp._tag === 'Left') return caughtUp
      checkpoint = caughtUp.right
      try {
        const outstanding = process.resume(checkpoint.state)
        const due = outstanding
          .filter(({ id }) => !sent.has(id))
          .slice(0, Math.max(0, fuel - sent.size))
        if (due.length === 0) {
          const run = { checkpoint, sent: sent.size, failed, outstanding }
          return { _tag: 'Right', right: run }
        }
        for (const issued of due) {
          sent.add(issued.id)
          const outcome = await send(issued)()
          if (outcome._tag === 'Left') failed.push({ issued, failure: outcome.left })
        }
      } catch (cause) {
        return { _tag: 'Left', left: { type: 'Thrown', cause } }
      }
    }
  }
