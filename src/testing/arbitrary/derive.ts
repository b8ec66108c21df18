/**
 * From the structure of a type to a generator of its values.
 *
 */
import fc from 'fast-check'
import type { Either } from 'fp-ts/lib/Either.js'
import type { JsonSchemaOrigin, Origin } from '../../codec/Codec.ts'
import type { Structure } from '../../codec/internal/ioTsStructure.ts'
import { domainKeys } from '../../codec/internal/ioTsStructure.ts'
import type { Context, Derived, Drawn, Failure } from './context.ts'
import {
  drawn,
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

export const derive = (context: Context, type: Structure, path: string): Derived => {
  const key = `${context.unfoldings} ${context.memoKey(path)}`
  const known = context.memo.get(type)?.get(key)
  if (known !== undefined) return known
  const given = context.given(type, path)
  const make = makers[type._tag ?? ''] ?? fromAnything
  const derived =
    given === undefined
      ? make(context, type, path)
      : fromGiven(given, type, path, (value) => survives(type, value))
  // a failure names its place, so it is found anew elsewhere
  if (derived._tag === 'Left') return derived
  context.memo.set(type, (context.memo.get(type) ?? new Map<string, Derived>()).set(key, derived))
  return derived
}

type Maker = (context: Context, type: Structure, path: string) => Derived

const fromGiven = (
  given: fc.Arbitrary<unknown>,
  type: { readonly name: string },
  path: string,
  accepts: (value: unknown) => boolean,
): Derived => {
  const picked = pools.pick([given], accepts)
  return picked === undefined
    ? failed('Unsupported', path, type, 'the generator given for it makes hardly any value of it')
    : drawn(picked)
}

/** A type that says nothing of itself is asked with values of many kinds. */
const fromAnything: Maker = (_, type, path) => {
  const picked = pools.pick(pools.anything(type.name), (value) => survives(type, value))
  return picked === undefined
    ? failed('Unsupported', path, type, 'nothing is known of how it is made, so give a generator')
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
    const { left, rights } = sorted(parts)
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
    failed('Unsupported', path, type, 'functions are not made, and no store keeps one'),
}

/** The first failure there is, and everything that went well. */
const sorted = (all: ReadonlyArray<Derived>) => {
  const rights: Array<Drawn> = []
  let left: Either<Failure, never> | undefined
  for (const one of all) {
    if (one._tag === 'Right') rights.push(one.right)
    else left ??= one
  }
  return { left, rights }
}

const costOf = (parts: ReadonlyArray<Drawn>): number =>
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

/** Values of so many parts come as often as they can, and bigger ones less often. */
const usualSize = 50

/** What is big is mixed with what is unfolded less often, or it would grow with each unfolding. */
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

/** Filtered where that is seen to come to an end, after trying what texts and numbers often are. */
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

/** The simplest member first: it is what a failing value shrinks to. */
const union: Maker = (context, type, path) => {
  const members: Array<Drawn> = []
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
  if (members.length === 0) return absent
  members.sort((a, b) => a.cost - b.cost)
  const arbitraries = members.map(({ arbitrary }) => arbitrary)
  return drawn(fc.oneof({ withCrossShrink: true }, ...arbitraries), members[0]?.cost)
}

/** What deriving is told: see `ArbitraryOptions`. */
interface Options {
  readonly given?: ReadonlyArray<readonly [of: unknown, generator: fc.Arbitrary<unknown>]>
  readonly depth?: number
}

/** The generator of a source, whatever kind it is of, where all that is given has a place in it. */
export const deriveFrom = (
  source: object,
  options: Options,
): Either<Failure, fc.Arbitrary<unknown>> => {
  const origin = originOf(source)
  const wrong = misfit(origin, options.given ?? [])
  if (wrong !== undefined) return left(wrong)
  const derived = fromOrigin(origin, options, '', new Map())
  return derived._tag === 'Left' ? derived : right(derived.right.arbitrary)
}

const fromOrigin = (
  origin: Origin | undefined,
  options: Options,
  member: string,
  memo: Context['memo'],
): Derived => {
  switch (origin?.type) {
    case undefined:
      return failed('Unsupported', member, { name: 'codec' }, 'it is made from no type or schema')
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
      const { left, rights } = sorted(
        Array.from(origin.members, ([type, codec]) =>
          fromOrigin(codec.origin, options, String(type), memo),
        ),
      )
      if (left !== undefined) return left
      if (rights.length === 0) {
        return failed('Never', member, { name: 'tagged' }, 'it has no members')
      }
      rights.sort((a, b) => a.cost - b.cost)
      const arbitraries = rights.map(({ arbitrary }) => arbitrary)
      return drawn(fc.oneof({ withCrossShrink: true }, ...arbitraries), rights[0]?.cost)
    }
  }
}

/** The values of a codec, where a generator is given for all of them. */
const fromWhole = (
  origin: JsonSchemaOrigin,
  options: Options,
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

/** Mutually recursive types may need a few unfoldings more before they can end. */
const moreUnfoldings = 4

const mostUnfoldings = 20

const fromType = (
  type: Structure,
  { given = [], depth = 3 }: Options,
  member: string,
  memo: Context['memo'],
): Derived => {
  const context: Context = {
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
