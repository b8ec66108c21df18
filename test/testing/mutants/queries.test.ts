// Faults in queries and tags, and suites that notice some of them.
import type { Either } from 'fp-ts/lib/Either.js'
import { right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { CourseEvent } from '../../../docs/examples/decisions/courses.ts'
import { enrolment } from '../../../docs/examples/decisions/courses.ts'
import type { Decision } from '../../../src/Decision.ts'
import { read } from '../../../src/Decision.ts'
import { nothing, tag } from '../../../src/Query.ts'
import { queryMutants, showMutants } from '../../../src/testing/mutants.ts'

const decision = enrolment(1)
type Courses = typeof decision

const rightOf = <A>(of: Either<unknown, A>): A => {
  if (of._tag === 'Left') throw new Error(JSON.stringify(of.left))
  return of.right
}

const history: ReadonlyArray<CourseEvent> = [
  { type: 'CourseDefined', course: 'a', capacity: 1 },
  { type: 'StudentJoined', course: 'a', student: 's' },
]
const join = { type: 'Join', course: 'a', student: 't' } as const

/** That a full course is full, whoever reads it. */
const suite = (d: Courses) => {
  const { events, state } = read(d)(join, history)
  expect(d.decide(join, state)).toMatchObject({ _tag: 'Left', left: 'CourseFull' })
  expect(events).toHaveLength(2)
}

const verdictsOf = async <C, S, E, R>(
  of: Decision<C, S, E, R>,
  test: (d: Decision<C, S, E, R>) => void,
  skip?: Parameters<typeof queryMutants>[2],
) => {
  const report = rightOf(await queryMutants(of, test, skip)())
  return report.results.map(({ mutation, verdict }) => {
    const { type, ...names } = mutation
    return [verdict, type, ...Object.values(names)].join(' ')
  })
}

describe('queryMutants', () => {
  it('ends a suite that loops on a mutant', async () => {
    /** Joins, as long as there is room. */
    const untilFull = (d: Courses) => {
      const events: Array<CourseEvent> = history.slice(0, 1)
      for (let i = 0, isFull = false; !isFull; i++) {
        const command = { type: 'Join', course: 'a', student: `s${i}` } as const
        const decided = d.decide(command, read(d)(command, events).state)
        if (decided._tag === 'Right') events.push(...decided.right)
        isFull = decided._tag === 'Left'
      }
    }
    const report = rightOf(await queryMutants(decision, untilFull)())
    expect(report.results).toContainEqual({
      mutation: { type: 'ForgetType', command: 'Join', event: 'StudentJoined' },
      verdict: 'killed',
      failure: {
        _tag: 'Some',
        value: expect.stringMatching(/^the suite never ends: more than \d+ calls$/) as string,
      },
    })
  })

  it('plants a fault for each type and tag that is read, and each tag that an event has', async () => {
    expect((await verdictsOf(decision, suite)).sort()).toStrictEqual([
      'killed ForgetTag CourseDefined course',
      'killed ForgetTag StudentJoined course',
      'killed ForgetType Join CourseDefined',
      'killed ForgetType Join StudentJoined',
      'survived AnyThing Join course',
      'survived AnyThing Join student',
      // nothing of the suite shows them
      'survived ForgetTag StudentJoined student',
      'survived ForgetType Join CapacityChanged',
      'survived ForgetType Join StudentLeft',
    ])
  })

  it('plants any for all, and reads nothing where one type was all that was read', async () => {
    const [a, b] = [tag('a:b')('1'), tag('b')('2')]
    const both: Decision<'look', number, { readonly type: 'E' }, never> = {
      initialState: 0,
      reads: () => [{ types: ['E'], tags: [a, b] }],
      readsMore: () => nothing,
      tags: () => [a],
      decide: () => right([]),
      evolve: (n) => n + 1,
      isTerminal: () => false,
    }
    const unread = (d: typeof both) => {
      expect(read(d)('look', [{ type: 'E' }]).state).toBe(0)
    }
    expect(await verdictsOf(both, unread)).toStrictEqual([
      "survived ForgetType 'look' E",
      "survived AnyThing 'look' a\\:b",
      "killed AnyThing 'look' b",
      "killed AnyTag 'look'",
      'survived ForgetTag E a\\:b',
    ])
    const skip = () => true
    expect(await verdictsOf(both, unread, { skip })).toStrictEqual([])
  })

  it('has no report of a suite that fails on the decision itself', async () => {
    const failed = await queryMutants(decision, () => {
      throw new Error('broken')
    })()
    expect(failed).toStrictEqual({
      _tag: 'Left',
      left: { type: 'SuiteFails', run: 1, failure: 'broken' },
    })
  })

  it('says in sentences what a suite misses', async () => {
    const shown = showMutants(rightOf(await queryMutants(decision, suite)()))
    for (const line of [
      'Join does not read StudentLeft',
      'StudentJoined does not carry its tags of the kind student',
      'Join reads the events of every course',
    ]) {
      expect(shown).toContain(`  ${line}\n`)
    }
  })
})
