// Envelopes for events, drawn and written by hand.
import fc from 'fast-check'
import { fromNullable, none } from 'fp-ts/lib/Option.js'
import type { Recorded } from '../../src/Recorded.ts'
import { plain } from './plain.ts'

/** The names of a request that gave none. */
export const nobody = { actor: none, correlationId: none, causationId: none } as const

export interface Placed<E> {
  readonly stream: string
  readonly event: E
}

interface Entry<E> extends Placed<E> {
  readonly occurredAt: number
  readonly recordedAt: number
  readonly actor?: string | undefined
}

/** The entries in the order in which a store wrote them down, with versions and positions. */
export const record = <E>(entries: ReadonlyArray<Entry<E>>): ReadonlyArray<Recorded<E>> => {
  const versions = new Map<string, number>()
  return entries.map(({ stream, event, occurredAt, recordedAt, actor }, index) => {
    const version = (versions.get(stream) ?? 0) + 1
    versions.set(stream, version)
    return {
      stream,
      version,
      position: index + 1,
      commitId: `commit-${index + 1}`,
      recordedAt,
      occurredAt,
      ...nobody,
      actor: fromNullable(actor),
      event,
    }
  })
}

const instant = fc.nat({ max: 20 })

const envelopes = fc.array(
  plain({
    occurredAt: instant,
    sinceLast: fc.nat({ max: 2 }),
    actor: fc.option(fc.constantFrom('ann', 'bob'), { nil: undefined }),
  }),
  { minLength: 1, maxLength: 20, size: 'max' },
)

/** The events in envelopes: recorded one after the other, having occurred at any time. */
export const recordedOf = <E>(
  placed: fc.Arbitrary<ReadonlyArray<Placed<E>>>,
): fc.Arbitrary<ReadonlyArray<Recorded<E>>> =>
  fc.tuple(placed, envelopes).map(([events, drawn]) => {
    let recordedAt = 0
    return record(
      events.map(({ stream, event }, i) => {
        const envelope = drawn[i % drawn.length]
        recordedAt += envelope?.sinceLast ?? 0
        return {
          stream,
          event,
          occurredAt: envelope?.occurredAt ?? 0,
          recordedAt,
          actor: envelope?.actor,
        }
      }),
    )
  })

/** The events in envelopes of one stream. */
export const historyOf = <E>(events: fc.Arbitrary<ReadonlyArray<E>>) =>
  recordedOf(events.map((list) => list.map((event) => ({ stream: 'order-1', event }))))
