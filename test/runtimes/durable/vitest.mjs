// As much of vitest as the contracts ask for, where there is no process to start it in: tests are
// collected, and run one after another. The assertions are vitest's own.
import {
  addCustomEqualityTesters,
  chai,
  getState,
  GLOBAL_EXPECT,
  JestAsymmetricMatchers,
  JestChaiExpect,
  JestExtend,
} from '@vitest/expect'

chai.use(JestExtend)
chai.use(JestChaiExpect)
chai.use(JestAsymmetricMatchers)

export const expect = (value, message) => chai.expect(value, message)
globalThis[GLOBAL_EXPECT] = expect
Object.assign(expect, chai.expect, { getState: () => getState(expect), addCustomEqualityTesters })

const tests = []
let suite = ''

export const describe = (name, body) => {
  suite = name
  body()
}
export const it = (name, body) => {
  tests.push({ name: `${suite}: ${name}`, body })
}
it.each = (cases) => (name, body) => {
  for (const each of cases) it(name.replace('%s', each), () => body(each))
}

/** The name of each test, with the reason why it failed, or null. */
export const runTests = async () => {
  const results = []
  for (const { name, body } of tests) {
    try {
      await body()
      results.push({ name, error: null })
    } catch (error) {
      results.push({ name, error: String(error?.stack ?? error) })
    }
  }
  return results
}
