// Which orders a bad row of the lines may belong to. An order without one of its lines would be half
// imported, so all of these are held back: every order of the files where it can't be told.
import * as O from 'fp-ts/lib/Option.js'
import type { Sheet } from './csv.ts'
import { parseDecimal } from './fields.ts'

/** What ids that people take for the same have in common: `1`, ` 1`, `01`, `1.0`, `１`; `a-7` and `A7`. */
const looksLike = (id: string): string => {
  const text = id.normalize('NFKC').trim().toLowerCase()
  const whole = parseDecimal(0)(text)
  return O.isSome(whole) ? String(whole.value) : text.replace(/[^\p{L}\p{N}]/gu, '')
}

/** Orders, by their ids and by what these look like. */
export interface KnownOrders {
  readonly all: ReadonlyArray<string>
  readonly has: (id: string) => boolean
  readonly like: (id: string) => ReadonlyArray<string>
}

export const knownOrders = (ids: Iterable<string>): KnownOrders => {
  const known = new Set(ids)
  const byLook = new Map<string, Array<string>>()
  for (const id of known) {
    const alike = byLook.get(looksLike(id))
    if (alike === undefined) byLook.set(looksLike(id), [id])
    else alike.push(id)
  }
  return {
    all: [...known],
    has: (id) => known.has(id),
    like: (id) => byLook.get(looksLike(id)) ?? [],
  }
}

/** How often a value is found in a column, counted when it is first asked for. */
type Occurrences = (column: number, value: string) => number

const occurrencesIn = ({ columns, rows }: Sheet): Occurrences => {
  const counted = new Map<number, Map<string, number>>()
  return (column, value) => {
    let counts = counted.get(column)
    if (counts === undefined) {
      counts = new Map()
      for (const { fields } of rows) {
        const look = looksLike(fields[columns[column] ?? ''] ?? '')
        counts.set(look, (counts.get(look) ?? 0) + 1)
      }
      counted.set(column, counts)
    }
    return counts.get(looksLike(value)) ?? 0
  }
}

/** Which orders a row may belong to; none where it can't be told. */
export type OrdersOf = (values: ReadonlyArray<string>) => ReadonlyArray<string>

export interface Concern {
  /** Of a row that can't be read. */
  readonly ofBad: OrdersOf
  /** Of a row that can be read, but names an order that is not known: its fields may have moved. */
  readonly ofUnknown: OrdersOf
}

export const concernIn = (sheet: Sheet, known: KnownOrders): Concern => {
  const { columns } = sheet
  const column = columns.indexOf('order_id')
  const occurrences = occurrencesIn(sheet)
  const whole = inWholeRow(column, known)
  const moved = inOtherColumns(column, known, occurrences)
  const long = inLongRow(column, columns.length, known)
  const short = inShortRow(column, columns.length, known, occurrences)
  const find = (values: ReadonlyArray<string>): ReadonlyArray<string> => {
    const surplus = values.length - columns.length
    if (surplus !== 0) return surplus > 0 ? long(values) : short(values)
    const own = whole(values)
    return own.length === 0 || known.has(values[column] ?? '') ? own : [...own, ...moved(values)]
  }
  return {
    ofBad: (values) => [...new Set(find(values))],
    ofUnknown: (values) => [...new Set([...whole(values), ...moved(values)])],
  }
}

const inWholeRow =
  (column: number, known: KnownOrders): OrdersOf =>
  (values) => {
    const own = values[column] ?? ''
    return known.has(own) ? [own] : known.like(own)
  }

/** The orders in columns where no other row has such a value; the row itself is counted with them. */
const inOtherColumns =
  (column: number, known: KnownOrders, occurrences: Occurrences): OrdersOf =>
  (values) =>
    values.filter((value, i) => i !== column && occurrences(i, value) <= 1).flatMap(known.like)

/** How many commas an id may hold without quotes: 10,248,000 is one number in three fields. */
const mostCommas = 3

/** The orders in the column and as far to the right of it as commas too many may have moved them. */
const inLongRow =
  (column: number, width: number, known: KnownOrders): OrdersOf =>
  (values) =>
    values.slice(column, column + values.length - width + 1).flatMap((_, i, window) =>
      Array.from({ length: mostCommas + 1 }, (__, commas) => i + commas + 1)
        .filter((end) => end <= window.length)
        .flatMap((end) => known.like(window.slice(i, end).join(''))),
    )

/**
 * The orders in the column and as far to the left of it as lacking fields may have moved them. The order
 * itself may be lacking: only a value that is in no other column that may have moved there is one for sure.
 */
const inShortRow =
  (column: number, width: number, known: KnownOrders, occurrences: Occurrences): OrdersOf =>
  (values) => {
    const lacking = width - values.length
    const from = Math.max(0, column - lacking)
    const window = values.slice(from, column + 1)
    const isSure = window.some(
      (value, i) =>
        known.like(value).length > 0 &&
        Array.from({ length: lacking + 1 }, (_, shift) => from + i + shift).every(
          (other) => other === column || occurrences(other, value) === 0,
        ),
    )
    return isSure ? window.flatMap(known.like) : []
  }
