/**
 * Waits with a limit: for a hint or a time, and for read models to reach a position.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import { left, right } from '../../internal/either.ts'
import type { CallOptions, GivenUp } from '../../store/EventStore.ts'
import { bounded } from '../internal/bounded.ts'
import type { Generation, ReadModelTables, TablesUnavailable } from './tables.ts'
import type { ReadModelStopped } from './model.ts'

/** Waits some milliseconds, or until the hint or the signal. Returns whether it was the hint. */
export const pauseUntilHint = (
  milliseconds: number,
  signal: AbortSignal,
  hint: Promise<unknown> | undefined,
): Promise<boolean> =>
  new Promise((resolve) => {
    const end = (isHinted: boolean): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', abort)
      resolve(isHinted)
    }
    const abort = (): void => end(false)
    const timer = setTimeout(abort, milliseconds)
    signal.addEventListener('abort', abort)
    if (signal.aborted) abort()
    // a rejected hint is ignored
    hint?.then(
      () => end(true),
      () => {},
    )
  })

const shortestWait = 5
const longestWait = 250

type Waited = Either<ReadModelStopped | TablesUnavailable | GivenUp, void>

/** Polls, with growing pauses, until the live tables of all read models contain a position. */
export const waitUntil = async (
  status: ReadModelTables['status'],
  position: number,
  readModels: ReadonlySet<string>,
  options: CallOptions,
): Promise<Waited> => {
  const stop = new AbortController()
  const asking = async (): Promise<Waited> => {
    for (let wait = shortestWait; ; wait = Math.min(wait * 2, longestWait)) {
      const all = await status()
      if (all._tag === 'Left') return all
      const behind = [...readModels].filter((name) => !hasReached(all.right, name, position))
      if (behind.length === 0 || stop.signal.aborted) return right(undefined)
      const stopped = stoppedBefore(all.right, behind, position)
      if (stopped !== undefined) return left(stopped)
      await pauseUntilHint(wait, stop.signal, undefined)
    }
  }
  try {
    return await bounded('wait', options, asking)
  } finally {
    stop.abort()
  }
}

const hasReached = (all: ReadonlyArray<Generation>, name: string, position: number): boolean =>
  all.some((each) => each.readModel === name && each.role === 'live' && each.position >= position)

/** The problem of a read model that was stopped before the position: waiting for it would be in vain. */
const stoppedBefore = (
  all: ReadonlyArray<Generation>,
  names: ReadonlyArray<string>,
  position: number,
): ReadModelStopped | undefined => {
  for (const { readModel, role, stopped } of all) {
    if (role !== 'live' || stopped._tag === 'None' || !names.includes(readModel)) continue
    if (stopped.value.position <= position) {
      return { type: 'ReadModelStopped', readModel, reason: stopped.value }
    }
  }
  return undefined
}
