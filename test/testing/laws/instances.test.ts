// States, commands and events that are instances of classes: what is written to in place is noticed,
// and who leaves them alone is not blamed.
import fc from 'fast-check'
import { left, right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { Decider } from '../../../src/Decider.ts'
import type { LawFailure, LawOptions } from '../../../src/testing/laws.ts'
import type { LawReport } from '../../../src/testing/laws/report.ts'
import { checkLaws } from '../../../src/testing/laws.ts'
import { sameDraws } from '../../support/draws.ts'

sameDraws(20)

const failed = <C, S, E>(report: ReadonlyArray<LawReport<C, S, E>>) =>
  report.flatMap(({ verdict }) => (verdict.type === 'Failed' ? verdict.failures : []))

/** Adds numbers until there are more than 20. */
const counting = <S>(
  initialState: S,
  nOf: (state: S) => number,
  evolve: (state: S, n: number) => S,
): Decider<number, S, number, 'Full'> => ({
  initialState,
  decide: (n, state) => (nOf(state) > 20 ? left('Full') : right([n])),
  evolve,
  isTerminal: () => false,
})

const command = fc.integer({ min: 1, max: 5 })

const found = <S>(
  decider: Decider<number, S, number, 'Full'>,
  more: Partial<LawOptions<number, S, number, 'Full'>> = {},
): ReadonlyArray<LawFailure<number, S, number>> => failed(checkLaws(decider, { command, ...more }))

class Counter {
  n = 0
  readonly seen: Array<number> = []
  get twice(): number {
    return this.n * 2
  }
  plus(n: number): Counter {
    return Object.assign(new Counter(), { n: this.n + n, seen: [...this.seen, n] })
  }
  add(n: number): this {
    this.n += n
    this.seen.push(n)
    return this
  }
}

class Hidden {
  #n: number
  constructor(n: number) {
    this.#n = n
  }
  get n(): number {
    return this.#n
  }
  plus(n: number): Hidden {
    return new Hidden(this.#n + n)
  }
  add(n: number): this {
    this.#n += n
    return this
  }
}

const eqHidden = { equals: (a: Hidden, b: Hidden) => a.n === b.n }

describe('a state that is an instance of a class', () => {
  it('is left alone by who makes a new one', () => {
    expect(
      found(counting(new Counter(), ({ twice }) => twice / 2, (s, n) => s.plus(n))), // prettier-ignore
    ).toStrictEqual([])
    expect(
      found(counting(new Hidden(0), ({ n }) => n, (s, n) => s.plus(n)), { eqState: eqHidden }), // prettier-ignore
    ).toStrictEqual([])
  })

  it('is written to where evolve adds to it and gives it back', () => {
    const initialState = new Counter()
    const [failure, ...more] = found(counting(initialState, ({ n }) => n, (s, n) => s.add(n))) // prettier-ignore
    expect(more).toStrictEqual([])
    expect(failure).toMatchObject({ law: 'B1', given: [], commands: [1] })
    expect(failure?.message).toContain('evolve changed its arguments')
    expect(failure?.message).toContain('state\n  Counter { n: 0, seen: [] }')
    expect(initialState).toStrictEqual(new Counter())
  })

  it('is told what to do where nothing of it can be compared', () => {
    const [failure] = found(counting(new Hidden(0), ({ n }) => n, (s, n) => s.plus(n))) // prettier-ignore
    expect(failure?.law).toBe('B1')
    expect(failure?.message).toContain(
      'private fields of Hidden are not compared, only what its toJSON',
    )
    class Shown extends Hidden {
      override plus(n: number): Shown {
        return new Shown(this.n + n)
      }
      override toString(): string {
        return `${this.n}`
      }
    }
    expect(found(counting(new Shown(0), ({ n }) => n, (s, n) => s.plus(n)))).toStrictEqual([]) // prettier-ignore
  })

  it('is written to where it stands within a plain one', () => {
    const initialState = { of: [new Counter()] as const }
    const [failure, ...more] = found(
      counting(initialState, ({ of: [{ n }] }) => n, (s, n) => (s.of[0].add(n), { ...s })), // prettier-ignore
    )
    expect(more).toStrictEqual([])
    expect(failure).toMatchObject({ law: 'B1', commands: [1] })
    expect(failure?.message).toContain('evolve changed its arguments')
    expect(initialState).toStrictEqual({ of: [new Counter()] })
  })

  it('is written to where decide or isTerminal does', () => {
    const right1 = counting(new Counter(), ({ n }) => n, (s, n) => s.plus(n)) // prettier-ignore
    const deciding = {
      ...right1,
      decide: (n: number, s: Counter) => (s.seen.push(0), right1.decide(n, s)),
    }
    expect(found(deciding)[0]?.message).toContain('decide changed its arguments')
    const ending = { ...right1, isTerminal: (s: Counter) => (s.seen.push(0), false) }
    expect(found(ending)[0]?.message).toContain('isTerminal changed its arguments')
  })

  it('is written to where nobody sees its fields, and decide answers otherwise than before', () => {
    const decider = counting(new Hidden(0), ({ n }) => n, (s, n) => s.add(n)) // prettier-ignore
    const [failure, ...more] = found(decider, { eqState: eqHidden })
    expect(more).toStrictEqual([])
    expect(failure).toMatchObject({ law: 'B1', given: [], commands: [] })
    expect(failure?.message).toContain('decide gave')
    expect(failure?.message).toContain('and later')
  })

  it('may extend what can be copied', () => {
    class Bag extends Map<string, number> {
      get total(): number {
        return [...this.values()].reduce((a, b) => a + b, 0)
      }
    }
    class Pile extends Set<number> {
      get total(): number {
        return [...this].reduce((a, b) => a + b, 0)
      }
    }
    class List extends Array<number> {
      get total(): number {
        return this.reduce((a, b) => a + b, 0)
      }
    }
    class Day extends Date {
      get total(): number {
        return this.getTime()
      }
    }
    const bag = counting(new Bag(), (s) => s.total, (s, n) => new Bag([...s, [String(s.size), n]])) // prettier-ignore
    const pile = counting(new Pile(), (s) => s.total, (s, n) => new Pile([...s, n + s.total])) // prettier-ignore
    const list = counting(new List(), (s) => s.total, (s, n) => List.from([...s, n]) as List) // prettier-ignore
    const day = counting(new Day(0), (s) => s.total, (s, n) => new Day(s.total + n)) // prettier-ignore
    expect([found(bag), found(pile), found(list), found(day)]).toStrictEqual([[], [], [], []])
    const writing = [
      found({ ...bag, evolve: (s, n) => (s.set(String(s.size), n), s) }),
      found({ ...pile, evolve: (s, n) => (s.add(n + s.total), s) }),
      found({ ...list, evolve: (s, n) => (s.push(n), s) }),
      found({ ...day, evolve: (s, n) => (s.setTime(s.total + n), s) }),
    ]
    for (const [failure] of writing) {
      expect(failure).toMatchObject({ law: 'B1', commands: [1] })
      expect(failure?.message).toContain('evolve changed its arguments')
    }
  })

  it('may hold what has no fields to see, and what holds itself', () => {
    const url = new URL('https://example.org/')
    class Odd {
      readonly url = url
      readonly pattern = /a/
      readonly bytes = new Uint8Array([1, 2])
      readonly later = Promise.resolve(1)
      readonly n: number
      constructor(n: number) {
        this.n = n
      }
    }
    const decider = counting(new Odd(0), (s) => s.n, (s, n) => new Odd(s.n + n)) // prettier-ignore
    const eqState = { equals: (a: Odd, b: Odd) => a.n === b.n }
    expect(found(decider, { eqState })).toStrictEqual([])
  })
})

it('a state with a field that is named by a symbol is left alone by who makes a new one', () => {
  const key = Symbol('n')
  const decider = counting({ [key]: 0 }, (s) => s[key] ?? 0, (s, n) => ({ [key]: (s[key] ?? 0) + n })) // prettier-ignore
  expect(found(decider)).toStrictEqual([])
})

describe('a state that holds itself', () => {
  interface Loop {
    readonly n: number
    self?: Loop
  }
  const looped = (n: number): Loop => {
    const loop: Loop = { n }
    loop.self = loop
    return loop
  }
  const decider = counting(looped(0), ({ n }) => n, (s, n) => looped(s.n + n)) // prettier-ignore
  const eqState = { equals: (a: Loop, b: Loop) => a.n === b.n }

  it('comes to an end where the user says when two are the same', () => {
    expect(found(decider, { eqState })).toStrictEqual([])
    expect(found(decider)).toStrictEqual([])
    const [failure] = found(decider, { eqState, invariants: { small: ({ n }) => n < 2 } })
    expect(failure?.message).toContain('self: … a value inside itself')
    const writes = { cuts: (s: Loop) => s.n < 2 || delete s.self }
    expect(found(decider, { eqState, invariants: writes })[0]?.what).toBe(
      'the invariant "cuts" writes to what it is given',
    )
  })
})

describe('commands and events that are instances of a class', () => {
  class Tags {
    readonly list: Array<string>
    constructor(...list: Array<string>) {
      this.list = list
    }
  }
  const tagging: Decider<Tags, number, Tags, never> = {
    initialState: 0,
    decide: ({ list }) => right(list.map((tag) => new Tags(tag))),
    evolve: (n, { list }) => n + list.length,
    isTerminal: () => false,
  }
  const tags = fc.constantFrom('a', 'b').map((tag) => new Tags(tag))

  it('are left alone by who only reads them', () => {
    expect(failed(checkLaws(tagging, { command: tags }))).toStrictEqual([])
  })

  it('are written to where decide takes a command apart, or evolve an event', () => {
    const [decide] = failed(
      checkLaws(
        {
          ...tagging,
          decide: ({ list }: Tags) => right(list.splice(0).map((tag) => new Tags(tag))),
        },
        { command: tags },
      ),
    )
    expect(decide?.law).toBe('B1')
    expect(decide?.message).toContain('changed its arguments')
    expect(decide?.commands).toStrictEqual([
      expect.objectContaining({ list: [expect.any(String)] }),
    ])
    const [evolve] = failed(
      checkLaws(
        { ...tagging, evolve: (n, { list }) => n + list.splice(0).length },
        { command: tags },
      ),
    )
    expect(evolve?.law).toBe('B1')
    expect(evolve?.message).toContain('changed its arguments')
  })
})
