// Decisions with holes in their queries and tags, and what is said of each.
import fc from 'fast-check'
import { left, right } from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import type { CourseCommand, CourseEvent } from '../../../docs/examples/decisions/courses.ts'
import { course, enrolment, student } from '../../../docs/examples/decisions/courses.ts'
import type { EventCodec } from '../../../src/codec/EventCodec.ts'
import type { Decision } from '../../../src/Decision.ts'
import type { Query, Tag } from '../../../src/Query.ts'
import { everything, nothing, tag } from '../../../src/Query.ts'
import type { LawId, LawOptions } from '../../../src/testing/laws.ts'
import { checkLaws, laws } from '../../../src/testing/laws.ts'

const sound = enrolment(1)
type Courses = typeof sound

const commands: ReadonlyArray<CourseCommand> = [
  { type: 'DefineCourse', course: 'a', capacity: 1 },
  { type: 'DefineCourse', course: 'b', capacity: 1 },
  ...['a', 'b'].flatMap((of) =>
    ['s', 't'].flatMap((who): ReadonlyArray<CourseCommand> => [
      { type: 'Join', course: of, student: who },
      { type: 'Leave', course: of, student: who },
    ]),
  ),
]
const command = fc.constantFrom(...commands)

const only: ReadonlyArray<LawId> = ['V0', 'V1', 'V2', 'V5', 'V6']

const failuresOf = <C, S, E, R>(decision: Decision<C, S, E, R>, options: LawOptions<C, S, E, R>) =>
  checkLaws(decision, { only, seed: 1, runs: 8, length: 14, ...options } as never).flatMap(
    ({ verdict }) => (verdict.type === 'Failed' ? verdict.failures : []),
  )

/** What is said of a decision, law by law. */
const saidOf = (
  faulty: Partial<Courses>,
  options: Partial<LawOptions<CourseCommand, never, CourseEvent, never>> = {},
) =>
  failuresOf({ ...sound, ...faulty }, { command, ...options } as never).map(
    ({ law, what }) => `${law}: ${what}`,
  )

/** The query without a type of events. */
const without =
  (type: CourseEvent['type']): Courses['reads'] =>
  (c) => {
    const [first, ...others] = sound
      .reads(c)
      .map(({ types = [], tags = [] }) => ({ types: types.filter((one) => one !== type), tags }))
    return [first ?? {}, ...others]
  }

describe('laws of a decision', () => {
  it('hold for a sound one, and are not asked of a decider', () => {
    const report = laws(sound, { command, only, seed: 1, runs: 5, length: 14, mustSee: only })
    expect(report.map(({ law }) => law).slice(-5)).toStrictEqual(only)
    const { initialState, decide, evolve, isTerminal } = sound
    const decider = { initialState, decide, evolve, isTerminal }
    const asked = laws(decider, { command, runs: 1, length: 5 })
    expect(asked.map(({ law }) => law)).not.toContain('V0')
  })

  it('V0: names the event that the query leaves out, and shows both decisions', () => {
    const [failure, ...more] = failuresOf({ ...sound, reads: without('StudentLeft') }, { command })
    // the others follow from it
    expect(more).toStrictEqual([])
    expect(failure?.law).toBe('V0')
    expect(failure?.commands.map(({ type }) => type)).toStrictEqual(
      expect.arrayContaining(['DefineCourse', 'Join', 'Leave']),
    )
    const text = failure?.message ?? ''
    expect(text).toContain(
      'V0 does not hold: what the command reads leaves out StudentLeft, and that changes the decision',
    )
    expect(text).toMatch(/left out \{ type: 'StudentLeft', course: '.', student: '.' \}/)
    expect(text).toMatch(/found as 'StudentLeft' under \['course:.', 'student:.'\]/)
    expect(text).toMatch(/the query is \[/)
    expect(text).toMatch(/on what it reads: /)
    expect(text).toMatch(/on everything: /)
    expect(text).toMatch(/passes: it shows what happens\nscenario\(decider\)/)
  })

  it('V0: finds a tag that is missing on an event, and one that is missing in a query', () => {
    expect(saidOf({ tags: (event) => [course(event.course)] })).toStrictEqual([
      'V0: what the command reads leaves out StudentJoined, and that changes the decision',
    ])
    expect(saidOf({ reads: (c) => [{ tags: [course(c.course)] }] })[0]).toMatch(
      /^V0: .* StudentJoined/,
    )
    expect(saidOf({ reads: () => nothing })[0]).toMatch(
      /^V0: .* leaves out (CourseDefined|Student)/,
    )
  })

  it('V0: reads everything and finds nothing', () => {
    expect(saidOf({ reads: () => everything })).toStrictEqual([])
  })

  it('V1: finds an event that no command of the test emits', () => {
    const event = fc.constantFrom<CourseEvent>(
      { type: 'CapacityChanged', course: 'a', capacity: 0 },
      { type: 'CapacityChanged', course: 'b', capacity: 0 },
    )
    expect(saidOf({ reads: without('CapacityChanged') })).toStrictEqual([])
    expect(saidOf({ reads: without('CapacityChanged') }, { event })).toStrictEqual([
      'V1: CapacityChanged is not read by the command, and changes the decision',
    ])
  })

  it('V2: finds a decision that depends on what else is read', () => {
    type Side = 'A' | 'B'
    // both are emitted together, and a command that reads one of them makes another one fail
    const torn: Decision<'emit' | 'look' | 'check', number, { readonly type: Side }, 'torn'> = {
      initialState: 0,
      reads: (c): Query => (c === 'look' ? [{ types: ['A'] }] : nothing),
      tags: () => [],
      decide: (c, balance) =>
        c === 'emit'
          ? right([{ type: 'A' }, { type: 'B' }])
          : c === 'check' && balance !== 0
            ? left('torn')
            : right([]),
      evolve: (balance, { type }) => balance + (type === 'A' ? 1 : -1),
      isTerminal: () => false,
    }
    const found = failuresOf(torn, {
      command: fc.constantFrom<'emit' | 'look' | 'check'>('emit', 'look', 'check'),
      only: ['V2'],
      runs: 40,
    })
    expect(found.map(({ what }) => what)).toStrictEqual([
      'reading for another command as well changes the decision',
    ])
    expect(found[0]?.message).toMatch(/the other command is 'look'/)
  })

  it('V5: finds tags that are no tags, twice, or lost in the codec, and other types', () => {
    const v5 = { only: ['V5'] } as const
    expect(saidOf({ tags: ({ course: id }) => [course(id), course(id)] }, v5)).toStrictEqual([
      'V5: an event has a tag twice',
    ])
    for (const made of ['course-a', 'course:\0', 7]) {
      expect(saidOf({ tags: () => [made as Tag] }, v5)).toStrictEqual([
        'V5: an event has a tag that tag(kind) does not make',
      ])
    }
    const codec = (change: Partial<EventCodec<CourseEvent>>): EventCodec<CourseEvent> => ({
      decode: ({ data }) => right(data as CourseEvent),
      encode: (data) => right({ type: data.type, schemaVersion: 1, data }),
      types: [],
      ...change,
    })
    const refused = left({
      eventType: '',
      schemaVersion: 1,
      issues: [{ path: [], expected: '', actual: '' }] as const,
    })
    expect(saidOf({}, { ...v5, codec: codec({}) })).toStrictEqual([])
    // what does not encode or decode is B9's to find
    expect(saidOf({}, { ...v5, codec: codec({ encode: () => refused }) })).toStrictEqual([])
    expect(saidOf({}, { ...v5, codec: codec({ decode: () => refused }) })).toStrictEqual([])
    const renamed = codec({ encode: (data) => right({ type: 'X', schemaVersion: 1, data }) })
    expect(saidOf({}, { ...v5, codec: renamed })).toStrictEqual([
      'V5: the codec stores an event as X, and queries name it CourseDefined',
    ])
    const lossy = codec({ decode: ({ data }) => right({ ...(data as CourseEvent), course: 'z' }) })
    expect(saidOf({}, { ...v5, codec: lossy })).toStrictEqual([
      'V5: an event has other tags after its codec',
    ])
  })

  it('V6: finds an emitted event that another command does not read', () => {
    const found = failuresOf(
      {
        ...sound,
        tags: (event) => ('student' in event ? [student(event.student)] : [course(event.course)]),
      },
      { command, only: ['V6'] },
    )
    expect(found.map(({ what }) => what)).toStrictEqual([
      'StudentJoined was emitted, and changes a decision that does not read it',
    ])
    expect(found[0]?.message).toMatch(/without the event: 1 event/)
    expect(found[0]?.message).toMatch(/with the event: the rejection 'CourseFull'/)
  })

  it('say what was never seen', () => {
    const never: Decision<never, 0, never, never> = {
      initialState: 0,
      reads: () => nothing,
      tags: () => [tag('a')('b')],
      decide: () => right([]),
      evolve: () => 0,
      isTerminal: () => false,
    }
    const report = checkLaws(never, {
      command: fc.constant('go' as never),
      only,
      runs: 1,
      length: 1,
    })
    const unseen = report.flatMap(({ law, verdict }) =>
      verdict.type === 'NotSeen' ? [`${law}: ${verdict.why}`] : [],
    )
    expect(unseen).toStrictEqual(
      expect.arrayContaining([
        'V1: no event was drawn and none was emitted, or every command read it',
        'V2: no two commands were drawn',
        'V5: no event was drawn and none emitted',
        'V6: no event was emitted',
      ]),
    )
  })
})
