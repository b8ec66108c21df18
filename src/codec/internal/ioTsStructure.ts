/**
 * What io-ts says of its own types, read without loading io-ts.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'

/**
 * A type of io-ts from inside. The fields before the tag are everybody's; each of the others stands on
 * the types whose tags say so, and is read only after the tag. A type of somebody else's has no tag.
 */
export interface Structure {
  readonly name: string
  readonly is: (u: unknown) => boolean
  readonly validate: unknown
  readonly encode: (a: unknown) => unknown
  readonly decode: (u: unknown) => Either<unknown, unknown>
  readonly _tag?: string
  /** What its values are stored as. Types of ours that transform have one. */
  readonly jsonSchema?: Readonly<Record<string, unknown>>
  readonly type: Structure
  readonly types: ReadonlyArray<Structure>
  readonly props: Readonly<Record<string, Structure>>
  readonly keys: Readonly<Record<string, unknown>>
  readonly value: unknown
  readonly predicate: (u: never) => boolean
  readonly domain: Structure
  readonly codomain: Structure
}

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
