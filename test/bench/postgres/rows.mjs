// A row of the table: two contestants that take turns, and the median of the ratios of their rounds.
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { median } from '../measure.mjs'

const rounded = (n) => (n === undefined ? undefined : Number(n.toPrecision(4)))

const middle = (measured) =>
  Object.fromEntries(
    ['rate', 'p50', 'p99'].map((key) => [key, rounded(median(measured.map((one) => one[key])))]),
  )

// so that nobody tidies up what the other one left
setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc')

/**
 * @param {object} given
 * @param {string} given.id
 * @param {string} given.what
 * @param {string} given.against
 * @param {string} given.unit of the rates, such as `commits/s`
 * @param {{ atLeast?: number, atMost?: number }} [given.goal] of the ratio of the rates, or of the times if it is `atMost`
 * @param {number} given.rounds
 * @param {() => Promise<{ rate: number, p50?: number, p99?: number }>} given.run
 * @param {typeof given.run} given.base
 * @param {(rounds: ReadonlyArray<{}>) => Record<string, number>} [given.tell] further figures, from those of `run`
 */
export const compare = async ({ id, what, against, unit, goal, rounds, run, base, tell }) => {
  const [measured, others] = [[], []]
  for (let round = 0; round < rounds; round++) {
    collect()
    others.push(await base())
    collect()
    measured.push(await run())
  }
  const isTime = goal?.atMost !== undefined
  const ratios = measured.map(({ rate }, i) =>
    isTime ? others[i].rate / rate : rate / others[i].rate,
  )
  return rowOf({ id, what, against, unit, goal, ratios, measured, others, more: tell?.(measured) })
}

export const rowOf = ({ id, what, against, unit, goal, ratios, measured, others, more }) => {
  const ratio = median(ratios)
  const row = {
    id,
    what,
    against,
    unit,
    measured: middle(measured),
    base: middle(others),
    rounds: ratios.length,
    ratio: rounded(ratio),
    lowest: rounded(Math.min(...ratios)),
    highest: rounded(Math.max(...ratios)),
    ...(goal === undefined ? {} : { goal, isMet: isMet(ratio, goal) }),
    ...(more === undefined ? {} : { more }),
  }
  process.stderr.write(`${what}, against ${against}: ${row.ratio}\n`)
  return row
}

const isMet = (ratio, { atLeast = -Infinity, atMost = Infinity }) =>
  ratio >= atLeast && ratio <= atMost
