import fc from 'fast-check'
import { left, right } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import { eventCodecOf } from '../../src/codec/EventCodec.ts'
import { codec, where } from '../../src/codec/IoTs.ts'
import type { Decider } from '../../src/Decider.ts'
import { digest } from '../../src/testing/conformance/digest.ts'
import type { Conformance } from '../../src/testing/conformance.ts'
import { conformance } from '../../src/testing/conformance.ts'

interface Add {
  readonly type: 'Add'
  readonly by: number
}

interface Added {
  readonly type: 'Added'
  readonly by: number
}

type Subject = Parameters<typeof conformance<Add, number, Added, 'TooMuch'>>[0]

const counter: Decider<Add, number, Added, 'TooMuch'> = {
  initialState: 0,
  decide: ({ by }, sum) =>
    sum + by > 99 ? { _tag: 'Left', left: 'TooMuch' } : right([{ type: 'Added', by }]),
  evolve: (sum, { by }) => sum + by,
  isTerminal: (sum) => sum === 99,
}

const subject: Subject = {
  decider: counter,
  commands: codec(t.type({ type: t.literal('Add'), by: t.number })),
  events: eventCodecOf<Added>({
    Added: codec(t.type({ type: t.literal('Added'), by: t.number })),
  }),
  laws: {
    command: fc.record({ type: fc.constant('Add' as const), by: fc.integer({ min: -9, max: 9 }) }),
    noEffect: ({ by }) => by === 0,
  },
  views: { total: (history) => history.reduce((sum, { event }) => sum + event.by, 0) },
  more: { one: () => [1] },
}

const corpus = [
  [
    { type: 'Add', by: 1 },
    { type: 'Add', by: 2 },
    'no command',
    { type: 'Add', by: 97 },
    { type: 'Add', by: 96 },
  ],
]
const ask = (asked: Subject): Promise<Conformance> => conformance(asked, { corpus, walks: 5 })()

const differing = (a: Conformance, b: Conformance): ReadonlyArray<string> =>
  a.sections.flatMap(({ name, digest }, i) => (b.sections[i]?.digest === digest ? [] : [name]))

const sections = [
  'corpus',
  'walks',
  'commands',
  'near misses',
  'laws',
  'one',
  'handler',
  'history',
  'total',
]

let answers: ReturnType<typeof ask> | undefined
/** What the subject itself answers, asked once. */
const known = () => (answers ??= ask(subject))

describe('conformance', () => {
  it('gives the same answers again (law 1)', async () => {
    const asked = await known()
    expect(await ask(subject)).toStrictEqual(asked)
    expect(asked.sections.map(({ name }) => name)).toStrictEqual(sections)
    expect(asked.digest).toBe(digest(asked.sections))
    expect(asked.sections.every(({ answers }) => answers > 0)).toBe(true)
  })

  it('asks of everything as often as it is told to', async () => {
    const counts = async (walks: number) => {
      const { sections: asked } = await conformance(subject, { corpus, walks })()
      return Object.fromEntries(asked.map(({ name, answers }) => [name, answers]))
    }
    const few = await counts(2)
    expect(few).toStrictEqual({
      // an answer for each command, and for each list its events, its states and whether it ended
      corpus: 5 + 3,
      walks: expect.any(Number),
      commands: 2 * 4,
      'near misses': 2 * 2,
      laws: 11,
      one: 1,
      handler: expect.any(Number),
      history: 3 * 4,
      total: 1,
    })
    expect(await counts(3)).toMatchObject({ commands: 3 * 4, 'near misses': 3 * 2, history: 4 * 4 })
  })

  it('asks of no corpus, and draws with seed 1, where nothing is said', async () => {
    const asked = await conformance(subject, { walks: 1 })()
    expect(await conformance(subject, { corpus: [], walks: 1, seed: 1 })()).toStrictEqual(asked)
    expect(asked.sections[0]).toStrictEqual({ name: 'corpus', answers: 0, digest: digest([]) })
  })

  // each is wrong in one place only, and told by the sections that come by there
  const wrong: Readonly<Record<string, readonly [Subject, ReadonlyArray<string>]>> = {
    evolve: [
      {
        ...subject,
        decider: { ...counter, evolve: (sum, { by }) => sum + by + (by === 2 ? 1 : 0) },
      },
      ['corpus', 'walks', 'handler', 'history'],
    ],
    'the end': [{ ...subject, decider: { ...counter, isTerminal: () => false } }, ['corpus']],
    'what is refused': [
      {
        ...subject,
        commands: codec(
          t.type({ type: t.literal('Add'), by: where(t.number, Number.isInteger, 'whole') }),
        ),
      },
      ['near misses'],
    ],
    'the sign of zero': [
      {
        ...subject,
        decider: { ...counter, initialState: -0 },
      },
      ['corpus', 'walks', 'commands', 'history'],
    ],
    'what events look like': [
      {
        ...subject,
        events: {
          ...subject.events,
          encode: (event) =>
            right({ type: event.type, schemaVersion: 1, data: { ...event, more: 1 } }),
        },
      },
      ['corpus', 'walks', 'commands', 'handler'],
    ],
    'why data is no event': [
      {
        ...subject,
        events: {
          ...subject.events,
          decode: (encoded) => {
            const decoded = subject.events.decode(encoded)
            return decoded._tag === 'Right' ? decoded : left({ ...decoded.left, schemaVersion: 7 })
          },
        },
      },
      ['near misses'],
    ],
    'a view': [{ ...subject, views: { total: () => 0 } }, ['total']],
    more: [{ ...subject, more: { one: () => [2] } }, ['one']],
    'the laws': [
      { ...subject, laws: { ...subject.laws, invariants: { odd: () => true } } },
      ['laws'],
    ],
  }

  it.each(Object.entries(wrong))(
    'tells another decider by %s (law 2)',
    async (_, [other, names]) => {
      const [a, b] = [await known(), await ask(other)]
      expect(b.digest).not.toBe(a.digest)
      expect(differing(a, b)).toEqual(expect.arrayContaining([...names]))
    },
  )

  it('tells every answer, and what differs when the seed does', async () => {
    const told: Array<readonly [string, unknown]> = []
    const tell = (section: string, answer: unknown): void => void told.push([section, answer])
    const asked = await conformance(subject, { corpus, walks: 2, tell })()
    for (const { name, answers, digest: sum } of asked.sections) {
      const own = told.filter(([section]) => section === name).map(([, answer]) => answer)
      expect(own).toHaveLength(answers)
      expect(digest(own)).toBe(sum)
    }
    const other = await conformance(subject, { corpus, walks: 2, seed: 2 })()
    expect(differing(asked, other)).toContain('walks')
    expect(differing(asked, other)).not.toContain('corpus')
  })

  it('shows what is wrong in a corpus, and goes on', async () => {
    const told: Array<unknown> = []
    await conformance(subject, {
      corpus,
      walks: 1,
      tell: (section, answer) => void (section === 'corpus' && told.push(answer)),
    })()
    const [one, two, none, rejected, last, texts, states, ends] = told
    expect([one, two]).toStrictEqual([
      right({ events: [{ type: 'Added', by: 1 }], state: 1 }),
      right({ events: [{ type: 'Added', by: 2 }], state: 3 }),
    ])
    expect(none).toMatchObject({ _tag: 'Left' })
    expect(rejected).toStrictEqual({ _tag: 'Left', left: 'TooMuch' })
    expect(last).toStrictEqual(right({ events: [{ type: 'Added', by: 96 }], state: 99 }))
    expect(texts).toHaveLength(3)
    expect([states, ends]).toStrictEqual([[0, 1, 3, 99], true])
  })
})
