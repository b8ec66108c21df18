/**
 * Generators of what a codec makes of the data that its JSON Schema describes.
 *
 * A codec may ask for more than its schema says. Where it refuses nearly everything at a place, common
 * forms of strings and ranges of numbers are tried there, as for a refinement of io-ts.
 *
 */
import fc from 'fast-check'
import type { JsonSchemaOrigin } from '../../codec/Codec.ts'
import type { Structure } from '../../codec/internal/ioTsStructure.ts'
import type { Path } from '../../Diff.ts'
import type { Derived } from './context.ts'
import { drawn, failed, fieldPath, placeIn } from './context.ts'
import { at, changedAt, isPlain } from '../internal/path.ts'
import * as pools from './values.ts'
import { structureFrom } from './schemaStructure.ts'

type Given = readonly [of: string, generator: fc.Arbitrary<unknown>]

/** Derives a generator of a type, with these generators given besides. */
type Derive = (type: Structure, given: ReadonlyArray<Given>) => Derived

/** So many places may ask for more than the schema says. */
const mostPlaces = 8

export const fromSchema = (origin: JsonSchemaOrigin, member: string, derive: Derive): Derived => {
  const schema = origin.jsonSchema()
  if (schema._tag === 'Left') return failed('Unsupported', member, { name: 'codec' }, schema.left)
  const structure = structureFrom(schema.right, origin)
  const given: Array<Given> = []
  for (;;) {
    const described = derive(structure.type, given)
    if (described._tag === 'Left') return described
    const samples = fc.sample(described.right.arbitrary, { numRuns: 100, seed: 1 })
    const place = refusedIn(origin, samples)
    if (place === undefined) break
    const found = given.length < mostPlaces ? likelyAt(origin, samples, place) : undefined
    if (found === undefined) {
      const reason = 'the codec asks for more than its JSON Schema says, so give a generator'
      return failed('Unsupported', placeIn(member, place), { name: 'codec' }, reason)
    }
    given.push([placeIn(member, place), found])
  }
  const data = derive(structure, given)
  if (data._tag === 'Left') return data
  const valueOf = (input: unknown): unknown => {
    const decoded = origin.decode(input)
    return decoded._tag === 'Right' ? decoded.right : undefined
  }
  return drawn(data.right.arbitrary.map(valueOf), data.right.cost)
}

/** The paths at which data is refused. */
const refusedPaths = (origin: JsonSchemaOrigin, data: unknown): ReadonlyArray<Path> => {
  const decoded = origin.decode(data)
  return decoded._tag === 'Left' ? decoded.left.map(({ path }) => path) : []
}

/**
 * The first place at which nearly everything is refused: what is left would hardly be of the codec, as
 * lists that are always empty.
 */
const refusedIn = (
  origin: JsonSchemaOrigin,
  samples: ReadonlyArray<unknown>,
): string | undefined => {
  const met = new Map<string, { times: number; refused: number }>()
  for (const data of samples) {
    const refused = new Set(refusedPaths(origin, data).map(placeOf))
    const places = pathsIn(data, []).map(placeOf)
    for (const place of new Set([...places, ...refused])) {
      const { times, refused: before } = met.get(place) ?? { times: 0, refused: 0 }
      met.set(place, { times: times + 1, refused: before + (refused.has(place) ? 1 : 0) })
    }
  }
  return [...met].find(([, { times, refused }]) => times >= 5 && refused > 0.9 * times)?.[0]
}

/** What is often asked for, as far as the codec takes it where a sample has something of its kind. */
const likelyAt = (
  origin: JsonSchemaOrigin,
  samples: ReadonlyArray<unknown>,
  place: string,
): fc.Arbitrary<unknown> | undefined => {
  for (const data of samples) {
    const path = pathsIn(data, []).find((one) => placeOf(one) === place)
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
    : isPlain(data)
      ? Object.entries(data)
      : []
  return [path, ...parts.flatMap(([key, part]) => pathsIn(part, [...path, key]))]
}

const placeOf = (path: Path): string =>
  path.reduce<string>(
    (place, step) => (typeof step === 'number' ? `${place}[]` : fieldPath(place, step)),
    '',
  )
