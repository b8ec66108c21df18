/**
 * Updates one generation, batch by batch, until it has reached the head of the log or can't continue.
 *
 * @since 0.1.0
 */
import type { Option } from 'fp-ts/lib/Option.js'
import { none, some } from '../../internal/either.ts'
import type { Instant } from '../../Recorded.ts'
import { firstOf, lastOf, laterThan } from '../../internal/loaded.ts'
import type { HistoryMark, Page } from '../../store/EventStore.ts'
import { isAt } from '../internal/marks.ts'
import type { HistoryChanged } from '../Projector.ts'
import type {
  AnyReadModel,
  Batch,
  BatchRefused,
  CheckpointMove,
  Generation,
  NotOwned,
  PoisonEvent,
  ReadModelTables,
  TablesUnavailable,
} from './tables.ts'
import type { SharedReader } from './reader.ts'
import type { Slots } from './slots.ts'
import type { WorkProblem } from './stopReason.ts'
import { stopReasonOf } from './stopReason.ts'

/** A generation that this process owns. */
export interface Work<in out E> {
  readonly model: AnyReadModel<E>
  /** The generation as this process knows it; its position is that of the last batch. */
  generation: Generation
  /** Whether this process has to read the list before it continues. */
  unsure: boolean
  /** Whether the store was seen to hold the last event in the tables. */
  verified: boolean
  /** The maximum number of events in a batch: smaller while searching for an event that can't be applied. */
  most: number
  problem: WorkProblem | undefined
  /** When it was last up to date, or made progress. */
  doneAt: Instant
  /** The position and the time at which it began to catch up. */
  since: { readonly position: number; readonly at: Instant } | undefined
  busy: Promise<void> | undefined
}

export interface WorkTools<in out E> {
  readonly reader: SharedReader<E>
  readonly tables: ReadModelTables
  /** Slots for batches and reads. */
  readonly slot: Slots
  /** The slot for statements about the list of generations. */
  readonly listSlot: Slots
  /** Moves a checkpoint over events that change nothing, together with those of other generations. */
  readonly advance: (move: CheckpointMove) => Promise<TablesUnavailable | NotOwned | undefined>
  readonly now: () => Instant
  readonly lease: number
  readonly pageSize: number
  /** Counts events, and returns whether to continue. */
  readonly goOn: (events: number) => boolean
}

/** Never rejects. */
export const bringForward = async <E>(work: Work<E>, tools: WorkTools<E>): Promise<void> => {
  try {
    for (;;) {
      const problem = await step(work, tools)
      if (problem !== undefined) return await giveUp(work, tools, problem)
      work.problem = undefined
      work.doneAt = tools.now()
      if (work.generation.position >= tools.reader.head()) return caughtUp(work)
      if (!tools.goOn(0)) return
    }
  } catch (cause) {
    work.problem = { type: 'Thrown', cause }
    work.unsure = true
  }
}

const caughtUp = <E>(work: Work<E>): void => {
  work.since = undefined
}

/** Records why the generation does not continue; stores it if somebody has to fix it. */
const giveUp = async <E>(
  work: Work<E>,
  { tables, listSlot }: WorkTools<E>,
  problem: WorkProblem,
): Promise<void> => {
  work.problem = problem
  const reason = stopReasonOf(problem)
  if (reason === undefined) {
    work.unsure = true
    return
  }
  const stopped = await listSlot(() => tables.stop(work.generation, reason)())
  if (stopped._tag === 'Left') work.problem = stopped.left
  else work.generation = { ...work.generation, stopped: some(reason) }
}

/** One batch, or why there is none. */
const step = async <E>(work: Work<E>, tools: WorkTools<E>): Promise<WorkProblem | undefined> => {
  const { generation } = work
  const { position } = generation
  const changed = work.verified ? undefined : await verified(generation, tools)
  if (changed !== undefined) return changed
  work.verified = true
  const page = await pageAfter(work, tools)
  if ('type' in page) return page
  if (page.head < position) return changedHistory(position, none)
  const batch = batchOf(position, page, work.most)
  if (batch.to <= position) return page.head > position ? stuckPage(position) : undefined
  work.since ??= { position, at: tools.now() }
  // the next page is read while the batch is applied
  if (batch.to === page.end && page.end < page.head && tools.goOn(0)) {
    void tools.reader.after(page.end)
  }
  const failure = await apply(work, tools, batch)
  if (failure !== undefined) return searchFurther(work, batch, failure)
  const mark = batch.mark._tag === 'Some' ? batch.mark : generation.mark
  // meanwhile the list may have been read again
  work.generation = { ...work.generation, position: batch.to, mark }
  work.most = Math.min(tools.pageSize, work.most * 2)
  tools.goOn(batch.events.length)
  return generation.role === 'building' && batch.to >= page.head ? swap(work, tools) : undefined
}

const stuckPage = (position: number): WorkProblem => ({
  type: 'StoreUnavailable',
  operation: 'readAll',
  cause: `the page after position ${position} ends at that position, although it is not the last`,
})

const changedHistory = (
  position: number,
  mark: Option<HistoryMark>,
  actual?: HistoryMark,
): HistoryChanged => ({
  type: 'HistoryChanged',
  position,
  expected: mark._tag === 'Some' ? some(mark.value.commitId) : none,
  actual: actual === undefined ? none : some(actual.commitId),
})

/** Whether the store still holds the last event in the tables. Reads the page after it too, which is next. */
const verified = async <E>(
  { mark }: Generation,
  { reader }: WorkTools<E>,
): Promise<WorkProblem | undefined> => {
  if (mark._tag === 'None') return undefined
  const { position = 0 } = mark.value
  const page = await reader.after(position - 1)
  if (page._tag === 'Left') {
    // an event that can't be decoded any more is not compared
    return page.left.type === 'UndecodableEvent' ? undefined : page.left
  }
  const first = firstOf(page.right.events)
  const actual = first?.position === position ? first : undefined
  return isAt(mark.value, actual) ? undefined : changedHistory(position, mark, actual)
}

/** The next events, without skipped ones that can't be decoded. */
const pageAfter = async <E>(
  { model, generation }: Work<E>,
  { reader }: WorkTools<E>,
): Promise<Page<E> | WorkProblem> => {
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

/** The first events of a page after a position; all parts of one stored event stay in one batch. */
const batchOf = <E>(from: number, page: Page<E>, most: number): Batch<E> => {
  const events = laterThan(page.events, from)
  const beyond = events[most]
  if (beyond === undefined) return batch(from, page.end, events)
  const first = events[0]?.position ?? from
  const to = beyond.position > first ? beyond.position - 1 : first
  const kept = events.filter(({ position }) => position <= to)
  const dropped = (events.dropped ?? []).filter(({ position }) => position <= to)
  return batch(from, to, Object.assign(kept, { dropped }))
}

const batch = <E>(from: number, to: number, events: Page<E>['events']): Batch<E> => {
  const last = lastOf(events)
  if (last === undefined) return { from, to, events, mark: none }
  const { commitId, position, recordedAt } = last
  return { from, to, events, mark: some({ commitId, position, recordedAt }) }
}

const apply = async <E>(
  { model, generation }: Work<E>,
  { tables, slot, advance, lease }: WorkTools<E>,
  next: Batch<E>,
): Promise<PoisonEvent | BatchRefused | NotOwned | TablesUnavailable | undefined> => {
  const { from, to, mark, events } = next
  if (!tables.concerns(model, events)) return advance({ generation, from, to, mark })
  const applied = await slot(() => tables.apply(model, generation, next, lease)())
  return applied._tag === 'Left' ? applied.left : undefined
}

/** Makes the next batch smaller, until the bad event is the first of its batch. */
const searchFurther = <E>(
  work: Work<E>,
  { events }: Batch<E>,
  failure: PoisonEvent | BatchRefused | NotOwned | TablesUnavailable,
): WorkProblem | undefined => {
  if (failure.type === 'BatchRefused') {
    work.most = Math.max(1, Math.floor(events.length / 2))
    return undefined
  }
  if (failure.type !== 'PoisonEvent') return failure
  const before = events.filter(({ position }) => position < failure.position).length
  if (before === 0) return failure
  work.most = before
  return undefined
}

const swap = async <E>(work: Work<E>, tools: WorkTools<E>): Promise<WorkProblem | undefined> => {
  const swapped = await tools.listSlot(() => tools.tables.swap(work.generation)())
  if (swapped._tag === 'Left') return swapped.left
  if (!swapped.right) return undefined
  work.generation = { ...work.generation, role: 'live' }
  // the other generations have changed their roles too, which only the list shows
  work.unsure = true
  return undefined
}
