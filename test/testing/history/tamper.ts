// Ways to spoil a history that is right, each so that a certain law cannot hold any more.
import type { HistoryAnswer, HistoryCall, HistoryRecord } from '../../../src/testing/history.ts'
import { everything, nothing } from '../../../src/Query.ts'
import type { Stored } from './tinyStore.ts'

export interface Tampered {
  readonly records: ReadonlyArray<HistoryRecord>
  readonly log: ReadonlyArray<Stored>
}

/** Chooses one of several, if there are any. */
export type Pick = <A>(all: ReadonlyArray<A>) => A | undefined

/** Spoils a history at a place that is picked; `undefined` if it has no such place. */
export type Tamper = (history: Tampered, pick: Pick) => Tampered | undefined

export type AnswerOf<T> = Extract<HistoryAnswer, { readonly type: T }>
type CallOf<T> = Extract<HistoryCall, { readonly type: T }>

/** A call with its answer. */
interface Answered<C, A> {
  readonly id: string
  readonly client: string
  readonly start: number
  readonly end: number
  readonly call: C
  readonly answer: A
}

/** The calls of a type with an answer of a type, in the order of their answers. */
export const answered = <C extends HistoryCall['type'], A extends HistoryAnswer['type']>(
  { records }: Pick_<Tampered, 'records'>,
  callType: C,
  answerType: A,
): ReadonlyArray<Answered<CallOf<C>, AnswerOf<A>>> => {
  const calls = new Map(records.flatMap((one) => (one.type === 'Called' ? [[one.id, one]] : [])))
  return records.flatMap((one) => {
    const called = one.type === 'Answered' ? calls.get(one.id) : undefined
    if (one.type !== 'Answered' || called?.call.type !== callType) return []
    if (one.answer.type !== answerType) return []
    const { id, client, at: start, call } = called
    // both types were compared
    const [ownCall, answer] = [call as CallOf<C>, one.answer as AnswerOf<A>]
    return [{ id, client, start, end: one.at, call: ownCall, answer }]
  })
}
type Pick_<T, K extends keyof T> = { readonly [P in K]: T[P] }

export const withAnswer = (history: Tampered, id: string, answer: HistoryAnswer): Tampered => ({
  ...history,
  records: history.records.map((one) =>
    one.type === 'Answered' && one.id === id ? { ...one, answer } : one,
  ),
})

const withCall = (history: Tampered, id: string, call: HistoryCall): Tampered => ({
  ...history,
  records: history.records.map((one) =>
    one.type === 'Called' && one.id === id ? { ...one, call } : one,
  ),
})

export const without = (history: Tampered, ...ids: ReadonlyArray<string>): Tampered => ({
  ...history,
  records: history.records.filter(({ id }) => !ids.includes(id)),
})

/** The log with positions and versions counted anew, so that laws 1 and 2 hold. */
export const renumbered = (log: ReadonlyArray<Stored>): ReadonlyArray<Stored> => {
  const versions = new Map<string, number>()
  return log.map((one, i) => {
    const version = (versions.get(one.stream) ?? 0) + 1
    versions.set(one.stream, version)
    return { ...one, version, position: i + 1 }
  })
}

const commitsOf = ({ log }: Tampered): ReadonlyArray<string> => [
  ...new Set(log.map(({ commitId }) => commitId)),
]

/** The calls that append a commit. */
const appendsOf = ({ records }: Tampered, commitId: string) =>
  records.flatMap((one) =>
    one.type === 'Called' && one.call.type === 'Append' && one.call.commitId === commitId
      ? [{ id: one.id, call: one.call }]
      : [],
  )

const acknowledged = (history: Tampered) => answered(history, 'Append', 'Stored')

/** The history, with one of these changed. */
const at = <A>(all: ReadonlyArray<A>, pick: Pick, change: (one: A) => A): ReadonlyArray<A> => {
  const chosen = pick(all.map((_, i) => i))
  return all.map((one, i) => (i === chosen ? change(one) : one))
}

/** Law 1. */
export const positionShifted: Tamper = (history, pick) => {
  if (history.log.length === 0) return undefined
  const log = at(history.log, pick, (one) => ({ ...one, position: one.position + 1 }))
  return { ...history, log }
}

/** Law 2. */
export const versionShifted: Tamper = (history, pick) => {
  if (history.log.length === 0) return undefined
  const by = pick([-1, 1]) ?? 1
  return {
    ...history,
    log: at(history.log, pick, (one) => ({ ...one, version: one.version + by })),
  }
}

/** Law 3: the calls that appended a commit are gone. */
export const callsForgotten: Tamper = (history, pick) => {
  const commitId = pick(commitsOf(history))
  if (commitId === undefined) return undefined
  return without(history, ...appendsOf(history, commitId).map(({ id }) => id))
}

/** Law 3: all appends of a commit are said to have stored nothing. */
export const answersDenied: Tamper = (history, pick) => {
  const commitId = pick(commitsOf(history))
  if (commitId === undefined) return undefined
  const ids = appendsOf(history, commitId).map(({ id }) => id)
  const denied = without(history, ...ids)
  const calls = history.records.filter(({ id, type }) => type === 'Called' && ids.includes(id))
  const answers = ids.map((id): HistoryRecord => ({ type: 'Answered', id, at: 1e9, answer: { type: 'NotStored', reason: 'x' } })) // prettier-ignore
  return { ...denied, records: [...denied.records, ...calls, ...answers] }
}

/** Law 4: a commit is in the log again. */
export const storedTwice: Tamper = (history, pick) => {
  const commitId = pick(commitsOf(history).slice(0, -1))
  if (commitId === undefined) return undefined
  const again = history.log.filter((one) => one.commitId === commitId)
  return { ...history, log: renumbered([...history.log, ...again]) }
}

/** Law 4: an event of a commit is missing, and others move up. */
export const partLost: Tamper = (history, pick) => {
  const isPart = (one: Stored) =>
    history.log.some((other) => other !== one && other.commitId === one.commitId)
  const lost = pick(history.log.filter(isPart))
  if (lost === undefined) return undefined
  return { ...history, log: renumbered(history.log.filter((one) => one !== lost)) }
}

/** Law 4: an event is another. */
export const contentChanged: Tamper = (history, pick) =>
  history.log.length === 0
    ? undefined
    : {
        ...history,
        log: at(history.log, pick, (one) => ({ ...one, event: { ...one.event, data: 'other' } })),
      }

/** Law 5: a commit that was acknowledged is gone, and others move up. */
export const commitLost: Tamper = (history, pick) => {
  const lost = pick(acknowledged(history))?.call.commitId
  if (lost === undefined) return undefined
  return { ...history, log: renumbered(history.log.filter(({ commitId }) => commitId !== lost)) }
}

/** Law 5: two commits that follow each other are the other way round. */
export const commitsSwapped: Tamper = (history, pick) => {
  const told = new Set(acknowledged(history).map(({ call }) => call.commitId))
  const commits = commitsOf(history)
  const first = pick(commits.slice(0, -1).filter((id) => told.has(id)))
  if (first === undefined) return undefined
  const second = commits[commits.indexOf(first) + 1]
  const of = (id: string | undefined) => history.log.filter(({ commitId }) => commitId === id)
  const start = history.log.findIndex(({ commitId }) => commitId === first)
  const both = [...of(second), ...of(first)]
  const log = [...history.log.slice(0, start), ...both, ...history.log.slice(start + both.length)]
  return { ...history, log: renumbered(log) }
}

/** Law 5: an acknowledgement has an event otherwise, or one too few. */
export const acknowledgedOtherwise: Tamper = (history, pick) => {
  const one = pick(acknowledged(history))
  if (one === undefined) return undefined
  const { events } = one.answer
  const change = pick(['position', 'version', 'digest', 'stream', 'commitId', 'length'] as const)
  const changed =
    change === undefined || change === 'length'
      ? events.slice(1)
      : at(events, pick, (event) => ({
          ...event,
          [change]: typeof event[change] === 'number' ? event[change] + 1 : 'other',
        }))
  return withAnswer(history, one.id, { type: 'Stored', events: changed })
}

/** Law 6: a part of a commit, or all of it, expects another version. */
export const expectationChanged: Tamper = (history, pick) => {
  const commitId = pick(commitsOf(history))
  if (commitId === undefined) return undefined
  const appends = appendsOf(history, commitId)
  const wrong = { type: 'Exactly', version: 77 } as const
  const which = pick([0, 1]) ?? 0
  return appends.reduce((changed, { id, call }) => {
    const part = Math.min(which, call.parts.length - 1)
    const parts = call.parts.map((one, i) => (i === part ? { ...one, expected: wrong } : one))
    return withCall(changed, id, { ...call, parts })
  }, history)
}

/** Law 14: a commit has a condition that an event before it does not meet, or that is on what came later. */
export const conditionChanged: Tamper = (history, pick) => {
  const starts = history.log.findIndex(({ commitId }) => commitId !== history.log[0]?.commitId)
  const commitId = starts < 0 ? undefined : pick(commitsOf(history).slice(1))
  if (commitId === undefined) return undefined
  const start = history.log.findIndex((one) => one.commitId === commitId)
  const { event, tags = [] } = pick(history.log.slice(0, start)) ?? { event: undefined }
  const [query, after] = pick([
    [[{ types: [event?.type ?? ''], tags }], 0],
    [[{ tags }], 0],
    [everything, start - 1],
    [nothing, start + 1],
  ] as const) ?? [everything, 0]
  return appendsOf(history, commitId).reduce(
    (changed, { id, call }) => withCall(changed, id, { ...call, condition: { query, after } }),
    history,
  )
}

/** Law 11: a condition is said to have failed because of an event that it does not exclude, or not first. */
export const failureInvented: Tamper = (history, pick) => {
  const one = pick(answered(history, 'Append', 'AppendConditionFailed'))
  if (one === undefined) return undefined
  const position = pick([one.answer.position + 1, one.answer.condition.after, 99]) ?? 99
  return withAnswer(history, one.id, { ...one.answer, position })
}

/** Law 8: an event is left out of a page, or of the middle of a stream. */
export const eventUnread: Tamper = (history, pick) => {
  const page = pick(answered(history, 'ReadAll', 'Page').filter(({ answer }) => answer.events.length > 0)) // prettier-ignore
  const load = pick(answered(history, 'Load', 'Loaded').filter(({ answer }) => answer.events.length > 1)) // prettier-ignore
  const { answer, id } = pick([page, load]) ?? page ?? load ?? { answer: undefined, id: '' }
  if (answer === undefined) return undefined
  const last = answer.type === 'Page' ? 0 : 1
  const left = pick(answer.events.slice(0, answer.events.length - last))
  const events = answer.events.filter((one) => one !== left)
  return withAnswer(history, id, { ...answer, events })
}

/** Law 8: an event is read twice, or is another, or two are the other way round. */
export const eventMisread: Tamper = (history, pick) => {
  const all = [...answered(history, 'ReadAll', 'Page'), ...answered(history, 'Load', 'Loaded')]
  const one = pick(all.filter(({ answer }) => answer.events.length > 0))
  if (one === undefined) return undefined
  const { answer, id } = one
  const [first, ...others] = answer.events
  if (first === undefined) return undefined
  const change = pick(['Twice', 'Other', 'Turned'] as const)
  const other = { ...first, digest: first.digest + 1 }
  const turned = others.length === 0 ? [other] : [...others, first]
  const events =
    change === 'Twice'
      ? [first, ...answer.events]
      : change === 'Other'
        ? [other, ...others]
        : turned
  return withAnswer(history, id, { ...answer, events })
}

/** Law 8: a page is read within a commit. */
export const halfSeen: Tamper = (history, pick) => {
  const inner = history.log.flatMap(({ commitId }, i) =>
    history.log[i + 1]?.commitId === commitId ? [i + 1] : [],
  )
  const head = pick(inner)
  const page = pick(answered(history, 'ReadAll', 'Page'))
  if (head === undefined || page === undefined) return undefined
  const read = withCall(history, page.id, { type: 'ReadAll', afterPosition: head, limit: 1 })
  return withAnswer(read, page.id, { type: 'Page', events: [], end: head, head })
}

/** Laws 9 and 10: a page that is read after an acknowledgement is empty. */
const emptyAfter =
  (isOf: (writer: string, reader: string) => boolean): Tamper =>
  (history, pick) => {
    const all = acknowledged(history)
    const late = answered(history, 'ReadAll', 'Page').filter(({ start, client }) =>
      all.some((one) => one.end < start && isOf(one.client, client)),
    )
    const page = pick(late)
    if (page === undefined) return undefined
    const end = page.call.afterPosition
    return withAnswer(history, page.id, { type: 'Page', events: [], end, head: 0 })
  }
export const ownForgotten: Tamper = emptyAfter((writer, reader) => writer === reader)
export const othersForgotten: Tamper = emptyAfter((writer, reader) => writer !== reader)

/** Law 10: a read sees what is appended only after it has ended. */
export const readBefore: Tamper = (history, pick) => {
  const page = pick(answered(history, 'ReadAll', 'Page').filter(({ answer }) => answer.head > 0))
  if (page === undefined) return undefined
  const shift = 1e6
  // all that was not the page happens later
  const records = history.records.map((one) =>
    one.id === page.id ? one : { ...one, at: one.at + shift },
  )
  return { ...history, records }
}

/** Law 11: a conflict tells a version that the stream never had, or the expected one. */
export const conflictInvented: Tamper = (history, pick) => {
  const one = pick(answered(history, 'Append', 'VersionConflict'))
  if (one === undefined) return undefined
  const part = one.call.parts.find(({ stream }) => stream === one.answer.stream)
  const expected = part?.expected.type === 'Exactly' ? part.expected.version : 0
  const actual = pick([expected, 99]) ?? 99
  return withAnswer(history, one.id, { ...one.answer, actual })
}

/** Law 11: the commit id is said to be taken, or reused, and is not. */
export const idInvented: Tamper = (history, pick) => {
  const stored = new Set(commitsOf(history))
  const all = [
    ...answered(history, 'Append', 'VersionConflict'),
    ...answered(history, 'Append', 'Unknown'),
  ]
  const one = pick(all.filter(({ call }) => !stored.has(call.commitId)))
  const type = pick(['CommitIdTaken', 'CommitIdReused'] as const)
  if (one === undefined || type === undefined) return undefined
  const { commitId, parts } = one.call
  return withAnswer(history, one.id, { type, commitId, stream: parts[0]?.stream ?? '' })
}

/** Law 12: a state counts an event twice. */
export const stateChanged: Tamper = (history, pick) => {
  const one = pick(answered(history, 'ReadModel', 'ReadModelState'))
  return one === undefined
    ? undefined
    : withAnswer(history, one.id, { ...one.answer, state: { 'a-1': 99 } })
}

/** Law 12: a later look finds an earlier state. */
export const checkpointBack: Tamper = (history, pick) => {
  const looks = answered(history, 'ReadModel', 'ReadModelState')
  const start = { type: 'ReadModelState', position: 0, state: {} } as const
  const late = looks.filter((one) =>
    looks.some(({ end, answer }) => end < one.start && answer.position > 0),
  )
  const one = pick(late)
  return one === undefined ? undefined : withAnswer(history, one.id, start)
}

/** Law 13: a reader passes events over. */
export const readerJumped: Tamper = (history, pick) => {
  const all = answered(history, 'Receive', 'Received')
  const inner = all.filter(
    ({ client, end, answer }) =>
      answer.end > answer.afterPosition &&
      all.some((later) => later.client === client && later.end > end) &&
      all.some((earlier) => earlier.client === client && earlier.end < end),
  )
  const one = pick(inner)
  return one === undefined ? undefined : without(history, one.id)
}
