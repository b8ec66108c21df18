// The contracts of every store, on the store in a Durable Object: each store that a test makes is an
// object of its own, called from outside.
import { DurableObject } from 'cloudflare:workers'
import { bounded } from '../../../src/shell/internal/bounded.ts'
import { durableObjectSnapshots, durableObjectStore } from '../../../src/store/DurableObject.ts'
import { eventStoreContract } from '../../contract/eventStore.ts'
import { handlerContract } from '../../contract/handler.ts'
import { snapshotStoreContract } from '../../contract/snapshots.ts'
import { schemaContract } from './schema.mjs'
import { runTests } from './vitest.mjs'

export class Store extends DurableObject {
  #time
  #store = durableObjectStore(this.ctx.storage, { now: () => this.#time ?? Date.now() })
  load(stream, after, limit) {
    return this.#store.load(stream, after, { limit })()
  }
  append(commit, time) {
    this.#time = time
    return this.#store.append(commit)()
  }
  readAll(after, limit, options) {
    return this.#store.readAll(after, limit, options)()
  }
  readCommits(after, limit) {
    return this.#store.commits.read(after, limit)()
  }
  findCommit(commitId) {
    return this.#store.commits.find(commitId)()
  }
  loadSnapshot(stream, fingerprint) {
    return durableObjectSnapshots(this.ctx.storage).load(stream, fingerprint)()
  }
  saveSnapshot(snapshot) {
    return durableObjectSnapshots(this.ctx.storage).save(snapshot)()
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
// signals and time limits are the caller's: they do not travel to the object
const storeOf = (stub, now) => ({
  load:
    (stream, after, { limit, ...options } = {}) =>
    () =>
      bounded('load', options, () => stub.load(stream, after, limit)),
  append:
    (commit, options = {}) =>
    () =>
      bounded('append', options, () => stub.append(commit, now?.())),
  readAll:
    (after, limit, { types, categories, query, ...options } = {}) =>
    () =>
      bounded('readAll', options, () => stub.readAll(after, limit, { types, categories, query })),
  commits: {
    read: (after, limit) => () => stub.readCommits(after, limit),
    find: (commitId) => () => stub.findCommit(commitId),
  },
})
const makeStore = (now) => Promise.resolve(storeOf(object(), now))

eventStoreContract('DurableObject', makeStore)
handlerContract('DurableObject', makeStore)
snapshotStoreContract('DurableObject', () => {
  const stub = object()
  return Promise.resolve({
    load: (stream, fingerprint) => () => stub.loadSnapshot(stream, fingerprint),
    save: (snapshot) => () => stub.saveSnapshot(snapshot),
  })
})
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
