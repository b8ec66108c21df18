/**
 * Applies one batch of events to one generation, in a transaction. It moves the checkpoint first, which locks
 * out all other owners; then it reads states and rows by their keys, folds the events, and writes the results.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import { left, right, some } from '../../../internal/either.ts'
import type { AnyRow } from '../../../internal/readModel.ts'
import { isOfOneEvent, keyText } from '../../../internal/readModel.ts'
import type { Recorded } from '../../../Recorded.ts'
import type {
  Batch,
  Generation,
  NotOwned,
  PoisonEvent,
  SkippedEvent,
} from '../../../shell/ReadModelRunner.ts'
import type { SqlClient } from '../client.ts'
import { placeOf } from './ddl.ts'
import type { Cells } from './fold.ts'
import { skippedOf } from './generations.ts'
import { foldRows, foldStates, selectEvents, touchRows, touchStates } from './fold.ts'
import type { RowChanges, SqlModel, SqlTable } from './sqlTables.ts'
import { rowOf, selectRows, statesTable } from './sqlTables.ts'
import type { RowWriter } from './writer.ts'
import { rowWriter } from './writer.ts'

/** An owner of generations. */
export interface Owner {
  readonly name: string
  /** In milliseconds. */
  readonly lease: number
}

/**
 * Moves the checkpoint; undefined if it is not where the batch starts, or if another process is the owner. Returns the
 * events that are skipped by now: the owner may have read the list before one of them was.
 */
const moveCheckpoint = async (
  client: SqlClient,
  schema: string,
  { id, epoch, role }: Generation,
  { from, to, mark }: Batch<unknown>,
  owner: Owner,
): Promise<ReadonlyArray<SkippedEvent> | undefined> => {
  const last = mark._tag === 'Some' ? mark.value : undefined
  const { rows } = await client.query(
    `update ${schema}.decider_read_models set position = $6::bigint,
        mark_commit_id = coalesce($7::text, mark_commit_id),
        mark_position = coalesce($8::bigint, mark_position),
        mark_recorded_at = coalesce($9::bigint, mark_recorded_at),
        seen_at = clock_timestamp(),
        leased_until = clock_timestamp() + $10::float8 * interval '1 millisecond'
      where id = $1::bigint and epoch = $2::bigint and owner = $3::text and role = $4::text
        and position = $5::bigint
      returning skipped::text as skipped`,
    // prettier-ignore
    [
      id, epoch, owner.name, role, from, to,
      last?.commitId ?? null, last?.position ?? null, last?.recordedAt ?? null, owner.lease,
    ],
  )
  const [row] = rows
  return row && skippedOf(row)
}

/** Applies a batch. Rejects if the client does. */
export const applyBatch = async (
  client: SqlClient,
  schema: string,
  model: SqlModel,
  generation: Generation,
  batch: Batch<unknown>,
  owner: Owner,
): Promise<Either<NotOwned | PoisonEvent, void>> => {
  const { readModel, role } = generation
  const leftOut = await moveCheckpoint(client, schema, generation, batch, owner)
  if (leftOut === undefined) return left({ type: 'NotOwned', readModel })
  const skipped = new Set(leftOut.map(({ position }) => position))
  const wanted = batch.events.filter(({ position }) => !skipped.has(position))
  const events = selectEvents(model, wanted)
  if (events._tag === 'Left') return events
  const place = ({ name }: SqlTable): string => placeOf(schema, name, role)
  const writer = rowWriter(client)
  try {
    const poison = await foldBatch(client, model, place, events.right, writer)
    if (poison !== undefined) {
      await writer.underWay().catch(() => undefined)
      return poison
    }
    await writer.end()
    return right(undefined)
  } catch (cause) {
    // after a refused write, the database refuses everything else as well
    await writer.underWay()
    throw cause
  }
}

type TableCells = readonly [SqlTable, Cells]

/** Folds a batch, and writes each table when it is folded. */
const foldBatch = async (
  client: SqlClient,
  model: SqlModel,
  place: (table: SqlTable) => string,
  events: ReadonlyArray<Recorded<unknown>>,
  writer: RowWriter,
): Promise<Either<PoisonEvent, never> | undefined> => {
  const write = (table: SqlTable, cells: Cells): Promise<void> =>
    writer.write(rowChanges(table, place(table), cells))
  const states = touchStates(model, events)
  if (model.states !== undefined) await readCells(client, place, [[model.states, states]])
  const changes = foldStates(model, states, events)
  if (changes._tag === 'Left') return changes
  if (model.states !== undefined) await write(model.states, states)
  const touched = touchRows(model, changes.right)
  if (touched._tag === 'Left') return touched
  // one for each table
  const ofRows = touched.right.map((each, i) => [model.tables[i] as SqlTable, each] as const)
  await readCells(
    client,
    place,
    ofRows.map(([table, { cells }]) => [table, cells]),
  )
  let poison: Either<PoisonEvent, never> | undefined
  for (const [table, each] of ofRows) {
    // the first event counts that any table can't take
    poison = firstOfBoth(poison, foldRows(model, each, changes.right))
    if (poison === undefined) await write(table, each.cells)
  }
  return poison
}

const firstOfBoth = (
  one: Either<PoisonEvent, never> | undefined,
  other: Either<PoisonEvent, never> | undefined,
): Either<PoisonEvent, never> | undefined =>
  one?._tag === 'Left' && other?._tag === 'Left' && other.left.position >= one.left.position
    ? one
    : (other ?? one)

/** Fills the cells with the rows that exist, where any can. */
const readCells = async (
  client: SqlClient,
  place: (table: SqlTable) => string,
  all: ReadonlyArray<TableCells>,
): Promise<void> => {
  const wanted = all.filter(([{ of }, { size }]) => size > 0 && !isOfOneEvent(of))
  if (wanted.length === 0) return
  const { text, params } = selectRows(
    wanted.map(([table, cells]) => ({ table, at: place(table), keys: cellKeys(cells) })),
  )
  const { rows } = await client.query(text, params)
  for (const { n, row } of rows) {
    // each row belongs to one of the tables, and has a key that was asked for
    const [table, cells] = wanted[Number(n)] as TableCells
    const found = rowOf(table, String(row))
    const cell = cells.get(textOfKey(table, found))
    if (cell !== undefined) cell.before = cell.after = some(found)
  }
}

const cellKeys = (cells: Cells): ReadonlyArray<AnyRow> => [...cells.values()].map(({ key }) => key)

/** States of streams are kept by the name of the stream alone. */
const textOfKey = ({ of }: SqlTable, row: AnyRow): string =>
  of === statesTable ? String(row['stream']) : keyText(of, row)

const rowChanges = (table: SqlTable, at: string, cells: Cells): RowChanges => {
  const kept: Array<AnyRow> = []
  const removed: Array<AnyRow> = []
  for (const { key, before, after } of cells.values()) {
    if (after._tag === 'Some') {
      if (after !== before) kept.push(after.value)
    } else if (before._tag === 'Some') removed.push(key)
  }
  return { table, at, kept, removed }
}
