/**
 * The kinds of commands or events, as the user names them.

 */
import type { Origin } from '../../codec/Codec.ts'
import type { JsonSchemaOrigin } from '../../codec/internal/origin.ts'
import { targetOf } from '../../codec/internal/jsonPointer.ts'
import { isPlainObject } from '../internal/path.ts'

/** An object with a field for each `type`: the compiler rejects it where one is missing. */
export type EachKind<A> = [A] extends [{ readonly type: infer T extends string }]
  ? Readonly<Record<T, unknown>>
  : never

/** A codec or an event codec, which know their types. */
interface KnowsTypes {
  readonly decode: (input: never) => unknown
  readonly origin?: Origin
}

/** Names, an object with a field for each name, or a codec that knows them. */
export type MutantKinds<A> = ReadonlyArray<string> | EachKind<A> | KnowsTypes

/** The names; `undefined` if a codec does not know them. */
export const kindNames = <A>(kinds: MutantKinds<A>): KnownTags => {
  if (isArrayOfNames(kinds)) return kinds
  return isCodec(kinds) ? namesWithin(kinds.origin) : Object.keys(kinds)
}

type KnownTags = ReadonlyArray<string> | undefined

const isArrayOfNames = (kinds: object): kinds is ReadonlyArray<string> => Array.isArray(kinds)

const isCodec = (kinds: object): kinds is KnowsTypes =>
  'decode' in kinds && typeof kinds.decode === 'function'

const namesWithin = (origin: Origin | undefined): KnownTags => {
  switch (origin?.type) {
    case undefined:
      return undefined
    case 'Tagged':
      return [...origin.members.keys()].map(String)
    case 'IoTs':
      return ioTsTags(origin.ioTs)
    case 'JsonSchema':
      return tagsOfSchema(origin)
  }
}

/** The tags in a type of io-ts: those of a union's members, or its own. */
const ioTsTags = (ioTs: unknown): KnownTags => {
  const types = fieldIn(ioTs, 'types')
  if (Array.isArray(types)) {
    const every = types.map(ioTsTags)
    return every.includes(undefined) && fieldIn(ioTs, '_tag') !== 'IntersectionType'
      ? undefined
      : every.flatMap((names) => names ?? [])
  }
  const inner = fieldIn(ioTs, 'type')
  if (inner !== undefined) return ioTsTags(inner)
  const tag = fieldIn(fieldIn(fieldIn(ioTs, 'props'), 'type'), 'value')
  return typeof tag === 'string' ? [tag] : undefined
}

const fieldIn = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined

/** The tags in the JSON Schema of a codec; `undefined` if it does not name all of them. */
const tagsOfSchema = ({ jsonSchema }: JsonSchemaOrigin): KnownTags => {
  const schema = jsonSchema()
  return schema._tag === 'Left' ? undefined : tagsIn(schema.right, schema.right, 0)
}

/** Circular references end here. */
const deepestReference = 64

const tagsIn = (root: unknown, schema: unknown, depth: number): KnownTags => {
  if (!isPlainObject(schema) || depth > deepestReference) return undefined
  const inside = (part: unknown): KnownTags => tagsIn(root, part, depth + 1)
  const { properties, allOf, anyOf, oneOf, $ref } = schema
  const own = isPlainObject(properties) ? valuesOf(properties['type']) : undefined
  if (own !== undefined) return own
  for (const union of [anyOf, oneOf]) {
    if (!Array.isArray(union)) continue
    const members = union.map(inside)
    if (members.every((tags) => tags !== undefined)) return [...new Set(members.flat())]
  }
  const parts = Array.isArray(allOf) ? allOf.map(inside) : []
  const found = parts.find((tags) => tags !== undefined)
  return found ?? (typeof $ref === 'string' ? inside(targetOf(root, $ref)) : undefined)
}

const valuesOf = (schema: unknown): KnownTags => {
  if (!isPlainObject(schema)) return undefined
  const values: unknown = 'const' in schema ? [schema['const']] : schema['enum']
  return Array.isArray(values) && values.every((value) => typeof value === 'string')
    ? values
    : undefined
}
