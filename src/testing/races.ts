/**
 * Races: requests that are handled at the same time on one store, with every load and every append
 * held back until it is chosen to be the next, and then the question whether some order of the
 * requests, one after the other, explains what became of them.
 *
 * `C` is the command, `S` the state, `E` the event, `R` the rejection.
 *
 * Laws that are checked after each race:
 *
 * 1. the versions of a stream are 1, 2, 3, … and its positions rise
 * 2. a commit is stored once, in one piece, and is that of a request; its events say about themselves
 *    what their commands say, and streams that no request names hold nothing new
 * 3. the events of an accepted request are in its stream as the handler told them, and the state
 *    that it told is that of replaying the stream up to its version
 * 4. there is an order of the requests in which each, handled alone after those before it, gets the
 *    outcome that it got, and which gives the stream that is stored; a request that was answered
 *    before another was sent comes before that one
 *
 * A request whose append stays without an answer is sent again with the same commit id. An append
 * can take effect and lose its answer, take effect later than anybody waits for, or be lost. What
 * says that it wrote nothing (a version conflict after the last attempt, an invalid commit) needs no
 * other explanation than that it wrote nothing; a commit id that is taken, no other than that another
 * stream holds it.
 *
 * What a request does not tell is not judged: the instant at which an event was recorded. What the
 * requests before the race left in their streams is taken as it is, and of a store whose `readAll`
 * fails only the streams of the requests are looked at.
 *
 * The order is drawn as a list of choices and not with fast-check's scheduler, which can't shrink
 * what it drew, and can't lose an answer. The first choice is always to let who moved last move on,
 * so that a failing race shrinks to one with few switches.
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
import type { Lost, Track } from './races/run.ts'
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
  /** The requests of a race, at best no more than six. */
  readonly requests:
    ReadonlyArray<CommandRequest<C>> | fc.Arbitrary<ReadonlyArray<CommandRequest<C>>>
  /**
   * Called once for each race; what it gives is called once for each request, with a store of that
   * request's own. What requests share, such as a cache, is made in between. The handler of this
   * library with twenty attempts where it is left out.
   */
  readonly handlers?: () => (store: EventStore<E>) => CommandHandler<C, S, E, R>
  /** Requests that are handled before the race, one after the other. Each has to be accepted. */
  readonly before?: ReadonlyArray<CommandRequest<C>>
  /**
   * Whether being sent and being answered are steps of their own, so that requests begin and end
   * at different times: yes where it is left out, but for `exhaustive`, as there are many more
   * schedules.
   */
  readonly lateAnswers?: boolean
  /** How many appends of a race may go astray: 1 where it is left out. */
  readonly losses?: number
  /** Whether to try every schedule, those with the fewest switches first, instead of random ones. */
  readonly exhaustive?: boolean
  /** How many schedules are tried at most for a list of requests where all are: 10,000 by default. */
  readonly limit?: number
  /** How many races are drawn: 300 by default; or, if `exhaustive`, lists of requests: 20. */
  readonly runs?: number
  readonly seed?: number
  /** Where a failing race stands among those of a seed, as a failure says it. */
  readonly path?: string
  /** Plays this schedule only: the choices that a failure names, with the requests that it names. */
  readonly schedule?: ReadonlyArray<number>
}

/**
 * What was tried without finding anything.
 *
 * @category model
 * @since 0.1.0
 */
export interface RacesReport {
  /** How many races were run. */
  readonly races: number
  /** Whether these were all schedules of all the requests. */
  readonly complete: boolean
  /** The seed of what was drawn. */
  readonly seed: number
}

/**
 * A race that no serial order explains, as small as could be found.
 *
 * @category failures
 * @since 0.1.0
 */
export interface RaceLost<out C> {
  readonly type: 'RaceLost'
  readonly reason: string
  readonly requests: ReadonlyArray<CommandRequest<C>>
  /** What happened, one line a step. */
  readonly steps: ReadonlyArray<string>
  /** To play it again: the `schedule` for the `requests` above, with `lateAnswers` as they were. */
  readonly schedule: ReadonlyArray<number>
  /** To draw it again: the `seed` and the `path`, with the `requests` above where they were a list. */
  readonly seed: number
  readonly path: string
  /** All of it, as text. */
  readonly message: string
}

/**
 * Runs races, and gives what was tried, or a race that no serial order explains.
 *
 * @example
 *   import { decider } from 'decider-ts/order'
 *   import { eventCodec } from 'decider-ts/order/codec'
 *   import { withCodec } from 'decider-ts/store/Encoded'
 *   import { memoryStore } from 'decider-ts/store/Memory'
 *   import { checkRaces } from 'decider-ts/testing/races'
 *   import { isRight } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const checked = await checkRaces({
 *     decider,
 *     store: () => withCodec(eventCodec)(memoryStore()),
 *     requests: ['VINET', 'HANAR'].map((customerId) => ({
 *       stream: '10248',
 *       commitId: `create for ${customerId}`,
 *       commands: [
 *         {
 *           ...occurredAt(0),
 *           command: { type: 'CreateOrder' as const, customerId, currency: 'USD' },
 *         },
 *       ],
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
  const found = await search(options, isList(requests) ? fc.constant(requests) : requests)
  const { lost, seed, path, races, complete } = found
  if (lost === undefined) return right({ races, complete, seed })
  const fewest = isList(requests) ? await withFewer(options, requests) : undefined
  return left(fewest ?? failureOf(options, lost, seed, path))
}

interface Found<C> {
  readonly races: number
  readonly complete: boolean
  readonly seed: number
  readonly path: string
  readonly lost: Lost<C> | undefined
}

const isList = <A>(as: ReadonlyArray<A> | fc.Arbitrary<ReadonlyArray<A>>): as is ReadonlyArray<A> =>
  Array.isArray(as)

const search = async <C, S, E, R>(
  options: RacesOptions<C, S, E, R>,
  requests: fc.Arbitrary<ReadonlyArray<CommandRequest<C>>>,
): Promise<Found<C>> => {
  const { exhaustive = false, limit = 10_000, schedule, runs, seed, path } = options
  const track = trackOf(options)
  const random = !exhaustive && schedule === undefined
  const every = exhaustive && schedule === undefined
  let races = 0
  let complete = every && isList(options.requests)
  let lost: Lost<C> | undefined
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
  const fixed = isList(options.requests) && !random
  const numRuns = fixed ? 1 : (runs ?? (exhaustive ? 20 : 300))
  const details = await fc.check(property, {
    numRuns,
    path: path ?? '',
    ...(seed === undefined ? {} : { seed }),
  })
  if (details.failed && lost === undefined) lost = brokenOff(details.errorInstance)
  return { races, complete, seed: details.seed, path: details.counterexamplePath ?? '', lost }
}

/** Steps beyond these take the first move; the nearer to zero, the fewer switches. */
const anySchedule = fc.array(fc.nat({ max: 9_999 }), { maxLength: 150, size: 'max' })

const trackOf = <C, S, E, R>(options: RacesOptions<C, S, E, R>): Track<C, S, E, R> => {
  const { store, exhaustive = false, lateAnswers = !exhaustive } = options
  const decider = shaped(options.decider)
  const { before = [], losses = 1 } = options
  const handlers = options.handlers ?? (() => (own) => commandHandler({ decider, store: own, retry: immediate(20) })) // prettier-ignore
  return { decider, store, handlers, before, lateAnswers, losses }
}

/** What was handed in threw before or after the race. */
const brokenOff = <C>(cause: unknown): Lost<C> => ({
  reason: `the race broke off: ${String(cause)}`,
  requests: [],
  steps: [],
  schedule: [],
  text: '',
})

/** The same with as many requests left out as can be. */
const withFewer = async <C, S, E, R>(
  options: RacesOptions<C, S, E, R>,
  requests: ReadonlyArray<CommandRequest<C>>,
): Promise<RaceLost<C> | undefined> => {
  if (options.schedule !== undefined || options.path !== undefined) return undefined
  let all = requests
  let failure: RaceLost<C> | undefined
  for (let i = 0; i < all.length && all.length > 1;) {
    const fewer = all.filter((_, j) => j !== i)
    const { lost, seed, path } = await search({ ...options, requests: fewer }, fc.constant(fewer))
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
  lost: Lost<C>,
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
 * Runs races, and throws an `Error` that tells the whole story where no serial order explains one.
 *
 * @example
 *   import { decider } from 'decider-ts/order'
 *   import { eventCodec, commandCodec } from 'decider-ts/order/codec'
 *   import { withCodec } from 'decider-ts/store/Encoded'
 *   import { memoryStore } from 'decider-ts/store/Memory'
 *   import { arbitrary } from 'decider-ts/testing/arbitrary'
 *   import { races } from 'decider-ts/testing/races'
 *   import fc from 'fast-check'
 *
 *   const command = arbitrary(commandCodec, {
 *     given: [['productId', fc.constantFrom('11', '42')]],
 *   })
 *   await races({
 *     decider,
 *     store: () => withCodec(eventCodec)(memoryStore()),
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
