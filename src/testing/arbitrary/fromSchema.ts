/**
 * Generators of what a codec decodes from the data that its JSON Schema describes.
 *
 * A codec may require more than its schema says. If it rejects nearly everything at a path, common forms of
 * strings and ranges of numbers are tried there, as for a refinement of io-ts.

 */
import fc from 'fast-check'
import type { JsonSchemaOrigin } from '../../codec/internal/origin.ts'
import type { Structure } from '../../codec/internal/ioTsStructure.ts'
import type { Path } from '../../internal/diff.ts'
import type { Derived } from './context.ts'
import { costed, underivable, fieldPath, placeIn } from './context.ts'
import { at, changedAt, isPlainObject } from '../internal/path.ts'
import * as pools from './values.ts'
import { structureFrom } from './schemaStructure.ts'

type GivenArbitrary = readonly [of: string, generator: fc.Arbitrary<unknown>]

/** Derives a generator of a type, with additional generators given. */
type Derive = (type: Structure, given: ReadonlyArray<GivenArbitrary>) => Derived

/** At how many paths the codec may require more than the schema says. */
const mostPlaces = 8

export const fromSchema = (origin: JsonSchemaOrigin, member: string, derive: Derive): Derived => {
  const schema = origin.jsonSchema()
  if (schema._tag === 'Left')
    return underivable('Unsupported', member, { name: 'codec' }, schema.left)
  const structure = structureFrom(schema.right, origin)
  const given: Array<GivenArbitrary> = []
  for (;;) {
    const described = derive(structure.type, given)
    if (described._tag === 'Left') return described
    const samples = fc.sample(described.right.arbitrary, { numRuns: 100, seed: 1 })
    const place = refusedIn(origin, samples)
    if (place === undefined) break
    const found = given.length < mostPlaces ? likelyAt(origin, samples, place) : undefined
    if (found === undefined) {
      const reason = 'the codec requires more than its JSON Schema says, so give a generator'
      return underivable('Unsupported', placeIn(member, place), { name: 'codec' }, reason)
    }
    given.push([placeIn(member, place), found])
  }
  const data = derive(structure, given)
  if (data._tag === 'Left') return data
  const valueOf = (input: unknown): unknown => {
    const decoded = origin.decode(input)
    return decoded._tag === 'Right' ? decoded.right : undefined
  }
  return costed(data.right.arbitrary.map(valueOf), data.right.cost)
}

/** The paths at which data is rejected. */
const refusedPaths = (origin: JsonSchemaOrigin, data: unknown): ReadonlyArray<Path> => {
  const decoded = origin.decode(data)
  return decoded._tag === 'Left' ? decoded.left.map(({ path }) => path) : []
}

/**
 * The first path at which nearly everything is rejected: what is left would not be typical of the codec, such
 * as arrays that are always empty.
 */
const refusedIn = (
  origin: JsonSchemaOrigin,
  samples: ReadonlyArray<unknown>,
): string | undefined => {
  const met = new Map<string, { times: number; rejected: number }>()
  for (const data of samples) {
    const rejected = new Set(refusedPaths(origin, data).map(placeholderPath))
    const places = pathsIn(data, []).map(placeholderPath)
    for (const place of new Set([...places, ...rejected])) {
      const { times, rejected: before } = met.get(place) ?? { times: 0, rejected: 0 }
      met.set(place, { times: times + 1, rejected: before + (rejected.has(place) ? 1 : 0) })
    }
  }
  return [...met].find(([, { times, rejected }]) => times >= 5 && rejected > 0.9 * times)?.[0]
}

/** Common forms that the codec accepts at a path, tried in place of a sample's value there. */
const likelyAt = (
  origin: JsonSchemaOrigin,
  samples: ReadonlyArray<unknown>,
  place: string,
): fc.Arbitrary<unknown> | undefined => {
  for (const data of samples) {
    const path = pathsIn(data, []).find((one) => placeholderPath(one) === place)
    if (path === undefined) continue
    const isHere = (one: Path): boolean =>
      one.length === path.length && one.every((step, i) => step === path[i])
    const accepts = (value: unknown): boolean =>
      !refusedPaths(
        origin,
        changedAt(data, path, () => value),
      ).some(isHere)
    return pools.pick(candidatesLike(at(data, path)[0]), accepts)
  }
  return undefined
}

const candidatesLike = (value: unknown): ReadonlyArray<fc.Arbitrary<unknown>> => {
  switch (typeof value) {
    case 'string':
      return pools.texts
    case 'number':
      return pools.numbers
    default:
      return []
  }
}

const pathsIn = (data: unknown, path: Path): ReadonlyArray<Path> => {
  const parts: ReadonlyArray<readonly [string | number, unknown]> = Array.isArray(data)
    ? data.map((element, i) => [i, element] as const)
    : isPlainObject(data)
      ? Object.entries(data)
      : []
  return [path, ...parts.flatMap(([key, part]) => pathsIn(part, [...path, key]))]
}

const placeholderPath = (path: Path): string =>
  path.reduce<string>(
    (place, step) => (typeof step === 'number' ? `${place}[]` : fieldPath(place, step)),
    '',
  )
