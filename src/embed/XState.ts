/**
 * A decider in XState 5: as the logic of an actor that takes commands, and the graph that an explorer
 * drew of one as a machine to look at and to make paths from.
 *
 * `d` is a decider, `C` its commands, `S` its state, `E` its events, `R` its rejections; `g` is a graph.
 *
 * Laws (every one is a property test under its number):
 *
 * 1. an actor that is sent commands has after each the state and the outcome that `run(d)` gives, until
 *    it is done
 * 2. an actor is done exactly where `d.isTerminal` holds, and its output is the state it ended in
 * 3. an actor that is stored as JSON text and restored goes on as if nothing had been, where `S`, `E` and
 *    `R` survive JSON
 * 4. `toMachine(g)` has a state for each label of `g` and, but for those that leave a final state, a
 *    transition for each edge, and no other
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Option } from 'fp-ts/lib/Option.js'
import type { Decider } from '../Decider.ts'
import { replay, replayFrom } from '../Projection.ts'
import { none, some } from '../internal/either.ts'

/**
 * What XState recognises by its `type`.
 *
 * @category model
 * @since 0.1.0
 */
export interface Typed {
  readonly type: string
}

interface Fields<S, E, R> {
  /** The state of the decider. */
  readonly context: S
  /** What came of the last command: its events, or why it was refused. `none` before the first. */
  readonly decision: Option<Either<R, ReadonlyArray<E>>>
}

/**
 * A moment of an actor, in the form of XState. It is `done` in a terminal state; the other two ends are
 * XState's own: it was stopped, or something threw.
 *
 * @category model
 * @since 0.1.0
 */
export type Snapshot<S, E, R> = Fields<S, E, R> &
  (
    | { readonly status: 'active'; readonly output: undefined; readonly error: undefined }
    | { readonly status: 'done'; readonly output: S; readonly error: undefined }
    | { readonly status: 'error'; readonly output: undefined; readonly error: unknown }
    | { readonly status: 'stopped'; readonly output: undefined; readonly error: undefined }
  )

/**
 * What the logic needs of the actor that runs it: to emit events, once the snapshot is there.
 *
 * @category model
 * @since 0.1.0
 */
export interface Scope<in E> {
  readonly emit: (event: E) => void
  readonly defer: (task: () => void) => void
}

/**
 * The logic of an actor. Its events are the commands, it emits the events, and its input is the events
 * that there were before, if any.
 *
 * @category model
 * @since 0.1.0
 */
export interface ActorLogic<C, S, E, R> {
  readonly transition: (
    snapshot: Snapshot<S, E, R>,
    command: C,
    scope: Scope<E>,
  ) => Snapshot<S, E, R>
  readonly getInitialSnapshot: (
    scope: Scope<E>,
    history: ReadonlyArray<E> | undefined,
  ) => Snapshot<S, E, R>
  readonly getPersistedSnapshot: (snapshot: Snapshot<S, E, R>) => Snapshot<S, E, R>
}

/**
 * The decider as the logic of an actor: `createActor(toActorLogic(decider))` takes commands by `send`,
 * shows the state as `context` and what came of the last command as `decision`, and emits the events to
 * whoever listens by `on`. A refused command changes nothing but `decision`. Names that begin with
 * `xstate.` are XState's own; no command has one.
 *
 * @example
 *   import { toActorLogic } from 'decider-ts/embed/XState'
 *   import { orderDecider } from 'decider-ts/order'
 *   import { left } from 'fp-ts/lib/Either.js'
 *   import { some } from 'fp-ts/lib/Option.js'
 *   import { createActor } from 'xstate'
 *   import assert from 'node:assert'
 *
 *   const decider = orderDecider()
 *   const actor = createActor(toActorLogic(decider)).start()
 *   actor.send({ type: 'SetTax', amount: 100 })
 *   assert.deepStrictEqual(actor.getSnapshot().decision, some(left({ type: 'OrderNotFound' })))
 *   actor.send({ type: 'CreateOrder', customerId: 'VINET', currency: 'USD' })
 *   assert.strictEqual(actor.getSnapshot().context.type, 'Order')
 *
 * @category actors
 * @since 0.1.0
 */
export const toActorLogic = <C extends Typed, S, E extends Typed, R>(
  decider: Decider<C, S, E, R>,
): ActorLogic<C, S, E, R> => ({
  transition: (snapshot, command, scope) => {
    if (snapshot.status !== 'active') return snapshot
    const { context, decision } = snapshot
    if (command.type === 'xstate.stop') {
      return { status: 'stopped', output: undefined, error: undefined, context, decision }
    }
    if (command.type.startsWith('xstate.')) return snapshot
    const next = decider.decide(command, context)
    if (next._tag === 'Left') return snapshotOf(decider, context, some(next))
    for (const event of next.right) scope.defer(() => scope.emit(event))
    return snapshotOf(decider, replayFrom(decider)(context, next.right), some(next))
  },
  getInitialSnapshot: (_, history) => snapshotOf(decider, replay(decider)(history ?? []), none),
  getPersistedSnapshot: (snapshot) => snapshot,
})

const snapshotOf = <C, S, E, R>(
  { isTerminal }: Decider<C, S, E, R>,
  context: S,
  decision: Option<Either<R, ReadonlyArray<E>>>,
): Snapshot<S, E, R> =>
  isTerminal(context)
    ? { status: 'done', output: context, error: undefined, context, decision }
    : { status: 'active', output: undefined, error: undefined, context, decision }

/**
 * What a machine is made from. The graph that an explorer reports is one.
 *
 * @category model
 * @since 0.1.0
 */
export interface StateGraph {
  readonly initial: string
  readonly nodes: ReadonlyArray<{ readonly label: string; readonly terminal: boolean }>
  readonly edges: ReadonlyArray<{
    readonly from: string
    readonly to: string
    readonly command: string
  }>
}

/**
 * Where an event leads. One with a guard is taken only if the event names its label in `to`.
 *
 * @category model
 * @since 0.1.0
 */
export interface MachineTransition {
  readonly target: string
  readonly guard?: (of: {
    readonly event: { readonly type: string; readonly to?: unknown }
  }) => boolean
}

/**
 * The configuration of a flat machine, which XState's `createMachine` takes.
 *
 * @category model
 * @since 0.1.0
 */
export interface Machine {
  readonly initial: string
  readonly states: Readonly<
    Record<
      string,
      {
        readonly type: 'atomic' | 'final'
        readonly on: Readonly<Record<string, ReadonlyArray<MachineTransition>>>
      }
    >
  >
}

/**
 * A graph as a machine: its labels are the states, the kinds of commands the events. A terminal label
 * that no edge leaves is a final state, which takes no events, so that its own loops are not there.
 *
 * Where a command leads from one label to several, the graph does not say when it leads where. Such an
 * event has to name the label in `to`: `{ type: 'RemoveLine', to: 'empty' }`. A name that XState has its
 * own use for gets a `~`: in front where it begins with `#`, at the end where it is empty, `__proto__`,
 * `*` or ends in `.*`.
 *
 * @example
 *   import { toMachine } from 'decider-ts/embed/XState'
 *   import { orderDecider } from 'decider-ts/order'
 *   import { explore, deciderSystem } from 'decider-ts/testing/explore'
 *   import { createActor, createMachine } from 'xstate'
 *   import assert from 'node:assert'
 *
 *   const decider = orderDecider()
 *   const system = deciderSystem(decider, [
 *     { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' },
 *     { type: 'ChangeStatus', newStatus: 'cancelled' },
 *   ])
 *   const { graph } = explore(system, {
 *     abstraction: (state) => (state.type === 'Order' ? state.status : 'none'),
 *   })
 *   const actor = createActor(createMachine(toMachine(graph))).start()
 *   actor.send({ type: 'CreateOrder' })
 *   assert.strictEqual(actor.getSnapshot().value, 'new')
 *   actor.send({ type: 'ChangeStatus' })
 *   assert.strictEqual(actor.getSnapshot().status, 'done')
 *
 * @category machines
 * @since 0.1.0
 */
export const toMachine = ({ initial, nodes, edges }: StateGraph): Machine => {
  const states = new Map<string, Map<string, Set<string>>>()
  for (const label of [initial, ...nodes.map((node) => node.label)]) states.set(label, new Map())
  for (const { from, to, command } of edges) {
    if (!states.has(to)) states.set(to, new Map())
    const commands = states.get(from) ?? new Map<string, Set<string>>()
    states.set(from, commands.set(command, (commands.get(command) ?? new Set()).add(to)))
  }
  const left = new Set(edges.filter(({ from, to }) => from !== to).map(({ from }) => from))
  const final = new Set(
    nodes.filter(({ label, terminal }) => terminal && !left.has(label)).map(({ label }) => label),
  )
  return {
    initial: named(initial),
    states: Object.fromEntries(
      [...states].map(([label, commands]) => [
        named(label),
        final.has(label)
          ? { type: 'final', on: {} }
          : {
              type: 'atomic',
              on: Object.fromEntries(
                [...commands].map(([command, labels]) => [named(command), leading([...labels])]),
              ),
            },
      ]),
    ),
  }
}

const leading = (labels: ReadonlyArray<string>): ReadonlyArray<MachineTransition> =>
  labels.map((label) =>
    labels.length === 1
      ? { target: targetOf(label) }
      : { target: targetOf(label), guard: ({ event }) => event.to === label },
  )

/** A name that means nothing else to XState. Different names stay different. */
const named = (text: string): string => {
  const name = /^~*#/.test(text) ? `~${text}` : text
  return /^(?:|__proto__|(?:[^]*\.)?\*)~*$/.test(name) ? `${name}~` : name
}

/** A name as XState wants it where it stands for a state: a dot would lead into the state before it. */
const targetOf = (label: string): string => named(label).replace(/[\\.]/g, '\\$&')
