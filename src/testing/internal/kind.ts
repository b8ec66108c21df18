/**
 * The names that graphs, coverage and mutants use for commands, events, rejections and states.
 */
import { source } from './source.ts'

/**
 * The kind of a command, an event, a rejection or a state: its `type`, or the whole value as source if it
 * has none. A value of a product of deciders shows what it wraps, `order.AddLine`, or `bit.'On'` if the
 * commands are strings. The key of one of many deciders is not shown.
 *
 * A value with a `type` counts as one of a product if its only other field is `command`, `event` or
 * `rejection` and holds a string or an object that has a kind of its own. So
 * `{ type: 'PaymentFailed', rejection: { code: 'NoFunds' } }` is `PaymentFailed`, but with the string
 * `'NoFunds'` as its rejection it is `PaymentFailed.'NoFunds'`: no value tells whether a product made it.
 */
export const kindOf = (value: unknown): string => {
  let path = ''
  let here = value
  for (let inner = wrappedPart(here); inner !== undefined; inner = wrappedPart(here)) {
    path += inner.prefix
    here = inner.value
  }
  return path + (typeNameOf(here) ?? source(here))
}

/** The fields that lead to the wrapped value; none if nothing is wrapped. */
export const pathWithin = (value: unknown): ReadonlyArray<string> => {
  const path: Array<string> = []
  for (let inner = wrappedPart(value); inner !== undefined; inner = wrappedPart(inner.value)) {
    path.push(inner.field)
  }
  return path
}

const typeNameOf = (value: unknown): string | undefined =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
    ? value.type
    : undefined

/** The value in a wrapper, its field, and how its kind begins. */
interface WrappedPart {
  readonly prefix: string
  readonly field: string
  readonly value: unknown
}

const wrapped = ['command', 'event', 'rejection'] as const

/** What `{ type, command }` or `{ key, command }` wraps, if it has no other fields. */
const wrappedPart = (value: unknown): WrappedPart | undefined => {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 2) {
    return undefined
  }
  const type = typeNameOf(value)
  if (type === undefined && !('key' in value)) return undefined
  const prefix = type === undefined ? '' : `${type}.`
  for (const field of wrapped) {
    if (!(field in value)) continue
    const inner: unknown = Reflect.get(value, field)
    return type === undefined || isKind(inner) ? { prefix, field, value: inner } : undefined
  }
  return undefined
}

const isKind = (value: unknown): boolean =>
  typeof value === 'string' || typeNameOf(value) !== undefined || wrappedPart(value) !== undefined
