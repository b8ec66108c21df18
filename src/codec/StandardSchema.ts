/**
 * Codecs from schemas of zod, valibot, effect, arktype and every other library that implements
 * Standard Schema (https://standardschema.dev), for schemas that check data without changing it.
 *
 * `S` is a schema, `u` any value.
 *
 * Laws:
 *
 * 1. if `schemaCodec(S).decode(u) = Right(a)`, then `S` accepts `u`, and `a` is `u` without the fields
 *    that `S` does not know
 * 2. if `S` accepts `u` but changes it, `schemaCodec(S)` refuses `u` and names the place; likewise if a
 *    union of `S` leaves out a field that a later member names, as far as the JSON Schema of `S` tells
 * 3. if `S` answers asynchronously, `schemaCodec(S)` refuses everything
 *
 * A schema whose input and output types differ transforms, and does not compile. For these, `codec/Zod`
 * takes zod's own codecs, and `twoWaySchemaCodec` a schema for each direction.
 *
 * @since 0.1.0
 */
import type { Codec } from './Codec.ts'
import type { EventCodec, Evolution } from './EventCodec.ts'
import type { Immutable, NoFields, Unbranded, UnionOf } from './internal/schemaForms.ts'
import { commandCodecOfParts, eventCodecOfParts } from './internal/schemaForms.ts'
import type { AnyVersions } from './internal/shortForm.ts'
import type { SchemaCodec } from './internal/schemaCodec.ts'
import { codecOf, unchangedCodec } from './internal/schemaCodec.ts'
import type { StandardSchema, StandardSchemaOptions } from './internal/standardSchema.ts'
import { writerOf } from './internal/standardSchema.ts'
import { exactly } from './StandardSchema/undeclared.ts'

export type { StandardSchema } from './internal/standardSchema.ts'

type InputOf<S> = S extends StandardSchema<infer I, unknown> ? I : never
type OutputOf<S> = S extends StandardSchema<unknown, infer A> ? A : never

/** Rejects a schema whose input and output types differ by more than brands. */
type Unchanged<S> = [InputOf<S>] extends [Unbranded<OutputOf<S>>]
  ? [OutputOf<S>] extends [InputOf<S>]
    ? unknown
    : Changed
  : Changed
type Changed = 'the schema transforms: its input and output types differ'

/**
 * The codec of a schema that leaves data as it is, except that unknown fields are left out. Data that the
 * schema changes (`trim`, `overwrite`, a class) is refused.
 *
 * @example
 *   import { schemaCodec } from 'decider-ts/codec/StandardSchema'
 *   import { left, right } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *   import * as z from 'zod'
 *
 *   const point = schemaCodec(z.object({ x: z.number() }))
 *   assert.deepStrictEqual(point.decode({ x: 1, password: 'secret' }), right({ x: 1 }))
 *   assert.deepStrictEqual(
 *     point.decode({ x: 'one' }),
 *     left([{ path: ['x'], expected: 'number', actual: 'one' }]),
 *   )
 *
 * @category constructors
 * @since 0.1.0
 */
export const schemaCodec = <S extends StandardSchema<unknown, unknown>>(
  schema: S & Unchanged<S>,
  options: StandardSchemaOptions = {},
): Codec<Immutable<OutputOf<S>>> =>
  // a schema of `OutputOf<S>`, which nobody writes to
  codecOfUnchanged(schema as StandardSchema<unknown, Immutable<OutputOf<S>>>, options)

const codecOfUnchanged = <A>(
  schema: StandardSchema<unknown, A>,
  options: StandardSchemaOptions,
): SchemaCodec<A> => unchangedCodec(exactly(schema), writerOf(schema, options))

/**
 * The codec of a type that is stored as another, from a schema for each direction. A value is valid if
 * decoding what it is encoded to returns it.
 *
 * @example
 *   import { twoWaySchemaCodec } from 'decider-ts/codec/StandardSchema'
 *   import { Schema } from 'effect'
 *   import { right } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const day = Schema.Struct({ on: Schema.DateFromString })
 *   const days = twoWaySchemaCodec({
 *     decode: Schema.toStandardSchemaV1(day),
 *     encode: Schema.toStandardSchemaV1(Schema.flip(day)),
 *   })
 *   const stored = { on: '1996-07-04T00:00:00.000Z' }
 *   assert.deepStrictEqual(days.decode(stored), right({ on: new Date(stored.on) }))
 *   assert.deepStrictEqual(days.encode({ on: new Date(stored.on) }), stored)
 *
 * @category constructors
 * @since 0.1.0
 */
export const twoWaySchemaCodec = <I, A>(
  schemas: { readonly decode: StandardSchema<I, A>; readonly encode: StandardSchema<A, I> },
  options: StandardSchemaOptions = {},
): Codec<Immutable<A>> =>
  codecOf({
    // values that nobody writes to
    decode: exactly(schemas.decode as StandardSchema<I, Immutable<A>>),
    encode: exactly(schemas.encode),
    jsonSchema: writerOf(schemas.decode, options),
  })

type SchemaParts = Readonly<
  Record<string, StandardSchema<unknown, object> | AnyVersions | NoFields>
>

type UnchangedParts<P> = {
  readonly [K in keyof P]: P[K] extends StandardSchema<unknown, unknown> ? Unchanged<P[K]> : unknown
}

/**
 * The codec of events. Each is given by the schema of its fields (`{}` if there are none), by a codec, or
 * by the chain of its versions.
 *
 * @example
 *   import type { EventCodec } from 'decider-ts/codec/EventCodec'
 *   import { schemaEventCodec } from 'decider-ts/codec/StandardSchema'
 *   import { right } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *   import * as z from 'zod'
 *
 *   type AccountEvent =
 *     | { readonly type: 'Deposited'; readonly amount: number }
 *     | { readonly type: 'Closed' }
 *
 *   const events: EventCodec<AccountEvent> = schemaEventCodec({
 *     Deposited: z.object({ amount: z.number() }),
 *     Closed: {},
 *   })
 *   const event = { type: 'Deposited', amount: 5 } as const
 *   assert.deepStrictEqual(
 *     events.encode(event),
 *     right({ type: 'Deposited', schemaVersion: 1, data: event }),
 *   )
 *
 * @category constructors
 * @since 0.1.0
 */
export const schemaEventCodec = <P extends SchemaParts>(
  parts: P & UnchangedParts<P>,
  evolution?: Evolution<UnionOf<P>>,
): EventCodec<UnionOf<P>> =>
  eventCodecOfParts<P>(parts, (schema) => codecOfUnchanged(schema, {}), evolution)

/**
 * The codec of commands, or of any other union on `type`. Each member is given by the schema of its
 * fields (`{}` if there are none) or by a codec.
 *
 * @example
 *   import { schemaCommandCodec } from 'decider-ts/codec/StandardSchema'
 *   import { type } from 'arktype'
 *   import { right } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const commands = schemaCommandCodec({ Deposit: type({ amount: 'number' }), Close: {} })
 *   assert.deepStrictEqual(commands.decode({ type: 'Close' }), right({ type: 'Close' }))
 *
 * @category constructors
 * @since 0.1.0
 */
export const schemaCommandCodec = <P extends SchemaParts>(
  parts: P & UnchangedParts<P>,
): Codec<UnionOf<P>> => commandCodecOfParts<P>(parts, (schema) => codecOfUnchanged(schema, {}))
