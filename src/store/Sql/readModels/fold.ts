/**
 * The pure part of a batch: which rows its events concern, and what the rows are afterwards. If a function
 * throws, or a value does not fit its column, the result is a `PoisonEvent` that names the event.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Option } from 'fp-ts/lib/Option.js'
import { column } from '../../../internal/columns.ts'
import { left, none, right, some } from '../../../internal/either.ts'
import type { AnyRow, Misfit, OpenTable } from '../../../internal/readModel.ts'
import {
  changeOf,
  isOfOneEvent,
  keyText,
  misfitInKey,
  misfitInRow,
  selected,
} from '../../../internal/readModel.ts'
import type { Recorded } from '../../../Recorded.ts'
import type { PoisonEvent } from '../../../shell/ReadModelRunner.ts'
import type { SqlModel } from './sqlTables.ts'

/** A row that a batch concerns. */
export interface Cell {
  readonly of: OpenTable
  readonly key: AnyRow
  before: Option<AnyRow>
  after: Option<AnyRow>
}

/** The rows of a table that a batch concerns, by their keys. */
export type Cells = Map<string, Cell>

type EventsToFold = ReadonlyArray<Recorded<unknown>>

type Poisoned = Either<PoisonEvent, never>

const poisoned = (
  { model }: SqlModel,
  { position, stream }: Recorded<unknown>,
  reason: PoisonEvent['reason'],
  cause: unknown,
): Poisoned => left({ type: 'PoisonEvent', readModel: model.name, position, stream, reason, cause })

/** Calls a function of the read model for each event, up to the first for which it throws. */
const forEach = (
  model: SqlModel,
  events: EventsToFold,
  f: (recorded: Recorded<unknown>, index: number) => Misfit | undefined,
): Poisoned | undefined => {
  for (let index = 0; index < events.length; index++) {
    const recorded = events[index] as Recorded<unknown> // index < length
    try {
      const misfit = f(recorded, index)
      if (misfit !== undefined) return poisoned(model, recorded, 'column', misfit)
    } catch (cause) {
      return poisoned(model, recorded, 'evolve', cause)
    }
  }
  return undefined
}

/** The events that the read model selects, as it sees them. */
export const selectEvents = (
  model: SqlModel,
  events: EventsToFold,
): Either<PoisonEvent, EventsToFold> => {
  const counted: Array<Recorded<unknown>> = []
  const poison = forEach(model, events, (recorded) => {
    const own = selected(model.model, recorded)
    if (own._tag === 'Some') counted.push(own.value)
    return undefined
  })
  return poison ?? right(counted)
}

/** Empty cells for the states of the streams, if the read model needs them. */
export const touchStates = ({ states }: SqlModel, events: EventsToFold): Cells => {
  const cells: Cells = new Map()
  if (states === undefined) return cells
  for (const { stream } of events) {
    if (!cells.has(stream)) {
      cells.set(stream, { of: states.of, key: { stream }, before: none, after: none })
    }
  }
  return cells
}

/** Evolves the states; returns the events with the states before and after them. */
export const foldStates = (
  model: SqlModel,
  cells: Cells,
  events: EventsToFold,
): Either<PoisonEvent, EventsToFold> => {
  const { state } = model.model
  if (state._tag === 'None') return right(events)
  const { initialState, evolve } = state.value
  const changes: Array<Recorded<unknown>> = []
  const poison = forEach(model, events, (recorded) => {
    const { stream, event } = recorded
    const cell = cells.get(stream) as Cell // made by `touchStates`
    const before = cell.after._tag === 'Some' ? cell.after.value['state'] : initialState
    const after = evolve(before, event)
    if (after !== before || cell.after._tag === 'None') cell.after = some({ stream, state: after })
    changes.push(changeOf(recorded, before, after))
    return undefined
  })
  return poison ?? unfit(model, cells, events) ?? right(changes)
}

/**
 * Checks that the states can be stored; once a batch, since they may be large. The failure names the last event
 * of the stream: the runner then narrows the batch down until it ends with the first bad event.
 */
const unfit = (model: SqlModel, cells: Cells, events: EventsToFold): Poisoned | undefined => {
  for (const [stream, { after }] of cells) {
    const state = after._tag === 'Some' ? after.value['state'] : null
    if (column.json.fits(state)) continue
    const own = events.filter((recorded) => recorded.stream === stream)
    const last = own[own.length - 1] as Recorded<unknown> // a cell exists only if there is one
    const misfit = { table: 'states', field: 'state', expected: 'json', actual: state }
    return poisoned(model, last, 'column', misfit)
  }
  return undefined
}

/** The rows of a table that the events of a batch concern. */
export interface TouchedTable {
  readonly cells: Cells
  /** Those of each event. */
  readonly byEvent: ReadonlyArray<ReadonlyArray<Cell>>
}

/** Empty cells for the rows of each table that the events concern. */
export const touchRows = (
  model: SqlModel,
  events: EventsToFold,
): Either<PoisonEvent, ReadonlyArray<TouchedTable>> => {
  const all = model.tables.map(({ of }) => ({
    of,
    isOfEvents: isOfOneEvent(of),
    cells: new Map<string, Cell>(),
    byEvent: [] as Array<ReadonlyArray<Cell>>,
  }))
  const poison = forEach(model, events, (recorded) => {
    for (const { of, isOfEvents, cells, byEvent } of all) {
      const touched: Array<Cell> = []
      for (const key of of.keys(recorded)) {
        const text = keyText(of, key)
        let cell = cells.get(text)
        // a key that fits one event fits every other, but for its position
        if (cell === undefined || isOfEvents) {
          const misfit = misfitInKey(of, recorded, key)
          if (misfit !== undefined) return misfit
        }
        if (cell === undefined) {
          cell = { of, key, before: none, after: none }
          cells.set(text, cell)
        }
        // repeated keys count once
        if (!touched.includes(cell)) touched.push(cell)
      }
      byEvent.push(touched)
    }
    return undefined
  })
  return poison ?? right(all)
}

/** Evolves the rows of a table that each event concerns. */
export const foldRows = (
  model: SqlModel,
  { byEvent }: TouchedTable,
  events: EventsToFold,
): Poisoned | undefined =>
  forEach(model, events, (recorded, index) => {
    for (const cell of byEvent[index] ?? []) {
      const { of, key, after: before } = cell
      const after = of.evolve(before, recorded, key)
      const misfit =
        after._tag === 'Some' && after !== before ? misfitInRow(of, key, after.value) : undefined
      if (misfit !== undefined) return misfit
      cell.after = after
    }
    return undefined
  })

/** Whether a batch has to be applied. True also if a function throws, so that `applyBatch` reports it. */
export const isConcerned = (model: SqlModel, events: EventsToFold): boolean => {
  const counted = selectEvents(model, events)
  if (counted._tag === 'Left') return true
  if (model.states !== undefined) return counted.right.length > 0
  try {
    return counted.right.some((recorded) =>
      model.tables.some(({ of }) => of.keys(recorded).length > 0),
    )
  } catch {
    return true
  }
}
