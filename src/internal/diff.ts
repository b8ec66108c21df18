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

/** A place in both values, with the way there, last step first. */
interface Pair {
  readonly before: Option<unknown>
  readonly after: Option<unknown>
  readonly way: Way | undefined
}

interface Way {
  readonly step: string | number
  readonly from: Way | undefined
}

/** Two objects that are being compared: open until everything in them was, then whether they differ. */
interface Meeting {
  isOpen: boolean
  differs: boolean
}

/** Stands behind the places in two objects. */
interface End {
  readonly meeting: Meeting
  /** How many changes there were before. */
  readonly count: number
}

interface Walk {
  readonly look: Look
  readonly keyOf: KeyOf
  readonly changes: Array<Change>
  readonly open: Array<Pair | End>
  readonly meetings: Map<object, Map<object, Meeting>>
  visits: number
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
  const open: Walk['open'] = [{ before: some(before), after: some(after), way: undefined }]
  const walk: Walk = { look, keyOf, changes: [], open, meetings: new Map(), visits: 0 }
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if ('meeting' in next) {
      next.meeting.isOpen = false
      next.meeting.differs = walk.changes.length > next.count
    } else if (!enter(walk, next)) {
      walk.changes.push({ path: pathOf(next.way), before: next.before, after: next.after })
    }
  }
  return walk.changes
}

const pathOf = (way: Way | undefined): Path => {
  const steps: Array<string | number> = []
  for (let here = way; here !== undefined; here = here.from) steps.push(here.step)
  return steps.reverse()
}

/** Queues the places under a pair; returns `false` if the pair differs as a whole. */
const enter = (walk: Walk, pair: Pair): boolean => {
  if (pair.before._tag === 'None' || pair.after._tag === 'None') return false
  const { before, after } = { before: pair.before.value, after: pair.after.value }
  if (Object.is(before, after)) return true // shared parts are not entered
  if (!isObject(before) || !isObject(after)) return false
  const met = walk.meetings.get(before)?.get(after)
  // cyclic values: the difference is reported where the cycle was entered
  if (met?.isOpen === true) return true
  if (met !== undefined && walk.visits > visitsBeforeMemo) return !met.differs
  walk.visits++
  const answer = walk.look.atOnce(before, after)
  return answer ?? enterParts(walk, before, after, pair.way)
}

const enterParts = (walk: Walk, before: object, after: object, way: Way | undefined): boolean => {
  const left = partsBy(walk.look, walk.keyOf, before)
  const right = partsBy(walk.look, walk.keyOf, after)
  if (left === undefined || right === undefined) return false
  if (isAmbiguous(left, right)) return false
  const pairs: Array<Pair> = []
  for (const [key, part] of left) {
    const after = right.has(key) ? some(right.get(key)) : none
    pairs.push({ before: some(part), after, way: { step: stepOf(key), from: way } })
  }
  for (const [key, part] of right) {
    if (left.has(key)) continue
    pairs.push({ before: none, after: some(part), way: { step: stepOf(key), from: way } })
  }
  const meeting: Meeting = { isOpen: true, differs: false }
  const others = walk.meetings.get(before) ?? new Map<object, Meeting>()
  walk.meetings.set(before, others.set(after, meeting))
  walk.open.push({ meeting, count: walk.changes.length })
  for (const pair of pairs.reverse()) walk.open.push(pair)
  return true
}

/** Whether two keys look the same in a path, so that one path would lead to two places. */
const isAmbiguous = (left: Parts, right: Parts): boolean => {
  const keys = [...left.keys(), ...right.keys()]
  if (keys.every((key) => typeof key === 'string' || typeof key === 'number')) return false
  return new Set(keys.map(stepOf)).size < new Set(keys).size
}

const stepOf = (key: unknown): string | number => (typeof key === 'number' ? key : String(key))

/** The part that a step leads to. */
export const partBehind = (parts: Parts, step: string | number): Option<unknown> => {
  if (parts.has(step)) return some(parts.get(step))
  for (const [key, part] of parts) if (stepOf(key) === step) return some(part)
  return none
}

/** The parts of a value, elements by their keys. */
export const partsBy = (look: Look, keyOf: KeyOf, value: unknown): Parts | undefined =>
  Array.isArray(value)
    ? elementsOf(value, keyOf)
    : isObject(value)
      ? look.partsOf(value)
      : undefined

/** An element whose key is taken falls back to its index, so that none hides another. */
const elementsOf = (elements: ReadonlyArray<unknown>, keyOf: KeyOf): Parts => {
  const parts = new Map<string | number, unknown>()
  for (const [index, element] of elements.entries()) {
    const key = keyOf(element)
    parts.set(key._tag === 'Some' && !parts.has(key.value) ? key.value : index, element)
  }
  return parts
}
