/**
 * A value of any size as one line, in time and space linear in the number of objects that it holds: its
 * distinct parts, each written once, and referred to by its number within others.
 *
 * Equal values have the same line, whether parts are shared or copied, because parts with the same line
 * are one. A part that holds itself is referred to by the number of levels between.
 *
 */
import { isObject } from '../../internal/parts.ts'
import type { Sight } from '../internal/sight.ts'
import { sightOf } from '../internal/sight.ts'
import { jsonText } from '../internal/text.ts'
import { sourceLine } from '../internal/source.ts'

/** An object that is being written, and the names of those parts that are written already. */
interface PartsVisit {
  readonly object: object
  readonly sight: Sight
  readonly written: Array<string>
}

export const partsLine = (value: unknown): string => {
  const numbers = new Map<string, number>()
  const done = new Map<object, string>()
  const levels = new Map<object, number>()
  const visits: Array<PartsVisit> = []
  const open = (object: object): void => {
    levels.set(object, visits.length)
    visits.push({ object, sight: readable(object), written: [] })
  }
  /** How a part is referred to, or `undefined` if it is not written yet. */
  const nameOfPart = (part: unknown): string | undefined => {
    if (!isObject(part)) return leafText(part)
    const level = levels.get(part)
    return level === undefined ? done.get(part) : `^${visits.length - level}`
  }
  const last = nameOfPart(value)
  if (last !== undefined) return last
  open(value as object) // only objects have no name yet
  for (
    let visit = visits[visits.length - 1];
    visit !== undefined;
    visit = visits[visits.length - 1]
  ) {
    const { object, sight, written } = visit
    const part = sight.parts[written.length]
    const name = written.length < sight.parts.length ? nameOfPart(part) : undefined
    if (name !== undefined) written.push(name)
    else if (written.length < sight.parts.length) open(part as object) // as above
    else {
      const text = `${sight.marks.map(prototypeMark).join()}(${written.join()})`
      const number = numbers.get(text) ?? numbers.size
      numbers.set(text, number)
      done.set(object, `#${number}`)
      levels.delete(object)
      visits.pop()
    }
  }
  return `… ${[...numbers.keys()].join(' ')}`
}

/** Strings are quoted, so that none is confused with the number of a part. */
const leafText = (value: unknown): string =>
  typeof value === 'string' ? jsonText(value) : sourceLine(value)

/** A prototype by the name of its class. */
const prototypeMark = (value: unknown): string => {
  if (!isObject(value)) return leafText(value)
  const made: unknown = Reflect.get(value, 'constructor')
  return typeof made === 'function' ? made.name : 'Object'
}

/** An object that cannot be read is written without its parts. */
const readable = (object: object): Sight => {
  try {
    return sightOf(object)
  } catch {
    return { marks: ['unreadable'], parts: [] }
  }
}
