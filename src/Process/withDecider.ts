/**
 * A process and its decider as one decider.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Decider } from '../Decider.ts'
import { left, right } from '../internal/either.ts'
import type { Issued, Process } from './model.ts'

/** The state of a decider with a process beside it. */
interface ProcessState<out P, out S> {
  readonly process: P
  readonly decider: S
}

/**
 * Why a decider with a process rejects a command: the decider rejects it (`Rejected`), or a command that
 * followed from it (`FollowUpRejected`), or more commands follow than there is fuel for (`OutOfFuel`,
 * with what was outstanding then).
 */
type ProcessRejection<C, R> =
  | { readonly type: 'Rejected'; readonly rejection: R }
  | {
      readonly type: 'FollowUpRejected'
      readonly id: string
      readonly command: C
      readonly rejection: R
    }
  | {
      readonly type: 'OutOfFuel'
      readonly fuel: number
      readonly outstanding: ReadonlyArray<Issued<C>>
    }

/** A decider that accepts the commands `C`, possibly among others. */
type Accepting<C, S, E, R> = Pick<Decider<C, S, E, R>, 'decide'>

/**
 * A process and its decider as one decider. The process reacts to the events of a command at once, its
 * commands are decided, and so on until nothing is left, all in one decision. Each command is decided on
 * the state that everything before it led to. `fuel` is how many commands may follow from one; if more
 * would follow, or one of them is rejected, the whole command is rejected and nothing is emitted.
 *
 * A command with a due time does not follow at once; it stays outstanding.
 *
 * An issued command waits for its turn, and later events of the same decision do not cancel it. It may
 * arrive when it is no longer needed, so the decider should then emit nothing. Commands that were
 * outstanding before do not follow from this one, and stay outstanding.
 *
 * @example
 *   import { withDecider, type Process } from 'decider-ts/Process'
 *   import { run } from 'decider-ts/Decider'
 *   import { orderDecider, type OrderCommand, type OrderEvent } from 'decider-ts/order'
 *   import { pipe } from 'fp-ts/lib/function.js'
 *   import assert from 'node:assert'
 *
 *   const decider = orderDecider()
 *   const payAtOnce: Process<OrderEvent, boolean, OrderCommand> = {
 *     initialState: false,
 *     evolve: (due, e) => (e.type === 'StatusChanged' ? e.newStatus === 'confirmed' : due),
 *     react: (_, e) =>
 *       e.type === 'StatusChanged' && e.newStatus === 'confirmed'
 *         ? [{ id: 'pay', command: { type: 'ChangeStatus', newStatus: 'paid' } }]
 *         : [],
 *     resume: (due) =>
 *       due ? [{ id: 'pay', command: { type: 'ChangeStatus', newStatus: 'paid' } }] : [],
 *     isTerminal: () => false,
 *   }
 *   const { state } = run(pipe(decider, withDecider(payAtOnce, 10)))([
 *     { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' },
 *     { type: 'AddLine', productId: '11', quantity: 12, unitPrice: 1_400, discount: 0 },
 *     { type: 'ChangeStatus', newStatus: 'confirmed' },
 *   ])
 *   assert.ok(state.decider.type === 'Order' && state.decider.status === 'paid')
 *
 * @category combining
 * @since 0.1.0
 */
export const withDecider =
  <E, P, I = never>(
    process: Process<E, P, I>,
    fuel: number,
  ): (<C, S, D extends E, R>(
    decider: Decider<C, S, D, R> & Accepting<I, S, D, R>,
  ) => Decider<C, ProcessState<P, S>, D, ProcessRejection<I, R>>) =>
  (decider) => ({
    initialState: { process: process.initialState, decider: decider.initialState },
    decide: (command, state) => {
      const first = decider.decide(command, state.decider)
      return first._tag === 'Left'
        ? left({ type: 'Rejected', rejection: first.left })
        : close(process, decider, fuel, state, first.right)
    },
    evolve: (state, event) => {
      const watching = process.evolve(state.process, event)
      const decided = decider.evolve(state.decider, event)
      return Object.is(watching, state.process) && Object.is(decided, state.decider)
        ? state
        : { process: watching, decider: decided }
    },
    isTerminal: (state) => decider.isTerminal(state.decider),
  })

/** The events and everything that follows from them. */
const close = <E, P, I, C, S, D extends E, R>(
  process: Process<E, P, I>,
  decider: Decider<C, S, D, R> & Accepting<I, S, D, R>,
  fuel: number,
  state: ProcessState<P, S>,
  first: ReadonlyArray<D>,
): Either<ProcessRejection<I, R>, ReadonlyArray<D>> => {
  const events: Array<D> = []
  const queue: Array<Issued<I>> = []
  let watching = state.process
  let decided = state.decider
  const apply = (emitted: ReadonlyArray<D>): void => {
    for (const event of emitted) {
      for (const issued of process.react(watching, event)) {
        if (issued.dueAt === undefined) queue.push(issued)
      }
      watching = process.evolve(watching, event)
      decided = decider.evolve(decided, event)
      events.push(event)
    }
  }
  apply(first)
  // the queue grows while it is read
  let used = 0
  for (const { id, command } of queue) {
    if (!(used + 1 <= fuel)) {
      return left({ type: 'OutOfFuel', fuel, outstanding: queue.slice(used) })
    }
    used++
    const decision = decider.decide(command, decided)
    if (decision._tag === 'Left') {
      const rejection = decision.left
      return left({ type: 'FollowUpRejected', id, command, rejection })
    }
    apply(decision.right)
  }
  return right(events)
}
