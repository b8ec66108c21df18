import { left, right } from 'fp-ts/lib/Either.js'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { callAgain } from '../../../src/store/Sql/again.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

const unreachable = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })

/** A database without an answer, which takes so long to say so, and how often it was asked. */
const gone = (duration: number) => {
  const asked: Array<number> = []
  const run = async (): Promise<never> => {
    await new Promise((resume) => setTimeout(resume, duration))
    asked.push(performance.now())
    throw unreachable
  }
  return { asked, run }
}

/** Milliseconds until a call is answered; undefined if it is not within ten minutes. */
const durationOf = async (call: Promise<unknown>): Promise<number | undefined> => {
  const start = performance.now()
  let end: number | undefined
  void call.then(() => (end = performance.now()))
  for (let second = 0; end === undefined && second < 600; second++) {
    await vi.advanceTimersByTimeAsync(1_000)
  }
  return end === undefined ? undefined : end - start
}

describe('a call without an answer', () => {
  it.each([0, 10, 2_000, 9_990, 10_000, 10_005, 65_000])(
    'is repeated for some ten seconds if each attempt takes %i ms',
    async (attempt) => {
      const again = callAgain()
      const { asked, run } = gone(attempt)
      const took = (await durationOf(again('load', run))) ?? expect.fail('it is not answered')
      const firstFailure = attempt
      expect(took - firstFailure).toBeGreaterThan(9_400)
      expect(took - firstFailure).toBeLessThan(10_600 + attempt)
      expect(asked.length).toBeGreaterThan(1)
    },
  )

  it('is not repeated if others have had none for as long', async () => {
    const again = callAgain()
    await durationOf(again('load', gone(5).run))
    const { asked, run } = gone(5)
    await durationOf(again('append', run))
    expect(asked).toHaveLength(1)
  })

  it('is repeated again after a success, and after a long time without calls', async () => {
    const again = callAgain()
    for (const pass of [
      () => again('load', () => Promise.resolve(right(1))),
      () => vi.advanceTimersByTimeAsync(10_500),
    ]) {
      await durationOf(again('load', gone(5).run))
      await pass()
      const { asked, run } = gone(5)
      await durationOf(again('load', run))
      expect(asked.length).toBeGreaterThan(1)
    }
  })

  it('is answered with the failure that the database gave', async () => {
    const answer = callAgain()('load', () => Promise.reject(Object.assign(new Error('no'), { code: '42501' }))) // prettier-ignore
    expect(await answer).toMatchObject(left({ type: 'StoreUnavailable', cause: { code: '42501' } }))
  })
})
