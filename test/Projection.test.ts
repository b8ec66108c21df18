import fc from 'fast-check'
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import { replay, replayFrom, selectEvent, states, struct } from '../src/Projection.ts'
import { deepFreeze } from './support/deepFreeze.ts'
import { event, events, finite, state, tables } from './support/finite.ts'

/** Keeps everything it is told, so that no two histories look alike. */
const journal = {
  initialState: '',
  evolve: (seen: string, letter: string) => `${seen}${letter}`,
}

const letters = fc.array(fc.constantFrom('a', 'b', 'c'))

describe('Projection', () => {
  it('Projection 1: replaying the empty history gives the initial state', () => {
    fc.assert(
      fc.property(tables, (t) => {
        const p = finite(t)
        expect(replay(p)([])).toBe(p.initialState)
      }),
    )
  })

  it('Projection 2: folding a history is folding its parts one after the other', () => {
    fc.assert(
      fc.property(letters, letters, fc.string(), (xs, ys, from) => {
        const fold = replayFrom(journal)
        expect(fold(from, [])).toBe(from)
        expect(fold(from, [...xs, ...ys])).toBe(fold(fold(from, xs), ys))
        expect(fold(from, xs)).toBe(from + xs.join(''))
        expect(replay(journal)([...xs, ...ys])).toBe(fold(replay(journal)(xs), ys))
      }),
    )
    fc.assert(
      fc.property(tables, state, events, events, (t, from, xs, ys) => {
        const fold = replayFrom(finite(t))
        expect(fold(from, [...xs, ...ys])).toStrictEqual(fold(fold(from, xs), ys))
      }),
    )
  })

  it('Projection 3: there is one more state than events, and the last is the replayed one', () => {
    fc.assert(
      fc.property(letters, (list) => {
        const seen = states(journal)(list)
        expect(seen).toStrictEqual(
          [...Array(list.length + 1).keys()].map((v) => list.slice(0, v).join('')),
        )
        expect(seen.at(-1)).toBe(replay(journal)(list))
      }),
    )
  })

  it('gives evolve a state and an event and nothing else', () => {
    const seen: Array<number> = []
    const p = {
      initialState: 0,
      evolve: (...args: [number, string]) => {
        seen.push(args.length)
        return 0
      },
    }
    replay(p)(['a', 'b'])
    states(p)(['a', 'b'])
    expect(seen).toStrictEqual([2, 2, 2, 2])
  })

  it('Projection 4: a product folds each of its parts', () => {
    fc.assert(
      fc.property(tables, tables, state, state, events, (x, y, s, r, es) => {
        const both = struct({ x: finite(x), y: finite(y) })
        expect(replay(both)(es)).toStrictEqual({
          x: replay(finite(x))(es),
          y: replay(finite(y))(es),
        })
        expect(replayFrom(both)(deepFreeze({ x: s, y: r }), es)).toStrictEqual({
          x: replayFrom(finite(x))(s, es),
          y: replayFrom(finite(y))(r, es),
        })
      }),
    )
  })

  it('Projection 4: a product keeps the very state where all of its parts do', () => {
    const first = { initialState: 0, evolve: (n: number, e: number) => (n === 0 ? e : n) }
    const both = struct({ first, last: { initialState: 0, evolve: (_: number, e: number) => e } })
    const state = { first: 1, last: 2 }
    expect(both.evolve(state, 2)).toBe(state)
    expect(both.evolve(state, 3)).toStrictEqual({ first: 1, last: 3 })
    expect(state).toStrictEqual({ first: 1, last: 2 })
  })

  it('Projection 5: only what is selected counts, and as what it was selected', () => {
    const upper = selectEvent((e: string) => (e === 'a' ? none : some(e.toUpperCase())))(journal)
    fc.assert(
      fc.property(letters, (es) => {
        const expected = es.filter((e) => e !== 'a').map((e) => e.toUpperCase())
        expect(replay(upper)(es)).toBe(replay(journal)(expected))
      }),
    )
    expect(replay(upper)(['a', 'b', 'c'])).toBe('BC')
  })

  it('leaves frozen arguments alone', () => {
    fc.assert(
      fc.property(tables, fc.array(event), (t, list) => {
        const p = deepFreeze(finite(t))
        expect(replay(p)(deepFreeze(list))).toStrictEqual(states(p)(list).at(-1))
      }),
    )
  })

  it('replays a million events without touching the stack', () => {
    const count = { initialState: 0, evolve: (n: number, by: number) => n + by }
    const million = Array<number>(1_000_000).fill(1)
    expect(replay(count)(million)).toBe(1_000_000)
    expect(replayFrom(count)(5, million)).toBe(1_000_005)
    expect(states(count)(million)).toHaveLength(1_000_001)
  })
})
