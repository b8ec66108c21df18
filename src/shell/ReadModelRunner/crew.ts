/**
 * What is under way for the generations that this process owns.
 *
 * Laws:
 *
 * 1. a generation is brought forward by one at a time
 * 2. a run brings forward within its own budget, even what others were bringing forward when it began
 * 3. nothing is released under a run or a loop that has not ended
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import { right } from '../../internal/either.ts'
import type { TablesUnavailable } from './tables.ts'
import type { Roster } from './roster.ts'
import type { Work, WorkTools } from './work.ts'
import { bringForward } from './work.ts'

type GoOn = WorkTools<never>['goOn']

type CrewTools<E> = Omit<WorkTools<E>, 'look' | 'goOn'>

export interface Crew {
  /** Starts the work that is possible, and does not wait for it. */
  readonly look: (goOn: GoOn) => Promise<Either<TablesUnavailable, void>>
  /** Brings everything forward, and waits for it. */
  readonly run: (goOn: GoOn) => Promise<Either<TablesUnavailable, void>>
  /** Runs a run or a loop; the last one to end releases everything. */
  readonly whileRunning: <A>(run: () => Promise<A>) => Promise<A>
}

export const crew = <E>(owned: Roster<E>, tools: CrewTools<E>): Crew => {
  let running = 0
  const underWay = (): ReadonlyArray<Promise<void>> =>
    owned.works().flatMap(({ busy }) => (busy === undefined ? [] : [busy]))
  const begin = async (
    goOn: GoOn,
    each: (work: Work<E>, tools: WorkTools<E>) => Promise<void>,
  ): Promise<Either<TablesUnavailable, ReadonlyArray<Promise<void>>>> => {
    const refreshed = await owned.refresh()
    if (refreshed._tag === 'Left') return refreshed
    const look = tools.reader.look()
    return right(owned.works().map((work) => each(work, { ...tools, look, goOn })))
  }
  return {
    look: async (goOn) => {
      const begun = await begin(goOn, startWork)
      return begun._tag === 'Left' ? begun : right(undefined)
    },
    run: async (goOn) => {
      const begun = await begin(goOn, startAfterOthers)
      if (begun._tag === 'Left') return begun
      await Promise.all(begun.right)
      return right(undefined)
    },
    whileRunning: async (run) => {
      running++
      try {
        return await run()
      } finally {
        running--
        if (running === 0) await Promise.all(underWay())
        // another may have begun meanwhile
        if (running === 0) await owned.release()
      }
    },
  }
}

/** Brings a generation forward, unless somebody does, or it was stopped. */
const startWork = <E>(work: Work<E>, tools: WorkTools<E>): Promise<void> => {
  if (work.busy !== undefined || work.generation.stopped._tag === 'Some') return Promise.resolve()
  work.busy = bringForward(work, tools).then(() => {
    work.busy = undefined
  })
  return work.busy
}

/**
 * Brings a generation forward after those who do so already: they may have a smaller budget, or have read the end of
 * the log before this run began.
 */
const startAfterOthers = async <E>(work: Work<E>, tools: WorkTools<E>): Promise<void> => {
  if (work.busy === undefined) return startWork(work, tools)
  while (work.busy !== undefined) await work.busy
  // what has failed is not tried again before the list was read; the run tells the problem
  const hasFailed = work.unsure && work.problem !== undefined
  if (!hasFailed && tools.goOn(0)) await startWork(work, tools)
}
