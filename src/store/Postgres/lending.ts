/**
 * Takes connections out of a pool of node-postgres, and keeps them for a moment after their use: who comes next gets
 * one without asking the pool, which takes two timers and several turns of the event loop.
 *
 * Each goes back after `longestHold`, however busy it is, so that the pool can end those that are idle, too old or
 * lost. None is kept while somebody waits for the pool.
 *
 * @since 0.1.0
 */
import type { ConnectionPool, PoolConnection } from './driver.ts'

/** Milliseconds. */
const longestHold = 50

export interface Lending {
  /** Takes one out of the pool, unless one is at hand. */
  readonly take: () => PoolConnection | Promise<PoolConnection>
  /** Takes one back, or ends it. */
  readonly giveBack: (connection: PoolConnection, end: boolean) => void
  /** From now on, all go back to the pool. */
  readonly stop: () => void
}

export const lendingOf = (pool: ConnectionPool): Lending => {
  const lost = new WeakSet<PoolConnection>()
  /** Those that go back to the pool when the time is over. */
  let ours = new Set<PoolConnection>()
  let free: Array<PoolConnection> = []
  let waiting = 0
  let isTimed = false
  let isStopped = false

  const sendBack = (): void => {
    const all = free
    free = []
    ours = new Set()
    for (const connection of all) connection.release(lost.has(connection))
  }

  const hold = (connection: PoolConnection): PoolConnection => {
    ours.add(connection)
    if (!isTimed) {
      isTimed = true
      setTimeout(() => {
        isTimed = false
        sendBack()
      }, longestHold)
    }
    return connection
  }

  pool.on('connect', (connection) => {
    const lose = (): unknown => lost.add(connection)
    connection.on('error', lose)
    connection.on('end', lose)
  })

  return {
    take: () => {
      const connection = free.pop()
      if (connection !== undefined && !lost.has(connection)) return connection
      connection?.release(true)
      waiting++
      return pool
        .connect()
        .finally(() => waiting--)
        .then(hold)
    },
    giveBack: (connection, end) => {
      if (!end && !isStopped && waiting === 0 && ours.has(connection)) free.push(connection)
      else connection.release(end)
    },
    stop: () => {
      isStopped = true
      sendBack()
    },
  }
}
