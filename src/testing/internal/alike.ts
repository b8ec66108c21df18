/**
 * The default equality of states, events and decisions: that of `structural`, except that objects with
 * their own `equals` and `hashCode` are asked themselves. Those, such as the collections of Immutable.js,
 * hold more than they show.

 */
import type { Eq } from 'fp-ts/lib/Eq.js'
import { symbolsOf, viewOf } from '../../internal/contents.ts'
import { structural } from '../../Diff.ts'
import { isObject, isOfClassOf, isPlain } from '../../internal/parts.ts'
import { sourceLine } from './source.ts'

export const alike: Eq<unknown> = {
  equals: (a, b) => {
    if (structural.equals(a, b)) return true
    const { differs, unsure } = compared(a, b)
    return !differs && unsure.length === 0
  },
}

/**
 * What makes two values differ that cannot be compared: two functions, or two instances of a class that
 * show the same. Empty if anything else differs.
 */
export const unsureIn = (a: unknown, b: unknown): ReadonlyArray<string> => {
  const { differs, unsure } = compared(a, b)
  return differs ? [] : unsure
}

interface ComparedParts {
  /** Whether anything certainly differs. */
  readonly differs: boolean
  readonly unsure: ReadonlyArray<string>
}

interface OpenPair {
  readonly a: unknown
  readonly b: unknown
  readonly path: string
}

/** The result of one pair, or the pairs that it depends on. */
type ComparedPair = 'Same' | 'Differs' | { readonly unsure: string } | ReadonlyArray<OpenPair>

const compared = (a: unknown, b: unknown): ComparedParts => {
  const unsure: Array<string> = []
  const seen = new Map<object, Set<unknown>>()
  const open: Array<OpenPair> = [{ a, b, path: '' }]
  for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
    if (isObject(pair.a)) {
      const others = seen.get(pair.a) ?? new Set()
      if (others.has(pair.b)) continue
      seen.set(pair.a, others.add(pair.b))
    }
    const look = lookAt(pair)
    if (look === 'Differs') return { differs: true, unsure }
    if (look === 'Same') continue
    if ('unsure' in look) unsure.push(look.unsure)
    else open.push(...look)
  }
  return { differs: false, unsure: unsure.reverse() }
}

const lookAt = ({ a, b, path }: OpenPair): ComparedPair => {
  if (Object.is(a, b)) return 'Same'
  if (typeof a === 'function' && typeof b === 'function') {
    return { unsure: `a function${atPath(path)}` }
  }
  if (!isObject(a) || !isObject(b) || !isOfClassOf(a, b)) return 'Differs'
  if (isAnswering(a) && isAnswering(b)) return a.equals(b) === true ? 'Same' : 'Differs'
  const parts = partPairs(a, b, path)
  if (parts !== undefined) return parts
  return structural.equals(a, b) ? 'Same' : 'Differs'
}

const atPath = (path: string): string => (path === '' ? '' : ` at ${path}`)

/** An object with its own equality. */
export interface OwnEquality {
  readonly equals: (other: unknown) => unknown
  readonly hashCode: () => unknown
}

/** Whether an object has its own equality. */
export const isAnswering = (value: object): value is OwnEquality =>
  ['equals', 'hashCode'].every((name) => typeof Reflect.get(value, name) === 'function')

const partPairs = (a: object, b: object, path: string): ComparedPair | undefined => {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length
      ? a.map((element: unknown, i) => ({ a: element, b: b[i] as unknown, path: `${path}[${i}]` }))
      : 'Differs'
  }
  if (a instanceof Map && b instanceof Map) return entryPairs(a, b, path)
  if (isPlain(a)) return fieldPairs(a, b, path)
  return structural.equals(a, b) ? 'Same' : instancesOf(a, b, path)
}

const entryPairs = (
  a: ReadonlyMap<unknown, unknown>,
  b: ReadonlyMap<unknown, unknown>,
  path: string,
): ComparedPair | undefined => {
  if (a.size !== b.size) return 'Differs'
  // `structural` compares keys that are objects
  if (![...a.keys()].every((key) => b.has(key))) return undefined
  return [...a].map(([key, value]) => ({ a: value, b: b.get(key), path: `${path}.get(${sourceLine(key)})` })) // prettier-ignore
}

const fieldPairs = (a: object, b: object, path: string): ComparedPair => {
  const keys = [...Object.keys(a), ...symbolsOf(a)]
  const others = [...Object.keys(b), ...symbolsOf(b)]
  if (
    keys.length !== others.length ||
    !keys.every((key) => Object.prototype.hasOwnProperty.call(b, key))
  )
    return 'Differs'
  return keys.map((key) => {
    const value: unknown = Reflect.get(a, key)
    return { a: value, b: Reflect.get(b, key) as unknown, path: `${path}.${String(key)}` }
  })
}

/** Two instances of a class that are not structurally equal. */
const instancesOf = (a: object, b: object, path: string): ComparedPair => {
  const [view, other] = [viewOf(a), viewOf(b)]
  if (view !== undefined || other !== undefined) return structural.equals(view, other) ? fieldPairs(a, b, path) : 'Differs' // prettier-ignore
  if (isOfFields(a)) return fieldPairs(a, b, path)
  return sourceLine(a) === sourceLine(b)
    ? { unsure: `a ${classNameOf(a)}${atPath(path)}` }
    : 'Differs'
}

/** Whether it holds everything in fields, as far as is visible. */
const isOfFields = (value: object): boolean =>
  Object.keys(value).length > 0 && Object.prototype.toString.call(value) === '[object Object]'

const classNameOf = (value: object): string =>
  typeof value.constructor === 'function' ? value.constructor.name : 'value'
