// pgbench on the same server: the same rows into a table with the same columns and indexes. It is part of PostgreSQL's
// server packages, and taken from the PATH or from Debian's folders.
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { percentiles } from './calls.mjs'
import { data } from './counting.mjs'

const findPgbench = () => {
  const debian = '/usr/lib/postgresql'
  const folders = existsSync(debian) ? readdirSync(debian).map((v) => join(debian, v, 'bin')) : []
  const places = [...(process.env.PATH ?? '').split(':'), ...folders]
  return places.map((folder) => join(folder, 'pgbench')).find((path) => existsSync(path))
}

const program = findPgbench()
if (program === undefined) {
  console.error('pgbench is needed: on Debian, apt-get install postgresql')
  process.exit(1)
}
export const pgbenchVersion = /[\d.]+/.exec(
  spawnSync(program, ['--version'], { encoding: 'utf8' }).stdout,
)?.[0]
/** The path of another program that comes with it. */
export const beside = (name) => join(program, '..', name)

const columns =
  'stream, version, commit_id, type, schema_version, data, occurred_at, recorded_at, actor'
const json = JSON.stringify(data)

/** A row each: every client has a stream of its own, as the callers have. */
const oneRow = `\\set n :n + 1
insert into bare (${columns}) values ('order-' || :client_id, :n, 'commit-' || :client_id || '-' || :n,
  'LineAdded', 1, '${json}', 0, 0, 'ann');\n`

/** Hundred rows of one commit in one statement, which is prepared: only its values are sent each time. */
const hundredRows = `\\set n :n + 1
insert into bare (${columns})
  select g.stream, g.n * 100 - 100 + r.i, g.commit_id, 'LineAdded', 1, r.data::json, 0, 0, 'ann'
  from (select 'order-' || :client_id as stream, :n::bigint as n, 'commit-' || :client_id || '-' || :n as commit_id) g,
    (values ${Array.from({ length: 100 }, (_, i) => `(${i + 1}, '${json}')`).join(',')}) r (i, data);\n`

/**
 * An empty table like that of the events of a store. Rows that are a commit each have an index by which a commit id is
 * used once, as the table of commits has it.
 */
const createBare = async ({ pool, newStore }, rows) => {
  const { schema, close } = await newStore()
  await pool.query(`drop table if exists bare;
    drop sequence if exists bare_position;
    create sequence bare_position;
    create table bare (like ${schema}.decider_events including all${rows === 1 ? ', unique (commit_id)' : ''});
    alter table bare alter column position set default nextval('bare_position')`)
  await close()
}

/** Milliseconds of each transaction, of those that were logged. */
const latencies = (folder) =>
  readdirSync(folder)
    .filter((name) => name.startsWith('log.'))
    .flatMap((name) => readFileSync(join(folder, name), 'utf8').trimEnd().split('\n'))
    .map((line) => Number(line.split(' ')[2]) / 1_000)

/** Transactions of pgbench per second, and percentiles. `rows` is 1 or 100. */
export const inserts =
  (setting, clients, rows = 1) =>
  async () => {
    await createBare(setting, rows)
    const folder = mkdtempSync(join(tmpdir(), 'decider-bench-'))
    try {
      const script = join(folder, 'insert.sql')
      writeFileSync(script, rows === 1 ? oneRow : hundredRows)
      const log = ['--log', '--log-prefix', join(folder, 'log'), '--sampling-rate', 0.2]
      const args = ['-n', '-M', 'prepared', '-D', 'n=0', '-c', clients, '-j', 2, '-T']
      const all = [...args, setting.seconds, '-f', script, ...log, setting.url].map(String)
      const { stdout, stderr, status } = spawnSync(program, all, { encoding: 'utf8' })
      if (status !== 0) throw new Error(stderr)
      const rate = Number(/tps = ([\d.]+)/.exec(stdout)?.[1])
      if (!(rate > 0)) throw new Error(`pgbench did nothing in time:\n${stdout}`)
      return { rate, ...percentiles(latencies(folder)) }
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }
