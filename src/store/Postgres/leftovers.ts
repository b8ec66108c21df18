/**
 * What a statement may leave in its session: a setting, a role, a temporary table, a prepared statement, a
 * channel that it listens to. A connection is shared, so the next user of it would find that.
 *
 * @since 0.1.0
 */
import type { StatementResults } from './driver.ts'

/**
 * Whether a statement can have left nothing, by what it did and which functions its text names. What a function
 * of the user's own leaves is not seen.
 */
export const leavesNothing = (text: string, results: StatementResults): boolean =>
  !leaving.test(text) &&
  ('rows' in results
    ? harmless.has(results.command ?? '') || local.test(text)
    : results.every(({ command }) => harmless.has(command ?? '')))

/** A setting, unless it is for the transaction only, and a lock of the session. */
const leaving = /\bset_config\s*\((?![^)]*\btrue\s*\))|\bpg_(try_)?advisory_lock/i

/** What is done to rows, and within a transaction. An empty statement does nothing. */
const harmless = new Set([
  '',
  'SELECT',
  'INSERT',
  'UPDATE',
  'DELETE',
  'MERGE',
  'TRUNCATE',
  'SHOW',
  'EXPLAIN',
  'ANALYZE',
  'NOTIFY',
  'LOCK',
  'BEGIN',
  'COMMIT',
  'SAVEPOINT',
  'RELEASE',
  'ROLLBACK',
])

/** A setting that ends with its transaction. */
const local = /^\s*set\s+(local|constraints|transaction)\s/i
