/**
 * The codec of a union of events, from the versions that each of them has had.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Codec, Issues } from '../Codec.ts'
import { unlessMarked, unmarked, written } from '../internal/skippable.ts'
import { failure, formerOf, onlyOne, unknownType } from './decoding.ts'
import type { EncodedEvent, EventCodec, EventIssues } from '../internal/eventCodec.ts'
import type { Live, Old, Reader } from './readers.ts'
import { liveOf, readersOf } from './readers.ts'
import type { Past, Versions, VersionsByType } from '../internal/versions.ts'
import { chainOf } from './upcast.ts'
import { left, right } from '../../internal/either.ts'

/** By name; for a type that is still written, only a `split` of its first versions. */
type Retired<E extends { readonly type: string }> = {
  readonly [K in E['type']]?: Past<E>
} & Readonly<Record<string, Old<E>>>

/**
 * What a store contains besides the events that are written today.
 *
 * @category model
 * @since 0.1.0
 */
export interface Evolution<E extends { readonly type: string }> {
  /**
   * Types that are no longer written: by name, a chain that ends in a current event, or a `split`. A type
   * that is still written may be listed with a `split` of its first versions; the versions of its chain
   * are counted from there. If a cast lists another chain for it, the current one wins.
   */
  readonly retired?: Retired<E>
  /** Types that are no longer read: such events are skipped, whatever their version and data. */
  readonly dropped?: ReadonlyArray<string>
  /**
   * Types that programs may skip if they do not know them, or not this version of them. Their data is
   * marked with `$skippable: true`, which codecs obey.
   */
  readonly skippable?: ReadonlyArray<E['type']>
}

/**
 * The codec of a union of events, from a codec or a chain of versions for each. Only the chain of the
 * event's type decodes it. The short form, `eventCodec` of `codec/IoTs`, also accepts the fields of an event.
 *
 * @example
 *   import { eventCodecOf } from 'decider-ts/codec/EventCodec'
 *   import { codec } from 'decider-ts/codec/IoTs'
 *   import { isLeft } from 'fp-ts/lib/Either.js'
 *   import * as t from 'io-ts'
 *   import assert from 'node:assert'
 *
 *   type LampEvent = { readonly type: 'SwitchedOn'; readonly by: string }
 *   const events = eventCodecOf<LampEvent>({
 *     SwitchedOn: codec(t.type({ type: t.literal('SwitchedOn'), by: t.string })),
 *   })
 *   const lost = events.decode({ type: 'SwitchedOff', schemaVersion: 1, data: {} })
 *   assert.ok(isLeft(lost) && lost.left.eventType === 'SwitchedOff')
 *
 * @category constructors
 * @since 0.1.0
 */
export const eventCodecOf = <E extends { readonly type: string }>(
  chains: VersionsByType<E>,
  { retired = {}, dropped = [], skippable = [] }: Evolution<E> = {},
): EventCodec<E> => {
  // each chain is used for events of its own type only
  const all = Object.entries(chains) as ReadonlyArray<[string, Versions<E>]>
  const olds: Readonly<Record<string, Old<E>>> = retired
  const live = new Map(all.map(([type, one]) => [type, liveOf(chainOf(one), olds[type])] as const))
  const readers = readersOf(live, olds, dropped)
  const types = [...readers.keys()]
  const members = Array.from(live, ([type, { chain }]) => [type, chain.codec] as const)
  const versions = Array.from(readers).flatMap(([type, reader]) =>
    reader.versions === undefined ? [] : [[type, reader.versions] as const],
  )
  const decodeAll = (encoded: EncodedEvent) => readBy(readers.get(encoded.type), types, encoded)
  const marks = new Set<string>(skippable)
  return {
    types,
    ...formerOf(Object.keys(olds).filter((type) => readers.has(type))),
    origin: { type: 'Tagged', members: new Map(members) },
    versions: new Map(versions),
    decodeAll,
    decode: (encoded) => {
      const { type, schemaVersion, data } = encoded
      const reader = readers.get(type)
      if (reader?.type !== 'One') return onlyOne(encoded, decodeAll(encoded))
      const decoded = reader.decode(schemaVersion, unmarked(data))
      return decoded._tag === 'Left' ? failure(type, schemaVersion, decoded.left) : decoded
    },
    encode: (event) => {
      const { type } = event
      const today = live.get(type)
      return today === undefined
        ? unknownType(live.keys(), String(type), 0)
        : encodeAs(today, event, marks.has(type))
    },
  }
}

const readBy = <E>(
  reader: Reader<E> | undefined,
  types: ReadonlyArray<string>,
  { type, schemaVersion, data }: EncodedEvent,
): Either<EventIssues, ReadonlyArray<E>> => {
  if (reader === undefined) return unlessMarked(data, unknownType(types, type, schemaVersion))
  const decoded = readAs(reader, schemaVersion, unmarked(data))
  if (decoded._tag === 'Right') return decoded
  const refused = failure(type, schemaVersion, decoded.left)
  const isNewer = reader.versions !== undefined && schemaVersion > reader.versions.length
  return isNewer ? unlessMarked(data, refused) : refused
}

const readAs = <E>(
  reader: Reader<E>,
  version: number,
  data: unknown,
): Either<Issues, ReadonlyArray<E>> => {
  if (reader.type === 'Several') return reader.decodeAll(version, data)
  const decoded = reader.decode(version, data)
  return decoded._tag === 'Left' ? decoded : right([decoded.right])
}

const encodeAs = <E extends { readonly type: string }>(
  { chain, offset }: Live<E>,
  event: E,
  isSkippable: boolean,
): Either<EventIssues, EncodedEvent> => {
  const { type } = event
  const schemaVersion = offset + chain.version
  const encoded = chain.codec.is(event) ? encodeWith(chain.codec, event) : undefined
  if (encoded?._tag !== 'Right') {
    return failure(type, schemaVersion, whyNot(type, chain.codec, event))
  }
  const data = encoded.right
  for (const before of chain.before ?? []) {
    const read = before.decode(data)
    if (read._tag === 'Left') return failure(type, schemaVersion, read.left)
  }
  const stored = written(data, isSkippable)
  return stored._tag === 'Left'
    ? failure(type, schemaVersion, [stored.left])
    : right({ type, schemaVersion, data: stored.right })
}

/** Why a codec does not accept a value: the issues of the data that it would be encoded to. */
const whyNot = <A>(expected: string, codec: Codec<A>, value: A): Issues => {
  const encoded = encodeWith(codec, value)
  const refused = codec.decode(encoded._tag === 'Right' ? encoded.right : value)
  return refused._tag === 'Left' ? refused.left : [{ path: [], expected, actual: value }]
}

/** Encoding may throw, on a value of another type or on data deeper than the stack. */
const encodeWith = <A>(codec: Codec<A>, value: A): Either<unknown, unknown> => {
  try {
    return right(codec.encode(value))
  } catch (thrown) {
    return left(thrown)
  }
}
