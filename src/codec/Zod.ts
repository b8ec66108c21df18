/**
 * Codecs from zod 4 schemas that transform with `z.codec`, and so have a way back: dates, bigints,
 * whatever JSON cannot hold. For a schema that leaves data as it is, use `codec/StandardSchema`.
 *
 * `S` is a zod schema.
 *
 * Laws:
 *
 * 1. `zodCodec(S).decode(u)` is `Right(a)` if and only if `S` decodes `u` to `a`, except that it refuses
 *    `u` if a union of `S` leaves out a field that a later member names, as far as encoding and the JSON
 *    Schema of `S` tell
 * 2. `zodCodec(S).is(a)` if and only if `S` encodes `a`, and decodes the result to `a`
 *
 * A schema with a `transform` cannot encode: `is` returns false for every value, and events with it are
 * not encoded.
 *
 * @since 0.1.0
 */
import type { Codec } from './Codec.ts'
import type { EventCodec, Evolution } from './EventCodec.ts'
import type { Immutable, NoFields, UnionOf } from './internal/schemaForms.ts'
import { commandCodecOfParts, eventCodecOfParts } from './internal/schemaForms.ts'
import type { AnyVersions } from './internal/shortForm.ts'
import type { Result, SchemaCodec } from './internal/schemaCodec.ts'
import { askSchema, codecOf } from './internal/schemaCodec.ts'
import type { SchemaIssue } from './internal/schemaIssues.ts'
import type { StandardSchema, StandardSchemaOptions } from './internal/standardSchema.ts'
import { writerOf } from './internal/standardSchema.ts'

/** The answer of zod. */
type ZodResult<A> =
  | { readonly success: true; readonly data: A }
  | { readonly success: false; readonly error: { readonly issues: ReadonlyArray<SchemaIssue> } }

/**
 * A schema of zod 4.1 or later.
 *
 * @category model
 * @since 0.1.0
 */
export interface ZodSchema<out A> extends StandardSchema<unknown, A> {
  readonly safeDecode: (input: never) => ZodResult<A>
  readonly safeEncode: (value: never) => ZodResult<unknown>
}

/**
 * The codec of a zod schema.
 *
 * @example
 *   import { zodCodec } from 'decider-ts/codec/Zod'
 *   import { right } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *   import * as z from 'zod'
 *
 *   const date = z.codec(z.iso.datetime(), z.date(), {
 *     decode: (text) => new Date(text),
 *     encode: (value) => value.toISOString(),
 *   })
 *   const shipped = zodCodec(z.object({ on: date }))
 *   const stored = { on: '1996-07-04T00:00:00.000Z' }
 *   assert.deepStrictEqual(shipped.decode(stored), right({ on: new Date(stored.on) }))
 *   assert.deepStrictEqual(shipped.encode({ on: new Date(stored.on) }), stored)
 *
 * @category constructors
 * @since 0.1.0
 */
export const zodCodec = <A>(
  schema: ZodSchema<A>,
  options: StandardSchemaOptions = {},
): Codec<Immutable<A>> => reversible<Immutable<A>>(schema, options)

const reversible = <A>(
  schema: ZodSchema<unknown>,
  options: StandardSchemaOptions,
): SchemaCodec<A> => {
  // zod checks its input whatever its types say, and nobody writes to the value
  const decode = (input: unknown) => resultOf(schema.safeDecode(input as never)) as Result<A>
  const encode = (value: unknown) => resultOf(schema.safeEncode(value as never))
  return codecOf({
    decode: (input) => askSchema(decode, input),
    encode: (value) => askSchema(encode, value),
    jsonSchema: writerOf(schema, options),
  })
}

type ZodParts = Readonly<Record<string, ZodSchema<object> | AnyVersions | NoFields>>

/**
 * The codec of events. Each is given by the schema of its fields (`{}` if there are none), by a codec, or
 * by the chain of its versions.
 *
 * @example
 *   import { zodEventCodec } from 'decider-ts/codec/Zod'
 *   import { right } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *   import * as z from 'zod'
 *
 *   const cents = z.codec(z.string().regex(/^\d+$/), z.bigint(), { decode: BigInt, encode: String })
 *   const events = zodEventCodec({ Deposited: z.object({ cents }) })
 *   assert.deepStrictEqual(
 *     events.encode({ type: 'Deposited', cents: 5n }),
 *     right({
 *       type: 'Deposited',
 *       schemaVersion: 1,
 *       data: { type: 'Deposited', cents: '5' },
 *     }),
 *   )
 *
 * @category constructors
 * @since 0.1.0
 */
export const zodEventCodec = <P extends ZodParts>(
  parts: P,
  evolution?: Evolution<UnionOf<P>>,
): EventCodec<UnionOf<P>> => eventCodecOfParts<P>(parts, codecOfFields, evolution)

/**
 * The codec of commands, or of any other union on `type`. Each member is given by the schema of its
 * fields (`{}` if there are none) or by a codec.
 *
 * @example
 *   import { zodCommandCodec } from 'decider-ts/codec/Zod'
 *   import { right } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *   import * as z from 'zod'
 *
 *   const amount = z.codec(z.string().regex(/^\d+$/), z.bigint(), { decode: BigInt, encode: String })
 *   const commands = zodCommandCodec({ Deposit: z.object({ amount }) })
 *   assert.deepStrictEqual(
 *     commands.decode({ type: 'Deposit', amount: '5' }),
 *     right({ type: 'Deposit', amount: 5n }),
 *   )
 *
 * @category constructors
 * @since 0.1.0
 */
export const zodCommandCodec = <P extends ZodParts>(parts: P): Codec<UnionOf<P>> =>
  commandCodecOfParts<P>(parts, codecOfFields)

// the parts with a schema have one of zod's
const codecOfFields = (schema: StandardSchema<unknown, unknown>): SchemaCodec<unknown> =>
  reversible(schema as ZodSchema<unknown>, {})

const resultOf = <A>(result: ZodResult<A>): Result<A> =>
  result.success ? { value: result.data } : { issues: result.error.issues }
