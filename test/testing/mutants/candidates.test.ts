import { left, right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { Decider } from '../../../src/Decider.ts'
import { showMutation } from '../../../src/testing/mutants/mutation.ts'
import { witness } from '../../../src/testing/mutants/candidates.ts'

interface Put {
  readonly type: 'Put'
  readonly amount: number
}
interface Event {
  readonly type: 'Added' | 'Counted'
  readonly amount: number
}
interface Box {
  readonly sum: number
  readonly room: number
}
interface Rejection {
  readonly type: 'Full' | 'Closed'
  readonly room: number
}

/** Holds ten; of nothing, nothing comes; what is counted is not kept. */
const box: Decider<Put, Box, Event, Rejection> = {
  initialState: { sum: 0, room: 10 },
  decide: ({ amount }, { room }) =>
    amount > room
      ? left({ type: 'Full', room })
      : right(
          amount === 0
            ? []
            : [
                { type: 'Added', amount },
                { type: 'Counted', amount: 1 },
              ],
        ),
  evolve: ({ sum, room }, { type, amount }) =>
    type === 'Added' ? { sum: sum + amount, room: room - amount } : { sum, room },
  isTerminal: ({ room }) => room === 0,
}

const put = (amount: number): Put => ({ type: 'Put', amount })

const watch = (rejections: ReadonlyArray<Rejection> = []) => {
  const { decider, ...seen } = witness(box, { commands: [], events: [], rejections })
  return {
    ...seen,
    ...decider,
    texts: () => seen.mutations().map(showMutation),
  }
}

describe('a witness', () => {
  it('counts the calls, and those to decide', () => {
    const watched = watch()
    expect(watched.calls()).toStrictEqual({ all: 0, decide: 0 })
    watched.decide(put(1), box.initialState)
    watched.decide(put(0), box.initialState)
    watched.evolve(box.initialState, { type: 'Added', amount: 1 })
    watched.isTerminal(box.initialState)
    expect(watched.calls()).toStrictEqual({ all: 4, decide: 2 })
  })

  it('finds what makes a difference to the events of a command, each once', () => {
    const watched = watch()
    watched.decide(put(2), box.initialState)
    watched.decide(put(3), box.initialState)
    expect(watched.texts()).toStrictEqual([
      'Added leaves the state as it is',
      'Counted leaves the state as it is',
      'Put does not emit Added',
      'Put does not emit Counted',
      'Put emits Added twice',
      'Put emits Added with amount one less',
      'Put emits Added with amount one more',
      'Put emits Counted before Added',
      'Put emits Counted twice',
      'Put emits Counted with amount one less',
      'Put emits Counted with amount one more',
    ])
  })

  it('finds no difference in two events that are the same, the other way round', () => {
    const twice: typeof box = { ...box, decide: ({ amount }) => right(Array(2).fill({ type: 'Added', amount })) } // prettier-ignore
    const { decider, mutations } = witness(twice, { commands: [], events: [], rejections: [] })
    decider.decide(put(1), box.initialState)
    expect(new Set(mutations().map(({ type }) => type))).toStrictEqual(
      new Set(['IgnoreEvent', 'DropEvent', 'DuplicateEvent', 'ChangeNumber']),
    )
  })

  it('finds what makes a difference to a state, and none where it stays the same', () => {
    const watched = watch()
    watched.evolve(box.initialState, { type: 'Counted', amount: 1 })
    expect(watched.texts()).toStrictEqual([])
    watched.evolve(box.initialState, { type: 'Added', amount: 1 })
    watched.isTerminal(box.initialState)
    expect(watched.texts()).toStrictEqual([
      'Added leaves room as it is',
      'Added leaves sum as it is',
      'Added leaves the state as it is',
      'a state that is not terminal is said to be',
    ])
  })

  it('finds a few of the many keys that come with an event', () => {
    const names: Decider<string, Record<string, number>, { type: string; name: string }, never> = {
      initialState: {},
      decide: (name) => right([{ type: 'Named', name }]),
      evolve: (state, { name }) => ({ ...state, [name]: 1 }),
      isTerminal: () => false,
    }
    const { decider, mutations } = witness(names, { commands: [], events: [], rejections: [] })
    const found = (type: string) => mutations().filter((m) => 'event' in m && m.event === type)
    for (let i = 0; i < 100; i++) decider.evolve({}, { type: 'Named', name: `a${i}` })
    for (let i = 0; i < 100; i++) decider.evolve({ a: 0 }, { type: 'Again', name: 'a' })
    decider.evolve({}, { type: 'Again', name: 'b' })
    expect(found('Named').map(({ type }) => type)).toStrictEqual([
      ...Array(8).fill('ForgetField'),
      'IgnoreEvent',
    ])
    expect(found('Again').map(showMutation)).toStrictEqual([
      'Again leaves a as it is',
      'Again leaves b as it is',
      'Again leaves the state as it is',
    ])
  })

  it('finds a few of the many keys that go with an event', () => {
    const names: Decider<string, Readonly<Record<string, number>>, { type: string }, never> = {
      initialState: {},
      decide: () => right([{ type: 'Cleared' }]),
      evolve: () => ({}),
      isTerminal: () => false,
    }
    const { decider, mutations } = witness(names, { commands: [], events: [], rejections: [] })
    for (let i = 0; i < 100; i++) decider.evolve({ [`a${i}`]: 1 }, { type: 'Cleared' })
    expect(mutations().map(({ type }) => type)).toStrictEqual([
      ...Array(8).fill('ForgetField'),
      'IgnoreEvent',
    ])
  })

  it('finds each of the fields that change with an event, however many', () => {
    const fields = Array.from({ length: 20 }, (_, i) => `f${i}`)
    const all = (n: number) => Object.fromEntries(fields.map((field) => [field, n]))
    const raised: Decider<string, Readonly<Record<string, number>>, { type: string }, never> = {
      initialState: all(0),
      decide: () => right([{ type: 'Raised' }]),
      evolve: () => all(1),
      isTerminal: () => false,
    }
    const { decider, mutations } = witness(raised, { commands: [], events: [], rejections: [] })
    decider.evolve(all(0), { type: 'Raised' })
    expect(mutations().filter(({ type }) => type === 'ForgetField')).toHaveLength(20)
  })

  it('finds no rule to skip where a command never emits', () => {
    const watched = watch()
    watched.decide(put(0), box.initialState)
    watched.decide(put(11), box.initialState)
    expect(watched.material.donors).toStrictEqual(new Map())
    expect(watched.texts()).toStrictEqual([
      'Put is accepted with no event, instead of rejected with Full',
      'Put is rejected with Full, instead of accepted with no event',
    ])
  })

  it('finds each rule that can be skipped or told otherwise', () => {
    const watched = watch([{ type: 'Closed', room: 0 }])
    watched.decide(put(1), box.initialState)
    watched.decide(put(11), box.initialState)
    const rules = watched.texts().filter((text) => !/emit |leaves|nothing/.test(text))
    expect(rules).toStrictEqual([
      'Put emits Added twice',
      'Put emits Added with amount one less',
      'Put emits Added with amount one more',
      'Put emits Counted before Added',
      'Put emits Counted twice',
      'Put emits Counted with amount one less',
      'Put emits Counted with amount one more',
      'Put is accepted with no event, instead of rejected with Full',
      'Put is accepted with the events it emits elsewhere, instead of rejected with Full',
      'Put is rejected with Closed, instead of Full',
      'Put is rejected with Full, instead of accepted with Added, Counted',
    ])
  })

  it('finds that an event is emitted which nobody folds', () => {
    const watched = watch()
    watched.decide(put(1), box.initialState)
    expect(watched.texts()).toContain('Added leaves the state as it is')
  })

  it('finds both answers about the end once a state is the end, whether or not it is asked', () => {
    const watched = watch()
    const ends = () => watched.texts().filter((text) => text.includes('terminal'))
    watched.decide(put(1), box.initialState)
    expect(ends()).toStrictEqual([])
    watched.evolve(box.initialState, { type: 'Added', amount: 10 })
    expect(ends()).toStrictEqual([
      'a state that is not terminal is said to be',
      'a terminal state is said not to be terminal',
    ])
  })

  it('goes on where isTerminal throws', () => {
    const torn: typeof box = { ...box, isTerminal: () => { throw new Error('torn') } } // prettier-ignore
    const { decider, mutations } = witness(torn, { commands: [], events: [], rejections: [] })
    expect(decider.decide(put(0), box.initialState)).toStrictEqual(right([]))
    expect(mutations().map(showMutation)).toStrictEqual([
      'Put is accepted with no event, whatever the state',
    ])
  })

  it('has a mutation for each kind that is known, and says it once', () => {
    const { decider, mutations } = witness(box, {
      commands: ['Put', 'Take', 'Take'],
      events: ['Added', 'Taken'],
      rejections: [
        { type: 'Full', room: 0 },
        { type: 'Closed', room: 0 },
      ],
    })
    decider.decide(put(0), box.initialState)
    decider.evolve(box.initialState, { type: 'Added', amount: 1 })
    decider.decide(put(11), box.initialState)
    expect(mutations().map(showMutation)).toStrictEqual([
      'Added leaves room as it is',
      'Added leaves sum as it is',
      'Added leaves the state as it is',
      'Put is accepted with no event, instead of rejected with Full',
      'Put is rejected with Closed, instead of Full',
      'Put is rejected with Full, instead of accepted with no event',
      'Take is accepted with no event, whatever the state',
      'Taken leaves the state as it is',
      'nothing is rejected with Closed',
    ])
  })

  it('takes a kind for seen where one of its parts was', () => {
    const raised: Decider<string, number, never, object> = {
      initialState: 0,
      decide: () => left({ type: 'Failed', rejection: 'NoFunds' }),
      evolve: (n) => n,
      isTerminal: () => false,
    }
    const known = { commands: [], events: [], rejections: [{ type: 'Failed' }] }
    const { decider, mutations } = witness(raised, known)
    decider.decide('go', 0)
    expect(mutations().map(({ type }) => type)).not.toContain('IgnoreRejection')
  })

  it('keeps a few of the commands of each kind, each once', () => {
    const watched = watch()
    for (const amount of [1, 1, 2, 3, 4, 5, 6, 7, 8, 9]) {
      watched.decide(put(amount), box.initialState)
    }
    expect(watched.commands()).toStrictEqual([1, 2, 3, 4, 5, 6, 7, 8].map(put))
    const echo: Decider<number, number, never, never> = {
      initialState: 0,
      decide: () => right([]),
      evolve: (n) => n,
      isTerminal: () => false,
    }
    const many = witness(echo, { commands: [], events: [], rejections: [] })
    for (let n = 0; n < 200; n++) many.decider.decide(n, 0)
    expect(many.commands()).toHaveLength(100)
  })

  it('keeps the first rejection of each kind, and those it was given', () => {
    const watched = watch([{ type: 'Closed', room: 0 }])
    watched.decide(put(11), box.initialState)
    watched.decide(put(11), { sum: 1, room: 9 })
    expect([...watched.material.rejections]).toStrictEqual([
      ['Closed', { type: 'Closed', room: 0 }],
      ['Full', { type: 'Full', room: 10 }],
    ])
    const given = watch([{ type: 'Full', room: 1 }])
    given.decide(put(11), box.initialState)
    expect([...given.material.rejections]).toStrictEqual([['Full', { type: 'Full', room: 1 }]])
  })

  it('keeps the command, the state and the events of an occasion', () => {
    const watched = watch()
    watched.decide(put(2), box.initialState)
    expect([...watched.material.donors]).toStrictEqual([
      [
        'Put',
        [
          {
            command: put(2),
            state: box.initialState,
            events: [
              { type: 'Added', amount: 2 },
              { type: 'Counted', amount: 1 },
            ],
          },
        ],
      ],
    ])
  })

  it('keeps eight occasions of a command, the last of which is of a new list of events', () => {
    const parity: Decider<Put, Box, Event, Rejection> = {
      ...box,
      decide: ({ amount }) => right([{ type: amount === 20 ? 'Counted' : 'Added', amount }]),
    }
    const { decider, material } = witness(parity, { commands: [], events: [], rejections: [] })
    const amounts = [...Array.from({ length: 20 }, (_, i) => i), 20, 21]
    for (const amount of amounts) decider.decide(put(amount), box.initialState)
    const kept = material.donors.get('Put') ?? []
    expect(kept.map(({ command }) => command.amount)).toStrictEqual([0, 1, 2, 3, 4, 5, 6, 20])
    expect(kept.at(-1)?.events).toStrictEqual([{ type: 'Counted', amount: 20 }])
  })
})
