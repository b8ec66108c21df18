/**
 * A fingerprint of how states are made that are kept beside the events. Pure.
 *
 * @since 0.1.0
 */
import type { Origin } from '../../codec/Codec.ts'
import type { Structure } from '../../codec/internal/ioTsStructure.ts'

/** 16 hexadecimal digits, which differ if the version strings or the structures of the codecs do. */
export const stateFingerprint = (
  evolveVersion: string,
  { origin }: { readonly origin?: Origin },
): string => doubleHash(JSON.stringify([evolveVersion, originText(origin)]))

const originText = (origin: Origin | undefined): unknown => {
  switch (origin?.type) {
    case undefined:
      return null
    case 'IoTs':
      // an origin of this type holds a type of io-ts
      return ['IoTs', structureText(origin.ioTs as Structure, new Set())]
    case 'JsonSchema': {
      const schema = origin.jsonSchema()
      return ['JsonSchema', origin.tag ?? null, schema._tag === 'Right' ? schema.right : null]
    }
    case 'Tagged':
      return [
        'Tagged',
        Array.from(origin.members, ([type, member]) => [String(type), originText(member.origin)]),
      ]
  }
}

/** The names of a type and of all its parts; one that is met inside itself is only named. */
const structureText = (type: Structure, within: ReadonlySet<Structure>): unknown => {
  if (within.has(type)) return type.name
  const inner = new Set([...within, type])
  const text = (part: Structure): unknown => structureText(part, inner)
  switch (type._tag) {
    case 'InterfaceType':
    case 'PartialType':
    case 'StrictType':
      return [type._tag, type.name, Object.entries(type.props).map(([k, part]) => [k, text(part)])]
    case 'UnionType':
    case 'IntersectionType':
    case 'TupleType':
      return [type._tag, type.name, type.types.map(text)]
    case 'ArrayType':
    case 'ReadonlyArrayType':
    case 'ReadonlyType':
    case 'ExactType':
    case 'RefinementType':
    case 'RecursiveType':
      return [type._tag, type.name, text(type.type)]
    case 'DictionaryType':
      return [type._tag, type.name, text(type.domain), text(type.codomain)]
    case 'KeyofType':
      return [type._tag, Object.keys(type.keys)]
    case 'LiteralType':
      return [type._tag, typeof type.value, String(type.value)]
    default:
      return [type._tag ?? null, type.name, type.jsonSchema ?? null]
  }
}

/** Two hashes of 32 bits (FNV-1a), from different starts. */
const doubleHash = (text: string): string => hex(text, 0x81_1c_9d_c5) + hex(text, 0x2c_1b_3c_6d)

const hex = (text: string, start: number): string => {
  let hash = start
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01_00_01_93)
    hash ^= hash >>> 15
  }
  return (hash >>> 0).toString(16).padStart(8, '0')
}
