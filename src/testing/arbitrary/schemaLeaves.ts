/**
 * Strings and numbers as JSON Schema narrows them, with values that fit.

 */
import fc from 'fast-check'
import type { Structure } from '../../codec/internal/ioTsStructure.ts'
import * as pools from './values.ts'
import { drawnFrom, leafNode, refined } from './schemaNodes.ts'

type LeafKeywords = Readonly<Record<string, unknown>>

const numberAt = (schema: LeafKeywords, keyword: string): number | undefined => {
  const value = schema[keyword]
  return typeof value === 'number' ? value : undefined
}

const isString = (u: unknown): u is string => typeof u === 'string'
const anyString = leafNode('StringType', 'string', isString)
const anyNumber = leafNode('NumberType', 'number', (u) => typeof u === 'number')

const timestamps = pools.dateOfOurTime.map((date) => date.toISOString())
const hexDigits = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`))

/** Plain values of each format: libraries disagree about unusual ones. */
const formats = new Map<unknown, fc.Arbitrary<string>>([
  ['date-time', timestamps],
  ['date', timestamps.map((text) => text.slice(0, 10))],
  ['time', timestamps.map((text) => text.slice(11))],
  ['email', fc.stringMatching(/^[a-z]{1,8}@[a-z]{2,8}\.(com|org|net)$/)],
  ['uuid', fc.uuid({ version: 4 })],
  ['uri', fc.stringMatching(/^https:\/\/[a-z]{2,8}\.(com|org|net)(\/[a-z]{1,6}){0,2}$/)],
  ['hostname', fc.stringMatching(/^[a-z]{2,8}\.(com|org|net)$/)],
  ['ipv4', fc.ipV4()],
  [
    'ipv6',
    fc.tuple(...Array.from({ length: 8 }, () => hexDigits(4))).map((parts) => parts.join(':')),
  ],
  ['duration', fc.integer({ min: 1, max: 90 }).map((days) => `P${days}D`)],
])

const regExpOf = (pattern: unknown): RegExp | undefined => {
  if (!isString(pattern)) return undefined
  for (const flags of ['u', '']) {
    try {
      return new RegExp(pattern, flags)
    } catch {
      // some libraries write patterns for the other flags
    }
  }
  return undefined
}

/** fast-check cannot draw from patterns with lookaround. */
const matching = (pattern: RegExp): ReadonlyArray<fc.Arbitrary<string>> => {
  try {
    return [fc.stringMatching(pattern)]
  } catch {
    return []
  }
}

export const stringNode = (schema: LeafKeywords): Structure => {
  const { pattern, format } = schema
  const min = numberAt(schema, 'minLength') ?? 0
  const max = numberAt(schema, 'maxLength') ?? Infinity
  const regExp = regExpOf(pattern)
  const formatted = formats.get(format)
  if (regExp === undefined && formatted === undefined && min === 0 && max === Infinity)
    return anyString
  const fits = (u: unknown): boolean =>
    isString(u) && u.length >= min && u.length <= max && regExp?.test(u) !== false
  const name = `a string${isString(format) ? ` (${format})` : ''}${regExp ? ` like ${regExp}` : ''}`
  const hints = [
    ...(formatted === undefined ? [] : [formatted]),
    ...(regExp === undefined ? [] : matching(regExp)),
    fc.string({ minLength: min, maxLength: Math.min(max, min + 20) }),
    ...pools.texts,
  ]
  if (regExp !== undefined || formatted === undefined) return refined(anyString, name, fits, hints)
  return drawnFrom(name, fits, [formatted])
}

export const numberNode = (schema: LeafKeywords, isInteger: boolean): Structure => {
  const above = numberAt(schema, 'exclusiveMinimum') ?? -Infinity
  const below = numberAt(schema, 'exclusiveMaximum') ?? Infinity
  const min = numberAt(schema, 'minimum') ?? -Infinity
  const max = numberAt(schema, 'maximum') ?? Infinity
  const step = numberAt(schema, 'multipleOf')
  const bounds = [above, below, min, max].every((bound) => !Number.isFinite(bound))
  if (bounds && step === undefined && !isInteger) return anyNumber
  const fits = (u: unknown): boolean =>
    typeof u === 'number' &&
    (!isInteger || Number.isInteger(u)) &&
    u > above &&
    u < below &&
    u >= min &&
    u <= max &&
    (step === undefined || isMultiple(u, step))
  const name = isInteger ? 'an integer in its range' : 'a number in its range'
  const least = Math.max(min, above)
  const most = Math.min(max, below)
  return refined(anyNumber, name, fits, [...inRange(least, most, step ?? 1), ...pools.numbers])
}

/** With a tolerance, since decimals are not exact. */
const isMultiple = (value: number, step: number): boolean =>
  Math.abs(value / step - Math.round(value / step)) < 1e-9

/** Multiples of the step, near the bounds and far from them, and numbers between. */
const inRange = (
  least: number,
  most: number,
  step: number,
): ReadonlyArray<fc.Arbitrary<number>> => {
  const low = Math.max(least, Number.MIN_SAFE_INTEGER)
  const high = Math.min(most, Number.MAX_SAFE_INTEGER)
  const first = Math.ceil(low / step)
  const last = Math.floor(high / step)
  const near = Math.min(last, first + 100)
  const multiples = (min: number, max: number) =>
    min <= max && Number.isSafeInteger(min) && Number.isSafeInteger(max)
      ? [fc.integer({ min, max }).map((times) => times * step)]
      : []
  const between =
    low <= high ? [fc.double({ min: low, max: high, noNaN: true }).map((n) => n + 0)] : []
  return [...multiples(first, near), ...multiples(first, last), ...between]
}
