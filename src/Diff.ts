/**
 * What differs between two plain values, field by field.
 *
 * `a` and `b` are plain values: objects, arrays without holes, dates, primitives, and maps and sets
 * whose keys and members are texts or numbers of different spelling; a path is the list
 * of fields, keys and indexes that leads to a place in them.
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

/**
 * The fields, keys and indexes that lead to a place in a value.
 *
 * @category model
 * @since 0.1.0
 */
export type Path = ReadonlyArray<string | number>

/**
 * One place that differs: what stood there, and what stands there now. `none` where the place did
 * not exist.
 *
 * @category model
 * @since 0.1.0
 */
export interface Change {
  readonly path: Path
  readonly before: Option<unknown>
  readonly after: Option<unknown>
}

/**
 * The name of an array's element within its array, by which it is recognised when elements before
 * it come or go. `none` leaves it to its index.
 *
 * @category model
 * @since 0.1.0
 */
export type KeyOf = (element: unknown) => Option<string>

const none: Option<never> = { _tag: 'None' }
const some = <A>(value: A): Option<A> => ({ _tag: 'Some', value })

const byIndex: KeyOf = () => none

/**
 * The places where two values differ, in the order of the fields of the first, then of the second.
 * Objects, arrays and maps are entered; anything else that differs is one change.
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
  (keyOf: KeyOf = byIndex): ((before: unknown, after: unknown) => ReadonlyArray<Change>) =>
  (before, after) => {
    const changes: Array<Change> = []
    const open: Array<Pair> = [{ path: [], before: some(before), after: some(after) }]
    for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
      const inner = enter(pair, keyOf)
      if (inner._tag === 'Some') {
        for (let i = inner.value.length - 1; i >= 0; i--) open.push(inner.value[i] as Pair) // 0 <= i < length
      } else if (!sameDate(pair.before, pair.after)) {
        changes.push(pair)
      }
    }
    return changes
  }

/**
 * Two values are the same when no place in them differs. An `Eq` for any type of plain values.
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
  equals: (before, after) => diff()(before, after).length === 0,
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
  (keyOf: KeyOf = byIndex): ((value: unknown, path: Path) => Option<unknown>) =>
  (value, path) => {
    let here = value
    for (const step of path) {
      const entries = entriesOf(here, keyOf)
      if (entries === undefined || !entries.has(step)) return none
      here = entries.get(step)
    }
    return some(here)
  }

type Pair = Change

type Entries = ReadonlyMap<string | number, unknown>

/** The pairs of places under a pair, where both sides can be entered and are of one kind. */
const enter = (pair: Pair, keyOf: KeyOf): Option<ReadonlyArray<Pair>> => {
  if (pair.before._tag === 'None' || pair.after._tag === 'None') return none
  const { before, after } = { before: pair.before.value, after: pair.after.value }
  if (Object.is(before, after)) return some([]) // what both share is not entered
  if (kindOf(before) !== kindOf(after)) return none
  const left = entriesOf(before, keyOf)
  const right = entriesOf(after, keyOf)
  if (left === undefined || right === undefined) return none
  const pairs: Array<Pair> = []
  for (const [key, value] of left) {
    const other: Option<unknown> = right.has(key) ? some(right.get(key)) : none
    pairs.push({ path: [...pair.path, key], before: some(value), after: other })
  }
  for (const [key, value] of right) {
    if (!left.has(key)) pairs.push({ path: [...pair.path, key], before: none, after: some(value) })
  }
  return some(pairs)
}

/** The places directly under a value, or `undefined` for a value that has none to enter. */
const entriesOf = (value: unknown, keyOf: KeyOf): Entries | undefined => {
  switch (kindOf(value)) {
    case 'array':
      // kindOf says so
      return elementsOf(value as ReadonlyArray<unknown>, keyOf)
    case 'map':
      return new Map([...(value as ReadonlyMap<unknown, unknown>)].map(([k, v]) => [String(k), v]))
    case 'set':
      return new Map([...(value as ReadonlySet<unknown>)].map((v) => [String(v), v]))
    case 'object':
      return new Map(Object.entries(value as object))
    case 'leaf':
    case 'date':
      return undefined
  }
}

/** An element whose key is taken already falls back to its index, so that none hides another. */
const elementsOf = (elements: ReadonlyArray<unknown>, keyOf: KeyOf): Entries => {
  const entries = new Map<string | number, unknown>()
  elements.forEach((element, index) => {
    const key = keyOf(element)
    entries.set(key._tag === 'Some' && !entries.has(key.value) ? key.value : index, element)
  })
  return entries
}

type Kind = 'array' | 'map' | 'set' | 'object' | 'date' | 'leaf'

const kindOf = (value: unknown): Kind => {
  if (typeof value !== 'object' || value === null) return 'leaf'
  if (Array.isArray(value)) return 'array'
  if (value instanceof Map) return 'map'
  if (value instanceof Set) return 'set'
  return value instanceof Date ? 'date' : 'object'
}

/** Dates are not entered, and two of one instant are two objects. */
const sameDate = (before: Option<unknown>, after: Option<unknown>): boolean =>
  before._tag === 'Some' &&
  after._tag === 'Some' &&
  before.value instanceof Date &&
  after.value instanceof Date &&
  Object.is(before.value.getTime(), after.value.getTime())
