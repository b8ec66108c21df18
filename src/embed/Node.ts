/**
 * Runs a function from a standard `Request` to a standard `Response`, such as the handler of `embed/Fetch`,
 * on the HTTP server of plain Node. Other hosts take such a function directly.
 *
 * Laws:
 *
 * 1. every request is answered: with the response of the function; with 400, 413 or 501 if the request
 *    can't be passed to it; with 500 if it throws or rejects, without the cause
 * 2. at most `maxBytes` of a body are passed on, and no more is read than the function asks for
 * 3. the signal of a request is aborted if its client disconnects before the response is complete
 * 4. a closed server completes the requests in progress, within a time limit
 *
 * @since 0.1.0
 */
import type { Task } from 'fp-ts/lib/Task.js'
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'

/**
 * Options of `toRequestListener`.
 *
 * @category model
 * @since 0.1.0
 */
export interface ListenerOptions {
  /**
   * The origin of request URLs. Defaults to `http://localhost`; the `Host` header is never used, because a
   * client may set it to anything.
   */
  readonly origin?: string
  /** The largest body in bytes; a larger one is a 413. Defaults to 1,000,000. */
  readonly maxBytes?: number
  /** Called with the cause of a 500 or of a response that broke off, for logging. */
  readonly onFault?: (cause: unknown) => void
}

/**
 * Makes a listener for `createServer` of `node:http` and `node:https`.
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
  const report = (cause: unknown): void => {
    try {
      onFault?.(cause)
    } catch {
      // a failing logger can't be reported anywhere
    }
  }
  return (incoming, outgoing) => {
    void answerRequest({ handle, origin, maxBytes, report }, incoming, outgoing)
  }
}

type ServerClosed = {
  readonly type: 'Finished' | 'CutOff'
}

/**
 * Closes a server: it accepts no more requests and completes those in progress. Those that are still in
 * progress after `patience` milliseconds, 10,000 by default, are cut off; then the result is `CutOff`.
 *
 * @category closing
 * @since 0.1.0
 */
export const closeServer =
  (server: Server, patience = 10_000): Task<ServerClosed> =>
  () =>
    new Promise((resolve) => {
      let type: ServerClosed['type'] = 'Finished'
      // a kept-alive connection becomes idle only after its last response
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

interface ListenerParts {
  readonly handle: (request: Request) => Response | Promise<Response>
  readonly origin: string
  readonly maxBytes: number
  readonly report: (cause: unknown) => void
}

interface HttpExchange {
  readonly request: Request
  readonly body: LimitedBody
  /** Aborted when the client disconnects. */
  readonly gone: AbortSignal
}

interface LimitedBody {
  readonly stream: ReadableStream<Uint8Array>
  readonly isTooLarge: () => boolean
}

const answerRequest = async (
  parts: ListenerParts,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> => {
  // `close` reports a disconnect; without this listener, writing to the client would crash the process
  outgoing.on('error', () => {})
  const exchange = exchangeOf(parts, incoming, outgoing)
  if (typeof exchange === 'number') {
    sendProblem(outgoing, exchange)
    return
  }
  const { request, body, gone } = exchange
  try {
    const response = await parts.handle(request)
    if (body.isTooLarge()) sendProblem(outgoing, 413)
    else await send(response, outgoing, gone)
  } catch (cause) {
    if (gone.aborted) return
    if (body.isTooLarge()) {
      sendProblem(outgoing, 413)
      return
    }
    parts.report(cause)
    // the client must notice that a response that has begun is incomplete
    if (outgoing.headersSent) outgoing.destroy()
    else sendProblem(outgoing, 500)
  }
}

const statusTitles: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  413: 'Content Too Large',
  500: 'Internal Server Error',
  501: 'Not Implemented',
}

const sendProblem = (outgoing: ServerResponse, status: number): void => {
  // left by a response that failed
  for (const name of outgoing.getHeaderNames()) outgoing.removeHeader(name)
  outgoing.statusCode = status
  outgoing.statusMessage = ''
  outgoing.setHeader('content-type', 'application/problem+json')
  outgoing.end(JSON.stringify({ status, title: statusTitles[status] }))
}

/** The request to pass on, or the status of the response if it can't be passed on. */
const exchangeOf = (
  { origin, maxBytes }: ListenerParts,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): HttpExchange | number => {
  const { method = 'GET', url = '/', headersDistinct } = incoming
  // a standard `Request` can't have these methods
  if (method === 'TRACE' || method === 'TRACK') return 501
  const gone = new AbortController()
  outgoing.once('close', () => {
    if (!outgoing.writableFinished) gone.abort()
  })
  // runs before the body fails, so that a disconnect is not reported as a fault
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
      targetUrl(origin, url),
      // a stream as body requires `duplex`, which the browser types lack
      Object.assign(
        { method, headers, signal },
        bare ? {} : { body: body.stream, duplex: 'half' as const },
      ),
    )
    return { request, body, gone: signal }
  } catch {
    return 400
  }
}

/** A client may send an absolute URL instead of a path (RFC 9112, 3.2.2); its host is ignored. */
const targetUrl = (origin: string, target: string): URL => {
  if (target.startsWith('/')) return new URL(origin + target)
  if (target === '*') return new URL(`${origin}/*`)
  const { pathname, search } = new URL(target)
  return new URL(origin + pathname + search)
}

/** A body that is read only on demand, and errors beyond the limit. */
const bodyOf = (incoming: IncomingMessage, maxBytes: number): LimitedBody => {
  // leaves the unread rest to the server: destroying the stream here would close the connection before
  // the response is sent
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

/** Resolves when there is room for more, or the client is gone. */
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
