// Read models on a server, with several owners at once.
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { EncodedEvent } from '../../src/codec/EventCodec.ts'
import { fingerprintOf } from '../../src/ReadModel.ts'
import { readModelRunner } from '../../src/shell/ReadModelRunner.ts'
import type { ReadModelRunner, ReadModelRunnerOptions } from '../../src/shell/ReadModelRunner.ts'
import type { EventStore } from '../../src/store/EventStore.ts'
import { memoryStore } from '../../src/store/Memory.ts'
import { sqlReadModels } from '../../src/store/Sql.ts'
import { sqlModel, selectRows } from '../../src/store/Sql/readModels/sqlTables.ts'
import { transactionsOfPool } from '../support/poolTransactions.ts'
import { useDatabase } from '../support/postgres.ts'
import { counting, counts } from '../support/readModelRunner.ts'
import type { Counting } from '../support/readModelRunner.ts'
import { memoryRowsOf, newSchema, rightOf, storedRowsOf } from '../support/sqlReadModels.ts'

const url = useDatabase()

let admin: pg.Pool
let schema: string
let store: EventStore<EncodedEvent>
let pools: Array<pg.Pool> = []

const newPool = (options = ''): pg.Pool => {
  const pool = new pg.Pool({ connectionString: url(), max: 4, options })
  pool.on('error', () => {})
  pools.push(pool)
  return pool
}

beforeAll(() => {
  admin = newPool()
})
afterAll(async () => {
  await Promise.all(pools.map((pool) => pool.end()))
  pools = []
})
beforeEach(async () => {
  schema = await newSchema(admin)
  store = memoryStore({ now: () => 0 })
})

let commits = 0
const append = async (count: number, streams = 5): Promise<number> => {
  let last = 0
  for (let i = 0; i < count; i++) {
    const [{ position }] = rightOf(
      await store.append({
        stream: `s${commits % streams}`,
        expected: { type: 'Any' },
        commitId: `c${++commits}`,
        events: [{ event: { type: 'Happened', schemaVersion: 1, data: {} } }],
      })(),
    )
    last = position
  }
  return last
}

/** A runner as of a process of its own. */
const process = (
  more: Partial<ReadModelRunnerOptions<EncodedEvent>> = {},
  models: ReadonlyArray<Counting> = [counts],
  pool = newPool(),
): ReadModelRunner =>
  readModelRunner({
    store,
    tables: sqlReadModels(transactionsOfPool(pool), { schema }),
    models,
    now: Date.now,
    ...more,
  })

const everything = async () => rightOf(await store.readAll(0, 100_000)()).events

const stored = (model: Counting = counts) => storedRowsOf(admin, schema, model)
const folded = async (model: Counting = counts) => memoryRowsOf(model, await everything())

const stopping = async (
  runners: ReadonlyArray<ReadModelRunner>,
  work: () => Promise<void>,
): Promise<void> => {
  const stop = new AbortController()
  const loops = runners.map((each) => each.loop({ signal: stop.signal, pollEvery: 1 })())
  try {
    await work()
  } finally {
    stop.abort()
    await Promise.all(loops)
  }
}

describe('on a server', () => {
  it('C25: owners that take each other for dead count every event once', async () => {
    // leases are shorter than a batch takes, so that each is always taken over
    const rivals = Array.from({ length: 4 }, () => process({ lease: 1, pageSize: 7 }))
    await stopping(rivals, async () => {
      for (let i = 0; i < 40; i++) {
        await append(20)
        await sleep(20)
      }
    })
    await process().runOnce()()
    const [{ epoch, position } = expect.fail()] = rightOf(
      await sqlReadModels(transactionsOfPool(admin), { schema }).status(),
    )
    expect(position).toBe(800)
    expect(epoch).toBeGreaterThan(3)
    expect(await stored()).toEqual(await folded())
  })

  it.each(['repeatable read', 'serializable'])('counts once under %s by default', async (level) => {
    const options = `-c default_transaction_isolation=${level.replace(' ', '\\ ')}`
    const rivals = Array.from({ length: 3 }, () =>
      process({ lease: 1, pageSize: 7 }, [counts], newPool(options)),
    )
    await stopping(rivals, async () => {
      for (let i = 0; i < 10; i++) {
        await append(20)
        await sleep(20)
      }
    })
    await process({}, [counts], newPool(options)).runOnce()()
    expect(await stored()).toEqual(await folded())
  })

  it('goes on when connections are cut', async () => {
    const pool = newPool('-c application_name=victim')
    const runner = process({ pageSize: 5 }, [counts, counting('others')], pool)
    await stopping([runner], async () => {
      for (let i = 0; i < 40; i++) {
        await append(10)
        await admin.query(
          `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'victim'`,
        )
        await sleep(5)
      }
      const position = await append(1)
      // a question of its own may be the last that was cut off
      const first = await runner.waitFor(position, { timeout: 30_000 })()
      if (first._tag === 'Left') rightOf(await runner.waitFor(position, { timeout: 30_000 })())
    })
    expect(await stored()).toEqual(await folded())
    expect(await stored(counting('others'))).toEqual(await folded(counting('others')))
  })

  it('readers see whole tables all through a rebuild and a swap', async () => {
    await append(300)
    await process().runOnce()()
    const sums: Array<number> = []
    const done = new AbortController()
    const reading = (async () => {
      while (!done.signal.aborted) {
        const { rows } = await admin.query(`select sum(events) as sum from ${schema}.counts`)
        sums.push(Number((rows as ReadonlyArray<{ sum: string }>)[0]?.sum))
      }
    })()
    const second = { ...counts, version: '2' }
    const later = process({ onChange: 'rebuild', pageSize: 10 }, [second])
    await stopping([later], async () => {
      const tables = sqlReadModels(transactionsOfPool(admin), { schema })
      for (let i = 0; i < 500; i++) {
        const all = rightOf(await tables.status())
        if (all.some(({ role }) => role === 'kept')) break
        await sleep(20)
      }
      rightOf(await later.waitFor(await append(50))())
    })
    done.abort()
    await reading
    expect(sums[0]).toBe(300)
    expect(sums.at(-1)).toBe(350)
    expect(sums.every((sum, i) => i === 0 || sum >= (sums[i - 1] ?? 0))).toBe(true)
    expect(await stored(second)).toEqual(await folded(second))
  })

  it('a swap does not wait for a reader whose transaction stays open, nor make others wait', async () => {
    await append(20)
    await process().runOnce()()
    const idle = await admin.connect()
    await idle.query('begin')
    await idle.query(`select * from ${schema}.counts`)
    const second = { ...counts, version: '2' }
    const later = process({ onChange: 'rebuild' }, [second])
    const start = Date.now()
    await later.runOnce()()
    expect(Date.now() - start).toBeLessThan(20_000)
    const { rows } = await admin.query(`select count(*)::int as n from ${schema}.counts`)
    expect(rows).toStrictEqual([{ n: 5 }])
    await idle.query('commit')
    idle.release()
    await append(1)
    await later.runOnce()()
    expect(await stored(second)).toEqual(await folded(second))
  })

  it.each(['refuse', 'rebuild'] as const)(
    'sqlReadModels 5: %s of a changed read model does not wait for a batch of its live tables',
    async (onChange) => {
      await process().runOnce()()
      const impatient = sqlReadModels(transactionsOfPool(newPool('-c lock_timeout=5s')), { schema })
      const batch = await admin.connect()
      try {
        await batch.query('begin')
        await batch.query(`update ${schema}.decider_read_models set position = position + 1`)
        rightOf(await impatient.prepare(counts, onChange)())
        // the third one replaces what the second is building
        for (const version of ['2', '3']) {
          const prepared = await impatient.prepare({ ...counts, version }, onChange)()
          expect(prepared).toMatchObject(
            onChange === 'rebuild' ? { _tag: 'Right' } : { left: { type: 'ReadModelChanged' } },
          )
        }
      } finally {
        await batch.query('commit')
        batch.release()
      }
      const all = rightOf(await impatient.status())
      expect(all.map(({ role }) => role)).toStrictEqual(
        onChange === 'rebuild' ? ['live', 'building'] : ['live'],
      )
    },
  )

  it('sqlReadModels 5: of many processes that start at once with a changed read model, one makes it', async () => {
    await process().runOnce()()
    const rivals = Array.from({ length: 6 }, () =>
      sqlReadModels(transactionsOfPool(newPool()), { schema }),
    )
    for (const version of ['2', '3']) {
      const changed = { ...counts, version }
      const prepared = await Promise.all(rivals.map((each) => each.prepare(changed, 'rebuild')()))
      for (const each of prepared) rightOf(each)
      const all = rightOf(await sqlReadModels(transactionsOfPool(admin), { schema }).status())
      expect(all.map(({ role, fingerprint }) => `${role} ${fingerprint}`)).toStrictEqual([
        `live ${fingerprintOf(counts)}`,
        `building ${fingerprintOf(changed)}`,
      ])
    }
  })

  it('sqlReadModels 6: a program that is no superuser hands over what restricts its readers', async () => {
    const [owner, reader] = [`owner_${schema}`, `reader_${schema}`]
    await admin.query(`create role ${owner}; create role ${reader};
      grant create, usage on schema ${schema} to ${owner}; grant usage on schema ${schema} to ${reader}`)
    const program = newPool(`-c role=${owner}`)
    const people = newPool(`-c role=${reader}`)
    await append(5)
    await process({}, [counts], program).runOnce()()
    await program.query(`grant select (stream, events) on ${schema}.counts to ${reader};
      alter table ${schema}.counts enable row level security;
      create policy own on ${schema}.counts to ${reader} using (stream = 's1');
      create view ${schema}.seen with (security_invoker) as select stream from ${schema}.counts;
      grant select on ${schema}.seen to ${reader}`)
    const seen = async () => [
      (await people.query(`select stream from ${schema}.counts`)).rows,
      (await people.query(`select stream from ${schema}.seen`)).rows,
      await people.query(`select last from ${schema}.counts`).catch(({ code }) => code),
    ]
    expect(await seen()).toStrictEqual([[{ stream: 's1' }], [{ stream: 's1' }], '42501'])
    const second = { ...counts, version: '2' }
    await append(5)
    await process({ onChange: 'rebuild' }, [second], program).runOnce()()
    expect(await seen()).toStrictEqual([[{ stream: 's1' }], [{ stream: 's1' }], '42501'])
    expect(await stored(second)).toEqual(await folded(second))
    const tables = sqlReadModels(transactionsOfPool(program), { schema })
    expect(rightOf(await tables.status()).map(({ role }) => role)).toStrictEqual(['kept', 'live'])
  })

  it('reads rows by their keys, however large the table', async () => {
    await process().runOnce()()
    await admin.query(
      `insert into ${schema}.counts select 'x' || n, n, n from generate_series(1, 50000) n`,
    )
    const table = rightOf(sqlModel(counts)).tables[0] ?? expect.fail()
    const keys = Array.from({ length: 1_000 }, (_, i) => ({ stream: `x${i}` }))
    for (const analysed of [false, true]) {
      if (analysed) await admin.query(`analyze ${schema}.counts`)
      const { text, params } = selectRows([{ table, at: `${schema}.counts`, keys }])
      const { rows } = await admin.query(`explain ${text}`, params)
      const plan = (rows as ReadonlyArray<Record<string, string>>)
        .map((row) => row['QUERY PLAN'])
        .join('\n')
      expect(plan).toContain('Index Scan using counts_pkey')
      expect(plan).not.toContain('Seq Scan')
    }
  })
})
