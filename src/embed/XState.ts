/**
 * Uses a decider in XState 5: as the logic of an actor that takes commands; and turns the graph of an
 * explorer's report into a machine to inspect and to generate paths from.
 *
 * `d` is a decider, `C` its commands, `S` its state, `E` its events, `R` its rejections; `g` is a graph.
 *
 * Laws (every one is a property test under its number):
 *
 * 1. after each command, until it is done, an actor has the state and the outcome that `run(d)` gives
 * 2. an actor is done exactly if `d.isTerminal` holds, and its output is its last state
 * 3. an actor that is persisted as JSON and restored continues as if nothing had happened, provided `S`, `E`
 *    and `R` survive JSON
 * 4. `toMachine(g)` has one state for each label of `g`, one transition for each edge that does not leave a
 *    final state, and no others
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Option } from 'fp-ts/lib/Option.js'
import type { Decider } from '../Decider.ts'
import { replay, replayFrom } from '../Projection.ts'
import { none, some } from '../internal/either.ts'
import type { WithType } from '../codec/internal/shortForm.ts'

/** A snapshot of an actor in XState's form. `stopped` and `error` are set by XState itself. */
type ActorSnapshot<S, E, R> = {
  /** The state of the decider. */
  readonly context: S
  /** The outcome of the last command; `none` before the first one. */
  readonly decision: Option<Either<R, ReadonlyArray<E>>>
} & (
  | { readonly status: 'active'; readonly output: undefined; readonly error: undefined }
  | { readonly status: 'done'; readonly output: S; readonly error: undefined }
  | { readonly status: 'error'; readonly output: undefined; readonly error: unknown }
  | { readonly status: 'stopped'; readonly output: undefined; readonly error: undefined }
)

/** What the logic uses of its actor: `defer` runs a task once the new snapshot is in place. */
interface ActorScope<in E> {
  readonly emit: (event: E) => void
  readonly defer: (task: () => void) => void
}

/**
 * The logic of an actor. Its events are commands, it emits events, and its input is an optional history.
 *
 * @category model
 * @since 0.1.0
 */
export interface DeciderActorLogic<C, S, E, R> {
  readonly transition: (
    snapshot: ActorSnapshot<S, E, R>,
    command: C,
    scope: ActorScope<E>,
  ) => ActorSnapshot<S, E, R>
  readonly getInitialSnapshot: (
    scope: ActorScope<E>,
    history: ReadonlyArray<E> | undefined,
  ) => ActorSnapshot<S, E, R>
  readonly getPersistedSnapshot: (snapshot: ActorSnapshot<S, E, R>) => ActorSnapshot<S, E, R>
}

/**
 * Makes the logic of an actor: `createActor(toActorLogic(decider))` takes commands with `send`, has the
 * state in `context` and the outcome of the last command in `decision`, and emits the events to listeners
 * added with `on`. A rejected command changes only `decision`. Command types must not start with `xstate.`,
 * which XState reserves.
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
export const toActorLogic = <C extends WithType, S, E extends WithType, R>(
  decider: Decider<C, S, E, R>,
): DeciderActorLogic<C, S, E, R> => ({
  transition: (snapshot, command, scope) => {
    if (snapshot.status !== 'active') return snapshot
    const { context, decision } = snapshot
    if (command.type === 'xstate.stop') {
      return { status: 'stopped', output: undefined, error: undefined, context, decision }
    }
    if (command.type.startsWith('xstate.')) return snapshot
    const next = decider.decide(command, context)
    if (next._tag === 'Left') return actorSnapshot(decider, context, some(next))
    for (const event of next.right) scope.defer(() => scope.emit(event))
    return actorSnapshot(decider, replayFrom(decider)(context, next.right), some(next))
  },
  getInitialSnapshot: (_, history) => actorSnapshot(decider, replay(decider)(history ?? []), none),
  getPersistedSnapshot: (snapshot) => snapshot,
})

const actorSnapshot = <C, S, E, R>(
  { isTerminal }: Decider<C, S, E, R>,
  context: S,
  decision: Option<Either<R, ReadonlyArray<E>>>,
): ActorSnapshot<S, E, R> =>
  isTerminal(context)
    ? { status: 'done', output: context, error: undefined, context, decision }
    : { status: 'active', output: undefined, error: undefined, context, decision }

/** The graph of an explorer's report has this shape. */
interface LabelGraph {
  readonly initial: string
  readonly nodes: ReadonlyArray<{ readonly label: string; readonly terminal: boolean }>
  readonly edges: ReadonlyArray<{
    readonly from: string
    readonly to: string
    readonly command: string
  }>
}

/** A transition; one with a guard is taken only if the event names its label in `to`. */
type MachineTransition = {
  readonly target: string
  readonly guard?: (of: {
    readonly event: { readonly type: string; readonly to?: unknown }
  }) => boolean
}

/** The configuration of a flat machine, as XState's `createMachine` takes it. */
type MachineConfig = {
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
 * Converts a graph to a machine: its labels become states, its command types events. A terminal label that
 * no edge leaves becomes a final state, without its loops, because a final state takes no events.
 *
 * If a command leads from one label to several, the graph does not say when it leads to which. Such an
 * event must name the label in `to`: `{ type: 'RemoveLine', to: 'empty' }`. A name that means something
 * else to XState gets a `~`: in front if it starts with `#`; at the end if it is empty, `__proto__`, `*` or
 * ends in `.*`.
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
export const toMachine = ({ initial, nodes, edges }: LabelGraph): MachineConfig => {
  const states = new Map<string, Map<string, Set<string>>>()
  for (const label of [initial, ...nodes.map((node) => node.label)]) states.set(label, new Map())
  for (const { from, to, command } of edges) {
    if (!states.has(to)) states.set(to, new Map())
    const commands = states.get(from) ?? new Map<string, Set<string>>()
    states.set(from, commands.set(command, (commands.get(command) ?? new Set()).add(to)))
  }
  const withExit = new Set(edges.filter(({ from, to }) => from !== to).map(({ from }) => from))
  const final = new Set(
    nodes
      .filter(({ label, terminal }) => terminal && !withExit.has(label))
      .map(({ label }) => label),
  )
  return {
    initial: safeName(initial),
    states: Object.fromEntries(
      [...states].map(([label, commands]) => [
        safeName(label),
        final.has(label)
          ? { type: 'final', on: {} }
          : {
              type: 'atomic',
              on: Object.fromEntries(
                [...commands].map(([command, labels]) => [
                  safeName(command),
                  transitionsTo([...labels]),
                ]),
              ),
            },
      ]),
    ),
  }
}

const transitionsTo = (labels: ReadonlyArray<string>): ReadonlyArray<MachineTransition> =>
  labels.map((label) =>
    labels.length === 1
      ? { target: escapedTarget(label) }
      : { target: escapedTarget(label), guard: ({ event }) => event.to === label },
  )

/** Escapes what has another meaning in XState. Different labels get different names. */
const safeName = (label: string): string => {
  const name = /^~*#/.test(label) ? `~${label}` : label
  return /^(?:|__proto__|(?:[^]*\.)?\*)~*$/.test(name) ? `${name}~` : name
}

/** In the target of a transition, an unescaped dot would lead into a nested state. */
const escapedTarget = (label: string): string => safeName(label).replace(/[\\.]/g, '\\$&')
