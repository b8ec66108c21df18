// docs/examples/http on a real port, asked by a real client.
import { connect, type AddressInfo } from 'node:net'
import { createServer, type Server } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Tokens } from '../../docs/examples/http/orders.ts'
import { newStore, orders } from '../../docs/examples/http/orders.ts'
import { toRequestListener } from '../../src/embed/Node.ts'
import { create, problem, reply, tax } from './http.ts'

const tokens: Tokens = new Map([
  ['nancy', { role: 'Office', name: 'nancy' }],
  ['vinet', { role: 'Customer', name: 'VINET' }],
])
const office = { authorization: 'Bearer nancy' }
const customer = { authorization: 'Bearer vinet' }

let server: Server
let base = ''
beforeAll(async () => {
  server = createServer(toRequestListener(orders(newStore(), tokens)))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

/** What the tests below give as headers. */
type Headed = Readonly<Record<string, string>> | undefined

const send = async (path: string, init: RequestInit = {}) =>
  reply(
    await fetch(`${base}${path}`, { ...init, headers: { ...office, ...(init.headers as Headed) } }),
  )

const post = (path: string, key: string, body: string, headers = {}) =>
  send(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key, ...headers },
    body,
  })

/** Bytes as they are, which no client would send. */
const raw = (text: string): Promise<string> =>
  new Promise((resolve, reject) => {
    let answer = ''
    const socket = connect(Number(new URL(base).port), '127.0.0.1', () => socket.write(text))
    socket.on('data', (data) => (answer += data.toString()))
    socket.on('end', () => resolve(answer)).on('error', reject)
  })

describe('the server', () => {
  it('takes commands and gives what they led to', async () => {
    const made = await post('/orders/a', 'k1', JSON.stringify(create))
    expect(made).toMatchObject({ status: 200, body: { version: 1 } })
    const etag = made.headers.get('etag') ?? ''
    const body = JSON.stringify(tax(250))
    const set = { status: 200, body: { version: 2, state: { tax: 250 } } }
    expect(await post('/orders/a', 'k2', body, { 'if-match': etag })).toMatchObject(set)
    expect(await post('/orders/a', 'k2', body, { 'if-match': etag })).toMatchObject(set)
    expect(await post('/orders/a', 'k3', body, { 'if-match': etag })).toMatchObject(
      problem('PreconditionFailed', 412, { actual: 2 }),
    )
    expect(await send('/orders/a')).toMatchObject({ status: 200, body: { state: { tax: 250 } } })
    const tag = (await send('/orders/a')).headers.get('etag') ?? ''
    expect(await send('/orders/a', { headers: { 'if-none-match': tag } })).toMatchObject({
      status: 304,
    })
    expect(await send('/orders/a', { method: 'HEAD' })).toMatchObject({ status: 200, text: '' })
    expect(await send('/orders/a/history')).toMatchObject({ body: { events: [{}, {}] } })
  })

  it('knows who asks: customers have their own orders, at our prices', async () => {
    const mine = '/orders/order-VINET-1'
    const ask = (key: string, command: unknown, path = mine) =>
      post(path, key, JSON.stringify(command), customer)
    expect(await ask('v1', { ...create, customerId: 'HANAR' })).toMatchObject({
      status: 200,
      body: { state: { customerId: 'VINET' }, events: [{ actor: 'VINET' }] },
    })
    const line = { type: 'AddLine', productId: '11', quantity: 1, unitPrice: 1, discount: 10_000 }
    expect(await ask('v2', line)).toMatchObject({ status: 200, body: { state: { total: 1_400 } } })
    expect(await ask('v3', { ...line, productId: 'x' })).toMatchObject({ status: 422 })
    const confirm = { type: 'ChangeStatus', newStatus: 'confirmed' }
    expect(await ask('v4', confirm)).toMatchObject({ status: 200 })
    const denied = [{ ...confirm, newStatus: 'paid' }, tax(0), { type: 'SetShipping', amount: 0 }]
    for (const command of denied) expect(await ask('v5', command)).toMatchObject({ status: 403 })
    expect(await ask('v5', create, '/orders/order-HANAR-1')).toMatchObject({ status: 403 })
    expect(await send('/orders/order-HANAR-1', { headers: customer })).toMatchObject({
      status: 403,
    })
    expect(await send(mine, { headers: customer })).toMatchObject({ body: { version: 3 } })
    const nobody = await send(mine, { headers: { authorization: 'Bearer x' } })
    expect([nobody.status, nobody.headers.get('www-authenticate')]).toStrictEqual([401, 'Bearer'])
  })

  it('answers what it refuses', async () => {
    expect(await post('/orders/b', 'k4', JSON.stringify(tax(1)))).toMatchObject(
      problem('Rejected', 404),
    )
    expect(await post('/orders/b', 'k4', '{')).toMatchObject(problem('MalformedJson', 400))
    expect(await send('/orders/%ff')).toMatchObject(problem('MalformedPath', 400))
    expect(await send('/orders/b', { method: 'DELETE' })).toMatchObject({ status: 405 })
  })

  it('answers a body that is too long while it is still coming, and the next request', async () => {
    const announced = await post('/orders/b', 'k5', ' '.repeat(5_000_000))
    expect(announced).toMatchObject(problem('BodyTooLarge', 413))
    let sent = 0
    const body = new ReadableStream({
      pull: (controller) => {
        if ((sent += 50_000) > 5_000_000) controller.close()
        else controller.enqueue(new Uint8Array(50_000).fill(0x20))
      },
    })
    const headers = { 'content-type': 'application/json', 'idempotency-key': 'k5' }
    const init: RequestInit = { method: 'POST', headers, body, duplex: 'half' }
    expect(await send('/orders/b', init)).toMatchObject(problem('BodyTooLarge', 413))
    expect(await send('/orders/b')).toMatchObject(problem('StreamNotFound', 404))
  })

  it.each(['TRACE / HTTP/1.1', 'GET http:// HTTP/1.1', 'OPTIONS * HTTP/1.1'])(
    'answers %s',
    async (line) => {
      const answer = await raw(`${line}\r\nHost: x\r\nConnection: close\r\n\r\n`)
      expect(answer).toMatch(/^HTTP\/1\.1 (40[045]|501) /)
    },
  )
})
