/**
 * Data with one fault: where a valid value can be broken, and with what.
 *
 */
import fc from 'fast-check'
import type { Either } from 'fp-ts/lib/Either.js'
import type { Origin } from '../../codec/Codec.ts'
import type { EncodedEvent, EventCodec } from '../../codec/EventCodec.ts'
import type { Structure } from '../../codec/internal/ioTsStructure.ts'
import { domainKeys } from '../../codec/internal/ioTsStructure.ts'
import type { Path } from '../../Diff.ts'
import { deriveFrom } from './derive.ts'
import type { Failure } from './context.ts'
import { failed } from './context.ts'
import { decodes, originOf, safely, structureOf, unwrap } from './ioTs.ts'
import { at } from '../internal/path.ts'
import { acceptance } from './values.ts'
import { structureFrom } from './schemaStructure.ts'
import { right } from '../../internal/either.ts'

/**
 * Data that is refused for one fault.
 *
 * @category model
 * @since 0.1.0
 */
export interface NearMiss<out I> {
  readonly input: I
  /** Where the fault lies. */
  readonly path: Path
  /** What was done there, as `a number as text`. */
  readonly change: string
  /** The data before that. */
  readonly valid: I
}

interface Fault {
  readonly change: string
  /** Stands there instead; nothing does where it is left out. */
  readonly value?: unknown
}

interface Place {
  readonly path: Path
  readonly faults: ReadonlyArray<Fault>
}

const fault = (change: string, value: unknown): Fault => ({ change, value })

const missing: Fault = { change: 'left out' }

/** Names that an object has without having been given them. */
const inherited = ['constructor', '__proto__', 'toString'].map((name) =>
  fault('a name that every object knows', name),
)

const numberFaults = (n: number): ReadonlyArray<Fault> => [
  fault('a number as text', String(n)),
  fault('a fraction', n + 0.5),
  fault('negative', -Math.abs(n) - 1),
  fault('zero', 0),
  fault('out of range', 10_001),
  fault('too large to be exact', 2 ** 53),
  fault('very large', 1e300),
  fault('another number', n + 1),
]

const textFaults = (text: string): ReadonlyArray<Fault> => [
  ...(text !== '' && Number.isFinite(Number(text))
    ? [fault('a text as number', Number(text))]
    : []),
  fault('empty', ''),
  fault('a blank after it', `${text} `),
  fault('a letter more', `${text}x`),
  fault('the last letter lost', text.slice(0, -1)),
  fault('in capitals', text.toUpperCase()),
  fault('in small letters', text.toLowerCase()),
  fault('a zero before it', `0${text}`),
  fault('a day without a time', text.slice(0, 10)),
  fault('very long', text.padEnd(300, 'x')),
]

/** What any value may be exchanged for; whether the type minds is for its `decode` to say. */
const faultsOf = (value: unknown): ReadonlyArray<Fault> => {
  const usual = [fault('null', null), fault('in a list', [value])]
  switch (typeof value) {
    case 'number':
      return [...numberFaults(value), ...usual, fault('a truth value', true)]
    case 'string':
      return [...textFaults(value), ...usual, fault('a number', 1), ...inherited]
    case 'boolean':
      return [fault('a truth value as text', String(value)), ...usual, fault('a number', 0)]
    default:
      return [
        ...usual,
        fault('a text', 'x'),
        fault('a number', 1),
        fault('an empty list', []),
        fault('an empty object', {}),
      ]
  }
}

/** A part of a value, under its key, with faults that only such a part has. */
interface Part {
  readonly type: Structure
  readonly key: string | number
  readonly faults: ReadonlyArray<Fault>
}

const fieldParts = (
  keys: ReadonlyArray<string>,
  typeOf: (key: string) => Structure,
  ...faults: ReadonlyArray<Fault>
): ReadonlyArray<Part> => keys.map((key) => ({ type: typeOf(key), key, faults }))

/** The parts of a value that a type looks at, one by one. */
const partsOf = (type: Structure, value: unknown): ReadonlyArray<Part> => {
  const elements: ReadonlyArray<unknown> = Array.isArray(value) ? value : []
  // it is asked for keys of its own only
  const propOf = (key: string): Structure => type.props[key] as Structure
  switch (type._tag) {
    case 'InterfaceType':
    case 'StrictType':
      return fieldParts(Object.keys(type.props), propOf, missing)
    case 'PartialType':
      return fieldParts(Object.keys(type.props), propOf)
    case 'DictionaryType': {
      const keys = domainKeys(type.domain) ?? fieldsIn(value).map(([key]) => key)
      return fieldParts(keys, () => type.codomain, missing)
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

/** Every place in an encoded value that the type looks at. */
const placesOf = (
  wrapped: Structure,
  value: unknown,
  path: Path,
  more: ReadonlyArray<Fault>,
): ReadonlyArray<Place> => {
  const type = unwrap(wrapped)
  const places: Array<Place> = [{ path, faults: [...more, ...faultsOf(value)] }]
  for (const { type: part, key, faults } of partsOf(type, value)) {
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

const lengthFaults = (value: unknown): ReadonlyArray<Fault> =>
  Array.isArray(value) ? [fault('an element lost', value.slice(0, -1))] : []

const literalsOf = (type: Structure): ReadonlyMap<string, unknown> => {
  const inner = unwrap(type)
  const props = inner._tag === 'InterfaceType' || inner._tag === 'StrictType' ? inner.props : {}
  return new Map(
    Object.entries(props)
      .filter(([, field]) => field._tag === 'LiteralType')
      .map(([key, field]) => [key, field.value]),
  )
}

/** The tags of the members. That of the value itself is no fault. */
const tagPlaces = (
  member: Structure,
  members: ReadonlyArray<Structure>,
  path: Path,
): ReadonlyArray<Place> =>
  Array.from(literalsOf(member).keys(), (key) => ({
    path: [...path, key],
    faults: members
      .map((other) => literalsOf(other).get(key))
      .filter((other) => other !== undefined)
      .map((other) => fault('the tag of another member', other)),
  }))

/** Every place in a value of the origin's that it looks at. */
const placesFrom = (origin: Origin | undefined): ((value: unknown) => ReadonlyArray<Place>) => {
  switch (origin?.type) {
    case undefined:
      return () => []
    case 'IoTs': {
      const type = structureOf(origin.ioTs)
      return (value) => placesOf(type, value, [], [])
    }
    case 'JsonSchema': {
      const schema = origin.jsonSchema()
      if (schema._tag === 'Left') return () => []
      const type = structureFrom(schema.right, origin)
      return (value) => placesOf(type, value, [], [])
    }
    case 'Tagged':
      return placesFromMembers(origin.members)
  }
}

const placesFromMembers = (
  origins: Extract<Origin, { readonly type: 'Tagged' }>['members'],
): ((value: unknown) => ReadonlyArray<Place>) => {
  const members = new Map([...origins].map(([type, { origin }]) => [type, placesFrom(origin)]))
  const others = Array.from(members.keys(), (other) => fault('the tag of another member', other))
  const faults = [...others, missing, fault('an unknown tag', 'Unknown')]
  return (value) => {
    const [type] = at(value, ['type'])
    return [{ path: ['type'], faults }, ...(members.get(type)?.(value) ?? [])]
  }
}

/** The value with the fault in it. The place is one of the value's, so its path leads through it. */
const withFault = (value: unknown, path: Path, wrong: Fault): unknown => {
  const [key, ...rest] = path
  if (key === undefined) return wrong.value
  if (Array.isArray(value)) {
    const items: ReadonlyArray<unknown> = value
    return items.map((item, i) => (i === key ? withFault(item, rest, wrong) : item))
  }
  const absent = rest.length === 0 && !('value' in wrong)
  return Object.fromEntries(
    fieldsIn(value).flatMap(([name, inside]) => {
      if (name !== key) return [[name, inside] as const]
      return absent ? [] : [[name, withFault(inside, rest, wrong)] as const]
    }),
  )
}

/** Numbers that choose are parts of this, so that what they choose stays where lists get shorter. */
const whole = 10_000

/**
 * The first fault that is refused, from the place and the change on that the two numbers choose.
 */
const miss = <I>(
  valid: I,
  places: ReadonlyArray<Place>,
  refuses: (input: I) => boolean,
  at: number,
  how: number,
): NearMiss<I> | undefined => {
  const first = Math.floor((at * places.length) / whole)
  for (let i = 0; i < places.length; i++) {
    const { path, faults } = places[(first + i) % places.length] as Place // there are so many
    const start = Math.floor((how * faults.length) / whole)
    for (let j = 0; j < faults.length; j++) {
      const wrong = faults[(start + j) % faults.length] as Fault // there are so many
      const input = withFault(valid, path, wrong) as I // only what refuses it looks at it
      if (refuses(input)) return { input, path, change: wrong.change, valid }
    }
  }
  return undefined
}

type Misses<I> = Either<Failure, fc.Arbitrary<NearMiss<I>>>

const choice = fc.nat({ max: whole - 1 })

const draw = <I>(
  valid: fc.Arbitrary<I>,
  places: (value: I) => ReadonlyArray<Place>,
  refuses: (input: I) => boolean,
): Misses<I> => {
  const some = fc
    .tuple(valid, choice, choice)
    .map(([value, at, how]) => miss(value, places(value), refuses, at, how))
  return acceptance(some, (one) => one !== undefined) < 0.1
    ? failed('Never', '', { name: 'type' }, 'it refuses nothing')
    : right(some.filter((one) => one !== undefined))
}

/** What `nearMisses` needs of a type or a codec. */
interface Decoding<A> {
  readonly decode: (input: unknown) => Either<unknown, A>
  readonly encode: (value: A) => unknown
}

export const missesOf = <A>(
  source: Decoding<A>,
  options: Parameters<typeof deriveFrom>[1],
): Misses<unknown> => {
  const derived = deriveFrom(source, options)
  if (derived._tag === 'Left') return derived
  return draw(
    // what is derived from a source are its values
    derived.right.map((value): unknown => source.encode(value as A)),
    placesFrom(originOf(source)),
    (input) => safely(() => source.decode(input)._tag === 'Left'),
  )
}

const versionFaults = [
  fault('no version', 0),
  fault('negative', -1),
  fault('a fraction', 1.5),
  fault('a version to come', 1_000),
]

export const missesOfEvents = <E extends { readonly type: string }>(
  codec: EventCodec<E>,
  options: Parameters<typeof deriveFrom>[1],
): Misses<EncodedEvent> => {
  const derived = deriveFrom(codec, options)
  const { origin } = codec
  if (derived._tag === 'Left' || origin?.type !== 'Tagged') return derived as Misses<EncodedEvent> // no origin: a failure
  const encoded = derived.right.map((event) => codec.encode(event as E)) // derived from its codec
  const members = new Map(
    [...origin.members].map(([type, member]) => [type, placesFrom(member.origin)]),
  )
  const others = [...members.keys()]
  return draw(
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
