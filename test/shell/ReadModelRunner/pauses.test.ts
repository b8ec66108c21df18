// When a loop looks: soon while something happens, and at once after a hint, however long its pauses have become.
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { loopOn } from '../../../src/shell/ReadModelRunner/loop.ts'
import { hints } from '../../../src/shell/internal/hints.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

it('pauses grow up to the limit, and a hint ends them', async () => {
  const { next, give } = hints()
  const stop = new AbortController()
  const look = vi.fn(() => Promise.resolve())
  const looks = () => look.mock.calls.splice(0).length
  const subject = { look, head: () => 0, problems: () => new Map() }
  const loop = loopOn(subject, { signal: stop.signal, appended: next, pollEvery: 10_000 })
  await vi.advanceTimersByTimeAsync(1_000)
  expect(looks()).toBeGreaterThan(4)
  await vi.advanceTimersByTimeAsync(60_000)
  looks()
  await vi.advanceTimersByTimeAsync(60_000)
  expect(looks()).toBe(6)
  give()
  await vi.advanceTimersByTimeAsync(0)
  expect(looks()).toBe(1)
  await vi.advanceTimersByTimeAsync(200)
  expect(looks()).toBeGreaterThan(1)
  stop.abort()
  await loop
})
