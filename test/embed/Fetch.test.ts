import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import { requestHash } from '../../src/embed/internal/fingerprint.ts'
import { stateAsOf, stateAtVersion } from '../../src/History.ts'
import type { OrderCommand, OrderEvent, OrderState } from '../../src/order/index.ts'
import { orderDecider } from '../../src/order/index.ts'
import type { CommandRequest as Asked } from '../../src/shell/CommandHandler.ts'
import { commandHandler } from '../../src/shell/CommandHandler.ts'
import { immediate } from '../../src/shell/CommandHandler/retry.ts'
import type { EventStore, ExpectedVersion } from '../../src/store/EventStore.ts'
import { runs } from '../setup.ts'
import { walk } from '../support/orders.ts'
import { throughText } from './calls.ts'
import type { Reply } from './http.ts'
import { client, create, newStore, optionsOf, problem, tax } from './http.ts'
import type { EncodedEvent } from '../../src/codec/EventCodec.ts'
import { withCodec } from '../../src/store/Encoded.ts'
import { orderEventCodec } from '../../src/order/codec.ts'

const decider = orderDecider()

const created = { type: 'OrderCreated', customerId: 'VINET', currency: 'USD' }
const day = Date.UTC(1996, 6, 4)

const recorded = (version: number, event: { readonly type: string }, commitId: string) => ({
  version,
  position: version,
  commitId,
  recordedAt: '1996-07-05T00:00:00.000Z',
  occurredAt: '1996-07-04T00:00:00.000Z',
  event: { type: event.type, schemaVersion: 1, data: event },
})

describe('a stream', () => {
  it('is written by commands', async () => {
    const { post } = client()
    const first = await post('/orders/a', 'k1', create)
    expect(first).toMatchObject({ status: 200 })
    expect(Object.fromEntries(first.headers)).toStrictEqual({
      'cache-control': 'no-cache',
      'content-type': 'application/json',
      etag: '"1.1.836524800000.k1"',
    })
    expect(first.body).toStrictEqual({
      stream: 'a',
      version: 1,
      state: throughText(decider.evolve(decider.initialState, created as OrderEvent)),
      events: [recorded(1, created, 'k1')],
    })
    const second = await post('/orders/a', 'k2', [tax(5), tax(6)])
    expect(second.body).toMatchObject({
      version: 3,
      state: { tax: 6 },
      events: [{ version: 2 }, { version: 3, commitId: 'k2' }],
    })
  })

  it('and read: now, at a version, at an instant, and as its history', async () => {
    let now = day
    const { post, get } = client(newStore(), { metadata: () => ({ occurredAt: (now += 1_000) }) })
    await post('/orders/a', 'k1', create)
    const { body: after } = await post('/orders/a', 'k2', tax(5))
    await post('/orders/a', 'k3', tax(6))
    expect(await get('/orders/a')).toMatchObject({
      status: 200,
      body: { stream: 'a', version: 3, state: { tax: 6 } },
    })
    const then = await get('/orders/a?version=2')
    expect(then.headers.get('etag')).toBe('"2.2.836524800000.k2"')
    const { state } = after as { readonly state: unknown }
    expect(then.body).toStrictEqual({ stream: 'a', version: 2, state })
    for (const [asOf, clock] of [
      ['1996-07-04T00:00:02Z', ''],
      ['1996-07-04T00:00:02.999Z', '&clock=occurredAt'],
      ['1996-07-04T02:00:02%2B02:00', ''],
      [String(day + 2_000), ''],
    ]) {
      const { status, body, headers } = await get(`/orders/a?asOf=${asOf}${clock}`)
      expect([status, headers.get('etag')]).toStrictEqual([200, '"2.2.836524800000.k2"'])
      expect(body).toMatchObject({ stream: 'a', version: 2, clock: 'occurredAt', state })
    }
    expect(await get(`/orders/a?asOf=${day + 2_000}&clock=recordedAt`)).toMatchObject({
      body: {
        asOf: '1996-07-04T00:00:02.000Z',
        clock: 'recordedAt',
        version: 0,
        state: decider.initialState,
      },
    })
    expect(await get('/orders/a?version=0')).toMatchObject({
      body: { state: decider.initialState },
    })
    const history = await get('/orders/a/history')
    expect(history).toMatchObject({ status: 200, body: { version: 3 } })
    expect(history.headers.get('etag')).toBe('"3.3.836524800000.k3"')
    expect(await get('/orders/a/history?after=2')).toMatchObject({
      body: { stream: 'a', version: 3, events: [{ version: 3, commitId: 'k3' }] },
    })
    const none = await get('/orders/a/history?after=3')
    expect(none.body).toStrictEqual({ stream: 'a', version: 3, events: [] })
  })

  it('a state of then is written on by nobody who has not seen what came after it', async () => {
    let at = day
    const { post, get } = client(newStore(), { metadata: () => ({ occurredAt: at }) })
    await post('/orders/a', 'k1', create)
    at += 2_000
    await post('/orders/a', 'k2', tax(5))
    const then = `/orders/a?asOf=${day + 1_000}`
    const etag = (await get(then)).headers.get('etag') ?? ''
    expect(await post('/orders/a', 'k3', tax(6), { 'if-match': etag })).toMatchObject(
      problem('PreconditionFailed', 412, { actual: 2 }),
    )
    // what happens later does not change it; what is found to have happened before does
    at += 2_000
    await post('/orders/a', 'k4', tax(7))
    expect(await get(then, { 'if-none-match': etag })).toMatchObject({ status: 304 })
    at = day + 500
    await post('/orders/a', 'k5', tax(8))
    expect(await get(then, { 'if-none-match': etag })).toMatchObject({
      status: 200,
      body: { version: 2, state: { tax: 8 } },
    })
  })

  it('keeps what the request says about itself', async () => {
    const { post, get } = client(newStore(), {
      metadata: ({ headers }) => ({
        occurredAt: day,
        actor: headers.get('x-user') ?? '',
        correlationId: 'c',
        causationId: 'd',
      }),
    })
    await post('/orders/a', 'k1', create, { 'x-user': 'Nancy' })
    expect((await get('/orders/a/history')).body).toMatchObject({
      events: [{ actor: 'Nancy', correlationId: 'c', causationId: 'd' }],
    })
  })

  it('has any name that a path can hold', async () => {
    const { post, get } = client()
    for (const name of ['a b', 'ä/ö', '100%', '𝒳', 'history', '?#', '"', "'", '..x']) {
      const path = `/orders/${encodeURIComponent(name)}`
      expect(await post(path, `"k ${encodeURIComponent(name)}"`, create)).toMatchObject({
        status: 200,
        body: { stream: name },
      })
      expect(await get(`${path}/history`)).toMatchObject({ status: 200, body: { stream: name } })
    }
  })

  it.each([
    ['', '/a'],
    ['/', '/a'],
    ['/api/v1/', '/api/v1/a'],
    ['orders', '/orders/a'],
    ['api/v1', '/api/v1/a'],
    ['//orders//', '/orders/a'],
    ['/my orders', '/my%20orders/a'],
    ['/my%20orders/', '/my orders/a'],
    ['/ä', '/%C3%A4/a'],
    ['%C3%A4', '/ä/a'],
    ['/?#', '/%3F%23/a'],
    ['/a:b', '/a:b/a'],
  ])('lies beneath the base %j', async (base, path) => {
    const { post, get } = client(newStore(), { base })
    expect(await post(path, 'k', create)).toMatchObject({ status: 200 })
    expect(await get(`${path}/history`)).toMatchObject({ status: 200 })
    expect(await get(`/elsewhere${path}`)).toMatchObject(problem('UnknownPath', 404))
  })
})

describe('paths', () => {
  it.each([
    ['/%6frders/a', '/orders/a'],
    ['/orders/%61', '/orders/a'],
    ['/orders/a/%68istory', '/orders/a/history'],
    ['/%6F%72ders/%61/histor%79', '/orders/a/history'],
    ['/orders/x%2fy', '/orders/x%2Fy'],
    ['/orders/x+y', '/orders/x%2By'],
    ['/orders/x;v=1', '/orders/x%3Bv%3D1'],
    ['/orders/~', '/orders/%7e'],
  ])('%s is %s, for both stand for the same', async (one, other) => {
    const { post, get } = client()
    const stream = one.replace('/%6F%72ders/%61', '/orders/a').replace(/\/(%68|h)istor(%79|y)$/, '')
    await post(stream, 'k', create)
    const [a, b] = [await get(one), await get(other)]
    expect(a).toMatchObject({ status: 200 })
    expect(a.body).toStrictEqual(b.body)
  })

  it('a plus in a path is a plus, and a slash that is encoded separates nothing', async () => {
    const { post, get } = client()
    expect(await post('/orders/x+y', 'k1', create)).toMatchObject({ body: { stream: 'x+y' } })
    expect(await get('/orders/x%20y')).toMatchObject(problem('StreamNotFound', 404))
    expect(await post('/orders/a%2Fhistory', 'k2', create)).toMatchObject({
      body: { stream: 'a/history' },
    })
    expect(await get('/orders/a/history')).toMatchObject(problem('StreamNotFound', 404))
    expect(await get('/orders%2Fa')).toMatchObject(problem('UnknownPath', 404))
  })

  it('a plus in an instant needs no encoding', async () => {
    const { post, get } = client()
    await post('/orders/a', 'k', create)
    expect(await get('/orders/a?asOf=1996-07-04T02:00:00+02:00')).toMatchObject({
      status: 200,
      body: { asOf: '1996-07-04T00:00:00.000Z', version: 1 },
    })
    expect(await get('/orders/a?asOf=1996-07-04+02:00:00Z')).toMatchObject(
      problem('InvalidQuery', 400),
    )
  })
})

const statesOf = async (store: EventStore<EncodedEvent>) => {
  const loaded = await withCodec(orderEventCodec)(store).load('a')()
  return E.isRight(loaded) ? loaded.right : []
}

const expectations: fc.Arbitrary<ExpectedVersion> = fc.oneof(
  fc.constant<ExpectedVersion>({ type: 'Any' }),
  fc.constant<ExpectedVersion>({ type: 'NoStream' }),
  fc.nat(8).map((version) => ({ type: 'Exactly', version }) as const),
)

const headersOf = (expected: ExpectedVersion): Readonly<Record<string, string>> => {
  switch (expected.type) {
    case 'Any':
      return {}
    case 'NoStream':
      return { 'if-none-match': '*' }
    case 'Exactly':
      return { 'if-match': `"${expected.version}"` }
  }
}

describe('laws', () => {
  // what JSON makes of the commands, where a number may be none
  const batches = fc.array(
    fc.tuple(
      walk(3, 30).filter((commands) => commands.length > 0),
      fc.nat(9),
      fc.oneof(
        { weight: 2, arbitrary: fc.constant<ExpectedVersion>({ type: 'Any' }) },
        expectations,
      ),
    ),
    { maxLength: 8 },
  )

  it('1: a POST answers what the command handler gives, sent once or twice', async () => {
    await fc.assert(
      fc.asyncProperty(batches, async (all) => {
        const [store, twin] = [newStore(), newStore()]
        const { post } = client(store)
        const options = optionsOf(twin)
        const handle = commandHandler(options)
        for (const [drawn, id, expected] of all) {
          const commands = throughText(drawn) as ReadonlyArray<OrderCommand>
          const answer = await post('/orders/a', `k${id}`, commands, headersOf(expected))
          const [first, ...rest] = commands.map((command) => options.commands.decode(command))
          if (first === undefined || E.isLeft(first) || rest.some(E.isLeft)) {
            expect(answer).toMatchObject(problem('InvalidCommand', 400))
            continue
          }
          const decoded = [
            first.right,
            ...rest.filter(E.isRight).map(({ right }) => right),
          ] as const
          const request: Asked<OrderCommand> = {
            stream: 'a',
            commitId: `k${id}`,
            fingerprint: await requestHash(options.commands, decoded, commands, undefined),
            commands: decoded,
            occurredAt: day,
            expected,
          }
          sameAs(answer, await handle(request)(), expected)
          const again = await post('/orders/a', `k${id}`, commands, headersOf(expected))
          sameAs(again, await handle(request)(), expected)
        }
        expect(await statesOf(store)).toStrictEqual(await statesOf(twin))
      }),
      { numRuns: runs(100) },
    )
  })

  type Result = Awaited<ReturnType<ReturnType<ReturnType<typeof handlerOf>>>>
  const handlerOf = () => commandHandler(optionsOf(newStore()))

  const sameAs = (answer: Reply, result: Result, expected: ExpectedVersion) => {
    if (E.isRight(result)) {
      const { stream, version, state, events } = result.right
      expect(answer.status).toBe(200)
      const last = events.at(-1)
      expect(answer.headers.get('etag')).toBe(
        last === undefined
          ? null
          : `"${version}.${last.position}.${last.recordedAt}.${last.commitId}"`,
      )
      const data = events.map(({ version: v, event, commitId }) => recorded(v, event, commitId))
      expect(answer.body).toStrictEqual({
        stream,
        version,
        state: throughText(state),
        events: data,
      })
    } else if (result.left.type === 'Rejected') {
      const { type, ...rejected } = result.left
      expect(answer).toMatchObject(problem(type, 422, throughText(rejected) as object))
    } else if (result.left.type === 'VersionConflict') {
      const { actual } = result.left
      expect(expected.type).not.toBe('Any')
      expect(answer).toMatchObject(problem('PreconditionFailed', 412, { stream: 'a', actual }))
    } else if (result.left.type === 'CommitIdReused') {
      expect(answer).toMatchObject(problem('CommitIdReused', 422))
    } else {
      expect(answer).toMatchObject(problem('InvalidCommit', 500))
    }
  }

  it('2 and 5: a GET answers what the history says, a HEAD the same without a body', async () => {
    await fc.assert(
      fc.asyncProperty(
        walk(8, 30),
        fc.infiniteStream(fc.integer({ min: -3, max: 3 })),
        async (all, hours) => {
          const store = newStore()
          const { post, get, send } = client(store, {
            metadata: () => ({ occurredAt: day + 3_600_000 * Number(hours.next().value) }),
          })
          let n = 0
          for (const command of all) await post('/orders/a', `k${n++}`, command)
          const history = await statesOf(store)
          if (history.length === 0) return
          const state = async (query: string) => {
            const path = `/orders/a?${query}`
            const { body, headers, status } = await get(path)
            const head = await send(path, { method: 'HEAD' })
            expect({ ...head, text: '', body: undefined }).toStrictEqual({
              status,
              headers,
              text: '',
              body: undefined,
            })
            return (body as { readonly state: unknown }).state
          }
          for (let v = 0; v <= history.length; v++) {
            const then = stateAtVersion(decider)(history, v)
            expect(some(await state(`version=${v}`))).toStrictEqual(throughText(then))
          }
          for (const hour of [-3, -1, 0, 1, 3]) {
            const instant = day + 3_600_000 * hour
            for (const clock of ['occurredAt', 'recordedAt'] as const) {
              const then: OrderState = stateAsOf(decider)(history, instant, clock)
              const iso = new Date(instant).toISOString()
              expect(await state(`asOf=${iso}&clock=${clock}`)).toStrictEqual(throughText(then))
            }
          }
        },
      ),
      { numRuns: runs(30) },
    )
  })

  it('3: of many that expect one version, one is accepted', async () => {
    const { post, get } = client()
    await post('/orders/a', 'k', create)
    const many = [1, 2, 3, 4, 5, 6, 7, 8]
    const posts = many.map((n) => post('/orders/a', `k${n}`, tax(n), { 'if-match': '"1"' }))
    const statuses = (await Promise.all(posts)).map(({ status }) => status)
    expect(statuses.filter((status) => status === 200)).toHaveLength(1)
    expect(statuses.filter((status) => status === 412)).toHaveLength(7)
    expect(await get('/orders/a')).toMatchObject({ body: { version: 2 } })
  })

  it('3: of many that create a stream, one is accepted', async () => {
    const { post } = client()
    const keys = ['k1', 'k2', 'k3', 'k4']
    const all = keys.map((key) => post('/orders/a', key, create, { 'if-none-match': '*' }))
    const statuses = (await Promise.all(all)).map(({ status }) => status)
    expect(statuses.toSorted((a, b) => a - b)).toStrictEqual([200, 412, 412, 412])
  })

  it('1: the same POST many times at once is one', async () => {
    const { post, get } = client()
    await post('/orders/a', 'k', create)
    const one = () => post('/orders/a', 'k1', tax(5), { 'if-match': '"1"' })
    const all = await Promise.all([one(), one(), one(), one()])
    for (const { status, body } of all) {
      expect(status).toBe(200)
      expect(body).toStrictEqual(all[0]?.body)
    }
    expect(await get('/orders/a')).toMatchObject({ body: { version: 2 } })
  })

  it('and those that expect nothing are all accepted, one after another', async () => {
    const { post, get } = client(newStore(), { retry: immediate(50) })
    await post('/orders/a', 'k', create)
    const many = Array.from({ length: 20 }, (_, n) => post('/orders/a', `k${n}`, tax(n + 1)))
    const versions = (await Promise.all(many)).map(
      ({ body }) => (body as { version: number }).version,
    )
    expect(versions.toSorted((a, b) => a - b)).toStrictEqual(many.map((_, i) => i + 2))
    expect(await get('/orders/a')).toMatchObject({ body: { version: 21 } })
  })
})
