/**
 * The paths and types that generators can be given for.

 */
import type { Origin } from '../../codec/Codec.ts'
import type { Structure } from '../../codec/internal/ioTsStructure.ts'
import { domainKeys } from '../../codec/internal/ioTsStructure.ts'
import type { Underivable } from './context.ts'
import { fieldPath, placeIn } from './context.ts'
import { structureIn } from './schemaStructure.ts'

export const fits = (of: unknown, type: Structure, member: string, path: string): boolean =>
  of === type || of === type.name || of === path || of === placeIn(member, path)

/** Whether it may be the path, or lie below it. It may also be a name with the same beginning. */
export const mayFit = (of: unknown, member: string, path: string): boolean =>
  typeof of === 'string' && (of.startsWith(path) || of.startsWith(placeIn(member, path)))

/**
 * The first string for which a generator is given and that is neither a path in the source nor the name of
 * one of its types. A source that is partly written by hand is not checked.
 */
export const misfit = (
  origin: Origin | undefined,
  given: ReadonlyArray<readonly [of: unknown, generator: unknown]>,
): Underivable | undefined => {
  const texts = given.flatMap(([of]) => (typeof of === 'string' ? [of] : []))
  if (texts.length === 0) return undefined
  const known = new Set<string>()
  if (!collectKnown(origin, '', texts, known)) return undefined
  const text = texts.find((one) => !known.has(one))
  if (text === undefined) return undefined
  const reason = `there is no such path and no type of that name; the nearest are ${nearest(text, known)}`
  return { kind: 'Unsupported', path: text, name: 'given', reason }
}

/** Collects what generators can be given for; `false` if that is unknown. */
const collectKnown = (
  origin: Origin | undefined,
  member: string,
  texts: ReadonlyArray<string>,
  known: Set<string>,
): boolean => {
  if (origin?.type === 'Tagged') {
    return [...origin.members].every(([type, inner]) =>
      collectKnown(inner.origin, String(type), texts, known),
    )
  }
  const structure = structureIn(origin)
  if (structure === undefined) return false
  collectIn(structure, member, texts, known)
  return true
}

/** Each type at the first path where it occurs, and at every other that leads to one of the strings. */
const collectIn = (
  root: Structure,
  member: string,
  texts: ReadonlyArray<string>,
  known: Set<string>,
): void => {
  const met = new Map<Structure, Set<string>>()
  const open: Array<readonly [Structure, string]> = [[root, '']]
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [type, path] = next
    const places = met.get(type)
    if (places?.has(path)) continue
    known.add(type.name).add(path).add(placeIn(member, path))
    if (places !== undefined && !texts.some((text) => mayFit(text, member, path))) continue
    met.set(type, (places ?? new Set()).add(path))
    open.push(...pathsBelow(type, path))
  }
}

const pathsBelow = (type: Structure, path: string): ReadonlyArray<readonly [Structure, string]> => {
  switch (type._tag) {
    case 'InterfaceType':
    case 'StrictType':
    case 'PartialType':
      return Object.entries(type.props).map(([key, field]) => [field, fieldPath(path, key)])
    case 'ArrayType':
    case 'ReadonlyArrayType':
      return [[type.type, `${path}[]`]]
    case 'TupleType':
      return type.types.map((part, i) => [part, `${path}[${i}]`])
    case 'DictionaryType': {
      const keys = domainKeys(type.domain)
      return keys === undefined
        ? [
            [type.codomain, fieldPath(path, '*')],
            [type.domain, fieldPath(path, '(key)')],
          ]
        : keys.map((key) => [type.codomain, fieldPath(path, key)])
    }
    case 'UnionType':
    case 'IntersectionType':
      return type.types.map((part) => [part, path])
    case 'ReadonlyType':
    case 'ExactType':
    case 'RecursiveType':
    case 'RefinementType':
      return [[type.type, path]]
    default:
      return []
  }
}

const mostNearest = 5

const nearest = (text: string, known: Iterable<string>): string =>
  Array.from(known, (one) => ({ one, far: distance(text, one) }))
    .filter(({ one }) => one !== '')
    .sort((a, b) => a.far - b.far)
    .slice(0, mostNearest)
    .map(({ one }) => JSON.stringify(one))
    .join(', ')

/** The edit distance of two strings (Levenshtein). */
const distance = (a: string, b: string): number => {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const [above = 0, before = 0, diagonal = 0] = [row[j], next[j - 1], row[j - 1]]
      next.push(Math.min(above + 1, before + 1, diagonal + (a[i - 1] === b[j - 1] ? 0 : 1)))
    }
    row = next
  }
  return row[b.length] ?? 0
}
