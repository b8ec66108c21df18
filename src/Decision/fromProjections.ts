/**
 * A decision made of projections, each of the events that carry one tag.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Dictionary } from '../Dictionary.ts'
import { empty, get, modifyWith } from '../Dictionary.ts'
import type { Query, QueryItem, Tag } from '../Query.ts'
import { idAfter, union } from '../Query.ts'
import type { Decision } from '../internal/decision.ts'

/** An event with a type of its own. */
interface EventWithType {
  readonly type: string
}

/** The events of a type; `Extract` would miss an event with several types. */
type EventOfType<E, T> = E extends { readonly type: infer U } ? (T extends U ? E : never) : never

/**
 * The state of each thing of a kind, such as courses, folded from the events that carry its tag. The fields of
 * `evolve` are the types of events that it folds, and queries ask for exactly these types, so no event that counts
 * can be missing from a query. An event is folded once for each of its tags of the kind; `id` is the id in the tag.
 *
 * `tag` is what `tag(kind)` of `Query` returns.
 *
 * @category model
 * @since 0.1.0
 */
export interface TaggedProjection<S, E extends EventWithType> {
  readonly tag: (id: string) => Tag
  readonly initialState: S
  readonly evolve: {
    readonly [T in E['type']]?: (state: S, event: EventOfType<E, T>, id: string) => S
  }
}

type TaggedProjections<S, E extends EventWithType> = {
  readonly [K in keyof S]: TaggedProjection<S[K], E>
}

/** The state of one thing of each kind, by the names of the projections. */
type ThingStates = Readonly<Record<string, unknown>>

/** Any projection of tagged events. */
interface AnyTaggedProjection {
  readonly tag: (id: string) => Tag
  readonly initialState: unknown
  readonly evolve: object
}

type ThingStatesOf<P> = {
  readonly [K in keyof P]: P[K] extends { readonly initialState: infer S } ? S : never
}

/** The ids of things, by the names of their projections. */
type ReadIds<S> = { readonly [K in keyof S]?: ReadonlyArray<string> }

/** The states of things, by the names of their projections and their ids. */
type StateLookups<S> = { readonly [K in keyof S]: (id: string) => S[K] }

/** The states of all things by their tags. */
type StatesByTag<S> = { readonly [K in keyof S]: Dictionary<S[K]> }

/**
 * What a decision consists of, apart from its projections:
 *
 * - `reads`: the ids of the things that a command depends on, by the names of their projections
 * - `readsMore`: further ids, if only the states of those things tell them
 * - `decide`: as in a decider; `states.courses(id)` is the state of one thing
 * - `tags`: the tags of an event, one for each thing that it concerns
 */
interface ProjectedParts<in C, S, E extends EventWithType, out R> {
  readonly tags: (event: E) => ReadonlyArray<Tag>
  readonly reads: (command: C) => ReadIds<S>
  readonly readsMore?: (command: C, states: StateLookups<S>) => ReadIds<S>
  readonly decide: (command: C, states: StateLookups<S>) => Either<R, ReadonlyArray<E>>
}

/**
 * Makes a decision from projections. The query of a command asks for the ids that `reads` returns, and for the types
 * of events that their projections fold. The state holds, for each projection, a dictionary of states by tag. It is
 * never terminal.
 *
 * @example
 *   import { fromProjections, type TaggedProjection } from 'decider-ts/Decision'
 *   import { tag } from 'decider-ts/Query'
 *   import { left, right, type Either } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   type Command = { readonly type: 'Transfer'; readonly from: string; readonly to: string; readonly amount: number }
 *   type Event =
 *     | { readonly type: 'Opened'; readonly account: string; readonly amount: number }
 *     | { readonly type: 'Transferred'; readonly from: string; readonly to: string; readonly amount: number }
 *   const account = tag('account')
 *
 *   const balances: TaggedProjection<number, Event> = {
 *     tag: account,
 *     initialState: 0,
 *     evolve: {
 *       Opened: (balance, { amount }) => balance + amount,
 *       Transferred: (balance, { from, amount }, id) => balance + (id === from ? -amount : amount),
 *     },
 *   }
 *   const transfer = fromProjections({
 *     projections: { balances },
 *     tags: (event: Event) =>
 *       event.type === 'Opened' ? [account(event.account)] : [account(event.from), account(event.to)],
 *     reads: ({ from }: Command) => ({ balances: [from] }),
 *     decide: ({ from, to, amount }, { balances }): Either<'NotEnough', ReadonlyArray<Event>> =>
 *       balances(from) < amount ? left('NotEnough') : right([{ type: 'Transferred', from, to, amount }]),
 *   })
 *   assert.deepStrictEqual(transfer.reads({ type: 'Transfer', from: 'a', to: 'b', amount: 1 }), [
 *     { types: ['Opened', 'Transferred'], tags: ['account:a'] },
 *   ])
 *
 * @category constructors
 * @since 0.1.0
 */
export const fromProjections = <
  P extends Readonly<Record<string, AnyTaggedProjection>>,
  C,
  E extends EventWithType,
  R,
>(
  parts: ProjectedParts<C, ThingStatesOf<P>, E, R> & {
    readonly projections: P & TaggedProjections<ThingStatesOf<P>, E>
  },
): Decision<C, StatesByTag<ThingStatesOf<P>>, E, R> =>
  decisionOf<C, ThingStatesOf<P>, E, R>(parts, parts.projections)

const decisionOf = <C, S extends ThingStates, E extends EventWithType, R>(
  { tags, reads, readsMore, decide }: ProjectedParts<C, S, E, R>,
  projections: TaggedProjections<S, E>,
): Decision<C, StatesByTag<S>, E, R> => {
  const names: ReadonlyArray<keyof S> = Object.keys(projections)
  const folds = names.map((name) => tagFold(name, projections[name], tags))
  const lookups = (states: StatesByTag<S>): StateLookups<S> =>
    // a function for each name
    Object.fromEntries(folds.map(({ name, lookup }) => [name, lookup(states)])) as StateLookups<S>
  const queryFor = (ids: ReadIds<S>): Query =>
    union(folds.flatMap(({ name, item }) => (ids[name] ?? []).flatMap(item)))
  const decision: Decision<C, StatesByTag<S>, E, R> = {
    // a dictionary for each name
    initialState: Object.fromEntries(
      names.map((name) => [name, empty]),
    ) as unknown as StatesByTag<S>,
    reads: (command) => queryFor(reads(command)),
    tags,
    decide: (command, states) => decide(command, lookups(states)),
    evolve: (states, event) => {
      let next = states
      for (const { evolve } of folds) next = evolve(next, event)
      return next
    },
    isTerminal: () => false,
  }
  return readsMore === undefined
    ? decision
    : { ...decision, readsMore: (command, states) => queryFor(readsMore(command, lookups(states))) }
}

/** One projection, over the states of all. */
interface TagFold<S extends ThingStates, K extends keyof S, E> {
  readonly name: K
  /** The query item for one thing; none if the projection folds no events. */
  readonly item: (id: string) => ReadonlyArray<readonly [QueryItem]>
  readonly lookup: (states: StatesByTag<S>) => (id: string) => S[K]
  readonly evolve: (states: StatesByTag<S>, event: E) => StatesByTag<S>
}

const tagFold = <S extends ThingStates, K extends keyof S, E extends EventWithType>(
  name: K,
  { tag, initialState, evolve }: TaggedProjection<S[K], E>,
  tagsOf: (event: E) => ReadonlyArray<Tag>,
): TagFold<S, K, E> => {
  type Case = (state: S[K], event: E, id: string) => S[K]
  // each case is given the events of its type only
  const entries = Object.entries(evolve) as ReadonlyArray<readonly [string, Case | undefined]>
  const cases = new Map(entries.flatMap(([type, each]) => (each ? [[type, each]] : [])))
  const types = [...cases.keys()]
  // a tag begins with its kind, and `tag` escapes kinds so that none begins another
  const kind = tag('')
  return {
    name,
    item: (id) => (types.length === 0 ? [] : [[{ types, tags: [tag(id)] }]]),
    lookup: (states) => (id) => {
      const found = get(tag(id))(states[name])
      return found._tag === 'Some' ? found.value : initialState
    },
    evolve: (states, event) => {
      const evolveOne = cases.get(event.type)
      if (evolveOne === undefined) return states
      let own = states[name]
      for (const each of tagsOf(event)) {
        if (!each.startsWith(kind)) continue
        const id = idAfter(kind, each)
        own = modifyWith(own, each, initialState, (state, e: E) => evolveOne(state, e, id), event)
      }
      return own === states[name] ? states : { ...states, [name]: own }
    },
  }
}
