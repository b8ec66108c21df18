// Law 9 of src/embed/Fetch.ts: no response before the body has been read, whatever the request is refused for.
import { describe, expect, it } from 'vitest'
import { at, client, create } from '../http.ts'

type Headed = Readonly<Record<string, string>>

const json: Headed = { 'content-type': 'application/json' }
const keyed: Headed = { ...json, 'idempotency-key': 'k' }

/** Requests that are refused before anybody asks for their body: status, method, path and headers. */
const refused: ReadonlyArray<readonly [number, string, string, Headed]> = [
  [415, 'POST', '/orders/a', { 'idempotency-key': 'k', 'content-type': 'text/plain' }],
  [415, 'POST', '/orders/a', { ...keyed, 'content-encoding': 'gzip' }],
  [400, 'POST', '/orders/a', json],
  [400, 'POST', '/orders/a', { ...keyed, 'if-match': '3' }],
  [404, 'POST', '/elsewhere', keyed],
  [404, 'POST', '/orders/a/b/c', keyed],
  [405, 'POST', '/orders/a/history', keyed],
  [405, 'PUT', '/orders/a', keyed],
]

/** A body that comes in two pieces, with what has been taken of it. */
const inPieces = () => {
  const pieces = [JSON.stringify(create).slice(0, 9), JSON.stringify(create).slice(9)]
  const taken = { pieces: 0, all: false }
  const pull = (controller: ReadableStreamDefaultController<Uint8Array>) => {
    const piece = pieces[taken.pieces]
    if (piece === undefined) {
      taken.all = true
      controller.close()
    } else {
      taken.pieces++
      controller.enqueue(new TextEncoder().encode(piece))
    }
  }
  return { taken, body: new ReadableStream<Uint8Array>({ pull }, { highWaterMark: 0 }) }
}

describe('law 9: a body that nobody asks for', () => {
  it.each(refused)('%i for %s %s comes after it', async (status, method, path, headers) => {
    const { taken, body } = inPieces()
    const { handle } = client()
    const init: RequestInit = { method, headers, body, duplex: 'half' }
    expect((await handle(new Request(at(path), init))).status).toBe(status)
    expect(taken).toStrictEqual({ pieces: 2, all: true })
  })

  it('comes after it where a hook throws', async () => {
    const { taken, body } = inPieces()
    const { handle } = client(undefined, {
      commitId: () => {
        throw new Error('no id')
      },
    })
    const init: RequestInit = { method: 'POST', headers: json, body, duplex: 'half' }
    expect((await handle(new Request(at('/orders/a'), init))).status).toBe(500)
    expect(taken.all).toBe(true)
  })

  it('is not read where it is too long', async () => {
    for (const told of [{ 'content-length': '1000' }, {}] as ReadonlyArray<Headed>) {
      const { taken, body } = inPieces()
      const { handle } = client(undefined, { maxBytes: 5 })
      const init: RequestInit = { method: 'PUT', headers: told, body, duplex: 'half' }
      expect((await handle(new Request(at('/orders/a'), init))).status).toBe(405)
      expect(taken).toStrictEqual({ pieces: 'content-length' in told ? 0 : 1, all: false })
    }
  })

  it('is waited for until the time limit, and the request is refused for what it was', async () => {
    const body = new ReadableStream<Uint8Array>({ pull: () => new Promise(() => {}) })
    const { handle } = client(undefined, { timeout: 20 })
    const init: RequestInit = { method: 'PUT', body, duplex: 'half' }
    expect((await handle(new Request(at('/orders/a'), init))).status).toBe(405)
  })

  it('is left to the hook that reads it', async () => {
    const { taken, body } = inPieces()
    const { handle } = client(undefined, {
      commitId: ({ body: own }) => {
        own?.getReader()
        return ''
      },
    })
    const init: RequestInit = { method: 'POST', headers: json, body, duplex: 'half' }
    expect((await handle(new Request(at('/orders/a'), init))).status).toBe(500)
    expect(taken.pieces).toBe(0)
  })
})
