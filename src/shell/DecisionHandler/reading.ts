/**
 * Reads what matches a query, page by page, and folds it.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import { right } from '../../internal/either.ts'
import { lastOf } from '../../internal/loaded.ts'
import type { Projection } from '../../Projection.ts'
import type { Query } from '../../Query.ts'
import type { Loaded, Recorded } from '../../Recorded.ts'
import type {
  CallOptions,
  EventStore,
  HistoryMark,
  LoadFailure,
  Page,
} from '../../store/EventStore.ts'
import { bounded } from '../internal/bounded.ts'
import { markOf, tailAfter } from '../internal/marks.ts'
import { worked } from '../internal/timeLimit.ts'
import { allPages } from '../Reader.ts'

/** The state of the events that match a query, up to a position. */
export interface FoldedQuery<S> {
  readonly query: Query
  readonly state: S
  /** Everything up to this position was read. */
  readonly end: number
  /** Whether a commit was among the events. */
  readonly isOwn: boolean
  /** The last of the events. */
  readonly mark: HistoryMark | undefined
  /** An event that was read before and has to be the next one, if the store still holds the same history. */
  readonly toConfirm: HistoryMark | undefined
}

/** Nothing read yet. */
export const unread = <S>(
  { initialState }: Projection<S, never>,
  query: Query,
): FoldedQuery<S> => ({
  query,
  state: initialState,
  end: 0,
  isOwn: false,
  mark: undefined,
  toConfirm: undefined,
})

/** What was read before, to be confirmed by its last event; nothing, if that is not known. */
export const resumed = <S>(
  projection: Projection<S, never>,
  query: Query,
  kept: { readonly state: S; readonly mark: HistoryMark | undefined } | undefined,
): FoldedQuery<S> => {
  const position = kept?.mark?.position
  if (kept === undefined || position === undefined) return unread(projection, query)
  const { state, mark } = kept
  return { query, state, end: position - 1, isOwn: false, mark, toConfirm: mark }
}

/**
 * Reads on after what was read before, and notices the events of a commit. If the store no longer holds what was
 * read, since it was restored from a backup or has lost its last commits, everything is read again.
 */
export const readOn = async <S, E>(
  store: EventStore<E>,
  projection: Projection<S, E>,
  from: FoldedQuery<S>,
  commitId: string,
  limits: CallOptions,
): Promise<Either<LoadFailure, FoldedQuery<S>>> => {
  const { query } = from
  let read: FoldedQuery<S> | undefined = from
  const pages = allPages(store, { query, after: from.end, ...limits })
  for (;;) {
    const next = await nextPageOf(pages, limits)
    if (next._tag === 'Left') return next
    const page = next.right
    if (page === undefined && read.toConfirm === undefined) return right(read)
    read = page && withPage(projection, read, page, commitId)
    if (read === undefined) {
      return readOn(store, projection, unread(projection, query), commitId, limits)
    }
    worked(limits.signal, 'evolve')
  }
}

/** The next page, within the limits, whether or not the store keeps to them; `undefined` after the last. */
const nextPageOf = <E>(
  pages: ReturnType<typeof allPages<E>>,
  limits: CallOptions,
): Promise<Either<LoadFailure, Page<E> | undefined>> =>
  bounded('readAll', limits, async () => {
    const { value } = await pages.next()
    return value ?? right(undefined)
  })

/** What was read, with a page more; `undefined` if the page shows that the history is another one. */
const withPage = <S, E>(
  projection: Projection<S, E>,
  { query, state, isOwn, mark, toConfirm }: FoldedQuery<S>,
  { events, end }: Page<E>,
  commitId: string,
): FoldedQuery<S> | undefined => {
  const last = lastOf(events)
  if (last === undefined) return { query, state, end, isOwn, mark, toConfirm }
  const more = tailAfter(events, toConfirm)
  return (
    more && {
      query,
      state: foldEvents(projection, state, more),
      end,
      isOwn: isOwn || isAmong(commitId, events),
      mark: markOf(last),
      toConfirm: undefined,
    }
  )
}

/** The state of the events that match a query, before a position. */
export const readBefore = async <S, E>(
  store: EventStore<E>,
  projection: Projection<S, E>,
  query: Query,
  position: number,
  limits: CallOptions,
): Promise<Either<LoadFailure, S>> => {
  let state = projection.initialState
  const pages = allPages(store, { query, ...limits })
  for (;;) {
    const next = await nextPageOf(pages, limits)
    if (next._tag === 'Left') return next
    if (next.right === undefined) return right(state)
    const { events, end } = next.right
    const before = events.filter((event) => event.position < position)
    state = foldEvents(projection, state, before)
    if (end >= position) return right(state)
  }
}

/** Whether some of the events are of a commit; events that the codec dropped count too. */
const isAmong = (commitId: string, events: Loaded<unknown>): boolean =>
  [events, events.dropped ?? []].some((all) => all.some((event) => event.commitId === commitId))

/** The state after recorded events. */
export const foldEvents = <S, E>(
  { evolve }: Projection<S, E>,
  state: S,
  events: ReadonlyArray<Recorded<E>>,
): S => {
  let next = state
  for (const { event } of events) next = evolve(next, event)
  return next
}
