/**
 * A process manager with its decider as a transition system, so that every order in which events and
 * commands may be delivered can be explored, with crashes and with commands that arrive twice.
 *
 * The decider's events wait in a log, which the process reads in order. The commands that it issues are
 * under way until they are delivered, each at any later time. A crash of the process loses everything
 * that is under way; what the process has seen is durable, and it starts again with `resume`. An order of
 * deliveries that is not possible here is not possible for a process on an event store either. A command
 * that arrives late after a crash counts as delivered twice.
 *
 * `E` is the event, `C` the command, `S` the state of the decider, `P` the state of the process, `R` the
 * rejection; `w` is a world: both states, and what is waiting.
 *
 * Laws, for every world `w` that is reached:
 *
 * 1. `w.process` is the fold of the events that were emitted and are not in `w.unseen`, and `w.decider`
 *    is the fold of all of them
 * 2. without crashes and duplicates, the commands under way are those issued minus those delivered, each
 *    once
 * 3. running each command to its end before the next is asked leads to the state of `withDecider`, if that
 *    rejects nothing and nothing is outstanding at the start
 * 4. in a terminal world every action is rejected or changes nothing
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Decider, Transition } from '../../Decider.ts'
import type { Issued, Process } from '../../Process.ts'
import type { KeyedCommand } from '../../Product.ts'
import type { Projection } from '../../Projection.ts'
import { replayFrom } from '../../Projection.ts'
import { right } from '../../internal/either.ts'
import { same } from '../../internal/equality.ts'
import { shaped } from '../internal/shapes.ts'
import { integerFrom } from './options.ts'
import type { System } from './system.ts'

/** Everything there is: both states, what the process has not seen yet, and what is under way. */
export interface ProcessWorld<out S, out P, out E, out C> {
  readonly decider: S
  readonly process: P
  /** Emitted events that the process has not seen, oldest first. */
  readonly unseen: ReadonlyArray<E>
  /** Issued commands that were not delivered, sorted by id. */
  readonly underWay: ReadonlyArray<Issued<C>>
  /** The sorted ids of commands that emitted events, if ids are recognised. */
  readonly carriedOut: ReadonlyArray<string>
  /** How often the process has crashed. */
  readonly crashes: number
  /** How many commands were delivered and stayed under way. */
  readonly duplicates: number
}

/**
 * What can happen next: somebody asks the decider for something (`Ask`), the process sees its next event
 * (`See`), a command is delivered (`Deliver`), or delivered and still under way (`Duplicate`), or the
 * process crashes and resumes (`Crash`).
 */
export type ProcessAction<E, C> =
  | { readonly type: 'Ask'; readonly command: C }
  | { readonly type: 'See'; readonly event: E }
  | { readonly type: 'Deliver'; readonly command: KeyedCommand<C> }
  | { readonly type: 'Duplicate'; readonly command: KeyedCommand<C> }
  | { readonly type: 'Crash' }

/**
 * What an action led to: the decider emitted an event, the process issued a command, the decider rejected
 * a command of the process, or recognised its id.
 */
export type ProcessHappening<E, C, R> =
  | { readonly type: 'Emitted'; readonly event: E }
  | { readonly type: 'Issued'; readonly command: KeyedCommand<C> }
  | { readonly type: 'Refused'; readonly rejection: R }
  | { readonly type: 'Recognised'; readonly command: KeyedCommand<C> }

/** How much may go wrong, and how much may pile up. */
export interface ProcessTrouble {
  /** How often the process may crash. Defaults to 1. */
  readonly crashes?: number
  /** How many commands may be delivered twice. Defaults to 1. */
  readonly duplicates?: number
  /**
   * With so many events unseen, nothing is asked; with so many commands under way, nothing is seen. That
   * keeps the number of worlds finite if the decider has finitely many states. Defaults to 4, clamped to
   * at least 1.
   */
  readonly backlog?: number
  /**
   * Whether a command with a known id is answered without events, as a command handler does that takes
   * ids for commit ids. Otherwise the decider meets every duplicate. Defaults to `false`.
   */
  readonly recognised?: boolean
}

/**
 * Whether a process has nothing more to do in a world: it has seen everything, nothing is under way, and
 * nothing is outstanding. What must have happened in the end is an invariant of settled worlds.
 *
 * @example
 *   import { isSettled } from 'decider-ts/testing/explore'
 *   import assert from 'node:assert'
 *
 *   const ship = { id: 'ship', command: 'Ship' }
 *   const process = {
 *     initialState: false,
 *     evolve: () => true,
 *     react: () => [ship],
 *     resume: (due: boolean) => (due ? [ship] : []),
 *     isTerminal: () => false,
 *   }
 *   const quiet = { unseen: [], underWay: [], carriedOut: [], crashes: 0, duplicates: 0 }
 *   assert.ok(isSettled(process)({ ...quiet, decider: 0, process: false }))
 *   assert.ok(!isSettled(process)({ ...quiet, decider: 0, process: true }))
 *
 * @category reading
 * @since 0.1.0
 */
export const isSettled =
  <E, P, C>(
    process: Process<E, P, C>,
  ): (<S>(world: ProcessWorld<S, P, unknown, unknown>) => boolean) =>
  (world) =>
    world.unseen.length === 0 &&
    world.underWay.length === 0 &&
    process.resume(world.process).length === 0

/**
 * A process with its decider, and the commands that may be asked of the decider at any time. A state of
 * the system is a world: `decider` and `process` are the two states, `unseen` the events that the process
 * has not seen, `underWay` the commands not delivered. A world is terminal if the process is settled and
 * no command that can be asked emits events. In a dead end, something is outstanding forever.
 *
 * `trouble` says how often the process may crash and how many commands may be delivered twice (each
 * defaults to 1), how many events and commands may be waiting (`backlog`, defaults to 4), and whether the
 * ids of commands that were carried out are `recognised` (defaults to `false`).
 *
 * @example
 *   import { orderDecider, type OrderCommand, type OrderEvent } from 'decider-ts/order'
 *   import { fromPending } from 'decider-ts/Process'
 *   import { explore, isSettled, processSystem } from 'decider-ts/testing/explore'
 *   import assert from 'node:assert'
 *
 *   const decider = orderDecider()
 *   const pay: OrderCommand = { type: 'ChangeStatus', newStatus: 'paid' }
 *   const paying = fromPending({
 *     initialState: false,
 *     evolve: (due: boolean, event: OrderEvent) =>
 *       event.type === 'StatusChanged' ? event.newStatus === 'confirmed' : due,
 *     pending: (due) => (due ? [{ id: 'pay', command: pay }] : []),
 *     isTerminal: () => false,
 *   })
 *   const system = processSystem(paying, decider, [
 *     { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' },
 *     { type: 'AddLine', productId: '11', quantity: 1, unitPrice: 1_400, discount: 0 },
 *     { type: 'ChangeStatus', newStatus: 'confirmed' },
 *   ])
 *   const report = explore(system, {
 *     invariants: {
 *       'what is confirmed is paid in the end': (world) =>
 *         !isSettled(paying)(world) ||
 *         world.decider.type === 'NoOrder' ||
 *         world.decider.status !== 'confirmed',
 *     },
 *   })
 *   assert.deepStrictEqual(report.extent, { type: 'Complete' })
 *   assert.strictEqual(report.invariants['what is confirmed is paid in the end']?.type, 'Holds')
 *
 * @category building
 * @since 0.1.0
 */
export const processSystem: {
  <E, P, const C, S, R>(
    process: Process<E, P, C>,
    decider: Decider<C, S, E, R>,
    commands: (state: S) => ReadonlyArray<C>,
    trouble?: ProcessTrouble,
  ): System<ProcessWorld<S, P, E, C>, ProcessAction<E, C>, ProcessHappening<E, C, R>, R>
  <E, P, C, S, R>(
    process: Process<E, P, C>,
    decider: Decider<C, S, E, R>,
    commands: ReadonlyArray<C> | ((state: S) => ReadonlyArray<C>),
    trouble?: ProcessTrouble,
  ): System<ProcessWorld<S, P, E, C>, ProcessAction<E, C>, ProcessHappening<E, C, R>, R>
} = <E, P, C, S, R>(
  process: Process<E, P, C>,
  decider: Decider<C, S, E, R>,
  commands: ReadonlyArray<C> | ((state: S) => ReadonlyArray<C>),
  trouble: ProcessTrouble = {},
): System<ProcessWorld<S, P, E, C>, ProcessAction<E, C>, ProcessHappening<E, C, R>, R> => {
  const system: ProcessParts<E, P, C, S, R> = {
    process,
    decider: shaped(decider),
    commandsIn: typeof commands === 'function' ? commands : () => commands,
    ...withDefaults(trouble),
  }
  const settled = isSettled(process)
  return {
    initialState: firstWorld(process, decider),
    actions: (world) => processActions(system, world),
    step: (action, world) => worldAfter(system, action, world),
    isTerminal: (world) => settled(world) && rejectsAll(system, world.decider),
  }
}

const withDefaults = ({
  crashes = 1,
  duplicates = 1,
  backlog = 4,
  recognised = false,
}: ProcessTrouble): Required<ProcessTrouble> => ({
  crashes,
  duplicates,
  backlog: integerFrom(1, backlog),
  recognised,
})

/** The world before any command. */
const firstWorld = <E, P, C, S>(
  process: Process<E, P, C>,
  { initialState }: Projection<S, E>,
): ProcessWorld<S, P, E, C> => ({
  decider: initialState,
  process: process.initialState,
  unseen: [],
  underWay: byId(process.resume(process.initialState)),
  carriedOut: [],
  crashes: 0,
  duplicates: 0,
})

interface ProcessParts<
  in out E,
  in out P,
  in out C,
  in out S,
  out R,
> extends Required<ProcessTrouble> {
  readonly process: Process<E, P, C>
  readonly decider: Decider<C, S, E, R>
  readonly commandsIn: (state: S) => ReadonlyArray<C>
}

/** Whether no command that can be asked in a state emits events. */
const rejectsAll = <E, P, C, S, R>(
  { decider, commandsIn }: ProcessParts<E, P, C, S, R>,
  state: S,
): boolean =>
  commandsIn(state).every((command) => {
    const decision = decider.decide(command, state)
    return decision._tag === 'Left' || decision.right.length === 0
  })

const byId = <C>(issued: ReadonlyArray<Issued<C>>): ReadonlyArray<Issued<C>> =>
  [...issued].sort((a, b) => (a.id < b.id ? -1 : Number(a.id > b.id)))

const keyed = <C>({ id, command }: Issued<C>): KeyedCommand<C> => ({ key: id, command })

const processActions = <E, P, C, S, R>(
  system: ProcessParts<E, P, C, S, R>,
  world: ProcessWorld<S, P, E, C>,
): ReadonlyArray<ProcessAction<E, C>> => {
  const { backlog } = system
  const { unseen, underWay } = world
  const actions: Array<ProcessAction<E, C>> = []
  if (unseen.length < backlog) {
    for (const command of system.commandsIn(world.decider)) actions.push({ type: 'Ask', command })
  }
  if (unseen.length > 0 && underWay.length < backlog) {
    actions.push({ type: 'See', event: unseen[0] as E }) // length > 0
  }
  underWay.forEach((issued, at) => {
    if (same(issued, underWay[at - 1])) return
    actions.push({ type: 'Deliver', command: keyed(issued) })
    if (world.duplicates < system.duplicates) {
      actions.push({ type: 'Duplicate', command: keyed(issued) })
    }
  })
  // a crash that changes nothing is left out
  if (
    world.crashes < system.crashes &&
    !same(underWay, byId(system.process.resume(world.process)))
  ) {
    actions.push({ type: 'Crash' })
  }
  return actions
}

type WorldOutcome<S, P, E, C, R> = Either<
  R,
  Transition<ProcessWorld<S, P, E, C>, ProcessHappening<E, C, R>>
>

const worldAfter = <E, P, C, S, R>(
  system: ProcessParts<E, P, C, S, R>,
  action: ProcessAction<E, C>,
  world: ProcessWorld<S, P, E, C>,
): WorldOutcome<S, P, E, C, R> => {
  switch (action.type) {
    case 'Ask':
      return withDecision(system, action.command, world)
    case 'See':
      return see(system, action.event, world)
    case 'Deliver':
      return deliver(system, action.command, {
        ...world,
        underWay: withoutIssued(world, action.command),
      })
    case 'Duplicate':
      return deliver(system, action.command, { ...world, duplicates: world.duplicates + 1 })
    case 'Crash': {
      const underWay = byId(system.process.resume(world.process))
      const events = underWay.map(issuedNow)
      const state = { ...world, underWay, crashes: world.crashes + 1 }
      return right({ events, state })
    }
  }
}

const issuedNow = <C>(issued: Issued<C>) => ({ type: 'Issued', command: keyed(issued) }) as const

const withoutIssued = <S, P, E, C>(
  { underWay }: ProcessWorld<S, P, E, C>,
  { key, command }: KeyedCommand<C>,
): ReadonlyArray<Issued<C>> => {
  const at = underWay.findIndex((issued) => issued.id === key && same(issued.command, command))
  return underWay.filter((_, index) => index !== at)
}

/** Adds what the decider emitted to the log. */
const emitted = <E, P, C, S, R>(
  { decider }: ProcessParts<E, P, C, S, R>,
  events: ReadonlyArray<E>,
  world: ProcessWorld<S, P, E, C>,
): Transition<ProcessWorld<S, P, E, C>, ProcessHappening<E, C, R>> =>
  events.length === 0
    ? { events: [], state: world }
    : {
        events: events.map((event) => ({ type: 'Emitted', event })),
        state: {
          ...world,
          decider: replayFrom(decider)(world.decider, events),
          unseen: [...world.unseen, ...events],
        },
      }

const withDecision = <E, P, C, S, R>(
  system: ProcessParts<E, P, C, S, R>,
  command: C,
  world: ProcessWorld<S, P, E, C>,
): WorldOutcome<S, P, E, C, R> => {
  const decision = system.decider.decide(command, world.decider)
  return decision._tag === 'Left' ? decision : right(emitted(system, decision.right, world))
}

const see = <E, P, C, S, R>(
  { process }: ProcessParts<E, P, C, S, R>,
  event: E,
  world: ProcessWorld<S, P, E, C>,
): WorldOutcome<S, P, E, C, R> => {
  const issued = process.react(world.process, event)
  const state = {
    ...world,
    process: process.evolve(world.process, event),
    unseen: world.unseen.slice(1),
    underWay: byId([...world.underWay, ...issued]),
  }
  return right({ events: issued.map(issuedNow), state })
}

const deliver = <E, P, C, S, R>(
  system: ProcessParts<E, P, C, S, R>,
  command: KeyedCommand<C>,
  world: ProcessWorld<S, P, E, C>,
): WorldOutcome<S, P, E, C, R> => {
  const { carriedOut } = world
  if (carriedOut.includes(command.key)) {
    return right({ events: [{ type: 'Recognised', command }], state: world })
  }
  const decision = system.decider.decide(command.command, world.decider)
  if (decision._tag === 'Left') {
    const events = [{ type: 'Refused', rejection: decision.left } as const]
    return right({ events, state: world })
  }
  const state =
    system.recognised && decision.right.length > 0
      ? { ...world, carriedOut: [...carriedOut, command.key].sort() }
      : world
  return right(emitted(system, decision.right, state))
}
