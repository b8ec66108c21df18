/**
 * Updates one generation, batch by batch, until it has reached the head of the log or can't continue.
 *
 * @since 0.1.0
 */
import { none, some } from '../../internal/either.ts'
import type { Instant } from '../../Recorded.ts'
import { lastOf, laterThan } from '../../internal/loaded.ts'
import type { Page } from '../../store/EventStore.ts'
import type {
  Batch,
  BatchRefused,
  CheckpointMove,
  NotOwned,
  PoisonEvent,
  ReadModelTables,
  TablesUnavailable,
} from './tables.ts'
import type { ReadingWork } from './nextPage.ts'
import { changedHistory, nextPage } from './nextPage.ts'
import type { SharedReader } from './reader.ts'
import type { Slots } from './slots.ts'
import type { WorkProblem } from './stopReason.ts'
import { stopReasonOf } from './stopReason.ts'

interface RefusedSwap {
  readonly at: Instant
  /** Up to this position, it is not tried again for a time. */
  readonly position: number
  readonly problem: TablesUnavailable | undefined
}

/** A generation that this process owns, as it knows it; its position is that of the last batch. */
export interface Work<in out E> extends ReadingWork<E> {
  /** Whether this process has to read the list before it continues. */
  unsure: boolean
  /** The last swap that did not happen. */
  refused: RefusedSwap | undefined
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
  /** The look since which pages tell where the log ends. */
  readonly look: number
  /** Counts events, and returns whether to continue. */
  readonly goOn: (events: number) => boolean
}

/** Never rejects. */
export const bringForward = async <E>(work: Work<E>, tools: WorkTools<E>): Promise<void> => {
  try {
    for (;;) {
      const done = await step(work, tools)
      if (typeof done === 'object') return await giveUp(work, tools, done)
      // what keeps a generation from going live stands until that is tried again
      work.problem = work.generation.role === 'building' ? work.refused?.problem : undefined
      work.doneAt = tools.now()
      if (done === 'AtHead' || !tools.goOn(0)) return
    }
  } catch (cause) {
    work.problem = { type: 'Thrown', cause }
    work.unsure = true
  }
}

/** Records why the generation does not continue; stores it if somebody has to fix it. */
const giveUp = async <E>(
  work: Work<E>,
  { tables, listSlot }: WorkTools<E>,
  problem: WorkProblem,
): Promise<void> => {
  work.problem = problem
  // the list may have changed meanwhile, so that the generation is not the one that is known here
  work.unsure = true
  const reason = stopReasonOf(problem)
  if (reason === undefined) return
  const stopped = await listSlot(() => tables.stop(work.generation, reason)())
  if (stopped._tag === 'Left') work.problem = stopped.left
  else work.generation = { ...work.generation, stopped: some(reason) }
}

/** What a step came to: whether there is more to do, or why it can't continue. */
type Stepped = 'GoesOn' | 'AtHead' | WorkProblem

/** One batch, or why there is none. */
const step = async <E>(work: Work<E>, tools: WorkTools<E>): Promise<Stepped> => {
  const page = await nextPage(work, tools.reader)
  if ('type' in page) return page
  const { generation } = work
  const { position } = generation
  if (page.head < position) return changedHistory(position, none)
  const batch = batchOf(position, page, work.most)
  if (batch.to <= position) return page.head > position ? stuckPage(position) : atHead(work, tools)
  work.since ??= { position, at: tools.now() }
  readAhead(page, batch, tools)
  const failure = await apply(work, tools, batch)
  if (failure !== undefined) return searchFurther(work, batch, failure) ?? 'GoesOn'
  const mark = batch.mark._tag === 'Some' ? batch.mark : generation.mark
  // meanwhile the list may have been read again
  work.generation = { ...work.generation, position: batch.to, mark }
  work.most = Math.min(tools.pageSize, work.most * 2)
  tools.goOn(batch.events.length)
  const isAtHead = batch.to >= page.head && page.look >= tools.look
  return isAtHead ? atHead(work, tools) : 'GoesOn'
}

/** Reads the next page while the batch is applied. It begins with the last event of the batch. */
const readAhead = <E>(
  { end, head }: Page<E>,
  { to, mark }: Batch<E>,
  { reader, goOn }: WorkTools<E>,
): void => {
  if (to !== end || end >= head || !goOn(0)) return
  const last = mark._tag === 'Some' ? mark.value.position : undefined
  void reader.after(last === undefined ? end : last - 1, end)
}

/** Everything is in the tables. */
const atHead = async <E>(work: Work<E>, tools: WorkTools<E>): Promise<Stepped> => {
  work.since = undefined
  if (work.generation.role !== 'building' || !isSwapDue(work, tools)) return 'AtHead'
  return (await swap(work, tools)) ?? 'AtHead'
}

const stuckPage = (position: number): WorkProblem => ({
  type: 'StoreUnavailable',
  operation: 'readAll',
  cause: `the page after position ${position} ends at that position, although it is not the last`,
})

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

/** Not at once again: a swap that waits for queries holds up later ones. */
const isSwapDue = <E>({ generation, refused }: Work<E>, { now, lease }: WorkTools<E>): boolean => {
  if (refused === undefined || generation.position > refused.position) return true
  const passed = now() - refused.at
  return passed >= lease || passed < 0
}

const swap = async <E>(work: Work<E>, tools: WorkTools<E>): Promise<WorkProblem | undefined> => {
  const swapped = await tools.listSlot(() => tools.tables.swap(work.generation)())
  const at = tools.now()
  if (swapped._tag === 'Left') {
    work.refused = { at, position: Infinity, problem: swapped.left }
    return swapped.left
  }
  if (swapped.right) work.generation = { ...work.generation, role: 'live' }
  else work.refused = { at, position: work.generation.position, problem: undefined }
  // the other generations may have changed their roles too, which only the list shows
  work.unsure = true
  return undefined
}
