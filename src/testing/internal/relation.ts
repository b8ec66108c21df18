/**
 * What makes two values one, in a form that a table of values can use.
 */
import { hash } from '../../internal/hash.ts'
import { same } from '../../internal/equality.ts'

/** An equivalence relation, and a number that is alike for equal values. */
export interface Relation {
  readonly hash: (value: unknown) => number
  /** Whether two values are equal that both have that hash. */
  readonly equals: (a: unknown, b: unknown, hash: number) => boolean
}

/** Values that `structural` of `Diff` takes for equal. */
export const structurally: Relation = { hash, equals: same }
