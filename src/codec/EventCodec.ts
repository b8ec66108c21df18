/**
 * From the events of a decider to what a store keeps, and back.
 *
 * `E` is the event, `c` an event codec, `d` a decider over `E`.
 *
 * Laws:
 *
 * 1. B9 round trip: `c.encode(e)` followed by `c.decode` gives `Right(e)`, also through JSON text
 * 2. B9 replay: folding decoded events is folding the originals
 * 3. an unknown type, an unknown version and data that does not fit are refused, never skipped
 * 4. what is no event is not encoded
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Codec, Issues, Origin } from './Codec.ts'
import type { Chain, Versions } from './Upcast.ts'
import { chainOf } from './Upcast.ts'

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
  /** The names under which the codec's events may be stored, those no longer written included. */
  readonly types: ReadonlyArray<string>
  /** What the codecs of the newest versions were put together from; left out where written by hand. */
  readonly origin?: Origin
  /**
   * For each type that is in the store, what each version of its data was put together from, from
   * version 1 on; left out where written by hand.
   */
  readonly versions?: ReadonlyMap<string, ReadonlyArray<{ readonly origin?: Origin }>>
}

/**
 * For each type of event, the versions of its data: a chain, or one codec where there is one version.
 *
 * @category model
 * @since 0.1.0
 */
export type Chains<E extends { readonly type: string }> = {
  readonly [K in E['type']]: Versions<Extract<E, { readonly type: K }>>
}

/** By the name of a type that is no longer written, a chain that ends in an event of today. */
type Retired<E extends { readonly type: string }> = {
  readonly [K in E['type']]?: never
} & Readonly<Record<string, Pick<Chain<E>, 'decode' | 'versions'>>>

/**
 * What is in a store beside the events that are written today.
 *
 * @category model
 * @since 0.1.0
 */
export interface Evolution<E extends { readonly type: string }> {
  /**
   * By the name of a type that is no longer written, the chain that ends in an event of today. A type
   * is either current or retired; if a cast lists it as both, the current chain wins.
   */
  readonly retired?: Retired<E>
}

/**
 * The codec of events on `type`, from the codec or the chain of each. Looks at the type once and asks
 * that chain alone. `eventCodec` of `codec/IoTs` also takes the fields of an event.
 *
 * @example
 *   import { eventCodec } from 'decider-ts/codec/EventCodec'
 *   import { codec } from 'decider-ts/codec/IoTs'
 *   import { isLeft } from 'fp-ts/lib/Either.js'
 *   import * as t from 'io-ts'
 *   import assert from 'node:assert'
 *
 *   type LampEvent = { readonly type: 'SwitchedOn'; readonly by: string }
 *   const events = eventCodec<LampEvent>({
 *     SwitchedOn: codec(t.type({ type: t.literal('SwitchedOn'), by: t.string })),
 *   })
 *   const lost = events.decode({ type: 'SwitchedOff', schemaVersion: 1, data: {} })
 *   assert.ok(isLeft(lost) && lost.left.eventType === 'SwitchedOff')
 *
 * @category constructors
 * @since 0.1.0
 */
export const eventCodec = <E extends { readonly type: string }>(
  chains: Chains<E>,
  evolution: Evolution<E> = {},
): EventCodec<E> => {
  // each chain is asked for events of its own type only
  const all = Object.entries(chains) as ReadonlyArray<[string, Versions<E>]>
  const live = new Map(all.map(([type, versions]) => [type, chainOf(versions)] as const))
  const known = new Map<string, Pick<Chain<E>, 'decode' | 'versions'>>([
    ...Object.entries(evolution.retired ?? {}),
    ...live,
  ])
  const failure = (eventType: string, schemaVersion: number, issues: Issues) =>
    ({ _tag: 'Left', left: { eventType, schemaVersion, issues } }) as const
  const unknownType = (types: Iterable<unknown>, type: string, schemaVersion: number) => {
    const expected = [...types].map((name) => JSON.stringify(name)).join(' | ')
    return failure(type, schemaVersion, [{ path: ['type'], expected, actual: type }])
  }
  const members = new Map([...live].map(([type, chain]) => [type, chain.codec] as const))
  return {
    types: [...known.keys()],
    origin: { type: 'Tagged', members },
    versions: new Map([...known].map(([type, { versions }]) => [type, versions] as const)),
    decode: ({ type, schemaVersion, data }) => {
      const chain = known.get(type)
      if (chain === undefined) return unknownType(known.keys(), type, schemaVersion)
      const decoded = chain.decode(schemaVersion, data)
      return decoded._tag === 'Left' ? failure(type, schemaVersion, decoded.left) : decoded
    },
    encode: (event) => {
      const { type } = event
      const chain = live.get(type)
      if (chain === undefined) return unknownType(live.keys(), String(type), 0)
      const encoded = chain.codec.is(event) ? encodeWith(chain.codec, event) : undefined
      return encoded?._tag === 'Right'
        ? { _tag: 'Right', right: { type, schemaVersion: chain.version, data: encoded.right } }
        : failure(type, chain.version, whyNot(type, chain.codec, event))
    },
  }
}

/** Why a value is none that a codec takes: what is wrong with what it would be encoded to. */
const whyNot = <A>(expected: string, codec: Codec<A>, value: A): Issues => {
  const encoded = encodeWith(codec, value)
  const refused = codec.decode(encoded._tag === 'Right' ? encoded.right : value)
  return refused._tag === 'Left' ? refused.left : [{ path: [], expected, actual: value }]
}

/** Encoding may throw, on what it is not made for or on data deeper than the stack. */
const encodeWith = <A>(codec: Codec<A>, value: A): Either<unknown, unknown> => {
  try {
    return { _tag: 'Right', right: codec.encode(value) }
  } catch (thrown) {
    return { _tag: 'Left', left: thrown }
  }
}
