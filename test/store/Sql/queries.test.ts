// The numbers are those of the laws in src/store/Sql/queries.ts.
import fc from 'fast-check'
import { left, right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { tag } from '../../../src/Query.ts'
import { pageOf } from '../../../src/store/internal/engine.ts'
import type { LoadProgress } from '../../../src/store/internal/engineModel.ts'
import { eventsPerChunk } from '../../../src/store/Sql/chunks.ts'
import { eventsPerPage } from '../../../src/store/Sql/pages.ts'
import type { QueryRead } from '../../../src/store/Sql/queries.ts'
import { queryQueue } from '../../../src/store/Sql/queries.ts'
import { countedStream } from '../../support/countedStream.ts'

const head = 2 * eventsPerPage + 3
const stored = countedStream(head)
const query = [{ tags: [tag('all')('1')] }] as const
const call = (): LoadProgress => ({ isGivenUp: false })

/** A database in which everything matches. */
const database = () => {
  const asked: Array<readonly [reads: number, limit: number]> = []
  const read = queryQueue(
    (reads, limit) => {
      asked.push([reads.length, limit])
      const found = reads.map(({ after }) => ({
        head,
        events: stored.slice(after, after + limit),
      }))
      return Promise.resolve(right(found))
    },
    { calls: 1, together: 32 },
  )
  return { asked, read: (limit: number, after = 0) => read({ query, after, limit }, call()) }
}

describe('reads by query', () => {
  it('law 1: each page is that of a call of its own', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            after: fc.oneof(
              fc.nat({ max: head + 1 }),
              fc.nat({ max: 3 }).map((n) => head - n),
            ),
            limit: fc.oneof(
              fc.nat({ max: head + 1 }),
              fc.constantFrom(0, 1, eventsPerChunk - 1, eventsPerChunk, eventsPerChunk + 1),
            ),
          }),
          { minLength: 1, maxLength: 40 },
        ),
        async (reads) => {
          const { read } = database()
          const pages = await Promise.all(reads.map(({ limit, after }) => read(limit, after)))
          expect(pages).toStrictEqual(
            reads.map(({ after, limit }) =>
              right(pageOf(stored.slice(after, after + limit), after, limit, head)),
            ),
          )
        },
      ),
      { numRuns: 40 },
    ))

  it('law 2: one that found its share is read again alone, and a large one alone at once', async () => {
    const { asked, read } = database()
    await Promise.all([read(eventsPerPage), read(7)])
    await read(eventsPerPage + 1)
    await read(10)
    await Promise.all([read(eventsPerPage, head - 5), read(eventsPerPage, head - 5)])
    expect(asked).toStrictEqual([
      [2, eventsPerPage / 2],
      [1, eventsPerPage],
      [1, eventsPerPage + 1],
      [1, 10],
      [2, eventsPerPage / 2],
    ])
  })

  it('fails if its own call fails', async () => {
    const failure = { type: 'StoreUnavailable', operation: 'readAll', cause: 'gone' } as const
    const isSecond = (reads: ReadonlyArray<QueryRead>) => reads.length === 1
    const read = queryQueue(
      (reads, limit) =>
        Promise.resolve(
          isSecond(reads)
            ? left(failure)
            : right(reads.map(() => ({ head, events: stored.slice(0, limit) }))),
        ),
      { calls: 1, together: 32 },
    )
    const answers = await Promise.all([
      read({ query, after: 0, limit: eventsPerPage }, call()),
      read({ query, after: 0, limit: 1 }, call()),
    ])
    expect(answers).toStrictEqual([left(failure), right(pageOf(stored.slice(0, 1), 0, 1, head))])
  })
})
