/**
 * The types of CloudEvents attributes, and which values they may hold.
 *
 * `s` is a string, `i` an instant.
 *
 * Laws:
 *
 * 1. `isText(s)` exactly where `s` is not empty, is well-formed Unicode and holds no control character
 *    and no noncharacter
 * 2. `timeAttribute(timestampOf(i)) = i` for every instant of the years 0 to 9999
 * 3. `timeAttribute(s)` is the instant that `s` names by RFC 3339, and `NaN` if it names none, or one
 *    that is finer than a millisecond
 * 4. whatever `isUriReference` accepts is a non-empty URI reference of RFC 3986
 *
 * @since 0.1.0
 */
import type { Instant } from '../../Recorded.ts'
import { parseTimestamp } from '../internal/timestamps.ts'

/** Whether a value is a non-empty CloudEvents String. */
export const isCloudEventString = (value: unknown): value is string => {
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

/** Whether a value is a CloudEvents Integer of at least 1. */
export const isPositiveInteger = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 2 ** 31 - 1

const firstTimestamp = -62_167_219_200_000
const lastTimestamp = 253_402_300_799_999

/** An instant as a Timestamp; the empty string outside the years 0 to 9999 of RFC 3339. */
export const timestampOf = (instant: Instant): string =>
  Number.isInteger(instant) && instant >= firstTimestamp && instant <= lastTimestamp
    ? new Date(instant).toISOString()
    : ''

/** The instant of a Timestamp with any offset, or `NaN`. */
export const timeAttribute = (value: unknown): Instant =>
  typeof value === 'string' && !isTooFine.test(value) ? (parseTimestamp(value) ?? NaN) : NaN

const isTooFine = /\.\d{3}0*[1-9]/

const uriCharacter = "[A-Za-z0-9._~!$&'()*+,;=-]|%[0-9A-Fa-f]{2}"
const host = `(?:\\[[0-9A-Fa-f:.]+\\]|(?:${uriCharacter})*)`
const uriReference = new RegExp(
  '^(?:[A-Za-z][A-Za-z0-9+.-]*:|(?![^/?#]*:))' +
    `(?://(?:(?:${uriCharacter}|:)*@)?${host}(?::\\d*)?(?=[/?#]|$)|(?!//))` +
    `(?:${uriCharacter}|[:@/])*(?:\\?(?:${uriCharacter}|[:@/?])*)?(?:#(?:${uriCharacter}|[:@/?])*)?$`,
)

/**
 * Whether a value is a non-empty URI-reference. An IP address in brackets is not checked further.
 */
export const isUriReference = (value: unknown): value is string =>
  typeof value === 'string' && value !== '' && uriReference.test(value)
