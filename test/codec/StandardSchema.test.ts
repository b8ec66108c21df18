import { toStandardJsonSchema } from '@valibot/to-json-schema'
import { scope, type } from 'arktype'
import * as Schema from 'effect/Schema'
import type { Either } from 'fp-ts/lib/Either.js'
import { isLeft, left, right } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as v from 'valibot'
import { describe, expect, it } from 'vitest'
import * as z from 'zod'
import type { Codec, Issues } from '../../src/codec/Codec.ts'
import { showIssue } from '../../src/codec/Codec.ts'
import type { EventCodec } from '../../src/codec/EventCodec.ts'
import type { StandardSchema } from '../../src/codec/StandardSchema.ts'
import {
  twoWaySchemaCodec,
  schemaCodec,
  schemaCommandCodec,
  schemaEventCodec,
} from '../../src/codec/StandardSchema.ts'
import { next } from '../../src/codec/EventCodec/upcast.ts'
import { deepFreeze } from '../support/deepFreeze.ts'
import type { Placed } from './schemas.ts'
import { placed, standard } from './schemas.ts'

const order: Placed = {
  type: 'Placed',
  customer: 'VINET',
  lines: [{ product: 'tea', quantity: 2 }],
}

interface Nested {
  readonly kids: ReadonlyArray<Nested>
}

/** A codec whatever it is of. */
type Decodes = Pick<Codec<never>, 'origin'> & {
  readonly decode: (input: unknown) => Either<Issues, unknown>
  readonly is: (input: unknown) => boolean
}

const issuesOf = (of: Decodes, input: unknown): ReadonlyArray<string> => {
  const decoded = of.decode(input)
  return isLeft(decoded) ? decoded.left.map(showIssue) : []
}

const leaves = 'a value that the schema leaves as it is'

describe.each(Object.entries(placed))('%s', (_, orders) => {
  it('law 1: data that the schema accepts is decoded as it is', () => {
    const noted = { ...order, note: 'soon' }
    expect(orders.decode(deepFreeze(order))).toStrictEqual(right(order))
    expect(orders.decode(deepFreeze(noted))).toStrictEqual(right(noted))
    expect(orders.encode(noted)).toStrictEqual(noted)
    expect(orders.is(order)).toBe(true)
  })

  it('law 1: whatever their names are', () => {
    const names = ['my key', 'a.b', '', '0', 'must', 'constructor', '__proto__']
    for (const name of names) {
      const more: unknown = { ...JSON.parse(JSON.stringify(order)), [name]: 1 }
      expect(orders.decode(more)).toStrictEqual(right(order))
    }
  })

  it('law 1: fields that the schema does not know are left out, at every depth', () => {
    const more = deepFreeze({
      ...order,
      password: '…',
      lines: [{ product: 'tea', quantity: 2, cost: 1 }],
    })
    expect(orders.decode(more)).toStrictEqual(right(order))
    expect(orders.encode(more)).toStrictEqual(order)
  })

  it('a refusal says where, what was expected, and what is there', () => {
    const decoded = orders.decode({ ...order, lines: [{ product: 5, quantity: 0 }] })
    expect(
      isLeft(decoded) && decoded.left.map(({ path, actual }) => ({ path, actual })),
    ).toStrictEqual([
      { path: ['lines', 0, 'product'], actual: 5 },
      { path: ['lines', 0, 'quantity'], actual: 0 },
    ])
    expect(issuesOf(orders, { ...order, type: 'Lost' })).toStrictEqual([
      'type: expected "Placed", got "Lost"',
    ])
    expect(issuesOf(orders, { type: 'Placed', lines: [] })).toStrictEqual([
      expect.stringMatching(/^customer: expected (a value|(a )?string), got undefined$/),
    ])
    expect(issuesOf(orders, null)).toHaveLength(1)
    expect(orders.is({ ...order, type: 'Lost' })).toBe(false)
  })

  it('what is no value is encoded as it is, and decoding that tells why', () => {
    const wrong = { ...order, customer: '' }
    expect(orders.encode(wrong)).toBe(wrong)
  })
})

describe('what libraries say', () => {
  it.each<[string, Decodes, unknown, ReadonlyArray<string>]>([
    ['zod', schemaCodec(z.number().min(1)), 0, ['(root): expected number to be >=1, got 0']],
    [
      'zod, no reason',
      schemaCodec(z.number().refine((n) => n > 1)),
      0,
      ['(root): expected a valid value (Invalid input), got 0'],
    ],
    [
      'zod, own words',
      schemaCodec(z.number().refine((n) => n > 1, 'Too few')),
      0,
      ['(root): expected a valid value (Too few), got 0'],
    ],
    [
      'zod, a union of objects',
      schemaCodec(z.object({ a: z.union([z.string(), z.object({ b: z.number() })]) })),
      { a: { b: 'x' } },
      ['a: expected string, got an object', 'a.b: expected number, got "x"'],
    ],
    [
      'zod, a tag',
      schemaCodec(z.discriminatedUnion('type', [z.object({ type: z.literal('A') })])),
      { type: 'B' },
      ['type: expected \'A\', got "B"'],
    ],
    [
      'zod, a strict object',
      schemaCodec(z.object({ a: z.strictObject({}) })),
      { a: { b: 1, c: 2 } },
      ['a.b: expected no such field, got 1', 'a.c: expected no such field, got 2'],
    ],
    ['valibot', schemaCodec(v.pipe(v.number(), v.minValue(1))), 0, ['(root): expected >=1, got 0']],
    [
      'valibot, own words',
      schemaCodec(
        v.pipe(
          v.number(),
          v.check(() => false, 'Too few'),
        ),
      ),
      0,
      ['(root): expected a valid value (Too few), got 0'],
    ],
    [
      'valibot, a missing field',
      schemaCodec(v.object({ a: v.number() })),
      {},
      ['a: expected a value, got undefined'],
    ],
    [
      'valibot, a strict object',
      schemaCodec(v.strictObject({})),
      { b: 1 },
      ['b: expected no such field, got 1'],
    ],
    [
      'effect, a missing field',
      schemaCodec(standard(Schema.Struct({ a: Schema.Finite }))),
      {},
      ['a: expected a value, got undefined'],
    ],
    [
      'effect, a strict object',
      schemaCodec(
        Schema.toStandardSchemaV1(Schema.Struct({ a: Schema.Finite }), {
          parseOptions: { onExcessProperty: 'error', errors: 'all' },
        }),
      ),
      { a: 1, b: 1 },
      ['b: expected no such field, got 1'],
    ],
    ['arktype', schemaCodec(type('number >= 1')), 0, ['(root): expected at least 1, got 0']],
    [
      'arktype, a union that cannot name the unknown field',
      schemaCodec(type({ a: 'string' }).or({ b: 'number' })),
      { a: 'x', c: 1 },
      ['(root): expected removed or b must be a number, got an object'],
    ],
    [
      'arktype, several',
      schemaCodec(type("'a' | 'b'")),
      'c',
      ['(root): expected "a" or "b", got "c"'],
    ],
    [
      'arktype, own words',
      schemaCodec(type('number').narrow((n, to) => n > 1 || to.mustBe('more'))),
      0,
      ['(root): expected more, got 0'],
    ],
    [
      'arktype, a strict object',
      schemaCodec(type({ '+': 'reject', a: 'number' })),
      { a: 1, b: 1 },
      ['b: expected no such field, got 1'],
    ],
  ])('%s', (_, of, input, expected) => {
    expect(issuesOf(of, input)).toStrictEqual(expected)
  })

  it('a path may be made of segments, and keys may be symbols', () => {
    const own = schemaCodec({
      '~standard': {
        validate: () => ({
          issues: [{ message: 'wrong', path: [{ key: 'a' }, 0, Symbol('s')] }],
        }),
      },
    })
    expect(own.decode({ a: ['x'] })).toStrictEqual(
      left([{ path: ['a', 0, 'Symbol(s)'], expected: 'a valid value (wrong)', actual: undefined }]),
    )
  })

  it('where the message says nothing, as in zod/mini, the type that was expected does', () => {
    const issue = { message: 'Invalid input', code: 'invalid_type', expected: 'string' }
    const own = schemaCodec({ '~standard': { validate: () => ({ issues: [issue] }) } })
    expect(issuesOf(own, 1)).toStrictEqual(['(root): expected string, got 1'])
  })

  it('a refusal without a reason is one', () => {
    const own = schemaCodec({ '~standard': { validate: () => ({ issues: [] }) } })
    expect(own.decode(1)).toStrictEqual(left([{ path: [], expected: 'a valid value', actual: 1 }]))
  })
})

describe('law 2: what a schema changes is refused, and where', () => {
  class Point extends Schema.Class<Point>('Point')({ x: Schema.Finite }) {}

  it.each<[string, Decodes, unknown, string]>([
    ['zod', schemaCodec(z.object({ a: z.array(z.string().trim()) })), { a: ['b', ' c'] }, 'a[1]'],
    [
      'zod, a default',
      schemaCodec(z.object({ a: z.string().overwrite(() => 'x') })),
      { a: 'y' },
      'a',
    ],
    ['valibot', schemaCodec(v.object({ a: v.pipe(v.string(), v.toLowerCase()) })), { a: 'B' }, 'a'],
    ['effect', schemaCodec(standard(Schema.Struct({ a: Schema.Trim }))), { a: ' b' }, 'a'],
    ['effect, a class', schemaCodec(standard(Schema.Struct({ p: Point }))), { p: { x: 1 } }, 'p'],
    ['arktype', schemaCodec(type({ a: 'string.trim' })), { a: ' b' }, 'a'],
  ])('%s', (_, of, input, path) => {
    expect(issuesOf(of, input)).toStrictEqual([
      expect.stringContaining(`${path}: expected ${leaves}, got `),
    ])
    expect(of.is(input)).toBe(false)
  })

  it.each([
    ['a field more', () => ({ a: 1, b: 2 }), 'b'],
    ['a list longer', () => ({ a: 1, list: [1, 2] }), 'list'],
    ['another kind', () => [], '(root)'],
  ])('%s', (_, change, path) => {
    const own = schemaCodec({
      '~standard': { validate: (): { value: unknown } => ({ value: change() }) },
    })
    expect(issuesOf(own, { a: 1, list: [1] })).toStrictEqual([
      expect.stringContaining(`${path}: expected ${leaves}`),
    ])
  })

  it('a field that is filled in as undefined is no change, nor is a copy', () => {
    const own = schemaCodec({
      '~standard': {
        validate: (): { value: unknown } => ({
          value: { at: new Date(0), n: NaN, b: undefined },
        }),
      },
    })
    expect(own.is({ at: new Date(0), n: NaN })).toBe(true)
  })

  describe('a field that a later member of a union names is not lost', () => {
    const lost = 'a field of the first member of the union that fits'
    const small = { a: z.string() }
    const large = { a: z.string(), b: z.number() }

    it.each<[string, Decodes]>([
      ['zod', schemaCodec(z.object({ u: z.union([z.object(small), z.object(large)]) }))],
      [
        'effect',
        schemaCodec(
          standard(
            Schema.Struct({
              u: Schema.Union([
                Schema.Struct({ a: Schema.String }),
                Schema.Struct({ a: Schema.String, b: Schema.Finite }),
              ]),
            }),
          ),
        ),
      ],
      [
        'valibot',
        schemaCodec(
          toStandardJsonSchema(
            v.object({
              u: v.union([v.object({ a: v.string() }), v.object({ a: v.string(), b: v.number() })]),
            }),
          ),
        ),
      ],
    ])('%s', (_, of) => {
      expect(of.decode({ u: { a: 'x' } })).toStrictEqual(right({ u: { a: 'x' } }))
      expect(of.decode({ u: { a: 'x', c: 1 } })).toStrictEqual(right({ u: { a: 'x' } }))
      expect(of.decode({ u: { a: 'x', b: 'y' } })).toStrictEqual(right({ u: { a: 'x' } }))
      expect(issuesOf(of, { u: { a: 'x', b: 1 } })).toStrictEqual([`u.b: expected ${lost}, got 1`])
      expect(of.is({ u: { a: 'x', b: 1 } })).toBe(false)
    })

    it('arktype tells members apart by what they reject, or else forgets the larger one', () => {
      const closed = { '+': 'reject', a: 'string' } as const
      const of = schemaCodec(type({ u: type(closed).or({ ...closed, b: 'number' }) }))
      expect(of.decode({ u: { a: 'x', b: 1 } })).toStrictEqual(right({ u: { a: 'x', b: 1 } }))
      const open = type({ a: 'string' }).or({ a: 'string', b: 'number' })
      expect(open.expression).toBe('{ a: string }')
    })

    it('with the larger member first, both are taken', () => {
      const of = schemaCodec(z.union([z.object(large), z.object(small)]))
      expect(of.decode({ a: 'x', b: 1 })).toStrictEqual(right({ a: 'x', b: 1 }))
      expect(of.decode({ a: 'x' })).toStrictEqual(right({ a: 'x' }))
    })
  })

  it('what a union does to the data that another member took is not done', () => {
    const either = schemaCodec(type({ a: 'string' }).or({ b: 'number' }))
    expect(either.decode({ b: 1 })).toStrictEqual(right({ b: 1 }))
    // which of the members is meant, cannot be told, so nothing is left out
    expect(isLeft(either.decode({ b: 1, c: 2 }))).toBe(true)
    expect(isLeft(either.decode({ a: 'x', c: 2 }))).toBe(true)
    expect(isLeft(either.decode({ a: 'x', b: 1, c: 2 }))).toBe(true)
  })
})

describe('what comes from outside costs as much as there is of it', () => {
  // with the cost of their square, these would end in a time-out
  const many = 5_000
  const patience = 20_000
  const lines = <A>(line: A) => ({ lines: Array.from({ length: many }, () => line) })
  const zodLines = z.object({ lines: z.array(z.object({ a: z.string() })) })
  const arkLines = type({ lines: type({ a: 'string' }).array() })

  it.each<[string, Decodes]>([
    ['zod', schemaCodec(zodLines)],
    ['zod, in a union', schemaCodec(z.union([zodLines, z.object({ n: z.null() })]))],
    ['arktype', schemaCodec(arkLines)],
  ])(
    '%s: many unknown fields',
    (_, of) => {
      expect(of.is(lines({ a: 'x', password: '…' }))).toBe(true)
    },
    patience,
  )

  it.each<[string, Decodes]>([
    ['zod', schemaCodec(zodLines)],
    ['arktype', schemaCodec(arkLines)],
  ])(
    '%s: many faults',
    (_, of) => {
      expect(issuesOf(of, lines({ a: 1 }))).toHaveLength(many)
    },
    patience,
  )
})

describe('law 3: a schema that answers later is refused', () => {
  const later =
    '(root): expected a schema that answers synchronously (this one is asynchronous), got 1'

  it.each<[string, Decodes]>([
    ['zod', schemaCodec(z.number().refine(async (n) => n > 0))],
    [
      'valibot',
      schemaCodec(
        v.pipeAsync(
          v.number(),
          v.checkAsync(async (n) => n > 0),
        ),
      ),
    ],
    [
      'one that fails',
      schemaCodec({ '~standard': { validate: async () => Promise.reject(new Error()) } }),
    ],
  ])('%s', (_, of) => {
    expect(issuesOf(of, 1)).toStrictEqual([later])
  })

  it('a schema that throws refuses', () => {
    const own = schemaCodec({
      '~standard': {
        validate: (): never => {
          throw new Error('lost')
        },
      },
    })
    expect(issuesOf(own, 1)).toStrictEqual([
      '(root): expected a value that the schema can check (it failed: Error: lost), got 1',
    ])
  })

  const deepest = 6_000
  const Tree = z.object({
    get kids() {
      return z.array(Tree)
    },
  })
  const ValibotTree: v.GenericSchema<Nested> = v.object({
    kids: v.array(v.lazy(() => ValibotTree)),
  })

  it.each<[string, Decodes]>([
    ['zod', schemaCodec(Tree)],
    ['valibot', schemaCodec(ValibotTree)],
    ['arktype', schemaCodec(scope({ node: { kids: 'node[]' } }).export().node)],
    ['both ways', twoWaySchemaCodec({ decode: ValibotTree, encode: ValibotTree })],
  ])('%s: data too deep for the stack is refused, at whatever depth that begins', (_, of) => {
    let deep: Nested = { kids: [] }
    const next = (data: Nested): Nested => ({ kids: [data] })
    for (let depth = 0; depth < deepest; depth++) {
      deep = next(deep)
      if (depth % 500 !== 0) continue
      // neither throws, and what is a value is decoded
      if (of.is(deep)) expect(of.decode(deep)._tag).toBe('Right')
    }
    for (let depth = 0; depth < 3 * deepest; depth++) deep = next(deep)
    expect(isLeft(of.decode(deep))).toBe(true)
  })
})

it('a copy of data that is too deep to compare is refused', () => {
  const deep = (): Nested => {
    let data: Nested = { kids: [] }
    for (let i = 0; i < 30_000; i++) data = { kids: [data] }
    return data
  }
  const copy = { '~standard': { validate: () => ({ value: deep() }) } }
  const input = deep()
  expect(isLeft(schemaCodec(copy as StandardSchema<Nested, Nested>).decode(input))).toBe(true)
  expect(twoWaySchemaCodec<Nested, Nested>({ decode: copy, encode: copy }).is(input)).toBe(false)
})

describe('twoWaySchemaCodec', () => {
  const shipped = Schema.Struct({ on: Schema.DateFromString, grams: Schema.BigIntFromString })
  const both = twoWaySchemaCodec({
    decode: standard(shipped),
    encode: Schema.toStandardSchemaV1(Schema.flip(shipped)),
  })
  const value = { on: new Date(0), grams: 12n }
  const stored = { on: '1970-01-01T00:00:00.000Z', grams: '12' }

  it('law 1: round trip', () => {
    expect(both.encode(value)).toStrictEqual(stored)
    expect(both.decode(stored)).toStrictEqual(right(value))
  })

  it('law 2: a value is what comes back', () => {
    expect(both.is(value)).toBe(true)
    expect(both.is(stored)).toBe(false)
    expect(both.is({ ...value, on: new Date(NaN) })).toBe(false)
    expect(both.encode(stored as never)).toBe(stored)
    const longer = twoWaySchemaCodec({ decode: z.string().min(3), encode: z.string() })
    expect(longer.is('abc')).toBe(true)
    expect(longer.is('a')).toBe(false)
  })
})

type AccountEvent =
  | { readonly type: 'Deposited'; readonly amount: number; readonly tags: ReadonlyArray<string> }
  | { readonly type: 'Closed' }

describe('events and commands by the schemas of their fields', () => {
  const all: Readonly<Record<string, EventCodec<AccountEvent>>> = {
    zod: schemaEventCodec({
      Deposited: z.object({ amount: z.number(), tags: z.array(z.string()) }),
      Closed: z.object({}),
    }),
    valibot: schemaEventCodec({
      Deposited: v.strictObject({ amount: v.number(), tags: v.array(v.string()) }),
      Closed: v.object({}),
    }),
    effect: schemaEventCodec({
      Deposited: standard(
        Schema.Struct({ amount: Schema.Finite, tags: Schema.Array(Schema.String) }),
      ),
      Closed: {},
    }),
    arktype: schemaEventCodec({
      Deposited: type({ amount: 'number', tags: 'string[]' }),
      Closed: {},
    }),
  }

  it.each(Object.entries(all))('%s', (_, events) => {
    const deposited = { type: 'Deposited', amount: 5, tags: ['a'] } as const
    const closed = { type: 'Closed' } as const
    for (const event of [deposited, closed]) {
      const encoded = { type: event.type, schemaVersion: 1, data: event }
      expect(events.encode(event)).toStrictEqual(right(encoded))
      expect(events.decode(encoded)).toStrictEqual(right(event))
    }
    const more = { type: 'Closed', schemaVersion: 1, data: { type: 'Closed', by: 'Ann' } }
    expect(events.decode(more)).toStrictEqual(right(closed))
    expect(events.decode({ ...more, data: { type: 'Open' } })).toStrictEqual(
      left({
        eventType: 'Closed',
        schemaVersion: 1,
        issues: [{ path: ['type'], expected: '"Closed"', actual: 'Open' }],
      }),
    )
    expect(events.decode({ ...more, data: 7 })).toStrictEqual(
      left({
        eventType: 'Closed',
        schemaVersion: 1,
        issues: [{ path: [], expected: '"Closed"', actual: 7 }],
      }),
    )
    const wrong = events.encode({ ...deposited, amount: '5' as never })
    expect(isLeft(wrong) && wrong.left.issues).toMatchObject([{ path: ['amount'], actual: '5' }])
  })

  it('an event that is no plain object is refused', () => {
    class Closed {
      readonly type = 'Closed'
    }
    const refused = all['zod']?.encode(new Closed())
    expect(refused).toMatchObject(left({ issues: [{ path: [], expected: '"Closed"' }] }))
  })

  it('chains and codecs stand beside schemas', () => {
    const newest = schemaCodec(z.object({ type: z.literal('Named'), name: z.string() }))
    const older = schemaCodec(z.object({ type: z.literal('Named') }))
    const events = schemaEventCodec({
      Named: pipe(
        older,
        next(newest, ({ type: named }) => ({ type: named, name: '?' })),
      ),
      Closed: {},
    })
    expect(
      events.decode({ type: 'Named', schemaVersion: 1, data: { type: 'Named' } }),
    ).toStrictEqual(right({ type: 'Named', name: '?' }))
  })

  it('commands are told by their type', () => {
    const commands = schemaCommandCodec({ Deposit: v.object({ amount: v.number() }), Close: {} })
    expect(commands.decode({ type: 'Close' })).toStrictEqual(right({ type: 'Close' }))
    expect(issuesOf(commands, { type: 'Deposit', amount: 'x' })).toStrictEqual([
      'amount: expected number, got "x"',
    ])
    expect(commands.encode({ type: 'Deposit', amount: 5 })).toStrictEqual({
      type: 'Deposit',
      amount: 5,
    })
  })
})
