import { right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { Options } from '../../../src/testing/explore.ts'
import {
  begin,
  checkKept,
  holdsIn,
  isTerminal,
  locate,
  noteMove,
  notePlace,
  noteThrow,
} from '../../../src/testing/explore/memory.ts'
import { whole } from '../../../src/testing/explore/options.ts'
import type { System } from '../../../src/testing/explore/system.ts'

const counter: System<number, 'up', 'upped', never> = {
  initialState: 0,
  actions: () => ['up'],
  step: (_, n) => right({ events: ['upped'], state: n + 1 }),
  isTerminal: (n) => {
    if (n < 0) throw new RangeError('below')
    return n === 2
  },
}

const begun = (options: Options<number, 'up', 'upped'> = {}, stopsAtGoal = false) =>
  begin(counter, options, stopsAtGoal)

const place = (state: number, action = -1) => ({ state, action })

describe('a search that has just begun', () => {
  it('knows the initial state, and nothing else', () => {
    const nothing = { count: 0, places: [] }
    const room = { numbers: { length: 64 } }
    const { counts, ...search } = begun()
    expect(search).toMatchObject({
      system: counter,
      options: {},
      stopsAtGoal: false,
      limit: 100_000,
      states: [0],
      actions: { values: [] },
      kinds: [],
      accepted: [],
      triedIn: [],
      invariants: [],
      stepInvariants: [],
      moves: { kept: false, from: room, to: room, count: 0 },
      parents: room,
      arrivals: room,
      labels: room,
      terminals: room,
      deadEnds: nothing,
      terminalLeft: nothing,
      throws: new Map(),
      written: undefined,
      goal: undefined,
      transitions: 0,
      refused: 0,
      depth: 0,
      expanded: 0,
      unsure: [],
      extent: { type: 'Complete' },
      stopped: false,
      offered: [],
      offeredNumbers: [],
    })
    // each state is its own key, and kept once
    expect(search.keys.values).toBe(search.states)
    expect([counts.labels.list, counts.states, counts.terminal]).toStrictEqual([
      ['any'],
      [1],
      [false],
    ])
  })

  it('watches for what it is asked for', () => {
    const holds = () => true
    const search = begun({
      invariants: { small: holds },
      stepInvariants: { slow: holds },
      alwaysPossible: {},
      limits: { states: 7 },
    })
    const watch = (name: string) => [{ name, holds, broken: undefined }]
    expect(search.invariants).toStrictEqual(watch('small'))
    expect(search.stepInvariants).toStrictEqual(watch('slow'))
    expect([search.moves.kept, search.limit]).toStrictEqual([true, 7])
  })
})

describe('a limit', () => {
  it('is a whole number, and no less than the least', () => {
    const limits = [-Infinity, -1, 0, 0.5, 1, 2.5, Infinity, NaN]
    expect(limits.map((limit) => whole(limit, 1))).toStrictEqual([1, 1, 1, 1, 1, 2, Infinity, 1])
    expect([NaN, 0.5, 1].map((states) => begun({ limits: { states } }).limit)).toStrictEqual([
      1, 1, 1,
    ])
    expect(begun({ limits: { states: NaN } }).states).toStrictEqual([0])
  })
})

describe('a state that is reached', () => {
  it('has the number of the one that it is the same as, or is kept with the way to it', () => {
    const search = begun({ limits: { states: 3 } })
    const reached = [1, 0, 2, 1, 3].map((n, i) => locate(search, n, 0, i))
    expect(reached).toStrictEqual([1, 0, 2, 1, -1])
    expect(search.states).toStrictEqual([0, 1, 2])
    expect([...search.parents.numbers.subarray(1, 4)]).toStrictEqual([0, 0, 0])
    expect([...search.arrivals.numbers.subarray(1, 4)]).toStrictEqual([0, 2, 0])
  })

  it('is the first of those with its canonical value', () => {
    const search = begun({ canonical: (n) => n % 10 })
    expect([1, 11, 20, 12].map((n) => locate(search, n, 0, 0))).toStrictEqual([1, 1, 0, 2])
    expect(search.states).toStrictEqual([0, 1, 12])
    expect(search.keys.values).toStrictEqual([0, 1, 2])
  })

  it('stands under its label, and ends it where all of that label do', () => {
    const search = begun({ abstraction: (n) => (n < 2 ? 'low' : 'high') })
    for (const n of [1, 2]) locate(search, n, 0, 0)
    expect(search.counts.labels.list).toStrictEqual(['low', 'high'])
    expect([...search.labels.numbers.subarray(0, 3)]).toStrictEqual([0, 0, 1])
    expect(search.counts.terminal).toStrictEqual([false, true])
  })

  it('is where an invariant is broken that it is the first to break; no other state is asked', () => {
    const asked: Array<number> = []
    const search = begun({
      invariants: {
        small: (n) => {
          asked.push(n)
          return n < 2
        },
        even: (n) => n % 2 === 0,
      },
    })
    for (const n of [1, 2, 3]) locate(search, n, 0, 0)
    expect(search.invariants.map(({ broken }) => broken)).toStrictEqual([place(2), place(1)])
    expect(asked).toStrictEqual([0, 1, 2])
  })

  it('is the goal if it is the first, and ends a search that looks for nothing else', () => {
    const find = (n: number) => n > 1
    const searches = [begun({ find }), begun({ find }, true), begun({}, true)]
    for (const search of searches) for (const n of [1, 2, 3]) locate(search, n, 0, 0)
    expect(searches.map(({ goal, stopped }) => [goal, stopped])).toStrictEqual([
      [place(2), false],
      [place(2), true],
      [undefined, false],
    ])
  })
})

describe('moves', () => {
  it('are all kept where they are asked for, but for those that lead nowhere', () => {
    const { moves } = begun({ alwaysPossible: {} })
    for (let n = 0; n < 200; n++) {
      noteMove(moves, n, n + 1)
      noteMove(moves, n, n)
    }
    expect(moves.count).toBe(200)
    const numbers = Array.from({ length: 200 }, (_, n) => n)
    expect([...moves.from.numbers.subarray(0, 200)]).toStrictEqual(numbers)
    expect([...moves.to.numbers.subarray(0, 200)]).toStrictEqual(numbers.map((n) => n + 1))
  })

  it('have room for twice as many each time that it runs out', () => {
    const { moves } = begun({ alwaysPossible: {} })
    const rooms = Array.from({ length: 257 }, (_, n) => {
      noteMove(moves, n, n + 1)
      return moves.from.numbers.length
    })
    expect([0, 63, 64, 127, 128, 255, 256].map((n) => rooms[n])).toStrictEqual([
      64, 64, 128, 128, 256, 256, 512,
    ])
  })

  it('are not kept where nobody asks for them', () => {
    const { moves } = begun()
    noteMove(moves, 0, 1)
    expect(moves.count).toBe(0)
  })
})

describe('what is thrown', () => {
  it('is kept once for each message and thrower, with the first place and how often', () => {
    const search = begun()
    noteThrow(search, 'step', new TypeError('no'), 3, 4)
    noteThrow(search, 'step', new TypeError('no'), 5, 6)
    noteThrow(search, 'step', { code: 7 }, 5, 6)
    noteThrow(search, 'actions', new TypeError('no'), 7, -1)
    expect([...search.throws.values()]).toStrictEqual([
      { by: 'step', message: 'TypeError: no', place: place(3, 4), count: 2 },
      { by: 'step', message: '{ code: 7 }', place: place(5, 6), count: 1 },
      { by: 'actions', message: 'TypeError: no', place: place(7), count: 1 },
    ])
  })

  it('by a predicate counts as not satisfied, and by the end as no end', () => {
    const search = begun()
    locate(search, -1, 0, 0)
    locate(search, 2, 0, 0)
    expect([0, 1, 2].map((number) => isTerminal(search, number))).toStrictEqual([
      false,
      false,
      true,
    ])
    const holds = (n: number) => {
      if (n === 2) throw 'two'
      return n === 0
    }
    const named = { name: 'none', holds }
    expect([0, 1, 2].map((n) => holdsIn(search, named, n, n))).toStrictEqual([true, false, false])
    expect(search.extent).toStrictEqual({ type: 'Faulty' })
    expect([...search.throws.values()]).toStrictEqual([
      { by: 'isTerminal', message: 'RangeError: below', place: place(1), count: 1 },
      { by: 'none', message: "'two'", place: place(2), count: 1 },
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
    const search = begin(system, canonical === undefined ? {} : { canonical }, false)
    locate(search, { n: 1 }, 0, 0)
    return search
  }

  it('ends the search, which knows the first', () => {
    const search = boxes()
    checkKept(search, 1, 7)
    expect(search).toMatchObject({ written: undefined, extent: { type: 'Complete' } })
    expect(search.stopped).toBe(false)
    for (const box of search.states) box.n += 5
    checkKept(search, 1, 7)
    checkKept(search, 0, 8)
    expect(search.written).toStrictEqual(place(1, 7))
    expect([search.extent, search.stopped]).toStrictEqual([{ type: 'Faulty' }, true])
  })

  it('is another by its canonical value alone', () => {
    const search = boxes(({ n }) => n % 5)
    for (const box of search.states) box.n += 5
    checkKept(search, 1, 7)
    expect(search.written).toBe(undefined)
  })
})

describe('places', () => {
  it('are counted, and the first three kept, or as many as are asked for', () => {
    const found = (options: Options<number, 'up', 'upped'>) => {
      const search = begun(options)
      for (let n = 0; n < 5; n++) notePlace(search, search.deadEnds, n, n + 10)
      return search.deadEnds
    }
    const places = [0, 1, 2, 3, 4].map((n) => place(n, n + 10))
    expect(found({})).toStrictEqual({ count: 5, places: places.slice(0, 3) })
    expect(found({ examples: 1 })).toStrictEqual({ count: 5, places: places.slice(0, 1) })
    expect(found({ examples: 9 })).toStrictEqual({ count: 5, places })
  })
})
