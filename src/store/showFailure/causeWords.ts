/**
 * Explains errors of the operating system, a database, a browser or a function that was passed in.
 *
 * @since 0.1.0
 */

/** Codes of Node, PostgreSQL (SQLSTATE) and SQLite, and names of browser errors. */
const meaningsByCode: ReadonlyArray<readonly [meaning: string, codes: string]> = [
  ['the disk is full', 'ENOSPC 53100 SQLITE_FULL'],
  ['the storage quota is used up', 'EDQUOT QuotaExceededError'],
  ['there are too many connections', '53300'],
  ['there are too many open files', 'EMFILE ENFILE'],
  ['the database is out of memory', '53200 SQLITE_NOMEM'],
  ['the storage is read-only', 'EROFS 25006 SQLITE_READONLY'],
  ['permission denied', 'EACCES EPERM 42501 SQLITE_PERM NotAllowedError SecurityError'],
  ['connection refused: nothing listens at that address', 'ECONNREFUSED'],
  ['the host is unknown', 'ENOTFOUND EAI_AGAIN'],
  ['the host cannot be reached', 'EHOSTUNREACH ENETUNREACH'],
  ['the connection timed out', 'ETIMEDOUT'],
  ['the connection was lost', 'ECONNRESET EPIPE 08000 08001 08003 08004 08006'],
  ['the database is starting or shutting down', '57P01 57P02 57P03'],
  ['the statement timed out or was cancelled', '57014'],
  ['a transaction was left idle for too long', '25P03'],
  ['a lock was not available in time', '55P03 SQLITE_BUSY SQLITE_LOCKED'],
  ['the transaction conflicted with another one', '40001 40P01'],
  ['the database rejected the user or the password', '28000 28P01'],
  ['there is no such database', '3D000'],
  ['a table or schema is missing: createSchema makes them', '42P01 3F000'],
  ['the stored data are damaged', 'XX001 XX002 SQLITE_CORRUPT SQLITE_NOTADB'],
  ['there is no such file or directory', 'ENOENT'],
  ['the file exists already', 'EEXIST'],
  ['a directory was expected', 'ENOTDIR'],
]

/** For errors without a code, such as those of a database in WebAssembly. */
const meaningsByMessage: ReadonlyArray<readonly [meaning: string, pattern: RegExp]> = [
  ['the disk is full', /no space left on device|database or disk is full|\bENOSPC\b/i],
  ['the storage quota is used up', /quota (has been )?exceeded/i],
  ['there are too many connections', /too many (clients|connections)/i],
  ['the storage is read-only', /read-only (file system|transaction)|readonly database/i],
  ['permission denied', /permission denied/i],
  ['connection refused: nothing listens at that address', /connection refused|\bECONNREFUSED\b/i],
  ['the statement timed out or was cancelled', /canceling statement due to/i],
]

/** The codesByErrno of errors of Emscripten's file systems, which have neither a code nor a message. */
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
}

/** Describes an error of any realm or worker by its fields; `undefined` for any other value. */
export const describeError = (value: unknown): DescribedError | undefined => {
  if (typeof value !== 'object' || value === null) return undefined
  const name = stringOf(readField(value, 'name'))
  const message = stringOf(readField(value, 'message'))
  if (message === '' && name === '' && !(value instanceof Error)) return undefined
  const code = nodeErrorCode(value, name)
  return { name, message, code, meaning: meaningOf(code, name, message) }
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

const meaningOf = (code: string, name: string, message: string): string => {
  const known = meaningsByCode.find(([, codes]) => {
    const all = codes.split(' ')
    return all.includes(code) || all.includes(name)
  })
  return (known ?? meaningsByMessage.find(([, pattern]) => pattern.test(message)))?.[0] ?? ''
}
