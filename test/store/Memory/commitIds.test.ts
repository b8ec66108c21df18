import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { commitIds } from '../../../src/store/Memory/commitIds.ts'

/** A table of the ids, each at its place in the list, from 1. */
const tableOf = (ids: ReadonlyArray<string>, seed?: number) => {
  const { hashOf, find, add } = commitIds((place) => ids[place - 1], seed)
  for (const [i, id] of ids.entries()) add(hashOf(id), i + 1)
  return { hashOf, placeOf: (id: string) => find(hashOf(id), id) }
}

describe('law 1: an id that was added is found at its place, and no other id is found', () => {
  it('whatever the ids are made of, and whatever the seed is', () => {
    const id = fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom('a', 'b', 'ab', 'ba'))
    fc.assert(
      fc.property(
        fc.uniqueArray(id, { maxLength: 50, size: 'max' }),
        id,
        fc.integer(),
        (ids, other, seed) => {
          const { placeOf } = tableOf(ids, seed)
          expect(ids.map(placeOf)).toEqual(ids.map((_, i) => i + 1))
          expect(placeOf(other)).toBe(ids.indexOf(other) + 1)
        },
      ),
    )
  })

  it('also where there are so many that some have the same hash', () => {
    const ids = Array.from({ length: 300_000 }, (_, i) => `${i % 1_000}:${i}`)
    const { hashOf, placeOf } = tableOf(ids, 1)
    expect(new Set(ids.map(hashOf)).size).toBeLessThan(ids.length)
    expect(ids.every((id, i) => placeOf(id) === i + 1)).toBe(true)
    expect(ids.some((id) => placeOf(`${id}!`) !== 0)).toBe(false)
  })
})

it('spreads ids that are much alike, so that few have to be looked at', () => {
  for (const prefix of ['', 'order-', '00000000-0000-4000-8000-']) {
    const { hashOf } = commitIds(() => undefined)
    const slots = Array.from({ length: 1_000 }, (_, i) => hashOf(`${prefix}${i}`) & 2_047)
    // thrown at random they would take 791 of the 2,048
    expect(new Set(slots).size).toBeGreaterThan(700)
  }
})
