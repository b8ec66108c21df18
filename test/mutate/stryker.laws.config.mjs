// Orders judged by the laws in test/order and by nothing else.
import base from './stryker.config.mjs'

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  ...base,
  mutate: ['src/order/**/*.ts'],
  vitest: { configFile: 'test/mutate/vitest.laws.config.ts' },
  tempDirName: '.build/stryker-laws',
  incrementalFile: '.build/mutate/laws-incremental.json',
  jsonReporter: { fileName: '.build/mutate/laws.json' },
  htmlReporter: { fileName: '.build/mutate/laws.html' },
}
