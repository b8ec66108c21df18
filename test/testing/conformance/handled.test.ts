import { left, right } from 'fp-ts/lib/Either.js'
import { none } from 'fp-ts/lib/Option.js'
import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import { codec as codecOf } from '../../../src/codec/IoTs.ts'
import { handled } from '../../../src/testing/conformance/handled.ts'
import type { Event } from '../till.ts'
import { codec, till } from '../till.ts'

const Command = t.union([
  t.type({ type: t.literal('Add'), n: t.number }),
  t.type({ type: t.literal('Close') }),
])
const boundary = { decider: till, commands: codecOf(Command), events: codec }

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
    const { answers, history } = await handled(boundary, inputs)()
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
    const { answers, history } = await handled({ ...boundary, events }, [[{ type: 'Close' }]])()
    expect(history).toStrictEqual([])
    const [, , read, kept] = answers
    expect(read).toMatchObject({ _tag: 'Left' })
    expect(kept).toStrictEqual(
      right([stored(0, 1, 1, '0:0', { type: 'Closed', schemaVersion: 1, data: null })]),
    )
  })
})
