/**
 * The types that attributes of CloudEvents have, each with what it may hold.
 *
 * `s` is a text, `i` an instant.
 *
 * Laws:
 *
 * 1. `isText(s)` exactly where `s` is not empty, is well-formed Unicode and holds no control character
 *    and no noncharacter
 * 2. `instantOf(timestampOf(i)) = i` for every instant of the years 0 to 9999
 * 3. `instantOf(s)` is the instant that `s` names by RFC 3339, and `NaN` where it names none, or one
 *    that is no whole number of milliseconds
 * 4. what `isUriReference` accepts is a URI reference of RFC 3986 that is not empty
 *
 * @since 0.1.0
 */
import type { Instant } from '../../Recorded.ts'

/**
 * Whether a value is a String of CloudEvents that is not empty.
 *
 * @category types
 * @since 0.1.0
 */
export const isText = (value: unknown): value is string => {
  if (typeof value !== 'string' || value === '') return false
  for (let i = 0; i < value.length; i++) {
    const unit = value.charCodeAt(i)
    if (unit < 0x20 || (unit >= 0x7f && unit <= 0x9f)) return false
    if (unit < 0xd800) continue
    if (unit > 0xdfff) {
      if ((unit >= 0xfdd0 && unit <= 0xfdef) || unit >= 0xfffe) return false
      continue
    }
    const low = value.charCodeAt(++i)
    if (unit > 0xdbff || !(low >= 0xdc00 && low <= 0xdfff)) return false
    // the last two of each plane
    if ((unit & 0x3f) === 0x3f && low >= 0xdffe) return false
  }
  return true
}

/**
 * Whether a value is an Integer of CloudEvents from 1 on.
 *
 * @category types
 * @since 0.1.0
 */
export const isInteger = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 2 ** 31 - 1

const firstInstant = -62_167_219_200_000
const lastInstant = 253_402_300_799_999

/**
 * An instant as a Timestamp, or an empty text where it has none: RFC 3339 knows the years 0 to 9999.
 *
 * @category types
 * @since 0.1.0
 */
export const timestampOf = (instant: Instant): string =>
  Number.isInteger(instant) && instant >= firstInstant && instant <= lastInstant
    ? new Date(instant).toISOString()
    : ''

const rfc3339 =
  /^(\d{4}-\d{2}-\d{2})[Tt](\d{2}:\d{2}:\d{2})(?:\.(\d+))?(?:[Zz]|([+-])([01]\d|2[0-3]):([0-5]\d))$/

/**
 * The instant of a Timestamp in any offset, or `NaN`.
 *
 * @category types
 * @since 0.1.0
 */
export const instantOf = (value: unknown): Instant => {
  const found = typeof value === 'string' ? rfc3339.exec(value) : null
  if (found === null) return NaN
  const [, date, time, fraction = '', sign, hours = '0', minutes = '0'] = found
  if (!/^\d{0,3}0*$/.test(fraction)) return NaN
  const text = `${date}T${time}.${`${fraction}000`.slice(0, 3)}Z`
  const utc = Date.parse(text)
  // a day that the month does not have would have become another
  if (Number.isNaN(utc) || new Date(utc).toISOString() !== text) return NaN
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000
  return sign === '-' ? utc + offset : utc - offset
}

const plain = "[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2}"
const host = `(?:\\[[0-9A-Fa-f:.]+\\]|(?:${plain})*)`
const uriReference = new RegExp(
  '^(?:[A-Za-z][A-Za-z0-9+.-]*:|(?![^/?#]*:))' +
    `(?://(?:(?:${plain}|:)*@)?${host}(?::\\d*)?(?=[/?#]|$)|(?!//))` +
    `(?:${plain}|[:@/])*(?:\\?(?:${plain}|[:@/?])*)?(?:#(?:${plain}|[:@/?])*)?$`,
)

/**
 * Whether a value is a URI-reference that is not empty. An IP address in brackets is not looked into.
 *
 * @category types
 * @since 0.1.0
 */
export const isUriReference = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && uriReference.test(value)
