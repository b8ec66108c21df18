/**
 * All interleavings of a race, those with the fewest switches first.
 *
 */

/** The choices that a race made, and from how many moves each time. */
interface PlayedSchedule {
  readonly choices: ReadonlyArray<number>
  readonly widths: ReadonlyArray<number>
  /** Whether to stop. */
  readonly stop: boolean
}

/**
 * Plays one schedule after another. A schedule ends with its last choice of another move than the first.
 * Once it was played, every other choice after its end gives another schedule.
 */
export const everySchedule = async (
  playOne: (choices: ReadonlyArray<number>) => Promise<PlayedSchedule>,
  limit: number,
): Promise<'All' | 'Limit' | 'Stopped'> => {
  let open: ReadonlyArray<ReadonlyArray<number>> = [[]]
  for (let played = 0; open.length > 0;) {
    const later: Array<ReadonlyArray<number>> = []
    for (const schedule of open) {
      if (played === limit) return 'Limit'
      played++
      const { choices, widths, stop } = await playOne(schedule)
      if (stop) return 'Stopped'
      for (let i = schedule.length; i < choices.length; i++) {
        if (played + later.length > limit) break
        const width = widths[i] ?? 0
        for (let other = 1; other < width; other++) later.push([...choices.slice(0, i), other])
      }
    }
    open = later
  }
  return 'All'
}
