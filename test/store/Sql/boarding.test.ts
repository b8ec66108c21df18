import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Query, Tag } from '../../../src/Query.ts'
import { everything, nothing, tag } from '../../../src/Query.ts'
import type { CheckedCommit } from '../../../src/store/Engine.ts'
import { checkCommit } from '../../../src/store/Engine.ts'
import type { ExpectedVersion } from '../../../src/store/EventStore.ts'
import type { WaitingCommits, TouchedByFlight } from '../../../src/store/Sql/boarding.ts'
import { board } from '../../../src/store/Sql/boarding.ts'
import { partsOf } from '../../../src/store/Sql/flight.ts'
import {
  anyVersion,
  commitOf,
  encoded,
  exactly,
  noStream,
  rightOf,
} from '../../contract/commits.ts'

const nobodyUnderWay: ReadonlyArray<TouchedByFlight> = []
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

const waits = (commit: CheckedCommit, data = '1'): WaitingCommits => ({
  commits: [{ commit, data: [data], commands: null }],
})

/** The commits of what waits, one after the other. */
const commitsOf = (waiting: ReadonlyArray<WaitingCommits>): ReadonlyArray<CheckedCommit> =>
  waiting.flatMap(({ commits }) => commits.map(({ commit }) => commit))

const idsOf = (boarded: { readonly flight: ReadonlyArray<{ readonly commit: CheckedCommit }> }) =>
  boarded.flight.map(({ commit }) => commit.commitId)

it('takes commits to different streams together', () => {
  const waiting = ['a', 'b', 'c'].map((stream) => waits(checked(stream, `${stream}1`)))
  const { flight, left } = board(waiting, nobodyUnderWay, roomy)
  expect(flight.map(({ root, before }) => [root, before])).toStrictEqual([
    [0, 0],
    [1, 0],
    [2, 0],
  ])
  expect(left).toStrictEqual([])
})

it('takes a chain together, each behind the one before it', () => {
  const [a1, a2, a3] = ['a1', 'a2', 'a3'].map((id) => checked('a', id))
  const chain = [a1, a2, a3].map((commit) => ({ commit: commit as CheckedCommit, data: ['1'] }))
  const waiting = [
    waits(checked('b', 'b1')),
    { commits: chain as unknown as WaitingCommits['commits'] },
  ]
  const { flight } = board(waiting, nobodyUnderWay, roomy)
  expect(flight.map(({ root, before }) => [root, before])).toStrictEqual([
    [0, 0],
    [1, 0],
    [1, 1],
    [1, 2],
  ])
  // all of it or none
  const few = board(waiting, nobodyUnderWay, { ...roomy, commits: 3 })
  expect(idsOf(few)).toStrictEqual(['b1'])
  expect(few.left).toStrictEqual(waiting.slice(1))
  // unless it is first, however long
  expect(idsOf(board(waiting.slice(1), nobodyUnderWay, { ...roomy, commits: 2 }))).toHaveLength(3)
})

it.each<[string, CheckedCommit, CheckedCommit]>([
  ['is to the same stream', checked('a', '1', noStream), checked('a', '2')],
  ['has the same id', checked('a', '1'), checked('b', '1')],
  ['writes what another checks', checked('a', '1', noStream, ['b']), checked('b', '2')],
  ['checks what another writes', checked('b', '1'), checked('a', '2', noStream, ['b'])],
])('leaves behind a commit that %s', (_, first, second) => {
  const boarded = board([waits(first), waits(second)], nobodyUnderWay, roomy)
  expect(idsOf(boarded)).toStrictEqual(['1'])
  expect(commitsOf(boarded.left)).toStrictEqual([second])
})

describe('with conditions', () => {
  const [a, b] = [tag('t')('a'), tag('t')('b')]
  const decided = (
    id: string,
    tags: ReadonlyArray<Tag>,
    query?: Query,
    type = 'A',
  ): WaitingCommits =>
    waits(
      rightOf(
        checkCommit({
          ...commitOf(id, id, anyVersion, 1),
          events: [{ event: encoded(1, type), tags }],
          condition: query && { query, after: 0 },
        }),
      ),
    )

  it.each<readonly [string, Query, boolean]>([
    ['a tag', [{ tags: [a] }], false],
    ['a tag of another', [{ tags: [b] }], true],
    ['both tags, of which one', [{ tags: [a, b] }], true],
    ['a type', [{ types: ['A'] }], false],
    ['a type of another', [{ types: ['B'] }], true],
    ['a tag with another type', [{ types: ['B'], tags: [a] }], true],
    ['everything', everything, false],
    ['nothing', nothing, true],
    ['one of two items', [{ tags: [b] }, { tags: [a] }], false],
  ])('leaves behind a commit that excludes %s before it', (_, query, isFree) => {
    const waiting = [decided('1', [a]), decided('2', [], query)]
    expect(idsOf(board(waiting, nobodyUnderWay, roomy))).toStrictEqual(isFree ? ['1', '2'] : ['1'])
    // not behind it
    const turned = board(waiting.toReversed(), nobodyUnderWay, roomy)
    expect(idsOf(turned)).toStrictEqual(['2', '1'])
  })
})

it('leaves behind what comes after one that waits for the same stream', () => {
  const waiting = [
    waits(checked('a', '1')),
    waits(checked('a', '2', anyVersion, ['b'])),
    waits(checked('b', '3')),
  ]
  expect(idsOf(board(waiting, nobodyUnderWay, roomy))).toStrictEqual(['1'])
})

it('leaves behind what touches a flight that is under way', () => {
  const underWay = [
    { streams: new Set(['a']), commitIds: new Set<string>() },
    { streams: new Set<string>(), commitIds: new Set(['known']) },
  ]
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
  expect(idsOf(board(waiting, nobodyUnderWay, { commits: 2, size: 1_000 }))).toStrictEqual([
    'a',
    'b',
  ])
  expect(idsOf(board(waiting, nobodyUnderWay, { commits: 64, size: 20 }))).toStrictEqual(['a', 'b'])
  // what has to wait takes no room
  const held = ['a', 'a', 'b'].map((stream, i) => waits(checked(stream, `${i}`), 'x'.repeat(10)))
  expect(idsOf(board(held, nobodyUnderWay, { commits: 64, size: 20 }))).toStrictEqual(['0', '2'])
  // the first always travels, however large
  expect(idsOf(board(waiting, nobodyUnderWay, { commits: 64, size: 5 }))).toStrictEqual(['a'])
})

const drawn: fc.Arbitrary<CheckedCommit> = fc
  .record({
    stream: fc.constantFrom('a', 'b', 'c'),
    id: fc.nat({ max: 8 }),
    expected: fc.constantFrom(noStream, anyVersion, exactly(1)),
    also: fc.subarray(['d', 'e']),
  })
  .map(({ stream, id, expected, also }) => checked(stream, `c${id}`, expected, also))

it('keeps the order of each stream, and loses nobody', () => {
  fc.assert(
    fc.property(fc.array(drawn), fc.subarray(['a', 'd']), (commits, busy) => {
      const waiting = commits.map((commit) => waits(commit))
      const underWay = [{ streams: new Set(busy), commitIds: new Set<string>() }]
      const { flight, taken, left } = board(waiting, underWay, { commits: 5, size: 1_000 })
      expect(flight.map(({ commit }) => commit)).toStrictEqual(commitsOf(taken))
      expect(new Set([...taken, ...left])).toStrictEqual(new Set(waiting))
      const touches = (stream: string) => (each: WaitingCommits) =>
        commitsOf([each]).some((commit) => partsOf(commit).some((part) => part.stream === stream))
      for (const stream of ['a', 'b', 'c', 'd', 'e']) {
        const inOrder = waiting.filter(touches(stream))
        expect([...taken, ...left].filter(touches(stream))).toStrictEqual(inOrder)
        if (busy.includes(stream)) expect(taken.filter(touches(stream))).toStrictEqual([])
      }
      if (waiting.length > 0 && busy.length === 0) expect(taken[0]).toBe(waiting[0])
    }),
  )
})
