/**
 * Codecs from io-ts types. A type that transforms nothing gets a guard, put together once from its
 * structure; where the guard says yes, decoding is done, and only where it does not, io-ts decodes
 * in full and finds the reasons.
 *
 * `T` is an io-ts type, `u` any value.
 *
 * Laws:
 *
 * 1. `codec(T).decode(u)` is `Right` exactly where `T.decode(u)` is, with the same data but for fields
 *    that `T` does not name: these are left out. Where they are what makes `T` accept `u`, it is refused
 * 2. `codec(T).is(u) = T.is(u)`
 * 3. `codec(T).encode` leaves out fields that `T` does not name
 * 4. `date` and `bigint` survive encoding, JSON text and decoding
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import type { Path } from '../Diff.ts'
import type { Codec, Issue, Issues, Members } from './Codec.ts'
import { tagged } from './Codec.ts'
import type { Chains, EventCodec, Evolution, Versions } from './EventCodec.ts'
import { eventCodec as codecOfEvents } from './EventCodec.ts'
import { exact } from './IoTs/exact.ts'
import * as guard from './IoTs/guard.ts'
import type { Guard } from './IoTs/guard.ts'
import type { Structure } from './internal/ioTsStructure.ts'
import type { AnyVersions, Typed } from './internal/shortForm.ts'
import { membersOf } from './internal/shortForm.ts'
import { left, right } from '../internal/either.ts'

/**
 * The codec of an io-ts type. Fields that the type does not name are left out when decoding and when
 * encoding, at any depth; a type that names none, as `t.UnknownRecord`, keeps them all. An exception in
 * the type's own functions is a refusal like any other, and so is data nested deeper than the stack.
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
  // without its unknown fields a value is still one of the type; `decodeInFull` and `withCodec` check it
  const trim = exact(structureOf(type)) as (value: A) => A
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
  const [head, ...tail] = decoded.left.map(toIssue)
  const issue = head ?? { path: [], expected: type.name, actual: input }
  return left([issue, ...tail])
}

const toIssue = ({ context, value, message }: t.ValidationError): Issue => ({
  path: pathOf(context),
  expected: message ?? context[context.length - 1]?.type.name ?? 'something else',
  actual: value,
})

/** The keys of a context that lead through data: those of a union's or intersection's members don't. */
const pathOf = (context: t.Context): Path =>
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

type Maybe = Guard | undefined

/** All of them, or none: a part without a guard leaves the whole without one. */
const every = (parts: ReadonlyArray<Maybe>): ReadonlyArray<Guard> | undefined =>
  parts.every((part) => part !== undefined) ? parts : undefined

const fieldsOf = (
  props: Readonly<Record<string, Structure>>,
): Record<string, Guard> | undefined => {
  const guards = every(Object.values(props).map(guardOf))
  return guards && Object.fromEntries(Object.keys(props).map((key, i) => [key, guards[i] as Guard])) // one guard a key
}

const map = <A>(value: A | undefined, f: (value: A) => Maybe): Maybe => value && f(value)

/** The guard of a type, where it is one of io-ts's own that transforms nothing. */
const guardOf = (structure: Structure): Maybe => {
  const make = guards[structure._tag ?? '']
  return make !== undefined && own.has(makeOf(structure)) ? make(structure) : undefined
}

/**
 * How a type was made: its tag, and the source text of its functions. A copy of a type with another
 * `validate` keeps the tag. A function that is that of the type beneath counts as such.
 */
const makeOf = (structure: Omit<Structure, 'type'> & { readonly type?: Structure }): string => {
  const { _tag, type, is, validate, decode } = structure
  const text = (f: unknown, beneath: unknown): string => (f === beneath ? 'as beneath' : String(f))
  return [_tag, text(is, type?.is), text(validate, type?.validate), String(decode)].join('\n')
}

const inner = ({ type }: Structure): Maybe => guardOf(type)

const guards: Readonly<Record<string, (structure: Structure) => Maybe>> = {
  StringType: () => guard.string,
  NumberType: () => guard.number,
  BooleanType: () => guard.boolean,
  UnknownType: () => guard.anything,
  NullType: () => guard.literal(null),
  UndefinedType: () => guard.literal(undefined),
  LiteralType: ({ value }) => guard.literal(value),
  KeyofType: ({ keys }) => guard.oneOf(Object.keys(keys)),
  InterfaceType: ({ props }) => map(fieldsOf(props), guard.struct),
  PartialType: ({ props }) => map(fieldsOf(props), guard.partial),
  ReadonlyType: inner,
  ArrayType: (structure) => map(inner(structure), guard.array),
  ReadonlyArrayType: (structure) => map(inner(structure), guard.array),
  ExactType: (structure) => map(inner(structure), guard.exact),
  RefinementType: (structure) =>
    map(inner(structure), (base) => guard.where(base, structure.predicate)),
  DictionaryType: ({ domain, codomain }) =>
    guardOf(domain) === guard.string ? map(guardOf(codomain), guard.record) : undefined,
  IntersectionType: ({ types }) => map(every(types.map(guardOf)), guard.all),
  UnionType: ({ types }) => {
    const members = every(types.map(guardOf))
    return members?.every((member) => member.decides) ? guard.any(members) : undefined
  },
}

/**
 * A type narrowed by a predicate, named by what it expects. Unlike a brand it leaves the static type
 * as it is.
 *
 * @example
 *   import { codec, where } from 'decider-ts/codec/IoTs'
 *   import { left } from 'fp-ts/lib/Either.js'
 *   import * as t from 'io-ts'
 *   import assert from 'node:assert'
 *
 *   const even = codec(where(t.number, (n) => n % 2 === 0, 'an even number'))
 *   assert.deepStrictEqual(
 *     even.decode(3),
 *     left([{ path: [], expected: 'an even number', actual: 3 }]),
 *   )
 *
 * @category types
 * @since 0.1.0
 */
export const where = <A, O>(
  type: t.Type<A, O>,
  predicate: (value: A) => boolean,
  name: string,
): t.Type<A, O> =>
  new t.RefinementType(
    name,
    (u): u is A => type.is(u) && predicate(u),
    (u, context) => {
      const validation = type.validate(u, context)
      return validation._tag === 'Left' || predicate(validation.right)
        ? validation
        : t.failure(u, context)
    },
    type.encode,
    type,
    predicate,
  )

/** One of each kind that has a guard; of unions there are two makes. */
const kinds: ReadonlyArray<unknown> = [
  t.string,
  t.number,
  t.boolean,
  t.unknown,
  t.null,
  t.undefined,
  t.literal(''),
  t.keyof({}),
  t.type({}),
  t.partial({}),
  t.readonly(t.string),
  t.array(t.string),
  t.readonlyArray(t.string),
  t.exact(t.type({})),
  t.refinement(t.string, Boolean),
  where(t.string, Boolean, ''),
  t.record(t.string, t.string),
  t.intersection([t.string, t.string]),
  t.union([t.string, t.string]),
  t.union([t.type({ type: t.literal('a') }), t.type({ type: t.literal('b') })]),
]

/** The makes of io-ts; none where source text is not to be had, so that one could not be told from another. */
const own: ReadonlySet<string> =
  String(t.string.is) === String(t.number.is)
    ? new Set()
    : new Set(kinds.map((type) => makeOf(structureOf(type))))

const isDate = (u: unknown): u is Date => u instanceof Date && !Number.isNaN(u.getTime())

/** A type with the JSON Schema of the strings that its values are stored as. */
const stored = <A>(type: t.Type<A, string>, pattern: string): t.Type<A, string> =>
  Object.assign(type, { jsonSchema: { type: 'string', pattern, description: type.name } })

/**
 * A date, stored as the text that `toISOString` gives; other spellings are refused.
 *
 * @example
 *   import { codec, date } from 'decider-ts/codec/IoTs'
 *   import { right } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   const day = new Date('1996-07-04T00:00:00.000Z')
 *   assert.strictEqual(codec(date).encode(day), '1996-07-04T00:00:00.000Z')
 *   assert.deepStrictEqual(codec(date).decode('1996-07-04T00:00:00.000Z'), right(day))
 *
 * @category types
 * @since 0.1.0
 */
export const date: t.Type<Date, string> = stored(
  new t.Type<Date, string>(
    'an ISO 8601 instant like "1996-07-04T00:00:00.000Z"',
    isDate,
    (u, context) => {
      const value = new Date(typeof u === 'string' ? u : NaN)
      return isDate(value) && value.toISOString() === u ? t.success(value) : t.failure(u, context)
    },
    (value) => value.toISOString(),
  ),
  // a pattern can't tell how long a month is
  '^([0-9]{4}|[+-][0-9]{6})-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])' +
    'T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\\.[0-9]{3}Z$',
)

const digits = /^(?:0|-?[1-9]\d*)$/

/**
 * A whole number of any size, stored as its decimal digits; other spellings are refused.
 *
 * @example
 *   import { bigint, codec } from 'decider-ts/codec/IoTs'
 *   import { right } from 'fp-ts/lib/Either.js'
 *   import assert from 'node:assert'
 *
 *   assert.strictEqual(codec(bigint).encode(2n ** 64n), '18446744073709551616')
 *   assert.deepStrictEqual(codec(bigint).decode('18446744073709551616'), right(2n ** 64n))
 *
 * @category types
 * @since 0.1.0
 */
export const bigint: t.Type<bigint, string> = stored(
  new t.Type<bigint, string>(
    'a whole number in decimal digits',
    (u): u is bigint => typeof u === 'bigint',
    (u, context) =>
      typeof u === 'string' && digits.test(u) ? t.success(BigInt(u)) : t.failure(u, context),
    String,
  ),
  '^(0|-?[1-9][0-9]*)$',
)

/**
 * A field that may be missing.
 *
 * @category model
 * @since 0.1.0
 */
export interface Optional<out T extends t.Mixed> {
  readonly optional: T
}

/**
 * Declares that a field may be missing, as `reason?: string`.
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

/**
 * The fields of a command or an event beside its `type`.
 *
 * @category model
 * @since 0.1.0
 */
export interface Fields {
  readonly [field: string]: t.Mixed | Optional<t.Mixed>
}

/**
 * The command or the event with a `type` and fields.
 *
 * @category model
 * @since 0.1.0
 */
export type Variant<K extends string, F> =
  Whole<K, F> extends infer A ? { readonly [P in keyof A]: A[P] } : never

/** In parts, which `Variant` puts together so that an error shows one object. */
type Whole<K extends string, F> = { readonly type: K } & {
  readonly [P in keyof F as F[P] extends t.Mixed ? P : never]: F[P] extends t.Mixed
    ? t.TypeOf<F[P]>
    : never
} & {
  readonly [P in keyof F as F[P] extends t.Mixed ? never : P]?: F[P] extends Optional<infer T>
    ? t.TypeOf<T>
    : never
}

/** The fields that a member of a union has beside its `type`. */
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
export const variant = <K extends string, const F extends Fields>(
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
  // it has the type, the required fields and the optional ones, and these are all that there are
  return codec(whole as unknown as t.Type<Variant<K, F>, unknown>)
}

/** What an event may be given by: its fields, a codec, or the chain of its versions. */
type EventPart<A> = FieldsOf<A> | Versions<A>

/** The same where the events are not named, but told by what they are given by. */
type AnyPart = Fields | AnyVersions

type EventParts<E extends Typed> = [E] extends [never]
  ? Readonly<Record<string, AnyPart>>
  : { readonly [K in E['type']]: EventPart<Extract<E, { readonly type: K }>> }

type CommandParts<C extends Typed> = [C] extends [never]
  ? Readonly<Record<string, AnyPart>>
  : {
      readonly [K in C['type']]:
        FieldsOf<Extract<C, { readonly type: K }>> | Codec<Extract<C, { readonly type: K }>>
    }

/** The union that is named, or else the one that the parts make up. */
type UnionOf<E extends Typed, P> = [E] extends [never]
  ? {
      [K in keyof P & string]: P[K] extends Versions<infer A>
        ? Extract<A, { readonly type: K }>
        : P[K] extends Fields
          ? Extract<Variant<K, P[K]>, { readonly type: K }>
          : never
    }[keyof P & string]
  : E

/**
 * The codec of events, each given by its fields beside its `type`, by a codec, or by the chain of its
 * versions.
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
export const eventCodec = <E extends Typed = never, P extends EventParts<E> = EventParts<E>>(
  parts: P,
  evolution?: Evolution<UnionOf<E, P>>,
): EventCodec<UnionOf<E, P>> =>
  // each part was made the versions of its own type
  codecOfEvents(membersOf<Fields>(parts, variant) as unknown as Chains<UnionOf<E, P>>, evolution)

/**
 * The codec of commands, or of any other union on `type`, each given by its fields beside its `type`
 * or by a codec.
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
export const commandCodec = <C extends Typed = never, P extends CommandParts<C> = CommandParts<C>>(
  parts: P,
): Codec<UnionOf<C, P>> =>
  // each part was made the codec of its own type
  tagged(membersOf<Fields>(parts, variant) as unknown as Members<UnionOf<C, P>>)
