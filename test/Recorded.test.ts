import fc from 'fast-check'
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import { tag } from '../src/Query.ts'
import type { Recorded } from '../src/Recorded.ts'
import { withEvent } from '../src/Recorded.ts'
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

/** As it is for one of several that an upcast made of one, and for one with tags. */
const partial = fc
  .tuple(
    recorded,
    fc.option(fc.integer({ min: 2 })),
    fc.option(fc.array(fc.string().map(tag('thing')))),
  )
  .map(([r, part, tags]) => ({
    ...r,
    ...(part === null ? {} : { part }),
    ...(tags === null ? {} : { tags }),
  }))

describe('Recorded', () => {
  it('Recorded 1: with its own event it is what it was', () => {
    fc.assert(
      fc.property(partial, (r) => {
        expect(withEvent(r, r.event)).toStrictEqual(r)
      }),
    )
  })

  it('Recorded 2: the last event counts', () => {
    fc.assert(
      fc.property(partial, fc.integer(), fc.boolean(), (r, a, b) => {
        expect(withEvent(withEvent(r, a), b)).toStrictEqual(withEvent(r, b))
      }),
    )
  })

  it('another event in the same envelope; the first envelope stays as it was', () => {
    fc.assert(
      fc.property(partial, fc.integer(), (r, event) => {
        const before = { ...r }
        expect(withEvent(r, event)).toStrictEqual({ ...r, event })
        expect(r).toStrictEqual(before)
      }),
    )
  })
})
