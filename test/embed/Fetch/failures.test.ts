// Every status that src/embed/Fetch.ts answers to a request that fails.
import { describe, expect, it } from 'vitest'
import { orderCommandCodec } from '../../../src/order/codec.ts'
import { at, begun, client, create, newStore, problem, reply, tax } from '../http.ts'

const json = { 'content-type': 'application/json', 'idempotency-key': 'k' }

const raw = (
  body: NonNullable<RequestInit['body']>,
  headers: Readonly<Record<string, string>> = json,
): RequestInit => ({
  method: 'POST',
  headers,
  body,
})

describe('400', () => {
  it.each(['', '{', 'null x', '{"type":}', '\uFEFF\uFEFF{}', '['.repeat(50_000)])(
    'of a body that is no JSON: %j',
    async (body) => {
      const { send } = client()
      expect(await send('/orders/a', raw(body))).toMatchObject(problem('MalformedJson', 400))
    },
  )

  it('of a body that is not UTF-8', async () => {
    const { send } = client()
    const bytes = new Uint8Array([0x22, 0xff, 0x22])
    expect(await send('/orders/a', raw(bytes))).toMatchObject(problem('UnreadableBody', 400))
    const cut = new Uint8Array([0x22, 0xc3])
    expect(await send('/orders/a', raw(cut))).toMatchObject(problem('UnreadableBody', 400))
  })

  it('of a body that does not arrive', async () => {
    const { handle } = client()
    const body = new ReadableStream({
      pull: (controller) => controller.error(new Error('connection reset at 10.0.0.1')),
    })
    const init: RequestInit = { ...raw('x'), body, duplex: 'half' }
    const { text, ...rest } = await reply(await handle(new Request(at('/orders/a'), init)))
    expect(rest).toMatchObject(problem('UnreadableBody', 400))
    expect(text).not.toContain('10.0.0.1')
  })

  it('of a command that is none, with each issue under its path', async () => {
    const { post } = client()
    const refused = await post('/orders/a', 'k', { type: 'AddLine', productId: '', quantity: 1.5 })
    expect(refused).toMatchObject(problem('InvalidCommand', 400))
    expect(refused.headers.get('content-type')).toBe('application/problem+json')
    expect(refused.body).toMatchObject({
      issues: [
        { path: ['productId'], expected: 'a non-empty string' },
        { path: ['quantity'], message: 'quantity: expected an integer, got 1.5' },
        { path: ['unitPrice'] },
        { path: ['discount'] },
      ],
    })
    expect(await post('/orders/a', 'k', [create, { type: 'SetTax' }])).toMatchObject(
      problem('InvalidCommand', 400, { issues: [{ path: [1, 'amount'] }] }),
    )
    expect(await post('/orders/a', 'k', [])).toMatchObject(
      problem('InvalidCommand', 400, { issues: [{ path: [] }] }),
    )
    expect(await post('/orders/a', 'k', [[create]])).toMatchObject(
      problem('InvalidCommand', 400, { issues: [{ path: [0, 'type'] }] }),
    )
  })

  it('with 20 issues at most', async () => {
    const issue = { path: ['a'], expected: 'b', actual: 1 }
    const issues = [issue, ...Array.from({ length: 29 }, () => issue)] as const
    const { post } = client(newStore(), {
      commands: { ...orderCommandCodec, decode: () => ({ _tag: 'Left', left: issues }) },
    })
    const { body } = await post('/orders/a', 'k', create)
    expect((body as { readonly issues: unknown }).issues).toHaveLength(20)
  })

  it('of data that no store could keep', async () => {
    const { send } = client()
    const deep = `{"type":${'['.repeat(1_000)}${']'.repeat(1_000)}}`
    for (const body of [deep, '{"type":"SetTax","amount":1,"__proto__":{}}']) {
      expect(await send('/orders/a', raw(body))).toMatchObject(problem('InvalidCommand', 400))
    }
  })

  it('of a request without a key, unless an option makes one', async () => {
    const init = raw(JSON.stringify(create), { 'content-type': 'application/json' })
    expect(await client().send('/orders/a', init)).toMatchObject(
      problem('MissingIdempotencyKey', 400),
    )
    const made = client(newStore(), {
      commitId: ({ headers }, stream) => `${stream} ${headers.get('content-type')}`,
    })
    expect(await made.send('/orders/a', init)).toMatchObject({
      status: 200,
      body: { events: [{ commitId: 'a application/json' }] },
    })
    expect(await made.post('/orders/b', 'own', create)).toMatchObject({
      body: { events: [{ commitId: 'own' }] },
    })
  })

  it.each([
    ['idempotency-key', '', 'Idempotency-Key'],
    ['idempotency-key', 'a b', 'Idempotency-Key'],
    ['idempotency-key', '""', 'Idempotency-Key'],
    ['idempotency-key', '"a', 'Idempotency-Key'],
    ['idempotency-key', '"a\\b"', 'Idempotency-Key'],
    ['idempotency-key', 'ä', 'Idempotency-Key'],
    ['idempotency-key', 'k'.repeat(256), 'Idempotency-Key'],
    ['if-match', '3', 'If-Match'],
    ['if-match', '"3', 'If-Match'],
    ['if-match', '"3" "4"', 'If-Match'],
    ['if-match', 'w/"3"', 'If-Match'],
    ['if-match', '*, "3"', 'If-Match'],
    ['if-none-match', '3', 'If-None-Match'],
  ])('of a header %s: %s', async (name, value, header) => {
    const { post } = client()
    expect(await post('/orders/a', 'k', create, { [name]: value })).toMatchObject(
      problem('InvalidHeader', 400, { header }),
    )
  })

  it('of conditions on a GET that are none', async () => {
    const { get } = await begun()
    expect(await get('/orders/a', { 'if-match': '2' })).toMatchObject(problem('InvalidHeader', 400))
    expect(await get('/orders/a', { 'if-none-match': '2' })).toMatchObject(
      problem('InvalidHeader', 400),
    )
  })

  it.each([
    ['version=', 'version'],
    ['version=-1', 'version'],
    ['version=1.0', 'version'],
    ['version=9007199254740993', 'version'],
    ['version=1&version=1', 'version'],
    ['asOf=', 'asOf'],
    ['asOf=yesterday', 'asOf'],
    ['asOf=1996-07-04', 'asOf'],
    ['asOf=1996-02-30T00:00:00Z', 'asOf'],
    ['asOf=1996-07-04T24:00:00Z', 'asOf'],
    ['asOf=1996-07-04T00:00:60Z', 'asOf'],
    ['asOf=1996-07-04T00:00:00', 'asOf'],
    ['asOf=1996-07-04T00:00:00-24:00', 'asOf'],
    ['asOf=1996-07-04T00:00:00-01:60', 'asOf'],
    ['asOf=8640000000000001', 'asOf'],
    ['asOf=1.5', 'asOf'],
    ['asOf=1&version=1', 'asOf'],
    ['clock=wall', 'clock'],
  ])('of a query %s', async (query, parameter) => {
    const { get } = await begun()
    expect(await get(`/orders/a?${query}`)).toMatchObject(
      problem('InvalidQuery', 400, { parameter }),
    )
  })

  it('of a parameter that is given twice', async () => {
    const { get } = await begun()
    expect(await get('/orders/a?version=1&version=2')).toMatchObject(
      problem('InvalidQuery', 400, { detail: 'The parameter version must be given once.' }),
    )
    expect(await get('/orders/a?version=x')).toMatchObject(
      problem('InvalidQuery', 400, {
        detail: 'The parameter version must be a non-negative integer.',
      }),
    )
  })

  it('of a query of a history', async () => {
    const { get } = await begun()
    expect(await get('/orders/a/history?after=x')).toMatchObject(
      problem('InvalidQuery', 400, { parameter: 'after' }),
    )
  })

  it.each(['%', '%f', '%zz', '%ff', '%c3', '%00', 'a'.repeat(801), '%ED%A0%80'])(
    'of a path %s',
    async (name) => {
      const { get } = client()
      expect(await get(`/orders/${name}`)).toMatchObject(problem('MalformedPath', 400))
    },
  )
})

describe('404', () => {
  it.each(['/', '/orders', '/orders/', '/Orders/a', '/ordersa', '/orders//', '/orders/a/'])(
    'of a path %s',
    async (path) => {
      const { get } = await begun()
      expect(await get(path)).toMatchObject(problem('UnknownPath', 404))
    },
  )

  it.each(['/orders/a/History', '/orders/a/history/', '/orders/a/history/1', '/orders//history'])(
    'of a path %s',
    async (path) => {
      const { get } = await begun()
      expect(await get(path)).toMatchObject(problem('UnknownPath', 404))
    },
  )

  it('of a stream and of a version that are not there', async () => {
    const { get, send } = await begun()
    for (const path of ['/orders/b', '/orders/b/history', '/orders/b?version=0']) {
      expect(await get(path)).toMatchObject(problem('StreamNotFound', 404, { stream: 'b' }))
    }
    expect(await get('/orders/b', { 'if-match': '"1"' })).toMatchObject({ status: 404 })
    expect(await get('/orders/a?version=3')).toMatchObject(
      problem('VersionNotFound', 404, { stream: 'a', version: 3, actual: 2 }),
    )
    const head = await send('/orders/b', { method: 'HEAD' })
    expect([head.status, head.text]).toStrictEqual([404, ''])
  })
})

describe('405', () => {
  it.each([
    ['PUT', '/orders/a', 'GET, HEAD, POST'],
    ['DELETE', '/orders/a', 'GET, HEAD, POST'],
    ['OPTIONS', '/orders/a', 'GET, HEAD, POST'],
    ['LOCK', '/orders/a', 'GET, HEAD, POST'],
    ['POST', '/orders/a/history', 'GET, HEAD'],
  ])('of %s %s', async (method, path, allow) => {
    const { send } = client()
    const answer = await send(path, { method })
    expect(answer).toMatchObject(problem('MethodNotAllowed', 405))
    expect(answer.headers.get('allow')).toBe(allow)
  })
})

describe('413', () => {
  const sized = (bytes: number) => {
    const text = JSON.stringify(create)
    return text + ' '.repeat(bytes - text.length)
  }

  it('of a body beyond the limit, and not of one at it', async () => {
    const { send } = client(newStore(), { maxBytes: 200 })
    expect(await send('/orders/a', raw(sized(200)))).toMatchObject({ status: 200 })
    expect(await send('/orders/a', raw(sized(201)))).toMatchObject(
      problem('BodyTooLarge', 413, { limit: 200 }),
    )
    expect(await send('/orders/a', raw('ä'.repeat(101)))).toMatchObject({ status: 413 })
    const { send: usual } = client()
    expect(await usual('/orders/a', raw(sized(100_000)))).toMatchObject({ status: 200 })
    expect(await usual('/orders/a', raw(sized(100_001)))).toMatchObject({ status: 413 })
  })

  it('of what a header says of it, before any of it is read', async () => {
    const { handle } = client()
    const headers = { ...json, 'content-length': '100001' }
    const request = new Request(at('/orders/a'), raw('{}', headers))
    expect(await reply(await handle(request))).toMatchObject(problem('BodyTooLarge', 413))
    expect(request.bodyUsed).toBe(false)
  })

  it('of a stream without end, of which no more is read than the limit', async () => {
    const { handle } = client(newStore(), { maxBytes: 1_000 })
    let pulled = 0
    const body = new ReadableStream(
      {
        pull: (controller) => {
          pulled += 100
          controller.enqueue(new Uint8Array(100).fill(0x20))
        },
      },
      { highWaterMark: 0 },
    )
    const request = new Request(at('/orders/a'), { ...raw('x'), body, duplex: 'half' })
    expect(await reply(await handle(request))).toMatchObject(problem('BodyTooLarge', 413))
    expect(pulled).toBe(1_100)
  })

  it('and a body in single bytes is read as one', async () => {
    const { handle } = client()
    const bytes = new TextEncoder().encode(JSON.stringify({ ...create, customerId: 'Ä𝒳' }))
    let i = 0
    const body = new ReadableStream({
      pull: (controller) => {
        if (i === bytes.length) controller.close()
        else controller.enqueue(bytes.slice(i, ++i))
      },
    })
    const request = new Request(at('/orders/a'), { ...raw('x'), body, duplex: 'half' })
    expect(await reply(await handle(request))).toMatchObject({
      status: 200,
      body: { state: { customerId: 'Ä𝒳' } },
    })
  })
})

describe('415', () => {
  it.each(['text/plain', '', 'application/json; charset=latin1', 'application/json, text/plain'])(
    'of a body of type %s',
    async (type) => {
      const { post } = client()
      const answer = await post('/orders/a', 'k', create, { 'content-type': type })
      expect(answer).toMatchObject(problem('UnsupportedMediaType', 415))
      expect(answer.headers.get('accept')).toBe('application/json')
      expect(answer.headers.has('accept-encoding')).toBe(false)
    },
  )

  it('of a body that is compressed, and only then a header says which encodings are taken', async () => {
    const { post } = client()
    const answer = await post('/orders/a', 'k', create, { 'content-encoding': 'gzip' })
    expect(answer).toMatchObject(problem('UnsupportedContentEncoding', 415))
    expect(answer.headers.get('accept-encoding')).toBe('identity')
    expect(answer.headers.has('accept')).toBe(false)
  })

  it.each(['application/json; profile="a;charset=latin1"', 'application/vnd.order+json; v=1'])(
    'and not of a body of type %s',
    async (type) => {
      const { post } = client()
      expect(await post('/orders/a', 'k', create, { 'content-type': type })).toMatchObject({
        status: 200,
      })
    },
  )
})

describe('422', () => {
  it('of a command that the rules refuse, or the status that is given', async () => {
    const refused = problem('Rejected', 422, {
      stream: 'b',
      version: 0,
      index: 0,
      rejection: { type: 'OrderNotFound' },
    })
    expect(await client().post('/orders/b', 'k', tax(5))).toMatchObject(refused)
    const statuses = [404, 400, 499, 399, 500, 200, 404.5, NaN]
    const answers = statuses.map((status) =>
      client(newStore(), {
        rejectionStatus: ({ type }) => (type === 'OrderNotFound' ? status : 422),
        rejection: ({ type }) => type,
      }).post('/orders/b', 'k', tax(5)),
    )
    const got = await Promise.all(answers)
    expect(got.map(({ status }) => status)).toStrictEqual([404, 400, 499, 422, 422, 422, 422, 422])
    expect(got[0]?.body).toMatchObject({ status: 404, rejection: 'OrderNotFound' })
  })

  it('of the second command of a batch, of which nothing is recorded', async () => {
    const { post, get } = client()
    expect(await post('/orders/a', 'k', [create, tax(-1)])).toMatchObject(
      problem('Rejected', 422, { index: 1 }),
    )
    expect(await get('/orders/a')).toMatchObject({ status: 404 })
  })

  it('of a key that belongs to another stream, which is not told', async () => {
    const { post } = await begun()
    const answer = await post('/orders/b', 'k1', create)
    expect(answer).toMatchObject(problem('CommitIdTaken', 422, { commitId: 'k1' }))
    expect(answer.body).not.toHaveProperty('stream')
  })
})
