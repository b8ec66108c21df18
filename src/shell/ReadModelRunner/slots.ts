/**
 * A limit of how many tasks run at once, first come, first served.
 *
 * @since 0.1.0
 */

/** Runs a task when there is room. */
export type Slots = <A>(task: () => Promise<A>) => Promise<A>

export const slots = (count: number): Slots => {
  let free = Math.max(1, count)
  const waiting: Array<() => void> = []
  return async (task) => {
    if (free > 0) free--
    // whoever is done passes its room on
    else await new Promise<void>((start) => waiting.push(start))
    try {
      return await task()
    } finally {
      const next = waiting.shift()
      if (next === undefined) free++
      else next()
    }
  }
}
