// Timing that stands up on a noisy machine: the contestants take turns, and medians are compared.

const now = () => performance.now()

export const median = (xs) => [...xs].sort((a, b) => a - b)[xs.length >> 1]

/** Milliseconds of each contestant, one list a name, after one turn that does not count. */
export const turns = async (contestants, rounds) => {
  const times = Object.fromEntries(Object.keys(contestants).map((name) => [name, []]))
  for (let round = 0; round <= rounds; round++) {
    for (const [name, run] of Object.entries(contestants)) {
      globalThis.gc?.()
      const start = now()
      await run()
      if (round > 0) times[name].push(now() - start)
    }
  }
  return times
}

/** The median of one contestant's time over another's, taken round by round. */
export const ratio = (times, name, base) =>
  median(times[name].map((time, round) => time / times[base][round]))
