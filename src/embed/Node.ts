/**
 * The server of plain Node in front of a function from a standard `Request` to a standard `Response`,
 * such as that of `embed/Fetch`. Other hosts take such a function as it is.
 *
 * Laws:
 *
 * 1. every request is answered: with what the function gives, with 400, 413 or 501 where nothing can
 *    be handed to it, and with 500 where it throws or rejects; no cause goes out
 * 2. of a body, no more than `maxBytes` are handed on, and no more is read than the function asks for
 * 3. the signal of a request is aborted when its client is gone before the answer is out
 * 4. a server that is closed finishes what it has begun, for no longer than it is given
 *
 * @since 0.1.0
 */
import type { Task } from 'fp-ts/lib/Task.js'
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'

/**
 * How a listener makes requests and what it does with failures.
 *
 * @category model
 * @since 0.1.0
 */
export interface ListenerOptions {
  /**
   * What the URLs of requests begin with. Defaults to `http://localhost`, and never to the header
   * `Host`, which a client may set to anything.
   */
  readonly origin?: string
  /** How many bytes a body may have; more is a 413. Defaults to 1,000,000. */
  readonly maxBytes?: number
  /** Is told why an answer became a 500, or why it broke off, to log it. */
  readonly onFault?: (cause: unknown) => void
}

/**
 * A listener for `createServer` of `node:http` and `node:https`.
 *
 * @example
 *   import { closeServer, toRequestListener } from 'decider-ts/embed/Node'
 *   import assert from 'node:assert'
 *   import { once } from 'node:events'
 *   import { createServer } from 'node:http'
 *   import type { AddressInfo } from 'node:net'
 *
 *   const echo = async (request: Request) => new Response(await request.text())
 *   const server = createServer(toRequestListener(echo)).listen(0, '127.0.0.1')
 *   await once(server, 'listening')
 *   const { port } = server.address() as AddressInfo
 *   const answer = await fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body: 'hello' })
 *   assert.strictEqual(await answer.text(), 'hello')
 *   assert.deepStrictEqual(await closeServer(server)(), { type: 'Finished' })
 *
 * @category constructors
 * @since 0.1.0
 */
export const toRequestListener = (
  handle: (request: Request) => Response | Promise<Response>,
  options: ListenerOptions = {},
): RequestListener => {
  const { origin = 'http://localhost', maxBytes = 1_000_000, onFault } = options
  const tell = (cause: unknown): void => {
    try {
      onFault?.(cause)
    } catch {
      // there is nobody left to tell
    }
  }
  return (incoming, outgoing) => {
    void answer({ handle, origin, maxBytes, tell }, incoming, outgoing)
  }
}

/**
 * Whether a server finished the requests that it had begun, or some were cut off.
 *
 * @category model
 * @since 0.1.0
 */
export interface ServerClosed {
  readonly type: 'Finished' | 'CutOff'
}

/**
 * Closes a server: it takes no more requests, and finishes those that it has begun. What is not
 * finished after `patience` milliseconds is cut off.
 *
 * @category closing
 * @since 0.1.0
 */
export const closeServer =
  (server: Server, patience = 10_000): Task<ServerClosed> =>
  () =>
    new Promise((resolve) => {
      let type: ServerClosed['type'] = 'Finished'
      // a connection that is kept alive falls idle later, when its last answer is out
      const idle = setInterval(() => server.closeIdleConnections(), 50)
      const limit = setTimeout(() => {
        type = 'CutOff'
        server.closeAllConnections()
      }, patience)
      server.close(() => {
        clearInterval(idle)
        clearTimeout(limit)
        resolve({ type })
      })
    })

interface Bridge {
  readonly handle: (request: Request) => Response | Promise<Response>
  readonly origin: string
  readonly maxBytes: number
  readonly tell: (cause: unknown) => void
}

/** A request as it came in, its body, and whether its client is still there. */
interface Exchange {
  readonly request: Request
  readonly body: Body
  readonly gone: AbortSignal
}

interface Body {
  readonly stream: ReadableStream<Uint8Array>
  readonly isTooLarge: () => boolean
}

const answer = async (
  bridge: Bridge,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> => {
  // a client that is gone is seen by `close`; without a listener, writing to it would end the process
  outgoing.on('error', () => {})
  const exchange = exchangeOf(bridge, incoming, outgoing)
  if (typeof exchange === 'number') {
    refuse(outgoing, exchange)
    return
  }
  const { request, body, gone } = exchange
  try {
    const response = await bridge.handle(request)
    if (body.isTooLarge()) refuse(outgoing, 413)
    else await send(response, outgoing, gone)
  } catch (cause) {
    if (gone.aborted) return
    if (body.isTooLarge()) {
      refuse(outgoing, 413)
      return
    }
    bridge.tell(cause)
    // of an answer that has begun, the client must see that it is not whole
    if (outgoing.headersSent) outgoing.destroy()
    else refuse(outgoing, 500)
  }
}

const titles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  413: 'Content Too Large',
  500: 'Internal Server Error',
  501: 'Not Implemented',
}

const refuse = (outgoing: ServerResponse, status: number): void => {
  // what a failed answer may have left behind
  for (const name of outgoing.getHeaderNames()) outgoing.removeHeader(name)
  outgoing.statusCode = status
  outgoing.statusMessage = ''
  outgoing.setHeader('content-type', 'application/problem+json')
  outgoing.end(JSON.stringify({ status, title: titles[status] }))
}

/** What can be handed on, or the status of the answer where nothing can. */
const exchangeOf = (
  { origin, maxBytes }: Bridge,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Exchange | number => {
  const { method = 'GET', url = '/', headersDistinct } = incoming
  // no standard request can have this method
  if (method === 'TRACE' || method === 'TRACK') return 501
  const gone = new AbortController()
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) gone.abort()
  })
  // seen before the body fails, so that this counts as no fault
  incoming.once('error', () => gone.abort())
  const { signal } = gone
  const body = bodyOf(incoming, maxBytes)
  try {
    const headers = new Headers()
    for (const [name, values = []] of Object.entries(headersDistinct)) {
      for (const value of values) headers.append(name, value)
    }
    const bare = method === 'GET' || method === 'HEAD'
    const request = new Request(
      targetOf(origin, url),
      // streams need `duplex`, which the types for browsers do not know
      Object.assign({ method, headers, signal }, bare ? {} : { body: body.stream, duplex: half }),
    )
    return { request, body, gone: signal }
  } catch {
    return 400
  }
}

const half = 'half' as const

/** A client may send a whole URL in place of a path (RFC 9112, 3.2.2): its path counts, not its host. */
const targetOf = (origin: string, target: string): URL => {
  if (target.startsWith('/')) return new URL(origin + target)
  if (target === '*') return new URL(`${origin}/*`)
  const { pathname, search } = new URL(target)
  return new URL(origin + pathname + search)
}

/** A body that is read no faster than it is asked for, and ends with an error beyond the limit. */
const bodyOf = (incoming: IncomingMessage, maxBytes: number): Body => {
  // the rest of a body that nobody reads is left to the server: ending the stream here would end the
  // connection before the answer is out
  const chunks: AsyncIterator<Uint8Array> = incoming.iterator({ destroyOnReturn: false })
  let size = 0
  const isTooLarge = (): boolean => size > maxBytes
  const pull = async (controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> => {
    const chunk = await chunks.next()
    if (chunk.done === true) {
      controller.close()
      return
    }
    size += chunk.value.byteLength
    if (isTooLarge()) controller.error(new Error(`the body is longer than ${maxBytes} bytes`))
    else controller.enqueue(chunk.value)
  }
  const stream = new ReadableStream<Uint8Array>({ pull }, { highWaterMark: 0 })
  return { stream, isTooLarge }
}

const send = async (
  response: Response,
  outgoing: ServerResponse,
  gone: AbortSignal,
): Promise<void> => {
  const { status, statusText, headers, body } = response
  outgoing.statusCode = status
  outgoing.statusMessage = statusText
  headers.forEach((value, name) => {
    if (name !== 'set-cookie') outgoing.setHeader(name, value)
  })
  const cookies = headers.getSetCookie()
  if (cookies.length > 0) outgoing.setHeader('set-cookie', cookies)
  if (body !== null) await pipe(body, outgoing, gone)
  outgoing.end()
}

const pipe = async (
  body: ReadableStream<Uint8Array>,
  outgoing: ServerResponse,
  gone: AbortSignal,
): Promise<void> => {
  outgoing.flushHeaders()
  const reader = body.getReader()
  const cancel = (): void => void reader.cancel(gone.reason).catch(() => {})
  gone.addEventListener('abort', cancel)
  if (gone.aborted) cancel()
  for (;;) {
    const { done, value } = await reader.read()
    if (done || gone.aborted) return
    if (!outgoing.write(value)) await drained(outgoing, gone)
  }
}

/** Until there is room for more, or nobody to read it. */
const drained = (outgoing: ServerResponse, gone: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = (): void => {
      outgoing.off('drain', done)
      gone.removeEventListener('abort', done)
      resolve()
    }
    outgoing.on('drain', done)
    gone.addEventListener('abort', done)
    if (gone.aborted) done()
  })
