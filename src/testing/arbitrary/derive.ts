/**
 * From the structure of a type to a generator of its values.

 */
import fc from 'fast-check'
import type { Either } from 'fp-ts/lib/Either.js'
import type { JsonSchemaOrigin, Origin } from '../../codec/Codec.ts'
import type { Structure } from '../../codec/internal/ioTsStructure.ts'
import { domainKeys } from '../../codec/internal/ioTsStructure.ts'
import type { Deriving, Derived, CostedArbitrary, Underivable } from './context.ts'
import {
  drawn,
  drawnFromAny,
  entries,
  failed,
  fieldPath,
  hintsOf,
  isAbsent,
  isTooDeep,
  keysOf,
  likely,
  placeIn,
} from './context.ts'
import { fromSchema } from './fromSchema.ts'
import { fits, mayFit, misfit } from './overrides.ts'
import { drawAll } from './intersection.ts'
import { isOf, keeps, originOf, settled, structureOf, survives } from './ioTs.ts'
import * as pools from './values.ts'
import { left, right } from '../../internal/either.ts'

export const derive = (context: Deriving, type: Structure, path: string): Derived => {
  const key = `${context.unfoldings} ${context.memoKey(path)}`
  const known = context.memo.get(type)?.get(key)
  if (known !== undefined) return known
  const given = context.given(type, path)
  const make = makers[type._tag ?? ''] ?? fromAnything
  const derived =
    given === undefined
      ? make(context, type, path)
      : fromGiven(given, type, path, (value) => survives(type, value))
  // a failure names its path, so it is not remembered
  if (derived._tag === 'Left') return derived
  context.memo.set(type, (context.memo.get(type) ?? new Map<string, Derived>()).set(key, derived))
  return derived
}

type Maker = (context: Deriving, type: Structure, path: string) => Derived

const fromGiven = (
  given: fc.Arbitrary<unknown>,
  type: { readonly name: string },
  path: string,
  accepts: (value: unknown) => boolean,
): Derived => {
  const picked = pools.pick([given], accepts)
  return picked === undefined
    ? failed('Unsupported', path, type, 'the generator given for it makes hardly any of its values')
    : drawn(picked)
}

/** A type of unknown structure is tried with values of many kinds. */
const fromAnything: Maker = (_, type, path) => {
  const picked = pools.pick(pools.anything(type.name), (value) => survives(type, value))
  return picked === undefined
    ? failed('Unsupported', path, type, 'its structure is unknown, so give a generator')
    : drawn(picked)
}

const inner: Maker = (context, { type }, path) => derive(context, type, path)

const always =
  (arbitrary: fc.Arbitrary<unknown>): Maker =>
  () =>
    drawn(arbitrary)

const struct: Maker = (context, type, path) => drawAll(context, [type], path)

const makers: Readonly<Record<string, Maker>> = {
  StringType: always(pools.text),
  NumberType: always(pools.number),
  BooleanType: always(fc.boolean()),
  BigIntType: always(pools.bigint),
  NullType: always(fc.constant(null)),
  UndefinedType: always(fc.constant(undefined)),
  VoidType: always(fc.constant(undefined)),
  UnknownType: always(pools.json),
  AnyType: always(pools.json),
  ObjectType: always(pools.object),
  AnyDictionaryType: always(pools.object),
  AnyArrayType: always(fc.array(pools.json, { maxLength: 3 })),
  LiteralType: (_, type, path) =>
    isOf(type, type.value)
      ? drawn(fc.constant(type.value))
      : failed('Never', path, type, 'nothing equals it'),
  KeyofType: (_, type, path) => {
    const keys = Object.keys(type.keys)
    return keys.length === 0
      ? failed('Never', path, type, 'it has no keys')
      : drawn(fc.constantFrom(...keys))
  },
  InterfaceType: struct,
  StrictType: struct,
  PartialType: struct,
  ReadonlyType: inner,
  ExactType: inner,
  RecursiveType: (context, type, path) => recursive(context, type, path),
  ArrayType: (context, type, path) => list(context, type, path),
  ReadonlyArrayType: (context, type, path) => list(context, type, path),
  TupleType: (context, { types }, path) => {
    const parts = types.map((part, i) => derive(context, part, `${path}[${i}]`))
    const { left, rights } = partitioned(parts)
    return left ?? drawn(fc.tuple(...rights.map(({ arbitrary }) => arbitrary)), costOf(rights))
  },
  DictionaryType: (context, type, path) =>
    domainKeys(type.domain) === undefined
      ? dictionary(context, type, path)
      : drawAll(context, [type], path),
  HintedType: (_, type, path) => {
    const picked = pools.pick(hintsOf(type), (value) => isOf(type, value))
    return picked === undefined
      ? failed('Unsupported', path, type, 'hardly any value fits it, so give a generator')
      : drawn(picked)
  },
  RefinementType: (context, type, path) => narrowed(context, type, path),
  UnionType: (context, type, path) => union(context, type, path),
  IntersectionType: (context, type, path) =>
    drawAll(context, type.types, path, (value) => survives(type, value)),
  NeverType: (_, type, path) => failed('Never', path, type, 'it has no values'),
  FunctionType: (_, type, path) =>
    failed('Unsupported', path, type, 'functions cannot be generated, and no store keeps them'),
}

/** The first failure, and all generators. */
const partitioned = (all: ReadonlyArray<Derived>) => {
  const rights: Array<CostedArbitrary> = []
  let left: Either<Underivable, never> | undefined
  for (const one of all) {
    if (one._tag === 'Right') rights.push(one.right)
    else left ??= one
  }
  return { left, rights }
}

const costOf = (parts: ReadonlyArray<CostedArbitrary>): number =>
  parts.reduce((sum, { cost }) => sum + cost, 1)

const list: Maker = (context, { type }, path) => {
  const element = derive(context, type, `${path}[]`)
  if (element._tag === 'Left') {
    return isAbsent(element.left) ? drawn(fc.constant([])) : element
  }
  const { arbitrary, cost } = element.right
  return drawn(fc.array(arbitrary, { maxLength: 5 }), 1 + cost)
}

const dictionary: Maker = (context, { domain, codomain }, path) => {
  const value = derive(context, codomain, fieldPath(path, '*'))
  if (value._tag === 'Left') return isAbsent(value.left) ? drawn(fc.constant({})) : value
  const key = keysOf(context, domain, path)
  if (key._tag === 'Left') return key
  const keys = key.right.arbitrary
  const { arbitrary, cost } = value.right
  return drawn(entries(keys, arbitrary), 1 + cost)
}

/** Values with up to this many parts are drawn freely, larger ones less often. */
const usualSize = 50

/** Large values are mixed with less unfolded ones, or they would grow with each unfolding. */
const recursive: Maker = (context, type, path) => {
  if (context.unfoldings === 0) return failed('TooDeep', path, type, 'it has no finite values')
  const next = { ...context, unfoldings: context.unfoldings - 1 }
  const smaller = derive(next, type, path)
  const big = derive(next, type.type, path)
  if (big._tag === 'Left' || smaller._tag === 'Left') return big
  const { arbitrary, cost } = big.right
  const size = usualSize / Math.max(1, context.unfoldings - 2)
  return drawn(pools.damped(arbitrary, smaller.right.arbitrary, size), cost)
}

/** Filtered if enough values are accepted; otherwise common forms of strings and numbers are tried. */
const narrowed: Maker = (context, type, path) => {
  const own = derive(context, type.type, path)
  if (own._tag === 'Left') return own
  const { arbitrary, cost } = own.right
  const accepts = (value: unknown) => survives(type, value)
  if (pools.acceptance(arbitrary, accepts) >= 0.5) return drawn(arbitrary.filter(accepts), cost)
  const picked =
    pools.pick([arbitrary, ...pools.examplesIn(type.name), ...hintsOf(type)], accepts) ??
    pools.pick(likely(type), accepts)
  return picked === undefined
    ? failed('Unsupported', path, type, 'it accepts hardly any value, so give a generator')
    : drawn(picked, cost)
}

const union: Maker = (context, type, path) => {
  const members: Array<CostedArbitrary> = []
  let absent: Derived = failed('Never', path, type, 'it has no members')
  for (const member of type.types) {
    const derived = derive(context, member, path)
    if (derived._tag === 'Left') {
      if (!isAbsent(derived.left)) return derived
      absent = derived
      continue
    }
    const accepts = (value: unknown) => survives(type, value) && keeps([type], [member], value)
    const settle = (value: unknown) => (accepts(value) ? value : settled(type, member, value))
    const kept = pools.pick([derived.right.arbitrary.map(settle)], accepts)
    if (kept === undefined) {
      const reason = `another member takes the values of ${member.name}`
      return failed('Unsupported', path, type, reason)
    }
    members.push({ arbitrary: kept, cost: derived.right.cost })
  }
  return members.length === 0 ? absent : drawnFromAny(members)
}

/** See `ArbitraryOptions`. */
export interface DerivingOptions {
  readonly given?: ReadonlyArray<readonly [of: unknown, generator: fc.Arbitrary<unknown>]>
  readonly depth?: number
}

/** The generator of a source of any kind, if everything that is given occurs in it. */
export const deriveFrom = (
  source: object,
  options: DerivingOptions,
): Either<Underivable, fc.Arbitrary<unknown>> => {
  const origin = originOf(source)
  const wrong = misfit(origin, options.given ?? [])
  if (wrong !== undefined) return left(wrong)
  const derived = fromOrigin(origin, options, '', new Map())
  return derived._tag === 'Left' ? derived : right(derived.right.arbitrary)
}

const fromOrigin = (
  origin: Origin | undefined,
  options: DerivingOptions,
  member: string,
  memo: Deriving['memo'],
): Derived => {
  switch (origin?.type) {
    case undefined:
      return failed(
        'Unsupported',
        member,
        { name: 'codec' },
        'it is not made from a type or schema',
      )
    case 'IoTs':
      return fromType(structureOf(origin.ioTs), options, member, memo)
    case 'JsonSchema':
      return (
        fromWhole(origin, options, member) ??
        fromSchema(origin, member, (type, more) =>
          fromType(
            type,
            { ...options, given: [...(options.given ?? []), ...more] },
            member,
            new Map(),
          ),
        )
      )
    case 'Tagged': {
      const given = options.given?.find(([of]) => of === '')?.[1]
      if (given !== undefined) {
        return fromGiven(given, { name: 'tagged' }, '', (value) => survivesIn(origin, value))
      }
      const { left, rights } = partitioned(
        Array.from(origin.members, ([type, codec]) =>
          fromOrigin(codec.origin, options, String(type), memo),
        ),
      )
      if (left !== undefined) return left
      return rights.length === 0
        ? failed('Never', member, { name: 'tagged' }, 'it has no members')
        : drawnFromAny(rights)
      const arbitraries = rights.map(({ arbitrary }) => arbitrary)
      return drawn(fc.oneof({ withCrossShrink: true }, ...arbitraries), rights[0]?.cost)
    }
  }
}

/** The values of a codec for which a generator is given as a whole. */
const fromWhole = (
  origin: JsonSchemaOrigin,
  options: DerivingOptions,
  member: string,
): Derived | undefined => {
  const given = options.given?.find(([of]) => of === member)?.[1]
  return given && fromGiven(given, { name: 'codec' }, member, origin.is)
}

const survivesIn = (origin: Origin | undefined, value: unknown): boolean => {
  switch (origin?.type) {
    case undefined:
      return false
    case 'IoTs':
      return survives(structureOf(origin.ioTs), value)
    case 'JsonSchema':
      return origin.is(value)
    case 'Tagged':
      return Array.from(origin.members.values()).some((member) => survivesIn(member.origin, value))
  }
}

/** Mutually recursive types may need a few more unfoldings before they can end. */
const moreUnfoldings = 4

const mostUnfoldings = 20

const fromType = (
  type: Structure,
  { given = [], depth = 3 }: DerivingOptions,
  member: string,
  memo: Deriving['memo'],
): Derived => {
  const context: Deriving = {
    given: (at, path) => given.find(([of]) => fits(of, at, member, path))?.[1],
    memoKey: (path) =>
      given.some(([of]) => mayFit(of, member, path)) ? `at ${placeIn(member, path)}` : '',
    unfoldings: Math.min(mostUnfoldings, Math.max(0, Math.floor(depth) || 0)),
    memo,
    derive,
  }
  const first = derive(context, type, '')
  let last = first
  for (let more = 1; more <= moreUnfoldings && isTooDeep(last); more++) {
    last = derive({ ...context, unfoldings: context.unfoldings + more }, type, '')
  }
  const derived = isTooDeep(last) ? first : last
  if (derived._tag === 'Right') return derived
  const { kind, path, name, reason } = derived.left
  return failed(kind, placeIn(member, path), { name }, reason)
}
