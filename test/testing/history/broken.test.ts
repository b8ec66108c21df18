// Published failures of stores, each planted into a small store under a fixed schedule, and found. The same
// schedule on a store without the fault finds nothing.
import * as E from 'fp-ts/lib/Either.js'
import { left, right } from 'fp-ts/lib/Either.js'
import { none } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import type { Decider } from '../../../src/Decider.ts'
import type { Projection } from '../../../src/Projection.ts'
import type { Commit } from '../../../src/store/EventStore.ts'
import {
  decidedBy,
  foldedBy,
  recordReadModel,
  recordReceived,
  recordStore,
} from '../../../src/testing/history.ts'
import type { Recording } from './support.ts'
import {
  anyVersion,
  commitOf,
  exactly,
  gate,
  logOf,
  noStream,
  noted,
  recording,
  reportOf,
  settle,
  typesOf,
  violationsOf,
} from './support.ts'
import type { Between, Event, Store, Stored, Visible } from './tinyStore.ts'
import { partsOf, tinyStore } from './tinyStore.ts'

/** Holds back the commits that are named until their gates are opened. */
const holding = (...ids: ReadonlyArray<string>) => {
  const gates = new Map(ids.map((id) => [id, gate()]))
  return {
    hold: ({ commitId }: Commit<Event>) => gates.get(commitId)?.passed ?? Promise.resolve(),
    release: async (id: string) => {
      gates.get(id)?.open()
      await settle()
    },
  }
}

/** What a schedule recorded, and the log it left. */
interface Played {
  readonly records: Recording['records']
  readonly log: ReadonlyArray<Stored>
}

/** Plays a schedule of clients on a store. */
const played = async (
  store: Store,
  schedule: (as: (client: string) => Store, recorder: Recording['recorder']) => Promise<void>,
): Promise<Played> => {
  const { records, recorder } = recording()
  await schedule((client) => recordStore(store, recorder, client), recorder)
  return { records, log: await logOf(store) }
}

describe('C3: readers get events in the order of (transaction, id)', () => {
  // 1 begins and writes A1; 2 begins, writes B1 and ends; 1 writes B2 and ends
  const schedule = async (as: (client: string) => Store, release: () => Promise<void>) => {
    const also = [{ stream: 'B', expected: anyVersion, events: [noted('B2')] }]
    const one = as('1').append(commitOf('A', 'one', noStream, { also }))()
    await settle()
    await as('2').append(commitOf('B', 'two', anyVersion))()
    await release()
    await one
  }

  /** Positions are places in the order of transactions, which are numbered when they begin. */
  const byTransaction = () => {
    const begun: Array<string> = []
    const held = holding('one')
    const inner = tinyStore({ checkAndInsert: held.hold })
    const ordered = async (): Promise<ReadonlyArray<Stored>> => {
      const sorted = [...(await logOf(inner))].sort(
        (a, b) => begun.indexOf(a.commitId) - begun.indexOf(b.commitId),
      )
      return sorted.map((event, i) => ({ ...event, position: i + 1 }))
    }
    const store: Store = {
      ...inner,
      append: (commit) => async () => {
        begun.push(commit.commitId)
        const stored = await inner.append(commit)()
        const { commitId } = commit
        const own = (await ordered()).filter((event) => event.commitId === commitId)
        return E.isLeft(stored) ? stored : (right(own) as never)
      },
      readAll: (after, limit) => async () => {
        const all = await ordered()
        const events = all.slice(after, after + limit)
        return right({ events, end: after + events.length, head: all.length })
      },
    }
    return { store, release: () => held.release('one') }
  }

  it('is found: version 2 of B comes before version 1', async () => {
    const { store, release } = byTransaction()
    const { records, log } = await played(store, (as) => schedule(as, release))
    expect(log.map(({ stream, version }) => `${stream}${version}`)).toStrictEqual([
      'A1',
      'B2',
      'B1',
    ])
    expect(violationsOf({ records, log })).toContainEqual(
      expect.objectContaining({ type: 'VersionsBroken', expected: 1 }),
    )
  })

  it('is not found where positions are given under a lock', async () => {
    const history = await played(tinyStore(), (as) => schedule(as, settle))
    expect(reportOf(history)).toMatchObject({ stored: 2, events: 3 })
  })
})

/** Slow takes position 1, quick takes position 2 and is stored, a reader reads, slow is stored. */
const lateLowPosition = async (
  as: (client: string) => Store,
  recorder: Recording['recorder'],
  release: () => Promise<void>,
) => {
  const slow = as('slow').append(commitOf('A', 'slow', noStream))()
  await settle()
  await as('quick').append(commitOf('B', 'quick', noStream))()
  let cursor = 0
  const read = async () => {
    const page = await as('reader').readAll(cursor, 10)()
    if (E.isLeft(page)) return
    recordReceived(recorder, 'tail', cursor, page.right)
    cursor = page.right.end
  }
  await read()
  await release()
  await slow
  await read()
}

describe('C4: a late low id is never read by a cursor', () => {
  it('is found: the page that passed it leaves it out', async () => {
    const held = holding('slow')
    const store = tinyStore({ insertAndCommit: held.hold })
    const history = await played(store, (as, recorder) =>
      lateLowPosition(as, recorder, () => held.release('slow')),
    )
    expect(violationsOf(history)).toContainEqual(
      expect.objectContaining({
        type: 'ReadBroken',
        fault: 'Missing',
        event: expect.objectContaining({ commitId: 'slow', position: 1 }) as unknown,
      }),
    )
  })

  it('is not found where positions are taken and shown at once', async () => {
    const history = await played(tinyStore(), (as, recorder) =>
      lateLowPosition(as, recorder, settle),
    )
    expect(reportOf(history)).toMatchObject({ stored: 2, received: 2 })
  })
})

describe('C5: a check in a transaction beside a plain insert', () => {
  // the check has passed when another commit, without a condition, comes between
  const schedule = async (as: (client: string) => Store, release: () => Promise<void>) => {
    const checked = as('1').append(commitOf('A', 'checked', noStream))()
    await settle()
    await as('2').append(commitOf('A', 'plain', anyVersion))()
    await release()
    await checked
  }

  it('is found: both are accepted', async () => {
    const held = holding('checked')
    const store = tinyStore({ checkAndInsert: held.hold })
    const history = await played(store, (as) => schedule(as, () => held.release('checked')))
    expect(violationsOf(history)).toMatchObject([
      { type: 'ExpectationBroken', stream: 'A', actual: 1, position: 2 },
    ])
  })

  it('is not found where check and insert are one', async () => {
    const history = await played(tinyStore(), (as) => schedule(as, settle))
    expect(reportOf(history)).toMatchObject({ stored: 2 })
  })
})

describe('C10: an insert without the lock, and a reader who follows', () => {
  /** Each third commit takes its position early and is seen late. */
  const schedule = async (
    as: (client: string) => Store,
    recorder: Recording['recorder'],
    release: (id: string) => Promise<void>,
  ) => {
    let cursor = 0
    for (let i = 0; i < 60; i += 3) {
      const slow = as('slow').append(commitOf(`A-${i}`, `c${i}`, noStream))()
      await settle()
      await as('quick').append(commitOf(`A-${i + 1}`, `c${i + 1}`, noStream))()
      const page = await as('reader').readAll(cursor, 100)()
      if (E.isRight(page)) {
        recordReceived(recorder, 'tail', cursor, page.right)
        cursor = page.right.end
      }
      await release(`c${i}`)
      await slow
    }
  }

  it('is found: the reader missed each third', async () => {
    const held = holding(...Array.from({ length: 20 }, (_, i) => `c${3 * i}`))
    const store = tinyStore({ insertAndCommit: held.hold })
    const history = await played(store, (as, recorder) => schedule(as, recorder, held.release))
    const missed = violationsOf({ ...history, keep: 100 }).flatMap((one) =>
      one.type === 'ReadBroken' && one.read.client === 'tail' ? [one.event?.commitId] : [],
    )
    expect(missed).toStrictEqual(Array.from({ length: 20 }, (_, i) => `c${3 * i}`))
  })

  it('is not found with the lock', async () => {
    const history = await played(tinyStore(), (as, recorder) => schedule(as, recorder, settle))
    expect(reportOf(history)).toMatchObject({ events: 40, received: 20 })
  })
})

describe('C12: a projection inside the append throws', () => {
  /** The append is reported as failed. */
  const projecting = (inner: Store, undo: () => void): Store => ({
    ...inner,
    append: (commit) => async () => {
      await inner.append(commit)()
      undo()
      const issues = [{ path: [], expected: 'a projection', actual: 'it threw' }] as const
      return left({ type: 'InvalidCommit', stream: commit.stream, issues })
    },
  })
  const schedule = async (as: (client: string) => Store) => {
    await as('1').append(commitOf('A', 'projected', noStream))()
  }

  it('is found: the events stay stored', async () => {
    const history = await played(
      projecting(tinyStore(), () => undefined),
      schedule,
    )
    expect(violationsOf(history)).toMatchObject([
      {
        type: 'StoredThoughRefused',
        events: [{ commitId: 'projected', position: 1 }],
        appends: [{ client: '1' }],
      },
    ])
  })

  it('is not found where the append is rolled back', async () => {
    const visible: Visible = []
    const store = projecting(tinyStore({}, visible), () => visible.pop())
    expect(reportOf(await played(store, schedule))).toMatchObject({ notStored: 1, events: 0 })
  })
})

describe('C20: the mark is read in another snapshot than the rows', () => {
  const schedule = async (as: (client: string) => Store, release: () => Promise<void>) => {
    const page = as('reader').readAll(0, 10)()
    await settle()
    await as('writer').append(commitOf('A', 'between', noStream))()
    await release()
    await page
  }
  const held = (between: (passed: Promise<void>) => Between) => {
    const { passed, open } = gate()
    const release = () => {
      open()
      return settle()
    }
    return { store: tinyStore(between(passed)), release }
  }

  it('is found: an event up to the mark was never delivered', async () => {
    const { store, release } = held((passed) => ({ rowsAndHead: () => passed }))
    const history = await played(store, (as) => schedule(as, release))
    expect(violationsOf(history)).toMatchObject([
      { type: 'ReadBroken', fault: 'Missing', event: { commitId: 'between', position: 1 } },
    ])
  })

  it('is not found where both are read at once', async () => {
    const { store, release } = held(() => ({}))
    expect(reportOf(await played(store, (as) => schedule(as, release)))).toMatchObject({ pages: 1 })
  })

  /** Counts what was counted before, so that each event tells the state that it was decided on. */
  const counter: Decider<'count', number, Event, never> = {
    initialState: 0,
    decide: (_, count) => right([noted(count).event]),
    evolve: (count) => count + 1,
    isTerminal: () => false,
  }

  /** Decides on rows, and expects the version of a mark that is read after them. */
  const decideOn = async (as: (client: string) => Store, markFirst: boolean) => {
    const loaded = async () => {
      const events = await as('1').load('A')()
      return E.isRight(events) ? events.right.length : 0
    }
    const early = markFirst ? await loaded() : undefined
    const state = await loaded()
    await as('2').append({ ...commitOf('A', 'between', noStream), events: [noted(0)] })()
    const version = early ?? (await loaded())
    const expected = version === 0 ? noStream : exactly(version)
    await as('1').append({ ...commitOf('A', 'stale', expected), events: [noted(state)] })()
  }

  it('is found: a stale decision is accepted', async () => {
    const decider = decidedBy(counter, () => ['count'] as const)
    const stale = await played(tinyStore(), (as) => decideOn(as, false))
    expect(violationsOf({ ...stale, decider })).toMatchObject([
      { type: 'DecidedOtherwise', events: [{ commitId: 'stale' }], commands: ['count'] },
    ])
    const refused = await played(tinyStore(), (as) => decideOn(as, true))
    expect(reportOf({ ...refused, decider })).toMatchObject({ stored: 1, refused: 1 })
  })
})

describe('C21: a retried batch was drained by the first attempt', () => {
  /** Appends travel in batches. The connection of the first attempt at one dies, and a second is made. */
  const batching = (inner: Store, drains: boolean): Store => {
    const queue: Array<Commit<Event>> = []
    const attempt = async (items: Array<Commit<Event>>, isCut: boolean) => {
      for (const commit of items.splice(0)) if (!isCut) await inner.append(commit)()
    }
    const fly = async () => {
      await settle()
      const batch = drains ? queue : queue.splice(0)
      await attempt(drains ? batch : [...batch], true)
      await attempt(batch, false)
    }
    let flight: Promise<void> | undefined
    return {
      ...inner,
      append: (commit) => async () => {
        queue.push(commit)
        await (flight ??= fly())
        const { stream, commitId } = commit
        const stored = await inner.load(stream)()
        // success is reported, whatever is stored
        const isThere = E.isRight(stored) && stored.right.length > 0
        return right(isThere ? stored.right : [told(stream, commitId)]) as never
      },
    }
  }
  const told = (stream: string, commitId: string): Stored => ({
    stream,
    commitId,
    version: 1,
    position: 1,
    recordedAt: 1,
    occurredAt: 1,
    actor: none,
    correlationId: none,
    causationId: none,
    event: noted(commitId).event,
  })
  const schedule = async (as: (client: string) => Store) => {
    await Promise.all(
      [1, 2, 3].map((i) => as(`${i}`).append(commitOf(`A-${i}`, `c${i}`, noStream))()),
    )
  }

  it('is found: acknowledged commits are gone', async () => {
    const history = await played(batching(tinyStore(), true), schedule)
    const lost = violationsOf(history)
    expect(lost).toHaveLength(3)
    for (const one of lost) expect(one).toMatchObject({ type: 'AcknowledgementBroken', stored: [] })
  })

  it('is not found where the second attempt sends the same items', async () => {
    const history = await played(batching(tinyStore(), false), schedule)
    expect(reportOf(history)).toMatchObject({ stored: 3, commits: 3 })
  })
})

describe('C25: a checkpoint moves without a fence', () => {
  const counts: Projection<number, Stored> = { initialState: 0, evolve: (count) => count + 1 }

  /** A table of counts that is updated where it is, and its checkpoint. */
  const table = () => ({ position: 0, state: 0 })

  /** An owner that has read a page, and writes it later. */
  const owner = async (store: Store, row: { position: number; state: number }, fence: boolean) => {
    const from = row.position
    const page = await store.readAll(from, 1)()
    return () => {
      if (E.isLeft(page) || (fence && row.position !== from)) return
      row.state += page.right.events.length
      row.position = page.right.end
    }
  }

  const schedule =
    (fence: boolean, second: 'late' | 'same') =>
    async (as: (client: string) => Store, recorder: Recording['recorder']) => {
      const row = table()
      const seen = recordReadModel(recorder, 'viewer', 'counts', () =>
        Promise.resolve(right({ ...row })),
      )
      for (const id of ['c1', 'c2']) await as('writer').append(commitOf('A', id, anyVersion))()
      const one = await owner(as('1'), row, fence)
      const two = await owner(as('2'), row, fence)
      one()
      await seen()
      if (second === 'late') {
        const more = await owner(as('1'), row, fence)
        more()
        await seen()
      }
      two()
      await seen()
    }

  it('is found: the checkpoint goes back', async () => {
    const history = await played(tinyStore(), schedule(false, 'late'))
    expect(violationsOf(history)).toMatchObject([
      { type: 'CheckpointWentBack', name: 'counts', seen: 2, reached: 1 },
    ])
  })

  it('is found: two owners count an event twice', async () => {
    const history = await played(tinyStore(), schedule(false, 'same'))
    const readModels = [foldedBy('counts', counts)]
    expect(violationsOf({ ...history, readModels })).toMatchObject([
      { type: 'StateBroken', name: 'counts', position: 1, state: 2, folded: 1 },
    ])
  })

  it.each(['late', 'same'] as const)('is not found with a fence (%s)', async (second) => {
    const history = await played(tinyStore(), schedule(true, second))
    const readModels = [foldedBy('counts', counts)]
    expect(reportOf({ ...history, readModels }).states).toBeGreaterThan(1)
  })
})

describe('C35: the lock is taken, but the snapshot is older', () => {
  // both have their snapshot before either has the lock
  const bothAtOnce =
    (expectations: ReadonlyArray<Commit<Event>>) => async (as: (client: string) => Store) => {
      await Promise.all(expectations.map((commit, i) => as(`${i}`).append(commit)()))
    }
  const locked = () => tinyStore({ checkAndInsert: settle })
  const onOneStream = [commitOf('A', 'one', noStream), commitOf('A', 'two', noStream)]
  // each writes what the other has only checked
  const checking = (stream: string) => [{ stream, expected: noStream, events: [] }]
  const acrossStreams = [
    commitOf('A', 'one', noStream, { also: checking('B') }),
    commitOf('B', 'two', noStream, { also: checking('A') }),
  ]

  it.each([
    ['on one stream', onOneStream],
    ['across streams', acrossStreams],
  ])('is found: both appends are accepted %s', async (_, commits) => {
    const history = await played(locked(), bothAtOnce(commits))
    expect(history.log).toHaveLength(2)
    expect(violationsOf(history)).toMatchObject([
      { type: 'ExpectationBroken', actual: 1, stream: 'A' },
    ])
    expect(commits.flatMap(partsOf)).toContainEqual(expect.objectContaining({ stream: 'A' }))
  })

  it.each([
    ['on one stream', onOneStream],
    ['across streams', acrossStreams],
  ])('is not found where the snapshot is taken under the lock, %s', async (_, commits) => {
    const history = await played(tinyStore(), bothAtOnce(commits))
    expect(reportOf(history)).toMatchObject({ stored: 1, refused: 1 })
    expect(typesOf(history)).toStrictEqual([])
  })
})
