import * as E from 'fp-ts/lib/Either.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Guard } from '../../../src/codec/IoTs/guard.ts'
import {
  arrayGuard,
  booleanGuard,
  exactGuard,
  intersectionGuard,
  keyofGuard,
  literalGuard,
  numberGuard,
  partialGuard,
  recordGuard,
  refinedGuard,
  stringGuard,
  structGuard,
  unionGuard,
  unknownGuard,
} from '../../../src/codec/IoTs/guard.ts'
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
          return { string: stringGuard, number: numberGuard, boolean: booleanGuard }[spec.leaf]
        case 'null':
          return literalGuard(null)
        case 'undefined':
          return literalGuard(undefined)
        case 'unknown':
          return unknownGuard
        default:
          return never
      }
    case 'literal':
      return literalGuard(spec.value)
    case 'keyof':
      return keyofGuard(spec.keys)
    case 'type':
      return structGuard(guardsOf(spec.fields))
    case 'partial':
      return partialGuard(guardsOf(spec.fields))
    case 'strict':
      return exactGuard(structGuard(guardsOf(spec.fields)))
    case 'exact':
      return exactGuard(guardOf(spec.of))
    case 'array':
    case 'readonlyArray':
      return arrayGuard(guardOf(spec.of))
    case 'readonly':
      return guardOf(spec.of)
    case 'record':
      return recordGuard(guardOf(spec.of))
    case 'intersection':
      return intersectionGuard(spec.members.map(guardOf)) ?? never
    case 'union': {
      const members = spec.members.map(guardOf)
      return members.every((member) => member.decides) ? unionGuard(members) : never
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
  const point = structGuard({ x: numberGuard, y: numberGuard })

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
    ['struct of nothing', structGuard({}), [{}], [{ a: 1 }, null, [], 'a']],
    [
      'struct of what may be undefined',
      structGuard({ a: unknownGuard }),
      [{ a: undefined }],
      [{}, { b: 1 }, { b: 1, a: undefined }],
    ],
    [
      'partial',
      partialGuard({ a: stringGuard, b: numberGuard }),
      [{}, { a: '' }, { a: undefined, b: 1 }],
      [{ c: 1 }, { a: 1 }, { a: '', b: '' }, { a: null }, null, [], new Point()],
    ],
    [
      'exact',
      exactGuard(partialGuard({ a: stringGuard })),
      [{}, { a: '' }, { a: undefined }],
      [{ b: 1 }, { a: '', b: 1 }, { a: 1 }, null],
    ],
    [
      'array',
      arrayGuard(stringGuard),
      [[], ['a'], ['a', 'b']],
      [[1], ['a', 1], {}, 'a', null, Array(1)],
    ],
    [
      'record',
      recordGuard(numberGuard),
      [{}, { a: 1 }],
      [{ a: '' }, { a: 1, b: '' }, [], null, new Point()],
    ],
    [
      'all of several fields',
      intersectionGuard([point, partialGuard({ z: numberGuard })]) ?? never,
      [
        { x: 1, y: 2 },
        { z: 3, y: 2, x: 1 },
      ],
      [{ x: 1, y: 2, z: '' }, {}, { z: 1 }, { x: 1, y: 2, a: 3 }],
    ],
    [
      'all that name the same fields',
      intersectionGuard([
        structGuard({ a: numberGuard, b: point }),
        structGuard({ a: refinedGuard(numberGuard, positive), b: structGuard({ z: numberGuard }) }),
      ]) ?? never,
      [{ a: 1, b: { x: 1, y: 2, z: 3 } }],
      [
        { a: -1, b: { x: 1, y: 2, z: 3 } },
        { a: 1, b: { x: 1, y: 2 } },
        { a: 1, b: { x: 1, y: 2, z: 3, a: 4 } },
      ],
    ],
    [
      'all without fields',
      intersectionGuard([numberGuard, refinedGuard(numberGuard, positive)]) ?? never,
      [1],
      [-1, 'a'],
    ],
    ['any', unionGuard([stringGuard, numberGuard]), ['', 1], [null, {}]],
    ['where', refinedGuard(numberGuard, positive), [1], [0, -1, 'a']],
    ['oneOf', keyofGuard(['a', 'b']), ['a', 'b'], ['c', 1, undefined]],
    ['boolean', booleanGuard, [true, false], [0, 'true', null]],
  ]

  it.each(cases)('%s', (_, { accepts }, yes, no) => {
    expect(yes.map(accepts)).toEqual(yes.map(() => true))
    expect(no.map(accepts)).toEqual(no.map(() => false))
  })

  it('a predicate sees only what the guard beneath it accepts', () => {
    const seen: Array<unknown> = []
    const { accepts } = refinedGuard(numberGuard, (n: number) => seen.push(n) > 0)
    expect(['a', 1, null].map(accepts)).toEqual([false, true, false])
    expect(seen).toEqual([1])
  })
})

it('members that can not be put together have no guard in common', () => {
  const named = structGuard({ a: stringGuard })
  const parts: ReadonlyArray<readonly [Guard, Guard]> = [
    [named, stringGuard],
    [stringGuard, named],
    [named, unknownGuard],
    [named, refinedGuard(named, () => true)],
    [named, exactGuard(partialGuard({ b: stringGuard }))],
    [named, partialGuard({ a: stringGuard })],
    [structGuard({ a: arrayGuard(stringGuard) }), structGuard({ a: arrayGuard(stringGuard) })],
    [partialGuard({ a: arrayGuard(stringGuard) }), partialGuard({ a: arrayGuard(stringGuard) })],
  ]
  expect(parts.map(intersectionGuard)).toEqual(parts.map(() => undefined))
})

describe('decides', () => {
  const open = exactGuard(structGuard({ a: stringGuard }))

  it('where no would change nothing', () => {
    const deciding = [
      stringGuard,
      unknownGuard,
      structGuard({ a: stringGuard }),
      partialGuard({ a: stringGuard, b: unknownGuard }),
      arrayGuard(stringGuard),
      recordGuard(stringGuard),
      intersectionGuard([stringGuard, stringGuard]) ?? never,
      intersectionGuard([structGuard({ a: stringGuard }), partialGuard({ b: stringGuard })]) ??
        never,
      unionGuard([stringGuard]),
      refinedGuard(stringGuard, () => false),
    ]
    expect(deciding.map(({ decides }) => decides)).toEqual(deciding.map(() => true))
  })

  it('not where no may mean that keys are stripped or fields filled in, however deep', () => {
    const undecided = [
      open,
      structGuard({ a: unknownGuard }),
      structGuard({ a: stringGuard, b: literalGuard(undefined) }),
      structGuard({ a: open }),
      partialGuard({ a: stringGuard, b: open }),
      arrayGuard(open),
      recordGuard(open),
      refinedGuard(open, () => true),
    ]
    expect(undecided.map(({ decides }) => decides)).toEqual(undecided.map(() => false))
  })
})
