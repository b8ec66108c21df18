// The laws of the parts of src/embed/Fetch.ts that read headers, queries and bodies.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bodyJson } from '../../../src/embed/Fetch/body.ts'
import {
  etagOf,
  isIdentity,
  isJsonType,
  keyOf,
  ifMatchHolds,
  ifNoneMatchHolds,
  tagsOf,
  versionsOf,
} from '../../../src/embed/Fetch/headers.ts'
import { parseInstant, isoOf } from '../../../src/embed/Fetch/query.ts'
import { isName } from '../../../src/store/Engine.ts'
import { at } from '../http.ts'

describe('headers', () => {
  const tagged = fc.record({
    version: fc.maxSafeNat(),
    mark: fc.record({
      position: fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
      recordedAt: fc.option(fc.integer({ min: -8.64e15, max: 8.64e15 }), { nil: undefined }),
      commitId: fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }).filter(isName),
    }),
  })

  it('1: the tag of a version matches that version with that mark and no other', () => {
    fc.assert(
      fc.property(tagged, tagged, (v, other) => {
        const tags = tagsOf(etagOf(v))
        expect(tags).toStrictEqual({ type: 'Tags', tags: [etagOf(v)] })
        expect(versionsOf([etagOf(v)])).toEqual([v])
        const { version, mark } = v
        for (const w of [
          v,
          other,
          { version: version + 1, mark },
          { version, mark: { ...mark, position: mark.position + 1 } },
          { version, mark: { ...mark, commitId: `${mark.commitId}x` } },
          { version, mark: { ...mark, recordedAt: (mark.recordedAt ?? 0) + 1 } },
        ]) {
          const isSame = etagOf(w) === etagOf(v)
          expect(ifMatchHolds(tags, w, true)).toBe(isSame)
          expect(ifNoneMatchHolds(tags, w, true)).toBe(!isSame)
        }
      }),
    )
  })

  it('1: so does one tag of a list, and a number alone is good for If-Match only', () => {
    const space = fc.constantFrom('', ' ', '\t')
    const list = fc.array(fc.tuple(space, fc.nat(9), space), { minLength: 1 })
    fc.assert(
      fc.property(list, fc.nat(9), (all, version) => {
        const numbers = all.map(([, n]) => n)
        const mark = { position: 1, commitId: 'k' }
        const text = all.map(([a, n, b]) => `${a}"${n}"${b}`).join(',')
        const tags = tagsOf(text)
        expect(ifMatchHolds(tags, { version, mark }, true)).toBe(numbers.includes(version))
        expect(ifNoneMatchHolds(tags, { version, mark }, true)).toBe(true)
        expect(tags.type === 'Tags' && versionsOf(tags.tags)).toStrictEqual(
          numbers.map((n) => ({ version: n, mark: undefined })),
        )
      }),
    )
  })

  it('2: the key of a text that is quoted is the text', () => {
    const unit = fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code))
    fc.assert(
      fc.property(fc.string({ unit, minLength: 1, maxLength: 255 }), (text) => {
        expect(keyOf(`"${text.replace(/["\\]/g, '\\$&')}"`)).toBe(text)
      }),
    )
    fc.assert(
      fc.property(fc.stringMatching(/^[\w!#$%&'*+./:=@^~|-]{1,255}$/), (word) => {
        expect(keyOf(word)).toBe(word)
      }),
    )
  })

  it('a list may be empty, and so may its elements', () => {
    for (const text of ['', ' ', ',', ' ,\t, ']) {
      expect(tagsOf(text)).toStrictEqual({ type: 'Tags', tags: [] })
    }
    expect(tagsOf(',"1", ,W/"2",')).toStrictEqual({ type: 'Tags', tags: ['"1"', 'W/"2"'] })
  })

  it.each([
    '"k";v=1',
    'k;v=1',
    ' "k";  v;w ',
    '"k";a="x;y";b=?0;c=1.5;d=-7;e=@1700000000;f=:aGk=:;g=%"caf%c3%a9";*h=to/ken:s',
  ])('the parameters of a key mean nothing: %s', (text) => {
    expect(keyOf(text)).toBe('k')
  })

  it.each([
    '"k";',
    '"k";V=1',
    '"k";v=',
    '"k";v =1',
    '"k" x',
    '"k", "k"',
    '"k";v="',
    '"k"\t;v',
    '"a',
    '"é"',
    '',
    '""',
    '("k")',
  ])('what is no item of a structured field is no key: %s', (text) => {
    expect(keyOf(text)).toBeUndefined()
  })

  it('a long header takes no longer than it is long', () => {
    for (const text of [', '.repeat(50_000), '"a" '.repeat(50_000), `"${'\\\\'.repeat(50_000)}`]) {
      expect(tagsOf(`${text}x`).type).toBe('Malformed')
      expect(keyOf(text)).toBeUndefined()
    }
    for (const end of [';', 'x', '"']) {
      expect(keyOf(`"k"${'; v=1'.repeat(50_000)}${end}`)).toBeUndefined()
      expect(keyOf(`"k"${';'.repeat(50_000)}${end}`)).toBeUndefined()
      const type = `application/json${'; '.repeat(50_000)}${'a=" "'.repeat(50_000)}${end}`
      expect(isJsonType(type)).toBe(false)
    }
    expect(isJsonType(`${'a'.repeat(100_000)}/${'+json'.repeat(20_000)}x`)).toBe(false)
  })

  it.each([
    ['application/json', true],
    ['APPLICATION/JSON;CHARSET=UTF-8', true],
    ['application/json; charset="utf-8"', true],
    ['application/json; charset="utf\\-8"', true],
    ['application/json ; charset=utf8', true],
    ['application/json;', true],
    ['application/json; ;charset=utf-8;', true],
    ['application/json; profile="a;charset=latin1"', true],
    ['application/json; profile="\\";charset=latin1"; charset=utf-8', true],
    ['application/json; q="\\\\"', true],
    ['application/ld+json;profile="http://a.example/b;c=d"', true],
    ['model/gltf+json', true],
    ['application/json; charset="utf-8;"', false],
    ['application/json; charset=latin1', false],
    ['application/json; charset=utf-8; charset=latin1', false],
    ['application/json; charset', false],
    ['application/json; charset=', false],
    ['application/json; charset = utf-8', false],
    ['application/json; a="b', false],
    ['application/json; a="b"c', false],
    ['application/json, application/json', false],
    ['application/json charset=utf-8', false],
    ['text/json', false],
    ['application/', false],
    ['+json', false],
    ['', false],
    [null, false],
  ])('a body of type %s is JSON in UTF-8: %s', (type, is) => {
    expect(isJsonType(type)).toBe(is)
  })

  it.each([
    [null, true],
    ['', true],
    ['identity', true],
    ['Identity , identity,', true],
    ['gzip', false],
    ['identity, gzip', false],
    ['x', false],
  ])('a body of the encoding %s is as it is: %s', (encoding, is) => {
    expect(isIdentity(encoding)).toBe(is)
  })
})

describe('queries', () => {
  const date = (max: string) =>
    fc
      .date({ min: new Date('0000-01-01T00:00:00Z'), max: new Date(max), noInvalidDate: true })
      .map((one) => one.getTime())

  it('1: an instant out of its text is the instant', () => {
    fc.assert(
      fc.property(date('9999-12-31T23:59:59.999Z'), (instant) => {
        expect(parseInstant(isoOf(instant))).toBe(instant)
      }),
    )
  })

  it('1: on any clock', () => {
    const offset = fc.integer({ min: -1_439, max: 1_439 })
    const two = (n: number) => String(n).padStart(2, '0')
    fc.assert(
      fc.property(
        date('9999-12-30T00:00:00Z').filter((t) => t > -62_000_000_000_000),
        offset,
        (instant, minutes) => {
          const sign = minutes < 0 ? '-' : '+'
          const [h, m] = [Math.trunc(Math.abs(minutes) / 60), Math.abs(minutes) % 60]
          const there = isoOf(instant + minutes * 60_000).replace('Z', `${sign}${two(h)}:${two(m)}`)
          expect(parseInstant(there)).toBe(instant)
        },
      ),
    )
  })

  it('1: in small letters, and with any fraction, which is cut to milliseconds', () => {
    fc.assert(
      fc.property(
        date('9999-12-31T23:59:59.999Z'),
        fc.stringMatching(/^\d{0,20}$/),
        (instant, more) => {
          const text = isoOf(instant).replace('Z', `${more}Z`)
          expect(parseInstant(text)).toBe(instant)
          expect(parseInstant(text.toLowerCase())).toBe(instant)
        },
      ),
    )
    expect(parseInstant('1996-07-04t00:00:00.1z')).toBe(Date.UTC(1996, 6, 4) + 100)
    expect(parseInstant('1996-07-04t02:00:00.123999+02:00')).toBe(Date.UTC(1996, 6, 4) + 123)
    expect(parseInstant('1996-07-04T00:00:00.Z')).toBeUndefined()
    expect(parseInstant('1996-07-04 00:00:00Z')).toBeUndefined()
  })

  it('2: so is one out of its number', () => {
    const instant = fc.integer({ min: -8_640_000_000_000_000, max: 8_640_000_000_000_000 })
    fc.assert(
      fc.property(instant, (one) => {
        expect(parseInstant(String(one))).toBe(one)
      }),
    )
    expect(parseInstant('-0')).toBe(0)
    expect(parseInstant('-8640000000000001')).toBeUndefined()
    expect(parseInstant('1e3')).toBeUndefined()
  })
})

describe('bodies', () => {
  it('1: what is within the limit is read in whatever pieces, and no more of what is beyond', async () => {
    const bytes = fc.jsonValue().map((value) => new TextEncoder().encode(JSON.stringify(value)))
    await fc.assert(
      fc.asyncProperty(
        bytes,
        fc.integer({ min: 1, max: 20 }),
        fc.nat(60),
        async (all, piece, limit) => {
          let i = 0
          const body = new ReadableStream<Uint8Array>(
            {
              pull: (controller) => {
                if (i >= all.length) controller.close()
                else controller.enqueue(all.slice(i, (i += piece)))
              },
            },
            { highWaterMark: 0 },
          )
          const read = await bodyJson(
            new Request(at('/'), { method: 'POST', body, duplex: 'half' }),
            limit,
          )
          if (all.length <= limit) {
            const right: unknown = JSON.parse(new TextDecoder().decode(all))
            expect(read).toStrictEqual({ _tag: 'Right', right })
          } else {
            expect(read).toStrictEqual({ _tag: 'Left', left: { type: 'BodyTooLarge', limit } })
            expect(i).toBeLessThanOrEqual(limit + piece)
          }
        },
      ),
    )
  })

  /** A request whose body is what `pull` makes of it, and no more than is asked for. */
  const pulling = (
    pull: (controller: ReadableStreamDefaultController<Uint8Array>) => void,
    more: RequestInit = {},
  ): Request => {
    const body = new ReadableStream<Uint8Array>({ pull }, { highWaterMark: 0 })
    return new Request(at('/'), { method: 'POST', body, duplex: 'half', ...more })
  }

  const unreadable = { _tag: 'Left', left: { type: 'UnreadableBody' } }

  it('2: of empty pieces without end, no more than a thousand are read', async () => {
    for (const last of [1_000, 1_001]) {
      let pulled = 0
      const read = await bodyJson(
        pulling((controller) => {
          if (++pulled <= last) controller.enqueue(new Uint8Array(0))
          else if (pulled === last + 1) controller.enqueue(new Uint8Array([0x31]))
          else controller.close()
        }),
        1,
      )
      expect(read).toStrictEqual(last === 1_000 ? { _tag: 'Right', right: 1 } : unreadable)
      expect(pulled).toBe(last === 1_000 ? 1_002 : 1_001)
    }
  })

  it('3: a request that is given up ends, whatever its body does', { timeout: 5_000 }, async () => {
    const silent = () => {}
    const failing = () => Promise.reject(new Error('gone'))
    for (const cancel of [silent, failing]) {
      const abort = new AbortController()
      const { signal } = abort
      const body = new ReadableStream<Uint8Array>({ cancel })
      const init: RequestInit = { method: 'POST', body, duplex: 'half', signal }
      const read = bodyJson(new Request(at('/'), init), 10)
      setTimeout(() => abort.abort(), 10)
      expect(await read).toStrictEqual(unreadable)
    }
    const signal = AbortSignal.abort()
    expect(await bodyJson(pulling(silent, { signal }), 10)).toStrictEqual(unreadable)
  })

  it('3: what came before is no whole body', { timeout: 5_000 }, async () => {
    const abort = new AbortController()
    let pulled = 0
    const request = pulling(
      (controller) => {
        if (++pulled === 1) controller.enqueue(new Uint8Array([0x31]))
        else setTimeout(() => abort.abort(), 10)
      },
      { signal: abort.signal },
    )
    expect(await bodyJson(request, 10)).toStrictEqual(unreadable)
  })

  it('a body that is not there is no JSON', async () => {
    const read = await bodyJson(new Request(at('/'), { method: 'POST' }), 10)
    expect(read).toStrictEqual({ _tag: 'Left', left: { type: 'MalformedJson' } })
  })
})
