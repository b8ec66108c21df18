/**
 * Codecs from io-ts types. A type that transforms nothing gets a guard, built once from its structure.
 * What the guard accepts is decoded already; everything else is left to io-ts, which finds the reasons.
 *
 * `T` is an io-ts type, `u` any value.
 *
 * Laws:
 *
 * 1. `codec(T).decode(u)` is `Right` exactly where `T.decode(u)` is, with the same data except that
 *    fields that `T` does not name are left out. If `T` accepts `u` only because of such a field, `u` is
 *    refused
 * 2. `codec(T).is(u) = T.is(u)`
 * 3. `codec(T).encode` leaves out fields that `T` does not name
 * 4. `date` and `bigint` survive encoding, JSON and decoding
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { Path } from '../internal/diff.ts'
import type { Codec, Issue, Issues } from './Codec.ts'
import { tagged } from './Codec.ts'
import type { EventCodec, Evolution } from './EventCodec.ts'
import { eventCodecOf as codecOfEvents } from './EventCodec.ts'
import { withoutUnknownFields } from './IoTs/exact.ts'
import { guardOf } from './IoTs/guardOf.ts'
import type { Versions, VersionsByType } from './internal/versions.ts'
import type { Structure } from './internal/ioTsStructure.ts'
import type { AnyVersions, WithType } from './internal/shortForm.ts'
import { membersOf } from './internal/shortForm.ts'
import { left, right } from '../internal/either.ts'

export { bigint, date, where } from './IoTs/types.ts'

/**
 * The codec of an io-ts type. Decoding and encoding leave out fields that the type does not name, at any
 * depth; a type that names none, such as `t.UnknownRecord`, keeps them all. If one of the type's
 * functions throws, or data is nested deeper than the stack, the data is refused.
 *
 * A type made with the constructor of one of io-ts' own classes must do what that class does. Copies and
 * subclasses may differ.
 *
 * @example
 *   import { codec } from 'decider-ts/codec/IoTs'
 *   import { left, right } from 'fp-ts/lib/Either.js'
 *   import * as t from 'io-ts'
 *   import assert from 'node:assert'
 *
 *   const point = codec(t.type({ x: t.number }))
 *   assert.deepStrictEqual(point.decode({ x: 1, color: 'red' }), right({ x: 1 }))
 *   assert.deepStrictEqual(
 *     point.decode({ x: 'one' }),
 *     left([{ path: ['x'], expected: 'number', actual: 'one' }]),
 *   )
 *
 * @category constructors
 * @since 0.1.0
 */
export const codec = <A>(type: t.Type<A, unknown>): Codec<A> => {
  const accepts = guardOf(structureOf(type))?.accepts ?? never
  // `decodeInFull` and `withCodec` check that without its unknown fields a value is still of the type
  const trim = withoutUnknownFields(structureOf(type)) as (value: A) => A
  return {
    origin: { type: 'IoTs', ioTs: type },
    decode: (input) => {
      try {
        // law 1 of Guard: what it accepts is an A
        return accepts(input) ? right(input as A) : decodeInFull(type, trim, input)
      } catch (thrown) {
        const expected = `${type.name} (decoding it failed: ${String(thrown)})`
        return left([{ path: [], expected, actual: input }])
      }
    },
    encode: (value) => type.encode(trim(value)),
    is: (input): input is A => {
      try {
        return accepts(input) || type.is(input)
      } catch {
        return false
      }
    },
  }
}

const never = (): boolean => false

const decodeInFull = <A>(
  type: t.Type<A, unknown>,
  trim: (value: A) => A,
  input: unknown,
): Either<Issues, A> => {
  const decoded = type.decode(input)
  if (decoded._tag === 'Right') {
    const value = trim(decoded.right)
    if (value === decoded.right) return decoded
    if (type.is(value)) return right(value)
    const expected = `${type.name} without unknown fields`
    return left([{ path: [], expected, actual: input }])
  }
  const [head, ...tail] = decoded.left.map(issueOf)
  const issue = head ?? { path: [], expected: type.name, actual: input }
  return left([issue, ...tail])
}

const issueOf = ({ context, value, message }: t.ValidationError): Issue => ({
  path: contextPath(context),
  expected: message ?? context[context.length - 1]?.type.name ?? 'something else',
  actual: value,
})

/** The keys of a context that lead through data; those of a union's or an intersection's members do not. */
const contextPath = (context: t.Context): Path =>
  context.slice(1).flatMap<Path[number]>(({ key }, i) => {
    switch (tagOf(context[i]?.type)) {
      case 'UnionType':
      case 'IntersectionType':
        return []
      case 'ArrayType':
      case 'ReadonlyArrayType':
      case 'TupleType':
        return [Number(key)]
      default:
        return [key]
    }
  })

// the tag is looked at before any other field
const structureOf = (type: unknown): Structure => type as Structure

/** The tag of a type beneath the wrappers that leave the context alone. */
const tagOf = (type: unknown): string | undefined => {
  let structure = structureOf(type)
  while (wrappers.has(structure._tag)) structure = structure.type
  return structure._tag
}

const wrappers = new Set<string | undefined>([
  'RefinementType',
  'ExactType',
  'ReadonlyType',
  'RecursiveType',
])

/** A field that may be missing. */
interface Optional<out T extends t.Mixed> {
  readonly optional: T
}

/**
 * Makes a field optional, like `reason?: string`.
 *
 * @example
 *   import { eventCodec, optional } from 'decider-ts/codec/IoTs'
 *   import { right } from 'fp-ts/lib/Either.js'
 *   import * as t from 'io-ts'
 *   import assert from 'node:assert'
 *
 *   const events = eventCodec({ Voided: { reason: optional(t.string) } })
 *   const data = { type: 'Voided' }
 *   assert.deepStrictEqual(events.decode({ type: 'Voided', schemaVersion: 1, data }), right(data))
 *
 * @category fields
 * @since 0.1.0
 */
export const optional = <T extends t.Mixed>(type: T): Optional<T> => ({ optional: type })

/** The fields of a command or an event, without its `type`. */
interface FieldTypes {
  readonly [field: string]: t.Mixed | Optional<t.Mixed>
}

/** A command or an event from its `type` and fields. */
type Variant<K extends string, F> =
  VariantParts<K, F> extends infer A ? { readonly [P in keyof A]: A[P] } : never

/** In parts, which `Variant` puts together so that an error shows one object. */
type VariantParts<K extends string, F> = { readonly type: K } & {
  readonly [P in keyof F as F[P] extends t.Mixed ? P : never]: F[P] extends t.Mixed
    ? t.TypeOf<F[P]>
    : never
} & {
  readonly [P in keyof F as F[P] extends t.Mixed ? never : P]?: F[P] extends Optional<infer T>
    ? t.TypeOf<T>
    : never
}

/** The fields of a union's member, without its `type`. */
type FieldsOf<A> = {
  readonly [P in Exclude<keyof A, 'type'>]: Record<never, never> extends Pick<A, P>
    ? Optional<t.Type<Required<A>[P], unknown>>
    : t.Type<A[P], unknown>
}

/**
 * The codec of one command or event, from its `type` and its other fields.
 *
 * @example
 *   import { variant } from 'decider-ts/codec/IoTs'
 *   import { right } from 'fp-ts/lib/Either.js'
 *   import * as t from 'io-ts'
 *   import assert from 'node:assert'
 *
 *   const deposited = variant('Deposited', { amount: t.number })
 *   const event = { type: 'Deposited', amount: 5 }
 *   assert.deepStrictEqual(deposited.decode(event), right(event))
 *
 * @category constructors
 * @since 0.1.0
 */
export const variant = <K extends string, const F extends FieldTypes>(
  type: K,
  fields: F,
): Codec<Variant<K, F>> => {
  const tag = { type: t.literal(type) }
  const entries = Object.entries(fields)
  const required = entries.flatMap(([key, field]) => ('optional' in field ? [] : [[key, field]]))
  const missing = entries.flatMap(([key, field]) =>
    'optional' in field ? [[key, field.optional] as const] : [],
  )
  const base = t.type({ ...tag, ...Object.fromEntries(required), ...tag })
  const whole =
    missing.length === 0 ? base : t.intersection([base, t.partial(Object.fromEntries(missing))])
  // it has the type, the required and the optional fields, and no others
  return codec(whole as unknown as t.Type<Variant<K, F>, unknown>)
}

/** An event is given by its fields, a codec, or the chain of its versions. */
type EventPart<A> = FieldsOf<A> | Versions<A>

/** The same if the type of the events is inferred. */
type AnyPart = FieldTypes | AnyVersions

type EventParts<E extends WithType> = [E] extends [never]
  ? Readonly<Record<string, AnyPart>>
  : { readonly [K in E['type']]: EventPart<Extract<E, { readonly type: K }>> }

type CommandParts<C extends WithType> = [C] extends [never]
  ? Readonly<Record<string, AnyPart>>
  : {
      readonly [K in C['type']]:
        | FieldsOf<Extract<C, { readonly type: K }>>
        | Codec<Extract<C, { readonly type: K }>>
    }

/** The given union, or else the one inferred from the parts. */
type InferredUnion<E extends WithType, P> = [E] extends [never]
  ? {
      [K in keyof P & string]: P[K] extends Versions<infer A>
        ? Extract<A, { readonly type: K }>
        : P[K] extends FieldTypes
          ? Extract<Variant<K, P[K]>, { readonly type: K }>
          : never
    }[keyof P & string]
  : E

/**
 * The codec of events. Each is given by its fields, by a codec, or by the chain of its versions.
 *
 * @example
 *   import { eventCodec } from 'decider-ts/codec/IoTs'
 *   import { right } from 'fp-ts/lib/Either.js'
 *   import * as t from 'io-ts'
 *   import assert from 'node:assert'
 *
 *   type AccountEvent =
 *     | { readonly type: 'Deposited'; readonly amount: number }
 *     | { readonly type: 'Closed' }
 *
 *   const events = eventCodec<AccountEvent>({ Deposited: { amount: t.number }, Closed: {} })
 *   const event = { type: 'Deposited', amount: 5 } as const
 *   assert.deepStrictEqual(
 *     events.encode(event),
 *     right({ type: 'Deposited', schemaVersion: 1, data: event }),
 *   )
 *
 * @category constructors
 * @since 0.1.0
 */
export const eventCodec = <E extends WithType = never, P extends EventParts<E> = EventParts<E>>(
  parts: P,
  evolution?: Evolution<InferredUnion<E, P>>,
): EventCodec<InferredUnion<E, P>> =>
  // each part holds the versions of its own type
  codecOfEvents(
    membersOf<FieldTypes>(parts, variant) as unknown as VersionsByType<InferredUnion<E, P>>,
    evolution,
  )

/**
 * The codec of commands, or of any other union on `type`. Each member is given by its fields or by a
 * codec.
 *
 * @example
 *   import { commandCodec } from 'decider-ts/codec/IoTs'
 *   import { right } from 'fp-ts/lib/Either.js'
 *   import * as t from 'io-ts'
 *   import assert from 'node:assert'
 *
 *   const commands = commandCodec({ Deposit: { amount: t.number }, Close: {} })
 *   assert.deepStrictEqual(commands.decode({ type: 'Close' }), right({ type: 'Close' }))
 *
 * @category constructors
 * @since 0.1.0
 */
export const commandCodec = <
  C extends WithType = never,
  P extends CommandParts<C> = CommandParts<C>,
>(
  parts: P,
): Codec<InferredUnion<C, P>> =>
  // each part holds the codec of its own type
  tagged(
    membersOf<FieldTypes>(parts, variant) as unknown as Parameters<
      typeof tagged<InferredUnion<C, P>>
    >[0],
  )
