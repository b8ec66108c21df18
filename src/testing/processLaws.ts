/**
 * The laws of processes, as invariants of the worlds that a process and its decider lead to: a process
 * that breaks one loses commands in a crash, or has them taken for one another.
 *
 * They are laws 1 to 3 of `Process`. That a command stays outstanding until an event acknowledges it
 * is no invariant of any process, since only the process knows what acknowledges it: say of your settled
 * worlds what must have happened.
 *
 * @since 0.1.0
 */
import type { Issued, Process } from '../Process.ts'
import { same } from '../Same.ts'
import type { Action, Happening, World } from './processSystem.ts'

/**
 * What to hand to `explore`, or to spread beside invariants of your own.
 *
 * @category model
 * @since 0.1.0
 */
export interface ProcessLaws<in P, in E, in C> {
  readonly invariants: Readonly<
    Record<string, (world: World<unknown, P, unknown, unknown>) => boolean>
  >
  readonly stepInvariants: Readonly<
    Record<
      string,
      (
        before: World<unknown, P, unknown, unknown>,
        action: Action<E, C>,
        happenings: ReadonlyArray<Happening<unknown, C, unknown>>,
        after: World<unknown, P, unknown, unknown>,
      ) => boolean
    >
  >
}

/**
 * The laws that a process keeps in every world, by their numbers.
 *
 * @example
 *   import type { Process } from 'decider-ts/Process'
 *   import { decider, type OrderCommand, type OrderEvent } from 'decider-ts/order'
 *   import { explore } from 'decider-ts/testing/explorer'
 *   import { processLaws } from 'decider-ts/testing/processLaws'
 *   import { processSystem } from 'decider-ts/testing/processSystem'
 *   import assert from 'node:assert'
 *
 *   const tax = { id: 'tax', command: { type: 'SetTax', amount: 100 } as const }
 *   // it remembers nothing, so that a crash loses what it called for
 *   const forgetful: Process<OrderEvent, number, OrderCommand> = {
 *     initialState: 0,
 *     evolve: () => 0,
 *     react: (_, event) => (event.type === 'OrderCreated' ? [tax] : []),
 *     resume: () => [],
 *     isTerminal: () => false,
 *   }
 *   const { stepInvariants } = explore(
 *     processSystem(forgetful, decider, [{ type: 'CreateOrder', customerId: 'VINET', currency: 'USD' }]),
 *     processLaws(forgetful),
 *   )
 *   assert.strictEqual(stepInvariants['1: what is called for is outstanding']?.type, 'Broken')
 *
 * @category checking
 * @since 0.1.0
 */
export const processLaws = <E, P, C>(process: Process<E, P, C>): ProcessLaws<P, E, C> => ({
  invariants: {
    '2: nothing is outstanding in a terminal state': ({ process: state }) =>
      !process.isTerminal(state) || process.resume(state).length === 0,
    '3: no two outstanding commands share an id': ({ process: state }) => {
      const outstanding = process.resume(state)
      return new Set(outstanding.map(({ id }) => id)).size === outstanding.length
    },
  },
  stepInvariants: {
    '1: what is called for is outstanding': (_, __, happenings, after) => {
      const outstanding = process.resume(after.process)
      return happenings.every(
        (one) =>
          one.type !== 'Issued' ||
          outstanding.some((other) => isOne(other, one.command.key, one.command.command)),
      )
    },
    '3: an id stands for one command': (before, _, __, after) => {
      const outstanding = process.resume(before.process)
      return process
        .resume(after.process)
        .every(({ id, command }) =>
          outstanding.every((other) => other.id !== id || isOne(other, id, command)),
        )
    },
  },
})

const isOne = <C>(issued: Issued<C>, id: string, command: C): boolean =>
  issued.id === id && same(issued.command, command)
