// Sends the plans to the command handler, one after another. Every request has a commit id of its
// own, so running it all again, after a crash or for fun, writes nothing twice.
import { setImmediate } from 'node:timers/promises'
import { diff } from 'decider-ts/Diff'
import type { OrderCommand, OrderEvent, OrderRejection, OrderState } from 'decider-ts/order'
import type { CommandHandler, HandlerFailure, Outcome } from 'decider-ts/shell/CommandHandler'
import * as E from 'fp-ts/lib/Either.js'
import * as O from 'fp-ts/lib/Option.js'
import type { Option } from 'fp-ts/lib/Option.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { explainFailure } from './explain.ts'
import { showDay } from './fields.ts'
import type { Problem } from './problem.ts'
import type { Progress } from './progress.ts'
import type { Plan, Planned } from './requests.ts'

export type Handler = CommandHandler<OrderCommand, OrderState, OrderEvent, OrderRejection>

export type Failure = HandlerFailure<OrderRejection>

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
      if (O.isSome(sent.right)) problems.push(sent.right.value)
      progress.show(index + 1)
      // an embedded database never waits for anything outside, so signals would never get a turn
      await setImmediate()
    }
    progress.end()
    return E.right(problems)
  }

/** An order's requests in turn; what comes after a problem is not sent. */
const sendPlan =
  (handle: Handler, plan: Plan): TaskEither<Failure, Option<Problem>> =>
  async () => {
    const problem = (reason: string) =>
      E.right(O.some({ place: plan.place, reason, orderId: O.some(plan.orderId) }))
    for (const planned of plan.requests) {
      const outcome = await handle(planned.request)()
      if (E.isLeft(outcome)) {
        if (isOfStore(outcome.left)) return outcome
        return problem(`order ${plan.orderId} can't be written: ${explainFailure(outcome.left)}`)
      }
      const other = difference(planned, outcome.right)
      if (O.isSome(other)) {
        return problem(`order ${plan.orderId} was imported before with other data: ${other.value}`)
      }
    }
    return E.right(O.none)
  }

/** Whether nothing else will work either. */
const isOfStore = ({ type }: Failure): boolean =>
  type === 'StoreUnavailable' || type === 'UndecodableEvent' || type === 'Thrown'

/** Where the events in the store first differ from those that the file leads to. */
const difference = (
  { request, events }: Planned,
  outcome: Outcome<OrderState, OrderEvent>,
): Option<string> => {
  const { occurredAt } = request.commands[0]
  const planned = events.map((event) => ({ ...event, date: showDay(occurredAt) }))
  const stored = outcome.events.map(({ event, occurredAt: at }) => ({
    ...event,
    date: showDay(at),
  }))
  const [change] = diff()(stored, planned)
  if (change === undefined) return O.none
  const [index, field = 'type'] = change.path
  const show = (side: Option<unknown>): string => {
    const value = O.isSome(side) ? side.value : 'nothing'
    return typeof value === 'string' ? value : JSON.stringify(value)
  }
  const { before, after } = change
  const event = stored[Number(index)] ?? planned[Number(index)]
  return O.some(
    `${event?.type} ${String(field)} is ${show(before)} in the store and ${show(after)} in the file`,
  )
}
