import { isRight } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { RetryPolicy } from '../../../src/shell/CommandHandler.ts'
import { commandHandler } from '../../../src/shell/CommandHandler.ts'
import { backoff, immediate } from '../../../src/shell/CommandHandler/retry.ts'
import type { EventStore } from '../../../src/store/EventStore.ts'
import { rightOf } from '../../contract/commits.ts'
import type { Event } from '../counter.ts'
import { counter, newStore, request, spied } from '../counter.ts'

/** A policy that says how often it let others go first, and how long they took. */
const polite = (milliseconds = 0) => {
  const given: Array<string> = []
  const retry: RetryPolicy = {
    ...immediate(5),
    giveWay: (took, commitId) => {
      expect(took).toBeGreaterThanOrEqual(0)
      given.push(commitId)
      return milliseconds
    },
  }
  return { retry, given }
}

/** A store in which somebody else comes before some of the appends, counted from 1. */
const contended = (others: ReadonlyArray<number>): EventStore<Event> => {
  const store = newStore()
  const stranger = commandHandler({ decider: counter, store })
  return spied(store, async (operation, n) => {
    if (operation !== 'append' || !others.includes(n)) return
    rightOf(await stranger(request('a', `other-${n}`, 1))())
  }).store
}

describe('while other processes write to a stream', () => {
  it('the next requests wait after a round that was accepted, so that others get their turn', async () => {
    const { retry, given } = polite()
    const handle = commandHandler({ decider: counter, store: contended([1, 2]), retry })
    const send = (id: string) => handle(request('a', id, 1))()
    const [first, ...others] = ['c1', 'c2', 'c3'].map(send)
    const next = first?.then(() => Promise.all(['c4', 'c5'].map(send)))
    for (const answer of await Promise.all([first, ...others])) rightOf(answer ?? expect.fail())
    for (const answer of (await next) ?? expect.fail()) rightOf(answer)
    expect(given).toStrictEqual(['c4'])
  })

  it('others are met as well where only a guess was outdated, and what they wrote is loaded before the next decision', async () => {
    const { retry, given } = polite(1)
    const { store, calls } = spied(contended([2]))
    const handle = commandHandler({ decider: counter, store, retry })
    const send = (id: string) => handle(request('a', id, 1))()
    const first = send('c1')
    const next = send('c2').then(() => send('c4'))
    const third = first.then(() => send('c3'))
    for (const answer of await Promise.all([first, next, third])) rightOf(answer)
    expect(given.length).toBeGreaterThan(0)
    // c2 is decided on the state after c1, which is outdated; the next one after a pause on what is loaded
    expect(calls.slice(0, 7)).toStrictEqual([
      'load',
      'append',
      'append',
      'load',
      'append',
      'load',
      'append',
    ])
  })

  it('a policy is told how long attempts took once others are known', async () => {
    const told: Array<number | undefined> = []
    const retry: RetryPolicy = { attempts: 9, pause: (_, __, took) => (told.push(took), 0) }
    const handle = commandHandler({ decider: counter, store: contended([1, 2, 3]), retry })
    const all = ['c1', 'c2'].map((id) => handle(request('a', id, 1))())
    for (const answer of await Promise.all(all)) rightOf(answer)
    expect(told[0]).toBe(undefined)
    expect(told.slice(1)).toStrictEqual([expect.any(Number), expect.any(Number)])
  })

  it('a request that is given up meanwhile waits no longer', async () => {
    const { retry } = polite(60_000)
    const handle = commandHandler({ decider: counter, store: contended([1, 2]), retry })
    const [first] = ['c1', 'c2'].map((id) => handle(request('a', id, 1))())
    const next = first?.then(() => handle(request('a', 'c3', 1), { timeout: 10 })())
    expect(await next).toMatchObject({
      left: { type: 'GivenUp', operation: 'wait', outcome: 'NotStored' },
    })
  })

  it('nobody waits where nobody else came first, nor by a policy without pauses', async () => {
    const { retry, given } = polite()
    for (const [policy, store] of [
      [retry, newStore()],
      [immediate(5), contended([1, 2])],
    ] as const) {
      const handle = commandHandler({ decider: counter, store, retry: policy })
      const all = ['c1', 'c2', 'c3', 'c4'].map((id) => handle(request('a', id, 1))())
      expect((await Promise.all(all)).every(isRight)).toBe(true)
    }
    expect(given).toStrictEqual([])
  })
})

it('backoff gives way for some of the attempts of others, not longer than its longest pause and a half', () => {
  const { giveWay } = backoff({ attempts: 5, shortest: 5, longest: 500 })
  const pauses = [1, 10, 1_000].map((took) => giveWay?.(took, 'c1') ?? 0)
  for (const [i, whole] of [6, 60, 500].entries()) {
    expect(pauses[i]).toBeGreaterThanOrEqual(whole / 2)
    expect(pauses[i]).toBeLessThan(whole * 1.5)
  }
})
