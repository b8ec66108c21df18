// A course has seats, and a student joins at most ten courses: no single stream holds what that rule needs.
import type { TaggedProjection } from 'decider-ts/Decision'
import { fromProjections } from 'decider-ts/Decision'
import { tag } from 'decider-ts/Query'
import type { Either } from 'fp-ts/lib/Either.js'
import { left, right } from 'fp-ts/lib/Either.js'

export type CourseCommand =
  | { readonly type: 'DefineCourse'; readonly course: string; readonly capacity: number }
  | { readonly type: 'ChangeCapacity'; readonly course: string; readonly capacity: number }
  | { readonly type: 'RenameCourse'; readonly course: string; readonly title: string }
  | { readonly type: 'Join'; readonly course: string; readonly student: string }
  | { readonly type: 'Leave'; readonly course: string; readonly student: string }

export type CourseEvent =
  | { readonly type: 'CourseDefined'; readonly course: string; readonly capacity: number }
  | { readonly type: 'CapacityChanged'; readonly course: string; readonly capacity: number }
  | { readonly type: 'CourseRenamed'; readonly course: string; readonly title: string }
  | { readonly type: 'StudentJoined'; readonly course: string; readonly student: string }
  | { readonly type: 'StudentLeft'; readonly course: string; readonly student: string }

export type CourseRejection =
  | 'NoSuchCourse'
  | 'CourseExists'
  | 'CourseFull'
  | 'TooFewSeats'
  | 'TooManyCourses'

export const course = tag('course')
export const student = tag('student')

/** A title, which joining does not depend on: nobody who joins conflicts with who renames. */
const titles: TaggedProjection<string, CourseEvent> = {
  tag: course,
  initialState: '',
  evolve: { CourseRenamed: (_, { title }) => title },
}

const seats: TaggedProjection<
  { readonly exists: boolean; readonly capacity: number; readonly taken: number },
  CourseEvent
> = {
  tag: course,
  initialState: { exists: false, capacity: 0, taken: 0 },
  evolve: {
    CourseDefined: (_, { capacity }) => ({ exists: true, capacity, taken: 0 }),
    CapacityChanged: (seat, { capacity }) => ({ ...seat, capacity }),
    StudentJoined: (seat) => ({ ...seat, taken: seat.taken + 1 }),
    StudentLeft: (seat) => ({ ...seat, taken: seat.taken - 1 }),
  },
}

const timetables: TaggedProjection<ReadonlyArray<string>, CourseEvent> = {
  tag: student,
  initialState: [],
  evolve: {
    StudentJoined: (courses, event) => [...courses, event.course].sort(),
    StudentLeft: (courses, event) => courses.filter((each) => each !== event.course),
  },
}

export const enrolment = (mostCourses = 10) =>
  fromProjections({
    projections: { titles, seats, timetables },
    tags: (event: CourseEvent) =>
      'student' in event ? [course(event.course), student(event.student)] : [course(event.course)],
    reads: (command: CourseCommand) => ({
      seats: [command.course],
      titles: command.type === 'RenameCourse' ? [command.course] : [],
      timetables: 'student' in command ? [command.student] : [],
    }),
    decide: (command, state): Either<CourseRejection, ReadonlyArray<CourseEvent>> => {
      const { exists, capacity, taken } = state.seats(command.course)
      if (command.type === 'DefineCourse') {
        return exists ? left('CourseExists') : right([{ ...command, type: 'CourseDefined' }])
      }
      if (!exists) return left('NoSuchCourse')
      switch (command.type) {
        case 'ChangeCapacity':
          if (command.capacity < taken) return left('TooFewSeats')
          return right(
            command.capacity === capacity ? [] : [{ ...command, type: 'CapacityChanged' }],
          )
        case 'RenameCourse':
          return right(
            command.title === state.titles(command.course)
              ? []
              : [{ ...command, type: 'CourseRenamed' }],
          )
        case 'Join': {
          const courses = state.timetables(command.student)
          if (courses.includes(command.course)) return right([])
          if (courses.length >= mostCourses) return left('TooManyCourses')
          return taken >= capacity
            ? left('CourseFull')
            : right([{ ...command, type: 'StudentJoined' }])
        }
        case 'Leave':
          return right(
            state.timetables(command.student).includes(command.course)
              ? [{ ...command, type: 'StudentLeft' }]
              : [],
          )
      }
    },
  })
