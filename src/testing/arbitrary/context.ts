/**
 * What the parts of deriving a generator pass to each other.

 *
 * @since 0.1.0
 */
import fc from 'fast-check'
import type { Either } from 'fp-ts/lib/Either.js'
import type { Structure } from '../../codec/internal/ioTsStructure.ts'
import * as pools from './values.ts'
import { left, right } from '../../internal/either.ts'

/** Why there is no generator, and at which path. */
export interface Underivable {
  /**
   * `TooDeep`: a recursive type was unfolded often enough. `Never`: the type has no values.
   * `Contradiction`: no value was found that fits all of several types.
   */
  readonly kind: 'TooDeep' | 'Never' | 'Contradiction' | 'Unsupported'
  readonly path: string
  readonly name: string
  readonly reason: string
}

/** A generator, and how many parts its values have at least, to find the simplest. */
export interface CostedArbitrary {
  readonly arbitrary: fc.Arbitrary<unknown>
  readonly cost: number
}

export type Derived = Either<Underivable, CostedArbitrary>

/**
 * There is no generator for the type `name` at `path` (such as `lines[].price`). The name `given` says that
 * a generator is given for a path or a type name that does not exist.
 *
 * @category failures
 * @since 0.1.0
 */
export interface UnsupportedType {
  readonly type: 'UnsupportedType'
  readonly path: string
  readonly name: string
  readonly reason: string
}

export const unsupportedType = ({ path, name, reason }: Underivable): UnsupportedType => ({
  type: 'UnsupportedType',
  path,
  name,
  reason,
})

export interface Deriving {
  /** The generator that is given for a type or its path. */
  readonly given: (type: Structure, path: string) => fc.Arbitrary<unknown> | undefined
  /** How often recursive types may still be unfolded. */
  readonly unfoldings: number
  /** Distinguishes paths below which generators are given; elsewhere a type is derived once. */
  readonly memoKey: (path: string) => string
  readonly memo: Map<Structure, Map<string, Derived>>
  readonly derive: (context: Deriving, type: Structure, path: string) => Derived
}

export const costed = (arbitrary: fc.Arbitrary<unknown>, cost = 1): Derived =>
  right({ arbitrary, cost })

/** Any of several generators. The simplest comes first: it is what failing values shrink to. */
export const drawnFromAny = (all: ReadonlyArray<CostedArbitrary>): Derived => {
  const sorted = [...all].sort((a, b) => a.cost - b.cost)
  const arbitraries = sorted.map(({ arbitrary }) => arbitrary)
  return costed(fc.oneof({ withCrossShrink: true }, ...arbitraries), sorted[0]?.cost)
}

export const underivable = (
  kind: Underivable['kind'],
  path: string,
  { name }: { readonly name: string },
  reason: string,
): Either<Underivable, never> => left({ kind, path, name, reason })

/** A type without values can be left out where it may be absent. */
export const isAbsent = ({ kind }: Underivable): boolean => kind === 'TooDeep' || kind === 'Never'

export const isDerivedTooDeep = (derived: Derived): boolean =>
  derived._tag === 'Left' && derived.left.kind === 'TooDeep'

export const fieldPath = (path: string, key: string): string =>
  path === '' ? key : `${path}.${key}`

/** A path in a member of a tagged union, prefixed with the member. */
export const placeIn = (member: string, path: string): string =>
  path === '' ? member : fieldPath(member, path)

export const dictionaries = (
  keys: fc.Arbitrary<unknown>,
  values: fc.Arbitrary<unknown>,
): fc.Arbitrary<Record<string, unknown>> =>
  fc.dictionary(keys.map(String), values, { maxKeys: 4, noNullPrototype: true })

/** The keys of a record; if any string is a key, short lower-case ones come more often. */
export const keysOf = (context: Deriving, domain: Structure, path: string): Derived => {
  const at = fieldPath(path, '(key)')
  const own =
    domain._tag === 'StringType' && context.given(domain, at) === undefined
      ? costed(pools.key)
      : context.derive(context, domain, at)
  if (own._tag === 'Left') return own
  const isKey = (key: unknown) => typeof key === 'string' && pools.isKey(key)
  const keys = pools.pick([own.right.arbitrary], isKey)
  return keys === undefined
    ? underivable('Unsupported', path, domain, 'its values are not keys')
    : costed(keys)
}

/** A type that comes with generators to draw from. */
export interface Hinted extends Structure {
  readonly hints: ReadonlyArray<fc.Arbitrary<unknown>>
}

export const hintsOf = (type: Structure): ReadonlyArray<fc.Arbitrary<unknown>> =>
  'hints' in type ? (type as Hinted).hints : []

/** What a refinement may accept, by the type below it. */
export const likely = (type: Structure): ReadonlyArray<fc.Arbitrary<unknown>> => {
  const hints = hintsOf(type)
  if (hints.length > 0) return hints
  let base = type
  while (base._tag === 'RefinementType') base = base.type
  switch (base._tag) {
    case 'StringType':
      return pools.texts
    case 'NumberType':
      return pools.numbers
    default:
      return []
  }
}
