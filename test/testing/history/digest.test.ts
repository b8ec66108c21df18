import fc from 'fast-check'
import { fromNullable } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import type { Recorded } from '../../../src/Recorded.ts'
import type { Proposed } from '../../../src/store/EventStore.ts'
import { proposedDigest, seenEvent, storedDigests } from '../../../src/testing/history/digest.ts'
import { jsonData } from '../../contract/commits.ts'

const name = fc.option(fc.constantFrom('ann', 'bob'), { nil: undefined })

const proposed: fc.Arbitrary<Proposed<unknown>> = fc.record({
  event: jsonData,
  actor: name,
  correlationId: name,
  causationId: name,
  occurredAt: fc.option(fc.nat(), { nil: undefined }),
})

const stored = (
  { event, actor, correlationId, causationId, occurredAt }: Proposed<unknown>,
  recordedAt = 7,
): Recorded<unknown> => ({
  stream: 'a',
  version: 1,
  position: 1,
  commitId: 'c',
  recordedAt,
  occurredAt: occurredAt ?? recordedAt,
  actor: fromNullable(actor),
  correlationId: fromNullable(correlationId),
  causationId: fromNullable(causationId),
  event,
})

const afterJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe('the digest of an event', () => {
  it('is that of its proposal, also after JSON', () => {
    fc.assert(
      fc.property(proposed, (one) => {
        const kept = afterJson(stored(one)) as Recorded<unknown>
        expect(storedDigests(kept).slice(0, 2)).toContain(proposedDigest(one))
      }),
    )
  })

  it('is another if anything in it is', () => {
    fc.assert(
      fc.property(proposed, proposed, (a, b) => {
        const same = JSON.stringify(sorted(stored(a))) === JSON.stringify(sorted(stored(b)))
        expect(seenEvent(stored(a)).digest === seenEvent(stored(b)).digest).toBe(same)
      }),
    )
    const one = stored({ event: 1, occurredAt: 3 })
    const others: ReadonlyArray<Recorded<unknown>> = [
      { ...one, event: 2 },
      { ...one, occurredAt: 4 },
      { ...one, recordedAt: 8 },
      { ...one, actor: fromNullable('ann') },
      { ...one, correlationId: fromNullable('ann') },
      { ...one, causationId: fromNullable('ann') },
    ]
    const digests = [one, ...others].map((other) => seenEvent(other).digest)
    expect(new Set(digests).size).toBe(7)
  })

  it('counts a time that was proposed', () => {
    const proposal = { event: 1, occurredAt: 3 }
    expect(storedDigests(stored({ event: 1, occurredAt: 4 }))).not.toContain(
      proposedDigest(proposal),
    )
  })

  it('does not depend on what JSON does not keep: undefined fields, -0, the order of fields', () => {
    const digest = (event: unknown) => proposedDigest({ event })
    expect(digest({ a: 1, b: undefined })).toBe(digest({ a: 1 }))
    expect(digest([-0])).toBe(digest([0]))
    expect(digest({ a: 1, b: 2 })).toBe(digest({ b: 2, a: 1 }))
    expect(digest({ a: 1, b: 2 })).not.toBe(digest({ a: 2, b: 1 }))
    expect(digest(Object.assign(Object.create(null), { a: 1 }))).toBe(digest({ a: 1 }))
  })

  it('is one of any value', () => {
    const digest = (event: unknown) => proposedDigest({ event })
    const circle: Record<string, unknown> = {}
    circle['circle'] = circle
    expect(digest(circle)).toBe(digest(circle))
    expect(digest({ at: new Date(1) })).not.toBe(digest({ at: new Map() }))
    expect(digest(new Map([[1, 2]]))).not.toBe(digest(new Map([[1, 3]])))
    expect(digest(1n)).not.toBe(digest(2n))
  })
})

/** With the fields of all objects in order. */
const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const fields = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1))
  return fields.map(([key, field]) => [key, sorted(field)])
}
