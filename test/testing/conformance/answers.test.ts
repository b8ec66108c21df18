import { left, right } from 'fp-ts/lib/Either.js'
import { none, some } from 'fp-ts/lib/Option.js'
import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import { codec as codecOf } from '../../../src/codec/IoTs.ts'
import {
  answersOfHandler,
  answersOfHistory,
  answersTo,
} from '../../../src/testing/conformance/answers.ts'
import { record } from '../../support/recorded.ts'
import type { Event } from '../till.ts'
import { codec, till } from '../till.ts'

const Command = t.union([
  t.type({ type: t.literal('Add'), n: t.number }),
  t.type({ type: t.literal('Set'), n: t.number }),
  t.type({ type: t.literal('Close') }),
])
const boundary = { decider: till, commands: codecOf(Command), events: codec }

describe('what becomes of commands from outside', () => {
  it('is what each leads to, the events as text, and the states that they lead to', () => {
    const noCommand = { type: 'Add', n: 'many' }
    const refused = boundary.commands.decode(noCommand)
    expect(refused._tag).toBe('Left')
    const inputs = [
      { type: 'Add', n: 3 },
      noCommand,
      { type: 'Add', n: 9 },
      { type: 'Set', n: 3 },
      { type: 'Close' },
    ]
    expect(answersTo(boundary, [inputs, []])).toStrictEqual([
      right({ events: [{ type: 'Added', n: 3 }], state: { n: 3, closed: false } }),
      refused,
      left('TooMuch'),
      right({ events: [], state: { n: 3, closed: false } }),
      right({ events: [{ type: 'Closed' }], state: { n: 3, closed: true } }),
      [
        '{"type":"Added","schemaVersion":1,"data":3}',
        '{"type":"Closed","schemaVersion":1,"data":null}',
      ],
      [
        { n: 0, closed: false },
        { n: 3, closed: false },
        { n: 3, closed: true },
      ],
      true,
      [],
      [{ n: 0, closed: false }],
      false,
    ])
  })

  it('tells why an event was not encoded, which leads nowhere', () => {
    const issues = { eventType: 'Added', schemaVersion: 1, issues: [{ path: [], expected: 'no', actual: 1 }] } as const // prettier-ignore
    const events = {
      ...codec,
      encode: (event: Parameters<typeof codec.encode>[0]) =>
        event.type === 'Added' ? left(issues) : codec.encode(event),
    }
    const inputs = [{ type: 'Add', n: 1 }, { type: 'Close' }]
    expect(answersTo({ ...boundary, events }, [inputs]).slice(2)).toStrictEqual([
      [JSON.stringify(issues), '{"type":"Closed","schemaVersion":1,"data":null}'],
      [
        { n: 0, closed: false },
        { n: 0, closed: true },
      ],
      true,
    ])
  })
})

describe('a command handler over a store in memory', () => {
  const stored = <E>(stream: number, version: number, position: number, id: string, event: E) => ({
    stream: `${stream}`,
    version,
    position,
    commitId: id,
    recordedAt: position - 1,
    occurredAt: stream,
    actor: none,
    correlationId: none,
    causationId: none,
    event,
  })
  const accepted = <E>(last: ReturnType<typeof stored<E>>, state: unknown) =>
    right({ stream: last.stream, version: last.version, state, events: [last] })
  const inputs = [
    [{ type: 'Add', n: 1 }, 'no command', { type: 'Add', n: 2 }, { type: 'Add', n: 9 }],
    [{ type: 'Close' }],
  ]

  it('answers command by command, every third one twice, and then shows what is stored', async () => {
    const one = stored<Event>(0, 1, 1, '0:0', { type: 'Added', n: 1 })
    const two = stored<Event>(0, 2, 2, '0:2', { type: 'Added', n: 2 })
    const closed = stored<Event>(1, 1, 3, '1:0', { type: 'Closed' })
    const tooMuch = left({
      type: 'Rejected',
      stream: '0',
      version: 2,
      index: 0,
      rejection: 'TooMuch',
    })
    const { answers, history } = await answersOfHandler(boundary, inputs)()
    expect(history).toStrictEqual([one, two, closed])
    expect(answers).toStrictEqual([
      accepted(one, { n: 1, closed: false }),
      accepted(one, { n: 1, closed: false }),
      accepted(two, { n: 3, closed: false }),
      tooMuch,
      tooMuch,
      accepted(closed, { n: 0, closed: true }),
      accepted(closed, { n: 0, closed: true }),
      right(history),
      right(
        [one, two, closed].map((recorded) => {
          const encoded = codec.encode(recorded.event)
          return { ...recorded, event: encoded._tag === 'Right' ? encoded.right : undefined }
        }),
      ),
    ])
  })

  it('has no history where what was written can not be read again', async () => {
    const issues = {
      eventType: 'Closed',
      schemaVersion: 1,
      issues: [{ path: [], expected: 'nothing', actual: null }],
    } as const
    let decoded = 0
    const decode: typeof codec.decode = (encoded) =>
      decoded++ === 0 ? codec.decode(encoded) : left(issues)
    const events = { ...codec, decode }
    const { answers, history } = await answersOfHandler({ ...boundary, events }, [
      [{ type: 'Close' }],
    ])()
    expect(history).toStrictEqual([])
    const [, , read, kept] = answers
    expect(read).toMatchObject({ _tag: 'Left' })
    expect(kept).toStrictEqual(
      right([stored(0, 1, 1, '0:0', { type: 'Closed', schemaVersion: 1, data: null })]),
    )
  })
})

describe('what time travel shows', () => {
  const events = record<Event>([
    { stream: 'a', event: { type: 'Added', n: 1 }, occurredAt: 9, recordedAt: 10 },
    { stream: 'b', event: { type: 'Closed' }, occurredAt: 8, recordedAt: 11 },
    { stream: 'a', event: { type: 'Added', n: 2 }, occurredAt: 13, recordedAt: 12 },
    { stream: 'a', event: { type: 'WasSet', n: 7 }, occurredAt: 11, recordedAt: 14 },
  ])
  const [a1, b1, a2, a3] = events

  it('is what changed, the state by either clock, and what set what, stream by stream', () => {
    const changed = (before: unknown, after: unknown, ...path: ReadonlyArray<string>) => [
      { path, before: some(before), after: some(after) },
    ]
    expect(answersOfHistory(till, events)).toStrictEqual([
      [
        { recorded: a1, state: { n: 1, closed: false }, changes: changed(0, 1, 'n') },
        { recorded: a2, state: { n: 3, closed: false }, changes: changed(1, 3, 'n') },
        { recorded: a3, state: { n: 7, closed: false }, changes: changed(3, 7, 'n') },
      ],
      { n: 3, closed: false },
      { n: 7, closed: false },
      [some(a3)],
      [{ recorded: b1, state: { n: 0, closed: true }, changes: changed(false, true, 'closed') }],
      { n: 0, closed: true },
      { n: 0, closed: true },
      [some(b1)],
    ])
  })

  it('is nothing of no events, and of one that changes nothing, nothing was set', () => {
    const [idle] = record<Event>([
      { stream: 'a', event: { type: 'WasSet', n: 0 }, occurredAt: 1, recordedAt: 1 },
    ])
    expect(answersOfHistory(till, [])).toStrictEqual([])
    expect(answersOfHistory(till, idle === undefined ? [] : [idle])).toStrictEqual([
      [{ recorded: idle, state: { n: 0, closed: false }, changes: [] }],
      { n: 0, closed: false },
      { n: 0, closed: false },
      [],
    ])
  })
})
