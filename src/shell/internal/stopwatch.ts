/**
 * How long something takes.
 *
 * @since 0.1.0
 */

/** Returns a function that tells how many milliseconds have passed since. */
export const stopwatch = (): (() => number) => {
  const start = performance.now()
  return () => performance.now() - start
}
