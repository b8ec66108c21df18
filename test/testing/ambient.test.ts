import { afterEach, describe, expect, it, vi } from 'vitest'
import type { Ambient } from '../../src/testing/ambient.ts'
import { withAmbient } from '../../src/testing/ambient.ts'

/** All that is replaced. */
const globals = () => [
  Object.getOwnPropertyDescriptor(globalThis, 'Date'),
  Object.getOwnPropertyDescriptor(Date, 'now'),
  Object.getOwnPropertyDescriptor(Date.prototype, 'constructor'),
  Object.getOwnPropertyDescriptor(Math, 'random'),
  Object.getOwnPropertyDescriptor(performance, 'now'),
]

const readings = { time: 1_000, chance: 0.25 }

/** What a call reads. */
const reads = (f: () => unknown) =>
  withAmbient((ambient) => {
    f()
    return ambient.reads()
  })

/** What a call gives where it reads something else. */
const pretended = <A>(f: () => A): A =>
  withAmbient((ambient) => {
    ambient.pretend(readings)
    return f()
  })

afterEach(() => {
  vi.useRealTimers()
})

describe('what is read', () => {
  it.each<readonly [string, () => unknown, unknown]>([
    ['Date.now()', () => Date.now(), 1_000],
    ['new Date()', () => new Date().getTime(), 1_000],
    ['Date()', () => Date(), new Date(1_000).toString()],
    ['performance.now()', () => performance.now(), 1_000],
    ['Math.random()', () => Math.random(), 0.25],
  ])('is seen, and can be something else: %s', (name, f, value) => {
    expect(reads(f)).toStrictEqual([name])
    expect(pretended(f)).toStrictEqual(value)
  })

  it('is what there is to read, where nothing is said', () => {
    const before = Date.now()
    withAmbient((ambient) => {
      ambient.pretend(readings)
      ambient.pretend()
      expect(Date.now()).toBeGreaterThanOrEqual(before)
      expect(new Date().getTime()).toBeGreaterThanOrEqual(before)
      expect(Date().slice(0, 10)).toBe(new Date().toString().slice(0, 10))
      expect(performance.now()).toBeGreaterThan(0)
      expect(Math.random()).toBeLessThan(1)
    })
  })

  it('is nothing where an instant is told, and a date stays a date', () => {
    const dates = () => {
      const date = new Date(5)
      class Day extends Date {}
      return [
        date instanceof Date,
        date.constructor === Date,
        Object.getPrototypeOf(date) === Date.prototype,
        new Day(5) instanceof Day,
        Date.UTC(1970, 0, 1),
        new Date(1970, 0, 1).getFullYear(),
        new Date('1970-01-01').getTime(),
        date.getTime(),
      ]
    }
    const expected = dates()
    expect(withAmbient(dates)).toStrictEqual(expected)
    expect(reads(dates)).toStrictEqual([])
  })

  it('is the time as well by what extends Date', () => {
    const day = () => {
      class Day extends Date {}
      return new Day().getTime()
    }
    expect(reads(day)).toStrictEqual(['new Date()'])
    expect(pretended(day)).toBe(1_000)
  })

  it('is told once, in order, and anew each time that it is asked for', () => {
    const asked = withAmbient(({ reads: all }: Ambient) => {
      Math.random()
      Date.now()
      Math.random()
      return [all(), all()]
    })
    expect(asked).toStrictEqual([['Math.random()', 'Date.now()'], []])
  })

  it('changes from one time to the next, so that who waits for it comes to an end', () => {
    const waited = pretended(() => {
      const start = Date.now()
      while (Date.now() < start + 50);
      const first = Math.random()
      let other = first
      while (Math.abs(other - first) < 0.3) other = Math.random()
      return Date.now() - start
    })
    expect(waited).toBeGreaterThanOrEqual(50)
  })

  it('is a number from 0 to 1, however often chance is asked', () => {
    const drawn = pretended(() => Array.from({ length: 20 }, () => Math.random()))
    expect(drawn.filter((chance) => chance < 0 || chance >= 1)).toStrictEqual([])
  })
})

describe('what is global', () => {
  it('is as it was afterwards, also where something throws', () => {
    const before = globals()
    expect(withAmbient(() => 1)).toBe(1)
    expect(globals()).toStrictEqual(before)
    expect(() =>
      withAmbient(() => {
        throw new Error('boom')
      }),
    ).toThrow('boom')
    expect(globals()).toStrictEqual(before)
    withAmbient(() => withAmbient(() => Date.now()))
    expect(globals()).toStrictEqual(before)
  })

  it('may be the clock of a test, which goes on', () => {
    vi.useFakeTimers({ now: 7_000 })
    const before = globals()
    const f = () => [Date.now(), new Date().getTime(), new Date() instanceof Date]
    expect(withAmbient(f)).toStrictEqual([7_000, 7_000, true])
    expect(reads(f)).toStrictEqual(['Date.now()', 'new Date()'])
    expect(pretended(f)).toStrictEqual([1_000, 1_001, true])
    expect(globals()).toStrictEqual(before)
    vi.setSystemTime(8_000)
    expect(f()).toStrictEqual([8_000, 8_000, true])
  })

  it('can be written to, and has the fields it has', () => {
    const { now } = Date
    const written = () => {
      Date.now = () => 5
      const time = Date.now()
      Date.now = now
      return time
    }
    expect(withAmbient(written)).toBe(5)
    expect(withAmbient(() => Object.keys(performance))).toStrictEqual(Object.keys(performance))
  })

  it('may be locked, or not be there', () => {
    const own = Object.getOwnPropertyDescriptor(Math, 'random')
    const clock = Object.getOwnPropertyDescriptor(globalThis, 'performance')
    const put = (value: unknown) =>
      Object.defineProperty(globalThis, 'performance', { configurable: true, value })
    try {
      Reflect.deleteProperty(globalThis, 'performance')
      expect(withAmbient(() => 1)).toBe(1)
      put(Object.freeze({ now: () => 3 }))
      expect(pretended(() => performance.now())).toBe(3)
      put({ now: () => 3 })
      expect(pretended(() => [performance.now(), ...Object.keys(performance)])).toStrictEqual([
        1_000,
        'now',
      ])
      put({})
      expect(withAmbient(() => 'now' in performance)).toBe(false)
      put(null)
      expect(withAmbient(() => 1)).toBe(1)
    } finally {
      if (clock !== undefined) Object.defineProperty(globalThis, 'performance', clock)
    }
    expect(Object.getOwnPropertyDescriptor(Math, 'random')).toStrictEqual(own)
  })
})
