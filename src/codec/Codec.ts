/**
 * A codec takes untrusted data to values of a type and back; what it refuses, it explains place by
 * place.
 *
 * `A` is the type, `c` a codec of it.
 *
 * Laws:
 *
 * 1. round trip: `c.decode(c.encode(a)) = Right(a)`
 * 2. `c.is(u)` exactly where `u` is a value that `c.encode` takes
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Path } from '../internal/diff.ts'
import type { Issue, Issues, Origin } from './internal/origin.ts'
import { left } from '../internal/either.ts'

export type { Issue, Issues, Origin } from './internal/origin.ts'

/**
 * From untrusted data to `A` and back.
 *
 * @category model
 * @since 0.1.0
 */
export interface Codec<in out A> {
  readonly decode: (input: unknown) => Either<Issues, A>
  readonly encode: (value: A) => unknown
  readonly is: (input: unknown) => input is A
  /** Left out where a codec is written by hand. */
  readonly origin?: Origin
}

/**
 * A path as a person writes it.
 *
 * @example
 *   import { showPath } from 'decider-ts/codec/Codec'
 *   import assert from 'node:assert'
 *
 *   assert.strictEqual(showPath(['lines', 0, 'quantity']), 'lines[0].quantity')
 *   assert.strictEqual(showPath([]), '(root)')
 *
 * @category showing
 * @since 0.1.0
 */
export const showPath = (path: Path): string =>
  path.length === 0
    ? '(root)'
    : path.reduce<string>(
        (text, step) =>
          typeof step === 'number' ? `${text}[${step}]` : text === '' ? step : `${text}.${step}`,
        '',
      )

/**
 * An issue in one line.
 *
 * @example
 *   import { showIssue } from 'decider-ts/codec/Codec'
 *   import assert from 'node:assert'
 *
 *   assert.strictEqual(
 *     showIssue({ path: ['quantity'], expected: 'a whole number of at least 1', actual: 0 }),
 *     'quantity: expected a whole number of at least 1, got 0',
 *   )
 *
 * @category showing
 * @since 0.1.0
 */
export const showIssue = ({ path, expected, actual }: Issue): string =>
  `${showPath(path)}: expected ${expected}, got ${showValue(actual)}`

/** At most 80 characters of a value, whatever it is. */
const showValue = (value: unknown): string => {
  const text = typeof value === 'string' ? JSON.stringify(value) : describe(value)
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}

const describe = (value: unknown): string =>
  Array.isArray(value)
    ? `an array of ${value.length}`
    : typeof value === 'object' && value !== null
      ? 'an object'
      : typeof value === 'function'
        ? 'a function'
        : String(value)

/**
 * The codecs of a union's members, by their `type`: every member has one.
 *
 * @category model
 * @since 0.1.0
 */
export type Members<A extends { readonly type: string }> = {
  readonly [K in A['type']]: Codec<Extract<A, { readonly type: K }>>
}

/**
 * The codec of a union on `type`: looks at `type` once and asks that member alone, so that what it
 * refuses is explained in that member's own terms. An unknown `type` is refused with those that
 * there are.
 *
 * @example
 *   import { showIssue } from 'decider-ts/codec/Codec'
 *   import { orderCommandCodec } from 'decider-ts/order/codec'
 *   import { isLeft } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const refused = orderCommandCodec.decode({ type: 'ChangeStatus', newStatus: 'lost' })
 *   assert.ok(isLeft(refused))
 *   assert.strictEqual(
 *     showIssue(refused.left[0]),
 *     'newStatus: expected "new" | "confirmed" | "paid" | "shipped" | "cancelled", got "lost"',
 *   )
 *
 * @category constructors
 * @since 0.1.0
 */
export const tagged = <A extends { readonly type: string }>(members: Members<A>): Codec<A> => {
  const byType = new Map<unknown, Codec<A>>(Object.entries(members))
  const expected = [...byType.keys()].map((type) => JSON.stringify(type)).join(' | ')
  const typeOf = (input: unknown): unknown =>
    typeof input === 'object' && input !== null && 'type' in input ? input.type : undefined
  return {
    decode: (input) => {
      const type = typeOf(input)
      const member = byType.get(type)
      return member === undefined
        ? left([{ path: ['type'], expected, actual: type }])
        : member.decode(input)
    },
    // a value of the union has the type of one of its members
    encode: (value) => (byType.get(value.type) as Codec<A>).encode(value),
    is: (input): input is A => byType.get(typeOf(input))?.is(input) ?? false,
    origin: { type: 'Tagged', members: byType },
  }
}
