/**
 * Several deciders as one: `struct` puts different ones side by side under names, `many` runs one per
 * key. Commands, events and rejections carry the name or the key, so that nothing reaches the wrong
 * decider.
 *
 * `d` is a product, `dᵢ` the decider under the name `i`, `sᵢ` its initial state, `k` and `j` different
 * keys, `∅` the empty dictionary, `fold(s, es)` the fold of `evolve`; `≈` is that of `Decider`.
 *
 * Laws of `struct` (every one is a property test under its number):
 *
 * 1. routing: a command reaches exactly one decider, and only its events come back
 * 2. projection: `fold(s, es)[i] = foldᵢ(s[i], the events of es that are named i)`
 * 3. independence: events of different names commute
 * 4. unit, associativity and symmetry up to `≈`, where names are paired
 * 5. terminal: a product is terminal if each of its deciders is
 *
 * Laws of `many`:
 *
 * 6. locality: a command for `k` is decided on the state of `k`, and events of `k` leave `j` alone
 * 7. partition: `fold(∅, es)[k] = fold(s0, the events of es for k)`; an absent key stands for `s0`
 * 8. events of different keys commute
 * 9. a product of many is never terminal: a new key may always come
 * 10. a key is dropped exactly if its state is the initial one by the given equality
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Eq } from 'fp-ts/lib/Eq.js'
import type { Decider } from './Decider.ts'
import type { Dictionary } from './Dictionary.ts'
import { empty, get, modifyWith } from './Dictionary.ts'
import { left, right } from './internal/either.ts'

/** Any decider: what `struct` accepts as a part. */
interface AnyDecider {
  readonly initialState: unknown
  readonly decide: (command: never, state: never) => Either<unknown, ReadonlyArray<unknown>>
  readonly evolve: (state: never, event: never) => unknown
  readonly isTerminal: (state: never) => boolean
}

/** The four types of a decider, by their letters. */
interface DeciderTypes {
  readonly C: unknown
  readonly S: unknown
  readonly E: unknown
  readonly R: unknown
}

/** The types of each part, by its name. */
type PartTypesOf<D> = {
  readonly [K in keyof D]: D[K] extends Decider<infer C, infer S, infer E, infer R>
    ? { readonly C: C; readonly S: S; readonly E: E; readonly R: R }
    : never
}

type PartTypes = Readonly<Record<string, DeciderTypes>>

/** A part's name is the `type` of its commands and events, which is a string. */
type StringNames<D> = {
  readonly [K in keyof D]: K extends string ? unknown : 'part names must be strings'
}

/** The deciders of a product, by name. */
type DeciderParts<L extends PartTypes> = {
  readonly [K in keyof L]: Decider<L[K]['C'], L[K]['S'], L[K]['E'], L[K]['R']>
}

/** A command for the part that `type` names. */
type PartCommand<L extends PartTypes, K extends keyof L = keyof L> = {
  readonly [P in K]: { readonly type: P; readonly command: L[P]['C'] }
}[K]

/** An event of the part that `type` names. */
type PartEvent<L extends PartTypes, K extends keyof L = keyof L> = {
  readonly [P in K]: { readonly type: P; readonly event: L[P]['E'] }
}[K]

/** A rejection by the part that `type` names. */
type PartRejection<L extends PartTypes, K extends keyof L = keyof L> = {
  readonly [P in K]: { readonly type: P; readonly rejection: L[P]['R'] }
}[K]

/** The state of each part, by its name. */
type PartStates<L extends PartTypes> = { readonly [K in keyof L]: L[K]['S'] }

/**
 * Different deciders side by side, each under a name: the name is the `type` of the product's commands,
 * events and rejections, and the field of its state. Commands and events with an unknown name, which no
 * typed value has, emit and change nothing.
 *
 * @example
 *   import { orderDecider } from 'decider-ts/order'
 *   import { struct } from 'decider-ts/Product'
 *   import { run } from 'decider-ts/Decider'
 *   import { right } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const order = orderDecider()
 *   const likes = {
 *     initialState: 0,
 *     decide: (_: { readonly type: 'Like' }) => right([{ type: 'Liked' as const }]),
 *     evolve: (count: number) => count + 1,
 *     isTerminal: () => false,
 *   }
 *   const { state } = run(struct({ order, likes }))([
 *     { type: 'likes', command: { type: 'Like' } },
 *     { type: 'order', command: { type: 'SetTax', amount: 100 } },
 *   ])
 *   assert.deepStrictEqual(state, { order: { type: 'NoOrder' }, likes: 1 })
 *
 * @category constructors
 * @since 0.1.0
 */
export const struct = <D extends Readonly<Record<string, AnyDecider>>>(
  parts: D & DeciderParts<PartTypesOf<D>> & StringNames<D>,
): Decider<
  PartCommand<PartTypesOf<D>>,
  PartStates<PartTypesOf<D>>,
  PartEvent<PartTypesOf<D>>,
  PartRejection<PartTypesOf<D>>
> => productOf<PartTypesOf<D>>(parts)

const noOwnEvents: Either<never, ReadonlyArray<never>> = right([])

const productOf = <L extends PartTypes>(
  parts: DeciderParts<L>,
): Decider<PartCommand<L>, PartStates<L>, PartEvent<L>, PartRejection<L>> => {
  const names: ReadonlyArray<keyof L> = Object.keys(parts)

  const decide = <K extends keyof L>(
    { type, command }: PartCommand<L, K>,
    state: PartStates<L>,
  ): Either<PartRejection<L, K>, ReadonlyArray<PartEvent<L, K>>> => {
    if (!names.includes(type)) return noOwnEvents
    const decision = parts[type].decide(command, state[type])
    if (decision._tag === 'Left') {
      return left({ type, rejection: decision.left })
    }
    return right(decision.right.map((event) => ({ type, event })))
  }

  const evolve = <K extends keyof L>(
    state: PartStates<L>,
    { type, event }: PartEvent<L, K>,
  ): PartStates<L> => {
    if (!names.includes(type)) return state
    const before = state[type]
    const after = parts[type].evolve(before, event)
    if (Object.is(before, after)) return state
    // the name is a field of the state already, so the copy keeps its shape
    const next: Record<keyof L, unknown> = { ...state }
    next[type] = after
    return next
  }

  return {
    // one state for each name
    initialState: Object.fromEntries(
      names.map((name) => [name, parts[name].initialState]),
    ) as PartStates<L>,
    decide,
    evolve,
    isTerminal: (state) => names.every((name) => parts[name].isTerminal(state[name])),
  }
}

/**
 * A command for the decider of a key.
 *
 * @category model
 * @since 0.1.0
 */
export interface KeyedCommand<out C> {
  readonly key: string
  readonly command: C
}

/**
 * An event of the decider of a key.
 *
 * @category model
 * @since 0.1.0
 */
export interface KeyedEvent<out E> {
  readonly key: string
  readonly event: E
}

/** A rejection by the decider of a key. */
interface KeyedRejection<out R> {
  readonly key: string
  readonly rejection: R
}

const eqIdentity: Eq<unknown> = { equals: Object.is }

/**
 * One decider for each key, all by the same rules. A key that was never seen is in the initial state, and
 * a key that returns to it, by the given equality, takes no space. `eq` defaults to identity. No state is
 * terminal, because another key may always come.
 *
 * @example
 *   import { orderDecider } from 'decider-ts/order'
 *   import { many } from 'decider-ts/Product'
 *   import { run } from 'decider-ts/Decider'
 *   import { left } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const order = orderDecider()
 *   const { state, outcomes } = run(many(order))([
 *     { key: 'a', command: { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' } },
 *     { key: 'b', command: { type: 'SetTax', amount: 100 } },
 *   ])
 *   assert.strictEqual(state.size, 1)
 *   assert.deepStrictEqual(outcomes[1], left({ key: 'b', rejection: { type: 'OrderNotFound' } }))
 *
 * @category constructors
 * @since 0.1.0
 */
export const many = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  eq: Eq<S> = eqIdentity,
): Decider<KeyedCommand<C>, Dictionary<S>, KeyedEvent<E>, KeyedRejection<R>> => {
  const { initialState, evolve } = decider
  const stateOf = (key: string, states: Dictionary<S>): S => {
    const found = get(key)(states)
    return found._tag === 'Some' ? found.value : initialState
  }
  const kept = (state: S, event: E): S => {
    const after = evolve(state, event)
    return eq.equals(after, initialState) ? initialState : after
  }
  return {
    initialState: empty,
    decide: ({ key, command }, states) => {
      const decision = decider.decide(command, stateOf(key, states))
      return decision._tag === 'Left'
        ? left({ key, rejection: decision.left })
        : right(decision.right.map((event) => ({ key, event })))
    },
    evolve: (states, { key, event }) => modifyWith(states, key, initialState, kept, event),
    isTerminal: () => false,
  }
}
