/**
 * Keeps old events readable: the versions that the data of an event has had, each with a function to the
 * next.
 *
 * `A`, `B` are the shapes of two successive versions, `c` a chain, `n` its newest version.
 *
 * Laws:
 *
 * 1. data of version `n` decodes as its codec says
 * 2. data of version `v < n` decodes to what the next version's upcast returns
 * 3. data of an unknown version is refused, and so is data for which an upcast throws or returns
 *    something that the next version's codec does not accept
 * 4. `addFields` keeps the version: the old codec decodes what the new one encodes, and the chain decodes
 *    what the old codec encodes to what the upcast returns
 *
 * A chain has no gaps: `next` adds exactly one version, with a function from the current shape.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Codec, Issues } from '../Codec.ts'
import type { Chain, Past, Versions } from '../internal/versions.ts'
import type { Shapes } from '../internal/shapes.ts'
import { left, right } from '../../internal/either.ts'

/**
 * The chain of some versions; a codec is a chain of one.
 *
 * @internal
 */
export const chainOf = <A>(versions: Versions<A>): Chain<A> =>
  'version' in versions
    ? versions
    : {
        version: 1,
        codec: versions,
        versions: [versions],
        decode: (version, input) =>
          version === 1 ? versions.decode(input) : unknownVersion(1, version),
      }

const isSchemaVersion = (version: number): boolean => Number.isInteger(version) && version >= 1

export const unknownVersion = (newest: number, actual: number): Either<Issues, never> =>
  left([
    {
      path: ['schemaVersion'],
      expected: newest === 1 ? 'version 1' : `a version from 1 to ${newest}`,
      actual,
    },
  ])

/**
 * Adds a version to a chain, or to the codec of version 1: its codec, and a function from the previous
 * version.
 *
 * @example
 *   import { codec } from 'decider-ts/codec/IoTs'
 *   import { next } from 'decider-ts/codec/EventCodec'
 *   import { right } from 'fp-ts/lib/Either.js'
 *   import { pipe } from 'fp-ts/lib/function.js'
 *   import * as t from 'io-ts'
 *   import assert from 'node:assert'
 *
 *   const chain = pipe(
 *     codec(t.type({ name: t.string })),
 *     next(codec(t.type({ name: t.string, discount: t.number })), ({ name }) => ({
 *       name,
 *       discount: 0,
 *     })),
 *   )
 *   assert.deepStrictEqual(chain.decode(1, { name: 'Ann' }), right({ name: 'Ann', discount: 0 }))
 *
 * @category constructors
 * @since 0.1.0
 */
export const next =
  <A, B>(codec: Codec<B>, upcast: (old: A) => B): ((versions: Versions<A>) => Chain<B>) =>
  (versions) => {
    const chain = chainOf(versions)
    const newest = chain.version + 1
    return {
      version: newest,
      codec,
      versions: [...chain.versions, codec],
      decode: (version, input) => {
        if (version === newest) return codec.decode(input)
        if (!isSchemaVersion(version) || version > newest) return unknownVersion(newest, version)
        const old = chain.decode(version, input)
        return old._tag === 'Left' ? old : upcastTo(newest, codec, upcast, old.right)
      },
    }
  }

const upcastTo = <A, B>(
  version: number,
  codec: Codec<B>,
  upcast: (old: A) => B,
  old: A,
): Either<Issues, B> => {
  const expected = `an upcast whose result fits version ${version}`
  try {
    const value = upcast(old)
    // as the codec would have stored it, without unknown fields
    return codec.is(value)
      ? codec.decode(codec.encode(value))
      : left([{ path: [], expected, actual: value }])
  } catch (thrown) {
    return left([{ path: [], expected, actual: thrown }])
  }
}

/**
 * Adds fields to the newest version of a chain without a new version, so that programs that do not know
 * the fields yet can read the events: they leave the fields out. Use it if older programs must keep
 * working, during a deployment or after a rollback; otherwise use `next`.
 *
 * Data without the fields becomes what the function returns; data in which they do not fit is refused. An
 * event that the previous codec could not read is not encoded.
 *
 * @example
 *   import { variant } from 'decider-ts/codec/IoTs'
 *   import { addFields } from 'decider-ts/codec/EventCodec'
 *   import { right } from 'fp-ts/lib/Either.js'
 *   import { pipe } from 'fp-ts/lib/function.js'
 *   import * as t from 'io-ts'
 *   import assert from 'node:assert'
 *
 *   const before = variant('Created', { customer: t.string })
 *   const created = pipe(
 *     before,
 *     addFields(variant('Created', { customer: t.string, channel: t.string }), (old) => ({
 *       ...old,
 *       channel: 'shop',
 *     })),
 *   )
 *   const old = { type: 'Created', customer: 'ANN' }
 *   assert.deepStrictEqual(created.decode(1, old), right({ ...old, channel: 'shop' }))
 *   assert.deepStrictEqual(before.decode({ ...old, channel: 'web' }), right(old))
 *
 * @category constructors
 * @since 0.1.0
 */
export const addFields =
  <A, B extends A>(codec: Codec<B>, upcast: (old: A) => B): ((versions: Versions<A>) => Chain<B>) =>
  (versions) => {
    const chain = chainOf(versions)
    const { version: newest } = chain
    const before = [chain.codec, ...(chain.before ?? [])]
    // what another program encodes is unknown
    const codecs = before as ReadonlyArray<Codec<unknown>>
    return {
      version: newest,
      codec,
      before: codecs,
      versions: [...chain.versions.slice(0, -1), shapesOf(codec, before)],
      decode: (version, input) => {
        const decoded = version === newest ? codec.decode(input) : undefined
        if (decoded !== undefined && !isMissing(decoded)) return decoded
        const old = chain.decode(version, input)
        // new data that lacks something else does not fit the old shape either
        if (old._tag === 'Left') return decoded ?? old
        return upcastTo(version, codec, upcast, old.right)
      },
    }
  }

const shapesOf = (codec: Shapes, before: ReadonlyArray<Shapes>): Shapes => ({
  ...(codec.origin === undefined ? {} : { origin: codec.origin }),
  before: before.map(({ origin }) => (origin === undefined ? {} : { origin })),
})

/** Whether missing values are all that is wrong. */
const isMissing = (decoded: Either<Issues, unknown>): boolean =>
  decoded._tag === 'Left' && decoded.left.every(({ actual }) => actual === undefined)

/**
 * Reads an old event as several current events, one or none. Goes into `retired`.
 *
 * @example
 *   import { eventCodec, variant } from 'decider-ts/codec/IoTs'
 *   import { split } from 'decider-ts/codec/EventCodec'
 *   import { right } from 'fp-ts/lib/Either.js'
 *   import { pipe } from 'fp-ts/lib/function.js'
 *   import * as t from 'io-ts'
 *   import assert from 'node:assert'
 *
 *   type Trip =
 *     | { readonly type: 'Left'; readonly place: string }
 *     | { readonly type: 'Arrived'; readonly place: string }
 *
 *   const moved = pipe(
 *     variant('Moved', { from: t.string, to: t.string }),
 *     split(({ from, to }): ReadonlyArray<Trip> => [
 *       { type: 'Left', place: from },
 *       { type: 'Arrived', place: to },
 *     ]),
 *   )
 *   const trip = eventCodec<Trip>(
 *     { Left: { place: t.string }, Arrived: { place: t.string } },
 *     { retired: { Moved: moved } },
 *   )
 *   const data = { type: 'Moved', from: 'Bern', to: 'Basel' }
 *   assert.deepStrictEqual(
 *     trip.decodeAll?.({ type: 'Moved', schemaVersion: 1, data }),
 *     right([
 *       { type: 'Left', place: 'Bern' },
 *       { type: 'Arrived', place: 'Basel' },
 *     ]),
 *   )
 *
 * @category constructors
 * @since 0.1.0
 */
export const split =
  <A, E>(upcast: (old: A) => ReadonlyArray<E>): ((versions: Versions<A>) => Past<E>) =>
  (versions) => {
    const { version, versions: all, decode } = chainOf(versions)
    return {
      version,
      versions: all,
      decodeAll: (v, input) => {
        const old = decode(v, input)
        if (old._tag === 'Left') return old
        try {
          return right(upcast(old.right))
        } catch (thrown) {
          return left([{ path: [], expected: 'an upcast that returns events', actual: thrown }])
        }
      },
    }
  }
