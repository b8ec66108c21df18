/**
 * Calls that end when their caller says so.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { CallOptions, GivenUp } from '../../store/EventStore.ts'
import { overdue, timeLimitOf, worked } from './timeLimit.ts'
import { left } from '../../internal/either.ts'

/** A timer takes no more than 31 bits of milliseconds, which are 24 days. */
const longestTimer = 0x7f_ff_ff_ff

/** What may store something once it has begun. */
const begun: ReadonlySet<GivenUp['operation']> = new Set(['append', 'send'] as const)

const givenUp = (
  operation: GivenUp['operation'],
  reason: GivenUp['reason'],
  outcome: GivenUp['outcome'],
  cause: unknown,
): Either<GivenUp, never> => left({ type: 'GivenUp', operation, reason, outcome, cause })

/**
 * Runs a call for no longer than its options allow. What is given up goes on in the background, and
 * its result is dropped. `outcome` is what is told of a call that had begun.
 */
export const bounded = <F, A>(
  operation: GivenUp['operation'],
  { signal, timeout }: CallOptions,
  run: () => Promise<Either<F, A>>,
  outcome: GivenUp['outcome'] = begun.has(operation) ? 'Unknown' : 'NotStored',
): Promise<Either<F | GivenUp, A>> => {
  if (signal === undefined && timeout === undefined) return run()
  // what never begins stores nothing
  const before = begun.has(operation) ? 'NotStored' : outcome
  if (signal?.aborted === true) {
    return Promise.resolve(givenUp(operation, 'Aborted', before, signal.reason))
  }
  const late = overdue(signal)
  if (late !== undefined) return Promise.resolve(givenUp(operation, 'Aborted', before, late))
  if (timeout !== undefined && !(timeout > 0)) {
    return Promise.resolve(givenUp(operation, 'TimedOut', before, undefined))
  }
  return new Promise((resolve, reject) => {
    const abort = (): void => end(givenUp(operation, 'Aborted', outcome, signal?.reason))
    const timer =
      timeout === undefined || timeout > longestTimer
        ? undefined
        : setTimeout(() => end(givenUp(operation, 'TimedOut', outcome, undefined)), timeout)
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
}

/** One time limit for several calls: what each of them is given, and how to end it. */
export interface Span {
  readonly options: CallOptions
  /** Says `TimedOut` where it was this span's own limit that ended a call, and what it passed in. */
  readonly told: <F extends { readonly type: string }, A>(answer: Either<F, A>) => Either<F, A>
  readonly end: () => void
}

/** No limit and no signal. */
export const unlimited: Span = { options: {}, told: (answer) => answer, end: () => {} }

/**
 * The span of a caller's options: from now on for `timeout` milliseconds, or until the signal is
 * aborted. It has to be ended, or its timer keeps a program running.
 */
export const spanOf = ({ signal, timeout }: CallOptions): Span => {
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
        ? // the same failure with other words for the same end
          left({
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
