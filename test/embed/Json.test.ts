import fc from 'fast-check'
import { left, right } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import * as orders from '../../docs/examples/json/order.ts'
import type { Codec } from '../../src/codec/Codec.ts'
import type { EncodedEvent } from '../../src/codec/EventCodec.ts'
import { codec } from '../../src/codec/IoTs.ts'
import { manyCodec, structCodec } from '../../src/codec/EventCodec/product.ts'
import type { Decider } from '../../src/Decider.ts'
import type { Path } from '../../src/internal/diff.ts'
import type { JsonAnswer, JsonBefore, JsonCodecs } from '../../src/embed/Json.ts'
import { toJson } from '../../src/embed/Json.ts'
import type { OrderEvent } from '../../src/order/index.ts'
import { orderDecider } from '../../src/order/index.ts'
import * as Product from '../../src/Product.ts'
import { replay } from '../../src/Projection.ts'
import { arbitrary, nearMisses, nearMissesOfEvents } from '../../src/testing/arbitrary.ts'
import { runs } from '../setup.ts'
import { drawUntil } from '../support/draws.ts'
import { walk } from '../support/orders.ts'
import type { Balance, Paid, TooMuch } from './account.ts'
import { account, codecs, limit, refunded, toV2, toV3, v1, v2, v3 } from './account.ts'
import { afterEvents, atState, callsOf, encoded, expected } from './calls.ts'

type JsonDecider = ReturnType<typeof toJson>
const decider = orderDecider()

const { decideJson, evolveJson } = orders

const decide = (j: JsonDecider, before: JsonBefore, command: unknown): JsonAnswer =>
  JSON.parse(j.decideJson(JSON.stringify(before), JSON.stringify(command))) as JsonAnswer

const evolve = (j: JsonDecider, before: JsonBefore, events: unknown): JsonAnswer =>
  JSON.parse(j.evolveJson(JSON.stringify(before), JSON.stringify(events))) as JsonAnswer

const historyOf = (outcomes: ReadonlyArray<JsonAnswer>): ReadonlyArray<unknown> =>
  outcomes.flatMap((answer) => (answer.type === 'Accepted' ? answer.events : []))

const nothing: JsonBefore = { type: 'Events', events: [] }
const tax = { type: 'SetTax', amount: 5 }

/** Texts that are calls, nearly calls, and no calls at all. */
const present = walk(6, 4).map((commands) => callsOf(commands).at(-1)?.before ?? nothing)
const value = fc.oneof(
  present,
  walk(6, 4).map((commands) => historyOf(callsOf(commands).map(({ answer }) => answer))),
  walk(3, 4).map((commands) => commands.at(-1) ?? tax),
  nearMisses(orders.codecs.commands).map(({ input }) => input),
  nearMissesOfEvents(orders.codecs.events).map(({ input }) => ({
    type: 'Events',
    events: [input],
  })),
  nearMissesOfEvents(orders.codecs.events).map(({ input }) => [input]),
  fc.constantFrom<unknown>(
    { type: 'Events', events: [null] },
    { type: 'State', version: 0, state: { type: 'NoOrder' } },
    { type: 'State', version: -1, state: {} },
    JSON.parse('{"__proto__":{"type":"Events"},"events":[]}'),
  ),
  fc.jsonValue(),
)
const presentText = present.map((one) => JSON.stringify(one))
const changed = fc
  .tuple(
    value.map((one) => JSON.stringify(one)),
    fc.nat(),
    fc.nat(2),
    fc.string({ maxLength: 2 }),
  )
  .map(([text, at, less, more]) => {
    const i = at % (text.length + 1)
    return text.slice(0, i) + more + text.slice(i + less)
  })
const deep = fc
  .tuple(fc.constantFrom('[', '{"a":', '{"type":"Events","events":[', '[{"data":'), fc.nat(100_000))
  .map(([open, times]) => open.repeat(times))
const text = fc.oneof(
  { weight: 6, arbitrary: value.map((one) => JSON.stringify(one)) },
  { weight: 4, arbitrary: changed },
  { weight: 1, arbitrary: deep },
  { weight: 2, arbitrary: fc.string({ unit: 'binary' }) },
)

describe('laws', () => {
  it('law 1: an answer comes back whatever the texts are, always the same, in ASCII', async () => {
    const types = new Set<string>()
    const property = fc.property(fc.oneof(presentText, text), text, (before, other) => {
      for (const ask of [decideJson, evolveJson]) {
        const answer = ask(before, other)
        expect(answer).toMatch(/^[ -~]*$/)
        expect(ask(before, other)).toBe(answer)
        const { type } = JSON.parse(answer) as JsonAnswer
        types.add(type)
        expect(type).not.toBe('Failed')
      }
    })
    await drawUntil(
      () => types.size === 4,
      (seed) => fc.assert(property, { numRuns: runs(1_000), seed }),
    )
    expect([...types].sort()).toEqual(['Accepted', 'Evolved', 'Invalid', 'Rejected'])
  })

  it('law 1: what is no text at all is answered, too', () => {
    for (const other of [undefined, null, 1, {}, Symbol('a'), ['[]']]) {
      const untyped = other as string // a host need not know better
      expect(JSON.parse(decideJson(untyped, '{}'))).toMatchObject({ input: 'before' })
      expect(JSON.parse(decideJson(JSON.stringify(nothing), untyped))).toMatchObject({
        input: 'command',
      })
      expect(JSON.parse(evolveJson(JSON.stringify(nothing), untyped))).toMatchObject({
        input: 'events',
      })
    }
  })

  it('laws 2, 3: along walks the answers are those of the decider, to events and to states', () => {
    fc.assert(
      fc.property(walk(40, 4), (commands) => {
        for (const { before, command, answer } of callsOf(commands)) {
          expect(decide(orders, before, command)).toStrictEqual(answer)
        }
      }),
      { numRuns: runs(60) },
    )
  })

  it('laws 2, 3: also where values are encoded to something else', () => {
    const command = arbitrary(codecs.commands)
    const j = toJson(account, codecs)
    fc.assert(
      fc.property(fc.array(command, { maxLength: 8 }), (commands) => {
        let state = account.initialState
        let before: JsonBefore = nothing
        const events: Array<unknown> = []
        for (const one of commands) {
          const asked = codecs.commands.encode(one)
          const answer = decide(j, before, asked)
          expect(decide(j, { type: 'Events', events: [...events] } as JsonBefore, asked)).toEqual(
            answer,
          )
          const decision = account.decide(one, state)
          if (decision._tag === 'Left') {
            expect(answer).toEqual({
              type: 'Rejected',
              version: events.length,
              rejection: { type: 'TooMuch', limit: String(limit) },
            })
            continue
          }
          state = decision.right.reduce((s, e) => account.evolve(s, e), state)
          if (answer.type !== 'Accepted') return expect.unreachable(answer.type)
          events.push(...answer.events)
          expect(answer.version).toBe(events.length)
          expect(codecs.state?.decode(answer.state)).toStrictEqual(right(state))
          expect(answer.isTerminal).toBe(account.isTerminal(state))
          before = { type: 'State', version: answer.version, state: answer.state }
        }
      }),
    )
  })

  it('law 4: events of older versions count as what they are upcast to', () => {
    const j = toJson(account, codecs)
    const at = (type: string, schemaVersion: number, data: unknown) => ({
      type,
      schemaVersion,
      data,
    })
    const old = fc.oneof(
      arbitrary(v1)
        .filter(({ cents }) => Number.isSafeInteger(cents))
        .map((one) => [at('Paid', 1, v1.encode(one)), toV3(toV2(one))] as const),
      arbitrary(v2).map((one) => [at('Paid', 2, v2.encode(one)), toV3(one)] as const),
      arbitrary(v3).map((one) => [at('Paid', 3, v3.encode(one)), one] as const),
      arbitrary(refunded).map(
        (one) =>
          [
            at('Refunded', 1, refunded.encode(one)),
            { ...toV3(toV2({ cents: 0 })), amount: -one.amount, by: 'back' },
          ] as const,
      ),
    )
    fc.assert(
      fc.property(fc.array(old, { maxLength: 6 }), (history) => {
        const before: JsonBefore = { type: 'Events', events: history.map(([stored]) => stored) }
        const answer = evolve(j, before, [])
        const state = replay(account)(history.map(([, event]): Paid => event))
        expect(answer.type === 'Evolved' && codecs.state?.decode(answer.state)).toStrictEqual(
          right(state),
        )
      }),
    )
  })

  it('law 5: a refused command is answered with the issues of its codec', () => {
    fc.assert(
      fc.property(nearMisses(orders.codecs.commands), ({ input }) => {
        const command: unknown = JSON.parse(JSON.stringify(input) ?? 'null')
        const answer = decide(orders, nothing, command)
        expect(answer.type).toBe('Invalid')
        expect(answer).toStrictEqual(expected([], command))
      }),
    )
  })

  it('law 5: a refused event is answered with the path that leads to it', () => {
    fc.assert(
      fc.property(walk(6, 4), nearMissesOfEvents(orders.codecs.events), (commands, { input }) => {
        const before = callsOf(commands).at(-1)?.before ?? nothing
        const events = before.type === 'Events' ? before.events : []
        const all: JsonBefore = { type: 'Events', events: [...events, input] }
        const [asked, appended] = [decide(orders, all, tax), evolve(orders, before, [input])]
        if (asked.type !== 'Invalid' || appended.type !== 'Invalid') {
          return expect.unreachable(`${asked.type}, ${appended.type}`)
        }
        expect([asked.input, appended.input]).toEqual(['before', 'events'])
        const paths = pathsIn(input)
        expect(asked.issues.map(({ path }) => path)).toEqual(
          paths.map((path) => ['events', events.length, ...path]),
        )
        expect(appended.issues.map(({ path }) => path)).toEqual(paths.map((path) => [0, ...path]))
      }),
    )
  })

  it('law 6: events one part after the other are all of them, and lead where decideJson leads', () => {
    fc.assert(
      fc.property(walk(12, 4), fc.nat(), (commands, cut) => {
        const all = callsOf(commands)
        const events = historyOf(all.filter((_, i) => i % 2 === 0).map(({ answer }) => answer))
        const at = cut % (events.length + 1)
        const half = evolve(orders, nothing, events.slice(0, at))
        if (half.type !== 'Evolved') return expect.unreachable(half.type)
        const middle: JsonBefore = { type: 'State', version: half.version, state: half.state }
        const whole = evolve(orders, nothing, events)
        expect(evolve(orders, middle, events.slice(at))).toEqual(whole)
        expect(whole).toMatchObject({ type: 'Evolved', version: events.length })
        const last = all.findLast(({ answer }) => answer.type === 'Accepted')?.answer
        if (last?.type !== 'Accepted' || whole.type !== 'Evolved') return
        expect([whole.state, whole.isTerminal]).toEqual([last.state, last.isTerminal])
      }),
    )
  })
})

/** Where an event is wrong: its type, else its version, else its data. */
const pathsIn = (event: EncodedEvent): ReadonlyArray<Path> => {
  if (!orders.codecs.events.versions?.has(event.type)) return [['type']]
  if (event.schemaVersion !== 1) return [['schemaVersion']]
  const decoded = orders.codecs.events.decode(event)
  return decoded._tag === 'Left' ? decoded.left.issues.map(({ path }) => ['data', ...path]) : []
}

/** Of commands that nobody sends. */
const unused = <C>(): Codec<C> => ({
  decode: (actual) => left([{ path: [], expected: 'nothing', actual }]),
  encode: (command) => command,
  is: (u): u is C => false,
})

describe('what is refused', () => {
  const refusal = (before: string, command = JSON.stringify(tax)) => {
    const answer = JSON.parse(decideJson(before, command)) as JsonAnswer
    if (answer.type !== 'Invalid') return expect.unreachable(answer.type)
    return [answer.input, ...answer.issues.map(({ message }) => message)]
  }
  const created = encoded({ type: 'OrderCreated', customerId: 'V', currency: 'USD' })
  const state = (change: object) => ({
    ...replay(decider)([
      { type: 'OrderCreated', customerId: 'V', currency: 'USD' },
      { type: 'LineAdded', productId: '1', quantity: 2, unitPrice: 50, discount: 0 },
    ]),
    ...change,
  })

  it.each([
    ['', '(root): expected JSON text, got ""'],
    ['{', '(root): expected JSON text, got "{"'],
    ['[]', 'type: expected "Events" | "State", got undefined'],
    ['null', 'type: expected "Events" | "State", got undefined'],
    ['{"type":"events"}', 'type: expected "Events" | "State", got "events"'],
    ['{"type":"Events"}', 'events: expected a list of events, got undefined'],
    ['{"type":"Events","events":{}}', 'events: expected a list of events, got an object'],
    [
      '{"type":"Events","events":[7]}',
      'events[0].type: expected the type of an event, got undefined',
    ],
    [
      '{"__proto__":{"type":"Events"},"events":[]}',
      'type: expected "Events" | "State", got undefined',
    ],
    [
      '{"type":"State","state":{"type":"NoOrder"}}',
      'version: expected a non-negative integer, got undefined',
    ],
    ['{"type":"State","version":-1}', 'version: expected a non-negative integer, got -1'],
    ['{"type":"State","version":1.5}', 'version: expected a non-negative integer, got 1.5'],
    ['{"type":"State","version":"1"}', 'version: expected a non-negative integer, got "1"'],
    ['{"type":"State","version":0}', 'state: expected a state, got undefined'],
    [
      '{"type":"State","version":0,"state":7}',
      'state.type: expected "NoOrder" | "Order", got undefined',
    ],
  ])('%s', (before, message) => {
    expect(refusal(before)).toEqual(['before', message])
  })

  it.each([
    [
      { ...created, type: undefined },
      'events[0].type: expected the type of an event, got undefined',
    ],
    [{ ...created, type: 7 }, 'events[0].type: expected the type of an event, got 7'],
    [
      { ...created, schemaVersion: '1' },
      'events[0].schemaVersion: expected the version of its data, got "1"',
    ],
    [{ ...created, schemaVersion: 2 }, 'events[0].schemaVersion: expected version 1, got 2'],
    [
      { ...created, data: undefined },
      'events[0].data: expected the data of the event, got undefined',
    ],
    [
      { ...created, data: { type: 'OrderCreated', customerId: 'V', currency: 'usd' } },
      'events[0].data.currency: expected a currency code like "USD", got "usd"',
    ],
    [
      { ...created, data: { type: 'TaxSet', customerId: 'V', currency: 'USD' } },
      'events[0].data.type: expected "OrderCreated", got "TaxSet"',
    ],
  ])('the event %o', (event, message) => {
    expect(refusal(JSON.stringify({ type: 'Events', events: [event] }))).toEqual([
      'before',
      message,
    ])
  })

  it('an unknown type of event, at its type and not at that of its data', () => {
    for (const data of [{ type: 'Lost' }, { type: 'OrderCreated' }, {}]) {
      const before = { type: 'Events', events: [created, { ...created, type: 'Lost', data }] }
      const [input, message] = refusal(JSON.stringify(before))
      expect([input, message?.slice(0, 20)]).toEqual(['before', 'events[1].type: expe'])
    }
  })

  it('what JSON text holds but no store keeps, with its place', () => {
    const kept = 'a value that JSON can hold'
    expect(refusal(JSON.stringify(nothing), '{"type":"SetTax","amount":1e999}')).toEqual([
      'command',
      `amount: expected ${kept}, got Infinity`,
    ])
    expect(refusal(JSON.stringify(nothing), '{"type":"SetTax","amount":1,"__proto__":{}}')).toEqual(
      ['command', `__proto__: expected ${kept}, got an object`],
    )
    const before = `{"type":"Events","events":[{"type":"TaxSet","schemaVersion":1,"data":[1e999]}]}`
    expect(refusal(before)).toEqual(['before', `events[0].data[0]: expected ${kept}, got Infinity`])
  })

  it('a state whose sums are wrong', () => {
    const at = (change: object) =>
      JSON.stringify({ type: 'State', version: 2, state: state(change) })
    expect((JSON.parse(decideJson(at({}), JSON.stringify(tax))) as JsonAnswer).type).toBe(
      'Accepted',
    )
    for (const change of [{ total: 99 }, { subtotal: 99, total: 99 }, { lines: [] }, { tax: 1 }]) {
      expect(refusal(at(change))[1]).toMatch(/^state: expected an order whose sums are right/)
    }
  })

  it('a state, where there is no codec of states; then none is given either', () => {
    const { commands, events } = orders.codecs
    const j = toJson(decider, { commands, events })
    expect(decide(j, atState(0, { type: 'NoOrder' }), tax)).toEqual({
      type: 'Invalid',
      input: 'before',
      issues: [
        { path: ['type'], expected: '"Events"', message: 'type: expected "Events", got "State"' },
      ],
    })
    const history: ReadonlyArray<OrderEvent> = [
      { type: 'OrderCreated', customerId: 'V', currency: 'USD' },
    ]
    expect(decide(j, afterEvents(history), tax)).toStrictEqual({
      type: 'Accepted',
      version: 2,
      isTerminal: false,
      events: [{ type: 'TaxSet', schemaVersion: 1, data: { type: 'TaxSet', amount: 5 } }],
    })
    expect(evolve(j, nothing, history.map(encoded))).toStrictEqual({
      type: 'Evolved',
      version: 1,
      isTerminal: false,
    })
    expect(decide(j, nothing, tax)).toStrictEqual({
      type: 'Rejected',
      version: 0,
      rejection: { type: 'OrderNotFound' },
    })
  })
})

it('a negative zero is zero, as JSON text would have it', () => {
  const before = '{"type":"State","version":-0,"state":{"type":"NoOrder"}}'
  const answer = decideJson(before, '{"type":"SetTax","amount":-0}')
  expect(answer).toBe('{"type":"Rejected","version":0,"rejection":{"type":"OrderNotFound"}}')
})

it('a negative zero in stored data is zero, too', () => {
  const created = encoded({ type: 'OrderCreated', customerId: 'V', currency: 'USD' })
  const tax = '{"type":"TaxSet","schemaVersion":1,"data":{"type":"TaxSet","amount":-0}}'
  const events = `[${JSON.stringify(created)},${tax}]`
  expect(JSON.parse(evolveJson(JSON.stringify(nothing), events))).toMatchObject({ version: 2 })
})

it('a part of a product names the place of a wrong event', () => {
  const both = Product.struct({ order: decider, basket: decider })
  const j = toJson(both, {
    commands: unused(),
    events: structCodec({ order: orders.codecs.events, basket: orders.codecs.events }),
  })
  const pathsOf = (on: JsonDecider, event: unknown) => {
    const answer = evolve(on, nothing, [event])
    return answer.type === 'Invalid' ? answer.issues.map(({ path }) => path) : answer.type
  }
  const data = { type: 'TaxSet', amount: 5 }
  const event = { type: 'order.TaxSet', schemaVersion: 1, data }
  expect(pathsOf(j, event)).toBe('Evolved')
  expect(pathsOf(j, { ...event, type: 'TaxSet' })).toEqual([[0, 'type']])
  expect(pathsOf(j, { ...event, type: 'order.Lost' })).toEqual([[0, 'type']])
  expect(pathsOf(j, { ...event, schemaVersion: 2 })).toEqual([[0, 'schemaVersion']])
  expect(pathsOf(j, { ...event, data: { type: 'Lost' } })).toEqual([
    [0, 'data', 'type'],
    [0, 'data', 'amount'],
  ])
  const keyed = toJson(Product.many(decider), {
    commands: unused(),
    events: manyCodec(orders.codecs.events),
  })
  const kept = { type: 'TaxSet', schemaVersion: 1, data: { key: 'a', event: data } }
  expect(pathsOf(keyed, kept)).toBe('Evolved')
  expect(pathsOf(keyed, { ...kept, data: { key: 'a', event: { type: 'TaxSet' } } })).toEqual([
    [0, 'data', 'event', 'amount'],
  ])
})

describe('a decider or a codec that breaks its promise', () => {
  const j = (change: Partial<typeof account>, other: Partial<typeof codecs> = {}) =>
    toJson({ ...account, ...change }, { ...codecs, ...other })
  const pay = { type: 'Pay', amount: '5', at: '1970-01-01T00:00:00.000Z' }
  const paid = { type: 'Paid', schemaVersion: 1, data: { cents: 1 } }
  const boom = (thrown: unknown) => (): never => {
    throw thrown
  }
  const mute = {
    toString: boom(1),
  }
  const paidOn = (by: unknown) => () =>
    right<TooMuch, ReadonlyArray<Paid>>([
      { type: 'Paid', amount: 1n, at: new Date(0), by: by as string },
    ])

  const rows: ReadonlyArray<readonly [string, JsonDecider, JsonAnswer]> = [
    [
      'decide throws',
      j({ decide: boom(new TypeError('no such thing')) }),
      { type: 'Failed', part: 'decide', reason: 'threw TypeError: no such thing' },
    ],
    [
      'decide throws a value that has no string form',
      j({ decide: boom(mute) }),
      { type: 'Failed', part: 'decide', reason: 'threw a value that has no string form' },
    ],
    [
      'evolve throws',
      j({ evolve: boom(7) }),
      { type: 'Failed', part: 'evolve', reason: 'threw 7' },
    ],
    [
      'isTerminal throws',
      j({ isTerminal: boom('a') }),
      { type: 'Failed', part: 'isTerminal', reason: 'threw a' },
    ],
    [
      'a codec of commands throws',
      j({}, { commands: { ...codecs.commands, decode: boom('a') } }),
      { type: 'Failed', part: 'commands', reason: 'threw a' },
    ],
    [
      'a codec of events throws',
      j({}, { events: { ...codecs.events, encode: boom('a') } }),
      { type: 'Failed', part: 'events', reason: 'threw a' },
    ],
    [
      'an event is none',
      j({ decide: paidOn(7) }),
      { type: 'Failed', part: 'events', reason: 'Paid: by: expected string, got 7' },
    ],
    [
      'an event is encoded to what JSON can not hold',
      j({}, { events: { ...codecs.events, encode: () => right({ ...paid, data: 1n }) } }),
      {
        type: 'Failed',
        part: 'events',
        reason: 'Paid: (root): expected a value that JSON can hold, got 1',
      },
    ],
    [
      'an event is encoded to what cannot be decoded',
      j({}, { events: { ...codecs.events, encode: () => right({ ...paid, schemaVersion: 9 }) } }),
      {
        type: 'Failed',
        part: 'events',
        reason: 'Paid: schemaVersion: expected a version from 1 to 3, got 9',
      },
    ],
    [
      'a state is encoded to what JSON can not hold',
      j({}, { state: { ...(codecs.state as Codec<Balance>), encode: ({ sum }) => [sum] } }),
      {
        type: 'Failed',
        part: 'state',
        reason: '[0]: expected a value that JSON can hold, got 5',
      },
    ],
    [
      'a state is encoded to what cannot be decoded',
      j({}, { state: { ...(codecs.state as Codec<Balance>), encode: () => 'a' } }),
      {
        type: 'Failed',
        part: 'state',
        reason:
          '(root): expected { sum: an integer in decimal digits, last: an ISO 8601 instant like "1996-07-04T00:00:00.000Z", by: ReadonlyArray<string> }, got "a"',
      },
    ],
    [
      'a rejection is what JSON can not hold',
      toJson(
        { ...account, decide: () => left({ type: 'TooMuch', limit: 1n }) },
        {
          commands: codecs.commands,
          events: codecs.events,
        },
      ),
      {
        type: 'Failed',
        part: 'rejections',
        reason: 'limit: expected a value that JSON can hold, got 1',
      },
    ],
  ]

  it.each(rows)('%s', (_, broken, answer) => {
    expect(decide(broken, nothing, pay)).toStrictEqual(answer)
  })

  it('a codec of states throws, on the way in', () => {
    const broken = j({}, { state: { ...(codecs.state as Codec<Balance>), decode: boom('a') } })
    expect(decide(broken, { type: 'State', version: 0, state: 1 }, pay)).toStrictEqual({
      type: 'Failed',
      part: 'state',
      reason: 'threw a',
    })
  })

  it('a codec of rejections throws', () => {
    const rejections = { ...(codecs.rejections as Codec<TooMuch>), encode: boom('a') }
    const refused = j({ decide: () => left({ type: 'TooMuch', limit }) }, { rejections })
    expect(decide(refused, nothing, pay)).toMatchObject({ part: 'rejections', reason: 'threw a' })
  })

  it('a codec throws after there were events', () => {
    const before: JsonBefore = { type: 'Events', events: [paid] }
    const commands = { ...codecs.commands, decode: boom('a') }
    expect(decide(j({}, { commands }), before, pay)).toMatchObject({ part: 'commands' })
    const events = { ...codecs.events, decode: boom('a') }
    expect(decide(j({}, { events }), before, pay)).toMatchObject({ part: 'events' })
  })

  it('evolve throws on the events so far', () => {
    const broken = j({ evolve: boom('a') })
    expect(decide(broken, { type: 'Events', events: [paid] }, pay)).toMatchObject({
      part: 'evolve',
    })
  })
})

it('data as deep as a store keeps comes in and goes out, and is refused beyond', () => {
  type Note = { readonly type: 'Note'; readonly at: unknown }
  const notes: Decider<Note, unknown, Note, never> = {
    initialState: null,
    decide: (note) => right([note]),
    evolve: (_, { at }) => at,
    isTerminal: () => false,
  }
  const note = codec(t.type({ type: t.literal('Note'), at: t.unknown }))
  const c: JsonCodecs<Note, unknown, Note, never> = {
    commands: note,
    events: {
      types: ['Note'],
      decode: ({ type, schemaVersion, data }) => {
        const decoded = note.decode(data)
        return decoded._tag === 'Right'
          ? decoded
          : left({ eventType: type, schemaVersion, issues: decoded.left })
      },
      encode: (data) => right({ type: 'Note', schemaVersion: 1, data }),
    },
    state: codec(t.unknown),
  }
  const j = toJson(notes, c)
  const nested = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth))
  const deepest = decide(j, nothing, { type: 'Note', at: nested(199) })
  if (deepest.type !== 'Accepted') return expect.unreachable(deepest.type)
  const after: JsonBefore = { type: 'Events', events: deepest.events }
  expect(decide(j, after, { type: 'Note', at: 1 })).toMatchObject({ type: 'Accepted', version: 2 })
  for (const depth of [200, 240, 260]) {
    expect(decide(j, nothing, { type: 'Note', at: nested(depth) }).type).toBe('Invalid')
  }
})
