// The numbers are those of the laws of decisions in src/testing/races.ts.
import fc from 'fast-check'
import { isLeft } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { Decision } from '../../../src/Decision.ts'
import { everything, nothing } from '../../../src/Query.ts'
import { immediate } from '../../../src/shell/CommandHandler.ts'
import type { DecisionHandler } from '../../../src/shell/DecisionHandler.ts'
import { decisionHandler } from '../../../src/shell/DecisionHandler.ts'
import { withCodec } from '../../../src/store/Encoded.ts'
import type { EventStore } from '../../../src/store/EventStore.ts'
import { memoryStore } from '../../../src/store/Memory.ts'
import type { DecisionRacesOptions } from '../../../src/testing/races.ts'
import { checkDecisionRaces, decisionRaces } from '../../../src/testing/races.ts'
import { runs } from '../../setup.ts'
import type { CourseCommand, CourseEvent, CourseRejection, Courses } from '../../support/courses.ts'
import { course, courseEvents, courses, student } from '../../support/courses.ts'

type Store = EventStore<CourseEvent>
type Options = DecisionRacesOptions<CourseCommand, Courses, CourseEvent, CourseRejection>
type Handler = DecisionHandler<CourseCommand, Courses, CourseEvent, CourseRejection>

const seed = Number(process.env['FC_SEED'] ?? 1)
const newStore = (): Store => withCodec(courseEvents)(memoryStore({ now: () => 1 }))
const stream = (command: CourseCommand) => `course-${command.course}`

const offer = (name: string, seats: number): CourseCommand => ({
  type: 'Offer',
  course: name,
  seats,
})
const join = (name: string, who: string): CourseCommand => ({
  type: 'Join',
  course: name,
  student: who,
})
const leave = (name: string, who: string): CourseCommand =>
  ({ ...join(name, who), type: 'Leave' }) as CourseCommand
const request = (commitId: string, ...commands: [CourseCommand, ...Array<CourseCommand>]) => ({
  commitId,
  commands,
})
const before = [
  request('b1', offer('a', 1)),
  request('b2', offer('b', 9)),
  request('b3', offer('c', 9)),
]
const lastSeat = [request('c1', join('a', 's1')), request('c2', join('a', 's2'))]
const apart = [request('c1', join('b', 's1')), request('c2', join('c', 's2'))]

const options = (given: Partial<Options>): Options => ({
  decision: courses,
  stream,
  store: newStore,
  before,
  requests: lastSeat,
  exhaustive: true,
  seed,
  ...given,
})

const lostOf = async (given: Partial<Options>) => {
  // what is broken is there to be found in every run
  const checked = await checkDecisionRaces(options({ seed: 1, ...given }))
  return isLeft(checked) ? checked.left : expect.unreachable('no law was broken')
}

/** The handler of the library, over a store that is not as it should be. */
const over =
  (broken: (store: Store) => Store, decision = courses): NonNullable<Options['handlers']> =>
  () =>
  (store) =>
    decisionHandler({ decision, store: broken(store), stream, retry: immediate(3) })

describe('races of decisions', () => {
  it('D1 to D7: the last seat goes to one, in every interleaving', async () => {
    const report = await decisionRaces(options({ disturb: true, losses: 0 }))
    expect(report).toMatchObject({ complete: true, seed })
    expect(report.conflicts).toBeGreaterThan(0)
    const once = await decisionRaces(
      options({
        disturb: true,
        handlers: () => (store) =>
          decisionHandler({ decision: courses, store, stream, retry: immediate(1) }),
      }),
    )
    expect(once.complete).toBe(true)
  })

  it('D6: two that do not disturb each other both are accepted, in every interleaving', async () => {
    const once = () => (store: Store) =>
      decisionHandler({ decision: courses, store, stream, retry: immediate(1) })
    const report = await decisionRaces(
      options({ requests: apart, disturb: false, handlers: once, limit: 300 }),
    )
    expect(report).toMatchObject({ conflicts: 0 })
  })

  it('D1 to D7: stand in random races, with answers that are late or lost', async () => {
    const names = fc.constantFrom('a', 'b')
    const command = fc.oneof(
      {
        weight: 3,
        arbitrary: fc.tuple(names, fc.constantFrom('s1', 's2')).map(([c, s]) => join(c, s)),
      },
      fc.tuple(names, fc.constantFrom('s1', 's2')).map(([c, s]) => leave(c, s)),
      fc.tuple(names, fc.nat(2)).map(([c, seats]) => offer(c, seats)),
    )
    const requests = fc
      .array(fc.array(command, { minLength: 1, maxLength: 2 }), { minLength: 2, maxLength: 4 })
      .map((all) =>
        all.map(([one = offer('a', 1), ...more], i) =>
          request(`c${i % 3}${one.course}`, one, ...more),
        ),
      )
      // one commit id, one request
      .filter((all) => new Set(all.map(({ commitId }) => commitId)).size === all.length)
    for (const processes of [undefined, 2]) {
      const given = {
        requests,
        exhaustive: false,
        runs: runs(40),
        ...(processes !== undefined && { processes }),
      }
      expect((await decisionRaces(options(given))).races).toBe(runs(40))
    }
  })
})

describe('what is found', () => {
  it('D4: a store that checks no condition', async () => {
    const lost = await lostOf({
      store: () => {
        const inner = newStore()
        return { ...inner, append: ({ condition: _, ...commit }) => inner.append(commit) }
      },
    })
    expect(lost.reason).toBe(
      'A is accepted on what it read up to position 3, and Joined with course:a and student:s2 of B at position 4 came after that',
    )
    expect(lost.message).toMatchInlineSnapshot(`
      "Decisions are not as safe as they should be in this race.
      Requests:
        A: c1: [{ type: 'Join', course: 'a', student: 's1' }]
        B: c2: [{ type: 'Join', course: 'a', student: 's2' }]
      Steps:
        1. A reads event with course:a, or Joined or Left with student:s1 after position 0: 1 event
        2. B reads event with course:a, or Joined or Left with student:s2 after position 0: 1 event
        3. B appends 1 event to course-a as c2, if no event with course:a, or Joined or Left with student:s2 came after position 3: 1 event
        4. A appends 1 event to course-a as c1, if no event with course:a, or Joined or Left with student:s1 came after position 3: 1 event
      Outcomes:
        A: { accepted: [{ type: 'Joined', course: 'a', student: 's1' }], position: 5 }
        B: { accepted: [{ type: 'Joined', course: 'a', student: 's2' }], position: 4 }
      Log:
        1 course-a b1 { type: 'Offered', course: 'a', seats: 1 }, tags course:a
        2 course-b b2 { type: 'Offered', course: 'b', seats: 9 }, tags course:b
        3 course-c b3 { type: 'Offered', course: 'c', seats: 9 }, tags course:c
        4 course-a c2 { type: 'Joined', course: 'a', student: 's2' }, tags course:a student:s2
        5 course-a c1 { type: 'Joined', course: 'a', student: 's1' }, tags course:a student:s1
      Reason: A is accepted on what it read up to position 3, and Joined with course:a and student:s2 of B at position 4 came after that
      To play it again: these requests, schedule: [0, 1], lateAnswers: false
      To draw it again: seed: 1, path: '0'"
    `)
  })

  it('D4: a store that checks before it waits, so that two get the last seat', async () => {
    const lost = await lostOf({
      store: () => {
        const inner = newStore()
        let stale = 0
        return {
          ...inner,
          // looks one commit too far back
          append: (commit) =>
            inner.append({
              ...commit,
              ...(commit.condition && {
                condition: {
                  ...commit.condition,
                  after: commit.condition.after + (commit.commitId.startsWith('c') ? stale++ : 0),
                },
              }),
            }),
        }
      },
    })
    expect(lost.reason).toMatch(/is accepted on what it read/)
  })

  it('D2: a query that leaves out who has left', async () => {
    const holed: Decision<CourseCommand, Courses, CourseEvent, CourseRejection> = {
      ...courses,
      reads: (command) =>
        command.type === 'Offer'
          ? courses.reads(command)
          : [
              { types: ['Offered', 'Joined'], tags: [course(command.course)] },
              { types: ['Joined', 'Left'], tags: [student(command.student)] },
            ],
    }
    const requests = [request('c1', leave('a', 's0')), request('c2', join('a', 's1'))]
    const lost = await lostOf({
      decision: holed,
      before: [...before, request('b4', join('a', 's0'))],
      requests,
    })
    expect(lost.reason).toBe(`B got { rejected: 'CourseFull', command: 0 },
where everything up to position 5 leads to { accepted: [{ type: 'Joined', course: 'a', student: 's1' }] }
(Joined or Offered with course:a, or Joined or Left with student:s1 leaves out { type: 'Left', course: 'a', student: 's0' })`)
  })

  it('D2: a query that does not look at the seats', async () => {
    const lost = await lostOf({
      decision: {
        ...courses,
        reads: ({ course: name }) => [{ types: ['Offered'], tags: [course(name)] }],
      },
    })
    expect(lost.reason).toMatch(
      /^B stored .*\nwhere everything before position 5 leads to \{ rejected: 'CourseFull'.*\n.*leaves out \{ type: 'Joined'/,
    )
  })

  it('D3: a handler whose condition is not what it read', async () => {
    const handlers = over((store) => ({
      ...store,
      append: (commit) =>
        store.append({
          ...commit,
          ...(commit.condition && { condition: { ...commit.condition, query: nothing } }),
        }),
    }))
    expect((await lostOf({ handlers })).reason).toMatch(
      /^A reads .*, and its condition is event with the tag of nothing$/,
    )
    const wide = over((store) => store, { ...courses, reads: () => everything })
    expect((await lostOf({ handlers: wide })).reason).toMatch(/, and its condition is event$/)
    const none = over((store) => ({
      ...store,
      append: ({ condition: _, ...commit }) => store.append(commit),
    }))
    expect((await lostOf({ handlers: none })).reason).toBe('A appends without a condition')
  })

  it('D6: a store that refuses needlessly, and requests that should not disturb each other', async () => {
    const jumpy = () => {
      const inner = newStore()
      return {
        ...inner,
        append: (commit: Parameters<Store['append']>[0]) =>
          inner.append({
            ...commit,
            ...(commit.condition && { condition: { ...commit.condition, query: everything } }),
          }),
      }
    }
    const needless = await lostOf({ store: jumpy, requests: apart })
    expect(needless.reason).toBe('A is refused for position 4, where nothing disturbs it')
    const disturbed = await lostOf({ disturb: false })
    expect(disturbed.reason).toBe(
      'Joined with course:a and student:s2 of B at position 4 disturbs A, which reads event with course:a, or Joined or Left with student:s1',
    )
  })

  it('D6: requests that should disturb each other and never do', async () => {
    const lost = await lostOf({ requests: apart, disturb: true, losses: 0 })
    expect(lost.message).toMatch(
      /^These decisions should disturb each other: in \d+ races, no request/,
    )
    await expect(
      decisionRaces(options({ requests: apart, disturb: true, losses: 0 })),
    ).rejects.toThrow(/should disturb/)
  })

  it('D5, D7: a handler that tells of what is not so', async () => {
    const telling =
      (
        change: (
          result: Awaited<ReturnType<ReturnType<Handler>>>,
        ) => Awaited<ReturnType<ReturnType<Handler>>>,
      ) =>
      () =>
      (store: Store): Handler => {
        const handle = decisionHandler({ decision: courses, store, stream })
        return (one, limits) => () => handle(one, limits)().then(change)
      }
    const outcome = (fields: object) =>
      telling((result) =>
        isLeft(result) ? result : { ...result, right: { ...result.right, ...fields } },
      )
    const one = [request('c1', join('a', 's1'))]
    const reason = async (fields: object) =>
      (await lostOf({ requests: one, handlers: outcome(fields) })).reason
    expect(await reason({ state: courses.initialState })).toMatch(/^A got another state/)
    expect(await reason({ position: 9 })).toMatch(/^A got position 9/)
    expect(await reason({ events: [] })).toBe('A got { accepted: [] }, and c1 is stored')
    const old = await lostOf({
      exhaustive: false,
      runs: 60,
      requests: [...lastSeat],
      handlers: telling((result) =>
        isLeft(result) && result.left.type === 'Rejected'
          ? { ...result, left: { ...result.left, position: 3 } }
          : result,
      ),
    })
    expect(old.reason).toMatch(/^[AB] (got .*CourseFull|was decided on position 3)/)
  })

  it('D1: a store that stores a commit twice', async () => {
    const lost = await lostOf({
      requests: [request('c1', join('b', 's1'))],
      store: () => {
        const inner = newStore()
        return {
          ...inner,
          append: (commit) => async () => {
            const free = { ...commit, condition: undefined }
            const stored = await inner.append(commit)()
            if (commit.commitId === 'c1') await inner.append({ ...free, commitId: 'other' })()
            return stored
          },
        }
      },
    })
    expect(lost.reason).toBe('course-b holds other, which is the commit of no request')
  })
})
