// Checks that print a line each, and a count in the end.
const counts = { passed: 0, failed: 0 }

/** What an error says, and what it was caused by. */
const reasons = (error) =>
  [error?.message ?? error, ...(error?.cause === undefined ? [] : [reasons(error.cause)])].join(
    ': ',
  )

/** Runs a check, and gives what it gives; `undefined` where it failed. */
export const check = async (name, run) => {
  const start = performance.now()
  const seconds = () => `${((performance.now() - start) / 1000).toFixed(1)} s`
  try {
    const result = await run()
    counts.passed++
    console.log(`ok   ${name} (${seconds()})`)
    return result
  } catch (error) {
    counts.failed++
    console.log(`FAIL ${name} (${seconds()})\n     ${reasons(error)}`)
    return undefined
  }
}

const minutes = 10

/**
 * Runs what the checks stand in; if it fails outside of them, that counts as one. What has not ended
 * after ten minutes, such as a tab that waits for ever, has failed.
 */
export const checks = async (run) => {
  setTimeout(() => {
    console.log(`FAIL not done after ${minutes} minutes\n${counts.passed} passed, 1 failed`)
    process.exit(1)
  }, minutes * 60_000).unref()
  try {
    await run()
  } catch (error) {
    counts.failed++
    console.log(`FAIL ${error?.stack ?? error}`)
  }
  console.log(`${counts.passed} passed, ${counts.failed} failed`)
  process.exitCode = counts.failed > 0 ? 1 : 0
}
