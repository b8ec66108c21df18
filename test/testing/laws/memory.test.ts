import type { Either } from 'fp-ts/lib/Either.js'
import { left, right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { Decider } from '../../../src/Decider.ts'
import { purity } from '../../../src/testing/laws/purity.ts'
import { laws } from '../../../src/testing/laws.ts'
import { traceOf } from '../../../src/testing/internal/walkTrace.ts'
import { sameDraws } from '../../support/draws.ts'
import { caseOf, look } from '../cases.ts'
import type { Command, Event, Rejection, State, Till } from '../till.ts'
import { command, till } from '../till.ts'

sameDraws(20)

const add = (n: number): Command => ({ type: 'Add', n })
const set = (n: number): Command => ({ type: 'Set', n })
const close: Command = { type: 'Close' }
const commands = [add(1), set(7), set(2), close]

const found = (decider: Till, asked: ReadonlyArray<Command> = commands, thorough = false) =>
  look(purity, caseOf(decider, asked, { trace: traceOf(till, []), thorough })).found

describe('what was given before', () => {
  const overwritten = 'is not pure: it writes to what it returned before'

  it('is still what it was: one list of events that is used again is not', () => {
    const events: Array<Event> = []
    const again: Till = {
      ...till,
      decide: (c, s) => {
        const decision = till.decide(c, s)
        if (decision._tag === 'Left') return decision
        events.splice(0, events.length, ...decision.right)
        return right(events)
      },
    }
    expect(found(again)).toMatchObject({
      name: 'decide',
      what: `decide ${overwritten}`,
      given: [],
      seen: [
        `decide gave { _tag: 'Right', right: [{ type: 'Added', n: 1 }] }`,
        `and after a later call that was { _tag: 'Right', right: [{ type: 'Closed' }] }`,
      ],
    })
    // with one command there is nothing to write over
    expect(found(again, [add(1)])).toBeUndefined()
  })

  it('is still what it was: one event that is used again is not', () => {
    const event = { type: 'Added' as const, n: 0 }
    const again: Till = {
      ...till,
      decide: (c, s) => (c.type === 'Add' ? right([Object.assign(event, { n: c.n })]) : till.decide(c, s)), // prettier-ignore
    }
    expect(found(again, [add(1), add(2)])?.what).toBe(`decide ${overwritten}`)
    expect(found(again, [add(1), add(1)])).toBeUndefined()
  })

  it('is still what it was: one state that is used again is not', () => {
    const state = { n: 0, closed: false }
    const again: Till = { ...till, evolve: (s, e) => Object.assign(state, till.evolve(s, e)) }
    expect(found(again, [add(1), add(2)])).toMatchObject({
      name: 'evolve',
      what: `evolve ${overwritten}`,
      fails: 'varies',
    })
  })

  it('is looked at of the first ones, and of all where what is found must be found again', () => {
    const late = { n: 0, closed: false }
    const again: Till = {
      ...till,
      evolve: (s, e) => (s.n < 20 ? till.evolve(s, e) : Object.assign(late, till.evolve(s, e))),
    }
    const many = Array.from({ length: 25 }, () => add(1))
    expect(found(again, many)).toBeUndefined()
    expect(found(again, many, true)?.what).toBe(`evolve ${overwritten}`)
  })

  it('may be given again', () => {
    const opened = right([{ type: 'Added', n: 1 } as const])
    const closed = left('AlreadyClosed' as const)
    const constant: Till = { ...till, decide: (c, s) => (s.closed || c.type !== 'Add' ? closed : opened) } // prettier-ignore
    expect(found(constant, [add(1), set(2), add(1)])).toBeUndefined()
  })
})

describe('what is remembered', () => {
  const remembers = 'decide is not pure: it remembers what it decided before'
  const calls = [set(3), add(5), set(3)]

  type Decision = Either<Rejection, ReadonlyArray<Event>>

  const memoised = <K>(keyOf: (c: Command, s: State) => K): Till => {
    const memo = new Map<K, Decision>()
    const decide = (c: Command, s: State): Decision => {
      const known = memo.get(keyOf(c, s)) ?? till.decide(c, s)
      memo.set(keyOf(c, s), known)
      return known
    }
    return { ...till, decide }
  }

  it.each<readonly [string, (c: Command, s: State) => unknown]>([
    ['the command alone', (c) => c],
    ['the state alone', (_, s) => s],
    ['the command as a string', (c) => JSON.stringify(c)],
  ])('is not by %s', (_, keyOf) => {
    expect(found(memoised(keyOf), calls)).toMatchObject({ name: 'decide', what: remembers, fails: 'varies' }) // prettier-ignore
  })

  it.each<readonly [string, (c: Command, s: State) => unknown]>([
    ['the command', (c) => c],
    ['the command as a string', (c) => JSON.stringify(c)],
  ])('is not by %s where only the last answer is kept', (_, keyOf) => {
    let last: readonly [unknown, Decision] | undefined
    const decide = (c: Command, s: State): Decision => {
      const key = keyOf(c, s)
      if (last === undefined || last[0] !== key) last = [key, till.decide(c, s)]
      return last[1]
    }
    const remembered = { name: 'decide', what: remembers, fails: 'varies' }
    expect(found({ ...till, decide }, [set(3), add(5), set(4)])).toMatchObject(remembered)
    last = undefined
    expect(found({ ...till, decide }, [set(3)])).toMatchObject(remembered)
  })

  it('is named as such by the laws, before what comes of it', () => {
    let last: readonly [Command, Decision] | undefined
    const decide = (c: Command, s: State): Decision => {
      if (last === undefined || last[0] !== c) last = [c, till.decide(c, s)]
      return last[1]
    }
    const next = new WeakMap<Event, State>()
    const evolve = (s: State, e: Event): State => {
      const known = next.get(e) ?? till.evolve(s, e)
      next.set(e, known)
      return known
    }
    expect(() => laws({ ...till, decide }, { command })).toThrow(`B1 does not hold: ${remembers}`)
    expect(() => laws({ ...till, evolve }, { command })).toThrow(
      'B1 does not hold: evolve is not pure: it remembers what it led to before',
    )
  })

  it.each<readonly [string, boolean, (e: Event) => unknown]>([
    ['the event', false, (e) => e],
    ['the event as a string', false, (e) => JSON.stringify(e)],
    ['the event where only the last state is kept', true, (e) => e],
    ['the event as a string where only the last state is kept', true, (e) => JSON.stringify(e)],
  ])('is not a state by %s', (_, isLast, keyOf) => {
    const memo = new Map<unknown, State>()
    const evolve = (s: State, e: Event): State => {
      const next = memo.get(keyOf(e)) ?? till.evolve(s, e)
      if (isLast) memo.clear()
      memo.set(keyOf(e), next)
      return next
    }
    expect(found({ ...till, evolve }, [add(1), add(2), add(5)])).toMatchObject({
      name: 'evolve',
      what: 'evolve is not pure: it remembers what it led to before',
      fails: 'varies',
    })
  })

  it('may be a state by all that counts', () => {
    const memo = new Map<string, State>()
    const evolve = (s: State, e: Event): State => {
      const key = JSON.stringify([s, e])
      const next = memo.get(key) ?? till.evolve(s, e)
      memo.set(key, next)
      return next
    }
    expect(found({ ...till, evolve }, calls)).toBeUndefined()
    expect(found(till, calls)).toBeUndefined()
  })

  it('may be by all that counts', () => {
    const memos: ReadonlyArray<(c: Command, s: State) => unknown> = [
      (c, s) => JSON.stringify([c, s]),
      (c, s) => JSON.stringify([c.type === 'Close' ? 0 : c.n, c.type, s]),
    ]
    for (const keyOf of memos) expect(found(memoised(keyOf), calls)).toBeUndefined()
  })

  it('is nothing where commands have no fields, or decide throws on what it was never asked', () => {
    const words: Decider<string, number, string, never> = {
      initialState: 0,
      decide: () => once,
      evolve: (n) => n + 1,
      isTerminal: () => false,
    }
    const once = right(['said'])
    expect(look(purity, caseOf(words, ['a', 'b'])).found).toBeUndefined()
    class Say {
      readonly word = 'a'
    }
    const saying = { ...words, decide: (_: Say) => once }
    expect(look(purity, caseOf(saying, [new Say(), new Say()])).found).toBeUndefined()
    let asked = 0
    const failing: Till = {
      ...till,
      decide: (c, s) => {
        if (++asked > 8) throw new Error('boom')
        return till.decide(c, s)
      },
    }
    expect(found(failing)).toBeUndefined()
    asked = -1
    expect(found(failing)).toBeUndefined()
  })
})
