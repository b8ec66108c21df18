/**
 * What a value holds, all the way down, to see later whether somebody wrote to it, and to put it back.
 * That goes for instances of classes as well, as far as their fields can be seen: what is private, or
 * in no field at all, can't be kept. One that answers for itself, with `equals` and `hashCode`, was
 * written to where its hash is another one.
 *
 */

import type { Answering } from './alike.ts'
import { isAnswering } from './alike.ts'

export interface Kept {
  /** Whether anything holds now what it did not. */
  readonly changed: () => boolean
  /** Puts back what was there. */
  readonly restore: () => void
}

/** One object, and what it held: the elements of an array, map or set, or its own fields, or both. */
interface Image {
  readonly holder: object
  readonly keys: ReadonlyArray<PropertyKey>
  readonly values: ReadonlyArray<unknown>
  readonly content: ReadonlyArray<unknown>
  /** A copy of what is in a buffer, or seen through a view of one: field by field it takes long. */
  readonly bytes: Uint8Array | undefined
}

export const kept = (value: unknown): Kept => {
  const images = new Map<object, Image>()
  const open: Array<unknown> = [value]
  while (open.length > 0) {
    const holder = open.pop()
    if (typeof holder !== 'object' || holder === null || images.has(holder)) continue
    const image = imageOf(holder)
    images.set(holder, image)
    for (const inner of image.values) open.push(inner)
    for (const inner of image.content) open.push(inner)
  }
  const written = () => [...images.values()].filter(isWritten)
  return { changed: () => written().length > 0, restore: () => written().forEach(putBack) }
}

const nothing: ReadonlyArray<never> = []

const imageOf = (holder: object): Image => {
  const prototype: unknown = Object.getPrototypeOf(holder)
  // the fast way, for what is plain
  if (prototype === Object.prototype && Object.getOwnPropertySymbols(holder).length === 0) {
    return {
      holder,
      keys: Object.keys(holder),
      values: Object.values(holder),
      content: nothing,
      bytes: undefined,
    }
  }
  if (isBuffer(holder)) {
    const bytes = bytesOf(holder).slice()
    return { holder, keys: nothing, values: nothing, content: nothing, bytes }
  }
  // asked first: some keep their hash in a field
  const content = contentOf(holder)
  const keys = prototype === Array.prototype ? nothing : Reflect.ownKeys(holder)
  return {
    holder,
    keys,
    values: keys.map((key) => fieldOf(holder, key)),
    content,
    bytes: undefined,
  }
}

const isBuffer = (holder: object): holder is ArrayBuffer | ArrayBufferView =>
  ArrayBuffer.isView(holder) || holder instanceof ArrayBuffer

/** Of one that was handed over to somebody else there is nothing to be had, and asking throws. */
const bytesOf = (holder: ArrayBuffer | ArrayBufferView): Uint8Array => {
  try {
    return ArrayBuffer.isView(holder)
      ? new Uint8Array(holder.buffer, holder.byteOffset, holder.byteLength)
      : new Uint8Array(holder)
  } catch {
    return new Uint8Array()
  }
}

const sameBytes = (a: Uint8Array, b: Uint8Array): boolean => {
  for (let i = 0; i < b.length; i++) if (a[i] !== b[i]) return false
  return a.length === b.length
}

/** What has a getter is not asked. */
const fieldOf = (holder: object, key: PropertyKey): unknown => {
  const field: { readonly value?: unknown } = Reflect.getOwnPropertyDescriptor(holder, key) ?? {}
  return field.value
}

const contentOf = (holder: object): ReadonlyArray<unknown> => {
  if (Array.isArray(holder)) return Array.from<unknown>(holder)
  if (holder instanceof Map) return [...holder].flat()
  if (holder instanceof Set) return [...holder]
  if (holder instanceof Date) return [holder.getTime()]
  return isAnswering(holder) ? [hashOf(holder)] : []
}

const hashOf = (holder: Answering): unknown => {
  try {
    return holder.hashCode()
  } catch {
    return undefined
  }
}

const isWritten = (before: Image): boolean => {
  if (before.bytes !== undefined && isBuffer(before.holder)) {
    return !sameBytes(bytesOf(before.holder), before.bytes)
  }
  const { keys, values, content } = imageOf(before.holder)
  // what it keeps in its fields is its own affair, as long as it is the same
  if (before.content.length > 0 && isAnswering(before.holder))
    return !sameList(content, before.content)
  return (
    !sameList(keys, before.keys) ||
    !sameList(values, before.values) ||
    !sameList(content, before.content)
  )
}

const sameList = (a: ReadonlyArray<unknown>, b: ReadonlyArray<unknown>): boolean =>
  a.length === b.length && a.every((element, i) => Object.is(element, b[i]))

const putBack = ({ holder, keys, values, content, bytes }: Image): void => {
  if (bytes !== undefined && isBuffer(holder)) {
    bytesOf(holder).set(bytes)
    return
  }
  for (const key of Reflect.ownKeys(holder)) {
    if (!keys.includes(key)) Reflect.deleteProperty(holder, key)
  }
  keys.forEach((key, i) => Reflect.set(holder, key, values[i]))
  if (Array.isArray(holder)) {
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
