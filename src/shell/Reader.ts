/**
 * Reads a store page by page, in constant memory, however many events there are.
 *
 * `E` is the event.
 *
 * Laws:
 *
 * 1. the pages together hold what one read of everything would return: each selected event once, in order
 * 2. reading ends even if writers never pause: it reads up to the head that the store had with the first page
 * 3. a failure is the last value; nothing is read after it
 * 4. a page is read when the consumer asks for it; nothing is read after it has left the loop
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import { left } from '../internal/either.ts'
import type { Loaded } from '../Recorded.ts'
import { lastOf } from '../Recorded.ts'
import type {
  CallOptions,
  EventStore,
  LoadFailure,
  Page,
  ReadOptions,
  StoreUnavailable,
} from '../store/EventStore.ts'

/** How much to read at a time. */
interface Paging {
  /** Events per page, at least 1. Defaults to 1,000. */
  readonly pageSize?: number | undefined
}

/**
 * Reads the global order of a store after a position (0 by default). The limits in `options` apply to each page.
 * To continue later, read after the `end` of the last page.
 *
 * @example
 *   import { orderEventCodec } from 'decider-ts/order/codec'
 *   import { allPages } from 'decider-ts/shell/Reader'
 *   import { withCodec } from 'decider-ts/store/Encoded'
 *   import { memoryStore } from 'decider-ts/store/Memory'
 *   import { isRight } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const store = withCodec(orderEventCodec)(memoryStore())
 *   let events = 0
 *   for await (const page of allPages(store)) {
 *     assert.ok(isRight(page))
 *     events += page.right.events.length
 *   }
 *   assert.strictEqual(events, 0)
 *
 * @category reading
 * @since 0.1.0
 */
export async function* allPages<E>(
  store: EventStore<E>,
  options: ReadOptions & Paging & { readonly after?: number | undefined } = {},
): AsyncGenerator<Either<LoadFailure, Page<E>>, void> {
  const { pageSize, after = 0, ...asked } = options
  const limit = sizeOf(pageSize)
  let goal: number | undefined
  for (let position = after; ;) {
    const page = await store.readAll(position, limit, asked)()
    if (page._tag === 'Left') {
      yield page
      return
    }
    const { end, head } = page.right
    if (end < head && !(end > position)) {
      yield stuck('readAll', end)
      return
    }
    yield page
    goal ??= head
    if (end >= goal) return
    position = end
  }
}

/**
 * Reads a stream after a version (0 by default). The limits in `options` apply to each page.
 *
 * @example
 *   import { orderEventCodec } from 'decider-ts/order/codec'
 *   import { streamPages } from 'decider-ts/shell/Reader'
 *   import { withCodec } from 'decider-ts/store/Encoded'
 *   import { memoryStore } from 'decider-ts/store/Memory'
 *   import { right } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const store = withCodec(orderEventCodec)(memoryStore())
 *   for await (const page of streamPages(store, '10248')) assert.deepStrictEqual(page, right([]))
 *
 * @category reading
 * @since 0.1.0
 */
export async function* streamPages<E>(
  store: EventStore<E>,
  stream: string,
  options: CallOptions & Paging & { readonly after?: number | undefined } = {},
): AsyncGenerator<Either<LoadFailure, Loaded<E>>, void> {
  const { pageSize, after = 0, ...limits } = options
  const limit = sizeOf(pageSize)
  for (let version = after; ;) {
    const page = await store.load(stream, version, { ...limits, limit })()
    if (page._tag === 'Left') {
      yield page
      return
    }
    const last = lastOf(page.right)
    if (last !== undefined && !(last.version > version)) {
      yield stuck('load', last.version)
      return
    }
    yield page
    // a page that is not full is the last one
    if (last === undefined || last.version < version + limit) return
    version = last.version
  }
}

/** Values below 1 and `NaN` count as 1. */
const sizeOf = (pageSize = 1_000): number => (pageSize >= 1 ? Math.trunc(pageSize) : 1)

/** Positions or versions that do not increase mean that the store is broken. */
const stuck = (
  operation: StoreUnavailable['operation'],
  at: number,
): Either<StoreUnavailable, never> =>
  left({ type: 'StoreUnavailable', operation, cause: `reading does not get beyond ${at}` })
