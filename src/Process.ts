/**
 * A process manager watches events and issues commands: what has to happen next, and what is still
 * outstanding after a crash. It is pure, like a decider turned round.
 *
 * `p` is a process, `s` a state, `e` an event, `d` a decider.
 *
 * Laws (every one is a property test under its number):
 *
 * 1. crash coverage: every command of `react(s, e)` is in `resume(evolve(s, e))`, and goes on being in
 *    `resume` until an event acknowledges it; what is there and was not in `resume(s)` is of `react(s, e)`
 * 2. in a terminal state `resume` is empty, and what follows on a terminal state is terminal
 * 3. ids: the same command has the same id in `react` and in every `resume`, and no two commands of
 *    one `resume` share an id
 * 4. closure: what `withDecider(p, fuel)(d)` decides is the queue of commands run one by one, each on
 *    the state evolved by everything before it; commands with a due time stay outstanding
 * 5. fuel: more follow-up commands than `fuel` are a rejection of the whole, never a part of the events
 * 6. `fromPending(q)` keeps law 1, and resumes nothing in a terminal state, whatever `q.pending` gives
 * 7. `many`: the state of a key that was seen, and what it resumes, is what its own events alone would
 *    give; a key that is seen for the first time calls for all that it resumes then
 * 8. `selectEvent(f)(p)`: an event for which `f` gives `none` changes nothing and calls for nothing, any
 *    other is what `f` gives; `mapCommand(f)(p)` issues what `p` does, under the same ids and due at the
 *    same instants, as `f` gives it
 * 9. deadlines: what is due at an instant is due at every later one, and at last all that is outstanding
 *    is; nothing becomes due between an instant and the next one that `nextDue` gives
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Option } from 'fp-ts/lib/Option.js'
import type { Decider } from './Decider.ts'
import type { Dictionary } from './Dictionary.ts'
import { empty, entries, get, set } from './Dictionary.ts'
import type { Projection } from './Projection.ts'
import { selectEvent as selected } from './Projection.ts'
import type { Instant } from './Recorded.ts'
import { left, none, right, some } from './internal/either.ts'

/**
 * A command under an id that follows from what caused it, and from nothing else. Issued again after
 * a crash it has the same id, so that whoever carries it out can tell: it makes a commit id.
 *
 * @category model
 * @since 0.1.0
 */
export interface Issued<out C> {
  readonly id: string
  readonly command: C
  /** When it is to be carried out, and not before: a reminder, a time limit. At once by default. */
  readonly dueAt?: Instant | undefined
}

/**
 * What has to follow from events. The functions are taken for what they are, without the process around
 * them: none of them knows a `this`.
 *
 * @example
 *   import type { Process } from 'decider-ts/Process'
 *   import assert from 'node:assert'
 *
 *   type Event = { readonly type: 'Paid' } | { readonly type: 'Shipped' }
 *   const ship = { id: 'ship', command: 'Ship' } as const
 *
 *   const shipping: Process<Event, 'idle' | 'shipping' | 'done', 'Ship'> = {
 *     initialState: 'idle',
 *     evolve: (_, event) => (event.type === 'Paid' ? 'shipping' : 'done'),
 *     react: (_, event) => (event.type === 'Paid' ? [ship] : []),
 *     resume: (state) => (state === 'shipping' ? [ship] : []),
 *     isTerminal: (state) => state === 'done',
 *   }
 *   assert.deepStrictEqual(shipping.resume(shipping.evolve('idle', { type: 'Paid' })), [ship])
 *
 * @category model
 * @since 0.1.0
 */
export interface Process<in E, in out S, out C> extends Projection<S, E> {
  /** The commands that an event calls for, in the state that it meets. */
  readonly react: (state: S, event: E) => ReadonlyArray<Issued<C>>
  /** The commands that were called for and that no event has acknowledged yet. */
  readonly resume: (state: S) => ReadonlyArray<Issued<C>>
  /** Whether this state is the end: nothing is outstanding, and nothing will ever be called for. */
  readonly isTerminal: (state: S) => boolean
}

/**
 * The process that reacts to an event with what is outstanding after it and was not before: told
 * once, so that reacting and resuming can't disagree. Needs ids that differ within one state.
 *
 * @example
 *   import { fromPending } from 'decider-ts/Process'
 *   import assert from 'node:assert'
 *
 *   const shipping = fromPending({
 *     initialState: 'idle',
 *     evolve: (_: string, event: 'Paid' | 'Shipped') => (event === 'Paid' ? 'shipping' : 'done'),
 *     pending: (state) => (state === 'shipping' ? [{ id: 'ship', command: 'Ship' }] : []),
 *     isTerminal: (state) => state === 'done',
 *   })
 *   assert.deepStrictEqual(shipping.react('idle', 'Paid'), [{ id: 'ship', command: 'Ship' }])
 *   assert.deepStrictEqual(shipping.react('shipping', 'Paid'), [])
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromPending = <
  E,
  S,
  C = never,
  const L extends ReadonlyArray<Issued<unknown>> = ReadonlyArray<Issued<C>>,
>({
  initialState,
  evolve,
  pending,
  isTerminal,
}: Projection<S, E> & {
  // read as a whole where it is written in place, or else by what the result is to be
  readonly pending: ((state: S) => L) | ((state: S) => ReadonlyArray<Issued<C>>)
  readonly isTerminal: (state: S) => boolean
}): Process<E, S, C | L[number]['command']> => {
  const resume = (state: S): ReadonlyArray<Issued<C | L[number]['command']>> =>
    isTerminal(state) ? [] : pending(state)
  return {
    initialState,
    evolve,
    react: (state, event) => {
      const after = resume(evolve(state, event))
      return after.length === 0 ? after : newIn(after, resume(state))
    },
    resume,
    isTerminal,
  }
}

/** What is issued under other ids than what is known. */
const newIn = <C>(
  issued: ReadonlyArray<Issued<C>>,
  known: ReadonlyArray<Issued<C>>,
): ReadonlyArray<Issued<C>> => {
  const ids = new Set(known.map(({ id }) => id))
  return issued.filter(({ id }) => !ids.has(id))
}

/**
 * The commands that are outstanding in a state and due at an instant, each id once: what is to be sent
 * then. Time comes in as a value, so a process with deadlines is as pure as one without.
 *
 * @example
 *   import { due, fromPending } from 'decider-ts/Process'
 *   import assert from 'node:assert'
 *
 *   const threeDays = 3 * 24 * 3_600_000
 *   const reminding = fromPending({
 *     initialState: { invoicedAt: 0 },
 *     evolve: (_: { readonly invoicedAt: number }, event: { readonly invoicedAt: number }) => event,
 *     pending: ({ invoicedAt }) => [
 *       { id: 'remind', command: 'Remind', dueAt: invoicedAt + threeDays },
 *     ],
 *     isTerminal: () => false,
 *   })
 *   assert.deepStrictEqual(due(reminding)({ invoicedAt: 0 }, threeDays - 1), [])
 *   assert.strictEqual(due(reminding)({ invoicedAt: 0 }, threeDays)[0]?.command, 'Remind')
 *
 * @category deadlines
 * @since 0.1.0
 */
export const due =
  <S, C>({
    resume,
  }: Pick<Process<never, S, C>, 'resume'>): ((state: S, at: Instant) => ReadonlyArray<Issued<C>>) =>
  (state, at) =>
    distinct(resume(state)).filter(({ dueAt }) => dueAt === undefined || dueAt <= at)

/**
 * When the next of the outstanding commands becomes due after an instant: how long a runner may sleep.
 *
 * @example
 *   import { fromPending, nextDue } from 'decider-ts/Process'
 *   import { none, some } from 'fp-ts/lib/Option.js'
 *   import assert from 'node:assert'
 *
 *   const reminding = fromPending({
 *     initialState: 0,
 *     evolve: (at: number) => at,
 *     pending: (at) => [{ id: 'remind', command: 'Remind', dueAt: at + 60_000 }],
 *     isTerminal: () => false,
 *   })
 *   assert.deepStrictEqual(nextDue(reminding)(0, 5_000), some(60_000))
 *   assert.deepStrictEqual(nextDue(reminding)(0, 60_000), none)
 *
 * @category deadlines
 * @since 0.1.0
 */
export const nextDue =
  <S, C>({
    resume,
  }: Pick<Process<never, S, C>, 'resume'>): ((state: S, after: Instant) => Option<Instant>) =>
  (state, after) => {
    let next: Instant | undefined
    for (const { dueAt } of resume(state)) {
      if (dueAt !== undefined && dueAt > after && (next === undefined || dueAt < next)) next = dueAt
    }
    return next === undefined ? none : some(next)
  }

/**
 * The commands without those whose id came before: two of one id are one.
 *
 * @internal
 */
export const distinct = <C>(issued: ReadonlyArray<Issued<C>>): ReadonlyArray<Issued<C>> => {
  const ids = new Set<string>()
  return issued.filter(({ id }) => ids.size < ids.add(id).size)
}

/**
 * The process over other events: `f` says which of them count, and as what.
 *
 * @example
 *   import { fromPending, selectEvent } from 'decider-ts/Process'
 *   import { pipe } from 'fp-ts/lib/function.js'
 *   import { none, some } from 'fp-ts/lib/Option.js'
 *   import assert from 'node:assert'
 *
 *   const thanks = fromPending({
 *     initialState: 0,
 *     evolve: (_: number, amount: number) => amount,
 *     pending: (amount) => (amount > 0 ? [{ id: 'thanks', command: 'say thanks' }] : []),
 *     isTerminal: () => false,
 *   })
 *   const forMuch = pipe(thanks, selectEvent((amount: number) => (amount > 1_000 ? some(amount) : none)))
 *   assert.deepStrictEqual(forMuch.react(0, 5), [])
 *   assert.deepStrictEqual(forMuch.react(0, 5_000), [{ id: 'thanks', command: 'say thanks' }])
 *
 * @category mapping
 * @since 0.1.0
 */
export const selectEvent =
  <E2, E>(f: (event: E2) => Option<E>): (<S, C>(process: Process<E, S, C>) => Process<E2, S, C>) =>
  (process) => ({
    ...selected(f)(process),
    react: (state, event) => {
      const own = f(event)
      return own._tag === 'None' ? [] : process.react(state, own.value)
    },
    resume: process.resume,
    isTerminal: process.isTerminal,
  })

/**
 * The process that issues other commands, under the same ids: those of a part as those of the whole.
 *
 * @example
 *   import { fromPending, mapCommand } from 'decider-ts/Process'
 *   import { pipe } from 'fp-ts/lib/function.js'
 *   import assert from 'node:assert'
 *
 *   const thanks = fromPending({
 *     initialState: 0,
 *     evolve: (_: number, amount: number) => amount,
 *     pending: (amount) => (amount > 0 ? [{ id: 'thanks', command: 'say thanks' }] : []),
 *     isTerminal: () => false,
 *   })
 *   const addressed = pipe(thanks, mapCommand((command) => ({ to: 'Ann', command })))
 *   assert.deepStrictEqual(addressed.resume(5), [{ id: 'thanks', command: { to: 'Ann', command: 'say thanks' } }])
 *
 * @category mapping
 * @since 0.1.0
 */
export const mapCommand =
  <C, const C2>(f: (command: C) => C2): (<E, S>(process: Process<E, S, C>) => Process<E, S, C2>) =>
  ({ initialState, evolve, react, resume, isTerminal }) => {
    const mapped = (issued: ReadonlyArray<Issued<C>>): ReadonlyArray<Issued<C2>> =>
      issued.map(({ id, command, dueAt }) =>
        dueAt === undefined ? { id, command: f(command) } : { id, command: f(command), dueAt },
      )
    return {
      initialState,
      evolve,
      react: (state, event) => mapped(react(state, event)),
      resume: (state) => mapped(resume(state)),
      isTerminal,
    }
  }

/**
 * One process for each key that events belong to, made by the same function. Events without a key
 * change nothing. No state is terminal: another key may always come. No key is dropped: one that has
 * ended would begin again. Ids must differ between keys.
 *
 * @example
 *   import { many, type Process } from 'decider-ts/Process'
 *   import { replay } from 'decider-ts/Projection'
 *   import { fromNullable } from 'fp-ts/lib/Option.js'
 *   import assert from 'node:assert'
 *
 *   type Event = { readonly type: 'Paid' | 'Shipped'; readonly order?: string }
 *   const shipping = (order: string): Process<Event, boolean, string> => ({
 *     initialState: false,
 *     evolve: (_, event) => event.type === 'Paid',
 *     react: (_, event) => (event.type === 'Paid' ? [{ id: order, command: `ship ${order}` }] : []),
 *     resume: (paid) => (paid ? [{ id: order, command: `ship ${order}` }] : []),
 *     isTerminal: () => false,
 *   })
 *   const all = many((event: Event) => fromNullable(event.order), shipping)
 *   const state = replay(all)([{ type: 'Paid', order: 'a' }, { type: 'Paid', order: 'b' }, { type: 'Shipped', order: 'a' }])
 *   assert.deepStrictEqual(all.resume(state), [{ id: 'b', command: 'ship b' }])
 *
 * @category constructors
 * @since 0.1.0
 */
export const many = <E, S, C>(
  keyOf: (event: E) => Option<string>,
  processOf: (key: string) => Process<E, S, C>,
): Process<E, Dictionary<S>, C> => ({
  initialState: empty,
  evolve: (states, event) => {
    const key = keyOf(event)
    if (key._tag === 'None') return states
    const process = processOf(key.value)
    const found = get(key.value)(states)
    const before = found._tag === 'Some' ? found.value : process.initialState
    const after = process.evolve(before, event)
    // a key has to stand here for what it calls for to be resumed, also in its initial state
    const isIdle = Object.is(before, after) && process.resume(after).length === 0
    return isIdle ? states : set(key.value, after)(states)
  },
  react: (states, event) => {
    const key = keyOf(event)
    if (key._tag === 'None') return []
    const process = processOf(key.value)
    const found = get(key.value)(states)
    if (found._tag === 'Some') return process.react(found.value, event)
    // nothing was resumed of a key that had not been seen
    const called = process.react(process.initialState, event)
    const due = process.resume(process.evolve(process.initialState, event))
    return [...called, ...newIn(due, called)]
  },
  resume: (states) => entries(states).flatMap(([key, state]) => processOf(key).resume(state)),
  isTerminal: () => false,
})

/** The state of a decider with a process beside it. */
interface ProcessState<out P, out S> {
  readonly process: P
  readonly decider: S
}

/**
 * Why a decider with a process refuses a command: the decider refuses it (`Rejected`), or a command
 * that followed from it (`FollowUpRejected`), or more follow than there was fuel for (`OutOfFuel`,
 * with what was outstanding then).
 */
type ProcessRejection<C, R> =
  | { readonly type: 'Rejected'; readonly rejection: R }
  | {
      readonly type: 'FollowUpRejected'
      readonly id: string
      readonly command: C
      readonly rejection: R
    }
  | {
      readonly type: 'OutOfFuel'
      readonly fuel: number
      readonly outstanding: ReadonlyArray<Issued<C>>
    }

/** A decider that takes the commands `C`, whatever others it takes. */
type Accepting<C, S, E, R> = Pick<Decider<C, S, E, R>, 'decide'>

/**
 * A process with its decider as one decider: what a command emits, the process reacts to at once, and
 * so on until all that was called for is carried out, all in one decision. Each command is decided on
 * the state that everything before it led to. `fuel` is how many commands may follow from one; where
 * that is too few, or one of them is refused, the whole is refused and nothing is emitted.
 *
 * A command with a time at which it is due does not follow at once, and is left outstanding.
 *
 * What was called for waits for its turn, and later events of the same decision do not take it back:
 * as on the way to any decider, it may arrive where it is no longer needed, and then the decider had
 * better answer it with nothing. What was outstanding before the command, as in the initial state, does
 * not follow from it, and is left as it is.
 *
 * @example
 *   import { withDecider, type Process } from 'decider-ts/Process'
 *   import { run } from 'decider-ts/Decider'
 *   import { orderDecider, type OrderCommand, type OrderEvent } from 'decider-ts/order'
 *   import { pipe } from 'fp-ts/lib/function.js'
 *   import assert from 'node:assert'
 *
 *   const decider = orderDecider()
 *   const payAtOnce: Process<OrderEvent, boolean, OrderCommand> = {
 *     initialState: false,
 *     evolve: (due, e) => (e.type === 'StatusChanged' ? e.newStatus === 'confirmed' : due),
 *     react: (_, e) =>
 *       e.type === 'StatusChanged' && e.newStatus === 'confirmed'
 *         ? [{ id: 'pay', command: { type: 'ChangeStatus', newStatus: 'paid' } }]
 *         : [],
 *     resume: (due) =>
 *       due ? [{ id: 'pay', command: { type: 'ChangeStatus', newStatus: 'paid' } }] : [],
 *     isTerminal: () => false,
 *   }
 *   const { state } = run(pipe(decider, withDecider(payAtOnce, 10)))([
 *     { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' },
 *     { type: 'AddLine', productId: '11', quantity: 12, unitPrice: 1_400, discount: 0 },
 *     { type: 'ChangeStatus', newStatus: 'confirmed' },
 *   ])
 *   assert.ok(state.decider.type === 'Order' && state.decider.status === 'paid')
 *
 * @category combining
 * @since 0.1.0
 */
export const withDecider =
  <E, P, I = never>(
    process: Process<E, P, I>,
    fuel: number,
  ): (<C, S, D extends E, R>(
    decider: Decider<C, S, D, R> & Accepting<I, S, D, R>,
  ) => Decider<C, ProcessState<P, S>, D, ProcessRejection<I, R>>) =>
  (decider) => ({
    initialState: { process: process.initialState, decider: decider.initialState },
    decide: (command, state) => {
      const first = decider.decide(command, state.decider)
      return first._tag === 'Left'
        ? left({ type: 'Rejected', rejection: first.left })
        : close(process, decider, fuel, state, first.right)
    },
    evolve: (state, event) => {
      const watching = process.evolve(state.process, event)
      const decided = decider.evolve(state.decider, event)
      return Object.is(watching, state.process) && Object.is(decided, state.decider)
        ? state
        : { process: watching, decider: decided }
    },
    isTerminal: (state) => decider.isTerminal(state.decider),
  })

/** The events with everything that follows from them. */
const close = <E, P, I, C, S, D extends E, R>(
  process: Process<E, P, I>,
  decider: Decider<C, S, D, R> & Accepting<I, S, D, R>,
  fuel: number,
  state: ProcessState<P, S>,
  first: ReadonlyArray<D>,
): Either<ProcessRejection<I, R>, ReadonlyArray<D>> => {
  const events: Array<D> = []
  const queue: Array<Issued<I>> = []
  let watching = state.process
  let decided = state.decider
  const apply = (emitted: ReadonlyArray<D>): void => {
    for (const event of emitted) {
      for (const issued of process.react(watching, event)) {
        if (issued.dueAt === undefined) queue.push(issued)
      }
      watching = process.evolve(watching, event)
      decided = decider.evolve(decided, event)
      events.push(event)
    }
  }
  apply(first)
  // the queue grows while it is read
  let used = 0
  for (const { id, command } of queue) {
    if (!(used + 1 <= fuel)) {
      return left({ type: 'OutOfFuel', fuel, outstanding: queue.slice(used) })
    }
    used++
    const decision = decider.decide(command, decided)
    if (decision._tag === 'Left') {
      const rejection = decision.left
      return left({ type: 'FollowUpRejected', id, command, rejection })
    }
    apply(decision.right)
  }
  return right(events)
}
