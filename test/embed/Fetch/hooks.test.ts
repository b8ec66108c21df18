// Laws 6 and 7 of src/embed/Fetch.ts: who may do what over HTTP, and whose a key is.
import { left, right } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { describe, expect, it, vi } from 'vitest'
import { commandCodec, eventCodec } from '../../../src/codec/IoTs.ts'
import type { Decider } from '../../../src/Decider.ts'
import type { FetchProblem } from '../../../src/embed/Fetch.ts'
import { toFetchHandler } from '../../../src/embed/Fetch.ts'
import type { Instant } from '../../../src/Recorded.ts'
import { immediate } from '../../../src/shell/CommandHandler/retry.ts'
import { memoryStore } from '../../../src/store/Memory.ts'
import type { Options } from '../http.ts'
import { client, clientOf, create, newStore, problem, tax } from '../http.ts'

const metadata: Options['metadata'] = async ({ headers }) => {
  const actor = (await Promise.resolve(headers.get('x-user'))) ?? undefined
  return { occurredAt: Date.UTC(1996, 6, 4), actor }
}

const unknown: FetchProblem = {
  status: 401,
  title: 'Unauthorized',
  headers: { 'www-authenticate': 'Bearer' },
}
const forbidden: FetchProblem = {
  type: 'https://shop.example/problems/not-yours',
  status: 403,
  title: 'Not yours',
  detail: 'The order belongs to somebody else.',
  data: { owner: 'Nancy', status: 200 },
}

describe('law 6: a hook for commands', () => {
  const guarded = (more: Partial<Options> = {}) =>
    client(newStore(), {
      metadata,
      command: async (command, { stream, metadata: { actor } }) => {
        await Promise.resolve()
        if (actor === undefined) return left(unknown)
        if (stream === 'hers' && actor !== 'Nancy') return left(forbidden)
        return command.type === 'CreateOrder'
          ? right({ ...command, customerId: actor.toUpperCase() })
          : right(command)
      },
      ...more,
    })
  const nancy = { 'x-user': 'Nancy' }

  it('lets commands in by who asks, for which stream, and changes them', async () => {
    const { post, get } = guarded()
    expect(await post('/orders/hers', 'k1', create, nancy)).toMatchObject({
      status: 200,
      body: { state: { customerId: 'NANCY' }, events: [{ actor: 'Nancy' }] },
    })
    expect(await post('/orders/hers', 'k2', tax(5), { 'x-user': 'Robert' })).toMatchObject({
      status: 403,
      body: {
        type: 'https://shop.example/problems/not-yours',
        status: 403,
        title: 'Not yours',
        detail: 'The order belongs to somebody else.',
        owner: 'Nancy',
      },
    })
    expect(await get('/orders/hers')).toMatchObject({ body: { version: 1 } })
  })

  it('refuses before the store is asked anything', async () => {
    const store = newStore()
    const load = vi.spyOn(store, 'load')
    const { post } = guarded({ store })
    for (const condition of [{}, { 'if-match': '*' }, { 'if-match': '"7"' }]) {
      const refused = await post('/orders/a', 'k', create, condition)
      expect(refused.status).toBe(401)
      expect(refused.headers.get('www-authenticate')).toBe('Bearer')
      expect(refused.headers.get('content-type')).toBe('application/problem+json')
      expect(refused.body).toStrictEqual({ status: 401, title: 'Unauthorized' })
    }
    expect(load).not.toHaveBeenCalled()
  })

  it('that refuses one command of a batch refuses them all', async () => {
    const { post, get } = guarded({
      command: (command) => (command.type === 'SetTax' ? left(forbidden) : right(command)),
    })
    expect(await post('/orders/a', 'k', [create, tax(1)])).toMatchObject({ status: 403 })
    expect(await get('/orders/a')).toMatchObject(problem('StreamNotFound', 404))
  })

  it('that throws, or makes no answer, is a fault', async () => {
    const onFault = vi.fn()
    const hooks: ReadonlyArray<NonNullable<Options['command']>> = [
      () => {
        throw new Error('hunter2')
      },
      () => Promise.reject(new Error('hunter2')),
      () => left({ ...forbidden, status: 200 }),
      () => left({ ...forbidden, headers: { 'a b': 'hunter2' } }),
    ]
    for (const command of hooks) {
      const { post } = guarded({ command, onFault })
      const answer = await post('/orders/a', 'k', create, nancy)
      expect(answer.status).toBe(500)
      expect(answer.text).not.toContain('hunter2')
    }
    expect(onFault).toHaveBeenCalledTimes(4)
  })
})

describe('law 6: a hook for readers', () => {
  it('is asked for each GET and HEAD of a stream, before the store', async () => {
    const store = newStore()
    await client(store).post('/orders/a', 'k', create)
    const { get, send } = client(store, {
      read: async ({ headers }, stream) => {
        await Promise.resolve()
        return stream === 'a' && headers.get('x-user') === 'Nancy' ? right('yes') : left(unknown)
      },
    })
    const nancy = { 'x-user': 'Nancy' }
    for (const path of ['/orders/a', '/orders/a/history', '/orders/a?version=0']) {
      expect(await get(path)).toMatchObject({ status: 401 })
      expect(await send(path, { method: 'HEAD' })).toMatchObject({ status: 401, text: '' })
      expect(await get(path, nancy)).toMatchObject({ status: 200 })
    }
    expect(await get('/orders/b', nancy)).toMatchObject({ status: 401 })
  })
})

describe('a rule about time and people', () => {
  type Approve = { readonly type: 'Approve'; readonly at: Instant; readonly by: string }
  type Approved = { readonly type: 'Approved'; readonly at: Instant; readonly by: string }
  const decider: Decider<Approve, number, Approved, { readonly type: 'TooLate' }> = {
    initialState: 0,
    decide: ({ at, by }) =>
      at < Date.UTC(1996, 7, 1) ? right([{ type: 'Approved', at, by }]) : left({ type: 'TooLate' }),
    evolve: (state) => state + 1,
    isTerminal: () => false,
  }
  const events = eventCodec<Approved>({ Approved: { at: t.number, by: t.string } })

  it('gets both from the server: what a client says of them is not let in', async () => {
    const { post, get } = clientOf(
      toFetchHandler({
        decider,
        store: memoryStore(),
        retry: immediate(3),
        commands: commandCodec({ Approve: {} }),
        events,
        state: (approvals) => approvals,
        metadata,
        command: ({ type }, { metadata: { occurredAt, actor } }) =>
          actor === undefined ? left(unknown) : right({ type, at: occurredAt ?? 0, by: actor }),
      }),
    )
    const forged = { type: 'Approve', at: 0, by: 'Andrew', occurredAt: 0, actor: 'Andrew' }
    const nancy = { 'x-user': 'Nancy' }
    expect(await post('/a', 'k', forged)).toMatchObject({ status: 401 })
    await post('/a', 'k', forged, nancy)
    const at = Date.UTC(1996, 6, 4)
    expect((await get('/a/history')).body).toMatchObject({
      events: [
        {
          actor: 'Nancy',
          occurredAt: new Date(at).toISOString(),
          event: { data: { type: 'Approved', at, by: 'Nancy' } },
        },
      ],
    })
  })
})

describe('law 7: a key that was used', () => {
  const by = (actor: string) => ({ 'x-user': actor })
  const other = problem('CommitIdReused', 422, { commitId: 'k' })

  it('with another body is refused, and nothing is recorded', async () => {
    const { post, get } = client()
    await post('/orders/a', 'k', create)
    expect(await post('/orders/a', 'k', tax(5))).toMatchObject(other)
    expect(await post('/orders/a', 'k', [create, tax(5)])).toMatchObject(other)
    expect(await post('/orders/a', 'k', { ...create, customerId: 'HANAR' })).toMatchObject(other)
    expect(await post('/orders/a', 'k', tax(5), { 'if-match': '"1"' })).toMatchObject(other)
    expect(await post('/orders/a', 'k', tax(5), { 'if-match': '"9", "8"' })).toMatchObject(other)
    expect(await get('/orders/a')).toMatchObject({ body: { version: 1 } })
  })

  it('with the same commands gets its answer, however they are written', async () => {
    const { post, send } = client()
    const { body } = await post('/orders/a', 'k', create)
    const headers = { 'content-type': 'application/json', 'idempotency-key': '"k";v=1' }
    const { type, customerId, currency } = create
    for (const text of [
      JSON.stringify(create, null, 2),
      JSON.stringify({ currency, customerId, type }),
      JSON.stringify([create]),
      JSON.stringify({ ...create, note: 'a field that no command has', at: [1] }),
    ]) {
      const again = await send('/orders/a', { method: 'POST', headers, body: text })
      expect(again).toMatchObject({ status: 200, body: body as object })
    }
  })

  it('with other values of a field that the codec knows is refused', async () => {
    const { post } = client()
    await post('/orders/a', 'k0', create)
    expect(await post('/orders/a', 'k', { ...tax(5), note: 1 })).toMatchObject({ status: 200 })
    expect(await post('/orders/a', 'k', { ...tax(5), note: 2 })).toMatchObject({ status: 200 })
    expect(await post('/orders/a', 'k', tax(6))).toMatchObject(other)
    expect(await post('/orders/a', 'k', [tax(5), tax(5)])).toMatchObject(other)
  })

  it('by somebody else is refused: nobody gets the answer to what another asked', async () => {
    const { post } = client(newStore(), { metadata })
    expect(await post('/orders/a', 'k', create, by('Nancy'))).toMatchObject({ status: 200 })
    expect(await post('/orders/a', 'k', create, by('Robert'))).toMatchObject(other)
    expect(await post('/orders/a', 'k', create)).toMatchObject(other)
    expect(await post('/orders/a', 'k', create, by('Nancy'))).toMatchObject({ status: 200 })
  })

  it('is told from others though the hook makes other commands of the same body', async () => {
    let now = 0
    const { post } = client(newStore(), {
      command: (command) =>
        right(command.type === 'CreateOrder' ? { ...command, customerId: `C${now++}` } : command),
    })
    const made = await post('/orders/a', 'k', create)
    expect(await post('/orders/a', 'k', create)).toMatchObject({
      status: 200,
      body: made.body as object,
    })
  })

  it('at once with two bodies serves one of them', async () => {
    const { post, get } = client()
    await post('/orders/a', 'k0', create)
    const answers = await Promise.all([1, 2, 3].map((n) => post('/orders/a', 'k', tax(n))))
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toStrictEqual([
      200, 422, 422,
    ])
    expect(await get('/orders/a')).toMatchObject({ body: { version: 2 } })
  })
})
