// Law 11 of src/shell/DecisionHandler.ts: caches of states by query.
import fc from 'fast-check'
import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import type { EncodedEvent } from '../../../src/codec/EventCodec.ts'
import { eventCodec } from '../../../src/codec/IoTs.ts'
import type { Decision } from '../../../src/Decision.ts'
import { left, right } from '../../../src/internal/either.ts'
import { tag } from '../../../src/Query.ts'
import type { StateCache } from '../../../src/shell/CommandHandler.ts'
import { immediate, lruCache } from '../../../src/shell/CommandHandler.ts'
import type { DecisionHandler } from '../../../src/shell/DecisionHandler.ts'
import { decisionHandler } from '../../../src/shell/DecisionHandler.ts'
import type { Commit, EventStore } from '../../../src/store/EventStore.ts'
import { memoryStore } from '../../../src/store/Memory.ts'
import { rightOf } from '../../contract/commits.ts'
import { runs } from '../../setup.ts'
import type { CourseCommand } from '../../support/courses.ts'
import { courseEvents, courses } from '../../support/courses.ts'

/** A store that can be set back to what it held after its first commits, as from a backup. */
const restorable = () => {
  let now = 0
  let kept: Array<readonly [number, Commit<EncodedEvent>]> = []
  let inner = memoryStore({ now: () => now })
  const events = { read: 0 }
  const store: EventStore<EncodedEvent> = {
    load: (...given) => inner.load(...given),
    append: (commit, limits) => async () => {
      now++
      const appended = await inner.append(commit, limits)()
      if (appended._tag === 'Right' && appended.right.repeated !== true) kept.push([now, commit])
      return appended
    },
    readAll:
      (...given) =>
      async () => {
        const page = await inner.readAll(...given)()
        if (page._tag === 'Right') events.read += page.right.events.length
        return page
      },
  }
  const restore = async (commits: number): Promise<void> => {
    const latest = now
    kept = kept.slice(0, commits)
    inner = memoryStore({ now: () => now })
    for (const [at, commit] of kept) {
      now = at
      rightOf(await inner.append(commit)())
    }
    now = latest
  }
  return { store, restore, events }
}

type Handler = DecisionHandler<CourseCommand, unknown, unknown, unknown>

const handlerOf = (store: EventStore<EncodedEvent>, cache?: <S>() => StateCache<S>): Handler =>
  decisionHandler({
    decision: courses,
    store,
    events: courseEvents,
    stream: (command) => `course-${command.course}`,
    retry: immediate(3),
    ...(cache && { cache }),
  })

const names = fc.constantFrom('a', 'b', 'c')
const commands: fc.Arbitrary<CourseCommand> = fc.oneof(
  fc.tuple(names, fc.nat(2)).map(([course, seats]) => ({ type: 'Offer', course, seats }) as const),
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constantFrom('Join', 'Leave'), course: names, student: names }),
  },
)
const step = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ commitId: fc.nat(30), handler: fc.nat(1), command: commands }),
  },
  { weight: 1, arbitrary: fc.record({ lost: fc.integer({ min: 1, max: 4 }) }) },
)

describe('law 11: a cache of states by query', () => {
  it('changes no outcome, whatever is sent, by two handlers, and however often the store is restored', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 40, size: 'max' }),
        fc.constantFrom(1, 2, 100),
        async (steps, capacity) => {
          const [plain, cached] = [restorable(), restorable()]
          const uncached = handlerOf(plain.store)
          const handlers = [1, 2].map(() => handlerOf(cached.store, lruCache(capacity)))
          let commits = 0
          for (const asked of steps) {
            if ('lost' in asked) {
              commits = Math.max(0, commits - asked.lost)
              await plain.restore(commits)
              await cached.restore(commits)
              continue
            }
            const request = { commitId: `c${asked.commitId}`, commands: [asked.command] } as const
            const expected = await uncached(request)()
            expect(await handlers[asked.handler]?.(request)()).toStrictEqual(expected)
            commits = new Set(rightOf(await plain.store.readAll(0, 1_000)()).events.map((one) => one.commitId)).size // prettier-ignore
          }
        },
      ),
      { numRuns: runs(100) },
    )
  })

  it('reads the last event and those after it, instead of all', async () => {
    const { store, events } = restorable()
    const handle = handlerOf(store, lruCache(10))
    const offer = (n: number) =>
      handle({ commitId: `o${n}`, commands: [{ type: 'Offer', course: 'a', seats: n }] })()
    for (let n = 1; n <= 50; n++) rightOf(await offer(n))
    // two for each but the first two: the one that was read last, and the one that was stored since
    expect(events.read).toBe(0 + 1 + 48 * 2)
    await offer(51)
    expect(events.read).toBe(0 + 1 + 49 * 2)
  })

  it('is passed over where it forgets, or does not tell the last event', async () => {
    const { store } = restorable()
    const odd = <S>(): StateCache<S> => {
      const inner = lruCache(10)<S>()
      return {
        ...inner,
        set: (key, folded) => inner.set(key, { ...folded, mark: undefined }),
      }
    }
    const handle = handlerOf(store, odd)
    for (const n of [1, 2, 3]) {
      const request = { commitId: `o${n}`, commands: [{ type: 'Offer', course: 'a', seats: n }] } as const // prettier-ignore
      const { state } = rightOf(await handle(request)())
      expect(state).toMatchObject({ seats: { a: n } })
    }
  })
})

type Counted = { readonly type: 'Counted'; readonly n: number }

/** Counts to three, and reads what was counted under another tag once it has counted. */
const counting: Decision<number, number, Counted, 'Done'> = {
  initialState: 0,
  reads: () => [{ tags: [tag('n')('1')] }],
  readsMore: (_, count) =>
    count === 0 ? [{ tags: [tag('n')('1')] }] : [{ tags: [tag('n')('2')] }],
  tags: ({ n }) => [tag('n')(String(n))],
  decide: (n, count) => (count > 3 ? left('Done') : right([{ type: 'Counted', n }])),
  evolve: (count) => count + 1,
  isTerminal: () => false,
}

it('law 11: holds for a decision that reads more, each query by itself', async () => {
  const events = eventCodec({ Counted: { n: t.number } })
  const { store } = restorable()
  const parts = { decision: counting, store, events, stream: () => 'counter', retry: immediate(1) }
  const [first, second] = [
    decisionHandler({ ...parts, cache: lruCache(10) }),
    decisionHandler(parts),
  ]
  const told = []
  for (const [i, n] of [1, 2, 2, 1, 2, 2].entries()) {
    const handle = i % 2 === 0 ? first : second
    told.push((await handle({ commitId: `c${i}`, commands: [n] })())._tag)
  }
  expect(told).toStrictEqual(['Right', 'Right', 'Right', 'Right', 'Left', 'Left'])
})
