/**
 * Codecs from two functions, one for each direction.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Path } from '../../internal/diff.ts'
import type { Codec, Issues } from '../Codec.ts'
import type { JsonSchemaOrigin } from './origin.ts'
import { isNamed, isNamedInChoice, wholeOf } from './namedFields.ts'
import type { SchemaIssue } from './schemaIssues.ts'
import { actualAt, toIssues } from './schemaIssues.ts'
import { differenceOf, droppedFrom } from './unchanged.ts'
import { left, right } from '../../internal/either.ts'

/** The answer of a schema library. */
export type Result<A> =
  | { readonly value: A; readonly issues?: undefined }
  | { readonly issues: ReadonlyArray<SchemaIssue> }

/** Validates data. An asynchronous answer counts as a refusal. */
export const askSchema = <A>(
  validate: (input: unknown) => Result<A> | PromiseLike<Result<A>>,
  input: unknown,
): Either<Issues, A> =>
  refusalIfThrown(input, (): Either<Issues, A> => {
    const result = validate(input)
    if ('then' in result) {
      // nobody awaits it, so handle its rejection
      result.then(undefined, () => undefined)
      return refusal([], 'a schema that answers synchronously (this one is asynchronous)', input)
    }
    return result.issues === undefined ? right(result.value) : left(toIssues(result.issues, input))
  })

/** An exception counts as a refusal, whether the schema throws it or the stack overflows on deep data. */
export const refusalIfThrown = <A>(
  input: unknown,
  check: () => Either<Issues, A>,
): Either<Issues, A> => {
  try {
    return check()
  } catch (thrown) {
    return refusal([], `a value that the schema can check (it failed: ${String(thrown)})`, input)
  }
}

/** A refusal at a path of the input. */
export const refusal = (path: Path, expected: string, input: unknown): Either<Issues, never> =>
  left([{ path, expected, actual: actualAt(path, input) }])

/** Writes a JSON Schema, or throws. */
export type WriteJsonSchema = (() => Readonly<Record<string, unknown>>) | undefined

type ReadJsonSchema = JsonSchemaOrigin['jsonSchema']

/** Writes the schema once, on demand. */
const readerOf = (write: WriteJsonSchema): ReadJsonSchema => {
  let written: ReturnType<ReadJsonSchema> | undefined
  return () => (written ??= tryToWrite(write))
}

const tryToWrite = (write: WriteJsonSchema): ReturnType<ReadJsonSchema> => {
  if (write === undefined) {
    return left('the library of its schema writes no JSON Schema, so pass one')
  }
  try {
    return right(write())
  } catch (thrown) {
    return left(`there is no JSON Schema of it (${String(thrown)})`)
  }
}

/** A codec that knows its JSON Schema. */
export interface SchemaCodec<A> extends Codec<A> {
  readonly origin: JsonSchemaOrigin
}

/** The first of the dropped fields that the schema names: a union lost it. */
const lostOf = (
  jsonSchema: ReadJsonSchema,
  data: unknown,
  dropped: ReadonlyArray<Path>,
  isLost = isNamed,
): Path | undefined => {
  if (dropped.length === 0) return undefined
  const schema = jsonSchema()
  return schema._tag === 'Left'
    ? undefined
    : dropped.find((path) => isLost(schema.right, data, path))
}

const keptByUnion = 'a field of the first member of the union that fits'

/** The codec of a schema that leaves data as it is; data that the schema changes is refused. */
export const unchangedCodec = <A>(
  validate: (input: unknown) => Either<Issues, A>,
  write: WriteJsonSchema,
): SchemaCodec<A> => {
  const jsonSchema = readerOf(write)
  const decode = (input: unknown): Either<Issues, A> =>
    refusalIfThrown(input, () => {
      const asked = validate(input)
      if (asked._tag === 'Left') return asked
      const { changed, dropped } = differenceOf(input, asked.right)
      if (changed !== undefined) {
        return refusal(changed, 'a value that the schema leaves as it is', input)
      }
      const lost = lostOf(jsonSchema, input, dropped)
      return lost === undefined ? asked : refusal(lost, keptByUnion, input)
    })
  const is = (input: unknown): input is A => decode(input)._tag === 'Right'
  const encode = (value: A): unknown => {
    const decoded = decode(value)
    return decoded._tag === 'Right' ? decoded.right : value
  }
  return { decode, encode, is, origin: { type: 'JsonSchema', jsonSchema, decode, is } }
}

interface Directions<A> {
  readonly decode: (input: unknown) => Either<Issues, A>
  readonly encode: (value: unknown) => Either<Issues, unknown>
  readonly jsonSchema: WriteJsonSchema
}

/** Whether a schema has a union, or something of its name. */
const hasUnion = (jsonSchema: ReadJsonSchema): boolean => {
  const schema = jsonSchema()
  return schema._tag === 'Right' && /"(?:any|one)Of"/.test(JSON.stringify(schema.right))
}

/** Only what comes back as it was is a value of the codec. */
export const codecOf = <A>(directions: Directions<A>): SchemaCodec<A> => {
  const jsonSchema = readerOf(directions.jsonSchema)
  let mayLose: boolean | undefined
  const decode = (input: unknown): Either<Issues, A> => {
    const decoded = directions.decode(input)
    mayLose ??= hasUnion(jsonSchema)
    if (decoded._tag === 'Left' || !mayLose) return decoded
    return refusalIfThrown(input, () => {
      // what the schema makes of data is another value: what a union lost is seen on the way back
      const back = directions.encode(decoded.right)
      if (back._tag === 'Left') return decoded
      const dropped = droppedFrom(input, back.right)
      const lost = lostOf(jsonSchema, input, dropped, isNamedInChoice)
      return lost === undefined ? decoded : refusal(lost, keptByUnion, input)
    })
  }
  const comesBack = (input: unknown): boolean => {
    const encoded = directions.encode(input)
    if (encoded._tag === 'Left') return false
    const decoded = directions.decode(encoded.right)
    if (decoded._tag === 'Left') return false
    const { changed, dropped } = differenceOf(input, decoded.right)
    if (changed !== undefined) return false
    // the schema describes the stored data
    const stored = dropped.length === 0 ? undefined : wholeOf(input, encoded.right)
    return lostOf(jsonSchema, stored, dropped, isNamedInChoice) === undefined
  }
  const is = (input: unknown): input is A => {
    try {
      return comesBack(input)
    } catch {
      return false
    }
  }
  const encode = (value: A): unknown => {
    const encoded = directions.encode(value)
    return encoded._tag === 'Right' ? encoded.right : value
  }
  return { decode, encode, is, origin: { type: 'JsonSchema', jsonSchema, decode, is } }
}
