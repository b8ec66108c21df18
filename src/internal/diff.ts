/**
 * Finds the places where two values differ.
 *
 * @since 0.1.0
 */
import type { Option } from 'fp-ts/lib/Option.js'
import type { Look, Parts } from './parts.ts'
import { isObject } from './parts.ts'
import { none, some } from './either.ts'

/**
 * The fields, keys and indexes that lead to a place in a value.
 *
 * @category model
 * @since 0.1.0
 */
export type Path = ReadonlyArray<string | number>

/**
 * One place that differs: the value before and the value after, `none` if the place did not exist.
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
 * Names an element of an array, so that it is recognised when elements before it come or go. `none` falls
 * back to its index.
 *
 * @category model
 * @since 0.1.0
 */
export type KeyOf = (element: unknown) => Option<string>

export const unnamed: KeyOf = () => none

/** The way to a place, last step first. */
interface Way {
  readonly step: string | number
  readonly from: Way | undefined
}

/**
 * After this many objects, shared parts that were compared before are not entered again, because there
 * may be exponentially many ways to them. A difference in them is then reported as one change.
 */
const visitsBeforeMemo = 1_000

export const differ = (
  look: Look,
  keyOf: KeyOf,
  before: unknown,
  after: unknown,
): ReadonlyArray<Change> => {
  const changes: Array<Change> = []
  /** What is left to do, next last: values may be nested deeper than calls can be. */
  const tasks: Array<() => void> = []
  /** Whether two objects differ; `undefined` while their parts are compared. */
  const known = new Map<object, Map<object, boolean | undefined>>()
  let visits = 0

  const compare = (before: Option<unknown>, after: Option<unknown>, way?: Way): void => {
    if (before._tag === 'None' || after._tag === 'None' || !enter(before.value, after.value, way)) {
      changes.push({ path: pathOf(way), before, after })
    }
  }

  /** Queues the places under two values; returns `false` if they differ as a whole. */
  const enter = (a: unknown, b: unknown, way: Way | undefined): boolean => {
    if (Object.is(a, b)) return true // shared parts are not entered
    if (!isObject(a) || !isObject(b)) return false
    const others = known.get(a) ?? new Map<object, boolean | undefined>()
    if (others.has(b)) {
      const differs = others.get(b)
      // cyclic values: the difference is reported where the cycle was entered
      if (differs === undefined || visits > visitsBeforeMemo) return differs !== true
    }
    visits++
    const answer = look.atOnce(a, b)
    if (answer !== undefined) return answer
    const left = partsBy(look, keyOf, a)
    const right = partsBy(look, keyOf, b)
    if (left === undefined || right === undefined) return false
    const keys = [...new Set([...left.keys(), ...right.keys()])]
    // one path may not lead to two places
    if (new Set(keys.map(stepOf)).size < keys.length) return false
    known.set(a, others.set(b, undefined))
    const count = changes.length
    tasks.push(() => others.set(b, changes.length > count))
    for (const key of keys.reverse()) {
      const here = { step: stepOf(key), from: way }
      tasks.push(() => compare(partAt(left, key), partAt(right, key), here))
    }
    return true
  }

  compare(some(before), some(after))
  for (let next = tasks.pop(); next !== undefined; next = tasks.pop()) next()
  return changes
}

const pathOf = (way: Way | undefined): Path => {
  const steps: Array<string | number> = []
  for (let here = way; here !== undefined; here = here.from) steps.push(here.step)
  return steps.reverse()
}

const partAt = (parts: Parts, key: unknown): Option<unknown> =>
  parts.has(key) ? some(parts.get(key)) : none

const stepOf = (key: unknown): string | number => (typeof key === 'number' ? key : String(key))

/** The part that a step leads to. */
export const partBehind = (parts: Parts, step: string | number): Option<unknown> => {
  if (parts.has(step)) return some(parts.get(step))
  for (const [key, part] of parts) if (stepOf(key) === step) return some(part)
  return none
}

/**
 * The parts of a value, elements by their keys. An element whose key is taken falls back to its index, so that
 * none hides another.
 */
export const partsBy = (look: Look, keyOf: KeyOf, value: unknown): Parts | undefined => {
  if (!Array.isArray(value)) return isObject(value) ? look.partsOf(value) : undefined
  const parts = new Map<string | number, unknown>()
  for (const [index, element] of value.entries()) {
    const key = keyOf(element)
    parts.set(key._tag === 'Some' && !parts.has(key.value) ? key.value : index, element)
  }
  return parts
}
