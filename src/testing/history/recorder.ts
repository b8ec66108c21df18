/**
 * Records the calls of a store and their answers.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import type { Recorded } from '../../Recorded.ts'
import type {
  AppendFailure,
  Appended,
  Commit,
  EventStore,
  ExpectedVersion,
  LoadFailure,
  Page,
  Proposed,
} from '../../store/EventStore.ts'
import { proposedDigest, seenEvent } from './digest.ts'
import type {
  AppendCall,
  EventSelection,
  HistoryAnswer,
  HistoryCall,
  HistoryRecord,
} from './model.ts'

/**
 * Where a process records its history.
 *
 * @category model
 * @since 0.1.0
 */
export interface RecorderOptions {
  /**
   * A clock that never goes back, and that all processes whose histories are checked together share, such as
   * `() => Number(process.hrtime.bigint())` for the processes of one machine.
   */
  readonly now: () => number
  /**
   * Stores a record. The record must be safe when this returns: a process that is killed must not lose the
   * record of a call that it made.
   */
  readonly write: (record: HistoryRecord) => void
  /** The name of the process, unique among the processes that are checked together. Defaults to none. */
  readonly process?: string | undefined
}

/**
 * Records a call when it is made, and the answer when it arrives.
 *
 * @category model
 * @since 0.1.0
 */
export interface HistoryRecorder {
  readonly called: (client: string, call: HistoryCall) => (answer: HistoryAnswer) => void
}

/**
 * Returns a recorder. All stores of a process share one.
 *
 * @example
 *   import { historyRecorder } from 'decider-ts/testing/history'
 *   import type { HistoryRecord } from 'decider-ts/testing/history'
 *   import assert from 'node:assert'
 *
 *   const records: Array<HistoryRecord> = []
 *   let time = 0
 *   const recorder = historyRecorder({
 *     now: () => ++time,
 *     write: (record) => records.push(record),
 *   })
 *   recorder.called('ann', { type: 'ReadModel', name: 'orders' })
 *   assert.deepStrictEqual(records, [
 *     { type: 'Called', id: '1', client: 'ann', at: 1, call: { type: 'ReadModel', name: 'orders' } },
 *   ])
 *
 * @category recording
 * @since 0.1.0
 */
export const historyRecorder = ({ now, write, process }: RecorderOptions): HistoryRecorder => {
  const own = process === undefined ? '' : `${process}/`
  let calls = 0
  return {
    called: (client, call) => {
      const id = `${own}${++calls}`
      write({ type: 'Called', id, client: `${own}${client}`, at: now(), call })
      return (answer) => write({ type: 'Answered', id, at: now(), answer })
    },
  }
}

/**
 * Returns the store with all its calls recorded as those of one client. Wrap the store of encoded events, not
 * the one with a codec: events that a codec drops or splits are not those of the store.
 *
 * @example
 *   import { memoryStore } from 'decider-ts/store/Memory'
 *   import { historyRecorder, recordStore } from 'decider-ts/testing/history'
 *   import type { HistoryRecord } from 'decider-ts/testing/history'
 *   import assert from 'node:assert'
 *
 *   const records: Array<HistoryRecord> = []
 *   let time = 0
 *   const recorder = historyRecorder({
 *     now: () => ++time,
 *     write: (record) => records.push(record),
 *   })
 *   const store = recordStore(memoryStore(), recorder, 'ann')
 *   await store.load('order-1')()
 *   assert.deepStrictEqual(
 *     records.map(({ type, at }) => [type, at]),
 *     [
 *       ['Called', 1],
 *       ['Answered', 2],
 *     ],
 *   )
 *
 * @category recording
 * @since 0.1.0
 */
export const recordStore = <E>(
  store: EventStore<E>,
  recorder: HistoryRecorder,
  client: string,
): EventStore<E> => ({
  ...store,
  load: (stream, afterVersion, options) =>
    recordedCall(
      recorder,
      client,
      {
        type: 'Load',
        stream,
        afterVersion: toCount(afterVersion ?? 0),
        limit: toCount(options?.limit ?? Infinity),
      },
      store.load(stream, afterVersion, options),
      answerOfLoad,
      notRead,
    ),
  append: (commit, options) =>
    recordedAppend(recorder, client, commit, () => store.append(commit, options)()),
  readAll: (afterPosition, limit, options) =>
    recordedCall(
      recorder,
      client,
      {
        type: 'ReadAll',
        afterPosition: toCount(afterPosition),
        limit: toCount(limit),
        ...selectionOf(options),
      },
      store.readAll(afterPosition, limit, options),
      answerOfRead,
      notRead,
    ),
  ...(store.commits === undefined ? {} : { commits: store.commits }),
})

/** A commit and its followers are recorded as calls of their own. */
const recordedAppend =
  <E>(
    recorder: HistoryRecorder,
    client: string,
    commit: Commit<E>,
    append: ReturnType<EventStore<E>['append']>,
  ): ReturnType<EventStore<E>['append']> =>
  async () => {
    const commits = [commit, ...(commit.followers ?? [])]
    const answered = commits.map((each) => recorder.called(client, appendCall(each)))
    try {
      const result = await append()
      answered.forEach((answer, i) => answer(answerOfCommit(result, i)))
      return result
    } catch (cause) {
      for (const answer of answered) answer(unknownOutcome(cause))
      throw cause
    }
  }

/**
 * Records the state of a read model and its position. `read` is the task that queries both.
 *
 * @example
 *   import { historyRecorder, recordReadModel } from 'decider-ts/testing/history'
 *   import { right } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const written: Array<string> = []
 *   const write = ({ type }: { readonly type: string }) => written.push(type)
 *   const recorder = historyRecorder({ now: () => 0, write })
 *   const read = () => Promise.resolve(right({ position: 7, state: { open: 2 } }))
 *   await recordReadModel(recorder, 'ann', 'orders', read)()
 *   assert.deepStrictEqual(written, ['Called', 'Answered'])
 *
 * @category recording
 * @since 0.1.0
 */
export const recordReadModel = <
  F,
  S extends { readonly position: number; readonly state: unknown },
>(
  recorder: HistoryRecorder,
  client: string,
  name: string,
  read: TaskEither<F, S>,
): TaskEither<F, S> =>
  recordedCall(recorder, client, { type: 'ReadModel', name }, read, answerOfReadModel, notRead)

/**
 * Records the events that a reader received after a position, up to the page's end. Such a reader should
 * receive each event of its selection once, in order. If it starts again at another position, give it a new
 * name.
 *
 * @example
 *   import { historyRecorder, recordReceived } from 'decider-ts/testing/history'
 *   import assert from 'node:assert'
 *
 *   const written: Array<string> = []
 *   const write = ({ type }: { readonly type: string }) => written.push(type)
 *   const recorder = historyRecorder({ now: () => 0, write })
 *   recordReceived(recorder, 'reader-1', 0, { events: [], end: 3 })
 *   assert.deepStrictEqual(written, ['Called', 'Answered'])
 *
 * @category recording
 * @since 0.1.0
 */
export const recordReceived = (
  recorder: HistoryRecorder,
  reader: string,
  afterPosition: number,
  { events, end }: Pick<Page<unknown>, 'events' | 'end'>,
  selection?: EventSelection,
): void =>
  recorder.called(reader, { type: 'Receive', reader, ...selectionOf(selection) })({
    type: 'Received',
    afterPosition,
    events: events.map(seenEvent),
    end,
  })

/** Runs a task between the two records of a call. */
const recordedCall =
  <F, A>(
    recorder: HistoryRecorder,
    client: string,
    call: HistoryCall,
    task: TaskEither<F, A>,
    answerOf: (result: Either<F, A>) => HistoryAnswer,
    failed: (cause: unknown) => HistoryAnswer,
  ): TaskEither<F, A> =>
  async () => {
    const answered = recorder.called(client, call)
    try {
      const result = await task()
      answered(answerOf(result))
      return result
    } catch (cause) {
      answered(failed(cause))
      throw cause
    }
  }

const notRead = (cause: unknown): HistoryAnswer => ({ type: 'NotRead', reason: String(cause) })

const unknownOutcome = (cause: unknown): HistoryAnswer => ({
  type: 'Unknown',
  reason: String(cause),
})

const answerOfLoad = (
  result: Either<LoadFailure, ReadonlyArray<Recorded<unknown>>>,
): HistoryAnswer =>
  result._tag === 'Left'
    ? notRead(result.left.type)
    : { type: 'Loaded', events: result.right.map(seenEvent) }

const answerOfRead = (result: Either<LoadFailure, Page<unknown>>): HistoryAnswer => {
  if (result._tag === 'Left') return notRead(result.left.type)
  const { events, end, head } = result.right
  return { type: 'Page', events: events.map(seenEvent), end, head }
}

const answerOfAppend = (
  result: Either<AppendFailure, ReadonlyArray<Recorded<unknown>>>,
): HistoryAnswer =>
  result._tag === 'Left'
    ? answerOfFailure(result.left)
    : { type: 'Stored', events: result.right.map(seenEvent) }

/** The answer for a commit (index 0) or one of its followers. */
const answerOfCommit = (
  result: Either<AppendFailure, Appended<unknown>>,
  index: number,
): HistoryAnswer => {
  const followers = result._tag === 'Left' ? [] : (result.right.followers ?? [])
  const results = [result, ...followers]
  const own = results[index]
  if (own !== undefined) return answerOfAppend(own)
  const last = results[results.length - 1] ?? result
  const reason = 'a commit before it was not stored now'
  return mayHoldOthers(last) ? unknownOutcome(reason) : { type: 'NotStored', reason }
}

/**
 * Whether what comes after a commit may have been stored with it: if that has no answer, or was stored before,
 * which may have been by a first attempt of the same append.
 */
const mayHoldOthers = (result: Either<AppendFailure, Appended<unknown>>): boolean =>
  result._tag === 'Left'
    ? answerOfFailure(result.left).type === 'Unknown'
    : result.right.repeated === true

const answerOfReadModel = (
  result: Either<unknown, { readonly position: number; readonly state: unknown }>,
): HistoryAnswer =>
  result._tag === 'Left'
    ? notRead('the read failed')
    : { type: 'ReadModelState', position: result.right.position, state: result.right.state }

/** What a failed append says about the commit. */
const answerOfFailure = (failure: AppendFailure): HistoryAnswer => {
  switch (failure.type) {
    case 'VersionConflict':
    case 'AppendConditionFailed':
    case 'CommitIdTaken':
    case 'CommitIdReused':
      return failure
    case 'InvalidCommit':
    case 'UnencodableEvent':
    case 'StoreBusy':
      return { type: 'NotStored', reason: failure.type }
    case 'GivenUp':
      return { type: failure.outcome, reason: failure.reason }
    case 'UndecodableEvent':
    case 'StoreUnavailable':
      return unknownOutcome(failure.type)
  }
}

const appendCall = (commit: Commit<unknown>): AppendCall => ({
  type: 'Append',
  commitId: commit.commitId,
  ...(commit.fingerprint === undefined ? {} : { fingerprint: commit.fingerprint }),
  parts: [proposedPart(commit), ...(commit.also ?? []).map(proposedPart)],
  ...(commit.condition === undefined ? {} : { condition: commit.condition }),
})

const proposedPart = (part: {
  readonly stream: string
  readonly expected: ExpectedVersion
  readonly events: ReadonlyArray<Proposed<unknown>>
}): AppendCall['parts'][number] => ({
  stream: part.stream,
  expected: part.expected,
  digests: part.events.map(proposedDigest),
})

const selectionOf = ({ types, categories, query }: EventSelection = {}): EventSelection => ({
  ...(types === undefined ? {} : { types }),
  ...(categories === undefined ? {} : { categories }),
  ...(query === undefined ? {} : { query }),
})

/** A count as stores interpret it; JSON has no `Infinity`. */
const toCount = (n: number): number =>
  Math.min(Math.max(0, Math.trunc(n)), Number.MAX_SAFE_INTEGER) || 0
