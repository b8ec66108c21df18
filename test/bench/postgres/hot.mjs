// Callers that all decide on one stream.
import { median } from '../measure.mjs'
import { inEight, inOne, tellRefused } from './appends.mjs'
import { compare } from './rows.mjs'

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
  await compare({
    rounds: setting.rounds,
    id: 'hot-8x8',
    what: '8 processes × 8 callers, commands to one stream',
    against: '64 callers of one process, one stream',
    unit: 'commands/s',
    goal: { atLeast: 0.1 },
    run: inEight(setting, 'hotCommands'),
    base: inOne(setting, 64, 'hotCommands'),
    tell: (measured) => ({
      ...tellRefused(measured),
      'slowest / fastest process': Number(median(measured.map(({ share }) => share)).toFixed(2)),
    }),
  }),
]
