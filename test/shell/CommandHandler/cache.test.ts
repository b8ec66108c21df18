import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { lruCache } from '../../../src/shell/CommandHandler/cache.ts'

// Law 1, that a handler gives the same outcomes with any cache, is in CommandHandler.test.ts.
describe('laws', () => {
  it('law 2: holds those last set, as many as it has room for', () => {
    const stream = fc.constantFrom('a', 'b', 'c', 'd')
    const step = fc.record({ stream, forget: fc.nat(4).map((n) => n === 0) })
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 3 }), fc.array(step), (capacity, steps) => {
        const cache = lruCache(capacity)<number>()
        let kept: ReadonlyArray<readonly [string, number]> = []
        for (const [i, { stream: name, forget }] of steps.entries()) {
          const others = kept.filter(([other]) => other !== name)
          if (forget) {
            cache.forget(name)
            kept = others
          } else {
            cache.set(name, { version: i, state: i, mark: undefined })
            kept = capacity === 0 ? [] : [...others, [name, i] as const].slice(-capacity)
          }
          const expected = new Map(kept)
          for (const other of ['a', 'b', 'c', 'd']) {
            const state = expected.get(other)
            expect(cache.get(other)).toEqual(
              state === undefined ? undefined : { version: state, state, mark: undefined },
            )
          }
        }
      }),
    )
  })
})
