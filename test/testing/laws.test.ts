import { runInThisContext } from 'node:vm'
import fc from 'fast-check'
import { left, right } from 'fp-ts/lib/Either.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import type { Decider } from '../../src/Decider.ts'
import { run } from '../../src/Decider.ts'
import { states } from '../../src/Projection.ts'
import type { LawFailure, LawId, LawOptions } from '../../src/testing/laws.ts'
import type { LawReport } from '../../src/testing/laws/report.ts'
import { checkLaws, laws, showLaws } from '../../src/testing/laws.ts'
import { scenario } from '../../src/testing/scenario.ts'
import { sameDraws } from '../support/draws.ts'
import { plain } from '../support/plain.ts'
import { runs } from '../setup.ts'
import * as small from '../support/finite.ts'
import type { Command, Event, Options, Rejection, State, Till } from './till.ts'
import { applies, bare, codec, command, old, options, till } from './till.ts'

type More = Partial<Omit<Options, 'command' | 'choices'>>

const ids: ReadonlyArray<LawId> = [
  ...(['B1', 'B2', 'B3', 'B4', 'B5', 'B6'] as const),
  ...(['B7', 'B8', 'B9', 'B10', 'B11'] as const),
]

const verdicts = <C, S, E>(report: ReadonlyArray<LawReport<C, S, E>>) =>
  Object.fromEntries(report.map(({ law, verdict }) => [law, verdict.type]))

const all = (type: string) => Object.fromEntries(ids.map((law) => [law, type]))

/** The failure of the one law that fails; all others hold, or B1 keeps them from being tried. */
const onlyFailure = <C, S, E, R>(
  law: LawId,
  decider: Decider<C, S, E, R>,
  tested: LawOptions<C, S, E, R>,
): LawFailure<C, S, E> => {
  const report = checkLaws(decider, tested)
  const others = law === 'B1' || tested.only !== undefined ? all('NotRun') : all('Held')
  expect(verdicts(report)).toStrictEqual({ ...others, [law]: 'Failed' })
  const found = report.find((other) => other.law === law)?.verdict
  if (found?.type !== 'Failed') throw new Error(`${law} does not fail`)
  const [failure, ...more] = found.failures
  expect(more).toStrictEqual([])
  doesWhatItSays(failure.scenario, decider)
  return failure
}

/** Runs a printed scenario as it would run when pasted into a test. */
const paste = (text: string, decider: unknown): void => {
  const test: unknown = runInThisContext(`(scenario, decider) => {\n${text}\n}`)
  if (typeof test !== 'function') throw new Error('no test')
  test(scenario, decider)
}

/** What the first line of a scenario says comes true. */
const doesWhatItSays = (text: string, decider: unknown): void => {
  const says = /^\/\/ (fails|passes|throws|may pass or fail)/.exec(text)?.[1]
  expect(says).toBeDefined()
  if (says === 'passes') paste(text, decider)
  if (says === 'fails') expect(passes(() => paste(text, decider))).toBe(false)
  if (says === 'throws') expect(() => paste(text, decider)).toThrow(/(decide|evolve) threw/)
}

const passes = (test: () => void): boolean => {
  try {
    test()
    return true
  } catch {
    return false
  }
}

const change = (changed: Partial<Till>): Till => ({ ...till, ...changed })

describe('laws', () => {
  it('all hold of a decider that keeps them', () => {
    expect(verdicts(laws(till, options))).toStrictEqual(all('Held'))
    expect(verdicts(laws(till, { ...options, mustSee: ids }))).toStrictEqual(all('Held'))
  })

  it('hold of any decider whose tables are in order', () => {
    fc.assert(
      fc.property(small.tables, fc.integer(), (t, seed) => {
        const report = checkLaws(small.finite(t), {
          command: small.command,
          event: small.event,
          invariants: { 'a state of the table': ({ state }) => state < small.stateCount },
          // a random table has events that change nothing
          noEffect: () => true,
          runs: 10,
          length: 20,
          seed,
        })
        expect(report.filter(({ verdict }) => verdict.type === 'Failed')).toStrictEqual([])
      }),
      { numRuns: runs(30) },
    )
  })

  it('B5 fails of a random table exactly where an emitted event leaves the state', () => {
    fc.assert(
      fc.property(small.tables, (t) => {
        const report = checkLaws(small.finite(t), {
          command: small.command,
          only: ['B5'],
          runs: 20,
        })
        const verdict = report.find(({ law }) => law === 'B5')?.verdict
        if (verdict?.type !== 'Failed') return
        const { given, command: asked, state } = verdict.failures[0]
        const d = small.finite(t)
        expect(given.reduce((s, e) => d.evolve(s, e), d.initialState)).toStrictEqual(state)
        const decision = asked._tag === 'Some' ? d.decide(asked.value, state) : left('none')
        const emitted = decision._tag === 'Right' ? decision.right : []
        let now = state
        const idle = emitted.filter((e) => {
          const before = now
          now = d.evolve(now, e)
          return now.state === before.state
        })
        expect(idle.length).toBeGreaterThan(0)
      }),
      { numRuns: runs(30) },
    )
  })
})

describe('a report', () => {
  sameDraws(25)

  it('has all that is known of a failure', () => {
    const endless: Decider<'go', number, 'gone', never> = {
      initialState: 0,
      decide: () => right(['gone']),
      evolve: (n) => n + 1,
      isTerminal: (n) => n === 2,
    }
    const failure = onlyFailure('B8', endless, {
      command: fc.constant('go'),
      only: ['B8'],
      seed: 6,
    })
    const scenarioText = `// fails until it is fixed
scenario(decider)
  .given(['gone', 'gone'])
  .when('go')
  .then([])`
    expect(failure).toStrictEqual({
      law: 'B8',
      what: 'a command is accepted and emits in a terminal state',
      given: ['gone', 'gone'],
      command: some('go'),
      state: 2,
      commands: ['go', 'go'],
      scenario: scenarioText,
      message: expect.stringContaining(`\n\n${scenarioText}\n\n`),
      seed: 6,
      path: expect.stringMatching(/^0:/),
    })
  })

  it('has a title and a verdict for each law, in order', () => {
    const report = checkLaws(till, { command, only: ['B1', 'B3'], runs: 5, length: 1, seed: 1 })
    expect(report.map(({ law }) => law)).toStrictEqual(ids)
    expect(report.slice(0, 3)).toStrictEqual([
      {
        law: 'B1',
        title:
          'purity: called twice on frozen arguments, it returns the same, throws nothing and reads nothing else',
        verdict: { type: 'Held', times: expect.toSatisfy((n: number) => n > 0 && n <= 15) },
      },
      {
        law: 'B2',
        title: 'fold: folding a history in two parts gives the same as folding it at once',
        verdict: { type: 'NotRun', why: 'not asked for' },
      },
      {
        law: 'B3',
        title: 'replay: the state that a run leads to is the fold of its events',
        verdict: { type: 'Held', times: expect.toSatisfy((n: number) => n > 0 && n <= 5) },
      },
    ])
  })

  it('that is thrown tells all that is wrong, with a blank line between', () => {
    const open = change({ isTerminal: () => true })
    const tested: Options = { ...bare, only: ['B5', 'B8', 'B9'], mustSee: ['B5', 'B9'] }
    const messages = checkLaws(open, tested).flatMap(({ verdict }) =>
      verdict.type === 'Failed' ? verdict.failures.map(({ message }) => message) : [],
    )
    expect(messages).toHaveLength(1)
    const unseen = 'B9 was not tested: no codec is given'
    let thrown: unknown
    try {
      laws(open, tested)
    } catch (error) {
      thrown = error
    }
    expect(thrown).toStrictEqual(new Error([...messages, unseen].join('\n\n')))
  })

  it('counts the stray events that were drawn, up to eight in a walk', () => {
    const mute = change({ decide: () => left('TooMuch') })
    const drawn = fc.constant<Event>({ type: 'Closed' })
    const counts = Array.from({ length: 40 }, (_, seed) => {
      const report = checkLaws(mute, { command, event: drawn, only: ['B4'], runs: 1, seed })
      const b4 = report.find(({ law }) => law === 'B4')?.verdict
      return b4?.type === 'Held' ? b4.times : 0
    })
    expect(Math.max(...counts)).toBe(8)
  })
})

describe('Laws 1: a law that was never tested is not said to hold', () => {
  sameDraws(25)

  const why = <C, S, E>(report: ReadonlyArray<LawReport<C, S, E>>, law: LawId) => {
    const verdict = report.find((other) => other.law === law)?.verdict
    return verdict !== undefined && 'why' in verdict ? [verdict.type, verdict.why] : []
  }

  it('where nothing is declared', () => {
    const report = checkLaws(till, { command })
    expect(verdicts(report)).toStrictEqual({
      ...all('Held'),
      B6: 'NotSeen',
      B7: 'NotSeen',
      B9: 'NotSeen',
    })
    expect(why(report, 'B6')).toStrictEqual([
      'NotSeen',
      'no invariants, decisions or changes are given',
    ])
    expect(why(report, 'B7')).toStrictEqual(['NotSeen', 'no command is declared idempotent'])
    expect(why(report, 'B9')).toStrictEqual(['NotSeen', 'no codec is given'])
  })

  it('where nothing is accepted, or nothing rejected, or nothing ends', () => {
    const mute = change({ decide: () => left('TooMuch'), isTerminal: () => false })
    const muted = checkLaws(mute, { command, codec, idempotent: () => true })
    expect(verdicts(muted)).toStrictEqual({
      ...all('NotSeen'),
      B1: 'Held',
      B10: 'Held',
      B11: 'Held',
    })
    expect(
      (['B2', 'B3', 'B4', 'B5', 'B7', 'B8', 'B9'] as const).map((law) => why(muted, law)[1]),
    ).toStrictEqual([
      'no walk emitted two events',
      'no event was emitted',
      'no event was drawn and none emitted',
      'no event was emitted',
      'no command declared idempotent was accepted',
      'no terminal state was reached',
      'no event was emitted',
    ])
    const adds = fc.constant<Command>({ type: 'Add', n: 1 })
    expect(why(checkLaws(till, { command: adds }), 'B10')).toStrictEqual([
      'NotSeen',
      'no command was rejected',
    ])
    expect(verdicts(checkLaws(till, { choices: () => [] }))).toStrictEqual(all('NotSeen'))
  })

  it('and fails where it must be seen', () => {
    expect(() => laws(till, { command, mustSee: ['B7', 'B5'] })).toThrow(
      /^B7 was not tested: no command is declared idempotent$/,
    )
    expect(() => laws(till, { command, only: ['B1'], mustSee: ['B5'] })).toThrow(
      'B5 was not tested: not asked for',
    )
  })

  it.each([0, -1, 1.5, NaN, Infinity])('and nothing is tested in %s runs', (runs) => {
    const reason = `runs must be an integer above 0, but is ${runs}`
    const report = checkLaws(till, { ...options, runs })
    expect(report.map(({ law, verdict }) => [law, verdict])).toStrictEqual(
      ids.map((law) => [law, { type: 'NotRun', why: reason }]),
    )
    expect(() => laws(till, { ...options, runs })).toThrow(
      new Error(`no law was tested: ${reason}`),
    )
  })

  it('and fails where nothing was tested at all', () => {
    const untested = (more: LawOptions<Command, State, Event, Rejection>) => () => laws(till, more)
    expect(untested({ command, only: [] })).toThrow('no law was tested: not asked for')
    expect(untested({ choices: () => [] })).toThrow('no law was tested: no command was drawn')
    expect(untested({ command, only: ['B7'] })).toThrow(
      'no law was tested: no command is declared idempotent',
    )
    const failing = { command, only: ['B6'], invariants: { no: () => false } } as const
    expect(untested(failing)).not.toThrow('no law was tested')
  })

  it('nor is any where choices write to the state', () => {
    const choices = (state: State) => [{ type: 'Add', n: Object.assign(state, { n: 1 }).n } as const] // prettier-ignore
    const reason = 'choices writes to the state that it is given'
    expect(checkLaws(till, { choices }).map(({ verdict }) => verdict)).toStrictEqual(
      ids.map(() => ({ type: 'NotRun', why: reason })),
    )
  })

  it('nor is one that was not asked for', () => {
    const some2 = checkLaws(till, { ...options, only: ['B2', 'B7'], except: ['B7'] })
    expect(verdicts(some2)).toStrictEqual({ ...all('NotRun'), B2: 'Held' })
    expect(why(some2, 'B7')).toStrictEqual(['NotRun', 'not asked for'])
  })
})

describe('planted bugs: each breaks its law and no other', () => {
  sameDraws(25)

  it('B1: decide that gives now this, now that', () => {
    let calls = 0
    const moody = change({
      decide: (c, s) => (calls++ % 2 === 0 ? till.decide(c, s) : right([])),
    })
    const failure = onlyFailure('B1', moody, options)
    expect(failure.commands).toHaveLength(1)
    expect(failure.message).toContain('B1 does not hold: decide is not pure')
    expect(failure.message).toContain('decide gave {')
    expect(failure.message).toContain('and then {')
  })

  it('B1: evolve that writes to the state, which stays untouched', () => {
    const initialState = { n: 0, closed: false }
    const writer = change({
      initialState,
      evolve: (state, e) => Object.assign(state, till.evolve(state, e)),
    })
    const failure = onlyFailure('B1', writer, options)
    expect(failure.message).toContain(
      `evolve threw TypeError: Cannot assign to read only property 'n' of object`,
    )
    expect(failure.commands).toHaveLength(1)
    expect(failure.commands[0]?.type === 'Close' || failure.commands[0]?.n === 1).toBe(true)
    expect(initialState).toStrictEqual({ n: 0, closed: false })
    expect(Object.isFrozen(initialState)).toBe(false)
  })

  it('B1: decide that writes to its command', () => {
    const writer = change({ decide: (c, s) => till.decide(Object.assign(c, { n: 1 }), s) })
    expect(onlyFailure('B1', writer, options).message).toContain('decide threw TypeError')
  })

  it('B1: decide that takes its command apart, so that nothing is left of it to see that by', () => {
    const taking: Decider<{ readonly tags: Set<string> }, number, string, never> = {
      initialState: 0,
      decide: ({ tags }) => {
        const events = [...tags]
        tags.clear()
        return right(events)
      },
      evolve: (n) => n + 1,
      isTerminal: () => false,
    }
    const command = fc.uniqueArray(fc.constantFrom('a', 'b'), { minLength: 1 }).map((tags) => ({
      tags: new Set(tags),
    }))
    const failure = onlyFailure('B1', taking, { command })
    expect(failure.message).toMatch(/decide gave .+\n  and then .+\[\]/)
    expect(failure.commands).toHaveLength(1)
    expect([failure.command]).toStrictEqual(failure.commands.map(some))
  })

  it('B1: evolve that writes to a map', () => {
    const mapped: Decider<string, ReadonlyMap<string, number>, string, never> = {
      initialState: new Map(),
      decide: (key) => right([key]),
      evolve: (state, key) => new Map(state).set(key, state.size),
      isTerminal: () => false,
    }
    const key = fc.constantFrom('a', 'b')
    expect(verdicts(checkLaws(mapped, { command: key, noEffect: () => true }))['B1']).toBe('Held')
    const writing = {
      ...mapped,
      initialState: new Map<string, number>(),
      evolve: (state: ReadonlyMap<string, number>, k: string) => {
        if (state instanceof Map) state.set(k, 1)
        return state
      },
    }
    const failure = onlyFailure('B1', writing, { command: key })
    expect(failure.message).toContain('evolve changed its arguments')
    expect(failure.commands).toStrictEqual(['a'])
  })

  it.each(['decide', 'evolve', 'isTerminal'] as const)('B1: %s that throws', (where) => {
    const boom = (state: State) => {
      if (state.n > 6) throw new RangeError('boom')
    }
    const broken = change({
      decide: (c, s) => {
        if (where === 'decide') boom(s)
        return till.decide(c, s)
      },
      evolve: (s, e) => {
        if (where === 'evolve') boom(s)
        return till.evolve(s, e)
      },
      isTerminal: (s) => {
        if (where === 'isTerminal') boom(s)
        return till.isTerminal(s)
      },
    })
    const failure = onlyFailure('B1', broken, options)
    expect(failure.message).toContain(`${where} threw RangeError: boom`)
    expect(failure.state).toStrictEqual({ n: 7, closed: false })
    // one to get there and one that throws, or two where none was drawn that gets there alone
    expect(failure.commands.length).toBeLessThanOrEqual(3)
  })

  it('B2: evolve that goes on only from the state that it gave last', () => {
    let last: unknown
    let steps = 0
    const counting: Decider<Command, State & { readonly steps: number }, Event, Rejection> = {
      initialState: { n: 0, closed: false, steps: 0 },
      decide: till.decide,
      evolve: (state, e) => {
        if (state.closed) return state
        if (state !== last) steps = 0
        steps++
        const next = { ...till.evolve(state, e), steps }
        last = next
        return next
      },
      isTerminal: till.isTerminal,
    }
    const failure = onlyFailure('B2', counting, { ...bare, applies, codec })
    expect(failure.commands).toHaveLength(2)
    expect(failure.message).toContain(
      'the first 1 events and then the rest fold to another state than all 2',
    )
  })

  it('B3: evolve that knows the command from somewhere', () => {
    let by = ''
    const knowing: Decider<Command, State & { readonly by: string }, Event, Rejection> = {
      // a run from the start knows nothing yet
      get initialState() {
        by = ''
        return { n: 0, closed: false, by }
      },
      decide: (c, s) => {
        by = c.type
        return till.decide(c, s)
      },
      evolve: (state, e) =>
        state.closed ? state : { ...till.evolve(state, e), by: state.by + by },
      isTerminal: till.isTerminal,
    }
    const failure = onlyFailure('B3', knowing, options)
    expect(failure.commands).toHaveLength(1)
    expect(failure.command).toStrictEqual(none)
    expect(failure.scenario).toContain('// fails until it is fixed')
    expect(passes(() => paste(failure.scenario, knowing))).toBe(false)
  })

  it('B4: evolve that throws on an event that nobody emitted', () => {
    const strict = change({
      evolve: (s, e) => {
        if (e.type === 'Added' && e.n > 100) throw new Error('never')
        return till.evolve(s, e)
      },
    })
    const failure = onlyFailure('B4', strict, options)
    expect(failure.given).toStrictEqual([{ type: 'Added', n: 101 }])
    expect(failure.commands).toStrictEqual([])
    expect(failure.message).toContain('evolve throws on an event')
    expect(passes(() => paste(failure.scenario, strict))).toBe(false)
    expect(passes(() => paste(failure.scenario, till))).toBe(false)
    expect(
      verdicts(
        checkLaws(strict, { ...options, only: ['B4'], event: fc.constant({ type: 'Closed' }) }),
      )['B4'],
    ).toBe('Held')
  })

  it('B4: evolve that takes an event that does not apply', () => {
    const open = change({
      evolve: (s, e) =>
        s.closed && e.type === 'WasSet' && e.n >= 0 ? { ...s, n: e.n } : till.evolve(s, e),
    })
    const failure = onlyFailure('B4', open, options)
    expect(failure.message)
      .toContain(`B4 does not hold: an event that does not apply changes the state
(B4 any event leads to a state, and one that does not apply leaves the state as it was)

// fails until it is fixed
scenario(decider)
  .given([{ type: 'Closed' }, { type: 'WasSet', n: 1 }])
  .thenState({ n: 0, closed: true })

expected
  the state that it met
seen
  led to { n: 1, closed: true }

state
  { n: 0, closed: true }
commands
  [{ type: 'Close' }]
`)
    expect(passes(() => paste(failure.scenario, open))).toBe(false)
    expect(passes(() => paste(failure.scenario, till))).toBe(true)
    // without being told which events apply, nothing is wrong with it
    expect(verdicts(checkLaws(open, { ...bare, codec, old }))).toStrictEqual(all('Held'))
  })

  it('B4: evolve that breaks an invariant on a stray event that applies', () => {
    const naive = change({
      evolve: (s, e) =>
        e.type === 'Added' && !s.closed ? { ...s, n: s.n + e.n } : till.evolve(s, e),
    })
    const failure = onlyFailure('B4', naive, options)
    expect(failure.given).toStrictEqual([{ type: 'Added', n: -1 }])
    expect(failure.what).toBe(
      'an event that applies breaks "the amount is not negative": it returns false',
    )
    expect(passes(() => paste(failure.scenario, naive))).toBe(true)
    expect(verdicts(laws(naive, { ...options, except: ['B4'] }))).toStrictEqual({
      ...all('Held'),
      B4: 'NotRun',
    })
    // without being told that it applies, it is part of no history
    expect(verdicts(checkLaws(naive, { ...bare, codec, old }))).toStrictEqual(all('Held'))
  })

  it('an account that may not be overdrawn keeps B4, whatever withdrawal comes from elsewhere', () => {
    type Moved = { readonly type: 'Deposited' | 'Withdrawn'; readonly amount: number }
    type Move = { readonly type: 'Deposit' | 'Withdraw'; readonly amount: number }
    const account: Decider<Move, number, Moved, 'NotEnough'> = {
      initialState: 0,
      decide: ({ type, amount }, balance) => {
        if (type === 'Deposit') return right([{ type: 'Deposited', amount }])
        return amount <= balance ? right([{ type: 'Withdrawn', amount }]) : left('NotEnough')
      },
      evolve: (balance, { type, amount }) =>
        type === 'Deposited' ? balance + amount : balance - amount,
      isTerminal: () => false,
    }
    const amount = fc.integer({ min: 1, max: 100 })
    const report = checkLaws(account, {
      command: plain({ type: fc.constantFrom('Deposit' as const, 'Withdraw' as const), amount }),
      event: plain({ type: fc.constantFrom('Deposited' as const, 'Withdrawn' as const), amount }),
      invariants: { 'never below zero': (balance) => balance >= 0 },
      runs: 20,
      seed: 1,
    })
    expect(report.find(({ law }) => law === 'B4')?.verdict.type).toBe('Held')
    expect(report.find(({ law }) => law === 'B6')?.verdict.type).toBe('Held')
  })

  it('B4: evolve that leaves the state alone where a change should come', () => {
    const changes = {
      'what was added counts': (a: State, e: Event, b: State) =>
        e.type !== 'Added' || e.n > 0 || a.closed || b.n === a.n + e.n,
    }
    const failure = onlyFailure('B4', till, { ...options, changes })
    expect(failure.what).toBe(
      'an event that applies breaks "what was added counts": it returns false',
    )
    expect(failure.scenario).toContain('// passes: it shows')
  })

  it('B5: an event that changes nothing', () => {
    const twice = change({
      decide: (c, s) =>
        c.type === 'Close' && !s.closed
          ? right([{ type: 'Closed' }, { type: 'Closed' }])
          : till.decide(c, s),
    })
    const failure = onlyFailure('B5', twice, options)
    expect(failure.commands).toStrictEqual([{ type: 'Close' }])
    expect(failure.scenario).toBe(`// fails until it is fixed
scenario(decider)
  .given([])
  .when({ type: 'Close' })
  .then([{ type: 'Closed' }])`)
    expect(passes(() => paste(failure.scenario, twice))).toBe(false)
    expect(passes(() => paste(failure.scenario, till))).toBe(true)
    const declared: Options = { ...options, noEffect: (e, s) => e.type === 'Closed' && s.closed }
    expect(verdicts(laws(twice, declared))).toStrictEqual(all('Held'))
  })

  it('B6: an invariant, after as few commands as can be', () => {
    const invariants = { 'at most 12': ({ n }: State) => n <= 12 }
    const failure = onlyFailure('B6', till, { ...options, invariants })
    expect(failure.commands.length).toBeLessThanOrEqual(6)
    expect(failure.message).toContain('the state breaks "at most 12": it returns false')
    const led = failure.given.length + 1
    expect(led).toBe(failure.commands.length)
    expect(passes(() => paste(failure.scenario, till))).toBe(true)
  })

  it('B6: a state that takes several lines is told in several lines', () => {
    const bulky: Decider<Command, State & { readonly note: string }, Event, Rejection> = {
      ...till,
      initialState: { n: 0, closed: false, note: 'x'.repeat(60) },
      evolve: (s, e) => ({ ...s, ...till.evolve(s, e) }),
    }
    const failure = onlyFailure('B6', bulky, {
      command: fc.constant<Command>({ type: 'Close' }),
      only: ['B6'],
      invariants: { open: ({ closed }) => !closed },
    })
    expect(failure.message).toContain(`seen
  event { type: 'Closed' }
  led to {
    n: 0,
    closed: true,
    note: '${'x'.repeat(60)}',
  }

state
  {
    n: 0,
    closed: false,
    note: '${'x'.repeat(60)}',
  }
commands
  [{ type: 'Close' }]
`)
  })

  it('B6: a decision that no walk takes by itself', () => {
    // once it is closed, a walk is soon over, and hardly ever asks for this
    const failure = onlyFailure('B6', till, {
      ...bare,
      only: ['B6'],
      rejected: 0,
      seed: 2,
      decisions: { never: (c, s) => !(s.closed && c.type === 'Add' && c.n === 9) },
    })
    expect(failure.given).toStrictEqual([{ type: 'Closed' }])
    expect(failure.command).toStrictEqual(some({ type: 'Add', n: 9 }))
    expect(passes(() => paste(failure.scenario, till))).toBe(true)
  })

  it('B6: a decision that no walk takes by itself, with the commands that lead there', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const failure = onlyFailure('B6', till, {
          ...bare,
          only: ['B6'],
          seed,
          decisions: { three: (c, s) => !(s.n === 3 && c.type === 'Set' && c.n === 4) },
        })
        const asked = failure.commands.at(-1)
        expect(asked).toStrictEqual({ type: 'Set', n: 4 })
        expect(failure.command).toStrictEqual(some(asked))
        expect(run(till)(failure.commands.slice(0, -1)).events).toStrictEqual(failure.given)
      }),
      { numRuns: runs(10) },
    )
  })

  it('B6: a state that takes several lines one that throws, a decision, a change', () => {
    const of = (more: More) => onlyFailure('B6', till, { ...options, invariants: {}, ...more })
    const start = of({ invariants: { 'closed, or more than nothing': (s) => s.n > 0 || s.closed } })
    expect(start.what).toContain('the initial state breaks "closed, or more than nothing"')
    expect(start.commands).toStrictEqual([])
    const thrower = of({
      invariants: {
        fine: () => true,
        picky: () => {
          throw new Error('no idea')
        },
      },
    })
    expect(thrower.what).toBe('the initial state breaks "picky": it threw Error: no idea')
    const decision = of({
      decisions: {
        'nothing is too much': (_, __, d) => d._tag === 'Right' || d.left !== 'TooMuch',
      },
    })
    expect(decision.commands).toStrictEqual([{ type: 'Add', n: 6 }])
    expect(decision.what).toBe('the decision breaks "nothing is too much": it returns false')
    expect(decision.scenario).toContain(`.thenRejected('TooMuch')`)
    expect(passes(() => paste(decision.scenario, till))).toBe(true)
    const rising = of({
      changes: { 'the amount never sinks': (a, _, b) => b.n >= a.n },
    })
    expect(rising.what).toBe('the change breaks "the amount never sinks": it returns false')
  })

  it('B7: a command that finds something to do again', () => {
    const eager: Decider<Command, State & { readonly sets: number }, Event, Rejection> = {
      initialState: { n: 0, closed: false, sets: 0 },
      decide: (c, s) =>
        c.type === 'Set' && !s.closed ? right([{ type: 'WasSet', n: c.n }]) : till.decide(c, s),
      evolve: (s, e) =>
        s.closed || (e.type !== 'Closed' && e.n < 0)
          ? s
          : { ...till.evolve(s, e), sets: s.sets + (e.type === 'WasSet' ? 1 : 0) },
      isTerminal: till.isTerminal,
    }
    const tested = options
    const failure = onlyFailure('B7', eager, { ...tested, seed: 42 })
    expect(failure.commands).toStrictEqual([{ type: 'Set', n: 1 }])
    expect(failure.command).toStrictEqual(some({ type: 'Set', n: 1 }))
    const shown = failure.message.replace(/shrunk \d+ times/, 'shrunk … times')
    expect(shown)
      .toBe(`B7 does not hold: a command declared idempotent, decided again, does not give Right([])
(B7 a command declared idempotent, decided again in the state it led to, gives Right([]))

// fails until it is fixed
scenario(decider)
  .given([{ type: 'WasSet', n: 1 }])
  .when({ type: 'Set', n: 1 })
  .then([])

expected
  no events
seen
  1 event
      [0] { type: 'WasSet', n: 1 }

state
  { n: 1, closed: false, sets: 1 }
commands
  [{ type: 'Set', n: 1 }]

shrunk … times; to reproduce it: laws(decider, { …, seed: 42, path: '${failure.path}', only: ['B7'] })`)
    expect(passes(() => paste(failure.scenario, eager))).toBe(false)
    expect(passes(() => paste(failure.scenario, till))).toBe(true)
  })

  it('B8: a terminal state that is none', () => {
    const early = change({ isTerminal: ({ n }) => n > 7 })
    const failure = onlyFailure('B8', early, options)
    expect(failure.given.length).toBeLessThanOrEqual(2)
    expect(failure.state).toStrictEqual({ n: 8, closed: false })
    expect(failure.scenario).toContain('.then([])')
    expect(passes(() => paste(failure.scenario, early))).toBe(false)
  })

  it.each<[string, More, string]>([
    [
      'decode that forgets',
      {
        codec: {
          ...codec,
          decode: (e) => (e.type === 'WasSet' ? right({ type: 'WasSet', n: 7 }) : codec.decode(e)),
        },
      },
      ', got 7',
    ],
    [
      'encode that rejects',
      {
        codec: {
          ...codec,
          encode: (e) =>
            e.type === 'Closed'
              ? left({
                  eventType: 'Closed',
                  schemaVersion: 1,
                  issues: [{ path: ['a'], expected: 'x', actual: 1 }],
                })
              : codec.encode(e),
        },
      },
      'encode rejected it\n  a: expected x, got 1',
    ],
    [
      'decode that rejects',
      {
        codec: {
          ...codec,
          decode: (e) => codec.decode(e.type === 'Added' ? { ...e, data: 'x' } : e),
        },
      },
      'decode rejected it\n  (root): expected an amount, got "x"',
    ],
    [
      'data that JSON text does not hold',
      {
        codec: {
          types: codec.types,
          encode: (e) =>
            right({
              type: e.type,
              schemaVersion: 1,
              data: new Date(e.type === 'Closed' ? 0 : e.n),
            }),
          decode: ({ type, data }) =>
            codec.decode({
              type,
              schemaVersion: 1,
              data: data instanceof Date ? data.getTime() : data,
            }),
        },
      },
      'decode rejected it through JSON',
    ],
    [
      'data that JSON text rejects',
      {
        codec: {
          types: codec.types,
          encode: (e) =>
            right({ type: e.type, schemaVersion: 1, data: e.type === 'Closed' ? 0n : BigInt(e.n) }),
          decode: ({ type, data }) => codec.decode({ type, schemaVersion: 1, data: Number(data) }),
        },
      },
      'JSON.stringify threw TypeError',
    ],
    [
      'decode that throws',
      {
        codec: {
          ...codec,
          decode: () => {
            throw new Error('unread')
          },
        },
      },
      'decode threw Error: unread',
    ],
    [
      'encode that throws',
      {
        codec: {
          ...codec,
          encode: () => {
            throw new Error('unwritten')
          },
        },
      },
      'encode threw Error: unwritten',
    ],
    [
      'an old event that counts as another',
      {
        old: [
          {
            encoded: { type: 'Added', schemaVersion: 1, data: 3 },
            becomes: { type: 'Added', n: 4 },
          },
        ],
      },
      `decoded to { type: 'Added', n: 3 }`,
    ],
    [
      'an old event that is not read any more',
      {
        old: [
          { encoded: { type: 'Gone', schemaVersion: 1, data: 3 }, becomes: { type: 'Closed' } },
        ],
      },
      'decode rejected it\n  (root): expected an amount, got 3',
    ],
  ])('B9: %s', (_, more, text) => {
    const failure = onlyFailure('B9', till, { ...options, ...more })
    expect(failure.message).toContain(text)
    expect(failure.commands.length).toBeLessThanOrEqual(1)
  })

  it('B9: old events without a codec', () => {
    expect(onlyFailure('B9', till, { ...bare, applies, old }).message).toContain(
      'old events need a codec',
    )
  })

  it('B10: a refusal that is remembered', () => {
    let rejected = false
    const resentful = change({
      decide: (c, s) => {
        if (s.n === 0) rejected = false
        const decision = till.decide(c, s)
        if (decision._tag === 'Left') rejected = true
        return rejected && c.type === 'Add' && decision._tag === 'Right'
          ? right([{ type: 'Added', n: c.n + 1 }])
          : decision
      },
    })
    const failure = onlyFailure('B10', resentful, options)
    expect(failure.commands).toHaveLength(3)
    expect(failure.message).toContain('leaving out rejected commands makes a difference')
    expect(failure.given).toHaveLength(1)
  })

  it('B11: a state that holds what no store keeps', () => {
    const secret = Symbol('events')
    const seen = (s: object): number =>
      Number(Object.getOwnPropertyDescriptor(s, secret)?.value ?? 0)
    const secretive = change({
      decide: (c, s) => (seen(s) > 1 && c.type === 'Add' ? left('TooMuch') : till.decide(c, s)),
      evolve: (s, e) => {
        const next = till.evolve(s, e)
        return next === s ? s : Object.defineProperty({ ...next }, secret, { value: seen(s) + 1 })
      },
    })
    const failure = onlyFailure('B11', secretive, { ...options, decisions: {} })
    expect(failure.commands).toHaveLength(3)
    expect(failure.message).toMatch(/stored state: (1 event|the rejection 'AlreadyClosed')/)
    expect(failure.message).toContain(`replayed events: the rejection 'TooMuch'`)
    expect(passes(() => paste(failure.scenario, secretive))).toBe(false)
    expect(passes(() => paste(failure.scenario, till))).toBe(true)
  })
})

describe('several at once', () => {
  sameDraws(25)

  const broken = change({
    isTerminal: ({ n }) => n > 7,
    decide: (c, s) =>
      c.type === 'Close' && !s.closed
        ? right([{ type: 'Closed' }, { type: 'Closed' }])
        : till.decide(c, s),
  })

  it('each is told, and each by its own walk', () => {
    expect(verdicts(checkLaws(broken, options))).toStrictEqual({
      ...all('Held'),
      B5: 'Failed',
      B8: 'Failed',
    })
    expect(() => laws(broken, options)).toThrow(/B5 does not hold[^]*B8 does not hold/)
  })

  it('each property of the user is told on its own, and once', () => {
    const report = checkLaws(till, {
      ...options,
      invariants: {
        'at most 5': ({ n }) => n <= 5,
        'not negative': ({ n }) => n >= 0,
        no7: ({ n }) => n !== 7,
      },
      decisions: { 'never too much': (_, __, d) => d._tag === 'Right' || d.left !== 'TooMuch' },
    })
    expect(verdicts(report)).toStrictEqual({ ...all('Held'), B6: 'Failed' })
    const told = report.flatMap(({ verdict }) =>
      verdict.type === 'Failed' ? verdict.failures : [],
    )
    expect(new Set(told.map(({ what }) => what.split('"')[1]))).toStrictEqual(
      new Set(['at most 5', 'never too much', 'no7']),
    )
    expect(told.map(({ commands }) => commands.length)).toStrictEqual(
      told.map(() => expect.toSatisfy((n: number) => n <= 3)),
    )
  })

  it('and none but B1 where B1 fails', () => {
    const impure = { ...broken, evolve: () => ({ n: Math.random(), closed: false }) }
    const report = checkLaws(impure, options)
    expect(verdicts(report)).toStrictEqual({ ...all('NotRun'), B1: 'Failed' })
    expect(report[4]?.verdict).toStrictEqual({ type: 'NotRun', why: 'B1 fails' })
    expect(checkLaws(impure, { ...options, only: ['B1'] })[4]?.verdict).toStrictEqual({
      type: 'NotRun',
      why: 'not asked for',
    })
  })
})

describe('Laws 2 and 3', () => {
  const early = change({ isTerminal: ({ n }) => n > 7 })
  const fails = (decider: Till, more: More) => {
    const report = checkLaws(decider, { ...options, ...more })
    return report.flatMap(({ verdict }) => (verdict.type === 'Failed' ? verdict.failures : []))
  }

  it('2. the seed and the path of a failure show the same failure again', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const [failure] = fails(early, { seed })
        fc.pre(failure !== undefined)
        const { path, law } = failure
        const [again] = fails(early, { seed: failure.seed, path, only: [law] })
        expect(again).toMatchObject({ given: failure.given, commands: failure.commands, path })
        // it is the failure itself, not the walk that it was made of
        expect(again?.message).toContain('shrunk 0 times')
      }),
      { numRuns: runs(10) },
    )
  })

  it('2. the same seed gives the same report', () => {
    expect(checkLaws(early, { ...options, seed: 5 })).toStrictEqual(
      checkLaws(early, { ...options, seed: 5 }),
    )
  })

  it('3. without any one command, the walk of a failure breaks nothing', () => {
    fc.assert(
      fc.property(fc.integer(), (seed) => {
        const [failure] = fails(early, { seed, only: ['B8'] })
        fc.pre(failure !== undefined)
        const { commands } = failure
        // the command that is asked at the end may come from another walk
        const reached = (walk: ReadonlyArray<Command>) =>
          states(till)(run(till)(walk).events).find(early.isTerminal)
        const ends = (walk: ReadonlyArray<Command>) => {
          const end = reached(walk)
          const emits = walk.map((c) => (end === undefined ? left('TooMuch') : till.decide(c, end)))
          return emits.some((decision) => decision._tag === 'Right' && decision.right.length > 0)
        }
        expect(reached(commands)).toBeDefined()
        expect(commands.map((_, i) => ends(commands.filter((__, j) => j !== i)))).toStrictEqual(
          commands.map(() => false),
        )
      }),
      { numRuns: runs(10) },
    )
  })
})

describe('Laws 4 and 5', () => {
  type Light = Decider<'on' | 'off', boolean, 'on' | 'off', 'no'>
  const light: Light = {
    initialState: false,
    decide: (command, on) => (on === (command === 'on') ? right([]) : right([command])),
    evolve: (_, event) => event === 'on',
    isTerminal: () => false,
  }
  const lights = {
    command: fc.constantFrom('on' as const, 'off' as const),
    runs: 5,
    length: 10,
    rejected: 40,
    seed: 1,
  }

  it('4. a decider that rejects all that is drawn is not said to keep its laws', () => {
    const refusing: Light = { ...light, decide: () => left('no') }
    const none = /^no command emitted an event: of \d+ commands in 5 walks, none changed anything/
    expect(() => laws(refusing, lights)).toThrow(none)
    expect(() => laws({ ...light, decide: () => right([]) }, lights)).toThrow(none)
    expect(() => laws(refusing, { ...lights, only: ['B1'] })).toThrow(none)
    expect(checkLaws(refusing, lights).walks.problems).toHaveLength(1)
  })

  it('4. a command that is rejected each time is told, and is a failure where cover asks for it', () => {
    const stuck: Light = {
      ...light,
      decide: (command, on) => (command === 'off' ? left('no') : light.decide(command, on)),
    }
    const { walks } = laws(stuck, lights)
    expect(walks.unseen.join()).toMatch(/^'off' was rejected each time \(asked \d+ times\)$/)
    expect(() => laws(stuck, { ...lights, cover: { "'off'": 0 } })).toThrow(
      "'off' was seen in 0 of 5 walks (0 %), and cover asks for 0 %",
    )
  })

  it('4. an order in EUR that hardly any walk has is shown, and is a failure where cover asks for more', () => {
    const rare = fc.oneof(
      { weight: 60, arbitrary: fc.constant('USD' as const) },
      { weight: 1, arbitrary: fc.constant('EUR' as const) },
    )
    const order: Decider<'USD' | 'EUR', string, string, never> = {
      initialState: '',
      decide: (currency, state) => right(state === '' ? [currency] : []),
      evolve: (_, currency) => currency,
      isTerminal: () => false,
    }
    const label = ({ state }: { readonly state: string }) => `in ${state}`
    const options = { command: rare, seed: 1, runs: 100, label }
    const text = showLaws(laws(order, options))
    expect(text).toMatch(/in EUR +\d of 100 walks \(\d %\)/)
    expect(() => laws(order, { ...options, cover: { 'in EUR': 10 } })).toThrow(
      /^in EUR was seen in \d of 100 walks \(\d %\), and cover asks for 10 %$/,
    )
    expect(() => laws(order, { ...options, cover: { 'in EUR': 0 } })).not.toThrow()
  })

  it('4. where a law fails, its failure is told and not what walks lacked', () => {
    const throwing: Light = { ...light, decide: () => { throw new Error('torn') } } // prettier-ignore
    expect(() => laws(throwing, { ...lights, cover: { on: 1 } })).toThrow(/^B1 does not hold/)
    const { walks } = checkLaws(throwing, { ...lights, cover: { on: 1 } })
    expect([walks.problems, walks.leftOut]).toStrictEqual([[], []])
  })

  it('4. a report is shown law by law', () => {
    const text = showLaws(
      checkLaws({ ...light, evolve: () => true }, { ...lights, except: ['B3'] }),
    )
    expect(text).toMatch(/^B1 +held \d+ times\nB2/)
    expect(text).toContain('failed: an event was emitted that changes nothing')
    expect(text).toMatch(/\nB3 +not run: not asked for\n/)
    expect(text).toMatch(/\nB8 +never tested: no terminal state was reached\n/)
  })

  it('5. walks for which there is no time are left out and told, and one is tried at least', () => {
    let asked = 0
    // each command takes a millisecond
    const slow: Light = {
      ...light,
      decide: (command, on) => {
        asked++
        return light.decide(command, on)
      },
    }
    const within = (milliseconds: number) => {
      asked = 0
      return laws(slow, { ...lights, runs: 100, seed: 1, time: { milliseconds, now: () => asked } })
    }
    const { walks } = within(2_000)
    expect(walks.walks).toBeGreaterThan(1)
    expect(walks.walks).toBeLessThan(100)
    expect(asked).toBeLessThan(2_500)
    expect(walks.leftOut).toHaveLength(2)
    expect(walks.leftOut[0]).toMatch(/^\d+ of 100 walks under B1: the time was up$/)
    expect(walks.leftOut[1]).toBe(
      `${100 - walks.walks} of 100 walks under B2, B3, B4, B5, B6, B7, B8, B9, B10, B11: the time was up`,
    )
    expect(within(0).walks.walks).toBe(1)
    expect(within(1e6)).toStrictEqual(within(1e7))
    expect(within(1e6).walks).toMatchObject({ walks: 100, asked: 100, leftOut: [] })
  })

  it('5. a walk through states that take long to copy is left for the next law', () => {
    let asked = 0
    // what is asked of a state takes a millisecond, and to draw a walk takes none
    const large: Light = {
      ...light,
      isTerminal: () => {
        asked++
        return false
      },
    }
    const report = laws(large, {
      ...lights,
      runs: 1,
      length: 100,
      time: { milliseconds: 400, now: () => asked },
    })
    const first = report[0]?.verdict
    expect(first?.type === 'Held' && first.times).toBeLessThan(150)
  })

  it('5. a failure that takes long to make smaller is shown as small as there was time for', () => {
    let asked = 0
    const counter: Decider<'up' | 'down', number, number, never> = {
      initialState: 0,
      decide: (command) => {
        asked++
        return right([command === 'up' ? 1 : -1])
      },
      evolve: (n, by) => n + by,
      isTerminal: () => false,
    }
    const within = (milliseconds: number) => {
      asked = 0
      const report = checkLaws(counter, {
        command: fc.constantFrom('up' as const, 'down' as const),
        seed: 1,
        only: ['B6'],
        invariants: {
          'less than 5': (n) => {
            asked += 100
            return Math.abs(n) < 5
          },
        },
        time: { milliseconds, now: () => asked },
      })
      const verdict = report.find(({ law }) => law === 'B6')?.verdict
      return verdict?.type === 'Failed' ? verdict.failures[0].commands.length : 0
    }
    expect(within(1e9)).toBe(5)
    expect(within(8_000)).toBeGreaterThan(5)
  })
})

describe('options', () => {
  sameDraws(25)

  it('runs, length and starts say how many walks there are and how far they go', () => {
    const times = (more: More) => {
      const report = checkLaws(till, { command, ...more, only: ['B1', 'B3'] })
      return report.flatMap(({ verdict }) => (verdict.type === 'Held' ? [verdict.times] : []))
    }
    expect(times({ runs: 7, starts: [[{ type: 'Add', n: 1 }]] })[1]).toBeLessThanOrEqual(7)
    expect(times({ runs: 50, length: 1 })[1]).toBeLessThanOrEqual(50)
    expect(times({ runs: 50, length: 1 })[0]).toBeLessThanOrEqual(150)
    expect(times({ runs: 50 })[1]).toBeGreaterThan(30)
  })

  it('fast-check’s global settings say what is not said of runs and seed', () => {
    const before = fc.readConfigureGlobal()
    const early = change({ isTerminal: ({ n }) => n > 7 })
    const tested: Options = { command, only: ['B3', 'B8'] }
    const verdictsOf = (decider: Till) =>
      checkLaws(decider, tested).flatMap(({ verdict }) =>
        verdict.type === 'NotRun' ? [] : [verdict],
      )
    try {
      fc.configureGlobal({ ...before, numRuns: 3, seed: 11 })
      const [held] = verdictsOf(till)
      expect(held).toMatchObject({ type: 'Held', times: expect.toSatisfy((n: number) => n <= 3) })
      fc.configureGlobal({ ...before, numRuns: 100, seed: 11 })
      const [, failed] = verdictsOf(early)
      const [failure] = failed?.type === 'Failed' ? failed.failures : []
      expect(failure?.seed).toBe(11)
    } finally {
      fc.configureGlobal(before)
    }
  })

  it('eqState says when two states are the same', () => {
    const stamped: Decider<Command, State & { readonly at: number }, Event, Rejection> = {
      ...till,
      initialState: { n: 0, closed: false, at: 0 },
      evolve: (s, e) => ({ ...till.evolve(s, e), at: s.at + 1 }),
    }
    const tested: LawOptions<Command, State & { readonly at: number }, Event, Rejection> = {
      command,
      applies: (_, s) => !s.closed,
    }
    expect(verdicts(checkLaws(stamped, tested))['B4']).toBe('Failed')
    const eqState = { equals: (a: State, b: State) => a.n === b.n && a.closed === b.closed }
    expect(verdicts(checkLaws(stamped, { ...tested, eqState }))['B4']).toBe('Held')
  })
})
