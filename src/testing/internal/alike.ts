/**
 * When two values that a decider gives are the same, where nobody said: what `structural` takes for the
 * same, and beyond that objects that answer for themselves, with `equals` and `hashCode`, such as the
 * collections of Immutable.js, which hold more than they show.
 *
 */
import type { Eq } from 'fp-ts/lib/Eq.js'
import { symbolsOf, viewOf } from '../../internal/contents.ts'
import { structural } from '../../Diff.ts'
import { isObject, isOfClassOf, isPlain } from '../../internal/parts.ts'
import { oneLine } from './source.ts'

export const alike: Eq<unknown> = {
  equals: (a, b) => {
    if (structural.equals(a, b)) return true
    const { differs, unsure } = compared(a, b)
    return !differs && unsure.length === 0
  },
}

/**
 * Where two values that differ differ in nothing but what can't be compared: two functions, or two
 * instances of a class that show the same. Empty where anything else differs.
 */
export const unsureIn = (a: unknown, b: unknown): ReadonlyArray<string> => {
  const { differs, unsure } = compared(a, b)
  return differs ? [] : unsure
}

interface Compared {
  /** Whether anything is not the same for sure. */
  readonly differs: boolean
  readonly unsure: ReadonlyArray<string>
}

interface Pair {
  readonly a: unknown
  readonly b: unknown
  readonly path: string
}

/** What one pair says by itself, or the pairs that it hangs on. */
type Look = 'Same' | 'Differs' | { readonly unsure: string } | ReadonlyArray<Pair>

const compared = (a: unknown, b: unknown): Compared => {
  const unsure: Array<string> = []
  const seen = new Map<object, Set<unknown>>()
  const open: Array<Pair> = [{ a, b, path: '' }]
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

const lookAt = ({ a, b, path }: Pair): Look => {
  if (Object.is(a, b)) return 'Same'
  if (typeof a === 'function' && typeof b === 'function') {
    return { unsure: `a function${where(path)}` }
  }
  if (!isObject(a) || !isObject(b) || !isOfClassOf(a, b)) return 'Differs'
  if (isAnswering(a) && isAnswering(b)) return a.equals(b) === true ? 'Same' : 'Differs'
  const parts = partsOf(a, b, path)
  if (parts !== undefined) return parts
  return structural.equals(a, b) ? 'Same' : 'Differs'
}

const where = (path: string): string => (path === '' ? '' : ` at ${path}`)

/** What says itself when it is the same as another. */
export interface Answering {
  readonly equals: (other: unknown) => unknown
  readonly hashCode: () => unknown
}

/** Whether an object says itself when it is the same as another. */
export const isAnswering = (value: object): value is Answering =>
  ['equals', 'hashCode'].every((name) => typeof Reflect.get(value, name) === 'function')

const partsOf = (a: object, b: object, path: string): Look | undefined => {
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length
      ? a.map((element: unknown, i) => ({ a: element, b: b[i] as unknown, path: `${path}[${i}]` }))
      : 'Differs'
  }
  if (a instanceof Map && b instanceof Map) return entriesOf(a, b, path)
  if (isPlain(a)) return fieldsOf(a, b, path)
  return structural.equals(a, b) ? 'Same' : instancesOf(a, b, path)
}

const entriesOf = (
  a: ReadonlyMap<unknown, unknown>,
  b: ReadonlyMap<unknown, unknown>,
  path: string,
): Look | undefined => {
  if (a.size !== b.size) return 'Differs'
  // keys that are objects are left to `structural`
  if (![...a.keys()].every((key) => b.has(key))) return undefined
  return [...a].map(([key, value]) => ({ a: value, b: b.get(key), path: `${path}.get(${oneLine(key)})` })) // prettier-ignore
}

const fieldsOf = (a: object, b: object, path: string): Look => {
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

/** Two instances of a class that are not the same by what they show. */
const instancesOf = (a: object, b: object, path: string): Look => {
  const [view, other] = [viewOf(a), viewOf(b)]
  if (view !== undefined || other !== undefined) return structural.equals(view, other) ? fieldsOf(a, b, path) : 'Differs' // prettier-ignore
  if (isOfFields(a)) return fieldsOf(a, b, path)
  return oneLine(a) === oneLine(b) ? { unsure: `a ${classOf(a)}${where(path)}` } : 'Differs'
}

/** Whether all that it holds stands in fields, as far as can be seen. */
const isOfFields = (value: object): boolean =>
  Object.keys(value).length > 0 && Object.prototype.toString.call(value) === '[object Object]'

const classOf = (value: object): string =>
  typeof value.constructor === 'function' ? value.constructor.name : 'value'
