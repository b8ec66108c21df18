/**
 * What errors from a driver mean for read models.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { left, right } from '../../../internal/either.ts'
import type {
  Batch,
  BatchRefused,
  PoisonEvent,
  TablesUnavailable,
} from '../../../shell/ReadModelRunner.ts'
import { isRecord } from '../../../internal/isRecord.ts'
import { errorCode } from '../../internal/errorCode.ts'
import type { TransactionFailed } from '../../internal/databaseFailures.ts'

/**
 * New tables were not made live, since the database did not accept that they take over something that belongs to the old
 * ones: their owner, a right, a row security policy or a view. Nothing was changed. It is the `cause` of a
 * `TablesUnavailable`. Change or drop what `subject` names, for example a view of a column that no longer exists.
 *
 * @category failures
 * @since 0.1.0
 */
export interface SwapRefused {
  readonly type: 'SwapRefused'
  readonly readModel: string
  /** What could not be taken over, such as `policy own on "public"."orders"`. */
  readonly subject: string
  readonly cause: unknown
}

type Operation = TablesUnavailable['operation']

export const tablesUnavailable = (
  operation: Operation,
  cause: unknown,
): Either<TablesUnavailable, never> => left({ type: 'TablesUnavailable', operation, cause })

/** The result of a query. */
export const asked =
  <A>(operation: Operation, ask: () => Promise<A>): TaskEither<TablesUnavailable, A> =>
  async () => {
    try {
      return right(await ask())
    } catch (cause) {
      return tablesUnavailable(operation, cause)
    }
  }

/** Whether the transaction itself failed. */
export const isOfTransaction = (failure: { readonly type: string }): failure is TransactionFailed =>
  failure.type === 'TransactionFailed'

/** The error that made a transaction fail. */
export const causeOf = (failure: TransactionFailed): unknown => failure.cause ?? failure

/** Whether another process created the same schema, table, type, or row of the catalogue or the list. */
export const isRace = (cause: unknown): boolean => raceCodes.has(errorCode(cause))

const raceCodes = new Set<unknown>(['42P06', '42P07', '42710', '23505', '40001', '40P01', 'XX000'])

/**
 * Whether the same rows will always lead to this error: data exceptions, violated constraints, limits of an
 * index, and what a trigger raises.
 */
const isOfRows = (cause: unknown): boolean => {
  const code = errorCode(cause)
  return typeof code === 'string' && /^(22|23|54|P0001)/.test(code)
}

/** Whether a batch was too much for the time that it may take, or for the memory of the database or the driver. */
const isTooMuch = (cause: unknown): boolean =>
  isTimedOut(cause) || cause instanceof RangeError || tooMuchCodes.has(errorCode(cause))

const tooMuchCodes = new Set<unknown>([
  '25P03', // the program took too long between two statements
  '25P04', // the transaction took too long
  '53200', // the database is out of memory
  'ERR_STRING_TOO_LONG', // for the driver
])

/** Whether a transaction or a statement exceeded its limit. A statement that somebody cancels has the same code. */
const isTimedOut = (cause: unknown): boolean => {
  if (!isRecord(cause)) return false
  if (cause['type'] === 'TransactionFailed') return cause['reason'] === 'TimedOut'
  return errorCode(cause) === '57014' && !/user request/.test(String(cause['message']))
}

/**
 * The failure of a batch that the database did not accept. A single event that is too much is no poison: it may pass when
 * the database has less to do.
 */
export const notApplied = (
  readModel: string,
  { events }: Batch<unknown>,
  cause: unknown,
): Either<PoisonEvent | BatchRefused | TablesUnavailable, never> => {
  const [first] = events
  const areSeveral = events.some(({ position }) => position !== first?.position)
  const isRefused = isOfRows(cause)
  if (areSeveral && (isRefused || isTooMuch(cause))) {
    return left({ type: 'BatchRefused', readModel, cause })
  }
  if (first === undefined || !isRefused) return tablesUnavailable('apply', cause)
  const { position, stream } = first
  return left({ type: 'PoisonEvent', readModel, position, stream, reason: 'write', cause })
}
