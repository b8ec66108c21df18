import type { Either } from 'fp-ts/lib/Either.js'
import { left, right } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import type { Option } from 'fp-ts/lib/Option.js'
import { fromPredicate, none, some } from 'fp-ts/lib/Option.js'
import { expectTypeOf, it } from 'vitest'
import { adapt } from '../../src/Adapt.ts'
import type { Decider } from '../../src/Decider.ts'
import { run } from '../../src/Decider.ts'
import type { Dictionary } from '../../src/Dictionary.ts'
import type { OrderCommand, OrderEvent, OrderRejection, OrderState } from '../../src/order/index.ts'
import { orderDecider } from '../../src/order/index.ts'
import type { Issued, Process } from '../../src/Process.ts'
import { fromPending, mapCommand, selectEvent, withDecider } from '../../src/Process.ts'
import { many, struct } from '../../src/Product.ts'
import {
  replay,
  selectEvent as selectSeen,
  struct as structOfProjections,
} from '../../src/Projection.ts'

const order = orderDecider()

type On = { readonly type: 'SwitchOn' }
type Off = { readonly type: 'SwitchOff' }
type LampEvent = { readonly type: 'SwitchedOn' } | { readonly type: 'SwitchedOff' }
type LampRejection = { readonly type: 'AlreadyOff' }

const lamp: Decider<On | Off, boolean, LampEvent, LampRejection> = {
  initialState: false,
  decide: (command, on) =>
    command.type === 'SwitchOn'
      ? right([{ type: 'SwitchedOn' }])
      : on
        ? right([{ type: 'SwitchedOff' }])
        : left({ type: 'AlreadyOff' }),
  evolve: (_, event) => event.type === 'SwitchedOn',
  isTerminal: () => false,
}

type HouseCommand =
  | { readonly type: 'order'; readonly command: OrderCommand }
  | { readonly type: 'lamp'; readonly command: On | Off }
type HouseEvent =
  | { readonly type: 'order'; readonly event: OrderEvent }
  | { readonly type: 'lamp'; readonly event: LampEvent }
type HouseRejection =
  | { readonly type: 'order'; readonly rejection: OrderRejection }
  | { readonly type: 'lamp'; readonly rejection: LampRejection }
type HouseState = { readonly order: OrderState; readonly lamp: boolean }

const house = struct({ order, lamp })

it('a product reads the types of its parts', () => {
  expectTypeOf(house).toEqualTypeOf<Decider<HouseCommand, HouseState, HouseEvent, HouseRejection>>()
  expectTypeOf(house.decide).returns.toEqualTypeOf<
    Either<HouseRejection, ReadonlyArray<HouseEvent>>
  >()
  const nested = struct({ house, lamp })
  expectTypeOf(nested.initialState.house.order).toEqualTypeOf<OrderState>()
  run(nested)([{ type: 'house', command: { type: 'lamp', command: { type: 'SwitchOn' } } }])
})

it('a foreign command or event does not compile', () => {
  // @ts-expect-error a lamp's command for the order
  run(house)([{ type: 'order', command: { type: 'SwitchOn' } }])
  // @ts-expect-error no part of that name
  run(house)([{ type: 'fan', command: { type: 'SwitchOn' } }])
  // @ts-expect-error a command without its part
  run(house)([{ type: 'SwitchOn' }])
  // @ts-expect-error an order's event for the lamp
  replay(house)([{ type: 'lamp', event: { type: 'TaxSet', amount: 1 } }])
})

it('a missing case does not compile', () => {
  const name = (event: HouseEvent): string => {
    switch (event.type) {
      case 'lamp':
        return 'lamp'
      case 'order':
        return 'order'
    }
  }
  // @ts-expect-error the order's events have no case
  const half = (event: HouseEvent): string => {
    // oxlint-disable-next-line typescript/switch-exhaustiveness-check -- the compiler refuses it, too
    switch (event.type) {
      case 'lamp':
        return 'lamp'
    }
  }
  expectTypeOf(name).toEqualTypeOf(half)
})

it('what is no decider is no part', () => {
  // @ts-expect-error a lamp without an end
  struct({ lamp: { initialState: false, decide: lamp.decide, evolve: lamp.evolve } })
  // @ts-expect-error decides on another state than it evolves
  struct({ lamp: { ...lamp, evolve: (count: number) => count + 1 } })
})

it('names are texts', () => {
  const name = 'lamp'
  run(struct({ [name]: lamp }))([{ type: name, command: { type: 'SwitchOn' } }])
  // @ts-expect-error a number, which the name of a field is not
  struct({ 1: lamp })
  const sign: unique symbol = Symbol('lamp')
  // @ts-expect-error a symbol
  struct({ [sign]: lamp })
  // @ts-expect-error a symbol beside a text
  struct({ lamp, [sign]: lamp })
  // @ts-expect-error a symbol
  structOfProjections({ [sign]: lamp })
  // the name of a field of a state, which tags nothing
  structOfProjections({ 1: lamp })
})

it('many are keyed', () => {
  const lamps = many(lamp)
  expectTypeOf(lamps.initialState).toEqualTypeOf<Dictionary<boolean>>()
  run(lamps)([{ key: 'hall', command: { type: 'SwitchOn' } }])
  // @ts-expect-error a foreign command
  run(lamps)([{ key: 'hall', command: { type: 'SetTax', amount: 1 } }])
  // @ts-expect-error no key
  run(lamps)([{ command: { type: 'SwitchOn' } }])
})

type World = { readonly lit: boolean; readonly n: number }
const world: World = { lit: false, n: 0 }

it('adapt reads its optics', () => {
  const adapted = pipe(
    lamp,
    adapt({
      command: {
        getOption: fromPredicate((c: On | Off | OrderCommand): c is On | Off =>
          c.type.startsWith('Switch'),
        ),
        reverseGet: (c: On | Off): On | Off | OrderCommand => c,
      },
      event: {
        getOption: fromPredicate((e: LampEvent | OrderEvent): e is LampEvent =>
          e.type.startsWith('Switched'),
        ),
        reverseGet: (e: LampEvent): LampEvent | OrderEvent => e,
      },
      state: {
        get: (s: World) => s.lit,
        set: (lit: boolean) => (s: World) => ({ ...s, lit }),
      },
      initialState: world,
    }),
  )
  expectTypeOf(adapted).toEqualTypeOf<
    Decider<On | Off | OrderCommand, World, LampEvent | OrderEvent, LampRejection>
  >()
})

it('adapt reads the world off getOption', () => {
  const event = {
    getOption: fromPredicate((e: LampEvent | OrderEvent): e is LampEvent =>
      e.type.startsWith('Switched'),
    ),
    reverseGet: (e: LampEvent) => e,
  }
  const getOption = fromPredicate((c: On | Off | OrderCommand): c is On | Off =>
    c.type.startsWith('Switch'),
  )
  const rest = {
    event,
    state: { get: (s: World) => s.lit, set: (lit: boolean) => (s: World) => ({ ...s, lit }) },
    initialState: world,
  }
  const adapted = pipe(
    lamp,
    adapt({ ...rest, command: { getOption, reverseGet: (c: On | Off) => c } }),
  )
  expectTypeOf(adapted).toEqualTypeOf<
    Decider<On | Off | OrderCommand, World, LampEvent | OrderEvent, LampRejection>
  >()
  // @ts-expect-error no command of the world
  adapt({ ...rest, command: { getOption, reverseGet: (_: On | Off) => 'on' } })
})

const tidy = fromPending({
  initialState: false,
  evolve: (_: boolean, event: LampEvent) => event.type === 'SwitchedOn',
  pending: (lit) => (lit ? [{ id: 'off', command: { type: 'SwitchOff' } }] : []),
  isTerminal: () => false,
})

it('a process told by what is outstanding keeps the types of its commands', () => {
  expectTypeOf(tidy).toEqualTypeOf<Process<LampEvent, boolean, Off>>()
  withDecider(tidy, 3)(lamp)
})

it('a process may issue commands of several kinds', () => {
  type Wait = { readonly type: 'Wait'; readonly minutes: number }
  const base = {
    initialState: 0,
    evolve: (n: number, _: LampEvent) => n + 1,
    isTerminal: () => false,
  }
  const either = fromPending({
    ...base,
    pending: (n) =>
      n === 1
        ? [{ id: 'off', command: { type: 'SwitchOff' } }]
        : [{ id: 'wait', command: { type: 'Wait', minutes: n } }],
  })
  expectTypeOf(either).toEqualTypeOf<Process<LampEvent, number, Off | Wait>>()
  const both = fromPending({
    ...base,
    pending: (n) => [
      { id: 'off', command: { type: 'SwitchOff' } },
      { id: 'wait', command: { type: 'Wait', minutes: n } },
    ],
  })
  expectTypeOf(both).toEqualTypeOf<Process<LampEvent, number, Off | Wait>>()
  const cases = fromPending({
    ...base,
    pending: (n) => {
      switch (n) {
        case 0:
          return []
        case 1:
          return [{ id: 'off', command: { type: 'SwitchOff' } }]
        default:
          return [{ id: `wait ${n}`, command: { type: 'Wait', minutes: n } }]
      }
    },
  })
  expectTypeOf(cases).toEqualTypeOf<Process<LampEvent, number, Off | Wait>>()
  const mapped = fromPending({
    ...base,
    pending: (n) => [n, n + 1].map((minutes): Issued<Wait> => ({ id: `wait ${minutes}`, command: { type: 'Wait', minutes } })), // prettier-ignore
  })
  expectTypeOf(mapped).toEqualTypeOf<Process<LampEvent, number, Wait>>()
  // what the result is to be says what is not read in place
  const waits: Process<LampEvent, number, Wait> = fromPending({
    ...base,
    pending: (n) => [n].map((minutes) => ({ id: 'wait', command: { type: 'Wait', minutes } })),
  })
  const lists: Process<LampEvent, number, { items: Array<string> }> = fromPending({
    ...base,
    pending: () => [{ id: 'list', command: { items: ['a'] } }],
  })
  expectTypeOf(waits).toEqualTypeOf(mapped)
  expectTypeOf(lists.resume(0)).items.toHaveProperty('command')
  const told = fromPending<LampEvent, number, Wait>({ ...base, pending: () => [] })
  expectTypeOf(told).toEqualTypeOf<Process<LampEvent, number, Wait>>()
  withDecider(fromPending({ ...base, pending: () => [] }), 3)(lamp)
  // @ts-expect-error a lamp does not wait
  withDecider(either, 3)(lamp)
})

it('a process of a part issues the commands of the whole', () => {
  const inHouse = pipe(
    tidy,
    selectEvent((e: HouseEvent): Option<LampEvent> => (e.type === 'lamp' ? some(e.event) : none)),
    mapCommand((command) => ({ type: 'lamp', command })),
  )
  expectTypeOf(inHouse).toEqualTypeOf<
    Process<HouseEvent, boolean, { readonly type: 'lamp'; readonly command: Off }>
  >()
  withDecider(inHouse, 3)(house)
})

it('a process beside a decider takes all commands of the decider', () => {
  const tidy: Process<LampEvent | OrderEvent, boolean, Off> = fromPending({
    initialState: false,
    evolve: (_, event) => event.type === 'SwitchedOn',
    pending: (lit) => (lit ? [{ id: 'off', command: { type: 'SwitchOff' } }] : []),
    isTerminal: () => false,
  })
  const tidied = pipe(lamp, withDecider(tidy, 3))
  expectTypeOf(tidied).toEqualTypeOf<
    Decider<
      On | Off,
      { readonly process: boolean; readonly decider: boolean },
      LampEvent,
      | { readonly type: 'Rejected'; readonly rejection: LampRejection }
      | {
          readonly type: 'FollowUpRejected'
          readonly id: string
          readonly command: Off
          readonly rejection: LampRejection
        }
      | {
          readonly type: 'OutOfFuel'
          readonly fuel: number
          readonly outstanding: ReadonlyArray<Issued<Off>>
        }
    >
  >()
  run(tidied)([{ type: 'SwitchOn' }])
  // @ts-expect-error the order takes no commands of lamps
  withDecider(tidy, 3)(order)
  const onlyOrders: Process<OrderEvent, boolean, Off> = tidy
  // @ts-expect-error the process does not know the events of lamps
  withDecider(onlyOrders, 3)(lamp)
})

it('products and selections of projections read their types', () => {
  const count = { initialState: 0, evolve: (n: number, _: OrderEvent) => n + 1 }
  const both = structOfProjections({ count, order })
  expectTypeOf(replay(both)([])).toEqualTypeOf<{
    readonly count: number
    readonly order: OrderState
  }>()
  replay(both)([{ type: 'TaxSet', amount: 1 }])
  // @ts-expect-error a foreign event
  replay(both)([{ type: 'SwitchedOn' }])
  const orderOf = (event: HouseEvent): Option<OrderEvent> =>
    event.type === 'order' ? { _tag: 'Some', value: event.event } : { _tag: 'None' }
  const ofHouse = pipe(count, selectSeen(orderOf))
  expectTypeOf(replay(ofHouse)([])).toEqualTypeOf<number>()
  replay(ofHouse)([{ type: 'lamp', event: { type: 'SwitchedOn' } }])
})
