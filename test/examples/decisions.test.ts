// Each decision with its laws, and with what the explorer proves of it on a small world.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CourseCommand } from '../../docs/examples/decisions/courses.ts'
import { enrolment } from '../../docs/examples/decisions/courses.ts'
import type { InvoiceCommand } from '../../docs/examples/decisions/invoices.ts'
import { invoicing } from '../../docs/examples/decisions/invoices.ts'
import type { StockCommand } from '../../docs/examples/decisions/stock.ts'
import { reservation } from '../../docs/examples/decisions/stock.ts'
import type { BankCommand } from '../../docs/examples/decisions/transfers.ts'
import { bank } from '../../docs/examples/decisions/transfers.ts'
import type { ClaimName } from '../../docs/examples/decisions/userNames.ts'
import { userNames } from '../../docs/examples/decisions/userNames.ts'
import type { Decision } from '../../src/Decision.ts'
import type { Dictionary } from '../../src/Dictionary.ts'
import { entries } from '../../src/Dictionary.ts'
import { replay } from '../../src/Projection.ts'
import type { ExploreOptions } from '../../src/testing/explore.ts'
import { assertExplored, deciderSystem, explore } from '../../src/testing/explore.ts'
import { checkLaws } from '../../src/testing/laws.ts'
import type { LawVerdict } from '../../src/testing/laws/report.ts'
import { runs } from '../setup.ts'
import { drawUntil } from '../support/draws.ts'

/** Which laws of a decision fail, on walks over some commands that test all laws of decisions. */
const brokenLaws = async <C, S, E, R>(
  decision: Decision<C, S, E, R>,
  commands: ReadonlyArray<C>,
  noEffect: (event: E) => boolean = () => false,
) => {
  const unseen = new Set(['V0', 'V1', 'V2', 'V5', 'V6'])
  const broken: Array<LawVerdict<C, S, E>> = []
  await drawUntil(
    () => unseen.size === 0 || broken.length > 0,
    (seed) => {
      const command = fc.constantFrom(...commands)
      const report = checkLaws(decision, { command, runs: runs(6), length: 16, noEffect, seed })
      for (const { law, verdict } of report) {
        if (verdict.type === 'Failed') broken.push(verdict)
        if (verdict.type === 'Held') unseen.delete(law)
      }
    },
  )
  return broken
}

/** The decision with some events behind it. */
const after = <C, S, E, R>(decision: Decision<C, S, E, R>, events: ReadonlyArray<E>) => ({
  ...decision,
  initialState: replay(decision)(events),
})

/** The number of states, once every one of them was seen to keep the invariants. */
const proved = <C, S, E, R>(
  decision: Decision<C, S, E, R>,
  commands: ReadonlyArray<C>,
  options: ExploreOptions<S, C, E>,
): number => {
  const report = explore(deciderSystem(decision, commands), options)
  // where nothing is left to do, the world is too small to go on
  assertExplored(report, ['DeadEnds'])
  return report.states
}

const values = <V>(states: Dictionary<V>): ReadonlyArray<V> => entries(states).map(([, v]) => v)

describe('course subscription', () => {
  const decision = enrolment(2)
  const joins = ['a', 'b', 'c'].flatMap((course) =>
    ['s', 't'].flatMap((student): ReadonlyArray<CourseCommand> => [
      { type: 'Join', course, student },
      { type: 'Leave', course, student },
    ]),
  )
  const commands: ReadonlyArray<CourseCommand> = [
    { type: 'DefineCourse', course: 'a', capacity: 1 },
    { type: 'DefineCourse', course: 'b', capacity: 2 },
    { type: 'DefineCourse', course: 'c', capacity: 2 },
    { type: 'ChangeCapacity', course: 'a', capacity: 2 },
    { type: 'ChangeCapacity', course: 'b', capacity: 1 },
    { type: 'RenameCourse', course: 'a', title: 'Algebra' },
    ...joins,
  ]

  it('keeps its laws', async () => {
    expect(await brokenLaws(decision, commands)).toStrictEqual([])
  })

  it('never overbooks a course, nor a student', () => {
    const states = proved(decision, commands, {
      invariants: {
        'no course is overbooked': ({ seats }) =>
          values(seats).every(({ capacity, taken }) => taken >= 0 && taken <= capacity),
        'no student has more than two courses': ({ timetables }) =>
          values(timetables).every((courses) => courses.length <= 2),
        'both sides agree': ({ seats, timetables }) =>
          values(seats).reduce((sum, { taken }) => sum + taken, 0) ===
          values(timetables).flat().length,
      },
    })
    expect(states).toBeGreaterThan(100)
  })
})

describe('reservation from a shared stock', () => {
  const commands: ReadonlyArray<StockCommand> = [
    { type: 'Receive', product: 'tea', quantity: 1 },
    { type: 'Receive', product: 'mugs', quantity: 2 },
    { type: 'Place', order: '1', quantities: { tea: 1, mugs: 2 } },
    { type: 'Place', order: '2', quantities: { tea: 1 } },
    { type: 'Cancel', order: '1' },
    { type: 'Cancel', order: '2' },
  ]

  it('keeps its laws', async () => {
    expect(await brokenLaws(reservation, commands)).toStrictEqual([])
  })

  it('never promises what there is not', () => {
    const stocked = after(reservation, [
      { type: 'Received', product: 'tea', quantity: 1 },
      { type: 'Received', product: 'mugs', quantity: 2 },
    ])
    const orders = commands.filter(({ type }) => type !== 'Receive')
    const states = proved(stocked, orders, {
      invariants: {
        'no stock is below zero': ({ available }) => values(available).every((n) => n >= 0),
      },
    })
    expect(states).toBe(8)
  })
})

describe('unique user names', () => {
  const commands = ['u', 'v'].flatMap((user) =>
    ['ada', 'Ada', 'bob', ''].map((name): ClaimName => ({ type: 'ClaimName', user, name })),
  )

  it('keeps its laws', async () => {
    expect(await brokenLaws(userNames, commands)).toStrictEqual([])
  })

  it('never gives a name to two users', () => {
    const states = proved(userNames, commands, {
      invariants: {
        'no two users have a name': ({ names }) => {
          const taken = values(names).map((each) => each.toLowerCase())
          return new Set(taken).size === taken.length
        },
      },
    })
    expect(states).toBe(11)
  })
})

describe('bank transfer', () => {
  const accounts = ['a', 'b', 'c']
  const transfers = accounts.flatMap((from) =>
    accounts.map((to): BankCommand => ({ type: 'Transfer', from, to, amount: 1 })),
  )
  const commands: ReadonlyArray<BankCommand> = [
    { type: 'Deposit', account: 'a', amount: 1 },
    ...transfers,
  ]

  it('keeps its laws', async () => {
    // a transfer to the same account
    expect(
      await brokenLaws(
        bank,
        commands,
        (event) => event.type === 'Transferred' && event.from === event.to,
      ),
    ).toStrictEqual([])
  })

  it('never loses, makes or lends money', () => {
    const sum = ({ balances }: typeof bank.initialState) =>
      values(balances).reduce((all, balance) => all + balance, 0)
    const rich = after(bank, [
      { type: 'Deposited', account: 'a', amount: 2 },
      { type: 'Deposited', account: 'b', amount: 1 },
    ])
    const states = proved(rich, transfers, {
      invariants: {
        'no account is below zero': ({ balances }) => values(balances).every((n) => n >= 0),
      },
      stepInvariants: {
        'no transfer changes the sum': (before, _, __, later) => sum(later) === sum(before),
      },
    })
    // the ways to share three coins
    expect(states).toBe(10)
  })
})

describe('invoice numbers', () => {
  const decision = invoicing(1)
  const commands = ['1', '2', '3'].flatMap((invoice): ReadonlyArray<InvoiceCommand> => [
    { type: 'Issue', invoice, series: 'x', customer: invoice === '3' ? 'd' : 'c' },
    { type: 'Issue', invoice, series: 'y', customer: 'c' },
    { type: 'Credit', invoice },
  ])

  it('keeps its laws', async () => {
    expect(await brokenLaws(decision, commands)).toStrictEqual([])
  })

  it('leaves no gap and credits nobody too often', () => {
    const issued = new Set<string>()
    const states = proved(decision, commands, {
      invariants: {
        'as many numbers as invoices': ({ numbers, invoices }) =>
          values(numbers).reduce((sum, n) => sum + n, 0) === invoices.size,
        'no customer has more than one credit': ({ credits }) =>
          values(credits).every((count) => count <= 1),
      },
      stepInvariants: {
        'the next number': (before, _, events) =>
          events.every((event) => {
            if (event.type === 'Credited') return true
            issued.add(event.series)
            const last = entries(before.numbers).find(([each]) => each.endsWith(event.series))
            return event.number === (last?.[1] ?? 0) + 1
          }),
      },
    })
    expect([...issued]).toStrictEqual(['x', 'y'])
    expect(states).toBeGreaterThan(50)
  })
})
