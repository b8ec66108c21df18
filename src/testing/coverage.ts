/**
 * Which rules a test run touched: for every kind of command in every abstract state, the events it
 * was accepted with, the rejections it was refused with, or that it was never tried.
 *
 * The kind of a command, an event or a rejection is its `type`. Where it has none, and is told apart by
 * `kind` or `_tag`, each value is a kind of its own, with a row or an entry of its own.
 *
 * `t`, `u` are tables, `e` is the table of no runs at all.
 *
 * Laws:
 *
 * 1. the decider of `observe(d, options)` gives what `d` gives, call by call
 * 2. a table has a cell for each of its commands in each of its states, once
 * 3. `merge(t, e) = merge(e, t) = t`, three tables merge in any grouping, and `merge(t, u)` is
 *    `merge(u, t)` but for the order of commands and states
 * 4. `untried(t, t)` is empty; what `untried(t, u)` tells is in `t` and not in `u`
 *
 * @since 0.1.0
 */
import type { Decider } from '../Decider.ts'
import { aligned } from './internal/columns.ts'
import type { Counts, Place } from './coverage/counts.ts'
import { count, countsOf, placesOf } from './coverage/counts.ts'
import type { ExploredGraph } from './internal/graph.ts'
import { kindOf } from './internal/kind.ts'
import { shaped } from './internal/shapes.ts'

/**
 * How often a command was accepted with events of these kinds, in this order.
 *
 * @category model
 * @since 0.1.0
 */
export interface Acceptance {
  readonly events: ReadonlyArray<string>
  readonly count: number
}

/**
 * How often a command was refused with a rejection of this kind.
 *
 * @category model
 * @since 0.1.0
 */
export interface Rejected {
  readonly rejection: string
  readonly count: number
}

/**
 * What became of one kind of command in one abstract state; never tried where both lists are empty.
 *
 * @category model
 * @since 0.1.0
 */
export interface Cell {
  readonly command: string
  readonly state: string
  readonly accepted: ReadonlyArray<Acceptance>
  readonly rejected: ReadonlyArray<Rejected>
}

/**
 * The behaviour that was seen, as plain data that JSON keeps: one test run writes it down, another
 * merges it with its own.
 *
 * @category model
 * @since 0.1.0
 */
export interface Table {
  readonly commands: ReadonlyArray<string>
  readonly states: ReadonlyArray<string>
  /** By command, then by state. */
  readonly cells: ReadonlyArray<Cell>
}

/**
 * How states are told apart, and what there is to be tried: kinds of commands and labels of states
 * that are named here come first in the table, in this order, even if no test ever came upon them.
 *
 * @category model
 * @since 0.1.0
 */
export interface ObserveOptions<in S> {
  /** The label of a state. A few labels make a table; one for each state does not. */
  readonly abstraction: (state: S) => string
  readonly commands?: ReadonlyArray<string>
  readonly states?: ReadonlyArray<string>
}

/**
 * A decider under observation.
 *
 * @category model
 * @since 0.1.0
 */
export interface Observation<in C, in out S, in out E, out R> {
  /** Gives what the observed one gives, and counts each call of `decide`. */
  readonly decider: Decider<C, S, E, R>
  /** What was seen so far. */
  readonly table: () => Table
  /** The same as text. */
  readonly show: () => string
}

/**
 * A decider for the tests to run against, and the table of what they tried.
 *
 * @example
 *   import { observe } from 'decider-ts/testing/coverage'
 *   import { run } from 'decider-ts/Decider'
 *   import { decider, type OrderState, statuses } from 'decider-ts/order'
 *   import assert from 'node:assert'
 *
 *   const observed = observe(decider, {
 *     abstraction: (state: OrderState) => (state.type === 'NoOrder' ? 'no order' : state.status),
 *     commands: ['CreateOrder', 'SetTax'],
 *     states: ['no order', ...statuses],
 *   })
 *   run(observed.decider)([{ type: 'SetTax', amount: 1 }])
 *
 *   const untouched = observed.table().cells.filter((cell) => cell.rejected.length === 0)
 *   assert.strictEqual(untouched.length, 11)
 *   assert.ok(observed.show().includes('1 of 12 tried'))
 *
 * @category observing
 * @since 0.1.0
 */
export const observe = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  { abstraction, commands = [], states = [] }: ObserveOptions<S>,
): Observation<C, S, E, R> => {
  const own = shaped(decider)
  const tally = emptyTally()
  const table = () => tableOf(tally, commands, states)
  return {
    decider: {
      initialState: decider.initialState,
      decide: (command, state) => {
        const decision = own.decide(command, state)
        const place = { command: kindOf(command), state: abstraction(state) }
        if (decision._tag === 'Left') count(tally.rejected, place, kindOf(decision.left), 1)
        else accept(tally, place, decision.right.map(kindOf), 1)
        return decision
      },
      evolve: own.evolve,
      isTerminal: own.isTerminal,
    },
    table,
    show: () => show(table()),
  }
}

/**
 * The behaviour that an exploration saw: all that can be tried.
 *
 * @example
 *   import { fromGraph } from 'decider-ts/testing/coverage'
 *   import assert from 'node:assert'
 *
 *   const table = fromGraph({
 *     initial: 'open',
 *     nodes: [{ label: 'open', states: 1, terminal: false }],
 *     edges: [],
 *     refusals: [{ from: 'open', command: 'Open', rejection: 'AlreadyOpen', count: 1 }],
 *   })
 *   assert.deepStrictEqual(table.cells, [
 *     {
 *       command: 'Open',
 *       state: 'open',
 *       accepted: [],
 *       rejected: [{ rejection: 'AlreadyOpen', count: 1 }],
 *     },
 *   ])
 *
 * @category observing
 * @since 0.1.0
 */
export const fromGraph = (graph: ExploredGraph): Table => {
  const tally = emptyTally()
  for (const { from, command, events, count: times } of graph.edges) {
    accept(tally, { command, state: from }, events, times)
  }
  for (const { from, command, rejection, count: times } of graph.refusals) {
    count(tally.rejected, { command, state: from }, rejection, times)
  }
  return tableOf(
    tally,
    [],
    graph.nodes.map(({ label }) => label),
  )
}

/**
 * What two runs saw together.
 *
 * @example
 *   import { merge } from 'decider-ts/testing/coverage'
 *   import assert from 'node:assert'
 *
 *   const none = { commands: ['Open'], states: [], cells: [] }
 *   const { commands } = merge(none, { commands: ['Close'], states: [], cells: [] })
 *   assert.deepStrictEqual(commands, ['Open', 'Close'])
 *
 * @category combining
 * @since 0.1.0
 */
export const merge = (one: Table, other: Table): Table => {
  const tally = emptyTally()
  for (const cell of [...one.cells, ...other.cells]) {
    for (const { events, count: times } of cell.accepted) accept(tally, cell, events, times)
    for (const { rejection, count: times } of cell.rejected) {
      count(tally.rejected, cell, rejection, times)
    }
  }
  return tableOf(tally, [...one.commands, ...other.commands], [...one.states, ...other.states])
}

/**
 * What can happen and no test saw: the cells of the first table (what an exploration saw, say) with
 * those of their outcomes that the second table (what the tests tried) does not have.
 *
 * @example
 *   import { fromGraph, untried } from 'decider-ts/testing/coverage'
 *   import assert from 'node:assert'
 *
 *   const nodes = [{ label: 'open', states: 1, terminal: false }]
 *   const close = { from: 'open', to: 'open', command: 'Close', events: ['Closed'], count: 1 }
 *   const explored = fromGraph({ initial: 'open', nodes, edges: [close], refusals: [] })
 *   const tested = fromGraph({ initial: 'open', nodes, edges: [], refusals: [] })
 *   assert.deepStrictEqual(untried(explored, tested), explored.cells)
 *
 * @category combining
 * @since 0.1.0
 */
export const untried = (explored: Table, tested: Table): ReadonlyArray<Cell> => {
  const seen = new Map(tested.cells.map((cell) => [keyOf(cell), cell]))
  return explored.cells.flatMap((cell) => {
    const { accepted = [], rejected = [] } = seen.get(keyOf(cell)) ?? {}
    const events = new Set(accepted.map((acceptance) => JSON.stringify(acceptance.events)))
    const rejections = new Set(rejected.map(({ rejection }) => rejection))
    const left: Cell = {
      command: cell.command,
      state: cell.state,
      accepted: cell.accepted.filter((one) => !events.has(JSON.stringify(one.events))),
      rejected: cell.rejected.filter(({ rejection }) => !rejections.has(rejection)),
    }
    return isEmpty(left) ? [] : [left]
  })
}

/**
 * A table as text: a grid that says at a glance what was tried, then for each command in each state
 * what became of it and how often. Ends with what was never tried.
 *
 * @example
 *   import { fromGraph, show } from 'decider-ts/testing/coverage'
 *   import assert from 'node:assert'
 *
 *   const table = fromGraph({
 *     initial: 'open',
 *     nodes: [
 *       { label: 'open', states: 1, terminal: false },
 *       { label: 'shut', states: 1, terminal: true },
 *     ],
 *     edges: [{ from: 'open', to: 'shut', command: 'Close', events: ['Closed'], count: 1 }],
 *     refusals: [],
 *   })
 *   assert.deepStrictEqual(show(table).split('\n'), [
 *     '       open      shut',
 *     'Close  accepted  -',
 *     '',
 *     'Close',
 *     '  open  accepted: Closed (1)',
 *     '  shut  never tried',
 *     '',
 *     '1 of 2 tried',
 *     '',
 *   ])
 *
 * @category showing
 * @since 0.1.0
 */
export const show = ({ commands, states, cells }: Table): string => {
  const grid = commands.map((command) => [
    command,
    ...cells.filter((cell) => cell.command === command).map(markOf),
  ])
  const details = commands.flatMap((command) => ['', ...showCells(command, cells)])
  const tried = cells.filter((cell) => !isEmpty(cell)).length
  const lines = [...aligned([['', ...states], ...grid]), ...details, '']
  return `${lines.join('\n')}\n${tried} of ${cells.length} tried\n`
}

/**
 * Cells as text, such as those that `untried` gives: under each command its states and outcomes.
 *
 * @example
 *   import { showUntried } from 'decider-ts/testing/coverage'
 *   import assert from 'node:assert'
 *
 *   const accepted = [{ events: ['Closed'], count: 2 }]
 *   assert.strictEqual(
 *     showUntried([{ command: 'Close', state: 'open', accepted, rejected: [] }]),
 *     'Close\n  open  accepted: Closed (2)\n',
 *   )
 *
 * @category showing
 * @since 0.1.0
 */
export const showUntried = (cells: ReadonlyArray<Cell>): string =>
  [...new Set(cells.map(({ command }) => command))]
    .map((command) => showCells(command, cells).join('\n') + '\n')
    .join('\n')

/** What was seen, by outcome: the kinds of the events as JSON, or the kind of the rejection. */
interface Tally {
  readonly accepted: Counts
  readonly rejected: Counts
}

const emptyTally = (): Tally => ({ accepted: new Map(), rejected: new Map() })

const keyOf = ({ command, state }: Place): string => JSON.stringify([command, state])

const accept = (
  { accepted }: Tally,
  place: Place,
  events: ReadonlyArray<string>,
  times: number,
): void => count(accepted, place, JSON.stringify(events), times)

/** The table with these commands and states in this order, and then what else was seen. */
const tableOf = (
  { accepted, rejected }: Tally,
  namedCommands: ReadonlyArray<string>,
  namedStates: ReadonlyArray<string>,
): Table => {
  const seen = [...placesOf(accepted), ...placesOf(rejected)]
  const commands = withOthers(
    namedCommands,
    seen.map(({ command }) => command),
  )
  const states = withOthers(
    namedStates,
    seen.map(({ state }) => state),
  )
  const cellOf = (place: Place): Cell => ({
    command: place.command,
    state: place.state,
    accepted: countsOf(accepted, place).map(([events, times]) => ({
      events: JSON.parse(events) as ReadonlyArray<string>, // written by accept
      count: times,
    })),
    rejected: countsOf(rejected, place).map(([rejection, times]) => ({ rejection, count: times })),
  })
  return {
    commands,
    states,
    cells: commands.flatMap((command) => states.map((state) => cellOf({ command, state }))),
  }
}

const withOthers = (
  named: ReadonlyArray<string>,
  seen: ReadonlyArray<string>,
): ReadonlyArray<string> => [...new Set([...named, ...[...seen].sort()])]

const isEmpty = ({ accepted, rejected }: Cell): boolean =>
  accepted.length === 0 && rejected.length === 0

const markOf = ({ accepted, rejected }: Cell): string => {
  if (accepted.length === 0) return rejected.length === 0 ? '-' : 'rejected'
  return rejected.length === 0 ? 'accepted' : 'both'
}

const showCells = (command: string, cells: ReadonlyArray<Cell>): ReadonlyArray<string> => {
  const rows = cells.filter((cell) => cell.command === command)
  return [
    command,
    ...aligned(rows.map((cell) => [cell.state, outcomeOf(cell)])).map((line) => `  ${line}`),
  ]
}

const outcomeOf = ({ accepted, rejected }: Cell): string => {
  const events = accepted.map((one) => `${one.events.join(', ') || 'no event'} (${one.count})`)
  const rejections = rejected.map(({ rejection, count: times }) => `${rejection} (${times})`)
  return (
    [
      ...(events.length > 0 ? [`accepted: ${events.join(' | ')}`] : []),
      ...(rejections.length > 0 ? [`rejected: ${rejections.join(', ')}`] : []),
    ].join('; ') || 'never tried'
  )
}
