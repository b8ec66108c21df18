/**
 * Handles a request: attempts it until no other writer comes in between.
 *
 * @since 0.1.0
 */
import { left } from '../../internal/either.ts'
import type { CallOptions } from '../../store/EventStore.ts'
import { bounded } from '../internal/bounded.ts'
import { elapsed } from '../internal/elapsed.ts'
import type { Turns } from '../internal/turns.ts'
import type { Outdated } from './attempt.ts'
import { attempt } from './attempt.ts'
import type { DecisionParts, DecisionResult, GivenRequest } from './model.ts'
import type { FoldedQuery } from './reading.ts'
import { resumed } from './reading.ts'

/** The first attempt is made at once. Requests to one stream that have to be repeated take turns. */
export const handleDecision = async <C, S, E, R>(
  parts: DecisionParts<C, S, E, R>,
  lines: Turns,
  request: GivenRequest<C>,
  limits: CallOptions,
): Promise<DecisionResult<S, E, R>> => {
  const first = await attempt(parts, request, undefined, limits)
  if ('_tag' in first) return first
  return lines.take(parts.streamOf(request.commands[0]), limits, () =>
    attemptAgain(parts, request, first, limits),
  )
}

const attemptAgain = async <C, S, E, R>(
  parts: DecisionParts<C, S, E, R>,
  request: GivenRequest<C>,
  first: Outdated<S>,
  limits: CallOptions,
): Promise<DecisionResult<S, E, R>> => {
  const { attempts, pause } = parts.retry
  let last = first
  for (let done = 1; done < attempts; done++) {
    const paused = await bounded('wait', limits, () => elapsed(pause(done, request.commitId)))
    if (paused._tag === 'Left') return paused
    const next = await attempt(parts, request, goOn(parts, last), limits)
    if ('_tag' in next) return next
    last = next
  }
  return left(last.failure)
}

/** Where the next attempt reads on: with `readsMore`, from the start. */
const goOn = <C, S, E, R>(
  { decision }: DecisionParts<C, S, E, R>,
  { read }: Outdated<S>,
): FoldedQuery<S> | undefined =>
  decision.readsMore === undefined ? resumed(decision, read.query, read) : undefined
