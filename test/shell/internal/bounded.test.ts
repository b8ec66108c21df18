import type { Either } from 'fp-ts/lib/Either.js'
import { right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { bounded } from '../../../src/shell/internal/bounded.ts'

const never = (): Promise<Either<never, number>> => new Promise(() => {})
const one = (): Promise<Either<never, number>> => Promise.resolve(right(1))

describe('bounded', () => {
  it('an append that is given up after it has begun is unknown, a read stores nothing', async () => {
    const outcomes = { load: 'NotStored', append: 'Unknown', readAll: 'NotStored' } as const
    for (const operation of ['load', 'append', 'readAll'] as const) {
      const outcome = outcomes[operation]
      const timedOut = await bounded(operation, { timeout: 1 }, never)
      expect(timedOut).toStrictEqual({
        _tag: 'Left',
        left: { type: 'GivenUp', operation, reason: 'TimedOut', outcome, cause: undefined },
      })
      const controller = new AbortController()
      const call = bounded(operation, { signal: controller.signal, timeout: 60_000 }, never)
      controller.abort('enough')
      expect(await call).toStrictEqual({
        _tag: 'Left',
        left: { type: 'GivenUp', operation, reason: 'Aborted', outcome, cause: 'enough' },
      })
    }
  })

  it('leaves no timer and no listener behind', async () => {
    const timers = (): number =>
      process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length
    const before = timers()
    let listeners = 0
    const signal = {
      aborted: false,
      addEventListener: () => listeners++,
      removeEventListener: () => listeners--,
    } as unknown as AbortSignal // all that is used of one
    expect(await bounded('load', { signal, timeout: 60_000 }, one)).toStrictEqual(right(1))
    await expect(
      bounded('load', { signal, timeout: 60_000 }, () => Promise.reject(new Error('down'))),
    ).rejects.toThrow('down')
    await bounded('load', { signal, timeout: 1 }, never)
    expect(listeners).toBe(0)
    // the test runner's own timers may have ended meanwhile
    expect(timers()).toBeLessThanOrEqual(before)
  })

  it('a time limit that no timer can keep is none', async () => {
    for (const timeout of [2 ** 31, Infinity]) {
      const late = (): Promise<Either<never, number>> =>
        new Promise((resolve) => setTimeout(() => resolve(right(1)), 5))
      expect(await bounded('load', { timeout }, late)).toStrictEqual(right(1))
    }
  })
})
