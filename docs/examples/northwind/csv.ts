// From the bytes of a CSV file to rows with named fields. What a row is, the parser says: a field in
// quotes may hold commas and line breaks, and LF, CRLF and CR each end a row. A quote that goes wrong
// spoils its own line and not the rest of the file: reading goes on with the next line.
import { CsvError } from 'csv-parse'
import { parse } from 'csv-parse/sync'
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import type { Place, Problem } from './problem.ts'

export interface Row {
  readonly place: Place
  readonly fields: Readonly<Record<string, string>>
}

/** A row that can't be divided among the columns: what it seems to consist of, and why. */
export interface BrokenRow {
  readonly place: Place
  readonly values: ReadonlyArray<string>
  readonly reason: string
}

export interface Sheet {
  readonly columns: ReadonlyArray<string>
  readonly rows: ReadonlyArray<Row>
  readonly broken: ReadonlyArray<BrokenRow>
}

/** The rows of a file that has at least these columns, or why it can't be used at all. */
export const readCsv = (
  file: string,
  text: string,
  needed: ReadonlyArray<string>,
): Either<Problem, Sheet> => {
  const [first, ...others] = readRecords(Buffer.from(text.replace(/^\uFEFF/, '')), needed)
  const header = readHeader(first, needed)
  if (E.isLeft(header)) {
    const place = { file, line: first?.line ?? 1 }
    return E.left({ place, reason: header.left, orders: [] })
  }
  const columns = header.right
  const rows: Array<Row> = []
  const broken: Array<BrokenRow> = []
  for (const { line, values, fault } of others) {
    const place = { file, line }
    if (fault !== undefined) broken.push({ place, values, reason: fault })
    else if (values.length !== columns.length) {
      const reason = `expected ${columns.length} fields (${columns.join(', ')}), found ${values.length}`
      broken.push({ place, values, reason })
    } else {
      const fields = Object.fromEntries(columns.map((name, i) => [name, values[i] ?? '']))
      rows.push({ place, fields })
    }
  }
  return E.right({ columns, rows, broken })
}

/** The names of the columns; the case of a name that is needed doesn't matter. */
const readHeader = (
  first: LocatedRecord | undefined,
  needed: ReadonlyArray<string>,
): Either<string, ReadonlyArray<string>> => {
  const expected = `expected a header with ${needed.join(', ')}`
  if (first === undefined) return E.left(`${expected}, found nothing`)
  if (first.fault !== undefined) return E.left(first.fault)
  const found = first.values.map((name) => columnName(name, needed))
  const missing = needed.filter((name) => !found.includes(name))
  if (missing.length > 0) {
    return E.left(`${expected}, found ${found.join(', ')} (missing: ${missing.join(', ')})`)
  }
  const twice = found.find((name, i) => name !== '' && found.indexOf(name) !== i)
  return twice === undefined ? E.right(found) : E.left(`${expected}, found ${twice} twice`)
}

const columnName = (written: string, needed: ReadonlyArray<string>): string => {
  const name = written.trim()
  return needed.find((other) => other === name.toLowerCase()) ?? name
}

/** A row as it stands in the file, with the line that it starts on and what is wrong with it. */
interface LocatedRecord {
  readonly line: number
  readonly values: ReadonlyArray<string>
  readonly fault: string | undefined
}

/** All rows that say anything: lines without a value between their commas are passed over. */
const readRecords = (
  bytes: Buffer,
  needed: ReadonlyArray<string>,
): ReadonlyArray<LocatedRecord> => {
  const located: Array<LocatedRecord> = []
  let header: ReadonlyArray<string> | undefined
  let at = { offset: 0, line: 1 }
  let limit = 1
  while (at.offset < bytes.length) {
    const rest = bytes.subarray(at.offset)
    const { parsed, error } = parseSome(rest, limit)
    let fault = error
    let start = 0
    for (const { values, end } of parsed) {
      const raw = rest.subarray(start, end)
      const lineEnds = countLineEnds(raw)
      if (lineEnds > 1 && !isTrusted(values, linesIn(raw.toString()), header, needed)) {
        fault = notClosed
        break
      }
      if (values.some((value) => value.trim() !== '')) {
        located.push({ line: at.line, values, fault: undefined })
        header ??= values.map((name) => columnName(name, needed))
      }
      start = end
      at = { offset: at.offset + raw.length, line: at.line + lineEnds }
    }
    limit = fault === undefined ? Math.min(2 * limit, 1_000) : 1
    if (fault !== undefined) {
      const raw = firstLine(rest.subarray(start))
      const values = raw.toString().trimEnd().replaceAll('"', '').split(',')
      located.push({ line: at.line, values, fault })
      header ??= values
      at = { offset: at.offset + raw.length, line: at.line + 1 }
    }
  }
  return located
}

interface ParsedRecord {
  readonly values: ReadonlyArray<string>
  /** The offset at which the next row starts. */
  readonly end: number
}

interface ParsedRecords {
  readonly parsed: ReadonlyArray<ParsedRecord>
  /** What is wrong with the row after these. */
  readonly error?: string
}

/** A longer row is refused: its quote is most likely open. */
const longestRow = 1_000_000

/** The next rows, at most as many as the limit says, up to one that the parser refuses. */
const parseSome = (bytes: Buffer, limit: number): ParsedRecords => {
  const parsed: Array<ParsedRecord> = []
  try {
    parse(bytes, {
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      max_record_size: longestRow,
      to: limit,
      on_record: (values: ReadonlyArray<string>, { bytes: end }) => {
        parsed.push({ values, end })
        return null
      },
    })
    return { parsed }
  } catch (thrown) {
    return { parsed, error: explain(thrown) }
  }
}

/**
 * Whether a row over several lines is one. No column that is needed can hold a line break, and where two
 * of its lines are as long as a row, it is more likely that a quote was left open.
 */
const isTrusted = (
  values: ReadonlyArray<string>,
  lines: ReadonlyArray<string>,
  header: ReadonlyArray<string> | undefined,
  needed: ReadonlyArray<string>,
): boolean =>
  header !== undefined &&
  values.length === header.length &&
  lines.filter((line) => line.split(',').length >= header.length).length < 2 &&
  needed.every((name) => linesIn(values[header.indexOf(name)] ?? '').length === 1)

const lineEnd = /\r\n|\n|\r/

/** The lines of a string; one that ends with a line end has no more after it. */
const linesIn = (text: string): ReadonlyArray<string> =>
  text.replace(/(?:\r\n|\n|\r)$/, '').split(lineEnd)

const isLineEnd = (bytes: Buffer, at: number): boolean =>
  bytes[at] === 10 || (bytes[at] === 13 && bytes[at + 1] !== 10)

const countLineEnds = (bytes: Buffer): number => {
  let count = 0
  for (let at = 0; at < bytes.length; at++) if (isLineEnd(bytes, at)) count++
  return count
}

const firstLine = (bytes: Buffer): Buffer => {
  let at = 0
  while (at < bytes.length && !isLineEnd(bytes, at)) at++
  return bytes.subarray(0, at + 1)
}

const notClosed = 'wrong quote: a quoted field does not end on its line'

const explain = (thrown: unknown): string => {
  switch (thrown instanceof CsvError ? thrown.code : undefined) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return notClosed
    case 'INVALID_OPENING_QUOTE':
      return 'wrong quote: a quote stands inside a field that does not start with one'
    case 'CSV_INVALID_CLOSING_QUOTE':
      return 'wrong quote: a field goes on after its closing quote (a quote inside is written twice)'
    case 'CSV_MAX_RECORD_SIZE':
      return `the row has more than ${longestRow} bytes; is a quote open?`
    default:
      return String(thrown)
  }
}
