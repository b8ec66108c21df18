// The contract of a store of events: every engine runs it. The numbers are those of the laws in
// src/store/EventStore.ts.
import fc from 'fast-check'
import { isRight, left, right } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import { eventCodecOf } from '../../src/codec/EventCodec.ts'
import { bigint, codec, date, eventCodec as eventsOf } from '../../src/codec/IoTs.ts'
import { catchUp } from '../../src/shell/Projector.ts'
import { checkCommit, isName } from '../../src/store/Engine.ts'
import type { EventStore, ReadOptions } from '../../src/store/EventStore.ts'
import { withCodec } from '../../src/store/Encoded.ts'
import { runs } from '../setup.ts'
import type { Encoded, MakeStore } from './commits.ts'
import {
  anyVersion,
  commit,
  commitOf,
  encoded,
  everything,
  exactly,
  invalidCommit,
  jsonData,
  leftOf,
  model,
  noStream,
  rightOf,
  repeated,
  severalStreams,
} from './commits.ts'
import { keptCommandsLaws } from './keptCommands.ts'
import { decisionLaws } from './decisions.ts'
import { pageLaws } from './pages.ts'
import { queryLaws } from './queries.ts'
import { severalStreamsLaws } from './severalStreams.ts'

/** What is asked of a store in the comparison with the model. */
type Action =
  | { readonly type: 'append' | 'refuse'; readonly commit: Encoded }
  | {
      readonly type: 'load'
      readonly stream: string
      readonly after: number
      readonly limit: number | undefined
    }
  | {
      readonly type: 'readAll'
      readonly after: number
      readonly limit: number
      readonly options: ReadOptions
    }

const place = fc.oneof(fc.integer({ min: -2, max: 8 }), fc.constantFrom(Infinity, 1e300, NaN))

const options: fc.Arbitrary<ReadOptions> = fc.record({
  types: fc.option(fc.subarray(['Noted', 'Ändered', '{,"}', 'None', 'a\0b', '\ud800']), {
    nil: undefined,
  }),
  categories: fc.option(fc.subarray(['a', 'ç/1', 'a-1', '', 'a\0b', '\ud800']), { nil: undefined }),
})

const actions: fc.Arbitrary<ReadonlyArray<Action>> = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.record({ type: fc.constant('append'), commit: severalStreams }) },
    { weight: 1, arbitrary: fc.record({ type: fc.constant('refuse'), commit: invalidCommit }) },
    {
      weight: 2,
      arbitrary: fc.record({
        type: fc.constant('load'),
        stream: fc.constantFrom('a', 'a-1', 'ç/1', 'none', '', 'a\0b', '\ud800'),
        after: place,
        limit: fc.option(place, { nil: undefined }),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ type: fc.constant('readAll'), after: place, limit: place, options }),
    },
  ),
  { maxLength: 25, size: 'max' },
)

/** Data that is easily lost or bent on the way into a database and back. */
const delicate: Readonly<Record<string, unknown>> = {
  'the largest whole numbers': [Number.MAX_SAFE_INTEGER, -Number.MAX_SAFE_INTEGER],
  'small and large numbers': [1e-7, 5e-324, 1.7976931348623157e308, 0.1 + 0.2, 1e21],
  'empty things': ['', {}, [], null, { '': '' }],
  'what looks like something else': ['null', '{}', '1996-07-04T00:00:00.000Z', '$1', '%s', '\\n'],
  'control characters, NUL among them': '\u0000\u0001\b\t\n\r\u001f\u007f\u2028\u2029',
  'half a surrogate pair': ['\ud83d', '\ude00', { '\ud83d': 1 }],
  'characters of all planes': 'aÄ\u0301ßあ\ud83d\ude00\u202e\ufffd',
  'a text of a million characters': 'x"\\'.repeat(333_333),
  'deep nesting': Array.from({ length: 150 }).reduce<unknown>((inner) => ({ in: [inner] }), 1) && {
    a: Array.from({ length: 90 }).reduce<unknown>((inner) => ({ in: [inner] }), 1),
  },
  'names of its own': { constructor: 1, toString: 2, hasOwnProperty: 3, position: 4 },
  'keys in their order': { b: 1, a: 2, c: { z: 1, y: 2 } },
  'C18 quotes and SQL': `'); drop table decider_events; -- " \\' $$ $function$ E'\\''`,
}

type Priced =
  | { readonly type: 'Priced'; readonly at: Date; readonly amount: bigint }
  | { readonly type: 'Dropped' }

const priced = eventCodecOf<Priced>({
  Priced: codec(t.type({ type: t.literal('Priced'), at: date, amount: bigint })),
  Dropped: codec(t.type({ type: t.literal('Dropped') })),
})

export const eventStoreContract = (name: string, makeStore: MakeStore): void => {
  describe(`${name} keeps the contract of a store`, () => {
    asTheModel(makeStore)
    laws(makeStore)
    pageLaws(makeStore)
    severalStreamsLaws(makeStore)
    queryLaws(makeStore)
    decisionLaws(makeStore)
    keptCommandsLaws(makeStore)
    concurrency(makeStore)
    chains(makeStore)
    fidelity(makeStore)
    pitfalls(makeStore)
  })
}

const asTheModel = (makeStore: MakeStore): void => {
  it('laws 1–6, 8 and 10–12: whatever is asked, it answers as the model does', async () => {
    await fc.assert(
      fc.asyncProperty(actions, async (asked) => {
        let time = 0
        const store = await makeStore(() => time)
        const expected = model(() => time)
        for (const action of asked) {
          time += 1_000
          await check(store, expected, action)
        }
        expect(await everything(store)).toStrictEqual(expected.readAll(0, Infinity).events)
      }),
      { numRuns: runs(60) },
    )
  })
}

const laws = (makeStore: MakeStore): void => {
  it('law 1: an append with one event that it refuses, or a conflict, stores none', async () => {
    const store = await makeStore()
    const refused = await store.append(commitOf('a', 'c1', noStream, 1, 2, new Date(0), 4))()
    expect(leftOf(refused).type).toBe('InvalidCommit')
    const conflict = await store.append(commitOf('a', 'c1', exactly(1), 1, 2))()
    expect(leftOf(conflict).type).toBe('VersionConflict')
    expect(await everything(store)).toStrictEqual([])
    const appended = await store.append(commitOf('a', 'c1', noStream, 1))()
    expect(rightOf(appended)[0]).toMatchObject({ version: 1, event: encoded(1) })
  })

  it('law 4: page by page, every event comes once and in order of position', async () => {
    const store = await makeStore()
    for (const n of [1, 2, 3, 4, 5, 6]) {
      await store.append(commitOf(`s${n % 2}`, `c${n}`, anyVersion, n, -n))()
    }
    const all = await everything(store)
    const positions = all.map(({ position }) => position)
    expect(positions).toStrictEqual([...new Set(positions)].sort((a, b) => a - b))
    const paged = []
    for (let after = 0; ;) {
      const page = rightOf(await store.readAll(after, 5)())
      paged.push(...page.events)
      after = page.end
      if (after >= page.head) break
    }
    expect(paged).toStrictEqual(all)
  })

  it('law 5: a stream in the global order is the stream as it is loaded', async () => {
    const store = await makeStore()
    for (const n of [1, 2, 3, 4, 5, 6]) {
      await store.append(commitOf(`s${n % 3}`, `c${n}`, anyVersion, n, -n))()
    }
    const all = await everything(store)
    for (const stream of ['s0', 's1', 's2']) {
      const loaded = rightOf(await store.load(stream)())
      expect(loaded).toHaveLength(4)
      expect(all.filter((event) => event.stream === stream)).toStrictEqual(loaded)
    }
  })

  it('law 7: sent again, whatever it expects by then, a commit gives what was recorded', async () => {
    let time = 1
    const store = await makeStore(() => time++)
    const sent = commitOf('a', 'c1', noStream, 'x', 'y')
    const recorded = rightOf(await store.append(sent)())
    await store.append(commitOf('a', 'c2', exactly(2), 'z'))()
    for (const expected of [noStream, anyVersion, exactly(2), exactly(9)]) {
      expect(await store.append({ ...sent, expected })()).toStrictEqual(right(repeated(recorded)))
    }
    expect(await everything(store)).toHaveLength(3)
  })

  it('law 8: an append that names a mark is refused on another history of the same length', async () => {
    const store = await makeStore()
    const [first] = rightOf(await store.append(commitOf('a', 'c1', noStream, 1))())
    const mark = { commitId: first?.commitId ?? '', position: first?.position ?? 0 }
    const next = commitOf('a', 'c3', { type: 'Exactly', version: 1, mark }, 3)
    expect(rightOf(await store.append(next)())).toHaveLength(1)
    const restored = await makeStore()
    await restored.append(commitOf('a', 'c2', noStream, 2))()
    const refused = leftOf(await restored.append(next)())
    expect(refused).toMatchObject({ type: 'VersionConflict', actual: 1 })
  })

  it('law 8: a commit may name the one before it by its id alone', async () => {
    const store = await makeStore()
    const after = (version: number, commitId: string) => ({
      ...commitOf('a', `c${version + 1}`, exactly(version), version),
      expected: { type: 'Exactly', version, mark: { commitId } } as const,
    })
    await store.append(commitOf('a', 'c1', noStream, 0))()
    expect(rightOf(await store.append(after(1, 'c1'))())).toHaveLength(1)
    expect(rightOf(await store.append(after(2, 'c2'))())).toHaveLength(1)
    const { expected, ...last } = after(3, 'c2')
    expect(await store.append({ ...last, expected })()).toStrictEqual(
      left({ type: 'VersionConflict', stream: 'a', expected, actual: 3 }),
    )
    const absent = { ...last, stream: 'b', expected: { ...expected, version: 0 } }
    expect(leftOf(await store.append(absent)())).toMatchObject({ stream: 'b', actual: 0 })
  })

  it('law 9: a call ends before it begins where its signal was aborted or it has no time', async () => {
    const store = await makeStore()
    const options = [{ signal: AbortSignal.abort('enough') }, { timeout: 0 }, { timeout: NaN }]
    for (const [i, option] of options.entries()) {
      const reason = i === 0 ? 'Aborted' : 'TimedOut'
      const cause = i === 0 ? 'enough' : undefined
      const calls = {
        load: store.load('a', 0, option),
        append: store.append(commitOf('a', 'c1', noStream, 1), option),
        readAll: store.readAll(0, 1, option),
      }
      for (const [operation, call] of Object.entries(calls)) {
        expect(leftOf(await call())).toStrictEqual({
          type: 'GivenUp',
          operation,
          reason,
          outcome: 'NotStored',
          cause,
        })
      }
    }
    const inTime = { signal: new AbortController().signal, timeout: 2 ** 40 }
    expect(rightOf(await store.append(commitOf('a', 'c1', noStream, 1), inTime)())).toHaveLength(1)
    expect(rightOf(await store.load('a', 0, inTime)())).toHaveLength(1)
    const nothing = rightOf(await store.readAll(0, 9, { ...inTime, types: ['None'] })())
    expect(nothing).toStrictEqual({ events: [], end: 1, head: 1 })
  })

  it('what is handed in can be changed afterwards, and nothing stored changes', async () => {
    const store = await makeStore()
    const data = { list: [1] }
    await store.append(commitOf('a', 'c1', noStream, data))()
    data.list.push(2)
    expect(rightOf(await store.load('a')())[0]?.event.data).toStrictEqual({ list: [1] })
  })
}

const check = async (
  store: Awaited<ReturnType<MakeStore>>,
  expected: ReturnType<typeof model>,
  action: Action,
): Promise<void> => {
  switch (action.type) {
    case 'append':
      expect(await store.append(action.commit)()).toStrictEqual(expected.append(action.commit))
      return
    case 'refuse':
      expect(leftOf(await store.append(action.commit)())).toMatchObject({
        type: 'InvalidCommit',
        stream: action.commit.stream,
      })
      return
    case 'load': {
      const { stream, after, limit } = action
      expect(await store.load(stream, after, { limit })()).toStrictEqual(
        right(expected.load(stream, after, limit)),
      )
      return
    }
    case 'readAll': {
      const { after, limit, options } = action
      expect(await store.readAll(after, limit, options)()).toStrictEqual(
        right(expected.readAll(after, limit, options)),
      )
    }
  }
}

const ten = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]

const concurrency = (makeStore: MakeStore): void => {
  it('law 3: of many appends at once that expect the same version, one wins', async () => {
    const store = await makeStore()
    for (const [round, expected] of [noStream, exactly(2), exactly(4)].entries()) {
      const results = await Promise.all(
        ten.map((n) => store.append(commitOf('a', `c${round}-${n}`, expected, n, n))()),
      )
      const failures = results.flatMap((result) => (result._tag === 'Left' ? [result.left] : []))
      const actual = (round + 1) * 2
      const conflict = { type: 'VersionConflict', stream: 'a', expected, actual }
      expect(failures).toStrictEqual(Array.from({ length: 9 }, () => conflict))
    }
    const versions = rightOf(await store.load('a')()).map(({ version }) => version)
    expect(versions).toStrictEqual([1, 2, 3, 4, 5, 6])
  })

  it('law 2: many appends at once that expect any version all win, without gap or repeat', async () => {
    const store = await makeStore()
    await Promise.all(ten.map((n) => store.append(commitOf('a', `c${n}`, anyVersion, n, n))()))
    const loaded = rightOf(await store.load('a')())
    expect(loaded.map(({ version }) => version)).toStrictEqual(
      [...Array(20).keys()].map((n) => n + 1),
    )
    // the events of a commit stand together
    const ids = loaded.map(({ commitId }) => commitId)
    expect(ids.filter((id, i) => i % 2 === 0 && id !== ids[i + 1])).toStrictEqual([])
  })

  it('law 6: one commit sent many times at once is stored once', async () => {
    const store = await makeStore()
    const sent = commitOf('a', 'c1', noStream, 1, 2)
    const results = await Promise.all(ten.map(() => store.append(sent)()))
    const stored = await everything(store)
    expect(stored).toHaveLength(2)
    const isFirst = (result: (typeof results)[number]) => rightOf(result).repeated === undefined
    expect(results.filter(isFirst)).toStrictEqual([right(stored)])
    for (const result of results) expect([...rightOf(result)]).toStrictEqual(stored)
  })
}

const chains = (makeStore: MakeStore): void => {
  it('law 13: followers are stored as appends one by one would be, up to the first that is not stored now', async () => {
    // few commit ids, so that some are stored already; and expectations that often hold
    const inA = fc
      .tuple(commit, fc.nat({ max: 3 }))
      .map(([one, any]) => ({ ...one, stream: 'a', expected: any > 0 ? anyVersion : one.expected }))
    const chain = fc.tuple(inA, fc.array(fc.oneof({ weight: 9, arbitrary: inA }, invalidCommit), { maxLength: 4 })) // prettier-ignore
    await fc.assert(
      fc.asyncProperty(fc.array(chain, { maxLength: 5 }), async (sent) => {
        let time = 0
        const store = await makeStore(() => time)
        const expected = model(() => time)
        for (const [first, followers] of sent) {
          time++
          const answer = expected.append(first)
          const appended = await store.append({ ...first, followers })()
          if (answer._tag === 'Left') {
            expect(appended).toStrictEqual(answer)
            continue
          }
          const answers: Array<unknown> = []
          let last: ReturnType<typeof expected.append> | undefined = answer
          for (const follower of followers) {
            if (last?._tag !== 'Right' || 'repeated' in last.right) break
            // the model takes whatever it is given
            last = isRight(checkCommit(follower)) ? expected.append(follower) : undefined
            answers.push(last ?? left(expect.objectContaining({ type: 'InvalidCommit' })))
          }
          const told = rightOf(appended)
          expect([...told]).toStrictEqual([...answer.right])
          expect(told.repeated ?? false).toBe('repeated' in answer.right)
          expect(told.followers).toStrictEqual(answers)
          expect(await everything(store)).toStrictEqual(expected.readAll(0, Infinity).events)
        }
      }),
      { numRuns: runs(40) },
    )
  })

  it('law 13: what was decided on a commit is not stored after another one with its id', async () => {
    const store = await makeStore()
    // somebody else used the id first, for something else
    rightOf(await store.append(commitOf('a', 'c1', noStream, 'other'))())
    const mine = { ...commitOf('a', 'c1', noStream, 'mine'), followers: [commitOf('a', 'c2', { type: 'Exactly', version: 1, mark: { commitId: 'c1' } }, 'on mine')] } // prettier-ignore
    const told = rightOf(await store.append(mine)())
    expect(told).toMatchObject({ repeated: true, followers: [] })
    expect((await everything(store)).map(({ event }) => event.data)).toStrictEqual(['other'])
  })

  it('law 13: followers are of the stream of the commit that they follow', async () => {
    const store = await makeStore()
    const followers = [commitOf('b', 'c2', noStream, 2), commitOf('a', 'c3', exactly(1), 3)]
    const told = rightOf(await store.append({ ...commitOf('a', 'c1', noStream, 1), followers })())
    expect(told.followers).toHaveLength(1)
    expect(told.followers?.[0]).toMatchObject({
      left: { type: 'InvalidCommit', stream: 'b', issues: [{ path: ['stream'], actual: 'b' }] },
    })
    expect(await everything(store)).toHaveLength(1)
  })

  it('law 13: of chains at once, each is stored as a whole or conflicts as a whole', async () => {
    const store = await makeStore()
    const chain = (n: number) => {
      const [head, ...followers] = ten.map((i) =>
        commitOf('a', `c${n}-${i}`, i === 0 ? noStream : exactly(i), n),
      )
      return store.append({ ...(head ?? expect.unreachable()), followers })()
    }
    const results = await Promise.all(ten.map(chain))
    const stored = results.flatMap((result) => (result._tag === 'Right' ? [result.right] : []))
    expect(stored).toHaveLength(1)
    expect(stored[0]?.followers?.map(({ _tag }) => _tag)).toStrictEqual(Array(9).fill('Right'))
    const all = await everything(store)
    expect(all.map(({ version }) => version)).toStrictEqual(ten.map((n) => n + 1))
    expect(new Set(all.map(({ event }) => event.data)).size).toBe(1)
  })
}

const fidelity = (makeStore: MakeStore): void => {
  it.each(Object.keys(delicate))('gives back %s', async (what) => {
    const data = delicate[what]
    const store = await makeStore()
    const appended = rightOf(await store.append(commitOf('a', 'c1', noStream, data))())
    const stored = await everything(store)
    expect(stored).toStrictEqual(appended)
    expect(JSON.stringify(stored[0]?.event.data)).toBe(JSON.stringify(data))
    expect(stored[0]?.event.data).toStrictEqual(data)
  })

  it('gives back whatever JSON can hold', async () => {
    const store = await makeStore()
    let n = 0
    await fc.assert(
      fc.asyncProperty(jsonData, async (data) => {
        const stream = `s${++n}`
        await store.append(commitOf(stream, stream, noStream, data))()
        const [stored] = rightOf(await store.load(stream)())
        expect(stored?.event.data).toStrictEqual(data)
      }),
    )
  })

  it('gives back the longest names that a commit may have, whatever they are made of', async () => {
    const store = await makeStore()
    // no two alike, so that nothing shortens them
    const longest = (from: number): string => {
      let text = ''
      for (let n = 0; isName(text + '\u4e00'); n++) {
        text += String.fromCharCode(0x4e00 + ((from + n * 7_919) % 20_000))
      }
      return text
    }
    const [stream, commitId] = [longest(1), longest(2)]
    const appended = rightOf(await store.append(commitOf(stream, commitId, noStream, 1))())
    expect(await store.load(stream)()).toStrictEqual(right(appended))
    expect(await store.append(commitOf(stream, commitId, noStream, 1))()).toStrictEqual(
      right(repeated(appended)),
    )
  })

  it('takes names that differ in anything for different ones', async () => {
    const store = await makeStore()
    const names = [
      'a',
      'A',
      'ä',
      'a\u0308',
      'a ',
      ' a',
      'a\u200b',
      'ss',
      'ß',
      '%',
      '_',
      '\u{1f600}',
    ]
    for (const stream of names) {
      expect(
        rightOf(await store.append(commitOf(stream, stream, noStream, stream))()),
      ).toHaveLength(1)
    }
    for (const stream of names) {
      const loaded = rightOf(await store.load(stream)())
      expect(loaded.map(({ event }) => event.data)).toStrictEqual([stream])
    }
  })
}

const propose = <E>(stream: string, commitId: string, ...[head, ...tail]: [E, ...Array<E>]) => {
  const proposed = (event: E) => ({ occurredAt: 0, event })
  const events = [proposed(head), ...tail.map(proposed)] as const
  return { stream, commitId, expected: anyVersion, events }
}

const dropped: Priced = { type: 'Dropped' }

const pitfalls = (makeStore: MakeStore): void => {
  it('C14 a version gap, an unknown event type and any payload are refused', async () => {
    const raw = await makeStore()
    const store: EventStore<Priced> = withCodec(priced)(raw)
    await store.append(propose('a', 'c1', dropped))()

    const gap = await store.append({ ...propose('a', 'c2', dropped), expected: exactly(5) })()
    expect(leftOf(gap)).toMatchObject({ type: 'VersionConflict', actual: 1 })

    const alien = { type: 'Lost' } as unknown as Priced // what the types would not let through
    const unknown = leftOf(await store.append(propose('a', 'c2', dropped, alien))())
    expect(unknown).toMatchObject({ type: 'UnencodableEvent', index: 1, eventType: 'Lost' })

    const bent = { type: 'Priced', at: 'today', amount: 1n } as unknown as Priced // the same
    const payload = leftOf(await store.append(propose('a', 'c2', bent))())
    expect(payload).toMatchObject({ type: 'UnencodableEvent', path: 'at', eventType: 'Priced' })
    expect(await everything(raw)).toHaveLength(1)

    await raw.append(commitOf('b', 'c3', noStream, { type: 'Noted' }))()
    expect(leftOf(await store.load('b')())).toMatchObject({
      type: 'UndecodableEvent',
      stream: 'b',
      version: 1,
      position: 2,
      eventType: 'Noted',
    })
    expect(leftOf(await store.readAll(0, 10)()).type).toBe('UndecodableEvent')
  })

  it('C15 dates and bigints survive', async () => {
    const raw = await makeStore()
    const store = withCodec(priced)(raw)
    const event: Priced = { type: 'Priced', at: new Date(836_438_400_123), amount: 2n ** 70n }
    await store.append(propose('a', 'c1', event))()
    const [loaded] = rightOf(await store.load('a')())
    expect(loaded?.event).toStrictEqual(event)
  })

  it('the mark of an event that older programs may pass over is kept', async () => {
    const inner = await makeStore()
    const older = eventsOf({ Added: { n: t.number } })
    const newer = eventsOf(
      { Added: { n: t.number }, Noted: { text: t.string } },
      { skippable: ['Noted'] },
    )
    const events = [
      { occurredAt: 0, event: { type: 'Noted', text: 'a' } },
      { occurredAt: 0, event: { type: 'Added', n: 1 } },
      { occurredAt: 0, event: { type: 'Noted', text: 'b' } },
    ] as const
    const append = { stream: 's', expected: noStream, commitId: 'c1', events }
    rightOf(await withCodec(newer)(inner).append(append)())
    expect(rightOf(await withCodec(newer)(inner).load('s')())).toMatchObject(events)
    const store = withCodec(older)(inner)
    const { events: read, end } = rightOf(await store.readAll(0, 2)())
    expect(end).toBe(2)
    for (const loaded of [rightOf(await store.load('s')()), read]) {
      expect(loaded.map(({ version, event }) => [version, event])).toStrictEqual([
        [2, { type: 'Added', n: 1 }],
      ])
    }
    const more = { ...append, expected: exactly(3), commitId: 'c2', events: [events[1]] } as const
    expect(rightOf(await store.append(more)())).toMatchObject([{ version: 4 }])
  })

  it('C16 three events are delivered as three', async () => {
    const store = await makeStore()
    expect(rightOf(await store.append(commitOf('a', 'c1', noStream, 1, 2, 3))())).toHaveLength(3)
    expect(rightOf(await store.load('a')())).toHaveLength(3)
    const seen = { initialState: 0, evolve: (n: number) => n + 1 }
    for (const pageSize of [1, 2, 1_000]) {
      const caughtUp = await catchUp(store, seen, { pageSize })({ position: 0, state: 0 })()
      expect(rightOf(caughtUp).state).toBe(3)
    }
  })

  it('C18 the version counts events, not commits', async () => {
    const store = await makeStore()
    await store.append(commitOf('a', 'c1', noStream, 1, 2, 3))()
    await store.append(commitOf('a', 'c2', exactly(3), 4, 5))()
    const late = await store.append(commitOf('a', 'c3', exactly(2), 6))()
    expect(leftOf(late)).toMatchObject({ type: 'VersionConflict', actual: 5 })
  })

  it('C18 a creation race gives a VersionConflict', async () => {
    const store = await makeStore()
    const results = await Promise.all([
      store.append(commitOf('a', 'c1', noStream, 1))(),
      store.append(commitOf('a', 'c2', noStream, 2))(),
    ])
    // either may come first where they have a connection each
    expect(results.filter(({ _tag }) => _tag === 'Right')).toHaveLength(1)
    expect(results).toContainEqual(
      left({ type: 'VersionConflict', stream: 'a', expected: noStream, actual: 1 }),
    )
  })
}
