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
    const line = `${seen(showPath(change.path))}: ${showChange(change)}`
    lines.push(line)
    room -= line.length
  }
  return lines
}

const showChange = ({ before, after }: Change): string => {
  const wanted = before._tag === 'Some' ? `expected ${shown(before.value)}` : 'not expected'
  if (after._tag === 'None') return `${wanted}, not there`
  const alike = before._tag === 'Some' && source(before.value) === source(after.value)
  return `${wanted}, got ${alike ? another : shown(after.value)}`
}

/** Said of objects with hidden data. */
const another = 'another one that looks the same: pass an Eq to compare them'

/** Of more rows than these, those near a difference are shown, and the first and last rows. */
const maxRows = 200
const around = 3

/** The indexes of elements that belong side by side. An element without a counterpart has a gap there. */
interface PairedRow {
  readonly expected: number | undefined
  readonly actual: number | undefined
}

/**
 * Both lists as one: elements in both, elements that differ (`~`, with the places), missing elements (`-`)
 * and extra ones (`+`), each with its index in its own list.
 */
export const sideBySide = <A>(
  expected: ReadonlyArray<A>,
  actual: ReadonlyArray<A>,
  eq: Eq<A>,
): ReadonlyArray<string> => {
  const rows = cheapestRows(expected, actual, eq)
  const blocks = rows.map((row) => blockOf(row, expected, actual, eq))
  const isNear = (i: number) =>
    blocks.slice(Math.max(0, i - around), i + around + 1).some(({ differs }) => differs)
  const lines: Array<string> = []
  let shownRows = 0
  let left = 0
  const skipped = (): ReadonlyArray<string> => (left > 0 ? [`    ${more(left, 'rows')}`] : [])
  blocks.forEach(({ show }, i) => {
    const isFew = shownRows < maxRows || i >= rows.length - around
    if (rows.length > maxRows && !(isFew && (i < around || isNear(i)))) {
      left++
      return
    }
    lines.push(...skipped(), ...show())
    left = 0
    shownRows++
  })
  return [...lines, ...skipped()]
}

/** Whether a row differs, and its lines. */
const blockOf = <A>(
  { expected: i, actual: j }: PairedRow,
  expected: ReadonlyArray<A>,
  actual: ReadonlyArray<A>,
  eq: Eq<A>,
): { readonly differs: boolean; readonly show: () => ReadonlyArray<string> } => {
  // a list has the elements at its indexes; an empty row does not occur
  const [wanted, got] = [expected[i ?? 0] as A, actual[j ?? 0] as A]
  if (j === undefined) return { differs: true, show: () => elementLines('-', wanted, i ?? 0) }
  if (i === undefined) return { differs: true, show: () => elementLines('+', got, j) }
  if (eq.equals(wanted, got)) return { differs: false, show: () => elementLines(' ', got, j) }
  const places = () => differences(wanted, got).map((place) => `        ${place}`)
  return { differs: true, show: () => [...elementLines('~', got, j), ...places()] }
}

const elementLines = (mark: string, value: unknown, index: number): ReadonlyArray<string> => {
  const start = `  ${mark} [${index}] `
  return `${start}${shown(value, start.length)}`.split('\n')
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

const skip = 1
/** Less than skipping both, more than finding one of them elsewhere. */
const replace = 1.25
/** Longer lists are paired by index. */
const maxPairings = 250_000

/** The cheapest way to pair the lists, if only elements with one `type` may differ. */
const cheapestRows = <A>(
  expected: ReadonlyArray<A>,
  actual: ReadonlyArray<A>,
  eq: Eq<A>,
): ReadonlyArray<PairedRow> => {
  const [m, n] = [expected.length, actual.length]
  const row = (i: number, j: number): PairedRow => ({
    expected: i < m ? i : undefined,
    actual: j < n ? j : undefined,
  })
  if (m * n > maxPairings) return Array.from({ length: Math.max(m, n) }, (_, i) => row(i, i))
  // for each number of elements before, the cost of the rest of both lists
  const costs = new Float64Array((m + 1) * (n + 1))
  const at = (i: number, j: number): number =>
    i > m || j > n ? Infinity : (costs[i * (n + 1) + j] ?? 0)
  const paired = (i: number, j: number): number =>
    i < m && j < n ? at(i + 1, j + 1) + pairCost(expected[i] as A, actual[j] as A, eq) : Infinity // both are there
  for (let i = m; i >= 0; i--) {
    for (let j = i === m ? n - 1 : n; j >= 0; j--) {
      costs[i * (n + 1) + j] = Math.min(at(i + 1, j) + skip, at(i, j + 1) + skip, paired(i, j))
    }
  }
  const rows: Array<PairedRow> = []
  for (let i = 0, j = 0; i < m || j < n;) {
    const isPair = at(i, j) === paired(i, j)
    const isMissing = !isPair && at(i, j) === at(i + 1, j) + skip
    rows.push(row(isPair || isMissing ? i : m, isMissing ? n : j))
    if (isPair || isMissing) i++
    if (!isMissing) j++
  }
  return rows
}

const pairCost = <A>(a: A, b: A, eq: Eq<A>): number =>
  eq.equals(a, b) ? 0 : typeFieldOf(a) === typeFieldOf(b) ? replace : Infinity

const typeFieldOf = (value: unknown): unknown =>
  typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined
