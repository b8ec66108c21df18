/**
 * Rows of strings in columns.
 */
import { seen } from './text.ts'

/**
 * Rows as lines, with two spaces between their columns. Every character counts as one column wide.
 */
export const aligned = (rows: ReadonlyArray<ReadonlyArray<string>>): ReadonlyArray<string> => {
  const widths: Array<number> = []
  const lines = rows.map((row) => row.map((text) => seen(text.replace(/\s+/g, ' '))))
  for (const row of lines) {
    row.forEach((text, i) => {
      widths[i] = Math.max(widths[i] ?? 0, text.length)
    })
  }
  return lines.map((row) =>
    row
      .map((text, i) => text.padEnd(widths[i] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}
