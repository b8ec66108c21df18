/**
 * Limits how many tasks run at once, first come, first served.
 *
 * @since 0.1.0
 */

/** Runs a task when a slot is free. */
export type Slots = <A>(task: () => Promise<A>) => Promise<A>

export const slots = (count: number): Slots => {
  let free = Math.max(1, count)
  const waiting: Array<() => void> = []
  return async (task) => {
    if (free > 0) free--
    // a task that ends passes its slot on
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
