/**
 * Appends the commits of a plan together, and settles the requests whose results are certain.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import { left, right } from '../../internal/either.ts'
import { same } from '../../internal/equality.ts'
import type { Appended, Commit, StoreUnavailable } from '../../store/EventStore.ts'
import { bounded } from '../internal/bounded.ts'
import { orThrown } from '../internal/orThrown.ts'
import type { Folded } from './cache.ts'
import type { Job, Line } from './line.ts'
import { begin, end, lose, together } from './line.ts'
import type { HandlerResult } from './model.ts'
import type { HandlerParts } from './parts.ts'
import { afterEvents } from './plan.ts'
import type { Basis, SendFailure } from './results.ts'
import { eventsOf, failedAppend, isNext, isOfEvents } from './results.ts'
import { passEarly } from './rivals.ts'

/** A commit to append directly after the one before it in the chain. */
export interface Link<in out C, in out S, in out E, in out R> {
  readonly job: Job<C, S, E, R>
  readonly commit: Commit<E>
}

/** A result that holds if all commits before it are stored. */
export interface Conditional<in out C, in out S, in out E, in out R> {
  readonly job: Job<C, S, E, R>
  readonly result: HandlerResult<S, E, R>
  /** The number of commits before it. */
  readonly after: number
}

export interface Plan<in out C, in out S, in out E, in out R> {
  readonly basis: Basis
  readonly chain: ReadonlyArray<Link<C, S, E, R>>
  readonly results: ReadonlyArray<Conditional<C, S, E, R>>
  /** Whether all commits so far were stored as they were decided, so far as results depend on them. */
  isAsDecided: boolean
  /** The last state of the stream that is known. */
  at: Folded<S>
  /** The version of the state that it was folded from. */
  since: number
}

type Answer<E> = Either<SendFailure, Appended<E>>

/** Appends the commits of a plan and settles its requests, up to the first that is not stored as planned. */
export const carryOut = async <C, S, E, R>(
  parts: HandlerParts<C, S, E, R>,
  line: Line<C, S, E, R>,
  plan: Plan<C, S, E, R>,
): Promise<void> => {
  settleAfter(plan, 0)
  const answers = await appendAll(parts, plan.chain)
  passEarly(line)
  const stored = answers.findIndex((answer, i) => !settleLink(parts, line, plan, i, answer))
  const failed = answers[stored]
  if (failed?._tag === 'Left' && isOfTheCall(failed.left)) {
    for (const { job } of plan.chain) job.settle(failed)
  }
  const isAccepted = answers.length > 0 && stored !== 0
  if (isAccepted || plan.results.some(({ result }) => result._tag === 'Right'))
    parts.cache?.set(line.stream, plan.at)
  parts.snapshots?.offer(line.stream, plan.since, plan.at)
}

/** Settles the requests whose results hold once that many commits are stored. */
const settleAfter = <C, S, E, R>({ results }: Plan<C, S, E, R>, commits: number): void => {
  for (const { job, result, after } of results) if (after === commits) job.settle(result)
}

/** Appends commits, each decided on the one before. The answers end with the first that is not stored now. */
const appendAll = async <C, S, E, R>(
  parts: HandlerParts<C, S, E, R>,
  chain: ReadonlyArray<Link<C, S, E, R>>,
): Promise<ReadonlyArray<Answer<E>>> => {
  const { store } = parts
  const [first, ...rest] = chain
  if (first === undefined) return []
  const followers = rest.map(({ commit }) => commit)
  const commit = followers.length === 0 ? first.commit : { ...first.commit, followers }
  const jobs = chain.map(({ job }) => job)
  begin(jobs, 'append')
  const answer = await orThrown(() =>
    together(jobs, (limits) => bounded('append', limits, store.append(commit, limits))),
  )
  end(jobs, 'append')
  begin(jobs, 'wait')
  if (answer._tag === 'Left') return [answer]
  const { repeated, followers: others } = answer.right
  // a store that does not support followers gets one commit at a time
  if (followers.length > 0 && others === undefined && repeated === undefined) parts.mostTogether = 1
  return [answer, ...(others ?? [])]
}

/** Whether a failure holds for all commits of a call. */
const isOfTheCall = ({ type }: SendFailure): boolean =>
  type === 'StoreUnavailable' || type === 'StoreBusy' || type === 'GivenUp' || type === 'Thrown'

/** Settles the request of a commit if its result is certain. Returns whether it is stored as planned. */
const settleLink = <C, S, E, R>(
  parts: HandlerParts<C, S, E, R>,
  line: Line<C, S, E, R>,
  plan: Plan<C, S, E, R>,
  index: number,
  answer: Answer<E>,
): boolean => {
  const job = plan.chain[index]?.job
  if (job === undefined) return false
  if (answer._tag === 'Left') {
    settleFailed(parts, line, plan, index, answer.left)
    return false
  }
  const events = answer.right
  if (!isNext(events, plan.at.version, plan.basis)) {
    line.load = 'Whole'
    if (job.isStored) job.settle(notLoaded)
    job.isStored = true
    return false
  }
  try {
    plan.at = afterEvents(parts.decider, plan.at.state, events)
  } catch (cause) {
    line.load = 'Tail'
    job.settle(left({ type: 'Thrown', cause }))
    return false
  }
  const { version, state } = plan.at
  line.known = plan.at
  job.settle(right({ stream: line.stream, version, state, events: eventsOf(events) }))
  // a commit that was stored before may have other events than those that the next ones were decided on
  if (events.repeated === true) return false
  plan.isAsDecided &&= isAsDecided(plan, index, events)
  if (plan.isAsDecided) settleAfter(plan, index + 1)
  return true
}

/** Whether a commit was stored with the events that later results were decided on: a codec may change them. */
const isAsDecided = <C, S, E, R>(
  { chain, results }: Plan<C, S, E, R>,
  index: number,
  stored: Appended<E>,
): boolean => {
  if (!results.some(({ after }) => after > index)) return true
  const proposed = chain[index]?.commit.events ?? []
  return (
    stored.length === proposed.length &&
    stored.every(({ event }, i) => same(event, proposed[i]?.event))
  )
}

const settleFailed = <C, S, E, R>(
  { retry, cache }: HandlerParts<C, S, E, R>,
  line: Line<C, S, E, R>,
  plan: Plan<C, S, E, R>,
  index: number,
  failure: SendFailure,
): void => {
  // after a commit of this chain was stored, the state is no guess any more
  const basis = index > 0 && plan.basis === 'Guess' ? 'Tail' : plan.basis
  const jobs = plan.chain.slice(index).map(({ job }) => job)
  const [first] = jobs
  const failed = first && failedAppend(first.request, failure, plan.at.version, basis)
  if (failed !== undefined) first?.settle(failed)
  cache?.forget(line.stream)
  line.load = isOfEvents(failure) ? 'Whole' : 'Tail'
  if (failure.type !== 'VersionConflict') return
  line.hasMet = true
  if (basis !== 'Guess') lose(retry, line, jobs, failure)
}

/** The store breaks its contract: it acknowledged the commit, but does not load it. What is stored is unknown. */
const notLoaded: Either<StoreUnavailable, never> = left({
  type: 'StoreUnavailable',
  operation: 'append',
  cause: 'the store acknowledged a commit that it does not load',
})
