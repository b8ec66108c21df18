/**
 * Turns for what must not run at the same time: first come, first served, one line a key.
 *
 * Laws:
 *
 * 1. of one key, one turn runs at a time, in the order in which they were asked for
 * 2. turns of different keys do not wait for each other
 * 3. who is given up while waiting never gets the turn, and holds up nobody
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { CallOptions, GivenUp } from '../../store/EventStore.ts'
import { bounded } from './bounded.ts'
import { right } from '../../internal/either.ts'

export interface Turns {
  /** Asks for a turn: nothing where it has come at once, or the wait for it. */
  readonly enter: (key: string, options: CallOptions) => Promise<Either<GivenUp, true>> | undefined
  /** Ends the turn that has come. */
  readonly leave: (key: string) => void
  /** Runs something as a turn. */
  readonly take: <F, A>(
    key: string,
    options: CallOptions,
    run: () => Promise<Either<F, A>>,
  ) => Promise<Either<F | GivenUp, A>>
}

type Line = Set<() => void>

/** Stands for the line of a turn that nobody waits for. */
const nobody: Line = new Set()

export const turns = (): Turns => {
  /** Who waits, by key; a key is here as long as a turn of it runs. */
  const waiting = new Map<string, Line>()
  const leave = (key: string): void => {
    const line = waiting.get(key) ?? nobody
    for (const next of line) {
      line.delete(next)
      return next()
    }
    waiting.delete(key)
  }
  const wait = async (
    key: string,
    line: Line,
    options: CallOptions,
  ): Promise<Either<GivenUp, true>> => {
    let next = (): void => {}
    const turn = new Promise<Either<never, true>>((resolve) => {
      next = () => resolve(right(true))
    })
    line.add(next)
    const waited = await bounded('wait', options, () => turn)
    // the turn may have come at the moment in which it was given up: then it is handed on
    if (waited._tag === 'Left' && !line.delete(next)) leave(key)
    return waited
  }
  const enter: Turns['enter'] = (key, options) => {
    let line = waiting.get(key)
    if (line === undefined) {
      waiting.set(key, nobody)
      return undefined
    }
    if (line === nobody) {
      line = new Set()
      waiting.set(key, line)
    }
    return wait(key, line, options)
  }
  return {
    enter,
    leave,
    take: async (key, options, run) => {
      const turn = enter(key, options)
      if (turn !== undefined) {
        const waited = await turn
        if (waited._tag === 'Left') return waited
      }
      try {
        return await run()
      } finally {
        leave(key)
      }
    },
  }
}
