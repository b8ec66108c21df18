import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { Query } from '../../../src/Query.ts'
import type { HistoryReport, HistoryViolation, SeenEvent } from '../../../src/testing/history.ts'
import { showHistory } from '../../../src/testing/history.ts'
import { anyVersion, exactly, noStream } from './support.ts'

const report: HistoryReport = {
  events: 1,
  commits: 2,
  streams: 3,
  unacknowledged: 4,
  conditions: 0,
  clients: 5,
  calls: 6,
  stored: 7,
  refused: 8,
  notStored: 9,
  unknown: 10,
  loads: 11,
  pages: 12,
  received: 13,
  states: 14,
  notRead: 15,
}

const counted =
  '6 calls of 5 clients: appends 7 stored, 8 refused, 9 not stored, 10 unknown; ' +
  'reads 11 of streams, 12 of pages, 13 by readers, 14 of read models, 15 without an answer. ' +
  'Log: 1 events in 2 commits to 3 streams, 4 of them acknowledged to nobody.'

const shown = (...violations: readonly [HistoryViolation, ...Array<HistoryViolation>]): string =>
  showHistory(E.left({ type: 'HistoryBroken', violations, total: violations.length, report }))

const linesOf = (violation: HistoryViolation): ReadonlyArray<string> =>
  shown(violation).split('\n').slice(2, -3)

const event: SeenEvent = { stream: 'a', version: 2, position: 3, commitId: 'c1', digest: 9 }
const events = [event]
const condition = { query: [{ types: ['A'] }], after: 2 } as const
const eventLine = 'position 3: version 2 of "a", commit "c1"'

const mark = { commitId: 'c0', position: 2 }
const append = {
  id: '1',
  client: 'ann',
  start: 1,
  end: Infinity,
  call: {
    type: 'Append',
    commitId: 'c1',
    parts: [
      { stream: 'a', expected: exactly(1), digests: [1, 2] },
      { stream: 'b', expected: noStream, digests: [] },
      { stream: 'c', expected: anyVersion, digests: [1] },
      { stream: 'd', expected: { type: 'Exactly', version: 2, mark }, digests: [1] },
    ],
  },
} as const
const appendLine =
  'ann appends commit "c1" with 2 events to "a", expecting version 1 and ' +
  'with 0 events to "b", expecting no stream and with 1 event to "c", expecting any version and ' +
  'with 1 event to "d", expecting version 2 of commit "c0" (1 to no end)'

const query: Query = [{ types: ['A'] }]
const conditional = { ...append, call: { ...append.call, condition: { query, after: 3 } } } as const
const conditionalLine = appendLine.replace(
  ' (',
  ", if nothing after position 3 matches [{ types: ['A'] }] (",
)

const all = Number.MAX_SAFE_INTEGER
const read = {
  id: '2',
  client: 'bob',
  start: 2,
  end: 5,
  call: { type: 'ReadAll', afterPosition: 0, limit: all, types: ['X', 'Y'], categories: ['k'] },
} as const
const readLine = 'bob reads after position 0, of types X, Y, of categories k (2 to 5)'
const load = {
  ...read,
  call: { type: 'Load', stream: 'a', afterVersion: 1, limit: 10 },
} as const
const loadLine = 'bob loads "a" after version 1, at most 10 (2 to 5)'
const receive = { ...read, call: { type: 'Receive', reader: 'r', types: ['X'] } } as const
const receiveLine = 'bob receives the next events, of types X (2 to 5)'
const look = { ...read, call: { type: 'ReadModel', name: 'orders' } } as const
const lookLine = 'bob asks for the read model "orders" (2 to 5)'

const rows: ReadonlyArray<[HistoryViolation, ReadonlyArray<string>]> = [
  [
    { type: 'UnmatchedRecord', id: '1', fault: 'AnswerWithoutCall' },
    ['The recording is broken: id "1" has an answer but no call: the record of the call was lost'],
  ],
  [
    { type: 'PositionsBroken', previous: 1, event },
    ['H1 position 3 follows position 1', `  ${eventLine}`],
  ],
  [
    { type: 'VersionsBroken', expected: 1, event },
    ['H2 stream "a" has version 2 where version 1 should be', `  ${eventLine}`],
  ],
  [
    { type: 'NeverAppended', events },
    ['H3 a commit was stored that nobody appended', `  ${eventLine}`],
  ],
  [
    { type: 'StoredThoughRefused', events, appends: [append] },
    [
      'H3 a commit was stored although the answer said that it was not',
      `  ${eventLine}`,
      `  ${appendLine}`,
    ],
  ],
  [
    { type: 'StoredTwice', commitId: 'c1', positions: [1, 3] },
    ['H4 commit "c1" was stored at position 1, and again at position 3'],
  ],
  [
    {
      type: 'StoredOtherwise',
      events: [1, 2, 3, 4, 5, 6, 7].map((position) => ({ ...event, position })),
      appends: [append],
    },
    [
      'H4 the events of a commit are not those that were appended',
      ...[1, 2, 3, 4, 5].map((n) => `  position ${n}: version 2 of "a", commit "c1"`),
      '  … 2 more events',
      `  ${appendLine}`,
    ],
  ],
  [
    { type: 'AcknowledgementBroken', append, acknowledged: events, stored: [] },
    ['H5 an acknowledged commit is not stored', `  ${appendLine}`, `  acknowledged: ${eventLine}`],
  ],
  [
    { type: 'AcknowledgementBroken', append, acknowledged: [], stored: events },
    [
      'H5 a commit is not stored as it was acknowledged',
      `  ${appendLine}`,
      `  stored: ${eventLine}`,
    ],
  ],
  [
    { type: 'ExpectationBroken', append, stream: 'a', actual: 2, position: 3 },
    [
      'H6 stream "a" was at version 2, or had another mark, when a commit was stored at position 3',
      `  ${appendLine}`,
    ],
  ],
  [
    { type: 'DecidedOtherwise', stream: 'a', events, commands: [{ type: 'Add' }], decided: E.right([1]), stored: [2] }, // prettier-ignore
    [
      'H7 the events of a commit to stream "a" are not those that its commands lead to',
      `  ${eventLine}`,
      "  commands: [{ type: 'Add' }]",
      '  decided: [1]',
      '  stored: [2]',
    ],
  ],
  [
    { type: 'DecidedOtherwise', stream: 'a', events: [], commands: [], decided: E.left('No'), stored: [] }, // prettier-ignore
    [
      'H7 the events of a commit to stream "a" are not those that its commands lead to',
      '  commands: []',
      "  decided: rejected with 'No'",
      '  stored: []',
    ],
  ],
  [
    { type: 'ReadBroken', read, fault: 'Missing', event },
    [`H8 a read misses ${eventLine}`, `  ${readLine}`],
  ],
  [
    { type: 'ReadBroken', read: load, fault: 'EndAfterHead', event: undefined },
    ['H8 a read ends after the head', `  ${loadLine}`],
  ],
  [
    { type: 'ReadBroken', read, fault: 'EndBeforeHead', event: undefined },
    ['H8 a read ends before the head, with fewer events than were asked for', `  ${readLine}`],
  ],
  [
    { type: 'ReadBroken', read, fault: 'EndBeforeStart', event: undefined },
    ['H8 a read ends before it begins', `  ${readLine}`],
  ],
  [
    { type: 'WentBack', law: 9, earlier: append, seen: 4, later: read, reached: 3 },
    [
      'H9 a client was answered from an older log than it had seen before',
      `  ${appendLine}: up to position 4`,
      `  ${readLine}: not beyond position 3`,
    ],
  ],
  [
    { type: 'WentBack', law: 10, earlier: read, seen: 4, later: load, reached: 3 },
    [
      'H10 a call was answered from an older log than another had seen before it started',
      `  ${readLine}: up to position 4`,
      `  ${loadLine}: not beyond position 3`,
    ],
  ],
  [
    { type: 'RefusalUnjustified', append, answer: { type: 'CommitIdTaken', commitId: 'c1', stream: 'b' } }, // prettier-ignore
    [
      "H11 an append was refused for a reason that was never true: { type: 'CommitIdTaken', commitId: 'c1', stream: 'b' }",
      `  ${appendLine}`,
    ],
  ],
  [
    { type: 'StateBroken', read: look, name: 'orders', position: 3, state: { n: 2 }, folded: { n: 1 } }, // prettier-ignore
    [
      'H12 a state of the read model "orders" is not the fold of the log up to position 3',
      `  ${lookLine}`,
      '  n: expected 1, got 2',
    ],
  ],
  [
    { type: 'CheckpointWentBack', name: 'orders', earlier: look, seen: 4, later: look, reached: 3 },
    [
      'H12 the read model "orders" moved back from position 4 to 3',
      `  ${lookLine}`,
      `  ${lookLine}`,
    ],
  ],
  [
    { type: 'ReaderJumped', read: receive, reader: 'r', end: 3, afterPosition: 5 },
    ['H13 reader "r" had read up to position 3, but continued after 5', `  ${receiveLine}`],
  ],
  [
    { type: 'ConditionBroken', append: conditional, position: 9, disturbing: event },
    [
      'H14 a commit at position 9 was stored on a condition that did not hold',
      `  ${conditionalLine}`,
      `  disturbed by ${eventLine}`,
    ],
  ],
  [
    { type: 'ConditionBroken', append: conditional, position: 9, disturbing: undefined },
    [
      'H14 a commit at position 9 was stored on a condition that did not hold',
      `  ${conditionalLine}`,
      '  it had read beyond the end of the log',
    ],
  ],
  [
    { type: 'StoredConditionBroken', commitId: 'c1', position: 9, condition, disturbing: event },
    [
      'H15 the commit "c1" at position 9 holds a condition that was not true',
      "  nothing after position 2 matches [{ types: ['A'] }]",
      `  disturbed by ${eventLine}`,
    ],
  ],
  [
    {
      type: 'StoredConditionBroken',
      commitId: 'c1',
      position: 9,
      condition,
      disturbing: undefined,
    },
    [
      'H15 the commit "c1" at position 9 holds a condition that was not true',
      "  nothing after position 2 matches [{ types: ['A'] }]",
      '  it had read beyond the end of the log',
    ],
  ],
  [
    { type: 'CommitMistold', fault: 'NotTold', commitId: 'c1', position: 9 },
    ['H15 the store does not tell of the commit "c1" at position 9'],
  ],
  [
    { type: 'CommitMistold', fault: 'OutOfOrder', commitId: 'c1', position: 9 },
    ['H15 the store tells, after a later one, of the commit "c1" at position 9'],
  ],
]

describe('a check of a history', () => {
  it('says what was checked', () => {
    expect(showHistory(E.right(report))).toBe(`No violation in ${counted}\n`)
    const told = showHistory(E.right({ ...report, conditions: 3 }))
    expect(told).toBe(`No violation in ${counted} 3 commits hold a condition.\n`)
  })

  it.each(rows)('shows $type', (violation, lines) => {
    expect(linesOf(violation)).toStrictEqual(lines)
  })

  it('shows all that was kept, and how much was not', () => {
    const [one, two] = [rows[5]?.[0], rows[0]?.[0]]
    if (one === undefined || two === undefined) expect.unreachable()
    expect(shown(one, two).split('\n')).toStrictEqual([
      '2 violations',
      '',
      ...(rows[5]?.[1] ?? []),
      '',
      ...(rows[0]?.[1] ?? []),
      '',
      `Found in ${counted}`,
      '',
    ])
    const many = { type: 'HistoryBroken', violations: [one], total: 4, report } as const
    expect(showHistory(E.left(many)).split('\n')).toStrictEqual([
      '4 violations',
      '',
      ...(rows[5]?.[1] ?? []),
      '',
      '… 3 more of the same types',
      '',
      `Found in ${counted}`,
      '',
    ])
  })
})
