/**
 * Validates without letting unknown fields through, also with arktype, which keeps them by default. Its
 * `onDeepUndeclaredKey('delete')` fails on frozen data and does not exist for every union; with
 * `'reject'` it names the fields.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Path } from '../../internal/diff.ts'
import type { Issues } from '../Codec.ts'
import type { Result } from '../internal/schemaCodec.ts'
import { askSchema, refusalIfThrown } from '../internal/schemaCodec.ts'
import { noField } from '../internal/schemaIssues.ts'

interface Validates<A> {
  readonly '~standard': {
    readonly validate: (value: unknown) => Result<A> | PromiseLike<Result<A>>
  }
}

interface ArkType<A> extends Validates<A> {
  readonly onDeepUndeclaredKey: (behavior: 'reject') => Validates<A>
}

// arktype's types are functions
const isArkType = <A>(schema: Validates<A>): schema is ArkType<A> =>
  'onDeepUndeclaredKey' in schema && typeof schema.onDeepUndeclaredKey === 'function'

/** Validates data, without its unknown fields. */
export const exactly = <A>(schema: Validates<A>): ((input: unknown) => Either<Issues, A>) => {
  const asking = (one: Validates<A>) => (input: unknown) =>
    askSchema((value) => one['~standard'].validate(value), input)
  const asIs = asking(schema)
  if (!isArkType(schema)) return asIs
  const rejecting = asking(schema.onDeepUndeclaredKey('reject'))
  return (input) =>
    refusalIfThrown(input, () => {
      const tolerant = asIs(input)
      if (tolerant._tag === 'Left') return tolerant
      const strict = rejecting(input)
      if (strict._tag === 'Right') return strict
      const unknown = strict.left.filter(({ expected }) => expected === noField)
      if (unknown.length < strict.left.length) return strict
      return rejecting(
        without(
          input,
          unknown.map(({ path }) => path),
        ),
      )
    })
}

/** The data without what is at the paths; other parts are shared. */
const without = (value: unknown, paths: ReadonlyArray<Path>): unknown => {
  if (paths.length === 0) return value
  const beneath = new Map<Path[number] | undefined, Array<Path>>()
  for (const [key, ...rest] of paths) {
    const known = beneath.get(key)
    if (known === undefined) beneath.set(key, [rest])
    else known.push(rest)
  }
  const inside = (key: Path[number], inner: unknown): unknown =>
    without(inner, beneath.get(key) ?? [])
  if (Array.isArray(value)) return value.map((element, i) => inside(i, element))
  // paths lead through arrays and objects
  const kept = Object.entries(value as object).filter(
    ([key]) => beneath.get(key)?.some((rest) => rest.length === 0) !== true,
  )
  return Object.fromEntries(kept.map(([key, field]) => [key, inside(key, field)]))
}
