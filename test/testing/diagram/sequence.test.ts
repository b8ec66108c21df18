import fc from 'fast-check'
import type { Option } from 'fp-ts/lib/Option.js'
import { none, some } from 'fp-ts/lib/Option.js'
import { describe, expect, it } from 'vitest'
import type { Recorded } from '../../../src/Recorded.ts'
import { sequence } from '../../../src/testing/diagram/sequence.ts'
import { plain } from '../../support/plain.ts'

interface Event {
  readonly type: string
}

const option = <A>(arbitrary: fc.Arbitrary<A>): fc.Arbitrary<Option<A>> =>
  fc.oneof(fc.constant(none), arbitrary.map(some))

/** Events of a few streams, whose causes are among their commits, themselves or unheard of. */
const recorded: fc.Arbitrary<ReadonlyArray<Recorded<Event>>> = fc
  .array(
    plain({
      stream: fc.constantFrom('order: 1', 'payment', 'end'),
      actor: option(fc.constantFrom('ann', 'bob;', '')),
      correlationId: option(fc.constantFrom('x', 'y')),
      causationId: option(fc.nat({ max: 9 }).map((n) => `commit-${n}`)),
      occurredAt: fc.nat({ max: 1e12 }),
      recordedAt: fc.nat({ max: 1e12 }),
      event: plain({ type: fc.constantFrom('Paid', 'a\nb', '') }),
    }),
    { maxLength: 8 },
  )
  .map((drawn) =>
    drawn.map((one, i) => ({ ...one, version: 1, position: i + 1, commitId: `commit-${i}` })),
  )

const shuffled = recorded.chain((events) =>
  fc.tuple(
    fc.constant(events),
    fc.shuffledSubarray([...events], { minLength: events.length, maxLength: events.length }),
  ),
)

const read = (text: string): string =>
  text
    .replaceAll('<br/>', '\n')
    .replace(/#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))

/** Every arrow, by the names that its ends have; each line has to be of a form that is known. */
const arrowsOf = (text: string) => {
  const [head, ...lines] = text.replace(/\n$/, '').split('\n')
  expect(head).toBe('sequenceDiagram')
  const names = new Map<string, string>()
  return lines.flatMap((line) => {
    const party = /^ {2}(?:actor|participant) ([ap]\d+) as (.+)$/.exec(line)
    const note = /^ {2}Note over ([ap]\d+)(,[ap]\d+)?: .+$/.exec(line)
    const arrow = /^ {2}([ap]\d+) (--?>>) (p\d+): (.+)$/.exec(line)
    if ((party ?? note ?? arrow) === null) throw new Error(`what is this: ${line}`)
    if (party !== null) names.set(party[1] ?? '', read(party[2] ?? ''))
    return arrow === null
      ? []
      : [[names.get(arrow[1] ?? ''), arrow[2], names.get(arrow[3] ?? ''), read(arrow[4] ?? '')]]
  })
}

describe('a history as a sequence', () => {
  it('1. has one arrow an event, in the order of their positions', () => {
    fc.assert(
      fc.property(shuffled, ([events, other]) => {
        expect(sequence(other)).toBe(sequence(events))
        expect(arrowsOf(sequence(events)).map(([, , to, text]) => [to, text])).toStrictEqual(
          events.map(({ stream, event, occurredAt }) => [
            stream,
            `${event.type} (${new Date(occurredAt).toISOString()})`.replace(/^ /, '\u00a0'),
          ]),
        )
      }),
    )
  })

  it('2. draws an event from the stream of its cause, if that came before, or from its actor', () => {
    fc.assert(
      fc.property(recorded, (events) => {
        expect(arrowsOf(sequence(events)).map(([from, arrow]) => [from, arrow])).toStrictEqual(
          events.map(({ causationId, actor }, i) => {
            const cause = events
              .slice(0, i)
              .find(({ commitId }) => causationId._tag === 'Some' && causationId.value === commitId)
            const who = actor._tag === 'Some' && actor.value !== '' ? actor.value : '(unknown)'
            return cause === undefined ? [who, '->>'] : [cause.stream, '-->>']
          }),
        )
      }),
    )
  })

  const placed: Recorded<Event> = {
    stream: 'order-1',
    version: 1,
    position: 1,
    commitId: 'c1',
    recordedAt: 86_400_000,
    occurredAt: 0,
    actor: some('ann'),
    correlationId: some('visit 7'),
    causationId: none,
    event: { type: 'OrderPlaced' },
  }
  const requested: Recorded<Event> = {
    ...placed,
    stream: 'payment-1',
    position: 2,
    commitId: 'c2',
    actor: none,
    causationId: some('c1'),
    event: { type: 'PaymentRequested' },
  }
  const counted: Recorded<Event> = {
    ...placed,
    stream: 'stock',
    position: 3,
    commitId: 'c3',
    occurredAt: NaN,
    actor: none,
    correlationId: none,
    event: { type: 'StockCounted' },
  }

  it('is told with its conversations and its causes', () => {
    expect(sequence([placed, requested, counted])).toBe(`sequenceDiagram
  actor a0 as ann
  actor a1 as (unknown)
  participant p0 as order-1
  participant p1 as payment-1
  participant p2 as stock
  Note over a0,p2: visit 7
  a0 ->> p0: OrderPlaced (1970-01-01T00#58;00#58;00.000Z)
  p0 -->> p1: PaymentRequested (1970-01-01T00#58;00#58;00.000Z)
  Note over a0,p2: (no conversation)
  a1 ->> p2: StockCounted (NaN)
`)
  })

  it('has no word of conversations before the first one', () => {
    const alone = { ...placed, correlationId: none, event: { type: 'OrderOpened' } }
    expect(sequence([alone, { ...placed, position: 2 }])).toBe(`sequenceDiagram
  actor a0 as ann
  participant p0 as order-1
  a0 ->> p0: OrderOpened (1970-01-01T00#58;00#58;00.000Z)
  Note over a0,p0: visit 7
  a0 ->> p0: OrderPlaced (1970-01-01T00#58;00#58;00.000Z)
`)
  })

  it('is told by another clock, in other words and with other names for causes', () => {
    const text = sequence([placed, { ...requested, causationId: some('order-1@1') }], {
      clock: 'recordedAt',
      text: ({ type }) => type.toLowerCase(),
      names: ({ stream, version }) => [`${stream}@${version}`],
    })
    expect(text).toContain('  p0 -->> p1: paymentrequested (1970-01-02T00#58;00#58;00.000Z)\n')
  })

  it('of nothing has nothing in it', () => {
    expect(sequence([])).toBe('sequenceDiagram\n')
  })
})
