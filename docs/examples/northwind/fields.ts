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

/** Decimal text as a whole number of its smallest unit, digit by digit: no float ever sees it. */
export const parseDecimal =
  (decimals: number) =>
  (text: string): Option<number> => {
    const [, sign, whole, fraction = ''] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text) ?? []
    if (whole === undefined || fraction.length > decimals) return O.none
    const units = Number(BigInt(`${whole}${fraction.padEnd(decimals, '0')}`))
    if (!Number.isSafeInteger(units)) return O.none
    return O.some(sign === '-' && units !== 0 ? -units : units)
  }

export const showDecimal =
  (decimals: number) =>
  (units: number): string => {
    const digits = String(Math.abs(units)).padStart(decimals + 1, '0')
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

/** A name: printable and of a length that people can handle. */
export const Name = field(
  'a text of 1 to 100 printable characters',
  t.string.is,
  (text) => (/^[^\p{C}\uFFFD]{1,100}$/u.test(text) ? O.some(text) : O.none),
  (text: string) => text,
)
