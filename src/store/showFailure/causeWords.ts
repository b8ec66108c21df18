/**
 * Explains errors of the operating system, a database, a browser or a function that was passed in.
 *
 * @since 0.1.0
 */

/** What an error means, and what to do, if that is known. */
type Meaning = readonly [meaning: string, advice?: string]

const full: Meaning = ['the disk is full', 'free some space']
const quota: Meaning = [
  'the storage quota is used up',
  'free some space, or request a larger quota',
]
const tooMany: Meaning = [
  'there are too many connections',
  'open fewer, or put a connection pooler in front of the server',
]
const readOnly: Meaning = ['the storage is read-only']
const standby: Meaning = [
  'the server accepts no writes: it is a standby, or it is set to read-only',
  'connect to the primary',
]
const connectionRefused: Meaning = [
  'connection refused: nothing listens on that address',
  'start the server, or correct its host and port',
]
const lost: Meaning = ['the connection was lost', 'try again']
const silent: Meaning = ['the server did not answer in time', 'check that it can be reached']
const cancelled: Meaning = [
  'the statement timed out or was cancelled',
  'do less in one statement, or raise the time limit',
]
const untrusted: Meaning = [
  "the server's certificate is not trusted",
  'pass the certificate of its authority as ssl.ca',
]

/** Codes of Node, PostgreSQL (SQLSTATE) and SQLite, and names of browser errors. */
const meaningsByCode: ReadonlyArray<readonly [meaning: Meaning, codes: string]> = [
  [full, 'ENOSPC 53100 SQLITE_FULL'],
  [quota, 'EDQUOT QuotaExceededError'],
  [tooMany, '53300'],
  [['there are too many open files'], 'EMFILE ENFILE'],
  [['the database is out of memory'], '53200 SQLITE_NOMEM'],
  [readOnly, 'EROFS SQLITE_READONLY'],
  [standby, '25006'],
  [['permission denied', 'grantText gives a role the rights that a store needs'], '42501'],
  [['permission denied'], 'EACCES EPERM SQLITE_PERM NotAllowedError SecurityError'],
  [connectionRefused, 'ECONNREFUSED'],
  [['the host is unknown', 'correct its name'], 'ENOTFOUND EAI_AGAIN'],
  [['the host cannot be reached'], 'EHOSTUNREACH ENETUNREACH'],
  [silent, 'ETIMEDOUT'],
  [lost, 'ECONNRESET EPIPE 08000 08001 08003 08004 08006'],
  [['the server is shutting down, or somebody ended the connection', 'try again'], '57P01'],
  [['the database is starting or shutting down', 'try again'], '57P02 57P03'],
  [cancelled, '57014'],
  [['a transaction was left idle for too long'], '25P03'],
  [['a transaction took too long', 'do less in one, or raise transaction_timeout'], '25P04'],
  [['a lock was not available in time', 'pg_stat_activity shows who holds it'], '55P03'],
  [['a lock was not available in time'], 'SQLITE_BUSY SQLITE_LOCKED'],
  [['the transaction conflicted with another one', 'try again'], '40001 40P01'],
  [
    [
      'the database rejected the user or the password',
      'correct them, or the pg_hba.conf of the server',
    ],
    '28000 28P01',
  ],
  [['there is no such database', 'create it, or correct its name'], '3D000'],
  [['a table or schema is missing', 'createSchema creates those of a store'], '42P01 3F000'],
  [['something of that name exists already', 'rename it, or use another schema'], '42P07'],
  [['a function is missing', 'createSchema creates those of a store'], '42883'],
  [['the stored data are damaged'], 'XX001 XX002 SQLITE_CORRUPT SQLITE_NOTADB'],
  [
    untrusted,
    'DEPTH_ZERO_SELF_SIGNED_CERT SELF_SIGNED_CERT_IN_CHAIN UNABLE_TO_VERIFY_LEAF_SIGNATURE ' +
      'UNABLE_TO_GET_ISSUER_CERT_LOCALLY CERT_HAS_EXPIRED ERR_TLS_CERT_ALTNAME_INVALID',
  ],
  [['there is no such file or directory'], 'ENOENT'],
  [['the file exists already'], 'EEXIST'],
  [['a directory was expected'], 'ENOTDIR'],
]

/** For errors without a code, such as those of a database in WebAssembly and of drivers. */
const meaningsByMessage: ReadonlyArray<readonly [meaning: Meaning, pattern: RegExp]> = [
  [full, /no space left on device|database or disk is full|\bENOSPC\b/i],
  [quota, /quota (has been )?exceeded/i],
  [tooMany, /too many (clients|connections)/i],
  [standby, /read-only transaction/i],
  [readOnly, /read-only file system|readonly database/i],
  [['permission denied'], /permission denied/i],
  [connectionRefused, /connection refused|\bECONNREFUSED\b/i],
  [cancelled, /canceling statement due to/i],
  // what node-postgres says
  [
    ['all connections are in use', 'allow more of them, or hold each for less time'],
    /^timeout exceeded when trying to connect/,
  ],
  [silent, /^Query read timeout|due to connection timeout$|^timeout expired$/],
  [lost, /^Connection terminated|^Client (was closed|has encountered a connection error)/],
  [['the password is missing', 'set one in the connection'], /client password must be a/],
  [
    ['the server takes no encrypted connections', 'switch ssl on there, or leave it out'],
    /^The server does not support SSL connections/,
  ],
  [
    ['the connection pooler rejects a setting', 'leave "options" out of the connection'],
    /unsupported startup parameter/,
  ],
]

/** Codes for the errors of Emscripten's file systems, which have a number but neither a code nor a message. */
const codesByErrno: ReadonlyArray<readonly [errno: number, code: string]> = [
  [2, 'EACCES'],
  [19, 'EDQUOT'],
  [33, 'EMFILE'],
  [44, 'ENOENT'],
  [51, 'ENOSPC'],
  [63, 'EPERM'],
  [69, 'EROFS'],
]

export interface DescribedError {
  readonly name: string
  readonly message: string
  /** Empty if there is none. */
  readonly code: string
  /** Empty if unknown. */
  readonly meaning: string
  /** What to do; empty if unknown. */
  readonly advice: string
}

/** Describes an error of any realm or worker by its fields; `undefined` for any other value. */
export const describeError = (value: unknown): DescribedError | undefined => {
  if (typeof value !== 'object' || value === null) return undefined
  const name = stringOf(readField(value, 'name'))
  const message = stringOf(readField(value, 'message'))
  if (message === '' && name === '' && !(value instanceof Error)) return undefined
  const code = nodeErrorCode(value, name)
  const [meaning = '', advice = ''] = meaningOf(code, name, message)
  return { name, message, code, meaning, advice }
}

/** A field, or `undefined` if reading it throws. */
export const readField = (value: object, key: string): unknown => {
  try {
    // any object may be read by key
    return (value as Readonly<Record<string, unknown>>)[key]
  } catch {
    return undefined
  }
}

const stringOf = (value: unknown): string => (typeof value === 'string' ? value : '')

const nodeErrorCode = (error: object, name: string): string => {
  const code = stringOf(readField(error, 'code'))
  if (code !== '' || name !== 'ErrnoError') return code
  const errno = readField(error, 'errno')
  return codesByErrno.find(([number]) => number === errno)?.[1] ?? ''
}

const meaningOf = (code: string, name: string, message: string): Meaning | readonly [] => {
  const known = meaningsByCode.find(([, codes]) => {
    const all = codes.split(' ')
    return all.includes(code) || all.includes(name)
  })
  return (known ?? meaningsByMessage.find(([, pattern]) => pattern.test(message)))?.[0] ?? []
}
