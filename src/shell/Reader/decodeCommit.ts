/**
 * Decodes the commands of commits.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import { showPath } from '../../codec/Codec.ts'
import type { EncodedEvent, EventCodec, EventIssues } from '../../codec/EventCodec.ts'
import { decodeAllOf } from '../../codec/internal/eventCodec.ts'
import { left, none, right, some } from '../../internal/either.ts'
import type { RecordedCommit } from '../../Recorded.ts'
import type { CommitPage, UndecodableCommand } from '../../store/EventStore.ts'

/** The commit with its commands as they are today. */
export const decodeCommit = <C>(
  codec: EventCodec<C>,
  commit: RecordedCommit<EncodedEvent>,
): Either<UndecodableCommand, RecordedCommit<C>> => {
  if (commit.commands._tag === 'None') return right({ ...commit, commands: none })
  const decode = decodeAllOf(codec)
  const commands: Array<C> = []
  for (const [index, encoded] of commit.commands.value.entries()) {
    const decoded = decode(encoded)
    if (decoded._tag === 'Left') return left(undecodableCommand(commit, index, decoded.left))
    commands.push(...decoded.right)
  }
  return right({ ...commit, commands: some(commands) })
}

export const decodeCommits = <C>(
  codec: EventCodec<C>,
  { commits, end, head }: CommitPage<EncodedEvent>,
): Either<UndecodableCommand, CommitPage<C>> => {
  const decoded: Array<RecordedCommit<C>> = []
  for (const commit of commits) {
    const one = decodeCommit(codec, commit)
    if (one._tag === 'Left') return one
    decoded.push(one.right)
  }
  return right({ commits: decoded, end, head })
}

const undecodableCommand = (
  { commitId, stream, position }: RecordedCommit<unknown>,
  index: number,
  { eventType, schemaVersion, issues }: EventIssues,
): UndecodableCommand => ({
  type: 'UndecodableCommand',
  commitId,
  stream,
  position,
  index,
  commandType: eventType,
  schemaVersion,
  path: showPath(issues[0].path),
  issues,
})
