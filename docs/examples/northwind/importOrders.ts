// Sends the plans to the command handler, one after another. Every request has a commit id of its
// own, so running it all again, after a crash or for fun, writes nothing twice.
import { setImmediate } from 'node:timers/promises'
import type { OrderCommand, OrderEvent, OrderRejection, OrderState } from 'decider-ts/order'
import type { CommandHandler, HandlerFailure } from 'decider-ts/shell/CommandHandler'
import type { HistoryChanged } from 'decider-ts/shell/Projector'
import * as E from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { differences, importedBefore } from './differences.ts'
import { explainFailure } from './explain.ts'
import type { Problem } from './problem.ts'
import type { Progress } from './progress.ts'
import type { Plan } from './requests.ts'

export type Handler = CommandHandler<OrderCommand, OrderState, OrderEvent, OrderRejection>

export type Failure = HandlerFailure<OrderRejection> | HistoryChanged

export interface Import {
  readonly plans: ReadonlyArray<Plan>
  readonly progress: Progress
  /** Whether to end before all is imported. */
  readonly stopped: () => boolean
}

/** The orders that the store holds otherwise; fails where the store itself does. */
export const importOrders =
  (
    handle: Handler,
    { plans, progress, stopped }: Import,
  ): TaskEither<Failure, ReadonlyArray<Problem>> =>
  async () => {
    const problems: Array<Problem> = []
    progress.start(plans.length)
    for (const [index, plan] of plans.entries()) {
      if (stopped()) break
      const sent = await sendPlan(handle, plan)()
      if (E.isLeft(sent)) {
        progress.end()
        return sent
      }
      problems.push(...sent.right)
      progress.show(index + 1)
      // an embedded database never waits for anything outside, so signals would never get a turn
      await setImmediate()
    }
    progress.end()
    return E.right(problems)
  }

/** An order's requests in turn; what comes after a problem is not sent. */
const sendPlan =
  (
    handle: Handler,
    { orderId, place, requests }: Plan,
  ): TaskEither<Failure, ReadonlyArray<Problem>> =>
  async () => {
    const problem = (reason: string): Problem => ({ place, reason, orders: [orderId] })
    for (const planned of requests) {
      const outcome = await handle(planned.request)()
      if (E.isLeft(outcome)) {
        if (isOfStore(outcome.left)) return outcome
        const reason = `order ${orderId} can't be written: ${explainFailure(outcome.left)}`
        return E.right([problem(reason)])
      }
      const found = differences(planned, outcome.right.events)
      if (found.length > 0) {
        return E.right(found.map((what) => problem(importedBefore(orderId, what))))
      }
    }
    return E.right([])
  }

/** Whether nothing else will work either. */
const isOfStore = ({ type }: Failure): boolean =>
  type === 'StoreUnavailable' || type === 'UndecodableEvent' || type === 'Thrown'
