/**
 * From the structure of a type to a generator of its values.

 */
import fc from 'fast-check'
import type { Either } from 'fp-ts/lib/Either.js'
import type { Origin } from '../../codec/Codec.ts'
import type { JsonSchemaOrigin } from '../../codec/internal/origin.ts'
import type { Structure } from '../../codec/internal/ioTsStructure.ts'
import { domainKeys } from '../../codec/internal/ioTsStructure.ts'
import type { Deriving, Derived, CostedArbitrary, Underivable } from './context.ts'
import {
  costed,
  drawnFromAny,
  dictionaries,
  underivable,
  fieldPath,
  hintsOf,
  isAbsent,
  isDerivedTooDeep,
  keysOf,
  likely,
  placeIn,
} from './context.ts'
import { fromSchema } from './fromSchema.ts'
import { fits, mayFit, misfit } from './overrides.ts'
import { drawAll } from './intersection.ts'
import { isMember, keeps, originOf, settledMember, asStructure, survives } from './ioTs.ts'
import * as pools from './values.ts'
import { left, right } from '../../internal/either.ts'

export const derive = (context: Deriving, type: Structure, path: string): Derived => {
  const key = `${context.unfoldings} ${context.memoKey(path)}`
  const known = context.memo.get(type)?.get(key)
  if (known !== undefined) return known
  const given = context.given(type, path)
  const make = arbitraryMakers[type._tag ?? ''] ?? fromAnything
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
    ? underivable(
        'Unsupported',
        path,
        type,
        'the generator given for it makes hardly any of its values',
      )
    : costed(picked)
}

/** A type of unknown structure is tried with values of many kinds. */
const fromAnything: Maker = (_, type, path) => {
  const picked = pools.pick(pools.valuesLike(type.name), (value) => survives(type, value))
  return picked === undefined
    ? underivable('Unsupported', path, type, 'its structure is unknown, so give a generator')
    : costed(picked)
}

const innerMaker: Maker = (context, { type }, path) => derive(context, type, path)

const constantMaker =
  (arbitrary: fc.Arbitrary<unknown>): Maker =>
  () =>
    costed(arbitrary)

const structMaker: Maker = (context, type, path) => drawAll(context, [type], path)

const arbitraryMakers: Readonly<Record<string, Maker>> = {
  StringType: constantMaker(pools.stringValues),
  NumberType: constantMaker(pools.numberValues),
  BooleanType: constantMaker(fc.boolean()),
  BigIntType: constantMaker(pools.bigintValues),
  NullType: constantMaker(fc.constant(null)),
  UndefinedType: constantMaker(fc.constant(undefined)),
  VoidType: constantMaker(fc.constant(undefined)),
  UnknownType: constantMaker(pools.jsonValues),
  AnyType: constantMaker(pools.jsonValues),
  ObjectType: constantMaker(pools.objectValues),
  AnyDictionaryType: constantMaker(pools.objectValues),
  AnyArrayType: constantMaker(fc.array(pools.jsonValues, { maxLength: 3 })),
  LiteralType: (_, type, path) =>
    isMember(type, type.value)
      ? costed(fc.constant(type.value))
      : underivable('Never', path, type, 'nothing equals it'),
  KeyofType: (_, type, path) => {
    const keys = Object.keys(type.keys)
    return keys.length === 0
      ? underivable('Never', path, type, 'it has no keys')
      : costed(fc.constantFrom(...keys))
  },
  InterfaceType: structMaker,
  StrictType: structMaker,
  PartialType: structMaker,
  ReadonlyType: innerMaker,
  ExactType: innerMaker,
  RecursiveType: (context, type, path) => recursiveMaker(context, type, path),
  ArrayType: (context, type, path) => arrayMaker(context, type, path),
  ReadonlyArrayType: (context, type, path) => arrayMaker(context, type, path),
  TupleType: (context, { types }, path) => {
    const parts = types.map((part, i) => derive(context, part, `${path}[${i}]`))
    const { left, rights } = partitioned(parts)
    return left ?? costed(fc.tuple(...rights.map(({ arbitrary }) => arbitrary)), costOf(rights))
  },
  DictionaryType: (context, type, path) =>
    domainKeys(type.domain) === undefined
      ? dictionaryMaker(context, type, path)
      : drawAll(context, [type], path),
  HintedType: (_, type, path) => {
    const picked = pools.pick(hintsOf(type), (value) => isMember(type, value))
    return picked === undefined
      ? underivable('Unsupported', path, type, 'hardly any value fits it, so give a generator')
      : costed(picked)
  },
  RefinementType: (context, type, path) => refinementMaker(context, type, path),
  UnionType: (context, type, path) => unionMaker(context, type, path),
  IntersectionType: (context, type, path) =>
    drawAll(context, type.types, path, (value) => survives(type, value)),
  NeverType: (_, type, path) => underivable('Never', path, type, 'it has no values'),
  FunctionType: (_, type, path) =>
    underivable(
      'Unsupported',
      path,
      type,
      'functions cannot be generated, and no store keeps them',
    ),
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

const arrayMaker: Maker = (context, { type }, path) => {
  const element = derive(context, type, `${path}[]`)
  if (element._tag === 'Left') {
    return isAbsent(element.left) ? costed(fc.constant([])) : element
  }
  const { arbitrary, cost } = element.right
  return costed(fc.array(arbitrary, { maxLength: 5 }), 1 + cost)
}

const dictionaryMaker: Maker = (context, { domain, codomain }, path) => {
  const value = derive(context, codomain, fieldPath(path, '*'))
  if (value._tag === 'Left') return isAbsent(value.left) ? costed(fc.constant({})) : value
  const key = keysOf(context, domain, path)
  if (key._tag === 'Left') return key
  const keys = key.right.arbitrary
  const { arbitrary, cost } = value.right
  return costed(dictionaries(keys, arbitrary), 1 + cost)
}

/** Values with up to this many parts are drawn freely, larger ones less often. */
const usualSize = 50

/** Large values are mixed with less unfolded ones, or they would grow with each unfolding. */
const recursiveMaker: Maker = (context, type, path) => {
  if (context.unfoldings === 0) return underivable('TooDeep', path, type, 'it has no finite values')
  const next = { ...context, unfoldings: context.unfoldings - 1 }
  const smaller = derive(next, type, path)
  const big = derive(next, type.type, path)
  if (big._tag === 'Left' || smaller._tag === 'Left') return big
  const { arbitrary, cost } = big.right
  const size = usualSize / Math.max(1, context.unfoldings - 2)
  return costed(pools.damped(arbitrary, smaller.right.arbitrary, size), cost)
}

/** Filtered if enough values are accepted; otherwise common forms of strings and numbers are tried. */
const refinementMaker: Maker = (context, type, path) => {
  const own = derive(context, type.type, path)
  if (own._tag === 'Left') return own
  const { arbitrary, cost } = own.right
  const accepts = (value: unknown) => survives(type, value)
  if (pools.acceptance(arbitrary, accepts) >= 0.5) return costed(arbitrary.filter(accepts), cost)
  const picked =
    pools.pick([arbitrary, ...pools.examplesIn(type.name), ...hintsOf(type)], accepts) ??
    pools.pick(likely(type), accepts)
  return picked === undefined
    ? underivable('Unsupported', path, type, 'it accepts hardly any value, so give a generator')
    : costed(picked, cost)
}

const unionMaker: Maker = (context, type, path) => {
  const members: Array<CostedArbitrary> = []
  let absent: Derived = underivable('Never', path, type, 'it has no members')
  for (const member of type.types) {
    const derived = derive(context, member, path)
    if (derived._tag === 'Left') {
      if (!isAbsent(derived.left)) return derived
      absent = derived
      continue
    }
    const accepts = (value: unknown) => survives(type, value) && keeps([type], [member], value)
    const settle = (value: unknown) => (accepts(value) ? value : settledMember(type, member, value))
    const kept = pools.pick([derived.right.arbitrary.map(settle)], accepts)
    if (kept === undefined) {
      const reason = `another member takes the values of ${member.name}`
      return underivable('Unsupported', path, type, reason)
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
  const derived = deriveFromOrigin(origin, options, '', new Map())
  return derived._tag === 'Left' ? derived : right(derived.right.arbitrary)
}

const deriveFromOrigin = (
  origin: Origin | undefined,
  options: DerivingOptions,
  member: string,
  memo: Deriving['memo'],
): Derived => {
  switch (origin?.type) {
    case undefined:
      return underivable(
        'Unsupported',
        member,
        { name: 'codec' },
        'it is not made from a type or schema',
      )
    case 'IoTs':
      return fromType(asStructure(origin.ioTs), options, member, memo)
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
    case 'Tagged':
      return deriveTagged(origin, options, member, memo)
  }
}

const deriveTagged = (
  origin: Extract<Origin, { readonly type: 'Tagged' }>,
  options: DerivingOptions,
  member: string,
  memo: Deriving['memo'],
): Derived => {
  const given = options.given?.find(([of]) => of === '')?.[1]
  if (given !== undefined) {
    return fromGiven(given, { name: 'tagged' }, '', (value) => survivesIn(origin, value))
  }
  const { left, rights } = partitioned(
    Array.from(origin.members, ([type, codec]) =>
      deriveFromOrigin(codec.origin, options, String(type), memo),
    ),
  )
  if (left !== undefined) return left
  return rights.length === 0
    ? underivable('Never', member, { name: 'tagged' }, 'it has no members')
    : drawnFromAny(rights)
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
      return survives(asStructure(origin.ioTs), value)
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
  for (let more = 1; more <= moreUnfoldings && isDerivedTooDeep(last); more++) {
    last = derive({ ...context, unfoldings: context.unfoldings + more }, type, '')
  }
  const derived = isDerivedTooDeep(last) ? first : last
  if (derived._tag === 'Right') return derived
  const { kind, path, name, reason } = derived.left
  return underivable(kind, placeIn(member, path), { name }, reason)
}
