/**
 * Paths in plain values: where numbers are, which fields changed, and the same value with something else
 * at a path.

 */
import type { Path } from '../../internal/diff.ts'
import { structural } from '../../Diff.ts'

type PlainFields = Readonly<Record<string, unknown>>

/** A plain object. */
export const isPlainObject = (value: unknown): value is PlainFields => {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

const isNumber = (value: unknown): value is number | bigint =>
  typeof value === 'number' || typeof value === 'bigint'

/** After this many objects, shared ones are entered only once: there may be far too many paths to them. */
const mostEntered = 1_000

/** The paths of the numbers in a value. The first element of an array stands for all. */
export const numberPaths = (value: unknown): ReadonlyArray<Path> => {
  const found: Array<Path> = []
  const open: Array<readonly [Path, unknown]> = [[[], value]]
  const met = new Set<unknown>()
  let visits = 0
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [path, here] = next
    if (isNumber(here)) found.push(path)
    if (typeof here !== 'object' || (++visits > mostEntered && met.has(here))) continue
    met.add(here)
    if (Array.isArray(here)) open.push([[...path, 0], here[0]])
    else if (isPlainObject(here)) {
      for (const key of Object.keys(here).reverse()) open.push([[...path, key], here[key]])
    }
  }
  return found
}

/** A number plus or minus one; anything else unchanged. */
export const offByOne = (value: unknown, by: 1 | -1): unknown => {
  if (typeof value === 'bigint') return value + BigInt(by)
  return typeof value === 'number' ? value + by : value
}

/**
 * The fields that differ between two states. Objects of one kind are compared field by field, including
 * fields that come or go; anything else as a whole. Of states of different kinds, only fields that both
 * have count, so that no state gets the tag of one kind and the fields of another.
 */
export const changedFields = (before: unknown, after: unknown): ReadonlyArray<Path> => {
  const found: Array<Path> = []
  const open: Array<readonly [Path, unknown, unknown]> = [[[], before, after]]
  const met = new Map<PlainFields, Set<PlainFields>>()
  let visits = 0
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [path, old, now] = next
    if (Object.is(old, now)) continue
    const isPair = isPlainObject(old) && isPlainObject(now) && isEntered(old, now, path)
    if (isPair && (++visits <= mostEntered || met.get(old)?.has(now) !== true)) {
      met.set(old, (met.get(old) ?? new Set()).add(now))
      for (const key of comparedKeys(old, now).reverse()) {
        open.push([[...path, key], ownField(old, key), ownField(now, key)])
      }
    } else if (path.length > 0 && !structural.equals(old, now)) {
      found.push(path)
    }
  }
  return found
}

const comparedKeys = (old: PlainFields, now: PlainFields): Array<string> =>
  isOneKind(old, now)
    ? [...new Set([...Object.keys(old), ...Object.keys(now)])]
    : Object.keys(old).filter(
        (key) => Object.hasOwn(now, key) && !(isTag(key) && typeof old[key] === 'string'),
      )

const ownField = (fields: PlainFields, key: string): unknown =>
  Object.hasOwn(fields, key) ? fields[key] : undefined

const isTag = (key: string): boolean => key === 'type' || key === '_tag'

const isOneKind = (old: PlainFields, now: PlainFields): boolean =>
  old['type'] === now['type'] && old['_tag'] === now['_tag']

/** The fields of a dictionary only make sense together, as do those of two kinds of object. */
const isEntered = (old: PlainFields, now: PlainFields, path: Path): boolean =>
  !(Object.hasOwn(old, 'root') && Object.hasOwn(old, 'size')) &&
  (path.length === 0 || isOneKind(old, now))

/** The value at a path as the only element; empty if there is none. */
export const at = (value: unknown, path: Path): readonly [] | readonly [unknown] => {
  let here = value
  for (const step of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return []
    here = Reflect.get(here, step)
  }
  return [here]
}

/** The value with `change` applied at a path; the same object if it has no such path. */
export const changedAt = (
  value: unknown,
  path: Path,
  change: (inner: unknown) => unknown,
): unknown => {
  const [step, ...rest] = path
  if (step === undefined) return change(value)
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return value
  const inner = changedAt(Reflect.get(value, step), rest, change)
  if (Object.is(inner, Reflect.get(value, step))) return value
  return Array.isArray(value)
    ? value.map((element: unknown, i) => (i === step ? inner : element))
    : { ...value, [step]: inner }
}

/**
 * The state with the value that the old one has at a path, or without one if the old one has none; the same
 * object if neither has that path.
 */
export const withOld = (before: unknown, after: unknown, path: Path): unknown => {
  const old = at(before, path)
  if (old.length === 1 && at(after, path).length === 1) return changedAt(after, path, () => old[0])
  const [key, outside] = [path.at(-1), path.slice(0, -1)]
  const [[was], [is]] = [at(before, outside), at(after, outside)]
  if (key === undefined || !isPlainObject(was) || !isPlainObject(is) || !isOneKind(was, is))
    return after
  if (old.length === 1) return changedAt(after, outside, () => ({ ...is, [key]: old[0] }))
  if (!Object.hasOwn(is, key)) return after
  const { [key]: _, ...others } = is
  return changedAt(after, outside, () => others)
}
