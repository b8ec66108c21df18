/**
 * All schedules of a race, those with the fewest switches first.
 *
 */

/** The moves that a race made, and how many there were to choose from each time. */
interface Made {
  readonly choices: ReadonlyArray<number>
  readonly widths: ReadonlyArray<number>
  /** Whether to look no further. */
  readonly stop: boolean
}

/**
 * Plays schedule after schedule. A schedule is its last choice that is not the first move, with the
 * choices before it; whatever comes after is chosen in turn once that one was played.
 */
export const everySchedule = async (
  playOne: (choices: ReadonlyArray<number>) => Promise<Made>,
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
