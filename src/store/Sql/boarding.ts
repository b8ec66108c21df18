/**
 * Chooses which of the waiting commits travel in the next flight. Pure.
 *
 * A flight is judged against what is stored, so no two of its commits may touch the same stream or have the
 * same id, unless they form a chain: each is to one stream, and expects the version and the commit id that the
 * one before leads to. The same holds for commits of flights that are still under way. What cannot go along
 * waits, and so does everything after it that touches one of its streams: a stream is first come, first
 * served.
 *
 * @since 0.1.0
 */
import type { CheckedCommit } from '../Engine.ts'
import type { Passenger } from './flight.ts'
import { partsOf } from './flight.ts'

export interface BoardingLimits {
  readonly commits: number
  /** Of the data, in characters. A larger commit travels alone. */
  readonly size: number
}

/** A commit that waits, with the data of its events as JSON. */
export interface Waiting {
  readonly commit: CheckedCommit
  readonly data: ReadonlyArray<string>
}

/** What flights under way touch: streams and commit ids. */
export interface UnderWay {
  readonly streams: ReadonlySet<string>
  readonly commitIds: ReadonlySet<string>
}

export interface Boarded<W> {
  /** The commits of the flight, and who waits for each. */
  readonly flight: ReadonlyArray<Passenger>
  readonly taken: ReadonlyArray<W>
  readonly left: ReadonlyArray<W>
}

/** A stream on board: where it will be if all of its commits are accepted. */
interface OnBoard {
  readonly root: number
  /** How many events are on board. */
  readonly events: number
  /** The version that it leads to; unknown if nothing can follow in this flight. */
  readonly version: number | undefined
  readonly commitId: string
}

export const board = <W extends Waiting>(
  waiting: ReadonlyArray<W>,
  underWay: UnderWay,
  limits: BoardingLimits,
): Boarded<W> => {
  const flight: Array<Passenger> = []
  const taken: Array<W> = []
  const left: Array<W> = []
  const closed = new Set<string>()
  const ids = new Set<string>()
  const streams = new Map<string, OnBoard>()
  let size = 0
  for (let i = 0; i < waiting.length; i++) {
    const each = waiting[i] as W // i < length
    const { commit, data } = each
    size += data.reduce((sum, { length }) => sum + length, 0)
    const isFull = flight.length > 0 && size > limits.size
    if (isFull || flight.length >= limits.commits) {
      left.push(...waiting.slice(i))
      break
    }
    const parts = partsOf(commit)
    const last = streams.get(commit.stream)
    const isFree = ({ stream }: { readonly stream: string }): boolean =>
      !closed.has(stream) && !underWay.streams.has(stream) && !streams.has(stream)
    const goes =
      last === undefined ? parts.every(isFree) : !closed.has(commit.stream) && follows(commit, last)
    if (!goes || ids.has(commit.commitId) || underWay.commitIds.has(commit.commitId)) {
      left.push(each)
      for (const { stream } of parts) closed.add(stream)
      continue
    }
    const root = last?.root ?? flight.length
    flight.push({ commit, data, root, before: last?.events ?? 0 })
    taken.push(each)
    ids.add(commit.commitId)
    for (const { stream } of parts) streams.set(stream, onBoard(commit, root, last))
  }
  return { flight, taken, left }
}

/** Whether a commit expects what the last one of its stream leads to, and can be judged by that one alone. */
const follows = ({ expected, also }: CheckedCommit, last: OnBoard): boolean =>
  expected.type === 'Exactly' &&
  expected.version === last.version &&
  expected.mark?.commitId === last.commitId &&
  expected.mark.position === undefined &&
  expected.mark.recordedAt === undefined &&
  also.length === 0

const onBoard = (commit: CheckedCommit, root: number, last: OnBoard | undefined): OnBoard => {
  const { expected, events, also, commitId } = commit
  const from =
    expected.type === 'Exactly' ? expected.version : expected.type === 'NoStream' ? 0 : undefined
  return {
    root,
    events: (last?.events ?? 0) + events.length,
    version: from === undefined || also.length > 0 ? undefined : from + events.length,
    commitId,
  }
}
