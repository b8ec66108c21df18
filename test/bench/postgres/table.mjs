// The figures of a run as text: the table that is printed, and the same as Markdown.
import Table from 'cli-table3'

const count = (n) => Math.round(n).toLocaleString('en')
const milliseconds = (n) => n.toFixed(n < 1 ? 2 : n < 10 ? 1 : 0)

const figures = ({ rate, p50, p99 }, unit) =>
  `${count(rate)} ${unit}${p50 === undefined ? '' : `, p50 ${milliseconds(p50)} ms, p99 ${milliseconds(p99)} ms`}`

export const goalOf = ({ goal }) => {
  if (goal === undefined) return ''
  return goal.atLeast === undefined ? `≤ ${goal.atMost}` : `≥ ${goal.atLeast}`
}

const noted = ({ what, more }) =>
  more === undefined
    ? what
    : `${what} (${Object.entries(more)
        .map(([name, n]) => `${name} ${n}`)
        .join(', ')})`

const heads = ['what', 'measured', 'against', 'ratio', 'of rounds', 'goal', 'goal met']

const cells = (row) => [
  noted(row),
  figures(row.measured, row.unit),
  `${row.against}: ${figures(row.base, row.unit)}`,
  row.ratio.toFixed(2),
  `${row.lowest.toFixed(2)}–${row.highest.toFixed(2)}`,
  goalOf(row),
  row.goal === undefined ? '' : row.isMet ? 'met' : 'missed',
]

export const table = ({ rows }) => {
  const shown = new Table({ head: heads, style: { head: [], border: [] } })
  for (const row of rows) shown.push(cells(row))
  return shown.toString()
}

/** As oxfmt writes it: columns are as wide as their widest cell. */
export const markdown = ({ rows }) => {
  const lines = [heads, ...rows.map(cells)]
  const widths = heads.map((_, i) => Math.max(...lines.map((line) => line[i].length)))
  const lineOf = (line) => `| ${line.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`
  const rule = lineOf(widths.map((width) => '-'.repeat(width)))
  return [lineOf(heads), rule, ...lines.slice(1).map(lineOf)].join('\n')
}

const listed = (values, between) =>
  Object.entries(values)
    .map(([name, value]) => `${name}${between}${value}`)
    .join(', ')

/** What it was measured on, in a line. */
export const whereOf = ({ machine, versions, settings, rounds, seconds, loadBefore }) =>
  [
    `${machine.cpu}, ${machine.cores} cores, ${machine.memoryGiB} GiB`,
    listed(versions, ' '),
    listed(settings, ' '),
    `medians of ${rounds} rounds of ${seconds} s, load ${loadBefore} before`,
  ].join('; ')
