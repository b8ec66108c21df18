// Runners of read models that count events, on a store in memory and a database in memory.
import type { PGlite } from '@electric-sql/pglite'
import { some } from 'fp-ts/lib/Option.js'
import { beforeAll, beforeEach } from 'vitest'
import type { EncodedEvent } from '../../src/codec/EventCodec.ts'
import { replay } from '../../src/Projection.ts'
import { column, inMemory, readModel, rowsIn, table } from '../../src/ReadModel.ts'
import type { Recorded } from '../../src/Recorded.ts'
import type { ReadModelRunner, ReadModelRunnerOptions } from '../../src/shell/ReadModelRunner.ts'
import { readModelRunner } from '../../src/shell/ReadModelRunner.ts'
import type { ReadModelTables } from '../../src/shell/ReadModelRunner.ts'
import type { EventStore } from '../../src/store/EventStore.ts'
import { memoryStore } from '../../src/store/Memory.ts'
import type { SqlTransactions } from '../../src/store/Sql.ts'
import { sqlReadModels } from '../../src/store/Sql.ts'
import { emptyDatabase } from './pglite.ts'
import { newSchema, rightOf, selectAll, transactionsOf } from './sqlReadModels.ts'

type Event = Recorded<EncodedEvent>

/** Counts the events of each stream; `faulty` says what is wrong with an event. */
export const counting = (name: string, faulty: (recorded: Event) => boolean = () => false) =>
  readModel({
    name,
    version: '1',
    tables: {
      [name]: table({
        columns: { stream: column.text, events: column.integer, last: column.integer },
        key: ['stream'],
        keys: ({ stream }: Event) => [{ stream }],
        evolve: (row, recorded, { stream }) => {
          if (faulty(recorded)) throw new Error(`${name} does not like ${recorded.position}`)
          const events = row._tag === 'Some' ? row.value.events + 1 : 1
          return some({ stream, events, last: recorded.position })
        },
      }),
    },
  })

export type Counting = ReturnType<typeof counting>

export const counts = counting('counts')

/** What a test works on: replaced before each test, and by `renew`. */
export interface Workshop {
  pglite: PGlite
  schema: string
  store: EventStore<EncodedEvent>
}

/** Call it at the beginning of a test file. */
export const useWorkshop = () => {
  // set before the first test
  const at = {} as Workshop
  const renew = async (): Promise<void> => {
    at.schema = await newSchema(at.pglite)
    at.store = memoryStore({ now: () => 0 })
  }
  beforeAll(async () => {
    at.pglite = await emptyDatabase()
  })
  beforeEach(renew)

  const tablesOf = (db: SqlTransactions = transactionsOf(at.pglite)): ReadModelTables =>
    sqlReadModels(db, { schema: at.schema })
  const append = async (count: number, stream = 's', store = at.store): Promise<number> => {
    let position = 0
    for (let i = 0; i < count; i++) {
      const [{ position: last }] = rightOf(
        await store.append({
          stream,
          expected: { type: 'Any' },
          commitId: `${stream}-${Math.random()}`,
          events: [{ event: { type: 'Happened', schemaVersion: 1, data: {} } }],
        })(),
      )
      position = last
    }
    return position
  }
  const runnerOf = (
    more: Partial<ReadModelRunnerOptions<EncodedEvent>> = {},
    models: ReadonlyArray<Counting> = [counts],
  ): ReadModelRunner =>
    readModelRunner({ store: at.store, tables: tablesOf(), models, now: Date.now, ...more })
  const rowsOf = (name = 'counts') => selectAll(at.pglite, `${at.schema}.${name}`, 'stream')
  const expectedRows = async (model: Counting = counts, without: ReadonlyArray<number> = []) => {
    const { events } = rightOf(await at.store.readAll(0, 10_000)())
    const kept = events.filter(({ position }) => !without.includes(position))
    return rowsIn(model, model.name)(replay(inMemory(model))(kept))
  }
  /** All leases end. */
  const expire = () =>
    at.pglite
      .exec(`update ${at.schema}.decider_read_models set leased_until = '-infinity'`)
      // there may be no list yet
      .catch(() => [])
  /** A store that reads from whatever `at.store` is by then. */
  const readingOn = (): EventStore<EncodedEvent> => ({
    ...at.store,
    readAll: (...asked) => at.store.readAll(...asked),
  })
  /** A store as it was after its first events; appends to it go on from there. */
  const restored = async (count: number): Promise<EventStore<EncodedEvent>> => {
    const { events } = rightOf(await at.store.readAll(0, count)())
    const store = memoryStore({ now: () => 0 })
    for (const { stream, event, commitId } of events) {
      const commit = { stream, expected: { type: 'Any' }, commitId, events: [{ event }] } as const
      rightOf(await store.append(commit)())
    }
    return store
  }
  return {
    at,
    tablesOf,
    append,
    runnerOf,
    rowsOf,
    expectedRows,
    expire,
    renew,
    readingOn,
    restored,
  }
}

/** Something that a test waits for, or holds up. */
export interface Gate {
  readonly passed: Promise<void>
  readonly open: () => void
}

export const gate = (): Gate => {
  let open = (): void => {}
  const passed = new Promise<void>((resolve) => {
    open = resolve
  })
  return { passed, open }
}

/** Until everything has happened that does not wait for the world outside. */
export const settled = (): Promise<void> => new Promise((resume) => setImmediate(resume))

/** Runs a loop until something holds. */
export const looping = async (
  runner: ReadModelRunner,
  until: () => Promise<void>,
  options: Partial<Parameters<ReadModelRunner['loop']>[0]> = {},
): Promise<void> => {
  const stop = new AbortController()
  const loop = runner.loop({ signal: stop.signal, ...options })()
  try {
    await until()
  } finally {
    stop.abort()
    await loop
  }
}
