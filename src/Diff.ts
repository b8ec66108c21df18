/**
 * What differs between two plain values, field by field.
 *
 * `a` and `b` are plain values: objects, arrays without holes, dates, primitives, and maps and sets whose
 * keys and members are primitives. A path is the list of fields, keys and indexes that leads to a place
 * in a value. Class instances are compared by class and fields; an instance without fields, and a map or
 * set with objects as keys or members, equals only itself.
 *
 * Laws:
 *
 * 1. `diff()(a, a) = []`
 * 2. `diff()(b, a)` is `diff()(a, b)` with `before` and `after` swapped, in any order
 * 3. a place is the same in `a` and `b` if no change is at it, above it or below it
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
 * Returns the places where two values differ, in the order of the first value's fields, then the
 * second's. Values of different kinds, or whose parts cannot be compared, are one change. `keyOf` names
 * the elements of arrays, so that they are recognised when others come or go; it defaults to their
 * indexes.
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
 * Deep equality: values of one class whose parts are all equal. Beyond plain values it compares errors by
 * name, message and cause, regular expressions, bytes, fields under symbols, object keys and members, and
 * class instances also by what `toJSON`, `valueOf` or `toString` returns. A function, and an instance
 * that shows nothing of its contents, equals only itself. Private fields are not seen. Cyclic values are
 * fine.
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
 * Returns the value at a path, or `none` if there is nothing.
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
