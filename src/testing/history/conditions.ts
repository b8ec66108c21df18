/**
 * Conditions of commits: law 14, and refusals because of one.
 *
 * @since 0.1.0
 */
import type { AppendConditionFailed } from '../../store/EventStore.ts'
import type { LogIndex, StoredRun } from './logIndex.ts'
import { lengthAt, positionAt, seenAt, withWholeCommit } from './logIndex.ts'
import type { AppendCall, CallSpan } from './model.ts'
import type { LogMoment } from './moments.ts'
import type { HistoryViolation } from './violations.ts'

/** Whether nothing that the condition of a commit excludes stands between what was read and the commit. */
export const conditionHolds = (
  index: LogIndex<unknown>,
  run: StoredRun,
  { condition }: AppendCall,
): boolean => {
  if (condition === undefined) return true
  if (condition.after > positionAt(index, run.start)) return false
  const first = index.firstMatch(condition.query, lengthAt(index, condition.after))
  return first === undefined || first >= run.start
}

export const brokenCondition = (
  index: LogIndex<unknown>,
  run: StoredRun,
  { span, call }: { readonly span: CallSpan; readonly call: AppendCall },
): HistoryViolation => {
  const { condition } = call
  const first = condition && index.firstMatch(condition.query, lengthAt(index, condition.after))
  return {
    type: 'ConditionBroken',
    append: span,
    position: positionAt(index, run.start + 1),
    disturbing: first !== undefined && first < run.start ? seenAt(index, first) : undefined,
  }
}

/** When the event was there that the refusal names, if it is the first that the condition excludes. */
export const momentOfFailedCondition = (
  index: LogIndex<unknown>,
  span: CallSpan,
  { condition }: AppendCall,
  { position }: AppendConditionFailed,
  run: StoredRun | undefined,
): LogMoment | undefined => {
  const length = lengthAt(index, position)
  if (condition === undefined || positionAt(index, length) !== position) return undefined
  const most = Math.min(index.log.length, run?.start ?? Infinity)
  if (position <= condition.after) {
    // the store ended there
    return length <= most && position < condition.after
      ? { span, least: length, most: length }
      : undefined
  }
  const first = index.firstMatch(condition.query, lengthAt(index, condition.after))
  const least = withWholeCommit(index, length)
  return first === length - 1 && least <= most ? { span, least, most } : undefined
}
