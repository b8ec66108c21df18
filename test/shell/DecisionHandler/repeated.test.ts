// Requests that are sent again after their commit was stored, and what is said of a commit that may be stored. The
// numbers are those of the laws in src/shell/DecisionHandler.ts.
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import { eventCodec } from '../../../src/codec/IoTs.ts'
import type { Decision } from '../../../src/Decision.ts'
import { tag } from '../../../src/Query.ts'
import { lruCache } from '../../../src/shell/CommandHandler.ts'
import { decisionHandler } from '../../../src/shell/DecisionHandler.ts'
import { withCodec } from '../../../src/store/Encoded.ts'
import type { EventStore } from '../../../src/store/EventStore.ts'
import { memoryStore } from '../../../src/store/Memory.ts'
import { leftOf, rightOf } from '../../contract/commits.ts'
import { courseEvents, courses } from '../../support/courses.ts'

type Total = { readonly type: 'Total'; readonly total: number }

type Put = { readonly type: 'Put'; readonly n: number }

const all = tag('all')('totals')

/** Writes into each event what it all comes to. */
const totals: Decision<number, number, Total, never> = {
  initialState: 0,
  reads: () => [{ tags: [all] }],
  tags: () => [all],
  decide: (add, total) => E.right([{ type: 'Total', total: total + add }]),
  evolve: (_, { total }) => total,
  isTerminal: () => false,
}
const upToTen = t.refinement(t.number, (total) => total <= 10)
const small = eventCodec<Total>({ Total: { total: upToTen } })
const any = eventCodec<Total>({ Total: { total: t.number } })

const add = (commitId: string, n: number) => ({ commitId, commands: [n] }) as const

const ways = [
  ['without a cache', {}],
  ['with a cache', { cache: lruCache(10) }],
] as const

describe('laws 4, 11: a commit that was stored is told, whatever would be decided today', () => {
  const thrown: typeof totals.decide = (n, total) =>
    total + n > 10 ? expect.unreachable() : totals.decide(n, total)
  const tooLong: typeof totals.tags = ({ total }) =>
    total > 10 ? [all, tag('long')('x'.repeat(100_000))] : [all]
  const refusals = [
    ['what can not be encoded', totals, small, 'UnencodableEvent'],
    ['what no store can keep', { ...totals, tags: tooLong }, any, 'InvalidCommit'],
    ['what throws', { ...totals, decide: thrown }, any, 'Thrown'],
  ] as const

  describe.each(ways)('%s', (_, options) => {
    it.each(refusals)('even %s', async (__, decision, events, type) => {
      const store = memoryStore()
      const handle = decisionHandler({ decision, store, events, stream: () => 's', ...options })
      const first = rightOf(await handle(add('c1', 3))())
      for (const id of ['c2', 'c3']) rightOf(await handle(add(id, 3))())
      expect(rightOf(await handle(add('c1', 3))())).toStrictEqual(first)
      expect(leftOf(await handle(add('c4', 3))()).type).toBe(type)
    })
  })
})

it('law 4: a commit that was stored is told, although its command can not be encoded today', async () => {
  const commands = (type: t.Type<number>) => eventCodec<Put>({ Put: { n: type } })
  const store = memoryStore()
  const decision: Decision<Put, number, Total, never> = {
    initialState: 0,
    reads: () => [{ tags: [all] }],
    tags: () => [all],
    decide: ({ n }, total) => totals.decide(n, total),
    evolve: totals.evolve,
    isTerminal: () => false,
  }
  const parts = { decision, store, events: any, stream: () => 's' } as const
  const request = (commitId: string) => ({ commitId, commands: [{ type: 'Put', n: 20 }] }) as const
  const before = decisionHandler({ ...parts, keepCommands: commands(t.number) })
  const first = rightOf(await before(request('c1'))())
  const today = decisionHandler({ ...parts, keepCommands: commands(upToTen) })
  expect(rightOf(await today(request('c1'))())).toStrictEqual(first)
  expect(leftOf(await today(request('c2'))()).type).toBe('UnencodableCommand')
})

type Account = { readonly balance: number; readonly to: string }
type Ask =
  | { readonly type: 'Open'; readonly account: string; readonly to: string }
  | { readonly type: 'Move'; readonly account: string; readonly amount: number }
type Fact =
  | { readonly type: 'Opened'; readonly account: string; readonly to: string }
  | {
      readonly type: 'Moved'
      readonly account: string
      readonly to: string
      readonly amount: number
    }

const account = tag('account')
const unknown: Account = { balance: 0, to: 'nowhere' }

/** Moves money to where an account says, and reads that account only then. */
const bank: Decision<Ask, Readonly<Record<string, Account>>, Fact, never> = {
  initialState: {},
  reads: (ask) => [{ tags: [account(ask.account)] }],
  readsMore: (ask, { [ask.account]: { to } = unknown }) => [{ tags: [account(to)] }],
  tags: (fact) => (fact.type === 'Opened' ? [account(fact.account)] : [account(fact.account), account(fact.to)]), // prettier-ignore
  decide: (ask, { [ask.account]: { to } = unknown }) =>
    E.right([ask.type === 'Open' ? { ...ask, type: 'Opened' } : { ...ask, type: 'Moved', to }]),
  evolve: (state, fact) => {
    const { account: from, to } = fact
    if (fact.type === 'Opened') return { ...state, [from]: { balance: 100, to } }
    const [source, target] = [state[from] ?? unknown, state[to] ?? unknown]
    return {
      ...state,
      [from]: { ...source, balance: source.balance - fact.amount },
      [to]: { ...target, balance: target.balance + fact.amount },
    }
  },
  isTerminal: () => false,
}
const facts = eventCodec<Fact>({
  Opened: { account: t.string, to: t.string },
  Moved: { account: t.string, to: t.string, amount: t.number },
})

it.each(ways)(
  'law 4: the first outcome has all that was read, also by readsMore: %s',
  async (_, options) => {
    const store = memoryStore()
    const handle = decisionHandler({ decision: bank, store, events: facts, stream: () => 's', ...options }) // prettier-ignore
    const send = async (commitId: string, ask: Ask) => rightOf(await handle({ commitId, commands: [ask] })()) // prettier-ignore
    await send('c1', { type: 'Open', account: 'a', to: 'b' })
    await send('c2', { type: 'Open', account: 'b', to: 'a' })
    const first = await send('c3', { type: 'Move', account: 'a', amount: 5 })
    expect(first.state).toMatchObject({ a: { balance: 95 }, b: { balance: 105 } })
    expect(await send('c3', { type: 'Move', account: 'a', amount: 5 })).toStrictEqual(first)
    await send('c4', { type: 'Move', account: 'b', amount: 50 })
    expect(await send('c3', { type: 'Move', account: 'a', amount: 5 })).toStrictEqual(first)
  },
)

describe('law 8: nobody is told that nothing was written after a commit was stored', () => {
  const sent = { commitId: 'c1', commands: [{ type: 'Offer', course: 'a', seats: 1 }] } as const

  /** The answer to a request whose append is sent twice, and after which the store is read like that. */
  const answerWith = async (
    readAll: EventStore<never>['readAll'],
    signal: AbortSignal | undefined,
  ): Promise<unknown> => {
    const inner = withCodec(courseEvents)(memoryStore())
    let isSent = false
    const store: typeof inner = {
      ...inner,
      append: (commit, limits) => async () => {
        await inner.append(commit, limits)()
        isSent = true
        return inner.append(commit, limits)()
      },
      readAll: (...given) => (isSent ? readAll : inner.readAll)(...given),
    }
    const handle = decisionHandler({ decision: courses, store, stream: () => 's' })
    const answer = leftOf(await handle(sent, { signal })())
    expect(rightOf(await inner.load('s')())).toMatchObject([{ commitId: 'c1' }])
    return answer
  }

  it('where it can not be read', async () => {
    const down = { type: 'StoreUnavailable', operation: 'readAll', cause: 'down' } as const
    expect(await answerWith(() => () => Promise.resolve(E.left(down)), undefined)).toStrictEqual({
      ...down,
      operation: 'append',
    })
  })

  it('where it is given up while it is read', async () => {
    const limit = new AbortController()
    const hanging = () => () => {
      limit.abort()
      return new Promise<never>(() => {})
    }
    expect(await answerWith(hanging, limit.signal)).toMatchObject({
      type: 'GivenUp',
      operation: 'readAll',
      outcome: 'Unknown',
    })
  })
})
