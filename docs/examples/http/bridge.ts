// From the server of plain Node to a function from Request to Response. Other hosts have it built in.
import type { IncomingMessage, RequestListener } from 'node:http'
import { Readable } from 'node:stream'

const requestOf = (incoming: IncomingMessage): Request => {
  const { method = 'GET', url = '/', headersDistinct } = incoming
  const headers = new Headers()
  for (const [name, values = []] of Object.entries(headersDistinct)) {
    for (const value of values) headers.append(name, value)
  }
  // a path alone: what Host says is the client's own word
  const target = new URL(`http://localhost${url}`)
  if (method === 'GET' || method === 'HEAD') return new Request(target, { method, headers })
  const body = Readable.toWeb(incoming) as ReadableStream<Uint8Array> // Node's streams give bytes
  return new Request(target, { method, headers, body, duplex: 'half' })
}

/** A listener for `createServer`. What is no request at all is answered with a 400. */
export const listener =
  (handle: (request: Request) => Promise<Response>): RequestListener =>
  async (incoming, outgoing) => {
    try {
      const { status, headers, ...response } = await read(await handle(requestOf(incoming)))
      outgoing.writeHead(status, headers).end(response.body)
    } catch {
      outgoing.writeHead(400).end()
    }
  }

const read = async (response: Response) => ({
  status: response.status,
  headers: Object.fromEntries(response.headers),
  body: await response.text(),
})
