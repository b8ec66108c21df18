/**
 * Creates, replaces, revives and discards generations. Every change is one transaction.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Option } from 'fp-ts/lib/Option.js'
import { left, none, right, some } from '../../../internal/either.ts'
import type {
  Generation,
  ReadModelChanged,
  ReadModelReplaced,
  SkippedEvent,
  StopReason,
  TablesUnavailable,
} from '../../../shell/ReadModelRunner.ts'
import type { SqlClient } from '../client.ts'
import { createTables, dropTables, lockTables, namesOf, renameTables } from './ddl.ts'
import { isRace, tablesUnavailable } from './failures.ts'
import type { SwapRefused } from './failures.ts'
import type { SqlModel } from './sqlTables.ts'
import type { Bequest } from './succession.ts'
import { protectionOf, successionOf } from './succession.ts'

/** The columns of a generation as JSON; `owner` is a parameter. */
export const generationColumns = (owner: string): string => `json_build_object(
  'id', id, 'readModel', name, 'fingerprint', fingerprint, 'role', role, 'position', position,
  'commitId', mark_commit_id, 'markPosition', mark_position, 'recordedAt', mark_recorded_at,
  'owned', owner is not distinct from ${owner}, 'epoch', epoch,
  'idle', extract(epoch from clock_timestamp() - seen_at) * 1000,
  'stopped', stopped, 'skipped', skipped, 'tables', tables)::text as generation`

interface StoredGeneration extends Omit<Generation, 'mark' | 'idle' | 'stopped'> {
  readonly commitId: string | null
  readonly markPosition: number | null
  readonly recordedAt: number | null
  readonly idle: number | null
  readonly stopped: StopReason | null
  readonly skipped: ReadonlyArray<SkippedEvent>
  readonly tables: ReadonlyArray<string>
}

/** A generation, with the names of its tables. */
export interface ListedGeneration extends Generation {
  readonly tables: ReadonlyArray<string>
}

export const generationOf = (row: Readonly<Record<string, unknown>>): ListedGeneration => {
  // what `generationColumns` selects
  const stored = JSON.parse(String(row['generation'])) as StoredGeneration
  const { commitId, markPosition, recordedAt, idle, stopped } = stored
  return {
    id: stored.id,
    readModel: stored.readModel,
    fingerprint: stored.fingerprint,
    role: stored.role,
    position: stored.position,
    mark:
      commitId === null || markPosition === null || recordedAt === null
        ? none
        : some({ commitId, position: markPosition, recordedAt }),
    owned: stored.owned,
    epoch: stored.epoch,
    idle: idle === null ? none : some(idle),
    stopped: stopped === null ? none : some(stopped),
    skipped: stored.skipped,
    tables: stored.tables,
  }
}

/** The events of the column `skipped`, selected as text. */
export const skippedOf = (row: Readonly<Record<string, unknown>>): ReadonlyArray<SkippedEvent> =>
  JSON.parse(String(row['skipped'])) as ReadonlyArray<SkippedEvent> // as `skipEvent` stores it

type ByRole = Readonly<Partial<Record<Generation['role'], ListedGeneration>>>

/** The generations of a read model, as they are at the moment. */
const readGenerations = async (
  client: SqlClient,
  schema: string,
  name: string,
  lock: '' | 'for update' = '',
): Promise<ByRole> => {
  const { rows } = await client.query(
    `select ${generationColumns('null')} from ${schema}.decider_read_models
      where name = $1 order by id ${lock}`,
    [name],
  )
  const all = rows.map(generationOf)
  return Object.fromEntries(all.map((each) => [each.role, each]))
}

/** The generations of a read model, locked until the end of the transaction. It waits for their batches. */
const lockGenerations = (client: SqlClient, schema: string, name: string): Promise<ByRole> =>
  readGenerations(client, schema, name, 'for update')

const runAll = async (client: SqlClient, texts: ReadonlyArray<string>): Promise<void> => {
  for (const text of texts) await client.query(text, [])
}

const make = async (
  client: SqlClient,
  schema: string,
  model: SqlModel,
  role: Generation['role'],
): Promise<void> => {
  await client.query(
    `insert into ${schema}.decider_read_models (name, role, fingerprint, tables)
      values ($1, $2, $3, $4::text::json)`,
    [model.model.name, role, model.fingerprint, JSON.stringify(namesOf(model))],
  )
  await runAll(client, createTables(schema, model, role))
  if (role === 'live') return
  const { rows } = await client.query(protectionOf(schema, namesOf(model)), [])
  await runAll(
    client,
    rows.map(({ text }) => String(text)),
  )
}

const discard = async (
  client: SqlClient,
  schema: string,
  { id, role, tables }: ListedGeneration,
): Promise<void> => {
  await client.query(`delete from ${schema}.decider_read_models where id = $1`, [id])
  await client.query(dropTables(schema, tables, role), [])
}

/** Which generation of a read model has to be made; none if it exists. */
const roleToMake = (
  { fingerprint, model: { name: readModel } }: SqlModel,
  { live, building, kept }: ByRole,
  onChange: 'refuse' | 'rebuild',
): Either<ReadModelChanged | ReadModelReplaced, Option<'live' | 'building'>> => {
  if (live === undefined) return right(some('live'))
  const isMade = [live, building].some((each) => each?.fingerprint === fingerprint)
  if (isMade) return right(none)
  // an earlier version of the program that is started again does not undo what a later one has done
  if (kept?.fingerprint === fingerprint) return left({ type: 'ReadModelReplaced', readModel })
  if (onChange === 'rebuild') return right(some('building'))
  return left({ type: 'ReadModelChanged', readModel, stored: live.fingerprint, given: fingerprint })
}

/**
 * Keeps others from replacing what `prepare` has found. Where another generation is being built, it locks that one,
 * which will be discarded, and without which nothing is swapped. Otherwise a weaker lock of the live one, which a batch
 * under way does not hold up, keeps the role of that as it is.
 */
const lockToMake = async (
  client: SqlClient,
  schema: string,
  name: string,
  { building }: ByRole,
): Promise<void> => {
  const [role, lock] =
    building === undefined
      ? (['live', 'for key share'] as const)
      : (['building', 'for update'] as const)
  await client.query(
    `select id from ${schema}.decider_read_models where name = $1 and role = $2 ${lock}`,
    [name, role],
  )
}

/**
 * Creates the tables of a read model unless they exist. It reads the list first without a lock, since batches may hold
 * their rows for long.
 */
export const prepareGeneration = async (
  client: SqlClient,
  schema: string,
  model: SqlModel,
  onChange: 'refuse' | 'rebuild',
): Promise<Either<ReadModelChanged | ReadModelReplaced, void>> => {
  const { name } = model.model
  const found = await readGenerations(client, schema, name)
  const asFound = roleToMake(model, found, onChange)
  if (asFound._tag === 'Left') return asFound
  if (asFound.right._tag === 'None') return right(undefined)
  await lockToMake(client, schema, name, found)
  // others may have made it meanwhile
  const listed = await readGenerations(client, schema, name)
  const role = roleToMake(model, listed, onChange)
  if (role._tag === 'Left') return role
  if (role.right._tag === 'None') return right(undefined)
  if (listed.building !== undefined) await discard(client, schema, listed.building)
  await make(client, schema, model, role.right.value)
  return right(undefined)
}

/** Starts to build a generation beside the live one; discards any other that was being built. */
export const rebuildGeneration = async (
  client: SqlClient,
  schema: string,
  model: SqlModel,
): Promise<Either<never, void>> => {
  const { live, building } = await lockGenerations(client, schema, model.model.name)
  if (building !== undefined) await discard(client, schema, building)
  await make(client, schema, model, live === undefined ? 'live' : 'building')
  return right(undefined)
}

/** Lets the kept generation catch up, so that it can become live again. */
export const reviveGeneration = async (
  client: SqlClient,
  schema: string,
  model: SqlModel,
): Promise<Either<ReadModelReplaced, void>> => {
  const readModel = model.model.name
  const { building, kept } = await lockGenerations(client, schema, readModel)
  if (kept?.fingerprint !== model.fingerprint) {
    return left({ type: 'ReadModelReplaced', readModel })
  }
  if (building !== undefined) await discard(client, schema, building)
  await setRole(client, schema, kept, 'building')
  return right(undefined)
}

const setRole = async (
  client: SqlClient,
  schema: string,
  { id, role, tables }: ListedGeneration,
  to: Generation['role'],
): Promise<void> => {
  await runAll(client, renameTables(schema, tables, role, to))
  // an owner that knew it in its old role notices at its next batch
  await client.query(
    `update ${schema}.decider_read_models set role = $2,
      owner = case $2 when 'kept' then null else owner end where id = $1`,
    [id, to],
  )
}

/** Discards the generation that is kept or being built, if there is one. */
export const discardGeneration = async (
  client: SqlClient,
  schema: string,
  readModel: string,
  role: 'kept' | 'building',
): Promise<Either<never, void>> => {
  const found = (await lockGenerations(client, schema, readModel))[role]
  if (found !== undefined) await discard(client, schema, found)
  return right(undefined)
}

/**
 * Replaces the live generation by the one that was built, if that has caught up with it. Waits at most two
 * seconds for queries of the tables to end, since all later queries wait behind it.
 */
export const swapGenerations = async (
  client: SqlClient,
  schema: string,
  { id, epoch, readModel }: Generation,
): Promise<Either<TablesUnavailable, boolean>> => {
  await client.query(`select set_config('lock_timeout', '2000', true)`, [])
  const { live, building, kept } = await lockGenerations(client, schema, readModel)
  if (live === undefined || building?.id !== id || building.epoch !== epoch) return right(false)
  if (building.position < live.position) return right(false)
  if (kept !== undefined) await discard(client, schema, kept)
  await client.query(lockTables(schema, live.tables), [])
  const names = live.tables.filter((each) => building.tables.includes(each))
  const bequests = names.length === 0 ? [] : await bequestsOf(client, schema, names)
  await setRole(client, schema, live, 'kept')
  await setRole(client, schema, building, 'live')
  const refused = await transfer(client, readModel, bequests)
  return refused === undefined ? right(true) : tablesUnavailable('manage', refused)
}

const bequestsOf = async (
  client: SqlClient,
  schema: string,
  names: ReadonlyArray<string>,
): Promise<ReadonlyArray<Bequest>> => {
  const { rows } = await client.query(successionOf(schema, names), [])
  return rows.map(({ subject, text }) => ({ subject: String(subject), text: String(text) }))
}

/** Gives the successors what belongs to the tables they replace, or says what the database refuses. */
const transfer = async (
  client: SqlClient,
  readModel: string,
  bequests: ReadonlyArray<Bequest>,
): Promise<SwapRefused | undefined> => {
  for (const { subject, text } of bequests) {
    try {
      await client.query(text, [])
    } catch (cause) {
      if (isRace(cause)) throw cause
      return { type: 'SwapRefused', readModel, subject, cause }
    }
  }
  return undefined
}
