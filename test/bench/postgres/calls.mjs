// Callers that call again as soon as they are answered, and what their calls took.

/** Percentiles of calls, in milliseconds. */
export const percentiles = (times) => {
  const sorted = Float64Array.from(times).sort()
  const at = (share) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))]
  return { p50: at(0.5), p99: at(0.99) }
}

/** Calls `call(caller, n)` from so many callers for some seconds, and gives the milliseconds of each call that ended then. */
export const timesOf = async (callers, seconds, call) => {
  const end = performance.now() + seconds * 1_000
  const times = []
  await Promise.all(
    Array.from({ length: callers }, async (_, caller) => {
      for (let n = 0; performance.now() < end; n++) {
        const start = performance.now()
        await call(caller, n)
        const now = performance.now()
        if (now < end) times.push(now - start)
      }
    }),
  )
  return times
}

/** Calls per second, and percentiles. Calls that must succeed throw. */
export const called = async (callers, seconds, call) => {
  const times = await timesOf(callers, seconds, call)
  return { rate: times.length / seconds, ...percentiles(times) }
}
