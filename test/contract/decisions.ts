// Decisions across streams, on every engine.
import { isRight } from 'fp-ts/lib/Either.js'
import { expect, it } from 'vitest'
import { replay } from '../../src/Projection.ts'
import { immediate } from '../../src/shell/CommandHandler.ts'
import { decisionHandler } from '../../src/shell/DecisionHandler.ts'
import { withCodec } from '../../src/store/Encoded.ts'
import type { CourseCommand } from '../support/courses.ts'
import { courseEvents, courses } from '../support/courses.ts'
import type { MakeStore } from './commits.ts'
import { leftOf, rightOf } from './commits.ts'

const others = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']

export const decisionLaws = (makeStore: MakeStore): void => {
  it('C5 of sixteen who want the last seat one gets it, and others in other courses are not disturbed', async () => {
    const store = withCodec(courseEvents)(await makeStore())
    // two programs on one store
    const handlers = [20, 20].map((attempts) =>
      decisionHandler({
        decision: courses,
        store,
        stream: (command) => `course-${command.course}`,
        retry: immediate(attempts),
      }),
    )
    let n = 0
    const handle = (command: CourseCommand) => {
      const commitId = `c${++n}`
      return handlers[n % 2]?.({ commitId, commands: [command] })() ?? expect.unreachable()
    }
    for (const course of ['full', ...others]) {
      rightOf(await handle({ type: 'Offer', course, seats: 1 }))
    }
    const racers = Array.from({ length: 16 }, (_, i) => `s${i}`)
    const [wanted, apart] = await Promise.all([
      Promise.all(racers.map((student) => handle({ type: 'Join', course: 'full', student }))),
      Promise.all(others.map((course) => handle({ type: 'Join', course, student: course }))),
    ])
    expect(apart.every(isRight)).toBe(true)
    expect(wanted.filter(isRight)).toHaveLength(1)
    for (const answer of wanted.filter((each) => !isRight(each))) {
      expect(leftOf(answer)).toMatchObject({ type: 'Rejected', rejection: 'CourseFull' })
    }
    const log = rightOf(await store.readAll(0, 100)()).events
    const { members } = replay(courses)(log.map(({ event }) => event))
    expect(members).toHaveLength(9)
  })
}
