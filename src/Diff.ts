/**
 * What differs between two plain values, field by field.
 *
 * `a` and `b` are plain values: objects, arrays without holes, dates, primitives, and maps and sets
 * whose keys and members are primitives; a path is the list of fields, keys and indexes that leads to
 * a place in them. Instances of classes are compared by their class and their fields; one without
 * fields, and a map or a set that holds objects as keys or members, is the same as itself alone.
 *
 * Laws:
 *
 * 1. `diff()(a, a) = []`
 * 2. `diff()(b, a)` is `diff()(a, b)` with `before` and `after` exchanged, in whatever order
 * 3. a place that no change names, and no change lies above or under, is the same in `a` and `b`
 * 4. `structural.equals(a, b)` is `diff()(a, b).length === 0`
 *
 * @since 0.1.0
 */
import type { Eq } from 'fp-ts/lib/Eq.js'
import type { Option } from 'fp-ts/lib/Option.js'
import type { Change, KeyOf, Path } from './internal/diff.ts'
import { differ, partBehind, partsBy, unnamed } from './internal/diff.ts'
import { same } from './internal/equality.ts'
import { plain } from './internal/parts.ts'
import { none, some } from './internal/either.ts'

export type { Change } from './internal/diff.ts'

/**
 * The places where two values differ, in the order of the fields of the first, then of the second.
 * What differs and can't be entered, or is of two kinds, is one change.
 *
 * @example
 *   import { diff } from 'decider-ts/Diff'
 *   import { none, some } from 'fp-ts/lib/Option.js'
 *   import assert from 'node:assert'
 *
 *   assert.deepStrictEqual(diff()({ a: 1, b: [1] }, { a: 2, b: [1, 5] }), [
 *     { path: ['a'], before: some(1), after: some(2) },
 *     { path: ['b', 1], before: none, after: some(5) },
 *   ])
 *
 * @category comparing
 * @since 0.1.0
 */
export const diff =
  (keyOf: KeyOf = unnamed): ((before: unknown, after: unknown) => ReadonlyArray<Change>) =>
  (before, after) =>
    differ(plain, keyOf, before, after)

/**
 * Whether two values are the same: of one class, with the same in every place. An `Eq` for values of
 * any type that show what they hold, beyond plain ones: errors by name, message and cause, regular
 * expressions, bytes, fields that are named by symbols, keys and members that are objects, and
 * instances of classes by what their `toJSON`, `valueOf` or `toString` gives, too. An instance that
 * shows nothing of itself is the same as itself alone, and so is a function. Private fields beside
 * others can't be seen. Values may hold themselves.
 *
 * @example
 *   import { structural } from 'decider-ts/Diff'
 *   import assert from 'node:assert'
 *
 *   assert.ok(structural.equals({ a: [1, 2] }, { a: [1, 2] }))
 *   assert.ok(!structural.equals({ a: [1, 2] }, { a: [2, 1] }))
 *
 * @category comparing
 * @since 0.1.0
 */
export const structural: Eq<unknown> = {
  equals: same,
}

/**
 * What stands at a path, or `none` where nothing does.
 *
 * @example
 *   import { valueAt } from 'decider-ts/Diff'
 *   import { none, some } from 'fp-ts/lib/Option.js'
 *   import assert from 'node:assert'
 *
 *   assert.deepStrictEqual(valueAt()({ a: { b: 1 } }, ['a', 'b']), some(1))
 *   assert.deepStrictEqual(valueAt()({ a: { b: 1 } }, ['a', 'c']), none)
 *
 * @category reading
 * @since 0.1.0
 */
export const valueAt =
  (keyOf: KeyOf = unnamed): ((value: unknown, path: Path) => Option<unknown>) =>
  (value, path) => {
    let here = value
    for (const step of path) {
      const parts = partsBy(plain, keyOf, here)
      const part = parts === undefined ? none : partBehind(parts, step)
      if (part._tag === 'None') return none
      here = part.value
    }
    return some(here)
  }
