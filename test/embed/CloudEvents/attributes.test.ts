import { CloudEvent } from 'cloudevents'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  timeAttribute,
  isPositiveInteger,
  isCloudEventString,
  isUriReference,
  timestampOf,
} from '../../../src/embed/CloudEvents/attributes.ts'
import { runs } from '../../setup.ts'

const instant = fc.oneof(
  fc.integer({ min: -62_167_219_200_000, max: 253_402_300_799_999 }),
  fc.integer({ min: Date.UTC(1990), max: Date.UTC(2040) }),
)

describe('a String', () => {
  it('1. has characters that are allowed: told by code points', () => {
    const odd = fc.constantFrom(
      '\0',
      '\x1f',
      ' ',
      '~',
      '\x7f',
      '\x9f',
      '\xa0',
      '\ufdcf',
      '\ufdd0',
      '\ufdef',
      '\ufdf0',
      '\ufffd',
      '\ufffe',
      '\uffff',
      '\ud800',
      '\udbff',
      '\udc00',
      '\udfff',
      '\u{1fffd}',
      '\u{1fffe}',
      '\u{1ffff}',
      '\u{10fffd}',
      '\u{10fffe}',
      '\u{10ffff}',
      '\u{20000}',
      '😀',
    )
    const texts = fc.oneof(fc.string({ unit: odd }), fc.string({ unit: 'binary' }), fc.string())
    fc.assert(
      fc.property(texts, (s) => {
        const allowed = Array.from(s).every((one) => {
          const point = one.codePointAt(0) ?? 0
          const control = point <= 0x1f || (point >= 0x7f && point <= 0x9f)
          const surrogate = point >= 0xd800 && point <= 0xdfff
          const none = (point >= 0xfdd0 && point <= 0xfdef) || (point & 0xfffe) === 0xfffe
          return !control && !surrogate && !none
        })
        expect(isCloudEventString(s)).toBe(s !== '' && allowed)
      }),
      { numRuns: runs(2_000) },
    )
  })

  it('1. has surrogates in pairs only', () => {
    const lone = ['\ud800', '\udc00', '\udc00\udc00', '\ud800\ud800', '\udc00\ud800', 'a\ud800']
    expect(lone.filter((s) => isCloudEventString(s))).toEqual([])
    expect(isCloudEventString('\ud800\udc00')).toBe(true)
  })

  it('is nothing else', () => {
    for (const other of [undefined, null, 1, true, ['a'], {}])
      expect(isCloudEventString(other)).toBe(false)
  })
})

describe('an Integer', () => {
  it('has 32 bits, and begins at 1 here', () => {
    const yes = [1, 2, 2 ** 31 - 1]
    const no = [0, -1, 1.5, NaN, Infinity, 2 ** 31, '1', 1n, null, undefined]
    expect(yes.map((n) => isPositiveInteger(n))).toEqual(yes.map(() => true))
    expect(no.map((n) => isPositiveInteger(n))).toEqual(no.map(() => false))
  })
})

describe('a Timestamp', () => {
  it('2. comes back', () => {
    fc.assert(
      fc.property(instant, (i) => {
        expect(timeAttribute(timestampOf(i))).toBe(i)
        expect(timestampOf(i)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
      }),
    )
  })

  it('2. has the years 0 to 9999', () => {
    expect(timestampOf(-62_167_219_200_000)).toBe('0000-01-01T00:00:00.000Z')
    expect(timestampOf(253_402_300_799_999)).toBe('9999-12-31T23:59:59.999Z')
    const none = [-62_167_219_200_001, 253_402_300_800_000, 0.5, NaN, Infinity, -Infinity]
    expect(none.map((i) => timestampOf(i))).toEqual(none.map(() => ''))
  })

  it('3. is read in any offset and with any fraction', () => {
    fc.assert(
      fc.property(
        instant,
        fc.integer({ min: -1439, max: 1439 }),
        fc.nat(4),
        (i, minutes, zeros) => {
          const local = i + minutes * 60_000
          fc.pre(timestampOf(local) !== '')
          const two = (n: number) => String(n).padStart(2, '0')
          const size = Math.abs(minutes)
          const offset = `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`
          const [seconds = '', millis = ''] = timestampOf(local).slice(0, -1).split('.')
          const spelt = `${seconds}.${millis}${'0'.repeat(zeros)}${offset}`
          expect(timeAttribute(spelt)).toBe(i)
          expect(timeAttribute(spelt.replace('T', 't'))).toBe(i)
        },
      ),
    )
  })

  it('3. is read without a fraction, with a short one, and in small letters', () => {
    const second = Date.UTC(1996, 6, 4, 10, 11, 12)
    expect(timeAttribute('1996-07-04T10:11:12Z')).toBe(second)
    expect(timeAttribute('1996-07-04t10:11:12z')).toBe(second)
    expect(timeAttribute('1996-07-04T10:11:12.5Z')).toBe(second + 500)
    expect(timeAttribute('1996-07-04T10:11:12.05Z')).toBe(second + 50)
    expect(timeAttribute('1996-02-29T00:00:00Z')).toBe(Date.UTC(1996, 1, 29))
  })

  it('3. is refused where it names no instant', () => {
    const none = [
      '',
      '1996-07-04',
      '1996-07-04T10:11Z',
      '1996-07-04T10:11:12',
      '96-07-04T10:11:12Z',
      '1996-13-04T10:11:12Z',
      '1996-00-04T10:11:12Z',
      '1996-02-30T10:11:12Z',
      '1997-02-29T10:11:12Z',
      '1996-07-32T10:11:12Z',
      '1996-07-00T10:11:12Z',
      '1996-07-04T24:00:00Z',
      '1996-07-04T10:60:12Z',
      '1996-06-30T23:59:60Z',
      '1996-07-04T10:11:12+24:00',
      '1996-07-04T10:11:12+10:60',
      '1996-07-04T10:11:12+1000',
      '1996-07-04T10:11:12.Z',
      '1996-07-04T10:11:12.0001Z',
      ' 1996-07-04T10:11:12Z',
      '1996-07-04 10:11:12Z',
      '+01996-07-04T10:11:12Z',
      '1996-07-04T10:11:12Z\n',
    ]
    for (const text of none) expect([text, timeAttribute(text)]).toEqual([text, NaN])
    for (const other of [undefined, null, 0, new Date(0)]) expect(timeAttribute(other)).toBe(NaN)
  })
})

describe('a URI-reference', () => {
  it('4. is one', () => {
    const yes = [
      'https://github.com/cloudevents',
      'mailto:cncf-wg-serverless@lists.cncf.io',
      'urn:uuid:6e8b',

      '/cloudevents/spec/pull/123',
      '1-555-123-4567',
      'a',
      '/',
      '//host',
      '//host:80/a',
      '?q',
      '#f',

      'http://user:pass@host:8080/a//b?c=/?#d/?',
      'http://[::1]:3000/',
      '%41',
      'a:b:c',
      './a:b',
      'file:///a',
      "a'(b)*!$&+,;=@~._-",
    ]
    const no = [
      '',
      ' ',
      'a b',
      '1:2',
      ':a',
      '%4',
      '%zz',
      'a#b#c',
      'ä',
      '[',
      'http://a]',
      '//a:b',
      '\\',
      '"',
      '<a>',
      '{a}',
      'a|b',
      '^',
      '`',
      'http://[::1',
      'a\n',
      '//a@b@c',
    ]
    expect(yes.filter((text) => !isUriReference(text))).toEqual([])
    expect(no.filter((text) => isUriReference(text))).toEqual([])
    for (const other of [undefined, null, 1]) expect(isUriReference(other)).toBe(false)
  })

  it('4. is one for the official library, too', () => {
    const part = fc.constantFrom(
      'a',
      'Z',
      '9',
      ':',
      '/',
      '//',
      '?',
      '#',
      '@',
      '%41',
      '%',
      '.',
      '-',
      '[',
      '::1]',
      ' ',
      'é',
      "'",
    )
    const url = fc.tuple(fc.domain(), fc.stringMatching(/^(\/([a-z0-9.~!$-]|%[0-9A-F]{2})*)*$/))
    const urls = url.map(([host, path]) => `https://${host}${path}`)
    const source = fc.oneof(urls, fc.string(), fc.string({ unit: part }))
    fc.assert(
      fc.property(source, (text) => {
        fc.pre(isUriReference(text) && !text.includes('['))
        expect(new CloudEvent({ id: '1', type: 'a', source: text }).source).toBe(text)
      }),
      { numRuns: runs(500) },
    )
  })
})
