import { runInThisContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { source } from '../../src/testing/source.ts'

const evaluated = (text: string): unknown => runInThisContext(`(${text})`)

const anything = fc.anything({
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withNullPrototype: false,
  withSparseArray: false,
  withUnicodeString: true,
})

describe('source', () => {
  it('1. gives the value back when it is evaluated', () => {
    fc.assert(
      fc.property(anything, fc.nat({ max: 8 }), (value, indent) => {
        expect(evaluated(source(value, indent))).toStrictEqual(value)
      }),
    )
  })

  it('2. stands on one line exactly where that line is short enough', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), fc.nat({ max: 40 }), (value, indent) => {
        const line = source(value, -1_000_000)
        const text = source(value, indent)
        expect(text.includes('\n')).toBe(value.length > 0 && indent + line.length > 80)
        if (!text.includes('\n')) expect(text).toBe(line)
      }),
    )
  })

  it.each<[unknown, string]>([
    [-0, '-0'],
    [NaN, 'NaN'],
    [1e21, '1e21'],
    [-Infinity, '-Infinity'],
    [12n, '12n'],
    [undefined, 'undefined'],
    [null, 'null'],
    [true, 'true'],
    ['VINET', `'VINET'`],
    [`it's`, `"it's"`],
    [`"it's"`, `'"it\\'s"'`],
    ['a\\"\n', `'a\\\\"\\n'`],
    [[], '[]'],
    [{}, '{}'],
    [[1, ['a']], `[1, ['a']]`],
    [{ type: 'TaxSet', amount: 1 }, `{ type: 'TaxSet', amount: 1 }`],
    [{ 'a-b': 1, 11: 2, '007': 3, $_a1: 4 }, `{ 11: 2, 'a-b': 1, '007': 3, $_a1: 4 }`],
    [JSON.parse('{"__proto__":1}'), `{ ['__proto__']: 1 }`],
    [new Map([['a', { b: 1 }]]), `new Map([['a', { b: 1 }]])`],
    [new Map(), 'new Map([])'],
    [new Set([1, 2]), 'new Set([1, 2])'],
    [new Date(0), `new Date('1970-01-01T00:00:00.000Z')`],
    [new Date(NaN), 'new Date(NaN)'],
    [/a+/gi, '/a+/gi'],
    [new Error('no'), `new Error('no')`],
    [function named() {}, 'undefined /* the function named */'],
    [Symbol('a'), 'undefined /* a symbol */'],
  ])('%s', (value, text) => {
    expect(source(value)).toBe(text)
  })

  it('breaks what does not fit, part by part', () => {
    const line = { productId: '11', quantity: 12, unitPrice: 1_400, discount: 0, total: 16_800 }
    expect(source({ type: 'Order', lines: [line, line], none: {}, total: 33_600 })).toBe(
      [
        '{',
        `  type: 'Order',`,
        '  lines: [',
        `    { productId: '11', quantity: 12, unitPrice: 1400, discount: 0, total: 16800 },`,
        `    { productId: '11', quantity: 12, unitPrice: 1400, discount: 0, total: 16800 },`,
        '  ],',
        '  none: {},',
        '  total: 33600,',
        '}',
      ].join('\n'),
    )
  })

  it('is indented by as much as the line it begins on', () => {
    expect(source(['a'.repeat(80)], 4)).toBe(`[\n      '${'a'.repeat(80)}',\n    ]`)
  })

  it('says where a value stands inside itself, and does not go on for ever', () => {
    const inside: Array<unknown> = [1]
    inside.push(inside)
    expect(source(inside)).toBe('[1, undefined /* a value inside itself */]')
    let deep: unknown = 1
    for (let i = 0; i < 10_000; i++) deep = [deep]
    expect(source(deep)).toContain('/* nested too deep */')
  })

  it('writes a value out each time that it is shared', () => {
    const shared = { a: 1 }
    expect(source([shared, shared])).toBe('[{ a: 1 }, { a: 1 }]')
  })
})
