/**
 * One race: requests that are handled at the same time, step by step in an order that is chosen.
 *
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type {
  CommandHandler,
  HandlerFailure,
  Outcome,
  Request,
} from '../../shell/CommandHandler.ts'
import type { Commit, EventStore, StoreUnavailable } from '../../store/EventStore.ts'
import { left } from '../../internal/either.ts'

export type Result<S, E, R> = Either<HandlerFailure<R>, Outcome<S, E>>

export interface Setting<C, S, E, R> {
  readonly requests: ReadonlyArray<Request<C>>
  readonly store: EventStore<E>
  readonly handle: (store: EventStore<E>) => CommandHandler<C, S, E, R>
  /** Whether to start and to be answered are steps of their own. */
  readonly lateAnswers: boolean
  /** How many appends may go astray. */
  readonly losses: number
  /** Which of the possible moves comes next, step by step; the first one where this ends. */
  readonly choices: ReadonlyArray<number>
}

export interface Race<S, E, R> {
  /** What happened, one line a step. */
  readonly steps: ReadonlyArray<string>
  /** The moves that were chosen, and how many there were to choose from. */
  readonly choices: ReadonlyArray<number>
  readonly widths: ReadonlyArray<number>
  /** What became of each request; of none of them where nothing moves any more. */
  readonly runs: ReadonlyArray<Run<S, E, R>>
}

/** A request's outcome, and the steps at which it was sent and answered. */
export interface Run<S, E, R> {
  readonly result: Result<S, E, R>
  readonly from: number
  readonly to: number
}

/** Names of requests: A, B, …, Z, then by number. */
export const nameOf = (index: number): string =>
  index < 26 ? String.fromCharCode(65 + index) : `request ${index + 1}`

interface Point {
  readonly client: Client
  /** In how many ways it can go on: as it should, or astray. */
  readonly ways: number
  readonly go: (way: number) => void
}

interface Client {
  readonly name: string
  /** Points at which it waits to be let go on. */
  waiting: number
  /** Operations of the store that are under way for it. */
  executing: number
  done: boolean
}

interface Stage {
  readonly points: Array<Point>
  readonly steps: Array<string>
  readonly clients: Array<Client>
  losses: number
  last: Client | undefined
  notify: () => void
}

const arrive = (stage: Stage, client: Client, ways = 1): Promise<number> =>
  new Promise((go) => {
    client.waiting++
    stage.points.push({ client, ways, go })
    stage.notify()
  })

/** Nothing moves without being let go on. */
const isQuiet = ({ clients }: Stage): boolean =>
  clients.every(({ done, waiting, executing }) => executing === 0 && (done || waiting > 0))

/** Beyond any chain of promises that runs without waiting for the world. */
const ticks = 200

/** Milliseconds after which a handler that neither asks the store nor answers is given up. */
const patience = 10_000

/** Lets whatever is due run. */
const soon: Promise<void> = Promise.resolve()

const settle = async (stage: Stage): Promise<boolean> => {
  for (let tick = 0; !isQuiet(stage); tick++) {
    if (tick < ticks) await soon
    else if (await woken(stage)) await rest()
    else return false
  }
  return true
}

/** Where other operations are waited for, what the one that comes back sets off is not seen. */
const rest = async (): Promise<void> => {
  for (let tick = 0; tick < ticks; tick++) await soon
}

const woken = (stage: Stage): Promise<boolean> =>
  new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), patience)
    stage.notify = () => {
      clearTimeout(timer)
      resolve(true)
    }
  })

interface Move {
  readonly point: Point
  readonly way: number
}

/** First who moved last, then the others; what goes astray comes after what does not. */
const movesOf = ({ points, last, losses, clients }: Stage): ReadonlyArray<Move> => {
  const rank = ({ client }: Point): number => (client === last ? -1 : clients.indexOf(client))
  const ordered = [...points].sort((a, b) => rank(a) - rank(b))
  const moves = ordered.map((point): Move => ({ point, way: 0 }))
  if (losses === 0) return moves
  for (const point of ordered) {
    for (let way = 1; way < point.ways; way++) moves.push({ point, way })
  }
  return moves
}

const take = async (stage: Stage, { point, way }: Move): Promise<void> => {
  const { client } = point
  stage.points.splice(stage.points.indexOf(point), 1)
  stage.last = client
  if (way > 0) stage.losses--
  client.waiting--
  client.executing++
  point.go(way)
  if (client.waiting > 0) await rest()
}

export const play = async <C, S, E, R>(setting: Setting<C, S, E, R>): Promise<Race<S, E, R>> => {
  const { requests, losses } = setting
  const stage: Stage = {
    points: [],
    steps: [],
    clients: [],
    losses,
    last: undefined,
    notify: () => undefined,
  }
  const runs: Array<Run<S, E, R>> = []
  const time = { now: 0 }
  requests.forEach((request, i) => {
    const client: Client = { name: nameOf(i), waiting: 0, executing: 0, done: false }
    stage.clients.push(client)
    void attend(setting, stage, client, request, time).then((run) => {
      runs[i] = run
      client.done = true
      stage.notify()
    })
  })
  const choices: Array<number> = []
  const widths: Array<number> = []
  while (await settle(stage)) {
    const moves = movesOf(stage)
    if (moves.length === 0) return { steps: stage.steps, choices, widths, runs }
    const choice = (setting.choices[choices.length] ?? 0) % moves.length
    choices.push(choice)
    widths.push(moves.length)
    time.now++
    await take(stage, moves[choice] as Move) // choice < moves.length
  }
  return { steps: stage.steps, choices, widths, runs: [] }
}

/** Sends a request, and sends it again where the store did not answer, as a client would. */
const attend = async <C, S, E, R>(
  { handle, store, lateAnswers, losses }: Setting<C, S, E, R>,
  stage: Stage,
  client: Client,
  request: Request<C>,
  time: { readonly now: number },
): Promise<Run<S, E, R>> => {
  const say = (text: string) => stage.steps.push(`${client.name} ${text}`)
  if (lateAnswers) {
    await arrive(stage, client)
    say('is sent')
    client.executing--
  }
  const from = time.now
  const own = slowed(store, { stage, client, lateAnswers })
  let handler: CommandHandler<C, S, E, R> | undefined
  for (let sent = 1; ; sent++) {
    const result = await outcomeOf(() => (handler ??= handle(own))(request)())
    const unknown = result._tag === 'Left' && result.left.type === 'StoreUnavailable'
    if (!unknown || sent > losses + 1) return { result, from, to: time.now }
    say('is sent again')
  }
}

const outcomeOf = async <S, E, R>(
  answer: () => Promise<Result<S, E, R>>,
): Promise<Result<S, E, R>> => {
  try {
    return await answer()
  } catch (cause) {
    return left({ type: 'Thrown', cause })
  }
}

const unanswered: Either<StoreUnavailable, never> = left({
  type: 'StoreUnavailable',
  operation: 'append',
  cause: 'no answer, as far as it goes',
})

/** An operation that waits to be let go on, and may go astray. */
const perform = async <F extends { readonly type: string }, A>(
  { stage, client, lateAnswers }: Desk,
  asks: string,
  operation: () => Promise<Either<F, A>>,
  ways = 1,
): Promise<Either<F | StoreUnavailable, A>> => {
  const way = await arrive(stage, client, ways)
  const say = (text: string) => stage.steps.push(`${client.name} ${asks}: ${text}`)
  const run = async (): Promise<Either<F, A>> => {
    const result = await operation()
    say(`${show(result)}${endings[way]}`) // what is run at all has one
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

/** Where a client asks the store. */
interface Desk {
  readonly stage: Stage
  readonly client: Client
  readonly lateAnswers: boolean
}

/** The store, each of whose operations waits. */
const slowed = <E>(store: EventStore<E>, desk: Desk): EventStore<E> => ({
  load:
    (stream, after = 0) =>
    () =>
      perform(desk, `loads ${stream} after version ${after}`, store.load(stream, after)),
  append: (commit) => () =>
    perform(desk, `appends ${showCommit(commit)}`, store.append(commit), waysOfAppend),
  readAll: (after, limit) => () =>
    perform(desk, `reads all after position ${after}`, store.readAll(after, limit)),
  head: () => () => perform(desk, 'asks for the last position', store.head()),
})

/** An append can go as it should, lose its answer, be delayed beyond its answer, or be lost. */
const waysOfAppend = 4

/** What is told of all but the last. */
const endings = ['', ', but the answer is lost', ', late']

/** Takes effect at some later step, when nobody waits for it any more. */
const delay = (stage: Stage, { name }: Client, run: () => Promise<unknown>): void => {
  const network: Client = { name, waiting: 0, executing: 0, done: true }
  stage.clients.push(network)
  void arrive(stage, network).then(async () => {
    await run()
    network.executing--
    stage.notify()
  })
}

const count = (n: number): string => (n === 1 ? '1 event' : `${n} events`)

const showCommit = ({ stream, commitId, expected, events }: Commit<unknown>): string => {
  const version = expected.type === 'Exactly' ? `version ${expected.version}` : expected.type
  return `${count(events.length)} to ${stream} as ${commitId}, expecting ${version}`
}

const show = (result: Either<{ readonly type: string }, unknown>): string => {
  if (result._tag === 'Left') return result.left.type
  return Array.isArray(result.right) ? count(result.right.length) : String(result.right)
}
