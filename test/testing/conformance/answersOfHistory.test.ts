import { some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import { answersOfHistory } from '../../../src/testing/conformance/answersOfHistory.ts'
import { record } from '../../support/recorded.ts'
import type { Event } from '../till.ts'
import { till } from '../till.ts'

describe('what time travel shows', () => {
  const events = record<Event>([
    { stream: 'a', event: { type: 'Added', n: 1 }, occurredAt: 9, recordedAt: 10 },
    { stream: 'b', event: { type: 'Closed' }, occurredAt: 8, recordedAt: 11 },
    { stream: 'a', event: { type: 'Added', n: 2 }, occurredAt: 13, recordedAt: 12 },
    { stream: 'a', event: { type: 'WasSet', n: 7 }, occurredAt: 11, recordedAt: 14 },
  ])
  const [a1, b1, a2, a3] = events

  it('is what changed, the state by either clock, and what set what, stream by stream', () => {
    const changed = (before: unknown, after: unknown, ...path: ReadonlyArray<string>) => [
      { path, before: some(before), after: some(after) },
    ]
    expect(answersOfHistory(till, events)).toStrictEqual([
      [
        { recorded: a1, state: { n: 1, closed: false }, changes: changed(0, 1, 'n') },
        { recorded: a2, state: { n: 3, closed: false }, changes: changed(1, 3, 'n') },
        { recorded: a3, state: { n: 7, closed: false }, changes: changed(3, 7, 'n') },
      ],
      { n: 3, closed: false },
      { n: 7, closed: false },
      [some(a3)],
      [{ recorded: b1, state: { n: 0, closed: true }, changes: changed(false, true, 'closed') }],
      { n: 0, closed: true },
      { n: 0, closed: true },
      [some(b1)],
    ])
  })

  it('is nothing of no events, and of one that changes nothing, nothing was set', () => {
    const [idle] = record<Event>([
      { stream: 'a', event: { type: 'WasSet', n: 0 }, occurredAt: 1, recordedAt: 1 },
    ])
    expect(answersOfHistory(till, [])).toStrictEqual([])
    expect(answersOfHistory(till, idle === undefined ? [] : [idle])).toStrictEqual([
      [{ recorded: idle, state: { n: 0, closed: false }, changes: [] }],
      { n: 0, closed: false },
      { n: 0, closed: false },
      [],
    ])
  })
})
