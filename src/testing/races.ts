/**
 * Races: requests that are handled concurrently on one store. Every load and every append waits until it
 * is chosen to be the next, and then the question is whether the race is linearizable: whether handling
 * the requests one after the other in some order explains what became of them.
 *
 * `C` is the command, `S` the state, `E` the event, `R` the rejection.
 *
 * Laws that are checked after each race:
 *
 * 1. the versions of a stream are 1, 2, 3, … and its positions increase
 * 2. a commit is stored once, in one piece, and belongs to a request; its events have the metadata of their
 *    commands, and streams that no request names hold nothing new
 * 3. the events of an accepted request are in its stream as the handler returned them, and the state that
 *    it returned is the replay of the stream up to its version
 * 4. there is an order of the requests in which each, handled alone after those before it, gets the outcome
 *    that it got, and which gives the stored streams; a request that was answered before another was sent
 *    comes before that one
 *
 * A request is sent again with the same commit id if its append gets no answer. An append can take effect
 * and lose its answer, take effect after everybody has stopped waiting, or be lost. A failure that says
 * that nothing was written (a version conflict after the last attempt, an invalid commit) is explained by
 * any order in which nothing was written, and a commit id that is taken by any order in which another
 * stream holds it.
 *
 * Laws of a race of decisions (D for decision), which has one log in the place of streams:
 *
 * - D1 a commit is stored once, in one piece, and belongs to a request
 * - D2 it holds what its commands lead to on everything that stands before it, read or not
 * - D3 the condition of an append is what its commands read
 * - D4 of two decisions that disturb each other, not both are accepted on the same reading: nothing that the
 *   commands of a commit read stands between what they were decided on and the commit
 * - D5 a rejection, or an outcome without events, is what the commands lead to on everything up to the position
 *   that it tells, and no older than what was told before the request was sent
 * - D6 two decisions that do not disturb each other both are accepted: an append is refused only for a stored
 *   event that its commands read
 * - D7 an accepted request gets the events that are stored, their position, and the state that follows
 *
 * What requests cannot decide is not judged, such as the instant at which an event was recorded. The
 * streams that `before` leaves are taken as they are. If `readAll` of a store fails, only the streams of
 * the requests are checked.
 *
 * A race is a list of choices rather than a run of fast-check's scheduler, which cannot shrink its order
 * or lose an answer. The first choice is always to let the client that moved last go on, so a failing race
 * shrinks to one with few switches.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type fc from 'fast-check'
import type { Decider } from '../Decider.ts'
import type { Decision } from '../Decision.ts'
import type { CommandHandler, CommandRequest } from '../shell/CommandHandler.ts'
import { commandHandler, immediate } from '../shell/CommandHandler.ts'
import type { DecisionHandler, DecisionRequest } from '../shell/DecisionHandler.ts'
import { decisionHandler } from '../shell/DecisionHandler.ts'
import type { EventStore } from '../store/EventStore.ts'
import { shaped } from './internal/shapes.ts'
import type { DecisionTrack } from './races/decisionRun.ts'
import { runDecisions } from './races/decisionRun.ts'
import type { RaceTrack } from './races/run.ts'
import { runOn } from './races/run.ts'
import type { FoundRace } from './races/search.ts'
import { searchRaces } from './races/search.ts'
import { left, right } from '../internal/either.ts'

/**
 * What races are run with.
 *
 * @category model
 * @since 0.1.0
 */
export interface RacesOptions<C, S, E, R> {
  readonly decider: Decider<C, S, E, R>
  /** A new, empty store, for each race. */
  readonly store: () => EventStore<E>
  /** The requests of a race, preferably no more than six. */
  readonly requests:
    | ReadonlyArray<CommandRequest<C>>
    | fc.Arbitrary<ReadonlyArray<CommandRequest<C>>>
  /**
   * Called once for each race. The function that it returns is called once for each request, with a store
   * for that request alone; what requests share, such as a cache, is created between the two. Defaults to
   * the handler of this library with 20 attempts.
   */
  readonly handlers?: () => (store: EventStore<E>) => CommandHandler<C, S, E, R>
  /**
   * Between how many handlers the requests are shared out in turn, as between the processes of a service.
   * `handlers` is then called once for each, with a store for that process. By default each request has a
   * handler of its own.
   */
  readonly processes?: number
  /** Requests that are handled before the race, one after the other. Each must be accepted. */
  readonly before?: ReadonlyArray<CommandRequest<C>>
  /**
   * Whether sending and answering are steps of their own, so that requests begin and end at different
   * times. That makes many more schedules. Defaults to `true`, and to `false` with `exhaustive`.
   */
  readonly lateAnswers?: boolean
  /** How many appends of a race may be lost, delayed, or lose their answer. Defaults to 1. */
  readonly losses?: number
  /**
   * Whether to try every schedule, those with the fewest switches first, instead of random ones. Defaults
   * to `false`.
   */
  readonly exhaustive?: boolean
  /** With `exhaustive`, the most schedules for one list of requests. Defaults to 10,000. */
  readonly limit?: number
  /** How many races are drawn. Defaults to 300; with `exhaustive`, to 20 lists of requests. */
  readonly runs?: number
  readonly seed?: number
  /** The path to a failing race of a seed, as a failure gives it. */
  readonly path?: string
  /** Plays only this schedule: the choices of a failure, with its requests. */
  readonly schedule?: ReadonlyArray<number>
}

/** What was tried without finding a failure. */
interface RacesReport {
  /** How many races were run. */
  readonly races: number
  /** Whether these were all schedules of the requests. */
  readonly complete: boolean
  /** The seed of what was drawn. */
  readonly seed: number
}

/**
 * A race that no serial order explains, shrunk as far as possible.
 *
 * @category failures
 * @since 0.1.0
 */
export interface RaceLost<out C> {
  readonly type: 'RaceLost'
  readonly reason: string
  readonly requests: ReadonlyArray<CommandRequest<C>>
  /** What happened, one line for each step. */
  readonly steps: ReadonlyArray<string>
  /** To play it again: the `schedule` for the `requests` above, with `lateAnswers` as they were. */
  readonly schedule: ReadonlyArray<number>
  /** To draw it again: the `seed` and the `path`, with the `requests` above if they were a list. */
  readonly seed: number
  readonly path: string
  /** All of it, printed. */
  readonly message: string
}

/**
 * Runs races. Returns how many were run, or a race that no serial order explains.
 *
 * @example
 *   import { orderDecider } from 'decider-ts/order'
 *   import { orderEventCodec } from 'decider-ts/order/codec'
 *   import { withCodec } from 'decider-ts/store/Encoded'
 *   import { memoryStore } from 'decider-ts/store/Memory'
 *   import { checkRaces } from 'decider-ts/testing/races'
 *   import { isRight } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const decider = orderDecider()
 *   const checked = await checkRaces({
 *     decider,
 *     store: () => withCodec(orderEventCodec)(memoryStore()),
 *     requests: ['VINET', 'HANAR'].map((customerId) => ({
 *       stream: '10248',
 *       commitId: `create for ${customerId}`,
 *       commands: [{ type: 'CreateOrder' as const, customerId, currency: 'USD' }],
 *     })),
 *     exhaustive: true,
 *   })
 *   assert.ok(isRight(checked) && checked.right.complete)
 *
 * @category checking
 * @since 0.1.0
 */
export const checkRaces = async <C, S, E, R>(
  options: RacesOptions<C, S, E, R>,
): Promise<Either<RaceLost<C>, RacesReport>> => {
  const track = trackOf(options)
  const found = await searchRaces(options, (requests, choices) => runOn(track, requests, choices))
  return found._tag === 'Right'
    ? found
    : left(failureOf(found.left, track.lateAnswers, 'No serial order explains this race.'))
}

const trackOf = <C, S, E, R>(options: RacesOptions<C, S, E, R>): RaceTrack<C, S, E, R> => {
  const { store, exhaustive = false, lateAnswers = !exhaustive } = options
  const decider = shaped(options.decider)
  const { before = [], losses = 1, processes } = options
  const handlers = options.handlers ?? (() => (own) => commandHandler({ decider, store: own, retry: immediate(20) })) // prettier-ignore
  return { decider, store, handlers, processes, before, lateAnswers, losses }
}

/** A lost race as it is told, with what it takes to see it again. */
const failureOf = <Q>(found: FoundRace<Q>, lateAnswers: boolean, title: string) => {
  const { reason, requests, steps, schedule, text, seed, path, of } = found
  const again = [
    `To play it again: these requests, schedule: [${schedule.join(', ')}], lateAnswers: ${lateAnswers}`,
    `To draw it again${of}: seed: ${seed}, path: '${path}'`,
  ].join('\n')
  const message = `${title}\n${text}\nReason: ${reason}\n${again}`
  return { type: 'RaceLost' as const, reason, requests, steps, schedule, seed, path, message }
}

/**
 * Runs races. Throws an `Error` that shows the whole race if no serial order explains one.
 *
 * @example
 *   import { orderDecider } from 'decider-ts/order'
 *   import { orderEventCodec, orderCommandCodec } from 'decider-ts/order/codec'
 *   import { withCodec } from 'decider-ts/store/Encoded'
 *   import { memoryStore } from 'decider-ts/store/Memory'
 *   import { arbitrary } from 'decider-ts/testing/arbitrary'
 *   import { races } from 'decider-ts/testing/races'
 *   import fc from 'fast-check'
 *
 *   const decider = orderDecider()
 *   const command = arbitrary(orderCommandCodec, {
 *     given: [['productId', fc.constantFrom('11', '42')]],
 *   })
 *   await races({
 *     decider,
 *     store: () => withCodec(orderEventCodec)(memoryStore()),
 *     requests: fc.array(command, { minLength: 2, maxLength: 4 }).map((commands) =>
 *       commands.map((one, i) => ({
 *         stream: '10248',
 *         commitId: `c${i}`,
 *         commands: [one],
 *       })),
 *     ),
 *     runs: 50,
 *   })
 *
 * @category checking
 * @since 0.1.0
 */
export const races = async <C, S, E, R>(
  options: RacesOptions<C, S, E, R>,
): Promise<RacesReport> => {
  const checked = await checkRaces(options)
  if (checked._tag === 'Right') return checked.right
  throw new Error(checked.left.message)
}

/**
 * What races of decisions are run with: as `RacesOptions`, for requests that name no stream.
 *
 * @category model
 * @since 0.1.0
 */
export type DecisionRacesOptions<C, S, E, R> = Omit<
  RacesOptions<C, S, E, R>,
  'decider' | 'requests' | 'handlers' | 'before'
> & {
  readonly decision: Decision<C, S, E, R>
  /** As in `decisionHandler`. */
  readonly stream: (command: NoInfer<C>) => string
  /** The requests of a race, preferably no more than four. */
  readonly requests:
    | ReadonlyArray<DecisionRequest<C>>
    | fc.Arbitrary<ReadonlyArray<DecisionRequest<C>>>
  /** As in `RacesOptions`. Defaults to `decisionHandler` with 20 attempts. */
  readonly handlers?: () => (store: EventStore<E>) => DecisionHandler<C, S, E, R>
  /** Requests that are handled before the race, one after the other. Each must be accepted. */
  readonly before?: ReadonlyArray<DecisionRequest<C>>
  /**
   * Whether the requests are meant to disturb each other. With `false`, a race in which one was refused for the
   * events of another is lost; with `true`, races are lost if that never happens. Defaults to either.
   */
  readonly disturb?: boolean
}

/** What was tried without finding a failure. */
interface DecisionRacesReport extends RacesReport {
  /** In how many races an append was refused for the events of another request. */
  readonly conflicts: number
}

/**
 * A race of decisions that breaks a law, shrunk as far as possible; fields as in `RaceLost`.
 *
 * @category failures
 * @since 0.1.0
 */
export type DecisionRaceLost<C> = Omit<RaceLost<C>, 'requests'> & {
  readonly requests: ReadonlyArray<DecisionRequest<C>>
}

/**
 * Runs races of decisions. Returns how many were run and how many had a conflict, or a race that breaks a law:
 * a store that checks its conditions too late, a query that leaves something out, a handler that decides on what
 * is outdated.
 *
 * @example
 *   import { many } from 'decider-ts/Decision'
 *   import { manyCodec } from 'decider-ts/codec/EventCodec'
 *   import { orderDecider } from 'decider-ts/order'
 *   import { orderEventCodec } from 'decider-ts/order/codec'
 *   import { tag } from 'decider-ts/Query'
 *   import { withCodec } from 'decider-ts/store/Encoded'
 *   import { memoryStore } from 'decider-ts/store/Memory'
 *   import { checkDecisionRaces } from 'decider-ts/testing/races'
 *   import { isRight } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const request = (order: string, customerId: string) => ({
 *     commitId: `create ${order} for ${customerId}`,
 *     commands: [
 *       { key: order, command: { type: 'CreateOrder' as const, customerId, currency: 'USD' } },
 *     ] as const,
 *   })
 *   const racesOf = (orders: ReadonlyArray<string>, disturb: boolean) =>
 *     checkDecisionRaces({
 *       decision: many(tag('order'))(orderDecider()),
 *       stream: ({ key }) => `order-${key}`,
 *       store: () => withCodec(manyCodec(orderEventCodec))(memoryStore()),
 *       requests: [request(orders[0] ?? '', 'VINET'), request(orders[1] ?? '', 'HANAR')],
 *       exhaustive: true,
 *       disturb,
 *     })
 *   assert.ok(isRight(await racesOf(['10248', '10248'], true)))
 *   assert.ok(isRight(await racesOf(['10248', '10249'], false)))
 *
 * @category checking
 * @since 0.1.0
 */
export const checkDecisionRaces = async <C, S, E, R>(
  options: DecisionRacesOptions<C, S, E, R>,
): Promise<Either<DecisionRaceLost<C>, DecisionRacesReport>> => {
  const track = decisionTrackOf(options)
  let conflicts = 0
  const found = await searchRaces(options, async (requests, choices) => {
    const ran = await runDecisions(track, requests, choices)
    if (ran.conflict) conflicts++
    return ran
  })
  const title = 'Decisions are not as safe as they should be in this race.'
  if (found._tag === 'Left') return left(failureOf(found.left, track.lateAnswers, title))
  const { races, seed } = found.right
  if (options.disturb !== true || conflicts > 0) return right({ ...found.right, conflicts })
  const reason = `in ${races} races, no request was refused for the events of another`
  const never = { reason, requests: [], steps: [], schedule: [], seed, path: '' }
  return left({
    type: 'RaceLost',
    ...never,
    message: `These decisions should disturb each other: ${reason}`,
  })
}

const decisionTrackOf = <C, S, E, R>(
  options: DecisionRacesOptions<C, S, E, R>,
): DecisionTrack<C, S, E, R> => {
  const { decision, stream, store, exhaustive = false, lateAnswers = !exhaustive } = options
  const { before = [], losses = 1, processes, disturb } = options
  const handlers = options.handlers ?? (() => (own) => decisionHandler({ decision, store: own, stream, retry: immediate(20) })) // prettier-ignore
  return {
    decision,
    streamOf: stream,
    store,
    handlers,
    processes,
    before,
    lateAnswers,
    losses,
    disturb,
  }
}

/**
 * Runs races of decisions. Throws an `Error` that shows the whole race if one breaks a law.
 *
 * @category checking
 * @since 0.1.0
 */
export const decisionRaces = async <C, S, E, R>(
  options: DecisionRacesOptions<C, S, E, R>,
): Promise<DecisionRacesReport> => {
  const checked = await checkDecisionRaces(options)
  if (checked._tag === 'Right') return checked.right
  throw new Error(checked.left.message)
}
