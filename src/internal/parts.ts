/**
 * The parts of a value: the places directly under it.
 *
 * @since 0.1.0
 */

/** The places directly under a value, by fields, indexes, keys and members. */
export type Parts = ReadonlyMap<unknown, unknown>

/** How to compare two different objects. */
export interface Look {
  /** Whether they are equal, or `undefined` if their parts decide. */
  readonly atOnce: (a: object, b: object) => boolean | undefined
  /** The parts of an object that is not an array; `undefined` if it is compared as a whole. */
  readonly partsOf: (value: object) => Parts | undefined
}

/** An object that is read by the names of its fields. */
export type PlainObject = Readonly<Record<string, unknown>>

export const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null

const prototypeOf = (value: object): object | null => Object.getPrototypeOf(value) as object | null

/** The prototype of plain objects has no prototype itself, in any realm. */
export const isPlain = (value: object): boolean => {
  const prototype = prototypeOf(value)
  return prototype === null || prototypeOf(prototype) === null
}

/** Plain objects with and without a prototype are of one class. */
export const isOfClassOf = (a: object, b: object): boolean =>
  prototypeOf(a) === prototypeOf(b) || (isPlain(a) && isPlain(b))

/** Whether two objects of one class are dates of the same instant. */
export const sameTime = (a: object, b: object): boolean =>
  a instanceof Date && Object.is(a.getTime(), (b as Date).getTime())

/** Plain values: objects, arrays, dates, and maps and sets whose keys and members are primitives. */
export const plain: Look = {
  atOnce: (a, b) => (isOfClassOf(a, b) ? sameTime(a, b) || undefined : false),
  partsOf: (value) => {
    if (value instanceof Map || value instanceof Set) {
      const members: Parts = new Map((value as ReadonlyMap<unknown, unknown>).entries())
      return [...members.keys()].some(isObject) ? undefined : members
    }
    const fields = Object.entries(value)
    // such as dates, whose contents are hidden
    return fields.length > 0 || isPlain(value) ? new Map(fields) : undefined
  },
}
