/**
 * Reads what matches a query, page by page, and folds it.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import { right } from '../../internal/either.ts'
import type { Projection } from '../../Projection.ts'
import type { Query } from '../../Query.ts'
import type { Loaded, Recorded } from '../../Recorded.ts'
import type { CallOptions, EventStore, LoadFailure } from '../../store/EventStore.ts'
import { bounded } from '../internal/bounded.ts'
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
})

/**
 * Reads on after what was read before, and notices the events of a commit. If the store now ends before that
 * position, it has lost events, and everything is read again.
 */
export const readOn = async <S, E>(
  store: EventStore<E>,
  projection: Projection<S, E>,
  from: FoldedQuery<S>,
  commitId: string,
  limits: CallOptions,
): Promise<Either<LoadFailure, FoldedQuery<S>>> => {
  const { query } = from
  let { state, end, isOwn } = from
  const pages = allPages(store, { query, after: end, ...limits })
  for (;;) {
    const next = await bounded('readAll', limits, async () => {
      const { value } = await pages.next()
      return value ?? right(undefined)
    })
    if (next._tag === 'Left') return next
    const page = next.right
    if (page === undefined) return right({ query, state, end, isOwn })
    if (page.head < from.end) {
      return readOn(store, projection, unread(projection, query), commitId, limits)
    }
    state = foldEvents(projection, state, page.events)
    isOwn ||= isAmong(commitId, page.events)
    end = page.end
    worked(limits.signal, 'evolve')
  }
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
  for await (const page of allPages(store, { query, ...limits })) {
    if (page._tag === 'Left') return page
    const { events, end } = page.right
    const before = events.filter((event) => event.position < position)
    state = foldEvents(projection, state, before)
    if (end >= position) break
  }
  return right(state)
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
