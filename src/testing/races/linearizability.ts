/**
 * Whether concurrent requests are linearizable: whether handling them one after the other in some order
 * gives the same outcomes and streams.
 *
 */
import type { Option } from 'fp-ts/lib/Option.js'
import type { Decider } from '../../Decider.ts'
import { structural } from '../../Diff.ts'
import { replay } from '../../Projection.ts'
import type { Metadata, Recorded } from '../../Recorded.ts'
import type { CommandRequest } from '../../shell/CommandHandler.ts'
import type { ExpectedVersion } from '../../store/EventStore.ts'
import { agrees } from '../../shell/internal/marks.ts'
import type { RequestRun } from './scheduler.ts'
import { requestLetter } from './scheduler.ts'
import { source } from '../internal/source.ts'
import { none, some } from '../../internal/either.ts'

type RecordedHistory<E> = ReadonlyArray<Recorded<E>>

/** What happened in a race, which an order of the requests is to explain. */
export interface RaceAccount<C, S, E, R> {
  readonly decider: Decider<C, S, E, R>
  readonly requests: ReadonlyArray<CommandRequest<C>>
  readonly runs: ReadonlyArray<RequestRun<S, E, R>>
  /** How many events each stream held before the race. */
  readonly before: ReadonlyMap<string, number>
  readonly streams: ReadonlyMap<string, RecordedHistory<E>>
}

/** Why no order explains a race; `undefined` if one does. */
export const unexplained = <C, S, E, R>(account: RaceAccount<C, S, E, R>): string | undefined =>
  faultOfStreams(account) ??
  faultOfRuns(account) ??
  noOrder(account) ??
  firstFault(account.requests, (_, i) => faultOfMetadata(account, i))

/** Versions have no gaps, positions increase, each commit is in one piece and belongs to a request. */
const faultOfStreams = <C, S, E, R>(account: RaceAccount<C, S, E, R>): string | undefined => {
  const { streams, before, requests } = account
  const ids = new Set(requests.map(({ stream, commitId }) => `${stream} ${commitId}`))
  return firstFault([...streams], ([stream, events]) => {
    const ended = new Set<string>()
    return firstFault(events, ({ version, commitId, position }, i) => {
      const previous = events[i - 1]
      if (version !== i + 1) return `${stream} has version ${version} where ${i + 1} should stand`
      if (previous !== undefined && previous.position >= position) {
        return `in ${stream}, version ${version} has no higher position than the one before it`
      }
      if (previous !== undefined && previous.commitId !== commitId) ended.add(previous.commitId)
      if (ended.has(commitId)) return `${stream} holds ${commitId} twice`
      return i >= (before.get(stream) ?? 0) && !ids.has(`${stream} ${commitId}`)
        ? `${stream} holds ${commitId}, which is the commit of no request`
        : undefined
    })
  })
}

const eventsOfCommit = <E>(events: RecordedHistory<E>, commitId: string): RecordedHistory<E> =>
  events.filter((recorded) => recorded.commitId === commitId)

/** The stream that an outcome names, if it does. */
const namedStream = <S, E, R>({ result }: RequestRun<S, E, R>): string | undefined => {
  if (result._tag === 'Right') return result.right.stream
  const { left } = result
  return left.type === 'Rejected' || left.type === 'VersionConflict' ? left.stream : undefined
}

/** What each outcome says of its stream is true. */
const faultOfRuns = <C, S, E, R>(account: RaceAccount<C, S, E, R>): string | undefined =>
  firstFault(account.runs, (run, i) => {
    const { result } = run
    const { stream, commitId } = account.requests[i] as CommandRequest<C> // one for each run
    const name = requestLetter(i)
    if (result._tag === 'Left' && result.left.type === 'Thrown') {
      return `the handler of ${name} threw ${String(result.left.cause)}`
    }
    const named = namedStream(run) ?? stream
    if (named !== stream) return `${name} got stream ${named}, but asked for ${stream}`
    if (result._tag === 'Left') return undefined
    const { version, state, events } = result.right
    const stored = account.streams.get(stream) ?? []
    if (events.length > 0 && !structural.equals(events, eventsOfCommit(stored, commitId))) {
      return `${name} got other events than ${stream} holds of ${commitId}`
    }
    if (events.length > 0 && events.at(-1)?.version !== version) {
      return `${name} got version ${version}, which is not the version of its last event`
    }
    if (version > stored.length) return `${name} got a version that ${stream} does not have`
    return structural.equals(state, stateAt(account, stream, version))
      ? undefined
      : `${name} got another state at version ${version} than replaying ${stream} gives`
  })

/** The replay of a stream up to a version. */
const stateAt = <C, S, E, R>(
  { decider, streams }: RaceAccount<C, S, E, R>,
  stream: string,
  version: number,
): S => replay(decider)((streams.get(stream) ?? []).slice(0, version).map(({ event }) => event))

/** The first fault. */
const firstFault = <A>(
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
  const { stream, commitId } = requests[index] as CommandRequest<C> // the caller's index is one
  const commit = eventsOfCommit(streams.get(stream) ?? [], commitId)
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
    firstFault(commit, (recorded, i) => metadataFault(recorded, said[i])),
  )
  return faults.includes(undefined) ? undefined : faults[0]
}

const fields = ['occurredAt', 'actor', 'correlationId', 'causationId'] as const

/** The names of a request as its events record them. */
const metadataOptions = ({ actor, correlationId, causationId }: Metadata = {}) => ({
  actor: nameOption(actor),
  correlationId: nameOption(correlationId),
  causationId: nameOption(causationId),
})

const nameOption = (name: string | undefined): Option<string> =>
  name === undefined ? none : some(name)

const metadataFault = (
  { stream, commitId, version, ...recorded }: Recorded<unknown>,
  said: Metadata | undefined,
): string | undefined => {
  const expected = { occurredAt: said?.occurredAt ?? recorded.recordedAt, ...metadataOptions(said) }
  const field = fields.find((one) => !structural.equals(recorded[one], expected[one]))
  return field === undefined
    ? undefined
    : `${stream} holds ${commitId} at version ${version} with the ${field} ${source(recorded[field])}, where its request says ${source(expected[field])}`
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
        const { stream } = requests[next] as CommandRequest<C> // a candidate is one of them
        const grown = new Map([...versions, [stream, version]])
        const key = `${[...after].sort((a, b) => a - b).join()} ${[...grown.values()].join()}`
        if (seen.has(key)) continue
        seen.add(key)
        open.push({ order: after, versions: grown })
      }
    }
  }
  return describeNoOrder(account, furthest)
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

interface OutcomeExplanation {
  /** The versions that the stream may have afterwards; none if the request got another outcome. */
  readonly versions: ReadonlyArray<number>
  /** The outcome that it should have got. */
  readonly expected: string
}

/** What a request gets at some point of an order, and whether that is what it got. */
const explain = <C, S, E, R>(
  account: RaceAccount<C, S, E, R>,
  index: number,
  versions: ReadonlyMap<string, number>,
): OutcomeExplanation => {
  const { streams } = account
  const {
    stream,
    commitId,
    expected: asked = expectsAnyVersion,
  } = account.requests[index] as CommandRequest<C> // the caller's index is one
  const { result } = account.runs[index] as RequestRun<S, E, R> // one for each request
  const failure = result._tag === 'Left' ? result.left.type : undefined
  const version = versions.get(stream) ?? 0
  /** Nothing is appended, if that explains the outcome. */
  const unchanged = (holds: boolean, expected: string): OutcomeExplanation => ({
    versions: holds ? [version] : [],
    expected,
  })
  const before = (name: string) => (streams.get(name) ?? []).slice(0, versions.get(name) ?? 0)
  const known = eventsOfCommit(before(stream), commitId).at(-1)
  if (known !== undefined) {
    const told = result._tag === 'Right' ? result.right.events.at(-1)?.version : undefined
    const holds = told === known.version || isUndecided(failure)
    return unchanged(holds, `the outcome of ${commitId}, which is stored already`)
  }
  const isTaken = [...streams.keys()].some(
    (name) => eventsOfCommit(before(name), commitId).length > 0,
  )
  // a taken id says that nothing was written, whatever the decision was based on
  if (isTaken && failure === 'CommitIdTaken') return unchanged(true, failure)
  if (!agrees(asked, version, before(stream).at(-1))) {
    const holds = failure === 'VersionConflict' || isUndecided(failure)
    return unchanged(holds, 'VersionConflict')
  }
  return explainHandled(account, index, version, isTaken)
}

/** Whether the store failed before it looked at the request. */
const isUndecided = (failure: string | undefined): boolean =>
  failure === 'StoreUnavailable' || failure === 'StoreBusy'

const expectsAnyVersion: ExpectedVersion = { type: 'Any' }

/** If the request is decided: what becomes of the events that it gives. */
const explainHandled = <C, S, E, R>(
  account: RaceAccount<C, S, E, R>,
  index: number,
  version: number,
  isTaken: boolean,
): OutcomeExplanation => {
  const {
    stream,
    commitId,
    expected: asked = expectsAnyVersion,
  } = account.requests[index] as CommandRequest<C> // the caller's index is one
  const { result } = account.runs[index] as RequestRun<S, E, R> // one for each request
  const failure = result._tag === 'Left' ? result.left.type : undefined
  const { outcome, events } = alone(account, index, version)
  if (isTaken && events.length > 0) return { versions: [], expected: 'CommitIdTaken' }
  const expected = source(outcome, 2)
  const next = version + events.length
  if (failure === undefined || failure === 'Rejected') {
    return { versions: structural.equals(brief({ result }), outcome) ? [next] : [], expected }
  }
  const stored = eventsOfCommit((account.streams.get(stream) ?? []).slice(version, next), commitId)
  if (failure === 'StoreUnavailable' && stored.length === events.length) {
    return { versions: [next, version], expected }
  }
  // other failures say that nothing was written, or that it is not known. But a request that expects the
  // version that its stream has never gets a conflict
  const isBound = asked.type !== 'Any'
  const isWrong = failure === 'CommitIdTaken' || (failure === 'VersionConflict' && isBound)
  return { versions: isWrong ? [] : [version], expected }
}

interface OutcomeAlone<out E> {
  readonly outcome: unknown
  readonly events: ReadonlyArray<E>
  /** For each event, the metadata of its command. */
  readonly said: ReadonlyArray<Metadata>
}

/** The outcome of a request that is handled alone. */
const alone = <C, S, E, R>(
  account: RaceAccount<C, S, E, R>,
  index: number,
  version: number,
): OutcomeAlone<E> => {
  const request = account.requests[index] as CommandRequest<C> // the caller's index is one
  const { stream, commands } = request
  let state = stateAt(account, stream, version)
  const events: Array<E> = []
  const said: Array<Metadata> = []
  for (const [at, command] of commands.entries()) {
    const decision = account.decider.decide(command, state)
    if (decision._tag === 'Left') {
      return { outcome: { rejected: decision.left, command: at, version }, events: [], said: [] }
    }
    for (const event of decision.right) {
      state = account.decider.evolve(state, event)
      events.push(event)
      said.push(request)
    }
  }
  return { outcome: { accepted: events, version: version + events.length }, events, said }
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

const describeNoOrder = <C, S, E, R>(
  account: RaceAccount<C, S, E, R>,
  { order, versions }: PartialOrder,
): string => {
  const { runs } = account
  const names = order.map(requestLetter).join(', ')
  const start = `no order explains the outcomes: the longest that does is ${names || 'empty'}`
  if (order.length === runs.length)
    return `${start}, and then events are left that no outcome names`
  const lines = candidates(runs, order).map(
    (i) => `after that, ${requestLetter(i)} should get ${explain(account, i, versions).expected}`,
  )
  return [start, ...lines].join('\n')
}
