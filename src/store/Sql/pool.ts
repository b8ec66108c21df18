/**
 * The pool of node-postgres that a store may be given as its client.
 *
 * @since 0.1.0
 */
import type { SqlClient } from './client.ts'

/** Connections of which each can be used by one caller alone. */
export interface Connections {
  /** How many of them turns may take at the same time. */
  readonly most: number
  /** Lends a connection. It is ended if `use` rejects. */
  readonly lend: <A>(use: (connection: SqlClient) => Promise<A>) => Promise<A>
}

/** The connections of a pool of node-postgres. Half of them stay free, for the appends of those who have a turn. */
export const connectionsOf = (client: SqlClient): Connections | undefined => {
  const { connect, options } = client as Partial<Pool>
  const most = Math.floor((options?.max ?? 0) / 2)
  if (typeof connect !== 'function' || !(most > 0)) return undefined
  return {
    most,
    lend: async (use) => {
      const connection = await connect.call(client)
      hearErrors(connection)
      let isSpent = true
      try {
        const result = await use(connection)
        isSpent = false
        return result
      } finally {
        connection.release(isSpent)
      }
    },
  }
}

interface Pool {
  readonly connect: () => Promise<SqlClient & { readonly release: (end: boolean) => void }>
  readonly options: { readonly max?: number }
}

/**
 * A pool of node-postgres emits an error event when it loses an idle connection, and so does a connection that is
 * lost. An error event without a listener ends the process. Nothing is missed by ignoring it: a statement on such a
 * connection fails anyway. The pool takes its own listener off a connection before it lends it, and what the server
 * has sent by then is read before the borrower runs, so a pool is asked to tell of each connection before that.
 */
export const hearErrors = (client: SqlClient): void => {
  // only an emitter has these methods
  const { on, listenerCount } = client as Partial<Emitter>
  if (typeof on !== 'function' || typeof listenerCount !== 'function') return
  if (heard.has(client)) return
  heard.add(client)
  if (listenerCount.call(client, 'error') === 0) on.call(client, 'error', overhear)
  on.call(client, 'acquire', hearConnection)
}

const hearConnection = (connection: object): void => {
  if (heard.has(connection)) return
  heard.add(connection)
  ;(connection as Emitter).on('error', overhear)
}

/** Pools and connections that have a listener. */
const heard = new WeakSet<object>()

const overhear = (): void => {}

interface Emitter {
  readonly on: (event: 'error' | 'acquire', listener: (subject: object) => void) => unknown
  readonly listenerCount: (event: 'error') => number
}
