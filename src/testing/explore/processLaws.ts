/**
 * The laws of processes, as invariants of the worlds that a process and its decider lead to. A process
 * that breaks one loses commands in a crash, or confuses them.
 *
 * They are laws 1 to 3 of `Process`, as far as those hold for every process:
 *
 * 1. a command that is called for is outstanding afterwards, and no other command becomes outstanding
 * 2. in a terminal state nothing is outstanding, and a terminal state is not left
 * 3. no two outstanding commands share an id, and an id never stands for another command
 *
 * Only your process knows which event acknowledges a command, and which commands are the same. That a
 * command is not forgotten before, nor called for again under another id, is for invariants of your
 * settled worlds to say. Commands are compared by value.
 *
 * @since 0.1.0
 */
import type { Issued, Process } from '../../Process.ts'
import { same } from '../../internal/equality.ts'
import type { ProcessHappening, ProcessWorld } from './process.ts'

/** Invariants to pass to `explore`. */
interface ProcessInvariants<in P> {
  readonly invariants: Readonly<Record<string, (world: AnyWorld<P>) => boolean>>
  readonly stepInvariants: Readonly<
    Record<
      string,
      (
        before: AnyWorld<P>,
        action: unknown,
        happenings: ReadonlyArray<AnyHappening>,
        after: AnyWorld<P>,
      ) => boolean
    >
  >
}

type AnyHappening = ProcessHappening<unknown, unknown, unknown>

type AnyWorld<P> = ProcessWorld<unknown, P, unknown, unknown>

/**
 * The laws that a process keeps in every world, named by their numbers: options for `explore`, or to be
 * spread beside invariants of your own.
 *
 * @example
 *   import type { Process } from 'decider-ts/Process'
 *   import { orderDecider, type OrderCommand, type OrderEvent } from 'decider-ts/order'
 *   import { explore, processLaws, processSystem } from 'decider-ts/testing/explore'
 *   import assert from 'node:assert'
 *
 *   const decider = orderDecider()
 *   const tax = { id: 'tax', command: { type: 'SetTax', amount: 100 } as const }
 *   // it remembers nothing, so a crash loses what it called for
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
export const processLaws = <E, P, C>(process: Process<E, P, C>): ProcessInvariants<P> => ({
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
      return issuedIn(happenings).every((one) => includesIssued(outstanding, one))
    },
    '1: what becomes outstanding was called for': (before, _, happenings, after) => {
      const known = [...process.resume(before.process), ...issuedIn(happenings)]
      return process.resume(after.process).every((one) => includesIssued(known, one))
    },
    '2: a terminal state is not left': (before, _, __, after) =>
      !process.isTerminal(before.process) || process.isTerminal(after.process),
    '3: an id stands for one command': (before, _, __, after) => {
      const earlier = [...process.resume(before.process), ...before.underWay]
      const later = [...process.resume(after.process), ...after.underWay]
      return later.every((one) => earlier.every((other) => other.id !== one.id || same(other, one)))
    },
  },
})

const issuedIn = (happenings: ReadonlyArray<AnyHappening>): ReadonlyArray<Issued<unknown>> =>
  happenings.flatMap((one) =>
    one.type === 'Issued' ? [{ id: one.command.key, command: one.command.command }] : [],
  )

const includesIssued = (all: ReadonlyArray<Issued<unknown>>, one: Issued<unknown>): boolean =>
  all.some((other) => same(other, one))
