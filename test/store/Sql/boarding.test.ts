import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { CheckedCommit } from '../../../src/store/Engine.ts'
import { checkCommit } from '../../../src/store/Engine.ts'
import type { ExpectedVersion } from '../../../src/store/EventStore.ts'
import type { Waiting } from '../../../src/store/Sql/boarding.ts'
import { board } from '../../../src/store/Sql/boarding.ts'
import { partsOf } from '../../../src/store/Sql/flight.ts'
import { anyVersion, commitOf, exactly, noStream, rightOf } from '../../contract/commits.ts'

const nothing = { streams: new Set<string>(), commitIds: new Set<string>() }
const roomy = { commits: 64, size: 1_000_000 }

const checked = (
  stream: string,
  commitId: string,
  expected: ExpectedVersion = anyVersion,
  also: ReadonlyArray<string> = [],
): CheckedCommit =>
  rightOf(
    checkCommit({
      ...commitOf(stream, commitId, expected, 1),
      also: also.map((other) => ({ stream: other, expected: anyVersion, events: [] })),
    }),
  )

const waits = (commit: CheckedCommit, data = '1'): Waiting => ({ commit, data: [data] })

const after = (version: number, commitId: string): ExpectedVersion => ({
  type: 'Exactly',
  version,
  mark: { commitId },
})

const idsOf = (boarded: { readonly flight: ReadonlyArray<{ readonly commit: CheckedCommit }> }) =>
  boarded.flight.map(({ commit }) => commit.commitId)

it('takes commits to different streams together', () => {
  const waiting = ['a', 'b', 'c'].map((stream) => waits(checked(stream, `${stream}1`)))
  const { flight, left } = board(waiting, nothing, roomy)
  expect(flight.map(({ root, before }) => [root, before])).toStrictEqual([
    [0, 0],
    [1, 0],
    [2, 0],
  ])
  expect(left).toStrictEqual([])
})

it('takes a chain together, each behind the one that it expects', () => {
  const waiting = [
    waits(checked('b', 'b1')),
    waits(checked('a', 'a1', exactly(4))),
    waits(checked('a', 'a2', after(5, 'a1'))),
    waits(checked('a', 'a3', after(6, 'a2'))),
  ]
  const { flight } = board(waiting, nothing, roomy)
  expect(flight.map(({ root, before }) => [root, before])).toStrictEqual([
    [0, 0],
    [1, 0],
    [1, 1],
    [1, 2],
  ])
})

it.each<[string, CheckedCommit, CheckedCommit]>([
  ['expects nothing', checked('a', '1', noStream), checked('a', '2')],
  ['expects a version only', checked('a', '1', noStream), checked('a', '2', exactly(1))],
  ['expects another version', checked('a', '1', noStream), checked('a', '2', after(2, '1'))],
  ['expects another commit', checked('a', '1', noStream), checked('a', '2', after(1, 'x'))],
  [
    'expects a position',
    checked('a', '1', noStream),
    checked('a', '2', { type: 'Exactly', version: 1, mark: { commitId: '1', position: 1 } }),
  ],
  [
    'expects a time',
    checked('a', '1', noStream),
    checked('a', '2', { type: 'Exactly', version: 1, mark: { commitId: '1', recordedAt: 1 } }),
  ],
  ['follows one at an unknown version', checked('a', '1'), checked('a', '2', after(1, '1'))],
  ['is to several streams', checked('a', '1', noStream), checked('a', '2', after(1, '1'), ['b'])],
  ['follows one to several', checked('a', '1', noStream, ['b']), checked('a', '2', after(1, '1'))],
  ['has the same id', checked('a', '1'), checked('b', '1')],
  ['writes what another checks', checked('a', '1', noStream, ['b']), checked('b', '2')],
  ['checks what another writes', checked('b', '1'), checked('a', '2', noStream, ['b'])],
])('leaves behind a commit that %s', (_, first, second) => {
  const boarded = board([waits(first), waits(second)], nothing, roomy)
  expect(idsOf(boarded)).toStrictEqual(['1'])
  expect(boarded.left.map(({ commit }) => commit)).toStrictEqual([second])
})

it('leaves behind what touches a flight that is under way', () => {
  const underWay = { streams: new Set(['a']), commitIds: new Set(['known']) }
  const waiting = [
    waits(checked('a', '1')),
    waits(checked('b', '2', noStream, ['a'])),
    waits(checked('c', 'known')),
    waits(checked('d', '3')),
  ]
  expect(idsOf(board(waiting, underWay, roomy))).toStrictEqual(['3'])
})

it('leaves when it is full', () => {
  const waiting = ['a', 'b', 'c'].map((stream) => waits(checked(stream, stream), 'x'.repeat(10)))
  expect(idsOf(board(waiting, nothing, { commits: 2, size: 1_000 }))).toStrictEqual(['a', 'b'])
  expect(idsOf(board(waiting, nothing, { commits: 64, size: 20 }))).toStrictEqual(['a', 'b'])
  // the first always travels, however large
  expect(idsOf(board(waiting, nothing, { commits: 64, size: 5 }))).toStrictEqual(['a'])
})

const drawn: fc.Arbitrary<CheckedCommit> = fc
  .record({
    stream: fc.constantFrom('a', 'b', 'c'),
    id: fc.nat({ max: 8 }),
    expected: fc.oneof(
      fc.constantFrom(noStream, anyVersion, exactly(1)),
      fc
        .record({ version: fc.nat({ max: 3 }), id: fc.nat({ max: 8 }) })
        .map(({ version, id }) => after(version, `c${id}`)),
    ),
    also: fc.subarray(['d', 'e']),
  })
  .map(({ stream, id, expected, also }) => checked(stream, `c${id}`, expected, also))

it('keeps the order of each stream, and loses nobody', () => {
  fc.assert(
    fc.property(fc.array(drawn), fc.subarray(['a', 'd']), (commits, busy) => {
      const waiting = commits.map((commit) => waits(commit))
      const underWay = { streams: new Set(busy), commitIds: new Set<string>() }
      const { flight, taken, left } = board(waiting, underWay, { commits: 5, size: 1_000 })
      expect(flight.map(({ commit }) => commit)).toStrictEqual(taken.map(({ commit }) => commit))
      expect(new Set([...taken, ...left])).toStrictEqual(new Set(waiting))
      const touches = (stream: string) => (each: Waiting) =>
        partsOf(each.commit).some((part) => part.stream === stream)
      for (const stream of ['a', 'b', 'c', 'd', 'e']) {
        const inOrder = waiting.filter(touches(stream))
        expect([...taken, ...left].filter(touches(stream))).toStrictEqual(inOrder)
        if (busy.includes(stream)) expect(taken.filter(touches(stream))).toStrictEqual([])
      }
      if (waiting.length > 0 && busy.length === 0) expect(taken[0]).toBe(waiting[0])
    }),
  )
})
