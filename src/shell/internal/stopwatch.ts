/**
 * How long something takes.
 *
 * @since 0.1.0
 */

/** Returns a function that tells how many milliseconds have passed since. */
export const stopwatch = (): (() => number) => {
  const start = now()
  return () => now() - start
}

/** Some runtimes have no other clock than that of dates. */
const now = (): number => (typeof performance === 'undefined' ? Date.now() : performance.now())
