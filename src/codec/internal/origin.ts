/**
 * Why a codec refuses data, and what a codec was built from.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { Path } from '../../internal/diff.ts'

/**
 * One reason why data was refused: where, what was expected there, and what was found.
 *
 * @category model
 * @since 0.1.0
 */
export interface Issue {
  readonly path: Path
  readonly expected: string
  readonly actual: unknown
}

/**
 * All the reasons why data was refused.
 *
 * @category model
 * @since 0.1.0
 */
export type Issues = ReadonlyNonEmptyArray<Issue>

/** A codec of data that a JSON Schema describes. */
export interface JsonSchemaOrigin {
  readonly type: 'JsonSchema'
  /** The schema (draft 2020-12) of what is decoded, or why there is none. */
  readonly jsonSchema: () => Either<string, Readonly<Record<string, unknown>>>
  /** The `type` that values have beside what the schema describes. */
  readonly tag?: string
  /** The codec's own functions, which may ask for more than the schema says. */
  readonly decode: (input: unknown) => Either<Issues, unknown>
  readonly is: (input: unknown) => boolean
}

/**
 * What a codec was built from: an io-ts type, a JSON Schema, or other codecs by their `type`. The test
 * kit derives generators from it.
 *
 * @category model
 * @since 0.1.0
 */
export type Origin =
  | { readonly type: 'IoTs'; readonly ioTs: unknown }
  | JsonSchemaOrigin
  | {
      readonly type: 'Tagged'
      readonly members: ReadonlyMap<unknown, { readonly origin?: Origin }>
    }
