/**
 * One race: requests that are handled concurrently, step by step in a chosen order.
 *
 */
import type { Either } from 'fp-ts/lib/Either.js'
import { orThrown } from '../../shell/internal/orThrown.ts'
import type { HandlerFailure, Outcome, CommandRequest } from '../../shell/CommandHandler.ts'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { CommitReader, EventStore, StoreUnavailable, Thrown } from '../../store/EventStore.ts'
import { left } from '../../internal/either.ts'
import type { StoreAnswer } from './words.ts'
import { answerInWords, commitInWords, queryInWords } from './words.ts'

/** A handler of requests `Q`, which fails with `F` or gives `A`. */
type RequestHandler<in Q, out F, out A> = (request: Q) => TaskEither<F, A>

/** How a request can fail, whatever is handled. */
type FailureWithType = { readonly type: string }

export interface RacedRequests<Q, E, F, A> {
  readonly requests: ReadonlyArray<Q>
  readonly store: EventStore<E>
  readonly handle: (store: EventStore<E>) => RequestHandler<Q, F, A>
  /** Between how many handlers the requests are shared out. By default each request has one of its own. */
  readonly processes: number | undefined
  /** Whether sending and answering are steps of their own. */
  readonly lateAnswers: boolean
  /** How many appends may be lost, delayed, or lose their answer. */
  readonly losses: number
  /** Which of the possible moves comes next, step by step. After the end of the list, the first one. */
  readonly choices: ReadonlyArray<number>
}

/** A race of requests to streams. */
export type RaceSetting<C, S, E, R> = RacedRequests<
  CommandRequest<C>,
  E,
  HandlerFailure<R>,
  Outcome<S, E>
>

export interface PlayedRace<out F, out A> {
  /** What happened, one line for each step. */
  readonly steps: ReadonlyArray<string>
  /** The moves that were chosen, and from how many. */
  readonly choices: ReadonlyArray<number>
  readonly widths: ReadonlyArray<number>
  /** What became of each request; empty if nothing moves any more. */
  readonly runs: ReadonlyArray<PlayedRequest<F, A>>
}

/** A request's outcome, and the steps at which it was sent and answered. */
export interface PlayedRequest<out F, out A> {
  readonly result: Either<F | Thrown, A>
  readonly from: number
  readonly to: number
}

export type Race<S, E, R> = PlayedRace<HandlerFailure<R>, Outcome<S, E>>
export type RequestRun<S, E, R> = PlayedRequest<HandlerFailure<R>, Outcome<S, E>>

/** Names of requests: A, B, …, Z, then numbers. */
export const requestLetter = (index: number): string =>
  index < 26 ? String.fromCharCode(65 + index) : `request ${index + 1}`

/** Where a client waits to go on. */
interface WaitingPoint {
  readonly client: RaceClient
  /** In how many ways it can go on: as intended, and with losses. */
  readonly ways: number
  readonly go: (way: number) => void
}

/** Who sends one request, or delivers a delayed append. */
interface RaceClient {
  readonly name: string
  /** How many of its points wait. */
  waiting: number
  /** How many operations of the store are under way for it. */
  executing: number
  done: boolean
  /** Whose handler it shares with others: while that one waits, so does it. */
  readonly host?: RaceClient
}

interface RaceStage {
  readonly points: Array<WaitingPoint>
  readonly steps: Array<string>
  readonly clients: Array<RaceClient>
  losses: number
  last: RaceClient | undefined
  notify: () => void
}

const arrive = (stage: RaceStage, client: RaceClient, ways = 1): Promise<number> =>
  new Promise((go) => {
    client.waiting++
    stage.points.push({ client, ways, go })
    stage.notify()
  })

/** Whether nothing moves before the next choice. */
const isStageQuiet = ({ clients }: RaceStage): boolean =>
  clients.every(
    ({ done, waiting, executing, host }) =>
      executing === 0 && (done || waiting > 0 || (host !== undefined && host.waiting > 0)),
  )

/** More than any chain of promises takes that waits for no I/O. */
const ticks = 200

/** After so many milliseconds, a handler that neither asks the store nor answers is given up. */
const maxRests = 10_000

/** Lets pending callbacks run. */
const soon: Promise<void> = Promise.resolve()

const untilQuiet = async (stage: RaceStage): Promise<boolean> => {
  for (let tick = 0; !isStageQuiet(stage); tick++) {
    if (tick < ticks) await soon
    else if (await woken(stage)) await rest()
    else return false
  }
  return true
}

/** While other operations are waited for, lets one that came back run as far as it goes. */
const rest = async (): Promise<void> => {
  for (let tick = 0; tick < ticks; tick++) await soon
}

const woken = (stage: RaceStage): Promise<boolean> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), maxRests)
    stage.notify = () => {
      clearTimeout(timer)
      resolve(true)
    }
  })

interface RaceMove {
  readonly point: WaitingPoint
  readonly way: number
}

/** First the client that moved last, then the others. Losses come last. */
const movesAt = ({ points, last, losses, clients }: RaceStage): ReadonlyArray<RaceMove> => {
  const rank = ({ client }: WaitingPoint): number =>
    client === last ? -1 : clients.indexOf(client)
  const ordered = [...points].sort((a, b) => rank(a) - rank(b))
  const moves = ordered.map((point): RaceMove => ({ point, way: 0 }))
  if (losses === 0) return moves
  for (const point of ordered) {
    for (let way = 1; way < point.ways; way++) moves.push({ point, way })
  }
  return moves
}

const take = async (stage: RaceStage, { point, way }: RaceMove): Promise<void> => {
  const { client } = point
  stage.points.splice(stage.points.indexOf(point), 1)
  stage.last = client
  if (way > 0) stage.losses--
  client.waiting--
  client.executing++
  point.go(way)
  if (client.waiting > 0) await rest()
}

export const play = async <Q, E, F extends FailureWithType, A>(
  setting: RacedRequests<Q, E, F, A>,
): Promise<PlayedRace<F, A>> => {
  const { requests, losses } = setting
  const stage = newStage(losses)
  const runs: Array<PlayedRequest<F, A>> = []
  const time = { now: 0 }
  const processes = processesOf(setting, stage)
  requests.forEach((request, i) => {
    const name = requestLetter(i)
    const shared = processes?.[i % processes.length]
    const client: RaceClient = newClient(name, shared?.host)
    const handler = shared?.handler ?? ownHandler(setting, stage, client)
    stage.clients.push(client)
    void attend(setting, stage, client, handler, request, time).then((run) => {
      runs[i] = run
      client.done = true
      stage.notify()
    })
  })
  const choices: Array<number> = []
  const widths: Array<number> = []
  while (await untilQuiet(stage)) {
    // requests of one handler go on beside one that waits
    if (processes !== undefined) await rest()
    const moves = movesAt(stage)
    if (moves.length === 0) return { steps: stage.steps, choices, widths, runs }
    const choice = (setting.choices[choices.length] ?? 0) % moves.length
    choices.push(choice)
    widths.push(moves.length)
    time.now++
    await take(stage, moves[choice] as RaceMove) // choice < moves.length
  }
  return { steps: stage.steps, choices, widths, runs: [] }
}

const newStage = (losses: number): RaceStage => ({
  points: [],
  steps: [],
  clients: [],
  losses,
  last: undefined,
  notify: () => undefined,
})

const newClient = (name: string, host?: RaceClient): RaceClient => ({
  name,
  waiting: 0,
  executing: 0,
  done: false,
  ...(host === undefined ? {} : { host }),
})

/** A handler for one client, made when it is first needed. */
const ownHandler = <Q, E, F, A>(
  { handle, store, lateAnswers }: RacedRequests<Q, E, F, A>,
  stage: RaceStage,
  client: RaceClient,
): (() => RequestHandler<Q, F, A>) => {
  let handler: RequestHandler<Q, F, A> | undefined
  return () => (handler ??= handle(slowed(store, { stage, client, lateAnswers })))
}

interface RaceProcess<in Q, out F, out A> {
  readonly host: RaceClient
  readonly handler: () => RequestHandler<Q, F, A>
}

const processesOf = <Q, E, F, A>(
  setting: RacedRequests<Q, E, F, A>,
  stage: RaceStage,
): ReadonlyArray<RaceProcess<Q, F, A>> | undefined => {
  if (setting.processes === undefined) return undefined
  return Array.from({ length: Math.max(1, setting.processes) }, (_, i) => {
    const host = { ...newClient(`process ${i + 1}`), done: true }
    stage.clients.push(host)
    return { host, handler: ownHandler(setting, stage, host) }
  })
}

/** Sends a request, and sends it again if the store did not answer, as a client would. */
const attend = async <Q, E, F extends FailureWithType, A>(
  { lateAnswers, losses }: RacedRequests<Q, E, F, A>,
  stage: RaceStage,
  client: RaceClient,
  handler: () => RequestHandler<Q, F, A>,
  request: Q,
  time: { readonly now: number },
): Promise<PlayedRequest<F, A>> => {
  const say = (text: string) => stage.steps.push(`${client.name} ${text}`)
  if (lateAnswers) {
    await arrive(stage, client)
    say('is sent')
    client.executing--
  }
  const from = time.now
  let unknown: Either<F | Thrown, A> | undefined
  for (let sent = 1; ; sent++) {
    const answer = await orThrown(() => handler()(request)())
    const failure = answer._tag === 'Left' ? answer.left.type : undefined
    // a busy store tells nothing of what was sent before
    const result = failure === 'StoreBusy' ? (unknown ?? answer) : answer
    if (failure !== 'StoreUnavailable' || sent > losses + 1) return { result, from, to: time.now }
    unknown = answer
    say('is sent again')
  }
}

const unanswered: Either<StoreUnavailable, never> = left({
  type: 'StoreUnavailable',
  operation: 'append',
  cause: 'no answer, as far as it goes',
})

/** An operation that waits for its turn, and may be lost, delayed, or lose its answer. */
const perform = async <F extends { readonly type: string }, A extends StoreAnswer>(
  { stage, client, lateAnswers }: ClientDesk,
  asks: string,
  operation: () => Promise<Either<F, A>>,
  ways = 1,
): Promise<Either<F | StoreUnavailable, A>> => {
  const way = await arrive(stage, client, ways)
  const say = (text: string) => stage.steps.push(`${client.name} ${asks}: ${text}`)
  const run = async (): Promise<Either<F, A>> => {
    const result = await operation()
    say(`${answerInWords(result)}${endings[way]}`) // every way that runs has one
    return result
  }
  const late = () => run().catch((cause) => say(`it throws ${String(cause)}, late`))
  let answer: Either<F | StoreUnavailable, A> = unanswered
  try {
    if (way < 2) answer = await run()
    else say(way === 2 ? 'it is delayed' : 'it is lost')
    if (way === 2) delay(stage, client, late)
  } finally {
    client.executing--
    stage.notify()
  }
  if (lateAnswers) {
    await arrive(stage, client)
    stage.steps.push(`${client.name} ${way === 0 ? 'is answered' : 'gives up waiting'}`)
    client.executing--
  }
  return way === 0 ? answer : unanswered
}

/** A client that asks the store. */
interface ClientDesk {
  readonly stage: RaceStage
  readonly client: RaceClient
  readonly lateAnswers: boolean
}

/** The store, with operations that wait for their turn. */
const slowed = <E>(store: EventStore<E>, desk: ClientDesk): EventStore<E> => ({
  load:
    (stream, after = 0, { limit } = {}) =>
    () => {
      const most = limit === undefined ? '' : `, at most ${limit}`
      const load = store.load(stream, after, { limit })
      return perform(desk, `loads ${stream} after version ${after}${most}`, load)
    },
  append: (commit) => () =>
    perform(desk, `appends ${commitInWords(commit)}`, store.append(commit), waysOfAppend),
  readAll:
    (after, limit, { types, categories, query } = {}) =>
    () => {
      const read = store.readAll(after, limit, { types, categories, query })
      const what = query === undefined ? 'all' : queryInWords(query)
      return perform(desk, `reads ${what} after position ${after}`, read)
    },
  ...(store.commits && { commits: slowedReader(store.commits, desk) }),
})

const slowedReader = (commits: CommitReader, desk: ClientDesk): CommitReader => ({
  read: (after, limit) => () =>
    perform(desk, `reads commits after position ${after}`, commits.read(after, limit)),
  find: (commitId) => () => perform(desk, `looks for ${commitId}`, commits.find(commitId)),
})

/** An append can succeed, lose its answer, be delayed beyond its answer, or be lost. */
const waysOfAppend = 4

/** What the steps say of each but the last. */
const endings = ['', ', but the answer is lost', ', late']

/** Takes effect at a later step, when nobody waits for it any more. */
const delay = (stage: RaceStage, { name }: RaceClient, run: () => Promise<unknown>): void => {
  const network: RaceClient = { name, waiting: 0, executing: 0, done: true }
  stage.clients.push(network)
  void arrive(stage, network).then(async () => {
    await run()
    network.executing--
    stage.notify()
  })
}
