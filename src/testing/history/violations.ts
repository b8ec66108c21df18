/**
 * What can be wrong with a history.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { AppendCondition } from '../../store/EventStore.ts'
import type { CallSpan, HistoryAnswer, SeenEvent } from './model.ts'

/** A record that does not fit the others: the recording is broken, not the store. */
interface UnmatchedRecord {
  readonly type: 'UnmatchedRecord'
  readonly id: string
  readonly fault: 'AnswerWithoutCall' | 'SecondCall' | 'SecondAnswer'
}

/** Law 1. */
interface PositionsBroken {
  readonly type: 'PositionsBroken'
  /** The position before it in the log, or 0. */
  readonly previous: number
  readonly event: SeenEvent
}

/** Law 2. */
interface VersionsBroken {
  readonly type: 'VersionsBroken'
  readonly expected: number
  readonly event: SeenEvent
}

/** Law 3: no call appended the commit. */
interface NeverAppended {
  readonly type: 'NeverAppended'
  readonly events: ReadonlyArray<SeenEvent>
}

/** Law 3: each append of the commit was answered with a failure that says that nothing was stored. */
interface StoredThoughRefused {
  readonly type: 'StoredThoughRefused'
  readonly events: ReadonlyArray<SeenEvent>
  readonly appends: ReadonlyArray<CallSpan>
}

/** Law 4: the commit id is in the log again, after other commits. */
interface StoredTwice {
  readonly type: 'StoredTwice'
  readonly commitId: string
  /** The positions of its first event, and of the first event that was stored again. */
  readonly positions: readonly [number, number]
}

/** Law 4: the events of the commit are not those of any append of it: some are missing, extra or different. */
interface StoredOtherwise {
  readonly type: 'StoredOtherwise'
  readonly events: ReadonlyArray<SeenEvent>
  readonly appends: ReadonlyArray<CallSpan>
}

/** Law 5: an acknowledged commit is not in the log, or not as it was acknowledged. */
interface AcknowledgementBroken {
  readonly type: 'AcknowledgementBroken'
  readonly append: CallSpan
  readonly acknowledged: ReadonlyArray<SeenEvent>
  /** The commit in the log; empty if it is not there. */
  readonly stored: ReadonlyArray<SeenEvent>
}

/** Law 6: a stream was not at the version, or the mark, that the commit expects. */
interface ExpectationBroken {
  readonly type: 'ExpectationBroken'
  readonly append: CallSpan
  readonly stream: string
  /** The version of the stream before the commit. */
  readonly actual: number
  readonly position: number
}

/** Law 7. */
interface DecidedOtherwise {
  readonly type: 'DecidedOtherwise'
  readonly stream: string
  readonly events: ReadonlyArray<SeenEvent>
  readonly commands: ReadonlyArray<unknown>
  /** The decision on the commands, on the state before the commit. */
  readonly decided: Either<unknown, ReadonlyArray<unknown>>
  readonly stored: ReadonlyArray<unknown>
}

/**
 * Law 8: an event is missing from a read, or an event was read that is not in the log at that place, or a page does not
 * end where it should.
 */
interface ReadBroken {
  readonly type: 'ReadBroken'
  readonly read: CallSpan
  readonly fault:
    | 'Missing'
    | 'NotInLog'
    | 'NotAsked'
    | 'OutOfOrder'
    | 'TooMany'
    | 'HalfACommit'
    | 'EndAfterHead'
    | 'EndBeforeHead'
    | 'EndBeforeStart'
    | 'HeadNotInLog'
  /** The event that is missing or should not be there, if the fault is about one. */
  readonly event: SeenEvent | undefined
}

/** Laws 9 (of one client) and 10 (of all): a call was answered from an older log than was seen before it. */
interface WentBack {
  readonly type: 'WentBack'
  readonly law: 9 | 10
  /** It ended before `later` started. */
  readonly earlier: CallSpan
  /** The log was stored up to this position, at least, when `earlier` ended. */
  readonly seen: number
  readonly later: CallSpan
  /** The answer to `later` can be true up to this position only. */
  readonly reached: number
}

/** Law 11: the reason of a refusal was never true. */
interface RefusalUnjustified {
  readonly type: 'RefusalUnjustified'
  readonly append: CallSpan
  readonly answer: HistoryAnswer
}

/** Law 12: the state is not the fold of the log up to its position. */
interface StateBroken {
  readonly type: 'StateBroken'
  readonly read: CallSpan
  readonly name: string
  readonly position: number
  readonly state: unknown
  /** What the state should be; equal to `state` if only its position is not in the log. */
  readonly folded: unknown
}

/** Law 12: the position of a read model was lower than before. */
interface CheckpointWentBack {
  readonly type: 'CheckpointWentBack'
  readonly name: string
  readonly earlier: CallSpan
  readonly seen: number
  readonly later: CallSpan
  readonly reached: number
}

/** Law 13: a reader did not continue after the position up to which it had read. */
interface ReaderJumped {
  readonly type: 'ReaderJumped'
  readonly read: CallSpan
  readonly reader: string
  readonly end: number
  readonly afterPosition: number
}

/** Law 14: an event that the condition excludes stands between what was read and the commit. */
interface ConditionBroken {
  readonly type: 'ConditionBroken'
  readonly append: CallSpan
  readonly position: number
  /** The event; `undefined` if the condition is on positions that the log did not have yet. */
  readonly disturbing: SeenEvent | undefined
}

/** Law 15: a commit holds a condition, and an event that it excludes stands between what was read and the commit. */
interface StoredConditionBroken {
  readonly type: 'StoredConditionBroken'
  readonly commitId: string
  readonly position: number
  readonly condition: AppendCondition
  /** The event; `undefined` if the condition is on positions that the log did not have yet. */
  readonly disturbing: SeenEvent | undefined
}

/**
 * Law 15: the store tells of a commit that is not in the log as it is told, of none where the log holds one, of a
 * commit after one that is later in the log, or of a condition with which it was never appended.
 */
interface CommitMistold {
  readonly type: 'CommitMistold'
  readonly fault: 'NotInLog' | 'NotTold' | 'OutOfOrder' | 'OtherCondition'
  readonly commitId: string
  readonly position: number
}

/**
 * A law that does not hold, with the events and calls that show it.
 *
 * @category failures
 * @since 0.1.0
 */
export type HistoryViolation =
  | UnmatchedRecord
  | PositionsBroken
  | VersionsBroken
  | NeverAppended
  | StoredThoughRefused
  | StoredTwice
  | StoredOtherwise
  | AcknowledgementBroken
  | ExpectationBroken
  | DecidedOtherwise
  | ReadBroken
  | WentBack
  | RefusalUnjustified
  | StateBroken
  | CheckpointWentBack
  | ReaderJumped
  | ConditionBroken
  | StoredConditionBroken
  | CommitMistold

/** The violations found so far: all are counted, the first of each type are kept. */
export interface FoundViolations {
  readonly kept: ReadonlyArray<HistoryViolation>
  readonly total: () => number
  readonly add: (violation: HistoryViolation) => void
}

export const foundViolations = (mostOfAType: number): FoundViolations => {
  const kept: Array<HistoryViolation> = []
  const counts = new Map<HistoryViolation['type'], number>()
  let total = 0
  return {
    kept,
    total: () => total,
    add: (violation) => {
      const count = (counts.get(violation.type) ?? 0) + 1
      counts.set(violation.type, count)
      total++
      if (count <= mostOfAType) kept.push(violation)
    },
  }
}
