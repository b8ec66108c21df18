import { describe, expect, it } from 'vitest'
import type { Counts } from '../../src/testing/counts.ts'
import { count, countsOf, placesOf } from '../../src/testing/counts.ts'

describe('counts', () => {
  const counts: Counts = new Map()
  const add = { command: 'Add', state: 'open' }
  const close = { command: 'Close', state: 'open' }
  const late = { command: 'Add', state: 'closed' }
  count(counts, add, 'TooMuch', 1)
  count(counts, close, 'Closed', 4)
  count(counts, add, 'Added', 2)
  count(counts, add, 'Broken', 1)
  count(counts, late, 'Added', 1)
  count(counts, add, 'Added', 3)

  it('are kept by command, then by state', () => {
    expect(placesOf(counts)).toStrictEqual([add, late, close])
  })

  it('add up, outcome by outcome, sorted', () => {
    expect(countsOf(counts, add)).toStrictEqual([
      ['Added', 5],
      ['Broken', 1],
      ['TooMuch', 1],
    ])
    expect(countsOf(counts, late)).toStrictEqual([['Added', 1]])
  })

  it('are none where nothing happened', () => {
    expect(countsOf(counts, { command: 'Close', state: 'closed' })).toStrictEqual([])
    expect(countsOf(counts, { command: 'Open', state: 'closed' })).toStrictEqual([])
  })
})
