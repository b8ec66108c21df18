// The contracts of every store, on the store in a Durable Object: each store that a test makes is an
// object of its own, called from outside.
import { DurableObject } from 'cloudflare:workers'
import { durableObjectStore } from '../../../src/store/DurableObject.ts'
import { eventStoreContract } from '../../contract/eventStore.ts'
import { handlerContract } from '../../contract/handler.ts'
import { schemaContract } from './schema.mjs'
import { runTests } from './vitest.mjs'

export class Store extends DurableObject {
  #time
  #store = durableObjectStore(this.ctx.storage, { now: () => this.#time ?? Date.now() })
  load(stream, after) {
    return this.#store.load(stream, after)()
  }
  append(commit, time) {
    this.#time = time
    return this.#store.append(commit)()
  }
  readAll(after, limit) {
    return this.#store.readAll(after, limit)()
  }
  /** A statement on the object's database, and what it throws, as text. */
  exec(text) {
    try {
      return this.ctx.storage.sql.exec(text).toArray()
    } catch (error) {
      return String(error)
    }
  }
  clear() {
    return this.ctx.storage.deleteAll()
  }
}

let objects
const object = () => objects.get(objects.newUniqueId())
const storeOf = (stub, now) => ({
  load: (stream, after) => () => stub.load(stream, after),
  append: (commit) => () => stub.append(commit, now?.()),
  readAll: (after, limit) => () => stub.readAll(after, limit),
})
const makeStore = (now) => Promise.resolve(storeOf(object(), now))

eventStoreContract('DurableObject', makeStore)
handlerContract('DurableObject', makeStore)
schemaContract(() => {
  const stub = object()
  return { stub, store: storeOf(stub) }
})

export default {
  fetch: async (_, env) => {
    objects = env.STORE
    return Response.json(await runTests())
  },
}
