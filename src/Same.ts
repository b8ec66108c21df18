/**
 * When two values of any kind are the same.
 *
 * They are when they are of one kind and one class, and everything that can be seen of them is:
 * fields (by names and by symbols), elements, entries and members in whatever order, the time of a
 * date, the pattern of a regular expression, name, message and cause of an error, the bytes of a
 * buffer. `NaN` is the same as `NaN`, 0 is not -0, a hole of an array is `undefined`. Of an instance
 * of a class, what it shows by `toJSON`, `valueOf` or `toString` is seen as well; one that shows
 * nothing at all is the same as itself alone. Functions and symbols are known by identity. A value
 * may hold itself. Fields that were put on an array, a map or a set are not looked at.
 *
 * Laws:
 *
 * 1. `same` is reflexive, symmetric and transitive
 * 2. of two objects that are not one, `same(a, b)` is `exact.atOnce(a, b)`, and where that is
 *    `undefined`, whether each part of either is the same as that part of the other
 *
 * @internal
 * @since 0.1.0
 */
import type { Look, Parts } from './Structure.ts'
import { isObject, isOfClassOf, isPlain, plain, sameTime } from './Structure.ts'

/** Deeper values are left to a loop, which does not touch the stack and finds its way out of rings. */
const mostDepth = 200

export const same = (a: unknown, b: unknown): boolean =>
  quickly(a, b, 0) ?? closely(a, b, undefined)

/** Whether two values are the same, or `undefined` where that takes a closer look. */
export const quickly = (a: unknown, b: unknown, depth: number): boolean | undefined => {
  if (Object.is(a, b)) return true
  if (!isObject(a) || !isObject(b)) return false
  if (depth === mostDepth) return undefined
  const prototype: unknown = Object.getPrototypeOf(a)
  if (prototype !== Object.getPrototypeOf(b)) return undefined
  // a prototype says what its objects are
  if (prototype === Object.prototype) return quickFields(a as Fields, b as Fields, depth)
  if (Array.isArray(a) && Array.isArray(b)) return quickElements(a, b, depth)
  if (prototype === Map.prototype) return quickEntries(a as AnyMap, b as AnyMap, depth)
  if (prototype === Set.prototype) return quickMembers(a as AnySet, b as AnySet)
  if (prototype === Date.prototype) return sameTime(a, b)
  return undefined
}

type Fields = Readonly<Record<string | symbol, unknown>>
type AnyMap = ReadonlyMap<unknown, unknown>
type AnySet = ReadonlySet<unknown>

const quickFields = (a: Fields, b: Fields, depth: number): boolean | undefined => {
  const names = Object.keys(a)
  const others = Object.keys(b)
  if (names.length !== others.length) return false
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string // i < length
    if (name !== others[i] && !Object.hasOwn(b, name)) return false
    const answer = quickly(a[name], b[name], depth + 1)
    if (answer !== true) return answer
  }
  return hasSymbols(a) || hasSymbols(b) ? undefined : true
}

const hasSymbols = (value: object): boolean => Object.getOwnPropertySymbols(value).length > 0

const quickElements = (
  a: ReadonlyArray<unknown>,
  b: ReadonlyArray<unknown>,
  depth: number,
): boolean | undefined => {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) {
    const answer = quickly(a[i], b[i], depth + 1)
    if (answer !== true) return answer
  }
  return true
}

const quickEntries = (a: AnyMap, b: AnyMap, depth: number): boolean | undefined => {
  if (a.size !== b.size) return false
  for (const [key, value] of a) {
    if (isObject(key)) return undefined
    if (!b.has(key)) return false
    const answer = quickly(value, b.get(key), depth + 1)
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

/** Pairs that are looked into already: meeting one again on the way tells nothing new. */
interface Seen {
  readonly pairs: Map<object, Set<object>>
  readonly above: Seen | undefined
}

const isSeen = (seen: Seen | undefined, a: object, b: object): boolean => {
  for (let here = seen; here !== undefined; here = here.above) {
    if (here.pairs.get(a)?.has(b) === true) return true
  }
  return false
}

const closely = (a: unknown, b: unknown, above: Seen | undefined): boolean => {
  const seen: Seen = { pairs: new Map(), above }
  const open: Array<unknown> = [a, b]
  while (open.length > 0) {
    const right = open.pop()
    const left = open.pop()
    if (Object.is(left, right)) continue
    if (!isObject(left) || !isObject(right)) return false
    if (isSeen(seen, left, right)) continue
    seen.pairs.set(left, (seen.pairs.get(left) ?? new Set()).add(right))
    if (atOnce(left, right, seen) === false || !openParts(left, right, open)) return false
  }
  return true
}

/** Puts the parts of both on the list, in pairs; `false` where one of them has a part of its own. */
const openParts = (a: object, b: object, open: Array<unknown>): boolean => {
  const left = partsOf(a)
  const right = partsOf(b)
  if (left.size !== right.size) return false
  for (const [key, value] of left) {
    if (!right.has(key)) return false
    open.push(value, right.get(key))
  }
  return true
}

const atOnce = (a: object, b: object, seen?: Seen): boolean | undefined => {
  if (!isOfClassOf(a, b)) return false
  if (a instanceof RegExp) {
    return b instanceof RegExp && String(a) === String(b) && a.lastIndex === b.lastIndex
  }
  if (isBuffer(a)) return isBuffer(b) && sameBytes(a, b)
  // what is of one class is of one kind
  if (a instanceof Map || a instanceof Set) return sameKeyed(a, b as AnyMap | AnySet, seen)
  if (isList(a) || a instanceof Error) return undefined
  return sameSymbols(a, b, seen) && sameViews(a, b, seen) ? undefined : false
}

const isList = (value: object): value is ArrayLike<unknown> =>
  Array.isArray(value) || ArrayBuffer.isView(value)

const isBuffer = (value: object): value is ArrayBuffer | DataView =>
  value instanceof ArrayBuffer || value instanceof DataView

const bytesOf = (value: ArrayBuffer | DataView): Uint8Array =>
  value instanceof DataView
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(value)

const sameBytes = (a: ArrayBuffer | DataView, b: ArrayBuffer | DataView): boolean => {
  // one that was handed over has no bytes, and must not be asked for them
  if (a.byteLength !== b.byteLength || a.byteLength === 0) return a.byteLength === b.byteLength
  const others = bytesOf(b)
  return bytesOf(a).every((byte, i) => byte === others[i])
}

/** Maps and sets whose keys and members are objects are told apart as wholes. */
const sameKeyed = (
  a: AnyMap | AnySet,
  b: AnyMap | AnySet,
  seen: Seen | undefined,
): boolean | undefined =>
  plain.partsOf(a) === undefined || plain.partsOf(b) === undefined
    ? samePairing([...a], [...b], seen)
    : undefined

/** Whether each of `some` has one of its own among `all`. */
const samePairing = (
  some: ReadonlyArray<unknown>,
  all: Array<unknown>,
  seen: Seen | undefined,
): boolean => {
  if (some.length !== all.length) return false
  for (const one of some) {
    const at = all.findIndex((other) => closely(one, other, seen))
    if (at === -1) return false
    all.splice(at, 1)
  }
  return true
}

const sameSymbols = (a: object, b: object, seen: Seen | undefined): boolean => {
  const symbols = symbolsOf(a)
  const fields = b as Fields
  return (
    symbols.length === symbolsOf(b).length &&
    symbols.every(
      (symbol) => Object.hasOwn(b, symbol) && closely((a as Fields)[symbol], fields[symbol], seen),
    )
  )
}

/** The symbols that fields of a value are named by, but for those that are not listed. */
export const symbolsOf = (value: object): ReadonlyArray<symbol> =>
  Object.getOwnPropertySymbols(value).filter((symbol) =>
    Object.prototype.propertyIsEnumerable.call(value, symbol),
  )

/** Whether two instances of one class show the same of what is not in their fields. */
const sameViews = (a: object, b: object, seen: Seen | undefined): boolean => {
  if (isPlain(a)) return true
  const [left, right] = [viewOf(a), viewOf(b)]
  return left === undefined || right === undefined
    ? left === right && showsFields(a)
    : closely(left.shown, right.shown, seen)
}

const showsFields = (value: object): boolean =>
  Object.keys(value).length + symbolsOf(value).length > 0

/** What an instance of a class shows of itself, `undefined` where its class says nothing of that. */
export const viewOf = (value: object): { readonly shown: unknown } | undefined => {
  try {
    for (const name of ['toJSON', 'valueOf', 'toString']) {
      const view: unknown = Reflect.get(value, name)
      // what every object has tells nothing of it
      if (typeof view === 'function' && view !== Reflect.get(Object.prototype, name)) {
        return { shown: view.call(value) as unknown }
      }
    }
  } catch {
    // a method that can't be asked shows nothing
  }
  return undefined
}

/** Of what is told at once there is nothing more to see. */
const partsOf = (value: object): Parts => {
  if (isList(value)) return new Map(Array.from(value).entries())
  if (value instanceof Error) return new Map([...hiddenOf(value), ...Object.entries(value)])
  return plain.partsOf(value) ?? noParts
}

const noParts: Parts = new Map()

/** What an error holds in fields that are not listed, but for its stack. */
const hiddenOf = (error: Error): ReadonlyArray<readonly [string, unknown]> =>
  ['name', 'message', 'cause', 'errors']
    .filter((name) => name in error)
    .map((name) => [name, Reflect.get(error, name) as unknown] as const)

/** Values of every kind. */
export const exact: Exact = { atOnce, partsOf }

interface Exact extends Look {
  readonly partsOf: (value: object) => Parts
}
