/**
 * What a schema made of data: the same, the same without some fields, or something else.
 *
 * @internal
 * @since 0.1.0
 */
import type { Path } from '../Diff.ts'
import { structural } from '../Diff.ts'

/** The first place where the output is not the input, but for fields that the output lacks. */
export const changeIn = (input: unknown, output: unknown): Path | undefined => {
  const outwards = change(input, output)
  return outwards?.reverse()
}

/** The keys that lead to the place, from the inside outwards. */
const change = (input: unknown, output: unknown): Array<Path[number]> | undefined => {
  if (Object.is(input, output)) return undefined
  if (Array.isArray(input) && Array.isArray(output)) return changeInArray(input, output)
  if (isPlain(input) && isPlain(output)) return changeInObject(input, output)
  return structural.equals(input, output) ? undefined : []
}

const changeInArray = (
  input: ReadonlyArray<unknown>,
  output: ReadonlyArray<unknown>,
): Array<Path[number]> | undefined => {
  if (input.length !== output.length) return []
  for (let i = 0; i < input.length; i++) {
    const found = change(input[i], output[i])
    if (found !== undefined) return withKey(found, i)
  }
  return undefined
}

type Fields = Readonly<Record<string, unknown>>

const changeInObject = (input: Fields, output: Fields): Array<Path[number]> | undefined => {
  for (const key of Object.keys(output)) {
    // a field that is there as undefined is none
    const before = Object.prototype.hasOwnProperty.call(input, key) ? input[key] : undefined
    const found = change(before, output[key])
    if (found !== undefined) return withKey(found, key)
  }
  return undefined
}

const withKey = (outwards: Array<Path[number]>, key: Path[number]): Array<Path[number]> => {
  outwards.push(key)
  return outwards
}

export const isPlain = (value: unknown): value is Fields => {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
