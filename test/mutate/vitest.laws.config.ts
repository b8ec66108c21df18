// The laws of orders and of their read models, without any example.
import { defineConfig } from 'vitest/config'
import base from '../../vitest.config.ts'

export default defineConfig({
  ...base,
  test: {
    ...base.test,
    // Stryker runs tests in threads, which accept no engine flags
    execArgv: [],
    testTimeout: 600_000,
    include: ['test/order/laws.test.ts', 'test/order/ReadModels.laws.test.ts'],
    setupFiles: ['test/setup.ts', 'test/mutate/setup.ts'],
  },
})
