/**
 * Recognises statements that start or end a transaction.
 *
 * @since 0.1.0
 */
import type { TransactionStatement } from './databaseFailures.ts'

/** The failure, if the statement starts or ends a transaction; `Savepoints` allows those. */
export const transactionStatementIn = (
  text: string,
  allowed?: 'Savepoints',
): TransactionStatement | undefined => {
  const [first = '', second = '', third = ''] = firstWords(text)
  if (!ends.has(first)) {
    if (first === 'start' && second === 'transaction') return transactionStatement(first)
    return first === 'prepare' && second === 'transaction' ? transactionStatement(first) : undefined
  }
  const savepoint =
    first === 'savepoint' ||
    first === 'release' ||
    (first === 'rollback' && (second === 'to' || third === 'to'))
  return savepoint && allowed === 'Savepoints' ? undefined : transactionStatement(first)
}

const ends = new Set(['begin', 'commit', 'end', 'rollback', 'abort', 'savepoint', 'release'])

const transactionStatement = (statement: string): TransactionStatement => ({
  type: 'TransactionStatement',
  statement,
})

/** The first three words of a statement, in lower case, without comments and empty statements. */
const firstWords = (text: string): ReadonlyArray<string> =>
  (/^[a-z_\s]*/.exec(uncommented(text).slice(0, 200).toLowerCase())?.[0] ?? '')
    .trim()
    .split(/\s+/, 3)

/** The statement from its first word on. PostgreSQL nests comments. */
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
