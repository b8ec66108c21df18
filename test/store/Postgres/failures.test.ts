// What users meet when they go to a server: each failure is typed, and says what it is and what to do. All of
// these come from a real server.
import { right } from 'fp-ts/lib/Either.js'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import type { PostgresConfig, PostgresOptions } from '../../../src/store/Postgres.ts'
import { orderTables } from '../../../src/order/index.ts'
import { openPostgres } from '../../../src/store/Postgres.ts'
import { showFailure } from '../../../src/store/showFailure.ts'
import type { SqlDatabase } from '../../../src/store/Sql.ts'
import { grantText } from '../../../src/store/Sql.ts'
import { appendFunctions } from '../../../src/store/Sql/appendFunctions.ts'
import { sqlReadModels } from '../../../src/store/Sql.ts'
import { commitOf, leftOf, noStream, rightOf } from '../../contract/commits.ts'
import { ask } from '../../postgres/shared.mjs'
import { useDatabase } from '../../support/postgres.ts'

const url = useDatabase()
const role = `clerk_${process.pid}_${Math.random().toString(36).slice(2, 8)}`

/** The URL of the role, or with another password or database. */
const roleUrl = (change: (at: URL) => void = () => {}): string => {
  const at = new URL(url())
  at.username = role
  at.password = 'p'
  change(at)
  return at.href
}

let opened: Array<SqlDatabase> = []
const open = async (
  config: string | PostgresConfig,
  options: PostgresOptions = {},
): Promise<SqlDatabase> => {
  const database = rightOf(await openPostgres(config, options)())
  opened = [...opened, database]
  return database
}

beforeAll(async () => {
  await (await open(url())).close()
  await ask(url(), `create role ${role} login password 'p'`)
})
afterAll(async () => {
  await Promise.all(opened.map(({ close }) => close()))
  await ask(url(), `drop owned by ${role}`)
  await ask(url(), `drop role ${role}`)
})

/** Runs with a setting of the role, which its new sessions get. */
const withSetting = async (setting: string, run: () => Promise<void>): Promise<void> => {
  await ask(url(), `alter role ${role} ${setting}`)
  try {
    await run()
  } finally {
    await ask(url(), `alter role ${role} connection limit -1`)
    await ask(url(), `alter role ${role} reset all`)
  }
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** A line with what it is, what the server says, its code, and what to do. */
const line = (message: string, code: string): RegExp =>
  new RegExp(`^the .* failed .*: ${escaped(message)} \\(${code}\\); \\w+ .{5,}$`)

const whyNot = async (config: string | PostgresConfig): Promise<string> => {
  const failure = leftOf(await openPostgres(config)())
  expect(failure).toMatchObject({ type: 'StoreUnavailable', operation: 'open' })
  return showFailure(failure)
}

const appendFailure = async ({ store }: SqlDatabase, id = 'c1'): Promise<string> => {
  const failure = leftOf(await store.append(commitOf(id, id, noStream, 1))())
  expect(failure).toMatchObject({ type: 'StoreUnavailable', operation: 'append' })
  return showFailure(failure)
}

describe('opening', () => {
  it('with a wrong password, without one, or as nobody', async () => {
    const guessed = roleUrl((at) => (at.password = 'guessed'))
    expect(await whyNot(guessed)).toMatch(
      line(`password authentication failed for user "${role}"`, '28P01'),
    )
    const nobody = roleUrl((at) => (at.username = 'nobody_here'))
    expect(await whyNot(nobody)).toMatch(
      line('password authentication failed for user "nobody_here"', '28P01'),
    )
    expect(await whyNot(roleUrl((at) => (at.password = '')))).toMatch(
      /: the password is missing: SASL: .*; set one /,
    )
  })

  it('leaves no connection behind, which would keep the program running', async () => {
    const connections = () =>
      process.getActiveResourcesInfo().filter((resource) => resource === 'TCPSocketWrap').length
    const before = connections()
    for (const password of ['', 'guessed']) {
      await whyNot(roleUrl((at) => (at.password = password)))
    }
    await vi.waitFor(() => expect(connections()).toBeLessThanOrEqual(before), 10_000)
  })

  it('a database that is not there', async () => {
    const nowhere = roleUrl((at) => (at.pathname = 'nowhere'))
    expect(await whyNot(nowhere)).toMatch(line('database "nowhere" does not exist', '3D000'))
  })

  it('a host that is not known', async () => {
    const said = await whyNot(roleUrl((at) => (at.hostname = 'no-such-host.invalid')))
    expect(said).toMatch(/: the host is unknown: .*no-such-host\.invalid.*; correct /)
  })

  it('with encryption that the server does not have', async () => {
    // a server of one's own, to test with, may have it
    expect(await whyNot({ connectionString: url(), ssl: true })).toMatch(
      /: The server does not support SSL connections; \w+|certificate is not trusted: .*; \w+/,
    )
  })

  it('as a role that may have no more connections', async () => {
    await withSetting('connection limit 0', async () => {
      expect(await whyNot(roleUrl())).toMatch(
        line(`too many connections for role "${role}"`, '53300'),
      )
    })
  })

  it('as a role that was given no rights', async () => {
    expect(await whyNot(roleUrl())).toMatch(
      /: permission denied for table decider_schema \(42501\); grantText gives/,
    )
  })
})

it('read models beside a table that has the name of one of theirs', async () => {
  const database = await open(url())
  await database.client.query('create table orders (id int)', [])
  const prepared = leftOf(await sqlReadModels(database).prepare(orderTables, 'refuse')())
  expect(prepared).toMatchObject({ type: 'TablesUnavailable', operation: 'prepare' })
  expect(showFailure(prepared)).toMatch(line('relation "orders" already exists', '42P07'))
})

describe('appending', () => {
  it('as a role that may only read', async () => {
    await ask(url(), rightOf(grantText('public', role)))
    const append = appendFunctions.find((each) => each.startsWith('decider_append_one')) ?? ''
    await ask(url(), `revoke execute on function ${append} from ${role}`)
    expect(await appendFailure(await open(roleUrl()))).toContain(
      `: permission denied for function ${append} (42501); grantText gives`,
    )
    await ask(url(), rightOf(grantText('public', role)))
  })

  it('on a server that is read-only, where everything can be read', async () => {
    await withSetting('set default_transaction_read_only = on', async () => {
      const database = await open(roleUrl())
      expect(await database.store.load('a')()).toStrictEqual(right([]))
      expect(await appendFailure(database)).toMatch(
        line('cannot execute UPDATE in a read-only transaction', '25006'),
      )
    })
  })

  it('in transactions that see an old snapshot', async () => {
    await withSetting(`set default_transaction_isolation = 'repeatable read'`, async () => {
      expect(await appendFailure(await open(roleUrl(), { pooler: true }))).toMatch(
        /are repeatable read, .*: set default_transaction_isolation to read committed;/,
      )
      // sessions that are the store's own are put right
      rightOf(await (await open(roleUrl())).store.append(commitOf('own', 'own', noStream, 1))())
    })
  })

  it('while somebody holds the lock of the writers', async () => {
    const database = await open(roleUrl(), { timeout: 1_000 })
    const { transaction } = await open(url())
    await transaction((tx) => async () => {
      await tx.query('lock table decider_counter', [])
      expect(await appendFailure(database)).toMatch(
        line('canceling statement due to lock timeout', '55P03'),
      )
      return right('done')
    })()
    // nothing was stored
    rightOf(await database.store.append(commitOf('c1', 'c1', noStream, 1))())
  })
})

describe('statements of one’s own', () => {
  const whyNoRows = async (query: Promise<unknown>): Promise<string> => {
    const cause: unknown = await query.then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    return showFailure({ type: 'StoreUnavailable', operation: 'load', cause })
  }

  it('that take too long', async () => {
    const { client } = await open(roleUrl(), { timeout: 500 })
    expect(await whyNoRows(client.query('select pg_sleep(5)', []))).toMatch(
      line('canceling statement due to statement timeout', '57014'),
    )
  })

  it('that wait for a connection too long', async () => {
    const config = { connectionString: roleUrl(), connectionTimeoutMillis: 500 }
    const { client } = await open(config, { connections: 2 })
    const slow = client.query('select pg_sleep(1)', [])
    expect(await whyNoRows(client.query('select 1', []))).toMatch(
      /: all connections are in use: timeout exceeded when trying to connect; \w+/,
    )
    await slow
    await client.query('select 1', [])
  })

  it('whose connection is cut', async () => {
    const { client } = await open({ connectionString: roleUrl(), application_name: 'cut' })
    const sleeping = whyNoRows(client.query('select pg_sleep(5)', []))
    const cut = `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'cut' and query like '%pg_sleep%'`
    while ((await ask(url(), cut)).length === 0) await new Promise((go) => setTimeout(go, 10))
    expect(await sleeping).toMatch(
      line('terminating connection due to administrator command', '57P01'),
    )
  })
})
