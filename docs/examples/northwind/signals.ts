// Asked to stop, the program ends what it has begun and closes the database; asked twice, it dies.
import { constants } from 'node:os'

export interface Signals {
  readonly stopped: () => boolean
  /** What a shell expects of a process that a signal ended; 0 where none came. */
  readonly exitCode: () => number
}

export const listen = (onSignal: () => void): Signals => {
  let code = 0
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(name, () => {
      code = 128 + constants.signals[name]
      onSignal()
    })
  }
  return { stopped: () => code !== 0, exitCode: () => code }
}
