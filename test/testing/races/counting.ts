// Races of the counter, and the handlers that have to stand in them.
import { commandHandler } from '../../../src/shell/CommandHandler.ts'
import type { CommandHandler } from '../../../src/shell/CommandHandler.ts'
import { lruCache } from '../../../src/shell/CommandHandler/cache.ts'
import { immediate } from '../../../src/shell/CommandHandler/retry.ts'
import type { EventStore } from '../../../src/store/EventStore.ts'
import type { RacesOptions } from '../../../src/testing/races.ts'
import { checkRaces } from '../../../src/testing/races.ts'
import type { Command, Event, Rejection } from '../../shell/counter.ts'
import { counter, newStore, request } from '../../shell/counter.ts'

export type Store = EventStore<Event>
export type Handler = CommandHandler<Command, number, Event, Rejection>
export type Options = RacesOptions<Command, number, Event, Rejection>

export const seed = Number(process.env['FC_SEED'] ?? 1)

export const real = (store: Store): Handler =>
  commandHandler({ decider: counter, store, retry: immediate(20) })

export const check = (options: Partial<Options> & Pick<Options, 'requests'>) =>
  checkRaces<Command, number, Event, Rejection>({
    decider: counter,
    store: newStore,
    seed,
    ...options,
  })

export const [first, second] = [request('a', 'c1', 2), request('a', 'c2', 3)]
export const both = [first, second]
export const four = [...both, request('a', 'c3', 4), request('a', 'c4', 5)]

/** All schedules of these are some thousands; those with the fewest switches come first. */
export const fourToTwo = {
  requests: [...both, request('a', 'c3', 8), request('a', 'c4', 1)],
  processes: 2,
  exhaustive: true,
  losses: 1,
}

export const handlers: ReadonlyArray<readonly [string, NonNullable<Options['handlers']>]> = [
  ['without a cache', () => real],
  [
    'that shares a cache',
    () => {
      const cache = lruCache(10)<number>()
      return (store) =>
        commandHandler({ decider: counter, store, cache: () => cache, retry: immediate(20) })
    },
  ],
  [
    'optimistic',
    () => (store) =>
      commandHandler({ decider: counter, store, optimistic: true, retry: immediate(20) }),
  ],
  [
    'optimistic, that shares a cache of one stream',
    () => {
      const cache = lruCache(1)<number>()
      return (store) =>
        commandHandler({
          decider: counter,
          store,
          cache: () => cache,
          optimistic: true,
          retry: immediate(20),
        })
    },
  ],
]
