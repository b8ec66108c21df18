/**
 * Places in plain values: where numbers stand, which fields changed, and the same value with
 * something else at a place.
 *
 * @internal
 */
import type { Path } from '../Diff.ts'
import { structural } from '../Diff.ts'

type Fields = Readonly<Record<string, unknown>>

/** An object that is nothing but its fields. */
export const isPlain = (value: unknown): value is Fields => {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

const isNumber = (value: unknown): value is number | bigint =>
  typeof value === 'number' || typeof value === 'bigint'

/** The numbers in a value. Of an array only the first element is looked at: it stands for all. */
export const numbersIn = (value: unknown): ReadonlyArray<Path> => {
  const found: Array<Path> = []
  const open: Array<readonly [Path, unknown]> = [[[], value]]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [path, here] = next
    if (isNumber(here)) found.push(path)
    else if (Array.isArray(here)) open.push([[...path, 0], here[0]])
    else if (isPlain(here)) {
      for (const key of Object.keys(here).reverse()) open.push([[...path, key], here[key]])
    }
  }
  return found
}

/** The number, one more or one less; anything else as it is. */
export const stepped = (value: unknown, by: 1 | -1): unknown => {
  if (typeof value === 'bigint') return value + BigInt(by)
  return typeof value === 'number' ? value + by : value
}

/**
 * The fields that two states both have, and that differ: of objects of one kind the fields within,
 * of anything else the whole. The field that says of which kind an object is, is none of them, since
 * none has one kind's name and another's fields.
 */
export const changedFields = (before: unknown, after: unknown): ReadonlyArray<Path> => {
  const found: Array<Path> = []
  const open: Array<readonly [Path, unknown, unknown]> = [[[], before, after]]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [path, old, now] = next
    if (Object.is(old, now)) continue
    if (isPlain(old) && isPlain(now) && isEntered(old, now, path)) {
      for (const key of Object.keys(old).reverse()) {
        if (isTag(key) && typeof old[key] === 'string') continue
        if (Object.hasOwn(now, key)) open.push([[...path, key], old[key], now[key]])
      }
    } else if (path.length > 0 && !structural.equals(old, now)) {
      found.push(path)
    }
  }
  return found
}

const isTag = (key: string): boolean => key === 'type' || key === '_tag'

/** The fields of a dictionary only make sense together, and so do those of two kinds of object. */
const isEntered = (old: Fields, now: Fields, path: Path): boolean =>
  !(Object.hasOwn(old, 'root') && Object.hasOwn(old, 'size')) &&
  (path.length === 0 || (old['type'] === now['type'] && old['_tag'] === now['_tag']))

/** What stands at a place, as the only element, or nothing. */
export const at = (value: unknown, path: Path): readonly [] | readonly [unknown] => {
  let here = value
  for (const step of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return []
    here = Reflect.get(here, step)
  }
  return [here]
}

/** The value with what `change` makes of a place in it; the very value where it has no such place. */
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

/** The state with what the old one has at a place; the very state where one of them has no such place. */
export const withOld = (before: unknown, after: unknown, path: Path): unknown => {
  const [old] = at(before, path)
  return at(before, path).length === 0 ? after : changedAt(after, path, () => old)
}
