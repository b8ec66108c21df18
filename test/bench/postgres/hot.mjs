// Callers that all decide on one stream.
import { inEightNew, inOne, tellRefused, withEight } from './appends.mjs'
import { compare, rowOf } from './rows.mjs'

/** Eight processes, and whether each gets its share. */
const rivalRows = async (setting) => {
  let rounds = []
  const against = {
    rounds: setting.rounds,
    against: '64 callers of one process, one stream',
    unit: 'commands/s',
    base: inOne(setting, 64, 'hotCommands'),
  }
  const row = await withEight(setting, 'hotCommands', (run) =>
    compare({
      ...against,
      id: 'hot-8x8',
      what: '8 processes × 8 callers, commands to one stream',
      goal: { atLeast: 0.1 },
      run,
      tell: (measured) => {
        rounds = measured
        return tellRefused(measured)
      },
    }),
  )
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
  const started = await compare({
    ...against,
    id: 'hot-8x8-new',
    what: 'the same, by processes that have just started',
    run: inEightNew(setting, 'hotCommands'),
    tell: tellRefused,
  })
  return [row, share, started]
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
