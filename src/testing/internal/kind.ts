/**
 * The names by which graphs, tables and mutants speak of commands, events, rejections and states.

 */
import { source } from './source.ts'

/**
 * The kind of a command, an event, a rejection or a state: its `type`; where it has none, the whole
 * value as source. What a product of deciders tags shows as `order.AddLine`, or `bit.'On'` where the
 * commands are texts, and what many deciders are told apart by, the key, does not show.
 *
 * A value with a `type` is taken for one of a product where `command`, `event` or `rejection` is all
 * that it has beside it and holds an object with a `type`, a text, or one of many. So
 * `{ type: 'PaymentFailed', rejection: { code: 'NoFunds' } }` is `PaymentFailed`, but with the text
 * `'NoFunds'` as its rejection it is `PaymentFailed.'NoFunds'`: no value tells whether a product made it.
 */
export const kindOf = (value: unknown): string => {
  let path = ''
  let here = value
  for (let inner = partOf(here); inner !== undefined; inner = partOf(here)) {
    path += inner.prefix
    here = inner.value
  }
  return path + (typeOf(here) ?? source(here))
}

/** The fields that lead to what is wrapped; none where nothing is. */
export const pathWithin = (value: unknown): ReadonlyArray<string> => {
  const path: Array<string> = []
  for (let inner = partOf(value); inner !== undefined; inner = partOf(inner.value)) {
    path.push(inner.field)
  }
  return path
}

const typeOf = (value: unknown): string | undefined =>
  typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string'
    ? value.type
    : undefined

interface Part {
  readonly prefix: string
  readonly field: string
  readonly value: unknown
}

const wrapped = ['command', 'event', 'rejection'] as const

/** What is wrapped in `{ type, command }` or `{ key, command }`, and nothing else beside it. */
const partOf = (value: unknown): Part | undefined => {
  if (typeof value !== 'object' || value === null || Object.keys(value).length !== 2) {
    return undefined
  }
  const type = typeOf(value)
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
  typeof value === 'string' || typeOf(value) !== undefined || partOf(value) !== undefined
