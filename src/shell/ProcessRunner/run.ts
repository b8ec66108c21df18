/**
 * One run of a process: what is due is sent until nothing is.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Issued, Process } from '../../Process.ts'
import { distinct, due } from '../../Process.ts'
import type { Instant, Recorded } from '../../Recorded.ts'
import type { CallOptions, EventStore } from '../../store/EventStore.ts'
import { bounded } from '../internal/bounded.ts'
import { worked } from '../internal/timeLimit.ts'
import type { CatchUpFailure, CatchUpOptions, Checkpoint } from '../Projector.ts'
import { catchUp } from '../Projector.ts'
import { left, right } from '../../internal/either.ts'

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

/** One run. `sent` are the ids that were sent before; those that it sends are added. */
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
      return right({ checkpoint, sent: done, failed, outstanding })
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

/** What came of sending, so that giving up can be told from a failure of `send` itself. */
const answerOf = async <F>(
  send: TaskEither<F, unknown>,
): Promise<Either<never, Either<F, unknown>>> => right(await send())

/** Whatever ends a run that has sent commands, they may have been carried out. */
const afterSending = (failure: CatchUpFailure): Either<CatchUpFailure, never> =>
  left(failure.type === 'GivenUp' ? { ...failure, outcome: 'Unknown' } : failure)
