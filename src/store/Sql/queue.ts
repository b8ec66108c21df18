/**
 * Appends wait here for the next flight. An idle store sends a commit at once; while flights are under way,
 * commits gather and travel together.
 *
 * Laws:
 *
 * 1. every commit gets exactly one answer
 * 2. commits to the same stream are sent in the order in which they came
 * 3. a commit that is given up before its flight leaves is not sent
 * 4. at most `waiting` commits wait; one more is answered with `StoreBusy`
 * 5. a flight that fails is sent again whole, with the same commits; if the database refuses it for what it
 *    holds, each of its commits is sent alone, so that one does not fail the others
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import { left } from '../../internal/either.ts'
import type { CheckedCommit } from '../Engine.ts'
import type { AppendFailure, StoreUnavailable } from '../EventStore.ts'
import type { AppendCall, StoredCommit } from '../internal/engine.ts'
import type { BoardingLimits, Waiting } from './boarding.ts'
import { board } from './boarding.ts'
import { isOfContents } from './failures.ts'
import type { Flight } from './flight.ts'
import { partsOf } from './flight.ts'

export type Answer = Either<AppendFailure, StoredCommit>

export interface QueueLimits extends BoardingLimits {
  /** Flights under way at the same time. */
  readonly writers: number
  /** Commits that wait. */
  readonly waiting: number
}

/** Sends a flight, and returns an answer for each of its commits, or why there is none. */
export type SendFlight = (
  flight: Flight,
) => Promise<Either<StoreUnavailable, ReadonlyArray<Answer>>>

interface WaitingAppend extends Waiting {
  readonly call: AppendCall
  readonly answer: (answer: Answer) => void
}

export const appendQueue = (
  send: SendFlight,
  limits: QueueLimits,
): ((commit: CheckedCommit, call: AppendCall) => Promise<Answer>) => {
  let waiting: ReadonlyArray<WaitingAppend> = []
  let arrived: Array<WaitingAppend> = []
  let flights = 0
  const underWay = { streams: new Set<string>(), commitIds: new Set<string>() }

  const depart = (): void => {
    waiting = [...waiting, ...arrived].filter(({ call }) => !call.isGivenUp)
    arrived = []
    while (flights < limits.writers && waiting.length > 0) {
      const { flight, taken, left } = board(waiting, underWay, limits)
      waiting = left
      if (flight.length === 0) return
      void fly(flight, taken)
    }
  }

  const fly = async (flight: Flight, taken: ReadonlyArray<WaitingAppend>): Promise<void> => {
    flights++
    for (const { call, commit } of taken) {
      call.hasStarted = true
      underWay.commitIds.add(commit.commitId)
      for (const { stream } of partsOf(commit)) underWay.streams.add(stream)
    }
    const answers = await answersOf(send, flight)
    flights--
    taken.forEach(({ commit, answer }, i) => {
      underWay.commitIds.delete(commit.commitId)
      for (const { stream } of partsOf(commit)) underWay.streams.delete(stream)
      answer(answers[i] as Answer) // there is one for each
    })
    depart()
  }

  return (commit, call) => {
    if (waiting.length + arrived.length >= limits.waiting) {
      return Promise.resolve(left({ type: 'StoreBusy', waiting: limits.waiting }))
    }
    call.hasStarted = false
    // commits that are appended without waiting in between travel together
    if (arrived.length === 0) queueMicrotask(depart)
    return new Promise((answer) => {
      arrived.push({ commit, data: dataOf(commit), call, answer })
    })
  }
}

const answersOf = async (send: SendFlight, flight: Flight): Promise<ReadonlyArray<Answer>> => {
  const sent = await send(flight)
  if (sent._tag === 'Right') return sent.right
  if (flight.length === 1 || !isOfContents(sent.left.cause)) return flight.map(() => sent)
  const answers: Array<Answer> = []
  for (const { commit, data } of flight) {
    const alone = await send([{ commit, data, root: 0, before: 0 }])
    answers.push(alone._tag === 'Left' ? alone : (alone.right[0] as Answer)) // there is one for each
  }
  return answers
}

/** The data of a commit's events as JSON. */
const dataOf = (commit: CheckedCommit): ReadonlyArray<string> =>
  partsOf(commit).flatMap(({ events }) => events.map(({ event }) => JSON.stringify(event.data)))
