/**
 * Types that io-ts lacks: a predicate with a name, dates and big integers.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'

/**
 * A type narrowed by a predicate, with a name for what it expects. Unlike a brand it leaves the static
 * type as it is.
 *
 * @example
 *   import { codec, where } from 'decider-ts/codec/IoTs'
 *   import { left } from 'fp-ts/lib/Either.js'
 *   import * as t from 'io-ts'
 *   import assert from 'node:assert'
 *
 *   const even = codec(where(t.number, (n) => n % 2 === 0, 'an even number'))
 *   assert.deepStrictEqual(
 *     even.decode(3),
 *     left([{ path: [], expected: 'an even number', actual: 3 }]),
 *   )
 *
 * @category types
 * @since 0.1.0
 */
export const where = <A, O>(
  type: t.Type<A, O>,
  predicate: (value: A) => boolean,
  name: string,
): t.Type<A, O> =>
  new t.RefinementType(
    name,
    (u): u is A => type.is(u) && predicate(u),
    (u, context) => {
      const validation = type.validate(u, context)
      return validation._tag === 'Left' || predicate(validation.right)
        ? validation
        : t.failure(u, context)
    },
    type.encode,
    type,
    predicate,
  )

const isValidDate = (u: unknown): u is Date => u instanceof Date && !Number.isNaN(u.getTime())

/** Adds the JSON Schema of the strings that values of a type are stored as. */
const storedAs = <A>(type: t.Type<A, string>, pattern: string): t.Type<A, string> =>
  Object.assign(type, { jsonSchema: { type: 'string', pattern, description: type.name } })

/**
 * A date, stored as the string that `toISOString` returns; other spellings are refused.
 *
 * @example
 *   import { codec, date } from 'decider-ts/codec/IoTs'
 *   import { right } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const day = new Date('1996-07-04T00:00:00.000Z')
 *   assert.strictEqual(codec(date).encode(day), '1996-07-04T00:00:00.000Z')
 *   assert.deepStrictEqual(codec(date).decode('1996-07-04T00:00:00.000Z'), right(day))
 *
 * @category types
 * @since 0.1.0
 */
export const date: t.Type<Date, string> = storedAs(
  new t.Type<Date, string>(
    'an ISO 8601 instant like "1996-07-04T00:00:00.000Z"',
    isValidDate,
    (u, context) => {
      const value = new Date(typeof u === 'string' ? u : NaN)
      return isValidDate(value) && value.toISOString() === u
        ? t.success(value)
        : t.failure(u, context)
    },
    (value) => value.toISOString(),
  ),
  // a pattern can't tell how long a month is
  '^([0-9]{4}|[+-][0-9]{6})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])' +
    'T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\\.[0-9]{3}Z$',
)

const decimalDigits = /^(?:0|-?[1-9]\d*)$/

/**
 * An integer of any size, stored as its decimal digits; other spellings are refused.
 *
 * @example
 *   import { bigint, codec } from 'decider-ts/codec/IoTs'
 *   import { right } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   assert.strictEqual(codec(bigint).encode(2n ** 64n), '18446744073709551616')
 *   assert.deepStrictEqual(codec(bigint).decode('18446744073709551616'), right(2n ** 64n))
 *
 * @category types
 * @since 0.1.0
 */
export const bigint: t.Type<bigint, string> = storedAs(
  new t.Type<bigint, string>(
    'an integer in decimal digits',
    (u): u is bigint => typeof u === 'bigint',
    (u, context) =>
      typeof u === 'string' && decimalDigits.test(u) ? t.success(BigInt(u)) : t.failure(u, context),
    String,
  ),
  '^(0|-?[1-9][0-9]*)$',
)
