/**
 * Appends the commits of a plan together, and settles the requests whose results are certain.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import { left, right } from '../../internal/either.ts'
import type { Appended, Commit, EventStore, StoreUnavailable } from '../../store/EventStore.ts'
import { bounded } from '../internal/bounded.ts'
import { isNew } from './alone.ts'
import type { Folded } from './cache.ts'
import type { Job, Line } from './line.ts'
import { begin, end, lose, together } from './line.ts'
import type { HandlerResult } from './model.ts'
import type { HandlerParts } from './parts.ts'
import { afterEvents, isNonEmpty } from './plan.ts'
import type { Basis, SendFailure } from './results.ts'
import { failedAppend } from './results.ts'

/** A commit to append, directly after those before it. */
export interface Link<in out C, in out S, in out E, in out R> {
  readonly job: Job<C, S, E, R>
  readonly commit: Commit<E>
}

/** A result that holds if all commits before it are stored. */
export interface Conditional<in out C, in out S, in out E, in out R> {
  readonly job: Job<C, S, E, R>
  readonly result: HandlerResult<S, E, R>
  /** How many commits are before it. */
  readonly after: number
}

export interface Plan<in out C, in out S, in out E, in out R> {
  readonly basis: Basis
  readonly chain: ReadonlyArray<Link<C, S, E, R>>
  readonly results: ReadonlyArray<Conditional<C, S, E, R>>
  /** Where the stream is, as far as it is known. */
  at: Folded<S>
}

type Answer<E> = Either<SendFailure, Appended<E>>

/** Appends the commits of a plan and settles its requests, up to the first commit that is not stored as planned. */
export const carryOut = async <C, S, E, R>(
  parts: HandlerParts<C, S, E, R>,
  line: Line<C, S, E, R>,
  plan: Plan<C, S, E, R>,
): Promise<void> => {
  const { store, cache } = parts
  const commits = plan.chain.map(({ commit }) => commit)
  settleAfter(plan, 0)
  let stored = 0
  if (store.appendAll !== undefined && commits.length > 1 && isNonEmpty(commits)) {
    stored = await appendTogether(parts, line, plan, store.appendAll, commits)
  } else {
    while (await appendNext(parts, line, plan, stored)) stored++
  }
  const hasChanged = stored > 0 || plan.results.some(({ result }) => result._tag === 'Right')
  if (hasChanged) cache?.set(line.stream, plan.at)
}

/** Settles the requests whose results hold after so many commits. */
const settleAfter = <C, S, E, R>({ results }: Plan<C, S, E, R>, commits: number): void => {
  for (const { job, result, after } of results) if (after === commits) job.settle(result)
}

/** Returns how many commits were stored as planned. */
const appendTogether = async <C, S, E, R>(
  parts: HandlerParts<C, S, E, R>,
  line: Line<C, S, E, R>,
  plan: Plan<C, S, E, R>,
  appendAll: NonNullable<EventStore<E>['appendAll']>,
  commits: ReadonlyNonEmptyArray<Commit<E>>,
): Promise<number> => {
  const jobs = plan.chain.map(({ job }) => job)
  begin(jobs, 'append')
  const answered = await orThrown(() =>
    together(jobs, (limits) =>
      bounded('append', limits, () => appendAll(commits, limits)().then(right)),
    ),
  )
  end(jobs, 'append')
  const answers: ReadonlyArray<Answer<E>> = answered._tag === 'Left' ? [answered] : answered.right
  let stored = 0
  for (const answer of answers) {
    if (!settleLink(parts, line, plan, stored, answer)) break
    stored++
  }
  const failed = answers[stored]
  if (failed !== undefined && isOfTheCall(failed)) for (const job of jobs) job.settle(failed)
  begin(jobs, 'wait')
  return stored
}

/** Whether a failure holds for all commits of a call. */
const isOfTheCall = <A>(answer: Either<SendFailure, A>): answer is Either<SendFailure, never> => {
  if (answer._tag === 'Right') return false
  const { type } = answer.left
  return (
    type === 'StoreUnavailable' || type === 'StoreBusy' || type === 'GivenUp' || type === 'Thrown'
  )
}

/** Appends one commit after those before it. Returns whether it is stored as planned. */
const appendNext = async <C, S, E, R>(
  parts: HandlerParts<C, S, E, R>,
  line: Line<C, S, E, R>,
  plan: Plan<C, S, E, R>,
  index: number,
): Promise<boolean> => {
  const link = plan.chain[index]
  // the commits after one that was given up were decided on it
  if (link === undefined || link.job.isSettled) return false
  const { job, commit } = link
  const limits = { signal: job.signal }
  begin([job], 'append')
  const answer = await orThrown(() => {
    const append = parts.store.append(index === 0 ? commit : expecting(commit, plan.at), limits)
    return bounded('append', limits, append)
  })
  const isStored = settleLink(parts, line, plan, index, answer)
  begin([job], 'wait')
  return isStored
}

/** The commit, if it is appended when those before it are stored. */
const expecting = <S, E>(commit: Commit<E>, { version, mark }: Folded<S>): Commit<E> =>
  mark === undefined ? commit : { ...commit, expected: { type: 'Exactly', version, mark } }

const orThrown = async <F, A>(
  run: () => Promise<Either<F, A>>,
): Promise<Either<F | { readonly type: 'Thrown'; readonly cause: unknown }, A>> => {
  try {
    return await run()
  } catch (cause) {
    return left({ type: 'Thrown', cause })
  }
}

/** Settles the request of a commit if its result is certain. Returns whether the commit is stored as planned. */
const settleLink = <C, S, E, R>(
  { decider, ...parts }: HandlerParts<C, S, E, R>,
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
  if (!isNew(events, plan.at.version)) {
    line.load = 'Whole'
    if (job.isStored) job.settle(notLoaded)
    job.isStored = true
    return false
  }
  try {
    plan.at = afterEvents(decider, plan.at.state, events)
  } catch (cause) {
    line.load = 'Tail'
    job.settle(left({ type: 'Thrown', cause }))
    return false
  }
  const { version, state } = plan.at
  line.known = plan.at
  job.settle(right({ stream: line.stream, version, state, events }))
  settleAfter(plan, index + 1)
  return true
}

const settleFailed = <C, S, E, R>(
  { retry, cache }: Pick<HandlerParts<C, S, E, R>, 'retry' | 'cache'>,
  line: Line<C, S, E, R>,
  { chain, basis, at }: Plan<C, S, E, R>,
  index: number,
  failure: SendFailure,
): void => {
  const rest = chain.slice(index)
  const [first] = rest
  // what follows a commit that was stored was not guessed
  const certainty = index === 0 ? basis : 'Whole'
  const failed = first && failedAppend(first.job.request, failure, at.version, certainty)
  if (failed !== undefined) first?.job.settle(failed)
  if (failure.type === 'UndecodableEvent') line.load = 'Whole'
  else if (failure.type === 'VersionConflict' || certainty === 'Guess') line.load = 'Tail'
  if (line.load !== 'Nothing') cache?.forget(line.stream)
  if (failure.type !== 'VersionConflict' || certainty === 'Guess') return
  lose(
    retry,
    line,
    rest.map(({ job }) => job),
    failure,
  )
}

/** The store breaks its contract: it acknowledged the commit, but does not load it. */
const notLoaded: Either<StoreUnavailable, never> = left({
  type: 'StoreUnavailable',
  operation: 'load',
  cause: 'the store acknowledged a commit that it does not load',
})
