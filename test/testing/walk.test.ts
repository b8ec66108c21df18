import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Decider } from '../../src/Decider.ts'
import { run } from '../../src/Decider.ts'
import type { OrderCommand, OrderState } from '../../src/order/index.ts'
import { orderDecider, standardLifecycle } from '../../src/order/index.ts'
import { anyStatus } from '../support/orders.ts'
import { states } from '../../src/Projection.ts'
import type { WalkOptions } from '../../src/testing/walk.ts'
import { walk } from '../../src/testing/walk.ts'
import { runs } from '../setup.ts'
import { dice } from '../support/dice.ts'
import * as small from '../support/finite.ts'
import { command } from '../support/orders.ts'
import { plain } from '../support/plain.ts'

const d = orderDecider(standardLifecycle)

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
  parameters: fc.Parameters<[ReadonlyArray<C>]> = { numRuns: 100, seed: 1 },
): ReadonlyArray<C> | undefined =>
  fc.check(
    fc.property(walks, (commands) => !fails(commands)),
    parameters,
  ).counterexample?.[0]

/** What leads where, by state and command; a state that leads nowhere is the end. */
type Moves = Readonly<Record<string, Readonly<Record<string, string>>>>

const mover = (moves: Moves): Decider<string, string, string, string> => ({
  initialState: 'start',
  decide: (name, state) => {
    const next = moves[state]?.[name]
    if (next === 'throws') throw new Error(next)
    if (next === 'nothing') return { _tag: 'Right', right: [] }
    return next === undefined ? { _tag: 'Left', left: 'no' } : { _tag: 'Right', right: [next] }
  },
  evolve: (_, next) => next,
  isTerminal: (state) => moves[state] === undefined,
})

/** Of 8 steps, each careful but the last; no rejected commands, and none tried again. */
const careful = { '0-3': [1], '0-2': [0], '0-99': [99], '1-8': [8] }
/** Each step takes the first command that emits. */
const careless = { ...careful, '0-2': [2] }

const walked = <C, S>(
  decider: Decider<C, S, C, string>,
  options: WalkOptions<C, S>,
  answers: Parameters<typeof dice>[0],
) => walk(decider, { length: 8, ...options }).generate(dice(answers), undefined).value

describe('a step', () => {
  const door = mover({ start: { close: 'closed', work: 'start' } })
  const choices = () => ['close', 'work']
  const work = (times: number) => Array<string>(times).fill('work')

  it('leaves as much to do as it can, until the last eighth of the walk', () => {
    const answers = { ...careful, '1-16': [16], '0-1': [0, 1] }
    expect(walked(door, { choices, length: 16 }, answers)).toStrictEqual([
      ...work(14),
      'close',
      'work',
    ])
  })

  it('is careless now and then, or ever so often, in walks that are in more of a hurry', () => {
    const hurried = (answers: Parameters<typeof dice>[0]) =>
      walked(door, { choices, length: 16 }, { ...careful, '0-1': [0, 1], ...answers })
    // behind the door nothing emits, and three more steps are taken
    expect(hurried({ '0-2': [1], '1-16': [3, 3, 2] })).toStrictEqual([
      ...work(2),
      'close',
      ...work(3),
    ])
    expect(hurried({ '0-2': [2], '1-16': [16] })).toStrictEqual(['close', ...work(3)])
    expect(hurried({ '0-2': [0], '1-16': [1] }).slice(0, 14)).toStrictEqual(work(14))
  })

  it('is one of as many as the walk is long, and one of four walks is of any length', () => {
    const answers = { ...careless, '0-1': [1] }
    expect(walked(door, { choices }, answers)).toStrictEqual(work(8))
    const shorter = { ...answers, '0-3': [0, ...Array<number>(99).fill(1)], '0-8': [5] }
    expect(walked(door, { choices }, shorter)).toStrictEqual(work(5))
  })

  it('is rejected as often as is asked for', () => {
    const answers = { ...careful, '0-1': [1, 0], '0-99': [9, 10] }
    const commands = (rejected: number) =>
      walked(door, { choices: () => ['no', 'work'], rejected }, answers)
    expect(commands(9)).toStrictEqual(work(8))
    expect(commands(10)).toStrictEqual(Array(4).fill(['no', 'work']).flat())
    expect(commands(11)).toStrictEqual(Array(8).fill('no'))
  })

  it('is none where nothing emits', () => {
    const idle = mover({ start: { idle: 'nothing' } })
    const answers = { ...careful, '0-1': [0, 1] }
    expect(walked(idle, { choices: () => ['no', 'idle'] }, answers)).toStrictEqual([])
  })

  it('tries sixteen commands, or until three emit or one throws', () => {
    let asked = 0
    const door = mover({ start: { work: 'start', boom: 'throws' } })
    const counted: typeof door = {
      ...door,
      decide: (name, state) => {
        asked++
        return door.decide(name, state)
      },
    }
    const one = { ...careful, '0-0': [0] }
    walked(counted, { choices: () => ['no'], length: 1 }, one)
    expect(asked).toBe(16)
    walked(counted, { choices: () => ['work'], length: 1 }, one)
    expect(asked).toBe(16 + 3)
    walked(counted, { choices: () => ['no', 'work'], length: 1 }, { ...careful, '0-1': [0, 1] })
    expect(asked).toBe(16 + 3 + 6)
    walked(counted, { choices: () => ['no', 'boom'], length: 1 }, { ...careful, '0-1': [0, 1] })
    expect(asked).toBe(16 + 3 + 6 + 2)
  })

  it('is not taken where it leaves less than half of what there is to do', () => {
    const all = (state: string) => Object.fromEntries(['x', 'y', 'z'].map((name) => [name, state]))
    const hub = mover({
      start: { half: 'half', less: 'less', ...all('start'), more: 'start' },
      half: all('half'),
      less: { x: 'less', y: 'less', z: 'nothing' },
    })
    const offered = (state: string) =>
      state === 'start' ? ['half', 'less', 'x', 'y', 'z', 'more'] : ['x', 'y', 'z']
    const first = (index: number) =>
      walked(hub, { choices: offered }, { ...careful, '0-5': [index] })
    expect(first(0)).toStrictEqual(['half', ...Array<string>(7).fill('x')])
    expect(first(1)).toStrictEqual(['less'])
  })

  it('is the first of those that leave as much to do', () => {
    const same = mover({
      start: { a: 'both', b: 'both' },
      both: { a: 'both', b: 'both' },
    })
    const answers = { ...careful, '0-1': [0, 1, 1] }
    const either = walked(same, { choices: () => ['a', 'b'] }, answers)
    expect(either).toStrictEqual(Array(8).fill('a'))
  })

  it('looks at no more than eight choices of a state', () => {
    const wide = Array.from({ length: 18 }, (_, i) => `${i}`)
    const far = mover({
      start: { wide: 'wide', small: 'small' },
      wide: Object.fromEntries(wide.slice(8).map((name) => [name, 'wide'])),
      small: { stay: 'small' },
    })
    const offered = (state: string) =>
      ({ start: ['wide', 'small'], wide, small: ['stay'] })[state] ?? []
    const answers = { ...careful, '0-0': [0], '0-1': [0, 1] }
    expect(walked(far, { choices: offered }, answers)).toStrictEqual([
      'small',
      ...Array<string>(7).fill('stay'),
    ])
  })

  it('takes what throws for something to do, and it is the last', () => {
    const trap = mover({
      start: { trap: 'trap', calm: 'calm' },
      trap: { x: 'throws', y: 'throws' },
      calm: { x: 'calm' },
    })
    const offered = (state: string) => (state === 'start' ? ['calm', 'trap'] : ['x', 'y'])
    const answers = { ...careful, '0-1': [0, 1] }
    expect(walked(trap, { choices: offered }, answers)).toStrictEqual(['trap', 'y'])
  })

  it('does not count its own command among what it leaves to do', () => {
    const moves = mover({
      start: { 1: 'next', 2: 'next', 3: 'next' },
      next: { 2: 'next' },
    })
    const answers = { ...careful, '0-9': [1, 2, 3] }
    // of 2 and 3, which there are besides 1, it leaves 2
    const command = fc.nat({ max: 9 }).map(String)
    expect(walked(moves, { command, length: 8 }, answers).slice(0, 2)).toStrictEqual(['1', '2'])
  })
})

describe('a command', () => {
  const any: Decider<number, number, number, string> = {
    initialState: 0,
    decide: (n) => ({ _tag: 'Right', right: [n] }),
    evolve: (_, n) => n,
    isTerminal: () => false,
  }
  const drawnNumbers = { '0-50': Array.from({ length: 51 }, (_, i) => i) }

  it('is one that was tried before, one time in four: of the last eight', () => {
    const command = fc.nat({ max: 50 })
    const never = Array<number>(12).fill(1)
    const again = (place: number) => ({
      ...careless,
      ...drawnNumbers,
      // the length, and twelve commands in four steps
      '0-3': [1, ...never, 0, ...never],
      '0-7': [place],
    })
    expect(walked(any, { command }, again(0))).toStrictEqual([0, 3, 6, 9, 4, 14, 17, 20])
    expect(walked(any, { command }, again(7))).toStrictEqual([0, 3, 6, 9, 11, 14, 17, 20])
    const early = { ...again(7), '0-3': [1, 1, 1, 1, 0, ...never] }
    expect(walked(any, { command }, early).slice(0, 2)).toStrictEqual([0, 3])
  })

  it('is a choice of the state or any, in equal parts', () => {
    const answers = { ...careless, ...drawnNumbers, '0-0': [0], '0-1': [0, 1] }
    const choices = (n: number) => [n + 100]
    const command = fc.nat({ max: 50 })
    expect(walked(any, { choices, command }, answers).slice(0, 4)).toStrictEqual([100, 1, 101, 4])
    expect(walked(any, { choices: () => [], command }, answers).slice(0, 3)).toStrictEqual([
      0, 3, 6,
    ])
  })

  it('that was drawn is made smaller as its arbitrary makes it', () => {
    const walks = walk(any, { command: fc.nat({ max: 9 }).map((n) => n * 10), length: 1 })
    const { value, context } = walks.generate(dice({ ...careless, '0-9': [3] }), undefined)
    const smaller = (from: unknown) => [...walks.shrink(value, from)].map((next) => next.value)
    expect(smaller(context)).toStrictEqual([[], [0], [20]])
    expect(smaller(undefined)).toStrictEqual([[]])
  })

  it('comes after a start, in the state that it leads to', () => {
    const moves = mover({ start: { go: 'there' }, there: { stay: 'there' } })
    const starts = [['no', 'go', 'no']]
    const choices = (state: string) => (state === 'there' ? ['stay'] : ['go'])
    const began = (index: number) =>
      walked(
        moves,
        { choices, starts, length: 2 },
        { ...careful, '0-0': [0], '0-1': [index], '1-2': [2] },
      )
    expect(began(0)).toStrictEqual(['no', 'go', 'no', 'stay', 'stay'])
    expect(began(1)).toStrictEqual(['go', 'stay'])
  })
})

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
      .sample(walk(orderDecider(anyStatus), { command }), { numRuns: 100, seed: 1 })
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

  it('3. is smaller by some commands, by one smaller command, by one for two, or by another way', () => {
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
      // one for two, or another way
      const ofTheWalk = shorter.filter(
        (other) => other.length < commands.length && other.every((c) => commands.includes(c)),
      )
      expect(ofTheWalk).toStrictEqual(shorter)
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
    // of three hundred seeds there is one where two stay: none of the numbers that were drawn does as much
    for (let seed = 1; seed <= 10; seed++) {
      const found = smallest(walks, (numbers) => sum(numbers) >= 7, { numRuns: 10, seed })
      expect(found).toHaveLength(1)
    }
  })

  it('4. shrinks to a walk that fails, and without any one or two commands does not', () => {
    fc.assert(
      fc.property(small.tables, fc.integer({ min: 1, max: 3 }), fc.integer(), (t, goal, seed) => {
        const decider = small.finite(t)
        const fails = (commands: ReadonlyArray<small.Command>) =>
          states(decider)(run(decider)(commands).events).some(({ state }) => state === goal)
        const walks = walk(decider, { command: small.command })
        const found = smallest(walks, fails, { numRuns: 20, seed })
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
    // every number in it shrinks on its own: a constant that is drawn can not
    const shrinking: fc.Arbitrary<OrderCommand> = fc.oneof(
      fc.constant<OrderCommand>({ type: 'CreateOrder', customerId: 'VINET', currency: 'USD' }),
      plain({
        type: fc.constant('AddLine'),
        productId: fc.constantFrom('11', '42'),
        quantity: fc.integer({ min: 1, max: 9 }),
        unitPrice: fc.integer({ min: 0, max: 20_000 }),
        discount: fc.constantFrom(0, 500),
      }),
      plain({ type: fc.constant('SetShipping'), amount: fc.integer({ min: 0, max: 300 }) }),
    )
    const found = smallest(walk(d, { command: shrinking, length: 300 }), dear)
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
    ['standard', orderDecider(standardLifecycle), 80, 10],
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
    const lifecycle = decider === subjects[0][1] ? standardLifecycle : anyStatus
    expect(reached).toStrictEqual(new Set(['new', ...Object.values(lifecycle).flat()]))
  })

  it('rejected commands are among them, as many as are asked for', () => {
    const share = (rejected: number) => {
      const samples = fc.sample(walk(orderDecider(anyStatus), { command, rejected }), {
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
