/**
 * Event codecs of products: makes the codec of the events that `Product.struct` and `Product.many` emit
 * from the codecs of their parts.
 *
 * `c` is a codec of a product, `cᵢ` the codec of the part `i`.
 *
 * Laws:
 *
 * 1. round trip: `c.encode(e)` followed by `c.decode` returns `Right(e)`, also through JSON
 * 2. `c` encodes an event of the part `i` if and only if `cᵢ` does, and decodes it as `cᵢ` does
 * 3. an event of no part is refused, unless its writer marked it as skippable
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { KeyedEvent } from '../../Product.ts'
import type { Issue } from '../Codec.ts'
import { formerOf, onlyOne, unknownType } from './decoding.ts'
import type { EncodedEvent, EventCodec, EventIssues } from '../internal/eventCodec.ts'
import { decodeAllOf } from '../internal/eventCodec.ts'
import type { WithType } from '../internal/shortForm.ts'
import { isMarked, marked, unlessMarked } from '../internal/skippable.ts'
import { left, right } from '../../internal/either.ts'

/** Any event codec: what `structCodec` accepts as a part. */
interface AnyEventCodec {
  readonly decode: (encoded: EncodedEvent) => Either<EventIssues, unknown>
  readonly encode: (event: never) => Either<EventIssues, EncodedEvent>
  readonly decodeAll?: (encoded: EncodedEvent) => Either<EventIssues, ReadonlyArray<unknown>>
  readonly types: ReadonlyArray<string>
}

type CodecPartEvents<P> = {
  readonly [K in keyof P]: P[K] extends EventCodec<infer E> ? E : never
}

type PartCodecs<L> = { readonly [K in keyof L]: EventCodec<L[K]> }

/** Part names are strings without a dot, because a dot separates the part from the event's own type. */
type DotlessNames<P> = {
  readonly [K in keyof P]: K extends `${string}.${string}`
    ? 'part names must not contain a dot'
    : K extends string
      ? unknown
      : 'part names must be strings'
}

/** An event of the part that `type` names, as `Product.struct` emits it. */
type CodecPartEvent<L, K extends keyof L = keyof L> = {
  readonly [P in K]: { readonly type: P; readonly event: L[P] }
}[K]

/**
 * The codec of the events of a `Product.struct`. An event `{ type: 'order', event }` is stored under the
 * name of its part, a dot, and the name that its own codec gives it, as in `order.LineAdded`.
 *
 * @example
 *   import { structCodec } from 'decider-ts/codec/EventCodec'
 *   import { orderEventCodec } from 'decider-ts/order/codec'
 *   import { isRight } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const events = structCodec({ order: orderEventCodec, basket: orderEventCodec })
 *   const encoded = events.encode({ type: 'basket', event: { type: 'TaxSet', amount: 5 } })
 *   assert.ok(isRight(encoded) && encoded.right.type === 'basket.TaxSet')
 *
 * @category constructors
 * @since 0.1.0
 */
export const structCodec = <P extends Readonly<Record<string, AnyEventCodec>>>(
  parts: P & PartCodecs<CodecPartEvents<P>> & DotlessNames<P>,
): EventCodec<CodecPartEvent<CodecPartEvents<P>>> => structCodecOf<CodecPartEvents<P>>(parts)

const structCodecOf = <L extends Readonly<Record<string, unknown>>>(
  parts: PartCodecs<L>,
): EventCodec<CodecPartEvent<L>> => {
  const names: ReadonlyArray<keyof L> = Object.keys(parts)
  const byName = new Map<string, keyof L>(names.map((name) => [String(name), name]))
  // one codec for each name, that of its part
  const ownCodecs = Object.fromEntries(
    names.map((name) => [name, prefixed(String(name), parts[name])]),
  ) as unknown as PartCodecs<L>

  const encode = <K extends keyof L>({
    type,
    event,
  }: CodecPartEvent<L, K>): Either<EventIssues, EncodedEvent> => {
    const name = String(type)
    return byName.has(name) ? ownCodecs[type].encode(event) : unknownPart(byName.keys(), name, 0)
  }

  const decodeAll = (
    encoded: EncodedEvent,
  ): Either<EventIssues, ReadonlyArray<CodecPartEvent<L>>> => {
    const dot = encoded.type.indexOf('.')
    const name = dot === -1 ? undefined : byName.get(encoded.type.slice(0, dot))
    if (name === undefined) {
      const { type, schemaVersion, data } = encoded
      return unlessMarked(data, unknownPart(byName.keys(), type, schemaVersion))
    }
    const decoded = decodeAllOf(ownCodecs[name])(encoded)
    return decoded._tag === 'Left'
      ? decoded
      : right(decoded.right.map((event) => ({ type: name, event })))
  }

  return withSeveral(decodeAll, {
    types: names.flatMap((name) => ownCodecs[name].types),
    ...formerOf(names.flatMap((name) => ownCodecs[name].former ?? [])),
    encode,
  })
}

/** A codec from a function that decodes to any number of events. */
const withSeveral = <E>(
  decodeAll: (encoded: EncodedEvent) => Either<EventIssues, ReadonlyArray<E>>,
  codec: Omit<EventCodec<E>, 'decode' | 'decodeAll'>,
): EventCodec<E> => ({
  ...codec,
  decode: (encoded) => onlyOne(encoded, decodeAll(encoded)),
  decodeAll,
})

/**
 * The codec of one part alone, stored as `structCodec` stores it: for a part with streams of its own.
 *
 * @example
 *   import { prefixed } from 'decider-ts/codec/EventCodec'
 *   import { orderEventCodec } from 'decider-ts/order/codec'
 *   import { isRight } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const encoded = prefixed('basket', orderEventCodec).encode({ type: 'TaxSet', amount: 5 })
 *   assert.ok(isRight(encoded) && encoded.right.type === 'basket.TaxSet')
 *
 * @category constructors
 * @since 0.1.0
 */
export const prefixed = <E>(name: string, codec: EventCodec<E>): EventCodec<E> => {
  const withoutName = ({ type, schemaVersion, data }: EncodedEvent): EncodedEvent | undefined =>
    type.startsWith(`${name}.`)
      ? { type: type.slice(name.length + 1), schemaVersion, data }
      : undefined
  const decodeInner = decodeAllOf(codec)
  const decodeAll = (encoded: EncodedEvent): Either<EventIssues, ReadonlyArray<E>> => {
    const inner = withoutName(encoded)
    if (inner === undefined) {
      return unlessMarked(encoded.data, unknownPart([name], encoded.type, encoded.schemaVersion))
    }
    const decoded = decodeInner(inner)
    return decoded._tag === 'Left' ? left(withinPart(name, decoded.left)) : decoded
  }
  return withSeveral(decodeAll, {
    types: codec.types.map((type) => `${name}.${type}`),
    ...formerOf((codec.former ?? []).map((type) => `${name}.${type}`)),
    encode: (event) => {
      const encoded = codec.encode(event)
      if (encoded._tag === 'Left') return left(withinPart(name, encoded.left))
      const { type, schemaVersion, data } = encoded.right
      return right({ type: `${name}.${type}`, schemaVersion, data })
    },
  })
}

const unknownPart = (
  names: Iterable<string>,
  eventType: string,
  schemaVersion: number,
): Either<EventIssues, never> => {
  const parts = Array.from(names, (name) =>
    name === '' ? '".…" (the part "")' : JSON.stringify(`${name}.…`),
  )
  const expected = parts.join(' | ') || 'nothing: there are no parts'
  const issue: Issue = { path: ['type'], expected, actual: eventType }
  return left({ eventType, schemaVersion, issues: [issue] })
}

const withinPart = (
  name: string,
  { eventType, schemaVersion, issues }: EventIssues,
): EventIssues => ({
  eventType: `${name}.${eventType}`,
  schemaVersion,
  issues,
})

/**
 * The codec of the events of a `Product.many`: stored under the name and version that the codec of
 * one gives them, with the key beside the data.
 *
 * @example
 *   import { manyCodec } from 'decider-ts/codec/EventCodec'
 *   import { orderEventCodec } from 'decider-ts/order/codec'
 *   import { right } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const event = { type: 'TaxSet', amount: 5 } as const
 *   assert.deepStrictEqual(
 *     manyCodec(orderEventCodec).encode({ key: '10248', event }),
 *     right({ type: 'TaxSet', schemaVersion: 1, data: { key: '10248', event } }),
 *   )
 *
 * @category constructors
 * @since 0.1.0
 */
export const manyCodec = <E>(codec: EventCodec<E>): EventCodec<KeyedEvent<E>> => {
  const decodeInner = decodeAllOf(codec)
  const decodeAll = ({
    type,
    schemaVersion,
    data,
  }: EncodedEvent): Either<EventIssues, ReadonlyArray<KeyedEvent<E>>> => {
    if (!isKeyed(data)) {
      const issue: Issue = { path: ['key'], expected: 'a string that is a key', actual: data }
      return unlessMarked(data, left({ eventType: type, schemaVersion, issues: [issue] }))
    }
    const { key } = data
    const decoded = decodeInner({ type, schemaVersion, data: data.event })
    return decoded._tag === 'Left'
      ? left(underEvent(decoded.left))
      : right(decoded.right.map((event) => ({ key, event })))
  }
  return withSeveral(decodeAll, {
    types: codec.types,
    ...formerOf(codec.former ?? []),
    encode: ({ key, event }) => {
      const encoded = codec.encode(event)
      if (encoded._tag === 'Left') return left(underEvent(encoded.left))
      const { type, schemaVersion, data } = encoded.right
      const keyed = { key, event: data }
      // the mark must be at the top, where codecs without keys see it too
      const all = isMarked(data) ? marked(keyed) : keyed
      return right({ type, schemaVersion, data: all })
    },
  })
}

const isKeyed = (u: unknown): u is { readonly key: string; readonly event: unknown } =>
  typeof u === 'object' && u !== null && 'key' in u && typeof u.key === 'string' && 'event' in u

const underEvent = ({ eventType, schemaVersion, issues }: EventIssues): EventIssues => {
  const [first, ...others] = issues
  const under = ({ path, expected, actual }: Issue): Issue => ({
    path: ['event', ...path],
    expected,
    actual,
  })
  return { eventType, schemaVersion, issues: [under(first), ...others.map(under)] }
}

/** Rejects codecs of unions that share a `type`. */
type Apart<A extends WithType, B extends WithType> = [A['type'] & B['type']] extends [never]
  ? unknown
  : 'both codecs have an event of this type'

/**
 * The codec of the events of two codecs, for a projection over the streams of several deciders. Unions
 * that share a `type` do not compile. A stored name that both codecs know, perhaps of a retired event, is
 * refused when it is read.
 *
 * @example
 *   import { eventCodec } from 'decider-ts/codec/IoTs'
 *   import { mergeCodecs } from 'decider-ts/codec/EventCodec'
 *   import { right } from 'fp-ts/lib/Either.js'
 *   import * as t from 'io-ts'
 *   import assert from 'node:assert'
 *
 *   const lamps = eventCodec({ SwitchedOn: { by: t.string } })
 *   const doors = eventCodec({ Opened: {} })
 *   const house = mergeCodecs(lamps, doors)
 *   assert.deepStrictEqual(house.types, ['SwitchedOn', 'Opened'])
 *   const data = { type: 'Opened' }
 *   assert.deepStrictEqual(house.decode({ type: 'Opened', schemaVersion: 1, data }), right(data))
 *
 * @category constructors
 * @since 0.1.0
 */
export const mergeCodecs = <A extends WithType, B extends WithType>(
  one: EventCodec<A>,
  other: EventCodec<B> & Apart<A, B>,
): EventCodec<A | B> => {
  const types = [...new Set([...one.types, ...other.types])]
  const ambiguous = new Set(one.types.filter((type) => other.types.includes(type)))
  const decodeAll = (encoded: EncodedEvent): Either<EventIssues, ReadonlyArray<A | B>> => {
    const { type } = encoded
    if (ambiguous.has(type)) return ambiguousType(encoded)
    if (one.types.includes(type)) return decodeAllOf(one)(encoded)
    if (other.types.includes(type)) return decodeAllOf<B>(other)(encoded)
    return unlessMarked(encoded.data, unknownType(types, type, encoded.schemaVersion))
  }
  return withSeveral<A | B>(decodeAll, {
    types,
    ...formerOf([...(one.former ?? []), ...(other.former ?? [])]),
    ...originsOf(one, other),
    encode: (event) => {
      // each refuses what is not its own
      const encoded = one.encode(event as A)
      const written = encoded._tag === 'Right' ? encoded : other.encode(event as B)
      if (written._tag === 'Right')
        return ambiguous.has(written.right.type) ? ambiguousType(written.right) : written
      return encoded._tag === 'Left' && isOf(one, event) ? encoded : written
    },
  })
}

const isOf = (codec: Pick<AnyEventCodec, 'types'>, { type }: WithType): boolean =>
  codec.types.includes(type)

const ambiguousType = ({ type, schemaVersion }: EncodedEvent): Either<EventIssues, never> =>
  left({
    eventType: type,
    schemaVersion,
    issues: [
      { path: ['type'], expected: 'a type that only one of the codecs knows', actual: type },
    ],
  })

/** The origins of both codecs, if both have one. */
const originsOf = <A, B>(
  one: EventCodec<A>,
  other: EventCodec<B>,
): Pick<EventCodec<A | B>, 'origin' | 'versions'> => {
  if (one.origin?.type !== 'Tagged' || other.origin?.type !== 'Tagged') return {}
  return {
    origin: { type: 'Tagged', members: new Map([...one.origin.members, ...other.origin.members]) },
    versions: new Map([...(one.versions ?? []), ...(other.versions ?? [])]),
  }
}
