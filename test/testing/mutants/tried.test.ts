import { none, some } from 'fp-ts/lib/Option.js'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { tried } from '../../../src/testing/mutants/tried.ts'

describe('a suite run once', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  const given: Array<number> = []
  const passes = (value: number) => {
    given.push(value)
  }

  it('passes on what it is given, with a limit of time and without one', async () => {
    expect(await tried(passes, 1, undefined)).toStrictEqual(none)
    expect(await tried(passes, 2, 10)).toStrictEqual(none)
    expect(await tried(async (value: number) => passes(value), 3, 10)).toStrictEqual(none)
    expect(given).toStrictEqual([1, 2, 3])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('fails with what it throws, or with what its promise is rejected with', async () => {
    const error = new Error('red')
    const throws = () => {
      throw error
    }
    expect(await tried(throws, 0, undefined)).toStrictEqual(some('red'))
    expect(await tried(() => Promise.reject(error), 0, undefined)).toStrictEqual(some('red'))
    expect(await tried(() => Promise.reject(error), 0, 10)).toStrictEqual(some('red'))
    expect(vi.getTimerCount()).toBe(0)
  })

  it('fails if it takes longer than its limit, and not before', async () => {
    const late = tried(() => new Promise<void>((done) => setTimeout(done, 11)), 0, 10)
    const inTime = tried(() => new Promise<void>((done) => setTimeout(done, 9)), 0, 10)
    await vi.advanceTimersByTimeAsync(20)
    expect(await late).toStrictEqual(some('the suite takes more than 10 ms'))
    expect(await inTime).toStrictEqual(none)
  })

  it('takes as long as it likes where there is no limit', async () => {
    const slow = tried(() => new Promise<void>((done) => setTimeout(done, 100_000)), 0, undefined)
    await vi.advanceTimersByTimeAsync(100_000)
    expect(await slow).toStrictEqual(none)
  })
})
