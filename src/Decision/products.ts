/**
 * The products of deciders, as decisions: a key is a tag, and the name of a part begins the types of its
 * events.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Eq } from 'fp-ts/lib/Eq.js'
import type { CommandOf, Decider, EventOf, RejectionOf, StateOf } from '../Decider.ts'
import type { Dictionary } from '../Dictionary.ts'
import { get } from '../Dictionary.ts'
import type { KeyedCommand, KeyedEvent } from '../Product.ts'
import { many as manyDeciders, struct as structDeciders } from '../Product.ts'
import type { Query, QueryItem, Tag } from '../Query.ts'
import { nothing } from '../Query.ts'
import type { Decision } from '../internal/decision.ts'
import { typeOfEvent } from '../internal/decision.ts'

/** A decider, or a decision over the events of one key. */
interface MaybeDecision<in C, in out S, in out E, out R>
  extends Decider<C, S, E, R>, Partial<Omit<Decision<C, S, E, R>, keyof Decider<C, S, E, R>>> {}

const mapItems = (query: Query, f: (item: QueryItem) => QueryItem): Query => {
  const [first, ...others] = query
  return [f(first), ...others.map(f)]
}

/**
 * One decider for each key, as in `Product.many`, over one log. Every event carries the tag of its key, and a command
 * reads the events of its key: this makes a decision of any decider of streams. If the decider is a decision, a
 * command reads only what its own query selects among the events of its key, and events keep their other tags.
 *
 * In queries an event has the type of the event inside, as `manyCodec` stores it.
 *
 * @example
 *   import { many } from 'decider-ts/Decision'
 *   import { orderDecider } from 'decider-ts/order'
 *   import { tag } from 'decider-ts/Query'
 *   import assert from 'node:assert'
 *
 *   const orders = many(tag('order'))(orderDecider())
 *   const setTax = { key: '10248', command: { type: 'SetTax', amount: 5 } } as const
 *   assert.deepStrictEqual(orders.reads(setTax), [{ tags: ['order:10248'] }])
 *   assert.deepStrictEqual(orders.tags({ key: '10248', event: { type: 'TaxSet', amount: 5 } }), ['order:10248'])
 *
 * @category constructors
 * @since 0.1.0
 */
export const many =
  (
    tagOf: (key: string) => Tag,
  ): (<C, S, E, R>(
    decider: MaybeDecision<C, S, E, R>,
    eq?: Eq<S>,
  ) => Decision<
    KeyedCommand<C>,
    Dictionary<S>,
    KeyedEvent<E>,
    { readonly key: string; readonly rejection: R }
  >) =>
  (decider, eq) => {
    const { initialState, reads, readsMore, tags } = decider
    const ofKey = (key: string, query: Query): Query =>
      mapItems(query, (item) => ({ ...item, tags: [tagOf(key), ...(item.tags ?? [])] }))
    return {
      ...manyDeciders(decider, eq),
      reads: ({ key, command }) => (reads ? ofKey(key, reads(command)) : [{ tags: [tagOf(key)] }]),
      ...(readsMore && {
        readsMore: ({ key, command }, states) => {
          const found = get(key)(states)
          return ofKey(key, readsMore(command, found._tag === 'Some' ? found.value : initialState))
        },
      }),
      tags: ({ key, event }) => [...new Set([tagOf(key), ...(tags?.(event) ?? [])])],
      typeOf: ({ event }) => typeOfEvent(decider, event),
    }
  }

/** Any decision: what `struct` accepts as a part. */
interface AnyDecision {
  readonly initialState: unknown
  readonly decide: (command: never, state: never) => Either<unknown, ReadonlyArray<unknown>>
  readonly evolve: (state: never, event: never) => unknown
  readonly isTerminal: (state: never) => boolean
  readonly reads: (command: never) => Query
  readonly readsMore?: (command: never, state: never) => Query
  readonly tags: (event: never) => ReadonlyArray<Tag>
  readonly typeOf?: (event: never) => string
}

type AnyParts = Readonly<Record<string, AnyDecision>>

/** What `Product.struct` makes of the parts. */
type StructDecider<D extends AnyParts> = ReturnType<typeof structDeciders<D>>

/**
 * Different decisions side by side, each under a name, as in `Product.struct`. A command reads what its part reads,
 * and an event has the tags that its part gives it. In queries, the type of an event begins with the name of its part
 * and a dot, as `structCodec` stores it.
 *
 * @example
 *   import { many, struct } from 'decider-ts/Decision'
 *   import { orderDecider } from 'decider-ts/order'
 *   import { tag } from 'decider-ts/Query'
 *   import assert from 'node:assert'
 *
 *   const shop = struct({
 *     orders: many(tag('order'))(orderDecider()),
 *     baskets: many(tag('basket'))(orderDecider()),
 *   })
 *   const setTax = { key: '1', command: { type: 'SetTax', amount: 5 } } as const
 *   assert.deepStrictEqual(shop.reads({ type: 'baskets', command: setTax }), [{ tags: ['basket:1'] }])
 *
 * @category constructors
 * @since 0.1.0
 */
export const struct = <D extends AnyParts>(
  parts: Parameters<typeof structDeciders<D>>[0],
): Decision<
  CommandOf<StructDecider<D>>,
  StateOf<StructDecider<D>>,
  EventOf<StructDecider<D>>,
  RejectionOf<StructDecider<D>>
> => {
  // each part is given its own commands, states and events
  const named = new Map(Object.entries<PartDecision>(parts as never))
  const decision: Decision<AnyPartCommand, AnyPartStates, AnyPartEvent, unknown> = {
    ...(structDeciders(parts) as unknown as Decider<
      AnyPartCommand,
      AnyPartStates,
      AnyPartEvent,
      unknown
    >),
    reads: ({ type, command }) => ofPart(type, named.get(type)?.reads(command)),
    readsMore: ({ type, command }, states) =>
      ofPart(type, named.get(type)?.readsMore?.(command, states[type])),
    tags: ({ type, event }) => named.get(type)?.tags(event) ?? [],
    typeOf: ({ type, event }) => `${type}.${typeOfEvent(named.get(type) ?? {}, event)}`,
  }
  return decision as never
}

type PartDecision = Decision<unknown, unknown, unknown, unknown>
type AnyPartStates = Readonly<Record<string, unknown>>

interface AnyPartCommand {
  readonly type: string
  readonly command: unknown
}

interface AnyPartEvent {
  readonly type: string
  readonly event: unknown
}

/** The query of a part over the events of all; `nothing` if the part reads nothing. */
const ofPart = (name: string, query: Query | undefined): Query =>
  query === undefined
    ? nothing
    : mapItems(query, (item) =>
        item.types === undefined
          ? item
          : { ...item, types: item.types.map((type) => `${name}.${type}`) },
      )
