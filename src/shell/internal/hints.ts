/**
 * A hint that any number of loops wait for.
 *
 * @since 0.1.0
 */

export interface Hints {
  /** Resolves at the next hint; sooner only once in a long while. Never rejects. */
  readonly next: () => Promise<void>
  readonly give: () => void
}

/** Waits that end otherwise stay behind on the promise, so it is replaced after so many. */
const mostWaits = 1_000

export const hints = (): Hints => {
  let promise: Promise<void> | undefined
  let resolve = (): void => {}
  let waits = 0
  const give = (): void => {
    promise = undefined
    resolve()
  }
  return {
    next: () => {
      if (promise !== undefined && waits >= mostWaits) give()
      if (promise === undefined) {
        waits = 0
        promise = new Promise((settle) => {
          resolve = settle
        })
      }
      waits++
      return promise
    },
    give,
  }
}
