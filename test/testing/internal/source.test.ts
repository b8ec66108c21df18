import { runInNewContext, runInThisContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sourceLine, shown, source, wholeLine } from '../../../src/testing/internal/source.ts'

/** The types of maps and sets are the only TypeScript that is no JavaScript. */
const evaluated = (text: string): unknown =>
  runInThisContext(`(${text.replace(/(?<=new (Map|Set))<any(, any)?>(?=\(\[)/g, '')})`)

const errors = [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError]

const rare = fc.oneof(
  fc.string({ unit: 'binary' }).map((key) => Symbol.for(key)),
  fc.string({ unit: 'grapheme' }).map((text) => new URL(`https://a.b/${text}?${text}#${text}`)),
  fc.tuple(fc.constantFrom(...errors), fc.string({ unit: 'binary' })).map(([E, m]) => new E(m)),
  fc
    .string({ unit: 'binary' })
    .map((text) => new RegExp(text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'), 'g')),
  fc.string({ unit: 'binary' }),
)

const anything = fc.anything({
  values: [fc.constantFrom(-0, NaN, Infinity, undefined, null, true), fc.double(), rare],
  withTypedArray: true,
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withNullPrototype: false,
  withSparseArray: true,
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
      fc.property(fc.array(anything), fc.nat({ max: 40 }), (value, indent) => {
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
    [/\u200b\//, '/\\u200b\\//'],
    [new RegExp('\t'), `new RegExp('\\t', '')`],
    [new RegExp('\u200b\\d', 'u'), `new RegExp('\\u200b\\\\d', 'u')`],
    [new Error('no'), `new Error('no')`],
    [new Error(), `new Error()`],
    [new URL('http://a.b/c?d'), `new URL('http://a.b/c?d')`],
    [new Uint8Array([1, 255]), 'new Uint8Array([1, 255])'],
    [new BigInt64Array([1n]), 'new BigInt64Array([1n])'],
    [new Float64Array([-0, 1.5]), 'new Float64Array([-0, 1.5])'],
    [Symbol.for("it's"), `Symbol.for("it's")`],
    [{ [Symbol.for('a')]: 1 }, `{ [Symbol.for('a')]: 1 }`],
    [Object.defineProperty({ a: 1 }, Symbol.for('b'), { value: 2 }), '{ a: 1 }'],
    [Object.assign(Object.create(null), { a: 1 }), '{ a: 1 }'],
    [runInNewContext(`({ a: [{}] })`), '{ a: [{}] }'],
    // oxlint-disable-next-line no-sparse-arrays
    [[, 1, undefined, ,], '[, 1, undefined, ,]'],
    [[,], '[,]'], // oxlint-disable-line no-sparse-arrays
  ])('%s', (value, text) => {
    expect(source(value)).toBe(text)
    expect(evaluated(text)).toStrictEqual(evaluated(source(evaluated(text))))
  })

  it.each<[string, Iterable<unknown>, string]>([
    ['a map of numbers and texts', new Map<unknown, unknown>([['a', 1], ['b', 'x']]), `new Map<any, any>([['a', 1], ['b', 'x']])`], // prettier-ignore
    ['a map by numbers and texts', new Map<unknown, unknown>([['a', 1], [1, 1]]), `new Map<any, any>([['a', 1], [1, 1]])`], // prettier-ignore
    ['a map of objects and dates', new Map<unknown, unknown>([['a', {}], ['b', new Date(NaN)]]), `new Map<any, any>([['a', {}], ['b', new Date(NaN)]])`], // prettier-ignore
    ['a map of what may be missing', new Map<unknown, unknown>([['a', {}], ['b', null], ['c', undefined]]), `new Map([['a', {}], ['b', null], ['c', undefined]])`], // prettier-ignore
    ['a map of objects', new Map<unknown, unknown>([['a', {}], ['b', { a: 1 }]]), `new Map([['a', {}], ['b', { a: 1 }]])`], // prettier-ignore
    ['a set of numbers and texts', new Set([1, 'a']), `new Set<any>([1, 'a'])`],
  ])('has one type for %s', (_, value, text) => {
    expect(source(value)).toBe(text)
  })

  class Money {
    readonly cents: number
    constructor(cents: number) {
      this.cents = cents
    }
  }
  class Refusal extends TypeError {
    readonly code = 7
  }
  class Fault extends Error {
    override readonly message = 'no'
  }
  class Basket extends Map<string, number> {}
  class Bare extends null {}
  const { proxy: revoked, revoke } = Proxy.revocable({}, {})
  revoke()

  it.each<[string, unknown]>([
    ['Money { cents: 5 }', new Money(5)],
    ['Anonymous {}', new (class {})()],
    [`Refusal { message: 'no', code: 7 }`, new Refusal('no')],
    [`Fault { message: 'no' }`, new Fault()],
    ['Bare { a: 1 }', Object.assign(Object.create(Bare.prototype), { a: 1 })],
    ['Anonymous {}', new (class { static name = 'no name' })()], // prettier-ignore
    ['Anonymous {}', Object.create({ constructor: 'Money' })],
    [`TypeError { message: 'no' }`, new TypeError('no', { cause: { code: 1 } })],
    [`Error { message: 'no', code: 'E1' }`, Object.assign(new Error('no'), { code: 'E1' })],
    [`AggregateError { message: 'b' }`, new AggregateError([new RangeError('a')], 'b')],
    ['Number {}', Object(1)],
    ['Buffer { 0: 97 }', Buffer.from('a')],
    [`symbol { 'Symbol.iterator' }`, Symbol.iterator],
    [`Basket { entries: [['a', 1]] }`, new Basket([['a', 1]])],
    ['Row { 0: 7, 1: 7 }', new (class Row extends Array<number> {})(2).fill(7)],
    ['Day {}', new (class Day extends Date {})(0)],
    ['Anonymous { 0: 0 }', new (class extends Uint8Array {})(1)],
    ['Object {}', Object.create({ a: 1 })],
    ['Date {}', Object.create(Date.prototype)],
    ['Unreadable {}', Object.create(Map.prototype)],
    ['DataView {}', new DataView(new ArrayBuffer(1))],
    ['Unreadable {}', { get a() { throw new Error('no') } }], // prettier-ignore
    ['Unreadable {}', revoked],
    [`Function { 'named' }`, function named() {}],
    [`Function { 'a*/ b' }`, { 'a*/ b': () => 1 }['a*/ b']],
    [`Function { '' }`, class { static name = 1 }], // prettier-ignore
    [`symbol { 'a' }`, Symbol('a')],
    [`symbol { '' }`, Symbol()],
  ])('says so of %s', (text, value) => {
    expect(source(value)).toBe(`/* write it here */ ${text}`)
    expect([shown(value), sourceLine(value)]).toStrictEqual([text, text])
    expect(() => evaluated(source(value))).toThrow(SyntaxError)
  })

  it('says so of a promise, whatever Node has put on it', () => {
    expect(source(Promise.resolve(1))).toMatch(/^\/\* write it here \*\/ Promise \{/)
  })

  it('says where a value stands inside itself, and does not go on for ever', () => {
    const inside: Array<unknown> = [1]
    inside.push(inside)
    const text = '[1, … a value inside itself]'
    expect(sourceLine(inside)).toBe(text)
    expect(source(inside)).toBe(text)
    let deep: unknown = 1
    for (let i = 0; i < 10_000; i++) deep = [deep]
    expect(sourceLine(deep)).toContain('… nested too deep')
    expect(source(deep)).toContain('… nested too deep')
  })

  it('3. is no TypeScript where there is something in a value that it cannot write', () => {
    const inside: { it?: unknown } = {}
    inside.it = inside
    const others = [new Money(5), new Refusal('no'), Symbol('a'), () => 1, new Basket(), inside]
    const leaf = fc.constantFrom<unknown>(...others, 1, 'a')
    const options = { key: fc.constantFrom('a', 'b', 'c'), withMap: true, withSet: true }
    fc.assert(
      fc.property(fc.anything({ ...options, values: [leaf] }), fc.nat({ max: 8 }), (value, n) => {
        const text = source(value, n)
        const isWhole = !/write it here|…/.test(text)
        if (isWhole) expect(evaluated(text)).toStrictEqual(value)
        else expect(() => evaluated(text)).toThrow(SyntaxError)
      }),
    )
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

  it('writes a value out each time that it is shared', () => {
    const shared = { a: 1 }
    expect(source([shared, shared])).toBe('[{ a: 1 }, { a: 1 }]')
  })

  it('has 80 columns where it stands alone, and 100 in something broken up', () => {
    expect(source(['a'.repeat(76)])).toBe(`['${'a'.repeat(76)}']`)
    expect(source(['a'.repeat(77)])).toBe(`[\n  '${'a'.repeat(77)}',\n]`)
    expect(source(['a'.repeat(72)], 4)).toBe(`['${'a'.repeat(72)}']`)
    expect(source(['a'.repeat(73)], 4)).toBe(`[\n      '${'a'.repeat(73)}',\n    ]`)
    const withHole = (text: string) => source(Object.assign([text], { length: 2 }))
    expect(withHole('a'.repeat(73))).toBe(`['${'a'.repeat(73)}', ,]`)
    expect(withHole('a'.repeat(74))).toBe(`[\n  '${'a'.repeat(74)}',\n  ,\n]`)
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
    expect(sourceLine(nested(100))).toBe(around('1'))
    expect(source(nested(100)).replace(/[\s,]/g, '')).toBe(around('1'))
    expect(sourceLine(nested(101))).toBe(around('… nested too deep'))
  })

  it('4. holds nothing that is not seen', () => {
    expect(source('a\u200b\u202e\u2066\u00ad\ufeff\u2028\u0085\u007f\u00a0\u3000\ufe0f\u{e0041}')).toBe(
      `'a\\u200b\\u202e\\u2066\\u00ad\\ufeff\\u2028\\u0085\\u007f\\u00a0\\u3000\\ufe0f\\u{e0041}'`,
    ) // prettier-ignore
    expect(source('ключ é 漢 \u{1f600} «…»')).toBe(`'ключ é 漢 \u{1f600} «…»'`)
    expect(source({ 'a\u200b': 1 })).toBe(`{ 'a\\u200b': 1 }`)
    fc.assert(
      fc.property(anything, (value) => {
        expect(sourceLine(value)).toMatch(
          /^(?:(?![\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]|(?! )\p{Zs}).)*$/u,
        )
      }),
    )
  })

  it('stands on one line where that is asked for', () => {
    const value = { all: Array.from({ length: 30 }, (_, i) => i + 100), none: [] }
    expect(sourceLine(value)).toBe(`{ all: [${value.all.join(', ')}], none: [] }`)
  })
})

describe('a value that is too long', () => {
  const numbers = Array.from({ length: 1_000_000 }, (_, i) => i)

  it('ends with what is left out, which is no TypeScript', () => {
    const text = source({ first: 1, numbers, last: 'x', inner: { a: 1 } })
    expect(text.length).toBeLessThan(400_000)
    expect(text).toMatch(/^ {4}… 9\d\d,\d{3} more elements,$/m)
    expect(text).toMatch(/\n {2}\],\n {2}last: 'x',\n {2}inner: …,\n\}$/)
    expect(() => evaluated(text)).toThrow(SyntaxError)
  })

  it.each<[string, unknown, RegExp]>([
    ['a text', 'x'.repeat(1_000_000), /^'x{99999,}' … 900,000 more characters$/],
    ['a map', new Map(numbers.map((n) => [n, n])), /\n {2}… 9\d\d,\d{3} more elements,\n\]\)$/],
    ['empty lists', numbers.map(() => []), /\n {2}… 9\d\d,\d{3} more elements,\n\]$/],
    ['a set', new Set(numbers), /\n {2}… 9\d\d,\d{3} more elements,\n\]\)$/],
    ['bytes', new Uint8Array(1_000_000), /\n {2}… 9\d\d,\d{3} more elements,\n\]\)$/],
    ['fields', Object.fromEntries(numbers.map((n) => [n, n])), /… 9\d\d,\d{3} more fields,\n\}$/],
    [
      'a list without elements',
      Object.assign([], { length: 4e9 }),
      /\n {2}… 3,9\d\d,\d{3},\d{3} more elements,\n\]$/,
    ],
  ])('is cut: %s', (_, value, end) => {
    expect(source(value)).toMatch(end)
    expect(source(value).length).toBeLessThan(400_000)
  })

  it('is a text of more than a hundred thousand characters', () => {
    expect(source('x'.repeat(100_000))).toBe(`'${'x'.repeat(100_000)}'`)
    expect(source('x'.repeat(100_001))).toBe(`'${'x'.repeat(100_000)}' … 1 more characters`)
  })

  it('has fifty fields all the same', () => {
    const fields = (n: number) => Object.fromEntries(numbers.slice(1, n).map((i) => [`f${i}`, i]))
    const long = 'x'.repeat(100_000)
    expect(source({ long, ...fields(50) })).toMatch(/\n {2}f49: 49,\n\}$/)
    expect(source({ long, ...fields(51) })).toMatch(/\n {2}f49: 49,\n {2}… 1 more fields,\n\}$/)
  })

  it('may be one that is shared again and again', () => {
    let shared: unknown = 1
    for (let i = 0; i < 60; i++) shared = [shared, shared]
    expect(sourceLine(['a'])).toBe(`['a']`)
    expect(source(shared)).toContain('…')
  })

  it('is whole up to a hundred thousand characters, and shown up to twenty thousand', () => {
    const some = numbers.slice(0, 12_000)
    expect(evaluated(source(some))).toStrictEqual(some)
    expect(shown(some)).toMatch(/more elements/)
    expect(shown(numbers.slice(0, 2_000))).toBe(source(numbers.slice(0, 2_000)))
    expect(sourceLine(numbers).length).toBeLessThan(101_000)
    expect(wholeLine(numbers)).toBe(undefined)
    expect(wholeLine(some)).toBe(`[${some.join(', ')}]`)
  })
})
