import { left, right } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import { codec as codecOf } from '../../../src/codec/IoTs.ts'
import { answersTo } from '../../../src/testing/conformance/answers.ts'
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
