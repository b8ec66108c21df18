import fc from 'fast-check'
import { left, right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { unavailable } from '../../../src/store/internal/engine.ts'
import type { StoredEvents } from '../../../src/store/internal/engineModel.ts'
import { eventsPerChunk } from '../../../src/store/Sql/chunks.ts'
import { eventsPerPage, loadInPages } from '../../../src/store/Sql/pages.ts'
import { countedStream } from '../../support/countedStream.ts'

const streamOf = (length: number, history = 1): StoredEvents => countedStream(length, history)

/** Loads pages of what `streams` returns, the first of at most `first` events, and counts the events of each. */
const pagesOf = (streams: (page: number) => StoredEvents, first = Infinity) => {
  const sizes: Array<number> = []
  const pageAt = (after: number, limit: number): StoredEvents => {
    const page = streams(sizes.length).slice(after, after + limit)
    sizes.push(page.length)
    return page
  }
  const load = loadInPages(
    (_, after, limit) => {
      const most = Math.min(limit, first)
      const events = pageAt(after, most)
      return Promise.resolve(right({ events, isWhole: events.length < most }))
    },
    (_, after, limit) => Promise.resolve(right(pageAt(after, limit))),
  )
  return { load, sizes }
}

const call = () => ({ isGivenUp: false })

describe('loadInPages', () => {
  const long = streamOf(2 * eventsPerPage + 3)

  it('loads what one call would load', () =>
    fc.assert(
      fc.asyncProperty(
        fc.constantFrom(0, 1, eventsPerPage, eventsPerPage + 1, long.length),
        fc.nat({ max: long.length + 1 }),
        fc.constantFrom(0, 1, eventsPerPage, eventsPerPage + 1, long.length, Infinity),
        fc.constantFrom(1, eventsPerChunk, Infinity),
        async (length, after, limit, first) => {
          const stream = long.slice(0, length)
          const { load } = pagesOf(() => stream, first)
          expect(await load('a', after, limit, call())).toStrictEqual(
            right(stream.slice(after, after + limit)),
          )
        },
      ),
      { numRuns: 40 },
    ))

  it('takes one call for a stream that fits into a page, and never asks for much more than a page', async () => {
    const short = pagesOf(() => long.slice(0, eventsPerPage - 1))
    await short.load('a', 0, Infinity, call())
    const whole = pagesOf(() => long)
    await whole.load('a', 0, Infinity, call())
    expect([short.sizes, whole.sizes]).toStrictEqual([
      [eventsPerPage - 1],
      [eventsPerPage, eventsPerPage + 1, 4],
    ])
  })

  it('includes what is appended while it loads', async () => {
    const { load } = pagesOf((page) => (page === 0 ? long.slice(0, eventsPerPage) : long))
    expect(await load('a', 0, Infinity, call())).toStrictEqual(right(long))
  })

  it('starts again if the history is another one when the next page is read, or a shorter one', async () => {
    const other = streamOf(long.length, 2)
    const { load, sizes } = pagesOf((page) => (page === 0 ? long : other))
    expect(await load('a', 0, Infinity, call())).toStrictEqual(right(other))
    expect(sizes).toHaveLength(5)
    const shorter = pagesOf((page) => (page === 0 ? long : long.slice(0, 1)))
    expect(await shorter.load('a', 0, Infinity, call())).toStrictEqual(right(long.slice(0, 1)))
  })

  it('fails if a page fails', async () => {
    const failure = unavailable('load', 'gone')
    const load = loadInPages(
      () => Promise.resolve(right({ events: long.slice(0, eventsPerPage), isWhole: false })),
      () => Promise.resolve(failure),
    )
    expect(await load('a', 0, Infinity, call())).toStrictEqual(
      left({ type: 'StoreUnavailable', operation: 'load', cause: 'gone' }),
    )
  })

  it('reads no further once nobody waits', async () => {
    const given = call()
    const { load, sizes } = pagesOf((page) => {
      given.isGivenUp = page === 1
      return long
    })
    await load('a', 0, Infinity, given)
    expect(sizes).toHaveLength(2)
  })
})
