import { pipe } from 'fp-ts/lib/function.js'
import { isLeft, left, right } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { expect, it } from 'vitest'
import {
  codec,
  commandCodec,
  date,
  eventCodec,
  optional,
  variant,
} from '../../../src/codec/IoTs.ts'
import { next } from '../../../src/codec/EventCodec/upcast.ts'

const noon = new Date(Date.UTC(2026, 0, 1, 12))

const closed = pipe(
  variant('Closed', {}),
  next(variant('Closed', { at: date }), ({ type }) => ({ type, at: noon })),
)
const renamed = codec(t.type({ type: t.literal('Renamed'), decode: t.string }))

const events = eventCodec({
  Opened: { by: t.string, note: optional(t.string) },
  Closed: closed,
  Renamed: renamed,
  Decoded: { decode: t.string, encode: t.string, is: t.string },
})

it('fields, codecs and chains stand side by side', () => {
  const all = [
    { type: 'Opened', by: 'Ann' },
    { type: 'Opened', by: 'Ann', note: 'hello' },
    { type: 'Closed', at: noon },
    { type: 'Renamed', decode: 'x' },
    { type: 'Decoded', decode: 'x', encode: 'y', is: 'z' },
  ] as const
  for (const event of all) {
    const encoded = events.encode(event)
    expect(encoded).toMatchObject({ _tag: 'Right', right: { type: event.type } })
    if (isLeft(encoded)) continue
    const { schemaVersion, data } = encoded.right
    expect(schemaVersion).toBe(event.type === 'Closed' ? 2 : 1)
    expect(events.decode({ type: event.type, schemaVersion, data })).toStrictEqual(right(event))
  }
  expect(events.types).toStrictEqual(['Opened', 'Closed', 'Renamed', 'Decoded'])
})

it('an optional field may be missing, and is refused where it does not fit', () => {
  const opened = variant('Opened', { by: t.string, note: optional(t.string) })
  expect(opened.decode({ type: 'Opened', by: 'Ann', note: 7 })).toStrictEqual(
    left([{ path: ['note'], expected: 'string', actual: 7 }]),
  )
  expect(opened.is({ type: 'Opened', by: 'Ann' })).toBe(true)
})

it('commands of one type are told from those of another', () => {
  const commands = commandCodec({ Open: { by: t.string }, Rename: renamed })
  expect(commands.decode({ type: 'Open', by: 'Ann' })).toStrictEqual(
    right({ type: 'Open', by: 'Ann' }),
  )
  expect(commands.decode({ type: 'Shut' })).toStrictEqual(
    left([{ path: ['type'], expected: '"Open" | "Rename"', actual: 'Shut' }]),
  )
})

it('unknown fields of commands and events are left out', () => {
  const commands = commandCodec({ Add: { n: t.number, to: t.type({ id: t.string }) } })
  const sent = { type: 'Add', n: 1, to: { id: 'a', role: 'admin' }, password: 'secret' }
  const add = { type: 'Add', n: 1, to: { id: 'a' } } as const
  expect(commands.decode(sent)).toStrictEqual(right(add))
  const added = eventCodec({ Add: { n: t.number, to: t.type({ id: t.string }) } })
  const emitted = { ...add, ...sent } as typeof add
  expect(added.encode(emitted)).toStrictEqual(right({ type: 'Add', schemaVersion: 1, data: add }))
  expect(added.decode({ type: 'Add', schemaVersion: 1, data: sent })).toStrictEqual(right(add))
})
