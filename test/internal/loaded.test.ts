import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { firstOf, lastOf, laterThan, withDropped } from '../../src/internal/loaded.ts'
import type { Loaded } from '../../src/Recorded.ts'
import { nobody } from '../support/recorded.ts'

type StoredPlace = NonNullable<Loaded<unknown>['dropped']>[number]

describe('what was loaded, with what a codec dropped', () => {
  /** Stored events by their positions, of which a codec drops some. */
  const loaded = fc
    .uniqueArray(fc.tuple(fc.integer({ min: 1, max: 20 }), fc.boolean()), {
      selector: ([position]) => position,
      maxLength: 8,
    })
    .map(
      (drawn): { readonly kept: Loaded<string>; readonly dropped: ReadonlyArray<StoredPlace> } => {
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
  const positions = (events: ReadonlyArray<StoredPlace>) => events.map(({ position }) => position)

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
