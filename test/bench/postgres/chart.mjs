// The chart of a run as SVG: a bar for each row that has a goal, as long as its ratio is times the goal.
import { goalOf } from './table.mjs'

const [left, width, right] = [480, 400, 150]
const [top, step, bar] = [74, 34, 18]
/** The axis ends at so many times the goal; what is longer is cut off there. */
const longest = 3

const escaped = (text) =>
  text.replace(
    /[&<>"]/g,
    (found) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[found],
  )

/** How many times the goal is reached: 1 is the goal itself, also where less is better. */
const reach = ({ ratio, goal }) =>
  goal.atLeast === undefined ? goal.atMost / ratio : ratio / goal.atLeast

const place = (times) => left + (Math.min(times, longest) / longest) * width

const barOf = (row, i) => {
  const times = reach(row)
  const [y, end] = [top + i * step, place(times)]
  const middle = y + bar / 2 + 4
  const isCut = times > longest
  const ratio = `${row.ratio.toFixed(2)}${isCut ? ' →' : ''}`
  return `<g>
<title>${escaped(`${row.what}, against ${row.against}: ${row.ratio.toFixed(2)}, goal ${goalOf(row)}`)}</title>
<text x="${left - 12}" y="${y + 7}" text-anchor="end">${escaped(row.what)}</text>
<text x="${left - 12}" y="${y + 20}" text-anchor="end" class="small">against ${escaped(row.against)}</text>
<rect x="${left}" y="${y}" width="${(end - left).toFixed(1)}" height="${bar}" rx="2" class="${row.isMet ? 'met' : 'missed'}"/>
<text x="${left + width + 12}" y="${middle}" class="${row.isMet ? 'strong' : 'strong missedText'}">${ratio}</text>
<text x="${left + width + 70}" y="${middle}" class="small">goal ${escaped(goalOf(row))}</text>
</g>`
}

const style = `text { font: 13px system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif; fill: #1f2328 }
.title { font-size: 16px; font-weight: 600 }
.small { font-size: 11px; fill: #59636e }
.strong { font-weight: 600 }
.paper { fill: #ffffff }
.met { fill: #2c6fbb }
.missed { fill: #c4561a }
.missedText { fill: #a8430f }
.goal { stroke: #1f2328; stroke-width: 1.5; stroke-dasharray: 4 3 }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3 }
.small { fill: #9aa4af }
.paper { fill: #0d1117 }
.met { fill: #5a9fe6 }
.missed { fill: #e8834a }
.missedText { fill: #f0986a }
.goal { stroke: #e6edf3 }
}`

/** @returns {string} the text of an SVG file, the same for the same figures */
export const chart = ({ rows, machine, versions, settings }) => {
  const shown = rows.filter(({ goal }) => goal !== undefined)
  const end = top + shown.length * step
  const [all, height] = [left + width + right, end + 34]
  const goal = place(1)
  const where = `${machine.cpu}, ${machine.cores} cores; PostgreSQL ${versions.postgresql}, fsync ${settings.fsync}; node ${versions.node}`
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${all}" height="${height}" viewBox="0 0 ${all} ${height}" role="img">
<title>decider-ts on a PostgreSQL server, each ratio beside its goal</title>
<style>
${style}
</style>
<rect width="${all}" height="${height}" rx="6" class="paper"/>
<text x="16" y="28" class="title">On a PostgreSQL server, measured side by side</text>
<text x="16" y="46" class="small">A bar that passes the line meets its goal. Ratios of times (≤) are drawn as the goal over the ratio.</text>
<text x="${goal}" y="${top - 12}" text-anchor="middle" class="small">goal</text>
${shown.map(barOf).join('\n')}
<line x1="${goal}" y1="${top - 7}" x2="${goal}" y2="${end - step + bar + 7}" class="goal"/>
<text x="16" y="${height - 14}" class="small">${escaped(where)}</text>
</svg>
`
}
