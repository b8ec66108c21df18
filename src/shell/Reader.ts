/**
 * Reads a store page by page, in constant memory, however many events there are.
 *
 * `C` is the command, `E` the event.
 *
 * Laws:
 *
 * 1. the pages together hold what one read of everything would return: each selected event (or commit) once,
 *    in order
 * 2. reading ends even if writers never pause: it reads up to the head that the store had with the first page. If the
 *    store has lost events since, it ends with a failure
 * 3. a failure is the last value; no read starts after it
 * 4. a page is read when the consumer asks for it; from the second page of the global order on, the next one is read at
 *    the same time. No read starts after the consumer has left the loop
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Option } from 'fp-ts/lib/Option.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { EventCodec } from '../codec/EventCodec.ts'
import { left, none, right, some } from '../internal/either.ts'
import type { Loaded, RecordedCommit } from '../Recorded.ts'
import { lastOf } from '../internal/loaded.ts'
import type {
  CallOptions,
  CommitPage,
  EventStore,
  GivenUp,
  LoadFailure,
  Page,
  ReadOptions,
  StoreUnavailable,
  UndecodableCommand,
} from '../store/EventStore.ts'
import { bounded } from './internal/bounded.ts'
import { decodeCommit, decodeCommits } from './Reader/decodeCommit.ts'

/** How much to read at a time. */
interface Paging {
  /** Events per page, at least 1. Defaults to 1,000. */
  readonly pageSize?: number | undefined
}

/**
 * Reads the global order of a store after a position (0 by default). The limits in `options` apply to each
 * page. To continue later, read after the `end` of the last page.
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
  const limit = clampedPageSize(pageSize)
  const read = (position: number) => store.readAll(position, limit, asked)
  yield* pagesUpToHead({ operation: 'readAll', after, limit, signal: asked.signal, read })
}

interface PageReading<F, P> {
  readonly operation: 'readAll' | 'readCommits'
  readonly after: number
  readonly limit: number
  readonly signal: AbortSignal | undefined
  readonly read: (position: number) => TaskEither<F, P>
}

/**
 * Reads page by page, up to the head that the store has at the first page. While one page is awaited, the next one is
 * read already, if it is known where that begins: without gaps, a full page ends as many positions further. What lies
 * before that head was stored when the reading began, so a page that is read early lacks nothing.
 */
async function* pagesUpToHead<F, P extends { readonly end: number; readonly head: number }>(
  reading: PageReading<F, P>,
): AsyncGenerator<Either<F | GivenUp | StoreUnavailable, P>, void> {
  const { operation, after, limit } = reading
  const pageAfter = readsAhead(reading)
  let goal: number | undefined
  for (let position = after, hasGaps = false; ;) {
    const isNextKnown = !hasGaps && goal !== undefined && position + limit < goal
    const page = await pageAfter(position, isNextKnown)
    if (page._tag === 'Left') {
      yield page
      return
    }
    const { end, head } = page.right
    // or the store was restored meanwhile, and does not hold what is to be read
    if ((end < head || head < (goal ?? head)) && !(end > position)) {
      yield stuck(operation, end)
      return
    }
    yield page
    goal ??= head
    if (end >= goal) return
    hasGaps = end !== position + limit
    position = end
  }
}

/** Reads the page after a position, and begins to read the next one if that is to follow a full page. */
const readsAhead = <F, P>({ operation, limit, signal, read }: PageReading<F, P>) => {
  let early: { readonly after: number; readonly page: Promise<Either<F, P>> } | undefined
  return (position: number, isNextKnown: boolean): Promise<Either<F | GivenUp, P>> => {
    const started = early?.after === position ? early.page : undefined
    const page = started ?? read(position)()
    early = undefined
    if (isNextKnown) {
      early = { after: position + limit, page: read(position + limit)() }
      // nobody waits for it if the consumer leaves
      early.page.catch(() => {})
    }
    // the signal may have been aborted since it was read
    return started === undefined ? page : bounded(operation, { signal }, () => started)
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
  const limit = clampedPageSize(pageSize)
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

/** How reading commits fails. */
type CommitFailure = StoreUnavailable | GivenUp | UndecodableCommand

/**
 * Reads the commits of a store after a position (0 by default), in order of position, with the commands that
 * were kept. There is one for each request that was accepted and stored events. The limits of `options` hold
 * for each page; `pageSize` is a number of commits.
 *
 * @example
 *   import { eventCodec } from 'decider-ts/codec/IoTs'
 *   import { commandHandler } from 'decider-ts/shell/CommandHandler'
 *   import { commitPages } from 'decider-ts/shell/Reader'
 *   import { memoryStore } from 'decider-ts/store/Memory'
 *   import { isRight, right } from 'fp-ts/lib/Either.js'
 *   import * as t from 'io-ts'
 *   import assert from 'node:assert'
 *
 *   type Switch = { readonly type: 'Switch'; readonly on: boolean }
 *   type Switched = { readonly type: 'Switched'; readonly on: boolean }
 *   const store = memoryStore()
 *   const commands = eventCodec<Switch>({ Switch: { on: t.boolean } })
 *   const handle = commandHandler({
 *     decider: {
 *       initialState: false,
 *       decide: ({ on }: Switch, lit: boolean) =>
 *         right(on === lit ? [] : [{ type: 'Switched' as const, on }]),
 *       evolve: (_, { on }: Switched) => on,
 *       isTerminal: () => false,
 *     },
 *     store,
 *     events: eventCodec<Switched>({ Switched: { on: t.boolean } }),
 *     keepCommands: commands,
 *   })
 *   await handle({ stream: 'lamp-1', commitId: 'c1', commands: [{ type: 'Switch', on: true }] })()
 *   for await (const page of commitPages(store, commands)) {
 *     assert.ok(isRight(page))
 *     const [commit] = page.right.commits
 *     assert.deepStrictEqual(commit?.streams, [{ stream: 'lamp-1', version: 1, lastVersion: 1 }])
 *     assert.deepStrictEqual(commit.commands, { _tag: 'Some', value: [{ type: 'Switch', on: true }] })
 *   }
 *
 * @category reading
 * @since 0.1.0
 */
export async function* commitPages<C, E>(
  store: EventStore<E>,
  codec: EventCodec<C>,
  options: CallOptions & Paging & { readonly after?: number | undefined } = {},
): AsyncGenerator<Either<CommitFailure, CommitPage<C>>, void> {
  const { pageSize, after = 0, ...limits } = options
  const limit = clampedPageSize(pageSize)
  const { commits } = store
  if (commits === undefined) {
    yield tellsNone('readCommits')
    return
  }
  const read = (position: number) => async (): Promise<Either<CommitFailure, CommitPage<C>>> => {
    const page = await commits.read(position, limit, limits)()
    return page._tag === 'Left' ? page : decodeCommits(codec, page.right)
  }
  yield* pagesUpToHead({ operation: 'readCommits', after, limit, signal: limits.signal, read })
}

/**
 * Reads the commit of an id; `None` if none was stored.
 *
 * @example
 *   import { orderEventCodec } from 'decider-ts/order/codec'
 *   import { findCommit } from 'decider-ts/shell/Reader'
 *   import { memoryStore } from 'decider-ts/store/Memory'
 *   import { right } from 'fp-ts/lib/Either.js'
 *   import { none } from 'fp-ts/lib/Option.js'
 *   import assert from 'node:assert'
 *
 *   // the codec of events serves, as no command is kept
 *   const found = await findCommit(memoryStore(), orderEventCodec)('create-10248')()
 *   assert.deepStrictEqual(found, right(none))
 *
 * @category reading
 * @since 0.1.0
 */
export const findCommit =
  <C, E>(
    store: EventStore<E>,
    codec: EventCodec<C>,
  ): ((
    commitId: string,
    options?: CallOptions,
  ) => TaskEither<CommitFailure, Option<RecordedCommit<C>>>) =>
  (commitId, options) =>
  async () => {
    if (store.commits === undefined) return tellsNone('findCommit')
    const found = await store.commits.find(commitId, options)()
    if (found._tag === 'Left') return found
    if (found.right._tag === 'None') return right(none)
    const decoded = decodeCommit(codec, found.right.value)
    return decoded._tag === 'Left' ? decoded : right(some(decoded.right))
  }

const tellsNone = (operation: StoreUnavailable['operation']): Either<StoreUnavailable, never> =>
  left({ type: 'StoreUnavailable', operation, cause: 'the store does not tell its commits' })

/** Values below 1 and `NaN` count as 1. */
const clampedPageSize = (pageSize = 1_000): number => (pageSize >= 1 ? Math.trunc(pageSize) : 1)

/** Positions or versions that do not increase mean that the store is broken. */
const stuck = (
  operation: StoreUnavailable['operation'],
  at: number,
): Either<StoreUnavailable, never> =>
  left({ type: 'StoreUnavailable', operation, cause: `reading does not advance beyond ${at}` })
