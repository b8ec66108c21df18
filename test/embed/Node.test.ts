// src/embed/Node.ts on a real port.
import { once } from 'node:events'
import { createServer, get, request as ask, type IncomingMessage, type Server } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { ListenerOptions } from '../../src/embed/Node.ts'
import { closeServer, toRequestListener } from '../../src/embed/Node.ts'

const servers: Array<Server> = []
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => closeServer(server, 0)()))
})

const serve = async (
  handle: (request: Request) => Response | Promise<Response>,
  options?: ListenerOptions,
) => {
  const server = createServer(toRequestListener(handle, options)).listen(0, '127.0.0.1')
  servers.push(server)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { server, port, base: `http://127.0.0.1:${port}` }
}

/** Bytes as they are, which no client would send. */
const raw = (port: number, bytes: string): Promise<string> => {
  const socket = connect(port, '127.0.0.1')
  socket.write(bytes)
  return text(socket)
}

const bytesOf = (length: number) => new Uint8Array(length).fill(0x20)

const chunked = (chunks: number, size: number) => {
  let sent = 0
  return new ReadableStream({
    pull: (controller) => {
      if (sent++ < chunks) controller.enqueue(bytesOf(size))
      else controller.close()
    },
  })
}

const post = (base: string, body: Uint8Array | ReadableStream) =>
  fetch(base, { method: 'POST', body, duplex: 'half' })

const never = new Promise<never>(() => {})

describe('law 1: every request is answered', () => {
  it('with what the function gives, as it came in', async () => {
    const { base } = await serve(async (request) => {
      const headers = new Headers({ 'x-url': request.url, 'x-method': request.method })
      headers.append('set-cookie', 'a=1')
      headers.append('set-cookie', 'b=2; Path=/')
      headers.set('x-seen', request.headers.get('x-list') ?? '')
      return new Response(await request.text(), { status: 202, statusText: 'Noted', headers })
    })
    const answer = await fetch(`${base}/a%20b?c=d`, {
      method: 'PUT',
      body: 'Ä',
      headers: [
        ['x-list', '1'],
        ['x-list', '2'],
      ],
    })
    expect([answer.status, answer.statusText]).toStrictEqual([202, 'Noted'])
    expect(answer.headers.get('x-url')).toBe('http://localhost/a%20b?c=d')
    expect(answer.headers.get('x-method')).toBe('PUT')
    expect(answer.headers.get('x-seen')).toBe('1, 2')
    expect(answer.headers.getSetCookie()).toStrictEqual(['a=1', 'b=2; Path=/'])
    expect(await answer.text()).toBe('Ä')
  })

  it.each([
    ['GET /a?b HTTP/1.1', 'https://shop.example/a?b'],
    ['GET //evil.example/a HTTP/1.1', 'https://shop.example//evil.example/a'],
    ['GET http://evil.example/a?b HTTP/1.1', 'https://shop.example/a?b'],
    ['OPTIONS * HTTP/1.1', 'https://shop.example/*'],
  ])('the URL of %s is %s, whatever Host says', async (line, url) => {
    const { port } = await serve((request) => new Response(`<${request.url}>`), {
      origin: 'https://shop.example',
    })
    const answer = await raw(port, `${line}\r\nHost: evil.example\r\nConnection: close\r\n\r\n`)
    expect(answer).toContain(`<${url}>`)
  })

  it.each([
    ['TRACE / HTTP/1.1', 501],
    ['GET http:// HTTP/1.1', 400],
    ['GET a HTTP/1.1', 400],
  ])('that can not be handed on: %s is a %i', async (line, status) => {
    const { port } = await serve(() => new Response())
    const answer = await raw(port, `${line}\r\nHost: x\r\nConnection: close\r\n\r\n`)
    expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `))
  })

  it('that the function fails on is a 500 without the cause', async () => {
    const onFault = vi.fn(() => {
      throw new Error('the log is full')
    })
    const failing: ReadonlyArray<() => Response | Promise<Response>> = [
      () => {
        throw new Error('hunter2')
      },
      () => Promise.reject(new Error('hunter2')),
      () => undefined as unknown as Response,
      () => Response.error(),
      () => new Response('', { headers: { 'x-secret': 'hunter2' }, status: 0 }),
    ]
    for (const handle of failing) {
      const { base } = await serve(handle, { onFault })
      const answer = await fetch(base)
      expect(answer.status).toBe(500)
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
      expect(await answer.json()).toStrictEqual({ status: 500, title: 'Internal Server Error' })
    }
    expect(onFault).toHaveBeenCalledTimes(failing.length)
  })

  it('and an answer that breaks off is seen to be not whole', async () => {
    const onFault = vi.fn()
    const { base } = await serve(
      () => {
        let pulled = 0
        const pull = (controller: ReadableStreamDefaultController<Uint8Array>) => {
          if (++pulled === 1) controller.enqueue(bytesOf(10))
          else controller.error(new Error('disk'))
        }
        return new Response(new ReadableStream<Uint8Array>({ pull }, { highWaterMark: 0 }))
      },
      { onFault },
    )
    const answer = await fetch(base)
    expect(answer.status).toBe(200)
    await expect(answer.text()).rejects.toThrow('terminated')
    expect(onFault).toHaveBeenCalledTimes(1)
  })

  it('without a body where there is none to send', async () => {
    const { base } = await serve(({ method }) =>
      method === 'HEAD' ? new Response('text') : new Response(null, { status: 204 }),
    )
    const head = await fetch(base, { method: 'HEAD' })
    expect([head.status, await head.text()]).toStrictEqual([200, ''])
    expect((await fetch(base)).status).toBe(204)
  })
})

describe('law 2: bodies', () => {
  it('within the limit are handed on in pieces, and those beyond it are a 413', async () => {
    const { base } = await serve(
      async (request) => new Response(String((await request.arrayBuffer()).byteLength)),
      { maxBytes: 100_000 },
    )
    expect(await (await post(base, bytesOf(100_000))).text()).toBe('100000')
    expect(await (await post(base, chunked(10, 10_000))).text()).toBe('100000')
    for (const body of [bytesOf(100_001), chunked(11, 10_000), chunked(500, 10_000)]) {
      const answer = await post(base, body)
      expect(answer.status).toBe(413)
      expect(await answer.json()).toStrictEqual({ status: 413, title: 'Content Too Large' })
    }
    expect((await fetch(base)).status).toBe(200)
  })

  it('beyond the limit are a 413 also where the function makes an answer of its own', async () => {
    const { base } = await serve(
      async (request) => {
        try {
          return new Response(await request.text())
        } catch {
          return new Response('could not read', { status: 400 })
        }
      },
      { maxBytes: 10 },
    )
    expect((await post(base, chunked(2, 10))).status).toBe(413)
  })

  it('are read no further than they are asked for', async () => {
    const { base } = await serve(async (request) => {
      const reader = request.body?.getReader()
      const first = await reader?.read()
      return new Response(String(first?.value === undefined))
    })
    expect(await (await post(base, chunked(50, 1_000))).text()).toBe('false')
  })

  it('of answers go out as they are made', async () => {
    let more: (() => void) | undefined
    const { base } = await serve(
      () =>
        new Response(
          new ReadableStream<Uint8Array>({
            start: async (controller) => {
              controller.enqueue(new TextEncoder().encode('one'))
              await new Promise<void>((resolve) => (more = resolve))
              controller.enqueue(new TextEncoder().encode('two'))
              controller.close()
            },
          }),
        ),
    )
    const reader = (await fetch(base)).body?.getReader()
    const decoder = new TextDecoder()
    expect(decoder.decode((await reader?.read())?.value)).toBe('one')
    more?.()
    expect(decoder.decode((await reader?.read())?.value)).toBe('two')
    expect((await reader?.read())?.done).toBe(true)
  })

  it('of answers wait for a client that reads slowly', async () => {
    const { base } = await serve(() => new Response(chunked(200, 50_000)))
    const incoming = await new Promise<IncomingMessage>((resolve) => get(base, resolve))
    let size = 0
    for await (const piece of incoming) size += (piece as Uint8Array).byteLength
    expect(size).toBe(10_000_000)
  })
})

describe('law 3: a client that is gone', () => {
  it('aborts the signal of its request while the function works', async () => {
    const onFault = vi.fn()
    let begun: ((request: Request) => void) | undefined
    const started = new Promise<Request>((resolve) => (begun = resolve))
    const { base } = await serve(
      (request) => {
        begun?.(request)
        return new Promise((_, reject) => {
          request.signal.addEventListener('abort', () => reject(new Error('given up')))
        })
      },
      { onFault },
    )
    const asked = ask(base).on('error', () => {})
    asked.end()
    const { signal } = await started
    expect(signal.aborted).toBe(false)
    asked.destroy()
    await once(signal, 'abort')
    expect(onFault).not.toHaveBeenCalled()
  })

  it('aborts it while a body is still coming, and while an answer is going out', async () => {
    const gone: Array<string> = []
    let begun = false
    const onFault = vi.fn()
    const { base } = await serve(
      async (request) => {
        if (request.method === 'POST') {
          begun = true
          request.signal.addEventListener('abort', () => gone.push('upload'))
          return new Response(await request.text())
        }
        return new Response(
          new ReadableStream<Uint8Array>({
            pull: (controller) => controller.enqueue(bytesOf(100_000)),
            cancel: () => void gone.push('download'),
          }),
        )
      },
      { onFault },
    )
    const upload = ask(base, { method: 'POST' }).on('error', () => {})
    upload.write('half')
    await vi.waitFor(() => expect(begun).toBe(true))
    upload.destroy()
    const download = await new Promise<IncomingMessage>((resolve) => get(base, resolve))
    download.on('error', () => {})
    await once(download, 'data')
    download.destroy()
    await vi.waitFor(() => expect(gone.toSorted()).toStrictEqual(['download', 'upload']))
    expect(onFault).not.toHaveBeenCalled()
  })

  it('is not one that has had its answer', async () => {
    let signal: AbortSignal | undefined
    const { base, server } = await serve((request) => {
      ;({ signal } = request)
      return new Response('done')
    })
    await (await fetch(base)).text()
    await closeServer(server)()
    expect(signal?.aborted).toBe(false)
  })
})

it('takes requests on one connection, one after another and all at once', async () => {
  const { port } = await serve(async (request) => {
    const { pathname } = new URL(request.url)
    await new Promise((resume) => setTimeout(resume, pathname === '/1' ? 30 : 0))
    return new Response(`<${pathname} ${await request.text()}>`)
  })
  const one = (path: string, body: string, more = '') =>
    `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\n${more}\r\n${body}`
  const answer = await raw(port, one('/1', 'a') + one('/2', 'b', 'Connection: close\r\n'))
  expect(answer.match(/<[^>]*>/g)).toStrictEqual(['</1 a>', '</2 b>'])
})

describe('law 4: a server that is closed', () => {
  it('finishes what it has begun, and keeps no connection open for more', async () => {
    let finish: ((response: Response) => void) | undefined
    const { base, server } = await serve(
      () => new Promise<Response>((resolve) => (finish = resolve)),
    )
    const asked = fetch(base)
    await vi.waitFor(() => expect(finish).toBeDefined())
    const start = performance.now()
    const closed = closeServer(server)()
    await expect(fetch(base)).rejects.toThrow('fetch failed')
    finish?.(new Response('done'))
    expect(await (await asked).text()).toBe('done')
    expect(await closed).toStrictEqual({ type: 'Finished' })
    expect(performance.now() - start).toBeLessThan(4_500)
  })

  it('cuts off what takes too long', async () => {
    const { base, server } = await serve(() => never)
    const asked = fetch(base)
    asked.catch(() => {})
    await vi.waitFor(async () => expect(await connections(server)).toBe(1))
    expect(await closeServer(server, 30)()).toStrictEqual({ type: 'CutOff' })
    await expect(asked).rejects.toThrow('fetch failed')
  })

  it('may be closed twice', async () => {
    const { server } = await serve(() => new Response())
    const both = [closeServer(server)(), closeServer(server)()]
    expect(await Promise.all(both)).toStrictEqual([{ type: 'Finished' }, { type: 'Finished' }])
  })
})

const connections = (server: Server): Promise<number> =>
  new Promise((resolve, reject) =>
    server.getConnections((error, count) => (error === null ? resolve(count) : reject(error))),
  )
