/**
 * Rows of the table `decider_snapshots`.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Option } from 'fp-ts/lib/Option.js'
import { left, none, right, some } from '../../internal/either.ts'
import { isStorableText } from '../../internal/storableText.ts'
import type { SnapshotsUnavailable, StoredSnapshot } from '../../shell/Snapshots.ts'

const snapshotValues = (snapshot: StoredSnapshot): Array<string | number> => [
  snapshot.stream,
  snapshot.fingerprint,
  snapshot.version,
  snapshot.mark.commitId,
  snapshot.mark.position ?? 0,
  snapshot.mark.recordedAt ?? 0,
  JSON.stringify(snapshot.state),
]

/** Drivers give large integers as strings. */
export const snapshotOf = (
  row: Readonly<Record<string, unknown>> | undefined,
): Option<StoredSnapshot> =>
  row === undefined
    ? none
    : some({
        stream: String(row['stream']),
        fingerprint: String(row['fingerprint']),
        version: Number(row['version']),
        mark: {
          commitId: String(row['commit_id']),
          position: Number(row['position']),
          recordedAt: Number(row['recorded_at']),
        },
        state: JSON.parse(String(row['state'])) as unknown,
      })

/**
 * Whether a database can hold a snapshot of this stream with this fingerprint. Asked for another, it may take a lone
 * surrogate for U+FFFD, and give out or replace the snapshot of another stream.
 */
export const isStorableSnapshot = (stream: string, fingerprint: string): boolean =>
  isStorableText(stream) && isStorableText(fingerprint)

/** The values of a row, in the order of the columns. Throws if a database cannot hold them. */
export const storableValues = (snapshot: StoredSnapshot): Array<string | number> => {
  if (isStorableSnapshot(snapshot.stream, snapshot.fingerprint)) return snapshotValues(snapshot)
  throw new Error('The stream or the fingerprint of the snapshot has NUL or a lone surrogate.')
}

/** The failure of a database, as a value. */
export const tried = async <A>(
  operation: SnapshotsUnavailable['operation'],
  run: () => A | Promise<A>,
): Promise<Either<SnapshotsUnavailable, A>> => {
  try {
    return right(await run())
  } catch (cause) {
    return left({ type: 'SnapshotsUnavailable', operation, cause })
  }
}
