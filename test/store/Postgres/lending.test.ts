// Connections are kept for a moment after their use, and then go back to the pool.
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { ConnectionPool, PoolConnection } from '../../../src/store/Postgres/driver.ts'
import { lendingOf } from '../../../src/store/Postgres/lending.ts'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

/** A pool of so many connections that notes what comes back. */
const fakePool = (size: number) => {
  const released: Array<string> = []
  const losses: Array<() => void> = []
  let connected = (_: PoolConnection): void => {}
  let idle: Array<PoolConnection> = []
  let next: Array<(connection: PoolConnection) => void> = []
  let made = 0
  let taken = 0
  const give = (connection: PoolConnection): void => {
    const waiting = next.shift()
    if (waiting === undefined) idle = [...idle, connection]
    else waiting(connection)
  }
  const make = (): PoolConnection => {
    const name = `c${++made}`
    const connection: PoolConnection = {
      query: () => Promise.resolve({ rows: [], command: '' }),
      on: (event, listener) => {
        if (event === 'end') losses.push(() => listener({}))
      },
      release: (end) => {
        released.push(`${name}${end === true ? ' ended' : ''}`)
        give(end === true ? make() : connection)
      },
    }
    connected(connection)
    return connection
  }
  const pool: ConnectionPool = {
    connect: () => {
      taken++
      const connection = idle.pop() ?? (made < size ? make() : undefined)
      if (connection !== undefined) return Promise.resolve(connection)
      return new Promise((resolve) => {
        next = [...next, resolve]
      })
    },
    on: (event, listener) => {
      if (event === 'connect') connected = listener
    },
    end: () => Promise.resolve(),
  }
  return { pool, released, taken: () => taken, lose: (n: number) => losses[n]?.() }
}

it('a connection that is given back is at hand for the next one', async () => {
  const { pool, released, taken } = fakePool(5)
  const { take, giveBack } = lendingOf(pool)
  const connection = await take()
  giveBack(connection, false)
  expect(take()).toBe(connection)
  giveBack(connection, false)
  expect([taken(), released]).toStrictEqual([1, []])
})

it('goes back to the pool soon, used or not', async () => {
  const { pool, released, taken } = fakePool(5)
  const { take, giveBack } = lendingOf(pool)
  giveBack(await take(), false)
  await vi.advanceTimersByTimeAsync(50)
  expect(released).toStrictEqual(['c1'])
  expect(vi.getTimerCount()).toBe(0)
  // busy all the time
  for (let i = 0; i < 100; i++) {
    const connection = await take()
    await vi.advanceTimersByTimeAsync(10)
    giveBack(connection, false)
  }
  expect(taken()).toBeGreaterThan(10)
  expect(taken()).toBeLessThan(30)
  await vi.advanceTimersByTimeAsync(50)
  expect(released).toHaveLength(taken())
})

it('does not wait for the others of the pool', async () => {
  const { pool, released } = fakePool(2)
  const { take, giveBack } = lendingOf(pool)
  const [first, second] = [await take(), await take()]
  const third = take()
  giveBack(first, false)
  expect(await third).toBe(first)
  expect(released).toStrictEqual(['c1'])
  giveBack(second, false)
  expect(take()).toBe(second)
})

it('is ended if its user says so, or if it was lost meanwhile', async () => {
  const { pool, released, lose } = fakePool(5)
  const { take, giveBack } = lendingOf(pool)
  giveBack(await take(), true)
  expect(released).toStrictEqual(['c1 ended'])
  const second = await take()
  giveBack(second, false)
  lose(1)
  expect(await take()).not.toBe(second)
  expect(released).toStrictEqual(['c1 ended', 'c2 ended'])
  const third = await take()
  giveBack(third, false)
  lose(3)
  await vi.advanceTimersByTimeAsync(50)
  expect(released.at(-1)).toBe('c4 ended')
})

it('after the end none is kept', async () => {
  const { pool, released } = fakePool(5)
  const { take, giveBack, stop } = lendingOf(pool)
  const [first, second] = [await take(), await take()]
  giveBack(first, false)
  stop()
  expect(released).toStrictEqual(['c1'])
  const late = take()
  giveBack(second, false)
  giveBack(await late, false)
  expect(released).toStrictEqual(['c1', 'c2', 'c1'])
})

it('a failure to connect is the failure of the one who asked', async () => {
  const { pool, released } = fakePool(5)
  let isDown = true
  const failing: ConnectionPool = {
    ...pool,
    connect: () => (isDown ? Promise.reject(new Error('down')) : pool.connect()),
  }
  const { take, giveBack } = lendingOf(failing)
  await expect(Promise.resolve(take())).rejects.toThrow('down')
  isDown = false
  const connection = await take()
  giveBack(connection, false)
  expect(take()).toBe(connection)
  expect(released).toStrictEqual([])
})
