import fc from 'fast-check'
import { left, right } from 'fp-ts/lib/Either.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Decider } from '../../../src/Decider.ts'
import { privateIn } from '../../../src/testing/laws/model.ts'
import { checkLaws } from '../../../src/testing/laws.ts'
import { purity } from '../../../src/testing/laws/purity.ts'
import { traceOf } from '../../../src/testing/internal/walkTrace.ts'
import { sameDraws } from '../../support/draws.ts'
import { caseOf, look } from '../cases.ts'
import type { Command, Event, State, Till } from '../till.ts'
import { bare, till } from '../till.ts'

sameDraws()

const add = (n: number): Command => ({ type: 'Add', n })
const set = (n: number): Command => ({ type: 'Set', n })
const added = (n: number): Event => ({ type: 'Added', n })
const wasSet = (n: number): Event => ({ type: 'WasSet', n })
const at = (n: number): State => ({ n, closed: false })

const boom = (): never => {
  throw new Error('boom')
}

const formatter = new Intl.DateTimeFormat('en', { timeZone: 'UTC' })

afterEach(() => {
  vi.useRealTimers()
})

describe('B1, purity', () => {
  const commands = [add(1), add(9), set(2), set(2)]
  const impure = (name: string, seen: ReadonlyArray<string>) => ({
    law: 'B1',
    name,
    what: `${name} is not pure`,
    given: [added(1)],
    command: some(set(2)),
    shows: { type: 'Events', events: [wasSet(2)] },
    fails: false,
    expected: 'the same result twice on frozen arguments, nothing thrown, and nothing else read',
    seen,
    state: at(1),
  })
  const nothing = { type: 'Events', events: [] }
  const isSet = (c: Command): boolean => c.type === 'Set'

  /** Gives another answer each time that it is called. */
  const turns = <A>(...answers: ReadonlyArray<() => A>) => {
    let calls = 0
    return (): A => answers[calls++ % answers.length]?.() ?? boom()
  }

  it('is asked of every call on the way', () => {
    expect(look(purity, caseOf(till, commands))).toStrictEqual({ found: undefined, times: 10 })
  })

  it('asks who reads nothing of the world twice', () => {
    let asked = 0
    const counting: Till = { ...till, decide: (c, s) => (asked++, till.decide(c, s)) }
    look(purity, caseOf(counting, commands, { trace: traceOf(till, []) }))
    // and again at the end: each command in its state and in the last, and a copy of it
    expect(asked).toBe(5 * commands.length)
  })

  it('is broken by isTerminal', () => {
    const answer = turns(
      () => false,
      () => true,
    )
    const moody: Till = { ...till, isTerminal: ({ n }) => n === 1 && answer() }
    // it is the next command that meets the state
    expect(look(purity, caseOf(moody, [add(1), set(2)]))).toStrictEqual({
      found: impure('isTerminal', ['isTerminal gave false', 'and then true']),
      times: 3,
    })
  })

  it('is broken by decide that answers otherwise, throws, or throws when it is called again', () => {
    const found = (...answers: ReadonlyArray<() => ReturnType<Till['decide']>>) => {
      const answer = turns(...answers)
      const moody: Till = { ...till, decide: (c, s) => (isSet(c) ? answer() : till.decide(c, s)) }
      return look(purity, caseOf(moody, commands, { trace: traceOf(till, []) })).found
    }
    const sets = () => right([wasSet(2)])
    expect(found(sets, () => left('TooMuch'))).toStrictEqual({
      ...impure('decide', [
        `decide gave { _tag: 'Right', right: [{ type: 'WasSet', n: 2 }] }`,
        `and then { _tag: 'Left', left: 'TooMuch' }`,
      ]),
      fails: 'varies',
    })
    expect(found(boom)).toStrictEqual({
      ...impure('decide', ['decide threw Error: boom']),
      shows: nothing,
      fails: 'throws',
    })
    expect(found(sets, boom)).toStrictEqual({
      ...impure('decide', ['decide threw Error: boom when called again']),
      fails: 'varies',
    })
    expect(found(() => left('TooMuch'), sets)).toMatchObject({
      shows: { type: 'Rejected', rejection: 'TooMuch' },
    })
  })

  it('is broken by evolve, at any event', () => {
    const answer = turns(
      () => at(3),
      () => at(4),
    )
    const moody: Till = {
      ...till,
      decide: (c, s) => (isSet(c) ? right([wasSet(1), wasSet(2)]) : till.decide(c, s)),
      evolve: (s, e) => (e.type === 'WasSet' && e.n === 2 ? answer() : till.evolve(s, e)),
    }
    expect(look(purity, caseOf(moody, commands))).toStrictEqual({
      found: {
        ...impure('evolve', [
          'evolve gave { n: 3, closed: false }',
          'and then { n: 4, closed: false }',
        ]),
        shows: { type: 'Events', events: [wasSet(1), wasSet(2)] },
      },
      times: 2 + 1 + 2 + 2 + 1,
    })
  })

  it('is broken by who writes to a command, a state or an event', () => {
    const readOnly = `TypeError: Cannot assign to read only property 'n' of object '#<Object>'`
    const seen = (writer: Till) => {
      const { found } = look(purity, caseOf(writer, commands, { trace: traceOf(till, []) }))
      // nothing is frozen in a test that is made of it
      expect(found?.fails).toBe(false)
      return found?.seen
    }
    expect(
      seen({ ...till, decide: (c, s) => till.decide(Object.assign(c, { n: 2 }), s) }),
    ).toStrictEqual([`decide threw ${readOnly}`])
    expect(seen({ ...till, evolve: (s, e) => Object.assign(s, till.evolve(s, e)) })).toStrictEqual([
      `evolve threw ${readOnly}`,
    ])
    expect(
      seen({ ...till, evolve: (s, e) => till.evolve(s, Object.assign(e, { n: 2 })) }),
    ).toStrictEqual([`evolve threw ${readOnly}`])
  })

  it('is broken by decide that answers otherwise in the initial state than it did before', () => {
    const earlier = [
      { type: 'Decided', command: add(9), decision: left('TooMuch' as const) } as const,
      { type: 'Decided', command: set(2), decision: right([wasSet(1)]) } as const,
    ]
    const found = (decider: Till) => look(purity, caseOf(decider, [], { earlier })).found
    const before = { ...impure('earlier', []), what: 'decide is not pure', given: [], state: at(0) }
    expect(found(till)).toStrictEqual({
      ...before,
      fails: 'varies',
      shows: { type: 'Events', events: [wasSet(1)] },
      seen: [
        `decide gave { _tag: 'Right', right: [{ type: 'WasSet', n: 1 }] }`,
        `and later { _tag: 'Right', right: [{ type: 'WasSet', n: 2 }] }`,
      ],
    })
    const throwing = { ...till, decide: (c: Command, s: State) => (isSet(c) ? boom() : till.decide(c, s)) } // prettier-ignore
    expect(found(throwing)?.seen[1]).toBe('threw Error: boom later')
    expect(look(purity, caseOf(till, [], { earlier: earlier.slice(0, 1) })).found).toBeUndefined()
  })

  it('takes two states for the same where the user says so', () => {
    const answer = turns(
      () => at(3),
      () => at(4),
    )
    const moody: Till = { ...till, evolve: answer }
    const of = caseOf(moody, [add(1)], { trace: traceOf(till, []) })
    expect(look(purity, of).found?.name).toBe('evolve')
    const eq = { equals: (a: State, b: State) => a.closed === b.closed }
    expect(look(purity, { ...of, eq }).found).toBeUndefined()
  })

  it('says what to do where two states look the same, and only there', () => {
    class Secret {
      readonly #n: number
      constructor(n: number) {
        this.#n = n
      }
      get more(): Secret {
        return new Secret(this.#n + 1)
      }
    }
    class Open {
      readonly n: number
      constructor(n: number) {
        this.n = n
      }
    }
    const seen = <S>(initialState: S, evolve: (state: S) => S) => {
      const decider: Decider<number, S, number, never> = {
        initialState,
        decide: (n) => right([n]),
        evolve,
        isTerminal: () => false,
      }
      return look(purity, caseOf(decider, [1])).found?.seen
    }
    expect(seen(new Secret(0), (s) => s.more)).toStrictEqual([
      'evolve gave Secret {}',
      'and then Secret {}',
      ...privateIn(new Secret(0)),
    ])
    const answer = turns(
      () => new Open(1),
      () => new Open(2),
      () => new Open(3),
    )
    expect(seen(new Open(0), answer)).toStrictEqual([
      'evolve gave Open { n: 2 }',
      'and then Open { n: 3 }',
    ])
  })

  describe('of who reads the clock, or chance', () => {
    const seen = (decider: Till) => look(purity, caseOf(decider, commands)).found
    const deciding = (n: () => number): Till => ({
      ...till,
      decide: (c, s) => (isSet(c) ? right([wasSet(n())]) : till.decide(c, s)),
    })

    it.each<readonly [string, () => number]>([
      ['Date.now()', () => Date.now()],
      ['new Date()', () => new Date().getTime()],
      ['performance.now()', () => performance.now()],
      ['Math.random()', () => Math.random()],
      ['Math.random()', () => (Math.random() < 0.001 ? 1 : 2)],
      ['Math.random()', () => (Math.random() > 0.999 ? 1 : 2)],
      ['Date.now()', () => (Date.now() > Date.UTC(2090, 1) ? 1 : 2)],
      ['Date.now()', () => (Date.now() < Date.UTC(1980, 1) ? 1 : 2)],
    ])('is broken at once where what is given depends on %s', (name, n) => {
      expect(seen(deciding(n))).toMatchObject({
        what: `decide is not pure: it reads ${name}`,
        fails: 'varies',
        given: [added(1)],
      })
    })

    it.each<readonly [string, () => number]>([
      ['the time zone (getDay)', () => new Date(2).getDay()],
      ['the locale (toLocaleString)', () => (1.5).toLocaleString().length],
      ['process.env.CAMPAIGN', () => Number(process.env['CAMPAIGN'] ?? 1)],
      ['crypto.randomUUID()', () => crypto.randomUUID().length],
      ['the time (format)', () => formatter.format().length],
    ])('is broken where it reads %s', (name, n) => {
      expect(seen(deciding(n))?.what).toBe(`decide is not pure: it reads ${name}`)
    })

    it('holds where it reads the build mode, as libraries do', () => {
      expect(seen(deciding(() => process.env['NODE_ENV']?.length ?? 0))).toBeUndefined()
    })

    it('is broken by an initial state that is read off the clock', () => {
      const starting = { ...till, get initialState() { return at(Date.now()) } } // prettier-ignore
      expect(seen(starting)).toMatchObject({
        name: 'initialState',
        what: 'initialState is not pure: it reads Date.now()',
        given: [],
        command: none,
      })
    })

    it('is broken by who reads it once, when walks are drawn, and keeps it', () => {
      let today: number | undefined
      const keeping = deciding(() => (today ??= Date.now()))
      const [b1] = checkLaws(keeping, { ...bare, runs: 3 })
      expect(b1?.verdict).toMatchObject({
        failures: [{ what: 'decide is not pure: it reads Date.now()' }],
      })
      expect(b1?.verdict.type === 'Failed' && b1.verdict.failures[0].message).toContain(
        'decide read it when walks were drawn, and keeps it',
      )
    })

    it('is broken by who reads it for a command that no walk holds', () => {
      const asking = deciding(() => 2)
      const read = {
        type: 'Read' as const,
        name: 'decide',
        reads: ['Date.now()'],
        asked: [set(1), at(0)],
        again: () => ['Date.now()'],
      }
      const earlier = (asked: ReadonlyArray<Command>) =>
        look(purity, caseOf(asking, asked, { earlier: [read] })).found
      expect(earlier([])).toBeUndefined()
      expect(earlier([set(1)])).toMatchObject({
        name: 'earlier',
        what: 'decide is not pure: it reads Date.now()',
        seen: [
          'decide read it when walks were drawn',
          "asked with { type: 'Set', n: 1 }",
          'asked with { n: 0, closed: false }',
        ],
      })
    })

    it('is told with the walk that shows it', () => {
      const [b1] = checkLaws(
        deciding(() => Date.now()),
        { ...bare, only: ['B1'] },
      )
      const failure = b1?.verdict.type === 'Failed' ? b1.verdict.failures[0] : undefined
      expect(failure?.commands).toHaveLength(1)
      expect(failure?.command._tag).toBe('Some')
      expect(failure?.message).not.toContain('when walks were drawn')
    })

    it('is not broken by what may be read, and is by what that leads to', () => {
      const zoned = deciding(() => (new Date(5).getMinutes() < 0 ? 1 : 2))
      const b1 = (decider: Till, ...mayRead: ReadonlyArray<string>) =>
        checkLaws(decider, { ...bare, only: ['B1'], runs: 5, mayRead })[0]?.verdict.type
      expect([b1(zoned), b1(zoned, 'the time zone')]).toStrictEqual(['Failed', 'Held'])
      expect(
        b1(
          deciding(() => Math.random()),
          'Math.random()',
        ),
      ).toBe('Failed')
    })

    it('is asked of properties, where they are asked', () => {
      const named = { 'not yet': () => Date.now() > 0 }
      for (const options of [{ invariants: named }, { decisions: named }, { changes: named }]) {
        const report = checkLaws(till, { ...bare, ...options, runs: 2 })
        const b6 = report.find(({ law }) => law === 'B6')?.verdict
        expect(b6?.type === 'Failed' && b6.failures[0].what).toMatch(/"not yet": it reads Date.now/)
      }
    })

    it('is broken by evolve and isTerminal', () => {
      const evolving = { ...till, evolve: () => at(Date.now()) }
      expect(seen(evolving)?.what).toBe('evolve is not pure: it reads Date.now()')
      const ending = { ...till, isTerminal: () => Date.now() > Date.UTC(2090, 1) }
      expect(seen(ending)?.what).toBe('isTerminal is not pure: it reads Date.now()')
    })

    it('is broken where it makes no difference: it is read, and may make one on another day', () => {
      const took: Array<number> = []
      const timed: Till = {
        ...till,
        decide: (c, s) => {
          const start = performance.now()
          const decision = till.decide(c, s)
          took.push(performance.now() - start + Math.random())
          return decision
        },
      }
      expect(seen(timed)?.what).toBe(
        'decide is not pure: it reads performance.now() and Math.random()',
      )
      expect(took.length).toBeGreaterThan(0)
    })

    it('is broken by what is read together', () => {
      const both = deciding(() => Date.now() + Math.random())
      expect(seen(both)?.what).toBe('decide is not pure: it reads Date.now() and Math.random()')
    })

    it('is not broken by what is read where it throws at any time', () => {
      const throwing = deciding(() => (Date.now(), boom()))
      const { found } = look(purity, caseOf(throwing, commands, { trace: traceOf(till, []) }))
      expect(found).toMatchObject({
        what: 'decide is not pure',
        seen: ['decide threw Error: boom'],
      })
    })

    it('is broken by who throws at another time', () => {
      const late: Till = deciding(() => (Date.now() > Date.UTC(2090, 1) ? boom() : 2))
      expect(seen(late)).toMatchObject({
        what: 'decide is not pure: it reads Date.now()',
        seen: [
          'decide read what is not in its arguments: let it come with the command, or with the event',
        ],
      })
    })

    it('is broken by who writes, where that is what makes the difference', () => {
      class Box {
        n = 0
      }
      const writing: Decider<number, Box, number, never> = {
        initialState: new Box(),
        decide: (n, box) => (Date.now(), right([n + box.n++])),
        evolve: (box) => box,
        isTerminal: () => false,
      }
      const { found } = look(purity, caseOf(writing, [1], { trace: traceOf(writing, []) }))
      expect(found).toMatchObject({
        what: 'decide is not pure',
        seen: [
          'decide read what is not in its arguments: let it come with the command, or with the event',
          'changed its arguments',
        ],
      })
      // as it was before it was written to
      expect(writing.initialState).toStrictEqual(new Box())
    })
  })

  describe('of what can not be compared', () => {
    const states = <S>(of: (n: number) => S): Decider<number, S, number, never> => ({
      initialState: of(0),
      decide: (n) => right([n]),
      evolve: (_, n) => of(n),
      isTerminal: () => false,
    })
    const what = <S>(decider: Decider<number, S, number, never>) =>
      look(purity, caseOf(decider, [1, 2])).found?.what

    it('says so in the first line, with the option that helps', () => {
      class Secret {
        readonly #n: number
        constructor(n: number) {
          this.#n = n
        }
        has(n: number): boolean {
          return n === this.#n
        }
      }
      const eqState = ', a new one each time: the option eqState says when two states are the same'
      expect(what(states((n) => ({ n, rule: () => n })))).toBe(`evolve returns a function at .rule${eqState}`) // prettier-ignore
      expect(what(states((n) => new Secret(n)))).toBe(`evolve returns a Secret${eqState}`)
      // who says when two are the same is taken at his word
      const eq = { equals: () => false }
      const of = caseOf(
        states((n) => ({ n, rule: () => n })),
        [1],
        { eq },
      )
      expect(look(purity, of).found?.what).toBe('evolve is not pure')
      const emitting = { ...states((n) => n), decide: (n: number) => right([() => n]) }
      expect(what(emitting as never)).toBe('decide returns a function at .right[0], a new one each time: events and rejections are data') // prettier-ignore
    })

    it('is nothing that answers for itself', () => {
      /** As a collection of Immutable.js: with an owner of its own, and a hash that it keeps. */
      class Bag {
        readonly owner = { of: () => this }
        hash: number | undefined
        readonly #n: number
        constructor(n: number) {
          this.#n = n
        }
        equals(other: unknown): boolean {
          return other instanceof Bag && other.#n === this.#n
        }
        hashCode(): number {
          return (this.hash ??= this.#n)
        }
      }
      const bags = states((n) => ({ bag: new Bag(n) }))
      const hashing = { ...bags, isTerminal: ({ bag }: { bag: Bag }) => bag.hashCode() < 0 }
      expect(what(bags)).toBeUndefined()
      expect(what(hashing)).toBeUndefined()
      const report = checkLaws(hashing, { command: fc.nat(9), runs: 5, except: ['B5'] })
      expect(report.filter(({ verdict }) => verdict.type === 'Failed')).toStrictEqual([])
    })
  })

  describe('of what can not be frozen', () => {
    type Bag = Map<string, number>
    const bag: Decider<Bag, Bag, Bag, never> = {
      initialState: new Map(),
      decide: (c) => right([new Map(c)]),
      evolve: (s, e) => new Map([...s, ...e]),
      isTerminal: () => false,
    }
    const filled = () => new Map([['a', 1]])
    const write = (into: Bag) => into.set('b', 2)

    it('holds where nobody writes to it', () => {
      expect(look(purity, caseOf(bag, [filled(), filled()]))).toStrictEqual({
        found: undefined,
        times: 6,
      })
    })

    it.each<readonly [string, string, Partial<typeof bag>]>([
      ['isTerminal', 'a state', { isTerminal: (s) => write(s).size === 0 }],
      ['decide', 'a command', { decide: (c) => (write(c), right([])) }],
      ['decide', 'a state', { decide: (_, s) => (write(s), right([])) }],
      ['evolve', 'a state', { evolve: (s) => (write(s), new Map()) }],
      ['evolve', 'an event', { evolve: (_, e) => (write(e), new Map()) }],
    ])('is broken by %s that writes to %s', (name, _, more) => {
      const writer = { ...bag, initialState: new Map(), ...more }
      const { found } = look(purity, caseOf(writer, [filled()], { trace: traceOf(bag, []) }))
      expect(found).toMatchObject({ name, seen: [`${name} changed its arguments`], given: [] })
      // as it was before it was written to
      expect(found?.state).toStrictEqual(new Map())
      const { fails, shows } = found ?? {}
      expect({ fails, shows }).toStrictEqual({
        fails: false,
        shows: {
          type: 'Events',
          events: name === 'decide' ? [] : [new Map([['a', 1]])],
        },
      })
    })

    it('leaves a command as it was, where it is written to', () => {
      class Box {
        n = 0
      }
      const writer: Decider<Box, number, number, never> = {
        initialState: 0,
        decide: (box) => (box.n++, right([])),
        evolve: (n) => n,
        isTerminal: () => false,
      }
      const { found } = look(purity, caseOf(writer, [new Box()], { trace: traceOf(writer, []) }))
      expect(found).toMatchObject({ name: 'decide', seen: ['decide changed its arguments'] })
      expect(found?.command).toStrictEqual(some(new Box()))
    })

    it('is broken where all else is frozen', () => {
      const writer: Decider<string, Bag, string, never> = {
        initialState: new Map(),
        decide: (_, s) => (write(s), right([])),
        evolve: (s) => s,
        isTerminal: () => false,
      }
      const { found } = look(purity, caseOf(writer, ['a'], { trace: traceOf(writer, []) }))
      expect(found?.seen).toStrictEqual(['decide changed its arguments'])
    })
  })
})
