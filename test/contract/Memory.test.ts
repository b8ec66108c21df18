import { memoryCheckpoints, memorySnapshots, memoryStore } from '../../src/store/Memory.ts'
import { checkpointsContract } from './checkpoints.ts'
import type { MakeStore } from './commits.ts'
import { eventStoreContract } from './eventStore.ts'
import { handlerContract } from './handler.ts'
import { snapshotStoreContract } from './snapshots.ts'

const makeStore: MakeStore = (now) => Promise.resolve(memoryStore(now ? { now } : {}))

eventStoreContract('Memory', makeStore)
handlerContract('Memory', makeStore)
snapshotStoreContract('Memory', () => Promise.resolve(memorySnapshots()))
checkpointsContract('Memory', () => Promise.resolve(memoryCheckpoints()))
