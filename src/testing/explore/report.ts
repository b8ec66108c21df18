/**
 * What an exploration found, as a value.
 *
 * `S` is the state, `A` the action, `E` the event of the system that was explored.
 *
 * @since 0.1.0
 */
import type { Option } from 'fp-ts/lib/Option.js'
import type { ExploredGraph } from '../internal/graph.ts'
import type { Trace } from './trace.ts'

/**
 * An invariant holds after at most `depth` actions, and always if the exploration is `complete`; or it
 * is broken by a shortest trace.
 */
export type InvariantResult<S, A, E> =
  | { readonly type: 'Holds'; readonly depth: number; readonly complete: boolean }
  | { readonly type: 'Broken'; readonly trace: Trace<S, A, E> }

/**
 * A shortest trace to the goal; or it cannot be reached in `depth` actions, and never if the exploration
 * is `complete`.
 */
export type GoalResult<S, A, E> =
  | { readonly type: 'Found'; readonly trace: Trace<S, A, E> }
  | { readonly type: 'NotFound'; readonly depth: number; readonly complete: boolean }

/** In how many states something was found, and traces to the first few of them, shortest first. */
export interface FoundTraces<out S, out A, out E> {
  readonly count: number
  readonly examples: ReadonlyArray<Trace<S, A, E>>
}

/** How often commands of one kind were tried, how often accepted, and how often they emitted events. */
export interface CommandUse {
  readonly command: string
  readonly tried: number
  readonly accepted: number
  readonly emitted: number
}

/**
 * All that an exploration found.
 *
 * The kind of a value is its `type`; a value without one is its own kind, printed as source. A value of a
 * product shows what it wraps: `{ type: 'order', command: x }`, without other fields, is `order.AddLine`
 * if `x` has that type, and `bit.'On'` if it is a string; likewise with `event` and `rejection`.
 *
 * @category model
 * @since 0.1.0
 */
export interface ExploreReport<out S, out A, out E> {
  /** What generated tests call the decider; `none` if the actions are not the commands of one. */
  readonly decider: Option<string>
  /**
   * `Complete`: every state was reached and every action tried in it. `Stopped`: a limit was reached.
   * `Faulty`: nothing is proved, because the system threw (see `thrown`), a state was written to (see
   * `written`), or two merged states behave differently (see `unsound`).
   */
  readonly extent:
    | { readonly type: 'Complete' }
    | { readonly type: 'Faulty' }
    | { readonly type: 'Stopped'; readonly limit: 'Depth' | 'States' | 'Time' }
  /** How many different states were found. */
  readonly states: number
  /**
   * How many actions were accepted, counted for each state in which they were tried. An action to a
   * state beyond the limit does not count.
   */
  readonly transitions: number
  /** How many actions were rejected. */
  readonly refused: number
  /** Every path of so many actions was tried. */
  readonly depth: number
  readonly invariants: Readonly<Record<string, InvariantResult<S, A, E>>>
  readonly stepInvariants: Readonly<Record<string, InvariantResult<S, A, E>>>
  /** If broken, no path leads from the last state of the trace to what must stay possible. */
  readonly alwaysPossible: Readonly<Record<string, InvariantResult<S, A, E>>>
  /** `none` if no goal was given. */
  readonly goal: Option<GoalResult<S, A, E>>
  /** The kinds of commands that were tried. */
  readonly commands: ReadonlyArray<CommandUse>
  /** Declared kinds of commands that were never tried. */
  readonly neverTried: ReadonlyArray<string>
  /** Kinds of commands that were tried and never accepted. */
  readonly neverAccepted: ReadonlyArray<string>
  /** Single commands that were tried and never accepted, of whatever kind. */
  readonly refusedEverywhere: ReadonlyArray<A>
  /** Declared kinds of events that were never emitted. */
  readonly neverEmitted: ReadonlyArray<string>
  /** Declared kinds of rejections that were never given. */
  readonly neverGiven: ReadonlyArray<string>
  /** States that are not terminal and that no action leaves. */
  readonly deadEnds: FoundTraces<S, A, E>
  /** Terminal states in which an action emits events. That action is the last step of each example. */
  readonly terminalLeft: FoundTraces<S, A, E>
  /** Each message that was thrown, with the shortest trace to it. */
  readonly thrown: ReadonlyArray<{
    /** `step` (decide or evolve), `actions`, `isTerminal`, or the name of an invariant. */
    readonly by: string
    readonly message: string
    readonly count: number
    readonly trace: Trace<S, A, E>
    /** The action that threw, which is not in the trace. */
    readonly action: Option<A>
  }>
  /**
   * Two states that `canonical` or `identity` merged and that behave differently: a trace to each, and
   * what is true of one of them only. The search saw one of the two, and nothing beyond the other. Up to
   * 2,000 states are checked.
   */
  readonly unsound: Option<{
    readonly what: string
    readonly known: Trace<S, A, E>
    readonly other: Trace<S, A, E>
  }>
  /**
   * The first state that something wrote to, such as an evolve that pushes or an invariant that sorts.
   * What was found of that state is no longer true of it, and states that share a part with it, also in
   * the trace, may have changed as well. The first 256 states are checked, and every second of the
   * others.
   */
  readonly written: Option<{
    readonly trace: Trace<S, A, E>
    /** The action that wrote, which is not in the trace; `none` if it is not known. */
    readonly action: Option<A>
  }>
  readonly graph: ExploredGraph
}
