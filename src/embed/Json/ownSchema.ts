/**
 * A JSON Schema that a codec brings along, written into a document of ours: what it refers to moves to
 * the document's `$defs`, and schemas given for its places replace its own.
 *
 * @since 0.1.0
 */
import type { JsonSchemaOrigin } from '../../codec/internal/origin.ts'
import { targetOf } from '../../codec/internal/jsonPointer.ts'
import type { Keywords, Schema, Writer } from './fromIoTs.ts'
import { freeName, joined, refuse } from './fromIoTs.ts'

/** The schema of what the codec decodes; where there is none, the book has the failure. */
export const fromJsonSchema = (writer: Writer, { jsonSchema, tag }: JsonSchemaOrigin): Schema => {
  const read = jsonSchema()
  if (read._tag === 'Left') {
    return writer.given(writer, 'codec', '') ?? refuse(writer, '', 'codec', read.left)
  }
  const schema = moved({ writer, root: read.right }, read.right, '')
  return tag === undefined ? schema : withField(schema, 'type', { const: tag })
}

/** The schema of an object with one field more; in the schema itself where it may refuse other fields. */
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

interface Move {
  readonly writer: Writer
  /** What references of the schema start from. */
  readonly root: Keywords
}

const isKeywords = (value: unknown): value is Keywords =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const moved = (move: Move, schema: unknown, path: string): Schema => {
  if (!isKeywords(schema)) return schema !== false
  const { title } = schema
  const name = typeof title === 'string' ? title : '(schema)'
  const given = move.writer.given(schema, name, path)
  if (given !== undefined) return given
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([keyword]) => !ofTheDocument.has(keyword))
      .map(([keyword, value]) => [keyword, movedKeyword(move, keyword, value, path)]),
  )
}

/** Keywords that stand at the root of the document. */
const ofTheDocument = new Set(['$schema', '$id', '$defs', 'definitions'])

const movedKeyword = (move: Move, keyword: string, value: unknown, path: string): unknown => {
  if (keyword === '$ref') return movedRef(move, String(value), path)
  const place = places.get(keyword)
  if (place === undefined) return value
  if (Array.isArray(value)) return value.map((one, i) => moved(move, one, place(path, String(i))))
  if (!byName.has(keyword) || !isKeywords(value)) return moved(move, value, place(path, ''))
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, moved(move, one, place(path, key))]),
  )
}

const here = (path: string): string => path
const field = (path: string, key: string): string => joined([path, key])
const element = (path: string): string => `${path}[]`
const anyField = (path: string): string => joined([path, '*'])

/** For keywords that hold schemas: the place that these are for. */
const places = new Map<string, (path: string, key: string) => string>([
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
    (keyword) => [keyword, here] as const,
  ),
])

/** Those of them that hold a schema for each name. */
const byName = new Set(['properties', 'patternProperties', 'dependentSchemas'])

const movedRef = (move: Move, ref: string, path: string): string => {
  const { book } = move.writer
  const target = targetOf(move.root, ref)
  if (!isKeywords(target)) {
    refuse(move.writer, path, ref, 'its JSON Schema refers to what it does not hold')
    return ref
  }
  const known = book.names.get(target)
  if (known !== undefined) return `#/$defs/${known}`
  const name = freeName(book.names, ref.replace(/^.*[#/]/, '').replace(/[^A-Za-z0-9_.-]/g, '_'))
  book.names.set(target, name)
  book.definitions.set(name, moved(move, target, path))
  return `#/$defs/${name}`
}
