// The numbers are those of the laws in src/store/Sql/loads.ts.
import { left, right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { StoreUnavailable } from '../../../src/store/EventStore.ts'
import type { LoadProgress, StoredEvents } from '../../../src/store/internal/engineModel.ts'
import { eventsPerChunk } from '../../../src/store/Sql/chunks.ts'
import type { SendLoads } from '../../../src/store/Sql/pages.ts'
import { loadQueue } from '../../../src/store/Sql/loads.ts'
import { eventsPerPage } from '../../../src/store/Sql/pages.ts'
import { record } from '../../support/recorded.ts'

const limits = { calls: 1, together: 3, halves: false }

/** A stream of so many events. */
const streamOf = (stream: string, length: number): StoredEvents =>
  record(
    Array.from({ length }, () => ({
      stream,
      event: { type: 'Counted', schemaVersion: 1, data: null },
      occurredAt: 0,
      recordedAt: 0,
    })),
  )

/** A database in which each stream has `length` events, and which answers when it is told to. */
const slow = (length = 2) => {
  const sent: Array<ReadonlyArray<string>> = []
  const asked: Array<number> = []
  const land: Array<(failure?: StoreUnavailable) => void> = []
  const send: SendLoads = (tails, limit) => {
    sent.push(tails.map(({ stream }) => stream))
    asked.push(limit)
    const answer = tails.map(({ stream, after }) =>
      streamOf(stream, length).slice(after, after + limit),
    )
    return new Promise((resolve) => {
      land.push((failure) => resolve(failure ? left(failure) : right(answer)))
    })
  }
  /** Lets calls end, oldest first, until none is under way. */
  const landAll = async () => {
    for (let i = 0; i < land.length; i++) {
      land[i]?.()
      await turn()
    }
  }
  return { sent, asked, land, landAll, send }
}

const turn = (): Promise<void> => new Promise((resume) => setTimeout(resume))

const call = (): LoadProgress => ({ isGivenUp: false })

describe('loads that wait', () => {
  it('law 6: what was given up is not kept', async () => {
    const { landAll, send } = slow()
    const load = loadQueue(send, limits)
    void load('under way', 0, 10, call())
    await Promise.resolve()
    let looks = 0
    const givenUp: LoadProgress = {
      get isGivenUp() {
        looks++
        return true
      },
    }
    for (let n = 0; n < 20_000; n++) void load('a', 0, 10, givenUp)
    const wanted = load('b', 0, 10, call())
    // as many as are kept
    looks = 0
    await landAll()
    expect(looks).toBeLessThanOrEqual(1_000)
    expect((await wanted)._tag).toBe('Right')
  })

  it('law 1: each gets its own answer, and an idle store sends at once', async () => {
    const { sent, landAll, send } = slow()
    const load = loadQueue(send, limits)
    const answers = ['a', 'b', 'c', 'd', 'e'].map((stream) => load(stream, 1, 10, call()))
    await Promise.resolve()
    expect(sent).toStrictEqual([['a', 'b', 'c']])
    await landAll()
    expect(await Promise.all(answers)).toStrictEqual(
      ['a', 'b', 'c', 'd', 'e'].map((stream) =>
        right({ events: streamOf(stream, 2).slice(1), isWhole: true }),
      ),
    )
  })

  it('law 2: what was given up is not sent', async () => {
    const { sent, landAll, send } = slow()
    const load = loadQueue(send, limits)
    const given = call()
    const others = [load('a', 0, 10, call())]
    await turn()
    void load('b', 0, 10, given)
    others.push(load('c', 0, 10, call()))
    given.isGivenUp = true
    await landAll()
    await Promise.all(others)
    expect(sent).toStrictEqual([['a'], ['c']])
  })

  it('law 3: they are sent in their order, over as many calls as are allowed', async () => {
    const { sent, landAll, send } = slow()
    const load = loadQueue(send, { ...limits, calls: 2, together: 1 })
    const answers = ['a', 'b', 'c', 'd'].map((stream) => load(stream, 0, 10, call()))
    await turn()
    expect(sent).toStrictEqual([['a'], ['b']])
    await landAll()
    await Promise.all(answers)
    expect(sent).toStrictEqual([['a'], ['b'], ['c'], ['d']])
  })

  it('law 4: several share a page, and each gets what it asked for', async () => {
    const { asked, landAll, send } = slow(eventsPerPage)
    const load = loadQueue(send, { ...limits, together: 32 })
    const one = load('a', 0, eventsPerPage, call())
    await turn()
    const two = [load('b', 0, eventsPerPage, call()), load('c', 0, 7, call())]
    await landAll()
    const many = Array.from({ length: 32 }, (_, i) => load(`s${i}`, 0, eventsPerPage, call()))
    await landAll()
    expect(asked).toStrictEqual([eventsPerPage, eventsPerPage / 2, eventsPerChunk])
    expect(await one).toStrictEqual(right({ events: streamOf('a', eventsPerPage), isWhole: false }))
    expect(await Promise.all(two)).toStrictEqual([
      right({ events: streamOf('b', eventsPerPage / 2), isWhole: false }),
      right({ events: streamOf('c', 7), isWhole: false }),
    ])
    expect(await many[31]).toStrictEqual(
      right({ events: streamOf('s31', eventsPerChunk), isWhole: false }),
    )
  })

  it('law 5: if several are refused, each is asked for alone', async () => {
    const { sent, land, send } = slow()
    const load = loadQueue(send, limits)
    const answers = ['a', 'b', 'c'].map((stream) => load(stream, 0, 10, call()))
    await turn()
    const refused = {
      type: 'StoreUnavailable',
      operation: 'load',
      cause: { code: 'XX001' },
    } as const
    land[0]?.(refused)
    await turn()
    land[1]?.()
    await turn()
    land[2]?.(refused)
    await turn()
    land[3]?.()
    expect((await Promise.all(answers)).map(({ _tag }) => _tag)).toStrictEqual([
      'Right',
      'Left',
      'Right',
    ])
    expect(sent).toStrictEqual([['a', 'b', 'c'], ['a'], ['b'], ['c']])
  })

  it('law 5: if there is no connection, none is asked for again', async () => {
    const { sent, land, send } = slow()
    const load = loadQueue(send, limits)
    const answers = ['a', 'b'].map((stream) => load(stream, 0, 10, call()))
    await turn()
    const lost = { type: 'StoreUnavailable', operation: 'load', cause: { code: '57P01' } } as const
    land[0]?.(lost)
    expect(await Promise.all(answers)).toStrictEqual([left(lost), left(lost)])
    expect(sent).toHaveLength(1)
  })

  it('law 7: one that is alone is made in halves if its stream is known to be long', async () => {
    const { sent, landAll, send } = slow(eventsPerPage)
    const load = loadQueue(send, { calls: 2, together: 32, halves: true })
    const loaded = async (...streams: ReadonlyArray<string>) => {
      const start = sent.length
      const answers = streams.map((stream) => load(stream, 0, eventsPerPage, call()))
      await turn()
      await landAll()
      expect(await Promise.all(answers)).toStrictEqual(
        streams.map((stream) =>
          right({
            events: streamOf(stream, eventsPerPage).slice(0, eventsPerPage / streams.length),
            isWhole: false,
          }),
        ),
      )
      return sent.slice(start)
    }
    expect(await loaded('a')).toStrictEqual([['a']])
    expect(await loaded('a')).toStrictEqual([['a'], ['a']])
    expect(await loaded('b')).toStrictEqual([['b']])
    expect(await loaded('a', 'b')).toStrictEqual([['a', 'b']])
  })

  it('law 7: none is where the database works on one call at a time', async () => {
    const { sent, landAll, send } = slow(eventsPerPage)
    const load = loadQueue(send, { calls: 2, together: 32, halves: false })
    for (let n = 0; n < 2; n++) {
      const loaded = load('a', 0, eventsPerPage, call())
      await turn()
      await landAll()
      await loaded
    }
    expect(sent).toStrictEqual([['a'], ['a']])
  })
})
