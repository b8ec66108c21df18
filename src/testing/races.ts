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
import fc from 'fast-check'
import type { Decider } from '../Decider.ts'
import type { CommandHandler, CommandRequest } from '../shell/CommandHandler.ts'
import { commandHandler, immediate } from '../shell/CommandHandler.ts'
import type { EventStore } from '../store/EventStore.ts'
import { everySchedule } from './races/interleavings.ts'
import { shaped } from './internal/shapes.ts'
import type { LostRace, RaceTrack } from './races/run.ts'
import { runOn } from './races/run.ts'
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
  const { requests } = options
  const found = await drawRaces(options, isRequestList(requests) ? fc.constant(requests) : requests)
  const { lost, seed, path, races, complete } = found
  if (lost === undefined) return right({ races, complete, seed })
  const fewest = isRequestList(requests) ? await withFewer(options, requests) : undefined
  return left(fewest ?? failureOf(options, lost, seed, path))
}

interface RaceSearch<C> {
  readonly races: number
  readonly complete: boolean
  readonly seed: number
  readonly path: string
  readonly lost: LostRace<C> | undefined
}

const isRequestList = <A>(
  as: ReadonlyArray<A> | fc.Arbitrary<ReadonlyArray<A>>,
): as is ReadonlyArray<A> => Array.isArray(as)

const drawRaces = async <C, S, E, R>(
  options: RacesOptions<C, S, E, R>,
  requests: fc.Arbitrary<ReadonlyArray<CommandRequest<C>>>,
): Promise<RaceSearch<C>> => {
  const { exhaustive = false, limit = 10_000, schedule, runs, seed, path } = options
  const track = trackOf(options)
  const random = !exhaustive && schedule === undefined
  const every = exhaustive && schedule === undefined
  let races = 0
  let complete = every && isRequestList(options.requests)
  let lost: LostRace<C> | undefined
  const one = async (all: ReadonlyArray<CommandRequest<C>>, choices: ReadonlyArray<number>) => {
    races++
    const ran = await runOn(track, all, choices)
    if (ran.lost !== undefined) lost = ran.lost
    return ran
  }
  const property = fc.asyncProperty(
    requests,
    random ? anySchedule : fc.constant(schedule ?? []),
    async (all, choices) => {
      if (!every) return (await one(all, choices)).lost === undefined
      const ended = await everySchedule(async (next) => {
        const ran = await one(all, next)
        return { choices: ran.choices, widths: ran.widths, stop: ran.lost !== undefined }
      }, limit)
      if (ended === 'Limit') complete = false
      return ended !== 'Stopped'
    },
  )
  const fixed = isRequestList(options.requests) && !random
  const numRuns = fixed ? 1 : (runs ?? (exhaustive ? 20 : 300))
  const details = await fc.check(property, {
    numRuns,
    path: path ?? '',
    ...(seed === undefined ? {} : { seed }),
  })
  if (details.failed && lost === undefined) lost = brokenOff(details.errorInstance)
  return { races, complete, seed: details.seed, path: details.counterexamplePath ?? '', lost }
}

/** Steps beyond the list take the first move. The closer to 0 a choice is, the fewer switches. */
const anySchedule = fc.array(fc.nat({ max: 9_999 }), { maxLength: 150, size: 'max' })

const trackOf = <C, S, E, R>(options: RacesOptions<C, S, E, R>): RaceTrack<C, S, E, R> => {
  const { store, exhaustive = false, lateAnswers = !exhaustive } = options
  const decider = shaped(options.decider)
  const { before = [], losses = 1, processes } = options
  const handlers = options.handlers ?? (() => (own) => commandHandler({ decider, store: own, retry: immediate(20) })) // prettier-ignore
  return { decider, store, handlers, processes, before, lateAnswers, losses }
}

/** The store or a handler threw before or after the race. */
const brokenOff = <C>(cause: unknown): LostRace<C> => ({
  reason: `the race broke off: ${String(cause)}`,
  requests: [],
  steps: [],
  schedule: [],
  text: '',
})

/** The failure with as few requests as possible. */
const withFewer = async <C, S, E, R>(
  options: RacesOptions<C, S, E, R>,
  requests: ReadonlyArray<CommandRequest<C>>,
): Promise<RaceLost<C> | undefined> => {
  if (options.schedule !== undefined || options.path !== undefined) return undefined
  let all = requests
  let failure: RaceLost<C> | undefined
  for (let i = 0; i < all.length && all.length > 1;) {
    const fewer = all.filter((_, j) => j !== i)
    const { lost, seed, path } = await drawRaces(
      { ...options, requests: fewer },
      fc.constant(fewer),
    )
    if (lost === undefined) i++
    else {
      all = fewer
      failure = failureOf(options, lost, seed, path, ' with these requests')
    }
  }
  return failure
}

const failureOf = <C, S, E, R>(
  options: RacesOptions<C, S, E, R>,
  lost: LostRace<C>,
  seed: number,
  path: string,
  of = '',
): RaceLost<C> => {
  const { reason, requests, steps, schedule, text } = lost
  const { lateAnswers } = trackOf(options)
  const again = [
    `To play it again: these requests, schedule: [${schedule.join(', ')}], lateAnswers: ${lateAnswers}`,
    `To draw it again${of}: seed: ${seed}, path: '${path}'`,
  ].join('\n')
  const message = `No serial order explains this race.\n${text}\nReason: ${reason}\n${again}`
  return { type: 'RaceLost', reason, requests, steps, schedule, seed, path, message }
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
