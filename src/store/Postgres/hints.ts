/**
 * Hints that something was appended, by this process or another one. They only save a loop the wait until its
 * next poll: any of them may be lost.
 *
 * @since 0.1.0
 */
import type { Hints } from '../../shell/internal/hints.ts'
import { hints } from '../../shell/internal/hints.ts'
import type { ConnectionPool, PoolConnection } from './driver.ts'

export interface AppendHints {
  /** Resolves at the next append that is noticed. */
  readonly appended: () => Promise<void>
  /** Reports an append of this process. */
  readonly stored: () => void
  readonly close: () => Promise<void>
}

export interface HintOptions {
  readonly schema: string
  /** Notifies other processes; undefined if they are not to be notified. */
  readonly notify: ((channel: string, schema: string) => Promise<unknown>) | undefined
  /** Makes a pool of one connection, to listen to other processes; undefined if that is not possible. */
  readonly pool: (() => ConnectionPool) | undefined
}

/** One for all schemas of a database, whose name is the payload. */
const channel = 'decider_appended'

/** The minimum interval between two notifications in milliseconds, so that many appends are not slowed down. */
const spacing = 10

export const appendHints = ({ schema, notify, pool }: HintOptions): AppendHints => {
  const hint = hints()
  const teller = notify && spaced(() => notify(channel, schema))
  let listener: { readonly close: () => Promise<void> } | undefined
  let isClosed = false
  return {
    appended: () => {
      if (pool !== undefined && !isClosed) listener ??= listen(pool(), schema, hint)
      return hint.next()
    },
    stored: () => {
      hint.give()
      teller?.tell()
    },
    close: async () => {
      isClosed = true
      await Promise.all([teller?.flush(), listener?.close()])
    },
  }
}

/** Sends the first at once, and those that come soon after it together. */
const spaced = (send: () => Promise<unknown>) => {
  let isResting = false
  let isDue = false
  let sending: Promise<unknown> = Promise.resolve()
  // a hint may be lost
  const sent = (): Promise<unknown> => (sending = send().catch(() => undefined))
  const tell = (): void => {
    isDue = isResting
    if (isResting) return
    isResting = true
    void Promise.all([sent(), idlePause(spacing)]).then(() => {
      isResting = false
      if (isDue) tell()
    })
  }
  const flush = async (): Promise<void> => {
    await sending
    if (isDue) void sent()
    isDue = false
    await sending
  }
  return { tell, flush }
}

/** A pause that does not keep the program running. */
const idlePause = (milliseconds: number): Promise<void> =>
  new Promise((resume) => setTimeout(resume, milliseconds).unref())

/** The longest pause before the next attempt to listen, in milliseconds. */
const longestListenPause = 30_000

/** Listens until it is closed, and starts again whenever the connection is lost. */
const listen = (pool: ConnectionPool, schema: string, hint: Hints) => {
  let isClosed = false
  let close = (): void => {}
  const closed = new Promise<void>((resolve) => {
    close = resolve
  })
  const listening = async (): Promise<void> => {
    for (let failures = 0; !isClosed; failures++) {
      const wasHeard = await listenOnce(pool, schema, hint, closed).catch(() => false)
      if (wasHeard) failures = 0
      if (isClosed) return
      // appends in between were not noticed
      hint.give()
      await Promise.race([closed, idlePause(Math.min(100 * 2 ** failures, longestListenPause))])
    }
  }
  const ended = listening()
  return {
    close: async () => {
      isClosed = true
      close()
      await ended
      await pool.end()
    },
  }
}

/** Listens until the connection is lost or all is closed. */
const listenOnce = async (
  pool: ConnectionPool,
  schema: string,
  hint: Hints,
  closed: Promise<void>,
): Promise<true> => {
  const connection: PoolConnection = await pool.connect()
  try {
    const lost = new Promise<void>((resolve) => {
      connection.on('error', () => resolve())
      connection.on('end', () => resolve())
    })
    connection.on('notification', ({ payload }) => {
      if (payload === schema) hint.give()
    })
    await Promise.race([connection.query({ text: `listen ${channel}` }), lost])
    connection.unref?.()
    // appends before this moment were not noticed
    hint.give()
    await Promise.race([lost, closed])
    return true
  } finally {
    connection.release(true)
  }
}
