import fc from 'fast-check'
import { right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { Decider } from '../../src/Decider.ts'
import type { Process } from '../../src/Process.ts'
import { fromPending } from '../../src/Process.ts'
import { explore } from '../../src/testing/explorer.ts'
import type { ProcessLaws } from '../../src/testing/processLaws.ts'
import { processLaws } from '../../src/testing/processLaws.ts'
import { processSystem } from '../../src/testing/processSystem.ts'
import { runs } from '../setup.ts'
import { asked, house, shipment, shipping } from './shipping.ts'

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
  evolve: (seen) => seen + 1,
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
  expect(verdicts).toHaveLength(4)
  return verdicts.filter(([, { type }]) => type === 'Broken').map(([name]) => name)
}

const one = '1: what is called for is outstanding'
const two = '2: nothing is outstanding in a terminal state'
const three = '3: no two outstanding commands share an id'
const four = '3: an id stands for one command'

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

  it.each<[string, Partial<Process<string, number, Say>>, ReadonlyArray<string>]>([
    ['forgets all', { resume: () => [] }, [one]],
    ['forgets one', { resume: (seen) => good.resume(seen).slice(1) }, [one]],
    ['resumes another', { resume: (n) => (n === 1 ? [say('a'), say('b', 'c')] : []) }, [one]],
    ['resumes under other ids', { resume: (n) => (n === 1 ? [say('a'), say('c', 'b')] : []) }, [one]],
    ['never comes to an end', { resume: (n) => (n > 0 ? [say('a'), say('b')] : []) }, [two]],
    ['begins at its end', { isTerminal: () => true }, [two]],
    ['has one id for two', { react: () => [], resume: () => [say('a'), say('a', 'b')], isTerminal: () => false }, [three, four]],
    ['has one command twice', { react: () => [], resume: () => [say('a'), say('a')], isTerminal: () => false }, [three]],
    ['changes what an id stands for', { react: () => [], resume: (n) => [say('a', `${n}`)], isTerminal: () => false }, [four]],
  ])('one that %s breaks them', (_, change, laws) => {
    expect(broken({ ...good, ...change })).toStrictEqual(laws)
  }) // prettier-ignore

  it('hold of whatever is told by what is pending, where ids differ', () => {
    const tables = fc.array(fc.subarray(['a', 'b', 'c']), { minLength: 4, maxLength: 4 })
    fc.assert(
      fc.property(tables, fc.nat({ max: 4 }), (table, end) => {
        const process = fromPending<string, number, Say>({
          initialState: 0,
          evolve: (seen) => seen + 1,
          pending: (seen) => (table[seen] ?? []).map((id) => say(id)),
          isTerminal: (seen) => seen === end,
        })
        expect(broken(process)).toStrictEqual([])
      }),
      { numRuns: runs(30) },
    )
  })

  it('say nothing of what is no command that was issued', () => {
    const { stepInvariants }: ProcessLaws<number, string, Say> = processLaws(good)
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
      stepInvariants[one]?.(world(0), { type: 'Crash' }, [{ type, command }], world(1))
    expect([holds('Recognised'), holds('Issued')]).toStrictEqual([true, false])
  })
})
