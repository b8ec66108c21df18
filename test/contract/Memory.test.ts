import { memoryStore } from '../../src/store/Memory.ts'
import type { MakeStore } from './commits.ts'
import { eventStoreContract } from './eventStore.ts'
import { handlerContract } from './handler.ts'

const makeStore: MakeStore = (now) => Promise.resolve(memoryStore(now ? { now } : {}))

eventStoreContract('Memory', makeStore)
handlerContract('Memory', makeStore)
