// The numbers are those of the laws in src/store/Sql/loads.ts.
import { right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { LoadProgress, StoredEvents } from '../../../src/store/internal/engineModel.ts'
import { eventsPerChunk } from '../../../src/store/Sql/chunks.ts'
import { loadQueue } from '../../../src/store/Sql/loads.ts'
import type { SendLoads } from '../../../src/store/Sql/pages.ts'
import { eventsPerPage } from '../../../src/store/Sql/pages.ts'
import { countedStream } from '../../support/countedStream.ts'

const streamOf = (stream: string, length: number): StoredEvents => countedStream(length, 0, stream)

/** A database in which each stream is longer than a page. */
const database = () => {
  const sent: Array<ReadonlyArray<string>> = []
  const asked: Array<number> = []
  const send: SendLoads = (tails, limit) => {
    sent.push(tails.map(({ stream }) => stream))
    asked.push(limit)
    return Promise.resolve(
      right(
        tails.map(({ stream, after }) =>
          streamOf(stream, eventsPerPage + 1).slice(after, after + limit),
        ),
      ),
    )
  }
  return { sent, asked, send }
}

const call = (): LoadProgress => ({ isGivenUp: false })

describe('loads', () => {
  it('law 1: several share a page, and each gets what it asked for', async () => {
    const { asked, send } = database()
    const load = loadQueue(send, { calls: 1, together: 32, halves: false })
    const part = (stream: string, length: number) =>
      right({ events: streamOf(stream, length), isWhole: false })
    expect(await load('a', 0, eventsPerPage, call())).toStrictEqual(part('a', eventsPerPage))
    const two = [load('b', 0, eventsPerPage, call()), load('c', 0, 7, call())]
    expect(await Promise.all(two)).toStrictEqual([part('b', eventsPerPage / 2), part('c', 7)])
    const many = Array.from({ length: 32 }, (_, i) => load(`s${i}`, 0, eventsPerPage, call()))
    expect((await Promise.all(many))[31]).toStrictEqual(part('s31', eventsPerChunk))
    expect(await load('d', 0, 3, call())).toStrictEqual(part('d', 3))
    expect(asked).toStrictEqual([eventsPerPage, eventsPerPage / 2, eventsPerChunk, 3])
  })

  it('law 1: one of which there is no more is whole', async () => {
    const { send } = database()
    const load = loadQueue(send, { calls: 1, together: 32, halves: false })
    expect(await load('a', eventsPerPage - 1, 3, call())).toMatchObject(right({ isWhole: true }))
    expect(await load('a', eventsPerPage - 1, 2, call())).toMatchObject(right({ isWhole: false }))
  })

  it.each([true, false])('law 2: a long stream is loaded in halves: %s', async (halves) => {
    const { sent, send } = database()
    const load = loadQueue(send, { calls: 2, together: 32, halves })
    const loaded = async (...streams: ReadonlyArray<string>) => {
      const start = sent.length
      const answers = await Promise.all(
        streams.map((stream) => load(stream, 0, eventsPerPage, call())),
      )
      const size = eventsPerPage / streams.length
      expect(answers).toStrictEqual(
        streams.map((stream) => right({ events: streamOf(stream, size), isWhole: false })),
      )
      return sent.slice(start)
    }
    expect(await loaded('a')).toStrictEqual([['a']])
    expect(await loaded('a')).toStrictEqual(halves ? [['a'], ['a']] : [['a']])
    expect(await loaded('b')).toStrictEqual([['b']])
    expect(await loaded('a', 'b')).toStrictEqual([['a', 'b']])
  })
})
