/**
 * What a decision is.
 *
 * @since 0.1.0
 */
import type { Decider } from '../Decider.ts'
import { replay } from '../Projection.ts'
import type { Query, Tag } from '../Query.ts'
import { covers, matches, nothing, union } from '../Query.ts'

/**
 * A decider over the whole log that says which events its commands depend on, and how its events are found. Its
 * functions are called without a receiver.
 *
 * @example
 *   import type { Decision } from 'decider-ts/Decision'
 *   import { tag } from 'decider-ts/Query'
 *   import { left, right } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   type Command = { readonly type: 'Register'; readonly user: string; readonly name: string }
 *   type Event = { readonly type: 'Registered'; readonly user: string; readonly name: string }
 *   const name = tag('name')
 *
 *   // names are unique, and no stream holds them all
 *   const registration: Decision<Command, ReadonlyArray<string>, Event, 'Taken'> = {
 *     initialState: [],
 *     reads: (command) => [{ types: ['Registered'], tags: [name(command.name)] }],
 *     tags: (event) => [name(event.name)],
 *     decide: ({ user, name }, taken) =>
 *       taken.includes(name) ? left('Taken') : right([{ type: 'Registered', user, name }]),
 *     evolve: (taken, event) => [...taken, event.name],
 *     isTerminal: () => false,
 *   }
 *   assert.deepStrictEqual(
 *     registration.decide({ type: 'Register', user: 'u2', name: 'ada' }, ['ada']),
 *     left('Taken'),
 *   )
 *
 * @category model
 * @since 0.1.0
 */
export interface Decision<in C, in out S, in out E, out R> extends Decider<C, S, E, R> {
  /** The events that the command depends on. */
  readonly reads: (command: C) => Query
  /**
   * Further events that the command depends on, if only the state tells which. `state` is that of the events which
   * `reads` matches. Both queries are then read again as one. Defaults to `nothing`.
   */
  readonly readsMore?: (command: C, state: S) => Query
  /** The tags by which queries find an event, in any order, without repeats. */
  readonly tags: (event: E) => ReadonlyArray<Tag>
  /**
   * The type of an event in queries: the one under which its codec stores it. Defaults to its field `type`.
   */
  readonly typeOf?: (event: E) => string
}

/**
 * The type of an event in queries.
 *
 * @internal
 */
export const typeOfEvent = <E>(
  { typeOf }: { readonly typeOf?: ((event: E) => string) | undefined },
  event: E,
): string => {
  if (typeOf !== undefined) return typeOf(event)
  const hasType = typeof event === 'object' && event !== null && 'type' in event
  return hasType && typeof event.type === 'string' ? event.type : ''
}

/**
 * What a command reads of a history: the query, the events that match it, and the state that they lead to.
 *
 * @category model
 * @since 0.1.0
 */
export interface Reading<out S, out E> {
  readonly query: Query
  readonly events: ReadonlyArray<E>
  readonly state: S
}

/**
 * What a command reads of a history, as a handler reads a store: the handler decides on `state`, and an event that
 * matches `query` and is stored before the commit is a conflict.
 *
 * @example
 *   import { many, read } from 'decider-ts/Decision'
 *   import { orderDecider } from 'decider-ts/order'
 *   import { tag } from 'decider-ts/Query'
 *   import assert from 'node:assert'
 *
 *   const orders = many(tag('order'))(orderDecider())
 *   const created = { type: 'OrderCreated', customerId: 'VINET', currency: 'USD' } as const
 *   const { query, events } = read(orders)({ key: 'b', command: { type: 'SetTax', amount: 5 } }, [
 *     { key: 'a', event: created },
 *     { key: 'b', event: created },
 *   ])
 *   assert.deepStrictEqual(query, [{ tags: ['order:b'] }])
 *   assert.deepStrictEqual(events, [{ key: 'b', event: created }])
 *
 * @category running
 * @since 0.1.0
 */
export const read =
  <C, S, E, R>(
    decision: Decision<C, S, E, R>,
  ): ((command: C, history: ReadonlyArray<E>) => Reading<S, E>) =>
  (command, history) => {
    const first = readingOf(decision, history, decision.reads(command))
    const more = decision.readsMore?.(command, first.state) ?? nothing
    return covers(first.query, more)
      ? first
      : readingOf(decision, history, union([first.query, more]))
  }

/**
 * The events of a history that match a query, and the state that they lead to.
 *
 * @internal
 */
export const readingOf = <C, S, E, R>(
  decision: Decision<C, S, E, R>,
  history: ReadonlyArray<E>,
  query: Query,
): Reading<S, E> => {
  const isMatch = matches(query)
  const events = history.filter((event) =>
    isMatch(typeOfEvent(decision, event), decision.tags(event)),
  )
  return { query, events, state: replay(decision)(events) }
}
