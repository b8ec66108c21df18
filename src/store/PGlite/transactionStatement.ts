/**
 * Which statements begin or end a transaction.
 *
 * @since 0.1.0
 */

/**
 * A statement that begins or ends a transaction was given to a client that is shared. Nothing was
 * asked of the database. Use `transaction` of the database.
 *
 * @category failures
 * @since 0.1.0
 */
export interface TransactionStatement {
  readonly type: 'TransactionStatement'
  /** The first word of the statement, in lower case. */
  readonly statement: string
}

/** The statement, where it begins or ends a transaction; with `Savepoints`, those are let through. */
export const transactionStatementIn = (
  text: string,
  allowed?: 'Savepoints',
): TransactionStatement | undefined => {
  const [first = '', second = '', third = ''] = wordsOf(text)
  if (!ends.has(first)) {
    if (first === 'start' && second === 'transaction') return found(first)
    return first === 'prepare' && second === 'transaction' ? found(first) : undefined
  }
  const savepoint =
    first === 'savepoint' ||
    first === 'release' ||
    (first === 'rollback' && (second === 'to' || third === 'to'))
  return savepoint && allowed === 'Savepoints' ? undefined : found(first)
}

const ends = new Set(['begin', 'commit', 'end', 'rollback', 'abort', 'savepoint', 'release'])

const found = (statement: string): TransactionStatement => ({
  type: 'TransactionStatement',
  statement,
})

/** The first three words of a statement, in lower case, without comments and empty statements. */
const wordsOf = (text: string): ReadonlyArray<string> =>
  (/^[a-z_\s]*/.exec(uncommented(text).slice(0, 200).toLowerCase())?.[0] ?? '')
    .trim()
    .split(/\s+/, 3)

/** The text from its first word on. A comment within a comment is part of it, as in PostgreSQL. */
const uncommented = (text: string): string => {
  let rest = text
  for (;;) {
    rest = rest.replace(/^[\s;]+/, '')
    if (rest.startsWith('--')) {
      const end = rest.search(/[\r\n]/)
      if (end < 0) return ''
      rest = rest.slice(end)
    } else if (rest.startsWith('/*')) rest = afterComment(rest)
    else return rest
  }
}

const afterComment = (text: string): string => {
  let depth = 0
  for (const { 0: mark, index } of text.matchAll(/\/\*|\*\//g)) {
    depth += mark === '/*' ? 1 : -1
    if (depth === 0) return text.slice(index + 2)
  }
  return ''
}
