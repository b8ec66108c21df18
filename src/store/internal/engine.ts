/**
 * What all engines have in common: makes a store from the few functions in which they differ.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Option } from 'fp-ts/lib/Option.js'
import type { EncodedEvent } from '../../codec/EventCodec.ts'
import type { Instant } from '../../Recorded.ts'
import { isStorableText } from '../../internal/storableText.ts'
import { bounded, isUnlimited } from '../../shell/internal/bounded.ts'
import type { CheckedCommit, CheckedPart } from '../Engine.ts'
import { checkCommit, isInstant } from '../Engine.ts'
import { isName } from './names.ts'
import { appendWith } from './chain.ts'
import type {
  AppendProgress,
  Engine,
  LoadProgress,
  StoredCommands,
  StoredEvents,
} from './engineModel.ts'
import { agrees } from '../../shell/internal/marks.ts'
import type {
  AppendCondition,
  AppendConditionFailed,
  Appended,
  AppendFailure,
  CallOptions,
  Commit,
  CommitPage,
  CommitReader,
  EventStore,
  ExpectedVersion,
  GivenUp,
  HistoryMark,
  Page,
  ReadOptions,
  StoreUnavailable,
  VersionConflict,
} from '../EventStore.ts'
import { left, none, right } from '../../internal/either.ts'

/**
 * The store of an engine. Without asking it, an invalid commit is rejected, and an invalid name has no events; nor is it
 * asked for types and categories that no event can have.
 */
export const engineStore = (engine: Engine): EventStore<EncodedEvent> => ({
  load:
    (stream, afterVersion = 0, options = {}) =>
    () =>
      boundedRead('load', options, (call) =>
        isName(stream)
          ? engine.load(stream, toIndex(afterVersion), toIndex(options.limit ?? Infinity), call)
          : emptyLoad,
      ),
  append:
    (commit, options = {}) =>
    () =>
      appendCommit(engine, commit, options),
  readAll:
    (afterPosition, limit, options = {}) =>
    () =>
      boundedRead('readAll', options, (call) =>
        options.query === undefined || engine.hasTags
          ? engine.readAll(toIndex(afterPosition), toIndex(limit), possibleOptions(options), call)
          : Promise.resolve(unavailable('readAll', withoutTags)),
      ),
  commits: commitReader(engine),
})

/**
 * The options without types and categories that no database can hold: some fail at them, and some take a lone surrogate
 * for U+FFFD. A list of which none is left selects nothing.
 */
const possibleOptions = (options: ReadOptions): ReadOptions =>
  options.types === undefined && options.categories === undefined
    ? options
    : {
        ...options,
        types: options.types?.filter(isPossibleName),
        categories: options.categories?.filter(isPossibleName),
      }

/** Not `isName`: the category of the stream `-1` is empty. */
const isPossibleName = (name: unknown): boolean => typeof name === 'string' && isStorableText(name)

/** A read within its limits, which is told when nobody waits for it any more. */
const boundedRead = <A>(
  operation: 'load' | 'readAll',
  options: CallOptions,
  read: (call: LoadProgress) => Promise<Either<StoreUnavailable, A>>,
): Promise<Either<StoreUnavailable | GivenUp, A>> => {
  const call: LoadProgress = { isGivenUp: false }
  const answer = bounded(operation, options, () => read(call))
  if (isUnlimited(options)) return answer
  return answer.finally(() => {
    call.isGivenUp = true
  })
}

const commitReader = (engine: Engine): CommitReader => ({
  read:
    (afterPosition, limit, options = {}) =>
    () =>
      bounded('readCommits', options, () =>
        engine.readCommits(toIndex(afterPosition), toIndex(limit)),
      ),
  find:
    (commitId, options = {}) =>
    () =>
      bounded('findCommit', options, () =>
        isName(commitId) ? engine.findCommit(commitId) : noCommit,
      ),
})

const newCall = (): AppendProgress => ({ hasStarted: true, isGivenUp: false })

type Followers = Commit<EncodedEvent>['followers']

const appendCommit = (
  engine: Engine,
  commit: Commit<EncodedEvent>,
  options: CallOptions,
): Promise<Either<AppendFailure, Appended<EncodedEvent>>> => {
  const checked = checkCommit(commit)
  if (checked._tag === 'Left') return Promise.resolve(checked)
  const { followers } = commit
  if (!engine.hasTags && (needsTags(commit) || followers?.some(needsTags) === true)) {
    return Promise.resolve(unavailable('append', withoutTags))
  }
  return isUnlimited(options)
    ? appendChecked(engine, checked.right, followers, newCall())
    : appendWithin(engine, checked.right, followers, options)
}

const appendChecked = (
  engine: Engine,
  commit: CheckedCommit,
  followers: Followers,
  call: AppendProgress,
): Promise<Either<AppendFailure, Appended<EncodedEvent>>> =>
  followers === undefined
    ? engine.append(commit, call)
    : appendWith(engine, commit, followers, call)

const appendWithin = (
  engine: Engine,
  commit: CheckedCommit,
  followers: Followers,
  options: CallOptions,
): Promise<Either<AppendFailure, Appended<EncodedEvent>>> => {
  const call = newCall()
  const outcome = (): GivenUp['outcome'] => {
    call.isGivenUp = true
    return call.hasStarted ? 'Unknown' : 'NotStored'
  }
  return bounded('append', options, () => appendChecked(engine, commit, followers, call), outcome)
}

const withoutTags = 'this store keeps no tags of events'

/** Whether a commit has a condition, or events with tags. */
const needsTags = ({ condition, events, also = [] }: Commit<unknown>): boolean =>
  condition !== undefined ||
  [{ events }, ...also].some((part) => part.events.some(({ tags = [] }) => tags.length > 0))

/** The page of the selected events, given that at most `limit` were read. */
export const pageOf = (
  events: StoredEvents,
  afterPosition: number,
  limit: number,
  head: number,
): Page<EncodedEvent> => {
  // a page that is not full ends at the head
  const end =
    events.length < limit
      ? Math.max(afterPosition, head)
      : (events[events.length - 1]?.position ?? afterPosition)
  return { events, end, head }
}

/** The page of the commits, of which at most `limit` were asked for. */
export const commitPageOf = (
  commits: ReadonlyArray<StoredCommands>,
  afterPosition: number,
  limit: number,
  head: number,
): CommitPage<EncodedEvent> => {
  const end =
    commits.length < limit
      ? Math.max(afterPosition, head)
      : (commits[commits.length - 1]?.lastPosition ?? afterPosition)
  return { commits, end, head }
}

const noCommit: Promise<Either<never, Option<never>>> = Promise.resolve(right(none))

const emptyLoad: Promise<Either<never, StoredEvents>> = Promise.resolve(right(Object.freeze([])))

/** Clamps and truncates to a non-negative safe integer, as `slice` does; `NaN` counts as 0. */
const toIndex = (n: number): number =>
  Math.min(Math.max(0, Math.trunc(n)), Number.MAX_SAFE_INTEGER) || 0

/** The last event of a stream. */
export type LastEvent = HistoryMark & { readonly version: number }

/** The first conflict of a commit: of its own stream, or else of the others in their order. */
export const firstConflict = (
  { stream, expected, also }: CheckedCommit,
  lastOf: (stream: string) => LastEvent | undefined,
): VersionConflict | undefined =>
  conflictIn(stream, expected, lastOf(stream)) ?? conflictOfParts(also, lastOf)

/** The first conflict of the streams that a commit names besides its own. */
export const conflictOfParts = (
  parts: ReadonlyArray<CheckedPart>,
  lastOf: (stream: string) => LastEvent | undefined,
): VersionConflict | undefined => {
  for (const { stream, expected } of parts) {
    const conflict = conflictIn(stream, expected, lastOf(stream))
    if (conflict !== undefined) return conflict
  }
  return undefined
}

/** The conflict of a writer with a stream that ends with this event. */
export const conflictIn = (
  stream: string,
  expected: ExpectedVersion,
  last: LastEvent | undefined,
): VersionConflict | undefined => {
  const actual = last?.version ?? 0
  return agrees(expected, actual, last)
    ? undefined
    : { type: 'VersionConflict', stream, expected, actual }
}

/**
 * Why the condition of a commit does not hold, if it has one: the first event that disturbs it, as `firstAfter`
 * finds it, or the head, if the store ends before what the writer has read.
 */
export const conditionFailure = (
  { stream, condition }: CheckedCommit,
  head: number,
  firstAfter: (condition: AppendCondition) => number | undefined,
): AppendConditionFailed | undefined => {
  if (condition === undefined) return undefined
  const position = condition.after > head ? head : firstAfter(condition)
  return position === undefined
    ? undefined
    : { type: 'AppendConditionFailed', stream, condition, position }
}

/** The failure of an engine whose database failed with `cause`. */
export const unavailable = (
  operation: StoreUnavailable['operation'],
  cause: unknown,
): Either<StoreUnavailable, never> => left({ type: 'StoreUnavailable', operation, cause })

/** Reads a clock; fails if it returns no valid instant, because such an event could be stored but not shown. */
export const timeOf = (now: () => Instant): Either<StoreUnavailable, Instant> => {
  const instant = now()
  return isInstant(instant)
    ? right(instant)
    : unavailable('append', `the clock of the store returned ${String(instant)}`)
}
