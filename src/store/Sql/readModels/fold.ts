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
import type { AnyRow, Misfit } from '../../../internal/readModel.ts'
import {
  changeOf,
  misfitInKey,
  misfitInRow,
  selected,
  touchedKeys,
} from '../../../internal/readModel.ts'
import type { Recorded } from '../../../Recorded.ts'
import type { PoisonEvent } from '../../../shell/ReadModelRunner.ts'
import type { SqlModel } from './sqlTables.ts'

/** A row that a batch concerns. */
export interface Cell {
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
  f: (recorded: Recorded<unknown>) => Misfit | undefined,
): Poisoned | undefined => {
  for (const recorded of events) {
    try {
      const misfit = f(recorded)
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
    if (!cells.has(stream)) cells.set(stream, { key: { stream }, before: none, after: none })
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

/** Empty cells for the rows of each table that the events concern. */
export const touchRows = (
  model: SqlModel,
  events: EventsToFold,
): Either<PoisonEvent, ReadonlyArray<Cells>> => {
  const all = model.tables.map((): Cells => new Map())
  const poison = forEach(model, events, (recorded) => {
    for (const [i, cells] of all.entries()) {
      const { of } = model.tables[i] as SqlModel['tables'][number] // one for each table
      for (const [text, key] of touchedKeys(of, recorded)) {
        const misfit = misfitInKey(of, key)
        if (misfit !== undefined) return misfit
        if (!cells.has(text)) cells.set(text, { key, before: none, after: none })
      }
    }
    return undefined
  })
  return poison ?? right(all)
}

/** Evolves the rows. */
export const foldRows = (
  model: SqlModel,
  all: ReadonlyArray<Cells>,
  events: EventsToFold,
): Poisoned | undefined =>
  forEach(model, events, (recorded) => {
    for (const [i, cells] of all.entries()) {
      const { of } = model.tables[i] as SqlModel['tables'][number] // one for each table
      for (const [text, key] of touchedKeys(of, recorded)) {
        const cell = cells.get(text) as Cell // made by `touchRows`
        const after = of.evolve(cell.after, recorded, key)
        const misfit =
          after._tag === 'Some' && isOther(after, cell.after)
            ? misfitInRow(of, key, after.value)
            : undefined
        if (misfit !== undefined) return misfit
        cell.after = after
      }
    }
    return undefined
  })

const isOther = (after: Option<AnyRow>, before: Option<AnyRow>): boolean => after !== before

/** Whether a batch has to be applied. True also if a function throws, so that `applyBatch` reports it. */
export const isConcerned = (model: SqlModel, events: EventsToFold): boolean => {
  const counted = selectEvents(model, events)
  if (counted._tag === 'Left') return true
  if (model.states !== undefined) return counted.right.length > 0
  const touched = touchRows(model, counted.right)
  return touched._tag === 'Left' || touched.right.some(({ size }) => size > 0)
}
