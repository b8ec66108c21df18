// Callers that all decide on one stream.
import { inEight, inOne, tellRefused } from './appends.mjs'
import { compare, rowOf } from './rows.mjs'

/** Eight processes, and whether each gets its share. */
const rivalRows = async (setting) => {
  let rounds = []
  const row = await compare({
    rounds: setting.rounds,
    id: 'hot-8x8',
    what: '8 processes × 8 callers, commands to one stream',
    against: '64 callers of one process, one stream',
    unit: 'commands/s',
    goal: { atLeast: 0.1 },
    run: inEight(setting, 'hotCommands'),
    base: inOne(setting, 64, 'hotCommands'),
    tell: (measured) => {
      rounds = measured
      return tellRefused(measured)
    },
  })
  const share = rowOf({
    id: 'hot-8x8-share',
    what: 'the slowest of these processes',
    against: 'the fastest',
    unit: 'commands/s',
    goal: { atLeast: 0.5 },
    ratios: rounds.map(({ slowest, fastest }) => slowest / fastest),
    measured: rounds.map(({ slowest }) => ({ rate: slowest })),
    others: rounds.map(({ fastest }) => ({ rate: fastest })),
  })
  return [row, share]
}

export const hotRows = async (setting) => [
  await compare({
    rounds: setting.rounds,
    id: 'hot-64',
    what: '64 callers, commands to one stream',
    against: '64 callers, 64 streams',
    unit: 'commands/s',
    goal: { atLeast: 0.5 },
    // one that is refused throws
    run: inOne(setting, 64, 'hotCommands'),
    base: inOne(setting, 64, 'commands'),
  }),
  ...(await rivalRows(setting)),
]
