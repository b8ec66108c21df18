/**
 * Reads the log for all read models of a process: those with the same checkpoint share the pages.
 *
 * Laws:
 *
 * 1. between two calls of `look`, a page is read once, as long as it is among the last pages
 * 2. the events before one that can't be decoded can be read
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import { right } from '../../internal/either.ts'
import { laterThan } from '../../internal/loaded.ts'
import type { EventStore, LoadFailure, Page } from '../../store/EventStore.ts'
import type { Slots } from './slots.ts'

type PageResult<E> = Either<LoadFailure, Page<E>>

export interface SharedReader<out E> {
  /** The events after a position. */
  readonly after: (position: number) => Promise<PageResult<E>>
  /** From now on, the end of the log is read again. */
  readonly look: () => void
  /** The highest position seen so far. */
  readonly head: () => number
}

/** How many pages are cached: enough for read models whose checkpoints are that many pages apart. */
const mostPages = 4

interface KnownPage<out E> {
  readonly after: number
  readonly page: Promise<PageResult<E>>
  /** The page; undefined until it was read, and if that failed. */
  read: Page<E> | undefined
  /** Whether it was read after the last `look`. */
  isFresh: boolean
}

export const sharedReader = <E>(
  store: EventStore<E>,
  pageSize: number,
  slot: Slots,
): SharedReader<E> => {
  let known: ReadonlyArray<KnownPage<E>> = []
  let head = 0
  const read = async (position: number): Promise<PageResult<E>> => {
    const page = await slot(() => decodable(store, position, pageSize))
    if (page._tag === 'Right') head = page.right.head
    return page
  }
  const start = (position: number): Promise<PageResult<E>> => {
    const page = read(position)
    const started: KnownPage<E> = { after: position, page, read: undefined, isFresh: true }
    known = [...known.filter(({ after }) => after !== position), started].slice(-mostPages)
    const settle = (result?: PageResult<E>): void => {
      started.read = result?._tag === 'Right' ? result.right : undefined
      // a page that failed is read again
      if (started.read === undefined) known = known.filter((other) => other !== started)
    }
    page.then(settle, () => settle())
    return page
  }
  return {
    after: (position) => {
      const same = known.find(({ after, isFresh }) => after === position && isFresh)
      if (same !== undefined) return same.page
      const page = known.find((each) => holdsAfter(each, position))?.read
      if (page === undefined) return start(position)
      const { events, end } = page
      return Promise.resolve(right({ events: laterThan(events, position), end, head }))
    },
    look: () => {
      // a read that is under way may have been answered before this moment
      for (const each of known) each.isFresh = false
    },
    head: () => head,
  }
}

/** Whether a page that was read tells what comes after a position. */
const holdsAfter = <E>({ after, read }: KnownPage<E>, position: number): boolean =>
  read !== undefined && after <= position && position < read.end

/** A page, or a shorter one that ends before an event that can't be decoded. */
const decodable = async <E>(
  store: EventStore<E>,
  position: number,
  pageSize: number,
): Promise<PageResult<E>> => {
  let limit = pageSize
  for (;;) {
    const page = await store.readAll(position, limit)()
    if (page._tag === 'Right' || page.left.type !== 'UndecodableEvent' || limit === 1) return page
    const before = page.left.position - position - 1
    if (before === 0) return page
    // without gaps in the positions, there are as many events before it
    limit = before < limit ? before : Math.max(1, Math.floor(limit / 2))
  }
}
