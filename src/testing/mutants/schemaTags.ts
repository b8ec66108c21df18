/**
 * The values of `type` that a JSON Schema names.
 *
 */
import type { JsonSchemaOrigin } from '../../codec/Codec.ts'
import { targetOf } from '../../codec/internal/jsonPointer.ts'
import { isPlain } from '../internal/path.ts'

/** The types of a codec; `undefined` where its schema does not tell them all. */
export const tagsOfSchema = ({ jsonSchema }: JsonSchemaOrigin): Tags => {
  const schema = jsonSchema()
  return schema._tag === 'Left' ? undefined : tagsIn(schema.right, schema.right, 0)
}

type Tags = ReadonlyArray<string> | undefined

/** References that lead in a circle end here. */
const deepest = 64

const tagsIn = (root: unknown, schema: unknown, depth: number): Tags => {
  if (!isPlain(schema) || depth > deepest) return undefined
  const inside = (part: unknown): Tags => tagsIn(root, part, depth + 1)
  const { properties, allOf, anyOf, oneOf, $ref } = schema
  const own = isPlain(properties) ? valuesOf(properties['type']) : undefined
  if (own !== undefined) return own
  for (const union of [anyOf, oneOf]) {
    if (!Array.isArray(union)) continue
    const members = union.map(inside)
    if (members.every((tags) => tags !== undefined)) return [...new Set(members.flat())]
  }
  const parts = Array.isArray(allOf) ? allOf.map(inside) : []
  const found = parts.find((tags) => tags !== undefined)
  return found ?? (typeof $ref === 'string' ? inside(targetOf(root, $ref)) : undefined)
}

const valuesOf = (schema: unknown): Tags => {
  if (!isPlain(schema)) return undefined
  const values: unknown = 'const' in schema ? [schema['const']] : schema['enum']
  return Array.isArray(values) && values.every((value) => typeof value === 'string')
    ? values
    : undefined
}
