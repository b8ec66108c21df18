// Requests of all kinds, most of them nearly right: each is answered, none with a 500, and none with
// what only the server should know. FUZZ says how many; npm run fuzz sends 100,000.
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, describe, expect, it } from 'vitest'
import { versionsOf } from '../../../src/embed/Fetch/headers.ts'
import { toFetchHandler } from '../../../src/embed/Fetch.ts'
import { orderCommandCodec } from '../../../src/order/codec.ts'
import type { EventStore } from '../../../src/store/EventStore.ts'
import { arbitrary, nearMisses } from '../../../src/testing/arbitrary.ts'
import { walk } from '../../support/orders.ts'
import { clientOf, create, newStore, optionsOf, tax } from '../http.ts'
import type { EncodedEvent } from '../../../src/codec/EventCodec.ts'

const perRun = 20
const total = Number(process.env['FUZZ'] ?? 2_000)

const often = <A>(weight: number, arbitrary: fc.Arbitrary<A>) => ({ weight, arbitrary })

const method = fc.oneof(
  often(16, fc.constant('POST')),
  often(10, fc.constant('GET')),
  often(2, fc.constant('HEAD')),
  often(1, fc.constantFrom('PUT', 'PATCH', 'DELETE', 'OPTIONS', 'post', 'M-SEARCH')),
  often(1, fc.stringMatching(/^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,8}$/)),
)

/** A text with a few characters taken out and others put in. */
const changed = (text: fc.Arbitrary<string>): fc.Arbitrary<string> =>
  fc
    .tuple(text, fc.nat(), fc.nat(2), fc.string({ unit: 'binary', maxLength: 2 }))
    .map(([all, at, less, more]) => {
      const i = at % (all.length + 1)
      return all.slice(0, i) + more + all.slice(i + less)
    })

const nearly = (text: fc.Arbitrary<string>) => fc.oneof(often(9, text), often(1, changed(text)))

const stream = fc.oneof(
  often(20, fc.constantFrom('a', 'a', 'b', 'c')),
  often(1, fc.string({ unit: 'binary' }).map(encodeURIComponent)),
  often(1, fc.string()),
  often(
    1,
    fc.constantFrom('%', '%00', '%ff', '%2F', '..', '%2e', 'history', '__proto__', '%F0%9F'),
  ),
  often(
    1,
    fc.nat(1_000).map((n) => 'n'.repeat(n)),
  ),
)

const whole = fc.oneof(
  often(6, fc.nat(5).map(String)),
  often(1, fc.constantFrom('-1', '1e3', '9007199254740993', '0x1', '1.5', '')),
)
const instant = fc.oneof(
  often(
    4,
    fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  ),
  often(2, fc.maxSafeInteger().map(String)),
  often(1, fc.constantFrom('1996-07-04', '1996-13-01T00:00:00Z', '+275760-09-13T00:00:00.000Z')),
)
const query = fc.oneof(
  often(6, fc.constant('')),
  often(
    4,
    whole.map((version) => `?version=${version}`),
  ),
  often(
    3,
    nearly(instant).map((at) => `?asOf=${encodeURIComponent(at)}`),
  ),
  often(
    1,
    whole.map((after) => `?after=${after}`),
  ),
  often(
    1,
    fc.constantFrom('?asOf=0&clock=recordedAt', '?clock=x', '?version=1&asOf=1', '?version'),
  ),
  often(
    1,
    fc.webQueryParameters().map((text) => `?${text}`),
  ),
)

const path = fc.oneof(
  often(
    24,
    fc.tuple(stream, query).map(([name, asked]) => `/orders/${name}${asked}`),
  ),
  often(
    4,
    fc.tuple(stream, query).map(([name, asked]) => `/orders/${name}/history${asked}`),
  ),
  often(1, nearly(stream.map((name) => `/orders/${name}/history`))),
  often(1, fc.webPath()),
  often(1, fc.constantFrom('/', '/orders', '/orders/', '//orders/a', '/orders//', '/orders/a/b/c')),
)

/** The tag of a version and a position of the streams that each round begins with. */
const tagOf = (place: string, commitId: string): string =>
  `"${place}.${Date.UTC(1996, 6, 5)}.${commitId}"`

const tags = fc.oneof(
  // those of the streams that each round begins with
  often(
    4,
    fc.constantFrom(
      tagOf('3.3', 'a'),
      tagOf('3.6', 'b'),
      `W/${tagOf('3.3', 'a')}`,
      `"1", ${tagOf('3.3', 'a')}`,
    ),
  ),
  often(
    6,
    fc.integer({ min: 1, max: 4 }).map((version) => `"${version}"`),
  ),
  often(
    2,
    fc.constantFrom('*', '"1", "2"', 'W/"1"', '"x"', '', ',', '1', '"', '"9007199254740993"'),
  ),
  often(
    1,
    fc.string({ unit: fc.integer({ min: 0x20, max: 0xff }).map((c) => String.fromCharCode(c)) }),
  ),
)
const key = fc.oneof(
  often(12, fc.constantFrom('a', 'b')),
  often(
    20,
    fc.nat(30).map((n) => `k${n}`),
  ),
  often(
    3,
    fc.nat(30).map((n) => `"k${n}"`),
  ),
  often(1, fc.string()),
  often(1, fc.constantFrom('', '"', '""', '"\\"', '"a\\b"', 'k'.repeat(300), '__proto__')),
)
const type = fc.oneof(
  often(20, fc.constant('application/json')),
  often(
    1,
    fc.constantFrom('text/plain', 'application/json;charset=utf-16', 'application/x+json', ''),
  ),
  often(1, nearly(fc.constant('application/json; charset=utf-8'))),
)

const maybe = <A>(odds: number, one: fc.Arbitrary<A>): fc.Arbitrary<A | undefined> =>
  fc.oneof(often(odds, one), often(30 - odds, fc.constant(undefined)))

const headers = fc
  .record({
    'content-type': maybe(29, type),
    'idempotency-key': maybe(29, key),
    'if-match': maybe(4, tags),
    'if-none-match': maybe(10, tags),
    'content-encoding': maybe(1, fc.constantFrom('identity', 'gzip', '')),
    'content-length': maybe(1, fc.constantFrom('0', '10', '100001', '-1', 'x', '1e9')),
  })
  .map((all) =>
    Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined),
  )

const command = fc.oneof(
  often(
    3,
    walk(1, 30).map((commands) => commands.at(-1) ?? create),
  ),
  often(2, fc.constant(create)),
  often(2, arbitrary(orderCommandCodec)),
)
const value = fc.oneof(
  often(8, command),
  often(3, fc.array(command, { maxLength: 5 })),
  often(
    4,
    nearMisses(orderCommandCodec).map(({ input }) => input),
  ),
  often(
    1,
    nearMisses(orderCommandCodec).map(({ input }) => [create, input]),
  ),
  often(1, fc.jsonValue()),
)
const json = value.map((one) => JSON.stringify(one) ?? '')
const text = fc.oneof(
  often(12, json),
  often(3, changed(json)),
  often(
    1,
    fc
      .tuple(fc.constantFrom('[', '{"type":', '[{"a":'), fc.nat(2_000))
      .map(([open, n]) => open.repeat(n)),
  ),
  often(
    1,
    json.map((one) => one + ' '.repeat(3_000)),
  ),
  often(
    1,
    fc.constantFrom('', 'null', '{"__proto__":null,"type":"SetTax","amount":1}', '"', '1e999'),
  ),
)
const bytes = fc.oneof(
  often(
    12,
    text.map((one) => new TextEncoder().encode(one)),
  ),
  often(1, fc.uint8Array({ maxLength: 30 })),
)

/** A body at once, or in pieces, perhaps with an end before its end. */
interface Body {
  readonly bytes: Uint8Array
  readonly piece: number
  readonly fails: boolean
}

const body: fc.Arbitrary<Body> = fc.record({
  bytes,
  piece: fc.oneof(often(5, fc.constant(0)), often(1, fc.integer({ min: 1, max: 50 }))),
  fails: fc.nat(9).map((n) => n === 0),
})

const streamed = ({ bytes: all, piece, fails }: Body): ReadableStream<Uint8Array> => {
  let i = 0
  return new ReadableStream({
    pull: (controller) => {
      if (i >= all.length) {
        if (fails) controller.error(new Error('secret'))
        else controller.close()
      } else controller.enqueue(all.slice(i, (i += piece)))
    },
  })
}

interface Shot {
  readonly method: string
  readonly path: string
  readonly headers: ReadonlyArray<readonly [string, string]>
  readonly body: Body
}

const shot: fc.Arbitrary<Shot> = fc.record({ method, path, headers, body })

/** What the platform itself refuses to build, no host can hand on. */
const requestOf = (one: Shot): Request | undefined => {
  const bare = one.method === 'GET' || one.method === 'HEAD'
  const init: RequestInit = { method: one.method, headers: one.headers.map(([k, v]) => [k, v]) }
  try {
    if (bare) return new Request(`http://localhost${one.path}`, init)
    return new Request(`http://localhost${one.path}`, {
      ...init,
      body: one.body.piece === 0 ? one.body.bytes : streamed(one.body),
      duplex: 'half',
    })
  } catch {
    return undefined
  }
}

const inTime = async <A>(promise: Promise<A>, what: Shot): Promise<A> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer to ${JSON.stringify(what)}`)), 20_000)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}

const known = [200, 304, 400, 404, 405, 409, 412, 413, 415, 422]
const seen = new Map<string, number>()
const leak = /\bat [^"]*:\d+:\d+|node_modules|file:\/\/|Error\b|secret|"stack"|"cause"/

const check = async (one: Shot, response: Response): Promise<void> => {
  const { status } = response
  const answer = await response.text()
  expect(known).toContain(status)
  expect(answer).not.toMatch(leak)
  if (status === 304 || one.method === 'HEAD') expect(answer).toBe('')
  else {
    const said = JSON.parse(answer) as Readonly<Record<string, unknown>>
    const name = typeof said['type'] === 'string' ? said['type'] : 'ok'
    seen.set(`${status} ${name}`, (seen.get(`${status} ${name}`) ?? 0) + 1)
    if (status === 200) {
      expect(response.headers.get('content-type')).toBe('application/json')
      const tag = response.headers.get('etag')
      // what recorded nothing has none
      if (tag !== null || one.method.toUpperCase() !== 'POST') {
        expect([tag, versionsOf([tag ?? ''])]).toMatchObject([tag, [{ version: said['version'] }]])
      }
    } else {
      expect(response.headers.get('content-type')).toBe('application/problem+json')
      expect(said).toMatchObject({
        type: expect.stringMatching(/^urn:decider-ts:[A-Z]\w+$/),
        status,
        title: expect.any(String),
        detail: expect.any(String),
      })
    }
  }
  seen.set(String(status), (seen.get(String(status)) ?? 0) + 1)
}

const stored = async (store: EventStore<EncodedEvent>): Promise<number> => {
  const all = await store.readAll(0, 10_000)()
  return E.isRight(all) ? all.right.events.length : NaN
}

describe('law 4', () => {
  let sent = 0

  it(`${total} requests are answered, and none of them with a fault`, async () => {
    const shots = fc.array(shot, { minLength: perRun, maxLength: perRun })
    await fc.assert(
      fc.asyncProperty(shots, fc.nat(3), async (all, mode) => {
        const store = newStore()
        const handle = toFetchHandler(optionsOf(store, { maxBytes: 2_000 }))
        for (const name of ['a', 'b']) {
          await clientOf(handle).post(`/orders/${name}`, name, [create, tax(1), tax(2)])
        }
        const fire = async (one: Shot): Promise<void> => {
          const request = requestOf(one)
          if (request === undefined) return
          sent++
          const writes = request.method === 'POST'
          const before = mode === 0 ? 0 : await stored(store)
          const response = await inTime(handle(request), one)
          await check(one, response)
          if (mode === 0 || (writes && response.status === 200)) return
          expect(await stored(store)).toBe(before)
        }
        if (mode === 0) await Promise.all(all.map(fire))
        else for (const one of all) await fire(one)
      }),
      // some can't be built
      { numRuns: Math.ceil((total * 1.1) / perRun) },
    )
    expect(sent).toBeGreaterThanOrEqual(total)
  }, 3_600_000)

  it.skipIf(total < 2_000)('and they come to all that a request can come to', () => {
    const names = [...seen.keys()].filter((name) => name.includes(':'))
    expect(names.toSorted().map((name) => name.replace('urn:decider-ts:', ''))).toStrictEqual(
      expect.arrayContaining([
        '400 InvalidCommand',
        '400 InvalidHeader',
        '400 InvalidQuery',
        '400 MalformedJson',
        '400 MalformedPath',
        '400 MissingIdempotencyKey',
        '400 UnreadableBody',
        '404 StreamNotFound',
        '404 UnknownPath',
        '404 VersionNotFound',
        '405 MethodNotAllowed',
        '412 PreconditionFailed',
        '413 BodyTooLarge',
        '415 UnsupportedMediaType',
        '422 CommitIdTaken',
        '422 Rejected',
      ]),
    )
    expect(seen.get('200')).toBeGreaterThan(sent / 20)
    expect(seen.get('304')).toBeGreaterThan(0)
  })

  afterAll(() => {
    if (process.env['FUZZ'] === undefined) return
    const lines = [...seen].map(([name, n]) => `${String(n).padStart(8)} ${name}`)
    console.log([`${sent} requests`, ...lines].join('\n'))
  })
})
