// Random io-ts types, with values that fit, values that nearly fit, and values that have nothing to
// do with them.
import fc from 'fast-check'
import * as t from 'io-ts'
import { bigint, date, where } from '../../src/codec/IoTs.ts'

export type AnyType = t.Mixed

/** What a random type is built from. */
export type Spec =
  | { readonly kind: 'leaf'; readonly leaf: keyof typeof leaves }
  | { readonly kind: 'literal'; readonly value: string | number | boolean }
  | { readonly kind: 'keyof'; readonly keys: ReadonlyArray<string> }
  | { readonly kind: 'type' | 'partial' | 'strict'; readonly fields: Fields }
  | { readonly kind: 'keys'; readonly keys: ReadonlyArray<string>; readonly of: Spec }
  | { readonly kind: Wrapper; readonly of: Spec }
  | { readonly kind: 'tuple' | 'union' | 'intersection'; readonly members: ReadonlyArray<Spec> }

type Fields = Readonly<Record<string, Spec>>
type Wrapper =
  | 'array'
  | 'readonlyArray'
  | 'readonly'
  | 'record'
  | 'domain'
  | 'exact'
  | 'where'
  | 'refinement'
  | 'brand'
  | 'list'
  | 'tree'
  | 'chain'

/** A type of the class that io-ts made its strict types of before. */
export const strictClass = (props: t.Props): AnyType => {
  const { is, validate } = t.type(props)
  return new t.StrictType('Strict', is, validate, t.identity, props)
}

/** A text without the spaces around it; encoding it changes nothing. */
const trimmed = new t.Type<string, string>(
  'trimmed',
  (u): u is string => typeof u === 'string' && u === u.trim(),
  (u, context) => (typeof u === 'string' ? t.success(u.trim()) : t.failure(u, context)),
  t.identity,
)

const iso = fc
  .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
  .map((d) => d.toISOString())
const text = fc.oneof(fc.constantFrom('', 'a', ' a ', '1', 'type'), fc.string({ maxLength: 4 }))
const numbers = fc.oneof(fc.integer({ min: -3, max: 3 }), fc.constantFrom(NaN, Infinity, 0.5))

/** The types without parts, each with what it decodes. */
const leaves = {
  string: [t.string, text],
  number: [t.number, numbers],
  boolean: [t.boolean, fc.boolean()],
  null: [t.null, fc.constant(null)],
  undefined: [t.undefined, fc.constant(undefined)],
  unknown: [t.unknown, fc.jsonValue({ maxDepth: 1 })],
  integer: [t.Int, fc.integer()],
  any: [t.UnknownRecord, fc.dictionary(fc.constantFrom('a', 'b'), text, { noNullPrototype: true })],
  date: [date, iso],
  bigint: [bigint, fc.bigInt({ min: -9n, max: 2n ** 70n }).map(String)],
  trimmed: [trimmed, text],
} satisfies Record<string, readonly [AnyType, fc.Arbitrary<unknown>]>

/** The types that a type is directly made of. */
const partsIn = (spec: Spec): ReadonlyArray<Spec> => {
  switch (spec.kind) {
    case 'leaf':
    case 'literal':
    case 'keyof':
      return []
    case 'type':
    case 'partial':
    case 'strict':
      return Object.values(spec.fields)
    case 'tuple':
    case 'union':
    case 'intersection':
      return spec.members
    default:
      return [spec.of]
  }
}

/** A type with all types inside it. */
export const allParts = (spec: Spec): ReadonlyArray<Spec> => [
  spec,
  ...partsIn(spec).flatMap(allParts),
]

/** Whether decoding may give other data than it was given. */
export const transforms = (spec: Spec): boolean =>
  spec.kind === 'leaf'
    ? spec.leaf === 'date' || spec.leaf === 'bigint' || spec.leaf === 'trimmed'
    : partsIn(spec).some(transforms)

/**
 * The places in a value that its type names, as paths; the path of a value whose insides the type says
 * nothing of is followed by a star.
 */
const named = (spec: Spec, value: unknown, path: string): ReadonlyArray<string> => {
  const inside = (of: Spec, entries: Iterable<readonly [string | number, unknown]>) =>
    Array.from(entries).flatMap(([key, field]) => [
      `${path}/${key}`,
      ...named(of, field, `${path}/${key}`),
    ])
  if (typeof value !== 'object' || value === null) return []
  const entries = Object.entries(value)
  switch (spec.kind) {
    case 'leaf':
    case 'literal':
    case 'keyof':
      return [`${path}/*`]
    case 'type':
    case 'partial':
    case 'strict':
      return Object.entries(spec.fields).flatMap(([key, field]) =>
        inside(
          field,
          entries.filter(([name]) => name === key),
        ),
      )
    case 'keys':
      return inside(
        spec.of,
        entries.filter(([name]) => spec.keys.includes(name)),
      )
    case 'domain':
      return inside(
        spec.of,
        entries.filter(([name]) => name !== 'b'),
      )
    case 'record':
    case 'array':
    case 'readonlyArray':
      return inside(spec.of, entries)
    case 'tuple':
      return spec.members.flatMap((member, i) => inside(member, entries.slice(i, i + 1)))
    case 'union':
      return spec.members
        .filter((member) => typeOf(member).is(value))
        .flatMap((member) => named(member, value, path))
    case 'intersection':
      return spec.members.flatMap((member) => named(member, value, path))
    case 'list':
    case 'chain': {
      const { item, next } = value as { readonly item: unknown; readonly next?: unknown }
      const nexts = 'next' in value ? [`${path}/next`, ...named(spec, next, `${path}/next`)] : []
      return [`${path}/item`, ...named(spec.of, item, `${path}/item`), ...nexts]
    }
    case 'tree':
      return [
        ...(Array.isArray(value) ? inside(spec, entries) : []),
        ...(typeOf(spec.of).is(value) ? named(spec.of, value, path) : []),
      ]
    default:
      return named(spec.of, value, path)
  }
}

/** The value without what its type does not name. */
export const exactly = (spec: Spec, value: unknown): unknown => {
  const places = new Set(named(spec, value, ''))
  const keep = (inner: unknown, path: string): unknown => {
    if (typeof inner !== 'object' || inner === null || places.has(`${path}/*`)) return inner
    if (Array.isArray(inner)) {
      const elements = inner.map((element, i) => keep(element, `${path}/${i}`))
      return elements.every((element, i) => Object.is(element, inner[i])) ? inner : elements
    }
    const fields = Object.entries(inner)
    const known = fields.filter(([key]) => places.has(`${path}/${key}`))
    const kept = known.map(([key, field]) => [key, keep(field, `${path}/${key}`)] as const)
    const isWhole =
      known.length === fields.length &&
      kept.every(([, field], i) => Object.is(field, known[i]?.[1]))
    return isWhole ? inner : Object.fromEntries(kept)
  }
  return keep(value, '')
}

/** Whether io-ts reports a refused part as it was before or after decoding. */
export const reportsDecoded = (spec: Spec): boolean => {
  // of a refinement, what decoding fills in or leaves out counts too
  if (spec.kind === 'refinement' || spec.kind === 'brand') {
    return spec.of.kind !== 'leaf' || transforms(spec.of)
  }
  return partsIn(spec).some(reportsDecoded)
}

/** Holds for most values, and says no for every kind of them. */
const usual = (u: unknown): boolean =>
  (JSON.stringify(u, (_, v: unknown) => (typeof v === 'bigint' ? String(v) : v)) ?? '').length %
    5 !==
  1

/** A type that is defined by itself. */
export const recursion = (name: string, definition: (self: AnyType) => AnyType): AnyType =>
  t.recursion(name, definition)

const members = (types: ReadonlyArray<AnyType>): [AnyType, AnyType, ...Array<AnyType>] => {
  const [a = t.unknown, b = t.unknown, ...others] = types
  return [a, b, ...others]
}

const props = (fields: Fields): Record<string, AnyType> =>
  Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, typeOf(field)]))

export const typeOf = (spec: Spec): AnyType => {
  switch (spec.kind) {
    case 'leaf':
      return leaves[spec.leaf][0]
    case 'literal':
      return t.literal(spec.value)
    case 'keyof':
      return t.keyof(Object.fromEntries(spec.keys.map((key) => [key, null])))
    case 'type':
      return t.type(props(spec.fields))
    case 'partial':
      return t.partial(props(spec.fields))
    case 'strict':
      return t.strict(props(spec.fields))
    case 'keys':
      return t.record(
        t.keyof(Object.fromEntries(spec.keys.map((key) => [key, null]))),
        typeOf(spec.of),
      )
    case 'array':
      return t.array(typeOf(spec.of))
    case 'readonlyArray':
      return t.readonlyArray(typeOf(spec.of))
    case 'readonly':
      return t.readonly(typeOf(spec.of))
    case 'record':
      return t.record(t.string, typeOf(spec.of))
    case 'domain':
      return t.record(
        where(t.string, (key) => key !== 'b', 'a key'),
        typeOf(spec.of),
      )
    case 'exact':
      return t.exact(typeOf(spec.of) as t.HasProps) // made of objects only
    case 'where':
      return where(typeOf(spec.of), usual, 'usual')
    case 'refinement':
      return t.refinement(typeOf(spec.of), usual, 'usual')
    case 'brand':
      return t.brand(typeOf(spec.of), (u): u is t.Branded<unknown, never> => usual(u), 'Usual')
    case 'list': {
      const item = typeOf(spec.of)
      return recursion('List', (List) => t.type({ item, next: t.union([t.null, List]) }))
    }
    case 'tree': {
      const item = typeOf(spec.of)
      return recursion('Tree', (Tree) => t.union([t.array(Tree), item]))
    }
    case 'chain': {
      const item = typeOf(spec.of)
      return recursion('Chain', (Chain) =>
        t.intersection([t.type({ item }), t.partial({ next: Chain })]),
      )
    }
    case 'tuple':
      return t.tuple(spec.members.map(typeOf) as [AnyType, AnyType]) // two or more
    case 'union':
      return t.union(members(spec.members.map(typeOf)))
    case 'intersection':
      return t.intersection(spec.members.map(typeOf) as [AnyType, AnyType]) // always two
  }
}

/** What the type decodes, as it is before. */
export const fitting = (spec: Spec): fc.Arbitrary<unknown> => {
  switch (spec.kind) {
    case 'leaf':
      return leaves[spec.leaf][1]
    case 'literal':
      return fc.constant(spec.value)
    case 'keyof':
      return fc.constantFrom(...spec.keys)
    case 'type':
    case 'strict':
      return fc.record(fittingFields(spec.fields), { noNullPrototype: true })
    case 'partial':
      return fc.record(fittingFields(spec.fields), { requiredKeys: [], noNullPrototype: true })
    case 'keys':
      return fc.record(
        Object.fromEntries(spec.keys.map((key) => [key, fitting(spec.of)] as const)),
        { noNullPrototype: true },
      )
    case 'array':
    case 'readonlyArray':
      return fc.array(fitting(spec.of), { maxLength: 3 })
    case 'record':
    case 'domain':
      return fc.dictionary(fc.constantFrom('a', 'b', 'c'), fitting(spec.of), {
        maxKeys: 3,
        noNullPrototype: true,
      })
    case 'list':
      return fc
        .array(fitting(spec.of), { minLength: 1, maxLength: 3 })
        .map((items) => items.reduceRight<unknown>((next, item) => ({ item, next }), null))
    case 'chain':
      return fc
        .array(fitting(spec.of), { minLength: 1, maxLength: 3 })
        .map((items) =>
          items.reduceRight<unknown>(
            (next, item) => (next === undefined ? { item } : { item, next }),
            undefined,
          ),
        )
    case 'tree': {
      const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
        tree: fc.oneof({ maxDepth: 2 }, fitting(spec.of), fc.array(tie('tree'), { maxLength: 2 })),
      }))
      return tree
    }
    case 'tuple':
      return fc.tuple(...spec.members.map(fitting))
    case 'union':
      return fc.oneof(...spec.members.map(fitting))
    case 'intersection':
      return fc
        .tuple(...spec.members.map(fitting))
        .map((parts) =>
          parts.every((part) => typeof part === 'object' && part !== null && !Array.isArray(part))
            ? Object.assign({}, ...parts)
            : parts[0],
        )
    default:
      return fitting(spec.of)
  }
}

const fittingFields = (fields: Fields): Record<string, fc.Arbitrary<unknown>> =>
  Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, fitting(field)]))

class Foreign {}

const junk = fc.oneof(
  fc.constantFrom<unknown>(undefined, null, NaN, -0, '', 'a', 0, {}, [], new Date(0), 1n, true),
  fc.jsonValue({ maxDepth: 1 }),
)

const replaced = <A>(all: ReadonlyArray<A>, i: number, one: A): ReadonlyArray<A> =>
  all.map((other, j) => (i === j ? one : other))

/** The value with something changed in one place of it. */
const nearly = (value: unknown): fc.Arbitrary<unknown> => {
  if (Array.isArray(value)) {
    const items: ReadonlyArray<unknown> = value
    const inside = items.map((item, i) =>
      nearly(item).map((changed) => replaced(items, i, changed)),
    )
    const holes = Array<unknown>(items.length + 1)
    return fc.oneof(
      junk,
      junk.map((more) => [...items, more]),
      fc.constantFrom(items.slice(1), holes),
      ...inside,
    )
  }
  if (typeof value !== 'object' || value === null || value instanceof Date) return junk
  const entries = Object.entries(value)
  const inside = entries.map(([key, field], i) =>
    fc
      .oneof(nearly(field), fc.constant(undefined))
      .map((changed) => Object.fromEntries(replaced(entries, i, [key, changed]))),
  )
  return fc.oneof(
    junk,
    fc.nat(entries.length).map((i) => Object.fromEntries(entries.filter((_, j) => j !== i))),
    junk.map((more) => ({ ...value, extra: more })),
    junk.map((more) => ({ extra: more, ...value })),
    fc.constantFrom<unknown>(
      Object.fromEntries([...entries].reverse()),
      Object.assign(new Foreign(), value),
      Object.assign(Object.create(null) as object, value),
    ),
    ...inside,
    ...inside,
  )
}

export const input = (spec: Spec): fc.Arbitrary<unknown> => {
  const fits = fitting(spec)
  return fc.oneof(
    { weight: 3, arbitrary: fits },
    { weight: 4, arbitrary: fits.chain(nearly) },
    { weight: 1, arbitrary: junk },
  )
}

const keys = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'type'), { minLength: 1, maxLength: 3 })

const leaf: fc.Arbitrary<Spec> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .constantFrom<keyof typeof leaves>('string', 'number', 'boolean', 'null', 'undefined')
      .map((name): Spec => ({ kind: 'leaf', leaf: name })),
  },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom<keyof typeof leaves>('unknown', 'integer', 'any', 'date', 'bigint', 'trimmed')
      .map((name): Spec => ({ kind: 'leaf', leaf: name })),
  },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom('a', 'b', 1, 2, true)
      .map((value): Spec => ({ kind: 'literal', value })),
  },
  { weight: 1, arbitrary: keys.map((names): Spec => ({ kind: 'keyof', keys: names })) },
)

const { any: anySpec } = fc.letrec<{ any: Spec; object: Spec }>((tie) => {
  const fields = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'type', '1'), tie('any'), {
    maxKeys: 3,
    noNullPrototype: true,
  })
  const wrap = (of: fc.Arbitrary<Spec>, ...kinds: ReadonlyArray<Wrapper>): fc.Arbitrary<Spec> =>
    fc.record({ kind: fc.constantFrom(...kinds), of })
  return {
    // everything that `exact` may hold
    object: fc.oneof(
      { depthIdentifier: 'type' },
      fc.record({ kind: fc.constantFrom('type', 'partial'), fields }),
      wrap(tie('object'), 'readonly', 'where', 'refinement', 'brand'),
      fc.record({
        kind: fc.constant('intersection'),
        members: fc.tuple(tie('object'), tie('object')),
      }),
    ),
    any: fc.oneof(
      { depthIdentifier: 'type', maxDepth: 4, depthSize: 'small' },
      { weight: 2, arbitrary: leaf },
      { weight: 4, arbitrary: tie('object') },
      { weight: 2, arbitrary: wrap(tie('object'), 'exact') },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('strict'), fields }) },
      {
        weight: 3,
        arbitrary: wrap(
          tie('any'),
          ...(['array', 'readonlyArray', 'readonly', 'record', 'where', 'refinement'] as const),
          ...(['brand', 'domain', 'list', 'tree', 'chain'] as const),
        ),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('keys'), keys, of: tie('any') }) },
      {
        weight: 3,
        arbitrary: fc.record({
          kind: fc.constantFrom('union', 'union', 'tuple'),
          members: fc.array(tie('any'), { minLength: 2, maxLength: 3 }),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constant('intersection'),
          members: fc.tuple(tie('any'), tie('any')),
        }),
      },
    ),
  }
})

/** A random type. */
export const spec: fc.Arbitrary<Spec> = anySpec

/** A random type with a value that is made to fit it. */
export const specAndFitting: fc.Arbitrary<readonly [Spec, unknown]> = spec.chain((one) =>
  fc.tuple(fc.constant(one), fitting(one)),
)

/** A random type with values to try on it. */
export const specAndInputs: fc.Arbitrary<readonly [Spec, ReadonlyArray<unknown>]> = spec.chain(
  (one) => fc.tuple(fc.constant(one), fc.array(input(one), { minLength: 4, maxLength: 8 })),
)

/** Whether two values hold the same data: fields, elements and leaves, whatever their prototypes. */
export const sameData = (a: unknown, b: unknown): boolean => {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (a instanceof Date || b instanceof Date) return false
  if (Array.isArray(a) !== Array.isArray(b)) return false
  const [as, bs] = [a, b].map((u) => new Map<string, unknown>(Object.entries(u)))
  if (as === undefined || bs === undefined || as.size !== bs.size) return false
  return [...as].every(([key, value]) => bs.has(key) && sameData(value, bs.get(key)))
}
