/**
 * Compares data with what a schema made of it: the same, the same without some fields, or something else.
 *
 * @since 0.1.0
 */
import type { Path } from '../../internal/diff.ts'
import type { PlainObject } from '../../internal/parts.ts'
import { structural } from '../../Diff.ts'
import { isJsonObject } from './json.ts'

export interface Difference {
  /** The first place where the output differs from the input. */
  readonly changed: Path | undefined
  /** The fields of the input that the output lacks. */
  readonly dropped: ReadonlyArray<Path>
}

export const differenceOf = (input: unknown, output: unknown): Difference => {
  const walk: KeptWalk = { at: [], dropped: [] }
  return isKept(walk, input, output)
    ? { changed: undefined, dropped: walk.dropped }
    : { changed: walk.at, dropped: walk.dropped }
}

interface KeptWalk {
  /** The path to the current place, which stays at the first difference. */
  readonly at: Array<Path[number]>
  readonly dropped: Array<Path>
}

const isKept = (walk: KeptWalk, input: unknown, output: unknown): boolean => {
  if (Object.is(input, output)) return true
  if (Array.isArray(input) && Array.isArray(output)) {
    return (
      input.length === output.length && input.every((one, i) => isKeptAt(walk, i, one, output[i]))
    )
  }
  return isJsonObject(input) && isJsonObject(output)
    ? isKeptObject(walk, input, output)
    : structural.equals(input, output)
}

const isKeptAt = (walk: KeptWalk, key: Path[number], input: unknown, output: unknown): boolean => {
  walk.at.push(key)
  if (!isKept(walk, input, output)) return false
  walk.at.pop()
  return true
}

// an undefined field counts as missing
const fieldOrUndefined = (fields: PlainObject, key: string): unknown =>
  Object.hasOwn(fields, key) ? fields[key] : undefined

const isKeptObject = (walk: KeptWalk, input: PlainObject, output: PlainObject): boolean => {
  for (const key of Object.keys(output)) {
    if (!isKeptAt(walk, key, fieldOrUndefined(input, key), output[key])) return false
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
  if (!isJsonObject(input) || !isJsonObject(output)) return []
  return Object.entries(input).flatMap(([key, value]) =>
    Object.hasOwn(output, key)
      ? droppedFrom(value, output[key], [...at, key])
      : value === undefined
        ? []
        : [[...at, key]],
  )
}
