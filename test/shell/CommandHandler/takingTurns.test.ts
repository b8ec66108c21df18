// How a handler takes turns with other writers on a stream, where the store gives turns.
import fc from 'fast-check'
import { right } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { codec } from '../../../src/codec/IoTs.ts'
import type { RetryPolicy } from '../../../src/shell/CommandHandler.ts'
import { commandHandler, lruCache } from '../../../src/shell/CommandHandler.ts'
import { immediate } from '../../../src/shell/CommandHandler/retry.ts'
import { memorySnapshots } from '../../../src/store/Memory.ts'
import type { EventStore, StreamTurns } from '../../../src/store/EventStore.ts'
import { rightOf } from '../../contract/commits.ts'
import { runs } from '../../setup.ts'
import type { Event } from '../counter.ts'
import { counter, limit, newStore, request, spied } from '../counter.ts'

const endless = { ...counter, decide: () => right([{ type: 'Added', before: 0 } as const]) }

const later = () => new Promise((resolve) => setTimeout(resolve, 1))

afterEach(() => {
  vi.restoreAllMocks()
})

/** A store that gives turns, and tells in order what it was asked for. */
const turnStore = (given: Partial<StreamTurns<Event>> = {}) => {
  const inner = newStore()
  const log: Array<string> = []
  const { store: told } = spied(inner, (operation) => Promise.resolve(log.push(operation)))
  const turns: StreamTurns<Event> = {
    take: (stream, after) => async () => {
      log.push(`take ${stream} ${String(after)}`)
      const loaded = after === undefined ? undefined : rightOf(await inner.load(stream, after)())
      return { loaded, end: () => log.push('end') }
    },
    areWanted: () => false,
    ...given,
  }
  const { commits } = inner
  const store: EventStore<Event> = { ...told, ...(commits && { commits }), turns }
  /** Somebody else writes to a stream. */
  const intrude = async (id: string, stream = 'a') =>
    rightOf(await commandHandler({ decider: endless, store: inner })(request(stream, id, 1))())
  return { store, log, intrude }
}

/** A handler that has met somebody else on a stream, and what it asks for from then on. */
const rivalled = async (given?: Partial<StreamTurns<Event>>, retry: RetryPolicy = immediate(9)) => {
  const { store, log, intrude } = turnStore(given)
  const handle = commandHandler({ decider: endless, store, cache: lruCache(9), retry })
  const sendNow = (id: string, stream = 'a') => handle(request(stream, id, 1))()
  /** Later requests come some time after the answer. */
  const send = async (id: string, stream?: string) => {
    const answer = await sendNow(id, stream)
    await later()
    return answer
  }
  rightOf(await send('first'))
  await intrude('other')
  rightOf(await send('second'))
  return { send, sendNow, log, intrude, fresh: () => log.splice(0) }
}

describe('a handler whose store gives turns', () => {
  it('asks for none as long as it meets nobody, alone or in a crowd', async () => {
    const { store, log, intrude } = turnStore()
    const handle = commandHandler({ decider: endless, store, cache: lruCache(9) })
    await intrude('elsewhere', 'b')
    for (let round = 0; round < 3; round++) {
      const ids = ['x', 'y', 'z'].map((name) => `${name}${round}`)
      const all = ids.map((id) => handle(request('a', id, 1))())
      for (const answer of await Promise.all(all)) rightOf(answer)
    }
    expect(log.filter((each) => each !== 'append')).toStrictEqual(['load'])
  })

  it('takes a turn on a stream on which it has met somebody, and decides on what that has read', async () => {
    const { send, fresh, intrude } = await rivalled()
    // the guess was outdated, which is found out by the append
    expect(fresh().slice(-4)).toStrictEqual(['append', 'take a 0', 'append', 'end'])
    await intrude('another')
    const third = rightOf(await send('third'))
    expect(third).toMatchObject({ version: 5, state: 5 })
    expect(fresh()).toStrictEqual(['take a 2', 'append', 'end'])
    rightOf(await send('elsewhere', 'b'))
    expect(fresh()).toStrictEqual(['load', 'append'])
  })

  it('has up to four rounds in a turn as long as requests wait, and asks for the next one then', async () => {
    vi.spyOn(performance, 'now').mockReturnValue(0)
    const { sendNow, fresh } = await rivalled()
    fresh()
    const one = async (name: string) => {
      for (let i = 0; i < 6; i++) rightOf(await sendNow(`${name}${i}`))
    }
    await Promise.all([one('x'), one('y')])
    await later()
    const turnsHad = [`take a 2 ${'append '.repeat(4)}end`, 'take a 10 append append end']
    expect(fresh().join(' ')).toBe(turnsHad.join(' '))
  })

  it('passes the turn on at the answer to its last append, before its callers are answered', async () => {
    vi.spyOn(performance, 'now').mockReturnValue(0)
    const { sendNow, fresh, log } = await rivalled()
    fresh()
    const one = async (name: string) => {
      for (let i = 0; i < 4; i++) {
        rightOf(await sendNow(`${name}${i}`))
        log.push(`${name}${i}`)
      }
    }
    await Promise.all([one('x'), one('y')])
    await later()
    expect(fresh().slice(-6).join(' ')).toBe('x2 y2 append end x3 y3')
  })

  it('has no further round in a turn after a tenth of a second', async () => {
    const clock = vi.spyOn(performance, 'now').mockReturnValue(0)
    const { sendNow, fresh } = await rivalled()
    fresh()
    rightOf(await sendNow('x1'))
    clock.mockReturnValue(101)
    rightOf(await sendNow('x2'))
    rightOf(await sendNow('x3'))
    await later()
    expect(fresh().join(' ')).toBe('take a 2 append end take a 3 append append end')
  })

  it('takes turns once an append is told that others do', async () => {
    for (const [crowd, told] of [
      [1, 1],
      [3, 1],
      [3, 2],
    ] as const) {
      const appends = () => log.filter((each) => each === 'append').length
      const { store, log } = turnStore({ areWanted: () => appends() === told })
      const handle = commandHandler({ decider: endless, store, cache: lruCache(9) })
      const send = (id: string) => handle(request('a', id, 1))()
      const all = Array.from({ length: crowd }, (_, i) => send(`c${i}`))
      for (const answer of await Promise.all(all)) rightOf(answer)
      await later()
      log.splice(0)
      rightOf(await send('next'))
      await later()
      expect(log).toStrictEqual([`take a ${crowd - 1}`, 'append', 'end'])
    }
  })

  it('is told nothing by its appends while it has the turn itself', async () => {
    let isTold = false
    const { send, fresh } = await rivalled({ areWanted: () => isTold })
    isTold = true
    for (let i = 0; i < 8; i++) rightOf(await send(`c${i}`))
    isTold = false
    fresh()
    rightOf(await send('last'))
    expect(fresh()).toStrictEqual(['append'])
  })

  it('expects nobody any more after eight rounds in which nobody came', async () => {
    const { send, fresh, intrude } = await rivalled()
    for (let i = 0; i < 5; i++) rightOf(await send(`c${i}`))
    await intrude('again')
    for (let i = 0; i < 8; i++) rightOf(await send(`d${i}`))
    fresh()
    rightOf(await send('d8'))
    expect(fresh()).toStrictEqual(['take a 16', 'append', 'end'])
    rightOf(await send('d9'))
    expect(fresh()).toStrictEqual(['append'])
  })

  it('notices others without a cache as well', async () => {
    const { store, log, intrude } = turnStore()
    let isLate = false
    const late = (each: EventStore<Event>): EventStore<Event> => ({
      ...each,
      append:
        (...args) =>
        async () => {
          if (isLate) await intrude('late')
          isLate = false
          return each.append(...args)()
        },
    })
    const handle = commandHandler({ decider: endless, store: late(store), retry: immediate(9) })
    isLate = true
    rightOf(await handle(request('a', 'c0', 1))())
    for (let i = 1; i < 20; i++) {
      await intrude(`other-${i}`)
      rightOf(await handle(request('a', `c${i}`, 1))())
    }
    expect(log.filter((each) => each.startsWith('take'))).toHaveLength(20)
  })
})

describe('a turn is only a hint', () => {
  it.each([
    ['none is given', () => Promise.resolve(undefined)],
    ['asking for it fails', () => Promise.reject(new Error('no turn'))],
    ['it has read nothing', () => Promise.resolve({ loaded: undefined, end: () => {} })],
    [
      'ending it fails',
      () =>
        Promise.resolve({
          loaded: undefined,
          end: () => {
            throw new Error('no end')
          },
        }),
    ],
  ])('where %s, requests are decided on what is loaded', async (_, take) => {
    const { send, fresh, intrude } = await rivalled({ take: () => take })
    fresh()
    await intrude('another')
    expect(rightOf(await send('third'))).toMatchObject({ version: 5, state: 5 })
    expect(fresh()).toStrictEqual(['load', 'append'])
  })

  it('where none is given, a crowd lets others go first', async () => {
    vi.spyOn(performance, 'now').mockReturnValue(0)
    const given: Array<string> = []
    const giveWay = (_: number, id: string) => (given.push(id), 0)
    const retry = { ...immediate(9), giveWay }
    const none = () => () => Promise.resolve(undefined)
    const { sendNow } = await rivalled({ take: none }, retry)
    const again = sendNow('x').then(() => sendNow('z'))
    for (const answer of await Promise.all([again, sendNow('y')])) rightOf(answer)
    expect(given).toStrictEqual(['z'])
    // with a turn, it need not
    const other = await rivalled({}, retry)
    for (let i = 0; i < 9; i++) rightOf(await other.sendNow(`x${i}`))
    expect(given).toStrictEqual(['z'])
  })

  it('where it is another history that was read, the stream is loaded', async () => {
    const foreign = { stream: 'a', version: 3, position: 99, commitId: 'foreign', recordedAt: 1, occurredAt: 1, event: { type: 'Added', before: 0 } } as const // prettier-ignore
    const { send, fresh } = await rivalled({
      take: () => () => Promise.resolve({ loaded: [foreign as never], end: () => {} }),
    })
    fresh()
    expect(rightOf(await send('third'))).toMatchObject({ version: 4, state: 4 })
    expect(fresh()).toStrictEqual(['load', 'append'])
  })

  it('what it has read serves its first round only', async () => {
    vi.spyOn(performance, 'now').mockReturnValue(0)
    const { store, intrude } = turnStore()
    const snapshots = { store: memorySnapshots(), codec: codec(t.number), evolveVersion: '1' }
    const handle = commandHandler({ decider: counter, store, snapshots, cache: lruCache(9) })
    rightOf(await handle(request('a', 'c1', 1))())
    await intrude('other')
    rightOf(await handle(request('a', 'c2', 1))())
    await later()
    rightOf(await handle(request('a', 'c3', 1))())
    // in the same turn
    expect(await handle(request('a', 'c4', limit))()).toMatchObject({
      left: { type: 'Rejected', version: 4, rejection: { at: 4 } },
    })
  })

  it('where somebody comes first in spite of it, it ends, and another one is taken', async () => {
    const { store, log, intrude } = turnStore()
    let intruders = 0
    const rude: EventStore<Event> = {
      ...store,
      append:
        (...args) =>
        async () => {
          if (intruders-- > 0) await intrude(`rude-${intruders}`)
          return store.append(...args)()
        },
    }
    const handle = commandHandler({ decider: endless, store: rude, retry: immediate(5) })
    intruders = 3
    expect(rightOf(await handle(request('a', 'c1', 1))())).toMatchObject({ version: 4 })
    await later()
    expect(log.slice(2).join(' ')).toBe(
      'take a undefined load append end take a 0 append end take a 1 append end',
    )
  })

  it('a request that throws ends its turn', async () => {
    const { store, log, intrude } = turnStore()
    const boom = {
      ...endless,
      decide: ({ add }: { readonly add: number }) => {
        if (add === 7) throw new Error('boom')
        return endless.decide()
      },
    }
    const handle = commandHandler({ decider: boom, store, cache: lruCache(9), retry: immediate(9) })
    rightOf(await handle(request('a', 'c1', 1))())
    await intrude('other')
    rightOf(await handle(request('a', 'c2', 1))())
    await later()
    log.splice(0)
    expect(await handle(request('a', 'c3', 7))()).toMatchObject({ left: { type: 'Thrown' } })
    await later()
    expect(log.filter((each) => each === 'end')).toHaveLength(1)
    expect(log[log.length - 1]).toBe('end')
  })
})

/** Turns of a store in this process; they may be given before those before have ended, as if these took too long. */
const localTurns = (store: EventStore<Event>, areKept: boolean) => {
  let last: Promise<unknown> = Promise.resolve()
  let open = 0
  const turns: StreamTurns<Event> = {
    take: (stream, after) => async () => {
      const before = last
      let end = (): void => {}
      last = new Promise<void>((resolve) => {
        end = () => {
          if (open > 0) open--
          end = () => {}
          resolve()
        }
      })
      open++
      if (areKept) await before
      const loaded = after === undefined ? undefined : rightOf(await store.load(stream, after)())
      return { loaded, end: () => end() }
    },
    areWanted: () => open > 0,
  }
  return { turns, open: () => open }
}

describe('several handlers of one stream that take turns', () => {
  it.each([
    ['kept', true],
    ['not kept', false],
  ])(
    'laws 1, 3, 4 and 6: in every order of their steps, each decides on what is stored; turns are %s',
    async (_, areKept) => {
      await fc.assert(
        fc.asyncProperty(
          fc.scheduler(),
          fc.array(fc.tuple(fc.nat({ max: 2 }), fc.integer({ min: 1, max: 4 })), { minLength: 2, maxLength: 9 }), // prettier-ignore
          fc.boolean(),
          async (scheduler, all, isCached) => {
            const inner = newStore()
            const { store } = spied(inner, () => scheduler.schedule(Promise.resolve()))
            const { turns, open } = localTurns(store, areKept)
            const handlers = [0, 1, 2].map(() =>
              commandHandler({
                decider: counter,
                store: { ...store, turns },
                retry: immediate(50),
                ...(isCached && { cache: lruCache(9) }),
              }),
            )
            const running = Promise.all(
              all.map(async ([handler, add], i) =>
                handlers[handler]?.(request('a', `c${i}`, add))(),
              ),
            )
            await scheduler.waitFor(running)
            const results = await running
            const stored = rightOf(await inner.load('a')())
            expect(stored.map(({ event }) => event.before)).toStrictEqual(stored.map((__, i) => i))
            const accepted = results.flatMap((result, i) =>
              result?._tag === 'Right' ? [`c${i}`] : [],
            )
            expect([...new Set(stored.map(({ commitId }) => commitId))].sort()).toStrictEqual(accepted.sort()) // prettier-ignore
            for (const result of results) {
              if (result?._tag === 'Left') expect(result.left.type).toBe('Rejected')
            }
            await later()
            expect(open()).toBe(0)
          },
        ),
        { numRuns: runs(100) },
      )
    },
  )
})

describe('while a handler waits for a turn', () => {
  const waiting = async () => {
    const gate: { open: (() => void) | undefined } = { open: undefined }
    const open = async () => {
      while (gate.open === undefined) await later()
      gate.open()
      gate.open = undefined
    }
    const ended: Array<string> = []
    const take: StreamTurns<Event>['take'] = () => () =>
      new Promise((resolve) => {
        gate.open = () => resolve({ loaded: undefined, end: () => ended.push('end') })
      })
    const { store, intrude } = turnStore({ take })
    const handle = commandHandler({ decider: endless, store, cache: lruCache(9), retry: immediate(9) }) // prettier-ignore
    rightOf(await handle(request('a', 'c1', 1))())
    await intrude('other')
    const second = handle(request('a', 'c2', 1))()
    await open()
    rightOf(await second)
    await later()
    ended.splice(0)
    return { handle, open, ended }
  }

  it('a request that is given up waits no longer, and others get the turn', async () => {
    const { handle, open, ended } = await waiting()
    const abort = new AbortController()
    const first = handle(request('a', 'c3', 1), { signal: abort.signal })()
    const second = handle(request('a', 'c4', 1), { timeout: 5 })()
    const third = handle(request('a', 'c5', 1))()
    await later()
    abort.abort()
    expect(await first).toMatchObject({
      left: { type: 'GivenUp', operation: 'wait', outcome: 'NotStored', reason: 'Aborted' },
    })
    expect(await second).toMatchObject({
      left: { type: 'GivenUp', operation: 'wait', outcome: 'NotStored', reason: 'TimedOut' },
    })
    await open()
    expect(rightOf(await third)).toMatchObject({ version: 4, events: [{ commitId: 'c5' }] })
    await later()
    expect(ended).toStrictEqual(['end'])
  })

  it('and all requests are given up, the turn ends as soon as it comes, and later ones are handled', async () => {
    const { handle, open, ended } = await waiting()
    const first = await handle(request('a', 'c3', 1), { timeout: 2 })()
    expect(first).toMatchObject({ left: { type: 'GivenUp', operation: 'wait' } })
    await open()
    await later()
    expect(ended).toStrictEqual(['end'])
    const second = handle(request('a', 'c4', 1))()
    await later()
    await open()
    expect(rightOf(await second)).toMatchObject({ version: 4 })
  })
})
