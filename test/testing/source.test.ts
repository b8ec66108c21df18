import { runInThisContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { jsonText, oneLine, source } from '../../src/testing/source.ts'

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
    [`'"`, `'\\'"'`],
    [`''"`, `"''\\""`],
    ['\ud83d\ude00', `'\ud83d\ude00'`],
    ['\ud83d a \ude00', `'\\ud83d a \\ude00'`],
    ['', `''`],
    ['a\\"\n', `'a\\\\"\\n'`],
    [[], '[]'],
    [{}, '{}'],
    [[1, ['a']], `[1, ['a']]`],
    [{ type: 'TaxSet', amount: 1 }, `{ type: 'TaxSet', amount: 1 }`],
    [{ 'a-b': 1, 11: 2, '007': 3, $_a1: 4 }, `{ 11: 2, 'a-b': 1, '007': 3, $_a1: 4 }`],
    [{ a: 1, $: 2, _0: 3 }, '{ a: 1, $: 2, _0: 3 }'],
    [{ 'a-': 1, '-a': 2, 'a b': 3, '': 4 }, `{ 'a-': 1, '-a': 2, 'a b': 3, '': 4 }`],
    [{ 0: 1, 123456789012345: 2 }, '{ 0: 1, 123456789012345: 2 }'],
    [{ 1234567890123456: 1, '01': 2 }, `{ '1234567890123456': 1, '01': 2 }`],
    [{ '0a': 1, a0: 2, 'x0-': 3, '-0': 4 }, `{ '0a': 1, a0: 2, 'x0-': 3, '-0': 4 }`],
    [JSON.parse('{"__proto__":1}'), `{ ['__proto__']: 1 }`],
    [new Map([['a', { b: 1 }]]), `new Map([['a', { b: 1 }]])`],
    [new Map(), 'new Map([])'],
    [new Set([1, 2]), 'new Set([1, 2])'],
    [new Date(0), `new Date('1970-01-01T00:00:00.000Z')`],
    [new Date(NaN), 'new Date(NaN)'],
    [/a+/gi, '/a+/gi'],
    [new Error('no'), `new Error('no')`],
    [function named() {}, 'undefined /* the function named */'],
    [{ 'a*/ b*/': () => 1 }['a*/ b*/'], 'undefined /* the function a b */'],
    [() => undefined, 'undefined /* the function  */'],
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

  it('has 80 columns where it stands alone, and 100 in something broken up', () => {
    expect(source(['a'.repeat(76)])).toBe(`['${'a'.repeat(76)}']`)
    expect(source(['a'.repeat(77)])).toBe(`[\n  '${'a'.repeat(77)}',\n]`)
    expect(source(['a'.repeat(72)], 4)).toBe(`['${'a'.repeat(72)}']`)
    expect(source(['a'.repeat(73)], 4)).toBe(`[\n      '${'a'.repeat(73)}',\n    ]`)
    // two spaces, a name, and a comma after it
    const fits = 'a'.repeat(100 - `  name: [''],`.length)
    expect(source({ name: [fits] })).toBe(`{\n  name: ['${fits}'],\n}`)
    expect(source({ name: [`${fits}a`] })).toBe(`{\n  name: [\n    '${fits}a',\n  ],\n}`)
  })

  it('leaves whole what has no parts, however long', () => {
    expect([source([], 200), source({}, 200)]).toStrictEqual(['[]', '{}'])
    expect(source('a'.repeat(200))).toBe(`'${'a'.repeat(200)}'`)
    expect(source(['a'.repeat(200), {}, new Map()])).toBe(
      `[\n  '${'a'.repeat(200)}',\n  {},\n  new Map([]),\n]`,
    )
  })

  it('goes a hundred levels down', () => {
    const nested = (levels: number): unknown => (levels === 0 ? 1 : [nested(levels - 1)])
    const around = (text: string) => '['.repeat(100) + text + ']'.repeat(100)
    expect(oneLine(nested(100))).toBe(around('1'))
    expect(source(nested(100)).replace(/[\s,]/g, '')).toBe(around('1'))
    expect(oneLine(nested(101))).toBe(around('undefined /* nested too deep */'))
  })

  it('stands on one line where that is asked for', () => {
    const value = { all: Array.from({ length: 30 }, (_, i) => i + 100), none: [] }
    expect(oneLine(value)).toBe(`{ all: [${value.all.join(', ')}], none: [] }`)
  })
})

describe('JSON text', () => {
  it('has halves of characters escaped, and whole ones as they are', () => {
    expect(jsonText({ a: '\ud83d\ude00', b: '\ud83d', c: '\ude00\ud83d' })).toBe(
      '{"a":"\ud83d\ude00","b":"\\ud83d","c":"\\ude00\\ud83d"}',
    )
  })

  it('is so in engines, too, that leave halves as they are', () => {
    const older = vi.spyOn(JSON, 'stringify').mockImplementation((text) => `"${text}"`)
    const text = jsonText('\ud83d\ude00 \ud83d \ude00')
    older.mockRestore()
    expect(text).toBe('"\ud83d\ude00 \\ud83d \\ude00"')
  })
})
