/**
 * A history as lines of JSON.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { HistoryRecord } from './model.ts'
import { isRecord } from '../../internal/isRecord.ts'
import { left, right } from '../../internal/either.ts'

/**
 * A line that is not a record of a history.
 *
 * @category failures
 * @since 0.1.0
 */
export interface InvalidHistoryLine {
  readonly type: 'InvalidHistoryLine'
  /** From 1. */
  readonly line: number
  readonly content: string
}

/**
 * A record as one line of JSON, without a newline.
 *
 * @example
 *   import { historyLine } from 'decider-ts/testing/history'
 *   import assert from 'node:assert'
 *
 *   const answer = { type: 'Unknown', reason: 'TimedOut' } as const
 *   assert.strictEqual(
 *     historyLine({ type: 'Answered', id: '1', at: 2, answer }),
 *     '{"type":"Answered","id":"1","at":2,"answer":{"type":"Unknown","reason":"TimedOut"}}',
 *   )
 *
 * @category recording
 * @since 0.1.0
 */
export const historyLine = (record: HistoryRecord): string => JSON.stringify(record)

/**
 * Parses the lines that one process wrote. The last line is ignored if it is incomplete, since a process may be
 * killed while it writes. To check several processes together, concatenate their records.
 *
 * @example
 *   import { parseHistory } from 'decider-ts/testing/history'
 *   import { left, right } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   assert.deepStrictEqual(parseHistory(['{"type":"Answ']), right([]))
 *   assert.deepStrictEqual(
 *     parseHistory(['{"type":"Answ', '']),
 *     left({ type: 'InvalidHistoryLine', line: 1, content: '{"type":"Answ' }),
 *   )
 *
 * @category recording
 * @since 0.1.0
 */
export const parseHistory = (
  lines: Iterable<string>,
): Either<InvalidHistoryLine, ReadonlyArray<HistoryRecord>> => {
  const records: Array<HistoryRecord> = []
  let invalid: InvalidHistoryLine | undefined
  let line = 0
  for (const content of lines) {
    line++
    // all lines but the last one are complete
    if (invalid !== undefined) return left(invalid)
    if (content === '') continue
    const record = parsed(content)
    if (record === undefined) invalid = { type: 'InvalidHistoryLine', line, content }
    else records.push(record)
  }
  return right(records)
}

const parsed = (content: string): HistoryRecord | undefined => {
  try {
    const record: unknown = JSON.parse(content)
    const isOne = isRecord(record) && (record['type'] === 'Called' || record['type'] === 'Answered')
    // `historyLine` wrote this line
    return isOne ? (record as unknown as HistoryRecord) : undefined
  } catch {
    return undefined
  }
}
