// What the database of a Durable Object refuses by itself, whoever asks.
import { commitOf, everything, exactly, leftOf, noStream, rightOf } from '../../contract/commits.ts'
import { describe, expect, it } from './vitest.mjs'

const columns = `position, stream, version, commit_id, commit_index, type, schema_version, data,
  occurred_at, recorded_at, actor, correlation_id, causation_id`
const row = (position, stream, version, commitId, index) =>
  `(${position}, '${stream}', ${version}, '${commitId}', ${index}, 'x', 1, '0', 0, 0, null, null, null)`

const refused = {
  'an update': 'update decider_events set version = version',
  'an update or replace': 'update or replace decider_events set version = 1',
  'a delete': 'delete from decider_events',
  'a delete of one': 'delete from decider_events where position = 2',
  'a replaced position': `insert or replace into decider_events (${columns}) values ${row(1, 'a', 3, 'c9', 0)}`,
  'a replaced version': `insert or replace into decider_events (${columns}) values ${row(3, 'a', 2, 'c9', 0)}`,
  'a replaced commit': `insert or replace into decider_events (${columns}) values ${row(3, 'a', 3, 'c1', 0)}`,
  'a replace': `replace into decider_events (${columns}) values ${row(1, 'a', 1, 'c1', 0)}`,
  'an upsert': `insert into decider_events (${columns}) values ${row(1, 'a', 1, 'c1', 0)}
    on conflict do update set type = 'y'`,
  'a gap in a stream': `insert into decider_events (${columns}) values ${row(3, 'a', 4, 'c9', 0)}`,
  'a position without a number': `insert into decider_events (${columns}) values ${row('null', 'a', 3, 'c9', 0)}`,
  'a gap in the order': `insert into decider_events (${columns}) values ${row(9, 'a', 3, 'c9', 0)}`,
}

export const schemaContract = (make) => {
  describe('The database of a Durable Object', () => {
    for (const [what, text] of Object.entries(refused)) {
      it(`refuses ${what}`, async () => {
        const { stub, store } = make()
        await store.append(commitOf('a', 'c1', noStream, 1, 2))()
        const before = await everything(store)
        expect(await stub.exec(text)).toMatch('append-only')
        expect(await everything(store)).toStrictEqual(before)
        expect(rightOf(await store.append(commitOf('a', 'c2', exactly(2), 3))())).toHaveLength(1)
      })
    }

    it('takes the event that is the next', async () => {
      const { stub, store } = make()
      await store.append(commitOf('a', 'c1', noStream, 1, 2))()
      const insert = `insert into decider_events (${columns}) values ${row(3, 'a', 3, 'c9', 0)}`
      expect(await stub.exec(insert)).toStrictEqual([])
      expect(await everything(store)).toHaveLength(3)
    })

    it('stores nothing of a commit with one event that is too large', async () => {
      const { store } = make()
      const failed = await store.append(
        commitOf('a', 'c1', noStream, 1, 'x'.repeat(3_000_000), 3),
      )()
      expect(leftOf(failed)).toMatchObject({ type: 'StoreUnavailable', operation: 'append' })
      expect(leftOf(failed).cause).toBeInstanceOf(Error)
      expect(await everything(store)).toStrictEqual([])
      expect(rightOf(await store.append(commitOf('a', 'c1', noStream, 1))())).toHaveLength(1)
    })

    it('is made anew where all of it was deleted', async () => {
      const { stub, store } = make()
      await store.append(commitOf('a', 'c1', noStream, 1))()
      await stub.clear()
      expect(rightOf(await store.load('a')())).toStrictEqual([])
      expect(await everything(store)).toStrictEqual([])
      await store.append(commitOf('a', 'c1', noStream, 1))()
      await stub.clear()
      expect(rightOf(await store.append(commitOf('a', 'c1', noStream, 1))())).toHaveLength(1)
    })

    it('that can not be made is a failure to open it', async () => {
      const { stub, store } = make()
      await stub.exec('create view decider_events as select 1 as one')
      expect(leftOf(await store.load('a')())).toMatchObject({
        type: 'StoreUnavailable',
        operation: 'open',
      })
      await stub.exec('drop view decider_events')
      expect(await everything(store)).toStrictEqual([])
    })
  })
}
