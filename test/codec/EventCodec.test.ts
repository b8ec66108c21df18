import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import fc from 'fast-check'
import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import type { EncodedEvent, EventCodec } from '../../src/codec/EventCodec.ts'
import { eventCodecOf } from '../../src/codec/EventCodec.ts'
import { bigint, codec, date } from '../../src/codec/IoTs.ts'
import { next } from '../../src/codec/EventCodec/upcast.ts'
import { orderEventCodec as orderEvents } from '../../src/order/codec.ts'
import { orderDecider, OrdersHistory } from '../../src/order/index.ts'
import type { Projection } from '../../src/Projection.ts'
import { replay } from '../../src/Projection.ts'
import { orderEvent } from './orders.ts'
import { nobody } from '../support/recorded.ts'

const decider = orderDecider()

type PaidV1 = { type: 'Paid'; cents: number }
type PaidV2 = { type: 'Paid'; cents: number; at: Date }
type Paid = {
  readonly type: 'Paid'
  readonly at: Date
  readonly amount: bigint
  readonly parts: ReadonlyArray<bigint>
}
type Voided = { readonly type: 'Voided'; readonly reason?: string }
type Account = Paid | Voided

const paidV1 = codec(t.type({ type: t.literal('Paid'), cents: t.number }))
const paidV2 = codec(t.type({ type: t.literal('Paid'), cents: t.number, at: date }))
const paid = codec(
  t.type({ type: t.literal('Paid'), at: date, amount: bigint, parts: t.readonlyArray(bigint) }),
)
const voided = codec(
  t.intersection([t.type({ type: t.literal('Voided') }), t.partial({ reason: t.string })]),
)

const epoch = new Date(0)
const toV2 = ({ type, cents }: PaidV1): PaidV2 => ({ type, cents, at: epoch })
const toPaid = ({ type, cents, at }: PaidV2): Paid => ({
  type,
  at,
  amount: BigInt(cents),
  parts: [BigInt(cents)],
})

const chain = pipe(paidV1, next(paidV2, toV2), next(paid, toPaid))
const account: EventCodec<Account> = eventCodecOf<Account>(
  { Paid: chain, Voided: voided },
  {
    retired: {
      Refunded: pipe(
        codec(t.type({ amount: bigint })),
        next(paid, ({ amount }): Paid => ({ type: 'Paid', at: epoch, amount: -amount, parts: [] })),
      ),
    },
  },
)

/** The sum that was paid, and when it was last paid. */
const balance: Projection<{ readonly sum: bigint; readonly last: Date }, Account> = {
  initialState: { sum: 0n, last: epoch },
  evolve: ({ sum }, event) =>
    event.type === 'Voided'
      ? { sum: 0n, last: epoch }
      : { sum: sum + event.amount, last: event.at },
}

const when = fc.date({ noInvalidDate: true })
const paidEvent: fc.Arbitrary<Paid> = fc.record(
  {
    type: fc.constant('Paid' as const),
    at: when,
    amount: fc.bigInt(),
    parts: fc.array(fc.bigInt()),
  },
  { noNullPrototype: true },
)
const accountEvent: fc.Arbitrary<Account> = fc.oneof(
  paidEvent,
  fc.record(
    { type: fc.constant('Voided' as const), reason: fc.string() },
    { requiredKeys: ['type'], noNullPrototype: true },
  ),
)

const throughText = (encoded: EncodedEvent): EncodedEvent =>
  JSON.parse(JSON.stringify(encoded)) as EncodedEvent // the same three fields

const roundTrip = <A>(events: EventCodec<A>, event: A, way = throughText): unknown =>
  pipe(events.encode(event), E.map(way), E.chainW(events.decode))

const decodedAll = <A>(events: EventCodec<A>, all: ReadonlyArray<A>): ReadonlyArray<A> =>
  all.map((event) =>
    pipe(
      events.encode(event),
      E.map(throughText),
      E.chainW(events.decode),
      E.getOrElseW(() => expect.unreachable('it was refused')),
    ),
  )

describe('laws', () => {
  it('law 1 (B9): decoding what was encoded gives the event, also through JSON text', () => {
    fc.assert(
      fc.property(orderEvent, (event) => {
        expect(roundTrip(orderEvents, event)).toStrictEqual(E.right(event))
        expect(roundTrip(orderEvents, event, (encoded) => encoded)).toStrictEqual(E.right(event))
      }),
    )
    fc.assert(
      fc.property(accountEvent, (event) => {
        expect(roundTrip(account, event)).toStrictEqual(E.right(event))
        expect(roundTrip(account, event, (encoded) => encoded)).toStrictEqual(E.right(event))
      }),
    )
  })

  it('law 2 (B9): folding decoded events is folding the originals', () => {
    const recorded = (event: Parameters<typeof decider.evolve>[1], i: number) => ({
      ...nobody,
      occurredAt: i,
      stream: 'o',
      version: i + 1,
      position: i + 1,
      commitId: String(i),
      recordedAt: i,
      event,
    })
    fc.assert(
      fc.property(fc.array(orderEvent, { maxLength: 30 }), (events) => {
        const decoded = decodedAll(orderEvents, events)
        expect(replay(decider)(decoded)).toStrictEqual(replay(decider)(events))
        expect(replay(OrdersHistory)(decoded.map(recorded))).toStrictEqual(
          replay(OrdersHistory)(events.map(recorded)),
        )
      }),
    )
    fc.assert(
      fc.property(fc.array(accountEvent), (events) => {
        expect(replay(balance)(decodedAll(account, events))).toStrictEqual(replay(balance)(events))
      }),
    )
  })

  it('law 2 (B9): an old event folds to the state that its successor gives', () => {
    const cents = fc.maxSafeInteger()
    fc.assert(
      fc.property(cents, when, fc.array(accountEvent), (sum, at, before) => {
        const decode = (schemaVersion: number, data: unknown): Account =>
          pipe(
            account.decode({ type: 'Paid', schemaVersion, data }),
            E.getOrElseW(() => expect.unreachable('it was refused')),
          )
        const v1 = { type: 'Paid', cents: sum }
        const v2 = { type: 'Paid', cents: sum, at: at.toISOString() }
        const state = replay(balance)(before)
        expect(decode(1, v1)).toStrictEqual(toPaid(toV2({ type: 'Paid', cents: sum })))
        expect(decode(1, v1)).toStrictEqual(decode(2, { ...v2, at: epoch.toISOString() }))
        expect(decode(2, v2)).toStrictEqual(toPaid({ type: 'Paid', cents: sum, at }))
        expect(balance.evolve(state, decode(2, v2))).toStrictEqual(
          balance.evolve(state, decode(3, paid.encode(toPaid({ type: 'Paid', cents: sum, at })))),
        )
      }),
    )
  })

  it('law 3: an unknown type is refused with those that are known', () => {
    const types = fc.oneof(
      fc.constantFrom('', 'paid', 'toString', '__proto__', 'constructor'),
      fc.string(),
    )
    fc.assert(
      fc.property(types, fc.nat(), fc.anything(), (type, schemaVersion, data) => {
        expect(account.decode({ type, schemaVersion, data })).toStrictEqual(
          E.left({
            eventType: type,
            schemaVersion,
            issues: [{ path: ['type'], expected: '"Refunded" | "Paid" | "Voided"', actual: type }],
          }),
        )
      }),
    )
  })

  it('law 3: an unknown version is refused', () => {
    const versions = fc.oneof(
      fc.constantFrom(0, 4, 1.5, NaN, -1, Infinity),
      fc.integer().filter((n) => n < 1 || n > 3),
    )
    fc.assert(
      fc.property(versions, paidEvent, (schemaVersion, event) => {
        const data = paid.encode(event)
        expect(account.decode({ type: 'Paid', schemaVersion, data })).toStrictEqual(
          E.left({
            eventType: 'Paid',
            schemaVersion,
            issues: [
              { path: ['schemaVersion'], expected: 'a version from 1 to 3', actual: schemaVersion },
            ],
          }),
        )
      }),
    )
  })

  it('law 3: data that does not fit is refused with its issues', () => {
    const data = { type: 'Paid', at: '1996-07-04T00:00:00.000Z', amount: '1', parts: ['1', 2] }
    expect(account.decode({ type: 'Paid', schemaVersion: 3, data })).toStrictEqual(
      E.left({
        eventType: 'Paid',
        schemaVersion: 3,
        issues: [{ path: ['parts', 1], expected: 'an integer in decimal digits', actual: 2 }],
      }),
    )
    const other = { type: 'Voided' }
    const refused = account.decode({ type: 'Paid', schemaVersion: 1, data: other })
    expect(E.isLeft(refused) && refused.left.issues.map(({ path }) => path)).toEqual([
      ['type'],
      ['cents'],
    ])
  })

  it('law 4: what is no event is not encoded', () => {
    const event: Paid = { type: 'Paid', at: epoch, amount: 1n, parts: [] }
    const wrong = (change: object): Account => ({ ...event, ...change })
    expect(account.encode(wrong({ type: 'Refunded' }))).toStrictEqual(
      E.left({
        eventType: 'Refunded',
        schemaVersion: 0,
        issues: [{ path: ['type'], expected: '"Paid" | "Voided"', actual: 'Refunded' }],
      }),
    )
    expect(account.encode(wrong({ type: 7 }))).toStrictEqual(
      E.left({
        eventType: '7',
        schemaVersion: 0,
        issues: [{ path: ['type'], expected: '"Paid" | "Voided"', actual: '7' }],
      }),
    )
    const invalid = account.encode(wrong({ at: new Date(NaN) }))
    expect(E.isLeft(invalid) && invalid.left).toMatchObject({
      eventType: 'Paid',
      schemaVersion: 3,
      issues: [{ path: ['at'] }, { path: ['amount'] }],
    })
  })

  it('law 4: what is encoded already is no event', () => {
    const event = { type: 'Paid', at: '1996-07-04T00:00:00.000Z', amount: '1', parts: [] } as never
    expect(account.encode(event)).toStrictEqual(
      E.left({
        eventType: 'Paid',
        schemaVersion: 3,
        issues: [{ path: [], expected: 'Paid', actual: event }],
      }),
    )
  })
})

it('events are encoded in their newest version', () => {
  const event: Paid = { type: 'Paid', at: epoch, amount: 2n ** 64n, parts: [1n] }
  expect(account.encode(event)).toStrictEqual(
    E.right({
      type: 'Paid',
      schemaVersion: 3,
      data: {
        type: 'Paid',
        at: '1970-01-01T00:00:00.000Z',
        amount: '18446744073709551616',
        parts: ['1'],
      },
    }),
  )
})

it('a retired type is decoded to what it has become, and never written', () => {
  const paidBack = { type: 'Paid', at: epoch, amount: -5n, parts: [] }
  const decoded = account.decode({ type: 'Refunded', schemaVersion: 1, data: { amount: '5' } })
  expect(decoded).toStrictEqual(E.right(paidBack))
  expect(E.isLeft(account.decode({ type: 'Refunded', schemaVersion: 3, data: {} }))).toBe(true)
})

it('a type that is written is decoded as such, whatever was retired under its name', () => {
  const retired: object = {
    Voided: { decode: () => E.left([{ path: [], expected: 'never asked', actual: null }]) },
  }
  const both = eventCodecOf<Account>({ Paid: chain, Voided: voided }, { retired: { ...retired } })
  const data = { type: 'Voided' }
  expect(both.decode({ type: 'Voided', schemaVersion: 1, data })).toStrictEqual(E.right(data))
})

it('C15: dates and big integers do not come back as texts', () => {
  const event: Paid = { type: 'Paid', at: new Date(1), amount: 2n ** 65n, parts: [-1n] }
  expect(roundTrip(account, event)).toStrictEqual(E.right(event))
})

it('tells the versions of every type, the retired ones included', () => {
  const { versions } = account
  const counts = Array.from(versions ?? [], ([type, all]) => [type, all.length] as const)
  expect(new Map(counts)).toStrictEqual(
    new Map([
      ['Refunded', 2],
      ['Paid', 3],
      ['Voided', 1],
    ]),
  )
})

it('knows every type that may be stored, the retired ones included', () => {
  expect([...account.types].sort()).toStrictEqual(['Paid', 'Refunded', 'Voided'])
})
