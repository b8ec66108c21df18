/**
 * The lines of a handler: which streams have requests under way, and which request is next.
 *
 * @since 0.1.0
 */
import { left } from '../../internal/either.ts'
import type { CallOptions } from '../../store/EventStore.ts'
import { bounded } from '../internal/bounded.ts'
import { elapsed } from '../internal/elapsed.ts'
import { stopwatch } from '../internal/stopwatch.ts'
import type { Folded } from './cache.ts'
import type { Line, Unfinished } from './line.ts'
import { lose, newJob, newLine, takeNext, together } from './line.ts'
import type { CommandRequest, HandlerResult } from './model.ts'
import type { HandlerParts } from './parts.ts'
import { markOf } from '../internal/marks.ts'
import type { Rivals } from './rivals.ts'
import { awaitTurn, endTurn, noteRivals, noteTurns, passTurn } from './rivals.ts'
import { runRound } from './round.ts'

export interface StreamLines<in out C, in out S, in out E, in out R> {
  /** Whether a request can be handled alone, because no other is under way. `leave` or `goOn` must follow. */
  readonly enter: (stream: string) => boolean
  readonly leave: (stream: string, result: HandlerResult<S, E, R>) => void
  /** Continues with a request that was handled alone. It stays the first. */
  readonly goOn: (
    request: CommandRequest<C>,
    tried: Unfinished<S>,
  ) => Promise<HandlerResult<S, E, R>>
  /** Handles a request after those that came before it. */
  readonly wait: (
    request: CommandRequest<C>,
    limits: CallOptions | undefined,
  ) => Promise<HandlerResult<S, E, R>>
}

interface OpenLines<in out C, in out S, in out E, in out R> {
  /** The streams that have a request under way. */
  readonly busy: Set<string>
  /** By stream, unless its only request is handled alone. */
  readonly lines: Map<string, Line<C, S, E, R>>
}

export const streamLines = <C, S, E, R>(
  parts: HandlerParts<C, S, E, R>,
): StreamLines<C, S, E, R> => {
  const open: OpenLines<C, S, E, R> = { busy: new Set(), lines: new Map() }
  const { busy, lines } = open
  const rivals: Rivals = new Map()
  const lineOf = (stream: string): Line<C, S, E, R> => {
    const line = lines.get(stream) ?? newLine(stream)
    lines.set(stream, line)
    return line
  }
  const run = (line: Line<C, S, E, R>): Promise<void> => runLine(parts, open, rivals, line)
  return {
    enter: (stream) => (rivals.size === 0 || !rivals.has(stream)) && isAdded(busy, stream),
    leave: (stream, result) => {
      const line = lines.size === 0 ? undefined : lines.get(stream)
      noteTurns(parts.store, rivals, stream)
      if (line === undefined) return void busy.delete(stream)
      line.known = stateAfter(result)
      void run(line)
    },
    goOn: (request, { from, load, isStored, conflict, hasMet }) => {
      const line = lineOf(request.stream)
      const { job, result } = newJob(request, undefined, line)
      job.isStored = isStored
      line.known = from
      line.load = load
      line.again = [job]
      line.hasMet = hasMet
      noteRivals(parts, rivals, line, undefined)
      if (conflict !== undefined) lose(parts.retry, line, line.again, conflict)
      void run(line)
      return result
    },
    wait: (request, limits) => {
      const isFree = isAdded(busy, request.stream)
      const line = lineOf(request.stream)
      const { job, result } = newJob(request, limits, line)
      if (!job.isSettled) line.waiting.add(job)
      if (isFree) void run(line)
      return result
    },
  }
}

/** Adds an element to a set. Returns whether it was not there before. */
const isAdded = <A>(set: Set<A>, element: A): boolean => {
  const { size } = set
  return set.add(element).size > size
}

/** Handles the requests of a line until nobody waits any more. */
const runLine = async <C, S, E, R>(
  parts: HandlerParts<C, S, E, R>,
  { busy, lines }: OpenLines<C, S, E, R>,
  rivals: Rivals,
  line: Line<C, S, E, R>,
): Promise<void> => {
  for (;;) {
    if (line.hasLost) await pauseAfterLoss(parts, rivals, line)
    const rivalry = rivals.get(line.stream)
    if (rivalry !== undefined) await awaitTurn(parts, rivalry, line)
    const jobs = takeNext(line, parts.mostTogether)
    if (jobs.length === 0) {
      endTurn(line)
      lines.delete(line.stream)
      return void busy.delete(line.stream)
    }
    line.hasMet = false
    line.begunAt = undefined
    const took = stopwatch()
    await runRound(parts, line, jobs)
    noteRivals(parts, rivals, line, took())
    line.again = [...jobs, ...line.again].filter(({ isSettled }) => !isSettled)
    passTurn(line)
  }
}

/** The state after an accepted request, if it has events, which give its mark. */
const stateAfter = <S, E, R>(result: HandlerResult<S, E, R>): Folded<S> | undefined => {
  if (result._tag === 'Left') return undefined
  const { version, state, events } = result.right
  const last = events[events.length - 1]
  return last && { version, state, mark: markOf(last) }
}

/** Waits as long as the retry policy says, or until all of the requests have been given up. */
const pauseAfterLoss = async <C, S, E, R>(
  { retry }: HandlerParts<C, S, E, R>,
  rivals: Rivals,
  line: Line<C, S, E, R>,
): Promise<void> => {
  line.hasLost = false
  const jobs = line.again
  const [first] = jobs
  if (first === undefined) return
  try {
    const pause = retry.pause(
      first.conflicts,
      first.request.commitId,
      rivals.get(line.stream)?.took,
    )
    if (pause > 0) await together(jobs, (limits) => bounded('wait', limits, () => elapsed(pause)))
  } catch (cause) {
    for (const job of jobs) job.settle(left({ type: 'Thrown', cause }))
  }
}
