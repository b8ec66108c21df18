/**
 * One run of a process.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Issued, Process } from '../../Process.ts'
import { distinct, due } from '../../Process.ts'
import type { Instant, Recorded } from '../../Recorded.ts'
import type { CallOptions, EventStore, ReadOptions } from '../../store/EventStore.ts'
import { bounded } from '../internal/bounded.ts'
import { worked } from '../internal/timeLimit.ts'
import type { CatchUpFailure, Checkpoint } from '../Projector.ts'
import { catchUp } from '../Projector.ts'
import { left, right } from '../../internal/either.ts'

/**
 * Options of `runProcess`.
 *
 * @category model
 * @since 0.1.0
 */
export interface ProcessOptions<in out E, in out S, in out C, out F> {
  readonly store: EventStore<E>
  readonly process: Process<Recorded<E>, S, C>
  /** Carries a command out. Derive the commit id from its id, so that repeating it does nothing. */
  readonly send: (issued: Issued<C>, options: CallOptions) => TaskEither<F, unknown>
  /** The clock for due times, usually `Date.now`. */
  readonly now: () => Instant
  /** The maximum number of commands that one run tries to send. Defaults to no limit. */
  readonly fuel?: number
  /** Which events are read. Defaults to all. */
  readonly read?: Pick<ReadOptions, 'types' | 'categories'> & {
    /** Events per page. Defaults to 1,000. */
    readonly pageSize?: number | undefined
  }
}

/** A command that could not be sent, and why. It is still outstanding. */
export interface FailedCommand<out C, out F> {
  readonly issued: Issued<C>
  readonly failure: F
}

/**
 * The result of a run: how far it has read, how many commands it sent, which failed, and what is still
 * outstanding: commands that failed, were not acknowledged by an event, are not due yet, or exceeded `fuel`.
 *
 * @category model
 * @since 0.1.0
 */
export interface ProcessRun<out S, out C, out F> {
  readonly checkpoint: Checkpoint<S>
  /** The number of commands carried out; failed ones do not count. */
  readonly sent: number
  readonly failed: ReadonlyArray<FailedCommand<C, F>>
  readonly outstanding: ReadonlyArray<Issued<C>>
}

/** `sent` holds the ids that were sent before; those of this run are added. */
export const runOnce = async <E, S, C, F>(
  { store, process, send, now, fuel = Infinity, read = {} }: ProcessOptions<E, S, C, F>,
  from: Checkpoint<S>,
  sent: Set<string>,
  call: CallOptions,
): Promise<Either<CatchUpFailure, ProcessRun<S, C, F>>> => {
  const readOn = catchUp(store, process, { ...read, ...call })
  const tried = new Set<string>()
  const failed: Array<FailedCommand<C, F>> = []
  let checkpoint = from
  let done = 0
  for (;;) {
    const caughtUp = await readOn(checkpoint)()
    if (caughtUp._tag === 'Left') return tried.size === 0 ? caughtUp : outcomeUnknown(caughtUp.left)
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
      const answered = await bounded('send', call, () => sendResult(send(issued, call)))
      if (answered._tag === 'Left')
        return done + failed.length === 0 ? answered : outcomeUnknown(answered.left)
      const outcome = answered.right
      if (outcome._tag === 'Left') failed.push({ issued, failure: outcome.left })
      else {
        sent.add(issued.id)
        done++
      }
    }
  }
}

/** Wraps the result, so that giving up can be distinguished from a failure of `send` itself. */
const sendResult = async <F>(
  send: TaskEither<F, unknown>,
): Promise<Either<never, Either<F, unknown>>> => right(await send())

/** However a run ends that has sent commands, they may have been carried out. */
const outcomeUnknown = (failure: CatchUpFailure): Either<CatchUpFailure, never> =>
  left(failure.type === 'GivenUp' ? { ...failure, outcome: 'Unknown' } : failure)
