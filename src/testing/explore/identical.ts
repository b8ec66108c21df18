/**
 * Which values no pure function can tell apart. It makes two states one.
 *
 * It is finer than `structural` of `Diff`. It also compares the order of fields, entries and members,
 * prototypes, holes in arrays, fields that are not enumerable, fields of arrays, maps and sets, and which
 * parts are one object, since `state.a === state.b` can be seen. An instance of a native class, or of one
 * with private fields, is identical only to itself, unless its kind is known or `toJSON`, `valueOf` or
 * `toString` shows what it holds. Not compared are the stacks of errors and whether objects are frozen.
 * Out of reach are variables that methods close over, and objects outside of the value.
 *
 * Laws:
 *
 * 1. `identical` is reflexive, symmetric and transitive
 * 2. identical values have the same `identityHash`, and `structural` of `Diff` finds them equal
 * 3. reading identical values gives the same: fields, entries and members, in order, and which of these
 *    are one object
 *
 * @since 0.1.0
 */
import { isObject, sameTime } from '../../internal/parts.ts'
import { identityHash, sharesParts } from './hash.ts'
import type { Relation } from '../internal/relation.ts'
import { sightOf } from '../internal/sight.ts'

/** Beyond this depth an iterative comparison takes over: it cannot overflow the stack. */
const maxRecursion = 200

/** Getters may create new objects forever: values of more objects than this are not identical. */
const maxComparedPairs = 100_000

const equals = (a: unknown, b: unknown, code: number): boolean => {
  try {
    // the shortcut ignores which parts are one object, so it is for values that share none
    const answer = sharesParts(code) ? undefined : identicalAtOnce(a, b, 0)
    return answer ?? isomorphic(a, b)
  } catch {
    // a value that cannot be read is identical only to itself
    return false
  }
}

/** Relates values that no pure function can tell apart. */
export const identical: Relation = { hash: identityHash, equals }

type UnknownFields = Readonly<Record<string, unknown>>
type UnknownList = ReadonlyArray<unknown>
type UnknownMap = ReadonlyMap<unknown, unknown>
type UnknownSet = ReadonlySet<unknown>

/**
 * Whether two values are identical, or `undefined` if that takes a closer look. Without this shortcut, the
 * benchmark of the explorer takes 3.4 times as long.
 */
const identicalAtOnce = (a: unknown, b: unknown, depth: number): boolean | undefined => {
  if (Object.is(a, b)) return true
  if (!isObject(a) || !isObject(b)) return false
  const prototype: unknown = Object.getPrototypeOf(a)
  if (prototype !== Object.getPrototypeOf(b)) return false
  if (depth === maxRecursion) return undefined
  if (prototype === Object.prototype)
    return identicalFields(a as UnknownFields, b as UnknownFields, depth)
  if (prototype === Array.prototype) {
    return Array.isArray(a) && Array.isArray(b) ? identicalElements(a, b, depth) : undefined
  }
  if (prototype === Map.prototype) return identicalEntries(a as UnknownMap, b as UnknownMap, depth)
  if (prototype === Set.prototype) return identicalMembers(a as UnknownSet, b as UnknownSet, depth)
  if (prototype === Date.prototype) return sameTime(a, b) && unlessMore(a, b, 0)
  return undefined
}

/** `true`, or `undefined` if one of two objects has more fields than were compared. */
const unlessMore = (a: object, b: object, compared: number): true | undefined =>
  ownKeyCount(a) === compared && ownKeyCount(b) === compared ? true : undefined

/** How many fields there are. One list from `Reflect.ownKeys` takes twice as long as these two. */
const ownKeyCount = (value: object): number =>
  Object.getOwnPropertyNames(value).length + Object.getOwnPropertySymbols(value).length

const identicalFields = (
  a: UnknownFields,
  b: UnknownFields,
  depth: number,
): boolean | undefined => {
  const names = Object.keys(a)
  const others = Object.keys(b)
  if (names.length !== others.length) return false
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string // i < length
    if (name !== others[i]) return false
    const answer = identicalAtOnce(a[name], b[name], depth + 1)
    if (answer !== true) return answer
  }
  return unlessMore(a, b, names.length)
}

const identicalElements = (a: UnknownList, b: UnknownList, depth: number): boolean | undefined => {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) {
    const answer = identicalAtOnce(a[i], b[i], depth + 1)
    if (answer !== true) return answer
  }
  // the fields are the length and the indexes, and a hole has no index
  return unlessMore(a, b, a.length + 1)
}

const identicalEntries = (a: UnknownMap, b: UnknownMap, depth: number): boolean | undefined => {
  if (a.size !== b.size) return false
  const others = b.entries()
  for (const [key, value] of a) {
    const [otherKey, other] = others.next().value as [unknown, unknown] // both have the same size
    const answer = identicalAtOnce(key, otherKey, depth + 1)
    const under = answer === true ? identicalAtOnce(value, other, depth + 1) : answer
    if (under !== true) return under
  }
  return unlessMore(a, b, 0)
}

const identicalMembers = (a: UnknownSet, b: UnknownSet, depth: number): boolean | undefined => {
  if (a.size !== b.size) return false
  const others = b.values()
  for (const member of a) {
    const answer = identicalAtOnce(member, others.next().value, depth + 1)
    if (answer !== true) return answer
  }
  return unlessMore(a, b, 0)
}

/** Whether two values have identical parts in the same order, and the same parts are one object. */
const isomorphic = (a: unknown, b: unknown): boolean => {
  const there = new Map<object, object>()
  const back = new Map<object, object>()
  const open: Array<unknown> = [a, b]
  while (open.length > 0) {
    const right = open.pop()
    const left = open.pop()
    if (!isObject(left) || !isObject(right)) {
      if (!Object.is(left, right)) return false
    } else if (there.has(left) || back.has(right)) {
      if (there.get(left) !== right || back.get(right) !== left) return false
    } else {
      if (there.size === maxComparedPairs || !pushSeenParts(left, right, open)) return false
      there.set(left, right)
      back.set(right, left)
    }
  }
  return true
}

/** Adds the parts of both to the list, in pairs. Returns `false` if anything else of them differs. */
const pushSeenParts = (a: object, b: object, open: Array<unknown>): boolean => {
  const left = sightOf(a)
  const right = sightOf(b)
  const isAlike =
    left.marks.length === right.marks.length &&
    left.parts.length === right.parts.length &&
    left.marks.every((mark, i) => Object.is(mark, right.marks[i]))
  if (isAlike) left.parts.forEach((part, i) => open.push(part, right.parts[i]))
  return isAlike
}
