/**
 * Whether a JSON Schema names a field of some data, in any member of a union that the data may belong to.
 *
 * @since 0.1.0
 */
import type { Path } from '../../internal/diff.ts'
import { structural } from '../../Diff.ts'
import { targetOf } from './jsonPointer.ts'
import { isJsonObject } from './json.ts'

type SchemaKeywords = Readonly<Record<string, unknown>>

/** Ends circular references. */
const deepest = 64

/** Whether the schema names the field at a path of the data. */
export const isNamed = (root: unknown, data: unknown, path: Path): boolean =>
  isNamedIn({ root, depth: 0, isChoice: true }, root, data, path)

/** Whether the schema does so within a union of which several members may describe the data. */
export const isNamedInChoice = (root: unknown, data: unknown, path: Path): boolean =>
  isNamedIn({ root, depth: 0, isChoice: false }, root, data, path)

interface SchemaPlace {
  readonly root: unknown
  readonly depth: number
  /** Whether fields named from here on count. */
  readonly isChoice: boolean
}

/** A part of the data about which nothing is known. */
const anyData = Symbol('anything')

/** The output, with `anything` for each field of the input that it lacks. */
export const wholeOf = (input: unknown, output: unknown): unknown => {
  if (Array.isArray(input) && Array.isArray(output)) {
    return output.map((one, i) => wholeOf(input[i], one))
  }
  if (!isJsonObject(input) || !isJsonObject(output)) return output
  const lacking = Object.keys(input).filter((key) => !Object.hasOwn(output, key))
  return Object.fromEntries([
    ...Object.entries(output).map(([key, one]) => [key, wholeOf(partOf(input, key), one)]),
    ...lacking.map((key) => [key, anyData]),
  ])
}

const list = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : [])

const deeper = (place: SchemaPlace): SchemaPlace => ({ ...place, depth: place.depth + 1 })

const isNamedIn = (place: SchemaPlace, schema: unknown, data: unknown, path: Path): boolean => {
  const [step, ...rest] = path
  if (!isJsonObject(schema) || step === undefined || place.depth > deepest) return false
  const further = deeper(place)
  const same = [...referred(place, schema), ...list(schema['allOf'])]
  if (same.some((one) => isNamedIn(further, one, data, path))) return true
  const members = [...list(schema['anyOf']), ...list(schema['oneOf'])].filter((one) =>
    mayBeOf(further, one, data),
  )
  const within = { ...further, isChoice: place.isChoice || members.length > 1 }
  if (members.some((one) => isNamedIn(within, one, data, path))) return true
  const parts = partsAt(schema, step)
  return rest.length === 0
    ? place.isChoice && parts.length > 0
    : parts.some((part) => isNamedIn(further, part, partOf(data, step), rest))
}

const referred = ({ root }: SchemaPlace, { $ref }: SchemaKeywords): ReadonlyArray<unknown> =>
  typeof $ref === 'string' ? [targetOf(root, $ref)] : []

/** The schemas of an element or of a field. */
const partsAt = (schema: SchemaKeywords, step: Path[number]): ReadonlyArray<unknown> => {
  if (typeof step === 'number') return [list(schema['prefixItems'])[step] ?? schema['items']]
  const { properties, additionalProperties } = schema
  if (isJsonObject(properties) && Object.hasOwn(properties, step)) return [properties[step]]
  return isJsonObject(additionalProperties) ? [additionalProperties] : []
}

const partOf = (data: unknown, step: Path[number]): unknown =>
  typeof data === 'object' && data !== null ? Reflect.get(data, step) : undefined

/**
 * Whether data may be valid, judging by kinds, constants and required fields. Elements are not checked,
 * because many unknown fields in a long list would then cost quadratic time.
 */
const mayBeOf = (place: SchemaPlace, schema: unknown, data: unknown): boolean => {
  if (!isJsonObject(schema) || place.depth > deepest) return schema !== false
  if (data === anyData) return true
  const further = deeper(place)
  const { type, properties } = schema
  const members = [...list(schema['anyOf']), ...list(schema['oneOf'])]
  const values = 'const' in schema ? [schema['const']] : list(schema['enum'])
  return (
    (type === undefined || [type].flat().some((kind) => isOfKind(kind, data))) &&
    (values.length === 0 || values.some((value) => structural.equals(value, data))) &&
    list(schema['required']).every(
      (key) => isJsonObject(data) && Object.hasOwn(data, String(key)),
    ) &&
    (!isJsonObject(properties) ||
      !isJsonObject(data) ||
      Object.entries(properties).every(
        ([key, one]) => !Object.hasOwn(data, key) || mayBeOf(further, one, data[key]),
      )) &&
    [...referred(place, schema), ...list(schema['allOf'])].every((one) =>
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
      return isJsonObject(data)
    case 'integer':
      return Number.isInteger(data)
    default:
      return typeof data === kind
  }
}
