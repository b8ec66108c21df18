/**
 * The differences between what was expected and what came, for people to read.
 *
 */
import type { Eq } from 'fp-ts/lib/Eq.js'
import { showPath } from '../../codec/Codec.ts'
import type { Change } from '../../Diff.ts'
import { differ, unnamed } from '../../internal/diff.ts'
import { exact } from '../../internal/equality.ts'
import { more, shown, source } from './source.ts'
import { seen } from './text.ts'

/** After so many places or characters, the rest is only counted. */
const maxPlaces = 200
const maxText = 40_000

/** The places where two values differ, one line each, and how many more there are. */
export const differences = (expected: unknown, actual: unknown): ReadonlyArray<string> => {
  const changes = differ(exact, unnamed, expected, actual)
  const lines: Array<string> = []
  let room = maxText
  for (const change of changes) {
    if (lines.length === maxPlaces || room <= 0) {
      return [...lines, more(changes.length - lines.length, 'places')]
    }
    const line = `${seen(showPath(change.path))}: ${told(change)}`
    lines.push(line)
    room -= line.length
  }
  return lines
}

const told = ({ before, after }: Change): string => {
  const wanted = before._tag === 'Some' ? `expected ${shown(before.value)}` : 'not expected'
  if (after._tag === 'None') return `${wanted}, not there`
  const alike = before._tag === 'Some' && source(before.value) === source(after.value)
  return `${wanted}, got ${alike ? another : shown(after.value)}`
}

/** Said of objects with hidden data. */
const another = 'another, which reads the same: it takes an Eq of your own to compare them'

/** Of more rows than these, those near a difference are shown, and the first and last rows. */
const maxRows = 200
const around = 3

/** An element and its index. */
interface IndexedElement<out A> {
  readonly value: A
  readonly index: number
}

/** A row of two lists side by side. An element without a counterpart has a gap beside it. */
type PairedRow<A> =
  | { readonly expected: IndexedElement<A>; readonly actual: IndexedElement<A> | undefined }
  | { readonly expected: undefined; readonly actual: IndexedElement<A> }

/**
 * Both lists as one: elements in both, elements that differ (`~`, with the places), missing elements (`-`)
 * and extra ones (`+`), each with its index in its own list.
 */
export const sideBySide = <A>(
  expected: ReadonlyArray<A>,
  actual: ReadonlyArray<A>,
  eq: Eq<A>,
): ReadonlyArray<string> => {
  const rows = rowsOf(expected, actual, eq)
  const differs = rows.map((row) => !isSame(row, eq))
  const isNear = (i: number) =>
    differs.slice(Math.max(0, i - around), i + around + 1).includes(true)
  const lines: Array<string> = []
  let told = 0
  let left = 0
  rows.forEach((row, i) => {
    const isFew = told < maxRows || i >= rows.length - around
    if (rows.length > maxRows && !(isFew && (i < around || isNear(i)))) {
      left++
      return
    }
    if (left > 0) lines.push(`    ${more(left, 'rows')}`)
    left = 0
    told++
    lines.push(...linesOf(row, eq))
  })
  return left > 0 ? [...lines, `    ${more(left, 'rows')}`] : lines
}

const isSame = <A>({ expected, actual }: PairedRow<A>, eq: Eq<A>): boolean =>
  expected !== undefined && actual !== undefined && eq.equals(expected.value, actual.value)

const linesOf = <A>(row: PairedRow<A>, eq: Eq<A>): ReadonlyArray<string> => {
  if (row.expected === undefined) return line('+', row.actual)
  if (row.actual === undefined) return line('-', row.expected)
  if (isSame(row, eq)) return line(' ', row.actual)
  const places = differences(row.expected.value, row.actual.value)
  return [...line('~', row.actual), ...places.map((place) => `        ${place}`)]
}

/** Whether two lists hold the same elements in any order. */
export const sameInAnyOrder = <A>(
  expected: ReadonlyArray<A>,
  actual: ReadonlyArray<A>,
  eq: Eq<A>,
): boolean => {
  const rest = actual.slice()
  for (const value of expected) {
    const at = rest.findIndex((other) => eq.equals(value, other))
    if (at === -1) return false
    rest.splice(at, 1)
  }
  return rest.length === 0
}

const line = (mark: string, { value, index }: IndexedElement<unknown>): ReadonlyArray<string> => {
  const start = `  ${mark} [${index}] `
  return `${start}${shown(value, start.length)}`.split('\n')
}

const skip = 1
/** Less than skipping both, more than finding one of them elsewhere. */
const replace = 1.25
/** Longer lists are paired by index. */
const mostPairs = 250_000

/** The cheapest way to pair the lists, if only elements with one `type` may differ. */
const rowsOf = <A>(
  expected: ReadonlyArray<A>,
  actual: ReadonlyArray<A>,
  eq: Eq<A>,
): ReadonlyArray<PairedRow<A>> => {
  const width = actual.length + 1
  if (expected.length * actual.length > mostPairs) return byIndex(expected, actual)
  const cost = costs(expected, actual, eq)
  // there is no way beyond the last element
  const at = (i: number, j: number): number => cost[i * width + j] ?? Infinity
  const rows: Array<PairedRow<A>> = []
  let i = 0
  let j = 0
  while (i < expected.length || j < actual.length) {
    // an element is used only if its list has it
    const a = { value: expected[i] as A, index: i }
    const b = { value: actual[j] as A, index: j }
    const here = at(i, j)
    const both = i < expected.length && j < actual.length
    if (both && here === at(i + 1, j + 1) + pairCost(a.value, b.value, eq)) {
      rows.push({ expected: a, actual: b })
      i++
      j++
    } else if (here === at(i + 1, j) + skip) {
      rows.push({ expected: a, actual: undefined })
      i++
    } else {
      rows.push({ expected: undefined, actual: b })
      j++
    }
  }
  return rows
}

/** For each number of elements before, the cost of the rest of both lists. */
const costs = <A>(
  expected: ReadonlyArray<A>,
  actual: ReadonlyArray<A>,
  eq: Eq<A>,
): Float64Array => {
  const width = actual.length + 1
  const cost = new Float64Array((expected.length + 1) * width)
  for (let i = expected.length; i >= 0; i--) {
    for (let j = actual.length; j >= 0; j--) {
      const left = i < expected.length ? (cost[(i + 1) * width + j] ?? 0) + skip : Infinity
      const right = j < actual.length ? (cost[i * width + j + 1] ?? 0) + skip : Infinity
      const pair =
        i < expected.length && j < actual.length
          ? (cost[(i + 1) * width + j + 1] ?? 0) + pairCost(expected[i] as A, actual[j] as A, eq) // both are there
          : Infinity
      const least = Math.min(left, right, pair)
      cost[i * width + j] = least === Infinity ? 0 : least
    }
  }
  return cost
}

const pairCost = <A>(a: A, b: A, eq: Eq<A>): number =>
  eq.equals(a, b) ? 0 : typeOf(a) === typeOf(b) ? replace : Infinity

const typeOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined

const byIndex = <A>(
  expected: ReadonlyArray<A>,
  actual: ReadonlyArray<A>,
): ReadonlyArray<PairedRow<A>> => [
  ...expected.map((value, index) => ({
    expected: { value, index },
    actual: index < actual.length ? { value: actual[index] as A, index } : undefined, // it is there
  })),
  ...actual.slice(expected.length).map((value, i) => ({
    expected: undefined,
    actual: { value, index: expected.length + i },
  })),
]
