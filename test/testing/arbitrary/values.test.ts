import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { structural } from '../../../src/Diff.ts'
import * as pools from '../../../src/testing/arbitrary/values.ts'

const sample = <A>(from: fc.Arbitrary<A>, numRuns = 200) => fc.sample(from, { numRuns, seed: 1 })

/** Numbers from 0 on, one after another. */
const counting = () => {
  let next = 0
  return fc.constant(0).map(() => next++)
}

describe('a text or a number', () => {
  it('shrinks to the empty one, or to zero', () => {
    const smallest = (from: fc.Arbitrary<unknown>) =>
      Array.from({ length: 60 }, (_, i) => {
        const never = fc.property(from, () => false)
        return fc.check(never, { seed: i, endOnFailure: false }).counterexample?.[0]
      })
    expect(new Set(smallest(pools.stringValues))).toStrictEqual(new Set(['']))
    expect(new Set(smallest(pools.numberValues))).toStrictEqual(new Set([0]))
  })
})

describe('keys', () => {
  it('are short words, and now and then any text but __proto__', () => {
    expect([pools.isKey('a'), pools.isKey('__proto__')]).toStrictEqual([true, false])
    const drawn = sample(pools.key, 3_000)
    const words = drawn.filter((key) => /^[a-z]{1,6}$/.test(key))
    expect(words.length).toBeGreaterThan(2_200)
    expect(new Set(words.map(({ length }) => length)).size).toBe(6)
    expect(drawn).toContain('constructor')
    expect(drawn).not.toContain('__proto__')
  })
})

describe('texts', () => {
  it('are now and then such as break programs', () => {
    const odd = ['', ' ', '0', '-1', '1e3', 'null', 'true', '__proto__', 'constructor', 'toString']
    const odder = ['a\0b', '\ud800', '\u{1F980}', 'e\u0301', "'; --", '<b>', 'line\nbreak']
    const drawn = sample(pools.stringValues, 3_000)
    const often = (text: string) => drawn.filter((each) => each === text).length > 5
    expect([...odd, ...odder].filter((text) => !often(text))).toStrictEqual([])
  })

  it('are plain letters, or six at most that other languages have', () => {
    const drawn = sample(pools.stringValues, 3_000)
    expect(drawn.filter((text) => /^[ -~]*$/.test(text)).length).toBeGreaterThan(1_500)
    const letters = new Intl.Segmenter()
    const others = drawn
      .filter((text) => /[^\0-\u007f]/.test(text))
      .map((text) => [...letters.segment(text)].length)
    expect(others.length).toBeGreaterThan(500)
    expect(Math.max(...others)).toBe(6)
  })

  it('are in most forms that texts are narrowed to', () => {
    const forms = [
      /^[A-Z]{2,3}$/,
      /^[a-z]{1,8}$/,
      /^[A-Z][a-z]{1,8}$/,
      /^\d{1,6}$/,
      /^[1-9]\d{0,4}$/,
      /^-?(0|[1-9]\d{0,5})$/,
      /^(0|[1-9]\d{0,3})\.\d\d$/,
      /^[\da-f]{8}$/,
      /^#[\da-f]{6}$/,
      /^[a-z]{2,6}(-[a-z]{2,6}){0,2}$/,
      /^[\w-]{10,24}$/,
      /^\d{1,2}\.\d{1,2}\.\d{1,2}$/,
      /^\+[1-9]\d{6,12}$/,
      /^[a-z]{2}(-[A-Z]{2})?$/,
      /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d)?$/,
      /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/,
      /^[0-7][\dA-HJKMNP-TV-Z]{25}$/,
      /^[^@\s]+@[^@\s]+\.[a-z]+$/,
      /^[a-z\d-]+(\.[a-z\d-]+)+$/i,
      /^https?:\/\/[^/]+/,
      /^\d{1,3}(\.\d{1,3}){3}$/,
      /^[A-Za-z\d+/=]{4,24}$/,
      /^(-|\+)?\d{4,6}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/,
      /^\d{4}-\d\d-\d\d$/,
      /^[ -~]{8,40}$/,
    ]
    expect(pools.texts).toHaveLength(forms.length)
    const others = forms.filter((form, i) =>
      sample(pools.texts[i] ?? fc.constant('')).some((text) => !form.test(String(text))),
    )
    expect(others).toStrictEqual([])
  })

  it('in a form have each of the parts that they may have, or have not', () => {
    const texts = (i: number) => sample(pools.texts[i] ?? fc.constant('')).map(String)
    const lengths = (i: number) => new Set(texts(i).map(({ length }) => length)).size
    expect([0, 1, 2, 3, 4].map(lengths)).toStrictEqual([2, 8, 8, 6, 5])
    const parts: ReadonlyArray<readonly [number, RegExp]> = [
      [5, /^-/],
      [5, /^0$/],
      [5, /^[1-9]\d{4}/],
      [6, /^0\./],
      [6, /^[1-9]\d{3}/],
      [11, /^\d\d/],
      [11, /\.\d\d\./],
      [11, /\.\d\d$/],
      [9, /-.*-/],
      [9, /^[a-z]+$/],
      [13, /-/],
      [13, /^[a-z]+$/],
      [14, /:.*:/],
      [14, /^[^:]*:[^:]*$/],
      [14, /^2/],
      [14, /^[01]/],
    ]
    const missing = parts.filter(([i, part]) => !texts(i).some((text) => part.test(text)))
    expect(missing).toStrictEqual([])
    expect(Math.max(...texts(10).map(({ length }) => length))).toBe(24)
  })
})

describe('numbers', () => {
  it('are now and then such as break programs, and never what JSON does not know', () => {
    const odd = [0, 1, -1, 0.1, 0.5, -0.5, 100, 255, 10_000, 2 ** 31 - 1, 2 ** 31, 2 ** 32]
    const odder = [2 ** 53 - 1, -(2 ** 53 - 1), 2 ** 53, 1e21, 5e-324, Number.MAX_VALUE]
    const drawn = sample(pools.numberValues, 3_000)
    const often = (n: number) => drawn.filter((each) => each === n).length > 15
    expect([...odd, ...odder].filter((n) => !often(n))).toStrictEqual([])
    expect(drawn.filter((n) => !Number.isFinite(n) || Object.is(n, -0))).toStrictEqual([])
    expect(drawn.filter((n) => n === -1).length).toBeGreaterThan(45)
    expect(drawn.filter((n) => n >= -10 && n <= -5).length).toBeGreaterThan(60)
    const small = drawn.filter((n) => Number.isInteger(n) && n >= -10 && n <= 100)
    expect(small.length).toBeGreaterThan(1_200)
    expect(drawn.filter((n) => Number.isInteger(n) && Math.abs(n) > 1_000).length).toBeGreaterThan(
      500,
    )
    expect(drawn.filter((n) => !Number.isInteger(n)).length).toBeGreaterThan(300)
  })

  it('that are big are drawn around zero, around the limits of 64 bits, and beyond', () => {
    const drawn = sample(pools.bigintValues, 1_000)
    const odd = [0n, 2n ** 53n, 2n ** 63n, -(2n ** 63n), 2n ** 64n]
    expect(odd.filter((n) => !drawn.includes(n))).toStrictEqual([])
    expect(drawn.filter((n) => n >= -10n && n <= 100n).length).toBeGreaterThan(300)
    expect(drawn.filter((n) => n >= -10n && n < 0n).length).toBeGreaterThan(20)
    expect(drawn.filter((n) => n > 2n ** 64n || n < -(2n ** 63n)).length).toBeGreaterThan(100)
  })

  it('are drawn from the ranges that numbers are narrowed to, up to both ends', () => {
    const ranges = [
      [0, 1],
      [1, 9],
      [1, 12],
      [0, 100],
      [0, 255],
      [-100, -1],
      [0, 10_000],
      [1_000, 9_999],
      [1_900, 2_100],
      [0, 2 ** 31 - 1],
      [0, 2 ** 53 - 1],
      [1_000_000_000_000, 4_000_000_000_000],
    ]
    const missed = ranges.filter(([from = NaN, to = NaN], i) => {
      const drawn = sample(pools.numbers[i] ?? fc.constant(NaN), 500).map(Number)
      const reached = (end: number) => drawn.some((n) => Math.abs(n - end) <= (to - from) / 50)
      const inside = drawn.every((n) => Number.isInteger(n) && n >= from && n <= to)
      return !inside || !reached(from) || !reached(to)
    })
    expect(missed).toStrictEqual([])
  })

  it('and fractions are, from 0 to 1, of degrees, and any', () => {
    const fractions = pools.numbers.slice(12).map((from) => sample(from, 3_000).map(Number))
    expect(fractions).toHaveLength(4)
    expect(fractions.flat().filter((n) => Number.isNaN(n) || Object.is(n, -0))).toStrictEqual([])
    const [odd = [], shares = [], degrees = [], any = []] = fractions
    expect([odd.includes(5e-324), odd.includes(1e21)]).toStrictEqual([true, true])
    expect(shares.filter((n) => n < 0 || n > 1)).toStrictEqual([])
    expect(degrees.filter((n) => n < -180 || n > 180)).toStrictEqual([])
    expect([Math.max(...shares) > 0.9, Math.min(...shares) < 0.1]).toStrictEqual([true, true])
    expect([Math.max(...degrees) > 90, Math.min(...degrees) < -90]).toStrictEqual([true, true])
    expect(any.filter((n) => Math.abs(n) > 180).length).toBeGreaterThan(100)
    expect(any.filter((n) => !Number.isFinite(n))).toStrictEqual([])
  })
})

describe('dates', () => {
  it('are of our time, and now and then of any', () => {
    const years = sample(pools.dateValues, 500).map((date) => date.getUTCFullYear())
    expect(years.filter((year) => Number.isNaN(year))).toStrictEqual([])
    const ours = years.filter((year) => year >= 1_970 && year <= 2_100)
    expect(ours.length).toBeGreaterThan(350)
    expect(ours.length).toBeLessThan(500)
  })
})

describe('what JSON can hold', () => {
  const depthOf = (value: unknown): number =>
    typeof value === 'object' && value !== null
      ? 1 + Math.max(0, ...Object.values(value).map(depthOf))
      : 0
  const values = (from: fc.Arbitrary<unknown>) => sample(from, 1_000)

  it('is drawn of every kind, nested twice or less', () => {
    const drawn = values(pools.jsonValues)
    const kinds = drawn.map((value) =>
      value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value,
    )
    expect(new Set(kinds)).toStrictEqual(
      new Set(['null', 'boolean', 'number', 'string', 'array', 'object']),
    )
    expect(drawn).toContain(true)
    expect(drawn).toContain(false)
    expect(Math.max(...drawn.map(depthOf))).toBe(2)
    const isKept = (value: unknown) => structural.equals(JSON.parse(JSON.stringify(value)), value)
    expect(drawn.filter((value) => !isKept(value))).toStrictEqual([])
  })

  it('is at most three long', () => {
    const sizes = [...values(pools.jsonValues), ...values(pools.objectValues)].map((value) =>
      typeof value === 'object' && value !== null ? Object.keys(value).length : 0,
    )
    expect(Math.max(...sizes)).toBe(3)
    const prototypes = values(pools.objectValues).map((value) => Object.getPrototypeOf(value))
    expect(new Set(prototypes)).toStrictEqual(new Set([Object.prototype]))
  })
})

describe('examples', () => {
  it('are what stands in quotes, and other texts of that form', () => {
    const [a, b, c, d, ...more] = pools.examplesIn(`an id like "AB-12x", or 'z-'; not ""`)
    expect(more).toStrictEqual([])
    const drawn = [a, b, c, d].map((each) => new Set(sample(each ?? fc.constant(''))))
    expect(drawn[0]).toStrictEqual(new Set(['AB-12x']))
    expect(
      [...(drawn[1] ?? [])].filter((text) => !/^[A-Z]{2}-\d\d[a-z]$/.test(text)),
    ).toStrictEqual([])
    const parts = (part: RegExp) =>
      new Set(Array.from(drawn[1] ?? [], (text) => part.exec(text)?.[0])).size
    expect([parts(/^[A-Z]/), parts(/\d/), parts(/[a-z]$/)]).toStrictEqual([26, 10, 26])
    expect(drawn[2]).toStrictEqual(new Set(['z-']))
    expect(drawn[3]?.size).toBe(26)
    expect(pools.examplesIn('no example')).toStrictEqual([])
  })

  it('are tried beside what values mostly are', () => {
    const tried = pools.valuesLike('like "7"')
    const { dateValues, bigintValues, numberValues, stringValues, texts, numbers } = pools
    expect(tried.slice(0, 4)).toStrictEqual([dateValues, bigintValues, numberValues, stringValues])
    expect(new Set(sample(tried[4] ?? stringValues))).toStrictEqual(new Set([true, false]))
    expect(new Set(sample(tried[5] ?? stringValues))).toStrictEqual(new Set([null, undefined]))
    expect(new Set(sample(tried[6] ?? stringValues))).toStrictEqual(new Set(['7']))
    expect(tried.slice(8)).toStrictEqual([...texts, ...numbers])
  })
})

describe('what is accepted', () => {
  it('is told by a hundred values, the same ones whatever the runs of properties are', () => {
    const asked = () => {
      const values: Array<unknown> = []
      const share = pools.acceptance(fc.nat(), (value) => values.push(value) % 4 === 0)
      return { share, values }
    }
    const usual = asked()
    expect(usual.values).toHaveLength(100)
    expect(usual.share).toBe(0.25)
    const config = fc.readConfigureGlobal()
    fc.configureGlobal({ ...config, seed: 7, numRuns: 3 })
    expect(asked()).toStrictEqual(usual)
    fc.configureGlobal(config)
  })

  it('is picked from what is accepted one time in ten, and only that is drawn', () => {
    const rarely = (times: number) => {
      const numbers = counting()
      return pools.pick([fc.constant('x'), numbers], (value) => Number(value) < times)
    }
    expect(rarely(9)).toBe(undefined)
    expect(rarely(10)).not.toBe(undefined)
    const even = pools.pick([fc.constant(1), fc.nat()], (value) => Number(value) % 2 === 0)
    expect(even === undefined ? [] : sample(even).filter((n) => Number(n) % 2 !== 0)).toStrictEqual(
      [],
    )
    expect(pools.pick([], () => true)).toBe(undefined)
  })
})

describe('big values', () => {
  it('come the less often the bigger they are, and always where they are small', () => {
    const big = (parts: number) =>
      fc.constant({ all: Array.from({ length: parts - 2 }, () => null) })
    const share = (parts: number, size: number) => {
      const values = fc.sample(pools.damped(big(parts), fc.constant(1), size), {
        numRuns: 1_000,
        seed: 1,
      })
      return values.filter((value) => value !== 1).length / 1_000
    }
    expect([share(100, 100), share(99, 100), share(2, 100)]).toStrictEqual([1, 1, 1])
    expect(share(100, 50)).toBeCloseTo(0.5, 1)
    expect(share(500, 50)).toBeCloseTo(0.1, 1)
    expect(share(9_000, 50)).toBeGreaterThan(0)
  })

  it('are no smaller for a text of many characters, and as big as what is in them', () => {
    const small = fc.constant('small')
    const text = fc.constant('of many characters')
    expect(pools.damped(text, small, 1)).toBe(text)
    const list = fc.constant([1, { a: null }])
    expect(pools.damped(list, small, 4)).toBe(list)
    const share = (big: fc.Arbitrary<unknown>, size: number) => {
      const drawn = sample(pools.damped(big, small, size), 2_000)
      return drawn.filter((value) => value !== 'small').length / drawn.length
    }
    expect(share(list, 3)).toBeCloseTo(0.75, 1)
    expect(share(list, 1)).toBeCloseTo(0.25, 1)
  })

  it('are known by twenty of them, the same ones whatever the runs of properties are', () => {
    let drawn = 0
    const big = fc.constant(0).map(() => drawn++)
    pools.damped(big, fc.constant('small'), 1)
    expect(drawn).toBe(20)
  })
})
