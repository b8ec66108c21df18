// A counter that writes into each event what it stood at, and stores that answer as they are told to.
import * as E from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { eventCodecOf } from '../../src/codec/EventCodec.ts'
import { codec } from '../../src/codec/IoTs.ts'
import type { Decider } from '../../src/Decider.ts'
import type { CommandRequest } from '../../src/shell/CommandHandler.ts'
import type { EventStore } from '../../src/store/EventStore.ts'
import { withCodec } from '../../src/store/Encoded.ts'
import { memoryStore } from '../../src/store/Memory.ts'

/** Asks for `add` more, one by one in as many events, up to `limit` in all. */
export type Command = { readonly add: number }
export type Event = { readonly type: 'Added'; readonly before: number }
export type Rejection = { readonly type: 'TooMany'; readonly at: number }

export const limit = 12

export const counter: Decider<Command, number, Event, Rejection> = {
  initialState: 0,
  decide: ({ add }, count) =>
    count + add > limit
      ? E.left({ type: 'TooMany', at: count })
      : E.right(Array.from({ length: add }, (_, i) => ({ type: 'Added', before: count + i }))),
  evolve: (count) => count + 1,
  isTerminal: (count) => count === limit,
}

const codecOfEvents = eventCodecOf<Event>({
  Added: codec(t.type({ type: t.literal('Added'), before: t.number })),
})

export const newStore = (): EventStore<Event> =>
  withCodec(codecOfEvents)(memoryStore({ now: () => 7 }))

/** What the request asks to add, command by command. */
export const request = (
  stream: string,
  commitId: string,
  add: number,
  ...more: ReadonlyArray<number>
): CommandRequest<Command> => ({
  stream,
  commitId,
  occurredAt: 1,
  commands: [{ add }, ...more.map((n) => ({ add: n }))],
})

type Operation = keyof EventStore<never>

export interface Spy<Ev> {
  readonly store: EventStore<Ev>
  /** The operations that were run, in order. */
  readonly calls: ReadonlyArray<Operation>
}

/** The store, with something done before each n-th (from 1) run of an operation. */
export const spied = <Ev>(
  store: EventStore<Ev>,
  before: (operation: Operation, n: number) => Promise<unknown> = () => Promise.resolve(),
): Spy<Ev> => {
  const calls: Array<Operation> = []
  const run = async <A>(operation: Operation, then: () => Promise<A>): Promise<A> => {
    calls.push(operation)
    await before(operation, calls.filter((call) => call === operation).length)
    return then()
  }
  return {
    calls,
    store: {
      load:
        (...args) =>
        () =>
          run('load', store.load(...args)),
      append:
        (...args) =>
        () =>
          run('append', store.append(...args)),
      readAll:
        (...args) =>
        () =>
          run('readAll', store.readAll(...args)),
    },
  }
}
