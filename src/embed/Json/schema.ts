/**
 * Derives the JSON Schema (draft 2020-12) of what codecs decode, for validators, forms and generators of
 * types in other languages.
 *
 * `T` is a codec made of io-ts types or of schemas of another library that writes JSON Schema; `u` is JSON
 * data.
 *
 * Laws:
 *
 * 1. if `T` decodes `u`, then `u` is valid under the schema of `T`
 * 2. if `T` rejects `u`, then `u` is not valid, unless `T` contains predicates or dates
 * 3. `toJson(d, codecs)` answers `Invalid` only to input that is not valid under its boundary schema, to
 *    the extent of law 2, and its answers are valid
 * 4. an event of any version that can still be read is valid under the schema of stored events
 *
 * A predicate is a function. For a type that one narrows, the schema describes the type beneath, with the
 * type's name as `description` and a `$comment`; pass a schema to say more. Only `Number.isInteger` and
 * `Number.isSafeInteger` are recognised. For a date, the schema gives the format, not the length of months.
 * For schemas of another library the laws hold as far as that library keeps them.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Codec, Origin } from '../../codec/Codec.ts'
import type { EventCodec } from '../../codec/EventCodec.ts'
import { mark } from '../../codec/internal/skippable.ts'
import type { SchemaDocument, SchemaObject, Schema, SchemaWriter } from './fromIoTs.ts'
import { fromIoTs, joined, failWith } from './fromIoTs.ts'
import type { JsonCodecs } from './model.ts'
import { answerSchemas } from './answers.ts'
import { fromJsonSchema } from './ownSchema.ts'
import { left, right } from '../../internal/either.ts'

/**
 * A JSON Schema: `true` accepts everything, `false` nothing, an object what its keywords allow.
 *
 * @category model
 * @since 0.1.0
 */
export type JsonSchema = boolean | { readonly [keyword: string]: unknown }

/**
 * A schema that replaces a derived one: for an io-ts type, for every type of that name (in JSON Schema of
 * another library: of that title), or for a place such as `productId`, `lines[].price`, `rates.*` (the
 * values of a record) or, in one member of a tagged union, `AddLine.productId`. Whether it fits the codec
 * is not checked.
 */
export type SchemaOverride = readonly [of: object | string, schema: JsonSchema]

export interface JsonSchemaOptions {
  /** Schemas of your own; the first match is used. */
  readonly given?: ReadonlyArray<SchemaOverride>
}

/**
 * No schema can be derived for the type `name` at `path`, such as `AddLine.lines[].price`.
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
 * Derives the schema of what a codec decodes, or returns the first type for which that is impossible.
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
 *       reason: 'JSON has no functions',
 *     }),
 *   )
 *
 * @category deriving
 * @since 0.1.0
 */
export const codecSchema = <A>(
  codec: Codec<A>,
  options: JsonSchemaOptions = {},
): Either<UnsupportedSchema, JsonSchema> => {
  const writer = schemaWriter(options)
  return documentOf(writer, fromOrigin(writer, codec.origin))
}

/**
 * Derives the schema of stored events: every type that a codec reads, in every version.
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
  options: JsonSchemaOptions = {},
): Either<UnsupportedSchema, JsonSchema> => {
  const writer = schemaWriter(options)
  return documentOf(writer, storedEvents(writer, codec))
}

/**
 * Derives the schema of a call of `decideJson`, as `{ before, command, answer }`. Its `$defs` are `Before`,
 * `Command`, `Answer` (of `evolveJson` too), `StoredEvent` (input, any version), `Event` (output), `State`
 * and `Rejection`. The place of an override starts with one of them: `Command.AddLine.productId`.
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
  options: JsonSchemaOptions = {},
): Either<UnsupportedSchema, JsonSchema> => {
  const answers = Object.entries(answerSchemas(state !== undefined))
  const writer = schemaWriter(options)
  const { names, definitions } = writer.document
  for (const name of [...definedParts, ...answers.map(([key]) => key)]) names.set(name, name)
  const define = (
    name: (typeof definedParts)[number],
    schemaOf: (writer: SchemaWriter) => Schema,
  ): void => {
    definitions.set(name, schemaOf(writer.inside(name)))
  }
  define('Command', (at) => fromOrigin(at, commands.origin))
  define('StoredEvent', (at) => storedEvents(at, events))
  define('Event', (at) => newestEvents(at, events))
  if (state !== undefined) define('State', (at) => fromOrigin(at, state.origin))
  define('Rejection', (at) => rejections === undefined || fromOrigin(at, rejections.origin))
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

const definedParts = ['Command', 'StoredEvent', 'Event', 'State', 'Rejection'] as const

const schemaWriter = ({ given = [] }: JsonSchemaOptions): SchemaWriter =>
  writerFor({ names: new Map(), definitions: new Map(), failure: undefined }, given, [])

const writerFor = (
  document: SchemaDocument,
  given: ReadonlyArray<SchemaOverride>,
  within: ReadonlyArray<string>,
): SchemaWriter => ({
  document,
  within,
  inside: (name) => writerFor(document, given, [...within, name]),
  given: (type, name, path) => {
    const places = [...within, ''].map((_, i) => joined([...within.slice(i), path]))
    const fits = (of: object | string): boolean =>
      of === type || of === name || (typeof of === 'string' && of !== '' && places.includes(of))
    return given.find(([of]) => fits(of))?.[1]
  },
})

/** Completes a schema with the definitions that it refers to. */
const documentOf = (
  { document: { definitions, failure } }: SchemaWriter,
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

const noOrigin = 'it is not made from a type or schema'

const fromOrigin = (writer: SchemaWriter, origin: Origin | undefined): Schema => {
  switch (origin?.type) {
    case undefined:
      // a hand-written codec can only be matched by its place
      return writer.given(writer, 'codec', '') ?? failWith(writer, '', 'codec', noOrigin)
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

/** A member need not check its own `type`, since the union does; the schema has to. */
const withTag = (schema: Schema, type: string): Schema => {
  if (schema === false) return false
  const tag = { type: 'object', properties: { type: { const: type } }, required: ['type'] }
  if (schema === true) return { title: type, ...tag }
  return requiresTag(schema, type)
    ? { title: type, ...schema }
    : { title: type, allOf: [schema, tag] }
}

const requiresTag = (schema: SchemaObject, type: string): boolean => {
  const { type: kind, properties, required } = schema
  if (kind !== 'object' || typeof properties !== 'object' || properties === null) return false
  const tag: unknown = 'type' in properties ? properties.type : undefined
  const asked = Array.isArray(required) && required.includes('type')
  return asked && typeof tag === 'object' && tag !== null && 'const' in tag && tag.const === type
}

type VersionOrigin = {
  readonly origin?: Origin
  readonly before?: ReadonlyArray<{ readonly origin?: Origin }>
}

const storedEvents = <E>(writer: SchemaWriter, { types, versions }: EventCodec<E>): Schema => {
  if (versions === undefined) return fromOrigin(writer, undefined)
  const read = [...versions].flatMap(([type, all]) =>
    all.map((version, i) => {
      const at = i + 1 === all.length ? type : `${type}@${i + 1}`
      return storedVersion(writer.inside(at), type, i + 1, version)
    }),
  )
  const dropped = types.filter((type) => !versions.has(type)).map((type) => withTag(true, type))
  return oneOfSchema([...read, ...dropped])
}

/** If fields were added to a version, older data lacks them. */
const storedVersion = (
  writer: SchemaWriter,
  type: string,
  version: number,
  shape: VersionOrigin,
): Schema => eventSchema(writer, type, version, shape.before?.[shape.before.length - 1] ?? shape)

/** The events that can be written: current types in their newest version. */
const newestEvents = <E>(writer: SchemaWriter, { origin, versions }: EventCodec<E>): Schema =>
  versions === undefined || origin?.type !== 'Tagged'
    ? fromOrigin(writer, undefined)
    : oneOfSchema(
        [...versions]
          .filter(([type]) => origin.members.has(type))
          .map(([type, all]) =>
            eventSchema(writer.inside(type), type, all.length, all[all.length - 1] ?? {}),
          ),
      )

const oneOfSchema = (schemas: ReadonlyArray<Schema>): Schema =>
  schemas.length === 0 ? false : { oneOf: schemas }

const eventSchema = (
  writer: SchemaWriter,
  type: string,
  version: number,
  { origin }: VersionOrigin,
): Schema => ({
  title: joined([...writer.within].slice(-1)),
  type: 'object',
  properties: {
    type: { const: type },
    schemaVersion: { const: version },
    data: allowingMark(fromOrigin(writer, origin)),
  },
  required: ['type', 'schemaVersion', 'data'],
})

/** Data may contain the mark of a skippable event, also where additional fields are forbidden. */
const allowingMark = (schema: Schema): Schema => {
  if (typeof schema === 'boolean') return schema
  const union = ['anyOf', 'oneOf', 'allOf'].find((keyword) => Array.isArray(schema[keyword]))
  if (union !== undefined) {
    const members = schema[union] as ReadonlyArray<Schema> // found as an array
    return { ...schema, [union]: members.map(allowingMark) }
  }
  if (!('additionalProperties' in schema)) return schema
  const { properties } = schema
  return { ...schema, properties: { ...Object(properties), [mark]: { const: true } } }
}
