/**
 * From what io-ts says of its own types to the schema of what they decode.
 *
 * @since 0.1.0
 */
import type { Structure } from '../../codec/internal/ioTsStructure.ts'
import { domainKeys } from '../../codec/internal/ioTsStructure.ts'

/** A schema as data: `true` takes everything, `false` nothing. */
export type Schema = boolean | Keywords

/** The keywords of a schema. */
export interface Keywords {
  readonly [keyword: string]: unknown
}

/** Where no schema could be made: the place, the type's name, and why. */
export interface Unsupported {
  readonly path: string
  readonly name: string
  readonly reason: string
}

/** What is written into one document. */
export interface Book {
  /** The names that are taken in the document: those of recursive types, by the type. */
  readonly names: Map<unknown, string>
  readonly definitions: Map<string, Schema>
  /** The first place for which there is no schema. */
  failure: Unsupported | undefined
}

/** What the schema of one source is written with. */
export interface Writer {
  readonly book: Book
  /** What leads to the source in the document: the part of it, the member of a union. */
  readonly within: ReadonlyArray<string>
  /** The writer of what stands in this source under a name. */
  readonly inside: (name: string) => Writer
  /** The schema that is given for a type or for its place. */
  readonly given: (type: object, name: string, path: string) => Schema | undefined
}

/** A place in a type, and the recursive types that it was reached by without entering a part. */
interface Place {
  readonly path: string
  readonly open: ReadonlyArray<Structure>
}

type Maker = (writer: Writer, type: Structure, place: Place) => Schema

export const joined = (names: ReadonlyArray<string>): string =>
  names.filter((name) => name !== '').join('.')

export const refuse = (
  { book, within }: Writer,
  path: string,
  name: string,
  reason: string,
): Schema => {
  book.failure ??= { path: joined([...within, path]), name, reason }
  return false
}

/** The schema of what an io-ts type decodes; where there is none, the book has the failure. */
export const fromIoTs = (writer: Writer, ioTs: unknown): Schema =>
  // what `codec` lets through is an io-ts type
  part(writer, ioTs as Structure, '')

const schemaAt: Maker = (writer, type, place) => {
  const given = writer.given(type, type.name, place.path)
  if (given !== undefined) return described(given, type.name)
  const known = type.jsonSchema
  if (known !== undefined) return known
  const make = makers.get(type._tag ?? '')
  return make === undefined
    ? refuse(writer, place.path, type.name, 'nothing is known of what it decodes, so give a schema')
    : make(writer, type, place)
}

const part = (writer: Writer, type: Structure, path: string): Schema =>
  schemaAt(writer, type, { path, open: [] })

/** The schema, called by a name where it says nothing of itself. */
const described = (schema: Schema, description: string): Schema => {
  if (typeof schema === 'boolean') return schema ? { description } : false
  return 'description' in schema ? schema : { ...schema, description }
}

/** The schema with more beside it, which takes the place of no keyword that is there. */
const beside = (schema: Schema, more: Keywords): Schema => {
  if (typeof schema === 'boolean') return schema ? more : false
  const clash = Object.keys(more).some((keyword) => keyword in schema)
  return clash ? { allOf: [schema], ...more } : { ...schema, ...more }
}

/** The predicates that a schema can express. */
const predicates = new Map<unknown, Keywords>([
  [Number.isInteger, { type: 'integer' }],
  [
    Number.isSafeInteger,
    { type: 'integer', minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
  ],
])

const unsaid = 'The codec asks for more than this schema can say.'

const always =
  (schema: Schema): Maker =>
  () =>
    schema

const inner: Maker = (writer, { type }, place) => schemaAt(writer, type, place)

const unwritable =
  (reason: string): Maker =>
  (writer, { name }, { path }) =>
    refuse(writer, path, name, reason)

const takesUndefined = (type: Structure): boolean => {
  try {
    return type.decode(undefined)._tag === 'Right'
  } catch {
    return false
  }
}

/** No store keeps a field of this name, and most tools that read a schema lose it. */
const lost = '__proto__'

const object = (
  [writer, type, { path }]: Parameters<Maker>,
  keys: ReadonlyArray<string>,
  schemaOf: (key: string) => Schema,
  required: ReadonlyArray<string>,
): Schema =>
  keys.includes(lost)
    ? refuse(writer, joined([path, lost]), type.name, `no data has a field named ${lost}`)
    : {
        type: 'object',
        properties: Object.fromEntries(keys.map((key) => [key, schemaOf(key)])),
        ...(required.length === 0 ? {} : { required }),
      }

const struct: Maker = (...of) => {
  const [writer, { props }, { path }] = of
  // each of its keys has a type
  const propOf = (key: string): Structure => props[key] as Structure
  const keys = Object.keys(props)
  return object(
    of,
    keys,
    (key) => part(writer, propOf(key), joined([path, key])),
    keys.filter((key) => !takesUndefined(propOf(key))),
  )
}

const partial: Maker = (...of) => {
  const [writer, { props }, { path }] = of
  return object(
    of,
    Object.keys(props),
    (key) => part(writer, props[key] as Structure, joined([path, key])), // it is one of its keys
    [],
  )
}

const list: Maker = (writer, { type }, { path }) => ({
  type: 'array',
  items: part(writer, type, `${path}[]`),
})

/** Elements that may be undefined may be missing at the end; those beyond the last are dropped. */
const tuple: Maker = (writer, { types }, { path }) => ({
  type: 'array',
  prefixItems: types.map((type, i) => part(writer, type, `${path}[${i}]`)),
  minItems: types.reduce((least, type, i) => (takesUndefined(type) ? least : i + 1), 0),
})

/** JSON has no undefined: a member that takes nothing else adds nothing. */
const union: Maker = (writer, { types }, place) => {
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

const literal: Maker = (_, { value }) =>
  typeof value === 'number' && !Number.isFinite(value)
    ? false
    : { const: typeof value === 'number' ? value + 0 : value }

/** Keys outside the domain are dropped by the codec, whatever stands under them. */
const record: Maker = (...of) => {
  const [writer, { domain, codomain }, { path }] = of
  const keys = domainKeys(domain)
  if (keys !== undefined) {
    const schemaOf = (key: string) => part(writer, codomain, joined([path, key]))
    return object(of, keys, schemaOf, takesUndefined(codomain) ? [] : keys)
  }
  const values = part(writer, codomain, joined([path, '*']))
  const type = codomain._tag === 'AnyType' ? ['object', 'array'] : 'object'
  if (domain._tag === 'StringType') return { type, additionalProperties: values }
  const key = part(writer, domain, joined([path, '(key)']))
  return typeof key === 'object' &&
    typeof key['pattern'] === 'string' &&
    Object.keys(key).every((keyword) => textual.has(keyword))
    ? { type, patternProperties: { [key['pattern']]: values } }
    : { type, $comment: unsaid }
}

const textual = new Set(['type', 'pattern', 'description', 'title'])

const refinement: Maker = (writer, { name, type, predicate }, place) => {
  const base = schemaAt(writer, type, place)
  const exact = predicates.get(predicate)
  if (exact === undefined) return beside(base, { description: name, $comment: unsaid })
  const number = typeof base === 'object' && Object.keys(base).join() === 'type'
  return number ? { ...exact, description: name } : { allOf: [base, exact], description: name }
}

/** Stands in the document under its name, and is referred to from where it is used. */
const recursive: Maker = (writer, type, { path, open }) => {
  if (open.includes(type)) {
    return refuse(writer, path, type.name, 'it is defined as itself, with nothing in between')
  }
  const { names, definitions } = writer.book
  const known = names.get(type)
  if (known !== undefined) return { $ref: `#/$defs/${known}` }
  const name = freeName(names, type.name.replace(/[^A-Za-z0-9_.-]/g, '_'))
  names.set(type, name)
  definitions.set(name, schemaAt(writer, type.type, { path, open: [...open, type] }))
  return { $ref: `#/$defs/${name}` }
}

export const freeName = (names: Writer['book']['names'], wanted: string): string => {
  const taken = new Set(names.values())
  const base = wanted === '' ? 'Recursive' : wanted
  let name = base
  // what every object inherits is lost, or found where it is not, by tools that look names up
  for (let i = 2; taken.has(name) || name in Object.prototype; i++) name = `${base}${i}`
  return name
}

/** By tag, which somebody else's type may have called anything. */
const makers: ReadonlyMap<string, Maker> = new Map<string, Maker>(
  Object.entries({
    StringType: always({ type: 'string' }),
    NumberType: always({ type: 'number' }),
    BooleanType: always({ type: 'boolean' }),
    NullType: always({ type: 'null' }),
    UndefinedType: always(false),
    VoidType: always(false),
    NeverType: always(false),
    UnknownType: always(true),
    AnyType: always(true),
    ObjectType: always({ type: ['object', 'array'] }),
    AnyDictionaryType: always({ type: 'object' }),
    AnyArrayType: always({ type: 'array' }),
    LiteralType: literal,
    KeyofType: (_, { keys }) => {
      const values = Object.keys(keys)
      return values.length === 0 ? false : { enum: values }
    },
    InterfaceType: struct,
    StrictType: struct,
    PartialType: partial,
    ReadonlyType: inner,
    ExactType: inner,
    RecursiveType: recursive,
    ArrayType: list,
    ReadonlyArrayType: list,
    TupleType: tuple,
    DictionaryType: record,
    RefinementType: refinement,
    UnionType: union,
    IntersectionType: (writer, { types }, place) => ({
      allOf: types.map((type) => schemaAt(writer, type, place)),
    }),
    BigIntType: unwritable('JSON can hold no bigint; the bigint of decider-ts is stored as digits'),
    FunctionType: unwritable('JSON can hold no function'),
  }),
)
