/**
 * The queue of appends that wait for the next flight. An idle store sends a commit at once; while flights are
 * under way, commits gather and are sent together.
 *
 * Laws:
 *
 * 1. every commit gets exactly one answer
 * 2. commits to the same stream are sent in the order in which they came
 * 3. a commit that is given up before its flight leaves is not sent
 * 4. at most `waiting` commits wait; one more is answered with `StoreBusy`. Those that were given up don't count, at the
 *    latest once a sixteenth as many were refused
 * 5. if the database refuses a flight because of its contents, each of its commits is sent alone, so that a bad
 *    one does not make the others fail
 * 6. after a commit of a chain that is not stored now, none of the chain is stored
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import { left } from '../../internal/either.ts'
import type { CheckedCommit } from '../Engine.ts'
import type { StoreUnavailable } from '../EventStore.ts'
import type { AppendProgress, CommitAnswer } from '../internal/engineModel.ts'
import type { Boarded, BoardingLimits, TouchedByFlight, WaitingCommits } from './boarding.ts'
import { board } from './boarding.ts'
import { isOfContents } from './failures.ts'
import type { Flight, LoadedCommit } from './flight.ts'

export interface QueueLimits extends BoardingLimits {
  /** The maximum number of flights under way at the same time. */
  readonly writers: number
  /** The maximum number of waiting commits. */
  readonly waiting: number
}

/** Sends a flight, and returns an answer for each of its commits, or why there is none. */
export type SendFlight = (
  flight: Flight,
) => Promise<Either<StoreUnavailable, ReadonlyArray<CommitAnswer>>>

/** Appends a chain. The answers end with the first commit that is not stored now. */
export type AppendChain = (
  chain: ReadonlyNonEmptyArray<CheckedCommit>,
  call: AppendProgress,
) => Promise<ReadonlyArray<CommitAnswer>>

interface WaitingAppend extends WaitingCommits {
  readonly call: AppendProgress
  readonly answer: (answers: ReadonlyArray<CommitAnswer>) => void
}

export const appendQueue = (send: SendFlight, limits: QueueLimits): AppendChain => {
  let waiting: ReadonlyArray<WaitingAppend> = []
  let arrived: Array<WaitingAppend> = []
  let commitsWaiting = 0
  let refused = 0
  let underWay: ReadonlyArray<TouchedByFlight> = []

  const dropGivenUp = (): void => {
    waiting = waiting.concat(arrived).filter(({ call }) => !call.isGivenUp)
    arrived = []
    refused = 0
  }

  const count = (): void => {
    commitsWaiting = waiting.reduce((sum, { commits }) => sum + commits.length, 0)
  }

  const depart = (): void => {
    dropGivenUp()
    while (underWay.length < limits.writers && waiting.length > 0) {
      const boarded = board(waiting, underWay, limits)
      waiting = boarded.left
      if (boarded.flight.length === 0) break
      void fly(boarded)
    }
    count()
  }

  const fly = async (boarded: Boarded<WaitingAppend>): Promise<void> => {
    const { flight, taken } = boarded
    for (const { call } of taken) call.hasStarted = true
    underWay = [...underWay, boarded]
    const answers = await answersOf(send, flight, taken)
    underWay = underWay.filter((other) => other !== boarded)
    taken.forEach(({ answer }, i) => answer(answers[i] ?? []))
    depart()
  }

  return (chain, call) => {
    // not each time: a store that is busy would do nothing else
    if (commitsWaiting >= limits.waiting && ++refused * 16 >= commitsWaiting) {
      dropGivenUp()
      count()
    }
    if (commitsWaiting >= limits.waiting) {
      return Promise.resolve([left({ type: 'StoreBusy', waiting: limits.waiting })])
    }
    call.hasStarted = false
    // commits that are appended without waiting in between are sent together
    if (arrived.length === 0) queueMicrotask(depart)
    commitsWaiting += chain.length
    return new Promise((answer) => {
      // as many as the chain has
      const commits = chain.map(withJson) as unknown as WaitingAppend['commits']
      arrived.push({ commits, call, answer })
    })
  }
}

/** A commit with its data as JSON. */
const withJson = (commit: CheckedCommit): LoadedCommit => ({
  commit,
  data: dataTexts(commit),
  commands: commit.commands === undefined ? null : JSON.stringify(commit.commands),
})

const dataTexts = ({ events, also }: CheckedCommit): ReadonlyArray<string> => {
  const data: Array<string> = []
  for (const { event } of events) data.push(JSON.stringify(event.data))
  for (const part of also) {
    for (const { event } of part.events) data.push(JSON.stringify(event.data))
  }
  return data
}

/** The answers for all commits of a flight. */
const answersOf = async (
  send: SendFlight,
  flight: Flight,
  taken: ReadonlyArray<WaitingCommits>,
): Promise<ReadonlyArray<ReadonlyArray<CommitAnswer>>> => {
  const sent = await send(flight)
  if (sent._tag === 'Right') {
    let next = 0
    return taken.map(({ commits }) => upToTheEnd(sent.right.slice(next, (next += commits.length))))
  }
  if (flight.length === 1 || !isOfContents(sent.left.cause)) return taken.map(() => [sent])
  const answers: Array<ReadonlyArray<CommitAnswer>> = []
  for (const { commits } of taken) answers.push(await oneByOne(send, commits))
  return answers
}

/** Sends the commits of a chain alone, up to the first that is not stored now. */
const oneByOne = async (
  send: SendFlight,
  commits: ReadonlyArray<LoadedCommit>,
): Promise<ReadonlyArray<CommitAnswer>> => {
  const answers: Array<CommitAnswer> = []
  for (const { commit, data, commands } of commits) {
    const sent = await send([{ commit, data, commands, root: 0, before: 0 }])
    answers.push(...(sent._tag === 'Left' ? [sent] : sent.right))
    if (answers.some((answer) => !isStoredNow(answer))) break
  }
  return answers
}

const upToTheEnd = (answers: ReadonlyArray<CommitAnswer>): ReadonlyArray<CommitAnswer> => {
  const end = answers.findIndex((answer) => !isStoredNow(answer))
  return end < 0 ? answers : answers.slice(0, end + 1)
}

const isStoredNow = (answer: CommitAnswer): boolean =>
  answer._tag === 'Right' && answer.right.repeated !== true
