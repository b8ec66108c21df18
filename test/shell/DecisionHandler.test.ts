// The numbers are those of the laws in src/shell/DecisionHandler.ts.
import fc from 'fast-check'
import { isRight, left, right } from 'fp-ts/lib/Either.js'
import { some } from 'fp-ts/lib/Option.js'
import * as t from 'io-ts'
import { describe, expect, it } from 'vitest'
import { eventCodec } from '../../src/codec/IoTs.ts'
import type { Decision } from '../../src/Decision.ts'
import { replay } from '../../src/Projection.ts'
import { matches, tag } from '../../src/Query.ts'
import type { Recorded } from '../../src/Recorded.ts'
import { immediate } from '../../src/shell/CommandHandler.ts'
import type { DecisionRequest } from '../../src/shell/DecisionHandler.ts'
import { decisionHandler } from '../../src/shell/DecisionHandler.ts'
import { commitPages } from '../../src/shell/Reader.ts'
import { withCodec } from '../../src/store/Encoded.ts'
import type { EventStore } from '../../src/store/EventStore.ts'
import { memoryStore } from '../../src/store/Memory.ts'
import { leftOf, rightOf } from '../contract/commits.ts'
import { runs } from '../setup.ts'
import type { CourseCommand, CourseEvent } from '../support/courses.ts'
import { courseEvents, courses, mostCourses } from '../support/courses.ts'
import { plain } from '../support/plain.ts'

const courseStore = (): EventStore<CourseEvent> =>
  withCodec(courseEvents)(memoryStore({ now: () => 1 }))

const courseHandler = (store: EventStore<CourseEvent>, attempts = 1) =>
  decisionHandler({
    decision: courses,
    store,
    stream: (command) => `course-${command.course}`,
    retry: immediate(attempts),
  })

const offer = (course: string, seats: number): CourseCommand => ({ type: 'Offer', course, seats })
const join = (course: string, student: string): CourseCommand => ({ type: 'Join', course, student })
const leave = (course: string, student: string): CourseCommand => ({
  type: 'Leave',
  course,
  student,
})

const request = (commitId: string, ...commands: [CourseCommand, ...Array<CourseCommand>]) => ({
  commitId,
  commands,
})

const logOf = async <E>(store: EventStore<E>): Promise<ReadonlyArray<Recorded<E>>> =>
  rightOf(await store.readAll(0, 10_000)()).events

/** A store whose calls wait until the scheduler lets them go. */
const scheduled = <E>(store: EventStore<E>, scheduler: fc.Scheduler): EventStore<E> => {
  const waiting = <A>(call: () => Promise<A>) => scheduler.schedule(Promise.resolve()).then(call)
  return {
    load:
      (...given) =>
      () =>
        waiting(store.load(...given)),
    append:
      (...given) =>
      () =>
        waiting(store.append(...given)),
    readAll:
      (...given) =>
      () =>
        waiting(store.readAll(...given)),
  }
}

const names = fc.constantFrom('a', 'b', 'c')
const command: fc.Arbitrary<CourseCommand> = fc.oneof(
  fc.tuple(names, fc.nat(2)).map(([course, seats]) => offer(course, seats)),
  {
    weight: 4,
    arbitrary: fc.tuple(names, names).map(([course, student]) => join(course, student)),
  },
  fc.tuple(names, names).map(([course, student]) => leave(course, student)),
)
const drawnRequest: fc.Arbitrary<DecisionRequest<CourseCommand>> = plain({
  commitId: fc.nat(20).map((n) => `c${n}`),
  commands: fc
    .tuple(command, fc.array(command, { maxLength: 1 }))
    .map(([first, others]) => [first, ...others] as const),
})

/** Whether each commit of a log is what its commands lead to on all that stands before it. */
const checkLog = (
  log: ReadonlyArray<Recorded<CourseEvent>>,
  asked: ReadonlyMap<string, DecisionRequest<CourseCommand>>,
): void => {
  const ids = [...new Set(log.map(({ commitId }) => commitId))]
  for (const id of ids) {
    const start = log.findIndex(({ commitId }) => commitId === id)
    const events = log.filter(({ commitId }) => commitId === id).map(({ event }) => event)
    let state = replay(courses)(log.slice(0, start).map(({ event }) => event))
    const decided: Array<CourseEvent> = []
    for (const each of asked.get(id)?.commands ?? []) {
      const some = rightOf(courses.decide(each, state))
      decided.push(...some)
      state = some.reduce((before, event) => courses.evolve(before, event), state)
    }
    expect(events).toStrictEqual(decided)
  }
  for (let end = 0; end <= log.length; end++) {
    const { members } = replay(courses)(log.slice(0, end).map(({ event }) => event))
    for (const name of ['a', 'b', 'c']) {
      expect(members.filter((one) => one.endsWith(`/${name}`)).length).toBeLessThanOrEqual(mostCourses) // prettier-ignore
    }
  }
}

describe('decisions at the same time', () => {
  it('laws 1, 5–7: whatever comes in between, each is decided on all that stands before it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.scheduler(),
        fc.uniqueArray(drawnRequest, { selector: ({ commitId }) => commitId, maxLength: 8 }),
        fc.constantFrom(1, 9),
        async (scheduler, requests, attempts) => {
          const store = courseStore()
          const prepared = request('prepared', offer('a', 2), offer('b', 1))
          rightOf(await courseHandler(store)(prepared)())
          const handle = courseHandler(scheduled(store, scheduler), attempts)
          const answers = Promise.all(requests.map((each) => handle(each)()))
          await scheduler.waitFor(answers)
          const log = await logOf(store)
          checkLog(log, new Map([prepared, ...requests].map((each) => [each.commitId, each])))
          for (const [i, answer] of (await answers).entries()) {
            const own = log.filter(({ commitId }) => commitId === requests[i]?.commitId)
            if (isRight(answer)) expect(answer.right.events).toStrictEqual(own)
            else expect(own).toStrictEqual([])
            if (isRight(answer) || answer.left.type !== 'AppendConditionFailed') continue
            // never needlessly: something that the commands read was stored meanwhile
            expect(attempts).toBe(1)
            const { position, condition } = answer.left
            const { event } = log[position - 1] ?? expect.unreachable()
            expect(matches(condition.query)(event.type, courses.tags(event))).toBe(true)
          }
        },
      ),
      { numRuns: runs(60) },
    )
  })

  it('law 2: of two that disturb each other one is accepted, two that do not both are', async () => {
    const pairs: ReadonlyArray<readonly [CourseCommand, CourseCommand]> = [
      [join('a', 's1'), join('a', 's2')], // the last seat
      [join('c', 's1'), join('d', 's1')], // the student's last course
      [join('c', 's1'), join('c', 's2')], // both count the seats of the course
      [join('c', 's1'), join('d', 's2')], // nothing in common
      [join('c', 's1'), offer('d', 9)],
      [join('c', 's1'), offer('c', 0)], // the one reads what the other writes, but not the other way round
      [offer('c', 1), offer('c', 0)],
    ]
    let accepted = 0
    for (const pair of pairs) {
      // both have read before one of them appends
      for (const [first, second] of [pair, pair.toReversed() as unknown as typeof pair]) {
        const store = courseStore()
        const steps = [offer('a', 1), offer('b', 5), offer('c', 5), offer('d', 5), join('b', 's1')] as const // prettier-ignore
        rightOf(await courseHandler(store)(request('prepared', ...steps))())
        const [one, other] = [gated(store), gated(store)]
        const answer = courseHandler(one.store)(request('c1', first))()
        const late = courseHandler(other.store)(request('c2', second))()
        for (const { step } of [one, other, one, other]) await step()
        const [{ event }] = rightOf(await answer).events as [Recorded<CourseEvent>]
        const isDisturbed = matches(courses.reads(second))(event.type, courses.tags(event))
        const told = await late
        expect(isRight(told)).toBe(!isDisturbed)
        if (isRight(told)) accepted++
        else expect(told.left).toMatchObject({ type: 'AppendConditionFailed', position: 6 })
      }
    }
    expect(accepted).toBe(5)
  })
})

/** A store that makes one call at each step. */
const gated = <E>(store: EventStore<E>) => {
  const calls: Array<() => Promise<unknown>> = []
  const waiting = <A>(call: () => Promise<A>): Promise<A> =>
    new Promise((resolve) => {
      calls.push(() => call().then(resolve))
    })
  const turn = () => new Promise((resume) => setImmediate(resume))
  return {
    store: {
      load:
        (...given) =>
        () =>
          waiting(store.load(...given)),
      append:
        (...given) =>
        () =>
          waiting(store.append(...given)),
      readAll:
        (...given) =>
        () =>
          waiting(store.readAll(...given)),
    } satisfies EventStore<E>,
    step: async () => {
      await turn()
      await calls.shift()?.()
      await turn()
    },
  }
}

describe('a request', () => {
  it('law 3: writes nothing without events, or if a command is rejected', async () => {
    const store = courseStore()
    const handle = courseHandler(store)
    expect(await handle(request('c1', join('a', 's1')))()).toStrictEqual(
      left({ type: 'Rejected', stream: 'course-a', position: 0, index: 0, rejection: 'NoCourse' }),
    )
    rightOf(await handle(request('c2', offer('a', 1)))())
    const nothing = rightOf(await handle(request('c3', offer('a', 1)))())
    expect(nothing).toStrictEqual({
      stream: 'course-a',
      position: 1,
      state: { seats: { a: 1 }, members: [] },
      events: [],
    })
    const batch = request('c4', join('a', 's1'), join('a', 's2'))
    expect(leftOf(await handle(batch)())).toMatchObject({ index: 1, rejection: 'CourseFull' })
    expect(await logOf(store)).toHaveLength(1)
  })

  it('law 4, V10: sent again it gives the first outcome, whatever came after', async () => {
    const store = courseStore()
    const handle = courseHandler(store)
    rightOf(await handle(request('c1', offer('a', 1), join('a', 's1')))())
    const left1 = rightOf(await handle(request('c2', leave('a', 's1')))())
    const joined = rightOf(await handle(request('c3', join('a', 's2')))())
    const log = await logOf(store)
    // by now the first is of no effect, the second would be rejected, and the third would write nothing
    for (let n = 0; n < 2; n++) {
      expect(rightOf(await handle(request('c2', leave('a', 's1')))())).toStrictEqual(left1)
      expect(rightOf(await handle(request('c3', join('a', 's2')))())).toStrictEqual(joined)
      const again = rightOf(await handle(request('c1', offer('a', 1), join('a', 's1')))())
      expect(again).toMatchObject({ position: 2, state: { members: ['a/s1'] } })
      expect(again.events).toHaveLength(2)
    }
    expect(joined).toMatchObject({ stream: 'course-a', position: 4, state: { members: ['a/s2'] } })
    expect(await logOf(store)).toStrictEqual(log)
  })

  it('law 4: many times at once gives one outcome to all', async () => {
    const store = courseStore()
    rightOf(await courseHandler(store)(request('c1', offer('a', 9)))())
    const handle = courseHandler(store, 20)
    const answers = await Promise.all(
      [1, 2, 3, 4, 5].map(() => handle(request('c2', join('a', 's1')))()),
    )
    for (const answer of answers) expect(answer).toStrictEqual(answers[0])
    expect(await logOf(store)).toHaveLength(2)
  })

  it('law 4: another fingerprint, or another stream, is refused', async () => {
    const store = courseStore()
    const handle = courseHandler(store)
    const sent = { ...request('c1', offer('a', 1)), fingerprint: 'one' }
    const told = rightOf(await handle(sent)())
    expect(rightOf(await handle(sent)())).toStrictEqual(told)
    const other = leftOf(await handle({ ...sent, fingerprint: 'two' })())
    expect(other).toStrictEqual({ type: 'CommitIdReused', commitId: 'c1', stream: 'course-a' })
    const elsewhere = leftOf(await handle(request('c1', offer('b', 1)))())
    expect(elsewhere).toMatchObject({ type: 'CommitIdTaken', stream: 'course-a' })
  })

  it('law 4: a commit id of another stream makes no request accepted, also if its events are read', async () => {
    const { load, append, readAll } = courseStore()
    // without a way to find commits
    const handle = courseHandler({ load, append, readAll })
    rightOf(await handle(request('c1', offer('a', 1)))())
    rightOf(await handle(request('c2', join('a', 's')))())
    expect(leftOf(await handle(request('c2', join('z', 's')))()).type).toBe('Rejected')
  })

  it('law 6: is decided again as often as the policy allows', async () => {
    const store = courseStore()
    rightOf(await courseHandler(store)(request('c0', offer('a', 99)))())
    let n = 0
    const busy: EventStore<CourseEvent> = {
      ...store,
      append: (commit, options) => async () => {
        if (commit.condition !== undefined && n < 3) {
          const other = request(`other-${++n}`, join('a', `o${n}`))
          rightOf(await courseHandler(store)(other)())
        }
        return store.append(commit, options)()
      },
    }
    const failed = leftOf(await courseHandler(busy, 3)(request('c1', join('a', 's1')))())
    expect(failed).toMatchObject({ type: 'AppendConditionFailed', position: 4 })
    n = 0
    const { state } = rightOf(await courseHandler(busy, 4)(request('c1', join('a', 's1')))())
    expect(state.members).toHaveLength(4)
  })

  it('passes its metadata to all of its events, and its tags', async () => {
    const store = courseStore()
    const handle = courseHandler(store)
    const sent = { ...request('c1', offer('a', 1), join('a', 's1')), actor: 'ann', occurredAt: 7 }
    const { events } = rightOf(await handle(sent)())
    expect(events.map(({ occurredAt, tags }) => [occurredAt, tags])).toStrictEqual([
      [7, ['course:a']],
      [7, ['course:a', 'student:s1']],
    ])
    expect(events).toMatchObject([{ actor: { value: 'ann' } }, { actor: { value: 'ann' } }])
  })

  it('law 8: is given up when it is aborted or its time is over', async () => {
    const store = courseStore()
    const sent = request('c1', offer('a', 1))
    for (const operation of ['readAll', 'append'] as const) {
      const limit = new AbortController()
      const hangs: EventStore<CourseEvent> = {
        ...store,
        [operation]: () => () => {
          limit.abort()
          return new Promise<never>(() => {})
        },
      }
      const told = leftOf(await courseHandler(hangs)(sent, { signal: limit.signal })())
      const outcome = operation === 'append' ? 'Unknown' : 'NotStored'
      expect(told).toMatchObject({ type: 'GivenUp', operation, reason: 'Aborted', outcome })
    }
    const aborted = courseHandler(store)(sent, { signal: AbortSignal.abort('enough') })
    expect(leftOf(await aborted())).toMatchObject({ reason: 'Aborted', outcome: 'NotStored' })
  })

  it('gives what a decision throws as a failure', async () => {
    const failing = { ...courses, evolve: () => expect.unreachable() }
    const store = courseStore()
    rightOf(await courseHandler(store)(request('c1', offer('a', 1)))())
    const handle = decisionHandler({ decision: failing, store, stream: () => 's' })
    expect(leftOf(await handle(request('c2', offer('a', 2)))()).type).toBe('Thrown')
  })

  it('law 9: that fails changes nothing for those after it', async () => {
    const bad = offer('a', 1)
    const decide: typeof courses.decide = (command, state) =>
      command === bad ? expect.unreachable() : courses.decide(command, state)
    const decision = { ...courses, decide }
    const handle = decisionHandler({ decision, store: courseStore(), stream: () => 's' })
    const results = await Promise.all([
      handle(request('c1', bad))(),
      handle(request('c2', offer('a', 2)))(),
      handle(request('c3', bad))(),
      handle(request('c4', offer('b', 2)))(),
    ])
    expect(results.map(({ _tag }) => _tag)).toEqual(['Left', 'Right', 'Left', 'Right'])
  })

  it('law 9: that throws when it is decided again passes its turn on', async () => {
    const bad = join('a', 's2')
    let asked = 0
    const decide: typeof courses.decide = (command, state) =>
      command === bad && ++asked === 2 ? expect.unreachable() : courses.decide(command, state)
    const store = courseStore()
    rightOf(await courseHandler(store)(request('c0', offer('a', 9)))())
    const decision = { ...courses, decide }
    const handle = decisionHandler({ decision, store, stream: () => 's', retry: immediate(3) })
    const results = await Promise.all([
      handle(request('c1', join('a', 's1')))(),
      handle(request('c2', bad))(),
      handle(request('c3', join('a', 's3')))(),
    ])
    expect(results.map(({ _tag }) => _tag)).toEqual(['Right', 'Left', 'Right'])
    expect(asked).toBe(2)
  })

  it('reads everything again if the store has lost events', async () => {
    const [full, restored] = [courseStore(), courseStore()]
    for (const [i, store] of [full, full, full, restored].entries()) {
      rightOf(await courseHandler(store)(request(`c${i}`, offer('a', i + 1)))())
    }
    let reads = 0
    const failing: EventStore<CourseEvent> = {
      ...restored,
      readAll: (...given) => (reads++ === 0 ? full : restored).readAll(...given),
    }
    const { state, events } = rightOf(
      await courseHandler(failing, 2)(request('c9', join('a', 's1')))(),
    )
    expect([state.seats, events[0]?.position]).toStrictEqual([{ a: 4 }, 2])
  })
})

type Ask = { readonly type: 'Pay'; readonly account: string }
type Paid = { readonly type: 'Moved' | 'Paid'; readonly account: string; readonly to?: string }

const account = tag('account')

/** Pays to where an account was moved, and reads that only when the state tells. */
const moving: Decision<Ask, Readonly<Record<string, string | number>>, Paid, string> = {
  initialState: {},
  reads: (command) => [{ tags: [account(command.account)] }],
  readsMore: (command, state) => {
    const to = state[command.account]
    return [{ tags: typeof to === 'string' ? [account(to)] : [account(command.account)] }]
  },
  tags: (event) => [account(event.account)],
  decide: (command, state) => {
    const to = state[command.account]
    const target = typeof to === 'string' ? to : command.account
    return state[target] === 1 ? left('Paid') : right([{ type: 'Paid', account: target }])
  },
  evolve: (state, { type, account: of, to }) => ({
    ...state,
    [of]: type === 'Moved' ? (to ?? '') : 1,
  }),
  isTerminal: () => false,
}

describe('a decision that reads more', () => {
  const proposed = (commitId: string, event: Paid) => ({
    stream: commitId,
    expected: { type: 'Any' } as const,
    commitId,
    events: [{ occurredAt: 0, event: { type: event.type, schemaVersion: 1, data: event }, tags: moving.tags(event) }] as const, // prettier-ignore
  })
  // what is encoded is the event itself
  const events = {
    types: ['Moved', 'Paid'],
    encode: (event: Paid) => right({ type: event.type, schemaVersion: 1, data: event }),
    decode: ({ data }: { readonly data: unknown }) => right(data as Paid),
  }
  const pay = (commitId: string, of: string) => ({
    commitId,
    commands: [{ type: 'Pay', account: of }] as const,
  })

  it('law 7: is decided on both, and both are in its condition', async () => {
    const store = memoryStore()
    rightOf(await store.append(proposed('c1', { type: 'Moved', account: 'a', to: 'b' }))())
    const appended: Array<unknown> = []
    const seen: typeof store = {
      ...store,
      append: (commit, options) => {
        appended.push(commit.condition)
        return store.append(commit, options)
      },
    }
    const handle = decisionHandler({ decision: moving, store: seen, events, stream: () => 's' })
    expect(rightOf(await handle(pay('c2', 'a'))()).events).toMatchObject([{ tags: ['account:b'] }])
    expect(appended).toStrictEqual([
      { query: [{ tags: ['account:a'] }, { tags: ['account:b'] }], after: 1 },
    ])
    expect(leftOf(await handle(pay('c3', 'a'))())).toMatchObject({ rejection: 'Paid' })
    expect(leftOf(await handle(pay('c4', 'b'))())).toMatchObject({ rejection: 'Paid' })
  })

  it('law 7: reads anew after a conflict, and gives up if it never ends', async () => {
    const store = memoryStore()
    rightOf(await store.append(proposed('c1', { type: 'Moved', account: 'a', to: 'b' }))())
    let n = 0
    const moved: typeof store = {
      ...store,
      append: (commit, options) => async () => {
        if (n++ === 0) rightOf(await store.append(proposed('c2', { type: 'Moved', account: 'a', to: 'c' }))()) // prettier-ignore
        return store.append(commit, options)()
      },
    }
    const handle = decisionHandler({ decision: moving, store: moved, events, stream: () => 's', retry: immediate(2) }) // prettier-ignore
    expect(rightOf(await handle(pay('c3', 'a'))()).events).toMatchObject([{ tags: ['account:c'] }])
    const endless = { ...moving, readsMore: () => [{ tags: [account(`x${n++}`)] }] as const }
    const told = decisionHandler({ decision: endless, store, events, stream: () => 's' })
    expect(leftOf(await told(pay('c4', 'a'))()).type).toBe('Thrown')
  })
})

it('law 10: decides what comes back from the codec of commands', async () => {
  const commands = eventCodec<CourseCommand>({
    Offer: { course: t.string, seats: t.number },
    Join: { course: t.string, student: t.string },
    Leave: { course: t.string, student: t.string },
  })
  const asked: Array<CourseCommand> = []
  const decide: typeof courses.decide = (command, state) => {
    asked.push(command)
    return courses.decide(command, state)
  }
  const handle = decisionHandler({
    decision: { ...courses, decide },
    store: memoryStore(),
    events: courseEvents,
    stream: () => 's',
    keepCommands: commands,
  })
  const talkative = { ...offer('a', 2), note: 'not in the codec' }
  rightOf(await handle(request('c1', talkative, offer('a', 3)))())
  expect(asked).toStrictEqual([offer('a', 2), offer('a', 3)])
})

it('law 10: commands are kept with the commit and its condition, and those that the codec refuses are not decided', async () => {
  const store = memoryStore()
  const commands = eventCodec<CourseCommand>({
    Offer: { course: t.string, seats: t.number },
    Join: { course: t.string, student: t.string },
    Leave: { course: t.string, student: t.string },
  })
  const handle = decisionHandler({
    decision: courses,
    store,
    events: courseEvents,
    stream: ({ course }) => `course-${course}`,
    keepCommands: commands,
  })
  rightOf(await handle(request('c1', offer('a', 2)))())
  rightOf(await handle(request('c2', join('a', 'x'), join('a', 'y')))())
  expect(leftOf(await handle(request('c3', join('a', 'z')))()).type).toBe('Rejected')
  const wrong = { ...offer('a', 3), seats: 'many' } as unknown as CourseCommand
  expect(leftOf(await handle(request('c4', wrong))())).toMatchObject({
    type: 'UnencodableCommand',
    stream: 'course-a',
    path: 'seats',
  })
  for await (const page of commitPages(store, commands)) {
    expect(rightOf(page).commits).toMatchObject([
      { commitId: 'c1', commands: some([offer('a', 2)]), condition: some({ after: 0 }) },
      {
        commitId: 'c2',
        commands: some([join('a', 'x'), join('a', 'y')]),
        condition: some({ after: 1 }),
      },
    ])
  }
})
