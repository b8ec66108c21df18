/**
 * The clock that limits how long the test kit tries. The reference is taken when this module is loaded, so it
 * works under fake timers, and while reads of the clock are watched.

 */

/** Milliseconds since some instant. */
export const systemClock: () => number =
  // QuickJS has none
  typeof performance === 'undefined' ? Date.now : performance.now.bind(performance)
