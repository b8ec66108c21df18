/**
 * Matches calls with their answers.
 *
 * @since 0.1.0
 */
import type { Append, AppendsById } from './appends.ts'
import type { SeenState } from './folds.ts'
import type {
  CalledRecord,
  CallSpan,
  HistoryAnswer,
  HistoryRecord,
  LoadCall,
  ReadAllCall,
} from './model.ts'
import type { ReceivedEvents } from './reads.ts'
import type { FoundViolations } from './violations.ts'

/** A call of a store that was answered with events. */
type AnsweredRead =
  | { readonly span: CallSpan; readonly call: LoadCall; readonly answer: AnswerOf<'Loaded'> }
  | { readonly span: CallSpan; readonly call: ReadAllCall; readonly answer: AnswerOf<'Page'> }

type AnswerOf<T> = Extract<HistoryAnswer, { readonly type: T }>

/** The calls of a history, with their answers. */
export interface CollectedCalls {
  readonly appends: AppendsById
  readonly reads: ReadonlyArray<AnsweredRead>
  readonly received: ReadonlyMap<string, ReadonlyArray<ReceivedEvents>>
  readonly states: ReadonlyMap<string, ReadonlyArray<SeenState>>
  readonly counts: CallCounts
}

/** The number of calls, by result. */
export interface CallCounts {
  readonly clients: number
  readonly calls: number
  /** Appends that were acknowledged. */
  readonly stored: number
  /** Appends that were refused because of a version, a condition or a commit id. */
  readonly refused: number
  /** Other appends that stored nothing. */
  readonly notStored: number
  /** Appends whose outcome is unknown, including those without an answer. */
  readonly unknown: number
  readonly loads: number
  readonly pages: number
  /** How often readers received events. */
  readonly received: number
  /** States of read models. */
  readonly states: number
  /** Reads that failed, or have no answer. */
  readonly notRead: number
}

export const collectCalls = (
  records: Iterable<HistoryRecord>,
  found: FoundViolations,
): CollectedCalls => {
  const open = new Map<string, CalledRecord | undefined>()
  const calls = noCalls()
  for (const record of records) {
    const { id } = record
    const called = open.get(id)
    if (record.type === 'Called') {
      if (open.has(id)) found.add({ type: 'UnmatchedRecord', id, fault: 'SecondCall' })
      else open.set(id, record)
    } else if (called === undefined) {
      const fault = open.has(id) ? 'SecondAnswer' : 'AnswerWithoutCall'
      found.add({ type: 'UnmatchedRecord', id, fault })
    } else {
      open.set(id, undefined)
      fileCall(calls, called, record.at, record.answer)
    }
  }
  for (const called of open.values()) {
    if (called !== undefined) fileCall(calls, called, Infinity, undefined)
  }
  for (const list of calls.received.values()) list.sort((a, b) => a.span.end - b.span.end)
  return { ...calls, counts: { ...calls.counts, clients: calls.clients.size, calls: open.size } }
}

const noCalls = () => ({
  appends: new Map<string, Array<Append>>(),
  reads: new Array<AnsweredRead>(),
  received: new Map<string, Array<ReceivedEvents>>(),
  states: new Map<string, Array<SeenState>>(),
  clients: new Set<string>(),
  counts: {
    stored: 0,
    refused: 0,
    notStored: 0,
    unknown: 0,
    loads: 0,
    pages: 0,
    received: 0,
    states: 0,
    notRead: 0,
  },
})

/** Adds a call with its answer. */
const fileCall = (
  { appends, reads, received, states, clients, counts }: ReturnType<typeof noCalls>,
  { id, client, at: start, call }: CalledRecord,
  end: number,
  answer: HistoryAnswer | undefined,
): void => {
  const span: CallSpan = { id, client, start, end, call }
  clients.add(client)
  if (call.type === 'Append') {
    listAt(appends, call.commitId).push({ span, call, answer })
    counts[countOfAppend(answer)]++
  } else if (call.type === 'Load' && answer?.type === 'Loaded') {
    reads.push({ span, call, answer })
    counts.loads++
  } else if (call.type === 'ReadAll' && answer?.type === 'Page') {
    reads.push({ span, call, answer })
    counts.pages++
  } else if (call.type === 'Receive' && answer?.type === 'Received') {
    listAt(received, call.reader).push({ span, selection: call, answer })
    counts.received++
  } else if (call.type === 'ReadModel' && answer?.type === 'ReadModelState') {
    listAt(states, call.name).push({ span, position: answer.position, state: answer.state })
    counts.states++
  } else counts.notRead++
}

const countOfAppend = (
  answer: HistoryAnswer | undefined,
): 'stored' | 'refused' | 'notStored' | 'unknown' => {
  switch (answer?.type) {
    case 'Stored':
      return 'stored'
    case 'VersionConflict':
    case 'AppendConditionFailed':
    case 'CommitIdTaken':
    case 'CommitIdReused':
      return 'refused'
    case 'NotStored':
      return 'notStored'
    default:
      return 'unknown'
  }
}

const listAt = <A>(lists: Map<string, Array<A>>, key: string): Array<A> => {
  const known = lists.get(key)
  if (known !== undefined) return known
  const list: Array<A> = []
  lists.set(key, list)
  return list
}
