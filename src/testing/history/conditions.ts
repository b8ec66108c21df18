/**
 * Conditions of commits: law 14, and refusals because of one.
 *
 * @since 0.1.0
 */
import type { AppendCondition, AppendConditionFailed } from '../../store/EventStore.ts'
import type { LogIndex, StoredRun } from './logIndex.ts'
import { lengthAt, positionAt, seenAt, withWholeCommit } from './logIndex.ts'
import type { AppendCall, CallSpan } from './model.ts'
import type { LogMoment } from './moments.ts'
import type { HistoryViolation } from './violations.ts'

/** Whether nothing that the condition of a commit excludes stands between what was read and the commit. */
export const conditionHolds = (
  index: LogIndex<unknown>,
  run: StoredRun,
  condition: AppendCondition | undefined,
): boolean =>
  condition === undefined ||
  (condition.after <= positionAt(index, run.start) &&
    disturbing(index, run, condition) === undefined)

/** The place of the first event that the condition of a commit excludes, before the commit. */
export const disturbing = (
  index: LogIndex<unknown>,
  run: StoredRun,
  { query, after }: AppendCondition,
): number | undefined => {
  const first = index.firstMatch(query, lengthAt(index, after))
  return first === undefined || first >= run.start ? undefined : first
}

export const brokenCondition = (
  index: LogIndex<unknown>,
  run: StoredRun,
  { span, call }: { readonly span: CallSpan; readonly call: AppendCall },
): HistoryViolation => {
  const { condition } = call
  const place = condition && disturbing(index, run, condition)
  return {
    type: 'ConditionBroken',
    append: span,
    position: positionAt(index, run.start + 1),
    disturbing: place === undefined ? undefined : seenAt(index, place),
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
