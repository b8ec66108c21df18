import * as E from 'fp-ts/lib/Either.js'
import { left, right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { AppendFailure } from '../../../src/store/EventStore.ts'
import { memoryStore } from '../../../src/store/Memory.ts'
import type { HistoryRecord } from '../../../src/testing/history.ts'
import { historyRecorder, recordReadModel, recordStore } from '../../../src/testing/history.ts'
import { repeated, rightOf } from '../../contract/commits.ts'
import { anyVersion, commitOf, exactly, noStream, noted, recording } from './support.ts'
import type { Store } from './tinyStore.ts'

const answers = (records: ReadonlyArray<HistoryRecord>) =>
  records.flatMap((record) => (record.type === 'Answered' ? [record.answer] : []))
const calls = (records: ReadonlyArray<HistoryRecord>) =>
  records.flatMap((record) => (record.type === 'Called' ? [record.call] : []))

const seen = (version: number, stream: string) => ({
  stream,
  version,
  position: version,
  commitId: 'c1',
  digest: expect.any(Number) as number,
})

describe('a recorded store', () => {
  it('records followers as commits of their own, also those that were not tried', async () => {
    const followers = ['c2', 'c3', 'c4'].map((id, i) => commitOf('a', id, exactly(i + 1)))
    const sent = { ...commitOf('a', 'c1', noStream), followers }
    const stored = { type: 'Stored' }
    const notStored = { type: 'NotStored', reason: 'a commit before it was not stored now' }
    const inner = memoryStore({ now: () => 1 })
    const run = async (store: Store) => {
      const { records, recorder } = recording()
      await recordStore(store, recorder, 'ann')
        .append(sent)()
        .catch(() => undefined)
      return answers(records)
    }
    await inner.append(commitOf('b', 'c3', noStream))()
    expect(await run(inner)).toMatchObject([stored, stored, { type: 'CommitIdTaken' }, notStored])
    const cause = { type: 'StoreUnavailable', operation: 'append', cause: 'x' } as const
    const silent = { ...inner, append: () => () => Promise.resolve(left(cause)) }
    const unknown = { type: 'Unknown' }
    // c1 is known: a first attempt of the same append may have stored it, and what follows
    expect(await run(inner)).toMatchObject([stored, unknown, unknown, unknown])
    expect(await run(silent)).toMatchObject([unknown, unknown, unknown, unknown])
    const broken = { ...inner, append: () => () => Promise.reject(new Error('broken')) }
    expect(await run(broken)).toMatchObject([unknown, unknown, unknown, unknown])
  })

  it('answers as the store does, and each call and answer is recorded when it comes', async () => {
    const { records, recorder } = recording()
    const inner = memoryStore({ now: () => 1 })
    const store = recordStore(inner, recorder, 'ann')
    const commit = commitOf('a-1', 'c1', anyVersion, { events: [noted(1), noted(2)] })
    const appended = await store.append(commit)()
    expect(await inner.append(commit)()).toStrictEqual(right(repeated(rightOf(appended))))
    expect(await store.load('a-1', 1)()).toStrictEqual(await inner.load('a-1', 1)())
    expect(await store.readAll(0, 1)()).toStrictEqual(await inner.readAll(0, 1)())
    expect(answers(records)).toStrictEqual([
      { type: 'Stored', events: [seen(1, 'a-1'), seen(2, 'a-1')] },
      { type: 'Loaded', events: [seen(2, 'a-1')] },
      { type: 'Page', events: [seen(1, 'a-1')], end: 1, head: 2 },
    ])
    expect(records.map(({ type, id, at }) => `${type} ${id} ${at}`)).toStrictEqual([
      'Called 1 1',
      'Answered 1 2',
      'Called 2 3',
      'Answered 2 4',
      'Called 3 5',
      'Answered 3 6',
    ])
  })

  it('passes all arguments on, and records what is asked as JSON can hold it', async () => {
    const { records, recorder } = recording()
    const asked: Array<unknown> = []
    const inner: Store = {
      ...memoryStore(),
      load: (...all) => {
        asked.push(all)
        return memoryStore().load(...all)
      },
      readAll: (...all) => {
        asked.push(all)
        return memoryStore().readAll(...all)
      },
    }
    const store = recordStore(inner, recorder, 'ann')
    const options = { types: ['Noted'], categories: ['a'], timeout: 9 }
    await store.load('a-1')()
    await store.load('a-1', 2.5, { limit: 3, timeout: 9 })()
    await store.readAll(-1, Infinity)()
    await store.readAll(NaN, 2, options)()
    expect(asked).toStrictEqual([
      ['a-1', undefined, undefined],
      ['a-1', 2.5, { limit: 3, timeout: 9 }],
      [-1, Infinity, undefined],
      [NaN, 2, options],
    ])
    const all = Number.MAX_SAFE_INTEGER
    expect(calls(records)).toStrictEqual([
      { type: 'Load', stream: 'a-1', afterVersion: 0, limit: all },
      { type: 'Load', stream: 'a-1', afterVersion: 2, limit: 3 },
      { type: 'ReadAll', afterPosition: 0, limit: all },
      { type: 'ReadAll', afterPosition: 0, limit: 2, types: ['Noted'], categories: ['a'] },
    ])
    expect(JSON.parse(JSON.stringify(records))).toStrictEqual(records)
  })

  it('records commits to several streams part by part', async () => {
    const { records, recorder } = recording()
    const also = [{ stream: 'b', expected: anyVersion, events: [noted(1), noted(2)] }]
    const more = { also, fingerprint: 'print' }
    await recordStore(memoryStore(), recorder, 'ann').append(
      commitOf('a', 'c1', anyVersion, more),
    )()
    expect(calls(records)).toMatchObject([
      {
        type: 'Append',
        commitId: 'c1',
        fingerprint: 'print',
        parts: [
          { stream: 'a', expected: anyVersion, digests: [expect.any(Number)] },
          { stream: 'b', expected: anyVersion, digests: [expect.any(Number), expect.any(Number)] },
        ],
      },
    ])
  })

  it('keeps what else the store has', () => {
    const blocked = () => undefined
    const inner = { ...memoryStore(), blocked }
    expect(recordStore(inner, recording().recorder, 'ann').blocked).toBe(blocked)
  })

  const conflict: AppendFailure = {
    type: 'VersionConflict',
    stream: 'a',
    expected: anyVersion,
    actual: 1,
  }
  const givenUp = (outcome: 'NotStored' | 'Unknown'): AppendFailure => ({
    type: 'GivenUp',
    operation: 'append',
    reason: 'TimedOut',
    outcome,
    cause: new Error('late'),
  })
  const issues = [{ path: [], expected: 'x', actual: 1 }] as const
  const event = { eventType: 'Noted', schemaVersion: 1, issues, path: '' }
  it.each<[AppendFailure, unknown]>([
    [conflict, conflict],
    [{ type: 'CommitIdTaken', commitId: 'c', stream: 'b' }, { type: 'CommitIdTaken', commitId: 'c', stream: 'b' }], // prettier-ignore
    [{ type: 'CommitIdReused', commitId: 'c', stream: 'a' }, { type: 'CommitIdReused', commitId: 'c', stream: 'a' }], // prettier-ignore
    [givenUp('NotStored'), { type: 'NotStored', reason: 'TimedOut' }],
    [givenUp('Unknown'), { type: 'Unknown', reason: 'TimedOut' }],
    [
      { type: 'StoreBusy', waiting: 1 },
      { type: 'NotStored', reason: 'StoreBusy' },
    ],
    [
      { type: 'InvalidCommit', stream: 'a', issues },
      { type: 'NotStored', reason: 'InvalidCommit' },
    ],
    [
      { type: 'UnencodableEvent', stream: 'a', index: 0, ...event },
      { type: 'NotStored', reason: 'UnencodableEvent' },
    ],
    [
      { type: 'UndecodableEvent', stream: 'a', version: 1, position: 1, ...event },
      { type: 'Unknown', reason: 'UndecodableEvent' },
    ],
    [
      { type: 'StoreUnavailable', operation: 'append', cause: 'cut' },
      { type: 'Unknown', reason: 'StoreUnavailable' },
    ],
  ])('records what a failure says of the commit: %j', async (failure, answer) => {
    const { records, recorder } = recording()
    const inner: Store = { ...memoryStore(), append: () => () => Promise.resolve(left(failure)) }
    const appended = await recordStore(inner, recorder, 'ann').append(
      commitOf('a', 'c', anyVersion),
    )()
    expect(appended).toStrictEqual(left(failure))
    expect(answers(records)).toStrictEqual([answer])
  })

  it('records reads that fail, and what throws, which it throws again', async () => {
    const { records, recorder } = recording()
    const cut = left({ type: 'StoreUnavailable', operation: 'load', cause: 'cut' } as const)
    const broken = new Error('broken')
    const failing: Store = {
      load: () => () => Promise.resolve(cut),
      readAll: () => () => Promise.resolve(cut),
      append: () => () => Promise.reject(broken),
    }
    const store = recordStore(failing, recorder, 'ann')
    expect(await store.load('a')()).toBe(cut)
    expect(await store.readAll(0, 1)()).toBe(cut)
    await expect(store.append(commitOf('a', 'c', anyVersion))()).rejects.toBe(broken)
    const throwing = { ...failing, load: () => () => Promise.reject(broken) }
    await expect(recordStore(throwing, recorder, 'ann').load('a')()).rejects.toBe(broken)
    expect(answers(records)).toStrictEqual([
      { type: 'NotRead', reason: 'StoreUnavailable' },
      { type: 'NotRead', reason: 'StoreUnavailable' },
      { type: 'Unknown', reason: 'Error: broken' },
      { type: 'NotRead', reason: 'Error: broken' },
    ])
  })

  it('has the name of its process in ids and clients', () => {
    const records: Array<HistoryRecord> = []
    const write = (record: HistoryRecord) => records.push(record)
    const recorder = historyRecorder({ now: () => 1, write, process: 'p1' })
    recorder.called('ann', { type: 'ReadModel', name: 'x' })({ type: 'NotRead', reason: '' })
    expect(records).toMatchObject([
      { type: 'Called', id: 'p1/1', client: 'p1/ann' },
      { type: 'Answered', id: 'p1/1' },
    ])
  })
})

it('a recorded read model is one that could be read', async () => {
  const { records, recorder } = recording()
  const read = { position: 3, state: { open: 1 }, more: true }
  const ok = recordReadModel(recorder, 'ann', 'x', () => Promise.resolve(right(read)))
  expect(await ok()).toStrictEqual(right(read))
  const failed = recordReadModel(recorder, 'ann', 'x', () => Promise.resolve(E.left('cut')))
  expect(await failed()).toStrictEqual(left('cut'))
  expect(answers(records)).toStrictEqual([
    { type: 'ReadModelState', position: 3, state: { open: 1 } },
    { type: 'NotRead', reason: 'the read failed' },
  ])
})
