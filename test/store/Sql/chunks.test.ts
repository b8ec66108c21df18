import fc from 'fast-check'
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import type { EncodedEvent } from '../../../src/codec/EventCodec.ts'
import type { Recorded } from '../../../src/Recorded.ts'
import type { ChunkRow } from '../../../src/store/Sql/chunkRows.ts'
import { addOfPage, addOfStream } from '../../../src/store/Sql/chunkRows.ts'

interface Names {
  readonly stream: string
  readonly type: string
  readonly actor: string | null
}

/** A row as the functions in the database join it, for events that differ in these names alone. */
const rowOf = (events: ReadonlyArray<Names>): ChunkRow => {
  const joined = (separator: string, each: (names: Names, i: number) => string) =>
    events.length === 0 ? null : events.map(each).join(separator)
  return {
    o_version: String(events.length + 2),
    o_streams: joined('","', ({ stream }) => stream),
    o_versions: joined(',', (_, i) => String(i + 3)),
    o_numbers: joined(',', (_, i) => (i === 0 ? '7,1,null,null,9' : `${i + 7},2,8,["t:1"],9`)),
    o_names: joined('","', ({ type, actor }) => ['c', type, actor ?? '', '', ''].join('","')),
    o_data: joined(',', () => '{"a":"\\""}'),
  }
}

/** What such a row stands for. */
const recordedOf = (events: ReadonlyArray<Names>): ReadonlyArray<Recorded<EncodedEvent>> =>
  events.map(({ stream, type, actor }, i) => ({
    stream,
    version: i + 3,
    position: i + 7,
    commitId: 'c',
    recordedAt: 9,
    occurredAt: i === 0 ? 9 : 8,
    actor: actor === null ? none : some(actor),
    correlationId: none,
    causationId: none,
    event: { type, schemaVersion: i === 0 ? 1 : 2, data: { a: '"' } },
    ...(i > 0 && { tags: ['t:1' as never] }),
  }))

const needsEscape = (name: string | null): boolean =>
  name !== null && JSON.stringify(name) !== `"${name}"`

describe('a chunk', () => {
  const part = fc.constantFrom('a', 'é', '\u2028', '', '"', '"', ',', '["', '"]', '{"', '":', '\\')
  const anyName = fc
    .array(fc.oneof(part, fc.constant('\n')), { minLength: 1, maxLength: 6 })
    .map((parts) => parts.join(''))
    .filter((name) => name !== '')
  const rows = fc.array(fc.record({ stream: anyName, type: anyName, actor: fc.option(anyName) }), {
    maxLength: 4,
  })

  it('of a page holds its events, or is refused because a name has to be escaped', () =>
    fc.assert(
      fc.property(rows, (all) => {
        const events: Array<Recorded<EncodedEvent>> = []
        const isRead = addOfPage(events, rowOf(all))
        const hasEscape = all.some((names) => Object.values(names).some(needsEscape))
        expect(isRead).toBe(!hasEscape)
        if (isRead) expect(events).toStrictEqual(recordedOf(all))
      }),
      { numRuns: 2_000 },
    ))

  it('of a stream does so too, whatever the name of the stream', () =>
    fc.assert(
      fc.property(rows, anyName, (all, stream) => {
        const events: Array<Recorded<EncodedEvent>> = []
        const last = addOfStream(events, rowOf(all), stream, 2)
        const hasEscape = all.some(({ type, actor }) => needsEscape(type) || needsEscape(actor))
        expect(last).toBe(hasEscape ? undefined : all.length + 2)
        if (last === undefined) return
        expect(events).toStrictEqual(recordedOf(all.map((names) => ({ ...names, stream }))))
      }),
      { numRuns: 2_000 },
    ))

  it('of a stream is refused if its events are not those after the version', () => {
    const row = rowOf([{ stream: 's', type: 'A', actor: null }])
    expect([1, 2, 3].map((last) => addOfStream([], row, 's', last))).toStrictEqual([
      undefined,
      3,
      undefined,
    ])
  })

  it.each([
    // as many values as rows, if arrays are counted as values
    [['a",["b', 'x', 'c"],"d']],
    [['a",1,"b']],
    [['a', 'b","c']],
    [['a\\', 'b']],
    [['a\\"', 'b']],
    [['a\tb']],
  ])('with the names %j is refused', (names) => {
    const rowWith = (key: 'stream' | 'type') =>
      rowOf(names.map((name) => ({ stream: 's', type: 'A', actor: null, [key]: name })))
    expect(addOfPage([], rowWith('stream'))).toBe(false)
    expect(addOfPage([], rowWith('type'))).toBe(false)
    expect(addOfStream([], rowWith('type'), 's', 2)).toBeUndefined()
  })
})
