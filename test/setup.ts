// Runs before every test file. FC_SEED fixes what the properties draw (vitest.config.ts picks and
// prints one otherwise); FC_RUNS multiplies how often: FC_RUNS=10 npm run unit.
import fc from 'fast-check'

const times = Number(process.env['FC_RUNS'] ?? 1)

/** How many runs a property takes that wants `n` of them, for its `numRuns`. */
export const runs = (n: number): number => Math.max(1, Math.round(n * times))

fc.configureGlobal({
  seed: Number(process.env['FC_SEED']),
  numRuns: runs(100),
  // laws try all their walks, however slow the machine is
  interruptAfterTimeLimit: 600_000,
})
