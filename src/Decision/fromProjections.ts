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
interface TaggedEvent {
  readonly type: string
}

/** The events of a type; `Extract` would miss an event with several types. */
type EventOfType<E, T> = E extends { readonly type: infer U } ? (T extends U ? E : never) : never

/**
 * What decisions need to know of the things of a kind, such as courses: for each of them, how the events that
 * carry its tag add up. The types of events that it folds are the fields of `evolve`, and queries ask for
 * those types: what is folded cannot be left out of a query. An event is folded once for each tag of the kind,
 * with the id that the tag stands for.
 *
 * `tag` is what `tag(kind)` returns.
 *
 * @category model
 * @since 0.1.0
 */
export interface TaggedProjection<S, E extends TaggedEvent> {
  readonly tag: (id: string) => Tag
  readonly initialState: S
  readonly evolve: {
    readonly [T in E['type']]?: (state: S, event: EventOfType<E, T>, id: string) => S
  }
}

type TaggedProjections<S, E extends TaggedEvent> = {
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
 * What a decision is made of, beside its projections:
 *
 * - `reads`: the ids of the things that a command depends on, by the names of their projections
 * - `readsMore`: further ids that only the states of those tell
 * - `decide`: as that of a decider; `states.courses(id)` is the state of a thing
 * - `tags`: the tags of an event, one for each thing that it concerns
 */
interface ProjectedParts<in C, S, E extends TaggedEvent, out R> {
  readonly tags: (event: E) => ReadonlyArray<Tag>
  readonly reads: (command: C) => ReadIds<S>
  readonly readsMore?: (command: C, states: StateLookups<S>) => ReadIds<S>
  readonly decide: (command: C, states: StateLookups<S>) => Either<R, ReadonlyArray<E>>
}

/**
 * The decision of some projections. Its queries follow from what a command reads and from what the projections
 * fold. Its state is that of all things, a dictionary by their tags for each projection; it never ends.
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
  E extends TaggedEvent,
  R,
>(
  parts: ProjectedParts<C, ThingStatesOf<P>, E, R> & {
    readonly projections: P & TaggedProjections<ThingStatesOf<P>, E>
  },
): Decision<C, StatesByTag<ThingStatesOf<P>>, E, R> =>
  decisionOf<C, ThingStatesOf<P>, E, R>(parts, parts.projections)

const decisionOf = <C, S extends ThingStates, E extends TaggedEvent, R>(
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
  /** What is asked for to know one thing; nothing if no event is folded. */
  readonly item: (id: string) => ReadonlyArray<readonly [QueryItem]>
  readonly lookup: (states: StatesByTag<S>) => (id: string) => S[K]
  readonly evolve: (states: StatesByTag<S>, event: E) => StatesByTag<S>
}

const tagFold = <S extends ThingStates, K extends keyof S, E extends TaggedEvent>(
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
