// Turns on a stream of a server: who gets them, in which order, and what becomes of them when something goes wrong.
import { right } from 'fp-ts/lib/Either.js'
import pg from 'pg'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import type { EncodedEvent } from '../../src/codec/EventCodec.ts'
import { commandHandler, lruCache } from '../../src/shell/CommandHandler.ts'
import type { EventStore, Turn } from '../../src/store/EventStore.ts'
import { openPostgres } from '../../src/store/Postgres.ts'
import { createSchema, sqlStore } from '../../src/store/Sql.ts'
import { connectionsOf } from '../../src/store/Sql/pool.ts'
import { defaultLimits, sqlTurns, type TurnLimits } from '../../src/store/Sql/turns.ts'
import { commitOf, noStream, rightOf } from '../contract/commits.ts'
import { useDatabase } from '../support/postgres.ts'
import { ask } from './shared.mjs'

const url = useDatabase()
const schema = 'turns'
const closing: Array<() => Promise<unknown>> = []

const newPool = (max: number, connectionString = url()): pg.Pool => {
  const pool = new pg.Pool({ connectionString, max })
  closing.push(() => pool.end())
  return pool
}

/** As a process of its own would have it. */
const newStore = (max = 4): EventStore<EncodedEvent> => sqlStore(newPool(max), { schema })

/** Whose turns end when the test ends them, however slow the machine is, but for the limits that are given. */
const patientStore = (
  limits: Partial<TurnLimits> = {},
  pool = newPool(4),
): EventStore<EncodedEvent> => {
  const connections = connectionsOf(pool) ?? expect.fail('no connections')
  const turns = sqlTurns(connections, schema, { ...patient, ...limits })
  return { ...sqlStore(pool, { schema }), turns }
}
const patient: TurnLimits = { wait: 60_000, turn: 60_000, idle: 60_000 }

beforeAll(async () => {
  rightOf(await createSchema(newPool(1), { schema })())
})
afterEach(() => Promise.all(closing.splice(0).map((close) => close())))

/** The locks of turns: of those who have one, and of those who wait. */
const waiting = (on = url()) =>
  ask(
    on,
    "select pid, granted from pg_locks where locktype = 'advisory' and database = (select oid from pg_database where datname = current_database()) order by granted desc, waitstart",
  )

const take = async (
  store: EventStore<EncodedEvent>,
  stream: string,
  after?: number,
): Promise<Turn<EncodedEvent>> => {
  const turn = await (store.turns ?? expect.fail('no turns')).take(stream, after)()
  return turn ?? expect.fail('no turn')
}

const keyOf = (stream: string) => `hashtextextended('${schema} decider_turn ${stream}', 0)`

const untilWaiting = async (count: number): Promise<void> => {
  while ((await waiting()).length < count) await new Promise((resume) => setTimeout(resume, 5))
}

const elapsedIn = async (run: () => Promise<unknown>): Promise<number> => {
  const start = performance.now()
  await run()
  return performance.now() - start
}

let namedCommits = 0

const versions = (loaded: Turn<EncodedEvent>['loaded']) => loaded?.map(({ version }) => version)

describe('turns on a stream', () => {
  it('are given in the order in which they were asked for, and read what those before have stored', async () => {
    const stream = 'in-order'
    const others = [patientStore(), patientStore(), patientStore()]
    const turn = await take(patientStore(), stream, 0)
    expect(turn.loaded).toStrictEqual([])
    const order: Array<unknown> = []
    const ended: Array<Promise<void>> = []
    for (const [i, store] of others.entries()) {
      const next = take(store, stream, 0).then(async ({ loaded, end }) => {
        order.push([i, versions(loaded)])
        rightOf(await store.append(commitOf(stream, `in-order-${i}`, { type: 'Any' }, i))())
        end()
      })
      ended.push(next)
      await untilWaiting(i + 3)
    }
    rightOf(await newStore().append(commitOf(stream, 'in-order', noStream, 1))())
    turn.end()
    await Promise.all(ended)
    expect(order).toStrictEqual([
      [0, [1]],
      [1, [1, 2]],
      [2, [1, 2, 3]],
    ])
  })

  it('read most before they come, each event once, and only whoever is next does so', async () => {
    const stream = 'early'
    const store = newStore()
    rightOf(await store.append(commitOf(stream, 'early-1', noStream, 1, 2))())
    const first = new pg.Client({ connectionString: url() })
    await first.connect()
    await first.query(`begin; select pg_advisory_xact_lock(${keyOf(stream)})`)
    const next = take(patientStore(), stream, 0)
    await untilWaiting(3)
    const last = take(patientStore(), stream, 1)
    await untilWaiting(4)
    // the turn and the place behind it are taken, and each is waited for by one
    expect((await waiting()).map(({ granted }) => granted)).toStrictEqual([
      true,
      true,
      false,
      false,
    ])
    rightOf(await store.append(commitOf(stream, 'early-2', { type: 'Any' }, 3))())
    await first.end()
    const second = await next
    expect(versions(second.loaded)).toStrictEqual([1, 2, 3])
    second.end()
    const third = await last
    expect(versions(third.loaded)).toStrictEqual([2, 3])
    third.end()
    while ((await waiting()).length > 0) await new Promise((resume) => setTimeout(resume, 5))
  })

  it('are the same for stores with and without a name of the schema, and others on other streams and schemas', async () => {
    const at = new URL(url())
    at.searchParams.set('options', `-c search_path=${schema}`)
    const unnamed = sqlStore(newPool(4, at.href))
    rightOf(await createSchema(newPool(1), { schema: 'elsewhere' })())
    const elsewhere = sqlStore(newPool(4), { schema: 'elsewhere' })
    const turn = await take(patientStore(), 'a-b')
    for (const [store, stream] of [
      [newStore(), 'a'],
      [elsewhere, 'a-b'],
    ] as const) {
      ;(await take(store, stream, 0)).end()
    }
    let isTaken = false
    const next = take(unnamed, 'a-b', 0).then(({ end }) => {
      isTaken = true
      end()
    })
    await untilWaiting(2)
    expect(isTaken).toBe(false)
    turn.end()
    await next
  })

  it.each(["it's; drop schema turns cascade", '\\', "\\'; select 1; --", '$1', 'ü😀', '日本'])(
    'are given on a stream with the name %s, whatever the settings',
    async (stream) => {
      const at = new URL(url())
      at.searchParams.set('options', '-c standard_conforming_strings=off -c backslash_quote=on')
      const store = sqlStore(newPool(4, at.href), { schema })
      rightOf(
        await newStore().append(commitOf(stream, `named-${namedCommits++}`, noStream, 1, 2))(),
      )
      const turn = await take(store, stream, 1)
      expect(versions(turn.loaded)).toStrictEqual([2])
      turn.end()
    },
  )

  it('read nothing where a name has a character that JSON escapes', async () => {
    const store = newStore()
    rightOf(await store.append(commitOf('escaped', 'in "quotes"', noStream, 1))())
    const { loaded, end } = await take(store, 'escaped', 0)
    expect(loaded).toBe(undefined)
    end()
  })

  it('read nothing if it would be a whole page or more, which has to be loaded', async () => {
    const store = newStore()
    const events = Array.from({ length: 2_000 }, (_, i) => i) as [number, ...Array<number>]
    rightOf(await store.append(commitOf('long', 'long', noStream, ...events))())
    for (const [after, count] of [
      [0, undefined],
      [1, 1_999],
      [undefined, undefined],
    ] as const) {
      const { loaded, end } = await take(store, 'long', after)
      expect(loaded?.length).toBe(count)
      end()
      end()
    }
  })

  it('are noticed by the appends of those who take none', async () => {
    const [unaware, other] = [newStore(), patientStore()]
    const append = async (stream: string, id: string) => {
      rightOf(await unaware.append(commitOf(stream, id, { type: 'Any' }, 1))())
      return unaware.turns?.areWanted(stream)
    }
    expect(await append('noticed', 'noticed-1')).toBe(false)
    const turn = await take(other, 'noticed')
    expect(await append('unnoticed', 'unnoticed-1')).toBe(false)
    expect(await append('noticed', 'noticed-2')).toBe(true)
    expect(unaware.turns?.areWanted('noticed')).toBe(false)
    const chain = { ...commitOf('noticed', 'noticed-3', { type: 'Any' }, 1), followers: [commitOf('noticed', 'noticed-4', { type: 'Any' }, 1)] } // prettier-ignore
    rightOf(await unaware.append(chain)())
    expect(unaware.turns?.areWanted('noticed')).toBe(true)
    turn.end()
    while ((await waiting()).length > 0) await new Promise((resume) => setTimeout(resume, 5))
    expect(await append('noticed', 'noticed-5')).toBe(false)
  })
})

describe('whoever has a turn', () => {
  it('has limits of less than a second by itself, a second of the server, and two for those who wait', () => {
    expect(defaultLimits).toStrictEqual({ wait: 2_000, turn: 800, idle: 1_000 })
  })

  it('and does not end it, loses it after less than a second, and keeps its connection', async () => {
    const pool = newPool(4)
    const [slow, next] = [patientStore({ turn: defaultLimits.turn }, pool), patientStore()]
    let turn: Turn<EncodedEvent> | undefined
    let held: unknown
    const took = await elapsedIn(async () => {
      turn = await take(slow, 'slow', 0)
      held = (await waiting())[0]?.['pid']
      ;(await take(next, 'slow', 0)).end()
    })
    expect(took).toBeGreaterThan(750)
    turn?.end()
    // who is next may have its turn before this one hears that it is over
    while (pool.idleCount === 0) await new Promise((resume) => setTimeout(resume, 5))
    const again = await take(slow, 'slow', 0)
    expect((await waiting()).map(({ pid }) => pid)).toContain(held)
    again.end()
  })

  it('and stops, delays the others by about a second, and their appends not at all', async () => {
    const [stopped, next] = [patientStore({ idle: defaultLimits.idle }), patientStore()]
    let turn: Turn<EncodedEvent> | undefined
    let held: unknown
    const took = await elapsedIn(async () => {
      // no timer of a process that has stopped goes off
      vi.spyOn(globalThis, 'setTimeout').mockImplementation((() => 0) as never)
      turn = await take(stopped, 'stopped', 0)
      vi.restoreAllMocks()
      held = (await waiting())[0]?.['pid']
      rightOf(await newStore().append(commitOf('stopped', 'stopped', noStream, 1))())
      const got = await take(next, 'stopped', 0)
      expect(versions(got.loaded)).toStrictEqual([1])
      got.end()
    })
    expect(took).toBeGreaterThan(950)
    // it wakes up: its turn is over, and its connection is replaced
    turn?.end()
    rightOf(await stopped.load('stopped')())
    const again = await take(stopped, 'stopped', 0)
    expect((await waiting()).map(({ pid }) => pid)).not.toContain(held)
    again.end()
  })

  it('and dies, loses it', async () => {
    const [dying, next] = [patientStore(), patientStore()]
    vi.spyOn(globalThis, 'setTimeout').mockImplementation((() => 0) as never)
    const turn = await take(dying, 'dying', 0)
    vi.restoreAllMocks()
    const [holder] = await waiting()
    const following = take(next, 'dying', 0)
    await untilWaiting(2)
    await ask(url(), 'select pg_terminate_backend($1)', [holder?.['pid']])
    const got = await following
    expect(got.loaded).toStrictEqual([])
    got.end()
    turn.end()
    ;(await take(dying, 'dying', 0)).end()
  })

  it('and keeps it by a session without limits, is not waited for longer than about two seconds', async () => {
    const stubborn = new pg.Client({ connectionString: url() })
    await stubborn.connect()
    const store = newStore(2)
    // the same lock, in a transaction that the server does not end
    ;(await take(store, 'stubborn')).end()
    await stubborn.query(`begin; select pg_advisory_xact_lock(${keyOf('stubborn')})`)
    const took = await elapsedIn(async () => {
      expect(await store.turns?.take('stubborn', 0)()).toBe(undefined)
    })
    expect(took).toBeGreaterThan(1_900)
    // nobody is kept from waiting next
    expect(await waiting()).toHaveLength(1)
    await stubborn.end()
    // the connection is as good as new
    ;(await take(store, 'stubborn')).end()
    rightOf(await store.load('stubborn')())
  })
})

describe('the connections of turns', () => {
  it('are half of the pool, so that appends always find one; a pool of one gives no turns', async () => {
    expect(newStore(1).turns).toBe(undefined)
    for (const [max, most] of [
      [2, 1],
      [3, 1],
      [5, 2],
    ] as const) {
      const store = newStore(max)
      const turns = await Promise.all(
        ['x', 'y', 'z'].map(async (name) => store.turns?.take(`${name}-${max}`, 0)()),
      )
      expect(turns.filter((turn) => turn !== undefined)).toHaveLength(most)
      rightOf(await store.append(commitOf(`x-${max}`, `x-${max}`, noStream, 1))())
      for (const turn of turns) turn?.end()
    }
  })

  it('are those of the store where the server was opened by openPostgres', async () => {
    const opened = await Promise.all(
      [{ connections: 2 }, { connections: 20, pooler: true }, { connections: 4 }].map(
        async (options) => rightOf(await openPostgres(url(), { schema, ...options })()),
      ),
    )
    // one connection, and such as a pooler lends to others as well, are not enough
    expect(opened.map(({ store }) => store.turns !== undefined)).toStrictEqual([false, false, true])
    const store = opened[2]?.store ?? expect.fail('not opened')
    const turn = await take(patientStore(), 'opened', 0)
    const other = take(store, 'opened', 0)
    await untilWaiting(2)
    turn.end()
    ;(await other).end()
    // closing waits for the transaction of the turn, which ends by itself
    await take(store, 'opened', 0)
    for (const { close } of opened) await close()
    expect(await waiting()).toStrictEqual([])
  })

  it('are those of nobody while the server does not answer: the turn is not waited for', async () => {
    const store = sqlStore(new pg.Pool({ host: '127.0.0.1', port: 1, max: 4 }), { schema })
    expect(await store.turns?.take('nobody', 0)()).toBe(undefined)
  })
})

describe('handlers of one stream, each with connections of its own', () => {
  const counter = {
    initialState: 0,
    decide: (n: number) => right([{ type: 'Added' as const, n }]),
    evolve: (sum: number, event: { readonly n: number }) => sum + event.n,
    isTerminal: () => false,
  }
  const events = {
    types: ['Added'],
    encode: ({ n }: { readonly n: number }) => right({ type: 'Added', schemaVersion: 1, data: n }),
    decode: (encoded: EncodedEvent) => right({ type: 'Added' as const, n: encoded.data as number }),
  }

  /**
   * Handlers that write to one stream until so many commands are accepted since all of them have begun, which is when
   * they have their connections: the share of each since then, and all that were accepted, and its conflicts.
   */
  const compete = async (stream: string, max: number, isCached: boolean, until: number) => {
    let sinceAll = 0
    const counts = Array.from({ length: 4 }, () => ({
      accepted: 0,
      refused: 0,
      conflicts: 0,
      share: 0,
    }))
    const haveBegun = () => counts.every(({ accepted }) => accepted > 0)
    const begin = counts.map((count, i) => {
      const inner = newStore(max)
      const store: EventStore<EncodedEvent> = {
        ...inner,

        append:
          (...args) =>
          async () => {
            const answer = await inner.append(...args)()
            if (answer._tag === 'Left') count.conflicts++
            return answer
          },
      }
      const cache = isCached ? { cache: lruCache(9) } : {}
      const handle = commandHandler({ decider: counter, store, events, ...cache })
      return async (caller: number) => {
        for (let n = 0; sinceAll < until; n++) {
          const commitId = `${stream}-${i}-${caller}-${n}`
          const answer = await handle({ stream, commitId, commands: [1] })()
          count[answer._tag === 'Right' ? 'accepted' : 'refused']++
          if (!haveBegun()) continue
          count.share++
          sinceAll++
        }
      }
    })
    await Promise.all(begin.flatMap((send) => [0, 1, 2, 3].map(send)))
    const head = rightOf(await newStore().load(stream)()).length
    expect(head).toBe(counts.reduce((sum, count) => sum + count.accepted, 0))
    return counts
  }

  it.each([
    ['with a cache', 3, true],
    ['without one', 4, false],
    ['with a pool of two', 2, true],
  ])('get about the same share, and hardly meet: %s', async (name, max, isCached) => {
    const counts = await compete(`shared ${name}`, max, isCached, 400)
    const shares = counts.map(({ share }) => share).sort((a, b) => a - b)
    expect(counts.map(({ refused }) => refused)).toStrictEqual([0, 0, 0, 0])
    expect(shares[0]).toBeGreaterThan((shares[3] ?? 0) / 2)
    expect(counts.reduce((sum, { conflicts }) => sum + conflicts, 0)).toBeLessThan(20)
  })

  it('with a pool of one take no turns, and none is refused', async () => {
    const counts = await compete('shared by ones', 1, true, 200)
    expect(counts.map(({ refused }) => refused)).toStrictEqual([0, 0, 0, 0])
  })

  it('go on when one of them has stopped during its turn', async () => {
    const stopped = await take(newStore(), 'after a stop', 0)
    const counts = await compete('after a stop', 3, true, 100)
    stopped.end()
    expect(counts.map(({ refused }) => refused)).toStrictEqual([0, 0, 0, 0])
  })
})
