/**
 * One round of a line: decides its requests one after the other, each on the state after the ones before it, and
 * appends the commits. Requests whose result is not certain are decided again in the next round.
 *
 * @since 0.1.0
 */
import { left } from '../../internal/either.ts'
import type { Loaded } from '../../Recorded.ts'
import type { Commit } from '../../store/EventStore.ts'
import { bounded } from '../internal/bounded.ts'
import { overdue } from '../internal/timeLimit.ts'
import type { Folded } from './cache.ts'
import type { Conditional, Link, Plan } from './chain.ts'
import { carryOut } from './chain.ts'
import type { Job, Line } from './line.ts'
import { abandoned, begin, end, together } from './line.ts'
import type { CommandRequest } from './model.ts'
import type { HandlerParts } from './parts.ts'
import { guessOf } from './parts.ts'
import { tailAfter } from '../internal/marks.ts'
import { maybeStored } from '../internal/maybeStored.ts'
import { afterCommit, decideOn, foldedAfter, knownCommit } from './plan.ts'
import type { Basis } from './results.ts'
import { confirmed } from './results.ts'

type Jobs<C, S, E, R> = ReadonlyArray<Job<C, S, E, R>>

/** Handles requests with different commit ids. Those that it does not settle have to be decided again. */
export const runRound = async <C, S, E, R>(
  parts: HandlerParts<C, S, E, R>,
  line: Line<C, S, E, R>,
  jobs: Jobs<C, S, E, R>,
): Promise<void> => {
  try {
    const plan = guessed(parts, line, jobs) ?? (await loaded(parts, line, jobs))
    if (plan === undefined) return
    line.load = 'Nothing'
    line.known = plan.at
    line.begunAt = plan.at.version
    await carryOut(parts, line, plan)
  } catch (cause) {
    line.load = 'Tail'
    for (const job of jobs) job.settle(left({ type: 'Thrown', cause }))
  }
}

/** Decides without loading, if a state is known and no result needs the whole stream. */
const guessed = <C, S, E, R>(
  parts: HandlerParts<C, S, E, R>,
  line: Line<C, S, E, R>,
  jobs: Jobs<C, S, E, R>,
): Plan<C, S, E, R> | undefined => {
  if (line.load !== 'Nothing') return undefined
  const from = line.known ?? guessOf(parts, line.stream)
  if (from === undefined) return undefined
  const plan = planOf(parts, jobs, from, 'Guess')
  if (plan === undefined) line.load = parts.snapshots === undefined ? 'Whole' : 'Tail'
  return plan
}

/** Loads the new events, or the whole stream if that is not enough, and decides. */
const loaded = async <C, S, E, R>(
  parts: HandlerParts<C, S, E, R>,
  line: Line<C, S, E, R>,
  jobs: Jobs<C, S, E, R>,
): Promise<Plan<C, S, E, R> | undefined> => {
  const read = line.turn?.tail
  const known =
    line.load === 'Whole' ? undefined : (read?.from ?? (await stateAtHand(parts, line, jobs)))
  if (known?.mark !== undefined) {
    const events = read?.loaded ?? (await loadAfter(parts, line, jobs, known))
    if (events === undefined) return undefined
    const tail = tailAfter(events, known.mark)
    const plan = tail && (await planAfter(parts, line, jobs, known, tail, 'Tail'))
    if (plan !== undefined) return plan
  }
  const events = await loadAfter(parts, line, jobs, parts.start)
  return events && planAfter(parts, line, jobs, parts.start, events, 'Whole')
}

/** The last known state of the stream: of an earlier request, or in a snapshot. */
const stateAtHand = async <C, S, E, R>(
  { cache, snapshots }: HandlerParts<C, S, E, R>,
  { stream, known = cache?.get(stream) }: Line<C, S, E, R>,
  jobs: Jobs<C, S, E, R>,
): Promise<Folded<S> | undefined> => {
  if (snapshots === undefined || known?.mark !== undefined) return known
  begin(jobs, 'loadSnapshot')
  return together(jobs, (limits) => snapshots.load(stream, limits))
}

/** Loads the last event in a state and all events after it. If that fails, all requests fail. */
const loadAfter = async <C, S, E, R>(
  { store }: HandlerParts<C, S, E, R>,
  { stream }: Line<C, S, E, R>,
  jobs: Jobs<C, S, E, R>,
  { version, mark }: Folded<S>,
): Promise<Loaded<E> | undefined> => {
  begin(jobs, 'load')
  const outcome = jobs.some(({ isStored }) => isStored) ? 'Unknown' : 'NotStored'
  const loading = await together(jobs, (limits) => {
    const load = store.load(stream, mark === undefined ? version : version - 1, limits)
    return bounded('load', limits, load, outcome)
  })
  end(jobs, 'load')
  begin(jobs, 'wait')
  if (loading._tag === 'Right') return loading.right
  for (const job of jobs) job.settle(job.isStored ? maybeStored(loading) : loading)
  return undefined
}

/** Settles the requests whose commits are stored already, and plans the others. */
const planAfter = async <C, S, E, R>(
  parts: HandlerParts<C, S, E, R>,
  line: Line<C, S, E, R>,
  jobs: Jobs<C, S, E, R>,
  from: Folded<S>,
  tail: Loaded<E>,
  basis: Basis,
): Promise<Plan<C, S, E, R> | undefined> => {
  const ids = jobs.length === 1 ? undefined : new Set([...tail, ...(tail.dropped ?? [])].map(({ commitId }) => commitId)) // prettier-ignore
  for (const job of jobs) {
    if (ids !== undefined && !ids.has(job.request.commitId)) continue
    const known = knownCommit(parts.decider, from, tail, job.request)
    if (known === undefined) continue
    end([job], 'evolve')
    begin([job], 'append')
    job.settle(await confirmed(parts.store, job.request, { signal: job.signal }, known))
  }
  const at = foldedAfter(parts.decider, from, tail)
  end(jobs, 'evolve')
  const isWhole = basis === 'Whole'
  let plan = planOf(parts, jobs, at, basis)
  if (plan === undefined && !isWhole && (await areNew(parts, line, jobs))) {
    plan = planOf(parts, jobs, at, 'Whole')
  }
  if (plan !== undefined) plan.since = from.version
  return plan
}

/**
 * Whether the stream holds no commit of these requests, as the store tells without loading it. Asked only with
 * snapshots: without them the stream may as well be loaded.
 */
const areNew = async <C, S, E, R>(
  { store, snapshots }: HandlerParts<C, S, E, R>,
  { stream }: Line<C, S, E, R>,
  jobs: Jobs<C, S, E, R>,
): Promise<boolean> => {
  const { commits } = store
  if (snapshots === undefined || commits === undefined) return false
  const ids = jobs.flatMap(({ isSettled, request }) => (isSettled ? [] : [request.commitId]))
  begin(jobs, 'findCommit')
  try {
    const found = await together(jobs, (limits) =>
      Promise.all(ids.map((id) => bounded('findCommit', limits, commits.find(id, limits)))),
    )
    return found.every(
      (each) =>
        each._tag === 'Right' &&
        (each.right._tag === 'None' ||
          each.right.value.streams.every((written) => written.stream !== stream)),
    )
  } catch {
    return false
  }
}

/** Decides requests in order. Returns `undefined` if a result needs the whole stream. */
const planOf = <C, S, E, R>(
  parts: HandlerParts<C, S, E, R>,
  jobs: Jobs<C, S, E, R>,
  from: Folded<S>,
  basis: Basis,
): Plan<C, S, E, R> | undefined => {
  const chain: Array<Link<C, S, E, R>> = []
  const results: Array<Conditional<C, S, E, R>> = []
  const plan: Plan<C, S, E, R> = {
    basis,
    chain,
    results,
    isAsDecided: true,
    at: from,
    since: from.version,
  }
  let at = from
  let last: Commit<E> | undefined
  for (const job of jobs) {
    if (job.isSettled) continue
    if (last !== undefined) {
      // an event that is not stored yet has no mark to compare with
      if (expectsMark(job.request)) return plan
      try {
        at = afterCommit(parts.decider, at, last)
      } catch {
        // `evolve` threw: the request fails once its commit is stored and folded again
        return plan
      }
      last = undefined
    }
    const decided = decideOn(parts, job.request, at, job.signal)
    if ('_tag' in decided) {
      if (basis !== 'Whole') return undefined
      results.push({ job, result: decided, after: chain.length })
    } else if (!isLate(job)) {
      chain.push({ job, commit: decided })
      last = decided
    }
  }
  return plan
}

const expectsMark = ({ expected }: CommandRequest<unknown>): boolean =>
  expected?.type === 'Exactly' && expected.mark !== undefined

/** Gives up a request whose time limit has passed. */
const isLate = <C, S, E, R>(job: Job<C, S, E, R>): boolean => {
  const late = overdue(job.signal)
  if (late !== undefined) job.settle(abandoned({ operation: 'wait', isStored: job.isStored }, late))
  return job.isSettled
}
