/**
 * What was running when a time limit passed. A timer gets no turn while work runs that never pauses, such
 * as a fold; so each piece of work tells when it has ended, and the first one to end after the limit is
 * the one that it passed in.
 *
 * @since 0.1.0
 */

/** What may be running: what `GivenUp` names. */
export type Work =
  | 'wait'
  | 'load'
  | 'append'
  | 'readAll'
  | 'send'
  | 'decide'
  | 'evolve'
  | 'resume'
  | 'encode'
  | 'decode'
  | 'body'
  | 'metadata'
  | 'commitId'
  | 'command'
  | 'read'

/** A limit, by the signal that ends what runs within it. */
export interface TimeLimit {
  /** What the signal is aborted with when the limit has passed. */
  readonly reason: { readonly type: 'TimedOut' }
  readonly end: number
  /** The limit around this one. */
  readonly outer: TimeLimit | undefined
  passedIn: Work | undefined
}

const limits = new WeakMap<AbortSignal, TimeLimit>()

/** Lets a limit of some milliseconds, from now on, be known by its signal. */
export const timeLimitOf = (
  signal: AbortSignal,
  milliseconds: number,
  outer: AbortSignal | undefined,
): TimeLimit => {
  const limit: TimeLimit = {
    reason: { type: 'TimedOut' },
    end: performance.now() + milliseconds,
    outer: outer && limits.get(outer),
    passedIn: undefined,
  }
  limits.set(signal, limit)
  return limit
}

/** Tells that work has ended which a signal's limit is for. */
export const worked = (signal: AbortSignal | undefined, work: Work): void => {
  if (signal === undefined) return
  for (let limit = limits.get(signal); limit !== undefined; limit = limit.outer) {
    if (limit.passedIn === undefined && performance.now() >= limit.end) limit.passedIn = work
  }
}

/** The reason of a limit that has passed, also where its timer got no turn yet to abort the signal. */
export const overdue = (signal: AbortSignal | undefined): TimeLimit['reason'] | undefined => {
  if (signal === undefined) return undefined
  for (let limit = limits.get(signal); limit !== undefined; limit = limit.outer) {
    if (performance.now() >= limit.end) return limit.reason
  }
  return undefined
}
