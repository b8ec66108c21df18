// A failure of time names what was running when the limit passed, also where that never pauses, so that
// no timer gets a turn.
import * as E from 'fp-ts/lib/Either.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EncodedEvent, EventCodec } from '../../../src/codec/EventCodec.ts'
import type { Process } from '../../../src/Process.ts'
import { fromPending } from '../../../src/Process.ts'
import type { Recorded } from '../../../src/Recorded.ts'
import { spanOf } from '../../../src/shell/internal/bounded.ts'
import { commandHandler } from '../../../src/shell/CommandHandler.ts'
import { loopProcess } from '../../../src/shell/ProcessRunner/loop.ts'
import { runProcess } from '../../../src/shell/ProcessRunner.ts'
import { catchUp } from '../../../src/shell/Projector.ts'
import { overdue, worked } from '../../../src/shell/internal/timeLimit.ts'
import type { EventStore, GivenUp } from '../../../src/store/EventStore.ts'
import { withCodec } from '../../../src/store/Encoded.ts'
import { memoryStore } from '../../../src/store/Memory.ts'
import type { Event } from '../counter.ts'
import { counter, newStore, request } from '../counter.ts'

/** Far more than a test takes: no timer fires, and the limit passes where the clock is put forward. */
const limits = { timeout: 60_000 }

let time = 0
beforeEach(() => {
  time = 0
  vi.spyOn(performance, 'now').mockImplementation(() => time)
})
afterEach(() => {
  vi.restoreAllMocks()
})

/** The function, as if it took longer than all limits. */
const slow =
  <A extends ReadonlyArray<unknown>, B>(run: (...given: A) => B): ((...given: A) => B) =>
  (...given) => {
    time += 100_000
    return run(...given)
  }

const givenUp = (
  operation: GivenUp['operation'],
  outcome: GivenUp['outcome'] = 'NotStored',
): E.Either<GivenUp, never> =>
  E.left({ type: 'GivenUp', operation, reason: 'TimedOut', outcome, cause: undefined })

const plain: EventCodec<Event> = {
  types: ['Added'],
  encode: (event) => E.right({ type: 'Added', schemaVersion: 1, data: event }),
  // what was encoded above
  decode: ({ data }: EncodedEvent) => E.right(data as Event),
}

const storeOf = (codec: Partial<EventCodec<Event>> = {}, inner = memoryStore()) =>
  withCodec({ ...plain, ...codec })(inner)

const filled = async (): Promise<EventStore<EncodedEvent>> => {
  const inner = memoryStore()
  const store = storeOf({}, inner)
  for (const id of ['c1', 'c2'])
    await commandHandler({ decider: counter, store })(request('s', id, 1))()
  return inner
}

describe('a handler names what the limit passed in, and stores nothing after it', () => {
  const ask = async (
    more: { readonly decider?: Partial<typeof counter>; readonly store?: EventStore<Event> },
    adds: readonly [number, ...ReadonlyArray<number>] = [1],
  ) => {
    const { store = storeOf({}, await filled()) } = more
    const append = vi.spyOn(store, 'append')
    const handle = commandHandler({ decider: { ...counter, ...more.decider }, store })
    const answer = await handle(request('s', 'new', ...adds), limits)()
    return { answer, append }
  }

  it.each(['decide', 'evolve'] as const)('%s', async (name) => {
    const { answer, append } = await ask({
      decider: { [name]: slow<never, never>(counter[name] as never) },
    })
    expect(answer).toStrictEqual(givenUp(name))
    expect(append).not.toHaveBeenCalled()
    time = 0
  })

  it('evolve between two commands of a batch', async () => {
    let folds = 0
    const evolve = (count: number) => (++folds === 3 ? slow(() => count + 1)() : count + 1)
    expect((await ask({ decider: { evolve } }, [1, 1])).answer).toStrictEqual(givenUp('evolve'))
  })

  it('decode', async () => {
    const store = storeOf({ decode: slow(plain.decode) }, await filled())
    expect((await ask({ store })).answer).toStrictEqual(givenUp('decode'))
  })

  it('encode: nothing is stored', async () => {
    const inner = await filled()
    const store = storeOf({ encode: slow(plain.encode) }, inner)
    expect((await ask({ store })).answer).toStrictEqual(givenUp('encode'))
    expect(await inner.load('s')()).toMatchObject({ right: { length: 2 } })
  })

  it('load, of an engine that never pauses', async () => {
    const inner = await filled()
    const load: typeof inner.load = (...asked) => slow(inner.load(...asked))
    const store = storeOf({}, { ...inner, load })
    expect((await ask({ store })).answer).toStrictEqual(givenUp('load'))
  })

  it('append, where it ended in a conflict', async () => {
    const store = storeOf({}, await filled())
    const conflict = {
      type: 'VersionConflict',
      stream: 's',
      expected: { type: 'Any' },
      actual: 3,
    } as const
    const append = () => slow(TE.left(conflict))
    expect((await ask({ store: { ...store, append } })).answer).toStrictEqual(givenUp('append'))
  })

  it('what is done when it is noticed is given, late as it is', async () => {
    const inner = await filled()
    const append: typeof inner.append =
      (...asked) =>
      () =>
        inner
          .append(...asked)()
          .then(slow((appended) => appended))
    expect((await ask({ store: storeOf({}, { ...inner, append }) })).answer).toMatchObject({
      right: { version: 3 },
    })
  })
})

describe('catching up names what the limit passed in', () => {
  const start = { position: 0, state: 0 }
  const options = { ...limits, pageSize: 1 }
  const Count = { initialState: 0, evolve: (count: number) => count + 1 }

  it('evolve', async () => {
    const store = storeOf({}, await filled())
    const late = { ...Count, evolve: slow(Count.evolve) }
    expect(await catchUp(store, late, options)(start)()).toStrictEqual(givenUp('evolve'))
  })

  it('decode, also where events become several', async () => {
    const inner = await filled()
    const decodeAll: NonNullable<EventCodec<Event>['decodeAll']> = ({ data }) =>
      E.right([data as Event])
    const several: EventCodec<Event>['decode'] = ({ type, schemaVersion }) => {
      const issue = { path: [], expected: 'one event', actual: 'several' }
      return E.left({ eventType: type, schemaVersion, issues: [issue] })
    }
    const each = { decode: slow(plain.decode) }
    for (const codec of [each, { decode: several, decodeAll: slow(decodeAll) }]) {
      time = 0
      const store = storeOf(codec, inner)
      expect(await catchUp(store, Count, options)(start)()).toStrictEqual(givenUp('decode'))
    }
  })

  it('readAll', async () => {
    const inner = await filled()
    const readAll: typeof inner.readAll = (...asked) => slow(inner.readAll(...asked))
    const store = storeOf({}, { ...inner, readAll })
    expect(await catchUp(store, Count, options)(start)()).toStrictEqual(givenUp('readAll'))
  })
})

describe('a process names what the limit passed in', () => {
  type Counted = Process<Recorded<Event>, number, string>
  const start = { position: 0, state: 0 }
  const process: Counted = fromPending({
    initialState: 0,
    evolve: (seen: number) => seen + 1,
    pending: () => ['a', 'b'].map((id) => ({ id, command: id })),
    isTerminal: () => false,
  })
  const run = (more: Partial<Counted>, send = () => TE.right('sent'), store = newStore()) =>
    runProcess({ store, process: { ...process, ...more }, send, now: () => 0 })(start, limits)()

  it('resume: nothing is sent', async () => {
    expect(await run({ resume: slow(process.resume) })).toStrictEqual(givenUp('resume'))
  })

  it('evolve', async () => {
    const store = storeOf({}, await filled())
    expect(await run({ evolve: slow(process.evolve) }, undefined, store)).toStrictEqual(
      givenUp('evolve'),
    )
  })

  it('send: what was sent may have been carried out', async () => {
    expect(await run({}, () => slow(TE.right('sent')))).toStrictEqual(givenUp('send', 'Unknown'))
  })

  it('once something was sent, that is unknown, whatever it was that took too long', async () => {
    const store = newStore()
    let reads = 0
    const readAll: typeof store.readAll = (...asked) =>
      ++reads === 2 ? slow(store.readAll(...asked)) : store.readAll(...asked)
    let asked = 0
    const resume: Counted['resume'] = (state) =>
      ++asked === 2 ? [...process.resume(state), { id: 'c', command: 'c' }] : process.resume(state)
    expect(await run({ resume }, undefined, { ...store, readAll })).toStrictEqual(
      givenUp('readAll', 'Unknown'),
    )
    const down = E.left({ type: 'StoreUnavailable', operation: 'readAll', cause: 'down' } as const)
    reads = 0
    const broken: typeof store.readAll = (...rest) =>
      ++reads === 2 ? () => Promise.resolve(down) : store.readAll(...rest)
    expect(await run({}, undefined, { ...store, readAll: broken })).toStrictEqual(down)
  })

  it('in a loop, too', async () => {
    const stop = new AbortController()
    const failures: Array<unknown> = []
    const loop = loopProcess({
      ...limits,
      store: newStore(),
      process: { ...process, resume: slow(process.resume) },
      send: () => TE.right('sent'),
      now: () => 0,
      onFailure: (failure) => {
        failures.push(failure)
        stop.abort()
      },
    })
    await loop(start, stop.signal)()
    expect(failures.map(E.left)).toStrictEqual([givenUp('resume')])
  })

  it('by the limit of the run, where a handler has a longer one of its own', async () => {
    const handle = commandHandler({
      decider: { ...counter, decide: slow(counter.decide) },
      store: newStore(),
    })
    const handled: Array<unknown> = []
    const send =
      (_: unknown, { signal }: { readonly signal?: AbortSignal | undefined }) =>
      async () => {
        const answer = await handle(request('t', 'c', 1), { signal, timeout: 1_000_000 })()
        handled.push(answer)
        return answer
      }
    const options = { store: newStore(), process, send, now: () => 0 }
    expect(await runProcess(options)(start, limits)()).toStrictEqual(givenUp('decide', 'Unknown'))
    // for the handler it is its caller that gave up
    expect(handled).toMatchObject([{ left: { reason: 'Aborted', outcome: 'NotStored' } }])
  })
})

describe('a time limit', () => {
  it('is that of its signal alone, and passes in one piece of work', () => {
    const outer = spanOf({ timeout: 10 })
    const inner = spanOf({ timeout: 20, signal: outer.options.signal })
    const { signal } = inner.options
    expect(overdue(signal)).toBeUndefined()
    worked(signal, 'load')
    time = 15
    worked(signal, 'decide')
    worked(signal, 'append')
    time = 25
    worked(signal, 'send')
    worked(undefined, 'send')
    const at = (reason: unknown): E.Either<GivenUp, never> => {
      const { left } = givenUp('wait') as E.Left<GivenUp>
      return E.left({ ...left, reason: 'Aborted', cause: reason })
    }
    const ends = (span: typeof outer) => span.told(at(overdue(span.options.signal)))
    expect(ends(outer)).toStrictEqual(givenUp('decide'))
    expect(ends(inner)).toStrictEqual(givenUp('send'))
    expect(overdue(new AbortController().signal)).toBeUndefined()
    expect(overdue(undefined)).toBeUndefined()
    outer.end()
    inner.end()
  })
})
