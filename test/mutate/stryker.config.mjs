// What Stryker changes in src/, and how it checks that a test notices. Run by mutate.mjs. All paths start
// at the root of the project.

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  mutate: ['src/*.ts', 'src/{[A-Z]*,internal}/**/*.ts', 'src/order/**/*.ts', 'src/testing/**/*.ts'],
  testRunner: 'vitest',
  vitest: { configFile: 'test/mutate/vitest.config.ts' },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  // The report asks for a reason for each mutant that the clock stopped: on a busy machine it may only
  // be slow.
  timeoutMS: 8_000,
  timeoutFactor: 1,
  dryRunTimeoutMinutes: 30,
  // The tests run on a copy of the project, so src/ is never written to.
  tempDirName: '.build/stryker',
  ignorePatterns: [
    '/dist',
    '/docs/.vitepress',
    '/.build',
    '/.data',
    '/test/bench',
    '/test/northwind',
  ],
  // Stryker would rewrite the tsconfig.json of the copy with the compiler's older interface, which
  // TypeScript 7 does not have. No path in it leaves the copy, so there is nothing to rewrite.
  tsconfigFile: 'none',
  incrementalFile: '.build/mutate/incremental.json',
  jsonReporter: { fileName: '.build/mutate/report.json' },
  htmlReporter: { fileName: '.build/mutate/report.html' },
  reporters: ['progress-append-only', 'clear-text', 'json', 'html'],
  clearTextReporter: { reportTests: false, reportMutants: false, logTests: false },
}
