import { isRight, left } from 'fp-ts/lib/Either.js'
import { expect, it } from 'vitest'
import { sqlStore } from '../../src/store/Sql.ts'
import type { TabWorker } from '../../src/store/BrowserTabs.ts'
import { tabClient } from '../../src/store/BrowserTabs.ts'

/** A stream without events. */
const answer = { rows: [] }

/** A worker whose leader changes when it is told to. */
const workerOf = (query: TabWorker['query'], waitReady = Promise.resolve()) => {
  const callbacks = new Set<() => void>()
  const worker: TabWorker = {
    query,
    waitReady,
    onLeaderChange: (callback) => {
      callbacks.add(callback)
      return () => callbacks.delete(callback)
    },
  }
  return { worker, callbacks, change: () => callbacks.forEach((callback) => callback()) }
}

const later = () => new Promise((resolve) => setTimeout(resolve))

it('hands on what is asked and what is answered', async () => {
  const asked: Array<unknown> = []
  const { worker } = workerOf((...question) => {
    asked.push(question)
    return Promise.resolve(answer)
  })
  expect(await tabClient(worker).query('select $1', [1])).toBe(answer)
  expect(asked).toEqual([['select $1', [1]]])
})

it('hands on an error as it is', async () => {
  const cause = { code: '23505' }
  const { worker, callbacks } = workerOf(() => Promise.reject(cause))
  await expect(tabClient(worker).query('', [])).rejects.toBe(cause)
  expect(callbacks.size).toBe(0)
})

it('ends what a leader that went away will never answer', async () => {
  const { worker, callbacks, change } = workerOf(() => new Promise(() => undefined))
  const pending = sqlStore(tabClient(worker)).load('lamp-1')()
  await later()
  change()
  expect(await pending).toEqual(
    left({ type: 'StoreUnavailable', operation: 'load', cause: { type: 'LeaderChanged' } }),
  )
  expect(callbacks.size).toBe(0)
})

it('waits for a leader, whose coming is no failure', async () => {
  let ready = () => {}
  let asked = 0
  const waitReady = new Promise<void>((resolve) => (ready = resolve))
  const { worker, change, callbacks } = workerOf(() => {
    asked++
    return Promise.resolve(answer)
  }, waitReady)
  const pending = sqlStore(tabClient(worker)).load('lamp-1')()
  await later()
  change()
  expect(asked).toBe(0)
  ready()
  expect(isRight(await pending)).toBe(true)
  expect(asked).toBe(1)
  await later()
  expect(callbacks.size).toBe(0)
})
