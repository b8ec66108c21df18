/**
 * A state machine as a graph: states under the labels of an abstraction, and what each kind of command
 * did in them. The explorer makes it; diagrams and coverage are made from it.
 *
 * A label is what the abstraction gives for a state. A kind is the name of a command, an event or a
 * rejection, usually its `type`. A graph is plain data and survives JSON.
 */
/** All states with one label. */
export interface GraphNode {
  readonly label: string
  /** How many different states have the label. */
  readonly states: number
  /** Whether all of them are terminal. */
  readonly terminal: boolean
}

/** An accepted command. One that emits nothing leads from a label to itself, without events. */
export interface GraphEdge {
  /** The label of the state before. */
  readonly from: string
  /** The label of the state after. */
  readonly to: string
  /** The kind of the command. */
  readonly command: string
  /** The kinds of the events, in the order in which they were emitted. */
  readonly events: ReadonlyArray<string>
  /** How many different steps this edge stands for. */
  readonly count: number
}

/** A rejected command. */
export interface GraphRefusal {
  /** The label of the state. */
  readonly from: string
  /** The kind of the command. */
  readonly command: string
  /** The kind of the rejection. */
  readonly rejection: string
  /** How many different rejections this one stands for. */
  readonly count: number
}

/**
 * The state machine that was seen. No two nodes share a label, no two edges share `from`, `to`, `command`
 * and `events`, and no two refusals share `from`, `command` and `rejection`.
 */
export interface ExploredGraph {
  /** The label of the initial state. */
  readonly initial: string
  readonly nodes: ReadonlyArray<GraphNode>
  readonly edges: ReadonlyArray<GraphEdge>
  readonly refusals: ReadonlyArray<GraphRefusal>
}
