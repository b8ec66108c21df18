/**
 * A codec decodes untrusted data to values of a type and encodes them again. When it refuses data, it
 * says why, place by place.
 *
 * `A` is the type, `c` a codec of it.
 *
 * Laws:
 *
 * 1. round trip: `c.decode(c.encode(a)) = Right(a)`
 * 2. `c.is(u)` if and only if `c.encode` accepts `u`
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
  /** Absent if the codec is written by hand. */
  readonly origin?: Origin
}

/**
 * Shows a path as people write it.
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
 * Shows an issue in one line.
 *
 * @example
 *   import { showIssue } from 'decider-ts/codec/Codec'
 *   import assert from 'node:assert'
 *
 *   assert.strictEqual(
 *     showIssue({ path: ['quantity'], expected: 'an integer of at least 1', actual: 0 }),
 *     'quantity: expected an integer of at least 1, got 0',
 *   )
 *
 * @category showing
 * @since 0.1.0
 */
export const showIssue = ({ path, expected, actual }: Issue): string =>
  `${showPath(path)}: expected ${expected}, got ${showValue(actual)}`

/** At most 80 characters of any value. */
const showValue = (value: unknown): string => {
  const text = typeof value === 'string' ? JSON.stringify(value) : kindOrText(value)
  return text.length > 80 ? `${text.slice(0, 79)}…` : text
}

const kindOrText = (value: unknown): string =>
  Array.isArray(value)
    ? `an array of ${value.length}`
    : typeof value === 'object' && value !== null
      ? 'an object'
      : typeof value === 'function'
        ? 'a function'
        : String(value)

/**
 * The codec of a union on `type`. Only the member with that `type` decodes the data, so the issues are
 * those of that member. For an unknown `type`, the issue lists the known ones.
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
export const tagged = <A extends { readonly type: string }>(members: {
  readonly [K in A['type']]: Codec<Extract<A, { readonly type: K }>>
}): Codec<A> => {
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
