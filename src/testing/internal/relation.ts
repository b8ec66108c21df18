/**
 * Equivalence relations that a table of values can use.
 */
import { hash } from '../../internal/hash.ts'
import { same } from '../../internal/equality.ts'

/** An equivalence relation, with a hash that is the same for equal values. */
export interface Relation {
  readonly hash: (value: unknown) => number
  /** Whether two values are equal. Both have this hash. */
  readonly equals: (a: unknown, b: unknown, hash: number) => boolean
}

/** Relates values that `structural` of `Diff` finds equal. */
export const structurally: Relation = { hash, equals: same }
