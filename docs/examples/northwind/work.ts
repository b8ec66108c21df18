// The whole job on an open store: look at what is there, import, and look again.
import type { History } from 'decider-ts/History'
import type { OrderEvent } from 'decider-ts/order'
import { allRows, orderDecider } from 'decider-ts/order'
import type { Instant } from 'decider-ts/Recorded'
import { commandHandler } from 'decider-ts/shell/CommandHandler'
import { catchUp } from 'decider-ts/shell/Projector'
import type { EventStore } from 'decider-ts/store/EventStore'
import { pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import type { Option } from 'fp-ts/lib/Option.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { vanishedShippings } from './differences.ts'
import type { Views } from './figures.ts'
import { viewsAsOf } from './figures.ts'
import type { Failure } from './importOrders.ts'
import { importOrders } from './importOrders.ts'
import type { Problem } from './problem.ts'
import type { Progress } from './progress.ts'
import type { Plan } from './requests.ts'
import type { ShownTables, TablesDatabase, TablesFailure } from './shown.ts'
import { showTables, shownOf } from './shown.ts'

const decider = orderDecider()

export interface Job {
  readonly plans: ReadonlyArray<Plan>
  /** The orders that the files name, imported or not. */
  readonly named: ReadonlySet<string>
  /** What happened later is not looked at. */
  readonly until: Instant
  /** The order to show; the first one where none is asked for. */
  readonly order: Option<string>
  /** Where to keep the tables that are shown; what is shown is folded in memory where there is none. */
  readonly tables: Option<TablesDatabase>
  readonly progress: Progress
  /** Whether to end before all is imported. */
  readonly stopped: () => boolean
}

export interface Done {
  readonly views: Views
  readonly shown: ShownTables
  /** The events of the order to show. */
  readonly history: History<OrderEvent>
  readonly newEvents: number
  /** How many orders were sent, new or not. */
  readonly checked: number
  readonly problems: ReadonlyArray<Problem>
  /** How many orders of the store the files don't name: others, or such as have vanished from them. */
  readonly unnamed: number
  /** How long the import took. */
  readonly seconds: number
}

export const work = (
  store: EventStore<OrderEvent>,
  job: Job,
): TaskEither<Failure | TablesFailure, Done> => {
  const views = viewsAsOf(job.until)
  const readOn = catchUp(store, views)
  const handle = commandHandler({ decider, store })
  return pipe(
    TE.Do,
    TE.bind('before', () => readOn({ position: 0, state: views.initialState })),
    TE.bindW('imported', () => timed(importOrders(handle, job))),
    TE.bindW('after', ({ before }) => readOn(before)),
    TE.bindW('history', ({ after }) =>
      store.load(O.getOrElse(() => allRows(after.state.orders)[0]?.id ?? '')(job.order)),
    ),
    TE.bindW('shown', ({ after, history }) => {
      const id = history[0]?.stream ?? ''
      return O.isNone(job.tables) || job.stopped()
        ? TE.right(shownOf(after.state, id))
        : showTables(store, job.tables.value, id)
    }),
    TE.map(({ before, imported, after, history, shown }) => ({
      views: after.state,
      shown,
      history: history.filter(({ occurredAt }) => occurredAt <= job.until),
      newEvents: after.state.stored - before.state.stored,
      checked: job.plans.length,
      problems: [...imported.result, ...vanishedShippings(job.plans, before.state.shippings)],
      unnamed: allRows(after.state.orders).filter(({ id }) => !job.named.has(id)).length,
      seconds: imported.seconds,
    })),
  )
}

interface Timed<A> {
  readonly result: A
  readonly seconds: number
}

const timed =
  <E, A>(task: TaskEither<E, A>): TaskEither<E, Timed<A>> =>
  () => {
    const start = performance.now()
    return TE.map((result: A) => ({ result, seconds: (performance.now() - start) / 1_000 }))(task)()
  }
