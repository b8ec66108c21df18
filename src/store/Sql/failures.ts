/**
 * What an error from a driver says about an append.
 *
 * @since 0.1.0
 */
import { errorCode } from '../internal/errorCode.ts'

/**
 * `Raced`: another transaction came first, and nothing was stored. `Lost`: there is no answer or no
 * connection at the moment; it may have been stored. `Refused`: nothing was stored, and sending it again will
 * not help.
 */
export type ErrorKind = 'Raced' | 'Lost' | 'Refused'

export const errorKindOf = (cause: unknown): ErrorKind => {
  const code = errorCode(cause)
  if (raced.has(code)) return 'Raced'
  if (lostCodes.has(code) || (typeof code === 'string' && code.startsWith('08'))) return 'Lost'
  if (!(cause instanceof Error)) return 'Refused'
  const isLost =
    ('syscall' in cause && cause.syscall === 'connect') || lostMessage.test(cause.message)
  return isLost ? 'Lost' : 'Refused'
}

/** Serialization failure, deadlock, and unique violation (by a writer that does not take our lock). */
const raced = new Set<unknown>(['40001', '40P01', '23505'])

const lostCodes = new Set<unknown>([
  '57P01', // the server is shutting down
  '57P02', // it crashed
  '57P03', // it is starting
  '53300', // it has too many connections
  'ECONNREFUSED', // by every address of a name; then the error has no `syscall`
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EAI_AGAIN',
  'CONNECTION_CLOSED',
  'CONNECTION_ENDED',
  'CONNECTION_DESTROYED',
])

/** Errors of node-postgres that have no code. */
const lostMessage =
  /^(Connection terminated|timeout exceeded when trying to connect|Query read timeout)|^Client (was closed|has encountered a connection error)/

/**
 * Whether a flight may have been refused because of one of its commits, so that the others can be stored
 * without it: data that the database rejects (22, 23), that are too large (54, out of memory), or that the
 * driver can't send. A problem with the server, the connection or the rights concerns all commits.
 */
export const isOfContents = (cause: unknown): boolean => {
  if (errorKindOf(cause) !== 'Refused') return false
  const code = errorCode(cause)
  return typeof code === 'string' ? /^(22|23|54|53200)/.test(code) : cause instanceof Error
}
