import { isDeepStrictEqual } from 'node:util'
import fc from 'fast-check'
import { isSome, none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import { run } from '../src/Decider.ts'
import type { Path } from '../src/internal/diff.ts'
import { diff, valueAt } from '../src/Diff.ts'
import type { Clock, History } from '../src/History.ts'
import { changesBetween, setBy, stateAsOf, stateAtVersion, timeline } from '../src/History.ts'
import type { OrderEvent } from '../src/order/index.ts'
import { orderDecider, orderLineKey, orderState } from '../src/order/index.ts'
import { states } from '../src/Projection.ts'
import { runs } from './setup.ts'
import { anyHistory, threeLines } from './support/orders.ts'
import { historyOf, record, nobody } from './support/recorded.ts'

const decider = orderDecider()

const histories: fc.Arbitrary<History<OrderEvent>> = historyOf(anyHistory)

/** Keeps what it is told in the order in which it is told. */
const journal = {
  initialState: '',
  evolve: (seen: string, letter: string) => `${seen}${letter}`,
}
const letters = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 30, size: 'max' })

const path: fc.Arbitrary<Path> = fc.constantFrom<Path>(
  [],
  ['type'],
  ['status'],
  ['tax'],
  ['total'],
  ['lines'],
  ['lines', '11'],
  ['lines', '42', 'quantity'],
  ['nowhere'],
)

const keyOf = fc.constantFrom(undefined, orderLineKey)

const eventsOf = <E>(history: History<E>) => history.map(({ event }) => event)

describe('History', () => {
  it('History 1: the state at a version is that of the fold, and none beyond it', () => {
    fc.assert(
      fc.property(historyOf(letters), (h) => {
        const seen = states(journal)(eventsOf(h))
        expect(seen.map((_, v) => stateAtVersion(journal)(h, v))).toStrictEqual(seen.map(some))
        for (const v of [-1, h.length + 1, 0.5, NaN, Infinity, -Infinity]) {
          expect(stateAtVersion(journal)(h, v)).toStrictEqual(none)
        }
      }),
    )
  })

  it('History 2: the state as of an instant folds what is not after it on that clock', () => {
    const clock = fc.constantFrom<Clock>('occurredAt', 'recordedAt')
    fc.assert(
      fc.property(historyOf(letters), fc.integer({ min: -1, max: 61 }), clock, (h, t, by) => {
        const until = h.filter((r) => !(r[by] > t))
        expect(stateAsOf(journal)(h, t, by)).toBe(eventsOf(until).join(''))
      }),
    )
  })

  it('History 3: between versions stand the changes of their two states', () => {
    fc.assert(
      fc.property(histories, keyOf, fc.nat({ max: 130 }), fc.nat({ max: 130 }), (h, by, v, w) => {
        const seen = states(orderState)(eventsOf(h))
        const between = changesBetween(orderState, by)
        const exist = v < seen.length && w < seen.length
        expect(between(h, v, w)).toStrictEqual(exist ? some(diff(by)(seen[v], seen[w])) : none)
        expect(between(h, v, v)).toStrictEqual(v < seen.length ? some([]) : none)
      }),
    )
  })

  it('History 4: a place was set by the last event whose fold changed what stands there', () => {
    fc.assert(
      fc.property(histories, keyOf, path, (h, by, place) => {
        const seen = states(orderState)(eventsOf(h)).map((state) => valueAt(by)(state, place))
        const setter = h.filter((_, i) => !isDeepStrictEqual(seen[i], seen[i + 1])).at(-1)
        expect(setBy(orderState, by)(h, place)).toStrictEqual(
          setter === undefined ? none : some(setter),
        )
      }),
      { numRuns: runs(300) },
    )
  })

  it('History 5: a timeline has every event with the state after it and what it changed', () => {
    fc.assert(
      fc.property(histories, keyOf, (h, by) => {
        const seen = states(orderState)(eventsOf(h))
        expect(timeline(orderState, by)(h)).toStrictEqual(
          h.map((recorded, i) => ({
            recorded,
            state: seen[i + 1],
            changes: diff(by)(seen[i], seen[i + 1]),
          })),
        )
      }),
    )
  })

  it('long histories do not touch the stack', () => {
    const count = { initialState: 0, evolve: (n: number, by: number) => n + by }
    const n = 130_000
    const h = Array.from({ length: n }, (_, i) => ({
      ...nobody,
      occurredAt: i,
      stream: 'long',
      version: i + 1,
      position: i + 1,
      commitId: 'c',
      recordedAt: i,
      event: 1,
    }))
    expect(stateAtVersion(count)(h, n)).toStrictEqual(some(n))
    expect(stateAsOf(count)(h, n, 'recordedAt')).toBe(n)
    expect(changesBetween(count)(h, 0, n)).toStrictEqual(
      some([{ path: [], before: some(0), after: some(n) }]),
    )
    expect(setBy(count)(h, [])).toStrictEqual(some(h.at(-1)))
    expect(timeline(count)(h)).toHaveLength(n)
  })
})

describe('the history of one order', () => {
  const july = (day: number) => Date.UTC(1996, 6, day)

  /**
   * An order of the 4th of July 1996: created with three lines, freight on the 5th. On the 8th
   * someone writes down a tax that was due since the 6th; on the 9th the first line goes and the
   * order is confirmed.
   */
  const { events } = run(decider)([
    ...threeLines,
    { type: 'RemoveLine', productId: '11' },
    { type: 'ChangeStatus', newStatus: 'confirmed' },
  ])
  const occurred = [4, 4, 4, 4, 5, 6, 9, 9]
  const written = [4, 4, 4, 4, 5, 8, 9, 9]
  const actors = ['vinet', 'vinet', 'vinet', 'vinet', 'clerk 5', 'clerk 7', 'vinet', 'clerk 5']
  const history = record(
    events.map((event, i) => ({
      stream: '10248',
      event,
      occurredAt: july(occurred[i] ?? 0),
      recordedAt: july(written[i] ?? 0),
      actor: actors[i],
    })),
  )

  it('stateAtVersion: after the creation, after the last event, and never', () => {
    const at = stateAtVersion(orderState)
    expect(at(history, 0)).toStrictEqual(some({ type: 'NoOrder' }))
    expect(at(history, 1)).toMatchObject(some({ status: 'new', lines: [], total: 0 }))
    expect(at(history, 8)).toMatchObject(some({ status: 'confirmed', total: 28_328 }))
    expect(at(history, 9)).toStrictEqual(none)
  })

  it('stateAsOf: a late entry counts from when it happened, or from when it was written down', () => {
    const asOf = stateAsOf(orderState)
    expect(asOf(history, july(3), 'occurredAt')).toStrictEqual({ type: 'NoOrder' })
    expect(asOf(history, july(5), 'occurredAt')).toMatchObject({ shipping: 3_238, tax: 0 })
    expect(asOf(history, july(7), 'occurredAt')).toMatchObject({ tax: 500, total: 45_128 })
    expect(asOf(history, july(7), 'recordedAt')).toMatchObject({ tax: 0, total: 44_628 })
    expect(asOf(history, july(8), 'recordedAt')).toMatchObject({ tax: 500, total: 45_128 })
  })

  it('stateAsOf: the instant itself is included, the millisecond before it is not', () => {
    const asOf = stateAsOf(orderState)
    expect(asOf(history, july(9) - 1, 'occurredAt')).toMatchObject({ status: 'new' })
    expect(asOf(history, july(9), 'occurredAt')).toMatchObject({ status: 'confirmed' })
  })

  it('stateAsOf: an event entered for a time before its order existed has nothing to apply to', () => {
    const tooEarly = record([
      { stream: '1', event: events[0], occurredAt: 10, recordedAt: 20 },
      { stream: '1', event: { type: 'TaxSet', amount: 5 } as const, occurredAt: 1, recordedAt: 21 },
    ]).flatMap((r) => (r.event === undefined ? [] : [{ ...r, event: r.event }]))
    expect(stateAsOf(orderState)(tooEarly, 5, 'occurredAt')).toStrictEqual({ type: 'NoOrder' })
    expect(stateAsOf(orderState)(tooEarly, 10, 'occurredAt')).toMatchObject({ tax: 5 })
  })

  it('changesBetween: removing the first of three lines reports just that line', () => {
    expect(changesBetween(orderState, orderLineKey)(history, 6, 7)).toStrictEqual(
      some([
        {
          path: ['lines', '11'],
          before: some({
            productId: '11',
            quantity: 12,
            unitPrice: 1_400,
            discount: 0,
            total: 16_800,
          }),
          after: none,
        },
        { path: ['subtotal'], before: some(41_390), after: some(24_590) },
        { path: ['total'], before: some(45_128), after: some(28_328) },
      ]),
    )
  })

  it('changesBetween: without names every line moves up by one', () => {
    const changes = changesBetween(orderState)(history, 6, 7)
    expect(isSome(changes) && changes.value.map((c) => c.path.slice(0, 2).join(' '))).toContain(
      'lines 2',
    )
  })

  it('changesBetween: backwards, before and after change places', () => {
    expect(changesBetween(orderState)(history, 8, 7)).toStrictEqual(
      some([{ path: ['status'], before: some('confirmed'), after: some('new') }]),
    )
  })

  it.each<[Path, number, string]>([
    [['customerId'], 1, 'vinet'],
    [['lines', '42', 'quantity'], 3, 'vinet'],
    [['lines', '11'], 7, 'vinet'],
    [['shipping'], 5, 'clerk 5'],
    [['tax'], 6, 'clerk 7'],
    [['total'], 7, 'vinet'],
    [['status'], 8, 'clerk 5'],
  ])('setBy: %j was set by event %i, by %s', (place, version, actor) => {
    expect(setBy(orderState, orderLineKey)(history, place)).toMatchObject(
      some({ version, actor: some(actor) }),
    )
  })

  it('setBy: nothing set what never stood there', () => {
    expect(setBy(orderState, orderLineKey)(history, ['lines', '99'])).toStrictEqual(none)
    expect(setBy(orderState)([], ['total'])).toStrictEqual(none)
  })

  it('timeline: what happened, what it cost then, and which fields it touched', () => {
    const told = timeline(
      orderState,
      orderLineKey,
    )(history).map(({ recorded, state, changes }) => [
      recorded.event.type,
      state.type === 'Order' ? state.total : 0,
      changes.map((change) => change.path.join('.')).join(' '),
    ])
    expect(told).toStrictEqual([
      ['OrderCreated', 0, 'type customerId currency status lines subtotal shipping tax total'],
      ['LineAdded', 16_800, 'lines.11 subtotal total'],
      ['LineAdded', 26_600, 'lines.42 subtotal total'],
      ['LineAdded', 41_390, 'lines.72 subtotal total'],
      ['ShippingSet', 44_628, 'shipping total'],
      ['TaxSet', 45_128, 'tax total'],
      ['LineRemoved', 28_328, 'lines.11 subtotal total'],
      ['StatusChanged', 28_328, 'status'],
    ])
  })
})

it('setBy finds who set what stands under a key that is no string', () => {
  const last = {
    initialState: new Map() as ReadonlyMap<bigint, { readonly n: number }>,
    evolve: (map: ReadonlyMap<bigint, { readonly n: number }>, n: number) =>
      new Map(map).set(BigInt(n), { n }),
  }
  const history = [1, 2, 1].map((event, i) => ({
    ...nobody,
    occurredAt: i,
    stream: 'a',
    version: i + 1,
    position: i + 1,
    commitId: `${i}`,
    recordedAt: i,
    event,
  }))
  expect(setBy(last)(history, ['2', 'n'])).toStrictEqual(some(history[1]))
  expect(setBy(last)(history, ['3', 'n'])).toStrictEqual(none)
})
