/**
 * Strings that every database can store.
 *
 * @since 0.1.0
 */

/** Whether a string has neither NUL nor lone surrogates. */
export const isStorableText = (text: string): boolean => {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit === 0) return false
    // not a regular expression: older engines lack \p, and a store asks this three times a commit
    if ((unit & 0xf8_00) === 0xd8_00 && !(unit < 0xdc_00 && isLowHalf(text.charCodeAt(++i)))) {
      return false
    }
  }
  return true
}

/** Whether a code unit is the second half of a surrogate pair; NaN, beyond the end, is not. */
const isLowHalf = (unit: number): boolean => (unit & 0xfc_00) === 0xdc_00

/**
 * The string with U+FFFD in place of NUL and lone surrogates, which no column of text holds. For strings that
 * come from outside, so that they cannot stop a read model.
 *
 * @example
 *   import { storableText } from 'decider-ts/ReadModel'
 *   import assert from 'node:assert'
 *
 *   assert.strictEqual(storableText('a\0b'), 'a\ufffdb')
 *
 * @category columns
 * @since 0.1.0
 */
export const storableText = (text: string): string =>
  isStorableText(text)
    ? text
    : // characters by code points: a lone surrogate is one of its own
      Array.from(text, (character) => (isStorableText(character) ? character : '\ufffd')).join('')
