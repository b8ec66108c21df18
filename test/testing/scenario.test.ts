import fc from 'fast-check'
import { right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { Decider } from '../../src/Decider.ts'
import { run } from '../../src/Decider.ts'
import type { OrderEvent } from '../../src/order/index.ts'
import { orderDecider } from '../../src/order/index.ts'
import { replay } from '../../src/Projection.ts'
import { scenario } from '../../src/testing/scenario.ts'
import * as small from '../support/finite.ts'
import { orderIn, threeLines } from '../support/orders.ts'

const decider = orderDecider()

const order = scenario(decider)
const created: OrderEvent = { type: 'OrderCreated', customerId: 'VINET', currency: 'USD' }
const line = { productId: '11', quantity: 12, unitPrice: 1_400, discount: 0 } as const

/** The message of what fails, or nothing where it passes. */
const failure = (test: () => void): string | undefined => {
  try {
    test()
    return undefined
  } catch (error) {
    expect(error).toBeInstanceOf(Error)
    return error instanceof Error ? error.message : undefined
  }
}

const passes = (test: () => void): boolean => failure(test) === undefined

/** A decider that emits the events it is told, and counts nothing. */
const echo: Decider<ReadonlyArray<unknown>, number, unknown, string> = {
  initialState: 0,
  decide: (events) => right(events),
  evolve: (n) => n + 1,
  isTerminal: () => false,
}

describe('any scenario', () => {
  const outcome = fc.array(small.event, { maxLength: 3 })
  const rejection = fc.record({ rejection: fc.nat({ max: 1 }) }, { noNullPrototype: true })

  it('1. then passes exactly where the command is accepted with these events', () => {
    fc.assert(
      fc.property(small.tables, small.events, small.command, outcome, (t, es, c, other) => {
        const d = small.finite(t)
        const decision = d.decide(c, replay(d)(es))
        const emitted = decision._tag === 'Right' ? decision.right : undefined
        const when = scenario(d).given(es).when(c)
        for (const events of [other, emitted ?? []]) {
          const same = emitted !== undefined && JSON.stringify(events) === JSON.stringify(emitted)
          expect(passes(() => when.then(events))).toBe(same)
        }
      }),
    )
  })

  it('2. thenRejected passes exactly where the command is refused for this reason', () => {
    fc.assert(
      fc.property(small.tables, small.events, small.command, rejection, (t, es, c, r) => {
        const d = small.finite(t)
        const decision = d.decide(c, replay(d)(es))
        const refused = decision._tag === 'Left' && decision.left.rejection === r.rejection
        expect(passes(() => scenario(d).given(es).when(c).thenRejected(r))).toBe(refused)
      }),
    )
  })

  it('3. thenState passes exactly where the command is accepted and leads there', () => {
    fc.assert(
      fc.property(small.tables, small.events, small.command, small.state, (t, es, c, s) => {
        const d = small.finite(t)
        const decision = d.decide(c, replay(d)(es))
        const leads =
          decision._tag === 'Right' && replay(d)([...es, ...decision.right]).state === s.state
        expect(passes(() => scenario(d).given(es).when(c).thenState(s))).toBe(leads)
        const there = replay(d)(es).state === s.state
        expect(passes(() => scenario(d).given(es).thenState(s))).toBe(there)
      }),
    )
  })
})

describe('orders', () => {
  const { events } = run(decider)(threeLines.slice(0, -1))

  it.each<[string, () => void]>([
    [
      'a refusal',
      () =>
        order.given([]).when({ type: 'SetTax', amount: 1 }).thenRejected({ type: 'OrderNotFound' }),
    ],
    ['nothing to do', () => order.given([created]).when({ type: 'SetTax', amount: 0 }).then([])],
    [
      'a line',
      () =>
        order
          .given([created])
          .when({ type: 'AddLine', ...line })
          .then([{ type: 'LineAdded', ...line }]),
    ],
    [
      'the state after',
      () => order.given(events).when({ type: 'SetTax', amount: 500 }).thenState(orderIn('new')),
    ],
    ['the state before anything', () => order.given([]).thenState({ type: 'NoOrder' })],
    [
      'events given that the decider ignores',
      () =>
        order
          .given([{ type: 'TaxSet', amount: 3 }, created, created])
          .when({ type: 'SetTax', amount: 1 })
          .then([{ type: 'TaxSet', amount: 1 }]),
    ],
  ])('%s', (_, test) => {
    expect(failure(test)).toBeUndefined()
  })
})

describe('C13: events in another order or with other fields do not pass', () => {
  const a = { type: 'A', n: 1 }
  const b = { type: 'B', n: 2 }
  const emits = (events: ReadonlyArray<unknown>) => scenario(echo).given([]).when(events)

  it.each<[string, ReadonlyArray<unknown>, ReadonlyArray<unknown>]>([
    ['another order', [a, b], [b, a]],
    ['an extra field', [{ ...a, extra: 1 }], [a]],
    ['an extra field that is undefined', [{ ...a, extra: undefined }], [a]],
    ['a missing field', [{ type: 'A' }], [a]],
    ['a missing field that is undefined', [{ type: 'A' }], [{ type: 'A', n: undefined }]],
    ['a wrong value', [{ ...a, n: 2 }], [a]],
    ['a value of another type', [{ ...a, n: '1' }], [a]],
    ['negative zero', [{ ...a, n: -0 }], [{ ...a, n: 0 }]],
    ['null for undefined', [[null]], [[undefined]]],
    ['a missing event', [a], [a, b]],
    ['an extra event', [a, b], [a]],
    ['an event twice', [a, a], [a]],
    ['an empty object for an empty list', [{}], [[]]],
    ['other elements deep inside', [{ a: [{ b: [1, 2] }] }], [{ a: [{ b: [2, 1] }] }]],
    ['an error with another message', [new Error('a')], [new Error('b')]],
    ['another address', [new URL('http://a')], [new URL('http://b')]],
    ['a set of other objects', [new Set([{ a: 1 }])], [new Set([{ a: 2 }])]],
    ['a map with another key', [new Map([[1, 'x']])], [new Map([['1', 'x']])]],
    ['an instance for a plain object', [Object.assign(Object.create({ f() {} }), a)], [a]],
  ])('%s', (_, emitted, expected) => {
    expect(failure(() => emits(emitted).then(expected))).toContain('emitted')
    expect(failure(() => emits(expected).then(emitted))).toContain('emitted')
    emits(emitted).then(emitted)
    emits(expected).then(expected)
  })

  it('nor do rejections and states with other fields', () => {
    const states: Decider<string, unknown, unknown, unknown> = {
      initialState: { n: 1, more: undefined },
      decide: () => ({ _tag: 'Left', left: { type: 'No', more: undefined } }),
      evolve: (state) => state,
      isTerminal: () => false,
    }
    const when = scenario(states).given([]).when('x')
    expect(passes(() => when.thenRejected({ type: 'No', more: undefined }))).toBe(true)
    expect(passes(() => when.thenRejected({ type: 'No' }))).toBe(false)
    const given = scenario(states).given([])
    expect(passes(() => given.thenState({ n: 1, more: undefined }))).toBe(true)
    expect(passes(() => given.thenState({ n: 1 }))).toBe(false)
  })
})

it('states that hold themselves are compared', () => {
  interface Node {
    readonly name: string
    readonly inner: Array<Node>
    readonly outer?: Node
  }
  const tree = (leaf: string): Node => {
    const root: Node = { name: 'root', inner: [] }
    root.inner.push({ name: leaf, inner: [], outer: root })
    return root
  }
  const trees: Decider<string, Node, string, never> = {
    initialState: tree('a'),
    decide: (name) => ({ _tag: 'Right', right: [name] }),
    evolve: (_, name) => tree(name),
    isTerminal: () => false,
  }
  const when = scenario(trees).given([]).when('b')
  when.thenState(tree('b'))
  expect(failure(() => when.thenState(tree('c')))).toContain(`inner[0].name: expected 'c', got 'b'`)
})

describe('what is said of a failure', () => {
  it('events: what is missing, extra and different, place by place, and where it was decided', () => {
    const c = (n: number) => ({ type: 'C', n, deep: { list: [n] } })
    const given = [{ type: 'Given' }]
    const emitted = [{ type: 'A' }, c(1), { type: 'B' }, { type: 'D', n: 1 }]
    const expected = [{ type: 'A' }, c(2), { type: 'D', n: 1 }, { type: 'E', of: 'x' }]
    expect(failure(() => scenario(echo).given(given).when(emitted).then(expected))).toBe(
      `4 events expected, 4 emitted

    [0] { type: 'A' }
  ~ [1] { type: 'C', n: 1, deep: { list: [1] } }
        n: expected 2, got 1
        deep.list[0]: expected 2, got 1
  + [2] { type: 'B' }
    [3] { type: 'D', n: 1 }
  - [3] { type: 'E', of: 'x' }

  - missing, + extra, ~ not as expected

given
  [{ type: 'Given' }]

when
  [
    { type: 'A' },
    { type: 'C', n: 1, deep: { list: [1] } },
    { type: 'B' },
    { type: 'D', n: 1 },
  ]

state it was decided on
  1`,
    )
  })

  it('fields that are missing or extra', () => {
    const when = scenario(echo)
      .given([])
      .when([{ type: 'A', extra: undefined }])
    expect(failure(() => when.then([{ type: 'A', gone: 1 }]))).toContain(
      `  ~ [0] { type: 'A', extra: undefined }
        gone: expected 1, not there
        extra: not expected, got undefined`,
    )
  })

  it('another order', () => {
    const [a, b] = [{ type: 'A' }, { type: 'B' }]
    const message = failure(() => scenario(echo).given([]).when([b, a]).then([a, b]))
    expect(message).toContain(`2 events expected, 2 emitted, the same in another order

  - [0] { type: 'A' }
    [0] { type: 'B' }
  + [1] { type: 'A' }`)
    const [one, two] = [
      { type: 'A', n: 1 },
      { type: 'A', n: 2 },
    ]
    expect(failure(() => scenario(echo).given([]).when([one, one]).then([one, two]))).not.toContain(
      'another order',
    )
  })

  it('a refusal where events were expected', () => {
    const confirm = order.given([created]).when({ type: 'ChangeStatus', newStatus: 'confirmed' })
    expect(failure(() => confirm.then([{ type: 'StatusChanged', newStatus: 'confirmed' }]))).toBe(
      `1 event expected, but the command was rejected

  rejection  { type: 'EmptyOrder' }

  - [0] { type: 'StatusChanged', newStatus: 'confirmed' }

given
  [{ type: 'OrderCreated', customerId: 'VINET', currency: 'USD' }]

when
  { type: 'ChangeStatus', newStatus: 'confirmed' }

state it was decided on
  {
    type: 'Order',
    customerId: 'VINET',
    currency: 'USD',
    status: 'new',
    lines: [],
    subtotal: 0,
    shipping: 0,
    tax: 0,
    total: 0,
  }`,
    )
    expect(failure(() => confirm.then([]))).toContain(
      `no events expected, but the command was rejected

  rejection  { type: 'EmptyOrder' }

given
`,
    )
    expect(failure(() => confirm.thenState(orderIn('new')))).toContain(
      `a state was expected, but the command was rejected

  rejection  { type: 'EmptyOrder' }`,
    )
  })

  it('events where a refusal was expected', () => {
    const setTax = order.given([created]).when({ type: 'SetTax', amount: 1 })
    expect(failure(() => setTax.thenRejected({ type: 'EmptyOrder' }))).toContain(
      `a rejection was expected, but the command was accepted, with 1 event

  expected  { type: 'EmptyOrder' }

  + [0] { type: 'TaxSet', amount: 1 }

given`,
    )
    const idle = order.given([created]).when({ type: 'SetTax', amount: 0 })
    expect(failure(() => idle.thenRejected({ type: 'EmptyOrder' }))).toContain(
      `accepted, with no events

  expected  { type: 'EmptyOrder' }

given`,
    )
  })

  it('another refusal', () => {
    const setTax = order.given([created]).when({ type: 'SetTax', amount: -1 })
    const other = { type: 'InvalidAmount', field: 'shipping', amount: -1 } as const
    expect(failure(() => setTax.thenRejected(other))).toContain(
      `another rejection was expected

  expected  { type: 'InvalidAmount', field: 'shipping', amount: -1 }
  got       { type: 'InvalidAmount', field: 'tax', amount: -1 }

  field: expected 'shipping', got 'tax'

given`,
    )
  })

  it('a refusal that is too long for its line', () => {
    const why = 'x'.repeat(50)
    const refusing: Decider<string, number, string, unknown> = {
      ...echo,
      decide: () => ({ _tag: 'Left', left: { type: 'No', why } }),
    }
    expect(failure(() => scenario(refusing).given([]).when('x').then([]))).toBe(
      `no events expected, but the command was rejected

  rejection  {
               type: 'No',
               why: '${why}',
             }

given
  []

when
  'x'

state it was decided on
  0`,
    )
  })

  it('another state', () => {
    const setTax = scenario(echo).given([1]).when(['x', 'y'])
    expect(failure(() => setTax.thenState(2))).toBe(`another state was expected

  (root): expected 2, got 3

given
  [1]

when
  ['x', 'y']

state it was decided on
  1

events
  ['x', 'y']`)
    expect(failure(() => scenario(echo).given([1]).thenState(2))).toBe(`another state was expected

  (root): expected 2, got 1

given
  [1]`)
  })

  it('a decider that throws, with what it threw', () => {
    const boom = new TypeError('boom')
    const thrower = (where: string): typeof echo => ({
      ...echo,
      decide: () => {
        if (where === 'decide') throw boom
        return right(['x'])
      },
      evolve: (n) => {
        if (where === `evolve ${n}`) throw boom
        return n + 1
      },
    })
    const when = (where: string) =>
      scenario(thrower(where))
        .given([{ n: 1 }])
        .when([])
    expect(failure(() => when('decide').then([]))).toBe(`decide threw TypeError: boom

given
  [{ n: 1 }]

when
  []

state it was decided on
  1`)
    expect(failure(() => when('evolve 0').thenRejected('x'))).toBe(`evolve threw TypeError: boom

given
  [{ n: 1 }]

when
  []

event
  { n: 1 }

state before it
  0`)
    expect(failure(() => when('evolve 1').thenState(2))).toContain(`event\n  'x'`)
    expect(() => when('decide').then([])).toThrow(expect.objectContaining({ cause: boom }))
    expect(() => when('evolve 0').then([])).toThrow(expect.objectContaining({ cause: boom }))
  })

  it('a decider that throws what is no error, or tells what is not seen', () => {
    const throwing = (thrown: unknown): typeof echo => ({
      ...echo,
      decide: () => {
        throw thrown
      },
    })
    const told = (thrown: unknown) =>
      failure(() => scenario(throwing(thrown)).given([]).when([]).then([]))?.split('\n')[0]
    expect(told('boom')).toBe(`decide threw 'boom'`)
    expect(told({ code: 7 })).toBe('decide threw { code: 7 }')
    expect(told(new Error('a\u202eb'))).toBe('decide threw Error: a\\u202eb')
  })

  it('lists too long to be matched are laid side by side by index', () => {
    const long = Array.from({ length: 600 }, (_, n) => n)
    const message = failure(() => scenario(echo).given([]).when(long).then(long.slice(1)))
    expect(message).toContain('599 events expected, 600 emitted')
    expect(message).toContain(`  ~ [598] 598\n        (root): expected 599, got 598\n  + [599] 599`)
  })
})

describe('equality', () => {
  it('is what the caller says it is', () => {
    const loose = { equals: (a: unknown, b: unknown) => String(a) === String(b) }
    const when = scenario(echo, { event: loose, state: { equals: (a, b) => a % 10 === b % 10 } })
      .given([])
      .when([1, 2])
    when.then(['1', '2'])
    when.thenState(12)
    expect(failure(() => when.then(['1', '3']))).toContain('    [0] 1\n  ~ [1] 2')
    expect(passes(() => when.thenState(13))).toBe(false)
    const refusing: Decider<string, number, string, string> = {
      ...echo,
      decide: (text) => ({ _tag: 'Left', left: text }),
    }
    const anyCase = { equals: (a: string, b: string) => a.toLowerCase() === b.toLowerCase() }
    const refused = scenario(refusing, { rejection: anyCase }).given([]).when('No')
    refused.thenRejected('NO')
    expect(passes(() => refused.thenRejected('yes'))).toBe(false)
    expect(passes(() => scenario(refusing).given([]).when('No').thenRejected('NO'))).toBe(false)
  })
})

describe('await', () => {
  it('fails, and says why', async () => {
    const test = async () => {
      const when = order.given([created]).when({ type: 'SetTax', amount: 1 })
      // as a mistaken test would: its then is called with two functions
      await (when as unknown as PromiseLike<unknown>)
    }
    const text =
      'a scenario is not awaited: remove the await, and call then with the expected events'
    await expect(test()).rejects.toThrow(new Error(text))
  })

  it('is not wanted: an assertion returns nothing', () => {
    const when = order.given([created]).when({ type: 'SetTax', amount: 1 })
    expect(when.then([{ type: 'TaxSet', amount: 1 }])).toBeUndefined()
  })
})
