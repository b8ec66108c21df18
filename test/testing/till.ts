// A small decider that keeps every law, to plant bugs in: a till that takes amounts until it closes.
import fc from 'fast-check'
import { left, right } from 'fp-ts/lib/Either.js'
import type { EventCodec } from '../../src/codec/EventCodec.ts'
import type { Decider } from '../../src/Decider.ts'
import type { LawOptions } from '../../src/testing/laws.ts'
import type { OldEvent } from '../../src/testing/laws/report.ts'
import { plain } from '../support/plain.ts'

export type Command =
  | { readonly type: 'Add'; readonly n: number }
  | { readonly type: 'Set'; readonly n: number }
  | { readonly type: 'Close' }
export type Event =
  | { readonly type: 'Added'; readonly n: number }
  | { readonly type: 'WasSet'; readonly n: number }
  | { readonly type: 'Closed' }
export interface State {
  readonly n: number
  readonly closed: boolean
}
export type Rejection = 'TooMuch' | 'AlreadyClosed'
export type Till = Decider<Command, State, Event, Rejection>

export const till: Till = {
  initialState: { n: 0, closed: false },
  decide: (command, { n, closed }) => {
    switch (command.type) {
      case 'Add':
        if (closed) return left('AlreadyClosed')
        return command.n > 5 ? left('TooMuch') : right([{ type: 'Added', n: command.n }])
      case 'Set':
        if (command.n === n) return right([])
        return closed ? left('AlreadyClosed') : right([{ type: 'WasSet', n: command.n }])
      case 'Close':
        return right(closed ? [] : [{ type: 'Closed' }])
    }
  },
  evolve: (state, event) => {
    if (state.closed) return state
    switch (event.type) {
      case 'Added':
        return event.n < 0 ? state : { n: state.n + event.n, closed: false }
      case 'WasSet':
        return event.n < 0 ? state : { n: event.n, closed: false }
      case 'Closed':
        return { n: state.n, closed: true }
    }
  },
  isTerminal: ({ closed }) => closed,
}

const just = <T extends string>(type: T) => fc.constant(type)
const amount = fc.integer({ min: 1, max: 9 })

export const command: fc.Arbitrary<Command> = fc.oneof<Array<fc.WeightedArbitrary<Command>>>(
  { weight: 5, arbitrary: plain({ type: just('Add'), n: amount }) },
  { weight: 4, arbitrary: plain({ type: just('Set'), n: amount }) },
  { weight: 1, arbitrary: plain({ type: just('Close') }) },
)

const stray = fc.oneof(fc.integer({ min: -20, max: -1 }), fc.integer({ min: 0, max: 1_000 }))

export const event: fc.Arbitrary<Event> = fc.oneof<Array<fc.Arbitrary<Event>>>(
  plain({ type: just('Added'), n: stray }),
  plain({ type: just('WasSet'), n: stray }),
  plain({ type: just('Closed') }),
)

export const codec: EventCodec<Event> = {
  types: ['Added', 'WasSet', 'Closed'],
  encode: (e) => right({ type: e.type, schemaVersion: 1, data: e.type === 'Closed' ? null : e.n }),
  decode: ({ type, data }) => {
    if (type === 'Closed') return right({ type })
    if (typeof data === 'number' && (type === 'Added' || type === 'WasSet')) {
      return right({ type, n: data })
    }
    return left({
      eventType: type,
      schemaVersion: 1,
      issues: [{ path: [], expected: 'an amount', actual: data }],
    })
  },
}

export type Options = LawOptions<Command, State, Event, Rejection>

export const old: ReadonlyArray<OldEvent<Event>> = [
  { encoded: { type: 'Added', schemaVersion: 1, data: 3 }, becomes: { type: 'Added', n: 3 } },
]

export const applies = (_: Event, { closed }: State): boolean => !closed

/** What holds of the till, but for its codec and for which events apply. */
export const bare = {
  command,
  // a planted bug is there to be found in every run: what finds it does not change from day to day
  runs: 25,
  seed: 1,
  length: 40,
  event,
  idempotent: ({ type }) => type !== 'Add',
  invariants: { 'the amount is not negative': ({ n }) => n >= 0 },
  decisions: {
    'nothing is refused as too much but too much': (c, _, decision) =>
      decision._tag === 'Right' || decision.left !== 'TooMuch' || (c.type === 'Add' && c.n > 5),
  },
  changes: { 'what is closed stays closed': (before, _, after) => !before.closed || after.closed },
} satisfies Options

export const options: Options = { ...bare, applies, codec, old }
