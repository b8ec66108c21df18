/**
 * Parses and prints JSON identically in every engine: engines differ in their error messages, in the depth
 * at which their stack overflows, and in how they print lone surrogates.
 *
 * `t` is any string, `v` a JSON value.
 *
 * Laws:
 *
 * 1. `parseJson(t)` is `Right(JSON.parse(t))` if `t` is JSON nested at most 256 deep, else `Left`; it never
 *    throws
 * 2. `JSON.parse(printJson(v))` equals `v`, and `printJson(v)` is one line of ASCII
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Issue } from '../../codec/Codec.ts'
import { left, right } from '../../internal/either.ts'

/** More than data may be nested (see `freeze`), to leave room for what encloses it. */
export const maxTextDepth = 256

const notJsonText = (expected: string, actual: unknown): Either<Issue, never> =>
  left({ path: [], expected, actual })

export const parseJson = (text: unknown): Either<Issue, unknown> => {
  if (typeof text !== 'string') return notJsonText('JSON text', text)
  // checked first: a parser that overflows the stack can crash its engine
  if (nestsTooDeep(text)) return notJsonText(`JSON text nested at most ${maxTextDepth} deep`, text)
  try {
    return right(JSON.parse(text))
  } catch {
    return notJsonText('JSON text', text)
  }
}

const quote = 0x22
const backslash = 0x5c

/** On invalid input the parser stops at the first error, so it never nests deeper than counted here. */
const nestsTooDeep = (text: string): boolean => {
  let depth = 0
  let quoted = false
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (unit === quote) quoted = !quoted
    else if (quoted) {
      if (unit === backslash) i++
    } else if (unit === 0x5b || unit === 0x7b) {
      if (++depth > maxTextDepth) return true
    } else if (unit === 0x5d || unit === 0x7d) depth--
  }
  return false
}

/** ASCII, because hosts pass strings in different encodings. */
export const printJson = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${`00${unit.charCodeAt(0).toString(16)}`.slice(-4)}`,
  )
