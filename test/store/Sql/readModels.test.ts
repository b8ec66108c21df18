// The tables of read models on a database in memory; test/postgres has what needs several connections.
import type { PGlite } from '@electric-sql/pglite'
import fc from 'fast-check'
import { isLeft, left, right } from 'fp-ts/lib/Either.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { replay } from '../../../src/Projection.ts'
import {
  column,
  earliestInstant,
  inMemory,
  readModel,
  readModelOver,
  rowsIn,
  table,
} from '../../../src/ReadModel.ts'
import type { Column, ReadModel, RecordedChange } from '../../../src/ReadModel.ts'
import type { Recorded } from '../../../src/Recorded.ts'
import type { Generation, ReadModelTables } from '../../../src/shell/ReadModelRunner.ts'
import { sqlReadModels } from '../../../src/store/Sql.ts'
import { sqlModel, rowOf, selectRows } from '../../../src/store/Sql/readModels/sqlTables.ts'
import { runs } from '../../setup.ts'
import { storedJson } from '../../support/json.ts'
import { emptyDatabase } from '../../support/pglite.ts'
import { plain } from '../../support/plain.ts'
import type { Moved } from '../../support/readModels.ts'
import { transferHistory, transfers } from '../../support/readModels.ts'
import { record } from '../../support/recorded.ts'
import {
  batchOf,
  interrupting,
  leftOf,
  memoryRowsOf,
  newSchema,
  ownedBy,
  rightOf,
  selectAll,
  storedRowsOf,
  transactionsOf,
} from '../../support/sqlReadModels.ts'

let pglite: PGlite
let schema: string
let tables: ReadModelTables

beforeAll(async () => {
  pglite = await emptyDatabase()
})
beforeEach(async () => {
  await renew()
})

/** An empty schema, and an owner of tables in it. */
const renew = async (): Promise<void> => {
  schema = await newSchema(pglite)
  tables = owner()
}

const owner = (): ReadModelTables => sqlReadModels(transactionsOf(pglite), { schema })

/** All leases end. */
const expire = () =>
  pglite.exec(`update ${schema}.decider_read_models set leased_until = '-infinity'`)

type History = ReadonlyArray<Recorded<Moved>>

/** The rows of the tables of transfers, as the read model has them. */
const storedRows = async () => ({
  balances: await selectAll(pglite, `${schema}.balances`, 'account'),
  givers: (await selectAll(pglite, `${schema}.givers`, 'times')).map((row) => ({
    ...row,
    largest: BigInt(String(row['largest'])),
  })),
})

const expectedRows = (history: History) => {
  const rows = replay(inMemory(transfers))(history)
  return {
    balances: rowsIn(transfers, 'balances')(rows),
    givers: rowsIn(transfers, 'givers')(rows),
  }
}

const minute = 60_000

/** Applies the events after the checkpoint, up to a position. */
const applyTo = async (
  by: ReadModelTables,
  generation: Generation,
  history: History,
  to: number,
): Promise<Generation> => {
  const { position } = generation
  const batch = batchOf(position, history.slice(position, to), to)
  rightOf(await by.apply(transfers, generation, batch, minute)())
  return { ...generation, position: to }
}

const moved = (stream: string, to: string, amount: number) => ({
  stream,
  event: { type: 'Moved', to, amount } as const,
  occurredAt: 0,
  recordedAt: 0,
})

const fewTransfers = record([
  moved('ann', 'bob', 3),
  moved('bob', 'eve', 3),
  moved('ann', 'eve', 1),
  moved('eve', 'ann', 4),
])

describe('batches', () => {
  it('ReadModelTables 2: the rows are those of the fold in memory, in any batches', async () => {
    await fc.assert(
      fc.asyncProperty(transferHistory, fc.array(fc.nat({ max: 40 })), async (history, cuts) => {
        await renew()
        let generation = await ownedBy(tables, transfers)
        for (const to of [...cuts, history.length].sort((a, b) => a - b)) {
          if (to <= generation.position || to > history.length) continue
          generation = await applyTo(tables, generation, history, to)
        }
        expect(await storedRows()).toStrictEqual(expectedRows(history))
      }),
      { numRuns: runs(30) },
    )
  })

  it('ReadModelTables 1 and 2: exactly once, wherever a batch is interrupted', async () => {
    const outcomes = new Set<string>()
    for (const when of ['before', 'after'] as const) {
      for (let call = 0, isInterrupted = true; isInterrupted; call++) {
        await renew()
        const { db, arm, calls } = interrupting(transactionsOf(pglite))
        const fragile = sqlReadModels(db, { schema })
        const start = await applyTo(fragile, await ownedBy(fragile, transfers), fewTransfers, 1)
        arm({ call, when })
        const batch = batchOf(1, fewTransfers.slice(1, 3))
        const answer = await fragile.apply(transfers, start, batch, minute)()
        isInterrupted = calls() > call
        expect(isLeft(answer)).toBe(isInterrupted)
        // whoever takes over goes on from the checkpoint that it finds
        await expire()
        const [found] = rightOf(await tables.own([transfers], minute)())
        if (found === undefined) return expect.fail()
        expect(await storedRows()).toStrictEqual(
          expectedRows(fewTransfers.slice(0, found.position)),
        )
        outcomes.add(`${when} ${answer._tag} ${found.position}`)
        await applyTo(tables, found, fewTransfers, 4)
        expect(await storedRows()).toStrictEqual(expectedRows(fewTransfers))
      }
    }
    // nothing is stored, or everything; if the commit had no answer, the caller does not know which
    expect([...outcomes].sort()).toStrictEqual([
      'after Left 1',
      'after Left 3',
      'after Right 3',
      'before Left 1',
      'before Left 3',
      'before Right 3',
    ])
  })

  it('ReadModelTables 3: a batch that starts elsewhere than at the checkpoint stores nothing', async () => {
    const start = await ownedBy(tables, transfers)
    const later = await applyTo(tables, start, fewTransfers, 2)
    const again = await tables.apply(transfers, start, batchOf(0, fewTransfers), minute)()
    expect(leftOf(again)).toStrictEqual({ type: 'NotOwned', readModel: 'transfers' })
    const gap = { ...later, position: 3 }
    const ahead = await tables.apply(transfers, gap, batchOf(3, fewTransfers.slice(3)), minute)()
    expect(leftOf(ahead).type).toBe('NotOwned')
    expect(await storedRows()).toStrictEqual(expectedRows(fewTransfers.slice(0, 2)))
  })

  it('C25: a late batch of an earlier owner stores nothing', async () => {
    const first = await applyTo(tables, await ownedBy(tables, transfers), fewTransfers, 1)
    const other = owner()
    await expire()
    const [taken] = rightOf(await other.own([transfers], minute)())
    expect(taken).toMatchObject({ owned: true, position: 1, epoch: first.epoch + 1 })
    const late = await tables.apply(transfers, first, batchOf(1, fewTransfers.slice(1)), minute)()
    expect(leftOf(late).type).toBe('NotOwned')
    // nor does one that only moves the checkpoint, or stops it
    const move = { generation: first, from: 1, to: 4, mark: none }
    expect(await tables.advance([move])()).toStrictEqual(right([]))
    const reason = { type: 'PoisonEvent', position: 2, message: 'late' } as const
    rightOf(await tables.stop(first, reason)())
    const [now] = rightOf(await other.own([transfers], minute)())
    expect(now).toMatchObject({ position: 1, stopped: none })
    expect(await storedRows()).toStrictEqual(expectedRows(fewTransfers.slice(0, 1)))
  })

  it('C19: applying an event twice counts it once, and rows are made and changed by one statement', async () => {
    const start = await ownedBy(tables, transfers)
    const answers = []
    for (let i = 0; i < 3; i++) {
      answers.push(await tables.apply(transfers, start, batchOf(0, fewTransfers), minute)())
    }
    expect(answers.map(({ _tag }) => _tag)).toStrictEqual(['Right', 'Left', 'Left'])
    expect(await storedRows()).toStrictEqual(expectedRows(fewTransfers))
  })

  it('leaves out the events that are skipped', async () => {
    const start = await ownedBy(tables, transfers)
    rightOf(await tables.skip('transfers', { position: 2, reason: 'sent twice' })())
    const [found] = rightOf(await tables.own([transfers], minute)())
    expect(found?.skipped).toStrictEqual([{ position: 2, reason: 'sent twice' }])
    await applyTo(tables, found ?? start, fewTransfers, 4)
    expect(await storedRows()).toStrictEqual(
      expectedRows(fewTransfers.filter(({ position }) => position !== 2)),
    )
    // an event that is in the tables already can't be left out any more
    rightOf(await tables.skip('transfers', { position: 1, reason: 'too late' })())
    expect(rightOf(await tables.status())[0]?.skipped).toHaveLength(1)
  })

  it('keeps the mark of the last event, dropped or not', async () => {
    const start = await ownedBy(tables, transfers)
    await applyTo(tables, start, fewTransfers, 2)
    const [at2] = rightOf(await tables.status())
    expect(at2?.mark).toStrictEqual(some({ commitId: 'commit-2', position: 2, recordedAt: 0 }))
    const moves = [{ generation: at2 ?? start, from: 2, to: 4, mark: none }]
    expect(await tables.advance(moves)()).toStrictEqual(right([start.id]))
    const [at4] = rightOf(await tables.status())
    expect(at4).toMatchObject({ position: 4, mark: at2?.mark })
  })
})

describe('events that a read model cannot take in', () => {
  const counts = (evolve: (n: number, event: number) => number, keys?: () => never) =>
    readModel({
      name: 'counts',
      version: '1',
      tables: {
        counts: table({
          columns: { stream: column.text, n: column.integer },
          key: ['stream'],
          keys: keys ?? (({ stream }: Recorded<number>) => [{ stream }]),
          evolve: (row, { event }, { stream }) =>
            some({ stream, n: evolve(row._tag === 'Some' ? row.value.n : 0, event) }),
        }),
      },
    })
  const history = record(
    [1, 2, 3].map((event) => ({ stream: 's', event, occurredAt: 0, recordedAt: 0 })),
  )
  const fail = (): never => {
    throw new Error('no')
  }
  const appliedTo = async (model: ReadModel<number, unknown>, to = 3) => {
    const start = await ownedBy(tables, model)
    return tables.apply(model, start, batchOf(0, history.slice(0, to)), minute)()
  }

  it.each<[string, ReadModel<number, unknown>, number, string]>([
    ['evolve throws', counts((n, event) => (event === 2 ? fail() : n + 1)), 2, 'evolve'],
    ['keys throws', counts((n) => n, fail), 1, 'evolve'],
    ['a value does not fit', counts((_, event) => (event === 3 ? 0.5 : 1)), 3, 'column'],
    [
      'select throws',
      { ...counts((n) => n), select: (event) => (event === 3 ? fail() : some(event)) },
      3,
      'evolve',
    ],
  ])('are named if %s, and nothing is stored', async (_, model, position, reason) => {
    expect(tables.concerns(model, history)).toBe(true)
    expect(leftOf(await appliedTo(model))).toMatchObject({
      type: 'PoisonEvent',
      readModel: 'counts',
      stream: 's',
      position,
      reason,
    })
    expect(await selectAll(pglite, `${schema}.counts`, 'n')).toStrictEqual([])
  })

  it('are named if a state is no JSON value, or a key does not fit', async () => {
    const bad = { ...transfers, state: some({ initialState: 0, evolve: () => 0n }) }
    const start = await ownedBy(tables, bad)
    const batch = batchOf(0, fewTransfers)
    expect(leftOf(await tables.apply(bad, start, batch, minute)())).toMatchObject({
      type: 'PoisonEvent',
      reason: 'column',
      cause: { table: 'states', field: 'state', expected: 'json' },
    })
    const nameless = record([moved('a', 'b\0', 1)])
    await renew()
    const other = await ownedBy(tables, transfers)
    expect(
      leftOf(await tables.apply(transfers, other, batchOf(0, nameless), minute)()),
    ).toMatchObject({ position: 1, reason: 'column', cause: { table: 'balances' } })
  })

  it.each<[string, Column<never>, ReadonlyArray<unknown>]>([
    ['a number in a column of texts', column.text, ['1', 1]],
    ['a number in one of bigints', column.bigint, [1n, 1]],
    ['a text in one of bigints', column.bigint, [1n, '1']],
    ['a text in one of integers', column.integer, [1, '1']],
  ])('are named if a key is %s and a row has the same digits', async (_, of, keys) => {
    const model = readModel({
      name: 'counts',
      version: '1',
      tables: {
        counts: table({
          columns: { id: of, n: column.integer },
          key: ['id'],
          keys: ({ event }: Recorded<number>) => [{ id: keys[event - 1] as never }],
          evolve: (row, _event, { id }) =>
            some({ id, n: (row._tag === 'Some' ? row.value.n : 0) + 1 }),
        }),
      },
    })
    expect(leftOf(await appliedTo(model, 2))).toMatchObject({
      type: 'PoisonEvent',
      position: 2,
      reason: 'column',
      cause: { table: 'counts', field: 'id', actual: keys[1] },
    })
  })

  it('are named if a key has a position that is not theirs', async () => {
    const model = logged((recorded) => Math.min(recorded.position, 2))
    expect(leftOf(await appliedTo(model))).toMatchObject({
      type: 'PoisonEvent',
      position: 3,
      reason: 'column',
      cause: { table: 'log', field: 'at', expected: 'the position of the event, 3', actual: 2 },
    })
    expect(await selectAll(pglite, `${schema}.log`, 'at')).toStrictEqual([])
  })

  it('are searched if the database refuses what they write', async () => {
    const model = counts((_, event) => event)
    const start = await ownedBy(tables, model)
    await pglite.exec(`alter table ${schema}.counts add check (n < 3)`)
    const apply = (from: number, to: number) =>
      tables.apply(
        model,
        { ...start, position: from },
        batchOf(from, history.slice(from, to)),
        minute,
      )()
    expect(leftOf(await apply(0, 3))).toMatchObject({ type: 'BatchRefused', readModel: 'counts' })
    rightOf(await apply(0, 2))
    expect(leftOf(await apply(2, 3))).toMatchObject({
      type: 'PoisonEvent',
      position: 3,
      reason: 'write',
    })
  })
})

/** A row for each event, whose key is `place`. */
const logged = (
  place: (recorded: Recorded<number>) => number,
  at: Column<number> = column.position,
) =>
  readModel({
    name: 'log',
    version: '1',
    tables: {
      log: table({
        columns: { at, part: column.integer, n: column.integer },
        key: ['at', 'part'],
        keys: (recorded: Recorded<number>) => [{ at: place(recorded), part: recorded.part ?? 0 }],
        evolve: (row, { event: n }, key) =>
          some({ ...key, n: n + (row._tag === 'Some' ? 100 : 0) }),
      }),
    },
  })

describe('batches of several tables', () => {
  const history = record(
    Array.from({ length: 400 }, (_, i) => ({
      stream: 's',
      event: i + 1,
      occurredAt: 0,
      recordedAt: 0,
    })),
  )

  /** Tables with a row for each event, up to one that each can't take in. */
  const upTo = (ends: Readonly<Record<string, number>>) =>
    readModel({
      name: 'several',
      version: '1',
      tables: Object.fromEntries(
        Object.entries(ends).map(([name, end]) => [
          name,
          table({
            columns: { at: column.position, n: column.integer },
            key: ['at'],
            keys: ({ position }: Recorded<number>) => [{ at: position }],
            evolve: (_, { event }, { at }) => some({ at, n: event === end ? 0.5 : event }),
          }),
        ]),
      ),
    })

  const applied = async (model: ReadModel<number, unknown>) => {
    const start = await ownedBy(tables, model)
    return tables.apply(model, start, batchOf(0, history), minute)()
  }

  it.each([
    [{ first: 390, second: 380 }, 380, 'second'],
    [{ first: 380, second: 390 }, 380, 'first'],
    [{ first: 380, second: 380 }, 380, 'first'],
    [{ first: 9, second: 0 }, 9, 'first'],
    [{ first: 0, second: 9 }, 9, 'second'],
  ])('%o stop at the first event that any table cannot take', async (ends, position, of) => {
    expect(leftOf(await applied(upTo(ends)))).toMatchObject({
      type: 'PoisonEvent',
      position,
      cause: { table: of },
    })
    expect(await selectAll(pglite, `${schema}.first`, 'at')).toStrictEqual([])
    expect(await selectAll(pglite, `${schema}.second`, 'at')).toStrictEqual([])
  })

  it('are written table by table if they have many rows', async () => {
    const statements = async (model: ReadModel<number, unknown>): Promise<number> => {
      await renew()
      const { db, calls, arm } = interrupting(transactionsOf(pglite))
      const by = sqlReadModels(db, { schema })
      const start = await ownedBy(by, model)
      arm({ call: -1, when: 'before' })
      rightOf(await by.apply(model, start, batchOf(0, history), minute)())
      expect(await storedRowsOf(pglite, schema, model)).toStrictEqual(memoryRowsOf(model, history))
      return calls()
    }
    // the beginning, the checkpoint, the rows, the end
    expect(await statements(upTo({ first: 0 }))).toBe(4)
    expect(await statements(upTo({ first: 0, second: 0 }))).toBe(5)
  })

  it.each(['first', 'second'])(
    'store nothing if a write to the %s is refused',
    async (refusing) => {
      const model = upTo({ first: 0, second: 0 })
      const start = await ownedBy(tables, model)
      await pglite.exec(`alter table ${schema}.${refusing} add check (n < 300)`)
      const batch = batchOf(0, history)
      expect(leftOf(await tables.apply(model, start, batch, minute)())).toMatchObject({
        type: 'BatchRefused',
      })
      expect(await selectAll(pglite, `${schema}.first`, 'at')).toStrictEqual([])
      await pglite.exec(`delete from ${schema}.first`)
      await pglite.exec(`alter table ${schema}.${refusing} drop constraint ${refusing}_n_check`)
      rightOf(await tables.apply(model, start, batch, minute)())
      expect(await storedRowsOf(pglite, schema, model)).toStrictEqual(memoryRowsOf(model, history))
    },
  )
})

describe('states of many streams', () => {
  it('that the database refuses are the reason, and not what is refused after them', async () => {
    const counted = readModelOver({
      initialState: 0,
      evolve: (n: number, event: number) => n + event,
    })({
      name: 'counted',
      version: '1',
      tables: {
        counts: table({
          columns: { id: column.text, n: column.integer },
          key: ['id'],
          keys: ({ stream }: RecordedChange<number, number>) => [{ id: stream }],
          evolve: (_, { after }, { id }) => some({ id, n: after }),
        }),
      },
    })
    const history = record(
      Array.from({ length: 400 }, (_, i) => ({
        stream: `s${i}`,
        event: i,
        occurredAt: 0,
        recordedAt: 0,
      })),
    )
    const start = await ownedBy(tables, counted)
    await pglite.exec(`alter table ${schema}.counted__states add check (state::text::int <> 300)`)
    expect(leftOf(await tables.apply(counted, start, batchOf(0, history), minute)())).toMatchObject(
      { type: 'BatchRefused', cause: { code: '23514' } },
    )
    const until300 = batchOf(0, history.slice(0, 300))
    rightOf(await tables.apply(counted, start, until300, minute)())
    const next = batchOf(300, history.slice(300, 301))
    expect(
      leftOf(await tables.apply(counted, { ...start, position: 300 }, next, minute)()),
    ).toMatchObject({ type: 'PoisonEvent', position: 301, reason: 'write' })
  })
})

describe('rows of one event', () => {
  const history = record(
    [1, 2, 3].map((event) => ({ stream: 's', event, occurredAt: 0, recordedAt: 0 })),
  )
  // what a codec may make of a stored event
  const inParts = history.flatMap((each) => [each, { ...each, part: 1, event: 9 }])

  /** The statements of two batches. */
  const statementsOf = async (of: Column<number>): Promise<number> => {
    await renew()
    const { db, calls, arm } = interrupting(transactionsOf(pglite))
    const model = logged(({ position }) => position, of)
    const by = sqlReadModels(db, { schema })
    const start = await ownedBy(by, model)
    arm({ call: -1, when: 'before' })
    rightOf(await by.apply(model, start, batchOf(0, inParts.slice(0, 4)), minute)())
    const second = batchOf(2, inParts.slice(4))
    rightOf(await by.apply(model, { ...start, position: 2 }, second, minute)())
    expect(await storedRowsOf(pglite, schema, model)).toStrictEqual(memoryRowsOf(model, inParts))
    return calls()
  }

  it('are written without being looked up', async () => {
    expect(await statementsOf(column.integer)).toBe(10)
    expect(await statementsOf(column.position)).toBe(8)
  })
})

describe('columns', () => {
  const text = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.constantFrom('', "'", '"', '\\', '{}', '$1', 'NULL', '\u0001', '\ufffd', 'é', '😀'),
  )
  const instant = fc.oneof(
    fc.integer({ min: earliestInstant, max: 8.64e15 }),
    fc.constantFrom(earliestInstant, 8.64e15, 0, -1, Date.UTC(0, 0, 1), Date.UTC(1582, 9, 10)),
  )
  const integer = fc.oneof(fc.maxSafeInteger(), fc.constantFrom(0, -1))
  const json = fc.oneof(storedJson, fc.constantFrom<unknown>('\0', '\ud800', null, -1e-300))
  const optional = <A>(of: fc.Arbitrary<A>) =>
    of.chain((value) => fc.constantFrom(none, some(value)))
  const key = {
    text,
    integer,
    bigint: fc.bigInt(),
    boolean: fc.boolean(),
    instant,
  }
  const row = plain({
    ...key,
    double: fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => n + 0),
    json,
    maybeText: optional(text),
    maybeInteger: optional(integer),
    maybeBigint: optional(fc.bigInt()),
    maybeInstant: optional(instant),
    maybeJson: optional(json),
  })
  const columns = {
    text: column.text,
    integer: column.integer,
    bigint: column.bigint,
    boolean: column.boolean,
    instant: column.instant,
    double: column.double,
    json: column.json,
    maybeText: column.optional(column.text),
    maybeInteger: column.optional(column.integer),
    maybeBigint: column.optional(column.bigint),
    maybeInstant: column.optional(column.instant),
    maybeJson: column.optional(column.json),
  }
  type Row = typeof row extends fc.Arbitrary<infer R> ? R : never
  const everything = readModel({
    name: 'everything',
    version: '1',
    tables: {
      everything: table({
        columns,
        key: ['text', 'integer', 'bigint', 'boolean', 'instant'],
        keys: ({ event }: Recorded<Row>) => [event],
        evolve: (_, { event }) => some(event),
        indexes: [['maybeText', 'double']],
      }),
    },
  })

  it('give back what was stored, whatever the time zone', async () => {
    const of = rightOf(sqlModel(everything)).tables[0]
    if (of === undefined) return expect.fail()
    await fc.assert(
      fc.asyncProperty(
        fc.array(row, { minLength: 1, maxLength: 5 }),
        fc.constantFrom('UTC', 'Asia/Kolkata', 'America/New_York'),
        async (rows, zone) => {
          await renew()
          await pglite.exec(`set time zone '${zone}'`)
          const history = record(
            rows.map((event) => ({ stream: 's', event, occurredAt: 0, recordedAt: 0 })),
          )
          const start = await ownedBy(tables, everything)
          // the second batch finds the rows of the first by their keys
          for (const from of [0, rows.length]) {
            const events = history.map((each) => ({ ...each, position: each.position + from }))
            const generation = { ...start, position: from }
            rightOf(await tables.apply(everything, generation, batchOf(from, events), minute)())
          }
          const last = rowsIn(everything, 'everything')(replay(inMemory(everything))(history))
          const { text: select, params } = selectRows([
            { table: of, at: `${schema}.everything`, keys: last as ReadonlyArray<never> },
          ])
          const found = await pglite.query<{ row: string }>(select, params)
          expect(found.rows.map((each) => rowOf(of, each.row))).toEqual(last)
          expect(await selectAll(pglite, `${schema}.everything`, 'text')).toHaveLength(last.length)
        },
      ),
      { numRuns: runs(40) },
    )
    await pglite.exec('reset time zone')
  })

  it('have types that people can query', async () => {
    await ownedBy(tables, everything)
    const { rows } = await pglite.query(
      `select column_name, data_type, is_nullable from information_schema.columns
        where table_schema = $1 and table_name = 'everything' order by ordinal_position`,
      [schema],
    )
    expect(rows.map((each) => Object.values(each as object).join(' '))).toStrictEqual([
      'text text NO',
      'integer bigint NO',
      'bigint numeric NO',
      'boolean boolean NO',
      'instant timestamp with time zone NO',
      'double double precision NO',
      'json json NO',
      'maybe_text text YES',
      'maybe_integer bigint YES',
      'maybe_bigint numeric YES',
      'maybe_instant timestamp with time zone YES',
      'maybe_json json YES',
    ])
  })
})

describe('owners', () => {
  it('keep what they renew, and others take over what they do not', async () => {
    const first = await ownedBy(tables, transfers)
    const other = owner()
    const ofOther = async () => rightOf(await other.own([transfers], minute)())[0]
    expect(await ofOther()).toMatchObject({ owned: false, epoch: 1, id: first.id })
    await expire()
    // whoever owned it comes first
    expect(rightOf(await tables.own([transfers], minute)())[0]).toMatchObject({
      owned: true,
      epoch: 1,
    })
    expect(await ofOther()).toMatchObject({ owned: false })
    await expire()
    expect(await ofOther()).toMatchObject({ owned: true, epoch: 2 })
    expect(rightOf(await tables.own([transfers], minute)())[0]).toMatchObject({ owned: false })
  })

  it('give back what they own', async () => {
    await ownedBy(tables, transfers)
    rightOf(await tables.release())
    expect(await ownedBy(owner(), transfers)).toMatchObject({ owned: true, epoch: 2 })
  })

  it('a batch renews the lease', async () => {
    const start = await ownedBy(tables, transfers)
    await expire()
    await applyTo(tables, start, fewTransfers, 1)
    expect(rightOf(await owner().own([transfers], minute)())[0]?.owned).toBe(false)
  })

  it('C22: the age of a lease grows within a transaction', async () => {
    await ownedBy(tables, transfers, 30)
    const taken = await pglite.transaction(async (tx) => {
      // now() stands still from here on
      await tx.query('select now()')
      const within = sqlReadModels({ ...transactionsOf(pglite), client: tx }, { schema })
      const before = rightOf(await within.status())[0]?.idle
      await tx.query('select pg_sleep(0.05)')
      const after = rightOf(await within.status())[0]?.idle
      if (before?._tag !== 'Some' || after?._tag !== 'Some') return expect.fail()
      expect(after.value - before.value).toBeGreaterThan(45)
      return rightOf(await within.own([transfers], minute)())[0]
    })
    expect(taken).toMatchObject({ owned: true, epoch: 2 })
  })

  it('own many read models by one statement', async () => {
    const models = Array.from({ length: 50 }, (_, i) => {
      const name = `m${i}`
      return readModel({
        name,
        version: '1',
        tables: { [name]: transfers.tables.balances as never },
      })
    })
    for (const model of models) rightOf(await tables.prepare(model, 'refuse')())
    const { db, calls } = interrupting(transactionsOf(pglite))
    const counted = sqlReadModels(db, { schema })
    const owned = rightOf(await counted.own(models, minute)())
    expect(owned.filter((each) => each.owned)).toHaveLength(50)
    const moves = owned.map((generation) => ({ generation, from: 0, to: 7, mark: none }))
    expect(rightOf(await counted.advance(moves)())).toHaveLength(50)
    expect(calls()).toBe(2)
  })

  it('stop a generation, until an event is skipped', async () => {
    const start = await ownedBy(tables, transfers)
    const reason = { type: 'PoisonEvent', position: 1, message: 'no' } as const
    rightOf(await tables.stop(start, reason)())
    expect(rightOf(await tables.status())[0]?.stopped).toStrictEqual(some(reason))
    rightOf(await tables.skip('transfers', { position: 1, reason: 'broken' })())
    expect(rightOf(await tables.status())[0]).toMatchObject({
      stopped: none,
      skipped: [{ position: 1, reason: 'broken' }],
    })
  })
})

describe('generations', () => {
  const second = { ...transfers, version: '2' }
  const ownedAs = async (role: Generation['role'], by = tables, model = second) => {
    const found = rightOf(await by.own([model], minute)())
    return found.find((each) => each.role === role) ?? expect.fail(`it is ${role}`)
  }
  const applySecond = async (generation: Generation, to: number) => {
    const { position } = generation
    const batch = batchOf(position, fewTransfers.slice(position, to), to)
    rightOf(await tables.apply(second, generation, batch, minute)())
    return { ...generation, position: to }
  }
  const roles = async () =>
    rightOf(await tables.status()).map(({ role, position }) => `${role} ${position}`)
  const tablesIn = async () => {
    const { rows } = await pglite.query<{ name: string }>(
      `select tablename as name from pg_tables where schemaname = $1 order by 1`,
      [schema],
    )
    return rows.map(({ name }) => name).filter((name) => name !== 'decider_read_models')
  }

  it('of another fingerprint are refused, unless a rebuild was asked for', async () => {
    await ownedBy(tables, transfers)
    const refused = leftOf(await tables.prepare(second, 'refuse')())
    expect(refused).toMatchObject({ type: 'ReadModelChanged', readModel: 'transfers' })
    expect(await roles()).toStrictEqual(['live 0'])
    rightOf(await tables.prepare(second, 'rebuild')())
    // started twice, it is built once
    rightOf(await tables.prepare(second, 'rebuild')())
    expect(await roles()).toStrictEqual(['live 0', 'building 0'])
  })

  it('are built beside the live one, swapped in one transaction, and kept', async () => {
    await applyTo(tables, await ownedBy(tables, transfers), fewTransfers, 3)
    rightOf(await tables.prepare(second, 'rebuild')())
    const building = await ownedAs('building')
    const behind = await applySecond(building, 2)
    expect(await tables.swap(behind)()).toStrictEqual(right(false))
    expect(await storedRows()).toStrictEqual(expectedRows(fewTransfers.slice(0, 3)))
    const ahead = await applySecond(behind, 4)
    expect(await tables.swap(ahead)()).toStrictEqual(right(true))
    expect(await storedRows()).toStrictEqual(expectedRows(fewTransfers))
    expect(await roles()).toStrictEqual(['kept 3', 'live 4'])
    expect(await tablesIn()).toStrictEqual([
      'balances',
      'balances__kept',
      'givers',
      'givers__kept',
      'transfers__states',
      'transfers__states__kept',
    ])
    // an owner of the kept one writes to neither
    const [kept] = rightOf(await tables.status())
    const late = { ...(kept ?? ahead), role: 'live', owned: true } as const
    const batch = batchOf(3, fewTransfers.slice(3))
    expect(leftOf(await tables.apply(transfers, late, batch, minute)()).type).toBe('NotOwned')
    // and an earlier program that is started again is told
    const replaced = { type: 'ReadModelReplaced', readModel: 'transfers' }
    expect(leftOf(await tables.prepare(transfers, 'rebuild')())).toStrictEqual(replaced)
  })

  it('that were kept can be rolled back to', async () => {
    await applyTo(tables, await ownedBy(tables, transfers), fewTransfers, 3)
    rightOf(await tables.prepare(second, 'rebuild')())
    await tables.swap(await applySecond(await ownedAs('building'), 4))()
    rightOf(await tables.rollBack(transfers)())
    expect(await roles()).toStrictEqual(['building 3', 'live 4'])
    const revived = await ownedAs('building', tables, transfers)
    const caughtUp = await applyTo(tables, revived, fewTransfers, 4)
    expect(await tables.swap(caughtUp)()).toStrictEqual(right(true))
    expect(await storedRows()).toStrictEqual(expectedRows(fewTransfers))
    expect(await roles()).toStrictEqual(['live 4', 'kept 4'])
    rightOf(await tables.discard('transfers', 'kept')())
    expect(leftOf(await tables.rollBack(second)())).toStrictEqual({
      type: 'ReadModelReplaced',
      readModel: 'transfers',
    })
    expect(await tablesIn()).toStrictEqual(['balances', 'givers', 'transfers__states'])
  })

  it('can be rebuilt without a change, and the last that was begun counts', async () => {
    await applyTo(tables, await ownedBy(tables, transfers), fewTransfers, 4)
    await pglite.exec(`update ${schema}.balances set balance = 99`)
    rightOf(await tables.prepare(second, 'rebuild')())
    const other = await ownedAs('building')
    rightOf(await tables.rebuild(transfers)())
    expect(leftOf(await tables.apply(second, other, batchOf(0, fewTransfers), minute)()).type).toBe(
      'NotOwned',
    )
    const building = await ownedAs('building', tables, transfers)
    await tables.swap(await applyTo(tables, building, fewTransfers, 4))()
    expect(await storedRows()).toStrictEqual(expectedRows(fewTransfers))
    rightOf(await tables.discard('transfers', 'building')())
    expect(await roles()).toStrictEqual(['kept 4', 'live 4'])
  })

  it('a second swap throws away what the first had kept', async () => {
    await ownedBy(tables, transfers)
    for (const version of ['2', '3']) {
      const model = { ...transfers, version }
      rightOf(await tables.prepare(model, 'rebuild')())
      expect(await tables.swap(await ownedAs('building', tables, model))()).toStrictEqual(
        right(true),
      )
    }
    const all = rightOf(await tables.status())
    expect(all.map(({ role, fingerprint }) => `${role} ${fingerprint.slice(2, 3)}`)).toStrictEqual([
      'kept 2',
      'live 3',
    ])
  })

  it('rights and views go over to the tables that replace others', async () => {
    await ownedBy(tables, transfers)
    await pglite.exec(`create role r${schema}; grant select on ${schema}.balances to r${schema};
      grant update on ${schema}.givers to public;
      create view ${schema}.rich as select account from ${schema}.balances where balance > 0`)
    rightOf(await tables.prepare(second, 'rebuild')())
    await tables.swap(await applySecond(await ownedAs('building'), 4))()
    const { rows } = await pglite.query(`select account from ${schema}.rich`)
    expect(rows).toStrictEqual(
      expectedRows(fewTransfers)
        .balances.filter(({ balance }) => balance > 0)
        .map(({ account }) => ({ account })),
    )
    const granted = await pglite.query(
      `select has_table_privilege('r${schema}', '${schema}.balances', 'select') as own,
        has_table_privilege('r${schema}', '${schema}.givers', 'update') as everybody,
        has_table_privilege('r${schema}', '${schema}.givers', 'select') as none`,
    )
    expect(granted.rows).toStrictEqual([{ own: true, everybody: true, none: false }])
  })

  it.each(['42P07', '40P01', 'XX000'])(
    'sqlReadModels 8: are changed although others come first (%s)',
    async (code) => {
      const db = transactionsOf(pglite)
      const cause = Object.assign(new Error('raced'), { code })
      const raced = left({ type: 'TransactionFailed', reason: 'Failed', cause } as const)
      let isRaced = false
      const by = sqlReadModels(
        {
          client: db.client,
          // the first attempt of each call
          transaction: (run) => () => {
            isRaced = !isRaced
            return isRaced ? Promise.resolve(raced) : db.transaction(run)()
          },
        },
        { schema },
      )
      rightOf(await by.prepare(transfers, 'refuse')())
      rightOf(await by.prepare(second, 'rebuild')())
      expect(await by.swap(await ownedAs('building', by))()).toStrictEqual(right(true))
      rightOf(await by.rollBack(transfers)())
      expect(await roles()).toStrictEqual(['building 0', 'live 0'])
      rightOf(await by.discard('transfers', 'building')())
      rightOf(await by.rebuild(transfers)())
      const reason = { type: 'PoisonEvent', position: 1, message: 'no' } as const
      rightOf(await by.stop(await ownedAs('building', by, transfers), reason)())
      expect(rightOf(await by.status()).map(({ stopped }) => stopped)).toStrictEqual([
        none,
        some(reason),
      ])
    },
  )

  it('a swap that is interrupted leaves everything as it was, or as it will be', async () => {
    const seen = new Set<string>()
    for (const when of ['before', 'after'] as const) {
      for (let call = 0, isInterrupted = true; isInterrupted; call++) {
        await renew()
        await applyTo(tables, await ownedBy(tables, transfers), fewTransfers, 3)
        rightOf(await tables.prepare(second, 'rebuild')())
        const { db, arm, calls } = interrupting(transactionsOf(pglite))
        const fragile = sqlReadModels(db, { schema })
        await expire()
        const mine = await ownedAs('building', fragile)
        rightOf(await fragile.apply(second, mine, batchOf(0, fewTransfers), minute)())
        arm({ call, when })
        await fragile.swap({ ...mine, position: 4 })()
        isInterrupted = calls() > call
        const isSwapped = (await roles()).includes('live 4')
        seen.add(`${isInterrupted} ${isSwapped}`)
        expect(await storedRows()).toStrictEqual(
          expectedRows(fewTransfers.slice(0, isSwapped ? 4 : 3)),
        )
        expect(await tablesIn()).toContain(isSwapped ? 'balances__kept' : 'balances__building')
      }
    }
    expect([...seen].sort()).toStrictEqual(['false true', 'true false', 'true true'])
  })
})

describe('preparing', () => {
  it('creates nothing that exists, so that it needs no rights', async () => {
    await ownedBy(tables, transfers)
    const role = `poor${schema}`
    await pglite.exec(`create role ${role};
      grant usage on schema ${schema} to ${role};
      grant select, insert, update, delete on all tables in schema ${schema} to ${role};
      set role ${role}`)
    rightOf(await tables.prepare(transfers, 'rebuild')())
    const [mine] = rightOf(await tables.own([transfers], minute)())
    if (mine === undefined) return expect.fail()
    await applyTo(tables, mine, fewTransfers, 4)
    expect(leftOf(await tables.prepare({ ...transfers, version: '2' }, 'rebuild')()).type).toBe(
      'TablesUnavailable',
    )
    await pglite.exec('reset role')
    expect(await storedRows()).toStrictEqual(expectedRows(fewTransfers))
  })

  it('is refused where a table of that name exists', async () => {
    await pglite.exec(`create table ${schema}.givers (mine text)`)
    const failure = leftOf(await tables.prepare(transfers, 'refuse')())
    expect(failure).toMatchObject({ type: 'TablesUnavailable', operation: 'prepare' })
    expect(failure).toMatchObject({ cause: { code: '42P07' } })
    expect(rightOf(await tables.status())).toStrictEqual([])
  })

  const one = transfers.tables.balances
  it.each<[string, object, string]>([
    ['a name with other characters', { name: 'a b' }, 'name'],
    ['no tables', { tables: {} }, 'tables'],
    ['a table with another name', { tables: { a_b: one } }, 'tables.a_b'],
    ['a long name', { tables: { ['x'.repeat(41)]: one } }, `tables.${'x'.repeat(41)}`],
    ['no key', { tables: { a: { ...one, key: [] } } }, 'tables.a.key'],
    ['a key without a column', { tables: { a: { ...one, key: ['b'] } } }, 'tables.a.key.0'],
    [
      'a key of JSON',
      { tables: { a: { ...one, columns: { account: column.json } } } },
      'tables.a.key.0',
    ],
    [
      'an index without a column',
      { tables: { a: { ...one, indexes: [['b']] } } },
      'tables.a.indexes.0',
    ],
    ['an index of nothing', { tables: { a: { ...one, indexes: [[]] } } }, 'tables.a.indexes.0'],
    [
      'a column with another name',
      { tables: { a: { ...one, columns: { account: column.text, Balance: column.text } } } },
      'tables.a.columns.Balance',
    ],
  ])('refuses %s', async (_, wrong, path) => {
    const model = { ...transfers, ...wrong } as unknown as typeof transfers
    for (const answer of [
      await tables.prepare(model, 'refuse')(),
      await tables.rebuild(model)(),
      await tables.rollBack(model)(),
    ]) {
      const failure = leftOf(answer)
      expect(failure.type === 'InvalidReadModel' && failure.issues[0].path.join('.')).toBe(path)
    }
    expect(tables.concerns(model, fewTransfers)).toBe(false)
    expect(
      rightOf(
        await tables
          .own([], minute)()
          .catch(() => right([])),
      ),
    ).toStrictEqual([])
  })

  it('is done once, by whichever process comes first', async () => {
    const others = Array.from({ length: 5 }, owner)
    const prepared = await Promise.all(others.map((each) => each.prepare(transfers, 'rebuild')()))
    expect(prepared).toStrictEqual(others.map(() => right(undefined)))
    expect(rightOf(await tables.status())).toHaveLength(1)
  })
})

it('every failure of the database is a value', async () => {
  const start = await ownedBy(tables, transfers)
  const cause = new Error('gone')
  const broken = sqlReadModels({
    client: { query: () => Promise.reject(cause) },
    transaction: () => async () =>
      Promise.resolve({
        _tag: 'Left',
        left: { type: 'TransactionFailed', reason: 'Failed', cause },
      }),
  })
  const batch = batchOf(0, fewTransfers)
  const answers = [
    await broken.prepare(transfers, 'refuse')(),
    await broken.own([transfers], minute)(),
    await broken.release(),
    await broken.apply(transfers, start, batch, minute)(),
    await broken.advance([])(),
    await broken.swap(start)(),
    await broken.stop(start, { type: 'PoisonEvent', position: 1, message: '' })(),
    await broken.status(),
    await broken.skip('transfers', { position: 1, reason: '' })(),
    await broken.rebuild(transfers)(),
    await broken.rollBack(transfers)(),
    await broken.discard('transfers', 'kept')(),
  ]
  for (const answer of answers) {
    expect(leftOf<unknown>(answer)).toMatchObject({ type: 'TablesUnavailable', cause })
  }
})
