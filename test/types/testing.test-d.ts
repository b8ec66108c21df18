import fc from 'fast-check'
import { expectTypeOf, it } from 'vitest'
import type { Decider } from '../../src/Decider.ts'
import type { OrderCommand, OrderEvent, OrderState } from '../../src/order/index.ts'
import { orderDecider } from '../../src/order/index.ts'
import type { LawOptions, LawsReport } from '../../src/testing/laws.ts'
import { checkLaws, laws } from '../../src/testing/laws.ts'
import { scenario } from '../../src/testing/scenario.ts'
import { deciderSystem } from '../../src/testing/explore/system.ts'
import { processSystem } from '../../src/testing/explore/process.ts'
import type { Process } from '../../src/Process.ts'
import { fromPending } from '../../src/Process.ts'
import { explore } from '../../src/testing/explore.ts'
import { processLaws } from '../../src/testing/explore/processLaws.ts'
import { walk } from '../../src/testing/walk.ts'

const decider = orderDecider()

const tax: OrderCommand = { type: 'SetTax', amount: 1 }
const command: fc.Arbitrary<OrderCommand> = fc.constant(tax)

it('a scenario takes the commands, events, rejections and states of its decider alone', () => {
  const order = scenario(decider)
  expectTypeOf(order.given).parameter(0).toEqualTypeOf<ReadonlyArray<OrderEvent>>()
  const when = order.given([]).when(tax)
  expectTypeOf(when.then).returns.toEqualTypeOf<void>()
  expectTypeOf(when.thenState).parameter(0).toEqualTypeOf<OrderState>()
  // @ts-expect-error no event of an order
  const foreignEvent = () => order.given([{ type: 'SwitchedOn' }])
  // @ts-expect-error no command of an order
  const foreignCommand = () => order.given([]).when({ type: 'SwitchOn' })
  // @ts-expect-error no rejection of an order
  const foreignRejection = () => when.thenRejected({ type: 'AlreadyOff' })
  expectTypeOf(foreignEvent).not.toBeAny()
  expectTypeOf(foreignCommand).not.toBeAny()
  expectTypeOf(foreignRejection).not.toBeAny()
})

it('a walk needs to know where its commands come from', () => {
  expectTypeOf(walk(decider, { command })).toEqualTypeOf<
    fc.Arbitrary<ReadonlyArray<OrderCommand>>
  >()
  expectTypeOf(walk(decider, { choices: (state) => [state].map(() => tax) })).not.toBeAny()
  walk(decider, { choices: () => [{ type: 'SetTax', amount: 1 }] })
  walk(decider, { choices: (s) => (s.type === 'NoOrder' ? [] : [{ type: 'SetTax', amount: 1 }]) })
  walk(decider, { command, starts: [[{ type: 'SetTax', amount: 1 }]] })
  // @ts-expect-error no command of an order
  walk(decider, { choices: () => [{ type: 'SwitchOn' }] })
  // @ts-expect-error no command of an order, where there is an arbitrary as well
  walk(decider, { command, choices: () => [{ type: 'SwitchOn' }] })
  // @ts-expect-error an amount is a number
  walk(decider, { choices: () => [{ type: 'SetTax', amount: '1' }] })
  // @ts-expect-error one field too many
  walk(decider, { command, starts: [[{ type: 'SetTax', amount: 1, rate: 1 }]] })
  // @ts-expect-error one field too many for what it says it returns
  walk(decider, { choices: (): ReadonlyArray<OrderCommand> => [{ ...tax, rate: 1 }] })
  // @ts-expect-error neither an arbitrary nor choices
  expectTypeOf(() => walk(decider, { length: 3 })).not.toBeAny()
  // @ts-expect-error not a command of an order
  expectTypeOf(() => walk(decider, { command: fc.constant(1) })).not.toBeAny()
})

it('what is declared to laws is typed by the decider', () => {
  const test = () =>
    laws(decider, {
      command,
      invariants: { i: (state) => state.type === 'NoOrder' },
      decisions: { d: (c, state, decision) => c.type === 'SetTax' && decision._tag === 'Left' },
      changes: { c: (before, event) => before.type === 'NoOrder' && event.type === 'TaxSet' },
      idempotent: (c) => c.type === 'SetTax',
    })
  expectTypeOf(test).returns.toEqualTypeOf<LawsReport<OrderCommand, OrderState, OrderEvent>>()
  const choosing = () =>
    laws(decider, {
      choices: (s) => (s.type === 'NoOrder' ? [] : [{ type: 'SetTax', amount: 1 }]),
      starts: [[{ type: 'CreateOrder', customerId: 'VINET', currency: 'USD' }]],
      decisions: { d: (c, state) => c.type === 'CreateOrder' && state.type === 'NoOrder' },
      idempotent: (c) => c.type === 'AddLine',
    })
  expectTypeOf(choosing).returns.toEqualTypeOf<LawsReport<OrderCommand, OrderState, OrderEvent>>()
  checkLaws(decider, { choices: () => [{ type: 'SetTax', amount: 1 }] })
  // a decider that is written in place has the commands that it is given
  laws({ ...decider, decide: (c, state) => decider.decide(c, state) }, { command })
  walk({ ...decider, decide: (c, state) => decider.decide(c, state) }, { command })
  const commands: ReadonlyArray<OrderCommand> = [tax]
  deciderSystem({ ...decider, decide: (c, state) => decider.decide(c, state) }, commands)
  deciderSystem({ ...decider, decide: (c, state) => decider.decide(c, state) }, () => commands)
  // @ts-expect-error no command of an order
  checkLaws(decider, { choices: () => [{ type: 'SwitchOn' }] })
  // @ts-expect-error no command of an order
  expectTypeOf(() => laws(decider, { choices: () => [{ type: 'SwitchOn' }] })).not.toBeAny()
  // @ts-expect-error an amount is a number
  laws(decider, { command, choices: () => [{ type: 'SetTax', amount: '1' }] })
  // @ts-expect-error no option of laws
  laws(decider, { command, nonsense: 1 })
  // @ts-expect-error an invariant says whether it holds
  expectTypeOf(() => laws(decider, { command, invariants: { i: () => 1 } })).not.toBeAny()
})

it('commands to explore are typed by the decider, in a list or for a state', () => {
  const paying: Process<OrderEvent, boolean, OrderCommand> = {
    initialState: false,
    evolve: () => false,
    react: () => [],
    resume: () => [],
    isTerminal: () => false,
  }
  deciderSystem(decider, [{ type: 'SetTax', amount: 1 }])
  deciderSystem(decider, () => [{ type: 'SetTax', amount: 1 }])
  deciderSystem(decider, (s) => (s.type === 'NoOrder' ? [] : [{ type: 'SetTax', amount: 1 }]))
  processSystem(paying, decider, (s) =>
    s.type === 'NoOrder' ? [] : [{ type: 'SetTax', amount: 1 }],
  )
  deciderSystem(decider, (s) =>
    s.type === 'NoOrder'
      ? [{ type: 'CreateOrder', customerId: 'VINET', currency: 'USD' }]
      : [{ type: 'SetTax', amount: 1 }],
  )
  const one = { type: 'SetTax', amount: 1 } as const
  const taxing: Process<OrderEvent, boolean, typeof one> = {
    ...paying,
    react: () => [],
    resume: () => [],
  }
  processSystem(taxing, decider, [{ type: 'CreateOrder', customerId: 'VINET', currency: 'USD' }])
  processSystem(taxing, decider, () => [{ type: 'RemoveLine', productId: '11' }])
  // the laws take a process that issues fewer kinds of commands than the decider takes
  explore(processSystem(taxing, decider, [one]), processLaws(taxing))
  const inferred = fromPending({
    initialState: false,
    evolve: (_: boolean, event: OrderEvent | { readonly type: 'Seen' }) =>
      event.type === 'OrderCreated',
    pending: (due) => (due ? [{ id: 'tax', command: { type: 'SetTax', amount: 1 } }] : []),
    isTerminal: () => false,
  })
  const { invariants } = processLaws(inferred)
  explore(processSystem(inferred, decider, [{ type: 'RemoveLine', productId: '11' }]), {
    ...processLaws(inferred),
    invariants: { ...invariants, mine: (world) => world.unseen.length < 9 && !world.process },
  })
  // @ts-expect-error the laws of a process with another state
  explore(processSystem(taxing, decider, [one]), processLaws({ ...taxing, initialState: 0, evolve: () => 0, isTerminal: (n: number) => n > 0, resume: (_: number) => [] })) // prettier-ignore
  const alien: Process<OrderEvent, boolean, { readonly type: 'SwitchOn' }> = {
    ...paying,
    react: () => [],
    resume: () => [],
  }
  // @ts-expect-error the process issues no commands of an order
  processSystem(alien, decider, [one])
  // @ts-expect-error one field too many
  processSystem(paying, decider, [{ type: 'SetTax', amount: 1, rate: 2 }])
  // @ts-expect-error no command of an order
  deciderSystem(decider, () => [{ type: 'SwitchOn' }])
  // @ts-expect-error an amount is a number
  deciderSystem(decider, () => [{ type: 'SetTax', amount: '1' }])
  // @ts-expect-error one field too many
  deciderSystem(decider, [{ type: 'SetTax', amount: 1, rate: 2 }])
  // @ts-expect-error no command of an order
  processSystem(paying, decider, () => [{ type: 'SwitchOn' }])
})

it('what is declared to laws and walks is of any command, whatever the arbitrary gives', () => {
  const freight = { command: fc.constant({ type: 'SetShipping' as const, amount: 1 }) }
  laws(decider, { ...freight, choices: () => [{ type: 'SetTax', amount: 1 }] })
  laws(decider, { ...freight, starts: [[{ type: 'SetTax', amount: 1 }]] })
  laws(decider, { ...freight, decisions: { any: (c) => c.type === 'SetTax' } })
  walk(decider, { ...freight, choices: () => [{ type: 'SetTax', amount: 1 }] })
  const tested = <C, S, E, R>(d: Decider<C, S, E, R>, options: LawOptions<C, S, E, R>) => [
    laws(d, options),
    checkLaws(d, options),
    walk(d, options),
  ]
  expectTypeOf(tested).not.toBeAny()
})
