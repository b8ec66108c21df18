/**
 * The JSON Schema (draft 2020-12) of what codecs decode, for whoever is on the other side of the
 * boundary: a checker, a form, a generator of types in another language.
 *
 * `T` is a codec made of io-ts types, or of schemas of another library that writes JSON Schema, `u` data
 * that JSON can hold.
 *
 * Laws:
 *
 * 1. where `T` decodes `u`, `u` is valid under the schema of `T`
 * 2. where `T` refuses `u`, `u` is not valid, if `T` is made without predicates and without dates
 * 3. `Json.toJson(d, codecs)` answers `Invalid` only to what is not valid under the schema of its
 *    boundary, as far as law 2 goes, and what it answers is valid
 * 4. an event of any version that is still read is valid under the schema of stored events
 *
 * A predicate is a function, so of a type that is narrowed by one the schema says what lies beneath,
 * with the type's name as `description` and a `$comment` that says so; give a schema to say more.
 * Whole numbers (`Number.isInteger`, `Number.isSafeInteger` themselves) are known. Of a date it says
 * how it is spelled, not which days a month has. Of the schema of another library it says what that
 * library says, so there the laws hold as far as the library keeps them.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Codec, Origin } from '../../codec/Codec.ts'
import type { EventCodec } from '../../codec/EventCodec.ts'
import { mark } from '../../codec/internal/skippable.ts'
import type { Book, Keywords, Schema, Writer } from './fromIoTs.ts'
import { fromIoTs, joined, refuse } from './fromIoTs.ts'
import type { JsonCodecs } from './model.ts'
import { answersOf } from './answers.ts'
import { fromJsonSchema } from './ownSchema.ts'
import { left, right } from '../../internal/either.ts'

/**
 * A schema as data: `true` takes everything, `false` nothing, and an object what its keywords say.
 *
 * @category model
 * @since 0.1.0
 */
export type JsonSchema = boolean | { readonly [keyword: string]: unknown }

/**
 * A schema to use instead of a derived one: for a type (of io-ts), for every type of that name (of
 * another library's JSON Schema, of that title), or for a place like `productId`, `lines[].price`,
 * `rates.*` (the values of a record) or, in one member of a tagged union only, `AddLine.productId`.
 * That it fits is for you to see to.
 *
 * @category model
 * @since 0.1.0
 */
export type GivenSchema = readonly [of: object | string, schema: JsonSchema]

/**
 * What deriving may be told.
 *
 * @category model
 * @since 0.1.0
 */
export interface SchemaOptions {
  /** Schemas of your own; the first that fits is taken. */
  readonly given?: ReadonlyArray<GivenSchema>
}

/**
 * There is no schema for the type `name` that stands at `path` (as `AddLine.lines[].price`).
 *
 * @category failures
 * @since 0.1.0
 */
export interface UnsupportedSchema {
  readonly type: 'UnsupportedSchema'
  readonly path: string
  readonly name: string
  readonly reason: string
}

const draft = 'https://json-schema.org/draft/2020-12/schema'

/**
 * The schema of what a codec decodes, or the first place for which there is none.
 *
 * @example
 *   import { codec, date } from 'decider-ts/codec/IoTs'
 *   import { codecSchema } from 'decider-ts/embed/Json'
 *   import { left, right } from 'fp-ts/lib/Either.js'
 *   import * as t from 'io-ts'
 *   import assert from 'node:assert'
 *
 *   assert.deepStrictEqual(
 *     codecSchema(codec(t.type({ name: t.string, sizes: t.array(t.number) }))),
 *     right({
 *       $schema: 'https://json-schema.org/draft/2020-12/schema',
 *       type: 'object',
 *       properties: {
 *         name: { type: 'string' },
 *         sizes: { type: 'array', items: { type: 'number' } },
 *       },
 *       required: ['name', 'sizes'],
 *     }),
 *   )
 *   assert.deepStrictEqual(
 *     codecSchema(codec(t.type({ on: date, call: t.Function }))),
 *     left({
 *       type: 'UnsupportedSchema',
 *       path: 'call',
 *       name: 'Function',
 *       reason: 'JSON can hold no function',
 *     }),
 *   )
 *
 * @category deriving
 * @since 0.1.0
 */
export const codecSchema = <A>(
  codec: Codec<A>,
  options: SchemaOptions = {},
): Either<UnsupportedSchema, JsonSchema> => {
  const writer = writerOf(options)
  return documentOf(writer, fromOrigin(writer, codec.origin))
}

/**
 * The schema of the events that a codec reads, as a store keeps them: every type, in every version.
 *
 * @example
 *   import { eventsSchema } from 'decider-ts/embed/Json'
 *   import { orderEventCodec } from 'decider-ts/order/codec'
 *   import { isRight } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   assert.ok(isRight(eventsSchema(orderEventCodec)))
 *
 * @category deriving
 * @since 0.1.0
 */
export const eventsSchema = <E>(
  codec: EventCodec<E>,
  options: SchemaOptions = {},
): Either<UnsupportedSchema, JsonSchema> => {
  const writer = writerOf(options)
  return documentOf(writer, stored(writer, codec))
}

/**
 * The schema of a call of `decideJson`, as `{ before, command, answer }`. Under `$defs` stand
 * `Before`, `Command`, `Answer`, which is what `evolveJson` answers, too, `StoredEvent` (an event
 * that goes in, of any version), `Event` (one that comes out), `State` and `Rejection`, and in a
 * place for which a schema may be given these are what comes first: `Command.AddLine.productId`.
 *
 * @example
 *   import { boundarySchema } from 'decider-ts/embed/Json'
 *   import { orderCommandCodec, orderEventCodec } from 'decider-ts/order/codec'
 *   import { isRight } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const codecs = { commands: orderCommandCodec, events: orderEventCodec }
 *   const schema = boundarySchema(codecs, {
 *     given: [['a non-empty string', { type: 'string', minLength: 1 }]],
 *   })
 *   assert.ok(isRight(schema))
 *
 * @category deriving
 * @since 0.1.0
 */
export const boundarySchema = <C, S, E, R>(
  { commands, events, state, rejections }: JsonCodecs<C, S, E, R>,
  options: SchemaOptions = {},
): Either<UnsupportedSchema, JsonSchema> => {
  const answers = Object.entries(answersOf(state !== undefined))
  const writer = writerOf(options)
  const { names, definitions } = writer.book
  for (const name of [...parts, ...answers.map(([key]) => key)]) names.set(name, name)
  const written = (name: (typeof parts)[number], schemaOf: (writer: Writer) => Schema): void => {
    definitions.set(name, schemaOf(writer.inside(name)))
  }
  written('Command', (at) => fromOrigin(at, commands.origin))
  written('StoredEvent', (at) => stored(at, events))
  written('Event', (at) => newest(at, events))
  if (state !== undefined) written('State', (at) => fromOrigin(at, state.origin))
  written('Rejection', (at) => rejections === undefined || fromOrigin(at, rejections.origin))
  for (const [name, schema] of answers) definitions.set(name, schema)
  return documentOf(writer, {
    type: 'object',
    properties: {
      before: { $ref: '#/$defs/Before' },
      command: { $ref: '#/$defs/Command' },
      answer: { $ref: '#/$defs/Answer' },
    },
    required: ['before', 'command', 'answer'],
  })
}

const parts = ['Command', 'StoredEvent', 'Event', 'State', 'Rejection'] as const

const writerOf = ({ given = [] }: SchemaOptions): Writer =>
  writerFor({ names: new Map(), definitions: new Map(), failure: undefined }, given, [])

const writerFor = (
  book: Book,
  given: ReadonlyArray<GivenSchema>,
  within: ReadonlyArray<string>,
): Writer => ({
  book,
  within,
  inside: (name) => writerFor(book, given, [...within, name]),
  given: (type, name, path) => {
    const places = [...within, ''].map((_, i) => joined([...within.slice(i), path]))
    const fits = (of: object | string): boolean =>
      of === type || of === name || (typeof of === 'string' && of !== '' && places.includes(of))
    return given.find(([of]) => fits(of))?.[1]
  },
})

/** The schema as a document of its own, with what it refers to. */
const documentOf = (
  { book: { definitions, failure } }: Writer,
  schema: Schema,
): Either<UnsupportedSchema, JsonSchema> => {
  if (failure !== undefined) {
    const { path, name, reason } = failure
    return left({ type: 'UnsupportedSchema', path, name, reason })
  }
  if (typeof schema === 'boolean') return right(schema)
  const root = { $schema: draft, ...schema }
  return right(definitions.size === 0 ? root : { ...root, $defs: Object.fromEntries(definitions) })
}

const unknown = 'it is made from no type or schema'

const fromOrigin = (writer: Writer, origin: Origin | undefined): Schema => {
  switch (origin?.type) {
    case undefined:
      // one that is written by hand is known by its place only
      return writer.given(writer, 'codec', '') ?? refuse(writer, '', 'codec', unknown)
    case 'IoTs':
      return fromIoTs(writer, origin.ioTs)
    case 'JsonSchema':
      return fromJsonSchema(writer, origin)
    case 'Tagged': {
      const members = Array.from(origin.members, ([type, member]) =>
        withTag(fromOrigin(writer.inside(String(type)), member.origin), String(type)),
      )
      return members.length === 0 ? false : { oneOf: members }
    }
  }
}

/** The schema of a member, which need not ask for its own `type`: the union has done so. */
const withTag = (schema: Schema, type: string): Schema => {
  if (schema === false) return false
  const tag = { type: 'object', properties: { type: { const: type } }, required: ['type'] }
  if (schema === true) return { title: type, ...tag }
  return isTagged(schema, type) ? { title: type, ...schema } : { title: type, allOf: [schema, tag] }
}

const isTagged = (schema: Keywords, type: string): boolean => {
  const { type: kind, properties, required } = schema
  if (kind !== 'object' || typeof properties !== 'object' || properties === null) return false
  const tag: unknown = 'type' in properties ? properties.type : undefined
  const asked = Array.isArray(required) && required.includes('type')
  return asked && typeof tag === 'object' && tag !== null && 'const' in tag && tag.const === type
}

type Version = {
  readonly origin?: Origin
  readonly before?: ReadonlyArray<{ readonly origin?: Origin }>
}

const stored = <E>(writer: Writer, { types, versions }: EventCodec<E>): Schema => {
  if (versions === undefined) return fromOrigin(writer, undefined)
  const read = [...versions].flatMap(([type, all]) =>
    all.map((version, i) => {
      const at = i + 1 === all.length ? type : `${type}@${i + 1}`
      return storedAs(writer.inside(at), type, i + 1, version)
    }),
  )
  const dropped = types.filter((type) => !versions.has(type)).map((type) => withTag(true, type))
  return oneOf([...read, ...dropped])
}

/** Where fields were added to a version, its data may be without them. */
const storedAs = (writer: Writer, type: string, version: number, shape: Version): Schema =>
  eventOf(writer, type, version, shape.before?.[shape.before.length - 1] ?? shape)

/** The events that are written: no type that is retired, and no version but the newest. */
const newest = <E>(writer: Writer, { origin, versions }: EventCodec<E>): Schema =>
  versions === undefined || origin?.type !== 'Tagged'
    ? fromOrigin(writer, undefined)
    : oneOf(
        [...versions]
          .filter(([type]) => origin.members.has(type))
          .map(([type, all]) =>
            eventOf(writer.inside(type), type, all.length, all[all.length - 1] ?? {}),
          ),
      )

const oneOf = (schemas: ReadonlyArray<Schema>): Schema =>
  schemas.length === 0 ? false : { oneOf: schemas }

const eventOf = (writer: Writer, type: string, version: number, { origin }: Version): Schema => ({
  title: joined([...writer.within].slice(-1)),
  type: 'object',
  properties: {
    type: { const: type },
    schemaVersion: { const: version },
    data: withMark(fromOrigin(writer, origin)),
  },
  required: ['type', 'schemaVersion', 'data'],
})

/** The schema of data among which the mark of a skippable event may stand, also where it names all fields. */
const withMark = (schema: Schema): Schema => {
  if (typeof schema === 'boolean') return schema
  const union = ['anyOf', 'oneOf', 'allOf'].find((keyword) => Array.isArray(schema[keyword]))
  if (union !== undefined) {
    const members = schema[union] as ReadonlyArray<Schema> // found as an array
    return { ...schema, [union]: members.map(withMark) }
  }
  if (!('additionalProperties' in schema)) return schema
  const { properties } = schema
  return { ...schema, properties: { ...Object(properties), [mark]: { const: true } } }
}
