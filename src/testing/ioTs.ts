/**
 * What values do in the types of io-ts.
 *
 * @internal
 */
import type { Origin } from '../codec/Codec.ts'
import type { Structure } from '../codec/IoTsStructure.ts'
import { freeze } from '../codec/Json.ts'
import { structural } from '../Diff.ts'

/** An io-ts type is told from a codec by `validate`, which only it has. */
export const isIoTs = (source: object): boolean => 'validate' in source

/** Where a source came from, in the terms of a codec; `undefined` where it does not say. */
export const originOf = (source: object): Origin | undefined => {
  if (isIoTs(source)) return { type: 'IoTs', ioTs: source }
  // both kinds of codec have it, or nothing there
  return (source as { readonly origin?: Origin }).origin
}

// what `codec` and `isIoTs` let through is an io-ts type
export const structureOf = (ioTs: unknown): Structure => ioTs as Structure

/** Says no where the question throws. */
export const safely = (ask: () => boolean): boolean => {
  try {
    return ask()
  } catch {
    return false
  }
}

export const isOf = (type: Structure, value: unknown): boolean => safely(() => type.is(value))

export const decodes = (type: Structure, input: unknown): boolean =>
  safely(() => type.decode(input)._tag === 'Right')

/** Whether a value of the type is decoded to itself once it was encoded. */
export const survives = (type: Structure, value: unknown): boolean =>
  safely(() => {
    if (!type.is(value)) return false
    const decoded = type.decode(type.encode(value))
    return decoded._tag === 'Right' && structural.equals(decoded.right, value)
  })

const isStorable = (encoded: unknown): boolean => freeze(encoded)._tag === 'Right'

/** Whether a union encodes a value to what JSON can hold, where the member does. */
export const keeps = (union: Structure, member: Structure, value: unknown): boolean =>
  safely(() => isStorable(union.encode(value)) || !isStorable(member.encode(value)))

/** The type beneath the wrappers that hold it as it is. */
export const unwrap = (type: Structure): Structure => {
  let inner = type
  // a type that is defined as itself has no end
  for (let i = 0; i < 100 && wrappers.has(inner._tag); i++) inner = inner.type
  return inner
}

const wrappers = new Set<string | undefined>([
  'RefinementType',
  'ReadonlyType',
  'ExactType',
  'RecursiveType',
])
