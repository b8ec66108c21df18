/**
 * What a value is made of: the places directly under it.
 *
 * @since 0.1.0
 */

/** The places directly under a value, by fields, indexes, keys and members. */
export type Parts = ReadonlyMap<unknown, unknown>

/** How two objects that are not one are looked at. */
export interface Look {
  /** Whether they are the same, or `undefined` where their parts decide. */
  readonly atOnce: (a: object, b: object) => boolean | undefined
  /** Of what is no array; `undefined` for what has no places to enter, and is compared as a whole. */
  readonly partsOf: (value: object) => Parts | undefined
}

export const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null

const prototypeOf = (value: object): object | null => Object.getPrototypeOf(value) as object | null

/** The prototype of plain objects is the one that has none itself, whichever realm it comes from. */
export const isPlain = (value: object): boolean => {
  const prototype = prototypeOf(value)
  return prototype === null || prototypeOf(prototype) === null
}

/** Objects with and without a prototype are of one class, which has no name. */
export const isOfClassOf = (a: object, b: object): boolean =>
  prototypeOf(a) === prototypeOf(b) || (isPlain(a) && isPlain(b))

/** Whether two objects of one class are dates of one instant. */
export const sameTime = (a: object, b: object): boolean =>
  a instanceof Date && Object.is(a.getTime(), (b as Date).getTime())

/** Plain values: objects, arrays, dates, and maps and sets whose keys and members are primitives. */
export const plain: Look = {
  atOnce: (a, b) => (isOfClassOf(a, b) ? sameTime(a, b) || undefined : false),
  partsOf: (value) => {
    if (value instanceof Map) return unlessObjects(value as Parts)
    if (value instanceof Set) {
      return unlessObjects(new Map([...(value as ReadonlySet<unknown>)].map((v) => [v, v])))
    }
    const fields = Object.entries(value)
    // dates among others: what it holds can't be seen
    return fields.length > 0 || isPlain(value) ? new Map(fields) : undefined
  },
}

const unlessObjects = (parts: Parts): Parts | undefined =>
  [...parts.keys()].some(isObject) ? undefined : parts
