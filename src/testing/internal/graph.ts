/**
 * What was seen of a decider, or of any other transition system, as a graph: its states under an
 * abstraction, and what each command did in them. The explorer draws it up; diagrams and tables of
 * behaviour are made from it.
 *
 * A label is what the abstraction gives for a state; a kind is the name of a command, an event or a
 * rejection, as a rule its `type`. Everything in a graph is plain data that survives JSON.
 *
 * @since 0.1.0
 */

/**
 * All states with one label.
 *
 * @category model
 * @since 0.1.0
 */
export interface Node {
  readonly label: string
  /** How many different states were seen under the label. */
  readonly states: number
  /** Whether all of them are terminal. */
  readonly terminal: boolean
}

/**
 * An accepted command between two labels. One that emits nothing leads from a label to itself, with
 * no events.
 *
 * @category model
 * @since 0.1.0
 */
export interface Edge {
  /** The label of the state that the command met. */
  readonly from: string
  /** The label of the state that its events led to. */
  readonly to: string
  /** The kind of the command. */
  readonly command: string
  /** The kinds of the events, in the order in which they were emitted. */
  readonly events: ReadonlyArray<string>
  /** How many different steps are drawn together in this edge. */
  readonly count: number
}

/**
 * A rejected command.
 *
 * @category model
 * @since 0.1.0
 */
export interface Refusal {
  /** The label of the state that the command met. */
  readonly from: string
  /** The kind of the command. */
  readonly command: string
  /** The kind of the rejection. */
  readonly rejection: string
  /** How many different refusals are drawn together in this one. */
  readonly count: number
}

/**
 * The state machine that was seen: no two nodes share a label, no two edges all of `from`, `to`,
 * `command` and `events`, no two refusals all of `from`, `command` and `rejection`.
 *
 * @example
 *   import type { Graph } from 'decider-ts/testing/explore'
 *   import assert from 'node:assert'
 *
 *   const lamp: Graph = {
 *     initial: 'off',
 *     nodes: [
 *       { label: 'off', states: 1, terminal: false },
 *       { label: 'on', states: 1, terminal: false },
 *     ],
 *     edges: [
 *       { from: 'off', to: 'on', command: 'SwitchOn', events: ['SwitchedOn'], count: 1 },
 *       { from: 'on', to: 'off', command: 'SwitchOff', events: ['SwitchedOff'], count: 1 },
 *       { from: 'on', to: 'on', command: 'SwitchOn', events: [], count: 1 },
 *     ],
 *     refusals: [{ from: 'off', command: 'SwitchOff', rejection: 'AlreadyOff', count: 1 }],
 *   }
 *   assert.deepStrictEqual(JSON.parse(JSON.stringify(lamp)), lamp)
 *
 * @category model
 * @since 0.1.0
 */
export interface Graph {
  /** The label of the initial state. */
  readonly initial: string
  readonly nodes: ReadonlyArray<Node>
  readonly edges: ReadonlyArray<Edge>
  readonly refusals: ReadonlyArray<Refusal>
}
