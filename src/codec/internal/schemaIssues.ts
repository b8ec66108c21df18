/**
 * Translates the issues of schema libraries to `Issues`.
 *
 * Standard Schema has a path and a message. The message says what was expected and often what was found;
 * `Issue` holds the latter as data, so only the first part is kept.
 *
 * @since 0.1.0
 */
import type { Path } from '../../internal/diff.ts'
import type { Issue, Issues } from '../Codec.ts'

/** An issue as Standard Schema has it. */
export interface SchemaIssue {
  readonly message: string
  readonly path?: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }> | undefined
}

/** What zod adds: unknown fields, the issues of each member of a union, the expected type. */
interface ZodIssue extends SchemaIssue {
  readonly keys?: unknown
  readonly errors?: unknown
  readonly expected?: unknown
}

export const toIssues = (issues: ReadonlyArray<SchemaIssue>, input: unknown): Issues => {
  const [head, ...tail] = issues.flatMap((issue) => toIssue(issue, [], input))
  return [head ?? { path: [], expected: 'a valid value', actual: input }, ...tail]
}

const toIssue = (issue: ZodIssue, above: Path, input: unknown): ReadonlyArray<Issue> => {
  const path = [...above, ...issuePath(issue)]
  const { keys, errors, expected, message } = issue
  const at = (place: Path, wanted: string): Issue => ({
    path: place,
    expected: wanted,
    actual: actualAt(place, input),
  })
  if (Array.isArray(keys) && message.startsWith('Unrecognized key')) {
    return keys.map((key) => at([...path, String(key)], noField))
  }
  const members = memberIssues(errors)
  return members.length > 0
    ? members.flatMap((member) => toIssue(member, path, input))
    : [at(path, expectedBy(message, expected))]
}

/** For a union, zod has a list of issues for each member. */
const memberIssues = (errors: unknown): ReadonlyArray<ZodIssue> => {
  const members: ReadonlyArray<unknown> = Array.isArray(errors) ? errors : []
  return members.every(isIssues) ? members.flat() : []
}

// arktype has `errors` too, which are not lists
const isIssues = (member: unknown): member is ReadonlyArray<ZodIssue> => Array.isArray(member)

/** Not `valueAt`, which would list all parts of the value at each step, for each issue. */
export const actualAt = (path: Path, input: unknown): unknown => {
  let here = input
  for (const step of path) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, step)) return undefined
    here = Reflect.get(here, step)
  }
  return here
}

const issuePath = ({ path = [] }: SchemaIssue): Path =>
  // arktype's is an array of a class of its own, whose `map` adds an element
  Array.from(path, (segment) => {
    const key = typeof segment === 'object' ? segment.key : segment
    return typeof key === 'number' ? key : String(key)
  })

export const noField = 'no such field'
const someValue = 'a value'

/** Messages that would mislead after "expected". */
const sentences: ReadonlyArray<readonly [RegExp, string]> = [
  [/^(?:(?!\bmust be\b).)*\bmust be removed$/s, noField], // arktype, where it is not of a union
  [/^Invalid key: Expected never\b/, noField], // valibot
  [/^Expected no excess property\b/, noField], // effect
  [/^Invalid key: Expected "/, someValue], // valibot
  [/^Missing key$/, someValue], // effect
]

/** Where a message says what was expected. */
const forms: ReadonlyArray<RegExp> = [
  /\bexpected (.+?)(?:,? (?:but )?(?:received|got)\b.*)?$/is, // zod, valibot, effect
  /\bmust be (.+?)(?: \(was\b.*\))?$/s, // arktype
]

const expectedBy = (message: string, named: unknown): string => {
  const sentence = sentences.find(([pattern]) => pattern.test(message))
  if (sentence !== undefined) return sentence[1]
  for (const form of forms) {
    const found = form.exec(message)?.[1]
    if (found !== undefined) return found
  }
  // the messages of zod/mini say nothing
  return typeof named === 'string' ? named : `a valid value (${message})`
}
