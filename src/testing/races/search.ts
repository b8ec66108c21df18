/**
 * Draws races, or plays every schedule, until one is lost, and shrinks it.
 *
 */
import type { Either } from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { left, right } from '../../internal/either.ts'
import { everySchedule } from './interleavings.ts'
import type { LostRace, RanRace } from './run.ts'

/** What is tried: see `RacesOptions`. */
export interface RaceSearch<Q> {
  readonly requests: ReadonlyArray<Q> | fc.Arbitrary<ReadonlyArray<Q>>
  readonly exhaustive?: boolean
  readonly limit?: number
  readonly runs?: number
  readonly seed?: number
  readonly path?: string
  readonly schedule?: ReadonlyArray<number>
}

/** Plays one race. */
export type RunRace<Q> = (
  requests: ReadonlyArray<Q>,
  choices: ReadonlyArray<number>,
) => Promise<RanRace<Q>>

/** A lost race, and what draws it again. */
export interface FoundRace<Q> extends LostRace<Q> {
  readonly seed: number
  readonly path: string
  /** What the seed and the path are of. */
  readonly of: string
}

/** What was tried without finding one. */
export interface SearchedRaces {
  readonly races: number
  readonly complete: boolean
  readonly seed: number
}

export const searchRaces = async <Q>(
  search: RaceSearch<Q>,
  run: RunRace<Q>,
): Promise<Either<FoundRace<Q>, SearchedRaces>> => {
  const { requests } = search
  const drawn = await drawRaces(search, isRequestList(requests) ? fc.constant(requests) : requests, run) // prettier-ignore
  const { lost, seed, path, races, complete } = drawn
  if (lost === undefined) return right({ races, complete, seed })
  const fewest = isRequestList(requests) ? await withFewer(search, requests, run) : undefined
  return left(fewest ?? { ...lost, seed, path, of: '' })
}

interface DrawnRaces<Q> {
  readonly races: number
  readonly complete: boolean
  readonly seed: number
  readonly path: string
  readonly lost: LostRace<Q> | undefined
}

const isRequestList = <A>(
  as: ReadonlyArray<A> | fc.Arbitrary<ReadonlyArray<A>>,
): as is ReadonlyArray<A> => Array.isArray(as)

const drawRaces = async <Q>(
  search: RaceSearch<Q>,
  requests: fc.Arbitrary<ReadonlyArray<Q>>,
  run: RunRace<Q>,
): Promise<DrawnRaces<Q>> => {
  const { exhaustive = false, limit = 10_000, schedule, runs, seed, path } = search
  const random = !exhaustive && schedule === undefined
  const every = exhaustive && schedule === undefined
  let races = 0
  let complete = every && isRequestList(search.requests)
  let lost: LostRace<Q> | undefined
  const one = async (all: ReadonlyArray<Q>, choices: ReadonlyArray<number>) => {
    races++
    const ran = await run(all, choices)
    if (ran.lost !== undefined) lost = ran.lost
    return ran
  }
  const property = fc.asyncProperty(
    requests,
    random ? anySchedule : fc.constant(schedule ?? []),
    async (all, choices) => {
      if (!every) return (await one(all, choices)).lost === undefined
      const ended = await everySchedule(async (next) => {
        const ran = await one(all, next)
        return { choices: ran.choices, widths: ran.widths, stop: ran.lost !== undefined }
      }, limit)
      if (ended === 'Limit') complete = false
      return ended !== 'Stopped'
    },
  )
  const fixed = isRequestList(search.requests) && !random
  const numRuns = fixed ? 1 : (runs ?? (exhaustive ? 20 : 300))
  const details = await fc.check(property, {
    numRuns,
    path: path ?? '',
    ...(seed === undefined ? {} : { seed }),
  })
  if (details.failed && lost === undefined) lost = brokenOff(details.errorInstance)
  return { races, complete, seed: details.seed, path: details.counterexamplePath ?? '', lost }
}

/** Steps beyond the list take the first move. The closer to 0 a choice is, the fewer switches. */
const anySchedule = fc.array(fc.nat({ max: 9_999 }), { maxLength: 150, size: 'max' })

/** The store or a handler threw before or after the race. */
const brokenOff = <Q>(cause: unknown): LostRace<Q> => ({
  reason: `the race broke off: ${String(cause)}`,
  requests: [],
  steps: [],
  schedule: [],
  text: '',
})

/** The failure with as few requests as possible. */
const withFewer = async <Q>(
  search: RaceSearch<Q>,
  requests: ReadonlyArray<Q>,
  run: RunRace<Q>,
): Promise<FoundRace<Q> | undefined> => {
  if (search.schedule !== undefined || search.path !== undefined) return undefined
  let all = requests
  let found: FoundRace<Q> | undefined
  for (let i = 0; i < all.length && all.length > 1;) {
    const fewer = all.filter((_, j) => j !== i)
    const { lost, seed, path } = await drawRaces({ ...search, requests: fewer }, fc.constant(fewer), run) // prettier-ignore
    if (lost === undefined) i++
    else {
      all = fewer
      found = { ...lost, seed, path, of: ' with these requests' }
    }
  }
  return found
}
