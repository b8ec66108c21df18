// What a decider can tell apart is explored apart.
import fc from 'fast-check'
import { left, right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { Decider } from '../../../src/Decider.ts'
import { explore } from '../../../src/testing/explore.ts'
import { deciderSystem } from '../../../src/testing/explore/system.ts'

type Name = 'a' | 'b'

interface Counter {
  readonly waiting: ReadonlySet<Name>
  readonly served: Name | undefined
}

/** Who comes first is served first: a set keeps the order in which its members came. */
const counter: Decider<Name | 'serve', Counter, { readonly came?: Name; readonly served?: Name }, string> = {
  initialState: { waiting: new Set(), served: undefined },
  decide: (command, { waiting, served }) => {
    if (command !== 'serve') return waiting.has(command) ? left('waits') : right([{ came: command }])
    const [first] = waiting
    return first === undefined || waiting.size < 2 || served !== undefined ? left('nobody') : right([{ served: first }])
  },
  evolve: ({ waiting, served }, event) =>
    event.came === undefined
      ? { waiting, served: event.served }
      : { waiting: new Set([...waiting, event.came]), served },
  isTerminal: () => false,
} // prettier-ignore

/** A state that is one of two, and a command that looks at it. */
const either = <A>(one: A, other: A, look: (value: A) => unknown) =>
  deciderSystem<'one' | 'other' | 'look', { readonly value?: A }, unknown, string>(
    {
      initialState: {},
      decide: (command, { value }) =>
        command !== 'look' ? right([command]) : value === undefined ? left('dark') : right([look(value)]),
      evolve: (state, event) =>
        event === 'one' ? { value: one } : event === 'other' ? { value: other } : state,
      isTerminal: () => false,
    },
    ['one', 'other', 'look'],
  ) // prettier-ignore

const first = (value: Iterable<unknown>): unknown => [...value][0]
const firstField = (value: object): unknown => Reflect.ownKeys(value)[0]
const one = { n: 1 }

class Waiting {
  readonly size: number
  readonly #names: ReadonlyArray<string>
  constructor(...names: ReadonlyArray<string>) {
    this.size = names.length
    this.#names = names
  }
  get next() {
    return this.#names[0]
  }
}

const rows: ReadonlyArray<readonly [string, unknown, unknown, (value: never) => unknown]> = [
  ['members of a set', new Set(['a', 'b']), new Set(['b', 'a']), first],
  ['members that are objects', new Set([{ n: 1 }, { n: 2 }]), new Set([{ n: 2 }, { n: 1 }]), (set: Set<{ n: number }>) => [...set][0]?.n], // prettier-ignore
  ['entries of a map', new Map([['a', 1], ['b', 2]]), new Map([['b', 2], ['a', 1]]), (map: Map<string, number>) => first(map.keys())], // prettier-ignore
  ['entries by objects', new Map([[{ n: 1 }, 0], [{ n: 2 }, 0]]), new Map([[{ n: 2 }, 0], [{ n: 1 }, 0]]), (map: Map<{ n: number }, 0>) => [...map.keys()][0]?.n], // prettier-ignore
  ['fields of an object', { a: 1, b: 2 }, { b: 2, a: 1 }, firstField],
  ['fields by symbols', { [Symbol.for('a')]: 1, [Symbol.for('b')]: 1 }, { [Symbol.for('b')]: 1, [Symbol.for('a')]: 1 }, firstField], // prettier-ignore
  ['fields further in', { x: [new Set(['a', 'b'])] }, { x: [new Set(['b', 'a'])] }, ({ x: [set] }: { x: [Set<string>] }) => first(set)], // prettier-ignore
  ['a hole and undefined', [undefined], Object.assign([], { length: 1 }), (list: object) => 0 in list], // prettier-ignore
  ['a prototype', {}, Object.create(null), (object: object) => 'toString' in object],
  ['a field that is not listed', {}, Object.defineProperty({}, 'a', { value: 1 }), (object: object) => 'a' in object], // prettier-ignore
  ['a field of an array', [1], Object.assign([1], { index: 0 }), (list: object) => 'index' in list],
  ['one object in two places', { a: one, b: one }, { a: one, b: { n: 1 } }, ({ a, b }: { a: object; b: object }) => a === b], // prettier-ignore
  ['private fields', new Waiting('a', 'b'), new Waiting('b', 'a'), ({ next }: Waiting) => next],
]

/** Not the private fields: an instance that shows none of them is equal to itself alone, too. */
const structural = rows.filter(([what]) => what !== 'private fields')

describe('the identity of states', () => {
  it('a set that serves as a queue: who is served first depends on who came first', () => {
    const system = deciderSystem(counter, ['a', 'b', 'serve'])
    const report = explore(system, {
      invariants: { 'b is never served first': ({ served }) => served !== 'b' },
    })
    expect(report.extent).toStrictEqual({ type: 'Complete' })
    const verdict = report.invariants['b is never served first']
    const way = verdict?.type === 'Broken' ? verdict.trace.steps.map(({ action }) => action) : []
    expect(way).toStrictEqual(['b', 'a', 'serve'])
  })

  it.each(rows)('states that a decider can tell apart are two: %s', (_, a, b, look) => {
    // each row looks at values of its own kind
    const read = look as (value: unknown) => unknown
    expect(read(a)).not.toStrictEqual(read(b))
    const report = explore(either(a, b, read), {
      stepInvariants: {
        'sees the one': (_state, action, events) => action !== 'look' || events[0] === read(a),
        'sees the other': (_state, action, events) => action !== 'look' || events[0] === read(b),
      },
    })
    expect(report).toMatchObject({
      extent: { type: 'Complete' },
      states: 3,
      stepInvariants: { 'sees the one': { type: 'Broken' }, 'sees the other': { type: 'Broken' } },
    })
  })

  it.each(structural)('who knows better merges what is equal: %s', (_, a, b) => {
    expect(explore(either(a, b, () => 0), { identity: 'Structural' }).states).toBe(2) // prettier-ignore
  })

  it('copies are one state, whatever they are made of', () => {
    const kinds = { withDate: true, withMap: true, withSet: true, withTypedArray: true }
    fc.assert(
      fc.property(fc.anything(kinds), (value) => {
        const { states } = explore(either(value, structuredClone(value), () => 0))
        expect(states).toBe(2)
      }),
    )
  })

  it('canonical values are compared like states', () => {
    const system = either(new Set([1, 2]), new Set([2, 1]), () => 0)
    const canonical = ({ value }: { readonly value?: ReadonlySet<number> }) => value ?? 0
    expect(explore(system, { canonical }).states).toBe(3)
    expect(explore(system, { canonical, identity: 'Structural' }).states).toBe(2)
    const sorted = ({ value }: { readonly value?: ReadonlySet<number> }) =>
      [...(value ?? [])].sort((x, y) => x - y)
    expect(explore(system, { canonical: sorted }).states).toBe(2)
  })

  it('commands that differ in the order of their parts are all tried', () => {
    const system = deciderSystem<ReadonlySet<Name>, Name | 'none', Name, string>(
      {
        initialState: 'none',
        decide: (names) => right([...names].slice(0, 1)),
        evolve: (_, name) => name,
        isTerminal: () => false,
      },
      [new Set<Name>(['a', 'b']), new Set<Name>(['b', 'a']), new Set<Name>(['a', 'b'])],
    )
    for (const identity of ['Observable', 'Structural'] as const) {
      expect(explore(system, { identity })).toMatchObject({ states: 3, transitions: 6 })
    }
  })

  it('notices that somebody changed the order in a state', () => {
    const system = either(new Set([1, 2]), new Set([1]), (set) => {
      // a decider must not do this
      set.delete(1)
      set.add(1)
    })
    expect(explore(system).extent).toStrictEqual({ type: 'Faulty' })
  })
})
