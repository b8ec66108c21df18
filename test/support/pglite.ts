// One PGlite in memory for all test files that a worker process runs: opening it costs more than most of them.
import type { PGlite } from '@electric-sql/pglite'
import { openInMemory } from './database.mjs'

let opened: Promise<PGlite> | undefined

/** What a test file may have left: settings, roles, and everything in `public`. Other schemas have names of their own. */
const emptied = `do $$
  declare each text;
  begin
    for each in select rolname from pg_roles where rolname !~ '^pg_' and rolname <> 'postgres' loop
      execute format('drop owned by %I cascade', each);
      execute format('drop role %I', each);
    end loop;
    drop schema public cascade;
    create schema public;
  end $$`

/** A database with an empty `public`, for one test file, which does not close it. */
export const emptyDatabase = async (): Promise<PGlite> => {
  opened ??= openInMemory()
  const pglite = await opened
  // also the role
  await pglite.exec('discard all')
  await pglite.exec(emptied)
  return pglite
}
