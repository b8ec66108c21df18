/**
 * What io-ts says of its own types, read without loading io-ts.
 *
 * @internal
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Origin } from '../codec/Codec.ts'
import { freeze } from '../codec/Json.ts'
import { structural } from '../Diff.ts'

/**
 * A type of io-ts from inside. The first four fields are everybody's; each of the others stands on
 * the types whose tags say so, and is read only after the tag. A type of somebody else's has no tag.
 */
export interface Structure {
  readonly name: string
  readonly is: (u: unknown) => boolean
  readonly encode: (a: unknown) => unknown
  readonly decode: (u: unknown) => Either<unknown, unknown>
  readonly _tag?: string
  readonly type: Structure
  readonly types: ReadonlyArray<Structure>
  readonly props: Readonly<Record<string, Structure>>
  readonly keys: Readonly<Record<string, unknown>>
  readonly value: unknown
  readonly domain: Structure
  readonly codomain: Structure
}

const isObject = (u: unknown): u is object => typeof u === 'object' && u !== null

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

/** The keys of a record whose domain lists them; `undefined` where any text of the domain is one. */
export const domainKeys = (domain: Structure): ReadonlyArray<string> | undefined => {
  switch (domain._tag) {
    case 'KeyofType':
      return Object.keys(domain.keys)
    case 'LiteralType':
      return typeof domain.value === 'string' ? [domain.value] : undefined
    case 'UnionType': {
      const keys = domain.types.map(domainKeys)
      return keys.every((some) => some !== undefined) ? [...new Set(keys.flat())] : undefined
    }
    default:
      return undefined
  }
}

export const isPlainObject = (u: unknown): u is Readonly<Record<string, unknown>> => {
  if (!isObject(u) || Array.isArray(u)) return false
  const prototype: unknown = Object.getPrototypeOf(u)
  return prototype === Object.prototype || prototype === null
}
