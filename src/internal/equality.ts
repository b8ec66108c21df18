/**
 * When two values of any kind are the same.
 *
 * They are when they are of one kind and one class, and everything that can be seen of them is:
 * fields (by names and by symbols), elements, entries and members in whatever order, the time of a
 * date, the pattern of a regular expression, name, message and cause of an error, the bytes of a
 * buffer. `NaN` is the same as `NaN`, 0 is not -0, a hole of an array is `undefined`. Of an instance
 * of a class, what it shows by `toJSON`, `valueOf` or `toString` is seen as well; one that shows
 * nothing at all is the same as itself alone, and so is what fails to be read. Functions and symbols are
 * known by identity. A value may hold itself. Fields that were put on an array, a map or a set are not
 * looked at, nor are fields that are not listed.
 *
 * However often parts are shared, it takes time in proportion to how many there are: pairs that were met
 * are put into one class of equal parts, and not entered again (J. Hopcroft and R. Karp, "A linear
 * algorithm for testing equivalence of finite automata", 1971).
 *
 * Laws:
 *
 * 1. `same` is reflexive, symmetric and transitive
 * 2. of two objects that are not one, `same(a, b)` is `exact.atOnce(a, b)`, and where that is
 *    `undefined`, whether each part of either is the same as that part of the other
 *
 * @since 0.1.0
 */
import { contentsOf, isList, viewOf } from './contents.ts'
import { colorsOf, mixPair } from './hash.ts'
import type { Look, Parts } from './parts.ts'
import { isObject, isOfClassOf, sameTime } from './parts.ts'

/** Deeper values are left to a loop, which does not touch the stack. */
const mostDepth = 200

/** More objects are left to a loop that knows which pairs it has met. */
const mostVisits = 50_000

/** Views and getters may make new objects for ever: values of so many are not the same. */
const mostViews = 20_000
const mostPairs = 500_000

/** How many more objects may be looked into. */
interface Room {
  left: number
}

export const same = (a: unknown, b: unknown): boolean => {
  try {
    return quickly(a, b, 0, { left: mostVisits }) ?? settle([a, b], comparison([a, b]))
  } catch {
    // a getter or a proxy of somebody's throws
    return false
  }
}

/** Whether two values are the same, or `undefined` where that takes a closer look. */
export const quickly = (a: unknown, b: unknown, depth: number, room: Room): boolean | undefined => {
  if (Object.is(a, b)) return true
  if (!isObject(a) || !isObject(b)) return false
  if (depth === mostDepth || --room.left < 0) return undefined
  const prototype: unknown = Object.getPrototypeOf(a)
  if (prototype !== Object.getPrototypeOf(b)) return undefined
  // a prototype says what its objects are
  if (prototype === Object.prototype) return quickFields(a as Fields, b as Fields, depth, room)
  if (isList(a) && isList(b)) return quickElements(a, b, depth, room)
  if (prototype === Map.prototype) return quickEntries(a as AnyMap, b as AnyMap, depth, room)
  if (prototype === Set.prototype) return quickMembers(a as AnySet, b as AnySet)
  if (prototype === Date.prototype) return sameTime(a, b)
  return undefined
}

type Fields = Readonly<Record<string, unknown>>
type AnyMap = ReadonlyMap<unknown, unknown>
type AnySet = ReadonlySet<unknown>

const quickFields = (a: Fields, b: Fields, depth: number, room: Room): boolean | undefined => {
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

/** Objects that are taken for the same, as trees that point upwards: one class, one root. */
interface Comparison {
  readonly parents: Map<object, object>
  /** How many objects a root stands for, where that is more than one. */
  readonly sizes: Map<object, number>
  /** Whose parent was set, in order: to take back what was assumed in vain. */
  readonly log: Array<object>
  /** How many views were compared. */
  views: number
  /** How many attempts to match entries are under way. */
  attempts: number
  /** Numbers for what was tried to be matched, and which of these, two by two, are no match. */
  readonly numbers: Map<unknown, number>
  readonly failed: Set<string>
  /** What is compared as a whole, and the colours in it once they are asked for. */
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

/** Takes two objects for the same; `false` where they are taken for that already. */
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

/** Whether values are the same, pair by pair, if those are that are taken for the same. */
const settle = (open: Array<unknown>, known: Comparison): boolean => {
  while (open.length > 0) {
    const right = open.pop()
    const left = open.pop()
    if (Object.is(left, right)) continue
    if (!isObject(left) || !isObject(right) || known.log.length === mostPairs) return false
    if (unite(known, left, right) && !openContents(left, right, open, known)) return false
  }
  return true
}

/** Puts what both consist of on the list, in pairs; `false` where anything else of them differs. */
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

/** Entries with the same colours, on both sides. */
interface Group {
  readonly left: Array<Pairs[number]>
  readonly right: Array<Pairs[number]>
}

/**
 * Finds for each entry under an object one of its own on the other side. Only entries with the same
 * colours are tried, and most often there is one of these.
 */
const openPairs = (left: Pairs, right: Pairs, open: Array<unknown>, known: Comparison): boolean => {
  for (const group of groupsOf(left, right, known)) {
    if (group.left.length !== group.right.length) return false
    const isClear = group.left.length === 1 || known.attempts === mostDepth
    if (isClear) openEntries(group, open)
    else if (!matches(group, known)) return false
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
    // the very same entry on both sides is a match
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

/** Colours of the whole; of the pairs alone, where a view made them anew. */
const colorsFor = (pairs: readonly [Pairs, Pairs], known: Comparison) => {
  let colorOf = (known.colorOf ??= colorsOf(known.whole))
  if (pairs.flat(2).some((part) => colorOf(part) === undefined)) colorOf = colorsOf(pairs)
  return (part: unknown): number => colorOf(part) ?? 0
}

/** Whichever partner is taken first: of those that are the same, one is as good as the other. */
const matches = ({ left, right }: Group, known: Comparison): boolean => {
  const rest = right.slice()
  return left.every((one) => {
    const at = rest.findIndex((other) => isMatch(one, other, known))
    if (at !== -1) rest.splice(at, 1)
    return at !== -1
  })
}

const isMatch = (one: Pairs[number], other: Pairs[number], known: Comparison): boolean => {
  // what differs though some parts are taken for the same differs in any case
  const attempt = [...one, ...other].map((part) => numberOf(part, known)).join()
  if (known.failed.has(attempt)) return false
  const { length } = known.log
  known.attempts++
  const answer = settle([one[0], other[0], one[1], other[1]], known)
  known.attempts--
  if (answer) return true
  known.failed.add(attempt)
  takeBack(known, length)
  return false
}

const numberOf = (part: unknown, { numbers }: Comparison): number => {
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
    settle(open, comparison([left.hidden, right.hidden]))
  if (!isAlike) return false
  // what is a primitive has no parts
  return left.leaf === undefined ? undefined : true
}

/** Values of every kind. */
export const exact: Exact = { atOnce, partsOf: (value) => contentsOf(value).parts }

interface Exact extends Look {
  readonly partsOf: (value: object) => Parts
}
