// Two jugs of 3 and 5 litres, a tap and a sink.
import type { Decider } from '../../src/Decider.ts'

export type Jug = 'small' | 'big'

export interface Jugs {
  readonly small: number
  readonly big: number
}

export type JugCommand =
  | { readonly type: 'Fill'; readonly jug: Jug }
  | { readonly type: 'Empty'; readonly jug: Jug }
  | { readonly type: 'Pour'; readonly from: Jug }

export type JugEvent =
  | { readonly type: 'Filled'; readonly jug: Jug }
  | { readonly type: 'Emptied'; readonly jug: Jug }
  | { readonly type: 'Poured'; readonly from: Jug; readonly litres: number }

export type JugRejection = { readonly type: 'NothingToPour' } | { readonly type: 'NoRoom' }

const size: Jugs = { small: 3, big: 5 }
const other = (jug: Jug): Jug => (jug === 'small' ? 'big' : 'small')

export const jugs: Decider<JugCommand, Jugs, JugEvent, JugRejection> = {
  initialState: { small: 0, big: 0 },
  decide: (command, state) => {
    switch (command.type) {
      case 'Fill':
        return { _tag: 'Right', right: [{ type: 'Filled', jug: command.jug }] }
      case 'Empty':
        return { _tag: 'Right', right: [{ type: 'Emptied', jug: command.jug }] }
      case 'Pour': {
        const { from } = command
        const to = other(from)
        const litres = Math.min(state[from], size[to] - state[to])
        if (state[from] === 0) return { _tag: 'Left', left: { type: 'NothingToPour' } }
        if (litres === 0) return { _tag: 'Left', left: { type: 'NoRoom' } }
        return { _tag: 'Right', right: [{ type: 'Poured', from, litres }] }
      }
    }
  },
  evolve: (state, event) => {
    switch (event.type) {
      case 'Filled':
        return { ...state, [event.jug]: size[event.jug] }
      case 'Emptied':
        return { ...state, [event.jug]: 0 }
      case 'Poured': {
        const { from, litres } = event
        const to = other(from)
        return { ...state, [from]: state[from] - litres, [to]: state[to] + litres }
      }
    }
  },
  isTerminal: () => false,
}

export const jugCommands: ReadonlyArray<JugCommand> = (['small', 'big'] as const).flatMap(
  (jug): ReadonlyArray<JugCommand> => [
    { type: 'Fill', jug },
    { type: 'Empty', jug },
    { type: 'Pour', from: jug },
  ],
)
