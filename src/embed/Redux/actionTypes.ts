/**
 * Recognises actions by their `type`.
 *
 * @since 0.1.0
 */
import type { WithType } from '../../codec/internal/shortForm.ts'

/**
 * An object with exactly one key for each type of `A`, for example the codecs by type. Only the keys are
 * read: they tell the program at run time what the compiler knows, and a forgotten type does not compile.
 */
export type ActionTypes<A extends WithType> = Readonly<Record<A['type'], unknown>>

/** Tests whether the `type` of a value is one of the keys. */
export const hasTypeIn = <A extends WithType>(
  types: ActionTypes<A>,
): ((value: unknown) => value is A) => {
  const names = new Set<unknown>(Object.keys(types))
  return (value): value is A =>
    typeof value === 'object' && value !== null && 'type' in value && names.has(value.type)
}
