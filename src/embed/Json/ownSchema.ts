/**
 * Copies a JSON Schema that a codec provides into a derived document: what it refers to moves to the
 * `$defs` of the document, and overrides replace its parts.
 *
 * @since 0.1.0
 */
import type { JsonSchemaOrigin } from '../../codec/internal/origin.ts'
import { targetOf } from '../../codec/internal/jsonPointer.ts'
import type { SchemaObject, Schema, SchemaWriter } from './fromIoTs.ts'
import { freeName, joined, failWith } from './fromIoTs.ts'

/** The schema of what the codec decodes; if there is none, records the failure. */
export const fromJsonSchema = (
  writer: SchemaWriter,
  { jsonSchema, tag }: JsonSchemaOrigin,
): Schema => {
  const read = jsonSchema()
  if (read._tag === 'Left') {
    return writer.given(writer, 'codec', '') ?? failWith(writer, '', 'codec', read.left)
  }
  const schema = moved({ writer, root: read.right }, read.right, '')
  return tag === undefined ? schema : withField(schema, 'type', { const: tag })
}

/** Adds a field to an object schema; not in an `allOf`, since the schema may forbid other fields. */
const withField = (schema: Schema, key: string, field: Schema): Schema => {
  const more = { type: 'object', properties: { [key]: field }, required: [key] }
  if (typeof schema === 'boolean') return schema && more
  const union = ['anyOf', 'oneOf'].find((keyword) => Array.isArray(schema[keyword]))
  if (union !== undefined) {
    const members = schema[union] as ReadonlyArray<Schema> // found as an array
    return { ...schema, [union]: members.map((member) => withField(member, key, field)) }
  }
  const { type, properties = {} } = schema
  if (type !== 'object' || !isKeywords(properties)) return { allOf: [schema, more] }
  const required: ReadonlyArray<unknown> = Array.isArray(schema['required'])
    ? schema['required']
    : []
  return {
    ...schema,
    properties: { [key]: field, ...properties },
    required: [key, ...required.filter((one) => one !== key)],
  }
}

interface MovedSchema {
  readonly writer: SchemaWriter
  /** What its references are relative to. */
  readonly root: SchemaObject
}

const isKeywords = (value: unknown): value is SchemaObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const moved = (move: MovedSchema, schema: unknown, path: string): Schema => {
  if (!isKeywords(schema)) return schema !== false
  const { title } = schema
  const name = typeof title === 'string' ? title : '(schema)'
  const given = move.writer.given(schema, name, path)
  if (given !== undefined) return given
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([keyword]) => !rootKeywords.has(keyword))
      .map(([keyword, value]) => [keyword, movedKeyword(move, keyword, value, path)]),
  )
}

/** Keywords that belong to the root of a document. */
const rootKeywords = new Set(['$schema', '$id', '$defs', 'definitions'])

const movedKeyword = (
  move: MovedSchema,
  keyword: string,
  value: unknown,
  path: string,
): unknown => {
  if (keyword === '$ref') return movedRef(move, String(value), path)
  const placeOf = subschemaPlaces.get(keyword)
  if (placeOf === undefined) return value
  if (Array.isArray(value)) return value.map((one, i) => moved(move, one, placeOf(path, String(i))))
  if (!namedSubschemas.has(keyword) || !isKeywords(value))
    return moved(move, value, placeOf(path, ''))
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, moved(move, one, placeOf(path, key))]),
  )
}

const samePlace = (path: string): string => path
const field = (path: string, key: string): string => joined([path, key])
const element = (path: string): string => `${path}[]`
const anyField = (path: string): string => joined([path, '*'])

/** For keywords that hold schemas: the placeOf that these are for. */
const subschemaPlaces = new Map<string, (path: string, key: string) => string>([
  ['properties', field],
  ['patternProperties', anyField],
  ['additionalProperties', anyField],
  ['unevaluatedProperties', anyField],
  ['propertyNames', (path) => joined([path, '(key)'])],
  ['items', element],
  ['contains', element],
  ['unevaluatedItems', element],
  ['prefixItems', (path, i) => `${path}[${i}]`],
  ...['dependentSchemas', 'allOf', 'anyOf', 'oneOf', 'not', 'if', 'then', 'else'].map(
    (keyword) => [keyword, samePlace] as const,
  ),
])

/** Those of them that hold a schema for each name. */
const namedSubschemas = new Set(['properties', 'patternProperties', 'dependentSchemas'])

const movedRef = (move: MovedSchema, ref: string, path: string): string => {
  const { document } = move.writer
  const target = targetOf(move.root, ref)
  if (!isKeywords(target)) {
    failWith(move.writer, path, ref, 'its JSON Schema has a broken reference')
    return ref
  }
  const known = document.names.get(target)
  if (known !== undefined) return `#/$defs/${known}`
  const name = freeName(document.names, ref.replace(/^.*[#/]/, '').replace(/[^A-Za-z0-9_.-]/g, '_'))
  document.names.set(target, name)
  document.definitions.set(name, moved(move, target, path))
  return `#/$defs/${name}`
}
