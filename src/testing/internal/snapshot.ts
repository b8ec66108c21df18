/**
 * A deep snapshot of a value, to see later whether something was written to it, and to undo that. It
 * includes instances of classes, as far as their fields are visible: private fields cannot be kept. An
 * object with its own `equals` and `hashCode` counts as changed if its hash did.

 */

import type { OwnEquality } from './alike.ts'
import { isAnswering } from './alike.ts'

export interface TakenSnapshot {
  readonly changed: () => boolean
  readonly restore: () => void
}

/** One object, and what it held: its own fields, and the content of an array, map, set, date or buffer. */
interface ObjectImage {
  readonly holder: object
  readonly keys: ReadonlyArray<PropertyKey>
  readonly values: ReadonlyArray<unknown>
  /** Of a buffer its bytes, which take long as fields. */
  readonly content: ReadonlyArray<unknown> | Uint8Array
}

export const takeSnapshot = (value: unknown): TakenSnapshot => {
  const images = new Map<object, ObjectImage>()
  const open: Array<unknown> = [value]
  while (open.length > 0) {
    const holder = open.pop()
    if (typeof holder !== 'object' || holder === null || images.has(holder)) continue
    const image = imageOf(holder)
    images.set(holder, image)
    for (const inner of image.values) open.push(inner)
    if (!isBuffer(holder)) for (const inner of image.content) open.push(inner)
  }
  const written = () => [...images.values()].filter(isWritten)
  return { changed: () => written().length > 0, restore: () => written().forEach(putBack) }
}

const imageOf = (holder: object): ObjectImage => {
  // before the fields: some objects keep their hash in one
  const content = imageContent(holder)
  const isList = Object.getPrototypeOf(holder) === Array.prototype || isBuffer(holder)
  const keys = isList ? [] : Reflect.ownKeys(holder)
  return { holder, keys, values: keys.map((key) => storedField(holder, key)), content }
}

/** Getters are not called. */
const storedField = (holder: object, key: PropertyKey): unknown => {
  const field: { readonly value?: unknown } = Reflect.getOwnPropertyDescriptor(holder, key) ?? {}
  return field.value
}

const imageContent = (holder: object): ObjectImage['content'] => {
  if (Array.isArray(holder)) return Array.from<unknown>(holder)
  if (holder instanceof Map) return [...holder.entries()].flat() as ReadonlyArray<unknown> // of any
  if (holder instanceof Set) return [...(holder as ReadonlySet<unknown>)]
  if (holder instanceof Date) return [holder.getTime()]
  if (isBuffer(holder)) return bytesIn(holder).slice()
  const isPlain = Object.getPrototypeOf(holder) === Object.prototype
  return !isPlain && isAnswering(holder) ? [hashIn(holder)] : []
}

const hashIn = (holder: OwnEquality): unknown => {
  try {
    return holder.hashCode()
  } catch {
    return undefined
  }
}

const isBuffer = (holder: object): holder is ArrayBuffer | ArrayBufferView =>
  ArrayBuffer.isView(holder) || holder instanceof ArrayBuffer

/** A transferred buffer has no bytes, and throws. */
const bytesIn = (holder: ArrayBuffer | ArrayBufferView): Uint8Array => {
  try {
    return ArrayBuffer.isView(holder)
      ? new Uint8Array(holder.buffer, holder.byteOffset, holder.byteLength)
      : new Uint8Array(holder)
  } catch {
    return new Uint8Array()
  }
}

const isWritten = (before: ObjectImage): boolean => {
  const { keys, values, content } = imageOf(before.holder)
  if (!isSameList(content, before.content)) return true
  // its fields are its own affair as long as its hash is the same
  const hasHash = before.content.length > 0 && isAnswering(before.holder)
  return !hasHash && !(isSameList(keys, before.keys) && isSameList(values, before.values))
}

const isSameList = (a: ArrayLike<unknown>, b: ArrayLike<unknown>): boolean => {
  for (let i = 0; i < b.length; i++) if (!Object.is(a[i], b[i])) return false
  return a.length === b.length
}

const putBack = ({ holder, keys, values, content }: ObjectImage): void => {
  for (const key of isBuffer(holder) ? [] : Reflect.ownKeys(holder)) {
    if (!keys.includes(key)) Reflect.deleteProperty(holder, key)
  }
  keys.forEach((key, i) => Reflect.set(holder, key, values[i]))
  if (content instanceof Uint8Array) {
    if (isBuffer(holder)) bytesIn(holder).set(content)
  } else if (Array.isArray(holder)) {
    holder.length = 0
    for (const element of content) holder.push(element)
  } else if (holder instanceof Map) {
    holder.clear()
    for (let i = 0; i < content.length; i += 2) holder.set(content[i], content[i + 1])
  } else if (holder instanceof Set) {
    holder.clear()
    for (const element of content) holder.add(element)
  } else if (holder instanceof Date) {
    holder.setTime(Number(content[0]))
  }
}
