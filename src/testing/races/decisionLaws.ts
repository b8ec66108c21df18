/**
 * Whether concurrent decisions kept each other's rules: each of the log is what its commands lead to on all that
 * stands before it, and only what they read is in their way.
 *
 */
import type { Decision } from '../../internal/decision.ts'
import { typeOfEvent } from '../../internal/decision.ts'
import { structural } from '../../Diff.ts'
import { replay } from '../../Projection.ts'
import type { Query } from '../../Query.ts'
import { covers, matches } from '../../Query.ts'
import type { Recorded } from '../../Recorded.ts'
import type {
  DecisionFailure,
  DecisionOutcome,
  DecisionRequest,
} from '../../shell/DecisionHandler.ts'
import type { AppendCondition } from '../../store/EventStore.ts'
import { source } from '../internal/source.ts'
import { decideCommands, decideAt, outcomeInBrief } from './decided.ts'
import type { PlayedRequest } from './scheduler.ts'
import { requestLetter } from './scheduler.ts'
import { queryInWords } from './words.ts'

/** What became of an append that the store was asked for. */
export interface TriedAppend {
  readonly commitId: string
  readonly condition: AppendCondition | undefined
  /** The position of its first event, if it was stored now; the one that disturbs, if that was the answer. */
  readonly stored?: number
  readonly disturbedBy?: number
}

export type DecisionRun<S, E, R> = PlayedRequest<DecisionFailure<R>, DecisionOutcome<S, E>>

/** What happened in a race. */
export interface DecisionAccount<C, S, E, R> {
  readonly decision: Decision<C, S, E, R>
  readonly streamOf: (command: C) => string
  readonly requests: ReadonlyArray<DecisionRequest<C>>
  readonly runs: ReadonlyArray<DecisionRun<S, E, R>>
  readonly log: ReadonlyArray<Recorded<E>>
  /** The position up to which the log was there before the race. */
  readonly start: number
  readonly tries: ReadonlyArray<TriedAppend>
  /** Whether the requests may disturb each other. */
  readonly disturb: boolean | undefined
}

/** What is wrong with a race; `undefined` if nothing is. */
export const brokenLaw = <C, S, E, R>(account: DecisionAccount<C, S, E, R>): string | undefined => {
  const { tries, runs } = account
  return (
    faultOfLog(account) ??
    first(tries, (one) => faultOfAppend(account, one)) ??
    first(storedCommits(account), (events) => faultOfCommit(account, events)) ??
    first(runs, (run, i) => faultOfOutcome(account, run, i))
  )
}

const first = <A>(
  all: ReadonlyArray<A>,
  faultOf: (one: A, index: number) => string | undefined,
): string | undefined => {
  for (let i = 0; i < all.length; i++) {
    const fault = faultOf(all[i] as A, i) // i < length
    if (fault !== undefined) return fault
  }
  return undefined
}

type LoggedEvents<E> = ReadonlyArray<Recorded<E>>

/** The events of the race, by commit. */
const storedCommits = <C, S, E, R>({
  log,
  start,
}: DecisionAccount<C, S, E, R>): ReadonlyArray<LoggedEvents<E>> => {
  const commits: Array<Array<Recorded<E>>> = []
  for (const event of log) {
    if (event.position <= start) continue
    const last = commits.at(-1)
    if (last?.[0]?.commitId === event.commitId) last.push(event)
    else commits.push([event])
  }
  return commits
}

/** Law 1. */
const faultOfLog = <C, S, E, R>(account: DecisionAccount<C, S, E, R>): string | undefined => {
  const { requests, streamOf, log } = account
  const seen = new Set<string>()
  const repeated = first(log, ({ position }, i) =>
    position > (log[i - 1]?.position ?? 0) ? undefined : `position ${position} comes too late`,
  )
  return (
    repeated ??
    first(storedCommits(account), (events) => {
      const { commitId, stream } = events[0] as Recorded<E> // a commit has events
      if (seen.has(commitId)) return `${commitId} is stored twice, or in pieces`
      seen.add(commitId)
      const isAsked = requests.some(
        (one) => one.commitId === commitId && streamOf(one.commands[0]) === stream,
      )
      return isAsked ? undefined : `${stream} holds ${commitId}, which is the commit of no request`
    })
  )
}

/** The request of a commit id. */
const named = <C, S, E, R>({ requests }: DecisionAccount<C, S, E, R>, commitId: string): string => {
  const at = requests.findIndex((one) => one.commitId === commitId)
  return at < 0 ? commitId : requestLetter(at)
}

/** Laws 3, 4 and 6. */
const faultOfAppend = <C, S, E, R>(
  account: DecisionAccount<C, S, E, R>,
  { commitId, condition, stored, disturbedBy }: TriedAppend,
): string | undefined => {
  const name = named(account, commitId)
  if (condition === undefined) return `${name} appends without a condition`
  const { query, after } = condition
  const { decision, requests, log, disturb } = account
  const request = requests.find((one) => one.commitId === commitId)
  if (request === undefined) return undefined
  const read = decideAt(decision, request.commands, before(log, after + 1)).reading.query
  if (!covers(query, read) || !covers(read, query)) {
    return `${name} reads ${queryInWords(read)}, and its condition is ${queryInWords(query)}`
  }
  const isMatch = matchingEvents(decision, query)
  const disturbs = log.find(
    (event) => event.position > after && event.position < (stored ?? 0) && isMatch(event),
  )
  if (disturbs !== undefined) {
    return `${name} is accepted on what it read up to position ${after}, and ${eventInWords(account, disturbs)} came after that`
  }
  if (disturbedBy === undefined) return undefined
  const event = log.find(({ position }) => position === disturbedBy)
  if (event === undefined || !isMatch(event) || disturbedBy <= after) {
    return `${name} is refused for position ${disturbedBy}, where nothing disturbs it`
  }
  return disturb === false
    ? `${eventInWords(account, event)} disturbs ${name}, which reads ${queryInWords(query)}`
    : undefined
}

const eventInWords = <C, S, E, R>(
  account: DecisionAccount<C, S, E, R>,
  { event, commitId, position }: Recorded<E>,
): string => {
  const { decision } = account
  const tags = decision.tags(event).join(' and ')
  const what = `${typeOfEvent(decision, event)}${tags === '' ? '' : ` with ${tags}`}`
  return `${what} of ${named(account, commitId)} at position ${position}`
}

const matchingEvents = <C, S, E, R>(
  decision: Decision<C, S, E, R>,
  query: Query,
): ((recorded: Recorded<E>) => boolean) => {
  const isMatch = matches(query)
  return ({ event }) => isMatch(typeOfEvent(decision, event), decision.tags(event))
}

const before = <E>(log: LoggedEvents<E>, position: number): ReadonlyArray<E> =>
  log.filter((event) => event.position < position).map(({ event }) => event)

/** Law 2: what the commands lead to on everything before their commit. */
const faultOfCommit = <C, S, E, R>(
  account: DecisionAccount<C, S, E, R>,
  events: LoggedEvents<E>,
): string | undefined => {
  const { decision, requests, log } = account
  const { commitId, position } = events[0] as Recorded<E> // a commit has events
  const history = before(log, position)
  const stored = events.map(({ event }) => event)
  const asked = requests.filter((one) => one.commitId === commitId)
  const outcomes = asked.map(({ commands }) =>
    decideCommands(decision, commands, replay(decision)(history)),
  )
  if (outcomes.some((one) => one._tag === 'Right' && structural.equals(one.right, stored))) {
    return undefined
  }
  const [request] = asked
  const [expected] = outcomes
  if (request === undefined || expected === undefined) return undefined
  const start = `${named(account, commitId)} stored ${source(stored, 2)}`
  const wanted = `where everything before position ${position} leads to ${source(outcomeInBrief(expected), 2)}`
  return `${start},\n${wanted}${omittedCommit(decision, request.commands, history)}`
}

/** The first event that is not read, and would change the outcome. */
const omittedCommit = <C, S, E, R>(
  decision: Decision<C, S, E, R>,
  commands: ReadonlyArray<C>,
  history: ReadonlyArray<E>,
): string => {
  const { reading, outcome } = decideAt(decision, commands, history)
  const isRead = new Set(reading.events)
  const missed = history.find((event) => {
    if (isRead.has(event)) return false
    const more = history.filter((one) => one === event || isRead.has(one))
    const other = decideCommands(decision, commands, replay(decision)(more))
    return !structural.equals(outcomeInBrief(other), outcomeInBrief(outcome))
  })
  if (missed === undefined) return ''
  return `\n(${queryInWords(reading.query)} leaves out ${source(missed, 2)})`
}

/** Laws 5 and 7. */
const faultOfOutcome = <C, S, E, R>(
  account: DecisionAccount<C, S, E, R>,
  { result, from }: DecisionRun<S, E, R>,
  index: number,
): string | undefined => {
  const name = requestLetter(index)
  if (result._tag === 'Right') {
    return result.right.events.length > 0
      ? faultOfEvents(account, result.right, index)
      : faultOfNone(account, {
          seen: { accepted: [] },
          position: result.right.position,
          from,
          index,
        })
  }
  const { left } = result
  if (left.type === 'Thrown') return `the handler of ${name} threw ${String(left.cause)}`
  if (left.type !== 'Rejected') return undefined
  const seen = { rejected: left.rejection, command: left.index }
  return faultOfNone(account, { seen, position: left.position, from, index })
}

interface NoEvents {
  readonly seen: unknown
  readonly position: number
  readonly from: number
  readonly index: number
}

/** Law 5. */
const faultOfNone = <C, S, E, R>(
  { decision, requests, log, runs }: DecisionAccount<C, S, E, R>,
  { seen, position, from, index }: NoEvents,
): string | undefined => {
  const name = requestLetter(index)
  const { commands, commitId } = requests[index] as DecisionRequest<C> // one for each run
  const same = requests.filter((one) => one.commitId === commitId)
  if (same.length === 1 && log.some((event) => event.commitId === commitId)) {
    return `${name} got ${source(seen, 2)}, and ${commitId} is stored`
  }
  const past = Math.max(0, ...runs.map((run) => (run.to < from ? positionOf(run) : 0)))
  if (position < past) {
    return `${name} was decided on position ${position}, and ${past} was told before it was sent`
  }
  const history = before(log, position + 1)
  const expected = outcomeInBrief(decideCommands(decision, commands, replay(decision)(history)))
  if (structural.equals(expected, seen)) return undefined
  const start = `${name} got ${source(seen, 2)}`
  const wanted = `where everything up to position ${position} leads to ${source(expected, 2)}`
  return `${start},\n${wanted}${omittedCommit(decision, commands, history)}`
}

const positionOf = <S, E, R>({ result }: DecisionRun<S, E, R>): number =>
  result._tag === 'Right' ? result.right.position : 0

/** Law 7. */
const faultOfEvents = <C, S, E, R>(
  { decision, requests, log }: DecisionAccount<C, S, E, R>,
  { events, position, state }: DecisionOutcome<S, E>,
  index: number,
): string | undefined => {
  const name = requestLetter(index)
  const { commands, commitId } = requests[index] as DecisionRequest<C> // the caller's index is one
  const own = log.filter((event) => event.commitId === commitId)
  if (!structural.equals(events, own)) return `${name} got other events than ${commitId} stored`
  if (position !== own.at(-1)?.position) return `${name} got position ${position}, which is not the one of its last event` // prettier-ignore
  const { reading } = decideAt(decision, commands, before(log, own[0]?.position ?? 0))
  let expected = reading.state
  for (const { event } of own) expected = decision.evolve(expected, event)
  return structural.equals(state, expected)
    ? undefined
    : `${name} got another state than what it reads and its own events lead to`
}
