/**
 * Which rules a test run touched: for every kind of command in every abstract state, the events it was
 * accepted with, the rejections it was refused with, or that it was never tried.
 *
 * The kind of a command, an event or a rejection is its `type`. A value without one is its own kind and
 * has its own row or entry.
 *
 * `d` is a decider; `t` and `u` are coverages, `e` is the coverage of no runs.
 *
 * Laws:
 *
 * 1. the decider of `observeCoverage(d, options)` returns what `d` returns, call by call
 * 2. a coverage has one cell for each of its commands in each of its states
 * 3. `mergeCoverage(t, e) = mergeCoverage(e, t) = t`, merging is associative, and `mergeCoverage(t, u)` is
 *    `mergeCoverage(u, t)` except for the order of commands and states
 * 4. `uncovered(t, t)` is empty; what `uncovered(t, u)` lists is in `t` and not in `u`
 *
 * @since 0.1.0
 */
import type { Decider } from '../Decider.ts'
import { aligned } from './internal/columns.ts'
import type { ExploredGraph } from './internal/graph.ts'
import { kindOf } from './internal/kind.ts'
import type { PathCounts } from './internal/pathCounts.ts'
import { along, pathCounts } from './internal/pathCounts.ts'
import { shaped } from './internal/shapes.ts'

/** What became of one kind of command in one abstract state; never tried if both lists are empty. */
interface CoverageCell {
  readonly command: string
  readonly state: string
  /** How often the command was accepted with events of these kinds, in this order. */
  readonly accepted: ReadonlyArray<{
    readonly events: ReadonlyArray<string>
    readonly count: number
  }>
  /** How often it was refused with a rejection of this kind. */
  readonly rejected: ReadonlyArray<{ readonly rejection: string; readonly count: number }>
}

/**
 * The behaviour that was seen, as plain data that survives JSON: one test run can write it down and
 * another merge it with its own.
 *
 * @category model
 * @since 0.1.0
 */
export interface Coverage {
  readonly commands: ReadonlyArray<string>
  readonly states: ReadonlyArray<string>
  /** By command, then by state. */
  readonly cells: ReadonlyArray<CoverageCell>
}

/**
 * A label for each state, and the kinds of commands and the labels to be tried. Those that are named here
 * come first, in this order, even if no test ever meets them.
 */
interface CoverageOptions<in S> {
  /** The label of a state. Use few labels; one for each state makes no readable table. */
  readonly abstraction: (state: S) => string
  readonly commands?: ReadonlyArray<string>
  readonly states?: ReadonlyArray<string>
}

/** A decider under observation. */
interface ObservedDecider<in C, in out S, in out E, out R> {
  /** Returns what the observed decider returns, and counts each call of `decide`. */
  readonly decider: Decider<C, S, E, R>
  /** What was seen so far. */
  readonly coverage: () => Coverage
}

/**
 * A decider to run the tests against, and the coverage of what they tried.
 *
 * @example
 *   import { observeCoverage, showCoverage } from 'decider-ts/testing/coverage'
 *   import { run } from 'decider-ts/Decider'
 *   import { orderDecider, type OrderState, orderStatuses } from 'decider-ts/order'
 *   import assert from 'node:assert'
 *
 *   const decider = orderDecider()
 *   const observed = observeCoverage(decider, {
 *     abstraction: (state: OrderState) => (state.type === 'NoOrder' ? 'no order' : state.status),
 *     commands: ['CreateOrder', 'SetTax'],
 *     states: ['no order', ...orderStatuses],
 *   })
 *   run(observed.decider)([{ type: 'SetTax', amount: 1 }])
 *
 *   const untouched = observed.coverage().cells.filter((cell) => cell.rejected.length === 0)
 *   assert.strictEqual(untouched.length, 11)
 *   assert.ok(showCoverage(observed.coverage()).includes('1 of 12 tried'))
 *
 * @category observing
 * @since 0.1.0
 */
export const observeCoverage = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  { abstraction, commands = [], states = [] }: CoverageOptions<S>,
): ObservedDecider<C, S, E, R> => {
  const own = shaped(decider)
  const tally = pathCounts()
  return {
    decider: {
      initialState: decider.initialState,
      decide: (command, state) => {
        const decision = own.decide(command, state)
        const cell = { command: kindOf(command), state: abstraction(state) }
        const outcome =
          decision._tag === 'Left' ? kindOf(decision.left) : decision.right.map(kindOf)
        countOutcome(tally, cell, outcome, 1)
        return decision
      },
      evolve: own.evolve,
      isTerminal: own.isTerminal,
    },
    coverage: () => coverageOf(tally, commands, states),
  }
}

/**
 * The coverage that an exploration reached, given the graph of its report: everything that can be tried.
 *
 * @example
 *   import { graphCoverage } from 'decider-ts/testing/coverage'
 *   import assert from 'node:assert'
 *
 *   const { cells } = graphCoverage({
 *     initial: 'open',
 *     nodes: [{ label: 'open', states: 1, terminal: false }],
 *     edges: [],
 *     refusals: [{ from: 'open', command: 'Open', rejection: 'AlreadyOpen', count: 1 }],
 *   })
 *   assert.deepStrictEqual(cells, [
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
export const graphCoverage = (graph: ExploredGraph): Coverage => {
  const tally = pathCounts()
  for (const { from, command, events, count } of graph.edges) {
    countOutcome(tally, { command, state: from }, events, count)
  }
  for (const { from, command, rejection, count } of graph.refusals) {
    countOutcome(tally, { command, state: from }, rejection, count)
  }
  return coverageOf(
    tally,
    [],
    graph.nodes.map(({ label }) => label),
  )
}

/**
 * What two runs covered together.
 *
 * @example
 *   import { mergeCoverage } from 'decider-ts/testing/coverage'
 *   import assert from 'node:assert'
 *
 *   const none = { commands: ['Open'], states: [], cells: [] }
 *   const { commands } = mergeCoverage(none, { commands: ['Close'], states: [], cells: [] })
 *   assert.deepStrictEqual(commands, ['Open', 'Close'])
 *
 * @category combining
 * @since 0.1.0
 */
export const mergeCoverage = (one: Coverage, other: Coverage): Coverage => {
  const tally = pathCounts()
  for (const cell of [...one.cells, ...other.cells]) {
    for (const { events, count } of cell.accepted) countOutcome(tally, cell, events, count)
    for (const { rejection, count } of cell.rejected) countOutcome(tally, cell, rejection, count)
  }
  return coverageOf(tally, [...one.commands, ...other.commands], [...one.states, ...other.states])
}

/**
 * What can happen and no test saw: the cells of the first coverage (such as that of an exploration) with
 * those outcomes that the second (that of the tests) lacks.
 *
 * @example
 *   import { graphCoverage, uncovered } from 'decider-ts/testing/coverage'
 *   import assert from 'node:assert'
 *
 *   const nodes = [{ label: 'open', states: 1, terminal: false }]
 *   const close = { from: 'open', to: 'open', command: 'Close', events: ['Closed'], count: 1 }
 *   const explored = graphCoverage({ initial: 'open', nodes, edges: [close], refusals: [] })
 *   const tested = graphCoverage({ initial: 'open', nodes, edges: [], refusals: [] })
 *   assert.deepStrictEqual(uncovered(explored, tested), explored.cells)
 *
 * @category combining
 * @since 0.1.0
 */
export const uncovered = (explored: Coverage, tested: Coverage): Coverage['cells'] => {
  const keyOf = ({ command, state }: CellName): string => JSON.stringify([command, state])
  const seen = new Map(tested.cells.map((cell) => [keyOf(cell), cell]))
  return explored.cells.flatMap((cell) => {
    const { accepted = [], rejected = [] } = seen.get(keyOf(cell)) ?? {}
    const events = new Set(accepted.map((one) => JSON.stringify(one.events)))
    const rejections = new Set(rejected.map(({ rejection }) => rejection))
    const rest: CoverageCell = {
      command: cell.command,
      state: cell.state,
      accepted: cell.accepted.filter((one) => !events.has(JSON.stringify(one.events))),
      rejected: cell.rejected.filter(({ rejection }) => !rejections.has(rejection)),
    }
    return isUntried(rest) ? [] : [rest]
  })
}

/**
 * Prints a coverage: a grid that says at a glance what was tried, then for each command in each state what
 * became of it and how often, and last how many cells were tried.
 *
 * @example
 *   import { graphCoverage, showCoverage } from 'decider-ts/testing/coverage'
 *   import assert from 'node:assert'
 *
 *   const coverage = graphCoverage({
 *     initial: 'open',
 *     nodes: [
 *       { label: 'open', states: 1, terminal: false },
 *       { label: 'shut', states: 1, terminal: true },
 *     ],
 *     edges: [{ from: 'open', to: 'shut', command: 'Close', events: ['Closed'], count: 1 }],
 *     refusals: [],
 *   })
 *   assert.deepStrictEqual(showCoverage(coverage).split('\n'), [
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
export const showCoverage = ({ commands, states, cells }: Coverage): string => {
  const grid = commands.map((command) => [
    command,
    ...cells.filter((cell) => cell.command === command).map(cellMark),
  ])
  const details = commands.flatMap((command) => ['', ...showCells(command, cells)])
  const tried = cells.filter((cell) => !isUntried(cell)).length
  const lines = [...aligned([['', ...states], ...grid]), ...details, '']
  return `${lines.join('\n')}\n${tried} of ${cells.length} tried\n`
}

/**
 * Prints cells, such as those of `uncovered`: under each command its states and outcomes.
 *
 * @example
 *   import { showUncovered } from 'decider-ts/testing/coverage'
 *   import assert from 'node:assert'
 *
 *   const accepted = [{ events: ['Closed'], count: 2 }]
 *   assert.strictEqual(
 *     showUncovered([{ command: 'Close', state: 'open', accepted, rejected: [] }]),
 *     'Close\n  open  accepted: Closed (2)\n',
 *   )
 *
 * @category showing
 * @since 0.1.0
 */
export const showUncovered = (cells: Coverage['cells']): string =>
  [...new Set(cells.map(({ command }) => command))]
    .map((command) => showCells(command, cells).join('\n') + '\n')
    .join('\n')

type CellName = Pick<CoverageCell, 'command' | 'state'>

/** Counts an outcome: the kinds of events, or the kind of a rejection. The tally has it as JSON. */
const countOutcome = (
  tally: PathCounts,
  { command, state }: CellName,
  outcome: ReadonlyArray<string> | string,
  count: number,
): void => {
  along(along(along(tally, command), state), JSON.stringify(outcome)).count += count
}

/** These commands and states in this order, then the others that were seen. */
const coverageOf = (
  tally: PathCounts,
  namedCommands: ReadonlyArray<string>,
  namedStates: ReadonlyArray<string>,
): Coverage => {
  const commands = withOthers(namedCommands, tally.next.keys())
  const states = withOthers(
    namedStates,
    [...tally.next.values()].flatMap(({ next }) => [...next.keys()]),
  )
  const cellOf = (command: string, state: string): CoverageCell => {
    const outcomes = [...(tally.next.get(command)?.next.get(state)?.next ?? [])]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([json, { count }]) => {
        const outcome = JSON.parse(json) as ReadonlyArray<string> | string // from countOutcome
        return { outcome, count }
      })
    return {
      command,
      state,
      accepted: outcomes.flatMap(({ outcome, count }) =>
        typeof outcome === 'string' ? [] : [{ events: outcome, count }],
      ),
      rejected: outcomes.flatMap(({ outcome, count }) =>
        typeof outcome === 'string' ? [{ rejection: outcome, count }] : [],
      ),
    }
  }
  return {
    commands,
    states,
    cells: commands.flatMap((command) => states.map((state) => cellOf(command, state))),
  }
}

const withOthers = (
  named: ReadonlyArray<string>,
  seen: Iterable<string>,
): ReadonlyArray<string> => [...new Set([...named, ...[...seen].sort()])]

const isUntried = ({ accepted, rejected }: CoverageCell): boolean =>
  accepted.length === 0 && rejected.length === 0

const cellMark = ({ accepted, rejected }: CoverageCell): string => {
  if (accepted.length === 0) return rejected.length === 0 ? '-' : 'rejected'
  return rejected.length === 0 ? 'accepted' : 'both'
}

const showCells = (command: string, cells: Coverage['cells']): ReadonlyArray<string> => {
  const rows = cells.filter((cell) => cell.command === command)
  return [
    command,
    ...aligned(rows.map((cell) => [cell.state, cellText(cell)])).map((line) => `  ${line}`),
  ]
}

const cellText = ({ accepted, rejected }: CoverageCell): string => {
  const events = accepted.map((one) => `${one.events.join(', ') || 'no event'} (${one.count})`)
  const rejections = rejected.map(({ rejection, count }) => `${rejection} (${count})`)
  return (
    [
      ...(events.length > 0 ? [`accepted: ${events.join(' | ')}`] : []),
      ...(rejections.length > 0 ? [`rejected: ${rejections.join(', ')}`] : []),
    ].join('; ') || 'never tried'
  )
}
