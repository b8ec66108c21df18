// A store and its read models on connections that fail at each call, one after the other: what was asked is asked
// again, by the same process or by the next one, and the laws of the store and of the tables hold.
import { setTimeout as sleep } from 'node:timers/promises'
import { isRight, right } from 'fp-ts/lib/Either.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readModelRunner } from '../../src/shell/ReadModelRunner.ts'
import { memoryStore } from '../../src/store/Memory.ts'
import { openPostgres } from '../../src/store/Postgres.ts'
import type { SqlDatabase } from '../../src/store/Sql.ts'
import { sqlReadModels } from '../../src/store/Sql.ts'
import {
  checkHistory,
  historyRecorder,
  readLog,
  recordStore,
  showHistory,
} from '../../src/testing/history.ts'
import type { HistoryRecord } from '../../src/testing/history.ts'
import type { Encoded } from '../contract/commits.ts'
import { anyVersion, commitOf, exactly, noStream, rightOf } from '../contract/commits.ts'
import type { Fault } from '../support/fragileClients.ts'
import { cuts, fragileClients, throws } from '../support/fragileClients.ts'
import { useDatabase } from '../support/postgres.ts'
import { counts } from '../support/readModelRunner.ts'
import { memoryRowsOf, storedRowsOf } from '../support/sqlReadModels.ts'

const url = useDatabase()
const schema = 'crashes'
const options = { schema, connections: 2 }

const fragile = fragileClients()
const openFragile = () =>
  openPostgres({ connectionString: url(), Client: fragile.Client } as object, options)()

/** A database that nothing befalls, and one whose calls fail. */
let steady: SqlDatabase
let broken: SqlDatabase
beforeAll(async () => {
  steady = rightOf(await openPostgres(url(), options)())
  broken = rightOf(await openFragile())
})
afterAll(async () => {
  await Promise.all([broken.close(), steady.close()])
})

/**
 * Lets something fail at each of its calls in turn, in some ways, and then goes on: in the same process, or in the
 * next one. Returns the number of calls.
 */
const atEachCall = async (
  ways: ReadonlyArray<Fault['how']>,
  run: (name: string) => Promise<unknown>,
  goOn: (name: string, next: SqlDatabase) => Promise<unknown>,
): Promise<number> => {
  let most = 0
  for (const how of ways) {
    for (let call = 0, isInterrupted = true; isInterrupted; call++) {
      const name = `${how}${call}`
      fragile.arm({ call, how })
      await run(name)
      const calls = fragile.disarm()
      isInterrupted = calls > call
      most = Math.max(most, calls)
      await goOn(name, call % 2 === 0 ? broken : steady)
    }
  }
  return most
}

it('opening is done or fails, and then is done', async () => {
  const open = async (): Promise<void> => {
    const database = await openFragile()
    if (isRight(database)) await database.right.close()
  }
  const calls = await atEachCall(['CutAfter', 'ThrowBefore'], open, async () => {
    await rightOf(await openFragile()).close()
  })
  // connecting, settings, the version of the server, the schema, its version, whether it is behind
  expect(calls).toBe(6)
})

describe('appends', () => {
  const records: Array<HistoryRecord> = []
  const recorder = historyRecorder({
    now: () => Number(process.hrtime.bigint()),
    write: (record) => records.push(structuredClone(record)),
  })

  /** Alone, several that travel together, a chain, one to several streams, and one that is stored already. */
  const commitsOf = (name: string) => {
    const commit = (stream: string, version: number, of = stream): Encoded =>
      commitOf(
        `${name}-${of}`,
        `${name}-${stream}`,
        version === 0 ? noStream : exactly(version),
        stream,
      )
    const alone = commit('alone', 0)
    const flight = ['f1', 'f2', 'f3'].map((stream) => commit(stream, 0))
    const chain = [
      commit('chain', 0),
      commit('second', 1, 'chain'),
      commit('third', 2, 'chain'),
    ] as const
    const several: Encoded = {
      ...commit('several', 0),
      also: [
        { stream: `${name}-f1`, expected: exactly(1), events: [] },
        {
          stream: `${name}-also`,
          expected: anyVersion,
          events: commitOf('', '', noStream, 1, 2).events,
        },
      ],
    }
    return { alone, flight, chain, several }
  }

  const run = async (name: string): Promise<void> => {
    const { alone, flight, chain, several } = commitsOf(name)
    const [root, ...followers] = chain
    const store = recordStore(broken.store, recorder, name)
    const append = (commit: Encoded) => store.append(commit)()
    await append(alone)
    await Promise.all([...flight.map(append), append({ ...root, followers })])
    await append(several)
    await append(alone)
    await store.load(alone.stream)()
  }

  const sendAgain = async (name: string, next: SqlDatabase): Promise<void> => {
    const { alone, flight, chain, several } = commitsOf(name)
    const again = recordStore(next.store, recorder, `${name} again`)
    const all = [alone, ...flight, ...chain, several]
    for (const answer of await Promise.all(all.map((commit) => again.append(commit)())))
      rightOf(answer)
  }

  it('interrupted at any call and sent again, are all stored, once, and nothing acknowledged is lost', async () => {
    const calls = await atEachCall([...cuts, ...throws], run, sendAgain)
    // four appends, what is known, a load
    expect(calls).toBeGreaterThanOrEqual(6)
    const checked = checkHistory({ records, log: rightOf(await readLog(steady.store)()) })
    expect(showHistory(checked)).toMatch(/^No violation/)
    expect(rightOf(checked).unknown).toBeGreaterThan(3)
  })
})

describe('read models', () => {
  const store = memoryStore()

  /** Whether the table holds all events; it holds those up to its checkpoint. */
  const isComplete = async (): Promise<boolean> => {
    const [found] = rightOf(await sqlReadModels(steady, { schema }).status())
    const log = rightOf(await readLog(store)())
    const upTo = log.slice(0, found?.position)
    expect(await storedRowsOf(steady.client, schema, counts)).toEqual(memoryRowsOf(counts, upTo))
    return found?.position === log.length
  }

  const runnerOn = (database: SqlDatabase) => {
    const tables = sqlReadModels(database, { schema })
    return readModelRunner({
      store,
      tables,
      models: [counts],
      now: Date.now,
      pageSize: 2,
      lease: 1,
    })
  }

  const run = async (name: string): Promise<void> => {
    for (const n of [1, 2, 3]) {
      rightOf(await store.append(commitOf(`s${n}`, `${name}-${n}`, anyVersion, n))())
    }
    await runnerOn(broken).runOnce()()
    await isComplete()
  }

  const goOn = async (name: string, next: SqlDatabase): Promise<void> => {
    const runner = runnerOn(next)
    for (let i = 0; i < 100; i++) {
      await runner.runOnce()()
      if (await isComplete()) return
      await sleep(2)
    }
    expect.fail(`${name}: the read model does not go on`)
  }

  it('interrupted at any call and run again, count every event once', async () => {
    rightOf(await runnerOn(steady).runOnce()())
    // the list, owning, reading, two batches with their begin and commit, giving back
    expect(await atEachCall(['CutDuring'], run, goOn)).toBeGreaterThan(15)
  })
})

describe('transactions of the user', () => {
  const insert = (name: string) =>
    broken.transaction((tx) => async () => {
      for (const n of [1, 2]) {
        const text = `insert into ${schema}.notes values ($1, $2) on conflict do nothing`
        await tx.query(text, [name, n])
      }
      return right(undefined)
    })()

  const stored = async (name: string): Promise<unknown> => {
    const text = `select count(*)::int as n from ${schema}.notes where name = $1`
    return (await steady.client.query(text, [name])).rows[0]?.['n']
  }

  const run = async (name: string): Promise<void> => {
    const inserted = await insert(name)
    // a commit under way may be carried out late
    expect(isRight(inserted) ? [2] : [0, 2]).toContain(await stored(name))
  }

  const goOn = async (name: string): Promise<void> => {
    rightOf(await insert(name))
    expect(await stored(name)).toBe(2)
  }

  it('interrupted at any call, are stored whole or not at all, and nothing acknowledged is lost', async () => {
    const text = `create table ${schema}.notes (name text, n int, primary key (name, n))`
    await steady.client.query(text, [])
    // begin, two inserts, commit or rollback
    expect(await atEachCall([...cuts, ...throws], run, goOn)).toBeGreaterThanOrEqual(4)
  })
})
