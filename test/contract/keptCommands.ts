// Commits and the commands that are kept with them, on every engine. The numbers are those of the laws in
// src/store/EventStore.ts, or where it is said, in src/shell/CommandHandler.ts.
import fc from 'fast-check'
import { left, right } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { none, some } from 'fp-ts/lib/Option.js'
import * as t from 'io-ts'
import { expect, it } from 'vitest'
import type { EncodedEvent, EventCodec } from '../../src/codec/EventCodec.ts'
import { eventCodecOf, next } from '../../src/codec/EventCodec.ts'
import { codec, eventCodec, where } from '../../src/codec/IoTs.ts'
import { replay } from '../../src/Projection.ts'
import type { RecordedCommit } from '../../src/Recorded.ts'
import { commandHandler } from '../../src/shell/CommandHandler.ts'
import { commitPages, findCommit } from '../../src/shell/Reader.ts'
import { withCodec } from '../../src/store/Encoded.ts'
import type { EventStore } from '../../src/store/EventStore.ts'
import { runs } from '../setup.ts'
import type { Encoded, MakeStore, Stored } from './commits.ts'
import {
  anyVersion,
  commitOf,
  encoded,
  everything,
  jsonData,
  leftOf,
  noStream,
  rightOf,
  severalStreams,
} from './commits.ts'
import type { Add, Added } from './handler.ts'
import { add, addedCodec, sums } from './handler.ts'

type Commits = ReadonlyArray<RecordedCommit<EncodedEvent>>

const commands = fc
  .tuple(jsonData, fc.array(jsonData, { maxLength: 2 }))
  .map(([first, others]) => [encoded(first, 'Do'), ...others.map((data) => encoded(data))] as const)

const keeping: fc.Arbitrary<Encoded> = fc
  .tuple(severalStreams, fc.option(commands, { nil: undefined }))
  .map(([commit, kept]) => (kept === undefined ? commit : { ...commit, commands: kept }))

/** The commits that some events are of, with what was kept of those of some ids. */
const commitsOf = (events: Stored, kept: ReadonlyMap<string, Encoded['commands']>): Commits =>
  [...new Set(events.map(({ commitId }) => commitId))].map((commitId) => {
    const own = events.filter((event) => event.commitId === commitId)
    const [first] = own as [Stored[number]]
    const { stream, position, recordedAt, occurredAt, actor, correlationId, causationId } = first
    const written = [...new Set(own.map((event) => event.stream))].map((name) => {
      const versions = own.filter((event) => event.stream === name).map(({ version }) => version)
      return { stream: name, version: Math.min(...versions), lastVersion: Math.max(...versions) }
    })
    const sent = kept.get(commitId)
    return {
      commitId,
      stream,
      position,
      lastPosition: position + own.length - 1,
      recordedAt,
      occurredAt,
      actor,
      correlationId,
      causationId,
      streams: written as unknown as Commits[number]['streams'],
      condition: none,
      commands: sent === undefined ? none : some(sent),
    }
  })

const readerOf = (store: EventStore<EncodedEvent>) => {
  if (store.commits === undefined) throw new Error('the store tells no commits')
  return store.commits
}

/** All commits, page by page. */
const pageByPage = async (store: EventStore<EncodedEvent>, limit: number): Promise<Commits> => {
  const all: Array<Commits[number]> = []
  for (let after = 0; ;) {
    const { commits, end, head } = rightOf(await readerOf(store).read(after, limit)())
    all.push(...commits)
    expect(end).toBe(commits.length < limit ? head : commits.at(-1)?.lastPosition)
    if (end === head) return all
    after = end
  }
}

export const keptCommandsLaws = (makeStore: MakeStore): void => {
  it('law 17: the commits are those of the events, with the commands that were appended first', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(keeping, { maxLength: 8 }),
        fc.integer({ min: 1, max: 3 }),
        async (sent, limit) => {
          let time = 0
          const store = await makeStore(() => ++time)
          const kept = new Map<string, Encoded['commands']>()
          for (const commit of sent) {
            const answer = await store.append(commit)()
            if (answer._tag === 'Left' || answer.right.repeated === true) continue
            kept.set(commit.commitId, commit.commands)
          }
          const expected = commitsOf(await everything(store), kept)
          expect(await pageByPage(store, limit)).toStrictEqual(expected)
          for (const commit of expected) {
            const found = await readerOf(store).find(commit.commitId)()
            expect(found).toStrictEqual(right(some(commit)))
          }
        },
      ),
      { numRuns: runs(12) },
    )
  })

  it('law 17: a page begins with the first whole commit after a position', async () => {
    const store = await makeStore()
    const reader = readerOf(store)
    expect(await reader.read(0, 9)()).toStrictEqual(right({ commits: [], end: 0, head: 0 }))
    expect(await reader.read(7, 9)()).toStrictEqual(right({ commits: [], end: 7, head: 0 }))
    await store.append(commitOf('a', 'c1', noStream, 1, 2, 3))()
    await store.append(commitOf('a', 'c2', anyVersion, 4))()
    const idsAfter = async (after: number, limit: number) => {
      const { commits, end } = rightOf(await reader.read(after, limit)())
      return [...commits.map(({ commitId }) => commitId), end]
    }
    expect(await idsAfter(-1, 1)).toStrictEqual(['c1', 3])
    expect(await idsAfter(0, 2)).toStrictEqual(['c1', 'c2', 4])
    for (const after of [1, 2, 3]) expect(await idsAfter(after, 9)).toStrictEqual(['c2', 4])
    expect(await idsAfter(4, 9)).toStrictEqual([4])
    for (const limit of [0, -1, NaN, 0.5]) expect(await idsAfter(1, limit)).toStrictEqual([1])
    for (const id of ['c3', '', 'a\0b', '\ud800']) {
      expect(await reader.find(id)()).toStrictEqual(right(none))
    }
  })

  it('what is kept comes back as it was', async () => {
    const store = await makeStore()
    const sent = ['\u0000\ud83d', `'); drop table -- $1`, { b: 1, a: [null, ''] }, 'x"\\'.repeat(9)]
    const [first, ...others] = sent.map((data) => encoded(data, '{,"}'))
    const kept = [first as EncodedEvent, ...others] as const
    rightOf(await store.append({ ...commitOf('a', 'c1', noStream, 1), commands: kept })())
    const chain = {
      ...commitOf('a', 'c2', anyVersion, 1),
      followers: [{ ...commitOf('a', 'c3', anyVersion, 1), commands: kept }],
    }
    rightOf(await store.append(chain)())
    const ids = await pageByPage(store, 1)
    expect(ids.map(({ commands }) => commands)).toStrictEqual([some(kept), none, some(kept)])
  })

  it('a commit with commands that no store keeps is refused', async () => {
    const store = await makeStore()
    const refused = async (...kept: ReadonlyArray<EncodedEvent>) => {
      const commit = { ...commitOf('a', 'c1', noStream, 1), commands: kept } as unknown as Encoded
      const failure = leftOf(await store.append(commit)())
      return failure.type === 'InvalidCommit' && failure.issues[0].path
    }
    const fine = encoded(1)
    expect(await refused()).toStrictEqual(['commands'])
    expect(await refused(fine, encoded(1, ''))).toStrictEqual(['commands', 1, 'type'])
    expect(await refused({ ...fine, schemaVersion: 0 })).toStrictEqual(['commands', 0, 'schemaVersion']) // prettier-ignore
    expect(await refused(encoded({ at: new Date(0) }))).toStrictEqual(['commands', 0, 'data', 'at'])
    expect(await everything(store)).toStrictEqual([])
  })

  handlerLaws(makeStore)
}

const addV1 = eventCodec<Add>({ Add: { numbers: t.readonlyArray(t.number) } })

const allCommits = async <C>(store: EventStore<EncodedEvent>, commandsRead: EventCodec<C>) => {
  const all: Array<RecordedCommit<C>> = []
  for await (const page of commitPages(store, commandsRead, { pageSize: 2 })) {
    all.push(...rightOf(page).commits)
  }
  return all
}

const handlerLaws = (makeStore: MakeStore): void => {
  const handlerOver = (store: EventStore<EncodedEvent>) =>
    commandHandler({ decider: sums, store, events: addedCodec, keepCommands: addV1 })

  it('law 11 of handlers: the kept commands, decided on the state before, give the events', async () => {
    const numbers = fc.array(fc.integer({ min: -3, max: 5 }), { maxLength: 3 })
    const requests = fc
      .tuple(
        fc.constantFrom('a', 'b'),
        fc.nat({ max: 9 }),
        numbers,
        fc.array(numbers, { maxLength: 2 }),
      ) // prettier-ignore
      .map(([stream, n, head, tail]) => add(stream, `${stream}${n}`, head, ...tail))
    await fc.assert(
      fc.asyncProperty(fc.array(requests, { maxLength: 8 }), async (sent) => {
        const store = await makeStore()
        const [one, other] = [handlerOver(store), handlerOver(store)]
        await Promise.all(sent.map((request, i) => (i % 2 === 0 ? one : other)(request)()))
        const events = rightOf(await withCodec(addedCodec)(store).readAll(0, 1_000)()).events
        const commits = await allCommits(store, addV1)
        const ids = new Set(events.map(({ commitId }) => commitId))
        expect(commits.map(({ commitId }) => commitId)).toStrictEqual([...ids])
        for (const { commitId, stream, streams, commands: kept } of commits) {
          const mine = events.filter((event) => event.stream === stream)
          const before = mine.filter(({ version }) => version < streams[0].version)
          let state = replay(sums)(before.map(({ event }) => event))
          const decided: Array<Added> = []
          for (const command of kept._tag === 'Some' ? kept.value : []) {
            const now = rightOf(sums.decide(command, state))
            state = now.reduce((sum, event) => sums.evolve(sum, event), state)
            decided.push(...now)
          }
          const stored = mine.filter((event) => event.commitId === commitId)
          expect(decided).toStrictEqual(stored.map(({ event }) => event))
        }
      }),
      { numRuns: runs(12) },
    )
  })

  it('what was rejected or changed nothing leaves no commit', async () => {
    const store = await makeStore()
    const handle = handlerOver(store)
    expect(leftOf(await handle(add('a', 'c1', [-1]))()).type).toBe('Rejected')
    rightOf(await handle(add('a', 'c2', []))())
    rightOf(await handle(add('a', 'c3', [1], []))())
    expect(await allCommits(store, addV1)).toMatchObject([
      { commitId: 'c3', commands: some([{ numbers: [1] }, { numbers: [] }]) },
    ])
  })

  it('unknown fields are left out, of what is decided too; what the codec refuses is not decided', async () => {
    const store = await makeStore()
    const seen: Array<unknown> = []
    const handle = commandHandler({
      decider: { ...sums, decide: (c: Add, s: number) => (seen.push(c), sums.decide(c, s)) },
      store,
      events: addedCodec,
      keepCommands: addV1,
    })
    const more = { type: 'Add', numbers: [1], note: 'x' } as const
    rightOf(await handle({ ...add('a', 'c1', []), commands: [more] })())
    const kept = { type: 'Add', numbers: [1] }
    expect(seen).toStrictEqual([kept])
    expect(rightOf(await findCommit(store, addV1)('c1')())).toMatchObject(some({ commands: some([kept]) })) // prettier-ignore
    const wrong = { type: 'Add', numbers: ['1'] } as unknown as Add
    const failure = leftOf(await handle({ ...add('a', 'c2', []), commands: [more, wrong] })())
    expect(failure).toMatchObject({
      type: 'UnencodableCommand',
      stream: 'a',
      index: 1,
      commandType: 'Add',
      path: 'numbers[0]',
    })
    expect(seen).toHaveLength(1)
    expect(await everything(store)).toHaveLength(1)
  })

  it('kept commands are read as they are today, or the failure names commit and place', async () => {
    const store = await makeStore()
    const handle = handlerOver(store)
    rightOf(await handle(add('a', 'c1', [1]))())
    rightOf(await handle(add('b', 'c2', [2], [3, 4]))())
    type Sum = { readonly type: 'Add'; readonly total: number }
    const v1 = codec(t.type({ type: t.literal('Add'), numbers: t.array(t.number) }))
    const v2 = codec(t.type({ type: t.literal('Add'), total: t.number }))
    const today = eventCodecOf<Sum>({
      Add: pipe(
        v1,
        next(v2, ({ numbers }) => ({ type: 'Add', total: numbers.reduce((a, b) => a + b) })),
      ),
    })
    const commits = await allCommits(store, today)
    const totals = commits.map(({ commands: kept }) => kept._tag === 'Some' && kept.value)
    expect(totals).toMatchObject([[{ total: 1 }], [{ total: 2 }, { total: 7 }]])
    const single = where(t.array(t.number), ({ length }) => length === 1, 'one number')
    const onlyOne = t.type({ type: t.literal('Add'), numbers: single })
    const lost = eventCodecOf<t.TypeOf<typeof onlyOne>>({ Add: codec(onlyOne) })
    const pages = []
    for await (const page of commitPages(store, lost, { pageSize: 1 })) pages.push(page)
    const undecodable = {
      type: 'UndecodableCommand',
      commitId: 'c2',
      stream: 'b',
      position: 2,
      index: 1,
      commandType: 'Add',
      schemaVersion: 1,
    }
    expect(pages).toMatchObject([right({ end: 1, head: 4 }), left(undecodable)])
    expect(await findCommit(store, lost)('c2')()).toMatchObject(left(undecodable))
  })
}
