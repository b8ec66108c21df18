/**
 * Commits as the store tells them: law 15. A log whose commits hold their conditions certifies itself: nobody has to
 * have seen how it came about.
 *
 * @since 0.1.0
 */
import { covers } from '../../Query.ts'
import type { RecordedCommit } from '../../Recorded.ts'
import type { AppendCondition } from '../../store/EventStore.ts'
import type { AppendsById } from './appends.ts'
import { conditionHolds, disturbing } from './conditions.ts'
import type { LogIndex, StoredRun } from './logIndex.ts'
import { positionAt, seenAt, seenRun } from './logIndex.ts'
import type { AppendCall } from './model.ts'
import type { FoundViolations } from './violations.ts'

/** Checks what a store tells of its commits. Returns how many conditions there were. */
export const checkStoredCommits = (
  index: LogIndex<unknown>,
  commits: ReadonlyArray<RecordedCommit<unknown>>,
  appends: AppendsById,
  found: FoundViolations,
): number => {
  const told = new Set<StoredRun>()
  let conditions = 0
  for (const commit of commits) {
    const { commitId, position } = commit
    const run = index.runOf.get(commitId)
    if (run === undefined || told.has(run) || !isRun(index, run, commit)) {
      found.add({ type: 'CommitMistold', fault: 'NotInLog', commitId, position })
      continue
    }
    told.add(run)
    const condition = commit.condition._tag === 'Some' ? commit.condition.value : undefined
    const attempts = appends.get(commitId) ?? []
    if (
      attempts.length > 0 &&
      !attempts.some(({ call }) => isSameCondition(call.condition, condition))
    ) {
      found.add({ type: 'CommitMistold', fault: 'OtherCondition', commitId, position })
    }
    if (condition === undefined) continue
    conditions++
    if (conditionHolds(index, run, condition)) continue
    const place = disturbing(index, run, condition)
    const event = place === undefined ? undefined : seenAt(index, place)
    found.add({ type: 'StoredConditionBroken', commitId, position, condition, disturbing: event })
  }
  for (const run of index.runs) {
    if (told.has(run) || index.runOf.get(run.commitId) !== run) continue
    for (const { commitId, position } of seenRun(index, run).slice(0, 1)) {
      found.add({ type: 'CommitMistold', fault: 'NotTold', commitId, position })
    }
  }
  return conditions
}

/** Whether a commit is the one that the log holds. */
const isRun = (
  index: LogIndex<unknown>,
  { start, end }: StoredRun,
  { stream, position, lastPosition }: RecordedCommit<unknown>,
): boolean =>
  index.log[start]?.stream === stream &&
  positionAt(index, start + 1) === position &&
  positionAt(index, end) === lastPosition

const isSameCondition = (
  asked: AppendCall['condition'],
  stored: AppendCondition | undefined,
): boolean =>
  asked === undefined || stored === undefined
    ? asked === stored
    : asked.after === stored.after &&
      covers(asked.query, stored.query) &&
      covers(stored.query, asked.query)
