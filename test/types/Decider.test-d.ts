import type { Either } from 'fp-ts/lib/Either.js'
import { left, right } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import { expectTypeOf, it } from 'vitest'
import type { Decider, Transition } from '../../src/Decider.ts'
import {
  contramapCommand,
  imapEvent,
  imapState,
  mapRejection,
  run,
  transition,
  transitionAll,
} from '../../src/Decider.ts'
import type { Projection } from '../../src/Projection.ts'
import { replay, replayFrom, states } from '../../src/Projection.ts'

type On = { readonly type: 'SwitchOn' }
type Off = { readonly type: 'SwitchOff' }
type Command = On | Off
type Event = { readonly type: 'SwitchedOn' } | { readonly type: 'SwitchedOff' }
type Rejection = { readonly type: 'AlreadyOff' }
type State = { readonly on: boolean }
type Lamp = Decider<Command, State, Event, Rejection>

const lamp: Lamp = {
  initialState: { on: false },
  decide: (command, { on }) => {
    switch (command.type) {
      case 'SwitchOn':
        return right(on ? [] : [{ type: 'SwitchedOn' }])
      case 'SwitchOff':
        return on ? right([{ type: 'SwitchedOff' }]) : left({ type: 'AlreadyOff' })
    }
  },
  evolve: (_, event) => ({ on: event.type === 'SwitchedOn' }),
  isTerminal: () => false,
}

it('running needs no annotations', () => {
  expectTypeOf(transition(lamp)({ type: 'SwitchOn' }, { on: true })).toEqualTypeOf<
    Either<Rejection, Transition<State, Event>>
  >()
  expectTypeOf(transitionAll(lamp)([{ type: 'SwitchOn' }], { on: true })).toEqualTypeOf<
    Either<{ readonly index: number; readonly rejection: Rejection }, Transition<State, Event>>
  >()
  expectTypeOf(run(lamp)([{ type: 'SwitchOn' }])).toEqualTypeOf<{
    readonly events: ReadonlyArray<Event>
    readonly state: State
    readonly outcomes: ReadonlyArray<Either<Rejection, ReadonlyArray<Event>>>
  }>()
  expectTypeOf(replay(lamp)([{ type: 'SwitchedOn' }])).toEqualTypeOf<State>()
  expectTypeOf(replayFrom(lamp)({ on: true }, [])).toEqualTypeOf<State>()
  expectTypeOf(states(lamp)([])).toEqualTypeOf<ReadonlyNonEmptyArray<State>>()
  expectTypeOf(states(lamp)([])[0]).toEqualTypeOf<State>()
})

it('maps read the types of the decider they are piped to', () => {
  expectTypeOf(
    pipe(
      lamp,
      mapRejection((rejection) => rejection.type),
    ),
  ).toEqualTypeOf<Decider<Command, State, Event, 'AlreadyOff'>>()
  expectTypeOf(
    pipe(
      lamp,
      imapState(
        (state) => state.on,
        (on) => ({ on }),
      ),
    ),
  ).toEqualTypeOf<Decider<Command, boolean, Event, Rejection>>()
  expectTypeOf(
    pipe(
      lamp,
      imapEvent(
        (event) => [event],
        ([event]) => event ?? { type: 'SwitchedOff' },
      ),
    ),
  ).toEqualTypeOf<Decider<Command, State, Array<Event>, Rejection>>()
  // the new command is all that has to be said
  expectTypeOf(
    pipe(
      lamp,
      contramapCommand((on: boolean): Command => ({ type: on ? 'SwitchOn' : 'SwitchOff' })),
    ),
  ).toEqualTypeOf<Decider<boolean, State, Event, Rejection>>()
})

it('a foreign command does not compile', () => {
  // @ts-expect-error a lamp is not dimmed
  lamp.decide({ type: 'Dim' }, { on: true })
  // @ts-expect-error a lamp is not dimmed
  transition(lamp)({ type: 'Dim' }, { on: true })
  // @ts-expect-error a lamp is not dimmed
  run(lamp)([{ type: 'Dim' }])
  // @ts-expect-error a lamp is not dimmed
  transitionAll(lamp)([{ type: 'SwitchOn' }, { type: 'Dim' }], { on: true })
})

it('a foreign event or state does not compile', () => {
  // @ts-expect-error no such event
  replay(lamp)([{ type: 'Dimmed' }])
  // @ts-expect-error no such state
  replayFrom(lamp)({ on: 'a little' }, [])
  // @ts-expect-error no such state
  transition(lamp)({ type: 'SwitchOn' }, true)
})

it('a missing case of decide does not compile', () => {
  const forgetful: Lamp = {
    ...lamp,
    // @ts-expect-error SwitchOff is not decided
    decide: (command) => {
      // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- what is tested
      switch (command.type) {
        case 'SwitchOn':
          return right([{ type: 'SwitchedOn' }])
      }
    },
  }
  expectTypeOf(forgetful).toEqualTypeOf<Lamp>()
})

it('a missing case of evolve does not compile', () => {
  const forgetful: Projection<State, Event> = {
    initialState: { on: false },
    // @ts-expect-error SwitchedOff is not folded
    evolve: (_, event) => {
      // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- what is tested
      switch (event.type) {
        case 'SwitchedOn':
          return { on: true }
      }
    },
  }
  expectTypeOf(forgetful).toEqualTypeOf<Projection<State, Event>>()
})

it('an event or a rejection that is not declared does not compile', () => {
  // @ts-expect-error no such event
  const dimmer: Lamp = { ...lamp, decide: () => right([{ type: 'Dimmed' }]) }
  // @ts-expect-error no such rejection
  const broken: Lamp = { ...lamp, decide: () => left({ type: 'Broken' }) }
  expectTypeOf([dimmer, broken]).toEqualTypeOf<Array<Lamp>>()
})

it('a decider, its states and what it emits are read-only', () => {
  const { events, state, outcomes } = run(lamp)([])
  // @ts-expect-error deciders are values
  lamp.initialState = { on: true }
  // @ts-expect-error states are read-only
  state.on = true
  // @ts-expect-error nothing is added to what happened
  events.push({ type: 'SwitchedOn' })
  // @ts-expect-error nothing is added to the outcomes
  outcomes.push(right([]))
  for (const event of events) {
    // @ts-expect-error events are read-only
    event.type = 'SwitchedOn'
  }
})

it('commands: a decider of more of them stands in for one of fewer, not the other way round', () => {
  expectTypeOf<Lamp>().toExtend<Decider<On, State, Event, Rejection>>()
  expectTypeOf<Decider<On, State, Event, Rejection>>().not.toExtend<Lamp>()
})

it('rejections: a decider of fewer of them stands in for one of more, not the other way round', () => {
  expectTypeOf<Decider<Command, State, Event, never>>().toExtend<Lamp>()
  expectTypeOf<Lamp>().toExtend<Decider<Command, State, Event, Rejection | 'Broken'>>()
  expectTypeOf<Lamp>().not.toExtend<Decider<Command, State, Event, never>>()
})

it('states and events: neither more nor fewer', () => {
  type On = { readonly on: true }
  type Dimmed = { readonly type: 'Dimmed' }
  expectTypeOf<Lamp>().not.toExtend<Decider<Command, On, Event, Rejection>>()
  expectTypeOf<Decider<Command, On, Event, Rejection>>().not.toExtend<Lamp>()
  expectTypeOf<Lamp>().not.toExtend<Decider<Command, State, Event | Dimmed, Rejection>>()
  expectTypeOf<Decider<Command, State, Event | Dimmed, Rejection>>().not.toExtend<Lamp>()
})

it('every decider is a projection, and a projection of more events is one of fewer', () => {
  expectTypeOf<Lamp>().toExtend<Projection<State, Event>>()
  expectTypeOf<Projection<State, Event>>().toExtend<
    Projection<State, { readonly type: 'SwitchedOn' }>
  >()
  expectTypeOf<Projection<State, { readonly type: 'SwitchedOn' }>>().not.toExtend<
    Projection<State, Event>
  >()
})
