/**
 * What reading and writing over HTTP share: the response, recorded events as data, and a store that never
 * throws.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Option } from 'fp-ts/lib/Option.js'
import type { EncodedEvent, EventCodec } from '../../codec/EventCodec.ts'
import type { Recorded } from '../../Recorded.ts'
import { bounded } from '../../shell/internal/bounded.ts'
import type {
  CallOptions,
  EventStore,
  GivenUp,
  StoreUnavailable,
  UnencodableEvent,
} from '../../store/EventStore.ts'
import { showPath } from '../../codec/Codec.ts'
import type { FetchFailure } from './problem.ts'
import { isoOf } from './query.ts'
import { left, right } from '../../internal/either.ts'

/** The parts of a `Response`. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}

export type HttpResult<R> = Either<FetchFailure<R>, HttpAnswer>

/** A recorded event as data. Instants are in ISO 8601; JSON leaves out fields that are `undefined`. */
interface RecordedData {
  readonly version: number
  readonly position: number
  readonly commitId: string
  readonly recordedAt: string
  readonly occurredAt: string
  readonly actor: string | undefined
  readonly correlationId: string | undefined
  readonly causationId: string | undefined
  readonly event: EncodedEvent
}

const optionalName = (name: Option<string>): string | undefined =>
  name._tag === 'Some' ? name.value : undefined

export const recordedData = <E>(
  codec: EventCodec<E>,
  events: ReadonlyArray<Recorded<E>>,
): Either<UnencodableEvent, ReadonlyArray<RecordedData>> => {
  const all: Array<RecordedData> = []
  for (const recorded of events) {
    const encoded = codec.encode(recorded.event)
    if (encoded._tag === 'Left') {
      const path = showPath(encoded.left.issues[0].path)
      const { stream } = recorded
      return left({ type: 'UnencodableEvent', stream, index: all.length, path, ...encoded.left })
    }
    all.push({
      version: recorded.version,
      position: recorded.position,
      commitId: recorded.commitId,
      recordedAt: isoOf(recorded.recordedAt),
      occurredAt: isoOf(recorded.occurredAt),
      actor: optionalName(recorded.actor),
      correlationId: optionalName(recorded.correlationId),
      causationId: optionalName(recorded.causationId),
      event: encoded.right,
    })
  }
  return right(all)
}

type StoreOperation = 'load' | 'append' | 'readAll'

/** A call of a store. One that throws or rejects is `StoreUnavailable`; after the time limit it is `GivenUp`. */
const guardedCall = async <F, A>(
  operation: StoreOperation,
  limits: CallOptions,
  run: () => Promise<Either<F, A>>,
): Promise<Either<F | StoreUnavailable | GivenUp, A>> => {
  try {
    return await bounded(operation, limits, run)
  } catch (cause) {
    return left({ type: 'StoreUnavailable', operation, cause })
  }
}

/** The same store, with calls that never throw and end within the time limit. */
export const guardedStore = <E>(store: EventStore<E>): EventStore<E> => ({
  load:
    (stream, after, options = {}) =>
    () =>
      guardedCall('load', options, () => store.load(stream, after, options)()),
  append:
    (commit, options = {}) =>
    () =>
      guardedCall('append', options, () => store.append(commit, options)()),
  readAll:
    (after, limit, options = {}) =>
    () =>
      guardedCall('readAll', options, () => store.readAll(after, limit, options)()),
  ...(store.commits === undefined ? {} : { commits: store.commits }),
  ...(store.blocked === undefined ? {} : { blocked: store.blocked }),
})
