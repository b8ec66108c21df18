/**
 * Leaves out the unknown fields of a value: those that its io-ts type does not name, at any depth. What
 * a type names is looked up once; only a union that has to see the value looks it up for each value.
 *
 * `T` is an io-ts type, `a` a value of it.
 *
 * Laws:
 *
 * 1. a field stays if and only if some part of `T` that accepts the object names it: any member of an
 *    intersection, or any accepting member of a union
 * 2. a value without unknown fields is returned as it is, not as a copy
 * 3. if a type says nothing about fields (`t.unknown`, `t.UnknownRecord`, a type that is not io-ts'
 *    own), all of them stay
 *
 * @since 0.1.0
 */
import { isObject } from '../../internal/parts.ts'
import type { Structure } from '../internal/ioTsStructure.ts'
import { domainKeys } from '../internal/ioTsStructure.ts'

type Trim = (value: unknown) => unknown
type Types = ReadonlyArray<Structure>

/** The trims of lists of types, as a tree: one branch for each next type of a list. */
interface Memo {
  trim?: Trim
  readonly branches: Map<Structure, Memo>
}

const emptyMemo = (): Memo => ({ branches: new Map() })

/** Returns a value of the type without the fields that the type does not name. */
export const withoutUnknownFields = (type: Structure): Trim => trimOf([type], emptyMemo())

const keep: Trim = (value) => value

/**
 * For values that all of the types describe. Compiled on the first value, and once for each list of
 * types, because a recursive type leads back to itself, as does an intersection of two.
 */
const trimOf = (types: Types, root: Memo): Trim => {
  if (types.every(({ _tag }) => primitives.has(_tag))) return keep
  const memo = [...new Set(types)].reduce(branchOf, root)
  let compiled: Trim | undefined
  return (memo.trim ??= (value) => (compiled ??= compile(types, root))(value))
}

const branchOf = (memo: Memo, type: Structure): Memo => {
  const branch = memo.branches.get(type) ?? emptyMemo()
  memo.branches.set(type, branch)
  return branch
}

const primitives = new Set<string | undefined>([
  'StringType',
  'NumberType',
  'BooleanType',
  'BigIntType',
  'NullType',
  'UndefinedType',
  'VoidType',
  'LiteralType',
  'KeyofType',
  'NeverType',
])

const compile = (types: Types, memo: Memo): Trim => {
  const flat = [...new Set(types.flatMap(typesWithin))]
  if (flat.length === 0) return keep
  if (flat.every(({ _tag }) => objects.has(_tag))) return trimFields(fieldTrims(flat, memo))
  const [type] = flat
  if (type !== undefined && flat.length === 1) {
    if (type._tag === 'ArrayType' || type._tag === 'ReadonlyArrayType') {
      return trimElements(trimOf([type.type], memo))
    }
    if (type._tag === 'UnionType') return trimUnion(type, memo)
  }
  return (value) => (isObject(value) ? trimSeen(flat, value, memo) : value)
}

const objects = new Set<string | undefined>(['InterfaceType', 'StrictType', 'PartialType'])

/** The types that an intersection consists of, without their wrappers. */
const typesWithin = (type: Structure): Types => {
  switch (type._tag) {
    case 'RefinementType':
    case 'ExactType':
    case 'ReadonlyType':
    case 'RecursiveType':
      return typesWithin(type.type)
    case 'IntersectionType':
      return type.types.flatMap(typesWithin)
    default:
      return [type]
  }
}

type FieldTrims = ReadonlyMap<string, Trim>

const fieldTrims = (shapes: Types, memo: Memo): FieldTrims => {
  const keys = new Set(shapes.flatMap(({ props }) => Object.keys(props)))
  return new Map(Array.from(keys, (key) => [key, trimOf(fieldTypes(shapes, key), memo)]))
}

const trimFields = (fields: FieldTrims): Trim => {
  const keys = [...fields.keys()]
  const trims = [...fields.values()]
  return (value) => {
    if (!isObject(value) || Array.isArray(value)) return value
    let i = 0
    // trims each field once: trimming it again at every level would mean 2 ** depth times
    let kept: Map<string, unknown> | undefined
    for (const key in value) {
      // fields in order need no look-up, which makes encoding an event a tenth faster
      const trim = key === keys[i] ? trims[i] : fields.get(key)
      i++
      if (trim === keep && kept === undefined) continue
      const field: unknown = Reflect.get(value, key)
      const trimmed = trim?.(field)
      if (kept === undefined && (trim === undefined || !Object.is(trimmed, field)))
        kept = until(key, value)
      if (trim !== undefined) kept?.set(key, trimmed)
    }
    return kept === undefined ? value : withInherited(fields, value, kept)
  }
}

/** The fields in front of a key. */
const until = (end: string, object: object): Map<string, unknown> => {
  const fields = new Map<string, unknown>()
  for (const key in object) {
    if (key === end) break
    fields.set(key, Reflect.get(object, key))
  }
  return fields
}

/** The fields that were kept, and those that the object inherits from its class. */
const withInherited = (fields: FieldTrims, object: object, kept: Map<string, unknown>): object => {
  for (const [key, trim] of fields) {
    const isInherited = !kept.has(key) && key in object && !(key in Object.prototype)
    if (isInherited) kept.set(key, trim(Reflect.get(object, key)))
  }
  return Object.fromEntries(kept)
}

const trimElements =
  (trim: Trim): Trim =>
  (value) =>
    Array.isArray(value) ? trimArray(value, () => trim) : value

const trimArray = (
  array: ReadonlyArray<unknown>,
  trimAt: (index: number) => Trim,
): ReadonlyArray<unknown> => {
  let copy: Array<unknown> | undefined
  for (let i = 0; i < array.length; i++) {
    const trimmed = trimAt(i)(array[i])
    if (Object.is(trimmed, array[i])) continue
    copy ??= [...array]
    copy[i] = trimmed
  }
  return copy ?? array
}

const trimUnion =
  (union: Structure, memo: Memo): Trim =>
  (value) => {
    if (!isObject(value)) return value
    const accepting = acceptingIn(union, value)
    return accepting.length === 1
      ? trimOf(accepting, memo)(value)
      : trimSeen(accepting, value, memo)
  }

/** The members of a union that accept a value of it. Asks them only if a quick look leaves several. */
const acceptingIn = ({ types }: Structure, value: object): Types => {
  const possible = types.filter((member) => isPossible(member, value))
  return possible.length > 1 ? possible.filter((member) => member.is(value)) : possible
}

/** Whether a type may accept an object or array, judging by its kind and its literal fields. */
const isPossible = (type: Structure, value: object): boolean => {
  switch (type._tag) {
    case 'ArrayType':
    case 'ReadonlyArrayType':
    case 'TupleType':
      return Array.isArray(value)
    case 'InterfaceType':
      return Object.entries(type.props).every(
        ([key, field]) => field._tag !== 'LiteralType' || Reflect.get(value, key) === field.value,
      )
    default:
      return !primitives.has(type._tag)
  }
}

/** For types that have to see the value: asks each of them which fields it names. */
const trimSeen = (types: Types, value: object, memo: Memo): unknown => {
  const shapes = new Set<Structure>()
  for (const type of types) if (!addShapes(type, value, shapes)) return value
  if (shapes.size === 0) return value
  if (!Array.isArray(value)) return trimObject([...shapes], value, memo)
  return trimArray(value, (i) => trimOf(elementTypes([...shapes], i), memo))
}

/** Adds the types that say what is in a value; returns false if one of them allows anything. */
const addShapes = (type: Structure, value: object, shapes: Set<Structure>): boolean => {
  switch (type._tag) {
    case 'RefinementType':
    case 'ExactType':
    case 'ReadonlyType':
    case 'RecursiveType':
      return addShapes(type.type, value, shapes)
    case 'IntersectionType':
      return type.types.every((member) => addShapes(member, value, shapes))
    case 'UnionType':
      return acceptingIn(type, value).every((member) => addShapes(member, value, shapes))
    case 'InterfaceType':
    case 'StrictType':
    case 'PartialType':
    case 'DictionaryType':
      shapes.add(type)
      return !Array.isArray(value)
    case 'ArrayType':
    case 'ReadonlyArrayType':
    case 'TupleType':
      shapes.add(type)
      return Array.isArray(value)
    default:
      return false
  }
}

const elementTypes = (shapes: Types, index: number): Types =>
  shapes
    .map((shape) => (shape._tag === 'TupleType' ? shape.types[index] : shape.type))
    .filter((element) => element !== undefined)

const trimObject = (shapes: Types, object: object, memo: Memo): object => {
  const named = shapes.flatMap((shape) =>
    shape._tag === 'DictionaryType' ? [] : Object.keys(shape.props),
  )
  const keys = new Set([...named, ...Object.keys(object)])
  const all = Array.from(keys, (key) => [key, fieldTypes(shapes, key)] as const)
  const fields = all.filter(([, types]) => types.length > 0)
  return trimFields(new Map(fields.map(([key, types]) => [key, trimOf(types, memo)])))(
    object,
  ) as object // it returns an object for an object
}

/** The types of a field; empty if no shape names it. */
const fieldTypes = (shapes: Types, key: string): Types =>
  shapes.flatMap((shape) => {
    if (shape._tag !== 'DictionaryType') {
      return Object.prototype.hasOwnProperty.call(shape.props, key)
        ? [shape.props[key] as Structure]
        : [] // hasOwnProperty says so
    }
    return isKeyOf(shape.domain, key) ? [shape.codomain] : []
  })

const isKeyOf = (domain: Structure, key: string): boolean =>
  domainKeys(domain)?.includes(key) ?? domain.is(key)
