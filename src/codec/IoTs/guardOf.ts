/**
 * Which io-ts types get a guard. A type is recognised by its class: it must be made by one of io-ts'
 * own, not by a subclass, and it must not be a copy with other functions.
 *
 * @since 0.1.0
 */
import * as t from 'io-ts'
import type { Guard } from './guard.ts'
import {
  arrayGuard,
  booleanGuard,
  exactGuard,
  intersectionGuard,
  keyofGuard,
  literalGuard,
  numberGuard,
  partialGuard,
  recordGuard,
  refinedGuard,
  stringGuard,
  structGuard,
  unionGuard,
  unknownGuard,
} from './guard.ts'
import type { Structure } from '../internal/ioTsStructure.ts'

type MaybeGuard = Guard | undefined

/** The guard of a type, if io-ts made it and it transforms nothing. */
export const guardOf = (type: Structure): MaybeGuard => {
  const made = guardMakers.get(Object.getPrototypeOf(type))?.(type)
  return made === undefined || isCopy(type) ? undefined : made
}

/** Every type below refuses a symbol, except `t.unknown` and types that are made of it. */
const probe = Symbol('probe')

/**
 * Whether a type was copied, as libraries beside io-ts do to exchange `validate` or `is`. io-ts binds
 * `decode` to the type that it makes, so that the `decode` of a copy reports the original.
 */
const isCopy = (type: Structure): boolean => {
  if (type === unknownType) return false
  try {
    const probed = type.decode(probe)
    if (probed._tag === 'Right') return true
    const [error] = probed.left as t.Errors // what io-ts' own `decode` reports
    return error?.context[0]?.type !== (type as unknown)
  } catch {
    return true
  }
}

// every io-ts type has the fields of a structure that its tag asks for
const unknownType = t.unknown as unknown as Structure

const guardOfInner = ({ type }: Structure): MaybeGuard => guardOf(type)

const guardOfElements = (type: Structure): MaybeGuard => mapGuard(guardOfInner(type), arrayGuard)

const guardOfUnion = ({ types }: Structure): MaybeGuard => {
  const members = guardsOf(types)
  return members?.every((member) => member.decides) ? unionGuard(members) : undefined
}

/** How the guard of a type is made, by the prototype of its class. */
const guardMakers: ReadonlyMap<unknown, (type: Structure) => MaybeGuard> = new Map<
  unknown,
  (type: Structure) => MaybeGuard
>([
  [t.StringType.prototype, () => stringGuard],
  [t.NumberType.prototype, () => numberGuard],
  [t.BooleanType.prototype, () => booleanGuard],
  [t.UnknownType.prototype, () => unknownGuard],
  [t.NullType.prototype, () => literalGuard(null)],
  [t.UndefinedType.prototype, () => literalGuard(undefined)],
  [t.LiteralType.prototype, ({ value }) => literalGuard(value)],
  [t.KeyofType.prototype, ({ keys }) => keyofGuard(Object.keys(keys))],
  [t.InterfaceType.prototype, ({ props }) => mapGuard(fieldGuards(props), structGuard)],
  [t.PartialType.prototype, ({ props }) => mapGuard(fieldGuards(props), partialGuard)],
  [t.ReadonlyType.prototype, guardOfInner],
  [t.ArrayType.prototype, guardOfElements],
  [t.ReadonlyArrayType.prototype, guardOfElements],
  [t.ExactType.prototype, (type) => mapGuard(guardOfInner(type), exactGuard)],
  [
    t.RefinementType.prototype,
    (type) => mapGuard(guardOfInner(type), (base) => refinedGuard(base, type.predicate)),
  ],
  [
    t.DictionaryType.prototype,
    ({ domain, codomain }) =>
      guardOf(domain) === stringGuard ? mapGuard(guardOf(codomain), recordGuard) : undefined,
  ],
  [t.IntersectionType.prototype, ({ types }) => mapGuard(guardsOf(types), intersectionGuard)],
  [t.UnionType.prototype, guardOfUnion],
  // what `t.union` makes of members that a literal field tells apart
  [t.TaggedUnionType.prototype, guardOfUnion],
])

/** The guards of all types; `undefined` if one of them has none. */
const guardsOf = (types: ReadonlyArray<Structure>): ReadonlyArray<Guard> | undefined => {
  const guards = types.map(guardOf)
  return guards.every((one) => one !== undefined) ? guards : undefined
}

const fieldGuards = (
  props: Readonly<Record<string, Structure>>,
): Readonly<Record<string, Guard>> | undefined => {
  const guards = guardsOf(Object.values(props))
  return guards && Object.fromEntries(Object.keys(props).map((key, i) => [key, guards[i] as Guard])) // one guard a key
}

const mapGuard = <A>(value: A | undefined, f: (value: A) => MaybeGuard): MaybeGuard =>
  value && f(value)
