// One server for a whole run of vitest, started when the first test file asks for it.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import type { TestProject } from 'vitest/node'
import { sharedServer } from './shared.mjs'

declare module 'vitest' {
  interface ProvidedContext {
    /** Where a worker asks for the URL of the server. */
    readonly postgres: string
  }
}

export const setup = async ({ provide }: TestProject): Promise<() => Promise<void>> => {
  let server: ReturnType<typeof sharedServer> | undefined
  const door = createServer((_, response) => {
    server ??= sharedServer()
    server.then(
      ({ url }) => response.end(url),
      (cause: unknown) => response.writeHead(500).end(String(cause)),
    )
  })
  await once(door.listen(0, '127.0.0.1'), 'listening')
  // an address, since it listens on a port
  const { port } = door.address() as AddressInfo
  provide('postgres', `http://127.0.0.1:${port}`)
  return async () => {
    door.close()
    door.closeAllConnections()
    await server?.then(({ stop }) => stop()).catch(() => undefined)
  }
}
