/**
 * The places where two values differ, however these are looked at.
 *
 * @internal
 * @since 0.1.0
 */
import type { Option } from 'fp-ts/lib/Option.js'
import type { Change, KeyOf } from './Diff.ts'
import type { Look, Parts } from './Structure.ts'
import { isObject } from './Structure.ts'

export const none: Option<never> = { _tag: 'None' }
export const some = <A>(value: A): Option<A> => ({ _tag: 'Some', value })

export const unnamed: KeyOf = () => none

/** A place of both values, and the objects that lie around it. */
interface Pair extends Change {
  readonly around: Around | undefined
}

interface Around {
  readonly before: object
  readonly after: object
  readonly around: Around | undefined
}

export const differ = (
  look: Look,
  keyOf: KeyOf,
  before: unknown,
  after: unknown,
): ReadonlyArray<Change> => {
  const changes: Array<Change> = []
  const open: Array<Pair> = [
    { path: [], before: some(before), after: some(after), around: undefined },
  ]
  for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
    const inner = enter(look, keyOf, pair)
    for (let i = (inner?.length ?? 0) - 1; i >= 0; i--) open.push(inner?.[i] as Pair) // i < length
    if (inner === undefined) {
      changes.push({ path: pair.path, before: pair.before, after: pair.after })
    }
  }
  return changes
}

/** The pairs of places under a pair that may differ, or `undefined` where it differs as a whole. */
const enter = (look: Look, keyOf: KeyOf, pair: Pair): ReadonlyArray<Pair> | undefined => {
  if (pair.before._tag === 'None' || pair.after._tag === 'None') return undefined
  const { before, after } = { before: pair.before.value, after: pair.after.value }
  if (Object.is(before, after)) return [] // what both share is not entered
  if (!isObject(before) || !isObject(after)) return undefined
  const answer = look.atOnce(before, after)
  if (answer !== undefined) return answer ? [] : undefined
  for (let outer = pair.around; outer !== undefined; outer = outer.around) {
    // values that hold themselves: what differs in them is told further out
    if (outer.before === before && outer.after === after) return []
  }
  const left = partsBy(look, keyOf, before)
  const right = partsBy(look, keyOf, after)
  if (left === undefined || right === undefined) return undefined
  const around = { before, after, around: pair.around }
  const pairs: Array<Pair> = []
  for (const [key, value] of left) {
    const other: Option<unknown> = right.has(key) ? some(right.get(key)) : none
    pairs.push({ path: [...pair.path, stepOf(key)], before: some(value), after: other, around })
  }
  for (const [key, value] of right) {
    if (left.has(key)) continue
    pairs.push({ path: [...pair.path, stepOf(key)], before: none, after: some(value), around })
  }
  return pairs
}

const stepOf = (key: unknown): string | number => (typeof key === 'number' ? key : String(key))

/** The places directly under a value, elements by their keys. */
export const partsBy = (look: Look, keyOf: KeyOf, value: unknown): Parts | undefined =>
  Array.isArray(value)
    ? elementsOf(value, keyOf)
    : isObject(value)
      ? look.partsOf(value)
      : undefined

/** An element whose key is taken already falls back to its index, so that none hides another. */
const elementsOf = (elements: ReadonlyArray<unknown>, keyOf: KeyOf): Parts => {
  const parts = new Map<string | number, unknown>()
  for (const [index, element] of elements.entries()) {
    const key = keyOf(element)
    parts.set(key._tag === 'Some' && !parts.has(key.value) ? key.value : index, element)
  }
  return parts
}
