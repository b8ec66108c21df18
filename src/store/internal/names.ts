/**
 * Names that every engine can store.
 *
 * @since 0.1.0
 */
import { isStorableText } from '../../internal/storableText.ts'

// at most three bytes each, which an index of PostgreSQL can still hold
const maxName = 800

/**
 * Whether a value can name a stream, a commit, an actor, a type or a tag: a string of 1 to 800 UTF-16 code
 * units without NUL and lone surrogates, which databases cannot store.
 *
 * @example
 *   import { isName } from 'decider-ts/store/Engine'
 *   import assert from 'node:assert'
 *
 *   assert.deepStrictEqual(['order-1', '', 'a\0b'].map(isName), [true, false, false])
 *
 * @category checking
 * @since 0.1.0
 */
export const isName = (name: unknown): boolean =>
  typeof name === 'string' && name !== '' && name.length <= maxName && isStorableText(name)

/** What a name has to be. */
export const aName: string = `a string of 1 to ${maxName} characters without NUL and lone surrogates`
