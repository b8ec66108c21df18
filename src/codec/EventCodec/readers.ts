/**
 * How an event codec reads each type of stored event: as one event, or as any number.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Issues } from '../Codec.ts'
import type { Shapes } from '../internal/shapes.ts'
import type { Chain, Past } from '../internal/versions.ts'
import { unknownVersion } from './upcast.ts'
import { left, right } from '../../internal/either.ts'

/** A chain that ends in a current event, or a `split` of old versions. */
export type Old<E> = Pick<Chain<E>, 'decode' | 'version' | 'versions'> | Past<E>

type Decode<A> = (version: number, input: unknown) => Either<Issues, A>

/** How one type is read. */
export type Reader<E> =
  | { readonly type: 'One'; readonly versions: ReadonlyArray<Shapes>; readonly decode: Decode<E> }
  | {
      readonly type: 'Several'
      /** Absent if nothing is known about the data. */
      readonly versions?: ReadonlyArray<Shapes>
      readonly decodeAll: Decode<ReadonlyArray<E>>
    }

/** A chain that is written, with the number of versions before it. */
export interface Live<E> {
  readonly chain: Chain<E>
  readonly offset: number
}

export const liveOf = <E>(chain: Chain<E>, old: Old<E> | undefined): Live<E> => ({
  chain,
  offset: old !== undefined && isPast(old) ? old.version : 0,
})

const isPast = <E>(old: Old<E>): old is Past<E> => 'decodeAll' in old

/** By type: those that are written, retired and dropped; the first that has a type wins. */
export const readersOf = <E extends { readonly type: string }>(
  live: ReadonlyMap<string, Live<E>>,
  retired: Readonly<Record<string, Old<E>>>,
  dropped: ReadonlyArray<string>,
): ReadonlyMap<string, Reader<E>> => {
  const checked = (past: Past<E>): Past<E> => ({
    ...past,
    decodeAll: (version, input) => {
      const events = past.decodeAll(version, input)
      return events._tag === 'Left' ? events : ofToday(live, version, events.right)
    },
  })
  const old = Object.entries(retired).map(
    ([type, one]) => [type, isPast(one) ? readPast(checked(one)) : readOne(one)] as const,
  )
  const written = Array.from(live, ([type, { chain }]) => {
    const past = retired[type]
    const reader =
      past !== undefined && isPast(past) ? readAfter(checked(past), chain) : readOne(chain)
    return [type, reader] as const
  })
  return new Map<string, Reader<E>>([
    ...dropped.map((type) => [type, dropReader] as const),
    ...old,
    ...written,
  ])
}

const dropReader: Reader<never> = {
  type: 'Several',
  decodeAll: () => right([]),
}

const readOne = <E>({ decode, versions }: Pick<Chain<E>, 'decode' | 'versions'>): Reader<E> => ({
  type: 'One',
  versions,
  decode,
})

const readPast = <E>({ decodeAll, versions }: Past<E>): Reader<E> => ({
  type: 'Several',
  versions,
  decodeAll,
})

/** The versions of a `split`, then those of a chain. */
const readAfter = <E>(past: Past<E>, chain: Chain<E>): Reader<E> => {
  const newest = past.version + chain.version
  return {
    type: 'Several',
    versions: [...past.versions, ...chain.versions],
    decodeAll: (version, input) => {
      if (version <= past.version) return past.decodeAll(version, input)
      if (!(version <= newest)) return unknownVersion(newest, version)
      const decoded = chain.decode(version - past.version, input)
      return decoded._tag === 'Left' ? decoded : right([decoded.right])
    },
  }
}

/** The events as they would be stored today, or why one of them would not be. */
const ofToday = <E extends { readonly type: string }>(
  live: ReadonlyMap<string, Live<E>>,
  version: number,
  events: ReadonlyArray<E>,
): Either<Issues, ReadonlyArray<E>> => {
  const all: Array<E> = []
  for (const event of events) {
    const codec = live.get(event.type)?.chain.codec
    if (codec?.is(event) !== true) {
      const expected = `events of today, of version ${version}`
      return left([{ path: [], expected, actual: event }])
    }
    const decoded = codec.decode(codec.encode(event))
    if (decoded._tag === 'Left') return decoded
    all.push(decoded.right)
  }
  return right(all)
}
