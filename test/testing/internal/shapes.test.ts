import fc from 'fast-check'
import { isLeft, left, right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { Decider } from '../../../src/Decider.ts'
import { withCodec } from '../../../src/store/Encoded.ts'
import { memoryStore } from '../../../src/store/Memory.ts'
import { observeCoverage } from '../../../src/testing/coverage.ts'
import { explore, shortest } from '../../../src/testing/explore.ts'
import { checkLaws } from '../../../src/testing/laws.ts'
import { mutants } from '../../../src/testing/mutants.ts'
import { checkRaces } from '../../../src/testing/races.ts'
import { faultsOf } from '../../../src/testing/explore/showExploration.ts'
import { scenario } from '../../../src/testing/scenario.ts'
import {
  booleanResult,
  shaped,
  shapedStep,
  wrongAnswer,
  wrongDecision,
  wrongState,
} from '../../../src/testing/internal/shapes.ts'
import { deciderSystem } from '../../../src/testing/explore/system.ts'
import { walk } from '../../../src/testing/walk.ts'

const gone = { type: 'Gone' }

// a list with nothing at its second place
const sparse: Array<unknown> = [gone]
sparse[2] = gone

/** What decide may not give, and what is said of it. */
const misshapen: ReadonlyArray<readonly [string, unknown, RegExp]> = [
  ['nothing', undefined, /returns undefined instead of an Either: is a return missing\?$/m],
  [
    'a promise',
    Promise.resolve(right([gone])),
    /returns a promise instead of an Either: decide is not/,
  ],
  ['events outside of an Either', [gone], /returns events without an Either/],
  [
    'an event',
    gone,
    /returns \{ type: 'Gone' \} instead of an Either, which has the tag Left or Right$/m,
  ],
  ['null', null, /returns null instead of an Either$/m],
  [
    'a Left that holds nothing',
    { _tag: 'Left' },
    /returns \{ _tag: 'Left' \} instead of an Either/,
  ],
  ['a single event', right(gone), /returns \{ type: 'Gone' \} instead of an array of events/],
  ['a promise of events', right(Promise.resolve([gone])), /returns a promise of events/],
  ['a sparse array', right(sparse), /emitted a sparse array: index 1 is empty/],
  ['an event that is undefined', right([gone, undefined]), /emitted undefined at index 1$/m],
  ['an event that is a promise', right([Promise.resolve(gone)]), /emitted a promise at index 0/],
]

interface Event {
  readonly type: string
}

const store = () =>
  withCodec<Event>({
    types: ['Gone'],
    encode: ({ type }) => right({ type, schemaVersion: 1, data: null }),
    decode: ({ type }) => right({ type }),
  })(memoryStore())

/** Gives what it is told to, against its type. */
const giving = (decision: unknown): Decider<'go', number, Event, string> => ({
  initialState: 0,
  decide: () => decision as never,
  evolve: (n) => n + 1,
  isTerminal: () => false,
})

const boolean = (value: unknown): boolean => value as boolean

describe('a decision', () => {
  it('is a rejection, or a list of events', () => {
    fc.assert(
      fc.property(
        fc.array(fc.anything().filter((one) => one !== undefined)),
        fc.anything(),
        (events, reason) => {
          // prettier-ignore
          fc.pre(!events.some((one) => typeof one === 'object' && one !== null && 'then' in one))
          expect(wrongDecision(right(events))).toBeUndefined()
          expect(wrongDecision(left(reason))).toBeUndefined()
        },
      ),
    )
  })

  describe.each(misshapen)('that is %s', (_, decision, sentence) => {
    const decider = giving(decision)

    it('breaks B1, and no other law is tried', () => {
      const report = checkLaws(decider, { command: fc.constant('go'), runs: 1 })
      const [b1, b2] = report.map(({ verdict }) => verdict)
      const [failure] = b1?.type === 'Failed' ? b1.failures : []
      expect(failure?.what).toMatch(sentence)
      expect(failure?.what).toMatch(/^decide /)
      expect(failure?.commands).toStrictEqual(['go'])
      expect(b2?.type).toBe('NotRun')
    })

    it('ends a walk', () => {
      const [commands] = fc.sample(walk(decider, { command: fc.constant('go'), length: 9 }), {
        numRuns: 1,
        seed: 3,
      })
      expect(commands).toStrictEqual(['go'])
    })

    it('fails a scenario', () => {
      const when = scenario(decider).given([]).when('go')
      const tests = [() => when.then([]), () => when.thenRejected('no'), () => when.thenState(0)]
      for (const test of tests) expect(test).toThrow(sentence)
    })

    it('is a fault that the explorer finds', () => {
      const report = explore(deciderSystem(decider, ['go']))
      expect(report.extent).toStrictEqual({ type: 'Faulty' })
      expect(report.thrown.map(({ message }) => message)).toStrictEqual([
        expect.stringMatching(sentence),
      ])
    })

    it('fails the suite that mutants run, and whoever observes', async () => {
      const suite = (d: typeof decider) => void d.decide('go', 0)
      expect(await mutants(decider, suite)()).toMatchObject({
        left: { type: 'SuiteFails', run: 1, failure: expect.stringMatching(sentence) as string },
      })
      const { decider: observed } = observeCoverage(decider, { abstraction: String })
      expect(() => observed.decide('go', 0)).toThrow(sentence)
    })

    it('loses a race', async () => {
      const commands = ['go'] as const
      const requests = [{ stream: 'a', commitId: 'c', commands }]
      const lost = await checkRaces({ decider, store, requests, runs: 1 })
      expect(isLeft(lost) && lost.left.reason).toMatch(sentence)
    })
  })
})

describe('a state', () => {
  it('is no promise', () => {
    expect([undefined, null, 1, {}].map(wrongState)).toStrictEqual(Array(4).fill(undefined))
    const late = { ...giving(right([gone])), evolve: () => Promise.resolve(1) as never }
    const sentence = /evolve returns a promise instead of a state/
    const [b1] = checkLaws(late, { command: fc.constant('go'), runs: 1 })
    expect(b1?.verdict).toMatchObject({ failures: [{ what: expect.stringMatching(sentence) }] })
    expect(() => scenario(late).given([]).when('go').thenState(1)).toThrow(sentence)
    expect(() => scenario(late).given([gone]).thenState(1)).toThrow(sentence)
    expect(explore(deciderSystem(late, ['go'])).thrown[0]?.message).toMatch(sentence)
    expect(() => shaped(late).evolve(0, gone)).toThrow(sentence)
  })
})

describe('an answer', () => {
  const answers: ReadonlyArray<readonly [unknown, RegExp]> = [
    [Promise.resolve(true), /returns a promise instead of a boolean/],
    [undefined, /returns undefined instead of a boolean: is a return missing\?/],
    [1, /returns 1 instead of a boolean/],
    ['x'.repeat(90), /returns 'x{59} … instead of a boolean/],
    [() => true, /returns Function \{ '' \} instead of a boolean/],
  ]

  it('is true or false', () => {
    expect([true, false].map(wrongAnswer)).toStrictEqual([undefined, undefined])
    expect([true, false].map(booleanResult)).toStrictEqual([true, false])
    for (const [given, sentence] of answers) {
      expect(wrongAnswer(given)).toMatch(sentence)
      expect(() => booleanResult(boolean(given))).toThrow(sentence)
    }
  })

  it.each(answers)('of isTerminal is one: not %o', (given, sentence) => {
    const decider = { ...giving(right([gone])), isTerminal: () => boolean(given) }
    const [b1] = checkLaws(decider, { command: fc.constant('go'), runs: 1 })
    expect(b1?.verdict).toMatchObject({ failures: [{ what: expect.stringMatching(sentence) }] })
    expect(explore(deciderSystem(decider, ['go']), { limits: { states: 3 } }).extent.type).not.toBe(
      'Complete',
    )
  })

  it.each(answers)(
    'of an invariant is one, and no other counts as held: not %o',
    (given, sentence) => {
      // prettier-ignore
      const decider = { ...giving(left('no')) }
      const named = { 'all is well': () => boolean(given) }
      const report = checkLaws(decider, { command: fc.constant('go'), runs: 1, invariants: named })
      const b6 = report.find(({ law }) => law === 'B6')?.verdict
      expect(b6).toMatchObject({ failures: [{ what: expect.stringMatching(sentence) }] })
      for (const options of [{ invariants: named }, { alwaysPossible: named }]) {
        const explored = explore(deciderSystem(decider, ['go']), options)
        expect(Object.values({ ...explored.invariants, ...explored.alwaysPossible })).toMatchObject(
          [{ type: 'Broken' }],
        )
        expect(faultsOf(explored).join('\n')).toMatch(sentence)
      }
      const stepping = { ...giving(right([])) }
      const stepped = explore(deciderSystem(stepping, ['go']), { stepInvariants: named })
      expect(stepped.stepInvariants['all is well']?.type).toBe('Broken')
      expect(faultsOf(stepped).join('\n')).toMatch(sentence)
    },
  )

  it('of a goal is one', () => {
    const system = deciderSystem(giving(left('no')), ['go'])
    expect(() => shortest(system, () => boolean(Promise.resolve(true)))).toThrow(/a promise/)
  })

  it.each(['idempotent', 'noEffect', 'applies'] as const)('of %s is one', (name) => {
    const options = { [name]: () => Promise.resolve(false) as never }
    const decider = { ...giving(right([gone])) }
    const report = checkLaws(decider, { command: fc.constant('go'), runs: 2, length: 3, event: fc.constant(gone), except: ['B5'], ...options }) // prettier-ignore
    const failed = report.flatMap(({ verdict }) => verdict.type === 'Failed' ? verdict.failures : []) // prettier-ignore
    // what changes the state is never asked whether it has an effect
    expect(failed.map(({ message }) => message).join()).toMatch(
      name === 'noEffect' ? /^$/ : RegExp(`${name} returns a promise`),
    )
  })
})

describe('a step of a system', () => {
  it('is a rejection, or events with a state', () => {
    const events = { events: [gone], state: 1 }
    expect(shapedStep(right(events))).toStrictEqual(right(events))
    expect(shapedStep(left('no'))).toStrictEqual(left('no'))
    const step = (outcome: unknown) => () => shapedStep(outcome as never)
    expect(step(undefined)).toThrow('it returns undefined instead of an Either')
    expect(step(right(undefined))).toThrow('it returns undefined instead of events with a state')
    expect(step(right({ events: [undefined], state: 1 }))).toThrow(
      'it emitted undefined at index 0',
    )
    expect(step(right({ events: [], state: Promise.resolve(1) }))).toThrow('instead of a state')
  })

  it('is a state by its canonical form, which is no promise', () => {
    const system = deciderSystem(giving(left('no')), ['go'])
    expect(() => explore(system, { canonical: (n) => Promise.resolve(n) })).toThrow(
      'canonical returns a promise: it is not async',
    )
    const abstraction = () => Promise.resolve('any') as never
    expect(() => explore(system, { abstraction })).toThrow('abstraction returns a promise')
    let times = 0
    expect(() => explore(system, { canonical: () => times++ })).toThrow(
      'canonical returns another value each time',
    )
  })
})

describe('a promise that should not be there', () => {
  it("is told, and is nobody's to handle where it is rejected", async () => {
    const unhandled: Array<unknown> = []
    const listener = (reason: unknown) => void unhandled.push(reason)
    process.on('unhandledRejection', listener)
    const late = (): never => Promise.reject(new Error('boom')) as never
    const fine = giving(right([gone]))
    const invariants = { late }
    const options = { command: fc.constant('go' as const), runs: 2, length: 5, seed: 1 }
    for (const key of ['decide', 'evolve', 'isTerminal'] as const) {
      const decider = { ...fine, [key]: late }
      expect(checkLaws(decider, options)[0]?.verdict.type).toBe('Failed')
      expect(explore(deciderSystem(decider, ['go']), { limits: { states: 3 } }).thrown).toHaveLength(1) // prettier-ignore
    }
    const applies = () => true
    const report = checkLaws(fine, { ...options, invariants, applies, event: fc.constant(gone) })
    expect(report.find(({ law }) => law === 'B6')?.verdict.type).toBe('Failed')
    explore(deciderSystem(fine, ['go']), { invariants, stepInvariants: { late }, limits: { states: 3 } }) // prettier-ignore
    await new Promise((done) => setTimeout(done, 5))
    process.off('unhandledRejection', listener)
    expect(unhandled).toStrictEqual([])
  })
})

describe('what there is to try', () => {
  it('is a list', () => {
    const late = (): ReadonlyArray<'go'> => Promise.resolve(['go']) as never
    const explored = explore(deciderSystem(giving(left('no')), late))
    expect(explored.thrown).toMatchObject([
      {
        by: 'actions',
        message: 'TypeError: it returns a promise instead of an array: it is not async',
      },
    ])
    const choices = () => 'go' as never
    expect(() => checkLaws(giving(left('no')), { choices })).toThrow(
      "choices returns 'go' instead of an array",
    )
  })
})

describe('what a codec gives', () => {
  it.each(['encode', 'decode'] as const)('is an Either: %s is not async', (name) => {
    const late = { types: ['Gone'], encode: (event: Event) => right({ type: event.type, schemaVersion: 1, data: null }), decode: () => right(gone), [name]: () => Promise.resolve(right(gone)) as never } // prettier-ignore
    const report = checkLaws(giving(right([gone])), { command: fc.constant('go'), runs: 1, seed: 1, codec: late, only: ['B9'] }) // prettier-ignore
    const b9 = report.find(({ law }) => law === 'B9')?.verdict
    const [failure] = b9?.type === 'Failed' ? b9.failures : []
    expect(failure?.message).toContain(
      `${name} returns a promise instead of an Either: a codec is not async`,
    )
  })
})
