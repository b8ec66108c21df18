/**
 * Time limits and abort signals for calls.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { CallOptions, GivenUp } from '../../store/EventStore.ts'
import { overdue, timeLimitOf, worked } from './timeLimit.ts'
import { left } from '../../internal/either.ts'

/** Timers are limited to 31 bits of milliseconds, 24 days; anything longer means no limit. */
export const longestTimer = 0x7f_ff_ff_ff

/** Operations that may store something once they have started. */
const storing: ReadonlySet<GivenUp['operation']> = new Set(['append', 'send'] as const)

export const givenUp = (
  operation: GivenUp['operation'],
  reason: GivenUp['reason'],
  outcome: GivenUp['outcome'],
  cause: unknown,
): Either<GivenUp, never> => left({ type: 'GivenUp', operation, reason, outcome, cause })

/** Whether a call waits as long as it takes. */
export const isUnlimited = ({ signal, timeout }: CallOptions): boolean =>
  signal === undefined && timeout === undefined

/**
 * Runs a call within the limits of its options. A call that is given up continues in the background, and its
 * result is dropped. `outcome` is the outcome of a call that is given up after it started.
 */
export const bounded = <F, A>(
  operation: GivenUp['operation'],
  options: CallOptions,
  run: () => Promise<Either<F, A>>,
  outcome: (() => GivenUp['outcome']) | GivenUp['outcome'] = storing.has(operation)
    ? 'Unknown'
    : 'NotStored',
): Promise<Either<F | GivenUp, A>> => {
  if (isUnlimited(options)) return run()
  const told = typeof outcome === 'function' ? outcome : () => outcome
  // a call that does not start stores nothing
  const before = storing.has(operation) ? 'NotStored' : told()
  const late = lateFor(operation, options, before)
  return late === undefined ? untilLimit(operation, options, run, told) : Promise.resolve(late)
}

/** The failure of a call whose limits have passed before it starts. */
const lateFor = (
  operation: GivenUp['operation'],
  { signal, timeout }: CallOptions,
  outcome: GivenUp['outcome'],
): Either<GivenUp, never> | undefined => {
  if (signal?.aborted === true) return givenUp(operation, 'Aborted', outcome, signal.reason)
  const late = overdue(signal)
  if (late !== undefined) return givenUp(operation, 'Aborted', outcome, late)
  return timeout !== undefined && !(timeout > 0)
    ? givenUp(operation, 'TimedOut', outcome, undefined)
    : undefined
}

const untilLimit = <F, A>(
  operation: GivenUp['operation'],
  { signal, timeout }: CallOptions,
  run: () => Promise<Either<F, A>>,
  outcome: () => GivenUp['outcome'],
): Promise<Either<F | GivenUp, A>> =>
  new Promise((resolve, reject) => {
    const abort = (): void => end(givenUp(operation, 'Aborted', outcome(), signal?.reason))
    const timer =
      timeout === undefined || timeout > longestTimer
        ? undefined
        : setTimeout(() => end(givenUp(operation, 'TimedOut', outcome(), undefined)), timeout)
    const clean = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    }
    const end = (answer: Either<F | GivenUp, A>): void => {
      clean()
      resolve(answer)
    }
    signal?.addEventListener('abort', abort)
    run().then(
      (answer) => {
        worked(signal, operation)
        end(answer)
      },
      (cause: unknown) => {
        clean()
        reject(cause)
      },
    )
  })

/** One time limit for several calls. */
export interface TimeSpan {
  /** For each call. */
  readonly options: CallOptions
  /** Corrects a failure that this limit caused: `TimedOut`, in the operation that was running then. */
  readonly told: <F extends { readonly type: string }, A>(answer: Either<F, A>) => Either<F, A>
  readonly end: () => void
}

export const unlimited: TimeSpan = { options: {}, told: (answer) => answer, end: () => {} }

/**
 * A time span of `timeout` milliseconds from now, which also ends when the signal is aborted. Call `end` on it,
 * or its timer keeps the program running.
 */
export const spanOf = ({ signal, timeout }: CallOptions): TimeSpan => {
  if (timeout === undefined || timeout > longestTimer) {
    return signal === undefined ? unlimited : { ...unlimited, options: { signal } }
  }
  const limit = new AbortController()
  const time = timeLimitOf(limit.signal, timeout, signal)
  const late = time.reason
  const abort = (): void => limit.abort(signal?.reason)
  if (signal?.aborted === true) abort()
  else if (!(timeout > 0)) limit.abort(late)
  signal?.addEventListener('abort', abort)
  const timer = setTimeout(() => limit.abort(late), timeout)
  return {
    options: { signal: limit.signal },
    told: (answer) => {
      if (answer._tag === 'Right' || answer.left.type !== 'GivenUp') return answer
      const failure: { readonly type: string; readonly cause?: unknown } = answer.left
      return failure.cause === late
        ? left({
            ...answer.left,
            ...(time.passedIn === undefined ? {} : { operation: time.passedIn }),
            reason: 'TimedOut',
            cause: undefined,
          })
        : answer
    },
    end: () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    },
  }
}
