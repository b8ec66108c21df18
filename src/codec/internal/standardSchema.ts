/**
 * The part of Standard Schema 1 that codecs need.
 *
 * @since 0.1.0
 */
import type { Result, WriteJsonSchema } from './schemaCodec.ts'

/**
 * A schema with the `~standard` of Standard Schema 1, and its `jsonSchema` if the library can write one.
 *
 * @category model
 * @since 0.1.0
 */
export interface StandardSchema<out I, out A> {
  readonly '~standard': {
    readonly validate: (value: unknown) => Result<A> | PromiseLike<Result<A>>
    readonly types?: { readonly input: I; readonly output: A } | undefined
    readonly jsonSchema?: {
      readonly input: (options: {
        readonly target: 'draft-2020-12'
        readonly libraryOptions: Readonly<Record<string, unknown>>
      }) => Readonly<Record<string, unknown>>
    }
  }
}

/**
 * Options of a codec from a schema.
 *
 * @category model
 * @since 0.1.0
 */
export interface StandardSchemaOptions {
  /**
   * The JSON Schema (draft 2020-12) of the data, for generators and `embed/JsonSchema`. Defaults to what
   * the schema's own library says.
   */
  readonly jsonSchema?: Readonly<Record<string, unknown>>
}

/** How to write the JSON Schema of a schema, if possible. */
export const writerOf = (
  { '~standard': { jsonSchema } }: StandardSchema<unknown, unknown>,
  options: StandardSchemaOptions,
): WriteJsonSchema => {
  const given = options.jsonSchema
  if (given !== undefined) return () => given
  // without this, valibot throws on schemas that JSON Schema cannot express
  const libraryOptions = { errorMode: 'ignore' }
  return jsonSchema && (() => jsonSchema.input({ target: 'draft-2020-12', libraryOptions }))
}
