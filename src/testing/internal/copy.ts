/**
 * Deep copies of plain values, as a store that writes and reads them would make: objects, arrays, maps,
 * sets and dates are copied; anything else, such as an instance of a class, is kept.
 */
import { symbolsOf } from '../../internal/contents.ts'

/** A deep copy that shares no object, array, map, set or date with the value. */
export const deepCopy = <A>(value: A): A => copied(value, () => undefined)

/** A deep copy whose objects and arrays are frozen: writing to them throws. */
export const frozenCopy = <A>(value: A): A => copied(value, Object.freeze)

/** A frozen copy, and whether it holds what cannot be frozen: a map, a set, a date, an instance. */
export interface FrozenCopy<out A> {
  readonly value: A
  readonly writable: boolean
}

export const frozen = <A>(value: A): FrozenCopy<A> => {
  let writable = false
  const copy = copied(
    value,
    (made) => {
      writable ||= made instanceof Map || made instanceof Set || made instanceof Date
      Object.freeze(made)
    },
    () => (writable = true),
  )
  return { value: copy, writable }
}

/** The class name of the first instance in a value that is not copied, if there is one. */
export const instanceIn = (value: unknown): string | undefined => {
  let name: string | undefined
  copied(
    value,
    () => undefined,
    // an object without a class has no constructor
    ({ constructor }) => (name ??= typeof constructor === 'function' ? constructor.name : 'value'),
  )
  return name
}

/** A loop over what is still to be filled, so that nesting never overflows the stack. */
const copied = <A>(
  value: A,
  finish: (copy: object) => unknown,
  leave: (original: object) => unknown = () => undefined,
): A => {
  if (typeof value !== 'object' || value === null) return value
  const copies = new Map<object, object>()
  const take = (inner: unknown): unknown => {
    if (typeof inner !== 'object' || inner === null) return inner
    const known = copies.get(inner)
    if (known !== undefined) return known
    const empty = emptyOf(inner)
    if (empty === undefined) leave(inner)
    else copies.set(inner, empty)
    return empty ?? inner
  }
  const copy = take(value)
  // what is taken on the way is appended, and reached by the loop
  for (const [original, into] of copies) fill(original, into, take)
  for (const made of copies.values()) finish(made)
  // a copy has the type of its original
  return copy as A
}

const emptyOf = (value: object): object | undefined => {
  switch (Object.getPrototypeOf(value)) {
    case Object.prototype:
      return {}
    case Array.prototype:
      return []
    case Map.prototype:
      return new Map()
    case Set.prototype:
      return new Set()
    case Date.prototype:
      return value instanceof Date ? new Date(value.getTime()) : undefined
    case null:
      return Object.create(null) as object
    default:
      return undefined
  }
}

const fill = (original: object, into: object, take: (inner: unknown) => unknown): void => {
  if (Array.isArray(into) && Array.isArray(original)) {
    for (const element of original) into.push(take(element))
  } else if (into instanceof Map && original instanceof Map) {
    for (const [key, inner] of original) into.set(take(key), take(inner))
  } else if (into instanceof Set && original instanceof Set) {
    for (const element of original) into.add(take(element))
  } else {
    // a date has no fields, and two loops make one list less for each object
    for (const key of Object.keys(original)) setField(original, into, key, take)
    for (const symbol of symbolsOf(original)) setField(original, into, symbol, take)
  }
}

const setField = (
  original: object,
  into: object,
  key: PropertyKey,
  take: (inner: unknown) => unknown,
): void => {
  // an object can be asked for any field, and the copy is a new object
  const [from, to] = [original as AnyFields, into as AnyFields]
  const value = take(from[key])
  // a plain assignment to __proto__ would set the prototype
  if (key !== '__proto__') to[key] = value
  else
    Object.defineProperty(to, key, { enumerable: true, configurable: true, writable: true, value })
}

type AnyFields = Record<PropertyKey, unknown>
