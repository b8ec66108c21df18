// Law 15, V7: a log certifies itself. Published failures of stores that check conditions, each planted into a small
// store under a fixed schedule, and found in what the store holds afterwards, whoever recorded the calls.
import { isLeft, isRight, left, right } from 'fp-ts/lib/Either.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import type { Query } from '../../../src/Query.ts'
import { matches, tag } from '../../../src/Query.ts'
import type { RecordedCommit } from '../../../src/Recorded.ts'
import type { AppendCondition, Commit } from '../../../src/store/EventStore.ts'
import { memoryStore } from '../../../src/store/Memory.ts'
import type { HistoryViolation } from '../../../src/testing/history.ts'
import {
  checkCommits,
  checkHistory,
  readCommits,
  readLog,
  recordStore,
} from '../../../src/testing/history.ts'
import { rightOf } from '../../contract/commits.ts'
import { anyVersion, commitOf, gate, logOf, noted, recording, settle, typesOf } from './support.ts'
import type { Between, Event, Store, Stored } from './tinyStore.ts'
import { tinyStore } from './tinyStore.ts'

const course = tag('course')('1')
const student = tag('student')('1')
const aboutCourse: Query = [{ tags: [course] }]

/** A commit of one event with the tags of course and student. */
const tagged = (commitId: string, condition?: AppendCondition): Commit<Event> => ({
  ...commitOf(`s-${commitId}`, commitId, anyVersion),
  events: [{ ...noted(commitId), tags: [course, student] }],
  ...(condition && { condition }),
})
const after = (position: number, query = aboutCourse): AppendCondition => ({
  query,
  after: position,
})

/** A store that remembers under which conditions it has stored. */
const remembering = (store: Store) => {
  const conditions = new Map<string, AppendCondition | undefined>()
  const remembers: Store = {
    ...store,
    append: (commit, options) => async () => {
      const stored = await store.append(commit, options)()
      if (isRight(stored)) conditions.set(commit.commitId, commit.condition)
      return stored
    },
  }
  const told = async () => {
    const log = await logOf(store)
    return { log, commits: log.map((event) => commitWith(event, conditions.get(event.commitId))) }
  }
  return { store: remembers, told }
}

/** The commit of one event. */
const commitWith = (
  { stream, version, position, ...event }: Stored,
  condition: AppendCondition | undefined,
): RecordedCommit<unknown> => ({
  ...event,
  stream,
  position,
  lastPosition: position,
  streams: [{ stream, version, lastVersion: version }],
  condition: condition === undefined ? none : some(condition),
  commands: none,
})

const violationsIn = (
  told: Parameters<typeof checkCommits>[0],
): ReadonlyArray<HistoryViolation> => {
  const checked = checkCommits(told)
  return isLeft(checked) ? checked.left.violations : []
}

/** What is found in a store once a schedule was played on it, and how many of its appends were accepted. */
const played = async (between: Between, schedule: (store: Store) => Promise<unknown>) => {
  const { store, told } = remembering(tinyStore(between))
  await schedule(store)
  const { log, commits } = await told()
  return { stored: log.length, violations: violationsIn({ log, commits }) }
}

const broken = (position: number, disturbing: number) => [
  { type: 'StoredConditionBroken', position, disturbing: { position: disturbing } },
]

const holding = (id: string) => {
  const held = gate()
  return {
    hold: ({ commitId }: Commit<Event>) => (commitId === id ? held.passed : Promise.resolve()),
    release: held.open,
  }
}

describe('C1: an event becomes visible below a position that was read', () => {
  /** A decider reads while a slow append without a condition has taken its position and is not seen yet. */
  const history = async (between: Between, release: () => void) => {
    const { records, recorder } = recording()
    const { store, told } = remembering(tinyStore(between))
    const as = (client: string) => recordStore(store, recorder, client)
    const slow = as('slow').append(tagged('slow'))()
    await settle()
    rightOf(await as('other').append(commitOf('other', 'other', anyVersion))())
    const read = rightOf(await as('decider').readAll(0, 10, { query: aboutCourse })())
    release()
    await slow
    const late = await as('decider').append(tagged('late', after(read.end)))()
    return { late, history: { records, ...(await told()) } }
  }

  it('is found: what was read misses it, though the condition is true of the log', async () => {
    const { hold, release } = holding('slow')
    const { late, history: found } = await history({ insertAndCommit: hold }, release)
    expect(late._tag).toBe('Right')
    expect(checkCommits(found)._tag).toBe('Right')
    expect(typesOf(found)).toStrictEqual(['ReadBroken'])
  })

  it('is not found where positions are taken and shown at once', async () => {
    const { late, history: found } = await history({}, () => undefined)
    expect([late._tag, typesOf(found)]).toStrictEqual(['Right', []])
  })
})

describe('C2: a query that repeats a tag never matches', () => {
  const schedule = async (store: Store) => {
    await store.append(tagged('first'))()
    await store.append(tagged('second', after(0, [{ tags: [course, course] }])))()
  }
  // counts the tags that match, and compares with how many are asked for
  const excludes = (query: Query, { tags = [] }: Stored) =>
    query.some(
      (item) => tags.filter((one) => item.tags?.includes(one)).length === item.tags?.length,
    )

  it('is found: the second is accepted', async () => {
    expect(await played({ excludes }, schedule)).toMatchObject({
      stored: 2,
      violations: broken(2, 1),
    })
  })

  it('is not found where tags are a set', async () => {
    expect(await played({}, schedule)).toStrictEqual({ stored: 1, violations: [] })
  })
})

describe('C5: a check in a transaction beside a plain insert', () => {
  const schedule = (release: () => void) => async (store: Store) => {
    const checked = store.append(tagged('checked', after(0)))()
    await settle()
    await store.append(tagged('plain'))()
    release()
    await checked
  }

  it('is found: both are accepted', async () => {
    const { hold, release } = holding('checked')
    expect(await played({ checkAndInsert: hold }, schedule(release))).toMatchObject({ stored: 2, violations: broken(2, 1) }) // prettier-ignore
  })

  it('is not found where check and insert are one', async () => {
    const right = await played(
      {},
      schedule(() => undefined),
    )
    expect(right).toStrictEqual({ stored: 2, violations: [] })
  })
})

describe('C20: the mark is read in another snapshot than the rows', () => {
  const history = async (between: Between) => {
    const { records, recorder } = recording()
    const { store, told } = remembering(tinyStore(between))
    const as = (client: string) => recordStore(store, recorder, client)
    const reading = as('decider').readAll(0, 10, { query: aboutCourse })()
    rightOf(await as('other').append(tagged('between'))())
    const late = await as('decider').append(tagged('late', after(rightOf(await reading).end)))()
    return { late, history: { records, ...(await told()) } }
  }

  it('is found: what was read misses it, though the condition is true of the log', async () => {
    const { late, history: found } = await history({ rowsAndHead: settle })
    expect(late._tag).toBe('Right')
    expect(checkCommits(found)._tag).toBe('Right')
    expect(typesOf(found)).toContain('ReadBroken')
  })

  it('is not found where both are read at once', async () => {
    const { late, history: found } = await history({})
    expect([late._tag, typesOf(found)]).toStrictEqual(['Left', []])
  })
})

describe('C24: a condition gives another meaning to tags than a read', () => {
  const schedule = async (store: Store) => {
    await store.append(tagged('first'))()
    await store.append(tagged('second', after(0)))()
  }
  // all the tags of the event are asked for, in place of all that are asked for being those of the event
  const excludes = (query: Query, { tags = [] }: Stored) =>
    query.some((item) => tags.every((one) => item.tags?.includes(one)))

  it('is found: the second is accepted', async () => {
    expect(await played({ excludes }, schedule)).toMatchObject({
      stored: 2,
      violations: broken(2, 1),
    })
  })

  it('is not found where both mean the same', async () => {
    const same = (query: Query, { event, tags = [] }: Stored) => matches(query)(event.type, tags)
    expect(await played({ excludes: same }, schedule)).toStrictEqual({ stored: 1, violations: [] })
  })
})

const bothAtOnce = (store: Store) =>
  Promise.all(['one', 'two'].map((id) => store.append(tagged(id, after(0)))()))

describe('C31: nothing collides with a second transaction that checks the same', () => {
  it('is found: both are accepted', async () => {
    expect(await played({ checkAndInsert: settle }, bothAtOnce)).toMatchObject({ stored: 2, violations: broken(2, 1) }) // prettier-ignore
  })

  it('is not found where check and insert are one', async () => {
    expect(await played({}, bothAtOnce)).toStrictEqual({ stored: 1, violations: [] })
  })
})

describe('C34: the check is by criterion, and the order by one number', () => {
  const schedule = (release: () => void) => async (store: Store) => {
    const slow = store.append(tagged('slow'))()
    await settle()
    await store.append(tagged('late', after(0)))()
    release()
    await slow
  }

  it('is found: a lower position that commits late was invisible to the check', async () => {
    const { hold, release } = holding('slow')
    expect(await played({ insertAndCommit: hold }, schedule(release))).toMatchObject({ stored: 2, violations: broken(2, 1) }) // prettier-ignore
  })

  it('is not found where positions are taken and shown at once', async () => {
    const right = await played(
      {},
      schedule(() => undefined),
    )
    expect(right).toStrictEqual({ stored: 1, violations: [] })
  })
})

describe('C35: the lock is taken, but the snapshot is older', () => {
  it('is found: both are accepted, one after the other', async () => {
    let lock = Promise.resolve()
    // both have looked before either has the lock
    const checkAndInsert = () => (lock = lock.then(settle))
    expect(await played({ checkAndInsert }, bothAtOnce)).toMatchObject({ stored: 2, violations: broken(2, 1) }) // prettier-ignore
  })

  it('is not found where the snapshot is taken under the lock', async () => {
    let lock = Promise.resolve()
    const oneByOne = (store: Store) =>
      Promise.all(
        ['one', 'two'].map(
          (id) => (lock = lock.then(async () => void (await store.append(tagged(id, after(0)))()))),
        ),
      )
    expect(await played({}, oneByOne)).toStrictEqual({ stored: 1, violations: [] })
  })
})

describe('what a store tells of its commits', () => {
  const stored = async () => {
    const { records, recorder } = recording()
    const store = memoryStore()
    const recorded = recordStore(store, recorder, 'ann')
    rightOf(await recorded.append(tagged('c1', after(0)))())
    rightOf(await recorded.append(tagged('c2'))())
    rightOf(await recorded.append(tagged('c3', after(2)))())
    const [log, commits] = [rightOf(await readLog(store)()), rightOf(await readCommits(store)())]
    return { records, log, commits }
  }
  const violations = (history: Parameters<typeof checkHistory>[0]) => {
    const checked = checkHistory(history)
    return isLeft(checked) ? checked.left.violations : []
  }

  it('is counted, where it is so', async () => {
    const history = await stored()
    expect(rightOf(checkHistory(history))).toMatchObject({ conditions: 2, commits: 3 })
    expect(rightOf(checkCommits(history))).toMatchObject({ conditions: 2, unacknowledged: 0 })
    expect(rightOf(checkHistory({ ...history, commits: undefined })).conditions).toBe(0)
  })

  it('names the commits of the log, each once, with the conditions that they were appended with', async () => {
    const { commits, ...history } = await stored()
    const [first, second, third] = commits as readonly [RecordedCommit<unknown>, RecordedCommit<unknown>, RecordedCommit<unknown>] // prettier-ignore
    const faults = (told: ReadonlyArray<RecordedCommit<unknown>>) =>
      violations({ ...history, commits: told }).map((one) =>
        one.type === 'CommitMistold' ? [one.fault, one.commitId] : [one.type],
      )
    expect(faults([first, third])).toStrictEqual([['NotTold', 'c2']])
    expect(faults([first, second, third, third])).toStrictEqual([['NotInLog', 'c3']])
    expect(faults([first, { ...second, lastPosition: 3 }, third])).toStrictEqual([['NotInLog', 'c2'], ['NotTold', 'c2']]) // prettier-ignore
    expect(faults([first, { ...second, commitId: 'c9' }, third])).toStrictEqual([['NotInLog', 'c9'], ['NotTold', 'c2']]) // prettier-ignore
    expect(faults([first, second, { ...third, condition: none }])).toStrictEqual([['OtherCondition', 'c3']]) // prettier-ignore
    const wider = some(after(2, [{}]))
    expect(faults([first, second, { ...third, condition: wider }])).toStrictEqual([['OtherCondition', 'c3']]) // prettier-ignore
    const earlier = some(after(1))
    expect(faults([first, second, { ...third, condition: earlier }])).toStrictEqual([['OtherCondition', 'c3'], ['StoredConditionBroken']]) // prettier-ignore
    const beyond = some(after(3))
    expect(faults([first, second, { ...third, condition: beyond }])).toStrictEqual([['OtherCondition', 'c3'], ['StoredConditionBroken']]) // prettier-ignore
  })

  it('names the streams that each wrote to, in their order, with the versions', async () => {
    const store = memoryStore()
    const also = [{ stream: 'b', expected: anyVersion, events: [noted(2)] }]
    const events = [noted(1), noted(3)] as const
    rightOf(await store.append(commitOf('b', 'c1', anyVersion))())
    rightOf(await store.append(commitOf('a', 'c2', anyVersion, { events, also }))())
    const [log, commits] = [rightOf(await readLog(store)()), rightOf(await readCommits(store)())]
    expect(violations({ records: [], log, commits }).filter(({ type }) => type === 'CommitMistold')).toStrictEqual([]) // prettier-ignore
    const [first, second] = commits as readonly [RecordedCommit<unknown>, RecordedCommit<unknown>]
    const a = { stream: 'a', version: 1, lastVersion: 2 }
    const b = { stream: 'b', version: 2, lastVersion: 2 }
    const told = (streams: RecordedCommit<unknown>['streams']) =>
      violationsIn({ log, commits: [first, { ...second, streams }] })
    expect(told([a, b])).toStrictEqual([])
    const wrong: ReadonlyArray<RecordedCommit<unknown>['streams']> = [
      [a],
      [b, a],
      [a, b, { ...b, stream: 'c' }],
      [a, { ...b, stream: 'c' }],
      [a, { ...b, version: 1 }],
      [{ ...a, lastVersion: 1 }, b],
    ]
    for (const streams of wrong) {
      expect(told(streams)).toMatchObject([
        { type: 'CommitMistold', fault: 'NotInLog', commitId: 'c2' },
        { type: 'CommitMistold', fault: 'NotTold', commitId: 'c2' },
      ])
    }
  })

  it('is in the order of the log', async () => {
    const { commits, ...history } = await stored()
    const [first, second, third] = commits as readonly [RecordedCommit<unknown>, RecordedCommit<unknown>, RecordedCommit<unknown>] // prettier-ignore
    const late = (...told: ReadonlyArray<RecordedCommit<unknown>>) => [
      violationsIn({ log: history.log, commits: told }),
      violations({ ...history, commits: told }),
    ]
    const fault = (commitId: string, position: number) => ({ type: 'CommitMistold', fault: 'OutOfOrder', commitId, position }) // prettier-ignore
    expect(late(first, second, third)).toStrictEqual([[], []])
    const one = [fault('c2', 2)]
    expect(late(first, third, second)).toStrictEqual([one, one])
    const two = [fault('c2', 2), fault('c1', 1)]
    expect(late(third, second, first)).toStrictEqual([two, two])
  })

  it('is a failure to read, where the store tells nothing or fails', async () => {
    expect(await readCommits(tinyStore())()).toMatchObject(left({ type: 'StoreUnavailable' }))
    const down = { type: 'StoreUnavailable', operation: 'readCommits', cause: 'down' } as const
    const commits = {
      read: () => () => Promise.resolve(left(down)),
      find: () => () => Promise.resolve(right(none)),
    }
    expect(await readCommits({ ...tinyStore(), commits })()).toStrictEqual(left(down))
  })
})
