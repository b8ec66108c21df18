import fc from 'fast-check'
import { expect, it } from 'vitest'
import { backoff, immediate, patient } from '../../../src/shell/CommandHandler/retry.ts'

it('immediate tries so many times without a pause', () => {
  const { attempts, pause } = immediate(4)
  expect(attempts).toBe(4)
  expect([1, 2, 3, 100].map((attempt) => pause(attempt, 'c1'))).toEqual([0, 0, 0, 0])
})

it('backoff doubles its longest pause, and waits between half and all of it', () => {
  const { attempts, pause } = backoff({ attempts: 6, shortest: 10, longest: 100 })
  expect(attempts).toBe(6)
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5_000 }), fc.string(), (attempt, commitId) => {
      const whole = Math.min(10 * 2 ** (attempt - 1), 100)
      expect(pause(attempt, commitId)).toBeGreaterThanOrEqual(whole / 2)
      expect(pause(attempt, commitId)).toBeLessThan(whole)
    }),
  )
})

it('backoff never waits longer than the longest', () => {
  expect(backoff({ attempts: 2, shortest: 50, longest: 20 }).pause(1, 'c1')).toBeLessThan(20)
})

it('requests that were refused together are spread over the pause', () => {
  const pauses = [...Array(64).keys()].map((n) => patient.pause(8, `request-${n}`))
  const eighths = pauses.map((pause) => Math.floor(((pause - 250) / 250) * 8))
  expect(new Set(eighths).size).toBe(8)
  const again = [...Array(64).keys()].map((n) => patient.pause(9, `request-${n}`))
  expect(again.filter((pause, n) => pause === pauses[n])).toEqual([])
})

it('backoff waits no longer than its attempts took, while others give way', () => {
  const { pause } = backoff({ attempts: 6, shortest: 10, longest: 100 })
  for (const [attempt, whole] of [2, 4, 6, 8].entries()) {
    const paused = pause(attempt + 1, 'c1', 2)
    expect(paused).toBeGreaterThanOrEqual(whole / 2)
    expect(paused).toBeLessThan(whole)
  }
  expect(pause(1, 'c1', 1_000)).toBe(pause(1, 'c1'))
})
