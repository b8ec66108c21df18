// What the engine in a Durable Object does with its table; the contract runs in workerd.
import { isLeft, right } from 'fp-ts/lib/Either.js'
import { expect, it } from 'vitest'
import type { DurableStorage } from '../../src/store/DurableObject.ts'
import { durableObjectStore } from '../../src/store/DurableObject.ts'

/** A storage whose table, while it is there, is empty. */
const storageOf = () => {
  const made = { tables: 0, asked: 0, isThere: false, breaks: false }
  const storage: DurableStorage = {
    sql: {
      exec: (query) => {
        if (/create table/.test(query)) {
          made.isThere = true
          made.tables++
        } else if (/pragma_table_info/.test(query)) {
          return { toArray: () => (made.isThere ? [{ 1: 1 }] : []) }
        } else if (query.startsWith('select * ')) {
          made.asked++
          if (made.breaks) throw new Error('disk I/O error')
          if (!made.isThere) throw new Error('no such table: decider_events')
        }
        return { toArray: () => [] }
      },
    },
    transactionSync: (run) => run(),
  }
  return { made, storage }
}

it('a table that went with everything in the storage is made anew, and asked again', async () => {
  const { made, storage } = storageOf()
  const store = durableObjectStore(storage)
  expect(await store.load('a')()).toStrictEqual(right([]))
  made.isThere = false
  expect(await store.load('a')()).toStrictEqual(right([]))
  expect([made.tables, made.asked]).toStrictEqual([2, 3])
})

it('a storage that fails is asked once', async () => {
  const { made, storage } = storageOf()
  const store = durableObjectStore(storage)
  made.breaks = true
  const failed = await store.load('a')()
  expect(isLeft(failed) && failed.left).toMatchObject({ type: 'StoreUnavailable' })
  expect([made.tables, made.asked]).toStrictEqual([1, 1])
})

it('a storage whose table goes each time is not asked for ever', async () => {
  const { made, storage } = storageOf()
  const gone: DurableStorage = {
    ...storage,
    sql: {
      exec: (query) => {
        made.isThere &&= !query.startsWith('select * ')
        return storage.sql.exec(query)
      },
    },
  }
  expect(isLeft(await durableObjectStore(gone).load('a')())).toBe(true)
  expect(made.asked).toBeLessThan(5)
})
