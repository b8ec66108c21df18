/**
 * What reading and writing over HTTP have in common: what both are put together from, how they answer,
 * and how a recorded event looks as data.
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
import type { Failure } from './problem.ts'
import { isoOf } from './query.ts'
import { left, right } from '../../internal/either.ts'

/** An answer before it is a `Response`; without a body where the answer has none. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}

export type Answered<R> = Either<Failure<R>, HttpAnswer>

/** A recorded event as data: instants in ISO 8601, and what is absent left out. */
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

type Operation = 'load' | 'append' | 'readAll'

/**
 * A store that throws or rejects, though its type says that it does not, is one that is unavailable, and one
 * that never answers is given up.
 */
const guardedCall = async <F, A>(
  operation: Operation,
  limits: CallOptions,
  run: () => Promise<Either<F, A>>,
): Promise<Either<F | StoreUnavailable | GivenUp, A>> => {
  try {
    return await bounded(operation, limits, run)
  } catch (cause) {
    return left({ type: 'StoreUnavailable', operation, cause })
  }
}

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
  head:
    (options = {}) =>
    () =>
      guardedCall('readAll', options, () => store.head(options)()),
  ...(store.blocked === undefined ? {} : { blocked: store.blocked }),
})
