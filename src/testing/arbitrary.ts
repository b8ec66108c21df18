/**
 * Generators of values from the types that codecs are made of, and of data that is nearly right.
 *
 * `T` is an io-ts type, or a codec made from one or from a JSON Schema, `a` a value that
 * `arbitrary(T)` generates, `n` what `nearMisses(T)` generates.
 *
 * Laws:
 *
 * 1. `T.decode(T.encode(a)) = Right(a)`, and `T.is(a)`
 * 2. what shrinking makes of `a` obeys law 1, too
 * 3. law 1 holds through JSON text, but for `undefined` that stands alone or in a list and for the
 *    `bigint` of io-ts itself
 * 4. `T` refuses `n.input`, and the valid data that `n` was made of differs from it in `n.path` alone
 * 5. where `T` is made of fields, elements and leaves, all issues of `T.decode(n.input)` lie at
 *    `n.path` or beneath it
 *
 * Numbers are finite and never a negative zero, keys are never `__proto__`: no store keeps those. A
 * partial's field is absent or has a value, never present as `undefined`, unless its own type says
 * so. A recursive type is unfolded a few times, and ends where it can. What an earlier member of a
 * union takes and changes is left out, but for a missing field that it fills in as `undefined`; where
 * hardly any value of a member is left, there is no generator, and the failure names the member.
 *
 * A refinement is not known but by its predicate: the type beneath is filtered where it accepts one
 * value in ten or more, then ranges of numbers and common forms of texts are tried, and for texts
 * whatever stands in quotes in the type's name, with other letters and digits in its place. The same
 * is done for a type that is none of io-ts's own. Where that finds nothing, a generator has to be
 * given, and the failure says for which place.
 *
 * Of a codec that is made from a schema of another library, what its JSON Schema describes is drawn and
 * decoded, and what the codec refuses or gives back otherwise is left out. Generators are given for the
 * data before it is decoded, but for the whole of a codec or of a member.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type fc from 'fast-check'
import type * as t from 'io-ts'
import type { Codec } from '../codec/Codec.ts'
import type { EncodedEvent, EventCodec } from '../codec/EventCodec.ts'
import { deriveFrom } from './arbitrary/derive.ts'
import type { NearMiss as Miss } from './arbitrary/nearMisses.ts'
import { missesOf, missesOfEvents } from './arbitrary/nearMisses.ts'
import { left, right } from '../internal/either.ts'

/**
 * Data that is refused for one fault: the `input`, the `path` to where the fault lies, the `change` that
 * was made there (as `a number as text`), and the `valid` data before it.
 *
 * @category model
 * @since 0.1.0
 */
export type NearMiss<I> = Miss<I>

/**
 * What a generator is derived from: an io-ts type, or a codec that is made from such types, or from
 * schemas of other libraries, by `codec`, `tagged` and `eventCodec`.
 *
 * @category model
 * @since 0.1.0
 */
export type Source<A> = t.Type<A, unknown> | Codec<A> | EventCodec<A>

/**
 * A generator to use instead of a derived one: for a type, for every type of that name, or for a
 * place like `productId`, `lines[].price`, `rates.*` (the values of a record), `rates.(key)` (its
 * keys), the empty text (all of it) or, in one member of a tagged union only, `AddLine.productId`, or
 * `AddLine` (all of that). It may give values that the type refuses: they are left out.
 *
 * A text that is neither a place nor a name in the source is a failure, or nobody would see that it is
 * misspelt. A type that does not occur is passed over: a list by types may serve many sources.
 *
 * @category model
 * @since 0.1.0
 */
export type Given = readonly [of: t.Mixed | string, generator: fc.Arbitrary<unknown>]

/**
 * What deriving may be told.
 *
 * @category model
 * @since 0.1.0
 */
export interface ArbitraryOptions {
  /** Generators of your own; the first that fits is taken. */
  readonly given?: ReadonlyArray<Given>
  /**
   * How often a recursive type is unfolded, 0 to 20 times: 3 where left out, and more where it has no
   * end there. The deeper a value is, the rarer, where each unfolding makes it many times as big.
   */
  readonly depth?: number
}

/**
 * There is no generator for the type `name` that stands at `path` (as `lines[].price`). Where it is
 * `given`, one is given for `path`, and there is no such place.
 *
 * @category failures
 * @since 0.1.0
 */
export interface UnsupportedType {
  readonly type: 'UnsupportedType'
  readonly path: string
  readonly name: string
  readonly reason: string
}

/**
 * The generator of the values of a type, or the first place for which one must be given.
 *
 * @example
 *   import { tryArbitrary } from 'decider-ts/testing/arbitrary'
 *   import { left } from 'fp-ts/lib/Either.js'
 *   import * as t from 'io-ts'
 *   import assert from 'node:assert'
 *
 *   const type = t.type({ lines: t.array(t.type({ total: t.Function })) })
 *   assert.deepStrictEqual(
 *     tryArbitrary(type),
 *     left({
 *       type: 'UnsupportedType',
 *       path: 'lines[].total',
 *       name: 'Function',
 *       reason: 'functions are not made, and no store keeps one',
 *     }),
 *   )
 *
 * @category deriving
 * @since 0.1.0
 */
export const tryArbitrary = <A>(
  source: Source<A>,
  options: ArbitraryOptions = {},
): Either<UnsupportedType, fc.Arbitrary<A>> => {
  const derived = deriveFrom(source, options)
  return derived._tag === 'Left'
    ? left(unsupported(derived.left))
    : // law 1: it generates what the type says
      right(derived.right as fc.Arbitrary<A>)
}

/**
 * The generator of the values of a type; throws an `Error` that names the place where there is none.
 * Derived generators are fast-check's own, so they compose with yours, and shrink.
 *
 * @example
 *   import { decider } from 'decider-ts/order'
 *   import { commandCodec } from 'decider-ts/order/codec'
 *   import { arbitrary } from 'decider-ts/testing/arbitrary'
 *   import fc from 'fast-check'
 *   import assert from 'node:assert'
 *
 *   const command = arbitrary(commandCodec, {
 *     given: [['productId', fc.constantFrom('11', '42')]],
 *   })
 *   fc.assert(
 *     fc.property(command, (one) => {
 *       assert.doesNotThrow(() => decider.decide(one, decider.initialState))
 *     }),
 *   )
 *
 * @category deriving
 * @since 0.1.0
 */
export const arbitrary = <A>(source: Source<A>, options: ArbitraryOptions = {}): fc.Arbitrary<A> =>
  orThrow(tryArbitrary(source, options))

/**
 * The generator of data that the type refuses for one fault in one place: a field that is missing, a
 * number as text, a number out of its range, the tag of another member. Where the type refuses
 * nothing, there is none.
 *
 * @category deriving
 * @since 0.1.0
 */
export const tryNearMisses = <A>(
  source: t.Type<A, unknown> | Codec<A>,
  options: ArbitraryOptions = {},
): Either<UnsupportedType, fc.Arbitrary<NearMiss<unknown>>> => {
  const derived = missesOf(source, options)
  return derived._tag === 'Left' ? left(unsupported(derived.left)) : derived
}

/**
 * The generator of data that the type refuses for one fault in one place; throws an `Error` where
 * there is none.
 *
 * @example
 *   import { commandCodec } from 'decider-ts/order/codec'
 *   import { nearMisses } from 'decider-ts/testing/arbitrary'
 *   import fc from 'fast-check'
 *   import { isLeft } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   fc.assert(
 *     fc.property(nearMisses(commandCodec), ({ input }) => {
 *       assert.ok(isLeft(commandCodec.decode(input)))
 *     }),
 *   )
 *
 * @category deriving
 * @since 0.1.0
 */
export const nearMisses = <A>(
  source: t.Type<A, unknown> | Codec<A>,
  options: ArbitraryOptions = {},
): fc.Arbitrary<NearMiss<unknown>> => orThrow(tryNearMisses(source, options))

/**
 * The generator of stored events that the codec refuses: data with one fault, a type that there is
 * not, a version that there is not. Throws an `Error` where there is none.
 *
 * @example
 *   import { eventCodec } from 'decider-ts/order/codec'
 *   import { nearMissesOfEvents } from 'decider-ts/testing/arbitrary'
 *   import fc from 'fast-check'
 *   import { isLeft } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   fc.assert(
 *     fc.property(nearMissesOfEvents(eventCodec), ({ input }) => {
 *       assert.ok(isLeft(eventCodec.decode(input)))
 *     }),
 *   )
 *
 * @category deriving
 * @since 0.1.0
 */
export const nearMissesOfEvents = <E extends { readonly type: string }>(
  codec: EventCodec<E>,
  options: ArbitraryOptions = {},
): fc.Arbitrary<NearMiss<EncodedEvent>> => orThrow(missesOfEvents(codec, options))

const unsupported = ({ path, name, reason }: Omit<UnsupportedType, 'type'>): UnsupportedType => ({
  type: 'UnsupportedType',
  path,
  name,
  reason,
})

const orThrow = <A>(result: Either<Omit<UnsupportedType, 'type'>, A>): A => {
  if (result._tag === 'Right') return result.right
  const { path, name, reason } = result.left
  throw new Error(`No generator for ${path === '' ? '(root)' : path}: ${name}: ${reason}`)
}
