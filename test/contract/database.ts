// Laws of an open database, embedded or on a server: what users do with its client and in transactions.
import { AsyncLocalStorage } from 'node:async_hooks'
import { left, right } from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { SqlClient, SqlDatabase } from '../../src/store/Sql.ts'
import { commitOf, leftOf, noStream, rightOf } from './commits.ts'
import { add, sumHandler, sumStore } from './handler.ts'

/** Run as by somebody who is not within the transaction. */
const fromOutside = AsyncLocalStorage.snapshot()

/** What a session is like: nothing of it may change. */
const sessionText = `select current_setting('search_path') path, current_user u, session_user s,
  current_setting('client_encoding') encoding, current_setting('transaction_read_only') ro,
  current_setting('transaction_isolation') isolation, current_setting('synchronous_commit') sync,
  current_setting('statement_timeout') timeout, current_setting('enable_indexscan') indexes,
  (select count(*)::int from pg_class where relnamespace = pg_my_temp_schema()) temp,
  (select count(*)::int from pg_cursors where is_holdable) cursors,
  (select count(*)::int from pg_prepared_statements where name <> '') prepared,
  (select count(*)::int from pg_listening_channels()) channels,
  (select count(*)::int from pg_locks where locktype = 'advisory' and pid = pg_backend_pid()) locks`

/** `open` opens an empty database, whose client has one connection. */
export const databaseContract = (name: string, open: () => Promise<SqlDatabase>): void => {
  describe(`C12 ${name}: the client and transactions`, () => {
    let database: SqlDatabase
    let session: ReadonlyArray<unknown>
    const sessionNow = async () => (await database.client.query(sessionText, [])).rows
    beforeAll(async () => {
      database = await open()
      await database.client.query('create table mine (n int)', [])
      session = await sessionNow()
    })
    afterAll(() => database.close())

    let count = 0
    /** Appends to a new stream, and gives whether it is there. */
    const append = async (): Promise<boolean> => {
      const stream = `s${++count}`
      const appended = await database.store.append(commitOf(stream, stream, noStream, 1))()
      return appended._tag === 'Right' && rightOf(await database.store.load(stream)()).length === 1
    }
    const mine = async (): Promise<unknown> =>
      (await database.client.query('select count(*)::int as n from mine', [])).rows[0]?.['n']

    it.each([
      'begin',
      ' ; BEGIN isolation level serializable',
      '-- a\n/* b /* c */ d */ start transaction',
      'commit',
      'end',
      'rollback',
      'rollback to s',
      'abort',
      'savepoint s',
      'release s',
      "prepare transaction 'x'",
      "commit prepared 'x'",
    ])('the statement %j is refused, and an append between is kept', async (text) => {
      await expect(database.client.query(text, [])).rejects.toMatchObject({
        type: 'TransactionStatement',
      })
      expect(await append()).toBe(true)
      await expect(database.client.query('rollback', [])).rejects.toBeDefined()
      expect(rightOf(await database.store.load(`s${count}`)())).toHaveLength(1)
    })

    it.each([
      "set search_path = ''",
      "select set_config('search_path', 'pg_temp', false)",
      "set client_encoding = 'latin1'",
      'set default_transaction_read_only = on',
      'set session characteristics as transaction isolation level serializable, read only',
      "set statement_timeout = '1ms'",
      'set role pg_read_all_data',
      "set session authorization 'pg_read_all_data'",
      'create temp table decider_events (stream text)',
      'create temp table decider_events as select * from decider_events',
      'create function pg_temp.decider_append() returns int return 1',
      'set enable_indexscan = off',
      'set synchronous_commit = off',
      'set standard_conforming_strings = off',
      'set session_replication_role = replica',
      'select pg_advisory_lock(1)',
      'prepare p as select 1',
      'listen x',
      'declare c cursor with hold for select 1',
      "do $$ begin perform set_config('role', 'pg_monitor', false); end $$",
      'select 1 / 0',
      'select',
      'nonsense',
      '',
      'select 1; begin',
      "select 1; set search_path = ''",
    ])('nothing that %j leaves in the session reaches the store', async (text) => {
      await database.client.query(text, []).catch(() => undefined)
      expect(await append()).toBe(true)
      expect(await sessionNow()).toStrictEqual(session)
    })

    it('is one object with nothing else to reach the connection by', () => {
      expect(Object.keys(database.client)).toStrictEqual(['query'])
    })

    it('a transaction is kept where it gives a Right, and rolled back where not', async () => {
      const before = Number(await mine())
      const insert = (client: SqlClient) => client.query('insert into mine values (1)', [])
      const { transaction } = database
      expect(await transaction((tx) => async () => right((await insert(tx)).rows))()).toStrictEqual(
        right([]),
      )
      expect(await mine()).toBe(before + 1)
      const refused = await transaction(
        (tx) => async () => (await insert(tx), left('no' as const)),
      )()
      expect(refused).toStrictEqual(left('no'))
      const thrown = new Error('defect')
      for (const run of [
        (tx: SqlClient) => () => insert(tx).then(() => Promise.reject(thrown)),
        (): TaskEither<never, never> => {
          throw thrown
        },
      ]) {
        expect(await transaction(run)()).toStrictEqual(
          left({ type: 'TransactionFailed', reason: 'Failed', cause: thrown }),
        )
      }
      // a statement failed, and nobody cared
      const careless = await transaction((tx) => async () => {
        await insert(tx)
        await tx.query('select 1 / 0', []).catch(() => undefined)
        return right('kept?')
      })()
      expect(careless).toMatchObject(left({ type: 'TransactionFailed', reason: 'Failed' }))
      expect(await mine()).toBe(before + 1)
    })

    it('what run asks of the store, the other client or another transaction fails, clearly', async () => {
      const inside = { type: 'InsideTransaction' }
      const { store, client, transaction } = database
      const seen = rightOf(
        await transaction(() => async () => {
          await new Promise((resume) => setTimeout(resume))
          return right([
            await store.append(commitOf('in', 'in', noStream, 1))(),
            await store.load('in')(),
            await store.readAll(0, 1)(),
            await client.query('select 1', []).catch((cause: unknown) => cause),
            await transaction(() => TE.right(1))(),
          ])
        })(),
      )
      expect(seen).toMatchObject([
        left({ type: 'StoreUnavailable', operation: 'append', cause: inside }),
        left({ operation: 'load', cause: inside }),
        left({ operation: 'readAll', cause: inside }),
        inside,
        left({ type: 'TransactionFailed', reason: 'Nested' }),
      ])
      expect(await append()).toBe(true)
    })

    it('what run leaves behind comes after it, and its client ends with it', async () => {
      let client: SqlClient | undefined
      let late: Promise<unknown> | undefined
      await database.transaction((tx) => () => {
        client = tx
        late = new Promise((resume) => setTimeout(resume, 20)).then(append)
        return Promise.resolve(right(1))
      })()
      await expect(client?.query('select 1', [])).rejects.toStrictEqual({
        type: 'TransactionEnded',
      })
      expect(await late).toBe(true)
    })

    it('a transaction that never ends is rolled back at its time limit', async () => {
      const before = await mine()
      const endless = database.transaction(
        (tx) => async () => {
          await tx.query('insert into mine values (3)', [])
          return new Promise<never>(() => undefined)
        },
        { timeout: 30 },
      )()
      // asked from elsewhere and awaited within: only the time limit ends that
      const appended = append()
      const deadlock = database.transaction(
        () => () => database.store.append(commitOf('d', 'd', noStream, 1))(),
        { timeout: 30 },
      )()
      expect(await endless).toStrictEqual(
        left({ type: 'TransactionFailed', reason: 'TimedOut', cause: undefined }),
      )
      expect(await appended).toBe(true)
      expect(await deadlock).toMatchObject(left({ cause: { type: 'InsideTransaction' } }))
      expect(await mine()).toBe(before)
    })

    it('a time limit that no timer can keep is none', async () => {
      for (const timeout of [2 ** 31, Infinity]) {
        const done = database.transaction(
          () => async () => {
            await new Promise((resolve) => setTimeout(resolve, 5))
            return right('kept')
          },
          { timeout },
        )()
        expect(await done).toStrictEqual(right('kept'))
      }
    })

    it('a handler that is called within is told so at once, also where others wait for the stream', async () => {
      const handle = sumHandler(await sumStore(() => Promise.resolve(database.store)))
      let outside: Promise<unknown> | undefined
      const within = await database.transaction(() => async () => {
        outside = fromOutside(() => handle(add('t', 'outside', [1]))())
        await new Promise((resolve) => setTimeout(resolve, 5))
        return handle(add('t', 'inside', [1]))()
      })()
      expect(within).toMatchObject(
        left({ type: 'StoreUnavailable', cause: { type: 'InsideTransaction' } }),
      )
      expect(await outside).toMatchObject(right({ version: 1 }))
      expect(rightOf(await database.store.load('t')())).toHaveLength(1)
    })

    it('a transaction has savepoints, and its own end is not for run to decide', async () => {
      const before = Number(await mine())
      const done = await database.transaction((tx) => async () => {
        await tx.query('insert into mine values (4)', [])
        await tx.query('savepoint a', [])
        await tx.query('insert into mine values (5)', [])
        await tx.query('rollback work to savepoint a', [])
        await tx.query('release a', [])
        const refused: Array<unknown> = []
        for (const text of ['commit', 'rollback', ';;end', 'begin', "prepare transaction 'x'"]) {
          refused.push(await tx.query(text, []).catch((cause: { type: unknown }) => cause.type))
        }
        await tx.query("set search_path = ''", [])
        return right(new Set(refused))
      })()
      expect(done).toStrictEqual(right(new Set(['TransactionStatement'])))
      expect(await mine()).toBe(before + 1)
      expect(await append()).toBe(true)
    })

    it('closed from within, a transaction is rolled back, and everything is refused after', async () => {
      const { store, client, transaction, close } = await open()
      const ended = await transaction((tx) => async () => {
        await tx.query('create table gone ()', [])
        await close()
        return right('kept?')
      })()
      expect(ended).toMatchObject(left({ type: 'TransactionFailed', reason: 'Closed' }))
      await close()
      const closed = { type: 'DatabaseClosed' }
      await expect(client.query('select 1', [])).rejects.toStrictEqual(closed)
      expect(leftOf(await store.load('a')())).toMatchObject({ cause: closed })
      expect(await transaction(() => TE.right(1))()).toMatchObject(left({ cause: closed }))
    })
  })
}
