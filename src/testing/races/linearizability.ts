/**
 * Whether concurrent requests are linearizable: whether handling them one after the other in some order
 * gives the same outcomes and streams.
 *
 */
import type { Decider } from '../../Decider.ts'
import { structural } from '../../Diff.ts'
import { replayFrom } from '../../Projection.ts'
import type { Metadata, Recorded } from '../../Recorded.ts'
import type { HandlerFailure, Request } from '../../shell/CommandHandler.ts'
import { agrees } from '../../shell/internal/marks.ts'
import type { RequestRun } from './scheduler.ts'
import { nameOf } from './scheduler.ts'
import { source } from '../internal/source.ts'

type Events<E> = ReadonlyArray<Recorded<E>>

/** What happened in a race, which an order of the requests is to explain. */
export interface RaceAccount<C, S, E, R> {
  readonly decider: Decider<C, S, E, R>
  readonly requests: ReadonlyArray<Request<C>>
  readonly runs: ReadonlyArray<RequestRun<S, E, R>>
  /** How many events each stream held before the race. */
  readonly before: ReadonlyMap<string, number>
  readonly streams: ReadonlyMap<string, Events<E>>
}

/** Why no order explains a race; `undefined` if one does. */
export const unexplained = <C, S, E, R>(account: RaceAccount<C, S, E, R>): string | undefined =>
  faultOfStreams(account) ??
  faultOfRuns(account) ??
  noOrder(account) ??
  firstOf(account.requests, (_, i) => faultOfMetadata(account, i))

/** Versions have no gaps, positions increase, each commit is in one piece and belongs to a request. */
const faultOfStreams = <C, S, E, R>(account: RaceAccount<C, S, E, R>): string | undefined => {
  const { streams, before, requests } = account
  const ids = new Set(requests.map(({ stream, commitId }) => `${stream} ${commitId}`))
  for (const [stream, events] of streams) {
    const ended = new Set<string>()
    for (let i = 0; i < events.length; i++) {
      const { version, commitId, position } = events[i] as Recorded<E> // i < length
      const previous = events[i - 1]
      if (version !== i + 1) return `${stream} has version ${version} where ${i + 1} should stand`
      if (previous !== undefined && previous.position >= position) {
        return `in ${stream}, version ${version} has no higher position than the one before it`
      }
      if (previous !== undefined && previous.commitId !== commitId) ended.add(previous.commitId)
      if (ended.has(commitId)) return `${stream} holds ${commitId} twice`
      if (i >= (before.get(stream) ?? 0) && !ids.has(`${stream} ${commitId}`)) {
        return `${stream} holds ${commitId}, which is the commit of no request`
      }
    }
  }
  return undefined
}

const commitOf = <E>(events: Events<E>, commitId: string): Events<E> =>
  events.filter((recorded) => recorded.commitId === commitId)

/** The stream that a rejection or a conflict names. */
const failedStream = (failure: HandlerFailure<unknown>): string | undefined =>
  failure.type === 'Rejected' || failure.type === 'VersionConflict' ? failure.stream : undefined

/** What each outcome says of its stream is true. */
const faultOfRuns = <C, S, E, R>({
  decider,
  requests,
  runs,
  streams,
}: RaceAccount<C, S, E, R>): string | undefined => {
  for (let i = 0; i < requests.length; i++) {
    const { stream, commitId } = requests[i] as Request<C> // i < length
    const { result } = runs[i] as RequestRun<S, E, R> // one a request
    const name = nameOf(i)
    if (result._tag === 'Left' && result.left.type === 'Thrown') {
      return `the handler of ${name} threw ${String(result.left.cause)}`
    }
    const told = result._tag === 'Right' ? result.right.stream : failedStream(result.left)
    if (told !== undefined && told !== stream) {
      return `${name} got stream ${told}, but asked for ${stream}`
    }
    if (result._tag === 'Left') continue
    const { version, state, events } = result.right
    const stored = streams.get(stream) ?? []
    const commit = commitOf(stored, commitId)
    if (events.length > 0 && !structural.equals(events, commit)) {
      return `${name} got other events than ${stream} holds of ${commitId}`
    }
    if (events.length > 0 && events.at(-1)?.version !== version) {
      return `${name} got version ${version}, which is not the version of its last event`
    }
    if (version > stored.length) return `${name} got a version that ${stream} does not have`
    const replayed = replayFrom(decider)(
      decider.initialState,
      stored.slice(0, version).map(({ event }) => event),
    )
    if (!structural.equals(state, replayed)) {
      return `${name} got another state at version ${version} than replaying ${stream} gives`
    }
  }
  return undefined
}

/** The first fault. */
const firstOf = <A>(
  all: ReadonlyArray<A>,
  faultOf: (one: A, at: number) => string | undefined,
): string | undefined => {
  for (let i = 0; i < all.length; i++) {
    const fault = faultOf(all[i] as A, i) // i < length
    if (fault !== undefined) return fault
  }
  return undefined
}

/** The metadata of an event are those of its command. */
const faultOfMetadata = <C, S, E, R>(
  account: RaceAccount<C, S, E, R>,
  index: number,
): string | undefined => {
  const { requests, before, streams } = account
  const { stream, commitId } = requests[index] as Request<C> // the caller's index is one
  const commit = commitOf(streams.get(stream) ?? [], commitId)
  const version = (commit[0]?.version ?? 0) - 1
  if (version < (before.get(stream) ?? 0)) return undefined
  const events = commit.map(({ event }) => event)
  // several requests with one commit id: the commit belongs to any that gives its events
  const asked = requests
    .map((request, i) => ({ request, i }))
    .filter(({ request }) => request.stream === stream && request.commitId === commitId)
    .map(({ i }) => alone(account, i, version))
    .filter((one) => structural.equals(one.events, events))
  const faults = asked.map(({ said }) =>
    firstOf(commit, (recorded, i) => metadataFault(recorded, said[i])),
  )
  return faults.includes(undefined) ? undefined : faults[0]
}

const fields = ['occurredAt', 'actor', 'correlationId', 'causationId'] as const

const metadataFault = (
  { stream, commitId, version, ...recorded }: Recorded<unknown>,
  said: Metadata | undefined,
): string | undefined => {
  const field = fields.find((one) => !structural.equals(recorded[one], said?.[one]))
  return field === undefined
    ? undefined
    : `${stream} holds ${commitId} at version ${version} with the ${field} ${source(recorded[field])}, where its command says ${source(said?.[field])}`
}

/** The requests that have been handled, in order, and the version of each stream after them. */
interface PartialOrder {
  readonly order: ReadonlyArray<number>
  readonly versions: ReadonlyMap<string, number>
}

/**
 * Looks for an order in which each request, handled alone, gets the outcome that it got and appends the
 * next events of its stream. A request that was answered before another was sent comes before it. The
 * streams follow from the set of handled requests, so each set is tried once.
 */
const noOrder = <C, S, E, R>(account: RaceAccount<C, S, E, R>): string | undefined => {
  const { requests, runs, before, streams } = account
  const open: Array<PartialOrder> = [{ order: [], versions: before }]
  const seen = new Set<string>()
  let furthest: PartialOrder = { order: [], versions: before }
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const { order, versions } = node
    const atEnd = [...streams].every(([name, { length }]) => (versions.get(name) ?? 0) === length)
    if (order.length === requests.length && atEnd) return undefined
    if (order.length >= furthest.order.length) furthest = node
    for (const next of candidates(runs, order)) {
      const after = [...order, next]
      for (const version of explain(account, next, versions).versions) {
        const { stream } = requests[next] as Request<C> // a candidate is one of them
        const grown = new Map([...versions, [stream, version]])
        const key = `${[...after].sort((a, b) => a - b).join()} ${[...grown.values()].join()}`
        if (seen.has(key)) continue
        seen.add(key)
        open.push({ order: after, versions: grown })
      }
    }
  }
  return describe(account, furthest)
}

/** The requests that may come next: no other waiting request was answered before they were sent. */
const candidates = (
  runs: ReadonlyArray<RequestRun<unknown, unknown, unknown>>,
  order: ReadonlyArray<number>,
): ReadonlyArray<number> => {
  const left = runs.map((_, i) => i).filter((i) => !order.includes(i))
  return left.filter(
    (i) => left.every((j) => (runs[j]?.to ?? 0) >= (runs[i]?.from ?? 0)), // both are indexes of runs
  )
}

interface Explanation {
  /** The versions that the stream may have afterwards; none if the request got another outcome. */
  readonly versions: ReadonlyArray<number>
  /** The outcome that it should have got. */
  readonly expected: string
}

/** A request, the streams as they are before it, and what became of it. */
interface Turn<C, S, E, R> {
  readonly account: RaceAccount<C, S, E, R>
  readonly index: number
  readonly request: Request<C>
  readonly run: RequestRun<S, E, R>
  /** The type of its failure; `undefined` if it was accepted. */
  readonly failure: string | undefined
  readonly version: number
  /** The events of its stream so far. */
  readonly stored: Events<E>
  /** Whether any stream holds its commit id. */
  readonly isTaken: boolean
}

/** Nothing was appended, if that explains the outcome. */
const unchanged = (version: number, holds: boolean, expected: string): Explanation => ({
  versions: holds ? [version] : [],
  expected,
})

/** What a request gets at some point of an order, and whether that is what it got. */
const explain = <C, S, E, R>(
  account: RaceAccount<C, S, E, R>,
  index: number,
  versions: ReadonlyMap<string, number>,
): Explanation => {
  const { requests, runs, streams } = account
  const request = requests[index] as Request<C> // the caller's index is one
  const run = runs[index] as RequestRun<S, E, R> // one for each request
  const before = (name: string) => (streams.get(name) ?? []).slice(0, versions.get(name) ?? 0)
  const { stream, commitId } = request
  const turn: Turn<C, S, E, R> = {
    account,
    index,
    request,
    run,
    failure: run.result._tag === 'Left' ? run.result.left.type : undefined,
    version: versions.get(stream) ?? 0,
    stored: before(stream),
    isTaken: [...streams.keys()].some((name) => commitOf(before(name), commitId).length > 0),
  }
  return explainWithout(turn) ?? explainHandled(turn)
}

/** If the request is not decided: its commit is stored already, or the stream is not as it expects. */
const explainWithout = <C, S, E, R>({
  request: { commitId, expected = { type: 'Any' } },
  run: { result },
  failure,
  version,
  stored,
  isTaken,
}: Turn<C, S, E, R>): Explanation | undefined => {
  const known = commitOf(stored, commitId).at(-1)
  if (known !== undefined) {
    const told = result._tag === 'Right' ? result.right.events.at(-1)?.version : undefined
    const holds = told === known.version || failure === 'StoreUnavailable'
    return unchanged(version, holds, `the outcome of ${commitId}, which is stored already`)
  }
  // a taken id says that nothing was written, whatever the decision was based on
  if (isTaken && failure === 'CommitIdTaken') return unchanged(version, true, failure)
  if (agrees(expected, version, stored.at(-1))) return undefined
  const holds = failure === 'VersionConflict' || failure === 'StoreUnavailable'
  return unchanged(version, holds, 'VersionConflict')
}

const explainHandled = <C, S, E, R>({
  account,
  index,
  request: { stream, commitId, expected: asked = { type: 'Any' } },
  run,
  failure,
  version,
  isTaken,
}: Turn<C, S, E, R>): Explanation => {
  const { outcome, appends } = alone(account, index, version)
  if (isTaken && appends > 0) return unchanged(version, false, 'CommitIdTaken')
  const expected = source(outcome, 2)
  const next = version + appends
  if (failure === undefined || failure === 'Rejected') {
    const holds = structural.equals(brief(run), outcome)
    return { versions: holds ? [next] : [], expected }
  }
  const events = (account.streams.get(stream) ?? []).slice(version, next)
  const isNext = commitOf(events, commitId).length === appends
  if (failure === 'StoreUnavailable' && isNext) return { versions: [next, version], expected }
  // other failures say that nothing was written, or that it is not known. But a request that expects the
  // version that its stream has never gets a conflict
  const isBound = asked.type !== 'Any'
  const holds = failure !== 'CommitIdTaken' && !(failure === 'VersionConflict' && isBound)
  return unchanged(version, holds, expected)
}

interface OutcomeAlone<out E> {
  readonly outcome: unknown
  readonly appends: number
  readonly events: ReadonlyArray<E>
  /** For each event, the metadata of its command. */
  readonly said: ReadonlyArray<Metadata>
}

/** The outcome of a request that is handled alone. */
const alone = <C, S, E, R>(
  { decider, requests, streams }: RaceAccount<C, S, E, R>,
  index: number,
  version: number,
): OutcomeAlone<E> => {
  const { stream, commands } = requests[index] as Request<C> // the caller's index is one
  const history = (streams.get(stream) ?? []).slice(0, version).map(({ event }) => event)
  let state = replayFrom(decider)(decider.initialState, history)
  const events: Array<E> = []
  const said: Array<Metadata> = []
  let at = 0
  for (const envelope of commands) {
    const decision = decider.decide(envelope.command, state)
    if (decision._tag === 'Left') {
      const outcome = { rejected: decision.left, command: at, version }
      return { outcome, appends: 0, events: [], said: [] }
    }
    for (const event of decision.right) {
      state = decider.evolve(state, event)
      events.push(event)
      said.push(envelope)
    }
    at++
  }
  const outcome = { accepted: events, version: version + events.length }
  return { outcome, appends: events.length, events, said }
}

/** An outcome without what the streams show. */
export const brief = <S, E, R>({
  result,
}: {
  readonly result: RequestRun<S, E, R>['result']
}): unknown => {
  if (result._tag === 'Right') {
    const { events, version } = result.right
    return { accepted: events.map(({ event }) => event), version }
  }
  return result.left.type === 'Rejected'
    ? { rejected: result.left.rejection, command: result.left.index, version: result.left.version }
    : { failed: result.left.type }
}

const describe = <C, S, E, R>(
  account: RaceAccount<C, S, E, R>,
  { order, versions }: PartialOrder,
): string => {
  const { runs } = account
  const names = order.map(nameOf).join(', ')
  const start = `no order explains the outcomes: the longest that does is ${names || 'empty'}`
  if (order.length === runs.length)
    return `${start}, and then events are left that no outcome names`
  const lines = candidates(runs, order).map(
    (i) => `after that, ${nameOf(i)} should get ${explain(account, i, versions).expected}`,
  )
  return [start, ...lines].join('\n')
}
