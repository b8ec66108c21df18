import fc from 'fast-check'
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import type { Column } from '../../src/internal/columns.ts'
import { column, earliestInstant, storedValue, valueOfStored } from '../../src/internal/columns.ts'
import { positiveZero } from '../support/json.ts'

const { text, integer, position, bigint, double, boolean, instant, json, optional } = column

const cyclic: Array<unknown> = []
cyclic.push(cyclic, cyclic)

const samples: ReadonlyArray<
  readonly [string, Column<never>, ReadonlyArray<unknown>, ReadonlyArray<unknown>]
> = [
  ['text', text, ['', 'ü😀'], ['\0', '\ud800', 1, null, undefined]],
  ['integer', integer, [0, -(2 ** 53) + 1], [0.5, 2 ** 53, NaN, '1', 1n, null]],
  ['position', position, [0, 1, 2 ** 53 - 1], [-1, 0.5, 2 ** 53, '1', 1n, null]],
  ['bigint', bigint, [0n, 10n ** 60n], [0, '0', null]],
  ['double', double, [0.5, 1e300, -1], [Infinity, NaN, '1', null]],
  ['boolean', boolean, [true, false], [0, 'true', null]],
  ['instant', instant, [0, earliestInstant, 8.64e15], [earliestInstant - 1, 8.64e15 + 1, 0.5, '0']],
  [
    'json',
    json,
    [null, 'a\0', { a: [1, { b: true }] }, Object.create(null)],
    [undefined, NaN, 1n, [undefined], { a: undefined }, new Date(0), cyclic, new Map()],
  ],
  [
    'optional text',
    optional(text),
    [none, some('a')],
    ['a', null, undefined, some(1), { _tag: 'Some' }],
  ],
  ['optional json', optional(json), [none, some(null), some([])], [null, some(undefined)]],
]

describe('columns', () => {
  it.each(samples)('%s holds what fits, and nothing else', (_, { fits }, fitting, others) => {
    const wrong = [
      ...fitting.filter((value) => !fits(value as never)),
      ...others.filter((value) => fits(value as never)),
    ]
    expect(wrong).toStrictEqual([])
  })

  it.each(samples)('%s gives back what was stored', (_, of, fitting) => {
    for (const value of fitting) {
      const stored: unknown = JSON.parse(JSON.stringify(storedValue(of, value)))
      expect(valueOfStored(of, stored)).toEqual(value)
    }
  })

  it('json holds exactly what JSON gives back, where 0 stands for -0', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const back = (): unknown => JSON.parse(JSON.stringify(value))
        if (json.fits(value)) expect(back()).toEqual(positiveZero(value))
      }),
    )
    expect([json.fits([-0]), JSON.stringify([-0])]).toEqual([true, '[0]'])
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(json.fits(value)).toBe(true)
      }),
    )
  })
})
