import { isLeft, isRight, left, right } from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { describe, expect, it } from 'vitest'
import type { Issued } from '../../src/Process.ts'
import { fromPending } from '../../src/Process.ts'
import type { Recorded } from '../../src/Recorded.ts'
import { commandHandler } from '../../src/shell/CommandHandler.ts'
import { runProcess } from '../../src/shell/ProcessRunner.ts'
import { immediate } from '../../src/shell/CommandHandler/retry.ts'
import type { Event } from './counter.ts'
import { counter, newStore, request } from './counter.ts'

/** Wants so many events in all, and issues one command for each that is missing. */
const filling = (wanted: number) =>
  fromPending<Recorded<Event>, number, number>({
    initialState: 0,
    evolve: (seen) => seen + 1,
    pending: (seen) =>
      Array.from({ length: Math.max(0, wanted - seen) }, (_, i) => ({
        id: `fill-${seen + i}`,
        command: seen + i,
      })),
    isTerminal: (seen) => seen >= wanted,
  })

const start = { position: 0, state: 0 }

const now = () => 0

const filler = () => {
  const store = newStore()
  const handle = commandHandler({ decider: counter, store, retry: immediate(1) })
  const sent: Array<string> = []
  const send = ({ id, command }: Issued<number>) => {
    sent.push(id)
    return handle(request(`stream-${command}`, id, 1))
  }
  return { store, send, sent }
}

describe('runProcess', () => {
  it('issues until nothing is outstanding, and reports how far it came', async () => {
    const { store, send, sent } = filler()
    const run = await runProcess({ now, store, process: filling(3), send })(start)()
    expect(isRight(run) && run.right).toStrictEqual({
      checkpoint: { position: 3, state: 3, commitId: 'fill-2', recordedAt: 7, end: 3 },
      sent: 3,
      failed: [],
      outstanding: [],
    })
    expect(sent).toStrictEqual(['fill-0', 'fill-1', 'fill-2'])
  })

  it('ProcessRunner 1: run again from the beginning it stores nothing more', async () => {
    const { store, send } = filler()
    await runProcess({ now, store, process: filling(3), send, fuel: 1 })(start)()
    const again = await runProcess({ now, store, process: filling(3), send })(start)()
    expect(isRight(again) && again.right.checkpoint).toStrictEqual({
      position: 3,
      state: 3,
      commitId: 'fill-2',
      recordedAt: 7,
      end: 3,
    })
    const third = await runProcess({ now, store, process: filling(3), send })(start)()
    expect(isRight(third) && third.right).toStrictEqual({
      checkpoint: { position: 3, state: 3, commitId: 'fill-2', recordedAt: 7, end: 3 },
      sent: 0,
      failed: [],
      outstanding: [],
    })
  })

  it('ProcessRunner 2: a command that fails stays outstanding and holds up no other', async () => {
    const { store, send, sent } = filler()
    const refusing = (issued: Issued<number>) =>
      issued.id === 'fill-0' && sent.length === 0
        ? (sent.push(issued.id), TE.left('not today' as const))
        : TE.mapLeft(String)(send(issued))
    const run = await runProcess({ now, store, process: filling(2), send: refusing })(start)()
    expect(isRight(run) && run.right).toStrictEqual({
      checkpoint: { position: 1, state: 1, commitId: 'fill-1', recordedAt: 7, end: 1 },
      sent: 1,
      failed: [{ issued: { id: 'fill-0', command: 0 }, failure: 'not today' }],
      outstanding: [{ id: 'fill-1', command: 1 }],
    })
  })

  it('ProcessRunner 3: it sends no id twice, also where no event answers', async () => {
    const { store, sent } = filler()
    const deaf = ({ id }: Issued<number>) => {
      sent.push(id)
      return TE.right(null)
    }
    const run = await runProcess({ now, store, process: filling(2), send: deaf })(start)()
    expect(sent).toStrictEqual(['fill-0', 'fill-1'])
    expect(isRight(run) && run.right.outstanding).toHaveLength(2)
  })

  it.each([
    [2, 2],
    [0, 0],
    [-1, 0],
    [NaN, 0],
    [7, 5],
  ])('with fuel %d it sends %d of five', async (fuel, expected) => {
    const { store, send, sent } = filler()
    const run = await runProcess({ now, store, process: filling(5), send, fuel })(start)()
    expect(sent).toHaveLength(expected)
    expect(isRight(run) && run.right.outstanding.length).toBe(5 - expected)
  })

  it('gives what it could not read', async () => {
    const { store, send } = filler()
    const failure = { type: 'StoreUnavailable', operation: 'readAll', cause: 'off' } as const
    const off = { ...store, readAll: () => TE.left(failure) }
    expect(await runProcess({ now, store: off, process: filling(1), send })(start)()).toStrictEqual(
      left(failure),
    )
  })

  it('gives what was thrown, by the process or on the way, as a value', async () => {
    const { store, send } = filler()
    const cause = new Error('on the way')
    const thrown = left({ type: 'Thrown', cause })
    const broken = runProcess({
      now,
      store,
      process: filling(1),
      send: () => () => Promise.reject(cause),
    })
    expect(await broken(start)()).toStrictEqual(thrown)
    const process = {
      ...filling(1),
      resume: () => {
        throw cause
      },
    }
    const refused = await runProcess({ now, store, process, send })(start)()
    expect(isLeft(refused) && refused).toStrictEqual(thrown)
  })

  it('ProcessRunner 3: runs that overlap send once, also where no event answers', async () => {
    const { store, sent } = filler()
    const deaf =
      ({ id }: Issued<number>) =>
      async () => {
        sent.push(id)
        await new Promise((resolve) => setTimeout(resolve, 1))
        return right(null)
      }
    const run = runProcess({ now, store, process: filling(3), send: deaf })
    const runs = await Promise.all([run(start)(), run(start)(), run(start)()])
    expect(sent).toStrictEqual(['fill-0', 'fill-1', 'fill-2'])
    expect(runs.map((each) => isRight(each) && each.right.sent)).toStrictEqual([3, 0, 0])
    await run(start)()
    expect(sent).toHaveLength(6)
  })

  it('two outstanding commands of one id are one', async () => {
    const { store, sent } = filler()
    const process = fromPending<Recorded<Event>, number, number>({
      initialState: 0,
      evolve: (seen) => seen,
      pending: () => [
        { id: 'same', command: 1 },
        { id: 'same', command: 2 },
        { id: 'other', command: 3 },
      ],
      isTerminal: () => false,
    })
    const send = ({ id, command }: Issued<number>) => {
      sent.push(`${id} ${command}`)
      return TE.right(null)
    }
    const run = await runProcess({ now, store, process, send })(start)()
    expect(sent).toStrictEqual(['same 1', 'other 3'])
    expect(isRight(run) && run.right).toMatchObject({
      sent: 2,
      outstanding: [{ id: 'same', command: 1 }, { id: 'other' }],
    })
  })

  it('ProcessRunner 4: nothing is sent before it is due', async () => {
    const { store, send, sent } = filler()
    const process = { ...filling(2), resume: () => [{ id: 'late', command: 0, dueAt: 100 }] }
    let time = 99
    const run = runProcess({ now: () => time, store, process, send })
    const early = await run(start)()
    expect(isRight(early) && early.right).toMatchObject({ sent: 0, outstanding: [{ id: 'late' }] })
    time = 100
    await run(start)()
    expect(sent).toStrictEqual(['late'])
  })

  it('a command that hangs ends with the run, and what became of it is unknown', async () => {
    const { store } = filler()
    const seen: Array<boolean | undefined> = []
    const run = runProcess({
      now,
      store,
      process: filling(1),
      send:
        (_, { signal }) =>
        () =>
          new Promise<never>(() => signal?.addEventListener('abort', () => seen.push(true))),
    })
    expect(await run(start, { timeout: 25 })()).toMatchObject({
      left: { type: 'GivenUp', operation: 'send', reason: 'TimedOut', outcome: 'Unknown' },
    })
    expect(seen).toEqual([true])
  })
})
