/**
 * Deep equality of values of any kind.
 *
 * Two values are equal if they are of one class and everything visible in them is equal: fields (by names
 * and symbols), elements, entries and members in any order, the time of a date, the pattern of a regular
 * expression, name, message and cause of an error, the bytes of a buffer. `NaN` equals `NaN`, 0 does not
 * equal -0, a hole in an array is `undefined`. What `toJSON`, `valueOf` or `toString` of a class instance
 * returns is compared as well; an instance that shows nothing equals only itself, and so does a value
 * that fails to be read. Functions and symbols are compared by identity. Values may be cyclic. Extra
 * fields of arrays, maps and sets, and fields that are not enumerable, are ignored.
 *
 * The time is linear in the number of parts, however often they are shared: pairs that were compared are
 * merged into classes of equal parts and not entered again (J. Hopcroft and R. Karp, "A linear algorithm
 * for testing equivalence of finite automata", 1971).
 *
 * Laws:
 *
 * 1. `same` is reflexive, symmetric and transitive
 * 2. for two different objects, `same(a, b)` is `exact.atOnce(a, b)`; if that is `undefined`, it is
 *    whether each part of either equals that part of the other
 *
 * @since 0.1.0
 */
import { contentsOf, isList, viewOf } from './contents.ts'
import { colorsOf, mixPair } from './hash.ts'
import type { Look, Parts, PlainObject } from './parts.ts'
import { isObject, isOfClassOf, sameTime } from './parts.ts'

/** Beyond this depth an iterative comparison takes over, which cannot overflow the stack. */
const quickDepth = 200

/** Beyond this many objects an iterative comparison takes over, which remembers pairs. */
const quickVisits = 50_000

/** Views and getters may create new objects forever: beyond these limits values count as different. */
const mostViews = 20_000
const mostUnions = 500_000

/** How many more objects may be compared. */
interface Room {
  left: number
}

export const same = (a: unknown, b: unknown): boolean => {
  try {
    return quickly(a, b, 0, { left: quickVisits }) ?? areEqualPairs([a, b], comparison([a, b]))
  } catch {
    // a getter or a proxy threw
    return false
  }
}

/** Whether two values are equal, or `undefined` if that needs the iterative comparison. */
export const quickly = (a: unknown, b: unknown, depth: number, room: Room): boolean | undefined => {
  if (Object.is(a, b)) return true
  if (!isObject(a) || !isObject(b)) return false
  if (depth === quickDepth || --room.left < 0) return undefined
  const prototype: unknown = Object.getPrototypeOf(a)
  if (prototype !== Object.getPrototypeOf(b)) return undefined
  // a prototype says what its objects are
  if (prototype === Object.prototype)
    return quickFields(a as PlainObject, b as PlainObject, depth, room)
  if (isList(a) && isList(b)) return quickElements(a, b, depth, room)
  if (prototype === Map.prototype) return quickEntries(a as AnyMap, b as AnyMap, depth, room)
  if (prototype === Set.prototype) return quickMembers(a as AnySet, b as AnySet)
  if (prototype === Date.prototype) return sameTime(a, b)
  return undefined
}

type AnyMap = ReadonlyMap<unknown, unknown>
type AnySet = ReadonlySet<unknown>

const quickFields = (
  a: PlainObject,
  b: PlainObject,
  depth: number,
  room: Room,
): boolean | undefined => {
  const names = Object.keys(a)
  const others = Object.keys(b)
  if (names.length !== others.length) return false
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string // i < length
    if (name !== others[i] && !isListed(b, name)) return false
    const answer = quickly(a[name], b[name], depth + 1, room)
    if (answer !== true) return answer
  }
  return hasSymbols(a) || hasSymbols(b) ? undefined : true
}

const isListed = (value: object, name: string): boolean =>
  Object.prototype.propertyIsEnumerable.call(value, name)

const hasSymbols = (value: object): boolean => Object.getOwnPropertySymbols(value).length > 0

const quickElements = (
  a: ArrayLike<unknown>,
  b: ArrayLike<unknown>,
  depth: number,
  room: Room,
): boolean | undefined => {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) {
    const answer = quickly(a[i], b[i], depth + 1, room)
    if (answer !== true) return answer
  }
  return true
}

const quickEntries = (a: AnyMap, b: AnyMap, depth: number, room: Room): boolean | undefined => {
  if (a.size !== b.size) return false
  for (const [key, value] of a) {
    if (isObject(key)) return undefined
    if (!b.has(key)) return false
    const answer = quickly(value, b.get(key), depth + 1, room)
    if (answer !== true) return answer
  }
  return true
}

const quickMembers = (a: AnySet, b: AnySet): boolean | undefined => {
  if (a.size !== b.size) return false
  for (const member of a) {
    if (isObject(member)) return undefined
    if (!b.has(member)) return false
  }
  return true
}

/** A union-find forest of objects that are assumed equal: one class, one root. */
interface Comparison {
  readonly parents: Map<object, object>
  /** The number of objects of a root, if more than one. */
  readonly sizes: Map<object, number>
  /** The objects whose parent was set, in order, to undo assumptions that failed. */
  readonly log: Array<object>
  /** How many views were compared. */
  views: number
  /** The depth of nested attempts to match entries. */
  attempts: number
  /** Numbers for the parts of attempted matches, and the attempts that failed. */
  readonly numbers: Map<unknown, number>
  readonly failed: Set<string>
  /** The compared values, and their colours once they are needed. */
  readonly whole: unknown
  colorOf: ((part: unknown) => number | undefined) | undefined
}

const comparison = (whole: unknown): Comparison => ({
  parents: new Map(),
  sizes: new Map(),
  log: [],
  views: 0,
  attempts: 0,
  numbers: new Map(),
  failed: new Set(),
  whole,
  colorOf: undefined,
})

const rootOf = ({ parents }: Comparison, value: object): object => {
  let root = value
  for (let up = parents.get(root); up !== undefined; up = parents.get(root)) root = up
  return root
}

/** Assumes that two objects are equal; `false` if that is assumed already. */
const unite = (known: Comparison, a: object, b: object): boolean => {
  const [left, right] = [rootOf(known, a), rootOf(known, b)]
  if (left === right) return false
  const [leftSize, rightSize] = [sizeOf(known, left), sizeOf(known, right)]
  const [root, child] = leftSize < rightSize ? [right, left] : [left, right]
  known.parents.set(child, root)
  known.sizes.set(root, leftSize + rightSize)
  known.log.push(child)
  return true
}

const sizeOf = ({ sizes }: Comparison, root: object): number => sizes.get(root) ?? 1

const takeBack = (known: Comparison, length: number): void => {
  while (known.log.length > length) {
    const child = known.log.pop() as object // length > 0
    const root = known.parents.get(child) as object // it was set with the entry in the log
    known.parents.delete(child)
    known.sizes.set(root, sizeOf(known, root) - sizeOf(known, child))
  }
}

/** Whether values are equal, pair by pair, under the assumptions so far. */
const areEqualPairs = (open: Array<unknown>, known: Comparison): boolean => {
  while (open.length > 0) {
    const right = open.pop()
    const left = open.pop()
    if (Object.is(left, right)) continue
    if (!isObject(left) || !isObject(right) || known.log.length === mostUnions) return false
    if (unite(known, left, right) && !openContents(left, right, open, known)) return false
  }
  return true
}

/** Queues the parts of both in pairs; `false` if they differ otherwise. */
const openContents = (a: object, b: object, open: Array<unknown>, known: Comparison): boolean => {
  if (!isOfClassOf(a, b)) return false
  const [left, right] = [contentsOf(a), contentsOf(b)]
  if (left.hidden.has(viewOf) && ++known.views > mostViews) return false
  return (
    Object.is(left.leaf, right.leaf) &&
    openParts(left.parts, right.parts, open) &&
    openParts(left.hidden, right.hidden, open) &&
    (left.pairs.length === 0
      ? right.pairs.length === 0
      : openPairs(left.pairs, right.pairs, open, known))
  )
}

const openParts = (left: Parts, right: Parts, open: Array<unknown>): boolean => {
  if (left.size !== right.size) return false
  for (const [key, value] of left) {
    if (!right.has(key)) return false
    open.push(value, right.get(key))
  }
  return true
}

type Pairs = ReadonlyArray<readonly [key: object, value: unknown]>

/** Entries with the same colours in both values. */
interface Group {
  readonly left: Array<Pairs[number]>
  readonly right: Array<Pairs[number]>
}

/**
 * Matches each entry under an object key with one of the other value. Only entries with the same colours
 * are tried, and mostly there is only one.
 */
const openPairs = (left: Pairs, right: Pairs, open: Array<unknown>, known: Comparison): boolean => {
  for (const group of groupsOf(left, right, known)) {
    if (group.left.length !== group.right.length) return false
    const isClear = group.left.length === 1 || known.attempts === quickDepth
    if (isClear) openEntries(group, open)
    else if (!allPaired(group, known)) return false
  }
  return true
}

const openEntries = ({ left, right }: Group, open: Array<unknown>): void => {
  left.forEach(([key, value], i) => {
    const other = right[i] as Pairs[number] // there are as many
    open.push(key, other[0], value, other[1])
  })
}

const groupsOf = (left: Pairs, right: Pairs, known: Comparison): Iterable<Group> => {
  const [ours, theirs] = [new Map(left), new Map(right)]
  const colorOf = colorsFor([left, right], known)
  const groups = new Map<number, Group>()
  const add = (side: keyof Group, other: ReadonlyMap<object, unknown>) => (pair: Pairs[number]) => {
    // the same entry in both values is a match
    if (other.has(pair[0]) && Object.is(other.get(pair[0]), pair[1])) return
    const color = mixPair(colorOf(pair[0]), colorOf(pair[1]))
    const group = groups.get(color) ?? { left: [], right: [] }
    groups.set(color, group)
    group[side].push(pair)
  }
  left.forEach(add('left', theirs))
  right.forEach(add('right', ours))
  return groups.values()
}

/** The colours of the whole, or of the pairs alone if a view created them anew. */
const colorsFor = (pairs: readonly [Pairs, Pairs], known: Comparison) => {
  let colorOf = (known.colorOf ??= colorsOf(known.whole))
  if (pairs.flat(2).some((part) => colorOf(part) === undefined)) colorOf = colorsOf(pairs)
  return (part: unknown): number => colorOf(part) ?? 0
}

/** Takes the first match: among equal entries any one will do. */
const allPaired = ({ left, right }: Group, known: Comparison): boolean => {
  const rest = right.slice()
  return left.every((one) => {
    const at = rest.findIndex((other) => isMatch(one, other, known))
    if (at !== -1) rest.splice(at, 1)
    return at !== -1
  })
}

const isMatch = (one: Pairs[number], other: Pairs[number], known: Comparison): boolean => {
  // entries that differ under some assumptions differ in any case
  const attempt = [...one, ...other].map((part) => attemptNumber(part, known)).join()
  if (known.failed.has(attempt)) return false
  const { length } = known.log
  known.attempts++
  const answer = areEqualPairs([one[0], other[0], one[1], other[1]], known)
  known.attempts--
  if (answer) return true
  known.failed.add(attempt)
  takeBack(known, length)
  return false
}

const attemptNumber = (part: unknown, { numbers }: Comparison): number => {
  const key = Object.is(part, -0) ? negativeZero : part // which a map takes for 0
  const number = numbers.get(key) ?? numbers.size
  numbers.set(key, number)
  return number
}

const negativeZero: unknown = Object.freeze({})

const atOnce = (a: object, b: object): boolean | undefined => {
  if (!isOfClassOf(a, b)) return false
  const [left, right] = [contentsOf(a), contentsOf(b)]
  if (left.pairs.length + right.pairs.length > 0) return same(a, b)
  const open: Array<unknown> = [left.leaf, right.leaf]
  const isAlike =
    openParts(left.hidden, right.hidden, open) &&
    areEqualPairs(open, comparison([left.hidden, right.hidden]))
  if (!isAlike) return false
  // a primitive has no parts
  return left.leaf === undefined ? undefined : true
}

/** Values of every kind. */
export const exact: Exact = { atOnce, partsOf: (value) => contentsOf(value).parts }

interface Exact extends Look {
  readonly partsOf: (value: object) => Parts
}
