/**
 * Everything that a pure function can see of an object.
 */
import { viewOf } from '../../internal/contents.ts'
import { isPlain } from '../../internal/parts.ts'
import { hasPrivateFields, mayHide } from './hidden.ts'

/** An object as a pure function sees it. */
export interface Sight {
  /** Values that must be the same in two objects that cannot be told apart. */
  readonly marks: Array<unknown>
  /** Its parts, in the order in which they are seen. */
  readonly parts: Array<unknown>
}

/**
 * The prototype, the fields with their names, and contents without a field, such as the entries of a map.
 * An object that may hold hidden data is a mark itself, so it differs from all others.
 */
export const sightOf = (value: object): Sight => {
  const sight: Sight = { marks: [Object.getPrototypeOf(value)], parts: [] }
  for (const name of visibleKeys(value)) {
    sight.marks.push(name, Object.prototype.propertyIsEnumerable.call(value, name))
    sight.parts.push(Reflect.get(value, name))
  }
  const isNamed = sight.parts.length > 0
  if (addContent(value, sight)) {
    if (hasPrivateFields(value)) sight.marks.push(value)
  } else if (!isPlain(value)) {
    const view = viewOf(value)
    if (view !== undefined) sight.parts.push(view.shown)
    else if (!isNamed || mayHide(value)) sight.marks.push(value)
  }
  return sight
}

/** The fields, without the indexes of bytes, which are read as a whole, and the stacks of errors. */
const visibleKeys = (value: object): ReadonlyArray<PropertyKey> => {
  const names = Reflect.ownKeys(value)
  if (value instanceof Error) return names.filter((name) => name !== 'stack')
  return ArrayBuffer.isView(value) && 'length' in value ? names.slice(Number(value.length)) : names
}

/** Adds contents without a field. Returns `false` for an object of no known kind. */
const addContent = (value: object, { marks, parts }: Sight): boolean => {
  if (value instanceof Map) {
    for (const [key, under] of value) parts.push(key, under)
  } else if (value instanceof Set) {
    for (const member of value) parts.push(member)
  } else if (value instanceof Date) {
    marks.push(value.getTime())
  } else if (value instanceof RegExp) {
    marks.push(String(value))
  } else if (value instanceof ArrayBuffer || ArrayBuffer.isView(value)) {
    for (const byte of bytesOf(value)) marks.push(byte)
  } else return Array.isArray(value) || value instanceof Error
  return true
}

const bytesOf = (value: ArrayBuffer | ArrayBufferView): Uint8Array =>
  ArrayBuffer.isView(value)
    ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
    : new Uint8Array(value)
