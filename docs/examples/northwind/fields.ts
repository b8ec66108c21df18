// What a field of text can hold: io-ts types that take text to exact values and back.
import * as O from 'fp-ts/lib/Option.js'
import type { Option } from 'fp-ts/lib/Option.js'
import * as t from 'io-ts'

type Field<A> = t.Type<A, string, unknown>

/** A field named by what it expects, which is what a refusal says. */
const field = <A>(
  expected: string,
  is: t.Is<A>,
  parse: (text: string) => Option<A>,
  show: (value: A) => string,
): Field<A> =>
  new t.Type(
    expected,
    is,
    (u, context) => {
      const value = typeof u === 'string' ? parse(u) : O.none
      return O.isSome(value) ? t.success(value.value) : t.failure(u, context)
    },
    show,
  )

/**
 * Decimal text as a whole number of its smallest unit, digit by digit: no float ever sees it. Zeros at
 * the end are no digits too many: databases write `10.0000`, `1.0` and `.5000`.
 */
export const parseDecimal =
  (decimals: number) =>
  (text: string): Option<number> => {
    const [, sign, whole = '', point = ''] = /^(-?)(\d*)(\.\d+)?$/.exec(text) ?? []
    const fraction = point.slice(1).padEnd(decimals, '0')
    const digits = `${whole}${fraction.slice(0, decimals)}`
    if (sign === undefined || whole + point === '' || /[1-9]/.test(fraction.slice(decimals))) {
      return O.none
    }
    const units = Number(BigInt(digits))
    if (!Number.isSafeInteger(units)) return O.none
    return O.some(sign === '-' && units !== 0 ? -units : units)
  }

export const showDecimal =
  (decimals: number) =>
  (units: number | bigint): string => {
    const digits = String(units)
      .replace('-', '')
      .padStart(decimals + 1, '0')
    const point = digits.length - decimals
    const text = decimals === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`
    return units < 0 ? `-${text}` : text
  }

/** A calendar day, as the instant at which it starts in UTC; 30 February is none. */
export const parseDay = (text: string): Option<number> => {
  const start = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN
  return !Number.isNaN(start) && showDay(start) === text ? O.some(start) : O.none
}

export const showDay = (instant: number): string => new Date(instant).toISOString().slice(0, 10)

const decimal = (decimals: number, expected: string): Field<number> =>
  field(expected, t.number.is, parseDecimal(decimals), showDecimal(decimals))

export const Money = decimal(2, 'an amount with at most 2 decimals, below 90 trillion')

export const Quantity = decimal(0, 'a whole number')

export const Discount = decimal(4, 'a fraction with at most 4 decimals, like 0.15')

export const Day = field('a date like 1996-07-04', t.number.is, parseDay, showDay)

/** A day, or nothing. */
export const MaybeDay = field(
  'nothing or a date like 1996-07-04',
  (u): u is Option<number> => typeof u === 'object' && u !== null && '_tag' in u,
  (text) => (text === '' ? O.some(O.none) : O.map(O.some)(parseDay(text))),
  (day: Option<number>) => (O.isSome(day) ? showDay(day.value) : ''),
)

/** A name: printable, of a length that people can handle, and not the same as another but for a space. */
export const Name = field(
  'a text of 1 to 100 printable characters in UTF-8 with no space around it',
  t.string.is,
  (text) =>
    /^(?!\s)[^\p{C}\p{Zl}\p{Zp}\uFFFD]{1,100}(?<!\s)$/u.test(text) ? O.some(text) : O.none,
  (text: string) => text,
)
