// A table as text, with no lines but the one under the header.
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

/** Everything that cli-table3 can draw between cells, but for the line under the header. */
const edges =
  'top top-mid top-left top-right bottom bottom-mid bottom-left bottom-right ' +
  'left left-mid mid-mid middle right right-mid'

const nothing = Object.fromEntries(edges.split(' ').map((edge) => [edge, '']))

/**
 * A table under its name and a sentence that says what it shows. The columns are given by their
 * titles, separated by commas; those after a `>` stand to the right.
 */
export const showTable = (
  style: Style,
  name: string,
  caption: string,
  columns: string,
  rows: ReadonlyArray<ReadonlyArray<string>>,
): string => {
  const titles = columns.split(', ')
  const table = new Table({
    head: titles.map((title) => title.replace('>', '')),
    colAligns: titles.map((title) => (title.startsWith('>') ? 'right' : 'left')),
    chars: nothing,
    style: { head: [], border: [], compact: true },
  })
  table.push(...rows.map((row) => [...row]))
  const lines = table.toString().split('\n')
  const body = lines.map((line) => line.trimEnd()).join('\n')
  return `${style.heading(name)}  ${style.quiet(caption)}\n${body}\n`
}
