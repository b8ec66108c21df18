/**
 * What a statement may leave behind in its session: a setting, a role, a temporary table, a prepared statement,
 * a channel that it listens to. Connections are shared, so the next user would inherit it.
 *
 * @since 0.1.0
 */
import type { StatementResults } from './driver.ts'

/**
 * Whether a statement left nothing behind, judged by its command tag and its text. What a function of the
 * user's own leaves is not noticed.
 */
export const leavesNothing = (text: string, results: StatementResults): boolean =>
  !leaving.test(text) &&
  ('rows' in results
    ? harmless.has(results.command ?? '') || local.test(text)
    : results.every(({ command }) => harmless.has(command ?? '')))

/**
 * A setting, unless it is for the transaction only; a lock of the session; a temporary table, since the command
 * tag of `create table … as` and of `select … into` is `SELECT`.
 */
const leaving =
  /\bset_config\s*\((?![^)]*\btrue\s*\))|\bpg_(try_)?advisory_lock|\b(create|replace|into)\s+((local|global)\s+)?temp|\bpg_temp\b/i

/** Command tags of statements that change rows, or end with the transaction. An empty statement has none. */
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
