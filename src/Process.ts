/**
 * A process manager watches events and issues commands: what has to happen next, and what is still
 * outstanding after a crash. It is pure, like a decider the other way round: events in, commands out.
 *
 * `p` is a process, `s` a state, `e` an event, `d` a decider.
 *
 * Laws (every one is a property test under its number):
 *
 * 1. crash coverage: every command of `react(s, e)` is in `resume(evolve(s, e))`, and stays in `resume`
 *    until an event acknowledges it; whatever is new there compared with `resume(s)` is in `react(s, e)`
 * 2. in a terminal state `resume` is empty, and every state after a terminal state is terminal
 * 3. ids: the same command has the same id in `react` and in every `resume`, and no two commands of
 *    one `resume` share an id
 * 4. closure: what `withDecider(p, fuel)(d)` decides is the queue of commands run one by one, each on
 *    the state evolved by everything before it; commands with a due time stay outstanding
 * 5. fuel: more follow-up commands than `fuel` reject the whole command; no part of the events is emitted
 * 6. `fromPending(q)` keeps law 1, and resumes nothing in a terminal state, whatever `q.pending` returns
 * 7. `many`: the state of a key that was seen, and what it resumes, is what its own events alone lead to;
 *    a key that is seen for the first time issues everything that it resumes then
 * 8. `selectEvent(f)(p)`: an event for which `f` returns `none` changes nothing and issues nothing, any
 *    other counts as what `f` returns; `mapCommand(f)(p)` issues `f` of what `p` issues, under the same
 *    ids and due at the same instants
 * 9. deadlines: what is due at an instant is due at every later one, and in the end everything
 *    outstanding is; nothing becomes due between an instant and the next one that `nextDue` returns
 *
 * @since 0.1.0
 */
import type { Option } from 'fp-ts/lib/Option.js'
import type { Dictionary } from './Dictionary.ts'
import { empty, entries, get, set } from './Dictionary.ts'
import type { Projection } from './Projection.ts'
import { selectEvent as selected } from './Projection.ts'
import type { Instant } from './Recorded.ts'
import { none, some } from './internal/either.ts'
import type { Issued, Process } from './Process/model.ts'

export type { Issued, Process } from './Process/model.ts'
export { withDecider } from './Process/withDecider.ts'

/**
 * A process given by what is outstanding in each state. It reacts to an event with whatever is
 * outstanding after it and was not before, so `react` and `resume` cannot disagree. Ids must differ
 * within one state.
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
  // infers the commands from a literal, or else from the expected result
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

/** The commands whose ids are not known yet. */
const newIn = <C>(
  issued: ReadonlyArray<Issued<C>>,
  known: ReadonlyArray<Issued<C>>,
): ReadonlyArray<Issued<C>> => {
  const ids = new Set(known.map(({ id }) => id))
  return issued.filter(({ id }) => !ids.has(id))
}

/**
 * The commands that are outstanding in a state and due at an instant, each id once: what to send then.
 * Time is an argument, so a process with deadlines is as pure as one without.
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
 * Removes commands whose id came before.
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
 * Translates the commands of a process; ids and due times stay the same.
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
 * One process for each key that events belong to, made by the same function. Events without a key change
 * nothing. No state is terminal, because another key may always come. No key is dropped, because a key
 * that has ended would start again. Ids must differ between keys.
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
    // a key must be stored for its commands to be resumed, even in its initial state
    const isIdle = Object.is(before, after) && process.resume(after).length === 0
    return isIdle ? states : set(key.value, after)(states)
  },
  react: (states, event) => {
    const key = keyOf(event)
    if (key._tag === 'None') return []
    const process = processOf(key.value)
    const found = get(key.value)(states)
    if (found._tag === 'Some') return process.react(found.value, event)
    // nothing was resumed for a key that had not been seen
    const called = process.react(process.initialState, event)
    const due = process.resume(process.evolve(process.initialState, event))
    return [...called, ...newIn(due, called)]
  },
  resume: (states) => entries(states).flatMap(([key, state]) => processOf(key).resume(state)),
  isTerminal: () => false,
})
