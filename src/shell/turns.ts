/**
 * Turns for what must not run at the same time: first come, first served, one line a key.
 *
 * Laws:
 *
 * 1. of one key, one turn runs at a time, in the order in which they were asked for
 * 2. turns of different keys do not wait for each other
 * 3. who is given up while waiting never gets the turn, and holds up nobody
 *
 * @internal
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { CallOptions, GivenUp } from '../store/EventStore.ts'
import { bounded } from './bounded.ts'

export interface Turns {
  readonly take: <F, A>(
    key: string,
    options: CallOptions,
    run: () => Promise<Either<F, A>>,
  ) => Promise<Either<F | GivenUp, A>>
}

export const turns = (): Turns => {
  /** Who waits, by key; a key is here as long as a turn of it runs. */
  const waiting = new Map<string, Set<() => void>>()
  const pass = (key: string, line: Set<() => void>): void => {
    for (const next of line) {
      line.delete(next)
      return next()
    }
    waiting.delete(key)
  }
  return {
    take: async (key, options, run) => {
      const line = waiting.get(key)
      if (line === undefined) waiting.set(key, new Set())
      else {
        let next = (): void => {}
        const turn = new Promise<Either<never, true>>((resolve) => {
          next = () => resolve({ _tag: 'Right', right: true })
        })
        line.add(next)
        const waited = await bounded('wait', options, () => turn)
        if (waited._tag === 'Left') {
          // the turn may have come at the same moment: then it is handed on
          if (!line.delete(next)) pass(key, line)
          return waited
        }
      }
      try {
        return await run()
      } finally {
        pass(key, waiting.get(key) ?? new Set())
      }
    },
  }
}
