// The worked process: alone, closed over its deciders, and over a store that breaks off anywhere.
import { isLeft, isRight, right } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import { fulfilment, parts } from '../../docs/examples/fulfilment/fulfilment.ts'
import type { PartCommand, Seen } from '../../docs/examples/fulfilment/fulfilment.ts'
import type { CustomerCommand } from '../../docs/examples/fulfilment/outside.ts'
import {
  customerCommands,
  gatewayCommands,
  warehouseCommands,
} from '../../docs/examples/fulfilment/outside.ts'
import type { Service } from '../../docs/examples/fulfilment/service.ts'
import { service } from '../../docs/examples/fulfilment/service.ts'
import type { EncodedEvent } from '../../src/codec/EventCodec.ts'
import { run } from '../../src/Decider.ts'
import type { OrderCommand } from '../../src/order/index.ts'
import { withDecider } from '../../src/Process.ts'
import type { EventStore } from '../../src/store/EventStore.ts'
import { memoryStore } from '../../src/store/Memory.ts'
import { explore } from '../../src/testing/explore.ts'
import { processLaws } from '../../src/testing/explore/processLaws.ts'
import { isSettled, processSystem } from '../../src/testing/explore/process.ts'

const toConfirmed: ReadonlyArray<CustomerCommand> = [
  { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' },
  { type: 'AddLine', productId: '11', quantity: 2, unitPrice: 1_400, discount: 0 },
  { type: 'ChangeStatus', newStatus: 'confirmed' },
]

describe('fulfilment, closed over its deciders', () => {
  const closed = pipe(parts, withDecider(fulfilment('42'), 10))
  const ordered = toConfirmed.map((command): PartCommand => ({ type: 'order', command }))
  const typesAfter = (...more: ReadonlyArray<PartCommand>) =>
    run(closed)([...ordered, ...more])
      .events.slice(2)
      .map(({ event }) => (event.type === 'StatusChanged' ? event.newStatus : event.type))

  it('asks for the payment of a confirmed order', () => {
    expect(typesAfter()).toStrictEqual(['confirmed', 'PaymentRequested'])
    const { state } = run(closed)(ordered)
    expect(state.decider.payment).toStrictEqual({ type: 'Requested', amount: 2_800 })
  })

  it('has a paid order shipped', () => {
    expect(
      typesAfter(
        { type: 'payment', command: { type: 'ReportCaptured' } },
        { type: 'shipment', command: { type: 'ReportDispatched' } },
      ),
    ).toStrictEqual([
      'confirmed',
      'PaymentRequested',
      'PaymentCaptured',
      'paid',
      'ShipmentRequested',
      'ShipmentDispatched',
      'shipped',
    ])
  })

  it('cancels an order whose payment fails', () => {
    const failed = { type: 'ReportFailed', reason: 'no cover' } as const
    expect(typesAfter({ type: 'payment', command: failed })).toStrictEqual([
      'confirmed',
      'PaymentRequested',
      'PaymentFailed',
      'cancelled',
    ])
  })

  it('refunds what was captured for an order that is cancelled, before or after', () => {
    const cancel: PartCommand = {
      type: 'order',
      command: { type: 'ChangeStatus', newStatus: 'cancelled' },
    }
    const gateway: PartCommand = { type: 'payment', command: { type: 'ReportCaptured' } }
    const upTo = ['confirmed', 'PaymentRequested']
    expect(typesAfter(cancel, gateway)).toStrictEqual([
      ...upTo,
      'cancelled',
      'PaymentCaptured',
      'PaymentRefunded',
    ])
    expect(typesAfter(gateway, cancel, gateway)).toStrictEqual([
      ...upTo,
      'PaymentCaptured',
      'paid',
      'ShipmentRequested',
      'cancelled',
      'ShipmentCancelled',
      'PaymentRefunded',
    ])
  })
})

describe('fulfilment, in every order of deliveries, with a crash and a duplicate', () => {
  const others = (['paid', 'cancelled'] as const).map((newStatus): OrderCommand => ({ type: 'ChangeStatus', newStatus })) // prettier-ignore
  const outside: ReadonlyArray<PartCommand> = [
    ...[...toConfirmed, ...others].map((command): PartCommand => ({ type: 'order', command })),
    { type: 'payment', command: { type: 'ReportCaptured' } },
    { type: 'payment', command: { type: 'ReportFailed', reason: 'no cover' } },
    { type: 'shipment', command: { type: 'ReportDispatched' } },
  ]
  const process = fulfilment('42')
  const laws = processLaws(process)
  const statusIn = ({ order }: Seen) => (order.type === 'Order' ? order.status : undefined)
  const settled = isSettled(process)

  it('keeps the laws of processes, nobody pays for nothing, and nothing leaves unpaid', () => {
    const report = explore(
      processSystem(process, parts, outside, { recognised: true, backlog: 2 }),
      {
        ...laws,
        invariants: {
          ...laws.invariants,
          'no money is kept for a cancelled order': (world) =>
            !settled(world) ||
            statusIn(world.decider) !== 'cancelled' ||
            world.decider.payment.type !== 'Captured',
          'no goods are about to leave for a cancelled order': (world) =>
            !settled(world) ||
            statusIn(world.decider) !== 'cancelled' ||
            world.decider.shipment.type !== 'Requested',
          'an order whose payment failed is cancelled, or somebody marked it paid': (world) =>
            !settled(world) ||
            world.decider.payment.type !== 'Failed' ||
            ['cancelled', 'paid'].includes(String(statusIn(world.decider))),
          'nothing leaves unpaid': ({ decider: { payment, shipment } }) =>
            shipment.type !== 'Dispatched' || ['Captured', 'Refunded'].includes(payment.type),
        },
      },
    )
    expect(report.extent).toStrictEqual({ type: 'Complete' })
    expect(report.thrown).toStrictEqual([])
    const verdicts = Object.entries({ ...report.invariants, ...report.stepInvariants })
    expect(verdicts.filter(([, { type }]) => type === 'Broken')).toStrictEqual([])
    expect(verdicts).toHaveLength(10)
    expect(report.states).toBeGreaterThan(500)
  })
})

describe('what may be asked from outside', () => {
  it('is nothing that only the process may do', () => {
    for (const newStatus of ['new', 'paid', 'shipped']) {
      const command = { type: 'ChangeStatus', newStatus }
      expect(customerCommands.decode(command)).toMatchObject({ left: [{ path: ['newStatus'] }] })
      expect(customerCommands.is(command)).toBe(false)
    }
    for (const command of toConfirmed) {
      expect(customerCommands.decode(command)).toStrictEqual(right(command))
      expect(customerCommands.is(command)).toBe(true)
    }
    const issued = ['RequestPayment', 'Refund', 'RequestShipment', 'CancelShipment']
    for (const type of issued) {
      for (const codec of [customerCommands, gatewayCommands, warehouseCommands]) {
        expect(codec.decode({ type, amount: 1 })).toMatchObject({ left: [{ path: ['type'] }] })
      }
    }
  })
})

/** What comes from outside, in order; the process runs after each. */
type Step = (s: Service) => ReturnType<Service['order']>
const ordering: ReadonlyArray<Step> = toConfirmed.map(
  (command, i) => (s) => s.order('42', `from the customer ${i}`, command),
)
const captured: Step = (s) => s.payment('42', 'from the gateway', { type: 'ReportCaptured' })
const declined: Step = (s) =>
  s.payment('42', 'from the gateway', { type: 'ReportFailed', reason: 'no cover' })
const cancelled: Step = (s) =>
  s.order('42', 'from the customer at last', { type: 'ChangeStatus', newStatus: 'cancelled' })
const dispatched: Step = (s) => s.shipment('42', 'from the warehouse', { type: 'ReportDispatched' })

/** An engine that stops at its n-th crossing, before or after what was asked has been done. */
const breaking = (engine: EventStore<EncodedEvent>, at: number) => {
  const seen = { crossings: 0, broken: false }
  const cross = (): void => {
    if (seen.broken || seen.crossings++ === at) {
      seen.broken = true
      throw new Error('the process has crashed')
    }
  }
  const guarded =
    <A>(ask: () => Promise<A>) =>
    async (): Promise<A> => {
      cross()
      const answer = await ask()
      cross()
      return answer
    }
  const store: EventStore<EncodedEvent> = {
    load: (stream, after) => guarded(engine.load(stream, after)),
    append: (commit) => guarded(engine.append(commit)),
    readAll: (after, limit) => guarded(engine.readAll(after, limit)),
  }
  return { store, seen }
}

const clock = () => {
  let now = 0
  return () => ++now
}

/** Takes every step, one after the other; whether it came through. */
const play = async (engine: EventStore<EncodedEvent>, steps: ReadonlyArray<Step>) => {
  const s = service(engine, clock())
  let checkpoint = s.start
  for (const step of steps) {
    if (isLeft(await step(s)())) return false
    const ran = await s.run(checkpoint)()
    if (isLeft(ran) || ran.right.failed.length > 0) return false
    checkpoint = ran.right.checkpoint
  }
  return true
}

const stored = async (engine: EventStore<EncodedEvent>) => {
  const all = await engine.readAll(0, 1_000)()
  return isRight(all)
    ? all.right.events.map(({ stream, version, event }) => ({ stream, version, event }))
    : []
}

describe.each([
  { name: 'paid and shipped', steps: [...ordering, captured, dispatched], events: 9 },
  { name: 'cancelled', steps: [...ordering, declined], events: 6 },
  { name: 'stopped and refunded', steps: [...ordering, captured, cancelled], events: 10 },
])('fulfilment over a store: $name', ({ steps, events }) => {
  const undisturbed = async () => {
    const engine = memoryStore()
    const { store, seen } = breaking(engine, Infinity)
    expect(await play(store, steps)).toBe(true)
    return { expected: await stored(engine), crossings: seen.crossings }
  }

  it('comes to the end, each stream with its own events', async () => {
    const { expected } = await undisturbed()
    expect(expected).toHaveLength(events)
    expect(
      expected.filter(({ stream }) => stream === 'order/42').map(({ version }) => version),
    ).toStrictEqual(expected.filter(({ stream }) => stream === 'order/42').map((_, i) => i + 1))
  })

  it('comes to the same end after a crash between any two steps', async () => {
    const { expected, crossings } = await undisturbed()
    expect(crossings).toBeGreaterThan(30)
    for (let at = 0; at < crossings; at++) {
      const engine = memoryStore()
      const { store, seen } = breaking(engine, at)
      expect(await play(store, steps)).toBe(false)
      expect(seen.broken).toBe(true)
      // started anew: the outside sends again what it has no answer for, and the process resumes
      expect(await play(engine, steps)).toBe(true)
      expect(await stored(engine)).toStrictEqual(expected)
    }
  })

  it('comes to the same end after a crash and another one while it resumes', async () => {
    const { expected, crossings } = await undisturbed()
    for (let at = 0; at < crossings; at += 3) {
      const engine = memoryStore()
      await play(breaking(engine, at).store, steps)
      await play(breaking(engine, Math.floor(crossings / 2)).store, steps)
      expect(await play(engine, steps)).toBe(true)
      expect(await stored(engine)).toStrictEqual(expected)
    }
  })
})
