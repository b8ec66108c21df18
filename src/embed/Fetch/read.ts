/**
 * Answers GET and HEAD: the state of a stream, now or earlier, or its history.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { EventCodec } from '../../codec/EventCodec.ts'
import type { Clock, History } from '../../History.ts'
import { stateAsOf, stateAtVersion } from '../../History.ts'
import type { Loaded } from '../../Recorded.ts'
import { lastOf } from '../../internal/loaded.ts'
import type { Projection } from '../../Projection.ts'
import type { CallOptions, EventStore, HistoryMark } from '../../store/EventStore.ts'
import type { ReadHook } from './model.ts'
import { conditionsOf, etagOf, ifMatchHolds, ifNoneMatchHolds } from './headers.ts'
import { allowedBy, askHook } from './hooks.ts'
import type { FetchFailure, RequestFailure } from './problem.ts'
import { instantParameter, isoOf, choiceParameter, integerParameter } from './query.ts'
import type { StreamResource } from './route.ts'
import type { HttpResult } from './answer.ts'
import { recordedData } from './answer.ts'
import { left, right } from '../../internal/either.ts'

export interface StreamReading<in out S, in out E> {
  readonly projection: Projection<S, E>
  readonly store: EventStore<E>
  readonly events: EventCodec<E>
  readonly state: (state: S) => unknown
  readonly mayRead: ReadHook | undefined
}

/** The body of a response, and the version that it shows. */
interface FoundBody {
  readonly version: number
  readonly body: unknown
}

/** The answer from a history with at least one event. */
type HistoryQuestion<E> = (
  stream: string,
  history: History<E>,
) => Either<FetchFailure<never>, FoundBody>

const clocks: readonly [Clock, Clock] = ['occurredAt', 'recordedAt']

export const readStream = async <S, E>(
  reading: StreamReading<S, E>,
  request: Request,
  stream: string,
  resource: StreamResource,
  limits: CallOptions,
): Promise<HttpResult<never>> => {
  const query = new URL(request.url).searchParams
  const question = resource === 'state' ? askState(reading, query) : askHistory(reading, query)
  if (question._tag === 'Left') return question
  const conditions = conditionsOf(request.headers)
  if (conditions._tag === 'Left') return conditions
  if (reading.mayRead !== undefined) {
    const { mayRead } = reading
    const result = await askHook('read', limits, () => mayRead(request, stream))
    if (result._tag === 'Left') return result
    const allowed = allowedBy('read', result.right)
    if (allowed._tag === 'Left') return allowed
  }
  const loaded = await reading.store.load(stream, 0, limits)()
  if (loaded._tag === 'Left') return loaded
  if (lastOf(loaded.right) === undefined) return left({ type: 'StreamNotFound', stream })
  const found = question.right(stream, loaded.right)
  if (found._tag === 'Left') return found
  const { version, body } = found.right
  const { ifMatch, ifNoneMatch } = conditions.right
  const tagged = { version, mark: eventAt(loaded.right, version) }
  if (!ifMatchHolds(ifMatch, tagged, true)) {
    return left({ type: 'PreconditionFailed', stream, actual: version })
  }
  const headers = { etag: etagOf(tagged) }
  return ifNoneMatchHolds(ifNoneMatch, tagged, true)
    ? right({ status: 200, headers, body })
    : right({ status: 304, headers })
}

/** The stored event of a version, even if the codec drops it; none at version 0. */
const eventAt = (history: Loaded<unknown>, version: number): HistoryMark | undefined => {
  const isAtVersion = (event: { readonly version: number }): boolean => event.version === version
  return history.find(isAtVersion) ?? history.dropped?.find(isAtVersion)
}

const askState = <S, E>(
  { projection, state }: StreamReading<S, E>,
  query: URLSearchParams,
): Either<RequestFailure, HistoryQuestion<E>> => {
  const version = integerParameter(query, 'version', undefined)
  if (version._tag === 'Left') return version
  const asOf = instantParameter(query, 'asOf')
  if (asOf._tag === 'Left') return asOf
  const clock = choiceParameter(query, 'clock', clocks)
  if (clock._tag === 'Left') return clock
  const at = asOf.right
  if (at !== undefined) {
    if (version.right !== undefined) {
      return left({
        type: 'InvalidQuery',
        parameter: 'asOf',
        expected: 'absent if there is a version',
      })
    }
    return right((stream, history) => {
      const data = state(stateAsOf(projection)(history, at, clock.right))
      const about = { stream, asOf: isoOf(at), clock: clock.right }
      const version = history.filter((recorded) => recorded[clock.right] <= at).length
      return right({ version, body: { ...about, version, state: data } })
    })
  }
  return right((stream, history) => {
    const actual = lastOf(history)?.version ?? 0
    const wanted = version.right ?? actual
    const then = stateAtVersion(projection)(history, wanted)
    if (then._tag === 'None') {
      return left({ type: 'VersionNotFound', stream, version: wanted, actual })
    }
    const body = { stream, version: wanted, state: state(then.value) }
    return right({ version: wanted, body })
  })
}

const askHistory = <S, E>(
  { events }: StreamReading<S, E>,
  query: URLSearchParams,
): Either<RequestFailure, HistoryQuestion<E>> => {
  const after = integerParameter(query, 'after', 0)
  if (after._tag === 'Left') return after
  return right((stream, history) => {
    const version = lastOf(history)?.version ?? 0
    const data = recordedData(
      events,
      history.filter((recorded) => recorded.version > after.right),
    )
    return data._tag === 'Left'
      ? data
      : right({ version, body: { stream, version, events: data.right } })
  })
}
