/**
 * A hash of any value: equal for equal values, and almost always different for others.
 *
 * The order of fields, entries and members does not matter, nor the class of an object, nor whether parts
 * are shared.
 *
 * Laws:
 *
 * 1. if `structural.equals(a, b)` of `Diff`, then `hash(a) === hash(b)`
 *
 * @since 0.1.0
 */
import type { Contents } from './contents.ts'
import { contentsOf, isList } from './contents.ts'
import { isObject } from './parts.ts'

const spread = 0x9e3779b1

/** Adds a number to a hash. */
export const mix = (hash: number, part: number): number => {
  const mixed = Math.imul(hash ^ part, spread)
  return (mixed ^ (mixed >>> 15)) | 0
}

/** A part and its name; for a set both may be the same. */
export const mixPair = (name: number, part: number): number => mix(mix(spread, name), part)

/** The start of the hash of each kind of value. */
const kinds = { leaf: 1, object: 2, list: 3, map: 4, set: 5, string: 6, number: 7, deep: 8 }

/** The hash of a value without parts; values compared by identity share one. */
export const hashLeaf = (value: unknown): number => {
  switch (typeof value) {
    case 'string':
      return hashString(value)
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

const hashString = (string: string): number => {
  let code = kinds.string
  for (let i = 0; i < string.length; i++) code = Math.imul(code ^ string.charCodeAt(i), spread)
  return mix(code, string.length)
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
    : hashString(value.toString(36))

/** Values that are deeper, or have more objects (shared ones counted each time), are hashed by colours. */
const mostHashDepth = 200
const mostHashed = 10_000

/** A 32-bit integer, equal for equal values. */
export const hash = (value: unknown): number => {
  try {
    const room: HashRoom = { left: mostHashed }
    const code = hashAt(value, 0, room)
    return room.left >= 0 ? code : hashColors(value)
  } catch {
    return kinds.deep // a getter or a proxy threw
  }
}

/** Combines all colours, because the root's colour does not depend on what is far below it. */
const hashColors = (value: unknown): number => {
  let sum = 0
  for (const color of new Set(colored(value).values())) sum = (sum + color) | 0
  return mix(kinds.deep, sum)
}

interface HashRoom {
  left: number
}

const hashAt = (value: unknown, depth: number, room: HashRoom): number => {
  if (!isObject(value)) return hashLeaf(value)
  if (depth === mostHashDepth) room.left = 0
  if (--room.left < 0) return kinds.deep
  if (Object.getPrototypeOf(value) === Object.prototype) return hashFields(value, depth, room)
  if (Array.isArray(value)) return hashElements(value, depth, room)
  const { start, keys, parts, pairs } = nodeOf(value)
  const at = (part: unknown): number => hashAt(part, depth + 1, room)
  return mix(start, sumOf(keys, parts, pairs, at))
}

/** Sums fields, entries and members, so that their order does not matter. */
const hashFields = (value: object, depth: number, room: HashRoom): number => {
  const fields = value as Readonly<Record<string, unknown>> // read by the names that it has
  const names = Object.keys(fields)
  let sum = 0
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string // i < length
    sum = (sum + mixPair(hashString(name), hashAt(fields[name], depth + 1, room))) | 0
  }
  return mix(mix(kinds.object, names.length), sum)
}

const hashElements = (elements: ReadonlyArray<unknown>, depth: number, room: HashRoom): number => {
  let code = mix(kinds.list, elements.length)
  for (let i = 0; i < elements.length; i++) code = mix(code, hashAt(elements[i], depth + 1, room))
  return code
}

/** The parts of an object's hash. */
interface HashNode {
  /** Its kind and size. */
  readonly start: number
  /** The hashes of the names of its parts. */
  readonly keys: ReadonlyArray<number>
  readonly parts: ReadonlyArray<unknown>
  readonly pairs: Contents['pairs']
}

const nodeOf = (value: object): HashNode => {
  const { leaf, parts, hidden, pairs } = contentsOf(value)
  const view = [...hidden].filter(([key]) => typeof key !== 'symbol')
  return {
    start: mix(classHash(value), leaf === undefined ? parts.size : hashLeaf(leaf)),
    keys: [...parts, ...view].map(([key]) => hashLeaf(key)),
    parts: [...parts, ...view].map(([, part]) => part),
    pairs,
  }
}

const classHash = (value: object): number => {
  if (isList(value)) return kinds.list
  if (value instanceof Map) return kinds.map
  return value instanceof Set ? kinds.set : kinds.object
}

const sumOf = (
  keys: ReadonlyArray<number>,
  parts: ReadonlyArray<unknown>,
  pairs: Contents['pairs'],
  hashOf: (part: unknown) => number,
): number => {
  let sum = 0
  for (let i = 0; i < keys.length; i++) {
    sum = (sum + mixPair(keys[i] as number, hashOf(parts[i]))) | 0 // i < length
  }
  for (const [key, value] of pairs) sum = (sum + mixPair(hashOf(key), hashOf(value))) | 0
  return sum
}

/** More rounds distinguish values that differ only far below. */
const mostRounds = 12

/** Views and getters may create new objects forever: beyond this many all have one colour. */
const mostObjects = 50_000

/**
 * Colours (numbers) of the objects in a value, equal for equal objects. Each round mixes the colours of
 * the parts into that of the object, until no more objects are distinguished. The time grows with the
 * number of objects and the depth of the differences. `undefined` for an object that is not in the value.
 */
export const colorsOf = (value: unknown): ((part: unknown) => number | undefined) => {
  const colors = colored(value)
  return (part) => (isObject(part) ? colors.get(part) : hashLeaf(part))
}

const colored = (value: unknown): ReadonlyMap<object, number> => {
  const nodes = hashNodes(value)
  let colors = new Map<object, number>()
  for (const [object, { start }] of nodes) colors.set(object, start)
  let before = 0
  let distinct = countOf(colors)
  for (let round = 0; round < mostRounds && before < distinct; round++) {
    const current = colors
    const colorOf = (part: unknown): number =>
      isObject(part) ? (current.get(part) as number) : hashLeaf(part) // all objects are there
    colors = new Map<object, number>()
    for (const [object, { keys, parts, pairs }] of nodes) {
      colors.set(object, mix(colorOf(object), sumOf(keys, parts, pairs, colorOf)))
    }
    before = distinct
    distinct = countOf(colors)
  }
  return colors
}

const countOf = (colors: ReadonlyMap<object, number>): number => new Set(colors.values()).size

/** All objects in a value; none if there are too many. */
const hashNodes = (value: unknown): ReadonlyMap<object, HashNode> => {
  const nodes = new Map<object, HashNode>()
  const open: Array<unknown> = [value]
  while (open.length > 0) {
    const part = open.pop()
    if (!isObject(part) || nodes.has(part)) continue
    if (nodes.size === mostObjects) return new Map()
    const node = nodeOf(part)
    nodes.set(part, node)
    for (const inner of node.parts) open.push(inner)
    for (const [key, under] of node.pairs) open.push(key, under)
  }
  return nodes
}
