import { describe, expect, it } from 'vitest'
import { grown } from '../../src/internal/grown.ts'

describe('grown', () => {
  it('begins a list of one', () => {
    expect(grown(undefined, 'a')).toEqual(['a'])
  })

  it('adds to the end of the list that it is given', () => {
    const list = ['a', 'b']
    expect(grown(list, 'c')).toBe(list)
    expect(list).toEqual(['a', 'b', 'c'])
  })
})
