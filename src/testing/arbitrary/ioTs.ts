/**
 * How values behave in io-ts types.

 */
import type { Origin } from '../../codec/Codec.ts'
import type { Structure } from '../../codec/internal/ioTsStructure.ts'
import { freeze } from '../../codec/internal/json.ts'
import { structural } from '../../Diff.ts'
import { isPlainObject } from '../internal/path.ts'

/** Only an io-ts type has `validate`, a codec does not. */
export const isIoTs = (source: object): boolean => 'validate' in source

/** What a source is made from; `undefined` if it does not say. */
export const originOf = (source: object): Origin | undefined => {
  if (isIoTs(source)) return { type: 'IoTs', ioTs: source }
  // both kinds of codec have it, or nothing there
  return (source as { readonly origin?: Origin }).origin
}

// what `codec` and `isIoTs` let through is an io-ts type
export const asStructure = (ioTs: unknown): Structure => ioTs as Structure

/** `false` if the question throws. */
export const safely = (ask: () => boolean): boolean => {
  try {
    return ask()
  } catch {
    return false
  }
}

export const isMember = (type: Structure, value: unknown): boolean => safely(() => type.is(value))

export const decodes = (type: Structure, input: unknown): boolean =>
  safely(() => type.decode(input)._tag === 'Right')

/** Whether a value of the type is decoded to itself after being encoded. */
export const survives = (type: Structure, value: unknown): boolean =>
  safely(() => {
    if (!type.is(value)) return false
    const decoded = type.decode(type.encode(value))
    return decoded._tag === 'Right' && structural.equals(decoded.right, value)
  })

/**
 * The value of a member as its union decodes it, if that is also a value of the member and both have the same
 * JSON: a missing field may be filled in as `undefined`.
 */
export const settledMember = (union: Structure, member: Structure, value: unknown): unknown => {
  let decoded = value
  const isSame = safely(() => {
    const result = union.decode(union.encode(value))
    if (result._tag === 'Right') decoded = result.right
    return member.is(decoded) && encodedJson(member, value) === encodedJson(member, decoded)
  })
  return isSame ? decoded : value
}

const encodedJson = (type: Structure, value: unknown): string => JSON.stringify(type.encode(value))

const isStorable = (encoded: unknown): boolean => freeze(encoded)._tag === 'Right'

/** What several fitting types encode a value to: each contributes the fields that it encodes. */
const encodedBy = (types: ReadonlyArray<Structure>, value: unknown): unknown => {
  const all = types.map((type) => type.encode(value))
  if (!isPlainObject(value)) return all.find((encoded) => !Object.is(encoded, value)) ?? value
  const fields = new Map<string, unknown>()
  for (const [key, inner] of all.flatMap((encoded) => Object.entries(encoded ?? {}))) {
    if (!fields.has(key) || !Object.is(inner, value[key])) fields.set(key, inner)
  }
  return Object.fromEntries(fields)
}

/**
 * Whether types encode a value to JSON, if the members that it was drawn for do: another member may accept
 * the value and leave it as it is.
 */
export const keeps = (
  types: ReadonlyArray<Structure>,
  members: ReadonlyArray<Structure>,
  value: unknown,
): boolean =>
  safely(() => isStorable(encodedBy(types, value)) || !isStorable(encodedBy(members, value)))

/** The type below wrappers that do not change its values. */
export const unwrap = (type: Structure): Structure => {
  let inner = type
  // a type that is defined as itself never ends
  for (let i = 0; i < 100 && unwrappedTags.has(inner._tag); i++) inner = inner.type
  return inner
}

const unwrappedTags = new Set<string | undefined>([
  'RefinementType',
  'ReadonlyType',
  'ExactType',
  'RecursiveType',
])
