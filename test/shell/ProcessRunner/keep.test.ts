import * as E from 'fp-ts/lib/Either.js'
import { none } from 'fp-ts/lib/Option.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import * as t from 'io-ts'
import { describe, expect, it, vi } from 'vitest'
import { codec } from '../../../src/codec/IoTs.ts'
import { fromPending } from '../../../src/Process.ts'
import type { Recorded } from '../../../src/Recorded.ts'
import type { ProcessCheckpoints } from '../../../src/shell/ProcessRunner.ts'
import { commandHandler } from '../../../src/shell/CommandHandler.ts'
import { keepProcess } from '../../../src/shell/ProcessRunner.ts'
import { memoryCheckpoints } from '../../../src/store/Memory.ts'
import { rightOf } from '../../contract/commits.ts'
import type { Event } from '../counter.ts'
import { counter, newStore, request } from '../counter.ts'
import type { MakeWorld } from './keeping.ts'
import { delayEach, endings, interruptEach } from './keeping.ts'

const lease = 30

const inMemory: MakeWorld = () => {
  // a call that was held up, and takes the process for nobody, is waited for
  let ahead = 0
  const checkpoints = memoryCheckpoints(() => Date.now() + ahead)
  const expire = (): Promise<void> => {
    ahead += lease + 1
    return Promise.resolve()
  }
  return Promise.resolve({ checkpoints, expire })
}

it.each(endings)(
  'law 5: a kept process that is interrupted at any await is taken over, and everything is sent (%s)',
  async (ending) => {
    // taking, reading, sending six commands, checkpoints, releasing
    expect(await interruptEach(inMemory, lease, ending)).toBeGreaterThan(20)
  },
)

it.each(['Before', 'After'] as const)(
  'law 5: an owner that is delayed beyond its lease at any await moves no checkpoint back, and nothing is lost (%s)',
  async (when) => {
    expect(await delayEach(inMemory, lease, when)).toBeGreaterThan(20)
  },
)

/** Wants every event of a stream to be counted by one command. */
const counting = fromPending<Recorded<Event>, number, number>({
  initialState: 0,
  evolve: (seen) => seen + 1,
  pending: (seen) => (seen === 0 ? [] : [{ id: `count-${seen}`, command: seen }]),
  isTerminal: () => false,
})

const world = async (events: number) => {
  const store = newStore()
  const handle = commandHandler({ decider: counter, store })
  for (let i = 0; i < events; i++) rightOf(await handle(request('a', `c${i}`, 1))())
  const sent: Array<string> = []
  const failures: Array<unknown> = []
  const stop = new AbortController()
  const keep = (
    checkpoints: ProcessCheckpoints,
    more: Partial<Parameters<typeof keepProcess<Event, number, number, string>>[0]> = {},
  ) =>
    keepProcess<Event, number, number, string>({
      store,
      process: counting,
      send: ({ id }) => {
        sent.push(id)
        return TE.right('counted')
      },
      now: () => 0,
      pollEvery: 5,
      name: 'counting',
      checkpoints,
      codec: codec(t.number),
      evolveVersion: '1',
      lease: 60,
      onRun: () => stop.abort(),
      onFailure: (failure) => failures.push(failure),
      ...more,
    })(stop.signal)()
  return { store, handle, sent, failures, stop, keep }
}

const storedIn = async (checkpoints: ProcessCheckpoints) => {
  const taken = rightOf(await checkpoints.take('counting', 1)())
  return taken._tag === 'Some' ? taken.value.checkpoint : undefined
}

describe('keepProcess', () => {
  it("law 5: ends where 'onFailure' throws while the lease is renewed, since it is not renewed any more", async () => {
    const { keep } = await world(0)
    const unavailable = {
      type: 'CheckpointsUnavailable',
      operation: 'renew',
      cause: 'gone',
    } as const
    const checkpoints: ProcessCheckpoints = {
      ...memoryCheckpoints(),
      renew: () => TE.left(unavailable),
    }
    const cause = new Error('the log is kept in the same database')
    const ended = keep(checkpoints, { onRun: () => {}, onFailure: () => Promise.reject(cause) })
    expect(await ended).toStrictEqual(E.left({ type: 'Thrown', cause }))
  })

  it('gives back what it was given after it was stopped', async () => {
    const { keep, stop } = await world(0)
    const checkpoints = memoryCheckpoints()
    const released: Array<unknown> = []
    let give = (): void => {}
    const slow: ProcessCheckpoints = {
      ...checkpoints,
      take: (name, lease) => async () => {
        const taken = await checkpoints.take(name, lease)()
        await new Promise<void>((resolve) => (give = resolve))
        return taken
      },
      release: (owner) => {
        released.push(owner.epoch)
        return checkpoints.release(owner)
      },
    }
    const running = keep(slow, { lease: 60_000 })
    await vi.waitFor(async () =>
      expect(rightOf(await checkpoints.status())).toMatchObject([{ isOwned: true }]),
    )
    stop.abort()
    expect(await running).toStrictEqual(E.right(undefined))
    give()
    await vi.waitFor(() => expect(released).toStrictEqual([1]))
    expect(rightOf(await checkpoints.status())).toMatchObject([{ isOwned: false }])
  })

  it('stores the last checkpoint when it is stopped, and goes on from there', async () => {
    const checkpoints = memoryCheckpoints()
    const first = await world(3)
    expect(await first.keep(checkpoints)).toStrictEqual(E.right(undefined))
    const after = memoryCheckpoints()
    const { keep, store } = first
    expect(rightOf(await checkpoints.status())).toMatchObject([{ position: 3, isOwned: false }])
    const asked: Array<number> = []
    const again = { ...first, stop: new AbortController() }
    const spying = {
      ...store,
      readAll: (...args: Parameters<typeof store.readAll>) => {
        asked.push(args[0])
        return store.readAll(...args)
      },
    }
    await keepProcess<Event, number, number, never>({
      store: spying,
      process: counting,
      send: () => TE.right('counted'),
      now: () => 0,
      name: 'counting',
      checkpoints,
      codec: codec(t.number),
      evolveVersion: '1',
      onRun: () => again.stop.abort(),
    })(again.stop.signal)()
    // from the event of the checkpoint, which is compared
    expect(Math.min(...asked)).toBe(2)
    expect(await storedIn(after)).toStrictEqual({ _tag: 'None' })
    expect(await keep(checkpoints)).toStrictEqual(E.right(undefined))
  })

  it('stores at once after so many positions, else with the next renewal', async () => {
    const { keep, handle, stop } = await world(3)
    const checkpoints = memoryCheckpoints()
    const positions: Array<number | undefined> = []
    const spied: ProcessCheckpoints = {
      ...checkpoints,
      renew: (owner, lease, checkpoint) => {
        positions.push(checkpoint?.position)
        return checkpoints.renew(owner, lease, checkpoint)
      },
    }
    const running = keep(spied, { saveEvery: 3, onRun: () => {}, lease: 600 })
    await vi.waitFor(() => expect(positions).toStrictEqual([3]))
    await handle(request('a', 'more', 1))()
    await vi.waitFor(() => expect(positions).toContain(4))
    await vi.waitFor(() => expect(positions.slice(1)).toContain(undefined))
    stop.abort()
    await running
  })

  it('begins anew with another version of evolve, and where the codec refuses what is kept', async () => {
    const checkpoints = memoryCheckpoints()
    const first = await world(3)
    await first.keep(checkpoints)
    const folded: Array<number> = []
    const process = { ...counting, evolve: (seen: number) => (folded.push(seen), seen + 1) }
    const second = await world(3)
    await second.keep(checkpoints, { process, evolveVersion: '2' })
    expect(folded).toStrictEqual([0, 1, 2])
    expect(second.failures).toStrictEqual([])
    // written by hand, it has the same fingerprint as any other
    const text = { ...codec(t.number), origin: undefined, decode: codec(t.string).decode as never }
    const kept = { ...codec(t.number), origin: undefined }
    const third = await world(3)
    const others = memoryCheckpoints()
    await third.keep(others, { codec: kept as never })
    const fourth = await world(3)
    await fourth.keep(others, { codec: text as never })
    expect(fourth.failures).toMatchObject([
      { type: 'InvalidCheckpoint', operation: 'load', process: 'counting', position: 3 },
      { type: 'InvalidCheckpoint', operation: 'save', process: 'counting', position: 3 },
    ])
    expect(fourth.sent).toStrictEqual(['count-3'])
  })

  it('keeps its earlier checkpoint if a state would not come back from the codec', async () => {
    const checkpoints = memoryCheckpoints()
    const { keep, failures } = await world(3)
    await keep(checkpoints, { codec: { ...codec(t.number), encode: () => 7 } })
    expect(failures).toMatchObject([
      { type: 'InvalidCheckpoint', operation: 'save', path: '(root)' },
    ])
    expect(await storedIn(checkpoints)).toStrictEqual({ _tag: 'None' })
  })

  it('waits while another runs the process, and takes over when that one ends', async () => {
    const checkpoints = memoryCheckpoints()
    const taken = rightOf(await checkpoints.take('counting', 60_000)())
    const { keep, sent } = await world(3)
    const running = keep(checkpoints)
    await new Promise((resume) => setTimeout(resume, 50))
    expect(sent).toStrictEqual([])
    if (taken._tag === 'Some') await checkpoints.release(taken.value.owner)()
    expect(await running).toStrictEqual(E.right(undefined))
    expect(sent).toStrictEqual(['count-3'])
  })

  it('sends nothing more once it cannot renew its lease', async () => {
    const { keep, sent, failures, stop } = await world(3)
    const down = { type: 'CheckpointsUnavailable', operation: 'renew', cause: 'down' } as const
    const checkpoints = memoryCheckpoints()
    let tries = 0
    const process = fromPending<Recorded<Event>, number, number>({
      ...counting,
      initialState: 0,
      pending: () => Array.from({ length: 1_000 }, (_, i) => ({ id: `send-${i}`, command: i })),
      isTerminal: () => false,
    })
    const running = keep(
      {
        ...checkpoints,
        take: (...asked) =>
          tries === 0 ? checkpoints.take(...asked) : () => Promise.resolve(E.right(none)),
        renew: () => () => {
          tries++
          return Promise.resolve(E.left(down))
        },
        release: () => () => Promise.reject(new Error('not owned any more')),
      },
      {
        process,
        onRun: () => {},
        send:
          ({ id }) =>
          async () => {
            sent.push(id)
            await new Promise((resume) => setTimeout(resume, 5))
            return E.right('sent')
          },
      },
    )
    await vi.waitFor(() => expect(tries).toBe(3))
    await new Promise((resume) => setTimeout(resume, 20))
    const { length } = sent
    expect(length).toBeGreaterThan(0)
    expect(failures).toContainEqual(down)
    await new Promise((resume) => setTimeout(resume, 30))
    expect(sent).toHaveLength(length)
    stop.abort()
    await running
  })

  it('ends if the history has changed, releases the process, and begins anew once that is discarded', async () => {
    const checkpoints = memoryCheckpoints()
    await (await world(3)).keep(checkpoints)
    const other = await world(1)
    expect(await other.keep(checkpoints)).toMatchObject({ left: { type: 'HistoryChanged' } })
    expect(rightOf(await checkpoints.status())).toMatchObject([{ isOwned: false }])
    await checkpoints.discard('counting')()
    expect(await other.keep(checkpoints)).toStrictEqual(E.right(undefined))
    expect(other.sent).toStrictEqual(['count-1'])
  })

  it('goes on where the store of checkpoints fails for a while, hangs, or throws', async () => {
    const checkpoints = memoryCheckpoints()
    const { keep, failures, sent } = await world(3)
    let tries = 0
    const take: ProcessCheckpoints['take'] = (...asked) => {
      if (++tries === 1) return () => Promise.reject(new Error('down'))
      return tries === 2 ? () => new Promise(() => {}) : checkpoints.take(...asked)
    }
    expect(await keep({ ...checkpoints, take })).toStrictEqual(E.right(undefined))
    expect(failures).toMatchObject([
      { type: 'Thrown' },
      { type: 'GivenUp', operation: 'checkpoint', reason: 'TimedOut' },
    ])
    expect(sent).toStrictEqual(['count-3'])
  })

  it('does nothing if it is stopped before it begins, and fails if a hook throws', async () => {
    const { keep, stop, sent } = await world(3)
    const thrown = await (
      await world(3)
    ).keep(memoryCheckpoints(), {
      onRun: () => {
        throw new Error('hook')
      },
    })
    expect(thrown).toMatchObject({ left: { type: 'Thrown' } })
    stop.abort()
    expect(await keep(memoryCheckpoints())).toStrictEqual(E.right(undefined))
    expect(sent).toStrictEqual([])
  })
})
