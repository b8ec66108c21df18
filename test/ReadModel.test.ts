import fc from 'fast-check'
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import { replay, replayFrom, states } from '../src/Projection.ts'
import type { RecordedChange } from '../src/ReadModel.ts'
import {
  column,
  earliestInstant,
  fingerprintOf,
  inMemory,
  readModel,
  readModelOver,
  rowsIn,
  selectEvent,
  storableText,
  table,
} from '../src/ReadModel.ts'
import type { Recorded } from '../src/Recorded.ts'
import { storedInBetween } from '../src/testing/readModel/observed.ts'
import { record, recordedOf } from './support/recorded.ts'
import type { Given, Moved } from './support/readModels.ts'
import {
  balances,
  balancesOf,
  given,
  givers,
  transferHistory,
  transfers,
} from './support/readModels.ts'

const fold = replay(inMemory(transfers))

describe('ReadModel', () => {
  it('folds events into the rows of each table', () => {
    fc.assert(
      fc.property(transferHistory, (history) => {
        expect(rowsIn(transfers, 'balances')(fold(history))).toStrictEqual(balancesOf(history))
      }),
    )
  })

  it('ReadModel 1: an event leaves alone the rows of other keys', () => {
    fc.assert(
      fc.property(transferHistory, (history) => {
        const steps = states(inMemory(transfers))(history)
        history.forEach(({ stream, event }, i) => {
          const others = (at: number) =>
            rowsIn(
              transfers,
              'balances',
            )(steps[at] ?? expect.fail()).filter(
              ({ account }) => account !== stream && account !== event.to,
            )
          expect(others(i + 1)).toStrictEqual(others(i))
        })
      }),
    )
  })

  it('ReadModel 2: keys count once, in any order', () => {
    const reversed = readModelOver(given)({
      name: 'transfers',
      version: '1',
      tables: {
        balances: {
          ...balances,
          keys: (change: RecordedChange<Given, Moved>) => [
            ...balances.keys(change),
            ...balances.keys(change).toReversed(),
          ],
        },
        givers,
      },
    })
    fc.assert(
      fc.property(transferHistory, (history) => {
        expect(replay(inMemory(reversed))(history)).toStrictEqual(fold(history))
      }),
    )
  })

  it('ReadModel 3: rebuild = live, in any batches', () => {
    fc.assert(
      fc.property(transferHistory, fc.nat({ max: 40 }), (history, at) => {
        const rest = replayFrom(inMemory(transfers))
        expect(rest(fold(history.slice(0, at)), history.slice(at))).toStrictEqual(fold(history))
        expect(replay(storedInBetween(transfers))(history)).toStrictEqual(fold(history))
      }),
    )
  })

  it('ReadModel 4: a table has the same rows without the others', () => {
    const alone = readModelOver(given)({ name: 'givers', version: '1', tables: { givers } })
    fc.assert(
      fc.property(transferHistory, (history) => {
        expect(rowsIn(alone, 'givers')(replay(inMemory(alone))(history))).toStrictEqual(
          rowsIn(transfers, 'givers')(fold(history)),
        )
      }),
    )
  })

  it('ReadModel 5: before and after are the states of the stream', () => {
    const log = readModelOver(given)({
      name: 'log',
      version: '1',
      tables: {
        log: table({
          columns: { position: column.integer, before: column.json, after: column.json },
          key: ['position'],
          keys: ({ position }: RecordedChange<Given, Moved>) => [{ position }],
          evolve: (_, { position, before, after }) => some({ position, before, after }),
        }),
      },
    })
    fc.assert(
      fc.property(transferHistory, (history) => {
        const expected = history.map(({ stream, position }, i) => {
          const earlier = history.slice(0, i).filter((other) => other.stream === stream)
          const own = states(given)([...earlier, history[i]].map((each) => each?.event as Moved))
          return { position, before: own.at(-2), after: own.at(-1) }
        })
        expect(rowsIn(log, 'log')(replay(inMemory(log))(history))).toStrictEqual(expected)
      }),
    )
  })

  it('ReadModel 6: selected events count as what they are selected as, others not at all', () => {
    const wider = selectEvent((event: Moved | string) =>
      typeof event === 'string' ? none : some(event),
    )(transfers)
    const louder = selectEvent((event: Moved) => some({ ...event, amount: event.amount + 1 }))(
      wider,
    )
    fc.assert(
      fc.property(transferHistory, fc.array(fc.boolean()), (history, dropped) => {
        const mixed = history.map((recorded, i): Recorded<Moved | string> =>
          dropped[i] === true ? { ...recorded, event: 'noise' } : recorded,
        )
        const kept = history.filter((_, i) => dropped[i] !== true)
        expect(replay(inMemory(wider))(mixed)).toStrictEqual(fold(kept))
        const more = history.map((recorded) => ({
          ...recorded,
          event: { ...recorded.event, amount: recorded.event.amount + 1 },
        }))
        expect(replay(inMemory(louder))(history)).toStrictEqual(fold(more))
      }),
    )
  })

  it('ReadModel 7: fingerprints tell versions, columns, keys and indexes apart', () => {
    const one = table({
      columns: { a: column.text, b: column.integer },
      key: ['a'],
      keys: () => [],
      evolve: (row) => row,
    })
    const over = (tables: Readonly<Record<string, unknown>>, version = '1') =>
      // tables of different rows, of which nothing is called
      fingerprintOf(
        readModel({ name: 'one', version, tables: tables as { readonly t: typeof one } }),
      )
    const all = [
      over({ t: one }),
      over({ t: one }, '2'),
      over({ u: one }),
      over({ t: one, u: one }),
      over({ t: { ...one, key: ['b'] } }),
      over({ t: { ...one, key: ['a', 'b'] } }),
      over({ t: { ...one, indexes: [['b']] } }),
      over({ t: { ...one, columns: { a: column.text, b: column.instant } } }),
      over({ t: { ...one, columns: { a: column.text, b: column.optional(column.integer) } } }),
      over({ t: { ...one, columns: { a: column.text, b: column.integer, c: column.json } } }),
      fingerprintOf(readModelOver(given)({ name: 'one', version: '1', tables: { t: one } })),
    ]
    expect(new Set(all).size).toBe(all.length)
    // the order in which things are written down means nothing
    expect(over({ u: one, t: one })).toBe(over({ t: one, u: one }))
    expect(over({ t: { ...one, columns: { b: column.integer, a: column.text } } })).toBe(all[0])
  })

  it('rows come in the order of their keys', () => {
    const numbers = readModel({
      name: 'numbers',
      version: '1',
      tables: {
        numbers: table({
          columns: { even: column.boolean, n: column.bigint },
          key: ['even', 'n'],
          keys: ({ event }: Recorded<number>) => [{ even: event % 2 === 0, n: BigInt(event) }],
          evolve: (_, __, key) => some(key),
        }),
      },
    })
    const history = record(
      [10, 9, 2, 11, 9].map((event) => ({ stream: 's', event, occurredAt: 0, recordedAt: 0 })),
    )
    expect(rowsIn(numbers, 'numbers')(replay(inMemory(numbers))(history))).toStrictEqual([
      { even: false, n: 9n },
      { even: false, n: 11n },
      { even: true, n: 2n },
      { even: true, n: 10n },
    ])
  })

  it('an event that changes nothing gives back the very rows', () => {
    const idle = readModel({
      name: 'idle',
      version: '1',
      tables: {
        idle: table({
          columns: { a: column.text },
          key: ['a'],
          keys: ({ stream }: Recorded<number>) => [{ a: stream }],
          evolve: (row, { event }, key) => (event === 0 ? row : some(key)),
        }),
      },
    })
    const history = recordedOf(fc.constant([0, 1, 0, 0].map((event) => ({ stream: 'a', event }))))
    fc.assert(
      fc.property(history, (events) => {
        const [start, first, second, third, fourth] = states(inMemory(idle))(events)
        expect(first).toBe(start)
        expect(second).not.toBe(first)
        expect(third).toBe(second)
        expect(fourth).toBe(second)
      }),
    )
  })

  it('strings from outside can be made storable', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const stored = storableText(text)
        expect(column.text.fits(stored)).toBe(true)
        expect(stored === text).toBe(column.text.fits(text))
      }),
    )
    expect(storableText('a\0\ud800b\udc00😀')).toBe('a\ufffd\ufffdb\ufffd😀')
  })

  it('earliestInstant is in the year 4713 before our era', () => {
    expect(new Date(earliestInstant).toISOString()).toBe('-004712-01-01T00:00:00.000Z')
  })
})
