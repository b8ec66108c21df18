/**
 * Reads the log for all read models of a process: those with the same checkpoint share the pages.
 *
 * Laws:
 *
 * 1. between two calls of `look`, a page is read once, as long as it is among the last pages
 * 2. the events before one that can't be decoded can be read
 * 3. that the log ends somewhere is told only by a page that was asked for after the last `look`
 * 4. each page tells the head that the store had when it was read, whatever other reads say meanwhile
 * 5. pages read before `forget`, or before a read that shows that the store has lost events, are not used again
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import { right } from '../../internal/either.ts'
import type { EventStore, LoadFailure, Page } from '../../store/EventStore.ts'
import type { Slots } from './slots.ts'

export interface SharedPage<out E> extends Page<E> {
  /** The number of the last look when it was asked for. */
  readonly look: number
}

type PageResult<E> = Either<LoadFailure, SharedPage<E>>

export interface SharedReader<out E> {
  /**
   * A page with the events after a position; it may begin earlier. What is kept of earlier reads is used if it tells
   * what comes after `seen`, a later position up to which the caller knows the events.
   */
  readonly after: (position: number, seen?: number) => Promise<PageResult<E>>
  /** From now on, the end of the log is read again. Returns the number of the look. */
  readonly look: () => number
  /** The pages that are kept may be of a history that was lost. */
  readonly forget: () => void
  /** The head that the store told last. */
  readonly head: () => number
}

/** How many pages are cached: enough for read models whose checkpoints are that many pages apart. */
const mostPages = 4

interface KnownPage<out E> {
  readonly after: number
  readonly look: number
  readonly page: Promise<PageResult<E>>
  /** The page; undefined until it was read, and if that failed. */
  read: SharedPage<E> | undefined
}

export const sharedReader = <E>(
  store: EventStore<E>,
  pageSize: number,
  slot: Slots,
): SharedReader<E> => {
  let known: ReadonlyArray<KnownPage<E>> = []
  let looks = 0
  const { begin, tell, head } = toldHead()
  const read = async (position: number, look: number): Promise<PageResult<E>> => {
    let number = 0
    const page = await slot(() => {
      number = begin()
      return decodable(store, position, limitAfter(position, pageSize))
    })
    if (page._tag === 'Left') return page
    if (tell(number, page.right.head)) known = []
    return right({ ...page.right, look })
  }
  const start = (position: number): Promise<PageResult<E>> => {
    const page = read(position, looks)
    const started: KnownPage<E> = { after: position, look: looks, page, read: undefined }
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
    after: (position, seen = position) => {
      const same = known.find(({ after, look }) => after === position && look === looks)
      if (same !== undefined) return same.page
      const found = known.find(
        (each) => each.after <= position && tellsWhatComesAfter(seen, each.read, looks),
      )?.read
      return found === undefined ? start(position) : Promise.resolve(right(found))
    },
    // a read that is under way may have been answered before this moment
    look: () => ++looks,
    forget: () => {
      known = []
    },
    head,
  }
}

/** Whether a page tells what comes after a position; that nothing does, only if it was asked for after the last look. */
const tellsWhatComesAfter = (
  position: number,
  page: SharedPage<unknown> | undefined,
  lastLook: number,
): boolean => {
  if (page === undefined || position > page.end) return false
  return position < page.end || (page.end >= page.head && page.look === lastLook)
}

/** A page that is not the first begins with the last event that is known, so it is longer by that one. */
const limitAfter = (position: number, pageSize: number): number =>
  position === 0 ? pageSize : pageSize + 1

/** The head that reads have told. Of two reads that overlap, the one with the higher head was answered later. */
const toldHead = () => {
  let head = 0
  let begun = 0
  /** The reads with numbers up to this one had begun when the head was told. */
  let overlapping = 0
  return {
    /** Gives a read that begins its number. */
    begin: (): number => ++begun,
    /** Takes over what a read told, and returns whether the store has lost events. */
    tell: (number: number, told: number): boolean => {
      const isLater = number > overlapping
      const isLoss = isLater && told < head
      head = isLater ? told : Math.max(head, told)
      if (isLater) overlapping = begun
      return isLoss
    },
    head: (): number => head,
  }
}

/** A page, or a shorter one that ends before an event that can't be decoded. */
const decodable = async <E>(
  store: EventStore<E>,
  position: number,
  pageSize: number,
): Promise<Either<LoadFailure, Page<E>>> => {
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
