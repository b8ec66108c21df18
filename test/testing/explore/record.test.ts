import { right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { ExploreOptions } from '../../../src/testing/explore.ts'
import { integerFrom } from '../../../src/testing/explore/options.ts'
import {
  checkUnchanged,
  noteThrown,
  searchRecord,
  stateNumber,
} from '../../../src/testing/explore/record.ts'
import type { System } from '../../../src/testing/explore/system.ts'

const counter: System<number, 'up', 'upped', never> = {
  initialState: 0,
  actions: () => ['up'],
  step: (_, n) => right({ events: ['upped'], state: n + 1 }),
  isTerminal: () => false,
}

const begun = (options: ExploreOptions<number, 'up', 'upped'> = {}) => {
  const record = searchRecord(counter, options)
  stateNumber(record.found, 0, -1, -1, Infinity)
  return record
}

describe('a limit', () => {
  it('is an integer, and no less than the minimum', () => {
    const limits = [-Infinity, -1, 0, 0.5, 1, 2.5, Infinity, NaN]
    expect(limits.map((limit) => integerFrom(1, limit))).toStrictEqual([
      1,
      1,
      1,
      1,
      1,
      2,
      Infinity,
      1,
    ])
  })
})

describe('a state that is reached', () => {
  it('has the number of the one that it is the same as, or is kept with the way to it', () => {
    const { found } = begun()
    const reached = [1, 0, 2, 1, 3].map((n, i) => stateNumber(found, n, 0, i, 3))
    expect(reached).toStrictEqual([1, 0, 2, 1, -1])
    expect(found.values).toStrictEqual([0, 1, 2])
    expect(found.parents).toStrictEqual([-1, 0, 0])
    expect(found.arrivals).toStrictEqual([-1, 0, 2])
  })

  it('is the first of those with its canonical value', () => {
    const { found } = begun({ canonical: (n) => n % 10 })
    expect([1, 11, 20, 12].map((n) => stateNumber(found, n, 0, 0, 9))).toStrictEqual([1, 1, 0, 2])
    expect(found.values).toStrictEqual([0, 1, 12])
    expect(found.keys.values).toStrictEqual([0, 1, 2])
  })
})

describe('a canonical value', () => {
  it('is the same each time', () => {
    expect(() => begun({ canonical: () => Symbol('new').description })).not.toThrow()
    let n = 0
    expect(() => begun({ canonical: () => n++ })).toThrow(
      'canonical returns another value each time',
    )
    expect(() => begun({ canonical: async () => 1 })).toThrow(/^canonical returns a promise/)
  })
})

describe('what is thrown', () => {
  it('is kept once for each message and thrower, with the first place and how often', () => {
    const { faults } = begun()
    const at = (state: number, action = -1) => ({ state, action })
    noteThrown(faults, 'step', new TypeError('no'), at(3, 4))
    noteThrown(faults, 'step', new TypeError('no'), at(5, 6))
    noteThrown(faults, 'step', { code: 7 }, at(5, 6))
    noteThrown(faults, 'actions', new TypeError('no'), at(7))
    expect([...faults.thrown.values()]).toStrictEqual([
      { by: 'step', message: 'TypeError: no', at: at(3, 4), count: 2 },
      { by: 'step', message: '{ code: 7 }', at: at(5, 6), count: 1 },
      { by: 'actions', message: 'TypeError: no', at: at(7), count: 1 },
    ])
  })
})

describe('a state that is written to', () => {
  const boxes = (canonical?: (box: { n: number }) => unknown) => {
    const system: System<{ n: number }, 'up', 'upped', never> = {
      initialState: { n: 0 },
      actions: () => ['up'],
      step: (_, { n }) => right({ events: ['upped'], state: { n: n + 1 } }),
      isTerminal: () => false,
    }
    const record = searchRecord(system, canonical === undefined ? {} : { canonical })
    for (const n of [0, 1]) stateNumber(record.found, { n }, n - 1, 0, 9)
    return record
  }

  it('ends the search, which knows the first', () => {
    const record = boxes()
    checkUnchanged(record, 1, 7)
    expect([record.faults.written, record.end]).toStrictEqual([undefined, undefined])
    for (const box of record.found.values) box.n += 5
    checkUnchanged(record, 1, 7)
    checkUnchanged(record, 0, 8)
    expect([record.faults.written, record.end]).toStrictEqual([{ state: 1, action: 7 }, 'Written'])
  })

  it('is another by its canonical value alone', () => {
    const record = boxes(({ n }) => n % 5)
    for (const box of record.found.values) box.n += 5
    checkUnchanged(record, 1, 7)
    expect(record.faults.written).toBe(undefined)
  })
})
