/**
 * Whether what became of requests that were handled at the same time is what some order of them, one
 * after the other, would have given.
 *
 */
import type { Decider } from '../../Decider.ts'
import { structural } from '../../Diff.ts'
import { replayFrom } from '../../Projection.ts'
import type { Metadata, Recorded } from '../../Recorded.ts'
import type { HandlerFailure, Request } from '../../shell/CommandHandler.ts'
import type { ExpectedVersion } from '../../store/EventStore.ts'
import { agrees } from '../../shell/internal/marks.ts'
import type { Run } from './scheduler.ts'
import { nameOf } from './scheduler.ts'
import { source } from '../internal/source.ts'

type Events<E> = ReadonlyArray<Recorded<E>>

/** What is to be explained. */
export interface Account<C, S, E, R> {
  readonly decider: Decider<C, S, E, R>
  readonly requests: ReadonlyArray<Request<C>>
  readonly runs: ReadonlyArray<Run<S, E, R>>
  /** How many events each stream held before the race. */
  readonly before: ReadonlyMap<string, number>
  readonly streams: ReadonlyMap<string, Events<E>>
}

/** Why no order explains it; `undefined` where one does. */
export const unexplained = <C, S, E, R>(account: Account<C, S, E, R>): string | undefined =>
  faultOfStreams(account) ??
  faultOfRuns(account) ??
  noOrder(account) ??
  firstOf(account.requests, (_, i) => faultOfMetadata(account, i))

/** Versions without gap, positions that rise, each commit in one piece and asked for. */
const faultOfStreams = <C, S, E, R>(account: Account<C, S, E, R>): string | undefined => {
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

/** The stream that a rejection or a conflict tells of. */
const streamOf = (failure: HandlerFailure<unknown>): string | undefined =>
  failure.type === 'Rejected' || failure.type === 'VersionConflict' ? failure.stream : undefined

/** What each outcome says of the stream is so. */
const faultOfRuns = <C, S, E, R>({
  decider,
  requests,
  runs,
  streams,
}: Account<C, S, E, R>): string | undefined => {
  for (let i = 0; i < requests.length; i++) {
    const { stream, commitId } = requests[i] as Request<C> // i < length
    const { result } = runs[i] as Run<S, E, R> // one a request
    const name = nameOf(i)
    if (result._tag === 'Left' && result.left.type === 'Thrown') {
      return `the handler of ${name} threw ${String(result.left.cause)}`
    }
    const told = result._tag === 'Right' ? result.right.stream : streamOf(result.left)
    if (told !== undefined && told !== stream) {
      return `${name} was told of ${told}, but asked for ${stream}`
    }
    if (result._tag === 'Left') continue
    const { version, state, events } = result.right
    const stored = streams.get(stream) ?? []
    const commit = commitOf(stored, commitId)
    if (events.length > 0 && !structural.equals(events, commit)) {
      return `${name} was told of other events than ${stream} holds of ${commitId}`
    }
    if (events.length > 0 && events.at(-1)?.version !== version) {
      return `${name} was told of version ${version}, which is not that of its last event`
    }
    if (version > stored.length) return `${name} was told of a version that ${stream} does not have`
    const replayed = replayFrom(decider)(
      decider.initialState,
      stored.slice(0, version).map(({ event }) => event),
    )
    if (!structural.equals(state, replayed)) {
      return `${name} was told of another state at version ${version} than replaying ${stream} gives`
    }
  }
  return undefined
}

/** The first fault that is found. */
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

/** What an event says about itself is what its command says. */
const faultOfMetadata = <C, S, E, R>(
  account: Account<C, S, E, R>,
  index: number,
): string | undefined => {
  const { requests, before, streams } = account
  const { stream, commitId } = requests[index] as Request<C> // the caller's index is one
  const commit = commitOf(streams.get(stream) ?? [], commitId)
  const version = (commit[0]?.version ?? 0) - 1
  if (version < (before.get(stream) ?? 0)) return undefined
  const events = commit.map(({ event }) => event)
  // where several have one id, the commit is that of any one whose events they are
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

/** Where a search stands: which requests have been handled, and how long each stream has become. */
interface Node {
  readonly order: ReadonlyArray<number>
  readonly versions: ReadonlyMap<string, number>
}

/**
 * Looks for an order in which each request, handled alone, gets the outcome that it got and appends
 * what comes next in its stream. A set of handled requests fixes the streams, so it is looked at
 * once; who was answered before another was sent comes before it.
 */
const noOrder = <C, S, E, R>(account: Account<C, S, E, R>): string | undefined => {
  const { requests, runs, before, streams } = account
  const open: Array<Node> = [{ order: [], versions: before }]
  const seen = new Set<string>()
  let furthest: Node = { order: [], versions: before }
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const { order, versions } = node
    const atEnd = [...streams].every(([name, { length }]) => (versions.get(name) ?? 0) === length)
    if (order.length === requests.length && atEnd) return undefined
    if (order.length >= furthest.order.length) furthest = node
    for (const next of candidates(runs, order)) {
      const after = [...order, next]
      for (const version of step(account, next, versions).versions) {
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

/** The requests that may come next: no other one that is still to come was answered before them. */
const candidates = (
  runs: ReadonlyArray<Run<unknown, unknown, unknown>>,
  order: ReadonlyArray<number>,
): ReadonlyArray<number> => {
  const left = runs.map((_, i) => i).filter((i) => !order.includes(i))
  return left.filter(
    (i) => left.every((j) => (runs[j]?.to ?? 0) >= (runs[i]?.from ?? 0)), // both are indexes of runs
  )
}

interface Step {
  /** The versions that the stream may have after it: none where its outcome is another one. */
  readonly versions: ReadonlyArray<number>
  /** What it should have got. */
  readonly expected: string
}

const any: ExpectedVersion = { type: 'Any' }

/** What a request gets at some point of an order, and whether that is what it got. */
const step = <C, S, E, R>(
  account: Account<C, S, E, R>,
  index: number,
  versions: ReadonlyMap<string, number>,
): Step => {
  const { requests, runs, streams } = account
  const { stream, commitId, expected: believed = any } = requests[index] as Request<C> // the caller's index is one
  const run = runs[index] as Run<S, E, R> // one a request
  const failure = run.result._tag === 'Left' ? run.result.left.type : undefined
  const version = versions.get(stream) ?? 0
  const stands = (holds: boolean, expected: string): Step => ({
    versions: holds ? [version] : [],
    expected,
  })
  const stored = (name: string) => (streams.get(name) ?? []).slice(0, versions.get(name) ?? 0)
  const known = commitOf(stored(stream), commitId).at(-1)
  if (known !== undefined) {
    const told = run.result._tag === 'Right' ? run.result.right.events.at(-1)?.version : undefined
    const holds = told === known.version || failure === 'StoreUnavailable'
    return stands(holds, `the outcome of ${commitId}, which is stored already`)
  }
  const isTaken = [...streams.keys()].some((name) => commitOf(stored(name), commitId).length > 0)
  // that the id is taken says that nothing was written, which is so whatever it was decided on
  if (isTaken && failure === 'CommitIdTaken') return stands(true, failure)
  if (!agrees(believed, version, stored(stream).at(-1))) {
    return stands(
      failure === 'VersionConflict' || failure === 'StoreUnavailable',
      'VersionConflict',
    )
  }
  // whoever expects a version is never told of a conflict where the stream stands at it
  const isBound = believed.type !== 'Any'
  const { outcome, appends } = alone(account, index, version)
  if (isTaken && appends > 0) return stands(false, 'CommitIdTaken')
  const expected = source(outcome, 2)
  const next = version + appends
  if (failure === undefined || failure === 'Rejected') {
    const holds = structural.equals(brief(run), outcome)
    return { versions: holds ? [next] : [], expected }
  }
  const events = (streams.get(stream) ?? []).slice(version, next)
  const isNext = commitOf(events, commitId).length === appends
  return failure === 'StoreUnavailable' && isNext
    ? { versions: [next, version], expected }
    : // it says that nothing was written, or that it does not know
      stands(failure !== 'CommitIdTaken' && !(failure === 'VersionConflict' && isBound), expected)
}

interface Alone<out E> {
  readonly outcome: unknown
  readonly appends: number
  readonly events: ReadonlyArray<E>
  /** What the command of each event says about itself. */
  readonly said: ReadonlyArray<Metadata>
}

/** The outcome that a request gets where nobody else is about. */
const alone = <C, S, E, R>(
  { decider, requests, streams }: Account<C, S, E, R>,
  index: number,
  version: number,
): Alone<E> => {
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

/** An outcome without what the streams say of it already. */
export const brief = <S, E, R>({
  result,
}: {
  readonly result: Run<S, E, R>['result']
}): unknown => {
  if (result._tag === 'Right') {
    const { events, version } = result.right
    return { accepted: events.map(({ event }) => event), version }
  }
  return result.left.type === 'Rejected'
    ? { rejected: result.left.rejection, command: result.left.index, version: result.left.version }
    : { failed: result.left.type }
}

const describe = <C, S, E, R>(account: Account<C, S, E, R>, { order, versions }: Node): string => {
  const { runs } = account
  const names = order.map(nameOf).join(', ')
  const start = `no order explains the outcomes: the longest that does is ${names || 'that of none'}`
  if (order.length === runs.length)
    return `${start}, and then events are left that no outcome tells of`
  const lines = candidates(runs, order).map(
    (i) => `after that, ${nameOf(i)} should get ${step(account, i, versions).expected}`,
  )
  return [start, ...lines].join('\n')
}
