/**
 * Chooses which of the waiting commits travel in the next flight. Pure.
 *
 * The commits of a flight are checked against what is stored, not against each other. So
 *
 * - no two of them may have the same id or write to the same stream, unless they form a chain, in which each was
 *   decided on the one before
 * - none may have an id or a stream of a flight that is under way
 * - the condition of none may exclude an event of an earlier one in the same flight
 *
 * A commit that cannot travel yet waits, and so does every later commit to one of its streams: each stream is first
 * come, first served.
 *
 * @since 0.1.0
 */
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { QueryItem } from '../../Query.ts'
import type { CheckedCommit } from '../Engine.ts'
import type { LoadedCommit, Passenger } from './flight.ts'
import { partsOf } from './flight.ts'

export interface BoardingLimits {
  readonly commits: number
  /** The maximum size of the data, in characters. A larger commit travels alone. */
  readonly size: number
}

/** A commit, or a chain of commits to one stream, that waits. */
export interface WaitingCommits {
  readonly commits: ReadonlyNonEmptyArray<LoadedCommit>
}

/** The streams and commit ids that a flight touches. */
export interface TouchedByFlight {
  readonly streams: ReadonlySet<string>
  readonly commitIds: ReadonlySet<string>
}

export interface Boarded<W> extends TouchedByFlight {
  /** The commits of the flight, and who waits for each. */
  readonly flight: ReadonlyArray<Passenger>
  readonly taken: ReadonlyArray<W>
  readonly left: ReadonlyArray<W>
}

/** `underWay` is what each of the flights under way touches. */
export const board = <W extends WaitingCommits>(
  waiting: ReadonlyArray<W>,
  underWay: ReadonlyArray<TouchedByFlight>,
  limits: BoardingLimits,
): Boarded<W> => {
  const flight: Array<Passenger> = []
  const taken: Array<W> = []
  const left: Array<W> = []
  const streams = new Set<string>()
  const commitIds = new Set<string>()
  /** The streams of those that stay behind. */
  const heldBack = new Set<string>()
  // without a condition nobody asks for the events
  const aboard = waiting.some(hasCondition) ? foundBy() : undefined
  const isBusy = (stream: string): boolean =>
    streams.has(stream) ||
    heldBack.has(stream) ||
    underWay.some((other) => other.streams.has(stream))
  const cannotFollow = ({ commit }: LoadedCommit): boolean =>
    commitIds.has(commit.commitId) ||
    underWay.some((other) => other.commitIds.has(commit.commitId)) ||
    aboard?.mayDisturb(commit) === true
  let size = 0
  for (let i = 0; i < waiting.length; i++) {
    const each = waiting[i] as W // i < length
    const { commits } = each
    const length = dataLength(commits)
    const isFull = size + length > limits.size || flight.length + commits.length > limits.commits
    if (isFull && flight.length > 0) {
      left.push(...waiting.slice(i))
      break
    }
    const touched = streamsOf(each)
    if (touched.some(isBusy) || commits.some(cannotFollow)) {
      for (const stream of touched) heldBack.add(stream)
      left.push(each)
      continue
    }
    taken.push(each)
    size += length
    for (const stream of touched) streams.add(stream)
    for (const { commit } of commits) {
      commitIds.add(commit.commitId)
      aboard?.add(commit)
    }
    seat(flight, commits)
  }
  return { flight, taken, left, streams, commitIds }
}

const hasCondition = ({ commits }: WaitingCommits): boolean =>
  commits.some(({ commit }) => commit.condition !== undefined)

/** By what the events of a flight can be found. */
export interface FoundBy {
  readonly add: (commit: CheckedCommit) => void
  /** Whether the events could be what the condition of another commit excludes. */
  readonly mayDisturb: (commit: CheckedCommit) => boolean
}

export const foundBy = (): FoundBy => {
  const types = new Set<string>()
  const tags = new Set<string>()
  /** Also true if one event has the type and others have the tags; then the commit waits without need. */
  const mayMatch = (item: QueryItem): boolean =>
    types.size > 0 &&
    (item.tags ?? []).every((tag) => tags.has(tag)) &&
    (item.types === undefined || item.types.length === 0 || item.types.some((type) => types.has(type))) // prettier-ignore
  return {
    add: (commit) => {
      for (const part of partsOf(commit)) {
        for (const proposed of part.events) {
          types.add(proposed.event.type)
          for (const tag of proposed.tags) tags.add(tag)
        }
      }
    },
    mayDisturb: ({ condition }) => condition !== undefined && condition.query.some(mayMatch),
  }
}

/** The streams that a commit or a chain touches. */
const streamsOf = ({ commits }: WaitingCommits): ReadonlyArray<string> => {
  // the commits of a chain are to one stream
  const { stream, also } = commits[0].commit
  return also.length === 0 ? [stream] : [stream, ...also.map((part) => part.stream)]
}

const dataLength = (commits: ReadonlyArray<LoadedCommit>): number => {
  let size = 0
  for (const { data, commands } of commits) {
    for (const { length } of data) size += length
    size += commands?.length ?? 0
  }
  return size
}

/** Adds the commits of a chain, or one, to a flight. */
const seat = (flight: Array<Passenger>, commits: ReadonlyArray<LoadedCommit>): void => {
  const root = flight.length
  let before = 0
  for (const { commit, data, commands } of commits) {
    flight.push({ commit, data, commands, root, before })
    before += commit.events.length
  }
}
