/**
 * A number for a value, alike for values that no pure function can tell apart, and as good as different
 * for others: the order of fields, entries and members counts, and which parts are one object.
 *
 * It looks at each object once, so that it takes time in proportion to the value's size.
 *
 * @since 0.1.0
 */
import { hashLeaf, mix } from '../../internal/hash.ts'
import { sightOf } from '../internal/sight.ts'

/** What a walk through a value has met. */
interface Walk {
  /** The objects so far, in the order in which they were met. */
  readonly met: Array<object>
  /** Their places, once there are too many to look through. */
  places: Map<object, number> | undefined
  /** Objects that lie too deep to be entered by recursion. */
  readonly later: Array<object>
  shares: boolean
}

/** Deeper objects wait until the walk is back at the surface. */
const mostDepth = 200

/** So many objects are looked through one by one. */
const fewObjects = 16

/** Views and getters may make new objects for ever: what comes behind so many does not count. */
const mostObjects = 100_000

/** What each kind of object starts from. */
const kinds = {
  fields: 2,
  elements: 3,
  entries: 4,
  members: 5,
  date: 6,
  other: 7,
  met: 8,
  later: 9,
}

/** A whole number of 32 bits, the same for values that no pure function can tell apart. */
export const hash = (value: unknown): number => {
  const walk: Walk = { met: [], places: undefined, later: [], shares: false }
  try {
    let code = hashAt(value, 0, walk)
    for (const deep of walk.later) code = mix(code, hashObject(deep, 0, walk))
    return walk.shares ? code | 1 : code & ~1
  } catch {
    return 1 // a getter or a proxy of somebody's throws
  }
}

/**
 * Whether values of that hash may hold one object in two places. Where not, they don't, as far as all
 * their fields are listed.
 */
export const sharesParts = (code: number): boolean => (code & 1) === 1

const hashAt = (value: unknown, depth: number, walk: Walk): number => {
  if (typeof value !== 'object' || value === null) return hashLeaf(value)
  const place = meet(value, walk)
  if (place !== -1) {
    walk.shares = true
    return mix(kinds.met, place)
  }
  if (depth < mostDepth) return hashObject(value, depth, walk)
  walk.later.push(value)
  return kinds.later
}

/** The place of an object among those that were met, or -1 where it is met for the first time. */
const meet = (value: object, walk: Walk): number => {
  const { met, places } = walk
  if (places === undefined) {
    for (let i = 0; i < met.length; i++) if (met[i] === value) return i
    met.push(value)
    if (met.length > fewObjects) walk.places = new Map(met.map((one, i) => [one, i]))
    return -1
  }
  const place = places.get(value)
  if (place !== undefined) return place
  // what comes behind is taken for one object
  if (places.size === mostObjects) return mostObjects
  places.set(value, places.size)
  return -1
}

const hashObject = (value: object, depth: number, walk: Walk): number => {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype) return hashFields(value, depth, walk)
  if (Array.isArray(value)) return hashElements(value, depth, walk)
  if (prototype === Map.prototype) return hashEntries(value as AnyMap, depth, walk)
  if (prototype === Set.prototype) return hashMembers(value as AnySet, depth, walk)
  if (value instanceof Date) return mix(kinds.date, hashLeaf(value.getTime()))
  return hashSight(value, depth, walk)
}

type AnyMap = ReadonlyMap<unknown, unknown>
type AnySet = ReadonlySet<unknown>

const hashFields = (value: object, depth: number, walk: Walk): number => {
  const fields = value as Readonly<Record<string, unknown>> // read by the names that it has
  const names = Object.keys(fields)
  let code = mix(kinds.fields, names.length)
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string // i < length
    code = mix(mix(code, hashLeaf(name)), hashAt(fields[name], depth + 1, walk))
  }
  return code
}

const hashElements = (value: ReadonlyArray<unknown>, depth: number, walk: Walk): number => {
  let code = mix(kinds.elements, value.length)
  for (let i = 0; i < value.length; i++) code = mix(code, hashAt(value[i], depth + 1, walk))
  return code
}

const hashEntries = (entries: AnyMap, depth: number, walk: Walk): number => {
  let code = mix(kinds.entries, entries.size)
  for (const [key, value] of entries) {
    code = mix(mix(code, hashAt(key, depth + 1, walk)), hashAt(value, depth + 1, walk))
  }
  return code
}

const hashMembers = (members: AnySet, depth: number, walk: Walk): number => {
  let code = mix(kinds.members, members.size)
  for (const member of members) code = mix(code, hashAt(member, depth + 1, walk))
  return code
}

/** Objects among the marks, as a prototype, are all one to a hash. */
const hashSight = (value: object, depth: number, walk: Walk): number => {
  const { marks, parts } = sightOf(value)
  let code = mix(kinds.other, parts.length)
  for (const mark of marks) code = mix(code, typeof mark === 'object' ? 0 : hashLeaf(mark))
  for (const part of parts) code = mix(code, hashAt(part, depth + 1, walk))
  return code
}
