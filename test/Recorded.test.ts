import fc from 'fast-check'
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import { tag } from '../src/Query.ts'
import type { Loaded, Recorded } from '../src/Recorded.ts'
import { firstOf, lastOf, laterThan, withDropped, withEvent } from '../src/Recorded.ts'
import { plain } from './support/plain.ts'
import { nobody } from './support/recorded.ts'

type DroppedEvent = NonNullable<Loaded<unknown>['dropped']>[number]

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

describe('what was loaded, with what a codec dropped', () => {
  /** Stored events by their positions, of which a codec drops some. */
  const loaded = fc
    .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 20 }), fc.boolean()), {
      selector: ([position]) => position,
      maxLength: 8,
    })
    .map(
      (drawn): { readonly kept: Loaded<string>; readonly dropped: ReadonlyArray<DroppedEvent> } => {
        const stored = drawn
          .toSorted(([a], [b]) => a - b)
          .map(([position, isDropped], i) => ({
            isDropped,
            place: { version: i + 1, position, commitId: `c${position}`, recordedAt: position },
          }))
        return {
          kept: stored
            .filter(({ isDropped }) => !isDropped)
            .map(({ place }) => ({
              ...nobody,
              occurredAt: 0,
              ...place,
              stream: 's',
              event: 'happened',
            })),
          dropped: stored.filter(({ isDropped }) => isDropped).map(({ place }) => place),
        }
      },
    )
  const positions = (events: ReadonlyArray<DroppedEvent>) => events.map(({ position }) => position)

  it('the first and the last stored event are found, whether or not they were dropped', () => {
    fc.assert(
      fc.property(loaded, ({ kept, dropped }) => {
        const all = positions([...kept, ...dropped]).toSorted((a, b) => a - b)
        const events = withDropped(kept, dropped)
        expect(firstOf(events)?.position).toBe(all[0])
        expect(lastOf(events)?.position).toBe(all.at(-1))
      }),
    )
  })

  it('behind a position, both are left, and in order', () => {
    fc.assert(
      fc.property(loaded, fc.nat(21), ({ kept, dropped }, position) => {
        const isLater = (other: number): boolean => other > position
        const later = laterThan(withDropped(kept, dropped), position)
        expect(positions(later)).toStrictEqual(positions(kept).filter(isLater))
        expect(positions(later.dropped ?? [])).toStrictEqual(positions(dropped).filter(isLater))
      }),
    )
  })

  it('where nothing was dropped, the events stay the same list', () => {
    const events: Loaded<string> = []
    expect(withDropped(events, undefined)).toBe(events)
    expect(withDropped(events, [])).toBe(events)
  })
})
