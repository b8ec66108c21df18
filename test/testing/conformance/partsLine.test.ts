import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { partsLine } from '../../../src/testing/conformance/partsLine.ts'
import { sourceLine } from '../../../src/testing/internal/source.ts'

const kinds = { withDate: true, withMap: true, withSet: true, withBigInt: true }

describe('a value by its distinct parts', () => {
  it('is the same for values of one source, and only for these', () => {
    const value = fc.anything({ ...kinds, maxDepth: 2 })
    fc.assert(
      fc.property(value, value, (a, b) => {
        expect(partsLine(structuredClone(a))).toBe(partsLine(a))
        expect(partsLine(a) === partsLine(b)).toBe(sourceLine(a) === sourceLine(b))
      }),
    )
  })

  it('writes each part once, whether it is shared or not', () => {
    const apart = (levels: number): unknown =>
      levels === 0 ? { n: 1 } : [apart(levels - 1), apart(levels - 1)]
    const shared = (levels: number) =>
      Array.from({ length: levels }).reduce((under) => [under, under], { n: 1 })
    expect(partsLine(apart(6))).toBe(partsLine(shared(6)))
    expect(partsLine(shared(50)).length).toBeLessThan(5_000)
    expect(partsLine(shared(50))).not.toBe(partsLine(shared(51)))
  })

  it.each<[string, unknown, unknown]>([
    ['a string and the number of a part', [{}, '#0'], [{}, {}]],
    ['a name and a value', { a: 'b' }, { b: 'a' }],
    ['a hole and undefined', [undefined], Object.assign([], { length: 1 })],
    ['an array and a set', ['a'], new Set(['a'])],
    ['bytes', new Uint8Array([1]), new Uint8Array([2])],
    ['times', new Date(0), new Date(1)],
  ])('tells apart: %s', (_, a, b) => {
    expect(partsLine(a)).not.toBe(partsLine(b))
  })

  it('writes of a value that holds itself how far up it stands', () => {
    const ring = (n: number) => {
      const first: { n: number; next?: unknown } = { n }
      first.next = [first]
      return first
    }
    expect(partsLine(ring(1))).toBe(partsLine(ring(1)))
    expect(partsLine(ring(1))).not.toBe(partsLine(ring(2)))
  })

  it('goes on where a part can not be read', () => {
    const locked = {
      get key(): string {
        throw new Error('locked')
      },
    }
    expect(partsLine([locked, 1])).not.toBe(partsLine([locked, 2]))
  })
})
