/**
 * A value of any size as one line of text, in time and space in proportion to how many objects it holds:
 * its distinct parts, each written once, and named by its number where it stands in another.
 *
 * The same values have the same line, whether parts are shared or copied: a part is distinct by what is
 * written of it. A part that holds itself is written as the number of levels between.
 *
 */
import { isObject } from '../../internal/parts.ts'
import type { Sight } from '../internal/sight.ts'
import { sightOf } from '../internal/sight.ts'
import { jsonText } from '../internal/text.ts'
import { oneLine } from '../internal/source.ts'

/** An object under way, and what is written of the parts of it that are done. */
interface Visit {
  readonly object: object
  readonly sight: Sight
  readonly written: Array<string>
}

export const partsLine = (value: unknown): string => {
  const numbers = new Map<string, number>()
  const done = new Map<object, string>()
  const levels = new Map<object, number>()
  const visits: Array<Visit> = []
  const open = (object: object): void => {
    levels.set(object, visits.length)
    visits.push({ object, sight: readable(object), written: [] })
  }
  /** What is written of a part, or `undefined` where that has to be found out first. */
  const nameOf = (part: unknown): string | undefined => {
    if (!isObject(part)) return leaf(part)
    const level = levels.get(part)
    return level === undefined ? done.get(part) : `^${visits.length - level}`
  }
  const last = nameOf(value)
  if (last !== undefined) return last
  open(value as object) // what has no name yet is an object
  for (
    let visit = visits[visits.length - 1];
    visit !== undefined;
    visit = visits[visits.length - 1]
  ) {
    const { object, sight, written } = visit
    const part = sight.parts[written.length]
    const name = written.length < sight.parts.length ? nameOf(part) : undefined
    if (name !== undefined) written.push(name)
    else if (written.length < sight.parts.length)
      open(part as object) // as above
    else {
      const text = `${sight.marks.map(mark).join()}(${written.join()})`
      const number = numbers.get(text) ?? numbers.size
      numbers.set(text, number)
      done.set(object, `#${number}`)
      levels.delete(object)
      visits.pop()
    }
  }
  return `… ${[...numbers.keys()].join(' ')}`
}

/** Strings are written whole, in quotes, so that none can be taken for a number of a part. */
const leaf = (value: unknown): string =>
  typeof value === 'string' ? jsonText(value) : oneLine(value)

/** A prototype by the name of its class. */
const mark = (value: unknown): string => {
  if (!isObject(value)) return leaf(value)
  const made: unknown = Reflect.get(value, 'constructor')
  return typeof made === 'function' ? made.name : 'Object'
}

/** Of what fails to be read, nothing is written. */
const readable = (object: object): Sight => {
  try {
    return sightOf(object)
  } catch {
    return { marks: ['unreadable'], parts: [] }
  }
}
