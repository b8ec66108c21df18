/**
 * Data with one fault: where a valid value can be broken, and how.

 */
import fc from 'fast-check'
import type { Either } from 'fp-ts/lib/Either.js'
import type { Origin } from '../../codec/Codec.ts'
import type { EncodedEvent, EventCodec } from '../../codec/EventCodec.ts'
import type { Structure } from '../../codec/internal/ioTsStructure.ts'
import { domainKeys } from '../../codec/internal/ioTsStructure.ts'
import type { Path } from '../../internal/diff.ts'
import { deriveFrom } from './derive.ts'
import type { UnsupportedType } from './context.ts'
import { unsupportedType } from './context.ts'
import { decodes, originOf, safely, unwrap } from './ioTs.ts'
import { at, changedAt } from '../internal/path.ts'
import { acceptance } from './values.ts'
import { structureIn } from './schemaStructure.ts'
import { left, right } from '../../internal/either.ts'

/** Data that is rejected for one fault. */
export interface NearMiss<out I> {
  readonly input: I
  /** Where the fault lies. */
  readonly path: Path
  /** What was changed there, such as `a number as a string`. */
  readonly change: string
  /** The data before that. */
  readonly valid: I
}

interface PlantedFault {
  readonly change: string
  /** The value instead; a fault without one leaves the field out. */
  readonly value?: unknown
}

interface FaultyPath {
  readonly path: Path
  readonly faults: ReadonlyArray<PlantedFault>
}

const fault = (change: string, value: unknown): PlantedFault => ({ change, value })

const leftOut: PlantedFault = { change: 'missing' }

/** Names that every object inherits. */
const inherited = ['constructor', '__proto__', 'toString'].map((name) =>
  fault('a name that every object inherits', name),
)

const numberFaults = (n: number): ReadonlyArray<PlantedFault> => [
  fault('a number as a string', String(n)),
  fault('a fraction', n + 0.5),
  fault('negative', -Math.abs(n) - 1),
  fault('zero', 0),
  fault('out of range', 10_001),
  fault('too large to be exact', 2 ** 53),
  fault('very large', 1e300),
  fault('another number', n + 1),
]

const stringFaults = (text: string): ReadonlyArray<PlantedFault> => [
  ...(text !== '' && Number.isFinite(Number(text))
    ? [fault('a string as a number', Number(text))]
    : []),
  fault('empty', ''),
  fault('a trailing space', `${text} `),
  fault('an extra letter', `${text}x`),
  fault('the last letter removed', text.slice(0, -1)),
  fault('in upper case', text.toUpperCase()),
  fault('in lower case', text.toLowerCase()),
  fault('a leading zero', `0${text}`),
  fault('a day without a time', text.slice(0, 10)),
  fault('very long', text.padEnd(300, 'x')),
]

/** What any value may be replaced by; `decode` says whether the type rejects it. */
const faultsFor = (value: unknown): ReadonlyArray<PlantedFault> => {
  const usual = [fault('null', null), fault('in an array', [value])]
  switch (typeof value) {
    case 'number':
      return [...numberFaults(value), ...usual, fault('a boolean', true)]
    case 'string':
      return [...stringFaults(value), ...usual, fault('a number', 1), ...inherited]
    case 'boolean':
      return [fault('a boolean as a string', String(value)), ...usual, fault('a number', 0)]
    default:
      return [
        ...usual,
        fault('a string', 'x'),
        fault('a number', 1),
        fault('an empty array', []),
        fault('an empty object', {}),
      ]
  }
}

/** A part of a value by its key, with faults of its own. */
interface FaultyPart {
  readonly type: Structure
  readonly key: string | number
  readonly faults: ReadonlyArray<PlantedFault>
}

const faultyFields = (
  keys: ReadonlyArray<string>,
  typeOf: (key: string) => Structure,
  ...faults: ReadonlyArray<PlantedFault>
): ReadonlyArray<FaultyPart> => keys.map((key) => ({ type: typeOf(key), key, faults }))

/** The parts of a value that a type checks. */
const checkedParts = (type: Structure, value: unknown): ReadonlyArray<FaultyPart> => {
  const elements: ReadonlyArray<unknown> = Array.isArray(value) ? value : []
  // only called with its own keys
  const propOf = (key: string): Structure => type.props[key] as Structure
  switch (type._tag) {
    case 'InterfaceType':
    case 'StrictType':
      return faultyFields(Object.keys(type.props), propOf, leftOut)
    case 'PartialType':
      return faultyFields(Object.keys(type.props), propOf)
    case 'DictionaryType': {
      const keys = domainKeys(type.domain) ?? fieldsIn(value).map(([key]) => key)
      return faultyFields(keys, () => type.codomain, leftOut)
    }
    case 'ArrayType':
    case 'ReadonlyArrayType':
      return elements.map((_, key) => ({ type: type.type, key, faults: [] }))
    case 'TupleType':
      return type.types.map((part, key) => ({ type: part, key, faults: [] }))
    default:
      return []
  }
}

/** Every path in an encoded value that the type checks. */
const placesOf = (
  wrapped: Structure,
  value: unknown,
  path: Path,
  more: ReadonlyArray<PlantedFault>,
): ReadonlyArray<FaultyPath> => {
  const type = unwrap(wrapped)
  const places: Array<FaultyPath> = [{ path, faults: [...more, ...faultsFor(value)] }]
  for (const { type: part, key, faults } of checkedParts(type, value)) {
    const inside = at(value, [key])
    if (inside.length === 1) places.push(...placesOf(part, inside[0], [...path, key], faults))
  }
  switch (type._tag) {
    case 'TupleType':
      places.push({ path, faults: lengthFaults(value) })
      break
    case 'IntersectionType':
      for (const part of type.types) places.push(...placesOf(part, value, path, []))
      break
    case 'UnionType': {
      const member = type.types.find((one) => decodes(one, value))
      if (member === undefined) break
      places.push(...placesOf(member, value, path, []), ...tagPlaces(member, type.types, path))
      break
    }
    default:
  }
  return places
}

const fieldsIn = (value: unknown): ReadonlyArray<readonly [string, unknown]> =>
  Object.entries(value ?? {})

const lengthFaults = (value: unknown): ReadonlyArray<PlantedFault> =>
  Array.isArray(value) ? [fault('an element removed', value.slice(0, -1))] : []

const literalsOf = (type: Structure): ReadonlyMap<string, unknown> => {
  const inner = unwrap(type)
  const props = inner._tag === 'InterfaceType' || inner._tag === 'StrictType' ? inner.props : {}
  return new Map(
    Object.entries(props)
      .filter(([, field]) => field._tag === 'LiteralType')
      .map(([key, field]) => [key, field.value]),
  )
}

/** The tags of the members; the value's own is not rejected. */
const tagPlaces = (
  member: Structure,
  members: ReadonlyArray<Structure>,
  path: Path,
): ReadonlyArray<FaultyPath> =>
  Array.from(literalsOf(member).keys(), (key) => ({
    path: [...path, key],
    faults: members
      .map((other) => literalsOf(other).get(key))
      .filter((other) => other !== undefined)
      .map((other) => fault('the tag of another member', other)),
  }))

/** Finds every path in a value that its origin checks. */
const placesFrom = (
  origin: Origin | undefined,
): ((value: unknown) => ReadonlyArray<FaultyPath>) => {
  if (origin?.type === 'Tagged') return placesFromMembers(origin.members)
  const type = structureIn(origin)
  return (value) => (type === undefined ? [] : placesOf(type, value, [], []))
}

const placesFromMembers = (
  origins: Extract<Origin, { readonly type: 'Tagged' }>['members'],
): ((value: unknown) => ReadonlyArray<FaultyPath>) => {
  const members = new Map([...origins].map(([type, { origin }]) => [type, placesFrom(origin)]))
  const others = Array.from(members.keys(), (other) => fault('the tag of another member', other))
  const faults = [...others, leftOut, fault('an unknown tag', 'Unknown')]
  return (value) => {
    const [type] = at(value, ['type'])
    return [{ path: ['type'], faults }, ...(members.get(type)?.(value) ?? [])]
  }
}

/** The value with the fault at a path that it has. */
const withFault = (value: unknown, path: Path, wrong: PlantedFault): unknown =>
  'value' in wrong
    ? changedAt(value, path, () => wrong.value)
    : changedAt(value, path.slice(0, -1), (inside) =>
        Object.fromEntries(fieldsIn(inside).filter(([name]) => name !== path[path.length - 1])),
      )

/** Choices are fractions of this, so that they stay similar when arrays shrink. */
const choices = 10_000

/** The first fault that is rejected, starting at the path and the change that two numbers choose. */
const miss = <I>(
  valid: I,
  places: ReadonlyArray<FaultyPath>,
  rejects: (input: I) => boolean,
  at: number,
  how: number,
): NearMiss<I> | undefined => {
  const first = Math.floor((at * places.length) / choices)
  for (let i = 0; i < places.length; i++) {
    const { path, faults } = places[(first + i) % places.length] as FaultyPath // in range
    const start = Math.floor((how * faults.length) / choices)
    for (let j = 0; j < faults.length; j++) {
      const wrong = faults[(start + j) % faults.length] as PlantedFault // in range
      const input = withFault(valid, path, wrong) as I // only what rejects it looks at it
      if (rejects(input)) return { input, path, change: wrong.change, valid }
    }
  }
  return undefined
}

type NearMissResult<I> = Either<UnsupportedType, fc.Arbitrary<NearMiss<I>>>

const rejectsNothing: NearMissResult<never> = left({
  type: 'UnsupportedType',
  path: '',
  name: 'type',
  reason: 'it rejects nothing',
})

const choice = fc.nat({ max: choices - 1 })

const drawMisses = <I>(
  valid: fc.Arbitrary<I>,
  places: (value: I) => ReadonlyArray<FaultyPath>,
  rejects: (input: I) => boolean,
): NearMissResult<I> => {
  const some = fc
    .tuple(valid, choice, choice)
    .map(([value, at, how]) => miss(value, places(value), rejects, at, how))
  return acceptance(some, (one) => one !== undefined) < 0.1
    ? rejectsNothing
    : right(some.filter((one) => one !== undefined))
}

/** What `nearMisses` needs of a type or a codec. */
interface DecoderPair<A> {
  readonly decode: (input: unknown) => Either<unknown, A>
  readonly encode: (value: A) => unknown
}

/** `nearMisses`, or why there is no generator. */
export const tryNearMisses = <A>(
  source: DecoderPair<A>,
  options: Parameters<typeof deriveFrom>[1] = {},
): NearMissResult<unknown> => {
  const derived = deriveFrom(source, options)
  if (derived._tag === 'Left') return left(unsupportedType(derived.left))
  return drawMisses(
    // derived generators give values of their source
    derived.right.map((value): unknown => source.encode(value as A)),
    placesFrom(originOf(source)),
    (input) => safely(() => source.decode(input)._tag === 'Left'),
  )
}

const versionFaults = [
  fault('no version', 0),
  fault('negative', -1),
  fault('a fraction', 1.5),
  fault('a future version', 1_000),
]

/** `nearMissesOfEvents`, or why there is no generator. */
export const tryNearMissesOfEvents = <E extends { readonly type: string }>(
  codec: EventCodec<E>,
  options: Parameters<typeof deriveFrom>[1] = {},
): NearMissResult<EncodedEvent> => {
  const derived = deriveFrom(codec, options)
  const { origin } = codec
  if (derived._tag === 'Left') return left(unsupportedType(derived.left))
  if (origin?.type !== 'Tagged') return rejectsNothing // every codec of events is tagged
  const encoded = derived.right.map((event) => codec.encode(event as E)) // derived from its codec
  const members = new Map(
    [...origin.members].map(([type, member]) => [type, placesFrom(member.origin)]),
  )
  const others = [...members.keys()]
  return drawMisses(
    encoded.filter((one) => one._tag === 'Right').map(({ right }) => right),
    ({ type, data }) => [
      {
        path: ['type'],
        faults: [
          ...others.map((one) => fault('another type', one)),
          fault('an unknown type', `${type}?`),
          ...inherited,
        ],
      },
      { path: ['schemaVersion'], faults: versionFaults },
      ...(members.get(type)?.(data) ?? []).map(({ path, faults }) => ({
        path: ['data', ...path],
        faults,
      })),
    ],
    (input) => safely(() => codec.decode(input)._tag === 'Left'),
  )
}
