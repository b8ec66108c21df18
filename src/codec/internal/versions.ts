/**
 * The versions that stored data has had.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Codec, Issues } from '../Codec.ts'
import type { Shapes } from './shapes.ts'

/** Every version of some data, from 1 to the newest, whose shape is `A`. */
export interface Chain<in out A> {
  /** The newest version: the one that is written. */
  readonly version: number
  /** The codec of the newest version. */
  readonly codec: Codec<A>
  /** The codecs that the newest version had before `addFields`: other programs read it with these. */
  readonly before?: ReadonlyArray<Codec<unknown>>
  /** What the codec of each version was put together from, from version 1 to the newest. */
  readonly versions: ReadonlyArray<Shapes>
  /** Decodes data of a version and brings it up to the newest. */
  readonly decode: (version: number, input: unknown) => Either<Issues, A>
}

/** The versions of some data: a chain, or the codec of the only version. */
export type Versions<A> = Codec<A> | Chain<A>

/** All versions of an event that is several events of today, or none. */
export interface Past<out E> {
  /** The last version: later ones, if any, are events of today under the same name. */
  readonly version: number
  readonly versions: ReadonlyArray<Shapes>
  readonly decodeAll: (version: number, input: unknown) => Either<Issues, ReadonlyArray<E>>
}

/** For each type of event, the versions of its data: a chain, or one codec if there is one version. */
export type VersionsByType<E extends { readonly type: string }> = {
  readonly [K in E['type']]: Versions<Extract<E, { readonly type: K }>>
}
