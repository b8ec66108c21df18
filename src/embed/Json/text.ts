/**
 * JSON text in and out, the same in every engine: how an engine words its own errors, how deep it can
 * parse before its stack ends and how it writes half a surrogate pair never shows.
 *
 * `t` is any text, `v` a value that JSON can hold.
 *
 * Laws:
 *
 * 1. `parse(t)` is `Right(v)` where `t` is JSON text nested at most 256 deep, with what `JSON.parse`
 *    gives; it never throws
 * 2. `JSON.parse(print(v))` equals `v`, and every character of `print(v)` is ASCII and no line break
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Issue } from '../../codec/Codec.ts'
import { left, right } from '../../internal/either.ts'

/** More than data may be nested (see `freeze`), and what stands around it. */
export const maxTextDepth = 256

const refused = (expected: string, actual: unknown): Either<Issue, never> =>
  left({ path: [], expected, actual })

export const parse = (text: unknown): Either<Issue, unknown> => {
  if (typeof text !== 'string') return refused('JSON text', text)
  // looked at before, for a parser may take the stack, and its engine with it
  if (isTooDeep(text)) return refused(`JSON text nested at most ${maxTextDepth} deep`, text)
  try {
    return right(JSON.parse(text))
  } catch {
    return refused('JSON text', text)
  }
}

const quote = 0x22
const backslash = 0x5c

/** Where the text is no JSON, a parser stops no later than where it ceases to be, and no deeper. */
const isTooDeep = (text: string): boolean => {
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

/** Hosts hand text over in encodings of their own; ASCII is the same in all of them. */
export const print = (value: unknown): string =>
  JSON.stringify(value).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${`00${unit.charCodeAt(0).toString(16)}`.slice(-4)}`,
  )
