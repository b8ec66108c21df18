/**
 * `Diff.structural`, and faster where both values are made of plain objects and arrays: laws compare
 * states by the ten thousand.
 *
 * @internal
 */
import type { Eq } from 'fp-ts/lib/Eq.js'
import { structural } from '../Diff.ts'

export const same: Eq<unknown> = {
  equals: (a, b) => quickly(a, b, 0) ?? structural.equals(a, b),
}

/** Deeper values are left to the loop of `structural`, which does not touch the stack. */
const maxDepth = 50

/** Whether two values are the same, or `undefined` where that takes a closer look. */
const quickly = (a: unknown, b: unknown, depth: number): boolean | undefined => {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (depth > maxDepth) return undefined
  if (Array.isArray(a)) return Array.isArray(b) ? elements(a, b, depth) : undefined
  return isPlain(a) && isPlain(b) ? fields(a, b, depth) : undefined
}

const isPlain = (value: object): value is Readonly<Record<string, unknown>> =>
  Object.getPrototypeOf(value) === Object.prototype

const elements = (
  a: ReadonlyArray<unknown>,
  b: ReadonlyArray<unknown>,
  depth: number,
): boolean | undefined => {
  if (a.length !== b.length) return undefined
  for (let i = 0; i < a.length; i++) {
    const answer = quickly(a[i], b[i], depth + 1)
    if (answer !== true) return answer
  }
  return true
}

const fields = (
  a: Readonly<Record<string, unknown>>,
  b: Readonly<Record<string, unknown>>,
  depth: number,
): boolean | undefined => {
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  for (const key of keys) {
    if (!Object.hasOwn(b, key)) return false
    const answer = quickly(a[key], b[key], depth + 1)
    if (answer !== true) return answer
  }
  return true
}
