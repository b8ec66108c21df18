import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Guard } from '../../../src/codec/IoTs/guard.ts'
import * as guard from '../../../src/codec/IoTs/guard.ts'
import { runs } from '../../setup.ts'
import type { Spec } from '../types.ts'
import { sameData, specAndInputs, typeOf } from '../types.ts'

const positive = (u: unknown): boolean => typeof u !== 'number' || u > 0

/** The guard that belongs to a random type; `never` stands for a part that has none. */
const guardOf = (spec: Spec): Guard => {
  switch (spec.kind) {
    case 'leaf':
      switch (spec.leaf) {
        case 'string':
        case 'number':
        case 'boolean':
          return guard[spec.leaf]
        case 'null':
          return guard.literal(null)
        case 'undefined':
          return guard.literal(undefined)
        case 'unknown':
          return guard.anything
        default:
          return never
      }
    case 'literal':
      return guard.literal(spec.value)
    case 'keyof':
      return guard.oneOf(spec.keys)
    case 'type':
      return guard.struct(guardsOf(spec.fields))
    case 'partial':
      return guard.partial(guardsOf(spec.fields))
    case 'strict':
      return guard.exact(guard.struct(guardsOf(spec.fields)))
    case 'exact':
      return guard.exact(guardOf(spec.of))
    case 'array':
    case 'readonlyArray':
      return guard.array(guardOf(spec.of))
    case 'readonly':
      return guardOf(spec.of)
    case 'record':
      return guard.record(guardOf(spec.of))
    case 'intersection':
      return guard.all(spec.members.map(guardOf)) ?? never
    case 'union': {
      const members = spec.members.map(guardOf)
      return members.every((member) => member.decides) ? guard.any(members) : never
    }
    default:
      return never
  }
}

const guardsOf = (fields: Readonly<Record<string, Spec>>): Record<string, Guard> =>
  Object.fromEntries(Object.entries(fields).map(([key, field]) => [key, guardOf(field)]))

const never: Guard = { accepts: () => false, decides: false }

describe('laws', () => {
  it('law 1: what a guard accepts is decoded to the same data', () => {
    fc.assert(
      fc.property(specAndInputs, ([spec, inputs]) => {
        const { accepts } = guardOf(spec)
        for (const input of inputs) {
          if (!accepts(input)) continue
          const decoded = typeOf(spec).decode(input)
          expect(E.isRight(decoded) && sameData(decoded.right, input)).toBe(true)
        }
      }),
      { numRuns: runs(500) },
    )
  })

  it('law 2: what a guard that decides does not accept is refused or left unchanged', () => {
    fc.assert(
      fc.property(specAndInputs, ([spec, inputs]) => {
        const { accepts, decides } = guardOf(spec)
        fc.pre(decides)
        for (const input of inputs) {
          if (accepts(input)) continue
          const decoded = typeOf(spec).decode(input)
          expect(E.isLeft(decoded) || sameData(decoded.right, input)).toBe(true)
        }
      }),
      { numRuns: runs(500) },
    )
  })
})

describe('accepts', () => {
  const { struct, string, number, partial, exact, array, record, all, any, where } = guard
  const point = struct({ x: number, y: number })

  class Point {
    readonly x = 1
    readonly y = 2
  }

  const cases: ReadonlyArray<
    readonly [string, Guard, ReadonlyArray<unknown>, ReadonlyArray<unknown>]
  > = [
    [
      'struct',
      point,
      [
        { x: 1, y: 2 },
        { y: 2, x: 1 },
      ],
      [
        { x: 1, y: 2, z: 3 },
        { z: 3, y: 2, x: 1 },
        { x: 1, y: 2, __proto__: null },
        {},
        { x: 1 },
        { y: 2 },
        { x: '1', y: 2 },
        { x: 1, y: '2' },
        { y: '2', x: 1 },
        { y: 2, x: '1' },
        { y: 2, z: 3 },
        { x: 1, z: 3 },
        new Point(),
        Object.create(null),
        Object.create({ x: 1, y: 2 }),
        [],
        null,
        undefined,
        1,
      ],
    ],
    ['struct of nothing', struct({}), [{}], [{ a: 1 }, null, [], 'a']],
    [
      'struct of what may be undefined',
      struct({ a: guard.anything }),
      [{ a: undefined }],
      [{}, { b: 1 }, { b: 1, a: undefined }],
    ],
    [
      'partial',
      partial({ a: string, b: number }),
      [{}, { a: '' }, { a: undefined, b: 1 }],
      [{ c: 1 }, { a: 1 }, { a: '', b: '' }, { a: null }, null, [], new Point()],
    ],
    [
      'exact',
      exact(partial({ a: string })),
      [{}, { a: '' }, { a: undefined }],
      [{ b: 1 }, { a: '', b: 1 }, { a: 1 }, null],
    ],
    ['array', array(string), [[], ['a'], ['a', 'b']], [[1], ['a', 1], {}, 'a', null, Array(1)]],
    ['record', record(number), [{}, { a: 1 }], [{ a: '' }, { a: 1, b: '' }, [], null, new Point()]],
    [
      'all of several fields',
      all([point, partial({ z: number })]) ?? never,
      [
        { x: 1, y: 2 },
        { z: 3, y: 2, x: 1 },
      ],
      [{ x: 1, y: 2, z: '' }, {}, { z: 1 }, { x: 1, y: 2, a: 3 }],
    ],
    [
      'all that name the same fields',
      all([
        struct({ a: number, b: point }),
        struct({ a: where(number, positive), b: struct({ z: number }) }),
      ]) ?? never,
      [{ a: 1, b: { x: 1, y: 2, z: 3 } }],
      [
        { a: -1, b: { x: 1, y: 2, z: 3 } },
        { a: 1, b: { x: 1, y: 2 } },
        { a: 1, b: { x: 1, y: 2, z: 3, a: 4 } },
      ],
    ],
    ['all without fields', all([number, where(number, positive)]) ?? never, [1], [-1, 'a']],
    ['any', any([string, number]), ['', 1], [null, {}]],
    ['where', where(number, positive), [1], [0, -1, 'a']],
    ['oneOf', guard.oneOf(['a', 'b']), ['a', 'b'], ['c', 1, undefined]],
    ['boolean', guard.boolean, [true, false], [0, 'true', null]],
  ]

  it.each(cases)('%s', (_, { accepts }, yes, no) => {
    expect(yes.map(accepts)).toEqual(yes.map(() => true))
    expect(no.map(accepts)).toEqual(no.map(() => false))
  })

  it('a predicate sees only what the guard beneath it accepts', () => {
    const seen: Array<unknown> = []
    const { accepts } = where(number, (n: number) => seen.push(n) > 0)
    expect(['a', 1, null].map(accepts)).toEqual([false, true, false])
    expect(seen).toEqual([1])
  })
})

it('members that can not be put together have no guard in common', () => {
  const { all, anything, array, partial, string, struct, where } = guard
  const named = struct({ a: string })
  const parts: ReadonlyArray<readonly [Guard, Guard]> = [
    [named, string],
    [string, named],
    [named, anything],
    [named, where(named, () => true)],
    [named, guard.exact(partial({ b: string }))],
    [named, partial({ a: string })],
    [struct({ a: array(string) }), struct({ a: array(string) })],
    [partial({ a: array(string) }), partial({ a: array(string) })],
  ]
  expect(parts.map(all)).toEqual(parts.map(() => undefined))
})

describe('decides', () => {
  const { struct, string, partial, exact, array, record, all, any, where, anything } = guard
  const open = exact(struct({ a: string }))

  it('where no would change nothing', () => {
    const deciding = [
      string,
      anything,
      struct({ a: string }),
      partial({ a: string, b: anything }),
      array(string),
      record(string),
      all([string, string]) ?? never,
      all([struct({ a: string }), partial({ b: string })]) ?? never,
      any([string]),
      where(string, () => false),
    ]
    expect(deciding.map(({ decides }) => decides)).toEqual(deciding.map(() => true))
  })

  it('not where no may mean that keys are stripped or fields filled in, however deep', () => {
    const undecided = [
      open,
      struct({ a: anything }),
      struct({ a: string, b: guard.literal(undefined) }),
      struct({ a: open }),
      partial({ a: string, b: open }),
      array(open),
      record(open),
      where(open, () => true),
    ]
    expect(undecided.map(({ decides }) => decides)).toEqual(undecided.map(() => false))
  })
})
