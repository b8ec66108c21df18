// A process that is kept, in a world in which everything that it waits for can be interrupted or delayed.
import { isLeft } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { expect } from 'vitest'
import { codec } from '../../../src/codec/IoTs.ts'
import type { Issued } from '../../../src/Process.ts'
import { fromPending } from '../../../src/Process.ts'
import type { Recorded } from '../../../src/Recorded.ts'
import { commandHandler } from '../../../src/shell/CommandHandler.ts'
import type { ProcessCheckpoints } from '../../../src/shell/ProcessRunner.ts'
import { keepProcess } from '../../../src/shell/ProcessRunner.ts'
import type { EventStore } from '../../../src/store/EventStore.ts'
import { rightOf } from '../../contract/commits.ts'
import type { Event } from '../counter.ts'
import { counter, newStore, request } from '../counter.ts'

/** Adds to three streams, two times each, the second time when the first is seen. */
export const filling = fromPending<Recorded<Event>, ReadonlyArray<number>, number>({
  initialState: [0, 0, 0],
  evolve: (seen, { stream }) => seen.map((n, i) => (stream === `stream-${i}` ? n + 1 : n)),
  pending: (seen) => seen.flatMap((n, i) => (n < 2 ? [{ id: `fill-${i}-${n}`, command: i }] : [])),
  isTerminal: (seen) => seen.every((n) => n >= 2),
})

/** What all programs share, and what was sent. */
export interface World {
  readonly store: EventStore<Event>
  readonly checkpoints: ProcessCheckpoints
  /** Lets the lease of the present owner expire. */
  readonly expire: () => Promise<void>
  readonly sent: Array<Issued<number>>
  /** The positions of the stored checkpoint, after each call. */
  readonly positions: Array<number>
}

/** How a test makes a world; each has an empty store, and no checkpoint. */
export type MakeWorld = () => Promise<Pick<World, 'checkpoints' | 'expire'>>

const newWorld = async (make: MakeWorld): Promise<World> => ({
  ...(await make()),
  store: newStore(),
  sent: [],
  positions: [],
})

/** Everything that a program waits for goes through here. */
type Await = <A>(run: () => Promise<A>) => Promise<A>

interface Life {
  readonly ended: Promise<void>
  readonly stop: AbortController
}

/** Runs the process until nothing is outstanding. */
const live = (world: World, wait: Await, lease: number): Life => {
  const stop = new AbortController()
  const { store, checkpoints } = world
  const waited: EventStore<Event> = {
    load:
      (...asked) =>
      () =>
        wait(store.load(...asked)),
    append:
      (...asked) =>
      () =>
        wait(store.append(...asked)),
    readAll:
      (...asked) =>
      () =>
        wait(store.readAll(...asked)),
  }
  const seen =
    <A>(run: () => Promise<A>) =>
    () =>
      wait(async () => {
        const answer = await run()
        for (const { position } of rightOf(await checkpoints.status())) {
          world.positions.push(position)
        }
        return answer
      })
  const handle = commandHandler({ decider: counter, store: waited })
  const keep = keepProcess<Event, ReadonlyArray<number>, number, unknown>({
    store: waited,
    process: filling,
    send: (issued) => () =>
      wait(() => {
        world.sent.push(issued)
        return handle(request(`stream-${issued.command}`, issued.id, 1))()
      }),
    now: () => 0,
    read: { pageSize: 2 },
    pollEvery: 1,
    name: 'filling',
    checkpoints: {
      ...checkpoints,
      take: (...asked) => seen(checkpoints.take(...asked)),
      renew: (...asked) => seen(checkpoints.renew(...asked)),
      release: (...asked) => seen(checkpoints.release(...asked)),
    },
    codec: codec(t.readonlyArray(t.number)),
    evolveVersion: '1',
    lease,
    saveEvery: 1,
    onRun: ({ outstanding }) => {
      if (outstanding.length === 0) stop.abort()
    },
  })
  const ended = keep(stop.signal)().then((result) => {
    if (isLeft(result) && result.left.type !== 'Thrown') rightOf(result)
  })
  return { ended, stop }
}

const eventsOf = async ({ store }: World): Promise<ReadonlyArray<string>> =>
  [...rightOf(await store.readAll(0, 100)()).events]
    .map(({ stream, commitId }) => `${stream} ${commitId}`)
    .sort()

/** All that was to be sent was, each command under one id, and the checkpoint has only moved on. */
const checkWorld = async (world: World, expected: ReadonlyArray<string>): Promise<void> => {
  expect(await eventsOf(world)).toStrictEqual(expected)
  const ids = new Map(world.sent.map(({ id, command }) => [id, command]))
  expect([...ids.keys()].sort()).toStrictEqual(expected.map((line) => line.split(' ')[1]))
  expect(world.sent.every(({ id, command }) => ids.get(id) === command)).toBe(true)
  expect(world.positions).toStrictEqual([...world.positions].sort((a, b) => a - b))
  const taken = rightOf(await world.checkpoints.take('filling', 1_000)())
  expect(taken).toMatchObject({ value: { checkpoint: { value: { state: [2, 2, 2] } } } })
}

export const undisturbed = async (make: MakeWorld, lease: number) => {
  const world = await newWorld(make)
  await live(world, (run) => run(), lease).ended
  const expected = await eventsOf(world)
  expect(expected).toHaveLength(6)
  await checkWorld(world, expected)
  return expected
}

/** A program that is killed does nothing any more. */
const never = new Promise<never>(() => {})

/** How a call ends: the program is killed, or the call throws, before it has an effect or after. */
export const endings = ['KilledBefore', 'KilledAfter', 'ThrownBefore', 'ThrownAfter'] as const

/** Interrupts a program at one await after the other, lets another go on, and returns how many there are. */
export const interruptEach = async (
  make: MakeWorld,
  lease: number,
  ending: (typeof endings)[number],
): Promise<number> => {
  const expected = await undisturbed(make, lease)
  for (let call = 0; ; call++) {
    const world = await newWorld(make)
    let count = 0
    let isDead = false
    let whenDead = (): void => {}
    const killed = new Promise<void>((resume) => {
      whenDead = resume
    })
    const die = (): Promise<never> => {
      isDead = true
      whenDead()
      return never
    }
    const first = live(
      world,
      async (run) => {
        if (isDead) return never
        const isNow = count++ === call
        if (isNow && ending === 'KilledBefore') return die()
        if (isNow && ending === 'ThrownBefore') throw new Error('before')
        const answer = await run()
        if (isDead) return never
        if (isNow && ending === 'KilledAfter') return die()
        if (isNow && ending === 'ThrownAfter') throw new Error('after')
        return answer
      },
      lease,
    )
    await Promise.race([first.ended, killed])
    await world.expire()
    await live(world, (run) => run(), lease).ended
    first.stop.abort()
    await checkWorld(world, expected)
    if (count <= call) return count
  }
}

/** Holds a program up at one await after the other until another has done everything, and returns how many there are. */
export const delayEach = async (
  make: MakeWorld,
  lease: number,
  when: 'Before' | 'After',
): Promise<number> => {
  const expected = await undisturbed(make, lease)
  for (let call = 0; ; call++) {
    const world = await newWorld(make)
    let count = 0
    let whenHeld = (): void => {}
    let goOn = (): void => {}
    const held = new Promise<void>((resume) => {
      whenHeld = resume
    })
    const gate = new Promise<void>((resume) => {
      goOn = resume
    })
    const first = live(
      world,
      async (run) => {
        const isNow = count++ === call
        const hold = async (): Promise<void> => {
          whenHeld()
          await gate
        }
        if (isNow && when === 'Before') await hold()
        const answer = await run()
        if (isNow && when === 'After') await hold()
        return answer
      },
      lease,
    )
    await Promise.race([first.ended, held])
    await world.expire()
    await live(world, (run) => run(), lease).ended
    goOn()
    await first.ended
    await checkWorld(world, expected)
    if (count <= call) return count
  }
}
