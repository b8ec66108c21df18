// From the text of a CSV file to rows with named fields. Each line is parsed on its own, so that one
// wrong quote spoils one row and not the rest of the file; a field can't contain a line break.
import { CsvError } from 'csv-parse'
import { parse } from 'csv-parse/sync'
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import type { Option } from 'fp-ts/lib/Option.js'
import type { Place, Problem } from './problem.ts'

export interface Row {
  readonly place: Place
  readonly fields: Readonly<Record<string, string>>
}

/** The rows that could be read, and what is wrong with the others. */
export interface Sheet {
  readonly rows: ReadonlyArray<Row>
  readonly problems: ReadonlyArray<Problem>
}

/** The rows of a file that has at least these columns, or why it can't be used at all. */
export const readCsv = (
  file: string,
  text: string,
  columns: ReadonlyArray<string>,
): Either<Problem, Sheet> => {
  const [first = '', ...lines] = text.replace(/^\uFEFF/, '').split(/\r?\n/)
  const header = readHeader(first, columns)
  if (E.isLeft(header)) {
    return E.left({ place: { file, line: 1 }, reason: header.left, orderId: O.none })
  }
  const rows: Array<Row> = []
  const problems: Array<Problem> = []
  for (const [index, line] of lines.entries()) {
    if (line.trim() === '') continue
    const place = { file, line: index + 2 }
    const fields = readRow(line, header.right)
    if (E.isRight(fields)) rows.push({ place, fields: fields.right })
    else problems.push({ place, reason: fields.left, orderId: guessOrder(line, header.right) })
  }
  return E.right({ rows, problems })
}

const readHeader = (
  line: string,
  needed: ReadonlyArray<string>,
): Either<string, ReadonlyArray<string>> => {
  const expected = `expected a header with ${needed.join(', ')}`
  if (line.trim() === '') return E.left(`${expected}, found nothing`)
  const header = readLine(line)
  if (E.isLeft(header)) return header
  const found = header.right
  const missing = needed.filter((name) => !found.includes(name))
  if (missing.length > 0) {
    return E.left(`${expected}, found ${found.join(', ')} (missing: ${missing.join(', ')})`)
  }
  const twice = found.find((name, index) => found.indexOf(name) !== index)
  return twice === undefined ? E.right(found) : E.left(`${expected}, found ${twice} twice`)
}

const readRow = (
  line: string,
  header: ReadonlyArray<string>,
): Either<string, Readonly<Record<string, string>>> => {
  const row = readLine(line)
  if (E.isLeft(row)) return row
  const values = row.right
  return values.length === header.length
    ? E.right(Object.fromEntries(header.map((name, i) => [name, values[i] ?? ''])))
    : E.left(`expected ${header.length} fields (${header.join(', ')}), found ${values.length}`)
}

const readLine = (line: string): Either<string, ReadonlyArray<string>> =>
  E.tryCatch(
    () => parse(line, { relax_column_count: true })[0] ?? [],
    (thrown) => `wrong quote: ${explain(thrown)}`,
  )

const explain = (thrown: unknown): string => {
  switch (thrown instanceof CsvError ? thrown.code : undefined) {
    case 'CSV_QUOTE_NOT_CLOSED':
      return 'a quoted field does not end on its line'
    case 'INVALID_OPENING_QUOTE':
      return 'a quote stands inside a field that does not start with one'
    case 'CSV_INVALID_CLOSING_QUOTE':
      return 'a field goes on after its closing quote (a quote inside is written twice)'
    default:
      return String(thrown)
  }
}

/** The order that a broken row most likely belongs to: what stands in its column, quotes or not. */
const guessOrder = (line: string, header: ReadonlyArray<string>): Option<string> => {
  const id = line.split(',')[header.indexOf('order_id')]?.replaceAll('"', '').trim()
  return id === undefined || id === '' ? O.none : O.some(id)
}
