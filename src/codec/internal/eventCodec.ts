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
 * An event, or a command, as a store keeps it: its name, the version of its data, and the data as a JSON value.
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
 * Encodes `E` for a store and decodes it again.
 *
 * @category model
 * @since 0.1.0
 */
export interface EventCodec<in out E> {
  readonly decode: (encoded: EncodedEvent) => Either<EventIssues, E>
  readonly encode: (event: E) => Either<EventIssues, EncodedEvent>
  /**
   * Decodes a stored event to none, one or several; `decode` refuses any number but one. Defaults to
   * `decode`.
   */
  readonly decodeAll?: (encoded: EncodedEvent) => Either<EventIssues, ReadonlyArray<E>>
  /** The names under which the codec's events may be stored, including those no longer written. */
  readonly types: ReadonlyArray<string>
  /**
   * Those of `types` that may decode to events of another type: a query that asks for some types reads these,
   * too. Defaults to none.
   */
  readonly former?: ReadonlyArray<string>
  /** What the codecs of the newest versions were built from; absent if written by hand. */
  readonly origin?: Origin
  /**
   * For each type that is still read, what each version of its data was built from, from version 1 on;
   * absent if written by hand.
   */
  readonly versions?: ReadonlyMap<string, ReadonlyArray<Shapes>>
}

/** `decodeAll` of a codec, also of one that was written by hand. */
export const decodeAllOf = <E>(
  codec: EventCodec<E>,
): ((encoded: EncodedEvent) => Either<EventIssues, ReadonlyArray<E>>) =>
  codec.decodeAll ??
  ((encoded) => {
    const decoded = codec.decode(encoded)
    if (decoded._tag === 'Right') return right([decoded.right])
    return codec.types.includes(encoded.type) ? decoded : unlessMarked(encoded.data, decoded)
  })
