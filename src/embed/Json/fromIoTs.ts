/**
 * Derives JSON Schema from the structure of io-ts types.
 *
 * @since 0.1.0
 */
import type { Structure } from '../../codec/internal/ioTsStructure.ts'
import { domainKeys } from '../../codec/internal/ioTsStructure.ts'

/** `true` accepts everything, `false` nothing. */
export type Schema = boolean | SchemaObject

/** The keywords of a schema. */
export interface SchemaObject {
  readonly [keyword: string]: unknown
}

export interface UnsupportedPlace {
  readonly path: string
  readonly name: string
  readonly reason: string
}

export interface SchemaDocument {
  /** The names of definitions, by what they define. */
  readonly names: Map<unknown, string>
  readonly definitions: Map<string, Schema>
  /** The first one. */
  failure: UnsupportedPlace | undefined
}

export interface SchemaWriter {
  readonly document: SchemaDocument
  /** The path to this part of the document: definition, member of a union. */
  readonly within: ReadonlyArray<string>
  /** The writer of a part with a name. */
  readonly inside: (name: string) => SchemaWriter
  /** The override for a type or for its place. */
  readonly given: (type: object, name: string, path: string) => Schema | undefined
}

/** A place in a type, and the recursive types entered since the last field or element. */
interface TypePlace {
  readonly path: string
  readonly open: ReadonlyArray<Structure>
}

type SchemaMaker = (writer: SchemaWriter, type: Structure, place: TypePlace) => Schema

export const joined = (names: ReadonlyArray<string>): string =>
  names.filter((name) => name !== '').join('.')

export const failWith = (
  { document, within }: SchemaWriter,
  path: string,
  name: string,
  reason: string,
): Schema => {
  document.failure ??= { path: joined([...within, path]), name, reason }
  return false
}

/** The schema of what an io-ts type decodes; if there is none, records the failure. */
export const fromIoTs = (writer: SchemaWriter, ioTs: unknown): Schema =>
  // `codec` accepts only io-ts types
  part(writer, ioTs as Structure, '')

const schemaAt: SchemaMaker = (writer, type, place) => {
  const given = writer.given(type, type.name, place.path)
  if (given !== undefined) return described(given, type.name)
  const known = type.jsonSchema
  if (known !== undefined) return known
  const make = schemaMakers.get(type._tag ?? '')
  return make === undefined
    ? failWith(writer, place.path, type.name, 'what it decodes is unknown: pass a schema for it')
    : make(writer, type, place)
}

const part = (writer: SchemaWriter, type: Structure, path: string): Schema =>
  schemaAt(writer, type, { path, open: [] })

/** Adds a description if the schema has none. */
const described = (schema: Schema, description: string): Schema => {
  if (typeof schema === 'boolean') return schema ? { description } : false
  return 'description' in schema ? schema : { ...schema, description }
}

/** Adds keywords without replacing any. */
const beside = (schema: Schema, more: SchemaObject): Schema => {
  if (typeof schema === 'boolean') return schema ? more : false
  const clash = Object.keys(more).some((keyword) => keyword in schema)
  return clash ? { allOf: [schema], ...more } : { ...schema, ...more }
}

/** Predicates that a schema can express. */
const predicates = new Map<unknown, SchemaObject>([
  [Number.isInteger, { type: 'integer' }],
  [
    Number.isSafeInteger,
    { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
  ],
])

const moreIsChecked = 'The codec checks more than this schema can express.'

const constantSchema =
  (schema: Schema): SchemaMaker =>
  () =>
    schema

const innerSchema: SchemaMaker = (writer, { type }, place) => schemaAt(writer, type, place)

const unsupportedSchema =
  (reason: string): SchemaMaker =>
  (writer, { name }, { path }) =>
    failWith(writer, path, name, reason)

const takesUndefined = (type: Structure): boolean => {
  try {
    return type.decode(undefined)._tag === 'Right'
  } catch {
    return false
  }
}

/** Stores reject a field of this name, and most schema tools drop it. */
const forbiddenField = '__proto__'

const objectSchema = (
  [writer, type, { path }]: Parameters<SchemaMaker>,
  keys: ReadonlyArray<string>,
  schemaOf: (key: string) => Schema,
  required: ReadonlyArray<string>,
): Schema =>
  keys.includes(forbiddenField)
    ? failWith(
        writer,
        joined([path, forbiddenField]),
        type.name,
        `no data has a field named ${forbiddenField}`,
      )
    : {
        type: 'object',
        properties: Object.fromEntries(keys.map((key) => [key, schemaOf(key)])),
        ...(required.length === 0 ? {} : { required }),
      }

const structSchema: SchemaMaker = (...of) => {
  const [writer, { props }, { path }] = of
  // `props` has a type for each of its own keys
  const propOf = (key: string): Structure => props[key] as Structure
  const keys = Object.keys(props)
  return objectSchema(
    of,
    keys,
    (key) => part(writer, propOf(key), joined([path, key])),
    keys.filter((key) => !takesUndefined(propOf(key))),
  )
}

const partialSchema: SchemaMaker = (...of) => {
  const [writer, { props }, { path }] = of
  return objectSchema(
    of,
    Object.keys(props),
    (key) => part(writer, props[key] as Structure, joined([path, key])), // it is one of its keys
    [],
  )
}

const listSchema: SchemaMaker = (writer, { type }, { path }) => ({
  type: 'array',
  items: part(writer, type, `${path}[]`),
})

/** Trailing elements that may be undefined may be absent; additional elements are dropped. */
const tupleSchema: SchemaMaker = (writer, { types }, { path }) => ({
  type: 'array',
  prefixItems: types.map((type, i) => part(writer, type, `${path}[${i}]`)),
  minItems: types.reduce((least, type, i) => (takesUndefined(type) ? least : i + 1), 0),
})

/** JSON has no undefined, so a member that accepts only undefined adds nothing. */
const unionSchema: SchemaMaker = (writer, { types }, place) => {
  const members = types
    .map((type) => schemaAt(writer, type, place))
    .filter((schema) => schema !== false)
  const constants = members.map((member) =>
    typeof member === 'object' && Object.keys(member).join() === 'const' ? [member['const']] : [],
  )
  if (members.length > 0 && constants.every((one) => one.length === 1)) {
    return { enum: [...new Set(constants.flat())] }
  }
  const [first = false, ...others] = members
  return others.length === 0 ? first : { anyOf: members }
}

const literalSchema: SchemaMaker = (_, { value }) =>
  typeof value === 'number' && !Number.isFinite(value)
    ? false
    : { const: typeof value === 'number' ? value + 0 : value }

/** The codec drops keys outside the domain, whatever their values. */
const recordSchema: SchemaMaker = (...of) => {
  const [writer, { domain, codomain }, { path }] = of
  const keys = domainKeys(domain)
  if (keys !== undefined) {
    const schemaOf = (key: string) => part(writer, codomain, joined([path, key]))
    return objectSchema(of, keys, schemaOf, takesUndefined(codomain) ? [] : keys)
  }
  const values = part(writer, codomain, joined([path, '*']))
  const type = codomain._tag === 'AnyType' ? ['object', 'array'] : 'object'
  if (domain._tag === 'StringType') return { type, additionalProperties: values }
  const key = part(writer, domain, joined([path, '(key)']))
  return typeof key === 'object' &&
    typeof key['pattern'] === 'string' &&
    Object.keys(key).every((keyword) => patternOnly.has(keyword))
    ? { type, patternProperties: { [key['pattern']]: values } }
    : { type, $comment: moreIsChecked }
}

const patternOnly = new Set(['type', 'pattern', 'description', 'title'])

const refinementSchema: SchemaMaker = (writer, { name, type, predicate }, place) => {
  const base = schemaAt(writer, type, place)
  const exact = predicates.get(predicate)
  if (exact === undefined) return beside(base, { description: name, $comment: moreIsChecked })
  const number = typeof base === 'object' && Object.keys(base).join() === 'type'
  return number ? { ...exact, description: name } : { allOf: [base, exact], description: name }
}

/** A recursive type becomes a definition, referred to where it is used. */
const recursiveSchema: SchemaMaker = (writer, type, { path, open }) => {
  if (open.includes(type)) {
    return failWith(writer, path, type.name, 'its definition is only a reference to itself')
  }
  const { names, definitions } = writer.document
  const known = names.get(type)
  if (known !== undefined) return { $ref: `#/$defs/${known}` }
  const name = freeName(names, type.name.replace(/[^A-Za-z0-9_.-]/g, '_'))
  names.set(type, name)
  definitions.set(name, schemaAt(writer, type.type, { path, open: [...open, type] }))
  return { $ref: `#/$defs/${name}` }
}

export const freeName = (names: SchemaWriter['document']['names'], wanted: string): string => {
  const taken = new Set(names.values())
  const base = wanted === '' ? 'Recursive' : wanted
  let name = base
  // tools that look names up in plain objects confuse them with inherited ones
  for (let i = 2; taken.has(name) || name in Object.prototype; i++) name = `${base}${i}`
  return name
}

/** By tag; foreign types may have any tag. */
const schemaMakers: ReadonlyMap<string, SchemaMaker> = new Map<string, SchemaMaker>(
  Object.entries({
    StringType: constantSchema({ type: 'string' }),
    NumberType: constantSchema({ type: 'number' }),
    BooleanType: constantSchema({ type: 'boolean' }),
    NullType: constantSchema({ type: 'null' }),
    UndefinedType: constantSchema(false),
    VoidType: constantSchema(false),
    NeverType: constantSchema(false),
    UnknownType: constantSchema(true),
    AnyType: constantSchema(true),
    ObjectType: constantSchema({ type: ['object', 'array'] }),
    AnyDictionaryType: constantSchema({ type: 'object' }),
    AnyArrayType: constantSchema({ type: 'array' }),
    LiteralType: literalSchema,
    KeyofType: (_, { keys }) => {
      const values = Object.keys(keys)
      return values.length === 0 ? false : { enum: values }
    },
    InterfaceType: structSchema,
    StrictType: structSchema,
    PartialType: partialSchema,
    ReadonlyType: innerSchema,
    ExactType: innerSchema,
    RecursiveType: recursiveSchema,
    ArrayType: listSchema,
    ReadonlyArrayType: listSchema,
    TupleType: tupleSchema,
    DictionaryType: recordSchema,
    RefinementType: refinementSchema,
    UnionType: unionSchema,
    IntersectionType: (writer, { types }, place) => ({
      allOf: types.map((type) => schemaAt(writer, type, place)),
    }),
    BigIntType: unsupportedSchema(
      'JSON has no bigint; use the `bigint` codec of decider-ts, which stores digits',
    ),
    FunctionType: unsupportedSchema('JSON has no functions'),
  }),
)
