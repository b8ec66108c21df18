// What a hook gives that is no answer is the fault of the server, and told to it alone; what a client
// sends is the client's.
import { left, right } from 'fp-ts/lib/Either.js'
import { some } from 'fp-ts/lib/Option.js'
import { describe, expect, it, vi } from 'vitest'
import type { ServerFault } from '../../../src/embed/Fetch.ts'
import type { OrderEvent } from '../../../src/order/index.ts'
import { memoryStore } from '../../../src/store/Memory.ts'
import { orderEventCodec } from '../../../src/order/codec.ts'
import type { Options } from '../http.ts'
import { client, create, newStore, problem } from '../http.ts'

/** What callers in plain JavaScript hand in, whatever the types say. */
const untyped = <A>(value: unknown): A => value as A

const said = { occurredAt: 0 }
const tooLong = 'n'.repeat(801)

const keyless: RequestInit = {
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(create),
}

describe('what a hook gives that is no answer is a fault of the server', () => {
  const metadata: ReadonlyArray<readonly [string, unknown, string]> = [
    ['an instant that is none', { ...said, occurredAt: NaN }, 'occurredAt'],
    ['half a millisecond', { ...said, occurredAt: 0.5 }, 'occurredAt'],
    ['an instant beyond all dates', { ...said, occurredAt: 8_640_000_000_000_001 }, 'occurredAt'],
    ['an instant as a text', { ...said, occurredAt: '1996-07-04' }, 'occurredAt'],
    ['an actor without a name', { ...said, actor: '' }, 'actor'],
    ['an actor whose name is too long', { ...said, actor: tooLong }, 'actor'],
    ['an actor that is a number', { ...said, actor: 7 }, 'actor'],
    ['an actor that is an option', { ...said, actor: some('Ann') }, 'actor'],
    ['a correlation id with NUL', { ...said, correlationId: 'a\0' }, 'correlationId'],
    ['half a surrogate pair', { ...said, causationId: '\ud800' }, 'causationId'],
  ]

  it.each(metadata)('metadata with %s', async (_, given, field) => {
    const onFault = vi.fn<(fault: ServerFault) => void>()
    const hook: Options['metadata'] = () => untyped(given)
    const { post, get } = client(newStore(), { metadata: hook, onFault })
    // also where no event would carry it
    for (const command of [create, { type: 'SetTax', amount: 1 }]) {
      const answer = await post('/orders/a', 'k', command)
      expect(answer).toMatchObject(problem('InvalidHookResult', 500))
      expect(answer.body).not.toHaveProperty('issues')
    }
    expect(onFault).toHaveBeenCalledTimes(2)
    expect(onFault.mock.calls[0]?.[0]).toMatchObject({
      type: 'InvalidHookResult',
      hook: 'metadata',
      issues: [{ path: [field] }],
    })
    expect(await get('/orders/a')).toMatchObject({ status: 404 })
  })

  it('all that is wrong with metadata is told at once, and so is none at all', async () => {
    const faults: Array<ServerFault> = []
    const onFault = (fault: ServerFault) => void faults.push(fault)
    const wrong = { occurredAt: NaN, actor: '', correlationId: '', causationId: '' }
    for (const given of [wrong, undefined, null, 'now']) {
      const { post } = client(newStore(), { metadata: () => untyped(given), onFault })
      expect(await post('/orders/a', 'k', create)).toMatchObject({ status: 500 })
    }
    expect(faults.map((fault) => 'issues' in fault && fault.issues.length)).toEqual([4, 1, 1, 1])
  })

  it.each([[''], [tooLong], ['a\0b'], [7], [undefined], [Promise.resolve('k')]])(
    'a commit id %j',
    async (given) => {
      const onFault = vi.fn<(fault: ServerFault) => void>()
      const { send } = client(newStore(), { commitId: () => untyped(given), onFault })
      expect(await send('/orders/a', keyless)).toMatchObject(problem('InvalidHookResult', 500))
      expect(onFault.mock.calls[0]?.[0]).toMatchObject({ hook: 'commitId' })
    },
  )

  const answers: ReadonlyArray<readonly [string, unknown]> = [
    ['nothing', undefined],
    ['true', true],
    ['a command by itself', create],
    ['a refusal without a problem', left(undefined)],
    ['a refusal with status 200', left({ status: 200, title: 'Fine' })],
    ['a refusal with status 600', left({ status: 600, title: 'What' })],
    ['a refusal without a status', left({ title: 'No' })],
    [
      'a refusal with a header that is none',
      left({ status: 403, title: 'No', headers: { 'a b': 'c' } }),
    ],
  ]

  it.each(answers)(
    '%s as the answer of command or read, which lets nothing in',
    async (_, given) => {
      const onFault = vi.fn<(fault: ServerFault) => void>()
      const store = newStore()
      await client(store).post('/orders/a', 'k', create)
      const load = vi.spyOn(store, 'load')
      const hooks = { command: () => untyped<never>(given), read: () => untyped<never>(given) }
      const { post, get } = client(store, { ...hooks, onFault })
      expect(await post('/orders/b', 'l', create)).toMatchObject(problem('InvalidHookResult', 500))
      expect(await get('/orders/a')).toMatchObject(problem('InvalidHookResult', 500))
      expect(load).not.toHaveBeenCalled()
      expect(onFault.mock.calls.map(([fault]) => 'hook' in fault && fault.hook)).toEqual([
        'command',
        'read',
      ])
    },
  )

  it('an event that a rule makes of a good command, and that can not be stored', async () => {
    const onFault = vi.fn<(fault: ServerFault) => void>()
    const events: typeof orderEventCodec = {
      ...orderEventCodec,
      encode: () => right({ type: 'OrderCreated', schemaVersion: 1, data: { amount: Infinity } }),
      decode: () => right(untyped<OrderEvent>(create)),
    }
    const { post } = client(memoryStore(), { events, onFault })
    const answer = await post('/orders/a', 'k', create)
    expect(answer).toMatchObject(problem('InvalidCommit', 500, { stream: 'a' }))
    expect(answer.body).not.toHaveProperty('issues')
    expect(onFault.mock.calls[0]?.[0]).toMatchObject({
      type: 'InvalidCommit',
      issues: [{ path: ['events', 0, 'data', 'amount'] }],
    })
  })

  it.each([[NaN], [0.5], [8_640_000_000_000_001], [undefined]])(
    'a clock of the store that says %s: nothing is recorded that could not be shown',
    async (instant) => {
      const onFault = vi.fn<(fault: ServerFault) => void>()
      const store = memoryStore({ now: () => untyped(instant) })
      const { post, get } = client(store, { onFault })
      expect(await post('/orders/a', 'k', create)).toMatchObject(problem('StoreUnavailable', 503))
      expect(onFault.mock.calls[0]?.[0]).toMatchObject({
        cause: `the clock of the store returned ${instant}`,
      })
      expect(await get('/orders/a/history')).toMatchObject({ status: 404 })
    },
  )
})

describe("what a client sends is the client's", () => {
  it('and no fault, whatever the hooks say', async () => {
    const onFault = vi.fn()
    const { post, send } = client(newStore(), {
      onFault,
      metadata: () => ({ ...said, actor: 'Nancy' }),
    })
    await post('/orders/a', 'k', create)
    const replies = [
      await post('/orders/a', 'k2', { type: 'CreateOrder', customerId: '\ud800' }),
      await post('/orders/a', '', create),
      await post('/orders/a', 'k'.repeat(256), create),
      await post('/orders/%00', 'k3', create),
      await post('/orders/a', 'k4', create, { 'if-match': '"1.1.9999999999999999.%00"' }),
      await send('/orders/a', keyless),
      await post('/orders/a', 'k', { ...create, customerId: 'HANAR' }),
    ]
    expect(replies.map(({ status }) => status)).toEqual([400, 400, 400, 400, 412, 400, 422])
    expect(onFault).not.toHaveBeenCalled()
  })
})
