/**
 * What an event codec is, and how it fails.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Issues, Origin } from '../Codec.ts'
import type { Shapes } from './shapes.ts'
import { unlessMarked } from './skippable.ts'
import { right } from '../../internal/either.ts'

/**
 * An event as a store keeps it: the name and the version of its data, and the data, a value that
 * JSON can hold.
 *
 * @category model
 * @since 0.1.0
 */
export interface EncodedEvent {
  readonly type: string
  /** The version of the data's shape, from 1. */
  readonly schemaVersion: number
  readonly data: unknown
}

/**
 * Why an event could not be decoded or encoded.
 *
 * @category model
 * @since 0.1.0
 */
export interface EventIssues {
  readonly eventType: string
  readonly schemaVersion: number
  readonly issues: Issues
}

/**
 * From `E` to what a store keeps, and back.
 *
 * @category model
 * @since 0.1.0
 */
export interface EventCodec<in out E> {
  readonly decode: (encoded: EncodedEvent) => Either<EventIssues, E>
  readonly encode: (event: E) => Either<EventIssues, EncodedEvent>
  /**
   * The events that a stored one has become: none, one or several; `decode` refuses any other number.
   * Left out where written by hand, for one each.
   */
  readonly decodeAll?: (encoded: EncodedEvent) => Either<EventIssues, ReadonlyArray<E>>
  /** The names under which the codec's events may be stored, those no longer written included. */
  readonly types: ReadonlyArray<string>
  /** What the codecs of the newest versions were put together from; left out where written by hand. */
  readonly origin?: Origin
  /**
   * For each type that is in the store and still read, what each version of its data was put together
   * from, from version 1 on; left out where written by hand.
   */
  readonly versions?: ReadonlyMap<string, ReadonlyArray<Shapes>>
}

/** The events that a stored one has become, also where the codec was written by hand. */
export const decodeAllOf = <E>(
  codec: EventCodec<E>,
): ((encoded: EncodedEvent) => Either<EventIssues, ReadonlyArray<E>>) =>
  codec.decodeAll ??
  ((encoded) => {
    const decoded = codec.decode(encoded)
    if (decoded._tag === 'Right') return right([decoded.right])
    return codec.types.includes(encoded.type) ? decoded : unlessMarked(encoded.data, decoded)
  })
