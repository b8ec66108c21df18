/**
 * Converts failures, with the errors in them, to JSON data.
 *
 * @since 0.1.0
 */
import { readField, describeError } from './causeWords.ts'

const maxDepth = 20
const maxEntries = 1_000

/** The fields of errors that are kept. Drivers set more: the parameters of a statement are user data. */
const helpful = [
  'errno',
  'syscall',
  'path',
  'address',
  'port',
  'severity',
  'detail',
  'hint',
  'schema',
  'table',
  'column',
  'constraint',
]

export const jsonOf = (value: unknown, within: ReadonlyArray<unknown> = []): unknown => {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0) ? value : String(value)
    case 'bigint':
      return String(value)
    case 'undefined':
      return null
    case 'function':
    case 'symbol':
      return `(${typeof value})`
    case 'object':
      return value === null ? null : jsonOfObject(value, within)
  }
}

const jsonOfObject = (value: object, within: ReadonlyArray<unknown>): unknown => {
  if (within.includes(value)) return '(circular)'
  if (within.length >= maxDepth) return '(nested too deeply)'
  const inner = [...within, value]
  try {
    if (Array.isArray(value)) return listOf(value, inner)
    if (value instanceof Date)
      return Number.isNaN(value.getTime()) ? 'Invalid Date' : value.toISOString()
    if (value instanceof Map || value instanceof Set) return listOf([...value], inner)
    if (ArrayBuffer.isView(value)) return `(${value.byteLength} bytes)`
    return value instanceof Error || isErrorLike(value)
      ? jsonOfError(value, inner)
      : fieldsOf(value, Object.keys(value).slice(0, maxEntries), inner)
  } catch {
    return '(unreadable)'
  }
}

/** Errors of other realms, workers and databases are not instances of `Error`. */
const isErrorLike = (value: object): boolean =>
  typeof readField(value, 'type') !== 'string' &&
  typeof readField(value, 'message') === 'string' &&
  typeof readField(value, 'name') === 'string'

const listOf = (list: ReadonlyArray<unknown>, inner: ReadonlyArray<unknown>): unknown => {
  const shown = Array.from(list.slice(0, maxEntries), (element) => jsonOf(element, inner))
  const more = list.length - shown.length
  return more > 0 ? [...shown, `(${more} more)`] : shown
}

const fieldsOf = (
  value: object,
  keys: ReadonlyArray<string>,
  inner: ReadonlyArray<unknown>,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    keys.flatMap((key) => {
      const field = readField(value, key)
      return field === undefined ? [] : [[key, jsonOf(field, inner)]]
    }),
  )

const jsonOfError = (error: object, inner: ReadonlyArray<unknown>): unknown => {
  const described = describeError(error)
  const code = readField(error, 'code') ?? (described?.code || undefined)
  return {
    name: described?.name || 'Error',
    message: described?.message ?? '',
    ...(code === undefined ? {} : { code: jsonOf(code, inner) }),
    ...fieldsOf(error, helpful, inner),
    ...fieldsOf(error, ['cause', 'errors'], inner),
  }
}
