/**
 * A JSON Schema as the structure of a type that transforms nothing, from which generators are derived.
 *
 * Keywords that only exclude values (`not`, `if`, `contains`, `minProperties`, …) are left to the codec,
 * which decides in the end.

 */
import type { Origin } from '../../codec/Codec.ts'
import type { JsonSchemaOrigin } from '../../codec/internal/origin.ts'
import type { Structure } from '../../codec/internal/ioTsStructure.ts'
import { targetOf } from '../../codec/internal/jsonPointer.ts'
import { isPlainObject } from '../internal/path.ts'
import { asStructure } from './ioTs.ts'
import { numberNode, stringNode } from './schemaLeaves.ts'
import {
  anythingNode,
  arrayNode,
  intersectionNode,
  unionNode,
  leafNode,
  literalNode,
  neverNode,
  partialNode,
  recordNode,
  recursiveNode,
  refined,
  structNode,
  tupleNode,
} from './schemaNodes.ts'

type ReadableSchema = Readonly<Record<string, unknown>>

interface SchemaReader {
  readonly root: unknown
  /** The types of references, by their schemas. */
  readonly known: Map<unknown, ReferredSchema>
}

interface ReferredSchema {
  type: Structure
  /** Whether another reference leads there. */
  isMet: boolean
}

/** What a codec decodes: what its schema describes, if the codec accepts it and returns a valid value. */
export const structureFrom = (
  schema: ReadableSchema,
  { decode, is, tag }: JsonSchemaOrigin,
): Structure => {
  const described = referredTo({ root: schema, known: new Map() }, '#')
  const whole =
    tag === undefined
      ? described
      : intersectionNode([structNode({ type: literalNode(tag) }), described])
  return refined(whole, 'codec', (input) => {
    const decoded = decode(input)
    return decoded._tag === 'Right' && is(decoded.right)
  })
}

/** The structure that an origin describes, if it is one type and says so. */
export const structureIn = (origin: Origin | undefined): Structure | undefined => {
  if (origin?.type === 'IoTs') return asStructure(origin.ioTs)
  if (origin?.type !== 'JsonSchema') return undefined
  const schema = origin.jsonSchema()
  return schema._tag === 'Left' ? undefined : structureFrom(schema.right, origin)
}

const arrayIn = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : [])

const entriesIn = (value: unknown): ReadonlyArray<readonly [string, unknown]> =>
  isPlainObject(value) ? Object.entries(value) : []

const structureAt = (reader: SchemaReader, schema: unknown): Structure => {
  if (schema === false) return neverNode
  if (!isPlainObject(schema)) return anythingNode
  // zod's way to write that nothing fits
  if (isPlainObject(schema['not']) && Object.keys(schema['not']).length === 0) return neverNode
  const all = (keyword: string) => arrayIn(schema[keyword]).map((one) => structureAt(reader, one))
  const union = (types: ReadonlyArray<Structure>) => (types.length === 0 ? [] : [unionNode(types)])
  const values = 'const' in schema ? [schema['const']] : arrayIn(schema['enum'])
  // listed values need no type besides
  const typed =
    values.length === 0 ? union(kindsOf(reader, schema)) : union(values.map(literalNode))
  const ref = schema['$ref']
  const referred = typeof ref === 'string' ? [referredTo(reader, ref)] : []
  const unions = [...union(all('anyOf')), ...union(all('oneOf'))]
  return intersectionNode([...referred, ...all('allOf'), ...unions, ...typed])
}

/** Only a reference that leads back to itself is recursive. */
const referredTo = (reader: SchemaReader, ref: string): Structure => {
  const target = targetOf(reader.root, ref)
  const known = reader.known.get(target)
  if (known !== undefined) {
    known.isMet = true
    return known.type
  }
  let inner = anythingNode
  const entry: ReferredSchema = { type: recursiveNode(ref, () => inner), isMet: false }
  reader.known.set(target, entry)
  inner = structureAt(reader, target)
  if (entry.isMet) return entry.type
  entry.type = inner
  return inner
}

const kindsOf = (reader: SchemaReader, schema: ReadableSchema): ReadonlyArray<Structure> => {
  const { type } = schema
  const kinds = Array.isArray(type) ? arrayIn(type) : type === undefined ? inferred(schema) : [type]
  return kinds.map((kind) => ofKind(reader, schema, kind))
}

/** Keywords that only apply to one kind of value. */
const telling: ReadonlyArray<readonly [string, ReadonlyArray<string>]> = [
  ['object', ['properties', 'required', 'additionalProperties', 'patternProperties']],
  ['array', ['items', 'prefixItems', 'minItems', 'maxItems', 'uniqueItems']],
  ['string', ['pattern', 'format', 'minLength', 'maxLength']],
  ['number', ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf']],
]

const inferred = (schema: ReadableSchema): ReadonlyArray<string> =>
  telling.flatMap(([kind, keywords]) => (keywords.some((one) => one in schema) ? [kind] : []))

const ofKind = (reader: SchemaReader, schema: ReadableSchema, kind: unknown): Structure => {
  switch (kind) {
    case 'string':
      return stringNode(schema)
    case 'number':
      return numberNode(schema, false)
    case 'integer':
      return numberNode(schema, true)
    case 'boolean':
      return leafNode('BooleanType', 'boolean', (u) => typeof u === 'boolean')
    case 'null':
      return literalNode(null)
    case 'array':
      return arrayOf(reader, schema)
    case 'object':
      return objectStructure(reader, schema)
    default:
      return neverNode
  }
}

const objectStructure = (reader: SchemaReader, schema: ReadableSchema): Structure => {
  const props = new Map(entriesIn(schema['properties']))
  const required = arrayIn(schema['required']).map(String)
  const more = schema['additionalProperties']
  const fields = (keys: ReadonlyArray<string>) =>
    Object.fromEntries(keys.map((key) => [key, structureAt(reader, props.get(key) ?? more)]))
  const optional = [...props.keys()].filter((key) => !required.includes(key))
  if (required.length === 0 && optional.length === 0) return recordOf(reader, schema)
  return intersectionNode([
    ...(required.length === 0 ? [] : [structNode(fields(required))]),
    ...(optional.length === 0 ? [] : [partialNode(fields(optional))]),
  ])
}

const recordOf = (reader: SchemaReader, schema: ReadableSchema): Structure => {
  const [byPattern] = entriesIn(schema['patternProperties'])
  if (byPattern !== undefined) {
    return recordNode(stringNode({ pattern: byPattern[0] }), structureAt(reader, byPattern[1]))
  }
  const more = schema['additionalProperties']
  if (more === false || 'properties' in schema) return structNode({})
  const names = schema['propertyNames']
  const domain = isPlainObject(names)
    ? structureAt(reader, { type: 'string', ...names })
    : stringNode({})
  return recordNode(domain, structureAt(reader, more))
}

/** Arrays are drawn short, so one that must be longer is a tuple. */
const longest = 3

const arrayOf = (reader: SchemaReader, schema: ReadableSchema): Structure => {
  const { prefixItems, minItems, maxItems, uniqueItems } = schema
  if (Array.isArray(prefixItems))
    return tupleNode(prefixItems.map((one) => structureAt(reader, one)))
  const item = structureAt(reader, schema['items'])
  const min = typeof minItems === 'number' ? minItems : 0
  const max = typeof maxItems === 'number' ? maxItems : Infinity
  if (min > longest) return tupleNode(Array.from({ length: min }, () => item))
  const base = arrayNode(item)
  if (min === 0 && max === Infinity && uniqueItems !== true) return base
  return refined(
    base,
    `${base.name} of its length`,
    (u) =>
      Array.isArray(u) &&
      u.length >= min &&
      u.length <= max &&
      (uniqueItems !== true || new Set(u.map((one) => JSON.stringify(one))).size === u.length),
  )
}
