import { describe, expect, it } from 'vitest'
import { along, countedPaths, pathCounts } from '../../../src/testing/internal/pathCounts.ts'

describe('paths of names', () => {
  it('are counted one by one, whether one goes on from another or not', () => {
    const all = pathCounts()
    const count = (...path: ReadonlyArray<string>) => {
      path.reduce(along, all).count++
    }
    count('a', 'b')
    count('a')
    count('c', 'b')
    count('a', 'b', '__proto__')
    count('a', 'b')
    expect(countedPaths(all)).toStrictEqual([
      { path: ['a'], count: 1 },
      { path: ['a', 'b'], count: 2 },
      { path: ['a', 'b', '__proto__'], count: 1 },
      { path: ['c', 'b'], count: 1 },
    ])
  })

  it('are none before any was counted', () => {
    const all = pathCounts()
    along(along(all, 'a'), 'b')
    expect(countedPaths(all)).toStrictEqual([])
  })
})
