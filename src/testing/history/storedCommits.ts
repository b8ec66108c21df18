/**
 * Commits as the store tells them: law 15. A log whose commits hold their conditions certifies itself: nobody has to
 * have seen how it came about.
 *
 * @since 0.1.0
 */
import { covers } from '../../Query.ts'
import type { Recorded, RecordedCommit } from '../../Recorded.ts'
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
  let furthest = 0
  for (const commit of commits) {
    const { commitId, position } = commit
    const run = index.runOf.get(commitId)
    if (run === undefined || told.has(run) || !isRun(index, run, commit)) {
      found.add({ type: 'CommitMistold', fault: 'NotInLog', commitId, position })
      continue
    }
    told.add(run)
    if (position < furthest) {
      found.add({ type: 'CommitMistold', fault: 'OutOfOrder', commitId, position })
    }
    furthest = Math.max(furthest, position)
    if (commit.condition._tag === 'Some') conditions++
    checkStoredCondition(index, run, commit, appends, found)
  }
  for (const run of index.runs) {
    if (told.has(run) || index.runOf.get(run.commitId) !== run) continue
    for (const { commitId, position } of seenRun(index, run).slice(0, 1)) {
      found.add({ type: 'CommitMistold', fault: 'NotTold', commitId, position })
    }
  }
  return conditions
}

/** Checks that a commit was appended with the condition that it holds, and that this was true. */
const checkStoredCondition = (
  index: LogIndex<unknown>,
  run: StoredRun,
  commit: RecordedCommit<unknown>,
  appends: AppendsById,
  found: FoundViolations,
): void => {
  const { commitId, position } = commit
  const condition = commit.condition._tag === 'Some' ? commit.condition.value : undefined
  const attempts = appends.get(commitId) ?? []
  if (
    attempts.length > 0 &&
    !attempts.some(({ call }) => isSameCondition(call.condition, condition))
  ) {
    found.add({ type: 'CommitMistold', fault: 'OtherCondition', commitId, position })
  }
  if (condition === undefined || conditionHolds(index, run, condition)) return
  const place = disturbing(index, run, condition)
  const event = place === undefined ? undefined : seenAt(index, place)
  found.add({ type: 'StoredConditionBroken', commitId, position, condition, disturbing: event })
}

/** Whether a commit is the one that the log holds. */
const isRun = (
  index: LogIndex<unknown>,
  { start, end }: StoredRun,
  { stream, position, lastPosition, streams }: RecordedCommit<unknown>,
): boolean =>
  index.log[start]?.stream === stream &&
  positionAt(index, start + 1) === position &&
  positionAt(index, end) === lastPosition &&
  areSameStreams(streams, streamsOfEvents(index.log.slice(start, end)))

type CommitStreams = ReadonlyArray<RecordedCommit<unknown>['streams'][number]>

/** The streams of the events, in their order, with the first and the last version of each. */
const streamsOfEvents = (events: ReadonlyArray<Recorded<unknown>>): CommitStreams => {
  const streams = new Map<string, CommitStreams[number]>()
  for (const { stream, version } of events) {
    const first = streams.get(stream)?.version ?? version
    streams.set(stream, { stream, version: first, lastVersion: version })
  }
  return [...streams.values()]
}

const areSameStreams = (told: CommitStreams, written: CommitStreams): boolean =>
  told.length === written.length &&
  written.every(
    ({ stream, version, lastVersion }, i) =>
      told[i]?.stream === stream &&
      told[i].version === version &&
      told[i].lastVersion === lastVersion,
  )

const isSameCondition = (
  asked: AppendCall['condition'],
  stored: AppendCondition | undefined,
): boolean =>
  asked === undefined || stored === undefined
    ? asked === stored
    : asked.after === stored.after &&
      covers(asked.query, stored.query) &&
      covers(stored.query, asked.query)
