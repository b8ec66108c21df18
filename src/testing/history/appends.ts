/**
 * Commits: laws 3 to 6, 11 and 14.
 *
 * A commit may have been appended several times under one id, with different events and expectations, as a
 * handler does when it retries after a conflict. Any of these appends explains the stored commit, if it has
 * the same events, and what it expects, and its condition, were true at that place.
 *
 * @since 0.1.0
 */
import type { HistoryMark, VersionConflict } from '../../store/EventStore.ts'
import { agrees, isReuse } from '../../shell/internal/marks.ts'
import { brokenCondition, conditionHolds, momentOfFailedCondition } from './conditions.ts'
import type { LogIndex, StoredRun } from './logIndex.ts'
import { countBelow } from './matching.ts'
import { isEventAt, isProposedAt, positionAt, seenRun, withWholeCommit } from './logIndex.ts'
import type { AppendCall, CallSpan, HistoryAnswer, SeenEvent } from './model.ts'
import type { LogMoment } from './moments.ts'
import type { FoundViolations } from './violations.ts'

/** An append, with its answer if one was recorded. */
export interface Append {
  readonly span: CallSpan
  readonly call: AppendCall
  readonly answer: HistoryAnswer | undefined
}

/** Appends by commit id. */
export type AppendsById = ReadonlyMap<string, ReadonlyArray<Append>>

/** Checks all commits in the log and all appends. Returns what these say about the length of the log. */
export const checkAppends = (
  index: LogIndex<unknown>,
  appends: AppendsById,
  { from, sharedClock }: { readonly from: number; readonly sharedClock: boolean },
  found: FoundViolations,
): ReadonlyArray<LogMoment> => {
  const moments: Array<LogMoment> = []
  for (const run of index.runs) {
    if (index.runOf.get(run.commitId) !== run || positionAt(index, run.end) <= from) continue
    const stored = explained(index, run, appends.get(run.commitId) ?? [], found)
    if (sharedClock ? stored.length > 0 : isOfOneClient(stored)) moments.push(storedAt(run, stored))
  }
  for (const [commitId, attempts] of appends) {
    const run = index.runOf.get(commitId)
    const isKnown = run !== undefined && positionAt(index, run.end) > from
    const isOther = ({ fingerprint }: AppendCall): boolean =>
      !isKnown || attempts.some(({ call }) => isReuse(fingerprint, call.fingerprint))
    for (const append of attempts) {
      const moment = momentOf(index, append, run, isOther, found)
      if (moment !== undefined) moments.push(moment)
    }
  }
  return moments
}

/** The appends that may have stored a commit; reports a violation if there are none. */
const explained = (
  index: LogIndex<unknown>,
  run: StoredRun,
  attempts: ReadonlyArray<Append>,
  found: FoundViolations,
): ReadonlyArray<Append> => {
  const events = () => seenRun(index, run)
  const spansOf = (of: ReadonlyArray<Append>) => of.map(({ span }) => span)
  const possible = attempts.filter(({ answer }) => mayBeStored(answer))
  const same = possible.filter(({ call }) => hasEvents(index, run, call))
  const expected = same.filter(({ call }) => brokenPart(index, run, call) === undefined)
  const right = expected.filter(({ call }) => conditionHolds(index, run, call.condition))
  if (right.length > 0) return right
  if (attempts.length === 0) found.add({ type: 'NeverAppended', events: events() })
  else if (possible.length === 0) {
    found.add({ type: 'StoredThoughRefused', events: events(), appends: spansOf(attempts) })
  } else if (same.length === 0) {
    found.add({ type: 'StoredOtherwise', events: events(), appends: spansOf(possible) })
  } else {
    const [stale] = expected
    for (const append of same.slice(0, 1)) {
      found.add(stale ? brokenCondition(index, run, stale) : brokenExpectation(index, run, append))
    }
  }
  return right
}

/** The commit was not in the log yet when the first of its appends was called. */
const storedAt = (run: StoredRun, appends: ReadonlyArray<Append>): LogMoment => {
  const spans = appends.map(({ span }) => span)
  const first = spans.reduce((one, other) => (other.start < one.start ? other : one))
  return { span: { ...first, end: Infinity }, least: 0, most: run.start }
}

/** Without a common clock, the appends of several clients can't be ordered. */
const isOfOneClient = (appends: ReadonlyArray<Append>): boolean =>
  new Set(appends.map(({ span }) => span.client)).size === 1

const mayBeStored = (answer: HistoryAnswer | undefined): boolean =>
  answer === undefined || answer.type === 'Stored' || answer.type === 'Unknown'

/** Whether the commit holds exactly the proposed events, stream by stream. */
const hasEvents = (index: LogIndex<unknown>, run: StoredRun, call: AppendCall): boolean => {
  let place = run.start
  for (const { stream, digests } of call.parts) {
    for (const digest of digests) {
      if (place === run.end || index.log[place]?.stream !== stream) return false
      if (!isProposedAt(index, place, digest)) return false
      place++
    }
  }
  return place === run.end
}

/** How many events a stream held before a commit, and the mark of the last of them. */
const streamBefore = (
  { log, streams }: LogIndex<unknown>,
  run: StoredRun,
  stream: string,
): { readonly version: number; readonly last: HistoryMark | undefined } => {
  const places = streams.get(stream) ?? []
  const version = countBelow(places, run.start)
  return { version, last: log[places[version - 1] ?? -1] }
}

/** The part of a commit whose expectation was not true when the commit was stored. */
const brokenPart = (
  index: LogIndex<unknown>,
  run: StoredRun,
  call: AppendCall,
): AppendCall['parts'][number] | undefined =>
  call.parts.find(({ stream, expected }) => {
    const { version, last } = streamBefore(index, run, stream)
    return !agrees(expected, version, last)
  })

const brokenExpectation = (
  index: LogIndex<unknown>,
  run: StoredRun,
  { span, call }: Append,
): Parameters<FoundViolations['add']>[0] => {
  const stream = brokenPart(index, run, call)?.stream ?? ''
  const { version: actual } = streamBefore(index, run, stream)
  const position = positionAt(index, run.start + 1)
  return { type: 'ExpectationBroken', append: span, stream, actual, position }
}

/** What the answer of an append says about the length of the log. */
const momentOf = (
  index: LogIndex<unknown>,
  { span, call, answer }: Append,
  run: StoredRun | undefined,
  isOther: (call: AppendCall) => boolean,
  found: FoundViolations,
): LogMoment | undefined => {
  const stored = (at: StoredRun): LogMoment => ({ span, least: at.end, most: index.log.length })
  let moment: LogMoment | undefined
  switch (answer?.type) {
    case 'Stored': {
      const { events: acknowledged } = answer
      if (run !== undefined && isAcknowledged(index, run, call, acknowledged)) return stored(run)
      const events = run === undefined ? [] : seenRun(index, run)
      found.add({ type: 'AcknowledgementBroken', append: span, acknowledged, stored: events })
      return undefined
    }
    case 'VersionConflict':
      moment = momentOfConflict(index, span, call, answer, run)
      break
    case 'AppendConditionFailed':
      moment = momentOfFailedCondition(index, span, call, answer, run)
      break
    case 'CommitIdTaken':
      if (isHeldBy(index, run, answer.stream) && !isHeldBy(index, run, ownStream(call))) {
        moment = stored(run)
      }
      break
    case 'CommitIdReused':
      if (isHeldBy(index, run, ownStream(call)) && isOther(call)) moment = stored(run)
      break
    default:
      return undefined
  }
  if (moment === undefined) found.add({ type: 'RefusalUnjustified', append: span, answer })
  return moment
}

const ownStream = ({ parts }: AppendCall): string => parts[0]?.stream ?? ''

/** Whether a commit is stored in this stream. */
const isHeldBy = (
  { log }: LogIndex<unknown>,
  run: StoredRun | undefined,
  stream: string,
): run is StoredRun => run !== undefined && log[run.start]?.stream === stream

/** Whether the acknowledged events are those of the commit in the log, in the stream that was asked for. */
const isAcknowledged = (
  index: LogIndex<unknown>,
  run: StoredRun,
  call: AppendCall,
  events: ReadonlyArray<SeenEvent>,
): boolean =>
  isHeldBy(index, run, ownStream(call)) &&
  events.length === run.end - run.start &&
  events.every((event, i) => isEventAt(index, run.start + i, event))

/** When the stream was at the version that a conflict names, if it ever was and that was not expected. */
const momentOfConflict = (
  index: LogIndex<unknown>,
  span: CallSpan,
  call: AppendCall,
  { stream, actual }: VersionConflict,
  run: StoredRun | undefined,
): LogMoment | undefined => {
  const part = call.parts.find((one) => one.stream === stream)
  const places = index.streams.get(stream) ?? []
  const [last, next] = [places[actual - 1], places[actual]]
  if (part === undefined || (actual > 0 && last === undefined)) return undefined
  if (agrees(part.expected, actual, last === undefined ? undefined : index.log[last]))
    return undefined
  const least = last === undefined ? 0 : withWholeCommit(index, last + 1)
  const after = next ?? index.log.length
  // once the commit itself is stored, the answer would have been its events
  const most = Math.min(after, run?.start ?? Infinity)
  return least > most ? undefined : { span, least, most }
}
