/**
 * Checks that calls saw the log only grow: laws 9 and 10, and half of 12.
 *
 * Every answer bounds the length of the log at some moment between the call and its answer: at least `least`
 * events, at most `most`. The log only grows. So if one call ended before another started, the `least` of the
 * earlier must not be more than the `most` of the later. That suffices: if it holds for each pair, the
 * lengths over time can be chosen so that they explain all calls.
 *
 * It takes n log n steps for n calls, because they are sorted by time.
 *
 * @since 0.1.0
 */
import type { CallSpan } from './model.ts'

/** The bounds that a call puts on the length of the log at some moment between its start and its end. */
export interface LogMoment {
  readonly span: CallSpan
  readonly least: number
  readonly most: number
}

/** A call that was answered from a shorter log than an earlier call, which had ended before it started. */
interface Regress {
  readonly earlier: LogMoment
  readonly later: LogMoment
}

/** The moments of each client apart: clients without a common clock cannot be compared with each other. */
export const byClient = (
  moments: ReadonlyArray<LogMoment>,
): ReadonlyArray<ReadonlyArray<LogMoment>> => {
  const clients = new Map<string, Array<LogMoment>>()
  for (const moment of moments) {
    const own = clients.get(moment.span.client)
    if (own === undefined) clients.set(moment.span.client, [moment])
    else own.push(moment)
  }
  return [...clients.values()]
}

/** The calls that were answered from a shorter log than an earlier call had seen, each with that call. */
export const regresses = (moments: ReadonlyArray<LogMoment>): ReadonlyArray<Regress> => {
  const ended = [...moments].sort((a, b) => a.span.end - b.span.end)
  const started = [...moments].sort((a, b) => a.span.start - b.span.start)
  const found: Array<Regress> = []
  let next = 0
  let longest: LogMoment | undefined
  for (const later of started) {
    for (; next < ended.length; next++) {
      const one = ended[next] as LogMoment // next < length
      if (one.span.end >= later.span.start) break
      if (longest === undefined || one.least > longest.least) longest = one
    }
    if (longest !== undefined && longest.least > later.most) found.push({ earlier: longest, later })
  }
  return found
}
