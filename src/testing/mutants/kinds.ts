/**
 * The kinds of commands, events or rejections that there are, as the user names them.
 *
 */
import type { Origin } from '../../codec/Codec.ts'
import { tagsOfSchema } from './schemaTags.ts'

/** An object with a field for each `type`: the compiler refuses it where one is missing. */
export type EachKind<A> = [A] extends [{ readonly type: infer T extends string }]
  ? Readonly<Record<T, unknown>>
  : never

/** What knows its types: a codec, or an event codec. */
interface KnowsTypes {
  readonly decode: (input: never) => unknown
  readonly origin?: Origin
}

/** Names, an object with a field for each name, or a codec that knows them. */
export type Kinds<A> = ReadonlyArray<string> | EachKind<A> | KnowsTypes

/** The names; `undefined` where a codec does not tell them. */
export const namesOf = <A>(kinds: Kinds<A>): ReadonlyArray<string> | undefined => {
  if (isList(kinds)) return kinds
  return isCodec(kinds) ? namesWithin(kinds.origin) : Object.keys(kinds)
}

const isList = (kinds: object): kinds is ReadonlyArray<string> => Array.isArray(kinds)

const isCodec = (kinds: object): kinds is KnowsTypes =>
  'decode' in kinds && typeof kinds.decode === 'function'

const namesWithin = (origin: Origin | undefined): ReadonlyArray<string> | undefined => {
  switch (origin?.type) {
    case undefined:
      return undefined
    case 'Tagged':
      return [...origin.members.keys()].map(String)
    case 'IoTs':
      return tagsOf(origin.ioTs)
    case 'JsonSchema':
      return tagsOfSchema(origin)
  }
}

/** The types that a type of io-ts names: those of a union, or its own. */
const tagsOf = (ioTs: unknown): ReadonlyArray<string> | undefined => {
  const types = fieldOf(ioTs, 'types')
  if (Array.isArray(types)) {
    const every = types.map(tagsOf)
    return every.includes(undefined) && fieldOf(ioTs, '_tag') !== 'IntersectionType'
      ? undefined
      : every.flatMap((names) => names ?? [])
  }
  const inner = fieldOf(ioTs, 'type')
  if (inner !== undefined) return tagsOf(inner)
  const tag = fieldOf(fieldOf(fieldOf(ioTs, 'props'), 'type'), 'value')
  return typeof tag === 'string' ? [tag] : undefined
}

const fieldOf = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
