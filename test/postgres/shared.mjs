// One server for everybody who only needs a database: that of DATABASE_URL where it is set, whose user has to
// be allowed to create databases, or one that is started. Each takes a database of its own.
import { randomBytes } from 'node:crypto'
import pg from 'pg'
import { startServer } from './server.mjs'

/** @returns {Promise<{ readonly url: string, readonly stop: () => Promise<void> }>} */
export const sharedServer = async () => {
  const url = process.env['DATABASE_URL']
  return url === undefined || url === '' ? startServer() : { url, stop: () => Promise.resolve() }
}

/**
 * Runs one statement on a connection of its own, and gives its rows.
 *
 * @param {string} url
 * @param {string} text
 * @param {ReadonlyArray<unknown>} [params]
 * @returns {Promise<ReadonlyArray<Readonly<Record<string, unknown>>>>}
 */
export const ask = async (url, text, params = []) => {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  // a failed statement says the same
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(text, [...params])).rows
  } finally {
    await client.end()
  }
}

/**
 * Creates an empty database on a server.
 *
 * @param {string} server the URL of any of its databases
 */
export const createDatabase = async (server) => {
  const name = `decider_${randomBytes(6).toString('hex')}`
  await ask(server, `create database ${name}`)
  const url = new URL(server)
  url.pathname = name
  return {
    url: url.href,
    /** Ends its connections as well. */
    drop: async () => {
      await ask(server, `drop database if exists ${name} with (force)`)
    },
  }
}
