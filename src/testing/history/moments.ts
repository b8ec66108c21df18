/**
 * Whether calls saw the log grow: laws 9 and 10, and half of 12.
 *
 * Every answer says how long the log was at some moment between the call and its answer: at least `least`
 * events, at most `most`. The log only grows, so of two calls, one of which ended before the other started, the
 * earlier may not have seen more than the later allows. That is enough: if it holds for each pair, there is one
 * growth of the log that explains all calls.
 *
 * It takes n log n steps for n calls, because they are sorted by time.
 *
 * @since 0.1.0
 */
import type { CallSpan } from './model.ts'

/** What a call says of the length of the log at some moment between its start and its end. */
export interface LogMoment {
  readonly span: CallSpan
  readonly least: number
  readonly most: number
}

/** A call that was answered from a shorter log than one that ended before it started had seen. */
interface Regress {
  readonly earlier: LogMoment
  readonly later: LogMoment
}

/** The calls that were answered from a shorter log than was seen before, each with one that saw more. */
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
