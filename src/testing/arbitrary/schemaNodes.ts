/**
 * Types that transform nothing, with the structure of io-ts types, so that generators and near misses can be
 * derived from them in the same way.

 */
import type fc from 'fast-check'
import type { Structure } from '../../codec/internal/ioTsStructure.ts'
import { structural } from '../../Diff.ts'
import type { Hinted } from './context.ts'
import { isPlainObject } from '../internal/path.ts'
import { left, right } from '../../internal/either.ts'

type Is = (u: unknown) => boolean
type NodeTypes = ReadonlyArray<Structure>
type Props = Readonly<Record<string, Structure>>
type Own = Partial<Omit<Hinted, 'name' | 'is' | 'encode' | 'decode' | '_tag'>>

const node = (tag: string, name: string, is: Is, own: Own): Structure => {
  const all = {
    _tag: tag,
    name,
    is,
    encode: (value: unknown): unknown => value,
    decode: (u: unknown) => (is(u) ? right(u) : left(name)),
    ...own,
  }
  // only the fields that belong to the tag are read
  return all as unknown as Structure
}

const joinedNames = (types: NodeTypes, between: string): string =>
  types.map(({ name }) => name).join(between)

export const leafNode = (tag: string, name: string, is: Is): Structure => node(tag, name, is, {})

export const anythingNode: Structure = leafNode('UnknownType', 'anything', () => true)
export const neverNode: Structure = leafNode('NeverType', 'nothing', () => false)

/** The values of the base that the predicate accepts, with additional generators to draw from. */
export const refined = (
  type: Structure,
  name: string,
  predicate: Is,
  hints: ReadonlyArray<fc.Arbitrary<unknown>> = [],
): Structure => {
  const is = (u: unknown): boolean => type.is(u) && predicate(u)
  return node('RefinementType', name, is, { type, predicate, hints })
}

/** Values that are drawn from the hints alone. */
export const drawnFrom = (
  name: string,
  is: Is,
  hints: ReadonlyArray<fc.Arbitrary<unknown>>,
): Structure => node('HintedType', name, is, { hints })

export const literalNode = (value: unknown): Structure =>
  node('LiteralType', JSON.stringify(value), (u) => structural.equals(u, value), { value })

/** Values of any of the types. */
export const unionNode = (types: NodeTypes): Structure => {
  const [only] = types
  if (only !== undefined && types.length === 1) return only
  return node(
    'UnionType',
    `(${joinedNames(types, ' | ')})`,
    (u) => types.some((type) => type.is(u)),
    {
      types,
    },
  )
}

/** Values of all of the types. */
export const intersectionNode = (types: NodeTypes): Structure => {
  const [only = anythingNode] = types
  if (types.length <= 1) return only
  const is = (u: unknown): boolean => types.every((type) => type.is(u))
  return node('IntersectionType', `(${joinedNames(types, ' & ')})`, is, { types })
}

const ownValue = (u: unknown, key: string): unknown =>
  isPlainObject(u) && Object.hasOwn(u, key) ? u[key] : undefined

export const structNode = (props: Props): Structure => {
  const fields = Object.entries(props)
  const is = (u: unknown): boolean =>
    isPlainObject(u) && fields.every(([key, type]) => Object.hasOwn(u, key) && type.is(u[key]))
  return node('InterfaceType', `{ ${Object.keys(props).join(', ')} }`, is, { props })
}

export const partialNode = (props: Props): Structure => {
  const fields = Object.entries(props)
  const is = (u: unknown): boolean =>
    isPlainObject(u) &&
    fields.every(([key, type]) => ownValue(u, key) === undefined || type.is(u[key]))
  return node('PartialType', `{ ${Object.keys(props).join('?, ')}? }`, is, { props })
}

export const recordNode = (domain: Structure, codomain: Structure): Structure => {
  const is = (u: unknown): boolean =>
    isPlainObject(u) &&
    Object.entries(u).every(([key, value]) => domain.is(key) && codomain.is(value))
  return node('DictionaryType', `{ ${domain.name}: ${codomain.name} }`, is, { domain, codomain })
}

export const arrayNode = (type: Structure): Structure =>
  node('ArrayType', `${type.name}[]`, (u) => Array.isArray(u) && u.every((one) => type.is(one)), {
    type,
  })

export const tupleNode = (types: NodeTypes): Structure => {
  const is = (u: unknown): boolean =>
    Array.isArray(u) && u.length >= types.length && types.every((type, i) => type.is(u[i]))
  return node('TupleType', `[${joinedNames(types, ', ')}]`, is, { types })
}

/** A recursive type, which does not exist yet where it is mentioned. */
export const recursiveNode = (name: string, type: () => Structure): Structure => {
  const late = node('RecursiveType', name, (u) => type().is(u), {})
  return Object.defineProperty(late, 'type', { get: type, enumerable: true })
}
