/**
 * A hash that is equal for values that no pure function can tell apart, and almost always different for
 * others: the order of fields, entries and members counts, and which parts are one object.
 *
 * It visits each object once, so its time is linear in the size of the value.
 *
 * @since 0.1.0
 */
import { hashLeaf, mix } from '../../internal/hash.ts'
import { sightOf } from '../internal/sight.ts'

/** The objects that were visited in a value. */
interface HashVisit {
  /** In the order in which they were visited. */
  readonly met: Array<object>
  /** Their indexes, once there are too many for a linear search. */
  places: Map<object, number> | undefined
  /** Objects that lie too deep for recursion. */
  readonly later: Array<object>
  shares: boolean
}

/** Deeper objects wait until the recursion is back at the top. */
const maxHashRecursion = 200

/** Up to so many objects are searched one by one: with a map alone, the explorer takes 7 % more time. */
const maxLinearSearch = 16

/** Getters may create new objects forever: after so many, new ones are not visited. */
const maxNumberedObjects = 100_000

/** The initial hash of each kind of object. */
const kindCodes = { fields: 2, elements: 3, other: 4, met: 5, later: 6 }

/** A 32-bit integer, equal for values that no pure function can tell apart. */
export const identityHash = (value: unknown): number => {
  const visit: HashVisit = { met: [], places: undefined, later: [], shares: false }
  try {
    let code = identityHashAt(value, 0, visit)
    for (const deep of visit.later) code = mix(code, hashObject(deep, 0, visit))
    return visit.shares ? code | 1 : code & ~1
  } catch {
    return 1 // a getter or a proxy threw
  }
}

/**
 * Whether a value with this hash may hold one object in two places. If not, it does not, as far as its
 * fields are enumerable. (The hash of a value that cannot be read is odd as well.)
 */
export const sharesParts = (code: number): boolean => (code & 1) === 1

const identityHashAt = (value: unknown, depth: number, visit: HashVisit): number => {
  if (typeof value !== 'object' || value === null) return hashLeaf(value)
  const place = meet(value, visit)
  if (place !== -1) {
    visit.shares = true
    return mix(kindCodes.met, place)
  }
  if (depth < maxHashRecursion) return hashObject(value, depth, visit)
  visit.later.push(value)
  return kindCodes.later
}

/** The index of an object among those that were visited, or -1 on the first visit. */
const meet = (value: object, visit: HashVisit): number => {
  const { met, places } = visit
  if (places === undefined) {
    for (let i = 0; i < met.length; i++) if (met[i] === value) return i
    met.push(value)
    if (met.length > maxLinearSearch) visit.places = new Map(met.map((one, i) => [one, i]))
    return -1
  }
  const place = places.get(value)
  if (place !== undefined) return place
  // all further objects count as one
  if (places.size === maxNumberedObjects) return maxNumberedObjects
  places.set(value, places.size)
  return -1
}

const hashObject = (value: object, depth: number, visit: HashVisit): number => {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype) return hashOrderedFields(value, depth, visit)
  if (Array.isArray(value)) return hashOrderedElements(value, depth, visit)
  return hashSight(value, depth, visit)
}

const hashOrderedFields = (value: object, depth: number, visit: HashVisit): number => {
  const fields = value as Readonly<Record<string, unknown>> // it has these names
  const names = Object.keys(fields)
  let code = mix(kindCodes.fields, names.length)
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string // i < length
    code = mix(mix(code, hashLeaf(name)), identityHashAt(fields[name], depth + 1, visit))
  }
  return code
}

const hashOrderedElements = (
  value: ReadonlyArray<unknown>,
  depth: number,
  visit: HashVisit,
): number => {
  let code = mix(kindCodes.elements, value.length)
  for (let i = 0; i < value.length; i++)
    code = mix(code, identityHashAt(value[i], depth + 1, visit))
  return code
}

/** Objects among the marks, such as a prototype, all have the same hash. */
const hashSight = (value: object, depth: number, visit: HashVisit): number => {
  const { marks, parts } = sightOf(value)
  let code = mix(kindCodes.other, parts.length)
  for (const mark of marks) code = mix(code, typeof mark === 'object' ? 0 : hashLeaf(mark))
  for (const part of parts) code = mix(code, identityHashAt(part, depth + 1, visit))
  return code
}
