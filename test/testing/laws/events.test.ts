import type { Either } from 'fp-ts/lib/Either.js'
import { left, right } from 'fp-ts/lib/Either.js'
import { none } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import type { EventCodec, EventIssues } from '../../../src/codec/EventCodec.ts'
import type { Decider } from '../../../src/Decider.ts'
import { codecs, folds, totality } from '../../../src/testing/laws/events.ts'
import { traceOf } from '../../../src/testing/internal/walkTrace.ts'
import { caseOf, look } from '../cases.ts'
import type { Command, Event, State, Till } from '../till.ts'
import { codec, till } from '../till.ts'

const set = (n: number): Command => ({ type: 'Set', n })
const wasSet = (n: number): Event => ({ type: 'WasSet', n })
const closed: Event = { type: 'Closed' }
const sets = (count: number) => Array.from({ length: count }, (_, i) => set(i + 1))

const boom = (): never => {
  throw new Error('boom')
}

describe('B2, folds', () => {
  /** Counts the events since it was last given its initial state, which makes it no fold. */
  const counting = (): Decider<number, string, number, never> => {
    let count = 0
    return {
      initialState: 'none',
      decide: (n) => right([n]),
      evolve: (state) => {
        count = state === 'none' ? 1 : count + 1
        return `${count}`
      },
      isTerminal: () => false,
    }
  }

  it('are cut in every place of a short history, and in some of a long one', () => {
    const times = (count: number, thorough = false) => {
      const adds = Array.from({ length: count }, (): Command => ({ type: 'Add', n: 1 }))
      const { found, times: n } = look(folds, caseOf(till, adds, { thorough }))
      expect(found).toBeUndefined()
      return n
    }
    expect([0, 1, 2, 8, 9, 20].map((count) => times(count))).toStrictEqual([0, 0, 1, 7, 4, 7])
    expect(times(20, true)).toBe(19)
  })

  it('are none where the parts fold to another state than the whole', () => {
    const found = {
      law: 'B2',
      name: '',
      what: 'the first 2 events and then the rest fold to another state than all 3',
      given: [1, 2, 3],
      command: none,
      shows: { type: 'State', state: '3' },
      fails: false,
      expected: 'the same state from both',
      seen: [`all at once '3'`, `in two parts '4'`],
      state: '3',
    }
    const of = caseOf(counting(), [1, 2, 3])
    expect(look(folds, of)).toStrictEqual({ found, times: 1 })
    expect(look(folds, { ...of, eq: { equals: () => true } }).found).toBeUndefined()
  })
})

describe('B4, totality', () => {
  const stray = {
    law: 'B4',
    command: none,
    given: [wasSet(1), wasSet(8)],
    state: { n: 1, closed: false },
  }
  const met = { type: 'State', state: { n: 1, closed: false } }
  const led = { type: 'State', state: { n: 8, closed: false } }
  const strays = [wasSet(8)]

  it('is asked of every stray event in every state, or of a share of them where there are many', () => {
    const asked: Array<readonly [number, number]> = []
    const listening: Till = {
      ...till,
      evolve: (s, e) => {
        asked.push([s.n, e.type === 'Closed' ? 0 : e.n])
        return till.evolve(s, e)
      },
    }
    const few = caseOf(listening, sets(2), { strays: [wasSet(7), wasSet(8)] })
    asked.length = 0
    expect(look(totality, few)).toStrictEqual({ found: undefined, times: 6 })
    expect(asked).toStrictEqual([
      [0, 7],
      [0, 8],
      [1, 7],
      [1, 8],
      [2, 7],
      [2, 8],
    ])
    // 200 for 21 states: 10 in each
    const drawn = Array.from({ length: 15 }, (_, i) => wasSet(i))
    const many = caseOf(listening, sets(20), { strays: drawn })
    asked.length = 0
    look(totality, many)
    expect(asked).toStrictEqual(Array.from({ length: 210 }, (_, i) => [Math.floor(i / 10), i % 15]))
    expect(look(totality, { ...many, thorough: true }).times).toBe(21 * 15)
    expect(look(totality, caseOf(till, sets(2))).times).toBe(0)
  })

  it('is broken by an evolve that throws', () => {
    const strict: Till = {
      ...till,
      evolve: (s, e) => (s.n === 1 && e.type === 'WasSet' && e.n > 5 ? boom() : till.evolve(s, e)),
    }
    expect(look(totality, caseOf(strict, sets(2), { strays }))).toStrictEqual({
      found: {
        ...stray,
        name: 'evolve',
        what: 'evolve throws on an event',
        shows: met,
        fails: true,
        expected: 'a state',
        seen: ['evolve threw Error: boom'],
      },
      times: 2,
    })
  })

  it('is broken by an event that does not apply and changes the state', () => {
    const applies = (e: Event, s: State): boolean => e.type !== 'WasSet' || s.n !== 1
    const of = caseOf(till, sets(2), { strays, applies })
    expect(look(totality, of).found).toStrictEqual({
      ...stray,
      name: 'applies',
      what: 'an event that does not apply changes the state',
      shows: met,
      fails: true,
      expected: 'the state that it met',
      seen: ['led to { n: 8, closed: false }'],
    })
    expect(look(totality, { ...of, eq: { equals: () => true } }).found).toBeUndefined()
    expect(look(totality, { ...of, strays: [wasSet(1)] }).found).toBeUndefined()
  })

  const always = () => true

  it('is broken by an event that leads to a state in which an invariant does not hold', () => {
    const small = ['small', ({ n }: State) => n < 8] as const
    const of = caseOf(till, sets(1), {
      strays: [wasSet(7), wasSet(8)],
      invariants: [small],
      applies: always,
    })
    expect(look(totality, of).found).toStrictEqual({
      ...stray,
      given: [wasSet(8)],
      state: { n: 0, closed: false },
      name: '"small"',
      what: 'an event that applies breaks "small": it returns false',
      shows: led,
      fails: false,
      expected: '"small" to hold, wherever the event comes from',
      seen: ['led to { n: 8, closed: false }'],
    })
  })

  it('is not broken by an event that nobody says applies: it is part of no history', () => {
    const small = ['small', ({ n }: State) => n < 8] as const
    const rises = ['rises', (a: State, _: Event, b: State) => b.n >= a.n] as const
    const of = caseOf(till, sets(3), { strays, invariants: [small], changes: [rises] })
    expect(look(totality, of).found).toBeUndefined()
    expect(look(totality, { ...of, applicable: always }).found?.name).toBe('"small"')
  })

  it('is broken by an evolve that is async', () => {
    const late = { ...till, evolve: (s: State) => Promise.resolve(s) } as unknown as Till
    const { found } = look(totality, caseOf(till, sets(1), { strays, decider: late }))
    expect(found?.what).toMatch(/^evolve returns a promise instead of a state/)
  })

  it('is not broken where the invariant did not hold before, or threw', () => {
    const odd = ['odd', ({ n }: State) => n % 2 === 1] as const
    const picky = ['picky', ({ n }: State) => (n < 2 ? boom() : n < 8)] as const
    const of = caseOf(till, [set(2), set(4)], { strays, invariants: [odd], applies: always })
    expect(look(totality, of).found).toBeUndefined()
    const throws = { ...of, invariants: [odd, picky] }
    expect(look(totality, throws).found).toMatchObject({ given: [wasSet(2), wasSet(8)] })
  })

  it('is broken by a change that may not be', () => {
    const rises = ['rises', (a: State, e: Event, b: State) => e.type === 'Closed' || b.n >= a.n] as const // prettier-ignore
    const of = caseOf(till, [set(9)], {
      strays: [closed, ...strays],
      changes: [rises],
      applies: always,
    })
    expect(look(totality, of)).toStrictEqual({
      found: {
        ...stray,
        given: [wasSet(9), wasSet(8)],
        state: { n: 9, closed: false },
        name: '"rises"',
        what: 'an event that applies breaks "rises": it returns false',
        shows: led,
        fails: false,
        expected: '"rises" to hold, wherever the event comes from',
        seen: ['led to { n: 8, closed: false }'],
      },
      times: 4,
    })
  })
})

describe('B9, codecs', () => {
  const commands = [...sets(2), { type: 'Close' } as const]
  const lost = {
    law: 'B9',
    name: 'round trip',
    what: 'an event does not survive its codec',
    given: [wasSet(1), wasSet(2)],
    command: none,
    shows: { type: 'State', state: { n: 2, closed: false } },
    fails: false,
    expected: 'the event itself',
    state: { n: 1, closed: false },
  }
  const issues = (expected: string, actual: unknown): Either<EventIssues, never> =>
    left({ eventType: 'WasSet', schemaVersion: 1, issues: [{ path: ['n'], expected, actual }] })
  /** The codec, but for the event that sets 2. */
  const but = (more: Partial<EventCodec<Event>>): EventCodec<Event> => ({
    types: codec.types,
    encode: (e) =>
      e.type === 'WasSet' && e.n === 2 ? (more.encode ?? codec.encode)(e) : codec.encode(e),
    decode: (e) => (more.decode !== undefined && e.data === 2 ? more.decode(e) : codec.decode(e)),
  })
  const seenOf = (one: EventCodec<Event>) => look(codecs, caseOf(till, commands, { codec: one }))

  it('are asked of what was emitted, of strays that they take, and of old events in each state', () => {
    const old = [
      { encoded: { type: 'Added', schemaVersion: 1, data: 3 }, becomes: { type: 'Added', n: 3 } },
    ] as const
    const odd = but({ encode: () => issues('not this', 2) })
    const strays = [wasSet(2), wasSet(3)]
    const of = caseOf(till, [set(1), { type: 'Close' }], { codec: odd, old, strays })
    expect(look(codecs, of)).toStrictEqual({ found: undefined, times: 2 + 1 + 3 })
  })

  it('are not asked of anything where there is none, and have to be there for old events', () => {
    expect(look(codecs, caseOf(till, commands))).toStrictEqual({ found: undefined, times: 0 })
    const old = [{ encoded: { type: 'Gone', schemaVersion: 1, data: 0 }, becomes: closed }]
    expect(() => codecs(caseOf(till, commands, { old }))).toThrow(/^old events need a codec$/)
  })

  it.each<readonly [string, EventCodec<Event>, ReadonlyArray<string>]>([
    ['encode that throws', but({ encode: boom }), ['encode threw Error: boom']],
    [
      'encode that rejects',
      but({ encode: () => issues('less', 2) }),
      ['encode rejected it', 'n: expected less, got 2'],
    ],
    [
      'data that JSON text does not take',
      but({ encode: () => right({ type: 'WasSet', schemaVersion: 1, data: 2n }) }),
      ['JSON.stringify threw TypeError: Do not know how to serialize a BigInt'],
    ],
    ['decode that throws', but({ decode: boom }), ['decode threw Error: boom']],
    [
      'decode that rejects',
      but({ decode: () => issues('more', 2) }),
      ['decode rejected it', 'n: expected more, got 2'],
    ],
    [
      'decode to another event',
      but({ decode: () => right(wasSet(3)) }),
      ['came back as another event', 'n: expected 2, got 3'],
    ],
    [
      'data that JSON text does not hold',
      {
        types: codec.types,
        encode: () => right({ type: 'WasSet', schemaVersion: 1, data: new Date(0) }),
        decode: ({ data }) => right(data instanceof Date ? wasSet(1) : wasSet(7)),
      },
      ['came back through JSON as another event', 'n: expected 1, got 7'],
    ],
    [
      'decode that takes no JSON text',
      {
        types: codec.types,
        encode: () => right({ type: 'WasSet', schemaVersion: 1, data: new Date(0) }),
        decode: ({ data }) => (data instanceof Date ? right(wasSet(1)) : boom()),
      },
      ['decode threw through JSON Error: boom'],
    ],
    [
      'decode that rejects JSON text',
      {
        types: codec.types,
        encode: () => right({ type: 'WasSet', schemaVersion: 1, data: new Date(0) }),
        decode: (e) => (e.data instanceof Date ? right(wasSet(1)) : codec.decode(e)),
      },
      [
        'decode rejected it through JSON',
        '(root): expected an amount, got "1970-01-01T00:00:00.000Z"',
      ],
    ],
  ])('are broken by %s', (_, broken, seen) => {
    const { found } = seenOf(broken)
    expect(found?.seen.slice(1)).toStrictEqual(seen)
  })

  it('are broken with the event, its history, and where it leads', () => {
    expect(seenOf(but({ encode: boom }))).toStrictEqual({
      found: { ...lost, seen: [`event { type: 'WasSet', n: 2 }`, 'encode threw Error: boom'] },
      times: 2,
    })
  })

  it('are broken by a stray event in the initial state', () => {
    const of = caseOf(till, sets(1), { codec: but({ encode: boom }), strays: [closed, wasSet(2)] })
    expect(look(codecs, of)).toStrictEqual({
      found: {
        ...lost,
        given: [wasSet(2)],
        state: { n: 0, closed: false },
        seen: [`event { type: 'WasSet', n: 2 }`, 'encode threw Error: boom'],
      },
      times: 3,
    })
    const strict: Till = {
      ...till,
      evolve: (s, e) => (e.type === 'WasSet' && e.n === 2 ? boom() : till.evolve(s, e)),
    }
    const met = { type: 'State', state: { n: 0, closed: false } }
    const nowhere = { ...of, decider: strict, trace: traceOf(strict, sets(1)) }
    expect(look(codecs, nowhere).found).toMatchObject({
      given: [wasSet(2)],
      shows: met,
      fails: 'throws',
    })
  })

  describe('for old events', () => {
    const encoded = { type: 'WasSet', schemaVersion: 1, data: 3 }
    const successor = {
      law: 'B9',
      name: 'old events',
      what: 'an old event does not lead to what its successor leads to',
      given: [wasSet(4)],
      command: none,
      shows: { type: 'State', state: { n: 4, closed: false } },
      fails: false,
      expected: 'the state that its successor gives',
      state: { n: 0, closed: false },
    }
    const old = [{ encoded, becomes: wasSet(4) }]
    const told = `old event { type: 'WasSet', schemaVersion: 1, data: 3 }`

    it('are broken where they lead elsewhere', () => {
      expect(look(codecs, caseOf(till, sets(1), { codec, old }))).toStrictEqual({
        found: {
          ...successor,
          seen: [told, `decoded to { type: 'WasSet', n: 3 }`, 'led to { n: 3, closed: false }'],
        },
        times: 2,
      })
      const eq = { equals: (a: State, b: State) => a.closed === b.closed }
      expect(look(codecs, caseOf(till, sets(1), { codec, old, eq })).found).toBeUndefined()
    })

    it('are looked at one after the other', () => {
      const well = { encoded, becomes: wasSet(3) }
      expect(
        look(codecs, caseOf(till, sets(1), { codec, old: [well, ...old, well] })),
      ).toMatchObject({
        found: { given: [wasSet(4)] },
        times: 1 + 2 + 1,
      })
    })

    it('are broken where they lead elsewhere in a later state alone', () => {
      const becomes: Event = { type: 'Added', n: 3 }
      const of = caseOf(till, sets(2), { codec, old: [{ encoded, becomes }] })
      expect(look(codecs, of)).toMatchObject({
        found: { given: [wasSet(1), becomes], state: { n: 1, closed: false } },
        times: 2 + 2,
      })
    })

    it('are broken where they are not read any more', () => {
      const throws = { ...codec, decode: boom }
      const rejects = { ...codec, decode: () => issues('none', 3) }
      const seen = (one: EventCodec<Event>) => look(codecs, caseOf(till, [], { codec: one, old }))
      expect(seen(throws)).toStrictEqual({
        found: { ...successor, seen: [told, 'decode threw Error: boom'] },
        times: 1,
      })
      expect(seen(rejects).found).toStrictEqual({
        ...successor,
        seen: [told, 'decode rejected it', 'n: expected none, got 3'],
      })
    })
  })
})
