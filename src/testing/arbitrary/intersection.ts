/**
 * Values that fit several types at once: objects field by field, anything else by trying.

 */
import fc from 'fast-check'
import type { Left } from 'fp-ts/lib/Either.js'
import type { Structure } from '../../codec/internal/ioTsStructure.ts'
import { domainKeys } from '../../codec/internal/ioTsStructure.ts'
import type { Deriving, Derived, CostedArbitrary, Underivable } from './context.ts'
import {
  costed,
  drawnFromAny,
  dictionaries,
  underivable,
  fieldPath,
  isAbsent,
  isDerivedTooDeep,
  keysOf,
  likely,
} from './context.ts'
import { isMember, keeps, safely } from './ioTs.ts'
import { isPlainObject } from '../internal/path.ts'
import { acceptance, isKey, pick } from './values.ts'

type FittingTypes = ReadonlyArray<Structure>

/** Types that all have to fit, and how often recursive types below them may still be unfolded. */
interface AtomAlternative {
  readonly atoms: FittingTypes
  readonly unfoldings: number
}

/** How many combinations of alternatives are tried, covering as many alternatives as possible. */
const mostCombinations = 128

/**
 * A generator of values that fit all the types and are accepted. Unions are tried member by member, and
 * wrappers are left to `accepts`.
 */
export const drawAll = (
  context: Deriving,
  types: FittingTypes,
  path: string,
  accepts: (value: unknown) => boolean = (value) => types.every((type) => isMember(type, value)),
): Derived => {
  const [only] = types
  if (only !== undefined && types.length === 1 && isFieldful(only)) {
    return drawFields(context, types, path)
  }
  const kept: Array<CostedArbitrary> = []
  const lefts: Array<Left<Underivable>> = []
  const alternatives = expandAll(context, types, path)
  for (const { atoms, unfoldings } of alternatives) {
    const derived = drawAtoms({ ...context, unfoldings }, atoms, path)
    if (derived._tag === 'Left') {
      lefts.push(derived)
      continue
    }
    const { arbitrary, cost } = derived.right
    const picked = pick([arbitrary], (value) => accepts(value) && keeps(types, atoms, value))
    if (picked !== undefined) kept.push({ arbitrary: picked, cost })
  }
  if (kept.length > 0) return drawnFromAny(kept)
  return (
    lefts.find(isDerivedTooDeep) ??
    lefts.find(({ left }) => left.kind === 'Unsupported') ??
    lefts[0] ??
    contradiction(types, path, alternatives.length === 0 ? 'Never' : 'Contradiction')
  )
}

const contradiction = (
  types: FittingTypes,
  path: string,
  kind: Underivable['kind'] = 'Contradiction',
): Derived => {
  const name = types.map((type) => type.name).join(' & ')
  return underivable(kind, path, { name }, 'no value was found that fits all of it')
}

/** The alternatives of a type; one that would unfold a type too often keeps that type as it is. */
const alternativesOf = (
  context: Deriving,
  type: Structure,
  path: string,
): ReadonlyArray<AtomAlternative> => {
  const { unfoldings } = context
  const itself = [{ atoms: [type], unfoldings }]
  if (context.given(type, path) !== undefined) return itself
  switch (type._tag) {
    case 'UnionType':
      return type.types.flatMap((member) => alternativesOf(context, member, path))
    case 'IntersectionType':
      return expandAll(context, type.types, path)
    case 'ReadonlyType':
    case 'ExactType':
      return alternativesOf(context, type.type, path)
    case 'RecursiveType':
      return unfoldings === 0
        ? itself
        : alternativesOf({ ...context, unfoldings: unfoldings - 1 }, type.type, path)
    case 'RefinementType': {
      const inside = alternativesOf(context, type.type, path)
      return inside.every(({ atoms }) => atoms.some(isFieldful)) ? inside : itself
    }
    default:
      return itself
  }
}

/** One alternative of each type, in all combinations that may have values. */
const expandAll = (
  context: Deriving,
  types: FittingTypes,
  path: string,
): ReadonlyArray<AtomAlternative> =>
  types.reduce<ReadonlyArray<AtomAlternative>>(
    (before, type) => combine(before, alternativesOf(context, type, path)),
    [{ atoms: [], unfoldings: context.unfoldings }],
  )

/** Diagonally, so that every alternative occurs early. */
const combine = (
  some: ReadonlyArray<AtomAlternative>,
  others: ReadonlyArray<AtomAlternative>,
): ReadonlyArray<AtomAlternative> => {
  const all: Array<AtomAlternative> = []
  const longest = Math.max(some.length, others.length)
  const shortest = Math.min(some.length, others.length)
  for (let shift = 0; shift < shortest; shift++) {
    for (let i = 0; i < longest && all.length < mostCombinations; i++) {
      const [at, to] = some.length < others.length ? [i + shift, i] : [i, i + shift]
      const one = some[at % some.length]
      const other = others[to % others.length]
      if (one !== undefined && other !== undefined && !excludes(one, other)) {
        all.push({
          atoms: [...one.atoms, ...other.atoms],
          unfoldings: Math.min(one.unfoldings, other.unfoldings),
        })
      }
    }
  }
  return all
}

/** Whether two alternatives certainly have no value in common. */
const excludes = (one: AtomAlternative, other: AtomAlternative): boolean =>
  one.atoms.some((a) => other.atoms.some((b) => areOther(a, b) || haveOther(a, b)))

const areOther = (a: Structure | undefined, b: Structure | undefined): boolean =>
  a?._tag === 'LiteralType' && b?._tag === 'LiteralType' && a.value !== b.value

/** Whether two types have different literals as the same field. */
const haveOther = (a: Structure, b: Structure): boolean =>
  hasProps(a) &&
  hasProps(b) &&
  !(a._tag === 'PartialType' && b._tag === 'PartialType') &&
  Object.keys(a.props).some(
    (key) =>
      Object.prototype.hasOwnProperty.call(b.props, key) && areOther(a.props[key], b.props[key]),
  )

const hasProps = ({ _tag }: Structure): boolean =>
  _tag === 'InterfaceType' || _tag === 'StrictType' || _tag === 'PartialType'

const isFieldful = (type: Structure): boolean => hasProps(type) || type._tag === 'DictionaryType'

/** Types that reject nothing that another one of the list accepts. */
const asksNothing = ({ _tag }: Structure, others: FittingTypes): boolean =>
  _tag === 'UnknownType' ||
  _tag === 'AnyType' ||
  ((_tag === 'AnyDictionaryType' || _tag === 'ObjectType') && others.some(isFieldful))

const drawAtoms = (context: Deriving, atoms: FittingTypes, path: string): Derived => {
  const asking = [...new Set(atoms)].filter((atom) => !asksNothing(atom, atoms))
  const [first] = asking.length === 0 ? atoms : asking
  if (first === undefined) return contradiction(atoms, path)
  if (asking.length <= 1) return context.derive(context, first, path)
  return asking.some(isFieldful)
    ? drawFields(context, asking, path)
    : drawByTrying(context, asking, path)
}

const drawByTrying = (context: Deriving, atoms: FittingTypes, path: string): Derived => {
  const derived = atoms.map((atom) => context.derive(context, atom, path))
  const deep = derived.find(isDerivedTooDeep)
  if (deep !== undefined) return deep
  const candidates = derived.flatMap((one) => (one._tag === 'Right' ? [one.right.arbitrary] : []))
  const accepts = (value: unknown) => atoms.every((atom) => isMember(atom, value))
  const picked = pick(candidates, accepts) ?? pick(atoms.flatMap(likely), accepts)
  return picked === undefined ? contradiction(atoms, path) : costed(picked)
}

interface MergedFields {
  readonly required: ReadonlyMap<string, FittingTypes>
  readonly optional: ReadonlyMap<string, FittingTypes>
  /** The records among the types, which also have every key of their domain. */
  readonly records: FittingTypes
  /** Types without fields; their values are merged over the fields. */
  readonly others: FittingTypes
}

const mergedFields = (atoms: FittingTypes, isGiven: (type: Structure) => boolean): MergedFields => {
  const required = new Map<string, FittingTypes>()
  const optional = new Map<string, FittingTypes>()
  const records: Array<Structure> = []
  const others: Array<Structure> = []
  const add = (fields: Map<string, FittingTypes>, key: string, type: Structure) =>
    fields.set(key, [...(fields.get(key) ?? []), type])
  for (const atom of atoms) {
    if (isGiven(atom)) others.push(atom)
    else if (atom._tag === 'DictionaryType') {
      const keys = domainKeys(atom.domain)
      if (keys === undefined) records.push(atom)
      else for (const key of keys) add(required, key, atom.codomain)
    } else if (isFieldful(atom)) {
      const may = (key: string, type: Structure) =>
        atom._tag === 'PartialType' && mayBeAbsent(key, type)
      for (const [key, type] of Object.entries(atom.props)) {
        add(may(key, type) ? optional : required, key, type)
      }
    } else others.push(atom)
  }
  for (const fields of [required, optional]) {
    for (const key of fields.keys()) {
      for (const { domain, codomain } of records) {
        if (isMember(domain, key)) add(fields, key, codomain)
      }
    }
  }
  for (const [key, types] of optional) {
    if (required.has(key)) for (const type of types) add(required, key, type)
  }
  return { required, optional, records, others }
}

/** A field that every object inherits is never absent, nor is one that decoding fills in. */
const mayBeAbsent = (key: string, type: Structure): boolean =>
  !(key in {}) &&
  safely(() => {
    const decoded = type.decode(undefined)
    return decoded._tag === 'Left' || decoded.right === undefined
  })

const drawFields = (context: Deriving, atoms: FittingTypes, path: string): Derived => {
  const fields = mergedFields(atoms, (type) => context.given(type, path) !== undefined)
  const { required, optional, records, others } = fields
  const known = drawKnown(context, fields, path)
  if (known._tag === 'Left') return known
  const taken = new Set([...required.keys(), ...optional.keys()])
  const more = drawRecords(context, records, path, taken)
  if (more._tag === 'Left') return more
  const laid = others.map((other) => context.derive(context, other, path))
  const failure = laid.find((one) => one._tag === 'Left')
  if (failure !== undefined) return failure
  const parts = laid.flatMap((one) => (one._tag === 'Right' ? [one.right.arbitrary] : []))
  if (records.length === 0 && parts.length === 0) return known
  const all = fc
    .tuple(more.right.arbitrary, known.right.arbitrary, ...parts)
    .map((values): unknown => Object.assign({}, ...values.filter(isPlainObject)))
  return costed(all, known.right.cost + more.right.cost)
}

/** The fields with names. An optional one is left out if it has no values. */
const drawKnown = (context: Deriving, fields: MergedFields, path: string): Derived => {
  const { required, optional } = fields
  const model = new Map<string, fc.Arbitrary<unknown>>()
  let cost = 1
  for (const [key, types] of new Map([...optional, ...required])) {
    const at = fieldPath(path, key)
    if (!isKey(key))
      return underivable('Unsupported', at, { name: key }, 'no store keeps such a field')
    const [first, ...others] = [...new Set(types)]
    const field =
      first !== undefined && others.length === 0
        ? context.derive(context, first, at)
        : drawAll(context, types, at)
    if (field._tag === 'Right') {
      model.set(key, field.right.arbitrary)
      cost += field.right.cost
    } else if (required.has(key) || !isAbsent(field.left)) return field
  }
  const known = fc.record(Object.fromEntries(model), {
    requiredKeys: [...required.keys()],
    noNullPrototype: true,
  })
  return costed(known, cost)
}

/** The fields of the records alone. */
const drawRecords = (
  context: Deriving,
  records: FittingTypes,
  path: string,
  taken: ReadonlySet<string>,
): Derived => {
  const none = costed(fc.constant({}), 0)
  const [first] = records
  if (first === undefined) return none
  const value = drawAll(
    context,
    records.map(({ codomain }) => codomain),
    fieldPath(path, '*'),
  )
  if (value._tag === 'Left') return value.left.kind === 'Unsupported' ? value : none
  const key = keysOf(context, first.domain, path)
  if (key._tag === 'Left') return none
  const keys = key.right.arbitrary
  const accepts = (one: unknown) =>
    !taken.has(String(one)) && records.every(({ domain }) => isMember(domain, one))
  return acceptance(keys, accepts) < 0.1
    ? none
    : costed(dictionaries(keys.filter(accepts), value.right.arbitrary), value.right.cost)
}
