/**
 * Whether a JSON Schema names a field of some data: in any member of a union that may have been meant.
 *
 * @internal
 * @since 0.1.0
 */
import type { Path } from '../../Diff.ts'
import { structural } from '../../Diff.ts'
import { targetOf } from './jsonPointer.ts'
import { isPlain } from './unchanged.ts'

type Keywords = Readonly<Record<string, unknown>>

/** References that lead in a circle end here. */
const deepest = 64

/** Whether the schema names what stands at a path of the data. */
export const isNamed = (root: unknown, data: unknown, path: Path): boolean =>
  isNamedIn({ root, depth: 0 }, root, data, path)

interface Look {
  readonly root: unknown
  readonly depth: number
}

const list = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : [])

const deeper = ({ root, depth }: Look): Look => ({ root, depth: depth + 1 })

const isNamedIn = (look: Look, schema: unknown, data: unknown, path: Path): boolean => {
  const [step, ...rest] = path
  if (!isPlain(schema) || step === undefined || look.depth > deepest) return false
  const further = deeper(look)
  const here = [
    ...referred(look, schema),
    ...list(schema['allOf']),
    ...[...list(schema['anyOf']), ...list(schema['oneOf'])].filter((one) =>
      mayBeOf(further, one, data),
    ),
  ]
  if (here.some((one) => isNamedIn(further, one, data, path))) return true
  const parts = partsAt(schema, step)
  return rest.length === 0
    ? parts.length > 0
    : parts.some((part) => isNamedIn(further, part, partOf(data, step), rest))
}

const referred = ({ root }: Look, { $ref }: Keywords): ReadonlyArray<unknown> =>
  typeof $ref === 'string' ? [targetOf(root, $ref)] : []

/** The schemas of an element or of a field. */
const partsAt = (schema: Keywords, step: Path[number]): ReadonlyArray<unknown> => {
  if (typeof step === 'number') return [list(schema['prefixItems'])[step] ?? schema['items']]
  const { properties, additionalProperties } = schema
  if (isPlain(properties) && Object.hasOwn(properties, step)) return [properties[step]]
  return isPlain(additionalProperties) ? [additionalProperties] : []
}

const partOf = (data: unknown, step: Path[number]): unknown =>
  typeof data === 'object' && data !== null ? Reflect.get(data, step) : undefined

/**
 * Whether data may be valid, as far as kinds, constants and required fields tell. Elements are not
 * looked at, or the cost of many unknown fields in a long list would be that of the list squared.
 */
const mayBeOf = (look: Look, schema: unknown, data: unknown): boolean => {
  if (!isPlain(schema) || look.depth > deepest) return schema !== false
  const further = deeper(look)
  const { type, properties } = schema
  const members = [...list(schema['anyOf']), ...list(schema['oneOf'])]
  const values = 'const' in schema ? [schema['const']] : list(schema['enum'])
  return (
    (type === undefined || [type].flat().some((kind) => isOfKind(kind, data))) &&
    (values.length === 0 || values.some((value) => structural.equals(value, data))) &&
    list(schema['required']).every((key) => isPlain(data) && Object.hasOwn(data, String(key))) &&
    (!isPlain(properties) ||
      !isPlain(data) ||
      Object.entries(properties).every(
        ([key, one]) => !Object.hasOwn(data, key) || mayBeOf(further, one, data[key]),
      )) &&
    [...referred(look, schema), ...list(schema['allOf'])].every((one) =>
      mayBeOf(further, one, data),
    ) &&
    (members.length === 0 || members.some((one) => mayBeOf(further, one, data)))
  )
}

const isOfKind = (kind: unknown, data: unknown): boolean => {
  switch (kind) {
    case 'null':
      return data === null
    case 'array':
      return Array.isArray(data)
    case 'object':
      return isPlain(data)
    case 'integer':
      return Number.isInteger(data)
    default:
      return typeof data === kind
  }
}
