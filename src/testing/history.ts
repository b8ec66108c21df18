/**
 * Checks what concurrent clients saw of a store against what a store promises. Wrap a store with a recorder,
 * let clients in one or many processes use it heavily, kill some of them, and then pass everything that was
 * recorded, and the final log, to the checker.
 *
 * It works with any store: it only needs the calls of the port. An append whose outcome is unknown, or that was
 * never answered, may be in the log or not; everything else is checked.
 *
 * Laws that are checked (H stands for history):
 *
 * 1. the positions of the log are 1, 2, 3, … (or only increase, with `gaps`)
 * 2. the versions of each stream are 1, 2, 3, … in the order of the log
 * 3. each commit in the log was appended by a call that may have stored it: not by one whose answer says that
 *    nothing was stored
 * 4. a commit is in the log once; all its events are there, adjacent, and as they were proposed
 * 5. each acknowledged commit is in the log, as it was acknowledged
 * 6. what a commit expects of its streams was true at its place in the log, also for streams that it only
 *    checks
 * 7. the events of a commit are those that its commands lead to, on the events before it (with a `decider`)
 * 8. what was read is a part of the log: in order, each event once, and none missing up to where the read
 *    ended. So no event appears later at or below a position that was read, and nobody sees half a commit. A page
 *    ends at the head or after as many events as were asked for, and never before it begins
 * 9. a client sees what it stored or saw before, and what it stores comes after that
 * 10. the same across clients: a call sees everything that was stored or seen by any call that ended before it
 *     started. What was refused or read was true at some moment during the call (needs one clock for all
 *     clients)
 * 11. a conflict names a version that the stream had, and that was not the expected one; a commit id that is
 *     reported as taken was used before
 * 12. the state of a read model is the fold of the log up to its position, which never moves back (in the eyes of one
 *     client, unless all share one clock)
 * 13. a reader receives each event once, after those that it received before
 * 14. no event that the condition of a commit excludes stands between what its writer had read and the commit
 * 15. what the store tells of its commits is so: they are those of the log, in its order, each with the streams that it
 *     wrote to; and the condition that it holds is one with which it was appended, and was true at its place in the log
 *     (with `commits`). All but what it was appended with, and so V7 of `Decision`, needs no records: see
 *     `checkCommits`
 *
 * The time is n log n in the number of calls, which are sorted, and linear in the number of events in the log
 * and in the answers (with a binary search for each if positions have gaps).
 *
 * If positions do not increase (1), only 1, 2 and 4 are checked.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Recorded, RecordedCommit } from '../Recorded.ts'
import type { EventStore, GivenUp, LoadFailure, StoreUnavailable } from '../store/EventStore.ts'
import { checkAppends } from './history/appends.ts'
import type { CollectedCalls } from './history/calls.ts'
import { collectCalls } from './history/calls.ts'
import type { HistoryDecider, HistoryReadModel } from './history/folds.ts'
import { checkDecisions, checkSeenStates } from './history/folds.ts'
import type { LogIndex } from './history/logIndex.ts'
import { checkLog, logIndex, positionAt } from './history/logIndex.ts'
import type { HistoryRecord } from './history/model.ts'
import type { LogMoment } from './history/moments.ts'
import { byClient, regresses } from './history/moments.ts'
import { checkLoaded, checkPage, checkReader } from './history/reads.ts'
import type { HistoryBroken, HistoryReport } from './history/result.ts'
import { checkStoredCommits } from './history/storedCommits.ts'
import type { FoundViolations } from './history/violations.ts'
import { foundViolations } from './history/violations.ts'
import { isRecord } from '../internal/isRecord.ts'
import { left, right } from '../internal/either.ts'

export type { HistoryAnswer, HistoryCall, HistoryRecord, SeenEvent } from './history/model.ts'
export type { HistoryRecorder, RecorderOptions } from './history/recorder.ts'
export {
  historyRecorder,
  recordReadModel,
  recordReceived,
  recordStore,
} from './history/recorder.ts'
export type { InvalidHistoryLine } from './history/lines.ts'
export { historyLine, parseHistory } from './history/lines.ts'
export type { HistoryDecider, HistoryReadModel } from './history/folds.ts'
export { decidedBy, foldedBy } from './history/folds.ts'
export type { HistoryBroken, HistoryReport } from './history/result.ts'
export type { HistoryViolation } from './history/violations.ts'
export { showHistory } from './history/showHistory.ts'

/**
 * A recorded history, and how to check it.
 *
 * @category model
 * @since 0.1.0
 */
export interface HistoryOptions<E> {
  /** All records. Concatenate the histories of several processes in any order. */
  readonly records: Iterable<HistoryRecord>
  /** All events of the store, from position 1, after the last call has ended. */
  readonly log: ReadonlyArray<Recorded<E>>
  /** All commits as the store tells them: see `readCommits`. Defaults to none: law 15 is not checked. */
  readonly commits?: ReadonlyArray<RecordedCommit<unknown>> | undefined
  /** The last position of the log when recording began; events up to it were not recorded. Defaults to 0. */
  readonly from?: number | undefined
  /** Whether positions may have gaps. Defaults to `false`. */
  readonly gaps?: boolean | undefined
  /**
   * Whether all clients share one clock, and the store promises to be consistent across clients (law 10).
   * Defaults to `true`.
   */
  readonly realTime?: boolean | undefined
  /** Returns the type of an event, by which reads select. Defaults to its field `type`. */
  readonly typeOf?: ((event: E) => string) | undefined
  /** The decider of the commits, made with `decidedBy`. Defaults to none: law 7 is not checked. */
  readonly decider?: HistoryDecider<E> | undefined
  /** The recorded read models, made with `foldedBy`. Of others, only the positions are checked. */
  readonly readModels?: ReadonlyArray<HistoryReadModel<E>> | undefined
  /** How many violations of each type are returned. Defaults to 5. */
  readonly keep?: number | undefined
}

/**
 * Checks a recorded history. Returns a summary of what was checked, or the laws that do not hold.
 *
 * @example
 *   import { memoryStore } from 'decider-ts/store/Memory'
 *   import { checkHistory, historyRecorder, readLog, recordStore } from 'decider-ts/testing/history'
 *   import type { HistoryRecord } from 'decider-ts/testing/history'
 *   import { isRight } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const records: Array<HistoryRecord> = []
 *   const recorder = historyRecorder({
 *     now: () => Number(process.hrtime.bigint()),
 *     write: (record) => records.push(record),
 *   })
 *   const store = memoryStore()
 *   const event = { type: 'SwitchedOn', schemaVersion: 1, data: {} }
 *   await Promise.all(
 *     ['ann', 'bob'].map((client) =>
 *       recordStore(store, recorder, client).append({
 *         stream: 'lamp-1',
 *         expected: { type: 'NoStream' },
 *         commitId: `by ${client}`,
 *         events: [{ event }],
 *       })(),
 *     ),
 *   )
 *   const log = await readLog(store)()
 *   assert.ok(isRight(log))
 *   const checked = checkHistory({ records, log: log.right })
 *   assert.ok(isRight(checked))
 *   assert.deepStrictEqual([checked.right.stored, checked.right.refused], [1, 1])
 *
 * @category checking
 * @since 0.1.0
 */
export const checkHistory = <E>(
  options: HistoryOptions<E>,
): Either<HistoryBroken, HistoryReport> => {
  const { records, log, gaps = false, typeOf = typeField, keep = 5 } = options
  const found = foundViolations(keep)
  const index = logIndex(log, typeOf)
  const calls = collectCalls(records, found)
  const isInOrder = checkLog(index, gaps, found)
  if (isInOrder) checkCalls(options, index, calls, found)
  const told = isInOrder ? options.commits : undefined
  const conditions = told ? checkStoredCommits(index, told, calls.appends, found) : 0
  return historyResult(found, { ...historyReport(index, calls), conditions })
}

const historyResult = (
  found: FoundViolations,
  report: HistoryReport,
): Either<HistoryBroken, HistoryReport> => {
  const [first, ...others] = found.kept
  return first === undefined
    ? right(report)
    : left({ type: 'HistoryBroken', violations: [first, ...others], total: found.total(), report })
}

/**
 * A log with the commits that the store tells, and how to check it: as in `HistoryOptions`.
 *
 * @category model
 * @since 0.1.0
 */
export type CommitsOptions<E> = Pick<HistoryOptions<E>, 'log' | 'gaps' | 'typeOf' | 'keep'> & {
  readonly commits: ReadonlyArray<RecordedCommit<unknown>>
}

/**
 * Checks that a log certifies itself: that every commit held the condition that is stored with it (law 15, V7 of
 * `Decision`), besides laws 1, 2 and 4. Nobody has to have recorded a call. Pass the log as it is stored, without a
 * codec. Looks at each commit once, and at the events that match its condition.
 *
 * @example
 *   import { tag } from 'decider-ts/Query'
 *   import { memoryStore } from 'decider-ts/store/Memory'
 *   import { checkCommits, readCommits, readLog } from 'decider-ts/testing/history'
 *   import { isRight } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const store = memoryStore()
 *   const name = tag('name')('ada')
 *   await store.append({
 *     stream: 'user-1',
 *     expected: { type: 'Any' },
 *     commitId: 'c1',
 *     events: [{ event: { type: 'Registered', schemaVersion: 1, data: {} }, tags: [name] }],
 *     condition: { query: [{ tags: [name] }], after: 0 },
 *   })()
 *   const [log, commits] = [await readLog(store)(), await readCommits(store)()]
 *   assert.ok(isRight(log) && isRight(commits))
 *   const checked = checkCommits({ log: log.right, commits: commits.right })
 *   assert.ok(isRight(checked) && checked.right.conditions === 1)
 *
 * @category checking
 * @since 0.1.0
 */
export const checkCommits = <E>(
  options: CommitsOptions<E>,
): Either<HistoryBroken, HistoryReport> => {
  const { log, commits, gaps = false, typeOf = typeField, keep = 5 } = options
  const found = foundViolations(keep)
  const index = logIndex(log, typeOf)
  const calls = collectCalls([], found)
  const isInOrder = checkLog(index, gaps, found)
  const conditions = isInOrder ? checkStoredCommits(index, commits, calls.appends, found) : 0
  return historyResult(found, { ...historyReport(index, calls), unacknowledged: 0, conditions })
}

const typeField = (event: unknown): string => (isRecord(event) ? String(event['type']) : '')

/** Laws 3 to 14. */
const checkCalls = <E>(
  { from = 0, realTime = true, decider, readModels = [] }: HistoryOptions<E>,
  index: LogIndex<E>,
  { appends, reads, received, states }: CollectedCalls,
  found: FoundViolations,
): void => {
  const moments = [...checkAppends(index, appends, { from, sharedClock: realTime }, found)]
  const add = (moment: LogMoment | undefined): void => {
    if (moment !== undefined) moments.push(moment)
  }
  for (const { span, call, answer } of reads) {
    if (call.type === 'Load') add(checkLoaded(index, span, call, answer.events, found))
    else if (answer.type === 'Page') add(checkPage(index, span, call, answer, found))
  }
  for (const [reader, all] of received) checkReader(index, reader, all, found).forEach(add)
  for (const [name, all] of states) {
    const readModel = readModels.find((one) => one.name === name)
    checkSeenStates(index, name, readModel, all, realTime, found).forEach(add)
  }
  if (decider !== undefined) checkDecisions(index, decider, found)
  checkMoments(index, moments, realTime, found)
}

/** Laws 9 and 10: first for each client, then for all calls in which no other law is broken. */
const checkMoments = (
  index: LogIndex<unknown>,
  moments: ReadonlyArray<LogMoment>,
  realTime: boolean,
  found: FoundViolations,
): void => {
  const reported = new Set<LogMoment>()
  const judge = (law: 9 | 10, some: ReadonlyArray<LogMoment>): void => {
    for (const { earlier, later } of regresses(some)) {
      if (reported.has(later)) continue
      reported.add(later)
      const [seen, reached] = [positionAt(index, earlier.least), positionAt(index, later.most)]
      found.add({ type: 'WentBack', law, earlier: earlier.span, seen, later: later.span, reached })
    }
  }
  for (const own of byClient(moments)) judge(9, own)
  if (realTime) judge(10, moments)
}

const historyReport = (
  { log, runs, runOf, streams }: LogIndex<unknown>,
  { appends, counts }: CollectedCalls,
): Omit<HistoryReport, 'conditions'> => {
  const isTold = (commitId: string): boolean =>
    appends.get(commitId)?.some(({ answer }) => answer?.type === 'Stored') ?? true
  const unacknowledged = [...runOf.keys()].filter((commitId) => !isTold(commitId)).length
  return {
    events: log.length,
    commits: runs.length,
    streams: streams.size,
    unacknowledged,
    ...counts,
  }
}

/**
 * Reads the whole log of a store, page by page, once nobody writes to it any more.
 *
 * @example
 *   import { memoryStore } from 'decider-ts/store/Memory'
 *   import { readLog } from 'decider-ts/testing/history'
 *   import { right } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   assert.deepStrictEqual(await readLog(memoryStore())(), right([]))
 *
 * @category recording
 * @since 0.1.0
 */
export const readLog =
  <E>(store: EventStore<E>): TaskEither<LoadFailure, ReadonlyArray<Recorded<E>>> =>
  async () => {
    const log: Array<Recorded<E>> = []
    for (let after = 0; ;) {
      const page = await store.readAll(after, pageSize)()
      if (page._tag === 'Left') return page
      for (const recorded of page.right.events) log.push(recorded)
      // a broken store may return the same end again
      if (page.right.end >= page.right.head || page.right.end <= after) return right(log)
      after = page.right.end
    }
  }

/**
 * Reads all commits of a store as it tells them, page by page, once nobody writes to it any more.
 *
 * @example
 *   import { memoryStore } from 'decider-ts/store/Memory'
 *   import { readCommits } from 'decider-ts/testing/history'
 *   import { right } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   assert.deepStrictEqual(await readCommits(memoryStore())(), right([]))
 *
 * @category recording
 * @since 0.1.0
 */
export const readCommits =
  <E>(
    store: EventStore<E>,
  ): TaskEither<StoreUnavailable | GivenUp, ReadonlyArray<RecordedCommit<unknown>>> =>
  async () => {
    const all: Array<RecordedCommit<unknown>> = []
    const { commits } = store
    if (commits === undefined) {
      const cause = 'the store does not tell its commits'
      return left({ type: 'StoreUnavailable', operation: 'readCommits', cause })
    }
    for (let after = 0; ;) {
      const page = await commits.read(after, pageSize)()
      if (page._tag === 'Left') return page
      for (const commit of page.right.commits) all.push(commit)
      if (page.right.end >= page.right.head || page.right.end <= after) return right(all)
      after = page.right.end
    }
  }

const pageSize = 1_000
