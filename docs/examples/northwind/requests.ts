// From an order of the files to requests: pure, and decided before anything is sent. An order that
// `decide` refuses anywhere is refused as a whole, so that none is ever half imported.
import { showIssue } from 'decider-ts/codec/Codec'
import { run } from 'decider-ts/Decider'
import type { OrderCommand, OrderEvent } from 'decider-ts/order'
import { orderDecider } from 'decider-ts/order'
import { orderCommandCodec } from 'decider-ts/order/codec'
import type { Instant } from 'decider-ts/Recorded'
import type { CommandRequest } from 'decider-ts/shell/CommandHandler'
import * as E from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as O from 'fp-ts/lib/Option.js'
import { isNonEmpty, partitionMap } from 'fp-ts/lib/ReadonlyArray.js'
import * as NEA from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import { explainRejection } from './explain.ts'
import type { NorthwindOrder } from './orders.ts'
import type { Place, Problem } from './problem.ts'

const decider = orderDecider()

/** All that is to be sent for one order, and the row that it comes from. */
export interface Plan {
  readonly orderId: string
  readonly place: Place
  readonly requests: ReadonlyArray<Planned>
}

/** A request, and the events that it leads to unless somebody else has changed the order. */
export interface Planned {
  readonly request: CommandRequest<OrderCommand> & { readonly occurredAt: Instant }
  readonly events: ReadonlyArray<OrderEvent>
}

/** An order comes in one commit, or in two where it is shipped. */
export type CommitName = 'placed' | 'shipped'

export const commitIdOf = (orderId: string, commit: CommitName): string =>
  `northwind:${orderId}:${commit}`

/** A command with its commit, its business date and the row that it comes from. */
interface Step<C> {
  readonly commit: CommitName
  readonly instant: Instant
  readonly place: Place
  readonly command: C
}

interface Decided extends Step<OrderCommand> {
  readonly events: ReadonlyArray<OrderEvent>
}

type Refusals = ReadonlyArray<Problem>

/**
 * What to send for an order, or its refusals. An order that is not sound is decided all the same, to
 * find what else is wrong with it, and then never sent.
 */
export const planOrder = (order: NorthwindOrder): Either<Refusals, Plan> => {
  const refuse = ({ place }: Step<unknown>, reason: string): Problem => ({
    place,
    reason,
    orders: [order.row.order_id],
  })
  return pipe(
    decodeAll(stepsOf(order), refuse),
    E.chain((steps) => decideAll(steps, order.sound, refuse)),
    E.map((steps) => planOf(order, steps)),
  )
}

/** What the rows ask for, in the words of the domain. They are data from outside: `unknown`. */
const stepsOf = ({ row, lines }: NorthwindOrder): ReadonlyArray<Step<unknown>> => {
  const placed = (place: Place, command: unknown): Step<unknown> => ({
    commit: 'placed',
    instant: row.order_date,
    place,
    command,
  })
  const shipped = (instant: Instant, newStatus: string): Step<unknown> => ({
    commit: 'shipped',
    instant,
    place: row.place,
    command: { type: 'ChangeStatus', newStatus },
  })
  return [
    placed(row.place, { type: 'CreateOrder', customerId: row.customer_id, currency: 'USD' }),
    ...lines.map((line) =>
      placed(line.place, {
        type: 'AddLine',
        productId: line.product_id,
        quantity: line.quantity,
        unitPrice: line.unit_price,
        discount: line.discount,
      }),
    ),
    placed(row.place, { type: 'SetShipping', amount: row.freight }),
    placed(row.place, { type: 'ChangeStatus', newStatus: 'confirmed' }),
    ...(O.isSome(row.shipped_date)
      ? [shipped(row.shipped_date.value, 'paid'), shipped(row.shipped_date.value, 'shipped')]
      : []),
  ]
}

type Refuse = (step: Step<unknown>, reason: string) => Problem

const decodeAll = (
  steps: ReadonlyArray<Step<unknown>>,
  refuse: Refuse,
): Either<Refusals, ReadonlyArray<Step<OrderCommand>>> => {
  const { left, right } = partitionMap((step: Step<unknown>) =>
    pipe(
      orderCommandCodec.decode(step.command),
      E.bimap(
        (issues) => refuse(step, showIssue(issues[0])),
        (command): Step<OrderCommand> => ({ ...step, command }),
      ),
    ),
  )(steps)
  return left.length > 0 ? E.left(left) : E.right(right)
}

/**
 * Each command decided on what the ones before it led to. A refused command changes nothing, so the
 * others are still decided, and every bad row of an order is found at once.
 */
const decideAll = (
  steps: ReadonlyArray<Step<OrderCommand>>,
  sound: boolean,
  refuse: Refuse,
): Either<Refusals, ReadonlyArray<Decided>> => {
  const { outcomes } = run(decider)(steps.map(({ command }) => command))
  const decided: Array<Decided> = []
  const refusals: Array<Problem> = []
  for (const [i, step] of steps.entries()) {
    const outcome = outcomes[i] ?? E.right([])
    if (E.isRight(outcome)) decided.push({ ...step, events: outcome.right })
    // where something was wrong before, that the status can't change says nothing new
    else if (step.command.type !== 'ChangeStatus' || (sound && refusals.length === 0)) {
      refusals.push(refuse(step, explainRejection(outcome.left)))
    }
  }
  return sound && refusals.length === 0 ? E.right(decided) : E.left(refusals)
}

const planOf = ({ row }: NorthwindOrder, steps: ReadonlyArray<Decided>): Plan => {
  const planned = (commit: CommitName): ReadonlyArray<Planned> => {
    const own = steps.filter((step) => step.commit === commit)
    if (!isNonEmpty(own)) return []
    const request = {
      stream: row.order_id,
      commitId: commitIdOf(row.order_id, commit),
      commands: NEA.map(({ command }: Decided) => command)(own),
      // all steps of one commit have one date
      occurredAt: NEA.head(own).instant,
      actor: 'northwind import',
    }
    return [{ request, events: own.flatMap((step) => step.events) }]
  }
  return {
    orderId: row.order_id,
    place: row.place,
    requests: [...planned('placed'), ...planned('shipped')],
  }
}
