import fc from 'fast-check'
import { left, right } from 'fp-ts/lib/Either.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import { replay } from '../../src/Projection.ts'
import { run as runDecider } from '../../src/Decider.ts'
import type { EncodedEvent } from '../../src/codec/EventCodec.ts'
import type {
  DurableDecider,
  DurableDeciderOptions,
  DurableRequest,
} from '../../src/embed/DurableDecider.ts'
import { durableDecider } from '../../src/embed/DurableDecider.ts'
import { orderCommandCodec, orderEventCodec } from '../../src/order/codec.ts'
import type { OrderCommand, OrderEvent, OrderRejection, OrderState } from '../../src/order/index.ts'
import { orderDecider } from '../../src/order/index.ts'
import type { Process } from '../../src/Process.ts'
import { fromPending } from '../../src/Process.ts'
import type { Recorded } from '../../src/Recorded.ts'
import type { EventStore } from '../../src/store/EventStore.ts'
import { memoryStore } from '../../src/store/Memory.ts'
import { runs } from '../setup.ts'
import { drawUntil } from '../support/draws.ts'
import { walk } from '../support/orders.ts'
import { account, codecs as accountCodecs } from './account.ts'

const decider = orderDecider()

const codecs = { commands: orderCommandCodec, events: orderEventCodec }
type Following = NonNullable<
  DurableDeciderOptions<
    OrderCommand,
    OrderState,
    OrderEvent,
    OrderRejection,
    string,
    string
  >['following']
>
type DurableAlarms = Following['alarms']
type Store = EventStore<EncodedEvent>

const hostOver = (store: Store, now = () => 5, following?: Following): DurableDecider =>
  durableDecider({
    decider,
    codecs,
    stream: 'o',
    store,
    now,
    ...(following === undefined ? {} : { following }),
  })

const asked = (commitId: string, ...commands: ReadonlyArray<unknown>): DurableRequest => ({
  commitId,
  commands,
})
const create = { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' }
const line = { type: 'AddLine', productId: '11', quantity: 1, unitPrice: 2, discount: 0 }
const move = (newStatus: string) => ({ type: 'ChangeStatus', newStatus })

/** Commands that the codec takes, as JSON has them: without negative zeros. */
const walks = (maxLength: number) =>
  walk(maxLength, 4).map((commands) =>
    commands.filter((each) => orderCommandCodec.is(each)).map((each) => json(each) as OrderCommand),
  )

const json = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe('laws', () => {
  it('laws 1, 2, 4: along walks it answers what the decider decides, also made anew, also again', async () => {
    await fc.assert(
      fc.asyncProperty(walks(30), fc.func(fc.boolean()), async (commands, anew) => {
        const store = memoryStore({ now: () => 7 })
        let host = hostOver(store)
        let state = decider.initialState
        let version = 0
        for (const [i, each] of commands.entries()) {
          if (anew(i)) host = hostOver(store)
          const decided = decider.decide(each, state)
          const answer = await host.handle(asked(`c${i}`, each))
          expect(json(answer)).toStrictEqual(answer)
          if (decided._tag === 'Left') {
            expect(answer).toStrictEqual({
              type: 'Rejected',
              version,
              index: 0,
              rejection: decided.left,
            })
          } else {
            for (const event of decided.right) state = decider.evolve(state, event)
            version += decided.right.length
            expect(answer).toMatchObject({ type: 'Accepted', version, state })
            const events = 'events' in answer ? answer.events : []
            expect(events.map(({ event }) => event.data)).toStrictEqual(decided.right)
            if (events.length > 0) {
              expect(await host.handle(asked(`c${i}`, each))).toStrictEqual(answer)
              expect(await hostOver(store).handle(asked(`c${i}`, each))).toStrictEqual(answer)
            }
          }
          expect(await host.state()).toStrictEqual({ type: 'State', version, state })
        }
      }),
      { numRuns: runs(40) },
    )
  })

  it('law 1: a batch is accepted together or not at all', async () => {
    const host = hostOver(memoryStore())
    const refused = await host.handle(asked('1', create, line, { ...create, customerId: 'TOMSP' }))
    expect(refused).toMatchObject({ type: 'Rejected', version: 0, index: 2 })
    expect(await host.handle(asked('1', create, line))).toMatchObject({ version: 2 })
  })

  it('answers with data that survives JSON where version -0 is asked for', async () => {
    const answer = await hostOver(memoryStore()).stateAtVersion(-0)
    expect(answer).toStrictEqual({ type: 'State', version: 0, state: { type: 'NoOrder' } })
  })

  it('law 2: a commit id that was used for other commands, or by another actor, is refused', async () => {
    const host = hostOver(memoryStore())
    const first = await host.handle({ ...asked('1', create, line), actor: 'ann' })
    const others = [
      asked('1', line),
      asked('1', create, line),
      { ...asked('1', line), actor: 'ann' },
    ]
    for (const other of others) {
      expect(await host.handle(other)).toMatchObject({ type: 'Failed', failure: 'CommitIdReused' })
    }
    // when it happened, and in which order fields stand, makes no other request of it
    const { type, ...rest } = create
    const again = { ...asked('1', { ...rest, type }, line), actor: 'ann', occurredAt: 9 }
    expect(await host.handle(again)).toStrictEqual(first)
    const more = { ...again, commands: [{ ...create, note: 'no field of a command' }, line] }
    expect(await host.handle(more)).toStrictEqual(first)
    expect(await host.state()).toMatchObject({ version: 2 })
  })

  it('law 3: whatever comes in, an answer comes back', async () => {
    const store = memoryStore()
    const field = fc.oneof(
      fc.anything(),
      fc.constantFrom('1', [create], [line, create], 0, undefined),
    )
    const request = fc.oneof(
      fc.anything(),
      fc.constantFrom(asked('1', create), asked('2', line), asked('3', create, 1)),
      fc.record(
        { commitId: field, commands: field, occurredAt: field, actor: field, causationId: field },
        { requiredKeys: [] },
      ),
    )
    const types = new Set<string>()
    const property = fc.asyncProperty(request, field, async (one, other) => {
      const host = hostOver(store)
      const answers = [
        await host.handle(one as DurableRequest), // a caller need not know better
        await host.stateAtVersion(other as number),
        await host.stateAsOf(other as number, 'recordedAt'),
        await host.stateAsOf(1, other as 'recordedAt'),
        await host.history(other as number),
      ]
      for (const answer of answers) {
        types.add(answer.type)
        expect(json(answer)).toStrictEqual(answer)
      }
      // an id that was used for something else is no fault
      const failures = answers.flatMap((answer) => (answer.type === 'Failed' ? answer.failure : []))
      expect(failures.filter((failure) => failure !== 'CommitIdReused')).toStrictEqual([])
    })
    const examples: Array<[unknown, unknown]> = [
      [asked('1', line), 0],
      [asked('1', create), 9],
    ]
    const others = () => [...types].filter((type) => type !== 'Failed')
    await drawUntil(
      () => others().length === 6,
      (seed) => fc.assert(property, { numRuns: runs(500), examples, seed }),
    )
    expect(others().sort()).toStrictEqual(
      ['Accepted', 'History', 'Invalid', 'NoSuchVersion', 'Rejected', 'State'].sort(),
    )
  })

  it('law 5: states of the past are those that the events lead to', async () => {
    await fc.assert(
      fc.asyncProperty(walks(12), async (commands) => {
        let time = 0
        const host = hostOver(memoryStore({ now: () => ++time * 10 }), () => time)
        for (const [i, each] of commands.entries()) await host.handle(asked(`c${i}`, each))
        const { events } = runDecider(decider)(commands)
        const told = await host.history()
        const recorded = told.type === 'History' ? told.events : []
        expect(recorded.map(({ event }) => event.data)).toStrictEqual(events)
        for (let version = 0; version <= events.length; version++) {
          const state = replay(decider)(events.slice(0, version))
          expect(await host.stateAtVersion(version)).toStrictEqual({
            type: 'State',
            version,
            state,
          })
          const rest = await host.history(version)
          expect(rest).toStrictEqual({ type: 'History', events: recorded.slice(version) })
        }
        const last = events.length
        expect(await host.stateAtVersion(last + 1)).toStrictEqual({
          type: 'NoSuchVersion',
          version: last + 1,
          last,
        })
        for (const clock of ['occurredAt', 'recordedAt'] as const) {
          for (const instant of [-1, 15, 30, 1e6]) {
            const counted = recorded.filter((each) => each[clock] <= instant)
            const state = replay(decider)(counted.map(({ event }) => event.data as OrderEvent))
            expect(await host.stateAsOf(instant, clock)).toStrictEqual({
              type: 'State',
              version: counted.length,
              state,
            })
          }
        }
      }),
      { numRuns: runs(40) },
    )
  })
})

describe('data', () => {
  it('goes through the codecs, also of states and rejections', async () => {
    const host = durableDecider({
      decider: account,
      codecs: accountCodecs,
      stream: 'a',
      store: memoryStore(),
      now: () => 0,
    })
    const pay = { type: 'Pay', amount: '5', at: '1996-07-04T00:00:00.000Z' }
    expect(await host.handle(asked('1', pay))).toMatchObject({
      type: 'Accepted',
      state: { sum: '5', last: pay.at, by: ['desk'] },
      events: [{ event: { type: 'Paid', schemaVersion: 3, data: { amount: '5', at: pay.at } } }],
    })
    expect(await host.handle(asked('2', { ...pay, amount: `1${'0'.repeat(20)}` }))).toMatchObject({
      type: 'Rejected',
      rejection: { type: 'TooMuch', limit: `1${'0'.repeat(20)}` },
    })
    const { commands, events } = accountCodecs
    const bare = durableDecider({
      decider: account,
      codecs: { commands, events },
      stream: 'a',
      store: memoryStore(),
      now: () => 0,
    })
    expect(await bare.state()).toMatchObject({ type: 'Failed', failure: 'NotJson' })
  })

  it('carries what a request says about itself, and now where it does not', async () => {
    const host = hostOver(memoryStore(), () => 77)
    await host.handle({ ...asked('1', create), actor: 'ann', correlationId: 'x', causationId: 'y' })
    await host.handle({ ...asked('2', line), occurredAt: 3 })
    const told = await host.history()
    const [one, other] = told.type === 'History' ? told.events : []
    expect(one).toMatchObject({
      occurredAt: 77,
      actor: some('ann'),
      correlationId: some('x'),
      causationId: some('y'),
    })
    expect(other).toMatchObject({ occurredAt: 3, actor: none })
  })

  it('that names nothing a store could keep is invalid', async () => {
    const host = hostOver(memoryStore())
    expect(await host.handle(asked('', create))).toMatchObject({
      type: 'Invalid',
      issues: [{ path: ['commitId'] }],
    })
  })
})

describe('failures', () => {
  it('of a clock, or of what a rule led to, are no fault of what came in', async () => {
    for (const now of [NaN, 0.5, Infinity]) {
      const answer = await hostOver(memoryStore(), () => now).handle(asked('c1', create))
      expect(answer).toMatchObject({ type: 'Failed', failure: 'InvalidCommit' })
    }
    const encode: typeof orderEventCodec.encode = () =>
      right({ type: 'OrderCreated', schemaVersion: 1, data: Infinity })
    const decode: typeof orderEventCodec.decode = () => right({ type: 'OrderCancelled' } as never)
    const events = { ...orderEventCodec, encode, decode }
    const host = durableDecider({
      decider,
      codecs: { commands: orderCommandCodec, events },
      stream: 'o',
      store: memoryStore(),
      now: () => 5,
    })
    expect(await host.handle(asked('c1', create))).toMatchObject({
      type: 'Failed',
      failure: 'InvalidCommit',
      reason: expect.stringContaining('events[0].data') as string,
    })
  })

  const unavailable: Store = {
    load: () => () =>
      Promise.resolve(
        left({ type: 'StoreUnavailable', operation: 'load', cause: new Error('gone') }),
      ),
    append: () => () => Promise.reject(new Error('lost')),
    readAll: () => () => Promise.resolve(right({ events: [], end: 0, head: 0 })),
  }

  it('of a store are answers', async () => {
    const host = hostOver(unavailable)
    const failed = { type: 'Failed', failure: 'StoreUnavailable', reason: 'Error: gone' }
    expect(await host.handle(asked('1', create))).toStrictEqual(failed)
    expect(await host.state()).toStrictEqual(failed)
    expect(await host.stateAtVersion(0)).toStrictEqual(failed)
    expect(await host.history()).toStrictEqual(failed)
    const full = () => () => Promise.resolve(left({ type: 'StoreBusy', waiting: 9 } as const))
    expect(await hostOver({ ...memoryStore(), append: full }).handle(asked('1', create))).toEqual({
      type: 'Failed',
      failure: 'StoreBusy',
      reason: '9 appends are waiting',
    })
    const rejecting = hostOver({ ...unavailable, load: () => () => Promise.resolve(right([])) })
    expect(await rejecting.handle(asked('1', create))).toMatchObject({ failure: 'Thrown' })
  })

  it('of an event that is not known are answers', async () => {
    const store = memoryStore()
    const event = { type: 'Lost', schemaVersion: 1, data: {} }
    const events = [{ event }] as const
    await store.append({ stream: 'o', expected: { type: 'Any' }, commitId: 'x', events })()
    expect(await hostOver(store).state()).toMatchObject({ failure: 'UndecodableEvent' })
  })

  it('a state in memory that the store no longer bears out is not told', async () => {
    let store = memoryStore()
    const moving: Store = {
      load: (stream, after) => store.load(stream, after),
      append: (commit) => store.append(commit),
      readAll: (after, limit) => store.readAll(after, limit),
    }
    const host = hostOver(moving)
    await host.handle(asked('1', create, line))
    store = memoryStore()
    expect(await host.state()).toMatchObject({ version: 0, state: { type: 'NoOrder' } })
    expect(await host.handle(asked('2', line))).toMatchObject({ type: 'Rejected', version: 0 })
    expect(await host.handle(asked('1', create))).toMatchObject({ type: 'Accepted', version: 1 })
  })
})

const shipping: Process<Recorded<OrderEvent>, string, string> = fromPending({
  initialState: 'new',
  evolve: (status: string, { event }: Recorded<OrderEvent>) =>
    event.type === 'StatusChanged' ? event.newStatus : status,
  pending: (status) => (status === 'paid' ? [{ id: 'ship', command: 'Ship' }] : []),
  isTerminal: (status) => status === 'shipped',
})

/** Alarms as the platform has them: one at a time, gone once it rings. */
const clockwork = () => {
  let due: number | null = null
  const log: Array<string> = []
  const alarms: DurableAlarms = {
    setAlarm: (time) => {
      due = time
      log.push(`set ${time}`)
      return Promise.resolve()
    },
    getAlarm: () => Promise.resolve(due),
    deleteAlarm: () => {
      due = null
      log.push('delete')
      return Promise.resolve()
    },
  }
  const ring = () => {
    const was = due
    due = null
    return was
  }
  return { alarms, log, due: () => due, ring }
}

const paid = [create, line, move('confirmed'), move('paid')]

describe('alarms', () => {
  it('law 6: one is set while something is outstanding, and none after', async () => {
    let time = 1_000
    const { alarms, due, ring } = clockwork()
    const store = memoryStore()
    const sent: Array<string> = []
    let isOpen = false
    const following: Following = {
      process: shipping,
      alarms,
      send:
        ({ id }, record) =>
        () => {
          sent.push(id)
          return isOpen
            ? record(id, { type: 'ChangeStatus', newStatus: 'shipped' })()
            : Promise.resolve(left({ type: 'Closed' }))
        },
    }
    let host = hostOver(store, () => time, following)
    await host.handle(asked('1', create))
    expect(due()).toBeNull()
    await host.handle(asked('2', ...paid.slice(1)))
    expect(due()).toBe(1_000)
    for (const pause of [1_000, 2_000, 4_000]) {
      time = ring() ?? NaN
      expect(await host.alarm()).toStrictEqual({
        type: 'Ran',
        sent: 0,
        failed: [{ id: 'ship', reason: '{"type":"Closed"}' }],
        outstanding: ['ship'],
      })
      expect(due()).toBe(time + pause)
    }
    // refused commands and questions leave it as it is
    await host.handle(asked('3', line))
    await host.state()
    expect(due()).toBe(time + 4_000)
    host = hostOver(store, () => time, following)
    isOpen = true
    time = ring() ?? NaN
    expect(await host.alarm()).toMatchObject({ sent: 1, failed: [], outstanding: [] })
    expect(due()).toBeNull()
    expect(sent).toHaveLength(4)
    expect(await host.state()).toMatchObject({ state: { status: 'shipped' } })
    expect(await host.alarm()).toMatchObject({ sent: 0 })
  })

  it('law 6: whenever the object ends, between any two steps, the next one is woken', async () => {
    await fc.assert(
      fc.asyncProperty(walks(10), fc.nat(30), async (commands, ends) => {
        const { alarms, due } = clockwork()
        const store = memoryStore()
        let steps = 0
        // after so many steps nothing is written any more, and nobody hears of it
        const lives = () => steps++ < ends
        const never = () => new Promise<never>(() => undefined)
        const mortal: Store = {
          load: store.load,
          readAll: store.readAll,
          append: (commit) => () => (lives() ? store.append(commit)() : never()),
        }
        const dying: DurableAlarms = {
          setAlarm: (at) => (steps < ends ? alarms.setAlarm(at) : never()),
          getAlarm: alarms.getAlarm,
          deleteAlarm: () => (lives() ? alarms.deleteAlarm() : never()),
        }
        const send = () => () => Promise.resolve(left('closed'))
        const host = hostOver(mortal, () => 9, { process: shipping, alarms: dying, send })
        const all = async () => {
          for (const [i, each] of [...paid, ...commands].entries()) {
            await host.handle(asked(`c${i}`, each))
          }
        }
        await Promise.race([all(), new Promise((resume) => setTimeout(resume, 2))])
        const events = await store.readAll(0, 1_000)()
        const seen = events._tag === 'Right' ? events.right.events : []
        const decoded = seen.map((each) => ({ ...each, event: each.event.data as OrderEvent }))
        const outstanding = shipping.resume(replay(shipping)(decoded))
        expect(outstanding.length === 0 || due() !== null).toBe(true)
      }),
      { numRuns: runs(100) },
    )
  })

  it('law 6: one rings when a command becomes due, and not before', async () => {
    let time = 1_000
    const { alarms, due, ring } = clockwork()
    const sent: Array<string> = []
    const reminding: Process<Recorded<OrderEvent>, string, string> = fromPending({
      initialState: '',
      evolve: (_: string, { recordedAt }: Recorded<OrderEvent>) => String(recordedAt),
      pending: (since) =>
        since === '' ? [] : [{ id: 'remind', command: 'Remind', dueAt: Number(since) + 500 }],
      isTerminal: () => false,
    })
    const host = hostOver(memoryStore({ now: () => time }), () => time, {
      process: reminding,
      alarms,
      pause: () => 50,
      send: ({ id }) => {
        sent.push(id)
        return () => Promise.resolve(right(null))
      },
    })
    await host.handle(asked('1', create))
    expect(due()).toBe(1_500)
    time = 1_200
    ring()
    expect(await host.alarm()).toMatchObject({ sent: 0, outstanding: ['remind'] })
    expect(due()).toBe(1_500)
    time = ring() ?? NaN
    expect(await host.alarm()).toMatchObject({ sent: 1, outstanding: ['remind'] })
    expect(sent).toStrictEqual(['remind'])
    // no event has acknowledged it
    expect(due()).toBe(1_550)
  })

  it('a command that throws holds up no other', async () => {
    const { alarms, due } = clockwork()
    const two: Process<Recorded<OrderEvent>, string, string> = fromPending({
      initialState: '',
      evolve: () => 'created',
      pending: (state) => (state === '' ? [] : ['a', 'b'].map((id) => ({ id, command: id }))),
      isTerminal: () => false,
    })
    const sent: Array<string> = []
    const send: Following['send'] = ({ id }) => {
      sent.push(id)
      throw new Error(id)
    }
    const host = hostOver(memoryStore(), () => 0, { process: two, alarms, send, pause: () => 50 })
    await host.handle(asked('1', create))
    expect(await host.alarm()).toStrictEqual({
      type: 'Ran',
      sent: 0,
      failed: [
        { id: 'a', reason: 'Error: a' },
        { id: 'b', reason: 'Error: b' },
      ],
      outstanding: ['a', 'b'],
    })
    expect(sent).toStrictEqual(['a', 'b'])
    expect(due()).toBe(50)
  })

  it('what comes while one rings is seen to', async () => {
    const { alarms, due } = clockwork()
    let open: () => void = () => undefined
    const gate = new Promise<void>((resume) => (open = resume))
    let sending: () => void = () => undefined
    const isSending = new Promise<void>((resume) => (sending = resume))
    const store = memoryStore()
    const following: Following = {
      process: shipping,
      alarms,
      send:
        ({ id }, record) =>
        async () => {
          sending()
          await gate
          return record(id, { type: 'ChangeStatus', newStatus: 'shipped' })()
        },
    }
    const host = hostOver(store, () => 0, following)
    await host.handle(asked('1', ...paid))
    const ringing = host.alarm()
    await isSending
    expect(await host.alarm()).toMatchObject({ type: 'Ran', sent: 0 })
    await host.handle(asked('2', move('cancelled')))
    expect(due()).toBe(1_000)
    open()
    expect(await ringing).toMatchObject({ sent: 0, failed: [{ id: 'ship' }], outstanding: [] })
    expect(due()).toBeNull()
  })

  it.each(['run', 'request'])(
    'while one is taken back by a %s, an append has its own',
    async (by) => {
      const { alarms, due } = clockwork()
      let meanwhile: (() => Promise<unknown>) | undefined
      const slow: DurableAlarms = {
        ...alarms,
        deleteAlarm: async () => {
          await alarms.deleteAlarm()
          const run = meanwhile
          meanwhile = undefined
          await run?.()
        },
      }
      const send = () => () => Promise.resolve(left('no'))
      const host = hostOver(memoryStore(), () => 7, { process: shipping, alarms: slow, send })
      // nothing is outstanding at the last look, and something is right after it
      meanwhile = () => host.handle(asked('2', ...(by === 'run' ? paid : paid.slice(1))))
      await (by === 'run' ? host.alarm() : host.handle(asked('1', create)))
      expect(due()).not.toBeNull()
      expect(await host.alarm()).toMatchObject({ outstanding: ['ship'] })
    },
  )

  it('while an append is under way, none is taken back', async () => {
    const { alarms, due } = clockwork()
    const store = memoryStore()
    let finish: () => void = () => undefined
    const gate = new Promise<void>((resume) => (finish = resume))
    let held = false
    const host = hostOver(
      {
        ...store,
        append: (commit, options) => async () => {
          if (commit.commitId === 'slow') {
            held = true
            await gate
          }
          return store.append(commit, options)()
        },
      },
      () => 0,
      { process: shipping, alarms, send: () => () => Promise.resolve(left('no')) },
    )
    await host.handle(asked('1', create))
    expect(due()).toBeNull()
    const slow = host.handle(asked('slow', line))
    await expect.poll(() => held).toBe(true)
    await host.alarm()
    expect(due()).not.toBeNull()
    finish()
    await slow
    expect(due()).toBeNull()
  })

  it('that is asked for while it changes is not believed', async () => {
    const { alarms, due } = clockwork()
    const store = memoryStore()
    await hostOver(store).handle(asked('1', ...paid))
    let meanwhile: (() => Promise<unknown>) | undefined
    const host = hostOver(store, () => 5, {
      process: shipping,
      alarms: {
        ...alarms,
        getAlarm: async () => {
          const was = 3
          const run = meanwhile
          meanwhile = undefined
          await run?.()
          return run === undefined ? alarms.getAlarm() : was
        },
      },
      send: ({ id }, record) => record(id, { type: 'ChangeStatus', newStatus: 'shipped' }),
    })
    meanwhile = () => host.alarm()
    await host.handle(asked('2', line))
    // it was taken back while it was asked for: the request sets another one, which finds nothing to do
    expect(due()).toBe(5)
    await host.alarm()
    expect(due()).toBeNull()
  })

  it('a command that is sent for ever holds up no other, and no later alarm', async () => {
    const { alarms, due, ring } = clockwork()
    const two: Process<Recorded<OrderEvent>, string, string> = fromPending({
      initialState: 'new',
      evolve: shipping.evolve,
      pending: (status) =>
        status === 'paid' ? ['stuck', 'ship'].map((id) => ({ id, command: id })) : [],
      isTerminal: (status) => status === 'shipped',
    })
    const never = new Promise<never>(() => {})
    const host = hostOver(memoryStore(), () => 0, {
      process: two,
      alarms,
      timeout: 20,
      send: ({ id }, record) =>
        id === 'stuck' ? () => never : record(id, { type: 'ChangeStatus', newStatus: 'shipped' }),
    })
    await host.handle(asked('1', ...paid))
    ring()
    const ringing = host.alarm()
    ring()
    expect(await host.alarm()).toMatchObject({ type: 'Ran', sent: 0 })
    expect(due()).toBe(1_000)
    expect(await ringing).toMatchObject({ sent: 1, failed: [{ id: 'stuck' }], outstanding: [] })
    expect(due()).toBeNull()
  })

  it('of a storage that was emptied, nothing is taken for the new one', async () => {
    const { alarms, due } = clockwork()
    let store = memoryStore()
    const moving: Store = {
      load: (...asks) => store.load(...asks),
      append: (...asks) => store.append(...asks),
      readAll: (...asks) => store.readAll(...asks),
    }
    let sent = 0
    const host = hostOver(moving, () => 0, {
      process: shipping,
      alarms,
      send: ({ id }, record) => {
        sent++
        return record(id, { type: 'ChangeStatus', newStatus: 'shipped' })
      },
    })
    await host.handle(asked('old', ...paid))
    expect(await host.alarm()).toMatchObject({ sent: 1, outstanding: [] })
    const head = await moving.readAll(0, 0)()
    store = memoryStore()
    // as many events as before, at the same positions
    await host.handle(asked('new', create, line, { ...line, productId: '12' }, ...paid.slice(2)))
    expect(await moving.readAll(0, 0)()).toStrictEqual(head)
    expect(due()).not.toBeNull()
    expect(await host.alarm()).toMatchObject({ sent: 1, outstanding: [] })
    expect(sent).toBe(2)
  })

  it('that was taken away with the storage is set again', async () => {
    const { alarms, due, ring } = clockwork()
    const host = hostOver(memoryStore(), () => 0, {
      process: shipping,
      alarms,
      send: () => () => {
        ring() // whoever takes it tells nobody
        return Promise.resolve(left('no'))
      },
    })
    await host.handle(asked('1', ...paid))
    ring()
    await host.handle(asked('1', ...paid))
    expect(due()).toBe(0)
    await host.alarm()
    expect(due()).toBe(1_000)
  })

  it.each([NaN, Infinity, -Infinity])('a pause of %s is the usual one', async (pause) => {
    const { alarms, due } = clockwork()
    const send = () => () => Promise.resolve(left('no'))
    const following: Following = { process: shipping, alarms, send, pause: () => pause }
    const host = hostOver(memoryStore(), () => 0, following)
    await host.handle(asked('1', ...paid))
    for (const wait of [1_000, 2_000, 4_000]) {
      await host.alarm()
      expect(due()).toBe(wait)
    }
  })

  it('that rings beside a run leaves one while something is outstanding', async () => {
    const { alarms, due, ring } = clockwork()
    const host = hostOver(memoryStore(), () => 0, {
      process: shipping,
      alarms,
      send: () => async () => {
        ring()
        await host.alarm()
        return left('no')
      },
    })
    await host.handle(asked('1', ...paid))
    expect(await host.alarm()).toMatchObject({ outstanding: ['ship'] })
    expect(due()).toBe(1_000)
  })

  it('that can not be set refuses the append, and that can not be read keeps the answer', async () => {
    const { alarms } = clockwork()
    const send = () => () => Promise.resolve(right(null))
    const broken = { ...alarms, setAlarm: () => Promise.reject(new Error('no alarms')) }
    const host = hostOver(memoryStore(), () => 0, { process: shipping, alarms: broken, send })
    expect(await host.handle(asked('1', create))).toStrictEqual({
      type: 'Failed',
      failure: 'StoreUnavailable',
      reason: 'Error: no alarms',
    })
    expect(await host.alarm()).toMatchObject({ type: 'Failed', failure: 'Thrown' })
    const throws = { ...shipping, resume: () => JSON.parse('') as ReadonlyArray<never> }
    const other = hostOver(memoryStore(), () => 0, { process: throws, alarms, send })
    expect(await other.handle(asked('1', create))).toMatchObject({ type: 'Accepted' })
    expect(await other.alarm()).toMatchObject({ type: 'Failed', failure: 'Thrown' })
  })

  it('a host without a process has nothing to do', async () => {
    const nothing = { type: 'Ran', sent: 0, failed: [], outstanding: [] }
    expect(await hostOver(memoryStore()).alarm()).toStrictEqual(nothing)
  })

  it('a process that is new to an object with events is woken by the next request', async () => {
    const { alarms, due } = clockwork()
    const store = memoryStore()
    await hostOver(store).handle(asked('1', ...paid))
    const send = () => () => Promise.resolve(right(null))
    const host = hostOver(store, () => 8, { process: shipping, alarms, send })
    await host.handle(asked('2', line))
    expect(due()).toBe(8)
  })
})
