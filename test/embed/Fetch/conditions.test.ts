// Law 3 of src/embed/Fetch.ts: requests that say which version they are meant for.
import { describe, expect, it } from 'vitest'
import { begun, client, create, newStore, problem, tax } from '../http.ts'

describe('304 and 412', () => {
  it.each([
    ['"2.2.836524800000.k2"', 304],
    ['W/"2.2.836524800000.k2"', 304],
    ['"1.1.836524800000.k1", W/"2.2.836524800000.k2"', 304],
    [' , "x" ,"2.2.836524800000.k2", ', 304],
    ['*', 304],
    ['', 200],
    // the version alone proves nothing, and neither does the mark of another history
    ['"2"', 200],
    ['"2.2.836524800000.k9"', 200],
    ['"2.3.836524800000.k2"', 200],
    ['"2.2.836524800001.k2"', 200],
    ['"1"', 200],
    ['"x"', 200],
    ['"2x"', 200],
  ])('of a GET with If-None-Match: %s', async (tags, status) => {
    const { get, send } = await begun()
    for (const path of ['/orders/a', '/orders/a/history', '/orders/a?version=2']) {
      const answer = await get(path, { 'if-none-match': tags })
      expect([answer.status, answer.headers.get('etag')]).toStrictEqual([
        status,
        '"2.2.836524800000.k2"',
      ])
      expect(answer.headers.get('cache-control')).toBe('no-cache')
      expect(answer.headers.has('content-type')).toBe(status === 200)
      expect(answer.text === '').toBe(status === 304)
      const head = await send(path, { method: 'HEAD', headers: { 'if-none-match': tags } })
      expect(head.status).toBe(status)
    }
  })

  it.each([
    ['"2"', 200],
    ['"2.2.836524800000.k2"', 200],
    ['"1", "2"', 200],
    ['"1", "2.2.836524800000.k2"', 200],
    ['"2.2.836524800000.k9"', 412],
    ['"2.3.836524800000.k2"', 412],
    ['"2.2.836524800001.k2"', 412],
    ['"1", "2.2.836524800000.k9"', 412],
    ['"2.2.836524800000.%E0%80"', 412],
    ['*', 200],
    ['"1"', 412],
    ['W/"2"', 412],
    ['"x"', 412],
    ['', 412],
  ])('with If-Match: %s', async (tags, status) => {
    const { get, post } = await begun()
    expect(await get('/orders/a', { 'if-match': tags })).toMatchObject({ status })
    const answer = await post('/orders/a', 'k3', tax(6), { 'if-match': tags })
    expect(answer).toMatchObject({ status })
    if (status === 412) {
      expect(answer).toMatchObject(problem('PreconditionFailed', 412, { stream: 'a', actual: 2 }))
    }
    // the answer to the same request, though the stream has moved on
    await post('/orders/a', 'k4', tax(7))
    expect(await post('/orders/a', 'k3', tax(6), { 'if-match': tags })).toMatchObject(
      status === 200 ? { status, body: { version: 3 } } : { status },
    )
  })

  it('of a POST that expects a stream, or none', async () => {
    const { post } = await begun()
    for (const tags of ['*', '"1"', '"1", "2"', '"x"']) {
      expect(await post('/orders/b', 'k3', create, { 'if-match': tags })).toMatchObject(
        problem('PreconditionFailed', 412, { stream: 'b', actual: 0 }),
      )
    }
    expect(await post('/orders/a', 'k3', tax(6), { 'if-none-match': '*' })).toMatchObject(
      problem('PreconditionFailed', 412, { stream: 'a', actual: 2 }),
    )
    expect(await post('/orders/b', 'k3', create, { 'if-none-match': '*' })).toMatchObject({
      status: 200,
    })
    expect(await post('/orders/c', 'k5', create, { 'if-match': '"0"' })).toMatchObject({
      status: 200,
    })
  })
})

describe('law 3: a POST with If-None-Match', () => {
  it.each([
    ['"9"', 200],
    ['"1"', 200],
    ['W/"1", "x"', 200],
    ['', 200],
    ['"2"', 412],
    ['W/"2"', 412],
    ['"1" , "2"', 412],
    ['*', 412],
  ])('%s, where the stream is at version 2', async (tags, status) => {
    const { post } = await begun()
    const answer = await post('/orders/a', 'k3', tax(6), { 'if-none-match': tags })
    expect(answer).toMatchObject(
      status === 200
        ? { status, body: { version: 3 } }
        : problem('PreconditionFailed', 412, { stream: 'a', actual: 2 }),
    )
    // sent again, it gets its answer, also where the stream is now at a version that it excludes
    const again = { 'if-none-match': '"3"' }
    if (status === 200) {
      expect(await post('/orders/a', 'k3', tax(6), again)).toMatchObject({
        status: 200,
        body: answer.body as object,
      })
    }
  })

  it.each([
    ['"2"', '"3"', 200],
    ['*', '"3"', 200],
    ['"1", "2"', 'W/"1"', 200],
    ['"2"', '"2"', 412],
    ['"3"', '"1"', 412],
    ['*', '*', 412],
  ])('holds beside If-Match: %s, %s', async (ifMatch, ifNoneMatch, status) => {
    const { post } = await begun()
    const both = { 'if-match': ifMatch, 'if-none-match': ifNoneMatch }
    expect(await post('/orders/a', 'k3', tax(6), both)).toMatchObject({ status })
  })

  it('is met by a stream that does not exist', async () => {
    const { post } = await begun()
    expect(await post('/orders/b', 'k3', create, { 'if-none-match': '"1"' })).toMatchObject({
      status: 200,
      body: { version: 1 },
    })
  })

  it('is a conflict where another request comes between the look and the append', async () => {
    const store = newStore()
    const intruder = client(store)
    await intruder.post('/orders/a', 'k0', create)
    const { post } = client({
      ...store,
      append: (commit) => async () => {
        await intruder.post('/orders/a', 'i', tax(1))
        return store.append(commit)()
      },
    })
    const asked = (tags: string) => post('/orders/a', 'k', tax(5), { 'if-none-match': tags })
    expect(await asked('"9"')).toMatchObject(problem('VersionConflict', 409, { actual: 2 }))
    expect(await asked('"2"')).toMatchObject(problem('PreconditionFailed', 412, { actual: 2 }))
  })
})

describe('409', () => {
  it('of a POST that expects nothing where others always come first', async () => {
    const store = newStore()
    let n = 0
    const intruder = client(store)
    await intruder.post('/orders/a', 'k0', create)
    const { post } = client({
      ...store,
      append: (commit) => async () => {
        await intruder.post('/orders/a', `i${n}`, tax(++n))
        return store.append(commit)()
      },
    })
    expect(await post('/orders/a', 'k', tax(100))).toMatchObject(
      problem('VersionConflict', 409, { stream: 'a' }),
    )
  })
})
