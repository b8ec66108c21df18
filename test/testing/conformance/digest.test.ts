import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { digest } from '../../../src/testing/conformance/digest.ts'
import { sourceLine, wholeLine } from '../../../src/testing/internal/source.ts'

const expected = (values: ReadonlyArray<unknown>): string =>
  createHash('sha256')
    .update(Buffer.from(values.map((value) => `${sourceLine(value)}\n`).join(''), 'utf16le'))
    .digest('hex')

describe('digest', () => {
  it('is the SHA-256 of the sources of the values (law 1)', () => {
    fc.assert(
      fc.property(fc.array(fc.anything()), (values) => {
        expect(digest(values)).toBe(expected(values))
      }),
    )
  })

  it('is right at every length around the end of a block', () => {
    for (let length = 0; length < 200; length++) {
      const text = 'x'.repeat(length)
      expect(digest([text])).toBe(expected([text]))
    }
  })

  it('tells values apart that differ deep inside or far behind (law 3)', () => {
    const nest = (levels: number, inner: unknown, within: (under: unknown) => unknown) =>
      Array.from({ length: levels }).reduce(within, inner)
    const pairs: ReadonlyArray<readonly [string, (n: number) => unknown]> = [
      ['101 arrays', (n) => nest(101, n, (under) => [under])],
      ['10,000 objects', (n) => nest(10_000, n, (under) => ({ under }))],
      ['shared parts', (n) => nest(40, [n, 'x'.repeat(1_000)], (under) => [under, under])],
      ['a long string', (n) => 'x'.repeat(200_000) + n],
      ['a long list', (n) => [...Array.from({ length: 60_000 }, () => 0), n]],
    ]
    for (const [what, make] of pairs) {
      const [one, again, two] = [digest([make(1)]), digest([make(1)]), digest([make(2)])]
      expect([what, one === two, one === again]).toStrictEqual([what, false, true])
    }
  })

  it('is the same whether parts are shared or copied (law 2)', () => {
    const shared = Array.from({ length: 10 }).reduce((under) => [under, under], ['x'.repeat(1_000)])
    // too long to be written as a whole
    expect(wholeLine(shared)).toBeUndefined()
    expect(digest([shared])).toBe(digest([JSON.parse(JSON.stringify(shared))]))
  })

  it('tells values apart that JSON text does not', () => {
    const values = [0, -0, null, undefined, NaN, '0', 0n, new Date(0), new Date(0).toISOString()]
    expect(new Set(values.map((value) => digest([value]))).size).toBe(values.length)
    expect(digest([[1, 2]])).not.toBe(digest([1, 2]))
  })

  it('of nothing is that of no bytes', () => {
    expect(digest([])).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  })
})
