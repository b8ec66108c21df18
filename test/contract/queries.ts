// Tags, queries and conditions, on every engine. The numbers are those of the laws in
// src/store/EventStore.ts.
import fc from 'fast-check'
import { left, right } from 'fp-ts/lib/Either.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { expect, it } from 'vitest'
import type { Query, QueryItem, Tag } from '../../src/Query.ts'
import { everything as allEvents, nothing, tag } from '../../src/Query.ts'
import type { ReadOptions } from '../../src/store/EventStore.ts'
import { runs } from '../setup.ts'
import { plain } from '../support/plain.ts'
import type { Encoded, MakeStore } from './commits.ts'
import {
  anyVersion,
  commitOf,
  encoded,
  everything,
  exactly,
  leftOf,
  model,
  noStream,
  repeated,
  rightOf,
} from './commits.ts'

const course = tag('course')
const student = tag('student')

/** Some that are easily taken for others, and some that break SQL, arrays or JSON written by hand. */
const tags: ReadonlyArray<Tag> = [
  course('1'),
  course('2'),
  student('1'),
  tag('')(''),
  tag('COURSE')('1'),
  tag('a"b\\c{},')("'; drop table decider_tags; --"),
  tag('ÄA\u030a')('\u{1f600}\uffff'),
  tag('null')('NULL'),
]
const types = ['A', 'B', 'ä{,"}']

const someTags = fc.array(fc.constantFrom(...tags), { maxLength: 3 })

const item: fc.Arbitrary<QueryItem> = fc.record(
  {
    types: fc.array(fc.constantFrom(...types, 'None', '\ud800'), { maxLength: 2 }),
    // of no event: the tag of `nothing`, and one that no database holds
    tags: fc.array(fc.constantFrom(...tags, '' as Tag, 'a\0b' as Tag), { maxLength: 3 }),
  },
  { requiredKeys: [], noNullPrototype: true },
)

export const someQuery: fc.Arbitrary<Query> = fc
  .tuple(item, fc.array(item, { maxLength: 2 }))
  .map(([first, others]) => [first, ...others])

export const tagged: fc.Arbitrary<Encoded> = fc
  .tuple(
    plain({
      stream: fc.constantFrom('a', 'b-1'),
      expected: fc.constantFrom(anyVersion, anyVersion, anyVersion, noStream, exactly(1)),
      commitId: fc.integer({ min: 1, max: 15 }).map((n) => `c${n}`),
      condition: fc.option(
        plain({ query: someQuery, after: fc.oneof(fc.nat({ max: 12 }), fc.constant(0)) }),
        { nil: undefined, freq: 3 },
      ),
    }),
    fc.array(
      plain({
        occurredAt: fc.constant(0),
        event: fc.constantFrom(...types).map((type) => encoded(1, type)),
        tags: fc.option(someTags, { nil: undefined }),
      }),
      { minLength: 1, maxLength: 3 },
    ),
  )
  .map(([commit, events]) => ({ ...commit, events: events as unknown as Encoded['events'] }))

const options: fc.Arbitrary<ReadOptions> = fc.record({
  query: someQuery,
  types: fc.option(fc.subarray(types), { nil: undefined }),
  categories: fc.option(fc.subarray(['a', 'b']), { nil: undefined, freq: 2 }),
})

/** A commit of one event with tags. */
export const about = (
  commitId: string,
  given: ReadonlyArray<Tag>,
  condition?: Encoded['condition'],
  type = 'A',
  stream = commitId,
): Encoded => ({
  ...commitOf(stream, commitId, anyVersion, 1),
  events: [{ occurredAt: 0, event: encoded(1, type), tags: given }],
  condition,
})

export const queryLaws = (makeStore: MakeStore): void => {
  asTheModel(makeStore)
  laws(makeStore)
  atOnce(makeStore)
  pitfalls(makeStore)
  it('law 17: a commit tells the condition under which it was stored', async () => {
    const store = await makeStore()
    const condition = { query: [{ types: ['ä{,"}'], tags: [course('"1')] }], after: 1 } as const
    rightOf(await store.append(about('c1', [course('1')]))())
    rightOf(await store.append(about('c2', [], condition))())
    const { commits } = rightOf((await store.commits?.read(0, 9)()) ?? left('none'))
    expect(commits.map((each) => each.condition)).toStrictEqual([none, some(condition)])
    expect(await store.commits?.find('c2')()).toStrictEqual(right(some(commits[1])))
  })
}

const asTheModel = (makeStore: MakeStore): void => {
  it('V9, laws 14–16: whatever the tags and queries, it answers as the model does', async () => {
    const asked = fc.array(
      fc.oneof(
        { weight: 3, arbitrary: tagged },
        { weight: 1, arbitrary: plain({ after: fc.nat(8), limit: fc.nat(5), options }) },
      ),
      { maxLength: 25, size: 'max' },
    )
    await fc.assert(
      fc.asyncProperty(asked, fc.array(someQuery, { maxLength: 3 }), async (all, queries) => {
        let time = 0
        const store = await makeStore(() => time)
        const expected = model(() => time)
        for (const one of all) {
          time++
          if ('commitId' in one) {
            expect(await store.append(one)()).toStrictEqual(expected.append(one))
          } else {
            const { after, limit, options: only } = one
            expect(await store.readAll(after, limit, only)()).toStrictEqual(
              right(expected.readAll(after, limit, only)),
            )
          }
        }
        expect(await everything(store)).toStrictEqual(expected.readAll(0, Infinity).events)
        for (const query of queries) {
          expect(await store.readAll(0, 1_000, { query })()).toStrictEqual(
            right(expected.readAll(0, 1_000, { query })),
          )
        }
      }),
      { numRuns: runs(60) },
    )
  })
}

const laws = (makeStore: MakeStore): void => {
  it('law 14: tags are a set, whatever reads them', async () => {
    const store = await makeStore()
    const [first] = rightOf(await store.append(about('c1', [student('1'), course('1'), student('1')]))()) // prettier-ignore
    expect(first?.tags).toStrictEqual([course('1'), student('1')])
    const [bare] = rightOf(await store.append(about('c2', []))())
    expect(bare).not.toHaveProperty('tags')
    const all = [first, bare]
    expect(await everything(store)).toStrictEqual(all)
    expect(rightOf(await store.load('c1')())).toStrictEqual([first])
    expect(await store.append(about('c1', []))()).toStrictEqual(right(repeated([first])))
    const own = { event: encoded(1), tags: [tag('t')('1')] }
    const also = [{ stream: 'd', expected: noStream, events: [{ event: encoded(2), tags: [course('2')] }] }] // prettier-ignore
    const several = rightOf(
      await store.append({ ...about('c3', []), events: [own, { event: encoded(3) }], also })(),
    )
    expect(several.map((event) => event.tags)).toStrictEqual([['t:1'], undefined, ['course:2']])
    expect((await everything(store)).slice(2)).toStrictEqual(several)
  })

  it('law 14: tags that no database can hold, and conditions without a query, are refused', async () => {
    const store = await makeStore()
    for (const bad of ['', 'a\0b', '\ud800', 'x'.repeat(801), 7]) {
      const refused = leftOf(await store.append(about('c1', [course('1'), bad as Tag]))())
      const issues = [{ path: ['events', 0, 'tags', 1], actual: bad }]
      expect(refused).toMatchObject({ type: 'InvalidCommit', issues })
    }
    const empty = [] as unknown as Query // what plain JavaScript can pass
    const conditions = [
      { query: empty, after: 0 },
      ...[-1, 0.5, NaN].map((after) => ({ query: allEvents, after })),
    ]
    for (const condition of conditions) {
      expect(leftOf(await store.append(about('c1', [], condition))()).type).toBe('InvalidCommit')
    }
    expect(await everything(store)).toStrictEqual([])
    const longest = tag('t')('x'.repeat(798))
    expect(rightOf(await store.append(about('c1', [longest]))())[0]?.tags).toStrictEqual([longest])
  })

  it('law 15: a page of a query ends at the head of its own snapshot, or after its last event', async () => {
    const store = await makeStore()
    for (const n of [1, 2, 3, 4, 5, 6]) {
      rightOf(await store.append(about(`c${n}`, [course(String(n % 2))]))())
    }
    const query: Query = [{ tags: [course('1')] }]
    const page = rightOf(await store.readAll(0, 2, { query })())
    expect([page.events.map(({ position }) => position), page.end, page.head]).toStrictEqual([[1, 3], 3, 6]) // prettier-ignore
    const next = rightOf(await store.readAll(3, 2, { query })())
    expect([next.events.map(({ position }) => position), next.end]).toStrictEqual([[5], 6])
    expect(rightOf(await store.readAll(0, 9, { query: nothing })()).events).toStrictEqual([])
    expect(rightOf(await store.readAll(0, 9, { query: allEvents })()).events).toHaveLength(6)
  })

  it('law 16: an event that matches after the position disturbs, wherever it comes from', async () => {
    const store = await makeStore()
    const query: Query = [{ types: ['A'], tags: [course('1')] }]
    rightOf(await store.append(about('c1', [course('1')], { query, after: 0 }))())
    rightOf(await store.append(about('c2', [course('1')], undefined, 'B'))())
    rightOf(await store.append(about('c3', [course('2')], { query, after: 1 }))())
    const unconditional = { ...about('c4', [student('1'), course('1')]), stream: 'c1' }
    rightOf(await store.append(unconditional)())
    rightOf(await store.append(about('c5', [course('1')]))())
    for (const after of [1, 2, 3]) {
      expect(await store.append(about('c6', [], { query, after }))()).toStrictEqual(
        left({
          type: 'AppendConditionFailed',
          stream: 'c6',
          condition: { query, after },
          position: 4,
        }),
      )
    }
    expect(rightOf(await store.append(about('c6', [], { query, after: 5 }))())[0]?.position).toBe(6)
    // sent again it is what was recorded, although by now the condition fails
    rightOf(await store.append(about('c7', [course('1')]))())
    const again = rightOf(await store.append(about('c6', [], { query, after: 5 }))())
    expect([again.repeated, again[0].position]).toStrictEqual([true, 6])
  })

  it('law 16: a version conflict comes first, and nothing is stored of what fails', async () => {
    const store = await makeStore()
    rightOf(await store.append(about('c1', [course('1')]))())
    const condition = { query: [{ tags: [course('1')] }], after: 0 } as const
    const stale = { ...about('c2', [], condition), expected: exactly(3) }
    expect(leftOf(await store.append(stale)()).type).toBe('VersionConflict')
    const also = [{ stream: 'd', expected: noStream, events: [{ event: encoded(1) }] }]
    const failed = await store.append({ ...about('c2', [], condition), also })()
    expect(leftOf(failed)).toMatchObject({ type: 'AppendConditionFailed', position: 1 })
    expect(await everything(store)).toHaveLength(1)
  })

  it('law 16: a store that lost what the writer has read refuses', async () => {
    const store = await makeStore()
    rightOf(await store.append(about('c1', [course('1')]))())
    const condition = { query: [{ tags: [student('1')] }], after: 2 } as const
    expect(leftOf(await store.append(about('c2', [], condition))())).toMatchObject({
      type: 'AppendConditionFailed',
      position: 1,
    })
  })

  it('laws 13 and 16: conditions of followers are checked in their place', async () => {
    const store = await makeStore()
    const query: Query = [{ tags: [course('1')] }]
    const inA = (id: string, given: ReadonlyArray<Tag>, condition?: Encoded['condition']) =>
      about(id, given, condition, 'A', 'a')
    const followers = [
      inA('c2', [course('1')], { query, after: 0 }),
      inA('c3', [course('1')], { query, after: 2 }),
      inA('c4', [], { query, after: 2 }),
      inA('c5', []),
    ]
    const told = rightOf(await store.append({ ...inA('c1', [], { query, after: 0 }), followers })())
    expect(told.followers?.map(({ _tag }) => _tag)).toStrictEqual(['Right', 'Right', 'Left'])
    expect(told.followers?.[2]).toMatchObject({ left: { position: 3 } })
    expect(await everything(store)).toHaveLength(3)
  })
}

const ten = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]

const atOnce = (makeStore: MakeStore): void => {
  it('law 16: of commits at once that disturb each other, one is stored', async () => {
    const store = await makeStore()
    for (const round of [0, 1, 2]) {
      const query: Query = [{ types: ['A'], tags: [course('1')] }]
      const commits = ten.map((n) => about(`c${round}-${n}`, [course('1'), student(String(n))], { query, after: round })) // prettier-ignore
      const answers = await Promise.all(commits.map((each) => store.append(each)()))
      expect(answers.filter(({ _tag }) => _tag === 'Right')).toHaveLength(1)
      for (const answer of answers) {
        if (answer._tag === 'Left') expect(answer.left).toMatchObject({ position: round + 1 })
      }
    }
  })

  it('law 16: commits at once that share nothing are all stored', async () => {
    const store = await makeStore()
    const commits = ten.map((n) => {
      const own = [course(String(n)), student(String(n))] as const
      return about(`c${n}`, own, { query: [{ tags: [own[0]] }, { tags: [own[1]] }], after: 0 })
    })
    const answers = await Promise.all(commits.map((each) => store.append(each)()))
    expect(answers.map(({ _tag }) => _tag)).toStrictEqual(ten.map(() => 'Right'))
  })

  it('law 16: of two at once, each reading what the other writes, one is stored', async () => {
    const store = await makeStore()
    const query = (n: number): Query => [{ tags: [course(String(n))] }]
    const answers = await Promise.all([
      store.append(about('c1', [course('2')], { query: query(1), after: 0 }))(),
      store.append(about('c2', [course('1')], { query: query(2), after: 0 }))(),
    ])
    expect(answers.map(({ _tag }) => _tag).sort()).toStrictEqual(['Left', 'Right'])
  })
}

const pitfalls = (makeStore: MakeStore): void => {
  it('C1 C34 an unconditional append is seen by every condition that read before it', async () => {
    const store = await makeStore()
    const query: Query = [{ tags: [course('1')] }]
    const slow = store.append(about('slow', [course('1')]))()
    const others = store.append(about('other', [student('1')]))()
    const { end } = rightOf(await store.readAll(0, 10, { query })())
    await Promise.all([slow, others])
    const seen = rightOf(await store.readAll(0, 10, { query })()).events
    const condition = { query, after: end }
    const answer = await store.append(about('late', [course('1')], condition))()
    const isMissed = seen.some(({ position }) => position > end)
    expect(answer._tag).toBe(isMissed ? 'Left' : 'Right')
  })

  it('C2 C24 a repeated tag means the same as one, read or checked, in any order', async () => {
    const store = await makeStore()
    rightOf(await store.append(about('c1', [course('1'), student('1'), course('1')]))())
    const same: ReadonlyArray<ReadonlyArray<Tag>> = [
      [course('1')],
      [course('1'), course('1')],
      [student('1'), course('1'), student('1')],
    ]
    for (const each of same) {
      const query: Query = [{ tags: each }]
      expect(rightOf(await store.readAll(0, 9, { query })()).events).toHaveLength(1)
      const failed = leftOf(await store.append(about('c2', [], { query, after: 0 }))())
      expect(failed).toMatchObject({ type: 'AppendConditionFailed', position: 1 })
    }
    const other: Query = [{ tags: [course('1'), course('2')] }]
    expect(rightOf(await store.readAll(0, 9, { query: other })()).events).toStrictEqual([])
  })
}
