// A table as text: numbers to the right, no lines but the one under the header.
import { styleText } from 'node:util'
import Table from 'cli-table3'

/** How headings and what matters less are told apart: by colour on a terminal, or not at all. */
export interface Style {
  readonly heading: (text: string) => string
  readonly quiet: (text: string) => string
}

export const colours: Style = {
  heading: (text) => styleText('bold', text),
  quiet: (text) => styleText('dim', text),
}

export const plain: Style = { heading: (text) => text, quiet: (text) => text }

export interface Column {
  readonly title: string
  readonly align?: 'left' | 'right'
}

const nothing = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', 'mid-mid': '', right: '', 'right-mid': '', middle: '' },
}

/** A table under its name and a sentence that says what it shows. */
export const showTable = (
  style: Style,
  name: string,
  caption: string,
  columns: ReadonlyArray<Column>,
  rows: ReadonlyArray<ReadonlyArray<string>>,
): string => {
  const table = new Table({
    head: columns.map(({ title }) => title),
    colAligns: columns.map(({ align = 'left' }) => align),
    chars: nothing,
    style: { head: [], border: [], compact: true },
  })
  table.push(...rows.map((row) => [...row]))
  const lines = table.toString().split('\n')
  const body = lines.map((line) => line.trimEnd()).join('\n')
  return `${style.heading(name)}  ${style.quiet(caption)}\n${body}\n`
}
