import * as E from 'fp-ts/lib/Either.js'
import { some } from 'fp-ts/lib/Option.js'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Issue } from '../../src/codec/Codec.ts'
import type { EncodedEvent } from '../../src/codec/EventCodec.ts'
import { checkCommit, isName } from '../../src/store/Engine.ts'
import type { Commit, Proposed } from '../../src/store/EventStore.ts'
import { nobody } from '../support/recorded.ts'

const proposed: Proposed<EncodedEvent> = {
  occurredAt: 0,
  event: { type: 'SwitchedOn', schemaVersion: 1, data: { by: 'Ann' } },
}

const commit: Commit<EncodedEvent> = {
  stream: 'lamp-1',
  expected: { type: 'Any' },
  commitId: 'c1',
  events: [proposed],
}

const issuesOf = (change: Partial<Commit<EncodedEvent>>): ReadonlyArray<Issue> => {
  const checked = checkCommit({ ...commit, ...change })
  if (E.isRight(checked)) return []
  expect(checked.left.type).toBe('InvalidCommit')
  expect(checked.left.stream).toBe(change.stream ?? 'lamp-1')
  for (const { expected } of checked.left.issues) expect(expected).not.toBe('')
  return checked.left.issues
}

const eventIssuesOf = (
  change: Partial<Proposed<EncodedEvent>>,
  event: Partial<EncodedEvent> = {},
): ReadonlyArray<Issue> =>
  issuesOf({ events: [{ ...proposed, ...change, event: { ...proposed.event, ...event } }] })

const badNames = ['', 'a\0b', '\0', 'x'.repeat(801), '\ud800', 'a\udc00b', '\udc00\ud800']
const goodNames = [
  'a',
  ' ',
  '\n',
  'x'.repeat(800),
  'é',
  '😀',
  '😀'.repeat(400),
  "'; --",
  '__proto__',
]

describe('isName', () => {
  it('takes 1 to 800 code units of whole characters without NUL', () => {
    expect(goodNames.filter((name) => !isName(name))).toEqual([])
    expect(badNames.filter(isName)).toEqual([])
  })

  it('takes what UTF-8 can give back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (name) => {
        const bytes = new TextEncoder().encode(name)
        const lossless = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) === name
        expect(isName(name)).toBe(lossless && !name.includes('\0'))
      }),
    )
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 0xffff }), { minLength: 1 }), (units) => {
        const name = String.fromCharCode(...units)
        const bytes = new TextEncoder().encode(name)
        const lossless = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes) === name
        expect(isName(name)).toBe(lossless)
      }),
    )
  })
})

describe('checkCommit', () => {
  it('takes a commit as it is', () => {
    const events = [{ ...nobody, ...proposed, tags: [] }]
    const absent = { fingerprint: undefined, commands: undefined, condition: undefined }
    const checked = { ...commit, ...absent, events, also: [] }
    expect(checkCommit(commit)).toStrictEqual(E.right(checked))
    const full: Commit<EncodedEvent> = {
      ...commit,
      expected: { type: 'Exactly', version: 3 },
      events: [
        proposed,
        {
          occurredAt: -1,
          actor: 'Ann',
          correlationId: 'r1',
          causationId: 'm1',
          event: { type: 'SwitchedOff', schemaVersion: 2, data: null },
        },
      ],
    }
    expect(checkCommit(full)).toStrictEqual(
      E.right({
        ...full,
        ...absent,
        events: [
          { ...nobody, ...proposed, tags: [] },
          {
            ...full.events[1],
            actor: some('Ann'),
            correlationId: some('r1'),
            causationId: some('m1'),
            tags: [],
          },
        ],
        also: [],
        condition: undefined,
        commands: undefined,
      }),
    )
  })

  it('names every stream, commit, type, actor, correlation and causation that is no name', () => {
    const at = (field: string) => ['events', 0, field]
    for (const actual of badNames) {
      expect(issuesOf({ stream: actual })).toMatchObject([{ path: ['stream'], actual }])
      expect(issuesOf({ commitId: actual })).toMatchObject([{ path: ['commitId'], actual }])
      expect(eventIssuesOf({}, { type: actual })).toMatchObject([{ path: at('type'), actual }])
      for (const field of ['actor', 'correlationId', 'causationId']) {
        expect(eventIssuesOf({ [field]: actual })).toMatchObject([{ path: at(field), actual }])
        expect(eventIssuesOf({ [field]: undefined })).toEqual([])
      }
    }
    for (const name of goodNames) {
      expect(issuesOf({ stream: name, commitId: name })).toEqual([])
      expect(
        eventIssuesOf({ actor: name, correlationId: name, causationId: name }, { type: name }),
      ).toEqual([])
    }
  })

  it('takes every expected version that a stream can have', () => {
    expect(issuesOf({ expected: { type: 'NoStream' } })).toEqual([])
    for (const version of [0, 1, Number.MAX_SAFE_INTEGER])
      expect(issuesOf({ expected: { type: 'Exactly', version } })).toEqual([])
    for (const version of [-1, 0.5, NaN, Infinity, 2 ** 53])
      expect(issuesOf({ expected: { type: 'Exactly', version } })).toMatchObject([
        { path: ['expected', 'version'], actual: version },
      ])
  })

  it('takes every instant that a date can have', () => {
    const last = 8_640_000_000_000_000
    for (const instant of [0, 1, -1, last, -last, Date.now()]) {
      expect(eventIssuesOf({ occurredAt: instant })).toEqual([])
      expect(new Date(instant).getTime()).toBe(instant)
    }
    for (const instant of [last + 1, -last - 1, 0.5, NaN, Infinity, -Infinity])
      expect(eventIssuesOf({ occurredAt: instant })).toMatchObject([
        { path: ['events', 0, 'occurredAt'], actual: instant },
      ])
  })

  it('takes every version of data', () => {
    for (const schemaVersion of [1, 2, 1_000])
      expect(eventIssuesOf({}, { schemaVersion })).toEqual([])
    for (const schemaVersion of [-1, 1.5, NaN, Infinity])
      expect(eventIssuesOf({}, { schemaVersion })).toMatchObject([
        { path: ['events', 0, 'schemaVersion'], actual: schemaVersion },
      ])
  })

  it('names the place in the data that JSON can not hold', () => {
    const data = { lines: [{ at: 1 }, { at: 1n }] }
    expect(eventIssuesOf({}, { data })).toStrictEqual([
      {
        path: ['events', 0, 'data', 'lines', 1, 'at'],
        expected: 'a value that JSON can hold',
        actual: 1n,
      },
    ])
  })

  it('names everything that is wrong, all at once', () => {
    const wrong: Proposed<EncodedEvent> = {
      occurredAt: NaN,
      actor: '',
      correlationId: '',
      causationId: '',
      event: { type: '', schemaVersion: NaN, data: new Date(0) },
    }
    const paths = issuesOf({
      stream: '',
      expected: { type: 'Exactly', version: -1 },
      commitId: '',
      events: [proposed, wrong, proposed, wrong],
    }).map(({ path }) => path.join('.'))
    const fields = [
      'type',
      'schemaVersion',
      'occurredAt',
      'actor',
      'correlationId',
      'causationId',
      'data',
    ]
    expect(new Set(paths)).toEqual(
      new Set([
        'stream',
        'commitId',
        'expected.version',
        ...fields.map((field) => `events.1.${field}`),
        ...fields.map((field) => `events.3.${field}`),
      ]),
    )
    expect(paths).toHaveLength(17)
  })

  it('takes parts for other streams, and names each that it does not', () => {
    const none = { stream: 'b', expected: { type: 'NoStream' }, events: [] } as const
    const full = { stream: 'c', expected: { type: 'Any' }, events: [proposed] } as const
    const checked = checkCommit({ ...commit, also: [none, full] })
    expect(E.isRight(checked) && checked.right.also).toStrictEqual([
      none,
      { ...full, events: [{ ...nobody, ...proposed, tags: [] }] },
    ])
    const mark = { commitId: '', position: -1 }
    const wrong = {
      stream: '',
      expected: { type: 'Exactly', version: -1, mark },
      events: [proposed, { ...proposed, actor: '', event: { ...proposed.event, data: 1n } }],
    } as const
    const paths = issuesOf({ also: [none, wrong] }).map(({ path }) => path.join('.'))
    expect(paths).toStrictEqual(
      [
        'stream',
        'expected.version',
        'expected.mark.commitId',
        'expected.mark.position',
        'events.1.actor',
        'events.1.data',
      ].map((path) => `also.1.${path}`),
    )
    for (const also of [[none, full, none], [{ ...none, stream: 'lamp-1' }]]) {
      expect(issuesOf({ also })).toMatchObject([{ path: ['also', also.length - 1, 'stream'] }])
    }
  })

  it('takes a mark without a position', () => {
    const expected = { type: 'Exactly', version: 1, mark: { commitId: 'c' } } as const
    expect(issuesOf({ expected })).toEqual([])
  })

  it('copies the data and freezes the copy', () => {
    const data = { lines: [{ quantity: 1 }], gone: undefined }
    const checked = checkCommit({
      ...commit,
      events: [{ ...proposed, event: { type: 'A', schemaVersion: 1, data } }],
    })
    if (E.isLeft(checked)) return expect.unreachable()
    const copy = checked.right.events[0].event.data as typeof data
    data.lines[0] = { quantity: 2 }
    expect(copy).toStrictEqual({ lines: [{ quantity: 1 }] })
    expect([copy, copy.lines, copy.lines[0]].every(Object.isFrozen)).toBe(true)
    expect(Object.isFrozen(data)).toBe(false)
  })
})

it('refuses a commit without events', () => {
  // what the type rules out can still come from plain JavaScript
  const none = [] as unknown as Commit<EncodedEvent>['events']
  expect(issuesOf({ events: none })).toMatchObject([{ path: ['events'] }])
})

it('keeps copies of who and why, and an instant that survives text', () => {
  const actor = 'Ann'
  const event = { type: 'SwitchedOn', schemaVersion: 1, data: {} }
  const checked = checkCommit({
    stream: 's',
    expected: { type: 'Any' },
    commitId: 'c',
    events: [{ occurredAt: -0, actor, event }],
  })
  if (E.isLeft(checked)) return expect.unreachable()
  const [kept] = checked.right.events
  expect(kept.actor).toStrictEqual(some(actor))
  expect(kept.actor).not.toBe(actor)
  expect(Object.isFrozen(kept.actor)).toBe(true)
  expect(Object.is(kept.occurredAt, 0)).toBe(true)
})
