import fc from 'fast-check'
import { right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { Decider } from '../../../src/Decider.ts'
import type { Process } from '../../../src/Process.ts'
import { fromPending } from '../../../src/Process.ts'
import { explore } from '../../../src/testing/explore.ts'
import { processLaws } from '../../../src/testing/explore/processLaws.ts'
import { processSystem } from '../../../src/testing/explore/process.ts'
import { runs } from '../../setup.ts'
import { asked, house, shipment, shipping } from '../shipping.ts'

type Say = { readonly say: string }

/** Counts what was said, up to three. */
const counter: Decider<Say, number, string, never> = {
  initialState: 0,
  decide: ({ say }, n) => right(n < 3 ? [say] : []),
  evolve: (n) => n + 1,
  isTerminal: (n) => n === 3,
}

const say = (id: string, text = id) => ({ id, command: { say: text } })

/** Calls for something after the first event, until the next. */
const good: Process<string, number, Say> = {
  initialState: 0,
  evolve: (seen) => Math.min(seen + 1, 2),
  react: (seen) => (seen === 0 ? [say('a'), say('b')] : []),
  resume: (seen) => (seen === 1 ? [say('a'), say('b')] : []),
  isTerminal: (seen) => seen === 2,
}

const broken = (process: Process<string, number, Say>) => {
  const { invariants, stepInvariants } = explore(
    processSystem(process, counter, [{ say: 'x' }]),
    processLaws(process),
  )
  const verdicts = Object.entries({ ...invariants, ...stepInvariants })
  expect(verdicts).toHaveLength(6)
  return verdicts.filter(([, { type }]) => type === 'Broken').map(([name]) => name)
}

const laws = {
  quiet: '2: nothing is outstanding in a terminal state',
  ids: '3: no two outstanding commands share an id',
  covered: '1: what is called for is outstanding',
  called: '1: what becomes outstanding was called for',
  end: '2: a terminal state is not left',
  one: '3: an id stands for one command',
}

describe('the laws of a process', () => {
  it('hold of processes that keep them', () => {
    expect(broken(good)).toStrictEqual([])
    const { invariants, stepInvariants, extent } = explore(
      processSystem(shipping, house(shipment), asked),
      processLaws(shipping),
    )
    expect(extent).toStrictEqual({ type: 'Complete' })
    for (const verdict of Object.values({ ...invariants, ...stepInvariants })) {
      expect(verdict).toMatchObject({ type: 'Holds', complete: true })
    }
  })

  const never = { isTerminal: () => false }
  const still = { ...never, react: () => [] }
  const both = [say('a'), say('b')]
  const cases: ReadonlyArray<
    readonly [string, Partial<Process<string, number, Say>>, ReadonlyArray<string>]
  > = [
    ['forgets all', { resume: () => [] }, [laws.covered]],
    ['forgets one', { resume: (seen) => good.resume(seen).slice(1) }, [laws.covered]],
    [
      'resumes another command',
      { resume: (n) => (n === 1 ? [say('a'), say('b', 'c')] : []) },
      [laws.covered, laws.called, laws.one],
    ],
    [
      'resumes under another id',
      { resume: (n) => (n === 1 ? [say('a'), say('c', 'b')] : []) },
      [laws.covered, laws.called],
    ],
    ['resumes what it did not call for', { react: () => [] }, [laws.called]],
    ['has something outstanding at its end', { resume: (n) => (n > 0 ? both : []) }, [laws.quiet]],
    ['leaves its end', { isTerminal: (n) => n === 0 }, [laws.end]],
    [
      'has one id for two commands',
      { ...still, resume: () => [say('a'), say('a', 'b')] },
      [laws.ids, laws.one],
    ],
    ['has one command twice', { ...still, resume: () => [say('a'), say('a')] }, [laws.ids]],
    [
      'changes what an id stands for',
      {
        ...never,
        evolve: (n) => n + 1,
        react: (n) => [say('a', `${n + 1}`)],
        resume: (n) => (n > 0 ? [say('a', `${n}`)] : []),
      },
      [laws.one],
    ],
    [
      'has an id stand for another command while the first is under way',
      {
        ...never,
        evolve: (n) => n + 1,
        react: (n) => (n === 0 ? [say('a', 'x')] : n === 2 ? [say('a', 'y')] : []),
        resume: (n) => (n === 1 ? [say('a', 'x')] : n === 3 ? [say('a', 'y')] : []),
      },
      [laws.one],
    ],
  ]
  it.each(cases)('one that %s breaks them', (_, change, names) => {
    expect(broken({ ...good, ...change })).toStrictEqual(names)
  })

  it('hold of whatever is told by what is pending, where ids differ', () => {
    const tables = fc.array(fc.subarray(['a', 'b', 'c']), { minLength: 4, maxLength: 4 })
    fc.assert(
      fc.property(tables, fc.nat({ max: 4 }), (table, end) => {
        const process = fromPending<string, number, Say>({
          initialState: 0,
          evolve: (seen) => (seen === end ? seen : seen + 1),
          pending: (seen) => (table[seen] ?? []).map((id) => say(id)),
          isTerminal: (seen) => seen === end,
        })
        expect(broken(process)).toStrictEqual([])
      }),
      { numRuns: runs(30) },
    )
  })

  it('take a command that is recognised for none that is called for', () => {
    const { stepInvariants } = processLaws(good)
    const world = (process: number) => ({
      decider: 0,
      process,
      unseen: [],
      underWay: [],
      carriedOut: [],
      crashes: 0,
      duplicates: 0,
    })
    const command = { key: 'z', command: { say: 'z' } }
    const holds = (type: 'Issued' | 'Recognised') =>
      stepInvariants[laws.covered]?.(world(0), { type: 'Crash' }, [{ type, command }], world(1))
    expect([holds('Recognised'), holds('Issued')]).toStrictEqual([true, false])
  })
})
