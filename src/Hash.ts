/**
 * A number for a value, alike for values that are the same.
 *
 * The order of an object's fields, a map's entries and a set's members does not count, nor the class
 * of an object.
 *
 * Laws:
 *
 * 1. where `structural.equals(a, b)` of `Diff`, `hash(a) === hash(b)`
 *
 * @internal
 * @since 0.1.0
 */
import { exact, viewOf } from './Same.ts'
import { isPlain } from './Structure.ts'

/** Below so many levels, hashes take what they meet in any order. */
const deepest = 200

/** Values of more objects, and those that hold themselves, have one hash. */
const mostObjects = 100_000

const spread = 0x9e3779b1

/** Takes one more number into a hash. */
export const mix = (hash: number, part: number): number => {
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
export const hash = (value: unknown): number => {
  left = mostObjects
  const code = hashAt(value, 0)
  return left < 0 ? kinds.deep : code
}

/** How many more objects may be looked into: the same for values that are the same, at the end. */
let left = 0

const hashAt = (value: unknown, depth: number): number => {
  return typeof value === 'object' && value !== null ? hashObject(value, depth) : hashLeaf(value)
}

/** The hash of what is no object: one for all functions and symbols. */
export const hashLeaf = (value: unknown): number => {
  switch (typeof value) {
    case 'string':
      return hashText(value)
    case 'number':
      return hashNumber(value)
    case 'object':
      return mix(kinds.leaf, 1)
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

const hashBigint = (value: bigint): number =>
  BigInt.asIntN(64, value) === value
    ? mix(Number(BigInt.asIntN(32, value)), Number(BigInt.asIntN(32, value >> 32n)))
    : hashText(value.toString(36))

const hashObject = (value: object, depth: number): number => {
  if (--left < 0) return kinds.deep
  if (depth === deepest) return hashFlat(value)
  if (Object.getPrototypeOf(value) === Object.prototype) return hashFields(value, depth)
  if (Array.isArray(value)) return hashElements(value, depth)
  if (value instanceof Map) return hashEntries(value, depth)
  if (value instanceof Set) return hashMembers(value, depth)
  if (value instanceof Date) return mix(kinds.date, hashNumber(value.getTime()))
  if (isPlain(value)) return hashFields(value, depth)
  const shown = value instanceof Error ? value.message : viewOf(value)?.shown
  return mix(hashFields(value, depth), hashAt(shown, depth + 1))
}

/** Fields, entries and members are added up, which takes them in any order. */
const hashFields = (value: object, depth: number): number => {
  const fields = value as Readonly<Record<string, unknown>> // read by the names that it has
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

/** All leaves and their names, wherever they stand: a loop, which does not touch the stack. */
const hashFlat = (value: object): number => {
  let sum = 0
  const open: Array<object> = [value]
  for (let inner = open.pop(); inner !== undefined; inner = open.pop()) {
    for (const [name, part] of exact.partsOf(inner)) {
      if (typeof part !== 'object' || part === null) {
        sum = (sum + mix(hashAt(name, 0), hashAt(part, 0))) | 0
      } else if (--left >= 0) open.push(part)
    }
  }
  return mix(kinds.deep, sum)
}
