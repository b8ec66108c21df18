/**
 * Mutual exclusion by key, first come, first served.
 *
 * Laws:
 *
 * 1. of each key, one turn runs at a time, in the order of the requests
 * 2. turns of different keys do not wait for each other
 * 3. a request that is given up while waiting never runs, and blocks no other
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { CallOptions, GivenUp } from '../../store/EventStore.ts'
import { bounded } from './bounded.ts'
import { right } from '../../internal/either.ts'

export interface Turns {
  /** Requests a turn: `undefined` if it starts at once, otherwise the wait for it. */
  readonly enter: (key: string, options: CallOptions) => Promise<Either<GivenUp, true>> | undefined
  /** Ends a turn. */
  readonly leave: (key: string) => void
  /** Runs a function as a turn. */
  readonly take: <F, A>(
    key: string,
    options: CallOptions,
    run: () => Promise<Either<F, A>>,
  ) => Promise<Either<F | GivenUp, A>>
}

type WaitingLine = Set<() => void>

/** The line of a turn for which nobody waits; shared, so that such a turn allocates nothing. */
const nobody: WaitingLine = new Set()

export const turns = (): Turns => {
  /** Waiting requests by key; a key is present while a turn of it runs. */
  const waiting = new Map<string, WaitingLine>()
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
    line: WaitingLine,
    options: CallOptions,
  ): Promise<Either<GivenUp, true>> => {
    let next = (): void => {}
    const turn = new Promise<Either<never, true>>((resolve) => {
      next = () => resolve(right(true))
    })
    line.add(next)
    const waited = await bounded('wait', options, () => turn)
    // the turn may have started at the moment it was given up: then pass it on
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
  return { enter, leave, take: takeTurn(enter, leave) }
}

const takeTurn =
  (enter: Turns['enter'], leave: Turns['leave']): Turns['take'] =>
  async (key, options, run) => {
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
  }
