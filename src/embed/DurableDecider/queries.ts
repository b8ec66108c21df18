/**
 * Queries of a decider in a Durable Object: its events, and its states at any time.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Decider } from '../../Decider.ts'
import type { Clock, History } from '../../History.ts'
import { stateAsOf, stateAtVersion } from '../../History.ts'
import type { Instant, Loaded } from '../../Recorded.ts'
import { firstOf, lastOf, laterThan } from '../../internal/loaded.ts'
import type { Folded, StateCache } from '../../shell/CommandHandler.ts'
import type { EventStore, LoadFailure } from '../../store/EventStore.ts'
import { isAt } from '../../shell/internal/marks.ts'
import { encodedData, encodedEvents, failedAnswer, invalidRequest, readTime } from './wire.ts'
import type { DurableDecider, DurableHistory, DurableState } from './model.ts'
import type { JsonCodecs } from '../Json.ts'
import { readVersion } from '../../codec/internal/untrusted.ts'
import { right } from '../../internal/either.ts'

/** A stream with its decider, and the states in memory. */
export interface HostedStream<in out C, in out S, in out E, in out R> {
  readonly decider: Decider<C, S, E, R>
  readonly codecs: JsonCodecs<C, S, E, R>
  readonly stream: string
  readonly store: EventStore<E>
  readonly cache: StateCache<S>
}

export const pastOf = <C, S, E, R>(
  hosted: HostedStream<C, S, E, R>,
): Pick<DurableDecider, 'state' | 'stateAtVersion' | 'stateAsOf'> & {
  readonly history: (afterVersion: number) => Promise<DurableHistory>
} => ({
  history: (afterVersion) => historyAfter(hosted, afterVersion),
  state: async () => {
    const now = await current(hosted)
    return now._tag === 'Left'
      ? failedAnswer(now.left)
      : stateAnswer(hosted, now.right.version, now.right.state)
  },
  stateAtVersion: async (version) => {
    const read = readVersion(version, ['version'])
    return read._tag === 'Left'
      ? invalidRequest(read.left)
      : fromHistory(hosted, (history) => answerAt(hosted, history, read.right))
  },
  stateAsOf: async (instant, clock) => {
    const time = readTime(instant, clock)
    return time._tag === 'Left'
      ? invalidRequest(time.left)
      : fromHistory(hosted, (history) => answerAsOf(hosted, history, instant, clock))
  },
})

const historyAfter = async <C, S, E, R>(
  { codecs, stream, store }: HostedStream<C, S, E, R>,
  afterVersion: number,
): Promise<DurableHistory> => {
  const after = readVersion(afterVersion, ['afterVersion'])
  if (after._tag === 'Left') return invalidRequest(after.left)
  const loaded = await store.load(stream, after.right)()
  if (loaded._tag === 'Left') return failedAnswer(loaded.left)
  const events = encodedEvents(codecs.events, loaded.right)
  return events._tag === 'Left' ? events.left : { type: 'History', events: events.right }
}

const fromHistory = async <C, S, E, R>(
  { stream, store }: HostedStream<C, S, E, R>,
  answer: (history: History<E>) => DurableState,
): Promise<DurableState> => {
  const loaded = await store.load(stream)()
  return loaded._tag === 'Left' ? failedAnswer(loaded.left) : answer(loaded.right)
}

const answerAt = <C, S, E, R>(
  hosted: HostedStream<C, S, E, R>,
  history: History<E>,
  version: number,
): DurableState => {
  const state = stateAtVersion(hosted.decider)(history, version)
  return state._tag === 'None'
    ? { type: 'NoSuchVersion', version, last: lastOf(history)?.version ?? 0 }
    : stateAnswer(hosted, version, state.value)
}

const answerAsOf = <C, S, E, R>(
  hosted: HostedStream<C, S, E, R>,
  history: History<E>,
  instant: Instant,
  clock: Clock,
): DurableState => {
  const version = history.filter((recorded) => recorded[clock] <= instant).length
  return stateAnswer(hosted, version, stateAsOf(hosted.decider)(history, instant, clock))
}

const stateAnswer = <C, S, E, R>(
  { codecs }: HostedStream<C, S, E, R>,
  version: number,
  state: S,
): DurableState => {
  const data = encodedData('state', codecs.state, state)
  return data._tag === 'Left' ? data.left : { type: 'State', version, state: data.right }
}

/** The state in memory and the later events, if the store still holds its last event; else all events. */
const current = async <C, S, E, R>({
  decider,
  stream,
  store,
  cache,
}: HostedStream<C, S, E, R>): Promise<Either<LoadFailure, Folded<S>>> => {
  const known = cache.get(stream)
  const mark = known?.mark
  const tail = await store.load(stream, mark === undefined ? 0 : (known?.version ?? 1) - 1)()
  if (tail._tag === 'Left') return tail
  const first = firstOf(tail.right)
  if (known !== undefined && mark !== undefined && isAt(mark, first)) {
    return right(folded(decider, known, laterThan(tail.right, first.position)))
  }
  const all = mark === undefined ? tail : await store.load(stream)()
  if (all._tag === 'Left') return all
  const start = { version: 0, state: decider.initialState, mark: undefined }
  return right(folded(decider, start, all.right))
}

const folded = <S, E>(
  { evolve }: Pick<Decider<never, S, E, unknown>, 'evolve'>,
  from: Folded<S>,
  events: Loaded<E>,
): Folded<S> => {
  let { state } = from
  for (const { event } of events) state = evolve(state, event)
  const head = lastOf(events)
  return { version: head?.version ?? from.version, state, mark: head ?? from.mark }
}
