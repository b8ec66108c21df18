import { CloudEvent as Theirs, HTTP } from 'cloudevents'
import fc from 'fast-check'
import { isRight, left, right } from 'fp-ts/lib/Either.js'
import { none, some } from 'fp-ts/lib/Option.js'
import type { Right } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readCsv } from '../../docs/examples/northwind/csv.ts'
import { importOrders } from '../../docs/examples/northwind/importOrders.ts'
import { joinOrders } from '../../docs/examples/northwind/orders.ts'
import { silent } from '../../docs/examples/northwind/progress.ts'
import { planOrder } from '../../docs/examples/northwind/requests.ts'
import { lineColumns, orderColumns } from '../../docs/examples/northwind/rows.ts'
import { eventCodecOf as codecOf } from '../../src/codec/EventCodec.ts'
import { codec, date } from '../../src/codec/IoTs.ts'
import { next } from '../../src/codec/EventCodec/upcast.ts'
import { isCloudEventString } from '../../src/embed/CloudEvents/attributes.ts'
import type { CloudEvent } from '../../src/embed/CloudEvents.ts'
import { fromCloudEvent, toCloudEvent } from '../../src/embed/CloudEvents.ts'
import { orderEventCodec } from '../../src/order/codec.ts'
import { orderDecider } from '../../src/order/index.ts'
import type { OrderEvent } from '../../src/order/index.ts'
import type { Recorded } from '../../src/Recorded.ts'
import { commandHandler } from '../../src/shell/CommandHandler.ts'
import { catchUp } from '../../src/shell/Projector.ts'
import { immediate } from '../../src/shell/CommandHandler/retry.ts'
import { withCodec } from '../../src/store/Encoded.ts'
import { memoryStore } from '../../src/store/Memory.ts'
import { arbitrary } from '../../src/testing/arbitrary.ts'
import { runs } from '../setup.ts'
import { plain } from '../support/plain.ts'

const decider = orderDecider()

const context = { source: 'https://example.com/orders', typePrefix: 'com.example.' }
const to = toCloudEvent(orderEventCodec, context)
const from = fromCloudEvent(orderEventCodec, context)

const instant = fc.oneof(
  { weight: 9, arbitrary: fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 }) },
  { weight: 1, arbitrary: fc.constantFrom(NaN, 0.5, 8.64e15, -8.64e15, Infinity) },
)
const text = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('order-1', 'größe 3', '訂單', '😀', 'a@1', '10248') },
  { weight: 8, arbitrary: fc.string({ minLength: 1 }) },
  { weight: 1, arbitrary: fc.constantFrom('', '\n', '\ud800', '\ufffe') },
)
const option = fc
  .option(text, { nil: undefined })
  .map((value) => (value === undefined ? none : some(value)))
const recorded: fc.Arbitrary<Recorded<OrderEvent>> = plain({
  event: arbitrary(orderEventCodec),
  commitId: text,
  stream: text,
  version: fc.oneof(
    { weight: 9, arbitrary: fc.integer({ min: 1, max: 2 ** 31 - 1 }) },
    { weight: 1, arbitrary: fc.constantFrom(0, 1.5, 2 ** 31, NaN) },
  ),
  position: fc.oneof(
    { weight: 9, arbitrary: fc.maxSafeNat() },
    { weight: 1, arbitrary: fc.constantFrom(-1, 1.5, 2 ** 53, NaN) },
  ),
  recordedAt: instant,
  occurredAt: instant,
  actor: option,
  correlationId: option,
  causationId: option,
})

const one: Recorded<OrderEvent> = {
  occurredAt: Date.UTC(1996, 6, 4, 12),
  actor: some('ann'),
  correlationId: some('talk-1'),
  causationId: some('order-1@2'),
  stream: 'order-1',
  version: 3,
  position: 17,
  commitId: 'c1',
  recordedAt: Date.UTC(1996, 6, 5),
  event: { type: 'TaxSet', amount: 250 },
}

const madeOf = (r: Recorded<OrderEvent>): CloudEvent => {
  const made = to(r)
  if (made._tag === 'Left') throw new Error(JSON.stringify(made.left))
  return made.right
}

const invalid = (attribute: string, expected: unknown = expect.any(String)) =>
  left(expect.objectContaining({ type: 'InvalidAttribute', attribute, expected }))

describe('a recorded event', () => {
  it('1. comes back, also through text, and through the official library', () => {
    fc.assert(
      fc.property(recorded, (r) => {
        const made = to(r)
        fc.pre(isRight(made))
        expect(from(made.right)).toEqual(right(r))
        const parsed: unknown = JSON.parse(JSON.stringify(made.right))
        expect(from(parsed)).toEqual(right(r))
        expect(parsed).toEqual(made.right)
        expect(from(JSON.parse(new Theirs(made.right).toString()))).toEqual(right(r))
      }),
      { numRuns: runs(300) },
    )
  })

  it('2. is valid for the official library, in its strict mode', () => {
    fc.assert(
      fc.property(recorded, (r) => {
        const made = to(r)
        fc.pre(isRight(made))
        const theirs = new Theirs(made.right, true)
        expect(theirs.validate()).toBe(true)
        const told = Object.entries(theirs).filter(([, value]) => value !== undefined)
        expect(Object.fromEntries(told)).toEqual(made.right)
      }),
      { numRuns: runs(300) },
    )
  })

  it('2. has attributes with the names, types and values that are allowed', () => {
    fc.assert(
      fc.property(recorded, (r) => {
        const made = to(r)
        fc.pre(isRight(made))
        const { data, ...attributes } = made.right
        expect(data).toEqual(r.event)
        for (const [name, value] of Object.entries(attributes)) {
          expect(name).toMatch(/^[a-z0-9]{1,20}$/)
          if (typeof value === 'string') expect(isCloudEventString(value)).toBe(true)
          else expect(Number.isInteger(value) && Math.abs(value) < 2 ** 31).toBe(true)
        }
      }),
    )
  })

  it('2. of one source has an id of its own', () => {
    const stream = fc.string({ unit: fc.constantFrom('a', '@', '1'), minLength: 1 })
    const place = fc.tuple(stream, fc.integer({ min: 1, max: 12 }))
    fc.assert(
      fc.property(place, place, (a, b) => {
        const [x, y] = [a, b].map(([name, version]) => madeOf({ ...one, stream: name, version }).id)
        expect(x === y).toBe(a[0] === b[0] && a[1] === b[1])
      }),
      { numRuns: runs(500) },
    )
    const ids = [
      madeOf({ ...one, stream: 'a1', version: 1 }),
      madeOf({ ...one, stream: 'a', version: 11 }),
    ]
    expect(ids.map(({ id }) => id)).toEqual(['a1@1', 'a@11'])
  })

  it('3. is one wherever its envelope allows', () => {
    const inTime = (i: number) => Number.isInteger(i) && new Date(i).toISOString().length === 24
    fc.assert(
      fc.property(recorded, (r) => {
        const texts = [r.stream, r.commitId, r.actor, r.correlationId, r.causationId].flatMap((s) =>
          typeof s === 'string' ? [s] : s._tag === 'Some' ? [s.value] : [],
        )
        const allowed =
          texts.every((s) => isCloudEventString(s)) &&
          inTime(r.occurredAt) &&
          inTime(r.recordedAt) &&
          Number.isInteger(r.version) &&
          r.version >= 1 &&
          r.version < 2 ** 31 &&
          Number.isSafeInteger(r.position) &&
          r.position >= 0
        expect(isRight(to(r))).toBe(allowed)
      }),
      { numRuns: runs(300) },
    )
  })

  it('3. names the attribute that does not fit', () => {
    expect(to({ ...one, stream: '' })).toEqual(invalid('subject'))
    expect(to({ ...one, commitId: 'a\nb' })).toEqual(invalid('commitid'))
    expect(to({ ...one, version: 2 ** 31 })).toEqual(invalid('streamversion'))
    expect(to({ ...one, position: -1 })).toEqual(invalid('globalposition'))
    expect(to({ ...one, occurredAt: 8.64e15 })).toEqual(
      left({
        type: 'InvalidAttribute',
        attribute: 'time',
        expected: 'an integer instant in the years 0 to 9999',
        actual: 8.64e15,
      }),
    )
    expect(to({ ...one, recordedAt: 0.5 })).toEqual(invalid('recordedtime'))
    expect(to({ ...one, actor: some('') })).toEqual(invalid('actor'))
    expect(to({ ...one, correlationId: some('\ud800') })).toEqual(invalid('correlationid'))
    expect(to({ ...one, causationId: some('') })).toEqual(invalid('causationid'))
    const elsewhere = { source: 'my orders', typePrefix: '' }
    expect(toCloudEvent(orderEventCodec, elsewhere)(one)).toEqual(
      invalid('source', 'a URI reference'),
    )
    const odd = { source: '/', typePrefix: '\n' }
    expect(toCloudEvent(orderEventCodec, odd)(one)).toEqual(invalid('type'))
  })

  it('3. is none where the codec refuses the event, or gives what JSON cannot hold', () => {
    expect(to({ ...one, event: { type: 'TaxSet', amount: -1 } })).toMatchObject(
      left({ type: 'InvalidData', eventType: 'TaxSet', schemaVersion: 1 }),
    )
    const loose = {
      types: ['Seen'],
      encode: (at: Date) => right({ type: 'Seen', schemaVersion: 2, data: { at } }),
      decode: () => right(new Date(0)),
    }
    const seen = toCloudEvent(loose, context)({ ...one, event: new Date(0) })
    expect(seen).toMatchObject(
      left({
        type: 'InvalidData',
        eventType: 'Seen',
        schemaVersion: 2,
        issues: [{ path: ['at'] }],
      }),
    )
    const undated = toCloudEvent(
      { ...loose, encode: () => right({ type: 'Seen', schemaVersion: 0, data: 1 }) },
      context,
    )
    expect(undated({ ...one, event: new Date(0) })).toEqual(invalid('schemaversion'))
  })

  it('1. comes back as the part that it is of a stored event, with an id of its own', () => {
    for (const part of [1, 2, 11]) {
      const made = to({ ...one, part })
      expect(made).toMatchObject(right({ id: `${one.stream}@${one.version}+${part}` }))
      expect(isRight(made) && from(made.right)).toStrictEqual(right({ ...one, part }))
      for (const id of [`${one.stream}@${one.version}+`, `${one.stream}@${one.version}+0`]) {
        expect(isRight(made) && from({ ...made.right, id })).toEqual(invalid('id'))
      }
    }
  })

  it('1. comes back at the first place of all', () => {
    const begun = { ...one, position: 0, version: 1 }
    expect(from(madeOf(begun))).toEqual(right(begun))
  })

  it('1. and 2. hold for every event of the Northwind orders', async () => {
    const read = (name: string, columns: ReadonlyArray<string>) => {
      const file = new URL(`../../docs/examples/northwind/${name}.csv`, import.meta.url)
      const sheet = readCsv(name, readFileSync(file, 'utf8'), columns)
      return isRight(sheet) ? sheet.right : expect.fail(name)
    }
    const { orders } = joinOrders(read('orders', orderColumns), read('order_details', lineColumns))
    const plans = orders.map(planOrder).flatMap((plan) => (isRight(plan) ? [plan.right] : []))
    const store = withCodec(orderEventCodec)(memoryStore())
    const handle = commandHandler({ decider, store, retry: immediate(1) })
    await importOrders(handle, { plans, progress: silent, stopped: () => false })()
    const all = {
      initialState: [] as ReadonlyArray<Recorded<OrderEvent>>,
      evolve: (list: ReadonlyArray<Recorded<OrderEvent>>, r: Recorded<OrderEvent>) => [...list, r],
    }
    const { right: stored } = (await catchUp(store, all)({ position: 0, state: [] })()) as Right<{
      readonly state: ReadonlyArray<Recorded<OrderEvent>>
    }>
    expect(stored.state.length).toBeGreaterThan(5_000)
    for (const r of stored.state) {
      const theirs = new Theirs(madeOf(r), true)
      expect(from(JSON.parse(theirs.toString()))).toEqual(right(r))
    }
  })

  it('keeps the version of its data, and is upcast when it comes back', () => {
    type Seen = { readonly type: 'Seen'; readonly at: Date }
    type Dated = { readonly type: 'Seen'; readonly at: Date; readonly by: string }
    const old = codecOf<Seen>({ Seen: codec(t.type({ type: t.literal('Seen'), at: date })) })
    const now = codecOf<Dated>({
      Seen: next(codec(t.type({ type: t.literal('Seen'), at: date, by: t.string })), (e: Seen) => ({
        ...e,
        by: '?',
      }))(codec(t.type({ type: t.literal('Seen'), at: date }))),
    })
    const at = new Date(5)
    const made = toCloudEvent(old, context)({ ...one, event: { type: 'Seen', at } })
    expect(made).toMatchObject(
      right({ schemaversion: 1, data: { at: '1970-01-01T00:00:00.005Z' } }),
    )
    const back = isRight(made) ? fromCloudEvent(now, context)(made.right) : made
    expect(back).toEqual(right({ ...one, event: { type: 'Seen', at, by: '?' } }))
  })
})

describe('a CloudEvent', () => {
  const made = madeOf(one)

  it('4. gives an event or the attribute that it fails at, whatever it is', () => {
    const near = fc
      .tuple(fc.constantFrom(...Object.keys(made), 'datacontenttype', 'data_base64'), fc.anything())
      .map(([name, value]) => ({ ...made, [name]: value }))
    fc.assert(
      fc.property(fc.oneof(fc.anything(), near), (input) => {
        expect(['Left', 'Right']).toContain(from(input)._tag)
      }),
      { numRuns: runs(1_000) },
    )
  })

  it('4. without an attribute fails at that attribute', () => {
    const optional = ['actor', 'correlationid', 'causationid', 'datacontenttype']
    for (const attribute of Object.keys(made)) {
      for (const missing of [undefined, null]) {
        const without = { ...made, [attribute]: missing }
        if (optional.includes(attribute)) expect(from(without)).toMatchObject({ _tag: 'Right' })
        else if (attribute === 'data')
          expect(from(without)).toMatchObject(left({ type: 'InvalidData' }))
        else expect(from(without)).toEqual(invalid(attribute))
      }
    }
  })

  it('4. with a wrong attribute fails at that attribute', () => {
    const wrong: ReadonlyArray<readonly [string, unknown]> = [
      ['specversion', '0.3'],
      ['id', ''],
      ['id', 1],
      ['id', 'order-1@4'],
      ['source', 'https://example.com/baskets'],
      ['type', 'org.example.TaxSet'],
      ['type', 5],
      ['type', 'com.example.\n'],
      ['subject', ''],
      ['time', '1996-07-04'],
      ['time', 0],
      ['recordedtime', '1996-07-04T00:00:00.0001Z'],
      ['datacontenttype', 'text/xml'],
      ['datacontenttype', 'application/jsonl'],
      ['datacontenttype', 'json'],
      ['datacontenttype', 1],
      ['data_base64', 'e30='],
      ['schemaversion', 0],
      ['schemaversion', '1.0'],
      ['streamversion', 2 ** 31],
      ['streamversion', '03'],
      ['globalposition', 17],
      ['globalposition', '017'],
      ['globalposition', '-1'],
      ['globalposition', '9007199254740992'],
      ['commitid', '\0'],
      ['actor', ''],
      ['actor', 5],
      ['correlationid', {}],
      ['causationid', '\ufffe'],
    ]
    for (const [attribute, value] of wrong) {
      expect([attribute, from({ ...made, [attribute]: value })]).toEqual([
        attribute,
        invalid(attribute),
      ])
    }
    expect(from({ ...made, subject: 'order-2' })).toEqual(invalid('id'))
    expect(from({ ...made, specversion: '0.3', id: '' })).toEqual(
      left({
        type: 'InvalidAttribute',
        attribute: 'specversion',
        expected: '"1.0"',
        actual: '0.3',
      }),
    )
  })

  it('4. that is no object is none', () => {
    for (const actual of [undefined, null, 'text', 5]) {
      expect(from(actual)).toEqual(left({ type: 'NotAnObject', actual }))
    }
    expect(from([])).toEqual(invalid('specversion'))
  })

  it('4. of a type that the codec does not know says so', () => {
    expect(from({ ...made, type: 'com.example.TaxUnset' })).toMatchObject(
      left({ type: 'InvalidData', eventType: 'TaxUnset', schemaVersion: 1 }),
    )
    expect(from({ ...made, type: 'com.example.' })).toMatchObject(left({ type: 'InvalidData' }))
  })

  it('may come with attributes of others, other offsets and other media types of JSON', () => {
    const expected = right(one)
    expect(from({ ...made, traceparent: '00-0af7' })).toEqual(expected)
    expect(from({ ...made, time: '1996-07-04T14:00:00+02:00' })).toEqual(expected)
    expect(from({ ...made, schemaversion: '1', streamversion: '3' })).toEqual(expected)
    expect(from({ ...made, actor: null })).toEqual(right({ ...one, actor: none }))
    for (const media of ['application/json; charset=utf-8', 'text/json', 'application/a+JSON']) {
      expect(from({ ...made, datacontenttype: media })).toEqual(expected)
    }
  })

  it('goes over HTTP in the structured and in the binary mode of the official library', () => {
    const theirs = new Theirs(made)
    for (const { headers, body } of [HTTP.structured(theirs), HTTP.binary(theirs)]) {
      expect(from(HTTP.toEvent({ headers, body }))).toEqual(right(one))
    }
    const { headers } = HTTP.structured(theirs)
    expect(headers['content-type']).toContain('application/cloudevents+json')
  })
})
