/**
 * What the engines share.
 *
 * @internal
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { CallOptions, GivenUp, ReadOptions, StoreUnavailable } from './EventStore.ts'

/** The answer of an engine that something else has failed. */
export const unavailable = (
  operation: StoreUnavailable['operation'],
  cause: unknown,
): Either<StoreUnavailable, never> => ({
  _tag: 'Left',
  left: { type: 'StoreUnavailable', operation, cause },
})

/** The whole number from 0 on that `slice` would take for it. */
export const whole = (n: number): number =>
  Math.min(Math.max(0, Math.trunc(n)), Number.MAX_SAFE_INTEGER) || 0

/**
 * Runs a call of a store for no longer than its options allow. What is given up goes on in the
 * background; its result is dropped.
 */
export const bounded = <F, A>(
  operation: GivenUp['operation'],
  { signal, timeout }: CallOptions,
  run: () => Promise<Either<F, A>>,
): Promise<Either<F | GivenUp, A>> => {
  const givenUp = (
    reason: GivenUp['reason'],
    outcome: GivenUp['outcome'],
  ): Either<GivenUp, never> => ({
    _tag: 'Left',
    left: { type: 'GivenUp', operation, reason, outcome, cause: signal?.reason },
  })
  if (signal?.aborted === true) return Promise.resolve(givenUp('Aborted', 'NotStored'))
  if (timeout !== undefined && !(timeout > 0)) {
    return Promise.resolve(givenUp('TimedOut', 'NotStored'))
  }
  if (signal === undefined && timeout === undefined) return run()
  return new Promise((resolve, reject) => {
    const outcome = operation === 'append' ? 'Unknown' : 'NotStored'
    const abort = (): void => end(givenUp('Aborted', outcome))
    // a timer takes no more than 31 bits, which are 24 days
    const timer =
      timeout === undefined || timeout > 0x7f_ff_ff_ff
        ? undefined
        : setTimeout(() => end(givenUp('TimedOut', outcome)), timeout)
    const clean = (): void => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
    }
    const end = (answer: Either<F | GivenUp, A>): void => {
      clean()
      resolve(answer)
    }
    signal?.addEventListener('abort', abort)
    run().then(end, (cause: unknown) => {
      clean()
      reject(cause)
    })
  })
}

/** The category of a stream: its name up to the first `-`. */
export const categoryOf = (stream: string): string => {
  const end = stream.indexOf('-')
  return end < 0 ? stream : stream.slice(0, end)
}

/** Whether reading with these options gives an event of this type in this stream. */
export const isRead = ({ types, categories }: ReadOptions, stream: string, type: string): boolean =>
  (types === undefined || types.includes(type)) &&
  (categories === undefined || categories.includes(categoryOf(stream)))
