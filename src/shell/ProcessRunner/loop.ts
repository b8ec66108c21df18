/**
 * A process that goes on: it runs, waits for an append, the next due time or the next look, and runs
 * again, until it is told to stop.
 *
 * Laws:
 *
 * 1. what is outstanding is sent once for as long as it stays outstanding and does not fail
 * 2. a command that becomes due is sent then, without an event, or up to 10 ms later: before one is due,
 *    the loop looks no more often than that
 * 3. a store that can't be reached is asked again; what can't be read at all ends the loop
 * 4. it ends soon after its signal is aborted, whatever it is waiting for
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { nextDue } from '../../Process.ts'
import { bounded, spanOf } from '../internal/bounded.ts'
import type { ProcessOptions, ProcessRun } from './run.ts'
import { run } from './run.ts'
import type { CatchUpFailure, Checkpoint } from '../Projector.ts'
import { left, right } from '../../internal/either.ts'

/**
 * What a process goes on with.
 *
 * @category model
 * @since 0.1.0
 */
export interface LoopOptions<in out E, in out S, in out C, out F> extends ProcessOptions<
  E,
  S,
  C,
  F
> {
  /** Resolves at the next append, as `watchAppends` has it. */
  readonly appended?: () => Promise<unknown>
  /** Milliseconds until the next look at the store where nothing else wakes the loop. Defaults to 1,000. */
  readonly pollEvery?: number
  /** Milliseconds that one run may take. No limit by default. */
  readonly timeout?: number
  /** Called after each run, and awaited: keep its checkpoint here, and look at what failed. */
  readonly onRun?: (run: ProcessRun<S, C, unknown>) => unknown
  /** Called, and awaited, when the store could not be reached or a run took too long: it goes on. */
  readonly onFailure?: (failure: CatchUpFailure) => unknown
}

/** The longest pause after failures, in milliseconds. */
const longestPause = 30_000

/**
 * Runs a process from a checkpoint until the signal is aborted, and gives the last checkpoint then. It
 * fails where going on makes no sense: an event that can't be decoded, a history that has changed, an
 * exception.
 *
 * @example
 *   import { fromPending } from 'decider-ts/Process'
 *   import { watchAppends, loopProcess } from 'decider-ts/shell/ProcessRunner'
 *   import { memoryStore } from 'decider-ts/store/Memory'
 *   import { isRight, right } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const { store, appended } = watchAppends(memoryStore())
 *   const stop = new AbortController()
 *   const process = fromPending({
 *     initialState: 0,
 *     evolve: (seen: number) => seen + 1,
 *     pending: () => [{ id: 'welcome', command: 'say hello' }],
 *     isTerminal: () => false,
 *   })
 *   const send = () => async () => {
 *     stop.abort()
 *     return right('said')
 *   }
 *   const loop = loopProcess({ store, process, send, now: Date.now, appended })
 *   assert.ok(isRight(await loop({ position: 0, state: 0 }, stop.signal)()))
 *
 * @category running
 * @since 0.1.0
 */
export const loopProcess =
  <E, S, C, F>(
    options: LoopOptions<E, S, C, F>,
  ): ((from: Checkpoint<S>, signal: AbortSignal) => TaskEither<CatchUpFailure, Checkpoint<S>>) =>
  (from, signal) =>
  async () => {
    const { process, now, appended, pollEvery = 1_000, timeout, onRun, onFailure } = options
    const sent = new Set<string>()
    let checkpoint = from
    let failures = 0
    try {
      while (!signal.aborted) {
        // asked before reading, so that an append in between is not missed
        const next = appended?.()
        const at = now()
        const span = spanOf({ signal, timeout })
        const ran = span.told(await run(options, checkpoint, sent, span.options))
        span.end()
        if (ran._tag === 'Right') {
          failures = 0
          checkpoint = ran.right.checkpoint
          forget(sent, ran.right)
          if (onRun !== undefined) await untilStopped(signal, () => onRun(ran.right))
          const due = nextDue(process)(checkpoint.state, at)
          const pause =
            due._tag === 'Some' ? Math.min(pollEvery, untilDue(due.value - now())) : pollEvery
          await sleep(signal, pause, next)
        } else if (!signal.aborted) {
          if (!isPassing(ran.left)) return ran
          if (onFailure !== undefined) await untilStopped(signal, () => onFailure(ran.left))
          await sleep(signal, Math.min(pollEvery * 2 ** failures++, longestPause), undefined)
        }
      }
      return right(checkpoint)
    } catch (cause) {
      return left({ type: 'Thrown', cause })
    }
  }

/** The shortest pause before a command is due, in milliseconds. */
const shortestPause = 10

/** Where the clock stands still, goes backwards or tells no time, the store is not asked without a pause. */
const untilDue = (milliseconds: number): number =>
  milliseconds > shortestPause ? milliseconds : shortestPause

const isPassing = ({ type }: CatchUpFailure): boolean =>
  type === 'StoreUnavailable' || type === 'GivenUp'

/** Forgets what is no longer outstanding: were it called for again, it would be sent again. */
const forget = (
  sent: Set<string>,
  { outstanding }: ProcessRun<unknown, unknown, unknown>,
): void => {
  const ids = new Set(outstanding.map(({ id }) => id))
  for (const id of sent) if (!ids.has(id)) sent.delete(id)
}

/** Awaits what a callback gives, unless the signal comes first. */
const untilStopped = async (signal: AbortSignal, call: () => unknown): Promise<void> => {
  const waited = async (): Promise<Either<never, void>> => {
    await call()
    return right(undefined)
  }
  await bounded('wait', { signal }, waited)
}

const sleep = async (
  signal: AbortSignal,
  milliseconds: number,
  next: Promise<unknown> | undefined,
): Promise<void> => {
  // at least one turn of the event loop, so that signals and timers are not starved
  const timeout = milliseconds >= 1 ? milliseconds : 1
  await bounded('wait', { signal, timeout }, async () => {
    await (next ?? new Promise(() => {}))
    return right(undefined)
  })
}
