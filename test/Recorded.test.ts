import fc from 'fast-check'
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import type { Recorded } from '../src/Recorded.ts'
import { occurredAt, withEvent } from '../src/Recorded.ts'
import { plain } from './support/plain.ts'

const id = fc.option(fc.string()).map((value) => (value === null ? none : some(value)))

const recorded: fc.Arbitrary<Recorded<string>> = plain({
  stream: fc.string(),
  version: fc.integer({ min: 1 }),
  position: fc.integer({ min: 1 }),
  commitId: fc.uuid(),
  recordedAt: fc.integer(),
  occurredAt: fc.integer(),
  actor: id,
  correlationId: id,
  causationId: id,
  event: fc.string(),
})

describe('Recorded', () => {
  it('Recorded 1: with its own event it is what it was', () => {
    fc.assert(
      fc.property(recorded, (r) => {
        expect(withEvent(r, r.event)).toStrictEqual(r)
      }),
    )
  })

  it('Recorded 2: the last event counts', () => {
    fc.assert(
      fc.property(recorded, fc.integer(), fc.boolean(), (r, a, b) => {
        expect(withEvent(withEvent(r, a), b)).toStrictEqual(withEvent(r, b))
      }),
    )
  })

  it('another event in the same envelope; the first envelope stays as it was', () => {
    fc.assert(
      fc.property(recorded, fc.integer(), (r, event) => {
        const before = { ...r }
        expect(withEvent(r, event)).toStrictEqual({ ...r, event })
        expect(r).toStrictEqual(before)
      }),
    )
  })

  it('makes metadata of an instant and nothing else', () => {
    expect(occurredAt(836_438_400_000)).toStrictEqual({
      occurredAt: 836_438_400_000,
      actor: none,
      correlationId: none,
      causationId: none,
    })
  })
})
