import { left } from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import { some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import type { TaggedProjection } from '../../src/Decision.ts'
import * as D from '../../src/Decision.ts'
import { get } from '../../src/Dictionary.ts'
import { replay } from '../../src/Projection.ts'
import { nothing, tag } from '../../src/Query.ts'
import type { DrawnCommand, DrawnEvent } from '../support/decisions.ts'

describe('fromProjections', () => {
  const counts: TaggedProjection<number, DrawnEvent> = {
    tag: tag('a'),
    initialState: 0,
    evolve: {
      E0: (n) => n + 1,
      E1: undefined as never,
      E2: (n, { b }, id) => (id === b ? n + 10 : n),
    },
  }
  const idle: TaggedProjection<string, DrawnEvent> = { tag: tag('b'), initialState: '', evolve: {} }
  const decision = D.fromProjections({
    projections: { counts, idle },
    tags: ({ a, b }: DrawnEvent) => [...new Set([tag('a')(a), tag('a')(b), tag('ab')(a)])],
    reads: ({ a, b }: DrawnCommand) => (a === '' ? {} : { counts: [a, b], idle: [b] }),
    decide: ({ a }, { counts: count, idle: text }): Either<string, ReadonlyArray<DrawnEvent>> =>
      left(`${count(a)}${text(a)}`),
  })
  const E0 = { type: 'E0', a: '\0', b: 'b\\u0000' } as const

  it('asks for the types that are folded, under the tags of what the command names', () => {
    expect(decision.reads({ command: 0, a: 'x', b: 'y' })).toStrictEqual([
      { types: ['E0', 'E2'], tags: [tag('a')('x')] },
      { types: ['E0', 'E2'], tags: [tag('a')('y')] },
    ])
    expect(decision.reads({ command: 0, a: '', b: 'y' })).toStrictEqual(nothing)
    expect(decision.readsMore).toBeUndefined()
  })

  it('folds an event once for each tag of the kind, with its id', () => {
    const state = replay(decision)([E0, { ...E0, type: 'E2' }, { ...E0, type: 'E1' }])
    expect(get(tag('a')(E0.a))(state.counts)).toStrictEqual(some(1))
    expect(get(tag('a')(E0.b))(state.counts)).toStrictEqual(some(11))
    expect(state.counts.size).toBe(2)
    expect(decision.decide({ command: 0, a: E0.b, b: '' }, state)).toStrictEqual(left('11'))
    expect(decision.isTerminal(state)).toBe(false)
  })

  it('leaves the state as it is where no projection folds the event', () => {
    const state = decision.evolve(decision.initialState, E0)
    expect(decision.evolve(state, { ...E0, type: 'E1' })).toBe(state)
    // nor where one does, and finds nothing to change
    expect(decision.evolve(state, { ...E0, type: 'E2', b: 'c' })).not.toBe(state)
    const first = D.fromProjections({
      projections: { first: { ...counts, evolve: { E0: (n: number) => Math.max(n, 1) } } },
      tags: ({ a }: DrawnEvent) => [tag('a')(a)],
      reads: ({ a }: DrawnCommand) => ({ first: [a] }),
      decide: (): Either<string, ReadonlyArray<DrawnEvent>> => left(''),
    })
    const seen = first.evolve(first.initialState, E0)
    expect(first.evolve(seen, E0)).toBe(seen)
    // not a type of the union: fields of every object are no cases
    expect(decision.evolve(state, { ...E0, type: 'toString' } as never)).toBe(state)
  })
  it('asks for more by what it has read, if it has a second stage', () => {
    const twice = D.fromProjections({
      projections: { counts },
      tags: ({ a }: DrawnEvent) => [tag('a')(a)],
      reads: ({ a }: DrawnCommand) => ({ counts: [a] }),
      readsMore: ({ a, b }: DrawnCommand, { counts: count }) =>
        count(a) > 0 ? { counts: [b] } : {},
      decide: (): Either<string, ReadonlyArray<DrawnEvent>> => left(''),
    })
    const asked = { command: 0, a: E0.a, b: 'y' }
    expect(twice.readsMore?.(asked, twice.initialState)).toStrictEqual(nothing)
    expect(twice.readsMore?.(asked, twice.evolve(twice.initialState, E0))).toStrictEqual([
      { types: ['E0', 'E2'], tags: [tag('a')('y')] },
    ])
  })
})
