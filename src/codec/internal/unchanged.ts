/**
 * Compares data with what a schema made of it: the same, the same without some fields, or something else.
 *
 * @since 0.1.0
 */
import type { Path } from '../../internal/diff.ts'
import { structural } from '../../Diff.ts'

export interface Difference {
  /** The first place where the output differs from the input. */
  readonly changed: Path | undefined
  /** The fields of the input that the output lacks. */
  readonly dropped: ReadonlyArray<Path>
}

export const differenceOf = (input: unknown, output: unknown): Difference => {
  const walk: Walk = { at: [], dropped: [] }
  return isKept(walk, input, output)
    ? { changed: undefined, dropped: walk.dropped }
    : { changed: walk.at, dropped: walk.dropped }
}

interface Walk {
  /** The path to the current place, which stays at the first difference. */
  readonly at: Array<Path[number]>
  readonly dropped: Array<Path>
}

const isKept = (walk: Walk, input: unknown, output: unknown): boolean => {
  if (Object.is(input, output)) return true
  if (Array.isArray(input) && Array.isArray(output)) {
    return input.length === output.length && input.every((one, i) => isAt(walk, i, one, output[i]))
  }
  return isPlain(input) && isPlain(output)
    ? isKeptObject(walk, input, output)
    : structural.equals(input, output)
}

const isAt = (walk: Walk, key: Path[number], input: unknown, output: unknown): boolean => {
  walk.at.push(key)
  if (!isKept(walk, input, output)) return false
  walk.at.pop()
  return true
}

type PlainObject = Readonly<Record<string, unknown>>

// an undefined field counts as missing
const fieldOf = (fields: PlainObject, key: string): unknown =>
  Object.hasOwn(fields, key) ? fields[key] : undefined

const isKeptObject = (walk: Walk, input: PlainObject, output: PlainObject): boolean => {
  for (const key of Object.keys(output)) {
    if (!isAt(walk, key, fieldOf(input, key), output[key])) return false
  }
  for (const key of Object.keys(input)) {
    if (!Object.hasOwn(output, key) && input[key] !== undefined)
      walk.dropped.push([...walk.at, key])
  }
  return true
}

/** The fields of the input that the output lacks, whatever else differs. */
export const droppedFrom = (
  input: unknown,
  output: unknown,
  at: Path = [],
): ReadonlyArray<Path> => {
  if (Array.isArray(input) && Array.isArray(output)) {
    return input.length === output.length
      ? input.flatMap((one, i) => droppedFrom(one, output[i], [...at, i]))
      : []
  }
  if (!isPlain(input) || !isPlain(output)) return []
  return Object.entries(input).flatMap(([key, value]) =>
    Object.hasOwn(output, key)
      ? droppedFrom(value, output[key], [...at, key])
      : value === undefined
        ? []
        : [[...at, key]],
  )
}

export const isPlain = (value: unknown): value is PlainObject => {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
