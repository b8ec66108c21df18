/**
 * The columns of a table, and which values they hold.
 *
 * @since 0.1.0
 */
import type { Option } from 'fp-ts/lib/Option.js'
import type { Instant } from '../Recorded.ts'
import { deepestJson } from './deepestJson.ts'
import { none, some } from './either.ts'
import { isRecord } from './isRecord.ts'
import { isPlain } from './parts.ts'
import { isStorableText } from './storableText.ts'

/**
 * A column for values of type `A`. Values that its type allows may still not fit, such as a number that is
 * not an integer: an event that makes such a row stops its read model.
 *
 * @category model
 * @since 0.1.0
 */
export interface Column<in A> {
  readonly kind:
    | 'text'
    | 'integer'
    | 'position'
    | 'bigint'
    | 'double'
    | 'boolean'
    | 'instant'
    | 'json'
  /** Whether its values are options; `none` is null. */
  readonly optional: boolean
  readonly fits: (value: A) => boolean
}

const columnOf = <A>(kind: Column<A>['kind'], fits: (value: A) => boolean): Column<A> => ({
  kind,
  optional: false,
  fits,
})

/**
 * The first instant that a column holds: 4713-01-01 before our era. PostgreSQL has no earlier one.
 *
 * @category columns
 * @since 0.1.0
 */
export const earliestInstant: Instant = /* @__PURE__ */ Date.UTC(-4712, 0, 1)

const latestInstant: Instant = 8_640_000_000_000_000

/** Shared parts may be reached in exponentially many ways, and JSON repeats them each time. */
const mostJsonParts = 10_000_000

const isJson = (value: unknown, depth: number, room: { left: number }): boolean => {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true
    case 'number':
      return Number.isFinite(value)
    case 'object':
      if (value === null) return true
      if (depth === deepestJson || --room.left < 0) return false
      return Array.isArray(value)
        ? value.every((element) => isJson(element, depth + 1, room))
        : isPlain(value) && Object.values(value).every((field) => isJson(field, depth + 1, room))
    default:
      return false
  }
}

/**
 * The kinds of columns. A column also holds narrower types than its own: a field that is one of several
 * strings is a `text`, and any field that JSON can hold may be a `json`.
 *
 * - `text`: a string without NUL and lone surrogates
 * - `integer`: an integer up to 2^53 − 1, which SQL has as `bigint`
 * - `position`: a position in the log, `bigint` in SQL. In a key it has to be that of the event: such a row concerns
 *   one event only, is written once, and never looked up before
 * - `bigint`: a bigint of any size, `numeric` in SQL
 * - `double`: a finite number; -0 becomes 0
 * - `boolean`
 * - `instant`: `timestamp with time zone` in SQL, from `earliestInstant` on
 * - `json`: a value that JSON can hold; -0 becomes 0
 * - `optional`: an option of what another column holds, where `none` is null
 *
 * @example
 *   import { column } from 'decider-ts/ReadModel'
 *   import { none, some } from 'fp-ts/lib/Option.js'
 *   import assert from 'node:assert'
 *
 *   assert.ok(column.integer.fits(3) && !column.integer.fits(0.5))
 *   const actor = column.optional(column.text)
 *   assert.ok(actor.fits(none) && actor.fits(some('ann')) && !actor.fits(some('\0')))
 *
 * @category columns
 * @since 0.1.0
 */
export const column: {
  readonly text: Column<string>
  readonly integer: Column<number>
  readonly position: Column<number>
  readonly bigint: Column<bigint>
  readonly double: Column<number>
  readonly boolean: Column<boolean>
  readonly instant: Column<Instant>
  readonly json: Column<unknown>
  readonly optional: <A>(of: Column<A>) => Column<Option<A>>
} = {
  text: columnOf('text', (value) => typeof value === 'string' && isStorableText(value)),
  integer: columnOf('integer', Number.isSafeInteger),
  position: columnOf('position', (value) => Number.isSafeInteger(value) && value >= 0),
  bigint: columnOf('bigint', (value) => typeof value === 'bigint'),
  double: columnOf('double', Number.isFinite),
  boolean: columnOf('boolean', (value) => typeof value === 'boolean'),
  instant: columnOf(
    'instant',
    (value) => Number.isInteger(value) && value >= earliestInstant && value <= latestInstant,
  ),
  json: columnOf('json', (value) => isJson(value, 0, { left: mostJsonParts })),
  optional: ({ kind, fits }) => ({
    kind,
    optional: true,
    fits: (value: unknown) =>
      // both have a tag, and what the types do not allow does not fit
      isOption<never>(value) && (value._tag === 'None' || fits(value.value)),
  }),
}

const isOption = <A>(value: unknown): value is Option<A> =>
  isRecord(value) && (value['_tag'] === 'None' || (value['_tag'] === 'Some' && 'value' in value))

/** Whether the values of a column can identify a row. */
export const isKeyColumn = ({ kind, optional }: Column<never>): boolean =>
  !optional && kind !== 'json' && kind !== 'double'

/** The value that is passed to a database, for a value that fits; JSON can hold it. */
export const storedValue = ({ kind, optional }: Column<never>, value: unknown): unknown => {
  if (optional) {
    // the column fits, so the value is an option
    const option = value as Option<unknown>
    return option._tag === 'None' ? null : storedPart(kind, option.value)
  }
  return storedPart(kind, value)
}

const storedPart = (kind: Column<never>['kind'], value: unknown): unknown => {
  switch (kind) {
    case 'bigint':
      return String(value)
    case 'json':
      return JSON.stringify(value)
    default:
      return value
  }
}

/** The value of a stored one; the inverse of `storedValue`. */
export const valueOfStored = ({ kind, optional }: Column<never>, stored: unknown): unknown => {
  if (optional) return stored === null ? none : some(partOfStored(kind, stored))
  return partOfStored(kind, stored)
}

const partOfStored = (kind: Column<never>['kind'], stored: unknown): unknown => {
  switch (kind) {
    case 'bigint':
      return BigInt(stored as string) // as it was stored
    case 'json':
      return JSON.parse(stored as string) // as it was stored
    default:
      return stored
  }
}
