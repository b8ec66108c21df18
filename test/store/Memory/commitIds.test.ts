import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { commitIds } from '../../../src/store/Memory/commitIds.ts'

/** A table of these ids, at the positions from 1. */
const tableOf = (ids: ReadonlyArray<string>, seed?: number) => {
  const table = commitIds((position) => ids[position - 1], seed)
  ids.forEach((id, i) => table.add(id, i + 1))
  return table
}

test('law 1: an added id is found at its position, and no other id is found', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string({ maxLength: 5 }), { maxLength: 100 }),
      fc.integer(),
      (all, seed) => {
        const ids = all.slice(0, all.length >> 1)
        const table = tableOf(ids, seed)
        expect(ids.map(table.find)).toEqual(ids.map((_, i) => i + 1))
        expect(all.slice(ids.length).map(table.find)).toEqual(
          all.slice(ids.length).map(() => undefined),
        )
      },
    ),
  )
})

test('law 1, for a table that has grown several times', () => {
  const ids = Array.from({ length: 20_000 }, (_, i) => `commit-${i}`)
  const table = tableOf(ids)
  expect(ids.findIndex((id, i) => table.find(id) !== i + 1)).toBe(-1)
  expect(ids.findIndex((id) => table.find(`${id}-`) !== undefined)).toBe(-1)
})

/** Two ids whose hashes agree with a seed of 0: only then does a table ask for an id. */
const collision = (): readonly [string, string] => {
  const ids: Array<string> = []
  let asked: string | undefined
  const table = commitIds((position) => (asked = ids[position - 1]), 0)
  for (let i = 0; i < 1_000_000; i++) {
    const id = (i * 0.618).toString(36)
    table.find(id)
    if (asked !== undefined) return [asked, id]
    ids.push(id)
    table.add(id, ids.length)
  }
  throw new Error('no two hashes agree')
}

test('ids whose hashes agree are told apart by what stands at their positions', () => {
  const [one, other] = collision()
  const table = tableOf([one, other], 0)
  expect([table.find(one), table.find(other)]).toEqual([1, 2])
  expect(tableOf([one], 0).find(other)).toBe(undefined)
})
