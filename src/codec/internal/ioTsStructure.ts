/**
 * The structure of io-ts types, read without loading io-ts.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'

/**
 * The structure of an io-ts type. Every type has the fields before the tag; the others belong to types
 * with certain tags, and are read only after the tag. A type that is not io-ts' own has no tag.
 */
export interface Structure {
  readonly name: string
  readonly is: (u: unknown) => boolean
  readonly validate: unknown
  readonly encode: (a: unknown) => unknown
  readonly decode: (u: unknown) => Either<unknown, unknown>
  readonly _tag?: string
  /** The schema of stored values; our own types that transform have one. */
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

/** The keys of a record if its domain lists them, otherwise `undefined`. */
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
