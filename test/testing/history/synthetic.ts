// A long history that is right, made without a store: clients take turns, and calls overlap.
import { none } from 'fp-ts/lib/Option.js'
import { proposedDigest, seenEvent } from '../../../src/testing/history/digest.ts'
import type { HistoryAnswer, HistoryCall, HistoryRecord } from '../../../src/testing/history.ts'
import { exactly, noStream, noted } from './support.ts'
import type { Stored } from './tinyStore.ts'
import type { Tampered } from './tamper.ts'

/**
 * Of ten calls, five append an event, two load what is new in a stream, two read a page at the end, of which one
 * selects, and one looks at a read model that counts events.
 */
export const longHistory = (calls: number, perStream = 50): Tampered => {
  const log: Array<Stored> = []
  const records: Array<HistoryRecord> = []
  const versions = new Map<string, number>()
  let time = 0
  const record = (id: string, client: string, call: HistoryCall, answer: HistoryAnswer) => {
    records.push({ type: 'Called', id, client, at: time, call })
    // the next two calls start before this one ends
    records.push({ type: 'Answered', id, at: time + 25, answer })
    time += 10
  }
  for (let i = 0; i < calls; i++) {
    const [id, client] = [`${i}`, `client ${i % 8}`]
    const head = log.length
    const stream = `s${i % 7}-${Math.trunc(head / perStream)}`
    const version = versions.get(stream) ?? 0
    if (i % 10 < 5) {
      const proposed = noted({ i, text: 'some text' }, i % 3 === 0 ? 'Odd' : 'Even')
      const names = { actor: none, correlationId: none, causationId: none }
      const stored: Stored = { ...names, stream, version: version + 1, position: head + 1, commitId: id, recordedAt: time, occurredAt: time, event: proposed.event } // prettier-ignore
      log.push(stored)
      versions.set(stream, version + 1)
      const expected = version === 0 ? noStream : exactly(version)
      const parts = [{ stream, expected, digests: [proposedDigest(proposed)] }]
      record(id, client, { type: 'Append', commitId: id, parts }, { type: 'Stored', events: [seenEvent(stored)] }) // prettier-ignore
    } else if (i % 10 < 7) {
      record(id, client, { type: 'Load', stream, afterVersion: version, limit: 100 }, { type: 'Loaded', events: [] }) // prettier-ignore
    } else if (i % 10 < 9) {
      const after = Math.max(0, head - 5)
      const types = i % 10 < 8 ? undefined : ['Odd']
      const events = log.slice(after).filter(({ event }) => types?.includes(event.type) ?? true)
      const page = { events: events.map(seenEvent), end: head, head }
      record(id, client, { type: 'ReadAll', afterPosition: after, limit: 100, types }, { type: 'Page', ...page }) // prettier-ignore
    } else {
      record(id, client, { type: 'ReadModel', name: 'count' }, { type: 'ReadModelState', position: head, state: head }) // prettier-ignore
    }
  }
  return { records, log }
}
