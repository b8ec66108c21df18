// Unit, property and contract tests, run on the sources. The properties of one run share a seed.
import { defineConfig } from 'vitest/config'

const seed = (process.env['FC_SEED'] ??= String(Math.floor(Math.random() * 2 ** 31)))
console.log(`fast-check seed ${seed}; repeat with FC_SEED=${seed} npm test`)

const src = (path: string): string => new URL(`src/${path}`, import.meta.url).pathname

export default defineConfig({
  resolve: {
    alias: [
      { find: /^decider-ts$/, replacement: src('index.ts') },
      { find: /^decider-ts\/order$/, replacement: src('order/index.ts') },
      { find: /^decider-ts\/(.+)$/, replacement: src('$1.ts') },
    ],
  },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: [
      'test/bench/**',
      'test/mutate/**',
      '**/node_modules/**',
      // tests that take long run by npm run long, after all others
      ...(process.env['LONG'] === undefined ? ['test/**/*.long.test.ts'] : []),
    ],
    setupFiles: ['test/setup.ts'],
    globalSetup: ['test/postgres/globalSetup.ts'],
    // the tests leave nothing behind in the modules that they load
    isolate: false,
    // each core, also where there are only two
    maxWorkers: '100%',
    // no test lasts long enough to pay for the optimised machine code of a whole database
    execArgv: ['--liftoff-only'],
    // for machines that are busy with other things; what hangs hangs for ever anyway
    testTimeout: 120_000,
    hookTimeout: 240_000,
    coverage: {
      include: ['src/*.ts', 'src/{codec,order}/**/*.ts'],
      reporter: [['text', { skipFull: true }]],
      reportsDirectory: '.build/coverage',
      thresholds: { 100: true },
    },
  },
})
