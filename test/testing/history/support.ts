// Histories for tests: recorded with a clock that counts, and what their checks find.
import * as E from 'fp-ts/lib/Either.js'
import { expect } from 'vitest'
import type { Commit, ExpectedVersion, Proposed } from '../../../src/store/EventStore.ts'
import type {
  HistoryOptions,
  HistoryRecord,
  HistoryRecorder,
  HistoryReport,
  HistoryViolation,
} from '../../../src/testing/history.ts'
import {
  checkHistory,
  historyRecorder,
  readLog,
  showHistory,
} from '../../../src/testing/history.ts'
import type { Event, Store, Stored } from './tinyStore.ts'

export const noted = (data: unknown, type = 'Noted'): Proposed<Event> => ({
  event: { type, schemaVersion: 1, data },
})

export const exactly = (version: number): ExpectedVersion => ({ type: 'Exactly', version })
export const noStream: ExpectedVersion = { type: 'NoStream' }
export const anyVersion: ExpectedVersion = { type: 'Any' }

/** A commit of one event. */
export const commitOf = (
  stream: string,
  commitId: string,
  expected: ExpectedVersion,
  more: Partial<Commit<Event>> = {},
): Commit<Event> => ({ stream, commitId, expected, events: [noted(commitId)], ...more })

export interface Recording {
  readonly records: Array<HistoryRecord>
  readonly recorder: HistoryRecorder
}

/** A recording by a clock that counts its readings. */
export const recording = (): Recording => {
  const records: Array<HistoryRecord> = []
  let time = 0
  const recorder = historyRecorder({
    now: () => ++time,
    write: (record) => records.push(structuredClone(record)),
  })
  return { records, recorder }
}

export const logOf = async (store: Store): Promise<ReadonlyArray<Stored>> => {
  const log = await readLog(store)()
  return E.isRight(log) ? log.right : expect.unreachable('the log is readable')
}

/** The report of a history without violations. */
export const reportOf = <E>(options: HistoryOptions<E>): HistoryReport => {
  const checked = checkHistory(options)
  return E.isRight(checked) ? checked.right : expect.unreachable(showHistory(checked))
}

/** The violations of a history. */
export const violationsOf = <E>(options: HistoryOptions<E>): ReadonlyArray<HistoryViolation> => {
  const checked = checkHistory(options)
  return E.isLeft(checked) ? checked.left.violations : []
}

export const typesOf = <E>(options: HistoryOptions<E>): ReadonlyArray<HistoryViolation['type']> => [
  ...new Set(violationsOf(options).map(({ type }) => type)),
]

export interface Gate {
  readonly open: () => void
  readonly passed: Promise<void>
}

export const gate = (): Gate => {
  let open = (): void => undefined
  const passed = new Promise<void>((resolve) => (open = resolve))
  return { open: () => open(), passed }
}

/** Lets everything run that waits for nothing. */
export const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
