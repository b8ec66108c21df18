/**
 * Old events that still load: the versions that the data of an event has had, each with the
 * function that takes it to the next.
 *
 * `A`, `B` are the shapes of two successive versions, `c` a chain, `n` its newest version.
 *
 * Laws:
 *
 * 1. data of version `n` decodes as its codec says
 * 2. data of version `v < n` decodes to what its successor's upcast gives
 * 3. data of a version that the chain does not have is refused, and so is data for which an upcast
 *    throws or gives what the next version's codec does not accept
 *
 * A chain has no gaps: `next` extends it by exactly one version, and takes only a function from the
 * shape that the chain ends in.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Codec, Issues, Origin } from './Codec.ts'

/**
 * Every version of some data, from 1 to the newest, whose shape is `A`.
 *
 * @category model
 * @since 0.1.0
 */
export interface Chain<in out A> {
  /** The newest version: the one that is written. */
  readonly version: number
  /** The codec of the newest version. */
  readonly codec: Codec<A>
  /** What the codec of each version was put together from, from version 1 to the newest. */
  readonly versions: ReadonlyArray<{ readonly origin?: Origin }>
  /** Decodes data of a version and brings it up to the newest. */
  readonly decode: (version: number, input: unknown) => Either<Issues, A>
}

/**
 * The versions of some data: a chain, or the codec of the only version.
 *
 * @category model
 * @since 0.1.0
 */
export type Versions<A> = Codec<A> | Chain<A>

/**
 * The chain of some versions.
 *
 * @internal
 */
export const chainOf = <A>(versions: Versions<A>): Chain<A> =>
  'version' in versions ? versions : first(versions)

const isVersion = (version: number): boolean => Number.isInteger(version) && version >= 1

const unknownVersion = (newest: number, actual: number): Either<Issues, never> => ({
  _tag: 'Left',
  left: [
    {
      path: ['schemaVersion'],
      expected: newest === 1 ? 'version 1' : `a version from 1 to ${newest}`,
      actual,
    },
  ],
})

/**
 * A chain of one version. Whatever takes a chain takes a codec as well, and makes it one.
 *
 * @example
 *   import { codec } from 'decider-ts/codec/IoTs'
 *   import { first } from 'decider-ts/codec/Upcast'
 *   import { right } from 'fp-ts/lib/Either.js'
 *   import * as t from 'io-ts'
 *   import assert from 'node:assert'
 *
 *   const chain = first(codec(t.type({ name: t.string })))
 *   assert.deepStrictEqual(chain.decode(1, { name: 'Ann' }), right({ name: 'Ann' }))
 *
 * @category constructors
 * @since 0.1.0
 */
export const first = <A>(codec: Codec<A>): Chain<A> => ({
  version: 1,
  codec,
  versions: [codec],
  decode: (version, input) => (version === 1 ? codec.decode(input) : unknownVersion(1, version)),
})

/**
 * Adds a version to a chain, or to the codec of version 1: its codec, and how data of the version
 * before becomes data of it.
 *
 * @example
 *   import { codec } from 'decider-ts/codec/IoTs'
 *   import { next } from 'decider-ts/codec/Upcast'
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
        if (!isVersion(version) || version > newest) return unknownVersion(newest, version)
        const old = chain.decode(version, input)
        if (old._tag === 'Left') return old
        const expected = `an upcast to version ${newest} that fits`
        try {
          const value = upcast(old.right)
          // as the codec would have stored it, without fields that it does not name
          return codec.is(value)
            ? codec.decode(codec.encode(value))
            : { _tag: 'Left', left: [{ path: [], expected, actual: value }] }
        } catch (thrown) {
          return { _tag: 'Left', left: [{ path: [], expected, actual: thrown }] }
        }
      },
    }
  }
