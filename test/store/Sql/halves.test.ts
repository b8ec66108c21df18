// The numbers are those of the laws in src/store/Sql/halves.ts.
import fc from 'fast-check'
import { left, right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { StoredEvents } from '../../../src/store/internal/engineModel.ts'
import { halvingLoads, manyEvents } from '../../../src/store/Sql/halves.ts'
import type { Tail } from '../../../src/store/Sql/pages.ts'
import { countedStream } from '../../support/countedStream.ts'

const streamOf = (length: number, history = 1): StoredEvents => countedStream(length, history)

const failure = { type: 'StoreUnavailable', operation: 'load', cause: 'gone' } as const

/** A database in which the stream is what `streams` says for each call; `undefined` fails. */
const storing = (streams: (call: number) => StoredEvents | undefined) => {
  const calls: Array<readonly [after: number, limit: number]> = []
  const { alone, together } = halvingLoads((tails, limit) => {
    const stored = streams(calls.length)
    if (stored === undefined) return Promise.resolve(left(failure))
    const answers = tails.map(({ after }: Tail) => {
      calls.push([after, limit])
      return stored.filter(({ version }) => version > after).slice(0, limit)
    })
    return Promise.resolve(right(answers))
  })
  const load = (after: number, limit: number) => alone([{ stream: 'a', after }], limit)
  return { calls, load, together }
}

const long = 3 * manyEvents
const lengths = fc.oneof(
  fc.constantFrom(0, 1, manyEvents - 1, manyEvents, manyEvents + 1, long),
  fc.nat({ max: long }),
)

describe('a load of a long stream', () => {
  it('is made by two calls at once from the second time on', async () => {
    const { calls, load } = storing(() => streamOf(long))
    await load(0, 2_000)
    await load(0, 2_000)
    await load(long - manyEvents, 2_000)
    await load(long - manyEvents + 1, 2_000)
    const half = long / 2
    expect(calls).toStrictEqual([
      [0, 2_000],
      [0, half],
      [half - 1, 2_000 - half + 1],
      [long - manyEvents, manyEvents / 2],
      [long - manyEvents / 2 - 1, 2_000 - manyEvents / 2 + 1],
      [long - manyEvents + 1, 2_000],
    ])
  })

  it('is one call where its stream is not known to be long', async () => {
    const { calls, load } = storing(() => streamOf(manyEvents - 1))
    await load(0, 2_000)
    await load(0, 2_000)
    expect(calls).toHaveLength(2)
  })

  it('law 1: gives what one call gives, however the stream changes between loads', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.record({
            length: lengths,
            history: fc.nat({ max: 1 }),
            after: lengths,
            limit: fc.oneof(lengths, fc.constant(2_000)).map((n) => Math.max(1, n)),
          }),
          { minLength: 2, maxLength: 5 },
        ),
        async (loads) => {
          let stored = streamOf(long)
          const { load } = storing(() => stored)
          await load(0, 2_000)
          for (const { length, history, after, limit } of loads) {
            stored = streamOf(length, history)
            expect(await load(after, limit)).toStrictEqual(
              right([stored.slice(after, after + limit)]),
            )
          }
        },
      ),
      { numRuns: 60 },
    ))

  it('law 1: gives the events of one history', async () => {
    const [old, restored] = [streamOf(long), streamOf(long, 2)]
    for (const last of [restored, streamOf(long / 4, 2), streamOf(long / 2, 2)]) {
      const { load } = storing((call) => (call < 2 ? old : last))
      await load(0, 2_000)
      expect(await load(0, 2_000)).toStrictEqual(right([last]))
    }
  })

  it('law 1: gives the versions that are stored, where some are missing', async () => {
    const gap = streamOf(long).filter(({ version }) => version !== 7)
    const { load } = storing(() => gap)
    await load(0, 2_000)
    expect(await load(0, 2_000)).toStrictEqual(right([gap]))
  })

  it('includes what is appended between its calls', async () => {
    const { load } = storing((call) => streamOf(call < 2 ? long : long + 1))
    await load(0, 2_000)
    expect(await load(0, 2_000)).toStrictEqual(right([streamOf(long + 1)]))
  })

  it.each([1, 2])('fails if call %i fails', async (failing) => {
    const { load } = storing((call) => (call === failing ? undefined : streamOf(long)))
    await load(0, 2_000)
    expect(await load(0, 2_000)).toStrictEqual(left(failure))
  })

  it('is one call again after its stream has become shorter', async () => {
    let stored = streamOf(long)
    const { calls, load } = storing(() => stored)
    await load(0, 2_000)
    stored = streamOf(3)
    await load(0, 2_000)
    const made = calls.length
    await load(0, 2_000)
    expect(calls).toHaveLength(made + 1)
  })

  it('stays known where a part of it is loaded', async () => {
    const { calls, load } = storing(() => streamOf(long))
    await load(0, 2_000)
    await load(0, 10)
    await load(0, 2_000)
    expect(calls).toHaveLength(4)
  })

  it('law 2: is forgotten when a thousand others have been loaded', async () => {
    const { calls, load, together } = storing(() => streamOf(manyEvents))
    await load(0, 2_000)
    const others = Array.from({ length: 1_000 }, (_, i) => ({ stream: `${i}`, after: 0 }))
    await together(others, 2_000)
    const made = calls.length
    await load(0, 2_000)
    expect(calls).toHaveLength(made + 1)
  })
})
