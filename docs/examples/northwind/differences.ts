// How what the store holds of an order differs from what a file says of it now: events are never changed,
// so a file that has changed since it was imported is told, and not followed.
import type { Dictionary } from 'decider-ts/Dictionary'
import { empty, get, set } from 'decider-ts/Dictionary'
import { diff } from 'decider-ts/Diff'
import type { OrderEvent } from 'decider-ts/order'
import type { Projection } from 'decider-ts/Projection'
import type { Instant, Recorded } from 'decider-ts/Recorded'
import * as O from 'fp-ts/lib/Option.js'
import type { Option } from 'fp-ts/lib/Option.js'
import { showDay } from './fields.ts'
import type { Problem } from './problem.ts'
import type { Plan, Planned } from './requests.ts'
import { commitIdOf } from './requests.ts'

/** Events that only one side has, and the fields that differ in those that both have. */
export const differences = (
  { request, events }: Planned,
  recorded: ReadonlyArray<Recorded<OrderEvent>>,
): ReadonlyArray<string> => {
  const { occurredAt } = request
  const moved = recorded.find((stored) => showDay(stored.occurredAt) !== showDay(occurredAt))
  const dates =
    moved === undefined
      ? []
      : [both(moved.event.type, 'date', showDay(moved.occurredAt), showDay(occurredAt))]
  const stored = byName(recorded.map(({ event }) => event))
  const planned = byName(events)
  const vanished = [...stored.keys()].filter((name) => !planned.has(name))
  const added = [...planned.keys()].filter((name) => !stored.has(name))
  const changed = [...stored].flatMap(([name, event]) => {
    const other = planned.get(name)
    return other === undefined
      ? []
      : diff()(event, other).map(({ path, before, after }) =>
          both(name, path.map(String).join(' '), show(before), show(after)),
        )
  })
  return [
    ...dates,
    ...vanished.map((name) => `${name} is in the store and not in the file`),
    ...added.map((name) => `${name} is in the file and not in the store`),
    ...changed,
  ]
}

export const importedBefore = (orderId: string, difference: string): string =>
  `order ${orderId} was imported before with other data: ${difference}`

/** When the orders were shipped, as far as they were imported so. */
export const importedShippings: Projection<Dictionary<Instant>, Recorded<OrderEvent>> = {
  initialState: empty,
  evolve: (shippings, { stream, commitId, occurredAt }) =>
    commitId === commitIdOf(stream, 'shipped') ? set(stream, occurredAt)(shippings) : shippings,
}

/** The shipping dates that the file no longer has: it asks for nothing then, so nobody else would tell. */
export const vanishedShippings = (
  plans: ReadonlyArray<Plan>,
  shippings: Dictionary<Instant>,
): ReadonlyArray<Problem> =>
  plans.flatMap(({ orderId, place, requests }) => {
    const shipped = get(orderId)(shippings)
    if (O.isNone(shipped) || requests.some(({ request }) => isShipping(request))) return []
    const was = both('StatusChanged to shipped', 'shipped_date', showDay(shipped.value), 'nothing')
    return [{ place, reason: importedBefore(orderId, was), orders: [orderId] }]
  })

const isShipping = ({ stream, commitId }: Planned['request']): boolean =>
  commitId === commitIdOf(stream, 'shipped')

const both = (name: string, field: string, before: string, after: string): string =>
  `${name}: ${field} is ${before} in the store and ${after} in the file`

/** An event by its type and what it is about, which is said once in the history of an import. */
const byName = (events: ReadonlyArray<OrderEvent>): ReadonlyMap<string, OrderEvent> =>
  new Map(events.map((event) => [nameOf(event), event]))

const nameOf = (event: OrderEvent): string => {
  switch (event.type) {
    case 'LineAdded':
      return `LineAdded of product ${event.productId}`
    case 'StatusChanged':
      return `StatusChanged to ${event.newStatus}`
    default:
      return event.type
  }
}

const show = (side: Option<unknown>): string => (O.isSome(side) ? String(side.value) : 'nothing')
