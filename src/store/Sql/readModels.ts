/**
 * Read models as tables of a PostgreSQL database.
 *
 * Laws, besides those of `ReadModelTables`:
 *
 * 1. an event that is skipped before it is applied is left out, even if the owner has not heard of it yet
 * 2. a stop has no effect if its event was skipped before it came
 * 3. a reason to skip an event may be any text, and comes back as it was given
 * 4. several events that take too much time or memory are refused, so that smaller batches are tried; a single one is
 *    tried again, and never counts as one that can't be applied
 * 5. `prepare` waits for no batch, unless it replaces tables that are being built
 * 6. after a swap, the tables have the owner, the rights, the row security and the policies of those that they replace, and
 *    no others; views on them, with their options, and policies that ask them go on with the new rows. If not all of that
 *    can be transferred, the tables are not swapped, and the failure says why
 * 7. where a live table has row security, one that is being built to replace it shows its rows to nobody but its owner
 * 8. a call that creates or replaces tables is tried again if another process, or a grant of rights, comes between
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { TaskEither } from 'fp-ts/lib/TaskEither.js'
import { left } from '../../internal/either.ts'
import type {
  AnyReadModel,
  Generation,
  InvalidReadModel,
  ReadModelTables,
  TablesUnavailable,
} from '../../shell/ReadModelRunner.ts'
import { errorCode } from '../internal/errorCode.ts'
import { quotedIdentifier } from '../internal/sqlQuotes.ts'
import type { TransactionFailed } from '../internal/databaseFailures.ts'
import type { SqlClient } from './client.ts'
import { hearErrors } from './pool.ts'
import { applyBatch } from './readModels/batch.ts'
import { createList } from './readModels/ddl.ts'
import {
  asked,
  causeOf,
  isOfTransaction,
  isRace,
  notApplied,
  tablesUnavailable,
} from './readModels/failures.ts'
import { isConcerned } from './readModels/fold.ts'
import {
  discardGeneration,
  prepareGeneration,
  rebuildGeneration,
  reviveGeneration,
  swapGenerations,
} from './readModels/generations.ts'
import { advance, own, release, skipEvent, status, stop } from './readModels/owning.ts'
import type { SqlModel } from './readModels/sqlTables.ts'
import { sqlModel } from './readModels/sqlTables.ts'

/**
 * What read models need from a database: single statements, and transactions.
 *
 * @category model
 * @since 0.1.0
 */
export interface SqlTransactions {
  readonly client: SqlClient
  readonly transaction: <F, A>(
    run: (client: SqlClient) => TaskEither<F, A>,
  ) => TaskEither<F | TransactionFailed, A>
}

/**
 * Which schema holds the tables.
 *
 * @category model
 * @since 0.1.0
 */
export interface SqlReadModelsOptions {
  /** It must exist. Defaults to `public`. */
  readonly schema?: string
}

/**
 * The tables of read models in a database, PostgreSQL 15 or later, embedded or on a server. Rows and checkpoints
 * are stored in one transaction, so every event counts exactly once. People query the tables with SQL. Each call
 * returns a separate owner.
 *
 * A column is named after its field, in snake case: `customerId` becomes `customer_id`. There are further tables:
 * `decider_read_models` holds the checkpoint of each read model; a read model that needs the states of streams has
 * one for them.
 *
 * Rights: `prepare`, `rebuild`, `rollBack`, `discard` and `swap` create, rename and drop tables of the schema. If
 * all tables exist, `prepare` needs no such right. The owner of a table, rights on it and its columns, its row security
 * with all policies, and plain views on it are transferred to the table that replaces it. If one of them can't be, for
 * example a view of a column that is gone, the tables are not swapped: the `cause` of the failure is a `SwapRefused`.
 *
 * @example
 *   import { orderTables } from 'decider-ts/order'
 *   import { openPGlite } from 'decider-ts/store/PGlite'
 *   import { sqlReadModels } from 'decider-ts/store/Sql'
 *   import { isRight } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const opened = await openPGlite('.data/tables')()
 *   assert.ok(isRight(opened))
 *   const tables = sqlReadModels(opened.right)
 *   assert.ok(isRight(await tables.prepare(orderTables, 'refuse')()))
 *   const { rows } = await opened.right.client.query('select id from orders', [])
 *   assert.deepStrictEqual(rows, [])
 *   await opened.right.close()
 *
 * @category constructors
 * @since 0.1.0
 */
export const sqlReadModels = (
  { client, transaction }: SqlTransactions,
  { schema = 'public' }: SqlReadModelsOptions = {},
): ReadModelTables => {
  hearErrors(client)
  const at = quotedIdentifier(schema)
  const name = crypto.randomUUID()
  const modelOf = memoized(sqlModel)
  /** Changes the list of generations in a transaction. */
  const changing =
    <F extends { readonly type: string }, A>(
      operation: TablesUnavailable['operation'],
      change: (tx: SqlClient) => Promise<Either<F, A>>,
    ): TaskEither<F | TablesUnavailable, A> =>
    () =>
      again(changed(transaction, change, (cause) => tablesUnavailable(operation, cause)))
  const changingModel = <F extends { readonly type: string }>(
    model: AnyReadModel<never>,
    change: (tx: SqlClient, of: SqlModel) => Promise<Either<F, void>>,
  ): TaskEither<F | InvalidReadModel | TablesUnavailable, void> => {
    const of = modelOf(model)
    return of._tag === 'Left' ? fromLeft(of) : changing('manage', (tx) => change(tx, of.right))
  }
  return {
    prepare: (model, onChange) => async () => {
      const of = modelOf(model)
      if (of._tag === 'Left') return of
      const listed = await again(asked('prepare', () => client.query(createList(at), [])))
      if (listed._tag === 'Left') return listed
      return changing('prepare', (tx) => prepareGeneration(tx, at, of.right, onChange))()
    },
    own: (models, lease) =>
      asked('own', () => {
        const known = valid(models.map(modelOf))
        return known.length === 0 ? Promise.resolve([]) : own(client, at, known, { name, lease })
      }),
    release: asked('own', () => release(client, at, name)),
    concerns: (model, events) => {
      const of = modelOf(model)
      return of._tag === 'Right' && isConcerned(of.right, events)
    },
    apply: (model, generation, batch, lease) => {
      const of = modelOf(model)
      // `prepare` refuses such a read model
      if (of._tag === 'Left') return fromLeft(tablesUnavailable('apply', of.left))
      return changed(
        transaction,
        (tx) => applyBatch(tx, at, of.right, generation, batch, { name, lease }),
        (cause) => notApplied(model.name, batch, cause),
      )
    },
    advance: (moves) => asked('apply', () => advance(client, at, moves, name)),
    swap: (generation) => changing('manage', (tx) => swapGenerations(tx, at, generation)),
    stop: (generation, reason) => changing('apply', (tx) => stop(tx, at, generation, reason)),
    status: asked('status', () => status(client, at, name).catch(noneYet)),
    skip: (readModel, event) => asked('manage', () => skipEvent(client, at, readModel, event)),
    rebuild: (model) => changingModel(model, (tx, of) => rebuildGeneration(tx, at, of)),
    rollBack: (model) => changingModel(model, (tx, of) => reviveGeneration(tx, at, of)),
    discard: (readModel, role) =>
      changing('manage', (tx) => discardGeneration(tx, at, readModel, role)),
  }
}

/** There is no list before the first `prepare`. */
const noneYet = (cause: unknown): Promise<ReadonlyArray<Generation>> =>
  errorCode(cause) === '42P01' ? Promise.resolve([]) : Promise.reject(cause)

const fromLeft =
  <F>(failure: Either<F, never>): TaskEither<F, never> =>
  () =>
    Promise.resolve(failure)

/** A function of read models that is computed once for each. */
const memoized = <A>(f: (model: AnyReadModel<never>) => A): typeof f => {
  const known = new WeakMap<AnyReadModel<never>, A>()
  return (model) => {
    const found = known.get(model)
    if (found !== undefined) return found
    const made = f(model)
    known.set(model, made)
    return made
  }
}

const valid = (
  models: ReadonlyArray<Either<InvalidReadModel, SqlModel>>,
): ReadonlyArray<SqlModel> => models.flatMap((of) => (of._tag === 'Right' ? [of.right] : []))

/** Changes something in a transaction; `failed` is what an error of the transaction means. */
const changed =
  <F extends { readonly type: string }, A, G>(
    transaction: SqlTransactions['transaction'],
    change: (tx: SqlClient) => Promise<Either<F, A>>,
    failed: (cause: unknown) => Either<G, never>,
  ): TaskEither<F | G, A> =>
  async () => {
    const done = await transaction((tx) => () => change(tx))()
    if (done._tag === 'Right') return done
    const { left: failure } = done
    return isOfTransaction(failure) ? failed(causeOf(failure)) : left(failure)
  }

/** Other processes may be creating or replacing the same things, or somebody may be granting rights on them. */
const again = async <F extends { readonly type: string }, A>(
  task: TaskEither<F | TablesUnavailable, A>,
): Promise<Either<F | TablesUnavailable, A>> => {
  for (let attempt = 1; ; attempt++) {
    const done = await task()
    const failure = done._tag === 'Left' ? done.left : undefined
    const isRaced = failure !== undefined && 'cause' in failure && isRace(failure.cause)
    if (!isRaced || attempt >= mostAttempts) return done
  }
}

const mostAttempts = 5
