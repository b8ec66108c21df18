/**
 * Runs a process again and again: after each run it waits for an append, the next due time or the next poll,
 * until it is stopped.
 *
 * Laws:
 *
 * 1. an outstanding command is sent once, unless it fails
 * 2. a command is sent when it becomes due, without an event, or up to 10 ms later
 * 3. an unavailable store is asked again; an event that can't be read ends the loop
 * 4. it ends soon after its signal is aborted, whatever it is waiting for
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { nextDue } from '../../Process.ts'
import { bounded, spanOf } from '../internal/bounded.ts'
import type { ProcessOptions, ProcessRun } from './run.ts'
import { runOnce } from './run.ts'
import type { CatchUpFailure, Checkpoint } from '../Projector.ts'
import { left, right } from '../../internal/either.ts'

export interface LoopOptions<in out E, in out S, in out C, out F> extends ProcessOptions<
  E,
  S,
  C,
  F
> {
  /** Resolves at the next append; see `watchAppends`. */
  readonly appended?: () => Promise<unknown>
  /** The interval in milliseconds at which the store is polled. Defaults to 1,000. */
  readonly pollEvery?: number
  /** The time limit of one run in milliseconds. Defaults to none. */
  readonly timeout?: number
  /** Called after each run, and awaited: store its checkpoint here, and report what failed. */
  readonly onRun?: (run: ProcessRun<S, C, unknown>) => unknown
  /** Called, and awaited, when the store was unavailable or a run timed out; the loop continues. */
  readonly onFailure?: (failure: CatchUpFailure) => unknown
}

/** The longest pause after failures, in milliseconds. */
const longestPause = 30_000

/**
 * Runs a process from a checkpoint until the signal is aborted, and then returns the last checkpoint. Fails
 * only if it can't continue: an event can't be decoded, the history has changed, or a function threw.
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
        // subscribes before reading, so that no append is missed
        const next = appended?.()
        const at = now()
        const span = spanOf({ signal, timeout })
        const ran = span.told(await runOnce(options, checkpoint, sent, span.options))
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
          if (!isTemporary(ran.left)) return ran
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

/** A clock that stands still, goes backwards or returns `NaN` must not cause a busy loop. */
const untilDue = (milliseconds: number): number =>
  milliseconds > shortestPause ? milliseconds : shortestPause

const isTemporary = ({ type }: CatchUpFailure): boolean =>
  type === 'StoreUnavailable' || type === 'GivenUp'

/** Forgets ids that are no longer outstanding, so that they can be sent again later. */
const forget = (
  sent: Set<string>,
  { outstanding }: ProcessRun<unknown, unknown, unknown>,
): void => {
  const ids = new Set(outstanding.map(({ id }) => id))
  for (const id of sent) if (!ids.has(id)) sent.delete(id)
}

/** Awaits a callback, unless the signal is aborted first. */
const untilStopped = async (signal: AbortSignal, call: () => unknown): Promise<void> => {
  const waited = async (): Promise<Either<never, void>> => {
    await call()
    return right(undefined)
  }
  await bounded('wait', { signal }, waited)
}

/** Waits so many milliseconds, at most until the signal is aborted or `next` resolves. */
export const sleep = async (
  signal: AbortSignal,
  milliseconds: number,
  next: Promise<unknown> | undefined,
): Promise<void> => {
  // at least one turn of the event loop, so that signals and timers can run
  const timeout = milliseconds >= 1 ? milliseconds : 1
  await bounded('wait', { signal, timeout }, async () => {
    await (next ?? new Promise(() => {}))
    return right(undefined)
  })
}
