// Stores under fire on a PostgreSQL server of their own, for as long as it takes: `npm run soak`, on the built
// package. Each scenario prints a line of figures; its history is checked. Ends with 1 if a law does not hold.
import { parseArgs } from 'node:util'
import { startServer } from '../postgres/server.mjs'
import * as all from './scenarios.mjs'
import { errands } from './errandsScenario.mjs'
import { seats } from './seatsScenario.mjs'

const scenarios = new Map(Object.entries({ ...all, seats, errands }))

const { values } = parseArgs({
  options: {
    /** How long the writers write; the scenarios that last some time take a tenth of it. */
    minutes: { type: 'string', default: '10' },
    /** How often processes are killed; the server is killed a quarter as often. */
    kills: { type: 'string', default: '200' },
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    only: { type: 'string', multiple: true, default: [...scenarios.keys()] },
  },
})
const [minutes, kills, seed] = [values.minutes, values.kills, values.seed].map(Number)

const limits = {
  writers: { seconds: minutes * 60 },
  nodeKills: { times: kills },
  serverKills: { times: Math.ceil(kills / 4) },
  cuts: { seconds: minutes * 6 },
  owners: { seconds: minutes * 6 },
  everything: { times: Math.ceil(kills / 10) },
  errands: { times: kills },
  seats: { seconds: minutes * 6 },
  hotStream: { seconds: Math.min(minutes * 12, 60) },
}

console.log(`seed ${seed}; repeat with npm run soak -- --seed ${seed}`)
const server = await startServer({ settings: { max_connections: 150 } })
try {
  for (const name of values.only) {
    const run = scenarios.get(name)
    if (run === undefined) throw new Error(`there is no scenario ${name}`)
    const { isRight, faults, figures } = await run({ server, seed, ...limits[name] })
    const line = Object.entries(figures).map(([what, n]) => `${what} ${n}`)
    console.log(`${name}: ${line.join(', ')}, violations ${isRight ? 0 : 'FOUND'}`)
    if (!isRight) {
      console.log(`${faults}\nseed ${seed}`)
      process.exitCode = 1
    }
  }
} finally {
  await server.stop()
}
