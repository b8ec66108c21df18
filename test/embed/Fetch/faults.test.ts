// Laws 4 and 8 of src/embed/Fetch.ts: what goes out where the server itself is at fault or late.
import * as E from 'fp-ts/lib/Either.js'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { ServerFault } from '../../../src/embed/Fetch.ts'
import { toFetchHandler } from '../../../src/embed/Fetch.ts'
import { orderEventCodec } from '../../../src/order/codec.ts'
import { orderDecider } from '../../../src/order/index.ts'
import type { EventStore } from '../../../src/store/EventStore.ts'
import type { Options } from '../http.ts'
import { at, client, create, newStore, optionsOf, problem, reply, tax } from '../http.ts'
import type { EncodedEvent } from '../../../src/codec/EventCodec.ts'

const decider = orderDecider()

const other = { ...create, customerId: 'HANAR' }

describe('law 4: an engine that breaks its word', () => {
  const secret = 'password=hunter2'
  const broken = () =>
    Object.assign(new Error(secret), { stack: `Error: ${secret}\n    at /srv/a.js` })
  const unavailable = E.left({
    type: 'StoreUnavailable',
    operation: 'load',
    cause: broken(),
  } as const)
  const ways: ReadonlyArray<readonly [string, () => Promise<typeof unavailable>]> = [
    ['fails', () => Promise.resolve(unavailable)],
    ['rejects', () => Promise.reject(broken())],
    [
      'throws',
      () => {
        throw broken()
      },
    ],
  ]

  it.each(ways)('a store that %s is a 503 without the cause', async (_, way) => {
    const onFault = vi.fn<(fault: ServerFault, request: Request) => void>()
    const failing: EventStore<EncodedEvent> = {
      load: () => way,
      append: () => way,
      readAll: () => way,
    }
    const half: EventStore<EncodedEvent> = { ...newStore(), append: () => way }
    const { get, post } = client(failing, { onFault })
    const replies = [
      await get('/orders/a'),
      await get('/orders/a/history'),
      await post('/orders/a', 'k', create),
      await post('/orders/a', 'k', create, { 'if-match': '*' }),
      await client(half, { onFault }).post('/orders/a', 'k', create),
    ]
    for (const { status, body, text, headers } of replies) {
      expect(status).toBe(503)
      expect(body).toMatchObject({ type: 'urn:decider-ts:StoreUnavailable' })
      expect(headers.get('retry-after')).toBe('1')
      expect(text).not.toMatch(/hunter2|srv/)
    }
    expect(onFault).toHaveBeenCalledTimes(5)
    for (const [fault, request] of onFault.mock.calls) {
      expect(fault).toMatchObject({ type: 'StoreUnavailable', cause: { message: secret } })
      expect(request.url).toContain('http://localhost/orders/a')
    }
  })

  it('a busy store is a 503 that asks to come back', async () => {
    const onFault = vi.fn<(fault: ServerFault, request: Request) => void>()
    const failure = { type: 'StoreBusy', waiting: 9 } as const
    const busy = { ...newStore(), append: () => () => Promise.resolve(E.left(failure)) }
    const { status, body, headers } = await client(busy, { onFault }).post('/orders/a', 'k', create)
    expect([status, headers.get('retry-after')]).toStrictEqual([503, '1'])
    expect(body).toMatchObject({ type: 'urn:decider-ts:StoreBusy', title: 'Store busy' })
    expect(onFault.mock.calls.map(([fault]) => fault)).toStrictEqual([failure])
  })

  it('functions that throw are a 500 without the cause', async () => {
    const fail = () => {
      throw broken()
    }
    const onFault = vi.fn(fail)
    const store = newStore()
    await client(store).post('/orders/a', 'k', create)
    const replies = [
      await client(store, { onFault, state: fail }).get('/orders/a'),
      await client(store, { onFault, state: () => 1n }).get('/orders/a'),
      await client(store, { onFault, metadata: fail }).post('/orders/a', 'k1', tax(5)),
      await client(store, { onFault, rejection: fail }).post('/orders/a', 'k1', other),
      await client(store, { onFault, rejectionStatus: fail }).post('/orders/a', 'k1', other),
      await client(store, { onFault, decider: { ...decider, decide: fail } }).post(
        '/orders/a',
        'k1',
        tax(5),
      ),
      await client(store, { onFault, decider: { ...decider, evolve: fail } }).get('/orders/a'),
      await client(store, {
        onFault,
        commands: { ...optionsOf(store).commands, decode: fail },
      }).post('/orders/a', 'k1', tax(5)),
      await client(store, { onFault, events: { ...orderEventCodec, encode: fail } }).get(
        '/orders/a/history',
      ),
    ]
    for (const { status, body, text } of replies) {
      expect(status).toBe(500)
      expect(body).toMatchObject({ type: 'urn:decider-ts:Thrown' })
      expect(text).not.toMatch(/hunter2|srv/)
    }
    expect(onFault).toHaveBeenCalledTimes(replies.length)
  })

  it('whoever is told of a fault and fails later fails alone', async () => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    const state = () => {
      throw broken()
    }
    // no mock, which would look after the promise itself
    let told = 0
    const onFault = async () => {
      await Promise.resolve(++told)
      throw broken()
    }
    const { get, post } = client(newStore(), { onFault, state })
    await post('/orders/a', 'k', create)
    expect(await get('/orders/a')).toMatchObject(problem('Thrown', 500))
    await new Promise((resume) => setTimeout(resume, 20))
    process.off('unhandledRejection', unhandled)
    expect(told).toBe(2)
    expect(unhandled).not.toHaveBeenCalled()
  })

  it('events that the codec refuses are a 500 that names their place', async () => {
    const store = newStore()
    await client(store).post('/orders/a', 'k', create)
    const refusing = {
      ...orderEventCodec,
      encode: () =>
        E.left({
          eventType: 'X',
          schemaVersion: 1,
          issues: [{ path: ['a'], expected: 'b', actual: 1 }] as const,
        }),
    }
    expect(await client(store, { events: refusing }).get('/orders/a/history')).toMatchObject(
      problem('UnencodableEvent', 500, { stream: 'a' }),
    )
    expect(await client(store, { events: refusing }).post('/orders/a', 'k', create)).toMatchObject(
      problem('UnencodableEvent', 500, { stream: 'a' }),
    )
    const issues = [{ path: [], expected: 'b', actual: 1 }] as const
    const undecodable = E.left({
      type: 'UndecodableEvent',
      stream: 'a',
      version: 1,
      position: 1,
      eventType: 'X',
      schemaVersion: 1,
      path: '',
      issues,
    } as const)
    const lost: EventStore<EncodedEvent> = {
      ...store,
      load: () => () => Promise.resolve(undecodable),
    }
    expect(await client(lost).get('/orders/a')).toMatchObject(
      problem('UndecodableEvent', 500, { stream: 'a', version: 1 }),
    )
  })

  it('a body that has been read before is a 500', async () => {
    const handle = toFetchHandler(optionsOf(newStore()))
    const request = new Request(at('/orders/a'), {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'k' },
      body: '{}',
    })
    await request.text()
    expect((await handle(request)).status).toBe(500)
  })
})

describe('law 8: what takes too long', { timeout: 5_000 }, () => {
  const never = new Promise<never>(() => {})
  const stuck: EventStore<EncodedEvent> = { ...newStore(), load: () => () => never }
  const patient = { timeout: 100 }
  const ways: ReadonlyArray<readonly [string, Partial<Options>]> = [
    ['load', { store: stuck }],
    ['append', { store: { ...newStore(), append: () => () => never } }],
    ['metadata', { metadata: () => never }],
    ['command', { command: () => never }],
  ]

  it.concurrent.each(ways)(
    '%s that never answers is a 503, and the fault names it',
    async (name, way) => {
      const onFault = vi.fn<(fault: ServerFault) => void>()
      const { post } = client(newStore(), { onFault, ...patient, ...way })
      const answer = await post('/orders/a', 'k', create)
      expect(answer).toMatchObject(problem('GivenUp', 503))
      expect(answer.headers.get('retry-after')).toBe('1')
      expect(onFault).toHaveBeenCalledTimes(1)
      expect(onFault.mock.calls[0]?.[0]).toStrictEqual({
        type: 'GivenUp',
        operation: name,
        reason: 'TimedOut',
        outcome: name === 'append' ? 'Unknown' : 'NotStored',
        cause: undefined,
      })
    },
  )

  it.concurrent('a reader is answered in time, too', async () => {
    const faults: Array<ServerFault> = []
    const onFault = (fault: ServerFault) => void faults.push(fault)
    const { get, post } = client(stuck, { ...patient, onFault })
    expect(await get('/orders/a')).toMatchObject(problem('GivenUp', 503))
    expect(await post('/orders/a', 'k', create, { 'if-match': '*' })).toMatchObject(
      problem('GivenUp', 503),
    )
    const { get: hooked } = client(newStore(), { ...patient, onFault, read: () => never })
    expect(await hooked('/orders/a/history')).toMatchObject(problem('GivenUp', 503))
    expect(faults).toMatchObject(['load', 'load', 'read'].map((operation) => ({ operation })))
  })

  it.concurrent('a body that stalls is a 408, and no fault of the server', async () => {
    const onFault = vi.fn()
    const { handle } = client(newStore(), { ...patient, onFault })
    const cancel = vi.fn()
    const body = new ReadableStream<Uint8Array>({ cancel })
    const headers = { 'content-type': 'application/json', 'idempotency-key': 'k' }
    const init: RequestInit = { method: 'POST', body, duplex: 'half', headers }
    const answer = await reply(await handle(new Request(at('/orders/a'), init)))
    expect(answer).toMatchObject(problem('GivenUp', 408))
    expect(answer.headers.has('retry-after')).toBe(false)
    expect(cancel).toHaveBeenCalledTimes(1)
    expect(onFault).not.toHaveBeenCalled()
  })

  it('ends with the request, whose signal reaches the store, and is no fault then', async () => {
    const onFault = vi.fn()
    const aborted = vi.fn()
    let loading = 0
    const load: EventStore<EncodedEvent>['load'] = (_, __, options) => () => {
      loading++
      options?.signal?.addEventListener('abort', aborted)
      return never
    }
    const { handle } = client({ ...newStore(), load }, { onFault })
    const gone = new AbortController()
    const { signal } = gone
    const answers = [
      handle(new Request(at('/orders/a'), { signal })),
      handle(
        new Request(at('/orders/a'), {
          signal,
          method: 'POST',
          headers: { 'content-type': 'application/json', 'idempotency-key': 'k' },
          body: JSON.stringify(create),
        }),
      ),
    ]
    await expect.poll(() => loading).toBe(2)
    gone.abort()
    for (const answer of answers) expect((await answer).status).toBe(503)
    expect(aborted).toHaveBeenCalledTimes(2)
    expect(onFault).not.toHaveBeenCalled()
  })
})

describe('law 8: what takes too long and never pauses', () => {
  let time = 0
  beforeEach(() => {
    time = 0
    vi.spyOn(performance, 'now').mockImplementation(() => time)
  })
  afterEach(() => {
    vi.restoreAllMocks()
  })
  const slow =
    <A extends ReadonlyArray<unknown>, B>(run: (...given: A) => B): ((...given: A) => B) =>
    (...given) => {
      time += 100_000
      return run(...given)
    }
  const options = optionsOf(newStore())
  const ways: ReadonlyArray<readonly [string, Partial<Options>]> = [
    ['metadata', { metadata: slow(() => ({ occurredAt: 0 })) }],
    ['command', { command: slow(E.right) }],
    ['commitId', { commitId: slow(() => 'k') }],
    ['decode', { commands: { ...options.commands, decode: slow(options.commands.decode) } }],
    ['decide', { decider: { ...decider, decide: slow(decider.decide) } }],
  ]

  it.each(ways)('%s is named, and nothing is recorded', async (operation, way) => {
    const onFault = vi.fn<(fault: ServerFault) => void>()
    const store = newStore()
    const { send, get } = client(store, { onFault, ...way })
    const answer = await send('/orders/a', {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(operation === 'commitId' ? {} : { 'idempotency-key': 'k' }),
      },
      body: JSON.stringify(create),
    })
    expect(answer).toMatchObject(problem('GivenUp', 503))
    expect(onFault.mock.calls).toMatchObject([[{ operation, reason: 'TimedOut' }, {}]])
    expect(await get('/orders/a')).toMatchObject({ status: 404 })
  })

  it('a hook for readers is named', async () => {
    const onFault = vi.fn<(fault: ServerFault) => void>()
    const { get } = client(newStore(), { onFault, read: slow(E.right) })
    expect(await get('/orders/a')).toMatchObject(problem('GivenUp', 503))
    expect(onFault.mock.calls).toMatchObject([[{ operation: 'read', reason: 'TimedOut' }, {}]])
  })
})
