import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Decider } from '../../src/Decider.ts'
import { run } from '../../src/Decider.ts'
import type { OrderCommand, OrderState } from '../../src/order/index.ts'
import { anyStatus, orderDecider, standard } from '../../src/order/index.ts'
import { states } from '../../src/Projection.ts'
import { walk } from '../../src/testing/walk.ts'
import { runs } from '../setup.ts'
import * as small from '../support/finite.ts'
import { command } from '../support/orders.ts'

const d = orderDecider(standard)

/** How many commands were accepted and emitted. */
const depth = <C, S, E, R>(decider: Decider<C, S, E, R>, commands: ReadonlyArray<C>): number =>
  run(decider)(commands).outcomes.filter(
    (outcome) => outcome._tag === 'Right' && outcome.right.length > 0,
  ).length

const median = (numbers: ReadonlyArray<number>): number =>
  numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? NaN

/** The commands of the smallest walk that fails, or nothing where none does. */
const smallest = <C>(
  walks: fc.Arbitrary<ReadonlyArray<C>>,
  fails: (commands: ReadonlyArray<C>) => boolean,
  numRuns = 100,
): ReadonlyArray<C> | undefined =>
  fc.check(
    fc.property(walks, (commands) => !fails(commands)),
    { numRuns },
  ).counterexample?.[0]

describe('walk', () => {
  it('1. has at most its length, besides its start', () => {
    const start: ReadonlyArray<small.Command> = [{ command: 0 }, { command: 1 }]
    const bounds = fc.record({ length: fc.nat({ max: 20 }), seed: fc.integer() })
    fc.assert(
      fc.property(small.tables, bounds, (t, { length, seed }) => {
        const decider = small.finite(t)
        const params = { numRuns: 5, seed }
        const bare = fc.sample(walk(decider, { command: small.command, length }), params)
        expect(bare.filter((commands) => commands.length > length)).toStrictEqual([])
        const started = walk(decider, { command: small.command, length, starts: [start] })
        const tooLong = fc.sample(started, params).filter((w) => w.length > length + 2)
        expect(tooLong).toStrictEqual([])
      }),
    )
  })

  it('1. is a hundred commands long where no length is said', () => {
    const lengths = fc
      .sample(walk(orderDecider(anyStatus), { command }), { numRuns: 100 })
      .map((commands) => commands.length)
    expect(Math.max(...lengths)).toBeLessThanOrEqual(100)
    expect(median(lengths)).toBeGreaterThan(60)
  })

  it('2. is drawn again by its seed', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const again = () => fc.sample(walk(d, { command }), { numRuns: 3, seed })
        expect(again()).toStrictEqual(again())
      }),
      { numRuns: runs(10) },
    )
  })

  it('3. is smaller by some commands, by one smaller command, or by one for two', () => {
    const walks = walk(d, { command, length: 10 })
    const samples = fc.sample(walks, { numRuns: runs(20) }).filter(({ length }) => length > 0)
    const isPart = (part: ReadonlyArray<unknown>, whole: ReadonlyArray<unknown>) => {
      let found = 0
      for (const element of whole) if (element === part[found]) found++
      return found === part.length && part.length < whole.length
    }
    for (const commands of samples) {
      const all = [...walks.shrink(commands, undefined)].map(({ value }) => value)
      const others = all.filter((other) => !isPart(other, commands))
      expect(all).toContainEqual(commands.slice(1))
      const same = others.filter(({ length }) => length === commands.length)
      const changed = same.map((other) => other.filter((c, i) => c !== commands[i]).length)
      expect(changed).toStrictEqual(same.map(() => 1))
      const shorter = others.filter(({ length }) => length !== commands.length)
      const oneForTwo = shorter.filter(
        (other) =>
          other.length === commands.length - 1 &&
          other.some((c, i) => commands.includes(c) && isPart(other.toSpliced(i, 1), commands)),
      )
      expect(oneForTwo).toStrictEqual(shorter)
    }
  })

  it('4. shrinks two commands that add up to one that does as much', () => {
    const sum = (numbers: ReadonlyArray<number>) => numbers.reduce((a, b) => a + b, 0)
    const adding: Decider<number, number, number, never> = {
      initialState: 0,
      decide: (n) => ({ _tag: 'Right', right: [n] }),
      evolve: (total, n) => total + n,
      isTerminal: () => false,
    }
    const walks = walk(adding, { command: fc.integer({ min: 1, max: 10 }) })
    const lengths = Array.from(
      { length: runs(20) },
      () => smallest(walks, (numbers) => sum(numbers) >= 7)?.length,
    )
    expect(lengths).toStrictEqual(lengths.map(() => 1))
  })

  it('4. shrinks to a walk that fails, and without any one or two commands does not', () => {
    fc.assert(
      fc.property(small.tables, fc.integer({ min: 1, max: 3 }), (t, goal) => {
        const decider = small.finite(t)
        const fails = (commands: ReadonlyArray<small.Command>) =>
          states(decider)(run(decider)(commands).events).some(({ state }) => state === goal)
        const found = smallest(walk(decider, { command: small.command }), fails, 20)
        if (found === undefined) return
        expect(fails(found)).toBe(true)
        const without = found.flatMap((_, a) =>
          found.map((__, b) => found.filter((___, i) => i !== a && i !== b)),
        )
        expect(without.filter(fails)).toStrictEqual([])
      }),
    )
  })

  it('4. shrinks the commands as well: an order of more than 1,000', () => {
    const dear = (commands: ReadonlyArray<OrderCommand>) => {
      const { state } = run(d)(commands)
      return state.type === 'Order' && state.total > 1_000 && state.lines.length > 0
    }
    const found = smallest(walk(d, { command, length: 300 }), dear)
    expect(found?.map(({ type }) => type)).toStrictEqual(
      found?.length === 2
        ? ['CreateOrder', 'AddLine']
        : ['CreateOrder', 'AddLine', expect.stringMatching(/^Set/)],
    )
    // no smaller price or quantity would do
    const { state } = run(d)(found ?? [])
    expect(state.type === 'Order' && state.total > 1_000 && state.total < 1_100).toBe(true)
  })

  it('4. shrinks what it did not draw', () => {
    const start: ReadonlyArray<OrderCommand> = [
      { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' },
      { type: 'SetTax', amount: 3 },
      { type: 'SetShipping', amount: 250 },
    ]
    const taxed = (commands: ReadonlyArray<OrderCommand>) =>
      commands.some((c) => c.type === 'SetShipping' && c.amount > 5)
    expect(
      fc.check(
        fc.property(walk(d, { command }), (commands) => !taxed(commands)),
        { examples: [[start]] },
      ).counterexample,
    ).toStrictEqual([[{ type: 'SetShipping', amount: 6 }]])
    const fixed = walk(d, { choices: () => start })
    expect([
      ...fixed.shrink(
        [start[0]].flatMap((c) => c ?? []),
        undefined,
      ),
    ]).toHaveLength(1)
  })
})

describe('walks get deep', () => {
  const subjects = [
    ['standard', orderDecider(standard), 80, 10],
    ['anyStatus', orderDecider(anyStatus), 200, 2],
  ] as const

  it.each(subjects)('on orders under %s', (_, decider, atLeast, times) => {
    const params = { numRuns: 200, seed: 7 }
    const length = 300
    const ours = fc.sample(walk(decider, { command, length }), params)
    const blind = fc.array(command, { minLength: length, maxLength: length })
    const deep = median(ours.map((commands) => depth(decider, commands)))
    const shallow = median(fc.sample(blind, params).map((commands) => depth(decider, commands)))
    expect(deep).toBeGreaterThan(atLeast)
    expect(deep).toBeGreaterThan(times * shallow)
    // and the end is seen all the same
    const ends = ours.map((commands) => run(decider)(commands).state)
    const statusesOf = (state: OrderState) => (state.type === 'Order' ? [state.status] : [])
    const reached = new Set(ends.flatMap(statusesOf))
    const lifecycle = decider === subjects[0][1] ? standard : anyStatus
    expect(reached).toStrictEqual(new Set(['new', ...Object.values(lifecycle).flat()]))
  })

  it('refused commands are among them, as many as are asked for', () => {
    const share = (refused: number) => {
      const samples = fc.sample(walk(orderDecider(anyStatus), { command, refused }), {
        numRuns: 100,
        seed: 3,
      })
      const all = samples.reduce((sum, { length }) => sum + length, 0)
      const emitting = samples.reduce((sum, w) => sum + depth(orderDecider(anyStatus), w), 0)
      return 1 - emitting / all
    }
    expect(share(0)).toBeLessThan(0.03)
    expect(share(10)).toBeGreaterThan(0.05)
    expect(share(10)).toBeLessThan(0.15)
    expect(share(60)).toBeGreaterThan(0.4)
  })

  it('goes on a little after the end', () => {
    const once: Decider<number, boolean, number, never> = {
      initialState: false,
      decide: (n, done) => ({ _tag: 'Right', right: done ? [] : [n] }),
      evolve: () => true,
      isTerminal: (done) => done,
    }
    const lengths = fc
      .sample(walk(once, { command: fc.nat() }), { numRuns: 100, seed: 1 })
      .map((commands) => commands.length)
    expect(Math.max(...lengths)).toBe(4)
    expect(median(lengths)).toBe(4)
  })

  it('takes choices of the state, and mixes them with drawn commands', () => {
    const counter: Decider<number, number, number, string> = {
      initialState: 0,
      decide: (n, s) =>
        n === s + 1 ? { _tag: 'Right', right: [n] } : { _tag: 'Left', left: `at ${s}` },
      evolve: (_, n) => n,
      isTerminal: () => false,
    }
    const next = (s: number) => [s + 1]
    const params = { numRuns: 50, seed: 1 }
    const reach = (walks: fc.Arbitrary<ReadonlyArray<number>>) =>
      median(fc.sample(walks, params).map((commands) => run(counter)(commands).state))
    expect(reach(walk(counter, { choices: next, length: 300 }))).toBeGreaterThan(200)
    expect(reach(walk(counter, { choices: next, command: fc.nat(), length: 300 }))).toBeGreaterThan(
      200,
    )
    expect(reach(walk(counter, { command: fc.nat(), length: 300 }))).toBeLessThan(20)
    expect(fc.sample(walk(counter, { choices: () => [] }), params).flat()).toStrictEqual([])
  })

  it('begins with one of its starts, or with none', () => {
    const starts: ReadonlyArray<ReadonlyArray<small.Command>> = [
      [{ command: 0 }, { command: 0 }],
      [{ command: 1 }, { command: 1 }],
    ]
    const t = small.tables
    fc.assert(
      fc.property(t, (tables) => {
        const walks = walk(small.finite(tables), { command: small.command, length: 0, starts })
        const seen = fc.sample(walks, { numRuns: 60, seed: 1 })
        expect(new Set(seen.map((w) => JSON.stringify(w)))).toStrictEqual(
          new Set(['[]', ...starts.map((w) => JSON.stringify(w))]),
        )
      }),
      { numRuns: 5 },
    )
  })

  it.each(['decide', 'evolve', 'isTerminal'] as const)('outlives a %s that throws', (where) => {
    const boom = (armed: boolean) => {
      if (armed) throw new Error('boom')
    }
    const broken: Decider<number, number, number, never> = {
      initialState: 0,
      decide: (n, s) => {
        boom(where === 'decide' && s > 2)
        return { _tag: 'Right', right: [n] }
      },
      evolve: (s) => {
        boom(where === 'evolve' && s > 2)
        return s + 1
      },
      isTerminal: (s) => {
        boom(where === 'isTerminal' && s > 2)
        return false
      },
    }
    const start = [0, 0, 0, 0]
    const walks = walk(broken, { command: fc.nat(), length: 20, starts: [start] })
    const lengths = fc.sample(walks, { numRuns: 50, seed: 1 }).map((commands) => commands.length)
    expect(Math.max(...lengths)).toBe(where === 'isTerminal' ? 24 : 4)
  })
})
