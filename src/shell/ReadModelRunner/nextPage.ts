/**
 * The next events of a generation, from a page that also holds the last event in its tables.
 *
 * @since 0.1.0
 */
import type { Option } from 'fp-ts/lib/Option.js'
import { none, some } from '../../internal/either.ts'
import type { HistoryMark, Page } from '../../store/EventStore.ts'
import { isAt } from '../internal/marks.ts'
import type { HistoryChanged } from '../Projector.ts'
import type { SharedPage, SharedReader } from './reader.ts'
import type { WorkProblem } from './stopReason.ts'
import type { AnyReadModel, Generation } from './tables.ts'

/** What is read for. */
export interface ReadingWork<in out E> {
  readonly model: AnyReadModel<E>
  generation: Generation
  /**
   * The checkpoint at which no page holds both the last event in the tables and what follows: an event that can't be
   * decoded is in the way.
   */
  apart: number | undefined
}

type NextPage<E> = SharedPage<E> | WorkProblem

/** The page with the next events, or one that says that there are none. It may begin with earlier events. */
export const nextPage = async <E>(
  work: ReadingWork<E>,
  reader: SharedReader<E>,
): Promise<NextPage<E>> => {
  const { mark, position } = work.generation
  if (mark._tag === 'None') return pageAfter(work, reader)
  if (work.apart !== position) {
    const page = await pageFrom(mark.value, position, reader)
    if (page !== undefined && ('type' in page || tellsAfter(position, page))) return page
    work.apart = position
  }
  const page = await pageAfter(work, reader)
  // an idle read model makes one call only: as long as nothing is applied, nothing is compared
  if ('type' in page || page.end <= position) return page
  const compared = await pageFrom(mark.value, mark.value.position ?? 0, reader)
  return compared !== undefined && 'type' in compared ? compared : page
}

const tellsAfter = (position: number, { end, head }: Page<unknown>): boolean =>
  end > position || end >= head

/** The page that begins with the last event in the tables; undefined if that can't be decoded any more. */
const pageFrom = async <E>(
  mark: HistoryMark,
  seen: number,
  reader: SharedReader<E>,
): Promise<NextPage<E> | undefined> => {
  const { position = 0 } = mark
  let page = await reader.after(position - 1, seen)
  if (page._tag === 'Right' && !isAt(mark, placeAt(page.right, position))) {
    // a page that was kept may be of a history that was lost
    reader.forget()
    page = await reader.after(position - 1, seen)
  }
  if (page._tag === 'Left') return page.left.type === 'UndecodableEvent' ? undefined : page.left
  const actual = placeAt(page.right, position)
  return isAt(mark, actual) ? page.right : changedHistory(position, some(mark), actual)
}

/** The stored event at a position, even if the codec dropped it. */
const placeAt = ({ events }: Page<unknown>, at: number): HistoryMark | undefined =>
  events.find(({ position }) => position === at) ??
  events.dropped?.find(({ position }) => position === at)

export const changedHistory = (
  position: number,
  mark: Option<HistoryMark>,
  actual?: HistoryMark,
): HistoryChanged => ({
  type: 'HistoryChanged',
  position,
  expected: mark._tag === 'Some' ? some(mark.value.commitId) : none,
  actual: actual === undefined ? none : some(actual.commitId),
})

/** The next events, without skipped ones that can't be decoded. */
const pageAfter = async <E>(
  { model, generation }: ReadingWork<E>,
  reader: SharedReader<E>,
): Promise<NextPage<E>> => {
  for (let from = generation.position; ;) {
    const page = await reader.after(from)
    if (page._tag === 'Right') return page.right
    const failure = page.left
    if (failure.type !== 'UndecodableEvent') return failure
    const { position, stream } = failure
    if (!generation.skipped.some((each) => each.position === position)) {
      const readModel = model.name
      return { type: 'PoisonEvent', readModel, position, stream, reason: 'decode', cause: failure }
    }
    from = position
  }
}
