import fc from 'fast-check'
import { left, right } from 'fp-ts/lib/Either.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it, vi } from 'vitest'
import type { Decider } from '../../src/Decider.ts'
import { run } from '../../src/Decider.ts'
import type { OrderCommand, OrderEvent, OrderRejection, OrderState } from '../../src/order/index.ts'
import { orderDecider, orderStatuses } from '../../src/order/index.ts'
import { maxMoney } from '../../src/order/Money.ts'
import { replayFrom, states } from '../../src/Projection.ts'
import { kindOf } from '../../src/testing/internal/kind.ts'
import type { MutantsOptions, MutantsReport } from '../../src/testing/mutants.ts'
import { assertMutants, mutants, showMutants } from '../../src/testing/mutants.ts'
import type { MutationProbe } from '../../src/testing/mutants/mutate.ts'
import { mutate } from '../../src/testing/mutants/mutate.ts'
import type { Mutation } from '../../src/testing/mutants/mutation.ts'
import { showMutation } from '../../src/testing/mutants/mutation.ts'
import { scenario } from '../../src/testing/scenario.ts'
import { witness } from '../../src/testing/mutants/candidates.ts'
import { orderCommandCodec, orderEventCodec } from '../../src/order/codec.ts'
import { deepFreeze } from '../support/deepFreeze.ts'
import type { Command, FiniteDecider } from '../support/finite.ts'
import {
  commandCount,
  commands,
  eventCount,
  finite,
  stateCount,
  tables,
} from '../support/finite.ts'
import { observe } from '../support/observe.ts'
import { command, orderIn, threeLines } from '../support/orders.ts'

const decider = orderDecider()

type Suite<C, S, E, R> = Parameters<typeof mutants<C, S, E, R>>[1]

type MutantsProgress = Parameters<
  NonNullable<MutantsOptions<never, never, never, never>['onProgress']>
>[0]

const nothingKnown = { commands: [], events: [], rejections: [] }

const numbers = (n: number): ReadonlyArray<number> => [...Array(n).keys()]

interface Answer {
  readonly give: () => unknown
  /** Whether a mutation has a say in it at all. */
  readonly concerns: (mutation: Mutation) => boolean
}

const inEvolve = (mutation: Mutation) =>
  mutation.type === 'IgnoreEvent' || mutation.type === 'ForgetField'

/** Every call that can be made of a random decider, and what it gives. */
const answers = (d: FiniteDecider): ReadonlyArray<Answer> =>
  numbers(stateCount).flatMap((state) => [
    ...numbers(commandCount).map((command) => ({
      give: () => d.decide({ command }, { state }),
      concerns: (m: Mutation) => 'command' in m && m.command === kindOf({ command }),
    })),
    ...numbers(eventCount).map((event) => ({
      give: () => d.evolve({ state }, { event }),
      concerns: (m: Mutation) => inEvolve(m) && 'event' in m && m.event === kindOf({ event }),
    })),
    {
      give: () => d.isTerminal({ state }),
      concerns: (m: Mutation) =>
        m.type === 'FlipTerminal' && m.terminal === d.isTerminal({ state }),
    },
  ])

const watch = (d: FiniteDecider, cs: ReadonlyArray<Command>) => {
  const watched = witness(d, nothingKnown)
  observe(watched.decider)(cs)
  return watched
}

const reportOf = async <C, S, E, R>(
  d: Decider<C, S, E, R>,
  suite: Suite<C, S, E, R>,
  options: Parameters<typeof mutants<C, S, E, R>>[2] = {},
): Promise<MutantsReport> => {
  const result = await mutants(d, suite, options)()
  if (result._tag === 'Left') throw new Error(showMutants(result.left))
  return result.right
}

const named = (report: MutantsReport, verdict: string) =>
  report.results.flatMap((result) =>
    result.verdict === verdict ? [showMutation(result.mutation)] : [],
  )

describe('a mutant', () => {
  it('1. answers otherwise exactly where its mutation says so', () => {
    fc.assert(
      fc.property(tables, commands, (t, cs) => {
        const d = deepFreeze(finite(t))
        const { mutations, material } = watch(d, cs)
        const original = answers(d)
        for (const mutation of mutations()) {
          const probe: MutationProbe = { reached: false, changed: false }
          const mutant = answers(mutate(d, mutation, material, probe))
          let differed = false
          const wrong = original.filter(({ give, concerns }, i) => {
            Object.assign(probe, { reached: false, changed: false })
            const differs = JSON.stringify(give()) !== JSON.stringify(mutant[i]?.give())
            differed ||= differs
            const told = probe.changed === differs && (probe.reached || !differs)
            return !told || (probe.reached && !concerns(mutation))
          })
          expect(wrong).toStrictEqual([])
          // these two stand for what is there at all, whether or not it makes a difference
          const stands = mutation.type === 'IgnoreCommand' || mutation.type === 'IgnoreEvent'
          expect([mutation, differed || stands]).toStrictEqual([mutation, true])
        }
      }),
    )
  })

  it('1. is made of what a watched decider does, which does what the decider does', () => {
    fc.assert(
      fc.property(tables, commands, (t, cs) => {
        const d = finite(t)
        const watched = watch(d, [])
        expect(observe(watched.decider)(cs)).toStrictEqual(observe(d)(cs))
        expect(run(watched.decider)(cs)).toStrictEqual(run(d)(cs))
        const every = watched.mutations().map((mutation) => JSON.stringify(mutation))
        expect(new Set(every).size).toBe(every.length)
        expect(JSON.parse(JSON.stringify(watched.mutations()))).toStrictEqual(watched.mutations())
      }),
    )
  })

  it('2. is killed by a suite that compares every answer, and never by one that never fails', async () => {
    await fc.assert(
      fc.asyncProperty(tables, commands, async (t, cs) => {
        fc.pre(cs.length > 0)
        const d = finite(t)
        const strong = await reportOf(d, (mutant) => {
          const every = (of: FiniteDecider) => answers(of).map(({ give }) => give())
          expect(observe(mutant)(cs)).toStrictEqual(observe(d)(cs))
          expect(every(mutant)).toStrictEqual(every(d))
        })
        expect([...named(strong, 'survived'), ...named(strong, 'unreached')]).toStrictEqual([])
        expect(strong.score).toBe(1)
        const weak = await reportOf(d, async (mutant) => {
          await Promise.resolve()
          for (const ask of [
            () => observe(mutant)(cs),
            ...answers(mutant).map(({ give }) => give),
          ]) {
            try {
              ask()
            } catch {
              // a number that is one off has no place in the tables
            }
          }
        })
        expect(weak.killed).toBe(0)
        expect(weak.results.map(({ mutation }) => mutation)).toStrictEqual(
          strong.results.map(({ mutation }) => mutation),
        )
      }),
      { numRuns: 20 },
    )
  })

  it('3. counts for the score unless it is unchanged', async () => {
    await fc.assert(
      fc.asyncProperty(tables, commands, fc.nat(), async (t, cs, n) => {
        fc.pre(cs.length > 0)
        const d = finite(t)
        const part = cs.slice(0, 1 + (n % cs.length))
        const report = await reportOf(
          d,
          (mutant) => {
            expect(run(mutant)(part)).toStrictEqual(run(d)(part))
            observe(mutant)(part.slice(0, 2))
          },
          { walks: [cs], events: ['Unheard'], rejections: [{ rejection: 99 }] },
        )
        expect(named(report, 'unreached')).toContain('Unheard leaves the state as it is')
        expect(named(report, 'unreached')).toContain('nothing is rejected with { rejection: 99 }')
        const count = (verdict: string) => named(report, verdict).length
        const { killed, survived, unreached, unchanged, score, results } = report
        expect([killed, survived, unreached, unchanged]).toStrictEqual(
          ['killed', 'survived', 'unreached', 'unchanged'].map(count),
        )
        const counted = results.length - unchanged
        expect(score).toBe(counted === 0 ? 1 : killed / counted)
        for (const { verdict, failure } of results) {
          expect(failure._tag === 'Some').toBe(verdict === 'killed')
        }
      }),
      { numRuns: 25 },
    )
  })
})

type OrderSuite = Suite<OrderCommand, OrderState, OrderEvent, OrderRejection>

const create: OrderCommand = { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' }
const add: OrderCommand = {
  type: 'AddLine',
  productId: '14',
  quantity: 3,
  unitPrice: 1_250,
  discount: 1_500,
}
const change: OrderCommand = { type: 'ChangeQuantity', productId: '11', quantity: 5 }
const remove: OrderCommand = { type: 'RemoveLine', productId: '42' }
const ship: OrderCommand = { type: 'SetShipping', amount: 7 }
const tax: OrderCommand = { type: 'SetTax', amount: 7 }
const move = (newStatus: (typeof orderStatuses)[number]): OrderCommand => ({
  type: 'ChangeStatus',
  newStatus,
})

/** One refusal a rule: command, state and the rejection's type. */
const refusals: ReadonlyArray<readonly [OrderCommand, OrderState, OrderRejection['type']]> = [
  ...[add, change, remove, ship, tax, move('new')].map(
    (command) => [command, { type: 'NoOrder' }, 'OrderNotFound'] as const,
  ),
  ...[add, change, remove, ship, tax].map(
    (command) => [command, orderIn('paid'), 'OrderNotEditable'] as const,
  ),
  [{ ...create, currency: 'EUR' }, orderIn('new'), 'OrderAlreadyExists'],
  [{ ...add, productId: '11' }, orderIn('new'), 'ProductAlreadyOnOrder'],
  [{ ...add, quantity: 0 }, orderIn('new'), 'InvalidQuantity'],
  [{ ...add, unitPrice: -1 }, orderIn('new'), 'InvalidUnitPrice'],
  [{ ...add, discount: -1 }, orderIn('new'), 'InvalidDiscount'],
  [{ ...add, unitPrice: maxMoney }, orderIn('new'), 'MoneyOverflow'],
  [{ ...change, productId: '14' }, orderIn('new'), 'ProductNotOnOrder'],
  [{ ...change, quantity: 0 }, orderIn('new'), 'InvalidQuantity'],
  [{ ...change, quantity: maxMoney }, orderIn('new'), 'MoneyOverflow'],
  [{ ...ship, amount: -1 }, orderIn('new'), 'InvalidAmount'],
  [{ ...ship, amount: maxMoney }, orderIn('new'), 'MoneyOverflow'],
  [{ ...tax, amount: -1 }, orderIn('new'), 'InvalidAmount'],
  [{ ...tax, amount: maxMoney }, orderIn('new'), 'MoneyOverflow'],
  [move('paid'), orderIn('new'), 'IllegalTransition'],
]

/** What is emitted, and where that leads, told field by field. */
const steps: ReadonlyArray<readonly [OrderCommand, OrderState, ReadonlyArray<OrderEvent>, object]> =
  [
    [
      create,
      { type: 'NoOrder' },
      [{ type: 'OrderCreated', customerId: 'VINET', currency: 'USD' }],
      { type: 'Order', customerId: 'VINET', currency: 'USD', status: 'new', lines: [], total: 0 },
    ],
    [create, orderIn('new'), [], orderIn('new')],
    [
      add,
      orderIn('new'),
      [{ ...add, type: 'LineAdded' }],
      { subtotal: 44_578, total: 48_316, lines: { length: 4 } },
    ],
    [
      change,
      orderIn('new'),
      [{ type: 'QuantityChanged', productId: '11', quantity: 5 }],
      { subtotal: 31_590, total: 35_328, lines: { 0: { quantity: 5, total: 7_000 } } },
    ],
    [{ ...change, quantity: 12 }, orderIn('new'), [], orderIn('new')],
    [
      remove,
      orderIn('new'),
      [{ type: 'LineRemoved', productId: '42' }],
      { subtotal: 31_590, total: 35_328, lines: { length: 2 } },
    ],
    [{ ...remove, productId: '14' }, orderIn('new'), [], orderIn('new')],
    [
      ship,
      orderIn('new'),
      [{ type: 'ShippingSet', amount: 7 }],
      { shipping: 7, tax: 500, total: 41_897 },
    ],
    [{ ...ship, amount: 3_238 }, orderIn('new'), [], orderIn('new')],
    [
      tax,
      orderIn('new'),
      [{ type: 'TaxSet', amount: 7 }],
      { shipping: 3_238, tax: 7, total: 44_635 },
    ],
    [{ ...tax, amount: 500 }, orderIn('new'), [], orderIn('new')],
    [
      move('confirmed'),
      orderIn('new'),
      [{ type: 'StatusChanged', newStatus: 'confirmed' }],
      orderIn('confirmed'),
    ],
    [move('paid'), orderIn('paid'), [], orderIn('paid')],
  ]

const strong: OrderSuite = (d) => {
  for (const [command, state, type] of refusals) {
    expect(d.decide(command, state)).toMatchObject({ _tag: 'Left', left: { type } })
  }
  const empty = replayFrom(d)(d.initialState, [
    { type: 'OrderCreated', customerId: 'VINET', currency: 'USD' },
  ])
  expect(d.decide(move('confirmed'), empty)).toStrictEqual(left({ type: 'EmptyOrder' }))
  for (const [command, state, events, next] of steps) {
    expect(d.decide(command, state)).toStrictEqual(right(events))
    expect(replayFrom(d)(state, events)).toMatchObject(next)
  }
  expect(orderStatuses.filter((status) => d.isTerminal(orderIn(status)))).toStrictEqual([
    'shipped',
    'cancelled',
  ])
}

describe('what no test comes to', () => {
  /** A suite that looks at all there is to creating an order, and at nothing else. */
  const creates: OrderSuite = (d) => {
    const order = scenario(d)
    const created: OrderEvent = { type: 'OrderCreated', customerId: 'VINET', currency: 'USD' }
    order.given([]).when(create).then([created])
    order.given([created]).when(create).then([])
    order
      .given([created])
      .when({ ...create, currency: 'EUR' })
      .thenRejected({ type: 'OrderAlreadyExists', customerId: 'VINET', currency: 'USD' })
    order.given([]).thenState({ type: 'NoOrder' })
    order.given([created]).thenState({
      type: 'Order',
      customerId: 'VINET',
      currency: 'USD',
      status: 'new',
      lines: [],
      subtotal: 0,
      shipping: 0,
      tax: 0,
      total: 0,
    })
  }
  const eachCommand: Readonly<Record<OrderCommand['type'], true>> = {
    CreateOrder: true,
    AddLine: true,
    ChangeQuantity: true,
    RemoveLine: true,
    SetShipping: true,
    SetTax: true,
    ChangeStatus: true,
  }
  const untouched = Object.keys(eachCommand)
    .filter((type) => type !== 'CreateOrder')
    .sort()

  it('of commands is told, whether types, names, a codec or a generator say which there are', async () => {
    for (const commands of [eachCommand, Object.keys(eachCommand), orderCommandCodec]) {
      const report = await reportOf(decider, creates, { commands })
      const sentence = (type: string) => `${type} is accepted with no event, whatever the state`
      expect(named(report, 'unreached')).toStrictEqual(untouched.map(sentence))
      expect(named(report, 'survived')).toStrictEqual([])
      await expect(assertMutants(decider, creates, { commands })).rejects.toThrow(
        'never comes to the place where\n  AddLine is accepted with no event, whatever the state',
      )
    }
    const drawn = await reportOf(decider, creates, { command })
    for (const type of untouched) {
      expect(named(drawn, 'unreached').some((text) => text.startsWith(`${type} `))).toBe(true)
    }
    await expect(assertMutants(decider, creates, { command })).rejects.toThrow('never comes to')
  })

  it('of events is told, whether or not a command emits them', async () => {
    const report = await reportOf(decider, creates, { commands: [], events: orderEventCodec })
    expect(named(report, 'unreached')).toContain('TaxSet leaves the state as it is')
    expect(named(report, 'unreached')).not.toContain('OrderCreated leaves the state as it is')
  })

  it('of rejections is told', async () => {
    const rejections: ReadonlyArray<OrderRejection> = [{ type: 'EmptyOrder' }]
    const report = await reportOf(decider, creates, { commands: [], rejections })
    expect(named(report, 'unreached')).toContain('nothing is rejected with EmptyOrder')
  })

  it('of the end is told once a state is the end', async () => {
    const report = await reportOf(decider, creates, { command })
    expect(named(report, 'unreached')).toContain('a terminal state is said not to be terminal')
  })

  it('of what its own commands do in other states is told with nothing given at all', async () => {
    const report = await reportOf(decider, (d) => {
      for (const each of [...threeLines, move('confirmed'), move('paid'), move('shipped')]) {
        d.decide(each, d.initialState)
      }
    })
    expect(named(report, 'unreached')).toContain('ChangeStatus does not emit StatusChanged')
  })

  it('is not said to be nothing where nobody says which commands there are', async () => {
    const alone: OrderSuite = (d) => {
      const order = scenario(d)
      order.given([]).when(tax).thenRejected({ type: 'OrderNotFound' })
      order.given([]).thenState({ type: 'NoOrder' })
    }
    const report = await reportOf(decider, alone)
    expect([report.score, report.commandsKnown]).toStrictEqual([1, false])
    expect(showMutants(report)).toContain('one that the suite never uses is not counted')
    const byHand = { decode: orderCommandCodec.decode }
    for (const options of [{}, { commands: byHand }]) {
      await expect(assertMutants(decider, alone, options)).rejects.toThrow(
        'do not say which commands there are',
      )
    }
  })

  it('counts: five scenarios of orders are not told that nearly all rules are tested', async () => {
    const created: OrderEvent = { type: 'OrderCreated', customerId: 'VINET', currency: 'USD' }
    const line = { productId: '11', quantity: 2, unitPrice: 1_000, discount: 0 }
    const added: OrderEvent = { type: 'LineAdded', ...line }
    const five: OrderSuite = (d) => {
      const order = scenario(d)
      order.given([]).when(create).then([created])
      order
        .given([created])
        .when({ type: 'AddLine', ...line })
        .then([added])
      order
        .given([created, added])
        .when({ type: 'AddLine', ...line })
        .thenRejected({ type: 'ProductAlreadyOnOrder', productId: '11', quantity: 2 })
      order
        .given([created])
        .when(tax)
        .then([{ type: 'TaxSet', amount: 7 }])
      order
        .given([created, added])
        .when(move('confirmed'))
        .then([{ type: 'StatusChanged', newStatus: 'confirmed' }])
    }
    expect((await reportOf(decider, five)).score).toBeLessThan(0.6)
    expect((await reportOf(decider, five, { command })).score).toBeLessThan(0.3)
  })
})

describe('the mutants of the order', () => {
  it('are all killed by a suite that tests every rule', async () => {
    const report = await assertMutants(decider, strong, {
      command,
      commands: orderCommandCodec,
      events: orderEventCodec,
    })
    expect(report.killed).toBeGreaterThan(130)
    expect([report.survived, report.unreached]).toStrictEqual([0, 0])
    expect(showMutants(report)).toBe(
      `${report.killed} of ${report.killed} mutants killed (100 %)\n`,
    )
  })

  it('survive in a suite that only looks at whether a command is accepted', async () => {
    const weak: OrderSuite = (d) => {
      const { outcomes } = run(d)([...threeLines, move('confirmed'), add])
      expect(outcomes.map(({ _tag }) => _tag)).toStrictEqual([
        ...threeLines.map(() => 'Right'),
        'Right',
        'Left',
      ])
    }
    const given = { commands: orderCommandCodec }
    const report = await reportOf(decider, weak, given)
    expect(named(report, 'killed')).toContain(
      'AddLine is accepted with no event, instead of rejected with OrderNotEditable',
    )
    expect(named(report, 'survived')).toContain('TaxSet leaves tax as it is')
    await expect(assertMutants(decider, weak, given)).rejects.toThrow(
      /^\d+ of \d+ mutants killed \(\d+ %\)\n\nThe suite is too weak\. It passes although\n {2}AddLine emits LineAdded twice\n/,
    )
    await expect(
      assertMutants(decider, weak, { ...given, atLeast: report.score }),
    ).resolves.toStrictEqual(report)
  })

  it('show what no test comes near, if a walk does', async () => {
    const report = await reportOf(
      decider,
      (d) => {
        expect(d.decide(create, d.initialState)._tag).toBe('Right')
      },
      { walks: [threeLines] },
    )
    expect(named(report, 'unreached')).toContain('LineAdded leaves subtotal as it is')
    expect(showMutants(report)).toContain(
      '\n\nThe suite never comes to the place where\n  AddLine ',
    )
  })

  it('end where they did not, and the other way round, and nothing else is asked there', async () => {
    const ends: OrderSuite = (d) => {
      const { state } = run(d)([...threeLines, move('cancelled')])
      expect([d.isTerminal(d.initialState), d.isTerminal(state)]).toStrictEqual([false, true])
    }
    const report = await reportOf(decider, ends)
    expect(named(report, 'killed').filter((text) => text.includes('terminal'))).toHaveLength(2)
    expect(report.survived).toBeGreaterThan(0)
  })

  it('are left out if they are known to break nothing', async () => {
    const report = await reportOf(decider, strong, {
      skip: ({ type }) => type !== 'FlipTerminal',
    })
    expect(named(report, 'killed')).toStrictEqual([
      'a state that is not terminal is said to be',
      'a terminal state is said not to be terminal',
    ])
  })

  it('may be none at all, and then none lived', async () => {
    const report = await reportOf(decider, strong, { skip: () => true })
    expect(report).toStrictEqual({
      results: [],
      killed: 0,
      survived: 0,
      unreached: 0,
      unchanged: 0,
      score: 1,
      commandsKnown: false,
    })
  })

  it('are told about one by one', async () => {
    const seen: Array<MutantsProgress> = []
    const report = await reportOf(decider, strong, {
      onProgress: (progress) => seen.push(progress),
    })
    expect(seen.map(({ done }) => done)).toStrictEqual(report.results.map((_, i) => i + 1))
    expect(seen.map(({ result }) => result)).toStrictEqual(report.results)
    expect(new Set(seen.map(({ total }) => total))).toStrictEqual(new Set([report.results.length]))
  })
})

describe('a suite', () => {
  const failureOf = async (suite: OrderSuite) => {
    const result = await mutants(decider, suite)()
    return result._tag === 'Left' ? result.left : undefined
  }

  it('that fails on the decider itself tells nothing about mutants', async () => {
    const red: OrderSuite = (d) => {
      expect(d.decide(create, d.initialState)).toBe('red')
    }
    const failure = await failureOf(red)
    expect(failure).toMatchObject({ type: 'SuiteFails', run: 1 })
    await expect(assertMutants(decider, red)).rejects.toThrow(
      /^The suite fails on the decider itself:\nexpected/,
    )
  })

  it('that passes only once would kill every mutant, and is told so', async () => {
    let runs = 0
    const once: OrderSuite = (d) => {
      d.decide(create, d.initialState)
      if (runs++ > 0) throw new Error('there is an order already')
    }
    const failure = await failureOf(once)
    expect(failure).toStrictEqual({
      type: 'SuiteFails',
      run: 2,
      failure: 'there is an order already',
    })
    expect(failure && showMutants(failure)).toBe(
      'The suite fails on the decider itself in its second run: it keeps something between runs:\n' +
        'there is an order already\n',
    )
  })

  it('that does not use the decider it is given would kill none, and is told so', async () => {
    const failure = await failureOf(() => {
      expect(decider.decide(create, decider.initialState)._tag).toBe('Right')
    })
    expect(failure).toStrictEqual({ type: 'SuiteDecidesNothing' })
    expect(failure && showMutants(failure)).toBe(
      'The suite never calls decide on the decider that it is given.\n',
    )
  })

  it('may ask a mutant twenty times as often as the decider, and ten thousand times more', async () => {
    const asking = (times: number) =>
      reportOf(decider, (d) => {
        const asks = () => d.decide(create, d.initialState)
        const decision = asks()
        if (decision._tag === 'Left' || decision.right.length > 0) return
        for (let i = 1; i < times; i++) asks()
      })
    const mutation = { type: 'DropEvent', command: 'CreateOrder', event: 'OrderCreated' }
    const most = await asking(10_020)
    expect(most.results).toContainEqual({ mutation, verdict: 'survived', failure: none })
    const more = await asking(10_021)
    const failure = some('the suite never ends: more than 10020 calls')
    expect(more.results).toContainEqual({ mutation, verdict: 'killed', failure })
  })

  const untilTheEnd: OrderSuite = (d) => {
    let state = orderIn('new')
    for (let i = 0; !d.isTerminal(state); i++) {
      const decision = d.decide(move('cancelled'), state)
      if (decision._tag === 'Right') state = replayFrom(d)(state, decision.right)
    }
  }

  it('that loops for ever on a mutant fails on it', async () => {
    const report = await reportOf(decider, untilTheEnd)
    expect(report.results).toContainEqual({
      mutation: { type: 'IgnoreEvent', event: 'StatusChanged' },
      verdict: 'killed',
      failure: { _tag: 'Some', value: 'the suite never ends: more than 10080 calls' },
    })
  })

  it('that waits for ever on a mutant fails on it, after a time', async () => {
    const waits: OrderSuite = async (d) => {
      const decision = d.decide(create, d.initialState)
      const isEmpty = decision._tag === 'Right' && decision.right.length === 0
      await (isEmpty ? new Promise<void>(() => {}) : Promise.resolve())
    }
    const report = await reportOf(decider, waits, { timeLimit: 20 })
    expect(report.results).toContainEqual({
      mutation: { type: 'DropEvent', command: 'CreateOrder', event: 'OrderCreated' },
      verdict: 'killed',
      failure: { _tag: 'Some', value: 'the suite takes more than 20 ms' },
    })
  })

  it('that ends in time leaves no timer behind', async () => {
    vi.useFakeTimers()
    try {
      const passes: OrderSuite = (d) => void d.decide(create, d.initialState)
      await reportOf(decider, passes, { timeLimit: 10_000 })
      expect(vi.getTimerCount()).toBe(0)
    } finally {
      vi.useRealTimers()
    }
  })

  it('may fail with anything', async () => {
    const report = await reportOf(
      decider,
      (d) => {
        const decision = d.decide(create, d.initialState)
        if (decision._tag === 'Right' && decision.right.length !== 1) throw 'one event'
      },
      { timeLimit: 1_000 },
    )
    expect(report.results[0]?.failure).toStrictEqual({ _tag: 'Some', value: 'one event' })
  })
})

describe('faults', () => {
  interface Add {
    readonly type: 'Add'
    readonly text: string
    readonly amount: number
  }
  interface Added {
    readonly type: 'Added' | 'Noted'
    readonly text: string
    readonly amount: number
  }
  interface Sum {
    readonly sum: number
  }
  interface TooMuch {
    readonly type: 'TooMuch'
  }
  /** Notes first, then adds; rejects more than 9 whatever the state, and anything once there is 10. */
  const adder: Decider<Add, Sum, Added, TooMuch> = {
    initialState: { sum: 0 },
    decide: ({ text, amount }, { sum }) =>
      amount > 9 || sum >= 10
        ? left({ type: 'TooMuch' })
        : right([
            { type: 'Noted', text, amount: 1 },
            { type: 'Added', text, amount },
          ]),
    evolve: ({ sum }, { type, amount }) => ({ sum: type === 'Added' ? sum + amount : sum }),
    isTerminal: () => false,
  }
  const one: Add = { type: 'Add', text: 'one', amount: 1 }

  /** The mutant of one mutation that a walk makes known. */
  const mutantOf = <C, S, E, R>(
    d: Decider<C, S, E, R>,
    walk: ReadonlyArray<C>,
    text: string,
  ): Decider<C, S, E, R> => {
    const watched = witness(d, nothingKnown)
    run(watched.decider)(walk)
    const mutation = watched.mutations().find((each) => showMutation(each) === text)
    if (mutation === undefined) {
      throw new Error(watched.mutations().map(showMutation).join('\n'))
    }
    return mutate(d, mutation, watched.material, { reached: false, changed: false })
  }

  const tooMuch: Add = { type: 'Add', text: 'ten', amount: 10 }
  const skipped =
    'Add is accepted with the events it emits elsewhere, instead of rejected with TooMuch'

  it('swap two events', () => {
    const mutant = mutantOf(adder, [one], 'Add emits Added before Noted')
    expect(mutant.decide(one, { sum: 0 })).toStrictEqual(
      right([
        { type: 'Added', text: 'one', amount: 1 },
        { type: 'Noted', text: 'one', amount: 1 },
      ]),
    )
  })

  it('skip a rule of the state: the command does what it does in another state', () => {
    const mutant = mutantOf(adder, [one, { ...one, amount: 9 }, one], skipped)
    expect(mutant.decide({ ...one, text: 'x', amount: 2 }, { sum: 10 })).toStrictEqual(
      right([
        { type: 'Noted', text: 'x', amount: 1 },
        { type: 'Added', text: 'x', amount: 2 },
      ]),
    )
  })

  it('skip a rule of the command: it does what another one did, with its own fields', () => {
    const mutant = mutantOf(adder, [{ ...one, amount: 2 }, tooMuch], skipped)
    expect(mutant.decide(tooMuch, { sum: 0 })).toStrictEqual(
      right([
        { type: 'Noted', text: 'ten', amount: 1 },
        { type: 'Added', text: 'ten', amount: 10 },
      ]),
    )
  })

  it('skip a rule of one of many deciders, and of a part of a product', () => {
    type Tagged<A> = { readonly type: 'sum'; readonly command: A }
    const part: Decider<
      Tagged<Add>,
      Sum,
      { readonly type: 'sum'; readonly event: Added },
      { readonly type: 'sum'; readonly rejection: TooMuch }
    > = {
      ...adder,
      decide: ({ command }, state) => {
        const decision = adder.decide(command, state)
        return decision._tag === 'Left'
          ? left({ type: 'sum', rejection: decision.left })
          : right(decision.right.map((event) => ({ type: 'sum', event })))
      },
      evolve: (state, { event }) => adder.evolve(state, event),
    }
    const tag = (command: Add): Tagged<Add> => ({ type: 'sum', command })
    const mutant = mutantOf(
      part,
      [tag({ ...one, amount: 2 }), tag(tooMuch)],
      'sum.Add is accepted with the events it emits elsewhere, instead of rejected with sum.TooMuch',
    )
    expect(mutant.decide(tag(tooMuch), { sum: 0 })).toStrictEqual(
      right([
        { type: 'sum', event: { type: 'Noted', text: 'ten', amount: 1 } },
        { type: 'sum', event: { type: 'Added', text: 'ten', amount: 10 } },
      ]),
    )
  })

  it('refuse only with rejections that are known', async () => {
    const walk = [one]
    const lenient: typeof adder = {
      ...adder,
      decide: ({ text, amount }) => right([{ type: 'Added', text, amount }]),
    }
    const suite: Suite<Add, Sum, Added, TooMuch> = (d) => {
      expect(run(d)(walk)).toStrictEqual(run(lenient)(walk))
    }
    const without = await reportOf(lenient, suite)
    const given = await reportOf(lenient, suite, { rejections: [{ type: 'TooMuch' }] })
    const refusing = 'Add is rejected with TooMuch, instead of accepted with Added'
    expect(named(without, 'killed')).not.toContain(refusing)
    expect(named(given, 'killed')).toContain(refusing)
  })

  it('forget a field that comes with the event, and keep one that goes with it', async () => {
    interface Desk {
      readonly n: number
      readonly note?: string
    }
    type Done = { readonly type: 'Noted'; readonly note: string } | { readonly type: 'Cleared' }
    const desk: Decider<string, Desk, Done, never> = {
      initialState: { n: 0 },
      decide: (note) => right([note === '' ? { type: 'Cleared' } : { type: 'Noted', note }]),
      evolve: ({ n }, event) =>
        event.type === 'Noted' ? { n: n + 1, note: event.note } : { n: n + 1 },
      isTerminal: () => false,
    }
    const suite =
      (shown: (desk: Desk) => unknown): Suite<string, Desk, Done, never> =>
      (d) => {
        const seen = (one: typeof d) => {
          const { state, events } = run(one)(['a', '', 'b'])
          return { state: shown(state), events, between: states(one)(events).map(shown) }
        }
        expect(seen(d)).toStrictEqual(seen(desk))
      }
    const blind = await reportOf(
      desk,
      suite(({ n }) => n),
    )
    const forgets = ['Cleared leaves note as it is', 'Noted leaves note as it is']
    expect(named(blind, 'survived')).toStrictEqual(forgets)
    const seeing = await reportOf(
      desk,
      suite((state) => state),
    )
    expect(named(seeing, 'killed')).toStrictEqual(expect.arrayContaining(forgets))
    expect(named(seeing, 'survived')).toStrictEqual([])
  })

  it('leave out what makes no difference', async () => {
    const walk = [{ ...one, amount: 2 ** 53 }]
    const large: typeof adder = {
      ...adder,
      decide: ({ text, amount }) => right([{ type: 'Added', text, amount }]),
    }
    const report = await reportOf(large, (d) => {
      expect(run(d)(walk)).toStrictEqual(run(large)(walk))
    })
    expect(named(report, 'unchanged')).toStrictEqual(['Add emits Added with amount one more'])
    expect(showMutants(report)).toContain(
      `${report.killed} of ${report.killed} mutants killed (100 %)\n`,
    )
    expect(showMutants(report)).toContain(
      `\n\nLeft out, because it made no difference that\n  Add emits Added with amount one more\n`,
    )
    expect(report.score).toBe(1)
  })

  it('work on numbers and texts for commands, events, states and rejections', async () => {
    const counter: Decider<number, number, number, string> = {
      initialState: 0,
      decide: (by, n) => (n + by > 3 ? left('too much') : right([by])),
      evolve: (n, by) => n + by,
      isTerminal: (n) => n === 3,
    }
    const report = await reportOf(counter, (d) => {
      for (const walk of [
        [1, 2, 3],
        [2, 2, 1],
        [3, 3],
        [1, 1, 1, 1],
      ]) {
        expect(observe(d)(walk)).toStrictEqual(observe(counter)(walk))
      }
    })
    expect(named(report, 'killed')).toContain('1 emits 1 with its number one more')
    expect(report.score).toBe(1)
  })
})
