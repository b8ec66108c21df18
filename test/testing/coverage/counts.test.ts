import { describe, expect, it } from 'vitest'
import type { Counts } from '../../../src/testing/coverage/counts.ts'
import { count, countsOf, placesOf } from '../../../src/testing/coverage/counts.ts'

describe('counts', () => {
  const add = { command: 'Add', state: 'open' }
  const close = { command: 'Close', state: 'open' }
  const late = { command: 'Add', state: 'closed' }
  const counted = (): Counts => {
    const counts: Counts = new Map()
    count(counts, add, 'TooMuch', 1)
    count(counts, close, 'Closed', 4)
    count(counts, add, 'Added', 2)
    count(counts, add, 'Broken', 1)
    count(counts, late, 'Added', 1)
    count(counts, add, 'Added', 3)
    return counts
  }

  it('are kept by command, then by state', () => {
    expect(placesOf(counted())).toStrictEqual([add, late, close])
  })

  it('add up, outcome by outcome, sorted', () => {
    expect(countsOf(counted(), add)).toStrictEqual([
      ['Added', 5],
      ['Broken', 1],
      ['TooMuch', 1],
    ])
    expect(countsOf(counted(), late)).toStrictEqual([['Added', 1]])
  })

  it('are none where nothing happened', () => {
    expect(countsOf(counted(), { command: 'Close', state: 'closed' })).toStrictEqual([])
    expect(countsOf(counted(), { command: 'Open', state: 'closed' })).toStrictEqual([])
  })
})
