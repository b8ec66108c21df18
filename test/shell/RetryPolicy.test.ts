import { expect, it } from 'vitest'
import { backoff, immediate } from '../../src/shell/RetryPolicy.ts'

it('immediate tries so many times without a pause', () => {
  const { attempts, pause } = immediate(4)
  expect(attempts).toBe(4)
  expect([1, 2, 3, 100].map(pause)).toEqual([0, 0, 0, 0])
})

it('backoff doubles its pause from the shortest up to the longest', () => {
  const { attempts, pause } = backoff({ attempts: 6, shortest: 10, longest: 100 })
  expect(attempts).toBe(6)
  expect([1, 2, 3, 4, 5, 6].map(pause)).toEqual([10, 20, 40, 80, 100, 100])
  expect(pause(5_000)).toBe(100)
})

it('backoff never waits longer than the longest', () => {
  expect(backoff({ attempts: 2, shortest: 50, longest: 20 }).pause(1)).toBe(20)
})
