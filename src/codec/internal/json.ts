/**
 * Values that JSON can hold without loss.
 *
 * `u` is any value.
 *
 * Laws:
 *
 * 1. if `freeze(u)` is `Right(a)`, then `JSON.parse(JSON.stringify(a))` equals `a`, and `a` equals `u`
 *    except that `undefined` fields are left out
 * 2. `a` shares nothing with `u` and cannot be changed
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import { deepestJson } from '../../internal/deepestJson.ts'
import type { Path } from '../../internal/diff.ts'
import type { PlainObject } from '../../internal/parts.ts'
import { isObject } from '../../internal/parts.ts'
import type { Issue } from '../Codec.ts'
import { left, right } from '../../internal/either.ts'

/**
 * After this many objects, finished ones are remembered, because shared parts may be reached in
 * exponentially many ways. Before, remembering would cost more than it saves.
 */
const fewObjects = 10_000

/**
 * A deeply frozen copy of a value, or the first place that JSON cannot hold: a date, a bigint, a
 * function, a number that is not finite, endless nesting.
 *
 * @category constructors
 * @since 0.1.0
 */
export const freeze = (value: unknown): Either<Issue, unknown> => {
  const walk: FreezeWalk = { refusal: undefined, met: 0, copies: undefined }
  const copy = copyOf(value, 0, walk)
  const { refusal } = walk
  if (refusal === undefined) return right(copy)
  const { actual, outwards } = refusal
  const path = outwards.reverse()
  return left({ path, expected: 'a value that JSON can hold', actual })
}

interface FreezeWalk {
  /** What was refused, and the keys from there to the root, written on the way back. */
  refusal: { readonly actual: unknown; readonly outwards: Array<Path[number]> } | undefined
  /** How many objects were visited. */
  met: number
  /** Copies that are complete, after the first few objects. */
  copies: Map<object, Copy> | undefined
}

interface Copy {
  readonly copy: unknown
  /** The depth of the original; at a greater depth it might be nested too deep. */
  readonly depth: number
}

const copyOf = (value: unknown, depth: number, walk: FreezeWalk): unknown => {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      // JSON has no negative zero
      return Number.isFinite(value) ? value + 0 : refuseJson(value, walk)
    case 'object':
      if (value === null) return null
      return depth >= deepestJson ? refuseJson(value, walk) : copyOnce(value, depth, walk)
    default:
      return refuseJson(value, walk)
  }
}

const copyOnce = (value: object, depth: number, walk: FreezeWalk): unknown => {
  const isLong = ++walk.met > fewObjects
  const known = isLong ? walk.copies?.get(value) : undefined
  if (known !== undefined && depth <= known.depth) return known.copy
  const copy = copyWhole(value, depth, walk)
  if (isLong) (walk.copies ??= new Map()).set(value, { copy, depth })
  return copy
}

const copyWhole = (value: object, depth: number, walk: FreezeWalk): unknown => {
  if (Array.isArray(value)) return copyOfArray(value, depth, walk)
  return isJsonObject(value) ? copyOfObject(value, depth, walk) : refuseJson(value, walk)
}

const refuseJson = (
  actual: unknown,
  walk: FreezeWalk,
  ...outwards: Array<Path[number]>
): undefined => {
  walk.refusal = { actual, outwards }
}

/** Whether a value is an object such as `JSON.parse` makes: of no class, and of this realm. */
export const isJsonObject = (value: unknown): value is PlainObject => {
  if (!isObject(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

const copyOfArray = (
  array: ReadonlyArray<unknown>,
  depth: number,
  walk: FreezeWalk,
): ReadonlyArray<unknown> | undefined => {
  const copy: Array<unknown> = []
  for (let i = 0; i < array.length; i++) {
    copy.push(copyOf(array[i], depth + 1, walk))
    if (walk.refusal !== undefined) return void walk.refusal.outwards.push(i)
  }
  return Object.freeze(copy)
}

const copyOfObject = (object: PlainObject, depth: number, walk: FreezeWalk): object | undefined => {
  const [symbol] = Object.getOwnPropertySymbols(object)
  if (symbol !== undefined) return refuseJson(Reflect.get(object, symbol), walk)
  // built field by field: a spread object gets a hidden class of its own once it is frozen
  const copy: Record<string, unknown> = {}
  for (const key in object) {
    if (!Object.prototype.hasOwnProperty.call(object, key)) continue
    const value = object[key]
    // setting it would set the copy's prototype
    if (key === '__proto__') return refuseJson(value, walk, key)
    if (typeof value === 'string') copy[key] = value
    else if (value !== undefined) {
      copy[key] = copyOf(value, depth + 1, walk)
      if (walk.refusal !== undefined) return void walk.refusal.outwards.push(key)
    }
  }
  return Object.freeze(copy)
}
