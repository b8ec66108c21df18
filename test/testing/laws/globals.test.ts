import { AsyncLocalStorage } from 'node:async_hooks'
import { randomBytes, randomUUID } from 'node:crypto'
import os, { hostname } from 'node:os'
import { env, hrtime, uptime } from 'node:process'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { reading, withAmbient } from '../../../src/testing/laws/globals.ts'

const described = (holder: object, key: string) => {
  const own = Object.getOwnPropertyDescriptor(holder, key) ?? {}
  return Object.entries(own).map(([name, value]) => [name, idOf(value)])
}

const ids = new Map<unknown, number>()

/** Two values of one id are one. */
const idOf = (value: unknown): number => {
  ids.set(value, ids.get(value) ?? ids.size)
  return ids.get(value) ?? -1
}

/** All that is replaced, of which a few stand for the rest. */
const globals = () => [
  described(globalThis, 'Date'),
  ...['now', 'parse'].map((key) => described(Date, key)),
  ...Object.getOwnPropertyNames(Date.prototype).map((key) => described(Date.prototype, key)),
  ...['format', 'formatToParts'].map((key) => described(Intl.DateTimeFormat.prototype, key)),
  ...['DateTimeFormat', 'NumberFormat'].map((key) => described(Intl, key)),
  ...['env', 'hrtime', 'pid', 'uptime'].map((key) => described(process, key)),
  described(process.hrtime, 'bigint'),
  described(console, 'log'),
  described(Math, 'random'),
  described(performance, 'now'),
  described(crypto, 'randomUUID'),
  described(String.prototype, 'localeCompare'),
]

/** What a call reads. */
const reads = (f: () => unknown) => withAmbient(() => reading(f).reads)

const day = new Date(Date.UTC(2027, 11, 5, 23, 30))
const utc = { timeZone: 'UTC' }
const zoned = new Intl.DateTimeFormat('en', utc)
const context = new AsyncLocalStorage<string>()
const byField: string = process.argv[0] === undefined ? 'a' : 'b'

afterEach(() => {
  vi.useRealTimers()
})

describe('what is read', () => {
  it.each<readonly [string, () => unknown]>([
    ['Date.now()', () => Date.now()],
    ['new Date()', () => new Date()],
    ['Date()', () => Date()],
    ['performance.now()', () => performance.now()],
    ['performance.timeOrigin', () => performance.timeOrigin],
    ['Math.random()', () => Math.random()],
    ['crypto.randomUUID()', () => crypto.randomUUID()],
    ['crypto.getRandomValues()', () => crypto.getRandomValues(new Uint8Array(1))],
    ['process.uptime()', () => process.uptime()],
    ['process.hrtime()', () => process.hrtime()],
    ['process.hrtime.bigint()', () => process.hrtime.bigint()],
    ['process.env.CAMPAIGN', () => process.env['CAMPAIGN']],
    ['process.env.CAMPAIGN', () => 'CAMPAIGN' in process.env],
    ['process.env', () => Object.keys(process.env)],
    ['process.pid', () => process.pid],
    ['process.env.CAMPAIGN', () => env['CAMPAIGN']],
    ['process.uptime()', () => uptime()],
    ['process.hrtime()', () => hrtime()],
    ['crypto.randomUUID()', () => randomUUID()],
    ['crypto.randomBytes()', () => randomBytes(1)],
    ['os.hostname()', () => hostname()],
    ['os.uptime()', () => os.uptime()],
    ['AsyncLocalStorage.getStore()', () => context.getStore()],
    ['process.argv', () => process.argv],
  ])('is seen: %s', (name, f) => {
    expect(reads(f)).toStrictEqual([name])
  })

  it.each<readonly [string, () => unknown]>([
    ['getDay', () => day.getDay()],
    ['getHours', () => day.getHours()],
    ['getTimezoneOffset', () => day.getTimezoneOffset()],
    ['setHours', () => new Date(day).setHours(1)],
    ['toString', () => `${String(day)}`],
    ['toDateString', () => day.toDateString()],
    ['new Date(year, month)', () => new Date(2027, 11)],
    ['new Date(string)', () => new Date('2027-12-05T10:00')],
    ['new Date(string)', () => new Date('December 5, 2027')],
    ['Date.parse', () => Date.parse('2027-12-05T10:00')],
    ['toLocaleDateString', () => day.toLocaleDateString('en')],
    ['Intl.DateTimeFormat', () => new Intl.DateTimeFormat('en').format(day)],
    ['resolvedOptions', () => zoned.resolvedOptions().timeZone],
  ])('is the time zone by %s', (by, f) => {
    expect(reads(f)).toStrictEqual([`the time zone (${by})`])
  })

  it.each<readonly [string, () => unknown]>([
    ['toLocaleString', () => (1.5).toLocaleString()],
    ['toLocaleString', () => 15n.toLocaleString()],
    ['toLocaleString', () => [1.5].toLocaleString()],
    ['toLocaleString', () => day.toLocaleString(undefined, utc)],
    ['toLocaleUpperCase', () => 'i'.toLocaleUpperCase()],
    ['localeCompare', () => 'a'.localeCompare(byField)],
    ['Intl.NumberFormat', () => new Intl.NumberFormat().format(1)],
    ['Intl.NumberFormat', () => Intl.NumberFormat([]).format(1)],
    ['Intl.Collator', () => new Intl.Collator().compare('a', 'b')],
    ['Intl.DateTimeFormat', () => new Intl.DateTimeFormat(undefined, utc).format(day)],
  ])('is the locale by %s', (by, f) => {
    expect(reads(f)).toStrictEqual([`the locale (${by})`])
  })

  it('is the time by a formatter that was made before, where it is given none', () => {
    expect(reads(() => zoned.format())).toStrictEqual(['the time (format)'])
    expect(reads(() => zoned.formatToParts())).toStrictEqual(['the time (formatToParts)'])
    expect(reads(() => [zoned.format(day), zoned.formatToParts(day)])).toStrictEqual([])
    expect(withAmbient(() => reading(() => zoned.format(day)).value)).toBe(zoned.format(day))
  })

  it('is nothing where all of it is told, and everything stays what it is', () => {
    const told = () => {
      const date = new Date(5)
      class Day extends Date {}
      return [
        date instanceof Date,
        date.constructor === Date,
        Object.getPrototypeOf(date) === Date.prototype,
        new Day(5) instanceof Day,
        Date.UTC(1970, 0, 1),
        date.getUTCHours(),
        date.toISOString(),
        ...['1970-01-01', '1970-01', '1970-01-01T00:00Z', '1970-01-01T00:00+02:00', 'no date'].map(
          (text) => new Date(text).getTime(),
        ),
        Date.parse('Thu, 01 Jan 1970 00:00:00 GMT'),
        date.toLocaleString('en', utc),
        (1.5).toLocaleString('de'),
        'a'.localeCompare('b', 'sv'),
        'i'.toLocaleUpperCase('tr'),
        new Intl.NumberFormat('de').format(1.5),
        new Intl.DateTimeFormat('en', utc).format(date),
        new Intl.DateTimeFormat('en', utc) instanceof Intl.DateTimeFormat,
        Math.max(1, 2),
        process.hrtime.name,
      ]
    }
    const expected = told()
    expect(withAmbient(told)).toStrictEqual(expected)
    expect(reads(told)).toStrictEqual([])
  })

  it('is the time as well by what extends Date', () => {
    const today = () => {
      class Day extends Date {}
      return new Day().getTime()
    }
    expect(reads(today)).toStrictEqual(['new Date()'])
  })

  it('is told once, in order, and of the function that is asked alone', () => {
    const asked = withAmbient(() => {
      Date.now()
      const outer = reading(() => {
        Math.random()
        const inner = reading(() => Date.now())
        Math.random()
        return inner.reads
      })
      return [outer.reads, outer.value, reading(() => 1).reads]
    })
    expect(asked).toStrictEqual([['Math.random()'], ['Date.now()'], []])
    expect(reading(() => Date.now()).reads).toStrictEqual([])
  })

  it('is what there is to read', () => {
    const before = Date.now()
    const { value } = withAmbient(() => reading(() => [Date.now(), new Date().getTime(), Math.random()])) // prettier-ignore
    expect(value[0]).toBeGreaterThanOrEqual(before)
    expect(value[1]).toBeGreaterThanOrEqual(before)
    expect(value[2]).toBeLessThan(1)
    expect(withAmbient(() => reading(() => process.env['PATH']).value)).toBe(process.env['PATH'])
    expect(withAmbient(() => reading(() => process.pid).value)).toBe(process.pid)
  })

  it('may be what may be read, by its whole name or its beginning', () => {
    const both = () => [day.getDay(), Date.now(), process.env['A'], process.env['B']]
    const left = (...names: ReadonlyArray<string>) => withAmbient(() => reading(both).reads, names)
    expect(left('the time zone', 'process.env.A')).toStrictEqual(['Date.now()', 'process.env.B'])
    expect(left('Date.now()', 'process.env')).toStrictEqual(['the time zone (getDay)'])
    expect(left('Dat', 'the time', 'proc')).toHaveLength(4)
    expect(left()).toHaveLength(4)
  })

  it('is nothing of Node where there is none', () => {
    const own = Object.getOwnPropertyDescriptor(globalThis, 'process')
    const put = (value: unknown) =>
      Object.defineProperty(globalThis, 'process', { configurable: true, writable: true, value })
    try {
      for (const value of [undefined, {}, { getBuiltinModule: () => undefined, env: {} }]) {
        put(value)
        expect(reads(() => Date.now())).toStrictEqual(['Date.now()'])
      }
    } finally {
      if (own !== undefined) Object.defineProperty(globalThis, 'process', own)
    }
  })

  it('is not the build mode, which libraries ask for', () => {
    expect(reads(() => process.env['NODE_ENV'])).toStrictEqual([])
    expect(reads(() => 'NODE_ENV' in process.env)).toStrictEqual([])
  })

  it('is nothing by who prints, to look for a fault', () => {
    const log = vi.spyOn(console, 'log').mockImplementation(() => void Date.now())
    try {
      expect(reads(() => console.log('here'))).toStrictEqual([])
      expect(reads(() => [console.log('here'), Date.now()])).toStrictEqual(['Date.now()'])
      expect(log).toHaveBeenCalledTimes(2)
    } finally {
      log.mockRestore()
    }
  })

  it('is what Temporal and a navigator say, where there are any', () => {
    const put = (name: string, value: unknown) =>
      Object.defineProperty(globalThis, name, { configurable: true, writable: true, value })
    const own = Object.getOwnPropertyDescriptor(globalThis, 'navigator')
    try {
      put('Temporal', { Now: { instant: () => 1 } })
      put('navigator', { language: 'en', onLine: true })
      expect(reads(() => (Reflect.get(globalThis, 'Temporal') as never)['Now']['instant'])).toStrictEqual([]) // prettier-ignore
      const now = (): unknown =>
        (Reflect.get(globalThis, 'Temporal') as { Now: { instant: () => number } }).Now.instant()
      expect(reads(now)).toStrictEqual(['Temporal.Now.instant()'])
      const language = (): unknown =>
        (Reflect.get(globalThis, 'navigator') as { language: string }).language
      expect(reads(language)).toStrictEqual(['navigator.language'])
    } finally {
      Reflect.deleteProperty(globalThis, 'Temporal')
      if (own === undefined) Reflect.deleteProperty(globalThis, 'navigator')
      else Object.defineProperty(globalThis, 'navigator', own)
    }
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
    // dates that were made before are of another class
    expect(reads(() => day.getDay())).toStrictEqual(['the time zone (getDay)'])
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
      expect(reads(() => performance.now())).toStrictEqual([])
      put({ now: () => 3 })
      expect(withAmbient(() => [performance.now(), ...Object.keys(performance)])).toStrictEqual([
        3,
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
