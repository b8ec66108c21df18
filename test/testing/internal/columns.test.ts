import { describe, expect, it } from 'vitest'
import { aligned } from '../../../src/testing/internal/columns.ts'

describe('columns', () => {
  it('are as wide as their widest text, two spaces apart, and end with it', () => {
    expect(
      aligned([
        ['', 'new', 'paid'],
        ['AddLine', '-', 'both'],
        ['Pay', 'accepted', '-'],
      ]),
    ).toStrictEqual(['         new       paid', 'AddLine  -         both', 'Pay      accepted  -'])
  })

  it('may be missing at the end of a row', () => {
    expect(aligned([['a'], [], ['b', 'long', 'c'], ['longer', 'd']])).toStrictEqual([
      'a',
      '',
      'b       long  c',
      'longer  d',
    ])
    expect(aligned([])).toStrictEqual([])
  })

  it('hold texts of several lines on one', () => {
    expect(aligned([['one\n  two\tthree', 'x']])).toStrictEqual(['one two three  x'])
    expect(aligned([['a\u202e', 'x']])).toStrictEqual(['a\\u202e  x'])
  })
})
