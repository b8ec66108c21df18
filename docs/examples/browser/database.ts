// The orders that all tabs share, and a way to send commands that survives the closing of any tab.
import { PGliteWorker } from '@electric-sql/pglite/worker'
import type { OrderCommand, OrderEvent, OrderRejection, OrderState } from 'decider-ts/order'
import { orderDecider } from 'decider-ts/order'
import { orderEventCodec } from 'decider-ts/order/codec'
import type { CommandHandler } from 'decider-ts/shell/CommandHandler'
import { commandHandler } from 'decider-ts/shell/CommandHandler'
import type { EventStore, StoreUnavailable } from 'decider-ts/store/EventStore'
import { withCodec } from 'decider-ts/store/Encoded'
import { createSchema, sqlStore } from 'decider-ts/store/Sql'
import { tabClient } from 'decider-ts/store/BrowserTabs'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'

const decider = orderDecider()

export interface Orders {
  readonly store: EventStore<OrderEvent>
  readonly handle: CommandHandler<OrderCommand, OrderState, OrderEvent, OrderRejection>
  /** Whether this tab runs the database. */
  readonly isLeader: () => boolean
}

/** Opens a database of the browser, such as `opfs-ahp://orders` or `idb://orders`. */
export const openOrders = (dataDir: string): TaskEither<StoreUnavailable, Orders> => {
  const script = new URL('./worker.js', import.meta.url)
  const running = new Worker(script, { type: 'module' })
  // PGlite begins to listen for this a moment too late where the database is there at once
  let leads = false
  running.addEventListener('message', ({ data }: MessageEvent<{ readonly type?: unknown }>) => {
    if (data.type === 'leader-now') leads = true
  })
  const worker = new PGliteWorker(running, { dataDir })
  const client = tabClient(worker)
  return TE.map((): Orders => {
    const store = withCodec(orderEventCodec)(sqlStore(client))
    const once = commandHandler({ decider, store, optimistic: true })
    return { store, handle: again(once), isLeader: () => leads }
  })(createSchema(client))
}

/**
 * Sends a request again where the tab with the database went away in between. It has a commit id, so
 * that it is done once, however often it is sent.
 */
const again =
  (handle: Orders['handle']): Orders['handle'] =>
  (request) =>
  async () => {
    let outcome = await handle(request)()
    for (let attempt = 1; attempt < 5 && isLost(outcome); attempt++) {
      outcome = await handle(request)()
    }
    return outcome
  }

const isLost = (outcome: Awaited<ReturnType<ReturnType<Orders['handle']>>>): boolean =>
  outcome._tag === 'Left' && outcome.left.type === 'StoreUnavailable'
