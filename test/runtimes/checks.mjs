// Checks that print a line each, and a count in the end.
const counts = { passed: 0, failed: 0 }

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
    console.log(`FAIL ${name} (${seconds()})\n     ${error?.message ?? error}`)
    return undefined
  }
}

/** Runs what the checks stand in; if it fails outside of them, that counts as one. */
export const checks = async (run) => {
  try {
    await run()
  } catch (error) {
    counts.failed++
    console.log(`FAIL ${error?.stack ?? error}`)
  }
  console.log(`${counts.passed} passed, ${counts.failed} failed`)
  process.exitCode = counts.failed > 0 ? 1 : 0
}
