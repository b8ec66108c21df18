/**
 * What is under way for the generations that this process owns.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import { right } from '../../internal/either.ts'
import type { TablesUnavailable } from './tables.ts'
import type { Roster } from './roster.ts'
import type { WorkTools } from './work.ts'
import { bringForward } from './work.ts'

export interface Crew<in out E> {
  /** Starts the work that is possible, and returns what is under way. */
  readonly look: (
    goOn: WorkTools<E>['goOn'],
  ) => Promise<Either<TablesUnavailable, ReadonlyArray<Promise<void>>>>
  /** Runs a run or a loop; the last one to end releases everything. */
  readonly whileRunning: <A>(run: () => Promise<A>) => Promise<A>
}

export const crew = <E>(owned: Roster<E>, tools: Omit<WorkTools<E>, 'look' | 'goOn'>): Crew<E> => {
  let running = 0
  const underWay = (): ReadonlyArray<Promise<void>> =>
    owned.works().flatMap(({ busy }) => (busy === undefined ? [] : [busy]))
  return {
    look: async (goOn) => {
      const refreshed = await owned.refresh()
      if (refreshed._tag === 'Left') return refreshed
      const look = tools.reader.look()
      for (const work of owned.works()) {
        if (work.busy !== undefined || work.generation.stopped._tag === 'Some') continue
        work.busy = bringForward(work, { ...tools, look, goOn }).then(() => {
          work.busy = undefined
        })
      }
      return right(underWay())
    },
    whileRunning: async (run) => {
      running++
      try {
        return await run()
      } finally {
        if (--running === 0) {
          await Promise.all(underWay())
          await owned.release()
        }
      }
    },
  }
}
