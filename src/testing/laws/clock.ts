/**
 * The clock of the test kit, which limits how long it tries. It was taken when this was loaded, so that it
 * goes on while a test has put a clock of its own in its place, or looks who reads it.
 *
 */

/** Milliseconds since some instant. */
export const systemClock: () => number =
  // QuickJS has none
  typeof performance === 'undefined' ? Date.now : performance.now.bind(performance)
