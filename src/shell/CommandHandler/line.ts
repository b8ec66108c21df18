/**
 * The queue of requests for one stream.
 *
 * @since 0.1.0
 */
import { left } from '../../internal/either.ts'
import type { CallOptions, GivenUp, Turn, VersionConflict } from '../../store/EventStore.ts'
import type { Loaded } from '../../Recorded.ts'
import { givenUp, spanOf, unlimited } from '../internal/bounded.ts'
import { worked } from '../internal/timeLimit.ts'
import type { Folded } from './cache.ts'
import type { CommandRequest, HandlerResult } from './model.ts'
import type { RetryPolicy } from './retry.ts'

/** A waiting request, apart from its commands and its result. */
export interface Waiting {
  /** Aborted when its caller gives up. */
  readonly signal: AbortSignal | undefined
  isSettled: boolean
  /** What is running for it. */
  operation: GivenUp['operation']
  /** Whether its commit is known to be stored, but was not loaded yet. */
  isStored: boolean
  /** How often another writer came first. */
  conflicts: number
  whenSettled: (() => void) | undefined
}

/** A request that waits until it is settled. */
export interface Job<in out C, in out S, in out E, in out R> extends Waiting {
  readonly request: CommandRequest<C>
  /** Gives its caller the result. Only the first call counts. */
  readonly settle: (result: HandlerResult<S, E, R>) => void
}

/** A request that was handled alone and has to be decided again. */
export interface Unfinished<S> {
  readonly type: 'Unfinished'
  /** The state that it was decided on. */
  readonly from: Folded<S>
  /** How much to load before it is decided again. */
  readonly load: 'Tail' | 'Whole'
  /** Whether its commit is stored already, and has to be found in the stream. */
  readonly isStored: boolean
  /** Set if another writer came first although the stream had been loaded. */
  readonly conflict: VersionConflict | undefined
  /** Whether another writer came first, be it that it was decided on a guess. */
  readonly hasMet: boolean
}

export interface Line<in out C, in out S, in out E, in out R> {
  readonly stream: string
  /** Requests that were tried and have to be decided again. They come before those that wait. */
  again: ReadonlyArray<Job<C, S, E, R>>
  /** Requests that were not tried yet, in the order in which they came. */
  readonly waiting: Set<Job<C, S, E, R>>
  /** The last state that the stream is known to have had. */
  known: Folded<S> | undefined
  /** How much to load before the next decision. */
  load: 'Nothing' | 'Tail' | 'Whole'
  /** Whether the last round's requests were decided on what was loaded, and another writer still came first. */
  hasLost: boolean
  /** Whether another writer came first in the last round, be it that its requests were decided on a guess. */
  hasMet: boolean
  /** The version that the last round's requests were decided on, once it was known. */
  begunAt: number | undefined
  /** The turn on the stream, while it has one. */
  turn: LineTurn<S, E> | undefined
}

/** A turn of the line on its stream. */
export interface LineTurn<S, E> extends Pick<Turn<E>, 'end'> {
  /** For its first round: the events after a state, if they were read. */
  tail: { readonly from: Folded<S>; readonly loaded: Loaded<E> } | undefined
  /** The number of rounds that it has had. */
  rounds: number
  /** Tells how many milliseconds ago it began. */
  readonly age: () => number
}

export const newLine = <C, S, E, R>(stream: string): Line<C, S, E, R> => ({
  stream,
  again: [],
  waiting: new Set(),
  known: undefined,
  load: 'Nothing',
  hasLost: false,
  hasMet: false,
  begunAt: undefined,
  turn: undefined,
})

/**
 * Takes the next requests from the line, at most `most`, and none behind a repeated commit id: the second request
 * with it is decided when the first is stored.
 */
export const takeNext = <C, S, E, R>(
  line: Line<C, S, E, R>,
  most: number,
): ReadonlyArray<Job<C, S, E, R>> => {
  const next = new Map<string, Job<C, S, E, R>>()
  for (const job of inOrder(line)) {
    if (job.isSettled) continue
    if (next.size === most || next.has(job.request.commitId)) break
    next.set(job.request.commitId, job)
  }
  const jobs = [...next.values()]
  line.again = line.again.filter((job) => !jobs.includes(job))
  for (const job of jobs) line.waiting.delete(job)
  return jobs
}

function* inOrder<C, S, E, R>({ again, waiting }: Line<C, S, E, R>): Iterable<Job<C, S, E, R>> {
  yield* again
  yield* waiting
}

/** Makes a job of a request. It is given up when its signal is aborted or its time limit passes. */
export const newJob = <C, S, E, R>(
  request: CommandRequest<C>,
  limits: CallOptions | undefined,
  line: Line<C, S, E, R>,
): { readonly job: Job<C, S, E, R>; readonly result: Promise<HandlerResult<S, E, R>> } => {
  const span = limits === undefined ? unlimited : spanOf(limits)
  const { signal } = span.options
  let resolve: (result: HandlerResult<S, E, R>) => void
  const result = new Promise<HandlerResult<S, E, R>>((settled) => {
    resolve = settled
  })
  const giveUp = (): void => job.settle(abandoned(job, signal?.reason))
  const job: Job<C, S, E, R> = {
    request,
    signal,
    settle: (outcome) => {
      if (job.isSettled) return
      job.isSettled = true
      line.waiting.delete(job)
      signal?.removeEventListener('abort', giveUp)
      span.end()
      resolve(span.told(outcome))
      job.whenSettled?.()
    },
    isSettled: false,
    operation: 'wait',
    isStored: false,
    conflicts: 0,
    whenSettled: undefined,
  }
  signal?.addEventListener('abort', giveUp)
  if (signal?.aborted === true) giveUp()
  return { job, result }
}

/** The result of a request that its caller has given up. */
export const abandoned = (
  { operation, isStored }: Pick<Waiting, 'operation' | 'isStored'>,
  cause: unknown,
): HandlerResult<never, never, never> =>
  givenUp(operation, 'Aborted', operation === 'append' || isStored ? 'Unknown' : 'NotStored', cause)

/** Records which operation is running for some requests. */
export const begin = (jobs: ReadonlyArray<Waiting>, operation: GivenUp['operation']): void => {
  for (const job of jobs) job.operation = operation
}

/** Reports the end of an operation to the time limits of some requests. */
export const end = (jobs: ReadonlyArray<Waiting>, operation: GivenUp['operation']): void => {
  for (const { signal } of jobs) worked(signal, operation)
}

/** Runs a call for several requests. It is aborted when all of them have been given up. */
export const together = async <A>(
  jobs: ReadonlyArray<Waiting>,
  run: (limits: CallOptions) => Promise<A>,
): Promise<A> => {
  const [first] = jobs
  if (jobs.length === 1 && first !== undefined) return run({ signal: first.signal })
  if (jobs.some(({ isSettled, signal }) => !isSettled && signal === undefined)) return run({})
  const all = new AbortController()
  const look = (): void => {
    if (jobs.every(({ isSettled }) => isSettled)) all.abort()
  }
  for (const job of jobs) job.whenSettled = look
  // all of them may have been given up before, and tell nothing any more
  look()
  try {
    return await run({ signal: all.signal })
  } finally {
    for (const job of jobs) job.whenSettled = undefined
  }
}

/** Counts a conflict with another writer. It is the result of the requests that have no attempts left. */
export const lose = <C, S, E, R>(
  { attempts }: RetryPolicy,
  line: Line<C, S, E, R>,
  jobs: ReadonlyArray<Job<C, S, E, R>>,
  conflict: VersionConflict,
): void => {
  line.hasLost = true
  for (const job of jobs) {
    job.conflicts++
    // NaN counts as one attempt
    if (!(job.conflicts < attempts)) job.settle(left(conflict))
  }
}
