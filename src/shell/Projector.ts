/**
 * Reads a store's global order into a projection.
 *
 * `S` is the state of the projection, `E` the event.
 *
 * Laws:
 *
 * 1. catching up from the start is replaying everything that the store holds
 * 2. catching up twice, from where the first time ended, is catching up once
 * 3. an event that can't be read is a failure, never a gap; so is one that a store gives a second
 *    time or out of order
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Projection } from '../Projection.ts'
import { replayFrom } from '../Projection.ts'
import type { Recorded } from '../Recorded.ts'
import type { EventStore, LoadFailure, StoreUnavailable } from '../store/EventStore.ts'
import type { Thrown } from './Thrown.ts'

/**
 * A projection's state, and the position of the last event in it: 0 before the first.
 *
 * @category model
 * @since 0.1.0
 */
export interface Checkpoint<out S> {
  readonly position: number
  readonly state: S
}

/**
 * The state after everything that the store holds beyond a checkpoint, read page by page.
 *
 * @example
 *   import { eventCodec } from 'decider-ts/order/codec'
 *   import { Orders } from 'decider-ts/order'
 *   import { catchUp } from 'decider-ts/shell/Projector'
 *   import { withCodec } from 'decider-ts/store/EventStore'
 *   import { memoryStore } from 'decider-ts/store/Memory'
 *   import { isRight } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const store = withCodec(eventCodec)(memoryStore())
 *   const orders = await catchUp(store, Orders)({ position: 0, state: Orders.initialState })()
 *   assert.ok(isRight(orders) && orders.right.position === 0)
 *
 * @category reading
 * @since 0.1.0
 */
export const catchUp =
  <S, E>(
    store: EventStore<E>,
    projection: Projection<S, Recorded<E>>,
    pageSize = 1_000,
  ): ((from: Checkpoint<S>) => TaskEither<LoadFailure | Thrown, Checkpoint<S>>) =>
  (from) =>
  async (): Promise<Either<LoadFailure | Thrown, Checkpoint<S>>> => {
    const fold = replayFrom(projection)
    let { position, state } = from
    for (;;) {
      try {
        const page = await store.readAll(position, pageSize >= 1 ? pageSize : 1)()
        if (page._tag === 'Left') return page
        if (page.right.length === 0) return { _tag: 'Right', right: { position, state } }
        const end = endOf(position, page.right)
        if (end._tag === 'Left') return end
        state = fold(state, page.right)
        position = end.right
      } catch (cause) {
        return { _tag: 'Left', left: { type: 'Thrown', cause } }
      }
    }
  }

/** The position that a page ends at. A store whose positions do not rise breaks its own law. */
const endOf = (
  after: number,
  page: ReadonlyArray<Recorded<unknown>>,
): Either<StoreUnavailable, number> => {
  let end = after
  for (const { position } of page) {
    if (!(position > end)) {
      const cause = `position ${position} comes after position ${end}`
      return { _tag: 'Left', left: { type: 'StoreUnavailable', operation: 'readAll', cause } }
    }
    end = position
  }
  return { _tag: 'Right', right: end }
}
