// What tables of read models take over from those that they replace.
import { some } from 'fp-ts/lib/Option.js'
import { beforeEach, describe, expect, it } from 'vitest'
import { column, readModel, table } from '../../../../src/ReadModel.ts'
import type { EncodedEvent } from '../../../../src/codec/EventCodec.ts'
import type { Recorded } from '../../../../src/Recorded.ts'
import type { Counting } from '../../../support/readModelRunner.ts'
import { counts, useWorkshop } from '../../../support/readModelRunner.ts'
import { leftOf, rightOf, transactionsOf } from '../../../support/sqlReadModels.ts'

const { at, tablesOf, append, runnerOf } = useWorkshop()

/** Roles belong to all schemas, so that each test has roles of its own. */
const role = (name: string): string => `${name}_${at.schema}`
/** Runs statements on `counts`; `@name` is a role. */
const run = (text: string) =>
  at.pglite.exec(
    `set search_path = ${at.schema}; ${text.replace(/@(\w+)/g, (_, name: string) => role(name))}`,
  )
const valuesOf = async (text: string): Promise<ReadonlyArray<unknown>> => {
  const results = await run(text)
  return results.at(-1)?.rows.map((row) => Object.values(row)) ?? []
}
/** What a role sees; the code of the error if it may not ask. */
const seenBy = async (name: string, text: string): Promise<unknown> => {
  try {
    return await valuesOf(`set role @${name}; ${text}`)
  } catch (cause) {
    return (cause as { readonly code: string }).code
  } finally {
    await at.pglite.exec('reset role')
  }
}

/** Everything that the catalogue says of who may do what with the live table. */
const standing = async () => ({
  table: await valuesOf(
    `select pg_get_userbyid(relowner), relrowsecurity, relforcerowsecurity from pg_class
      where oid = 'counts'::regclass`,
  ),
  rights: await valuesOf(
    `select a.grantee, a.privilege_type, a.is_grantable from pg_class c, aclexplode(c.relacl) a
      where c.oid = 'counts'::regclass and a.grantee <> c.relowner order by 1, 2`,
  ),
  ofColumns: await valuesOf(
    `select attname, a.grantee, a.privilege_type, a.is_grantable
      from pg_attribute, aclexplode(attacl) a where attrelid = 'counts'::regclass order by 1, 2, 3`,
  ),
  policies: await valuesOf(
    `select tablename, policyname, permissive, roles, cmd, qual, with_check from pg_policies
      where schemaname = '${at.schema}' and tablename not like '%\\_\\_%' order by 1, 2`,
  ),
  views: await valuesOf(
    `select relname, reloptions, relacl::text, pg_get_viewdef(oid) from pg_class
      where relnamespace = '${at.schema}'::regnamespace and relkind = 'v' order by 1`,
  ),
})

const versioned = (version: string, model: Counting = counts) => ({ ...model, version })
const rolesOf = async () => rightOf(await tablesOf().status()).map((each) => each.role)
const rebuilt = async (version: string, model = counts): Promise<void> => {
  await append(1, 'theirs')
  rightOf(await runnerOf({ onChange: 'rebuild' }, [versioned(version, model)]).runOnce()())
  expect((await rolesOf()).sort()).toStrictEqual(['kept', 'live'])
}

beforeEach(async () => {
  await append(1, 'mine')
  await append(2, 'theirs')
  rightOf(await runnerOf().runOnce()())
  await run(
    ['tenant', 'clerk', 'guest', 'keeper']
      .map((name) => `create role @${name}; grant usage on schema ${at.schema} to @${name};`)
      .join('\n'),
  )
})

describe('sqlReadModels 6: after a swap', () => {
  it('nobody sees more or less than before', async () => {
    await run(`grant select on counts to @tenant; grant select (stream) on counts to @clerk;
      alter table counts enable row level security;
      create policy own on counts for select to @tenant using (stream = 'mine');
      create policy names on counts for select to @clerk using (true);
      create view barred with (security_barrier, security_invoker) as select stream from counts;
      grant select on barred to @tenant;
      create view few as select * from counts where events < 9 with local check option`)
    const seen = async () => ({
      tenant: await seenBy('tenant', 'select stream from counts'),
      names: await seenBy('clerk', 'select stream from counts order by 1'),
      numbers: await seenBy('clerk', 'select events from counts'),
      guest: await seenBy('guest', 'select stream from counts'),
      barred: await seenBy('tenant', 'select * from barred'),
    })
    const before = { seen: await seen(), standing: await standing() }
    expect(before.seen).toStrictEqual({
      tenant: [['mine']],
      names: [['mine'], ['theirs']],
      numbers: '42501',
      guest: '42501',
      barred: [['mine']],
    })
    await rebuilt('2')
    expect({ seen: await seen(), standing: await standing() }).toStrictEqual(before)
    const beyond = run(`insert into few values ('x', 10, 1)`)
    await expect(beyond).rejects.toMatchObject({ code: '44000' })
  })

  it.each([
    [
      'kinds of policies',
      `alter table counts enable row level security, force row level security;
        create policy "All ""rows""" on counts;
        create policy a on counts as restrictive for insert to @tenant, @clerk with check (events > 0);
        create policy b on counts for update to current_user, public using (stream = current_user) with check (true);
        create policy c on counts for delete using (false);
        create policy d on counts for select
          using (events >= (select max(c.events) from counts c where c.stream = counts.stream))`,
    ],
    ['policies that do not count yet', `create policy a on counts using (false)`],
    [
      'rights on tables and columns',
      `grant select, update on counts to @tenant with grant option; grant insert on counts to public;
        grant select (stream, events), update (last) on counts to @clerk;
        grant references (stream) on counts to public; grant select (last) on counts to @clerk with grant option`,
    ],
    [
      'another owner',
      `grant create on schema public to @keeper; grant select on counts to @tenant;
        grant create on schema ${'@schema'} to @keeper; alter table counts owner to @keeper`,
    ],
    [
      'a right that others have by default',
      `alter default privileges in schema ${'@schema'} grant select, insert on tables to @guest;
        grant update on counts to @tenant`,
    ],
    [
      'a policy of another table that asks this one',
      `create table notes (of text); alter table notes enable row level security;
        create policy known on notes using (exists (select from counts where stream = of)) with check (of <> '');
        create view v as select * from counts; create view w as select v.* from v join counts using (stream)`,
    ],
  ])('there are the same %s', async (_, text) => {
    await run(text.replaceAll('@schema', at.schema))
    const before = await standing()
    await rebuilt('2')
    expect(await standing()).toStrictEqual(before)
    await rebuilt('3')
    expect(await standing()).toStrictEqual(before)
    await run('alter default privileges revoke all on tables from public')
  })

  it('tables that ask each other can be replaced, and discarded', async () => {
    const ofCounts = counts.tables['counts'] ?? expect.fail('it has that table')
    const two = { ...counts, tables: { counts: ofCounts, others: ofCounts } }
    await rebuilt('2', two)
    await run(`alter table counts enable row level security;
      create policy own on counts for select using (exists (select from others o where o.stream = counts.stream));
      create policy two on others using (exists (select from counts c where c.stream = others.stream))`)
    const before = await standing()
    for (const version of ['3', '4', '5']) {
      await rebuilt(version, two)
      expect(await standing()).toStrictEqual(before)
    }
    rightOf(await tablesOf().discard('counts', 'kept')())
  })

  it('tables that were live before have nothing that was taken back since', async () => {
    await run(`grant select on counts to @tenant, @guest; grant update (events) on counts to @clerk;
      alter table counts enable row level security, force row level security;
      create policy own on counts to @tenant using (stream = 'mine');
      create policy open on counts to @guest using (true)`)
    await rebuilt('2')
    await run(`revoke select on counts from @guest; revoke update (events) on counts from @clerk;
      alter table counts no force row level security; grant select (last) on counts to @clerk;
      drop policy open on counts; alter policy own on counts using (stream = 'yours')`)
    const before = await standing()
    rightOf(await tablesOf().rollBack(counts)())
    rightOf(await runnerOf().runOnce()())
    await append(1)
    rightOf(await runnerOf().runOnce()())
    expect((await rolesOf()).sort()).toStrictEqual(['kept', 'live'])
    expect(await standing()).toStrictEqual(before)
  })
})

it('sqlReadModels 7: tables that are being built show their rows to nobody else', async () => {
  const byDefault = `alter default privileges in schema ${at.schema}`
  await run(`${byDefault} grant select on tables to @tenant; grant select on counts to @tenant;
    alter table counts enable row level security;
    create policy own on counts to @tenant using (stream = 'mine')`)
  rightOf(await tablesOf().prepare(versioned('2'), 'rebuild')())
  await run(`insert into counts__building values ('theirs', 1, 1)`)
  expect(await seenBy('tenant', 'select * from counts__building')).toStrictEqual([])
  rightOf(await tablesOf().rebuild(counts)())
  await run(`insert into counts__building values ('theirs', 1, 1)`)
  expect(await seenBy('tenant', 'select * from counts__building')).toStrictEqual([])
})

it('sqlReadModels 8: a swap is tried again if somebody else grants a right at the time', async () => {
  await run('grant select on counts to @tenant')
  const before = await standing()
  const db = transactionsOf(at.pglite)
  const meanwhile = Object.assign(new Error('tuple concurrently updated'), { code: 'XX000' })
  let grants = 0
  const tables = tablesOf({
    client: db.client,
    transaction: (change) =>
      db.transaction((tx) =>
        change({
          query: (text, params) =>
            text.startsWith('grant') && ++grants === 1
              ? Promise.reject(meanwhile)
              : tx.query(text, params),
        }),
      ),
  })
  await append(1)
  rightOf(await runnerOf({ tables, onChange: 'rebuild' }, [versioned('2')]).runOnce()())
  expect((await rolesOf()).sort()).toStrictEqual(['kept', 'live'])
  expect(grants).toBe(2)
  expect(await standing()).toStrictEqual(before)
})

/** Counts the events of each stream, without the last. */
const fewer = readModel({
  name: 'counts',
  version: '2',
  tables: {
    counts: table({
      columns: { stream: column.text, events: column.integer },
      key: ['stream'],
      keys: ({ stream }: Recorded<EncodedEvent>) => [{ stream }],
      evolve: (row, _, { stream }) =>
        some({ stream, events: row._tag === 'Some' ? row.value.events + 1 : 1 }),
    }),
  },
})

describe('sqlReadModels 6: a swap is refused', () => {
  it.each([
    ['a policy', 'create policy own on counts using (last > 0)', 'drop policy own on counts'],
    [
      'a right',
      'grant select (last) on counts to @clerk',
      'revoke select (last) on counts from @clerk',
    ],
    ['a view', 'create view latest as select last from counts', 'drop view latest'],
  ])('while %s needs a column that is gone', async (_, making, dropping) => {
    await run(making)
    const before = await standing()
    const rows = await valuesOf('select * from counts order by 1')
    const tables = tablesOf()
    rightOf(await tables.prepare(fewer, 'rebuild')())
    const owned = rightOf(await tables.own([fewer], 60_000)())
    const building = owned[0] ?? expect.fail('it is owned')
    const mine = { ...building, position: 3 }
    await run(`update decider_read_models set position = 3 where role = 'building'`)
    const failure = leftOf(await tables.swap(mine)())
    expect(failure).toMatchObject({
      type: 'TablesUnavailable',
      operation: 'manage',
      cause: { type: 'SwapRefused', readModel: 'counts', cause: { code: '42703' } },
    })
    expect(await standing()).toStrictEqual(before)
    expect(await valuesOf('select * from counts order by 1')).toStrictEqual(rows)
    await run(dropping)
    expect(rightOf(await tables.swap(mine)())).toBe(true)
  })
})
