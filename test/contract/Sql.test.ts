import type { PGlite } from '@electric-sql/pglite'
import fc from 'fast-check'
import { beforeAll, expect, it } from 'vitest'
import { memoryStore } from '../../src/store/Memory.ts'
import { checkCommit } from '../../src/store/Engine.ts'
import { createSchema, sqlCheckpoints, sqlSnapshots, sqlStore } from '../../src/store/Sql.ts'
import { board } from '../../src/store/Sql/boarding.ts'
import { runs } from '../setup.ts'
import { emptyDatabase } from '../support/pglite.ts'
import type { Encoded, MakeStore } from './commits.ts'
import { everything, invalidCommit, rightOf, severalStreams } from './commits.ts'
import { checkpointsContract } from './checkpoints.ts'
import { eventStoreContract } from './eventStore.ts'
import { handlerContract } from './handler.ts'
import { tagged } from './queries.ts'
import { snapshotStoreContract } from './snapshots.ts'

let client: PGlite

beforeAll(async () => {
  client = await emptyDatabase()
  rightOf(await createSchema(client)())
})

/** An empty store in the one database, in the place of the one before. */
const makeStore: MakeStore = async (now) => {
  // without the triggers that refuse it
  await client.exec(`set session_replication_role = replica;
    truncate decider_events, decider_commits, decider_tags;
    update decider_counter set position = 0;
    reset session_replication_role`)
  return sqlStore(client, { writers: 1, ...(now && { now }) })
}

/** The commits in the order in which the flights of one writer take them. */
const inFlights = (sent: ReadonlyArray<Encoded>): ReadonlyArray<number> => {
  const nothing: Parameters<typeof board>[1] = []
  let waiting = sent.map((each, index) => ({
    commits: [{ commit: rightOf(checkCommit(each)), data: [], commands: null }] as const,
    index,
  }))
  const order: Array<number> = []
  while (waiting.length > 0) {
    const { taken, left } = board(waiting, nothing, { commits: 64, size: 1_000_000 })
    order.push(...taken.map(({ index }) => index))
    waiting = [...left]
  }
  return order
}

eventStoreContract('Sql', makeStore)
handlerContract('Sql', makeStore)
snapshotStoreContract('Sql', () => Promise.resolve(sqlSnapshots(client)))
checkpointsContract('Sql', async () => {
  await client.exec('delete from decider_processes')
  return sqlCheckpoints(client)
})

it('answers exactly as the store in memory does', async () => {
  const commits = fc.array(fc.oneof({ weight: 5, arbitrary: severalStreams }, invalidCommit), {
    maxLength: 20,
    size: 'max',
  })
  await fc.assert(
    fc.asyncProperty(commits, async (sent) => {
      let time = 0
      const memory = memoryStore({ now: () => time })
      const sql = await makeStore(() => time)
      for (const each of sent) {
        time++
        expect(await sql.append(each)()).toStrictEqual(await memory.append(each)())
      }
      expect(await everything(sql)).toStrictEqual(await everything(memory))
    }),
    { numRuns: runs(30) },
  )
})

/** Decided before anything was stored. */
const early = tagged.map((each) => ({
  ...each,
  stream: each.commitId,
  condition: each.condition && { ...each.condition, after: 0 },
}))

it('answers to commits at once as to one after the other, in the order of their flights', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.oneof(severalStreams, { weight: 2, arbitrary: early }), { maxLength: 12 }),
      fc.nat({ max: 4 }),
      async (sent, before) => {
        const memory = memoryStore({ now: () => 1 })
        const sql = await makeStore(() => 1)
        // the first were stored before, and are sent again
        for (const each of sent.slice(0, before)) {
          expect(await sql.append(each)()).toStrictEqual(await memory.append(each)())
        }
        const answers = await Promise.all(sent.map((each) => sql.append(each)()))
        for (const i of inFlights(sent)) {
          expect(answers[i]).toStrictEqual(await memory.append(sent[i] as Encoded)())
        }
        expect(await everything(sql)).toStrictEqual(await everything(memory))
      },
    ),
    { numRuns: runs(50) },
  )
})
