/**
 * Shows the result of a check to people.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import { differences } from '../internal/differences.ts'
import { more, sourceLine } from '../internal/source.ts'
import type { ExpectedVersion } from '../../store/EventStore.ts'
import type { AppendCall, CallSpan, EventSelection, HistoryCall, SeenEvent } from './model.ts'
import type { HistoryBroken, HistoryReport } from './result.ts'
import type { HistoryViolation } from './violations.ts'

/**
 * The result of `checkHistory` as a string: a summary in one line, and each violation with the calls and
 * events that show it.
 *
 * @example
 *   import { checkHistory, showHistory } from 'decider-ts/testing/history'
 *   import assert from 'node:assert'
 *
 *   const records = [
 *     { type: 'Called', id: '1', client: 'ann', at: 1, call: { type: 'ReadModel', name: 'orders' } },
 *     { type: 'Answered', id: '1', at: 2, answer: { type: 'ReadModelState', position: 3, state: {} } },
 *   ] as const
 *   const text = showHistory(checkHistory({ records, log: [] }))
 *   assert.deepStrictEqual(text.split('\n').slice(0, 4), [
 *     '1 violation',
 *     '',
 *     'H12 a state of the read model "orders" is not the fold of the log up to position 3',
 *     '  ann asks for the read model "orders" (1 to 2)',
 *   ])
 *
 * @category showing
 * @since 0.1.0
 */
export const showHistory = (checked: Either<HistoryBroken, HistoryReport>): string => {
  if (checked._tag === 'Right') return `No violation in ${showReport(checked.right)}\n`
  const { violations, total, report } = checked.left
  const left = total - violations.length
  return [
    total === 1 ? '1 violation' : `${total} violations`,
    ...violations.flatMap((violation) => ['', ...linesOf(violation)]),
    ...(left === 0 ? [] : ['', more(left, 'of the same types')]),
    '',
    `Found in ${showReport(report)}`,
    '',
  ].join('\n')
}

const showReport = (report: HistoryReport): string => {
  const { clients, calls, stored, refused, notStored, unknown, loads, pages } = report
  const { received, states, notRead, events, commits, streams, unacknowledged, conditions } = report
  return (
    `${calls} calls of ${clients} clients: ` +
    `appends ${stored} stored, ${refused} refused, ${notStored} not stored, ${unknown} unknown; ` +
    `reads ${loads} of streams, ${pages} of pages, ${received} by readers, ${states} of read models, ` +
    `${notRead} without an answer. ` +
    `Log: ${events} events in ${commits} commits to ${streams} streams, ` +
    `${unacknowledged} of them acknowledged to nobody.` +
    (conditions === 0 ? '' : ` ${conditions} commits hold a condition.`)
  )
}

type ViolationLines = {
  readonly [T in HistoryViolation['type']]: (
    violation: Extract<HistoryViolation, { readonly type: T }>,
  ) => readonly [title: string, ...details: ReadonlyArray<string>]
}

const linesOf = (violation: HistoryViolation): ReadonlyArray<string> => {
  // each entry takes the violations of its key
  const show = violationLines[violation.type] as (
    violation: HistoryViolation,
  ) => readonly [string, ...ReadonlyArray<string>]
  const [title, ...details] = show(violation)
  return [title, ...details.map((line) => `  ${line}`)]
}

const recordFaults = {
  AnswerWithoutCall: 'has an answer but no call: the record of the call was lost',
  SecondCall: 'is used for two calls: are two processes recorded under one name?',
  SecondAnswer: 'has two answers',
}

const readFaults = {
  Missing: 'misses',
  NotInLog: 'returned an event that is not in the log:',
  NotAsked: 'returned an event that was not asked for:',
  OutOfOrder: 'returned an event again or out of order:',
  TooMany: 'returned more events than were asked for:',
  HalfACommit: 'returned a commit without',
  EndAfterHead: 'ends after the head',
  EndBeforeHead: 'ends before the head, with fewer events than were asked for',
  EndBeforeStart: 'ends before it begins',
  HeadNotInLog: 'ends with an event that is not in the log',
}

const commitFaults = {
  NotInLog: 'tells of a commit that is not in the log like that:',
  NotTold: 'does not tell of the commit',
  OutOfOrder: 'tells, after a later one, of the commit',
  OtherCondition: 'tells another condition than was appended, of the commit',
}

const violationLines: ViolationLines = {
  UnmatchedRecord: ({ id, fault }) => [
    `The recording is broken: id ${JSON.stringify(id)} ${recordFaults[fault]}`,
  ],
  PositionsBroken: ({ previous, event }) => [
    `H1 position ${event.position} follows position ${previous}`,
    showSeen(event),
  ],
  VersionsBroken: ({ expected, event }) => [
    `H2 stream ${JSON.stringify(event.stream)} has version ${event.version} where version ${expected} should be`,
    showSeen(event),
  ],
  NeverAppended: ({ events }) => [
    'H3 a commit was stored that nobody appended',
    ...showEvents(events),
  ],
  StoredThoughRefused: ({ events, appends }) => [
    'H3 a commit was stored although the answer said that it was not',
    ...showEvents(events),
    ...showSpans(appends),
  ],
  StoredTwice: ({ commitId, positions: [first, again] }) => [
    `H4 commit ${JSON.stringify(commitId)} was stored at position ${first}, and again at position ${again}`,
  ],
  StoredOtherwise: ({ events, appends }) => [
    'H4 the events of a commit are not those that were appended',
    ...showEvents(events),
    ...showSpans(appends),
  ],
  AcknowledgementBroken: ({ append, acknowledged, stored }) => [
    `H5 ${stored.length === 0 ? 'an acknowledged commit is not stored' : 'a commit is not stored as it was acknowledged'}`,
    showSpan(append),
    ...showEvents(acknowledged, 'acknowledged: '),
    ...showEvents(stored, 'stored: '),
  ],
  ExpectationBroken: ({ append, stream, actual, position }) => [
    `H6 stream ${JSON.stringify(stream)} was at version ${actual}, or had another mark, when a commit was stored at position ${position}`,
    showSpan(append),
  ],
  DecidedOtherwise: ({ stream, events, commands, decided, stored }) => [
    `H7 the events of a commit to stream ${JSON.stringify(stream)} are not those that its commands lead to`,
    ...showEvents(events),
    `commands: ${sourceLine(commands)}`,
    decided._tag === 'Left'
      ? `decided: rejected with ${sourceLine(decided.left)}`
      : `decided: ${sourceLine(decided.right)}`,
    `stored: ${sourceLine(stored)}`,
  ],
  ReadBroken: ({ read, fault, event }) => [
    `H8 a read ${readFaults[fault]}${event === undefined ? '' : ` ${showSeen(event)}`}`,
    showSpan(read),
  ],
  WentBack: ({ law, earlier, seen, later, reached }) => [
    law === 9
      ? `H9 a client was answered from an older log than it had seen before`
      : `H10 a call was answered from an older log than another had seen before it started`,
    `${showSpan(earlier)}: up to position ${seen}`,
    `${showSpan(later)}: not beyond position ${reached}`,
  ],
  RefusalUnjustified: ({ append, answer }) => [
    `H11 an append was refused for a reason that was never true: ${sourceLine(answer)}`,
    showSpan(append),
  ],
  StateBroken: ({ read, name, position, state, folded }) => [
    `H12 a state of the read model ${JSON.stringify(name)} is not the fold of the log up to position ${position}`,
    showSpan(read),
    ...differences(folded, state),
  ],
  CheckpointWentBack: ({ name, earlier, seen, later, reached }) => [
    `H12 the read model ${JSON.stringify(name)} moved back from position ${seen} to ${reached}`,
    showSpan(earlier),
    showSpan(later),
  ],
  ReaderJumped: ({ read, reader, end, afterPosition }) => [
    `H13 reader ${JSON.stringify(reader)} had read up to position ${end}, but continued after ${afterPosition}`,
    showSpan(read),
  ],
  ConditionBroken: ({ append, position, disturbing }) => [
    `H14 a commit at position ${position} was stored on a condition that did not hold`,
    showSpan(append),
    disturbing === undefined
      ? 'it had read beyond the end of the log'
      : `disturbed by ${showSeen(disturbing)}`,
  ],
  StoredConditionBroken: ({ commitId, position, condition, disturbing }) => [
    `H15 the commit ${JSON.stringify(commitId)} at position ${position} holds a condition that was not true`,
    `nothing after position ${condition.after} matches ${sourceLine(condition.query)}`,
    disturbing === undefined
      ? 'it had read beyond the end of the log'
      : `disturbed by ${showSeen(disturbing)}`,
  ],
  CommitMistold: ({ fault, commitId, position }) => [
    `H15 the store ${commitFaults[fault]} ${JSON.stringify(commitId)} at position ${position}`,
  ],
}

const showSeen = ({ position, stream, version, commitId }: SeenEvent): string =>
  `position ${position}: version ${version} of ${JSON.stringify(stream)}, commit ${JSON.stringify(commitId)}`

/** How many events or calls are shown; the rest is only counted. */
const mostShown = 5

const firstOnes = <A>(
  all: ReadonlyArray<A>,
  show: (one: A) => string,
  what: string,
): ReadonlyArray<string> => {
  const left = all.length - mostShown
  return [
    ...all.slice(0, mostShown).map((one) => show(one)),
    ...(left > 0 ? [more(left, what)] : []),
  ]
}

const showEvents = (events: ReadonlyArray<SeenEvent>, prefix = ''): ReadonlyArray<string> =>
  firstOnes(events, (event) => `${prefix}${showSeen(event)}`, 'events')

const showSpans = (spans: ReadonlyArray<CallSpan>): ReadonlyArray<string> =>
  firstOnes(spans, showSpan, 'appends')

const showSpan = ({ client, start, end, call }: CallSpan): string =>
  `${client} ${showCall(call)} (${start} to ${end === Infinity ? 'no end' : end})`

const showCall = (call: HistoryCall): string => {
  switch (call.type) {
    case 'Append':
      return `appends commit ${JSON.stringify(call.commitId)} ${call.parts.map(showPart).join(' and ')}${showCondition(call)}`
    case 'Load':
      return `loads ${JSON.stringify(call.stream)} after version ${call.afterVersion}${atMost(call.limit)}`
    case 'ReadAll':
      return `reads after position ${call.afterPosition}${atMost(call.limit)}${showSelection(call)}`
    case 'Receive':
      return `receives the next events${showSelection(call)}`
    case 'ReadModel':
      return `asks for the read model ${JSON.stringify(call.name)}`
  }
}

const showCondition = ({ condition }: AppendCall): string =>
  condition === undefined
    ? ''
    : `, if nothing after position ${condition.after} matches ${sourceLine(condition.query)}`

const showPart = ({ stream, expected, digests }: AppendCall['parts'][number]): string =>
  `with ${digests.length === 1 ? '1 event' : `${digests.length} events`} to ${JSON.stringify(stream)}, ` +
  `expecting ${showExpectation(expected)}`

const showExpectation = (expected: ExpectedVersion): string => {
  if (expected.type !== 'Exactly') return expected.type === 'Any' ? 'any version' : 'no stream'
  const { version, mark } = expected
  return `version ${version}${mark === undefined ? '' : ` of commit ${JSON.stringify(mark.commitId)}`}`
}

const atMost = (limit: number): string =>
  limit === Number.MAX_SAFE_INTEGER ? '' : `, at most ${limit}`

const showSelection = ({ types, categories, query }: EventSelection): string =>
  [
    types === undefined ? '' : `, of types ${types.join(', ')}`,
    categories === undefined ? '' : `, of categories ${categories.join(', ')}`,
    query === undefined ? '' : `, that match ${sourceLine(query)}`,
  ].join('')
