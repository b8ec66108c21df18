import { left, right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { Decider } from '../../../src/Decider.ts'
import { mutate } from '../../../src/testing/mutants/mutate.ts'
import type { Mutation } from '../../../src/testing/mutants/mutation.ts'
import type { MutantMaterial } from '../../../src/testing/mutants/candidates.ts'

interface Command {
  readonly type: 'Emit' | 'Other'
  /** The types of the events that it emits; rejected with the name where it is one. */
  readonly list: string
  readonly note?: string
}
interface Event {
  readonly type: string
  readonly n: number
  readonly list?: string
  readonly note?: string
}
interface State {
  readonly open: boolean
  readonly last: string
  readonly count: number
}
interface Rejection {
  readonly type: string
}

/** Emits an event of each letter, numbered from 0; rejects what begins with `No`, and all once shut. */
const letters: Decider<Command, State, Event, Rejection> = {
  initialState: { open: true, last: '', count: 0 },
  decide: ({ list }, { open }) =>
    !open || list.startsWith('No')
      ? left({ type: open ? list : 'NoMore' })
      : right(Array.from(list, (type, n) => ({ type, n }))),
  evolve: ({ open, count }, { type }) => ({ open, last: type, count: count + 1 }),
  isTerminal: ({ open }) => !open,
}
const state = letters.initialState
const shut = { ...state, open: false }

const emit = (list: string): Command => ({ type: 'Emit', list })

const nothing: MutantMaterial<Command, State, Event, Rejection> = {
  donors: new Map(),
  rejections: new Map([['NoWay', { type: 'NoWay' }]]),
}

const mutant = (mutation: Mutation, material = nothing) => {
  const probe = { reached: false, changed: false }
  return { ...mutate(letters, mutation, material, probe), probe }
}

/** The types and numbers of what the mutant emits. */
const emitted = (mutation: Mutation, list: string, type: Command['type'] = 'Emit') => {
  const decision = mutant(mutation).decide({ type, list }, state)
  return decision._tag === 'Left'
    ? decision.left.type
    : decision.right.map((event) => `${event.type}${event.n}`).join(' ')
}

describe('a mutant', () => {
  it('does not emit the first event of a kind', () => {
    const drop: Mutation = { type: 'DropEvent', command: 'Emit', event: 'B' }
    expect(emitted(drop, 'ABCB')).toBe('A0 C2 B3')
    expect(emitted(drop, 'AC')).toBe('A0 C1')
    expect(emitted(drop, 'ABC', 'Other')).toBe('A0 B1 C2')
  })

  it('emits the first event of a kind twice', () => {
    const twice: Mutation = { type: 'DuplicateEvent', command: 'Emit', event: 'B' }
    expect(emitted(twice, 'ABCB')).toBe('A0 B1 B1 C2 B3')
    expect(emitted(twice, 'AC')).toBe('A0 C1')
  })

  it('emits two neighbours the other way round', () => {
    const swap: Mutation = { type: 'SwapEvents', command: 'Emit', first: 'A', second: 'B' }
    expect(emitted(swap, 'CBABAB')).toBe('C0 B1 B3 A2 A4 B5')
    expect(emitted(swap, 'BACB')).toBe('B0 A1 C2 B3')
    expect(emitted(swap, 'CA')).toBe('C0 A1')
  })

  it('emits a number that is one off', () => {
    const off = (by: 1 | -1): Mutation => ({
      type: 'ChangeNumber',
      command: 'Emit',
      event: 'B',
      path: ['n'],
      by,
    })
    expect(emitted(off(1), 'ABB')).toBe('A0 B2 B2')
    expect(emitted(off(-1), 'ABB')).toBe('A0 B0 B2')
  })

  it('accepts with no event what is rejected for a reason, and for no other', () => {
    const swallow: Mutation = { type: 'SwallowRejection', command: 'Emit', rejection: 'NoWay' }
    expect(emitted(swallow, 'NoWay')).toBe('')
    expect(emitted(swallow, 'NoOther')).toBe('NoOther')
    expect(emitted(swallow, 'AB')).toBe('A0 B1')
    const emits = { command: emit('A'), state, events: [{ type: 'A', n: 0 }] }
    const material = { ...nothing, donors: new Map([['Emit', [emits]]]) }
    expect(mutant(swallow, material).decide(emit('NoWay'), state)).toStrictEqual(right([]))
  })

  it('rejects for another reason', () => {
    const other: Mutation = {
      type: 'OtherRejection',
      command: 'Emit',
      rejection: 'NoOther',
      instead: 'NoWay',
    }
    expect(emitted(other, 'NoOther')).toBe('NoWay')
    expect(emitted(other, 'NoThird')).toBe('NoThird')
  })

  it('rejects what is accepted with a list of events, and with no other', () => {
    const refuse: Mutation = {
      type: 'RejectAccepted',
      command: 'Emit',
      events: ['A', 'B'],
      rejection: 'NoWay',
    }
    expect(emitted(refuse, 'AB')).toBe('NoWay')
    expect(emitted(refuse, 'ABC')).toBe('A0 B1 C2')
    expect(emitted(refuse, 'NoOther')).toBe('NoOther')
    expect(emitted(refuse, 'NoWay')).toBe('NoWay')
  })

  it('leaves the state, or one field of it, as it is', () => {
    const event: Event = { type: 'A', n: 0 }
    const ignores = mutant({ type: 'IgnoreEvent', event: 'A' })
    expect(ignores.evolve(state, event)).toBe(state)
    const forgets = mutant({ type: 'ForgetField', event: 'A', path: ['last'] })
    expect(forgets.evolve(state, event)).toStrictEqual({ open: true, last: '', count: 1 })
    const b: Event = { type: 'B', n: 0 }
    expect(forgets.evolve(state, b)).toStrictEqual({ open: true, last: 'B', count: 1 })
  })

  it('says otherwise of states that are terminal, or that are not', () => {
    const ends = (terminal: boolean) =>
      [state, shut].map(mutant({ type: 'FlipTerminal', terminal }).isTerminal)
    expect([ends(true), ends(false)]).toStrictEqual([
      [false, false],
      [true, true],
    ])
  })

  it('knows whether its place was reached, and whether anything came out otherwise', () => {
    const drop = mutant({ type: 'DropEvent', command: 'Emit', event: 'B' })
    drop.decide(emit('AC'), state)
    drop.evolve(state, { type: 'B', n: 0 })
    expect(drop.probe).toStrictEqual({ reached: false, changed: false })
    drop.decide(emit('AB'), state)
    expect(drop.probe).toStrictEqual({ reached: true, changed: true })
    const forgets = mutant({ type: 'ForgetField', event: 'A', path: ['last'] })
    forgets.evolve({ ...state, last: 'A' }, { type: 'A', n: 0 })
    expect(forgets.probe).toStrictEqual({ reached: true, changed: false })
  })
})

describe('a rule that is gone', () => {
  const skip = (rejection: string): Mutation => ({ type: 'SkipRule', command: 'Emit', rejection })
  const donor = (before: State, command: Command, ...events: ReadonlyArray<Event>) => ({
    command,
    state: before,
    events,
  })
  const decided = (
    rejection: string,
    command: Command,
    before: State,
    ...donors: ReadonlyArray<ReturnType<typeof donor>>
  ) => {
    const material = { ...nothing, donors: new Map([['Emit', donors]]) }
    return mutant(skip(rejection), material).decide(command, before)
  }

  it('lets a command do what it does in the first state where it emits', () => {
    const elsewhere = decided('NoMore', emit('A'), shut, donor(shut, emit('B')), donor(state, emit('B'))) // prettier-ignore
    expect(elsewhere).toStrictEqual(right([{ type: 'A', n: 0 }]))
    const empty = decided('NoMore', emit(''), shut, donor(state, emit('B'), { type: 'B', n: 0 }))
    expect(empty).toStrictEqual(right([{ type: 'B', n: 0 }]))
  })

  it('lets it do what another one did, with its own fields in place of those', () => {
    const command: Command = { type: 'Emit', list: 'NoWay', note: 'mine' }
    const other: Command = { type: 'Emit', list: 'A', note: 'theirs' }
    const event: Event = { type: 'A', n: 0, list: 'A', note: 'theirs' }
    const noted = decided('NoWay', command, state, donor(state, other, event))
    expect(noted).toStrictEqual(right([{ type: 'A', n: 0, list: 'NoWay', note: 'mine' }]))
    const kept = decided('NoWay', command, state, donor(state, other, { ...event, note: 'ours' }))
    expect(kept).toStrictEqual(right([{ type: 'A', n: 0, list: 'NoWay', note: 'ours' }]))
    const without = decided('NoWay', emit('NoWay'), state, donor(state, other, event))
    expect(without).toStrictEqual(right([{ type: 'A', n: 0, list: 'NoWay', note: 'theirs' }]))
  })

  it('lets it do nothing where it was never seen to do anything', () => {
    expect(mutant(skip('NoWay')).decide(emit('NoWay'), state)).toStrictEqual(right([]))
    expect(decided('NoWay', emit('NoWay'), state)).toStrictEqual(right([]))
  })
})
