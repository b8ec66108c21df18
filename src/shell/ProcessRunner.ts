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
import type { Either } from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Issued, Process } from '../Process.ts'
import { distinct, due } from '../Process.ts'
import type { Instant, Recorded } from '../Recorded.ts'
import type { CallOptions, EventStore } from '../store/EventStore.ts'
import { bounded, spanOf } from './internal/bounded.ts'
import type { CatchUpFailure, CatchUpOptions, Checkpoint } from './Projector.ts'
import { catchUp } from './Projector.ts'
import { worked } from './internal/timeLimit.ts'
import { turns } from './internal/turns.ts'

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
  readonly send: (issued: Issued<C>, options: CallOptions) => TaskEither<F, unknown>
  /** The clock by which commands are due, in milliseconds since 1970: `Date.now`. */
  readonly now: () => Instant
  /** How many commands one run tries to send at most. No bound by default. */
  readonly fuel?: number
  /** Which events are read. All by default. */
  readonly read?: Pick<CatchUpOptions, 'types' | 'categories' | 'pageSize'>
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
 * How far a run came: up to where it has read, how many commands it sent, which of them failed, and
 * what is outstanding at its end: what failed, what no event has acknowledged, what is not due yet, and
 * what there was no fuel for.
 *
 * @category model
 * @since 0.1.0
 */
export interface ProcessRun<out S, out C, out F> {
  readonly checkpoint: Checkpoint<S>
  /** Commands that were carried out; those that failed do not count. */
  readonly sent: number
  readonly failed: ReadonlyArray<Unsent<C, F>>
  readonly outstanding: ReadonlyArray<Issued<C>>
}

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
        return { _tag: 'Left', left: { type: 'Thrown', cause } }
      } finally {
        running--
        span.end()
      }
    }
}

/**
 * One run. `sent` are the ids that were sent before; those that it sends are added.
 *
 * @internal
 */
export const run = async <E, S, C, F>(
  { store, process, send, now, fuel = Infinity, read = {} }: ProcessOptions<E, S, C, F>,
  from: Checkpoint<S>,
  sent: Set<string>,
  call: CallOptions,
): Promise<Either<CatchUpFailure, ProcessRun<S, C, F>>> => {
  const readOn = catchUp(store, process, { ...read, ...call })
  const tried = new Set<string>()
  const failed: Array<Unsent<C, F>> = []
  let checkpoint = from
  let done = 0
  for (;;) {
    const caughtUp = await readOn(checkpoint)()
    if (caughtUp._tag === 'Left') return tried.size === 0 ? caughtUp : afterSending(caughtUp.left)
    checkpoint = caughtUp.right
    const called = due(process)(checkpoint.state, now())
    worked(call.signal, 'resume')
    const toSend = called
      .filter(({ id }) => !tried.has(id) && !sent.has(id))
      .slice(0, Math.max(0, fuel - tried.size))
    if (toSend.length === 0) {
      const outstanding = distinct(process.resume(checkpoint.state))
      return { _tag: 'Right', right: { checkpoint, sent: done, failed, outstanding } }
    }
    for (const issued of toSend) {
      tried.add(issued.id)
      const answered = await bounded('send', call, () => answerOf(send(issued, call)))
      if (answered._tag === 'Left')
        return done + failed.length === 0 ? answered : afterSending(answered.left)
      const outcome = answered.right
      if (outcome._tag === 'Left') failed.push({ issued, failure: outcome.left })
      else {
        sent.add(issued.id)
        done++
      }
    }
  }
}

/** Whatever ends a run that has sent commands, they may have been carried out. */
const afterSending = (failure: CatchUpFailure): Either<CatchUpFailure, never> => ({
  _tag: 'Left',
  left: failure.type === 'GivenUp' ? { ...failure, outcome: 'Unknown' } : failure,
})

/** What came of sending, so that giving up can be told from a failure of `send` itself. */
const answerOf = async <F>(
  send: TaskEither<F, unknown>,
): Promise<Either<never, Either<F, unknown>>> => ({ _tag: 'Right', right: await send() })
