/**
 * What a process is.
 *
 * @since 0.1.0
 */
import type { Projection } from '../Projection.ts'
import type { Instant } from '../Recorded.ts'

/**
 * A command with an id that depends only on what caused it. Issued again after a crash it has the same
 * id, so that the receiver recognises it; use it as the commit id.
 *
 * @category model
 * @since 0.1.0
 */
export interface Issued<out C> {
  readonly id: string
  readonly command: C
  /** Not to be carried out before this instant, as for a reminder or a time limit. Defaults to at once. */
  readonly dueAt?: Instant | undefined
}

/**
 * What has to follow from events. Its functions are called without a receiver.
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
  /** The commands that an event issues, given the state before it. */
  readonly react: (state: S, event: E) => ReadonlyArray<Issued<C>>
  /** The commands that were issued and that no event has acknowledged yet. */
  readonly resume: (state: S) => ReadonlyArray<Issued<C>>
  /** Whether the process ends here: nothing is outstanding, and nothing will ever be issued. */
  readonly isTerminal: (state: S) => boolean
}
