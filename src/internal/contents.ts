/**
 * The contents of a value of any kind, as equality and hashes see it.
 *
 * @since 0.1.0
 */
import type { Parts } from './parts.ts'
import { isObject, isPlain } from './parts.ts'

export interface Contents {
  /** A primitive, or the object itself if it shows nothing of its contents. */
  readonly leaf: unknown
  /** Parts by fields, indexes, and keys and members that are primitives. */
  readonly parts: Parts
  /** Parts without a path: those under symbols, and the view. */
  readonly hidden: Parts
  /** Entries with object keys, and members that are objects, in any order. */
  readonly pairs: ReadonlyArray<readonly [key: object, value: unknown]>
}

const noParts: Parts = new Map()
const noPairs: Contents['pairs'] = []

export const contentsOf = (value: object): Contents => {
  if (value instanceof Map) return mapContents(value as ReadonlyMap<unknown, unknown>)
  if (value instanceof Set) {
    return mapContents(new Map([...(value as ReadonlySet<unknown>)].map((one) => [one, one])))
  }
  if (isList(value)) return partsOnly(new Map(Array.from(value).entries()))
  if (value instanceof Error) {
    return partsOnly(new Map([...unlistedOf(value), ...Object.entries(value)]))
  }
  const leaf = leafOf(value)
  return leaf === undefined
    ? fieldContents(value)
    : { leaf, parts: noParts, hidden: noParts, pairs: noPairs }
}

const partsOnly = (parts: Parts): Contents => ({
  leaf: undefined,
  parts,
  hidden: noParts,
  pairs: noPairs,
})

const mapContents = (entries: ReadonlyMap<unknown, unknown>): Contents => {
  const parts = new Map<unknown, unknown>()
  const pairs: Array<readonly [object, unknown]> = []
  for (const [key, value] of entries) {
    if (isObject(key)) pairs.push([key, value])
    else parts.set(key, value)
  }
  return { leaf: undefined, parts, hidden: noParts, pairs }
}

export const isList = (value: object): value is ArrayLike<unknown> =>
  Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))

/** The fields of an error that are not enumerable, except its stack. */
const unlistedOf = (error: Error): ReadonlyArray<readonly [string, unknown]> =>
  ['name', 'message', 'cause', 'errors']
    .filter((name) => name in error)
    .map((name) => [name, Reflect.get(error, name) as unknown] as const)

/** For values compared as a whole: a pattern with its `lastIndex`, or the bytes of a buffer. */
const leafOf = (value: object): string | undefined => {
  if (value instanceof RegExp) return `${String(value)} ${value.lastIndex}`
  if (!(value instanceof ArrayBuffer || value instanceof DataView)) return undefined
  // a transferred buffer has no bytes, and reading them throws
  if (value.byteLength === 0) return ''
  return value instanceof DataView
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength).join()
    : new Uint8Array(value).join()
}

const fieldContents = (value: object): Contents => {
  const parts = new Map<unknown, unknown>(Object.entries(value))
  const hidden = new Map<unknown, unknown>()
  for (const symbol of symbolsOf(value)) hidden.set(symbol, Reflect.get(value, symbol))
  const view = isPlain(value) ? undefined : viewOf(value)
  const isClosed = !isPlain(value) && view === undefined && parts.size + hidden.size === 0
  if (view !== undefined) hidden.set(viewOf, view.shown)
  return { leaf: isClosed ? value : undefined, parts, hidden, pairs: noPairs }
}

/** The enumerable symbols of a value. */
export const symbolsOf = (value: object): ReadonlyArray<symbol> => {
  const symbols = Object.getOwnPropertySymbols(value)
  // most values have none
  if (symbols.length === 0) return symbols
  return symbols.filter((symbol) => Object.prototype.propertyIsEnumerable.call(value, symbol))
}

/**
 * What a class instance shows of itself; `undefined` if its class has no such method. An instance of the
 * same class does not count, because it might show another one, and so on forever.
 */
export const viewOf = (value: object): { readonly shown: unknown } | undefined => {
  try {
    for (const name of ['toJSON', 'valueOf', 'toString']) {
      const view: unknown = Reflect.get(value, name)
      // methods of every object say nothing about this one
      if (typeof view !== 'function' || view === Reflect.get(Object.prototype, name)) continue
      const shown = view.call(value) as unknown
      return isObject(shown) && isOneClass(shown, value) ? undefined : { shown }
    }
  } catch {
    // a method that throws shows nothing
  }
  return undefined
}

const isOneClass = (a: object, b: object): boolean =>
  Object.getPrototypeOf(a) === Object.getPrototypeOf(b)
