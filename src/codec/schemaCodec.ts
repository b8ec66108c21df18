/**
 * Codecs put together from two directions that may refuse.
 *
 * @internal
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Path } from '../Diff.ts'
import type { Codec, Issues, JsonSchemaOrigin } from './Codec.ts'
import type { SchemaIssue } from './schemaIssues.ts'
import { actualAt, toIssues } from './schemaIssues.ts'
import { changeIn } from './unchanged.ts'

/** What a schema library answers. */
export type Result<A> =
  | { readonly value: A; readonly issues?: undefined }
  | { readonly issues: ReadonlyArray<SchemaIssue> }

/** What a schema makes of data. An exception in it, and an answer that comes later, are refusals. */
export const ask = <A>(
  validate: (input: unknown) => Result<A> | PromiseLike<Result<A>>,
  input: unknown,
): Either<Issues, A> => {
  try {
    const result = validate(input)
    if ('then' in result) {
      // nobody waits for it, so nobody would hear that it failed
      result.then(undefined, () => undefined)
      return refusal([], 'a schema that answers synchronously (this one is asynchronous)', input)
    }
    return result.issues === undefined
      ? { _tag: 'Right', right: result.value }
      : { _tag: 'Left', left: toIssues(result.issues, input) }
  } catch (thrown) {
    return refusal([], `a value that the schema can check (it failed: ${String(thrown)})`, input)
  }
}

/** What is refused at a path of the input. */
export const refusal = (path: Path, expected: string, input: unknown): Either<Issues, never> => ({
  _tag: 'Left',
  left: [{ path, expected, actual: actualAt(path, input) }],
})

/** Writes a JSON Schema, or throws. */
export type WriteJsonSchema = (() => Readonly<Record<string, unknown>>) | undefined

/** A codec that knows its JSON Schema. */
export interface SchemaCodec<A> extends Codec<A> {
  readonly origin: JsonSchemaOrigin
}

interface Directions<A> {
  readonly decode: (input: unknown) => Either<Issues, A>
  readonly encode: (value: unknown) => Either<Issues, unknown>
  readonly jsonSchema: WriteJsonSchema
}

/** Only what comes back as it was is a value of the codec. */
export const codecOf = <A>({ decode, encode, jsonSchema }: Directions<A>): SchemaCodec<A> => {
  const is = (input: unknown): input is A => {
    const encoded = encode(input)
    if (encoded._tag === 'Left') return false
    const decoded = decode(encoded.right)
    return decoded._tag === 'Right' && changeIn(input, decoded.right) === undefined
  }
  return {
    decode,
    encode: (value) => {
      const encoded = encode(value)
      return encoded._tag === 'Right' ? encoded.right : value
    },
    is,
    origin: originOf(jsonSchema, decode, is),
  }
}

export const originOf = (
  jsonSchema: WriteJsonSchema,
  decode: JsonSchemaOrigin['decode'],
  is: JsonSchemaOrigin['is'],
): JsonSchemaOrigin => ({
  type: 'JsonSchema',
  jsonSchema: () => {
    if (jsonSchema === undefined) {
      return { _tag: 'Left', left: 'the library of its schema writes no JSON Schema, so give one' }
    }
    try {
      return { _tag: 'Right', right: jsonSchema() }
    } catch (thrown) {
      return { _tag: 'Left', left: `there is no JSON Schema of it (${String(thrown)})` }
    }
  },
  decode,
  is,
})
