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
 * 4. it terminates, even if writers never pause: at the head that the store had with the first page
 * 5. a checkpoint of another history is a failure (the store was restored, or lost its last commits)
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Option } from 'fp-ts/lib/Option.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Projection } from '../Projection.ts'
import { replayFrom } from '../Projection.ts'
import type { Instant, Recorded } from '../Recorded.ts'
import { firstOf, laterThan } from '../internal/loaded.ts'
import type {
  EventStore,
  LoadFailure,
  Page,
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
 * Reading continues after `position`, not after `end`: if the store was restored to a moment between the two,
 * it may have other events there by now.
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
  /** Everything selected up to this position is in the state. Defaults to `position`. */
  readonly end?: number | undefined
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
 * How catching up can fail.
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
      return span.told(await foldOn(store, projection, { ...options, ...span.options }, from))
    } catch (cause) {
      return left({ type: 'Thrown', cause })
    } finally {
      span.end()
    }
  }

const foldOn = async <S, E>(
  store: EventStore<E>,
  projection: Projection<S, Recorded<E>>,
  { pageSize = 1_000, types, categories, signal }: CatchUpOptions,
  from: Checkpoint<S>,
): Promise<Either<CatchUpFailure, Checkpoint<S>>> => {
  const limit = pageSize >= 1 ? pageSize : 1
  const read = (after: number, most: number) =>
    bounded('readAll', { signal }, () =>
      store.readAll(after, most, { types, categories, signal })(),
    )
  const fold = replayFrom(projection)
  const first = await firstPage(from, read, limit)
  if (first._tag === 'Left') return first
  const { head } = first.right
  let page = first.right
  let after = from.position
  let reached = from
  for (;;) {
    const fault = pageFault(after, page)
    if (fault !== undefined) return fault
    reached = foldedPage(fold, reached, page)
    worked(signal, 'evolve')
    after = page.end
    if (after >= head) return right(reached)
    await letTimersRun()
    const next = await read(after, limit)
    if (next._tag === 'Left') return next
    page = next.right
    if (page.head < head) return historyChanged(head, undefined, undefined)
  }
}

/** The checkpoint after a page. */
const foldedPage = <S, E>(
  fold: (state: S, events: ReadonlyArray<Recorded<E>>) => S,
  from: Checkpoint<S>,
  { events, end }: Page<E>,
): Checkpoint<S> => {
  const last = events[events.length - 1]
  if (last === undefined) return end > from.position ? { ...from, end } : from
  const { position, commitId, recordedAt } = last
  return { position, state: fold(from.state, events), commitId, recordedAt, end }
}

/** The page after a checkpoint, if the store still holds the history that was folded. */
const firstPage = async <E>(
  { position, commitId, recordedAt, end = position }: Checkpoint<unknown>,
  read: (after: number, most: number) => Promise<Either<LoadFailure, Page<E>>>,
  limit: number,
): Promise<Either<LoadFailure | HistoryChanged, Page<E>>> => {
  const page =
    commitId === undefined ? await read(position, limit) : await read(position - 1, limit + 1)
  if (page._tag === 'Left') return page
  const { events, head } = page.right
  if (commitId !== undefined) {
    // found also if the codec now drops it
    const first = firstOf(events)
    const actual = first?.position === position ? first.commitId : undefined
    if (!isAt({ commitId, position, recordedAt }, first)) {
      return historyChanged(position, commitId, actual)
    }
  }
  return head < end
    ? historyChanged(end, undefined, undefined)
    : right({ ...page.right, events: laterThan(events, position) })
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

/**
 * What is wrong with a page, in a broken store: positions that do not increase, or an end that would skip
 * events or lead nowhere.
 */
const pageFault = (
  after: number,
  page: Page<unknown>,
): Either<StoreUnavailable, never> | undefined => {
  let last = after
  for (const { position, part } of page.events) {
    // the parts of one stored event share its position
    if (!(position > last || (position === last && part !== undefined))) {
      return brokenPage(`position ${position} comes after position ${last}`)
    }
    last = position
  }
  const { end, head } = page
  const isRight = end >= last && end <= Math.max(after, head) && (end > after || after >= head)
  return isRight
    ? undefined
    : brokenPage(`a page from ${after} to ${end} has events up to ${last}, and its head is ${head}`)
}

const brokenPage = (cause: string): Either<StoreUnavailable, never> =>
  left({ type: 'StoreUnavailable', operation: 'readAll', cause })
