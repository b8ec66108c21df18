import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { isLeft, isRight, left, right } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as t from 'io-ts'
import { readFileSync } from 'node:fs'
import { format } from 'oxfmt'
import { describe, expect, it } from 'vitest'
import * as orders from '../../../docs/examples/json/order.ts'
import { schema as orderSchema } from '../../../docs/examples/json/schema.ts'
import type { Codec } from '../../../src/codec/Codec.ts'
import { tagged } from '../../../src/codec/Codec.ts'
import type { EventCodec } from '../../../src/codec/EventCodec.ts'
import {
  bigint,
  codec,
  date,
  eventCodec as codecOf,
  variant,
  where,
} from '../../../src/codec/IoTs.ts'
import { freeze } from '../../../src/codec/internal/json.ts'
import { manyCodec } from '../../../src/codec/EventCodec/product.ts'
import { addFields } from '../../../src/codec/EventCodec/upcast.ts'
import type { JsonBefore } from '../../../src/embed/Json.ts'
import { toJson } from '../../../src/embed/Json.ts'
import type {
  SchemaOverride,
  JsonSchema,
  JsonSchemaOptions,
} from '../../../src/embed/Json/schema.ts'
import { boundarySchema, codecSchema, eventsSchema } from '../../../src/embed/Json/schema.ts'
import { orderEventCodec } from '../../../src/order/codec.ts'
import {
  arbitrary,
  nearMisses,
  nearMissesOfEvents,
  tryArbitrary,
} from '../../../src/testing/arbitrary.ts'
import { tryNearMisses } from '../../../src/testing/arbitrary/nearMisses.ts'
import type { AnyType, Spec } from '../../codec/types.ts'
import { allParts, recursion, spec, specAndInputs, typeOf } from '../../codec/types.ts'
import { runs } from '../../setup.ts'
import { drawUntil } from '../../support/draws.ts'
import { walk } from '../../support/orders.ts'
import * as accounts from '../account.ts'
import { callsOf, throughText } from '../calls.ts'

type Check = (data: unknown) => boolean

const ajv = new Ajv2020({ allowUnionTypes: true, strict: true, strictTuples: false })
let schemas = 0

/** The part of a schema under a pointer, checked by another's implementation of the draft. */
const checkOf = (schema: JsonSchema, pointer = ''): Check => {
  const name = `schema${schemas++}`
  ajv.addSchema(schema, name)
  const check = ajv.getSchema(`${name}${pointer}`)
  if (check === undefined) return expect.unreachable(pointer)
  return (data) => check(data) === true
}

const schemaOf = (type: AnyType, options?: JsonSchemaOptions): JsonSchema => {
  const made = codecSchema(codec(type), options)
  return isRight(made) ? made.right : expect.unreachable(JSON.stringify(made.left))
}

const bodyOf = (type: AnyType, options?: JsonSchemaOptions): JsonSchema => {
  const schema = schemaOf(type, options)
  if (typeof schema === 'boolean') return schema
  const { $schema, ...body } = schema
  expect($schema).toBe('https://json-schema.org/draft/2020-12/schema')
  return body
}

const rightOf = <A>(made: { readonly _tag: string; readonly right?: A }): A =>
  made.right ?? expect.unreachable(JSON.stringify(made))

/** What JSON text makes of a value; nothing where it can't hold it. */
const asJson = (value: unknown): ReadonlyArray<unknown> => {
  const frozen = freeze(value)
  return isRight(frozen) ? [throughText(frozen.right)] : []
}

const trimmed: ReadonlyArray<SchemaOverride> = [['trimmed', { type: 'string' }]]

/** Whether a schema can say all that the type asks for: nothing in it is a predicate. */
const isExact = (one: Spec): boolean =>
  allParts(one).every(
    (part) =>
      !['where', 'refinement', 'brand', 'domain'].includes(part.kind) &&
      !(part.kind === 'leaf' && (part.leaf === 'integer' || part.leaf === 'date')),
  )

/** Types of no values are assignable to no other. */
const never: AnyType = t.never as unknown as AnyType

describe('laws of types', () => {
  it('laws 1, 2: what a random type decodes is valid, and, without predicates, nothing else', async () => {
    const seen = { valid: 0, refused: 0, exact: 0 }
    const property = fc.property(specAndInputs, ([one, inputs]) => {
      const type = typeOf(one)
      const check = checkOf(schemaOf(type, { given: trimmed }))
      const exact = isExact(one)
      for (const data of inputs.flatMap(asJson)) {
        const decodes = isRight(type.decode(data))
        if (decodes) expect(check(data)).toBe(true)
        if (!decodes && exact) expect(check(data)).toBe(false)
        seen.valid += Number(decodes)
        seen.refused += Number(!decodes && exact)
        seen.exact += Number(exact)
      }
    })
    await drawUntil(
      () => Math.min(seen.valid, seen.refused, seen.exact) > 100,
      (seed) => fc.assert(property, { numRuns: runs(400), seed }),
    )
  })

  it('law 1: what is generated for a random type is valid once it is encoded', async () => {
    let checked = 0
    const property = fc.property(spec, fc.nat(), (one, seed) => {
      const type = typeOf(one)
      const made = tryArbitrary(type)
      if (isLeft(made)) return
      const check = checkOf(schemaOf(type, { given: trimmed }))
      for (const value of fc.sample(made.right, { numRuns: 10, seed })) {
        for (const data of asJson(type.encode(value))) {
          checked++
          expect(check(data)).toBe(true)
        }
      }
    })
    await drawUntil(
      () => checked > 100,
      (seed) => fc.assert(property, { numRuns: runs(150), seed }),
    )
  })

  it('law 2: near misses of a type without predicates are not valid', async () => {
    let checked = 0
    const property = fc.property(spec.filter(isExact), fc.nat(), (one, seed) => {
      const type = typeOf(one)
      const made = tryNearMisses(type)
      if (isLeft(made)) return
      const check = checkOf(schemaOf(type, { given: trimmed }))
      for (const { input } of fc.sample(made.right, { numRuns: 10, seed })) {
        for (const data of asJson(input)) {
          // what JSON text leaves out may have been what was wrong
          if (isRight(type.decode(data))) continue
          checked++
          expect(check(data)).toBe(false)
        }
      }
    })
    await drawUntil(
      () => checked > 100,
      (seed) => fc.assert(property, { numRuns: runs(150), seed }),
    )
  })

  it('a date is as it is spelled; only the days that a month has not are let through', () => {
    const check = checkOf(schemaOf(date))
    fc.assert(
      fc.property(fc.date({ noInvalidDate: true }), (day) => {
        expect(check(day.toISOString())).toBe(true)
      }),
    )
    fc.assert(
      fc.property(nearMisses(codec(date)), ({ input }) => {
        expect(check(input)).toBe(false)
      }),
    )
    expect(check('1996-13-04T00:00:00.000Z')).toBe(false)
    expect(check('1996-07-04T24:00:00.000Z')).toBe(false)
    expect(check('1996-02-31T00:00:00.000Z')).toBe(true)
    expect(isRight(date.decode('1996-02-31T00:00:00.000Z'))).toBe(false)
  })
})

describe('a schema says', () => {
  const integer = { type: 'integer', description: 'whole' }
  const comment = 'The codec checks more than this schema can express.'
  const rows: ReadonlyArray<readonly [string, AnyType, JsonSchema]> = [
    ['string', t.string, { type: 'string' }],
    ['unknown', t.unknown, true],
    ['never', never, false],
    ['undefined', t.undefined, false],
    ['void', t.void, false],
    ['object', t.object, { type: ['object', 'array'] }],
    ['any array', t.UnknownArray, { type: 'array' }],
    ['literal', t.literal('a'), { const: 'a' }],
    ['zero', t.literal(-0), { const: 0 }],
    ['no number', t.literal(NaN), false],
    ['keyof', t.keyof({ a: null, b: null }), { enum: ['a', 'b'] }],
    ['keyof nothing', t.keyof({}) as unknown as AnyType, false],
    ['union of literals', t.union([t.literal('a'), t.literal(1)]), { enum: ['a', 1] }],
    ['union with undefined', t.union([t.string, t.undefined]), { type: 'string' }],
    ['union', t.union([t.string, t.null]), { anyOf: [{ type: 'string' }, { type: 'null' }] }],
    ['union of nothing', t.union([t.undefined, t.void]), false],
    [
      'type',
      t.type({ a: t.string, b: t.union([t.string, t.undefined]), c: t.undefined }),
      {
        type: 'object',
        properties: { a: { type: 'string' }, b: { type: 'string' }, c: false },
        required: ['a'],
      },
    ],
    ['partial', t.partial({ a: t.null }), { type: 'object', properties: { a: { type: 'null' } } }],
    [
      'intersection',
      t.intersection([t.type({ a: t.null }), t.UnknownRecord]),
      {
        allOf: [
          { type: 'object', properties: { a: { type: 'null' } }, required: ['a'] },
          { type: 'object' },
        ],
      },
    ],
    ['array', t.array(t.boolean), { type: 'array', items: { type: 'boolean' } }],
    [
      'tuple',
      t.tuple([t.string, t.unknown, t.string, t.undefined]),
      {
        type: 'array',
        prefixItems: [{ type: 'string' }, true, { type: 'string' }, false],
        minItems: 3,
      },
    ],
    [
      'record',
      t.record(t.string, t.number),
      { type: 'object', additionalProperties: { type: 'number' } },
    ],
    [
      'record of anything',
      // the one type of io-ts for which a list is a record
      t.record(t.string, t.any),
      { type: ['object', 'array'], additionalProperties: true },
    ],
    [
      'record of keys',
      t.record(t.union([t.literal('a'), t.keyof({ b: null })]), t.number),
      {
        type: 'object',
        properties: { a: { type: 'number' }, b: { type: 'number' } },
        required: ['a', 'b'],
      },
    ],
    [
      'record of a narrowed key',
      t.record(
        where(t.string, (key) => key !== '', 'some'),
        t.number,
      ),
      { type: 'object', $comment: comment },
    ],
    [
      'record of a literal that is no key',
      t.record(t.union([t.literal('a'), t.string]), t.number),
      { type: 'object', $comment: comment },
    ],
    ['whole number', where(t.number, Number.isInteger, 'whole'), integer],
    [
      'exact whole number',
      where(t.number, Number.isSafeInteger, 'whole'),
      { ...integer, minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER },
    ],
    [
      'whole number of a narrowed one',
      where(
        where(t.number, (n) => n > 0, 'more'),
        Number.isInteger,
        'whole',
      ),
      {
        allOf: [{ type: 'number', description: 'more', $comment: comment }, { type: 'integer' }],
        description: 'whole',
      },
    ],
    [
      'refinement',
      t.refinement(t.string, (s) => s !== '', 'some'),
      { type: 'string', description: 'some', $comment: comment },
    ],
    [
      'refinement of a refinement',
      where(
        where(t.string, (s) => s !== '', 'some'),
        (s) => s !== 'a',
        'other',
      ),
      {
        allOf: [{ type: 'string', description: 'some', $comment: comment }],
        description: 'other',
        $comment: comment,
      },
    ],
    [
      'refinement of anything',
      where(t.unknown, (u) => u !== 1, 'not one'),
      { description: 'not one', $comment: comment },
    ],
    ['refinement of nothing', where(never, () => true, 'none'), false],
    [
      'bigint',
      bigint,
      { type: 'string', pattern: '^(0|-?[1-9][0-9]*)$', description: bigint.name },
    ],
    ['readonly exact', t.readonly(t.exact(t.type({}))), { type: 'object', properties: {} }],
  ]

  it.each(rows)('%s', (_, type, schema) => {
    expect(bodyOf(type)).toStrictEqual(schema)
    expect(checkOf(schemaOf(type))).toBeTypeOf('function')
  })

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty', 'valueOf'])(
    'a recursive type named %s stands under a name that no object inherits',
    (name) => {
      const type = recursion(name, (self) => t.union([t.null, t.type({ next: self })]))
      const schema = schemaOf(t.type({ type }))
      if (typeof schema === 'boolean') return expect.unreachable()
      expect(Object.keys(schema['$defs'] as object)).toStrictEqual([`${name}2`])
      const check = checkOf(throughText(schema) as JsonSchema)
      expect(check({ type: { next: { next: null } } })).toBe(true)
      expect(check({ type: { next: { next: 1 } } })).toBe(false)
    },
  )

  it.each(['constructor', 'toString', 'hasOwnProperty', 'valueOf'])(
    'a field named %s is one like any other',
    (name) => {
      for (const type of [
        t.type({ [name]: t.number }),
        t.partial({ [name]: t.number }),
        t.record(t.literal(name), t.number),
      ]) {
        const check = checkOf(schemaOf(type))
        expect(check({ [name]: 1 })).toBe(true)
        expect(check({ [name]: 'x' })).toBe(false)
      }
    },
  )

  it('a field that no data can have is refused', () => {
    for (const type of [
      t.type({ ['__proto__']: t.number }),
      t.partial({ ['__proto__']: t.number }),
      t.record(t.literal('__proto__'), t.number),
    ]) {
      expect(codecSchema(codec(t.type({ a: type })))).toMatchObject({
        left: { type: 'UnsupportedSchema', path: 'a.__proto__' },
      })
    }
  })

  it.each(['constructor', 'toString', '__proto__'])(
    'a type with the tag %s is not known',
    (tag) => {
      const type = Object.assign(new t.Type('X', t.string.is, t.string.validate, t.identity), {
        _tag: tag,
      })
      expect(codecSchema(codec(type))).toMatchObject({ left: { name: 'X' } })
    },
  )

  it('recursion by reference, under names of its own', () => {
    interface Tree {
      readonly of: ReadonlyArray<Tree>
    }
    const tree: t.Type<Tree> = t.recursion('Tree', (self) => t.type({ of: t.readonlyArray(self) }))
    const other = recursion('Tree', (self) => t.union([t.null, t.type({ next: self })]))
    const odd = recursion('a/b c~"', (self) => t.array(self))
    const nameless = recursion('', (self) => t.array(self))
    const type = t.type({
      tree,
      again: tree,
      other,
      odd,
      nameless,
      here: where(tree, () => true, 'x'),
    })
    const schema = schemaOf(type)
    if (typeof schema === 'boolean') return expect.unreachable()
    expect(schema['$defs']).toStrictEqual({
      Tree: {
        type: 'object',
        properties: { of: { type: 'array', items: { $ref: '#/$defs/Tree' } } },
        required: ['of'],
      },
      Tree2: {
        anyOf: [
          { type: 'null' },
          { type: 'object', properties: { next: { $ref: '#/$defs/Tree2' } }, required: ['next'] },
        ],
      },
      a_b_c__: { type: 'array', items: { $ref: '#/$defs/a_b_c__' } },
      Recursive: { type: 'array', items: { $ref: '#/$defs/Recursive' } },
    })
    const check = checkOf(schema)
    const good = { tree: { of: [{ of: [] }] }, again: { of: [] }, other: { next: null } }
    expect(check({ ...good, odd: [[]], nameless: [], here: { of: [] } })).toBe(true)
    expect(check({ ...good, odd: [[1]], nameless: [], here: { of: [] } })).toBe(false)
    expect(check({ ...good, odd: [], nameless: [], here: { of: [1] } })).toBe(false)
  })

  it('what is given, for a type, a name or a place', () => {
    const Even = where(t.number, (n) => n % 2 === 0, 'even')
    const type = t.type({
      a: Even,
      b: t.array(Even),
      c: t.record(Even.pipe(t.string as never) as never, Even),
    })
    const schema = { type: 'number', multipleOf: 2 }
    const a = { properties: { a: { ...schema, description: 'even' } } }
    const fields = t.type({ a: Even, b: t.array(Even) })
    for (const of of [Even, 'even', 'a']) {
      expect(bodyOf(fields, { given: [[of, schema]] })).toMatchObject(a)
    }
    expect(bodyOf(fields, { given: [['b[]', { const: 2, description: 'two' }]] })).toMatchObject({
      properties: { a: { $comment: comment }, b: { items: { const: 2, description: 'two' } } },
    })
    expect(
      bodyOf(fields, {
        given: [
          ['b', false],
          ['a', true],
        ],
      }),
    ).toMatchObject({
      properties: { a: { description: 'even' }, b: false },
    })
    expect(isLeft(codecSchema(codec(type)))).toBe(true)
    const keyed = t.record(
      where(t.string, (key) => key.startsWith('x'), 'x…'),
      t.number,
    )
    expect(bodyOf(keyed, { given: [['x…', { type: 'string', pattern: '^x' }]] })).toStrictEqual({
      type: 'object',
      patternProperties: { '^x': { type: 'number' } },
    })
    expect(
      bodyOf(keyed, {
        given: [
          ['*', true],
          ['(key)', { minLength: 1, pattern: '^x' }],
        ],
      }),
    ).toStrictEqual({ type: 'object', $comment: comment })
  })
})

describe('there is no schema, and the failure names the place', () => {
  const failure = (path: string, name: string, reason: string) =>
    left({ type: 'UnsupportedSchema', path, name, reason })
  const nothing = 'what it decodes is unknown: pass a schema for it'
  const foreign = new t.Type<string>('mine', t.string.is, t.string.validate, t.identity)
  const loop = recursion('Loop', (self) => t.union([t.null, t.readonly(self)]))

  it.each<readonly [string, AnyType, ReturnType<typeof failure>]>([
    ['alone', foreign, failure('', 'mine', nothing)],
    ['field', t.type({ a: t.partial({ b: foreign }) }), failure('a.b', 'mine', nothing)],
    ['element', t.type({ a: t.array(foreign) }), failure('a[]', 'mine', nothing)],
    ['tuple', t.tuple([t.string, foreign]), failure('[1]', 'mine', nothing)],
    ['record', t.type({ a: t.record(t.string, foreign) }), failure('a.*', 'mine', nothing)],
    ['keys', t.record(foreign, t.string), failure('(key)', 'mine', nothing)],
    ['named keys', t.record(t.literal('k'), foreign), failure('k', 'mine', nothing)],
    [
      'the first of several',
      t.union([t.type({ a: foreign }), t.Function as AnyType]),
      failure('a', 'mine', nothing),
    ],
    ['function', t.type({ f: t.Function }), failure('f', 'Function', 'JSON has no functions')],
    [
      'bigint of io-ts',
      t.bigint,
      failure(
        '',
        'bigint',
        'JSON has no bigint; use the `bigint` codec of decider-ts, which stores digits',
      ),
    ],
    [
      'a loop',
      t.type({ a: loop }),
      failure('a', 'Loop', 'its definition is only a reference to itself'),
    ],
  ])('%s', (_, type, expected) => {
    expect(codecSchema(codec(type))).toStrictEqual(expected)
  })

  it('in a member of a union, in a version, in a part of the boundary', () => {
    type One = { readonly type: 'One'; readonly a: string }
    const member = codec(t.type({ type: t.literal('One'), a: foreign }))
    const union = tagged<One>({ One: member })
    expect(codecSchema(union)).toStrictEqual(failure('One.a', 'mine', nothing))
    expect(isRight(codecSchema(union, { given: [['One.a', true]] }))).toBe(true)
    const commands = union as unknown as Codec<never> // none is decoded
    const withOne = { ...accounts.codecs, commands }
    expect(boundarySchema(withOne)).toStrictEqual(failure('Command.One.a', 'mine', nothing))
    for (const place of ['a', 'One.a', 'Command.One.a']) {
      expect(isRight(boundarySchema(withOne, { given: [[place, true]] }))).toBe(true)
    }
    expect(isLeft(boundarySchema(withOne, { given: [['Event.One.a', true]] }))).toBe(true)
  })

  it('for a codec that is written by hand, unless it is given', () => {
    const byHand: Codec<string> = { decode: () => right('a'), encode: String, is: t.string.is }
    const why = 'it is not made from a type or schema'
    expect(codecSchema(byHand)).toStrictEqual(failure('', 'codec', why))
    const withState = { ...accounts.codecs, state: byHand as unknown as Codec<never> } // none is decoded
    expect(boundarySchema(withState)).toStrictEqual(failure('State', 'codec', why))
    expect(isRight(boundarySchema(withState, { given: [['State', { type: 'string' }]] }))).toBe(
      true,
    )
    const many = manyCodec(orderEventCodec)
    expect(eventsSchema(many)).toStrictEqual(failure('', 'codec', why))
    const events = many as unknown as EventCodec<never> // none is decoded
    expect(boundarySchema({ ...accounts.codecs, events })).toStrictEqual(
      failure('StoredEvent', 'codec', why),
    )
  })
})

describe('members of a union on type', () => {
  type Member = { readonly type: 'A' | 'B' }
  const whole = (members: Record<'A' | 'B', Codec<never>>) => tagged<Member>(members)
  const of = (type: AnyType) => codec(type) as unknown as Codec<never> // of some member

  it('are asked for their type also where they do not ask themselves', () => {
    const union = whole({
      A: of(t.type({ type: t.string })),
      B: of(t.unknown),
    })
    const check = checkOf(rightOf(codecSchema(union)))
    for (const [data, fits] of [
      [{ type: 'A' }, true],
      [{ type: 'B', more: 1 }, true],
      [{ type: 'C' }, false],
      [{}, false],
      ['B', false],
      [[], false],
    ] as const) {
      expect(check(data)).toBe(fits)
      expect(isRight(union.decode(data))).toBe(fits)
    }
    const none = whole({ A: of(never), B: of(t.partial({ type: t.literal('B') })) })
    expect(checkOf(rightOf(codecSchema(none)))({ type: 'A' })).toBe(false)
    expect(checkOf(rightOf(codecSchema(none)))({})).toBe(false)
    expect(codecSchema(tagged<never>({}))).toStrictEqual(right(false))
  })
})

describe('law 3: the boundary of orders', () => {
  const schema = rightOf(orderSchema)
  const call = checkOf(schema)
  const [before, command, answer] = ['Before', 'Command', 'Answer'].map((name) =>
    checkOf(schema, `#/$defs/${name}`),
  ) as [Check, Check, Check] // three names

  const asked = (from: unknown, what: unknown): unknown =>
    JSON.parse(orders.decideJson(JSON.stringify(from), JSON.stringify(what) ?? ''))

  it('what is asked and answered along walks is valid', () => {
    fc.assert(
      fc.property(walk(20, 4), (commands) => {
        for (const { before: from, command: what } of callsOf(commands)) {
          const given = asked(from, what) as { readonly type: string }
          expect(answer(given)).toBe(true)
          expect(before(from)).toBe(true)
          expect(command(what)).toBe(given.type !== 'Invalid')
          expect(call({ before: from, command: what, answer: given })).toBe(command(what))
        }
      }),
      { numRuns: runs(40) },
    )
  })

  it('a command that is nearly right is not valid, and the answer is', () => {
    const nothing: JsonBefore = { type: 'Events', events: [] }
    fc.assert(
      fc.property(nearMisses(orders.codecs.commands), ({ input }) => {
        for (const data of asJson(input)) {
          const given = asked(nothing, data)
          expect(given).toMatchObject({ type: 'Invalid', input: 'command' })
          expect([command(data), answer(given)]).toEqual([false, true])
        }
      }),
      { numRuns: runs(300) },
    )
  })

  it('an event that is nearly right is not valid, and the answer is', () => {
    fc.assert(
      fc.property(nearMissesOfEvents(orders.codecs.events), ({ input }) => {
        for (const data of asJson(input)) {
          const from = { type: 'Events', events: [data] }
          const given = asked(from, { type: 'SetTax', amount: 1 })
          expect(given).toMatchObject({ type: 'Invalid', input: 'before' })
          expect([before(from), answer(given)]).toEqual([false, true])
        }
      }),
      { numRuns: runs(300) },
    )
  })

  it('any data at all is valid just where it is not refused', async () => {
    const types = new Set<boolean>()
    const from = fc.oneof(
      fc.jsonValue(),
      fc.record(
        {
          type: fc.constantFrom('Events', 'State', 'Other'),
          events: fc.constantFrom<unknown>([], [1], {}),
          version: fc.constantFrom<unknown>(0, 3, -1, 0.5, '1', null, 2 ** 53),
          state: fc.constantFrom<unknown>({ type: 'NoOrder' }, { type: 'Order' }, null),
        },
        { requiredKeys: [] },
      ),
    )
    const property = fc.property(from, (data) => {
      for (const one of asJson(data)) {
        const given = asked(one, { type: 'SetTax', amount: 1 }) as { readonly type: string }
        types.add(before(one))
        expect([before(one), answer(given)]).toEqual([given.type !== 'Invalid', true])
      }
    })
    await drawUntil(
      () => types.size === 2,
      (seed) => fc.assert(property, { numRuns: runs(500), seed }),
    )
  })

  it('every kind of answer is valid, and one of no kind is not', () => {
    const failed = { type: 'Failed', part: 'decide', reason: 'threw 1' }
    const evolved: unknown = JSON.parse(orders.evolveJson('{"type":"Events","events":[]}', '[]'))
    expect([answer(failed), answer(evolved)]).toEqual([true, true])
    for (const wrong of [
      {},
      { type: 'Done' },
      { ...failed, part: 'other' },
      { type: 'Accepted' },
    ]) {
      expect(answer(wrong)).toBe(false)
    }
  })

  it('a state that the codec refuses for its sums alone is valid', () => {
    const state = {
      type: 'Order',
      customerId: 'V',
      currency: 'USD',
      status: 'new',
      lines: [],
      subtotal: 0,
      shipping: 0,
      tax: 0,
      total: 1,
    }
    const from = { type: 'State', version: 1, state }
    expect(asked(from, { type: 'SetTax', amount: 1 })).toMatchObject({ type: 'Invalid' })
    expect(before(from)).toBe(true)
  })

  it('its schema stands in docs/examples/json/order.schema.json as it is', async () => {
    const path = new URL('../../../docs/examples/json/order.schema.json', import.meta.url)
    const { code } = await format('order.schema.json', JSON.stringify(schema), { printWidth: 100 })
    // put right by: npm run build && node docs/examples/json/build.mjs --schema
    expect(readFileSync(path, 'utf8')).toBe(code)
  })
})

describe('law 4: versions', () => {
  const { codecs } = accounts
  const schema = rightOf(boundarySchema(codecs))
  const stored = checkOf(schema, '#/$defs/StoredEvent')
  const written = checkOf(schema, '#/$defs/Event')
  const alone = checkOf(rightOf(eventsSchema(codecs.events)))
  const at = <A>(type: string, schemaVersion: number, of: Codec<A>) =>
    arbitrary(of).map((value) => ({ type, schemaVersion, data: of.encode(value) }))
  const newest = at('Paid', 3, accounts.v3)
  const older = fc.oneof(
    at('Paid', 1, accounts.v1),
    at('Paid', 2, accounts.v2),
    at('Refunded', 1, accounts.refunded),
  )

  it('law 4: an event of any version is valid as a stored one, and only the newest as a new one', () => {
    fc.assert(
      fc.property(fc.oneof(older, newest), (event) => {
        for (const data of asJson(event)) expect([stored(data), alone(data)]).toEqual([true, true])
        expect(written(event)).toBe(event.type === 'Paid' && event.schemaVersion === 3)
        for (const schemaVersion of [0, 4, 1.5, '1']) {
          expect(stored({ ...event, schemaVersion })).toBe(false)
        }
        expect(stored({ ...event, type: 'Lost' })).toBe(false)
      }),
    )
  })

  it('law 4: an event of a retired type is valid as a stored one only, in every version', () => {
    fc.assert(
      fc.property(at('Refunded', 2, accounts.v3), (event) => {
        expect([stored(event), written(event)]).toEqual([true, false])
      }),
    )
  })

  it('law 4: data from before fields were added is valid as stored data, and of a dropped type any data', () => {
    const before = variant('A', { a: t.string })
    const changed = codecOf(
      {
        A: pipe(
          before,
          addFields(variant('A', { a: t.string, b: t.number }), (old) => ({ ...old, b: 0 })),
        ),
      },
      { dropped: ['Noted'] },
    )
    const check = checkOf(rightOf(eventsSchema(changed)))
    const event = (type: string, data: unknown) => ({ type, schemaVersion: 1, data })
    expect(check(event('A', { type: 'A', a: '' }))).toBe(true)
    expect(check(event('A', { type: 'A', a: '', b: 1 }))).toBe(true)
    expect(check(event('A', { type: 'A' }))).toBe(false)
    expect(check(event('Noted', 7))).toBe(true)
    expect(check(event('Lost', 7))).toBe(false)
  })

  it('a recursive type does not take the name of a part', () => {
    const state = recursion('State', (self) => t.union([t.null, t.type({ Answer: self })]))
    const named = codec(t.type({ Answer: recursion('Answer', (self) => t.array(self)), state }))
    const nested = boundarySchema({ ...codecs, state: named as never }) // none is encoded
    const check = checkOf(rightOf(nested), '#/$defs/State')
    expect(check({ Answer: [[]], state: { Answer: null } })).toBe(true)
    expect(check({ Answer: [[1]], state: { Answer: null } })).toBe(false)
    expect(check({ Answer: [], state: { Answer: 1 } })).toBe(false)
  })

  it('law 4: places tell versions apart', () => {
    const only: JsonSchemaOptions = { given: [['Paid@1.cents', { const: 7 }]] }
    const check = checkOf(rightOf(eventsSchema(codecs.events, only)))
    expect(check({ type: 'Paid', schemaVersion: 1, data: { cents: 7 } })).toBe(true)
    expect(check({ type: 'Paid', schemaVersion: 1, data: { cents: 8 } })).toBe(false)
  })

  it('law 3: what is answered is valid, also without a codec of states', () => {
    const { commands, events } = codecs
    for (const parts of [codecs, { commands, events }]) {
      const j = toJson(accounts.account, parts)
      const check = checkOf(rightOf(boundarySchema(parts)))
      fc.assert(
        fc.property(arbitrary(commands), fc.array(newest, { maxLength: 3 }), (one, history) => {
          const before = { type: 'Events', events: history }
          const command = commands.encode(one)
          const text = j.decideJson(JSON.stringify(before), JSON.stringify(command))
          const answer: unknown = JSON.parse(text)
          expect(check({ before, command, answer })).toBe(true)
          expect(check({ before: { type: 'State', version: 0 }, command, answer })).toBe(false)
        }),
      )
    }
  })
})
