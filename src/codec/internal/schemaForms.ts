/**
 * Commands and events given by the schemas of their fields.
 *
 * @since 0.1.0
 */
import type { Codec } from '../Codec.ts'
import { tagged } from '../Codec.ts'
import type { EventCodec, Evolution } from '../EventCodec.ts'
import type { Versions, VersionsByType } from './versions.ts'
import { eventCodecOf } from '../EventCodec.ts'
import type { SchemaCodec } from './schemaCodec.ts'
import { codecOf } from './schemaCodec.ts'
import type { StandardSchema } from './standardSchema.ts'
import type { PlainObject } from '../../internal/parts.ts'
import { isJsonObject } from './json.ts'
import { left, right } from '../../internal/either.ts'

type Atom =
  | string
  | number
  | bigint
  | boolean
  | symbol
  | null
  | undefined
  | Date
  | RegExp
  | ReadonlyMap<unknown, unknown>
  | ReadonlySet<unknown>
  | ((...args: never) => unknown)

/** The read-only type of a schema library's type. */
export type Immutable<A> = unknown extends A
  ? A
  : A extends Atom
    ? A
    : { readonly [K in keyof A]: Immutable<A[K]> }

/** The type without the brands that a schema added. */
export type Unbranded<A> = unknown extends A
  ? A
  : A extends object
    ? A extends string
      ? string
      : A extends number
        ? number
        : A extends bigint
          ? bigint
          : A extends Atom
            ? A
            : { [K in keyof A]: Unbranded<A[K]> }
    : A

/** The fields and the `type`. For no fields, zod's type says that all of them are `never`. */
type MemberOf<K extends string, A> = A extends unknown
  ? Flat<{ readonly type: K } & ([A[keyof A]] extends [never] ? unknown : Omit<A, 'type'>)>
  : never
type Flat<A> = { readonly [K in keyof A]: A[K] }

/** The union of the parts. */
export type UnionOf<P> = {
  [K in keyof P & string]: P[K] extends StandardSchema<unknown, infer A>
    ? MemberOf<K, Immutable<A>>
    : P[K] extends Versions<infer A>
      ? Extract<A, { readonly type: K }>
      : { readonly type: K }
}[keyof P & string]

/** The part of a command or an event without fields. */
export type NoFields = Readonly<Record<string, never>>

const emptyFields: SchemaCodec<unknown> = codecOf<unknown>({
  decode: () => right({}),
  encode: () => right({}),
  jsonSchema: () => ({ type: 'object', properties: {} }),
})

type CodecOfFields = (schema: StandardSchema<unknown, unknown>) => SchemaCodec<unknown>

/** The codec of a command or an event, from the codec of its fields. */
const memberOf = (type: string, fields: SchemaCodec<unknown>): Codec<unknown> => {
  const isOf = (input: unknown): input is PlainObject =>
    isJsonObject(input) && input['type'] === type
  // the type comes first, and is never the schema's
  const rest = (value: PlainObject): PlainObject =>
    Object.fromEntries(Object.entries(value).filter(([key]) => key !== 'type'))
  // schemas of fields return objects
  const withType = (value: unknown): PlainObject => ({ type, ...rest(value as PlainObject) })
  const decode: Codec<unknown>['decode'] = (input) => {
    if (!isOf(input)) {
      const actual = isJsonObject(input) ? input['type'] : input
      const path = isJsonObject(input) ? ['type'] : []
      return left([{ path, expected: JSON.stringify(type), actual }])
    }
    const decoded = fields.decode(rest(input))
    return decoded._tag === 'Left' ? decoded : right(withType(decoded.right))
  }
  const is = (input: unknown): input is unknown => isOf(input) && fields.is(rest(input))
  return {
    decode,
    encode: (value) => (isOf(value) ? withType(fields.encode(rest(value))) : value),
    is,
    origin: { ...fields.origin, tag: type, decode, is },
  }
}

const isSchema = (part: object): part is StandardSchema<unknown, unknown> => '~standard' in part

/** Replaces the schemas of fields by codecs of commands or events. */
const withCodecs = (
  parts: object,
  codecOfFields: CodecOfFields,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(parts).map(([type, part]: readonly [string, object]) => [
      type,
      isSchema(part)
        ? memberOf(type, codecOfFields(part))
        : Object.keys(part).length === 0
          ? memberOf(type, emptyFields)
          : part,
    ]),
  )

export const eventCodecOfParts = <P>(
  parts: object & P,
  codecOfFields: CodecOfFields,
  evolution?: Evolution<UnionOf<P>>,
): EventCodec<UnionOf<P>> =>
  // each part was made the versions of its own type
  eventCodecOf(withCodecs(parts, codecOfFields) as unknown as VersionsByType<UnionOf<P>>, evolution)

export const commandCodecOfParts = <P>(
  parts: object & P,
  codecOfFields: CodecOfFields,
): Codec<UnionOf<P>> =>
  // each part was made the codec of its own type
  tagged(withCodecs(parts, codecOfFields) as unknown as Parameters<typeof tagged<UnionOf<P>>>[0])
