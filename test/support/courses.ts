// Courses with seats, and students who join at most two of them: no stream holds what that rule needs.
import * as t from 'io-ts'
import { left, right } from 'fp-ts/lib/Either.js'
import { eventCodec } from '../../src/codec/IoTs.ts'
import type { Decision } from '../../src/Decision.ts'
import { tag } from '../../src/Query.ts'

export type CourseCommand =
  | { readonly type: 'Offer'; readonly course: string; readonly seats: number }
  | { readonly type: 'Join'; readonly course: string; readonly student: string }
  | { readonly type: 'Leave'; readonly course: string; readonly student: string }

export type CourseEvent =
  | { readonly type: 'Offered'; readonly course: string; readonly seats: number }
  | { readonly type: 'Joined'; readonly course: string; readonly student: string }
  | { readonly type: 'Left'; readonly course: string; readonly student: string }

export type CourseRejection = 'NoCourse' | 'CourseFull' | 'TooManyCourses'

export interface Courses {
  readonly seats: Readonly<Record<string, number>>
  /** Each as `course/student`. */
  readonly members: ReadonlyArray<string>
}

export const course = tag('course')
export const student = tag('student')
export const mostCourses = 2

export const courseEvents = eventCodec({
  Offered: { course: t.string, seats: t.number },
  Joined: { course: t.string, student: t.string },
  Left: { course: t.string, student: t.string },
})

export const courses: Decision<CourseCommand, Courses, CourseEvent, CourseRejection> = {
  initialState: { seats: {}, members: [] },
  reads: (command) =>
    command.type === 'Offer'
      ? [{ types: ['Offered'], tags: [course(command.course)] }]
      : [
          { tags: [course(command.course)] },
          { types: ['Joined', 'Left'], tags: [student(command.student)] },
        ],
  tags: (event) =>
    event.type === 'Offered'
      ? [course(event.course)]
      : [course(event.course), student(event.student)],
  decide: (command, { seats, members }) => {
    const { [command.course]: known } = seats
    if (command.type === 'Offer') {
      const { course: name, seats: given } = command
      return right(known === given ? [] : [{ type: 'Offered', course: name, seats: given }])
    }
    const { course: name, student: who } = command
    const isMember = members.includes(`${name}/${who}`)
    if (command.type === 'Leave')
      return right(isMember ? [{ type: 'Left', course: name, student: who }] : [])
    if (known === undefined) return left('NoCourse')
    if (isMember) return right([])
    if (members.filter((one) => one.startsWith(`${name}/`)).length >= known)
      return left('CourseFull')
    if (members.filter((one) => one.endsWith(`/${who}`)).length >= mostCourses)
      return left('TooManyCourses')
    return right([{ type: 'Joined', course: name, student: who }])
  },
  evolve: (state, event) => {
    if (event.type === 'Offered') {
      return { ...state, seats: { ...state.seats, [event.course]: event.seats } }
    }
    const member = `${event.course}/${event.student}`
    const others = state.members.filter((one) => one !== member)
    return { ...state, members: event.type === 'Joined' ? [...others, member] : others }
  },
  isTerminal: () => false,
}
