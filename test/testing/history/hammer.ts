// Concurrent clients on a store, with calls that get lost: everything that they do and when is drawn.
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { left } from 'fp-ts/lib/Either.js'
import type { Projection } from '../../../src/Projection.ts'
import type { Query } from '../../../src/Query.ts'
import { everything, tag } from '../../../src/Query.ts'
import type { Commit, ExpectedVersion, ReadOptions } from '../../../src/store/EventStore.ts'
import type { HistoryReadModel, HistoryRecord } from '../../../src/testing/history.ts'
import {
  foldedBy,
  historyRecorder,
  recordReadModel,
  recordReceived,
  recordStore,
} from '../../../src/testing/history.ts'
import { plain } from '../../support/plain.ts'
import { anyVersion, exactly, logOf, noStream, noted, settle } from './support.ts'
import type { Event, Store, Stored } from './tinyStore.ts'

/** What becomes of a call: all goes well, or its answer is lost, it takes effect late or never, or it is turned away, or the client dies. */
const fates = [
  'Fine',
  'Fine',
  'Fine',
  'Fine',
  'Busy',
  'AnswerLost',
  'Late',
  'Lost',
  'Killed',
] as const

const streams = ['a-1', 'a-2', 'b-1'] as const

const within = tag('in')
const inA1 = within('a-1')

const queries: ReadonlyArray<Query> = [
  [{ tags: [inA1] }],
  [{ types: ['Odd'], tags: [inA1, inA1] }],
  [{ types: ['Even'] }],
  [{ tags: [within('b-1')] }, { types: ['Odd'] }],
  [{ tags: [inA1, tag('even')('')] }],
  everything,
]

const selection: fc.Arbitrary<ReadOptions> = fc.constantFrom(
  {},
  {},
  { types: ['Odd'] },
  { types: ['Even', 'Odd', 'Odd'] },
  { categories: ['a'] },
  { types: ['Even'], categories: ['b', 'a'] },
  { types: [] },
  ...queries.map((query) => ({ query })),
  { query: queries[0], types: ['Even'], categories: ['a'] },
)

/** One thing that a client does. */
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: plain({
      does: fc.constant('append' as const),
      stream: fc.constantFrom(...streams),
      size: fc.integer({ min: 1, max: 3 }),
      expects: fc.constantFrom(
        'Loaded' as const,
        'Loaded' as const,
        'NoStream' as const,
        'Any' as const,
      ),
      also: fc.constantFrom(
        'Nothing' as const,
        'Nothing' as const,
        'Checked' as const,
        'Written' as const,
      ),
      /** Sends it once more, under the same id: as it was, as another request, or to another stream. */
      again: fc.constantFrom(
        'No' as const,
        'No' as const,
        'Same' as const,
        'Other' as const,
        'Elsewhere' as const,
      ),
      /** Reads by a query first, and appends on the condition that nothing came since. */
      decides: fc.option(fc.constantFrom(...queries), { nil: undefined, freq: 2 }),
      fate: fc.constantFrom(...fates),
    }),
  },
  {
    weight: 2,
    arbitrary: plain({
      does: fc.constant('load' as const),
      stream: fc.constantFrom(...streams),
      after: fc.nat({ max: 4 }),
      limit: fc.constantFrom(undefined, 0, 1, 2, 5),
    }),
  },
  {
    weight: 2,
    arbitrary: plain({
      does: fc.constant('read' as const),
      after: fc.nat({ max: 12 }),
      limit: fc.constantFrom(0, 1, 2, 5, 100),
      selection,
      fails: fc.constantFrom(false, false, false, true),
    }),
  },
  { weight: 1, arbitrary: plain({ does: fc.constant('receive' as const), limit: fc.constantFrom(1, 3) }) }, // prettier-ignore
  { weight: 1, arbitrary: plain({ does: fc.constant('project' as const) }) },
  { weight: 1, arbitrary: plain({ does: fc.constant('look' as const) }) },
)

type ClientStep = typeof step extends fc.Arbitrary<infer A> ? A : never

/** What the clients do, and whose turn it is. */
export const plan = plain({
  clients: fc.array(fc.array(step, { minLength: 1, maxLength: 12 }), {
    minLength: 1,
    maxLength: 4,
  }),
  turns: fc.array(fc.nat({ max: 99 }), { minLength: 1, maxLength: 100 }),
})

export type Plan = typeof plan extends fc.Arbitrary<infer A> ? A : never

/** A history, and what it was folded from. */
export interface Hammered {
  readonly records: ReadonlyArray<HistoryRecord>
  readonly log: ReadonlyArray<Stored>
  readonly readModels: ReadonlyArray<HistoryReadModel<Event>>
}

/** How many events each stream has, and the last commit. */
const counts: Projection<Readonly<Record<string, number | string>>, Stored> = {
  initialState: {},
  evolve: (state, { stream, commitId }) => ({
    ...state,
    [stream]: Number(state[stream] ?? 0) + 1,
    last: commitId,
  }),
}

export const readModels = [foldedBy('counts', counts)]

/** Whoever waits for a turn goes on when it is chosen. */
const turnstile = () => {
  const waiting: Array<() => void> = []
  return {
    turn: () => new Promise<void>((go) => waiting.push(go)),
    run: async (turns: ReadonlyArray<number>, isOver: () => boolean) => {
      for (let i = 0; ; i++) {
        await settle()
        if (isOver() || waiting.length === 0) return
        const chosen = (turns[i % turns.length] ?? 0) % waiting.length
        waiting.splice(chosen, 1)[0]?.()
      }
    },
  }
}

const unavailable = left({ type: 'StoreUnavailable', operation: 'append', cause: 'lost' } as const)

const unread = left({ type: 'StoreUnavailable', operation: 'readAll', cause: 'lost' } as const)

/** A promise that nobody keeps. */
const never = new Promise<never>(() => undefined)

/** Lets the clients of a plan loose on a store. */
export const hammered = async (store: Store, { clients, turns }: Plan): Promise<Hammered> => {
  const records: Array<HistoryRecord> = []
  let time = 0
  const recorder = historyRecorder({
    now: () => ++time,
    write: (record) => records.push(structuredClone(record)),
  })
  const { turn, run } = turnstile()
  let running = clients.length
  let model = { position: 0, state: counts.initialState }
  const client = async (steps: ReadonlyArray<ClientStep>, name: string): Promise<void> => {
    let fate: (typeof fates)[number] = 'Fine'
    const end = () => {
      running--
      return never
    }
    // between the recorder and the store: the way there and back
    const far: Store = {
      load: (...asked) => () => turn().then(store.load(...asked)).then((answer) => turn().then(() => answer)), // prettier-ignore
      readAll: (...asked) => () => turn().then(store.readAll(...asked)).then((answer) => turn().then(() => answer)), // prettier-ignore
      append: (commit) => async () => {
        const own = fate
        await turn()
        if (own === 'Late' || own === 'Killed') void turn().then(store.append(commit))
        if (own === 'Killed') return end()
        if (own === 'Busy') return left({ type: 'StoreBusy', waiting: 1 })
        const answer = own === 'Late' || own === 'Lost' ? unavailable : await store.append(commit)()
        await turn()
        return own === 'Fine' ? answer : unavailable
      },
    }
    const own = recordStore(far, recorder, name)
    const failing = recordStore({ ...far, readAll: () => () => turn().then(() => unread) }, recorder, name) // prettier-ignore
    let cursor = 0
    for (const [i, one] of steps.entries()) {
      switch (one.does) {
        case 'append': {
          fate = 'Fine'
          const version = one.expects === 'Loaded' ? await versionOf(own, one.stream) : 0
          const after = one.decides && (await endOf(own, one.decides))
          const commit = commitFor(one, `${name}-${i}`, version, after)
          fate = one.fate
          await own.append(commit)()
          fate = 'Fine'
          if (one.again === 'Same') await own.append(commit)()
          if (one.again === 'Other') await own.append({ ...commit, fingerprint: 'other' })()
          if (one.again === 'Elsewhere') await own.append(elsewhere(commit))()
          break
        }
        case 'load':
          await own.load(one.stream, one.after, { limit: one.limit })()
          break
        case 'read':
          await (one.fails ? failing : own).readAll(one.after, one.limit, one.selection)()
          break
        case 'receive': {
          const page = await own.readAll(cursor, one.limit)()
          if (E.isLeft(page)) break
          recordReceived(recorder, `reader of ${name}`, cursor, page.right)
          cursor = page.right.end
          break
        }
        case 'project': {
          const from = model
          const page = await own.readAll(from.position, 3)()
          // the fence
          if (E.isLeft(page) || model !== from) break
          const state = page.right.events.reduce(
            (all, event) => counts.evolve(all, event),
            from.state,
          )
          model = { position: page.right.end, state }
          break
        }
        case 'look':
          await recordReadModel(recorder, name, 'counts', () => turn().then(() => E.right(model)))()
          break
      }
    }
    running--
  }
  clients.forEach((steps, i) => void client(steps, `client ${i}`))
  await run(turns, () => running === 0)
  return { records, log: await logOf(store), readModels }
}

const versionOf = async (store: Store, stream: string): Promise<number> => {
  const loaded = await store.load(stream)()
  return E.isRight(loaded) ? loaded.right.length : 0
}

/** Up to where somebody reads by a query. */
const endOf = async (store: Store, query: Query): Promise<number> => {
  const page = await store.readAll(0, 100, { query })()
  return E.isRight(page) ? page.right.end : 0
}

const commitFor = (
  { stream, size, expects, also, decides }: Extract<ClientStep, { readonly does: 'append' }>,
  commitId: string,
  version: number,
  after: number | undefined,
): Commit<Event> => {
  const others = streams.filter((other) => other !== stream)
  const [other = 'c-1'] = others
  const loaded: ExpectedVersion = version === 0 ? noStream : exactly(version)
  const proposed = (i: number) => ({
    ...noted({ commitId, i }, i % 2 === 0 ? 'Even' : 'Odd'),
    ...(i === 0 ? { occurredAt: 5, actor: commitId } : {}),
    tags: i % 2 === 0 ? [tag('even')(''), within(stream)] : [within(stream)],
  })
  return {
    stream,
    commitId,
    expected: expects === 'Loaded' ? loaded : expects === 'Any' ? anyVersion : noStream,
    fingerprint: 'one',
    events: [proposed(0), ...Array.from({ length: size - 1 }, (_, i) => proposed(i + 1))],
    ...(decides && after !== undefined && { condition: { query: decides, after } }),
    ...(also === 'Nothing' ? {} : { also: [alsoFor(also, other, proposed(0))] }),
  }
}

/** The commit, to a stream that it is not for. */
const elsewhere = ({ commitId, events }: Commit<Event>): Commit<Event> => ({
  stream: 'c-1',
  commitId,
  expected: anyVersion,
  events,
})

const alsoFor = (
  also: 'Checked' | 'Written',
  stream: string,
  event: ReturnType<typeof noted>,
): NonNullable<Commit<Event>['also']>[number] =>
  also === 'Written'
    ? { stream, expected: anyVersion, events: [event] }
    : { stream, expected: noStream, events: [] }
