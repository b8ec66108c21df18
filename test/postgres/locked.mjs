// One process at a time, for what is made once and kept under .build/.
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What is kept from one run to the next. */
export const kept = join(import.meta.dirname, '../../.build/postgres')

const wait = (milliseconds) =>
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)

const isAlive = (pid) => {
  try {
    return process.kill(pid, 0)
  } catch (cause) {
    return cause.code === 'EPERM'
  }
}

/** Whether whoever holds the lock died; a lock that does not yet say whose it is counts after a while. */
const isAbandoned = (lock) => {
  try {
    return !isAlive(Number(readFileSync(join(lock, 'pid'), 'utf8')))
  } catch {
    const made = statSync(lock, { throwIfNoEntry: false })?.mtimeMs
    return made !== undefined && Date.now() - made > 10_000
  }
}

/** Runs a function while no other process runs one under the same name. */
export const locked = (name, run) => {
  const lock = join(kept, `${name}.lock`)
  mkdirSync(kept, { recursive: true })
  for (;;) {
    try {
      mkdirSync(lock)
      break
    } catch {
      if (isAbandoned(lock)) rmSync(lock, { recursive: true, force: true })
      wait(50)
    }
  }
  try {
    writeFileSync(join(lock, 'pid'), String(process.pid))
    return run()
  } finally {
    rmSync(lock, { recursive: true, force: true })
  }
}
