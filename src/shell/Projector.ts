/**
 * Folds the global order of a store into a projection.
 *
 * `S` is the state of the projection, `E` the event.
 *
 * Laws:
 *
 * 1. catching up from the start equals replaying all events of the store
 * 2. catching up twice, the second time from the checkpoint of the first, equals catching up once
 * 3. an event that can't be read is a failure, never a gap; so is a repeated event, or one out of order
 * 4. it terminates, even if writers never pause: at the head that the store had after the first page
 * 5. a checkpoint of another history is a failure (the store was restored, or lost its last commits)
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
 * The state of a projection, with the position and the commit id of the last event in it. Before the first
 * event the position is 0 and there is no commit id. Store all fields: they tell whether the store still
 * holds the history that was folded.
 *
 * @category model
 * @since 0.1.0
 */
export interface Checkpoint<out S> {
  readonly position: number
  readonly state: S
  readonly commitId?: string | undefined
  /** When the last event was recorded. */
  readonly recordedAt?: Instant | undefined
}

/**
 * The store does not hold the last event of a checkpoint: it was restored from a backup, lost its last
 * commits, or is another store. Discard the checkpoint and start from position 0.
 *
 * @category failures
 * @since 0.1.0
 */
export interface HistoryChanged {
  readonly type: 'HistoryChanged'
  readonly position: number
  /** The commit id of the checkpoint, if it has one. */
  readonly expected: Option<string>
  /** The commit id that the store has at this position, if any. */
  readonly actual: Option<string>
}

type CatchUpOptions = ReadOptions & {
  /** Events per page, at least 1. Defaults to 1,000. */
  readonly pageSize?: number | undefined
}

/**
 * How catching up fails.
 *
 * @category failures
 * @since 0.1.0
 */
export type CatchUpFailure = LoadFailure | HistoryChanged | Thrown

/**
 * Reads all events after a checkpoint, page by page, and returns the next checkpoint. Between pages, timers and
 * signals can run.
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
    await letTimersRun()
    const next = await read(reached.position, limit)
    if (next._tag === 'Left') return next
    page = next.right
  }
}

/** The events after a checkpoint, after checking that the store holds the last event of the checkpoint. */
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
    // found also if the codec now drops it
    const last = firstOf(page.right)
    return isAt({ commitId, position, recordedAt }, last)
      ? right(laterThan(page.right, position))
      : historyChanged(position, commitId, last?.position === position ? last.commitId : undefined)
  }
  const page = await read(position, limit)
  if (page._tag === 'Left' || page.right.length > 0 || !(position > 0)) return page
  // nothing follows the checkpoint: does the store reach that far?
  const head = await bounded('readAll', call, () => store.head(call)())
  if (head._tag === 'Left') return head
  return head.right < position ? historyChanged(position, undefined, undefined) : page
}

const historyChanged = (
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

/** An embedded database answers without yielding; without this pause no timer could run. */
const letTimersRun = (): Promise<unknown> => new Promise((resume) => setTimeout(resume, 0))

/** The last position of a page. Positions that do not increase mean that the store is broken. */
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
