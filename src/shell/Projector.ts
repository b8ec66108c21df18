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
 * 4. it ends, also beside writers that never pause: at the head that the store had after its first page
 * 5. a checkpoint of another history (the store was restored, or lost its last commits) is a failure
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Option } from 'fp-ts/lib/Option.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Projection } from '../Projection.ts'
import { replayFrom } from '../Projection.ts'
import type { Instant, Loaded, Recorded } from '../Recorded.ts'
import { firstOf, laterThan } from '../Recorded.ts'
import type {
  CallOptions,
  EventStore,
  LoadFailure,
  ReadOptions,
  StoreUnavailable,
  Thrown,
} from '../store/EventStore.ts'
import { isAt } from './internal/marks.ts'
import { bounded, spanOf } from './internal/bounded.ts'
import { worked } from './internal/timeLimit.ts'
import { left, none, right, some } from '../internal/either.ts'

/**
 * A projection's state, and the position and the commit id of the last event in it. Before the first
 * event the position is 0 and there is no commit id. Keep it whole: the commit id tells whether the
 * store still holds the history that was folded.
 *
 * @category model
 * @since 0.1.0
 */
export interface Checkpoint<out S> {
  readonly position: number
  readonly state: S
  readonly commitId?: string | undefined
  /** When that event was recorded. */
  readonly recordedAt?: Instant | undefined
}

/**
 * The store does not hold the event that a checkpoint ends with: it was restored from a backup, lost
 * its last commits, or is another store. What was folded is not to be trusted; read from the start.
 *
 * @category failures
 * @since 0.1.0
 */
export interface HistoryChanged {
  readonly type: 'HistoryChanged'
  readonly position: number
  /** The commit id of the checkpoint, where it has one. */
  readonly expected: Option<string>
  /** The commit that the store has at this position, if any. */
  readonly actual: Option<string>
}

/**
 * What to read, how much at a time and for how long.
 *
 * @category model
 * @since 0.1.0
 */
export interface CatchUpOptions extends ReadOptions {
  /** Events a page, at least 1. Defaults to 1,000. */
  readonly pageSize?: number | undefined
}

/**
 * How reading into a projection fails.
 *
 * @category failures
 * @since 0.1.0
 */
export type CatchUpFailure = LoadFailure | HistoryChanged | Thrown

/**
 * The state after everything that the store holds beyond a checkpoint, read page by page. Between two
 * pages timers and signals get their turn.
 *
 * @example
 *   import { orderEventCodec } from 'decider-ts/order/codec'
 *   import { Orders } from 'decider-ts/order'
 *   import { catchUp } from 'decider-ts/shell/Projector'
 *   import { withCodec } from 'decider-ts/store/Encoded'
 *   import { memoryStore } from 'decider-ts/store/Memory'
 *   import { isRight } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const store = withCodec(orderEventCodec)(memoryStore())
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
    options: CatchUpOptions = {},
  ): ((from: Checkpoint<S>) => TaskEither<CatchUpFailure, Checkpoint<S>>) =>
  (from) =>
  async () => {
    const span = spanOf(options)
    try {
      return span.told(await readOn(store, projection, { ...options, ...span.options }, from))
    } catch (cause) {
      return left({ type: 'Thrown', cause })
    } finally {
      span.end()
    }
  }

const readOn = async <S, E>(
  store: EventStore<E>,
  projection: Projection<S, Recorded<E>>,
  { pageSize = 1_000, types, categories, signal }: CatchUpOptions,
  from: Checkpoint<S>,
): Promise<Either<CatchUpFailure, Checkpoint<S>>> => {
  const limit = pageSize >= 1 ? pageSize : 1
  const call: CallOptions = { signal }
  const read = (after: number, most: number) =>
    bounded('readAll', call, () => store.readAll(after, most, { types, categories, signal })())
  const fold = replayFrom(projection)
  const first = await firstPage(store, from, read, limit, call)
  if (first._tag === 'Left') return first
  let page = first.right
  let reached = from
  let head: number | undefined
  for (;;) {
    const last = page[page.length - 1]
    if (last === undefined) return right(reached)
    const end = endOf(reached.position, page)
    if (end._tag === 'Left') return end
    const state = fold(reached.state, page)
    worked(signal, 'evolve')
    const { commitId, recordedAt } = last
    reached = { position: end.right, state, commitId, recordedAt }
    if (head === undefined) {
      const asked = await bounded('readAll', call, () => store.head(call)())
      if (asked._tag === 'Left') return asked
      head = asked.right
    }
    if (reached.position >= head) return right(reached)
    await turn()
    const next = await read(reached.position, limit)
    if (next._tag === 'Left') return next
    page = next.right
  }
}

/** The events after a checkpoint, once the store has been seen to hold the one that it ends with. */
const firstPage = async <E>(
  store: EventStore<E>,
  { position, commitId, recordedAt }: Checkpoint<unknown>,
  read: (after: number, most: number) => Promise<Either<LoadFailure, Loaded<E>>>,
  limit: number,
  call: CallOptions,
): Promise<Either<LoadFailure | HistoryChanged, Loaded<E>>> => {
  if (commitId !== undefined) {
    const page = await read(position - 1, limit + 1)
    if (page._tag === 'Left') return page
    // also where the codec drops it by now
    const last = firstOf(page.right)
    return isAt({ commitId, position, recordedAt }, last)
      ? right(laterThan(page.right, position))
      : changed(position, commitId, last?.position === position ? last.commitId : undefined)
  }
  const page = await read(position, limit)
  if (page._tag === 'Left' || page.right.length > 0 || !(position > 0)) return page
  // nothing comes after it: is it there at all?
  const head = await bounded('readAll', call, () => store.head(call)())
  if (head._tag === 'Left') return head
  return head.right < position ? changed(position, undefined, undefined) : page
}

const changed = (
  position: number,
  expected: string | undefined,
  actual: string | undefined,
): Either<HistoryChanged, never> =>
  left({
    type: 'HistoryChanged',
    position,
    expected: optionOf(expected),
    actual: optionOf(actual),
  })

const optionOf = (commitId: string | undefined): Option<string> =>
  commitId === undefined ? none : some(commitId)

/** An embedded database answers without a pause; without this one, no timer would run meanwhile. */
const turn = (): Promise<unknown> => new Promise((resume) => setTimeout(resume, 0))

/** The position that a page ends at. A store whose positions do not rise breaks its own law. */
const endOf = (
  after: number,
  page: ReadonlyArray<Recorded<unknown>>,
): Either<StoreUnavailable, number> => {
  let end = after
  for (const { position, part } of page) {
    // the parts of one stored event share its position
    if (!(position > end || (position === end && part !== undefined))) {
      const cause = `position ${position} comes after position ${end}`
      return left({ type: 'StoreUnavailable', operation: 'readAll', cause })
    }
    end = position
  }
  return right(end)
}
