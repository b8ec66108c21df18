import { isLeft, right } from 'fp-ts/lib/Either.js'
import { expect, it } from 'vitest'
import type { Issued } from '../../../src/Process.ts'
import { fromPending } from '../../../src/Process.ts'
import type { Recorded } from '../../../src/Recorded.ts'
import { commandHandler } from '../../../src/shell/CommandHandler.ts'
import { loopProcess } from '../../../src/shell/ProcessRunner.ts'
import type { Checkpoint } from '../../../src/shell/Projector.ts'
import type { EventStore } from '../../../src/store/EventStore.ts'
import { rightOf } from '../../contract/commits.ts'
import type { Event } from '../counter.ts'
import { counter, newStore, request } from '../counter.ts'

/** Adds to three streams, two times each, the second time when the first is seen. */
const filling = fromPending<Recorded<Event>, ReadonlyArray<number>, number>({
  initialState: [0, 0, 0],
  evolve: (seen, { stream }) => seen.map((n, i) => (stream === `stream-${i}` ? n + 1 : n)),
  pending: (seen) => seen.flatMap((n, i) => (n < 2 ? [{ id: `fill-${i}-${n}`, command: i }] : [])),
  isTerminal: (seen) => seen.every((n) => n >= 2),
})

type Kept = Checkpoint<ReadonlyArray<number>>

/** What a process leaves behind when it ends, whichever way. */
interface World {
  readonly store: EventStore<Event>
  readonly sent: Array<Issued<number>>
  checkpoint: Kept
}

const newWorld = (): World => ({
  store: newStore(),
  sent: [],
  checkpoint: { position: 0, state: filling.initialState },
})

/** Everything that a process waits for goes through here. */
type Await = <A>(run: () => Promise<A>) => Promise<A>

/** Runs the process until nothing is outstanding. */
const live = async (world: World, wait: Await): Promise<void> => {
  const store: EventStore<Event> = {
    load:
      (...asked) =>
      () =>
        wait(world.store.load(...asked)),
    append:
      (...asked) =>
      () =>
        wait(world.store.append(...asked)),
    readAll:
      (...asked) =>
      () =>
        wait(world.store.readAll(...asked)),
  }
  const handle = commandHandler({ decider: counter, store })
  const stop = new AbortController()
  const ended = await loopProcess<Event, ReadonlyArray<number>, number, unknown>({
    store,
    process: filling,
    send: (issued) => () =>
      wait(() => {
        world.sent.push(issued)
        return handle(request(`stream-${issued.command}`, issued.id, 1))()
      }),
    now: () => 0,
    read: { pageSize: 2 },
    pollEvery: 1,
    onRun: async ({ checkpoint, outstanding }) => {
      await wait(() => {
        world.checkpoint = checkpoint
        return Promise.resolve()
      })
      if (outstanding.length === 0) stop.abort()
    },
  })(world.checkpoint, stop.signal)()
  if (isLeft(ended) && ended.left.type !== 'Thrown') rightOf(ended)
}

const eventsOf = async ({ store }: World): Promise<ReadonlyArray<string>> =>
  rightOf(await store.readAll(0, 100)()).events.map(
    ({ stream, commitId }) => `${stream} ${commitId}`,
  )

/** A process that is killed does nothing any more. */
const never = new Promise<never>(() => {})

/** How a call ends: the process is killed, or it throws, before the call has an effect or after. */
const endings = ['KilledBefore', 'KilledAfter', 'ThrownBefore', 'ThrownAfter'] as const

it.each(endings)(
  'a process that is interrupted at any await and started again sends everything, under one id (%s)',
  async (ending) => {
    const undisturbed = newWorld()
    await live(undisturbed, (run) => run())
    const expected = [...(await eventsOf(undisturbed))].sort()
    expect(expected).toHaveLength(6)

    let calls = 0
    for (let call = 0, isInterrupted = true; isInterrupted; call++) {
      const world = newWorld()
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
      const first = live(world, async (run) => {
        if (isDead) return never
        const isNow = count++ === call
        if (isNow && ending === 'KilledBefore') return die()
        if (isNow && ending === 'ThrownBefore') throw new Error('before')
        const answer = await run()
        if (isDead) return never
        if (isNow && ending === 'KilledAfter') return die()
        if (isNow && ending === 'ThrownAfter') throw new Error('after')
        return answer
      })
      await Promise.race([first, killed])
      isInterrupted = count > call
      calls = Math.max(calls, count)
      await live(world, (run) => run())
      expect([...(await eventsOf(world))].sort()).toStrictEqual(expected)
      const ids = new Map(world.sent.map(({ id, command }) => [id, command]))
      expect([...ids.keys()].sort()).toStrictEqual(expected.map((line) => line.split(' ')[1]))
      expect(world.sent.every(({ id, command }) => ids.get(id) === command)).toBe(true)
      // what was sent again is at most what the last run had sent
      expect(world.sent.length).toBeLessThanOrEqual(expected.length * 2)
      expect(right(world.checkpoint.state)).toStrictEqual(right([2, 2, 2]))
    }
    // six commands (send, load, append), reads between them, and checkpoints
    expect(calls).toBeGreaterThan(20)
  },
)
