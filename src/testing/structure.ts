/**
 * When two plain values are the same, and a hash that is alike for values that are.
 *
 * `a` and `b` are plain values: objects, arrays without holes, maps, sets, dates and primitives. The
 * order of an object's fields, a map's entries and a set's members does not count.
 *
 * Laws:
 *
 * 1. `same(a, b)` is `structural.equals(a, b)` of `Diff`, where the keys of maps and the members of
 *    sets are texts
 * 2. where `same(a, b)`, `hash(a) === hash(b)`
 *
 * @internal
 * @since 0.1.0
 */
import { structural } from '../Diff.ts'

/** Below so many levels hashes no longer look, and comparing goes on without the stack. */
const deepest = 200

type Fields = Readonly<Record<string, unknown>>

/** An object's fields are read by the names that it has. */
const fieldsOf = (value: object): Fields => value as Fields

const isPlain = (value: object): boolean => Object.getPrototypeOf(value) === Object.prototype

/**
 * Whether two values are the same, down to each field. `NaN` is the same as `NaN`, and 0 is not -0.
 *
 * @category comparing
 * @since 0.1.0
 */
export const same = (a: unknown, b: unknown): boolean => sameAt(a, b, 0)

const sameAt = (a: unknown, b: unknown, depth: number): boolean => {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (depth === deepest) return structural.equals(a, b)
  if (isPlain(a) && isPlain(b)) return sameFields(a, b, depth)
  if (Array.isArray(a)) return Array.isArray(b) && sameElements(a, b, depth)
  if (a instanceof Map) return b instanceof Map && sameEntries(a, b, depth)
  if (a instanceof Set) return b instanceof Set && sameMembers(a, b, depth)
  if (a instanceof Date) return b instanceof Date && Object.is(a.getTime(), b.getTime())
  return !isOfOwnKind(b) && sameFields(a, b, depth)
}

const isOfOwnKind = (value: object): boolean =>
  Array.isArray(value) || value instanceof Map || value instanceof Set || value instanceof Date

const sameFields = (a: object, b: object, depth: number): boolean => {
  const left = fieldsOf(a)
  const right = fieldsOf(b)
  const names = Object.keys(left)
  const others = Object.keys(right)
  if (names.length !== others.length) return false
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string // i < length
    if (name !== others[i] && !Object.hasOwn(right, name)) return false
    if (!sameAt(left[name], right[name], depth + 1)) return false
  }
  return true
}

const sameElements = (
  a: ReadonlyArray<unknown>,
  b: ReadonlyArray<unknown>,
  depth: number,
): boolean => {
  if (a.length !== b.length) return false
  for (let i = 0; i < a.length; i++) if (!sameAt(a[i], b[i], depth + 1)) return false
  return true
}

const sameEntries = (
  a: ReadonlyMap<unknown, unknown>,
  b: ReadonlyMap<unknown, unknown>,
  depth: number,
): boolean => {
  if (a.size !== b.size) return false
  const strays: Array<readonly [unknown, unknown]> = []
  for (const entry of a) {
    if (typeof entry[0] === 'object') strays.push(entry)
    else if (!b.has(entry[0]) || !sameAt(entry[1], b.get(entry[0]), depth + 1)) return false
  }
  return strays.length === 0 || samePairing(strays, [...b], depth)
}

const sameMembers = (a: ReadonlySet<unknown>, b: ReadonlySet<unknown>, depth: number): boolean => {
  if (a.size !== b.size) return false
  const strays: Array<unknown> = []
  for (const member of a) {
    if (typeof member === 'object') strays.push(member)
    else if (!b.has(member)) return false
  }
  return strays.length === 0 || samePairing(strays, [...b], depth)
}

/** Whether each of `some` has one of its own among `all`: keys and members that are objects. */
const samePairing = (some: ReadonlyArray<unknown>, all: Array<unknown>, depth: number): boolean => {
  for (const one of some) {
    const at = all.findIndex((other) => sameAt(one, other, depth + 1))
    if (at === -1) return false
    all.splice(at, 1)
  }
  return true
}

const spread = 0x9e3779b1

/** Takes one more number into a hash. */
const mix = (hash: number, part: number): number => {
  const mixed = Math.imul(hash ^ part, spread)
  return (mixed ^ (mixed >>> 15)) | 0
}

/** What each kind of value starts from. */
const kinds = { leaf: 1, object: 2, array: 3, map: 4, set: 5, date: 6, deep: 7, text: 8, number: 9 }

/**
 * A whole number of 32 bits, the same for values that are the same. It builds no text on its way.
 *
 * @category comparing
 * @since 0.1.0
 */
export const hash = (value: unknown): number => hashAt(value, 0)

const hashAt = (value: unknown, depth: number): number => {
  switch (typeof value) {
    case 'string':
      return hashText(value)
    case 'number':
      return hashNumber(value)
    case 'object':
      return value === null ? mix(kinds.leaf, 1) : hashObject(value, depth)
    case 'boolean':
      return mix(kinds.leaf, value ? 2 : 3)
    case 'bigint':
      return hashBigint(value)
    default:
      return mix(kinds.leaf, 4)
  }
}

const hashText = (text: string): number => {
  let code = kinds.text
  for (let i = 0; i < text.length; i++) code = Math.imul(code ^ text.charCodeAt(i), spread)
  return mix(code, text.length)
}

const bits = new DataView(new ArrayBuffer(8))

const hashNumber = (value: number): number => {
  if (Object.is(value | 0, value)) return mix(kinds.number, value)
  bits.setFloat64(0, Number.isNaN(value) ? NaN : value)
  return mix(mix(kinds.number, bits.getInt32(0)), bits.getInt32(4))
}

/** The lowest 64 bits: bigger numbers that share them are told apart by comparing. */
const hashBigint = (value: bigint): number =>
  mix(Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n)))

const hashObject = (value: object, depth: number): number => {
  if (depth === deepest) return kinds.deep
  if (isPlain(value)) return hashFields(value, depth)
  if (Array.isArray(value)) return hashElements(value, depth)
  if (value instanceof Map) return hashEntries(value, depth)
  if (value instanceof Set) return hashMembers(value, depth)
  return value instanceof Date
    ? mix(kinds.date, hashNumber(value.getTime()))
    : hashFields(value, depth)
}

/** Fields, entries and members are added up, which takes them in any order. */
const hashFields = (value: object, depth: number): number => {
  const fields = fieldsOf(value)
  const names = Object.keys(fields)
  let sum = 0
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string // i < length
    sum = (sum + mix(hashText(name), hashAt(fields[name], depth + 1))) | 0
  }
  return mix(mix(kinds.object, names.length), sum)
}

const hashElements = (elements: ReadonlyArray<unknown>, depth: number): number => {
  let code = mix(kinds.array, elements.length)
  for (let i = 0; i < elements.length; i++) code = mix(code, hashAt(elements[i], depth + 1))
  return code
}

const hashEntries = (entries: ReadonlyMap<unknown, unknown>, depth: number): number => {
  let sum = 0
  for (const [key, value] of entries) {
    sum = (sum + mix(hashAt(key, depth + 1), hashAt(value, depth + 1))) | 0
  }
  return mix(mix(kinds.map, entries.size), sum)
}

const hashMembers = (members: ReadonlySet<unknown>, depth: number): number => {
  let sum = 0
  for (const member of members) sum = (sum + mix(hashAt(member, depth + 1), spread)) | 0
  return mix(mix(kinds.set, members.size), sum)
}
