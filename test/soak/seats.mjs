// Decisions that want the same: seats of courses, of which each student joins at most ten. What callers do with them,
// and whether a log of it is as it should be.
import { setTimeout as sleep } from 'node:timers/promises'
import { left, right } from 'fp-ts/lib/Either.js'
import * as t from 'io-ts'
import { eventCodec } from '../../dist/codec/IoTs.js'
import { fromProjections } from '../../dist/Decision.js'
import { matches, tag } from '../../dist/Query.js'
import { immediate } from '../../dist/shell/CommandHandler.js'
import { decisionHandler } from '../../dist/shell/DecisionHandler.js'
import { checkCommits, readCommits, readLog, showHistory } from '../../dist/testing/history.js'

const mostCourses = 10
const [course, student] = [tag('course'), tag('student')]

const seats = fromProjections({
  projections: {
    free: {
      tag: course,
      initialState: undefined,
      evolve: {
        Opened: (_, { capacity }) => capacity,
        Joined: (free = 0) => free - 1,
        Left: (free = 0) => free + 1,
      },
    },
    courses: {
      tag: student,
      initialState: [],
      evolve: {
        Joined: (all, event) => [...all, event.course],
        Left: (all, event) => all.filter((one) => one !== event.course),
      },
    },
  },
  tags: (event) =>
    event.type === 'Opened'
      ? [course(event.course)]
      : [course(event.course), student(event.student)],
  reads: (command) =>
    command.type === 'Open'
      ? { free: [command.course] }
      : { free: [command.course], courses: [command.student] },
  decide: (command, state) => {
    const free = state.free(command.course)
    if (command.type === 'Open')
      return right(free === undefined ? [{ ...command, type: 'Opened' }] : [])
    if (free === undefined) return left('NoCourse')
    const courses = state.courses(command.student)
    const isIn = courses.includes(command.course)
    if (command.type === 'Leave') return right(isIn ? [{ ...command, type: 'Left' }] : [])
    if (isIn) return right([])
    if (courses.length >= mostCourses) return left('TooMany')
    return free > 0 ? right([{ ...command, type: 'Joined' }]) : left('Full')
  },
})

const events = eventCodec({
  Opened: { course: t.string, capacity: t.number },
  Joined: { course: t.string, student: t.string },
  Left: { course: t.string, student: t.string },
})

/** The store, which notes what it refused because of a condition. */
const noting = (store, note) => ({
  ...store,
  append: (commit, options) => async () => {
    const answer = await store.append(commit, options)()
    if (answer._tag === 'Left' && answer.left.type === 'AppendConditionFailed') {
      note({ type: 'Refused', condition: answer.left.condition, position: answer.left.position })
    }
    return answer
  },
})

/** 16 who want the one seat of a course, course after course, and 64 who join and leave 100 courses, 1,000 students. */
export const callSeats = async ({ store, name, draw, isOver, note, racers = 16, callers = 64 }) => {
  const handle = decisionHandler({
    decision: seats,
    store: noting(store, note),
    events,
    stream: (command) => `course-${command.course}`,
    retry: immediate(30),
  })
  /** Sends a command as often as it takes, with the same id. */
  const ask = async (commitId, command) => {
    while (!isOver()) {
      const answer = await handle({ commitId, commands: [command] })()
      if (answer._tag === 'Right') {
        if (answer.right.events.length > 0)
          note({ type: 'Stored', commitId, position: answer.right.position })
        return
      }
      if (answer.left.type === 'Rejected') return
      note({ type: 'Failed', failure: answer.left.type })
      await sleep(10)
    }
  }
  const race = async () => {
    for (let n = 0; !isOver(); n++) {
      await ask(`open seat ${n}`, { type: 'Open', course: `seat-${n}`, capacity: 1 })
      const all = Array.from({ length: racers }, (_, i) => `${name}-racer-${i}-${n >> 3}`)
      await Promise.all(
        all.map((who) =>
          ask(`${who} on seat ${n}`, { type: 'Join', course: `seat-${n}`, student: who }),
        ),
      )
    }
  }
  const known = new Set()
  const call = async (caller) => {
    const mine = []
    for (let n = 0; !isOver(); n++) {
      const [which, who] = [draw(100), draw(1_000)]
      if (!known.has(which)) {
        await ask(`open ${which}`, { type: 'Open', course: `${which}`, capacity: 1 + (which % 7) })
        known.add(which)
      }
      const place = mine.length > 9 || (mine.length > 0 && draw(3) === 0) ? mine.shift() : undefined
      const wanted = place ?? { course: `${which}`, student: `s${who}` }
      const type = place === undefined ? 'Join' : 'Leave'
      await ask(`${name}-${caller}-${n}`, { type, ...wanted })
      if (place === undefined) mine.push(wanted)
    }
  }
  await Promise.all([race(), ...Array.from({ length: callers }, (_, i) => call(i))])
}

/** What is wrong with what was stored, and figures. */
export const judgeSeats = async (store, notes) => {
  const [log, commits] = [await readLog(store)(), await readCommits(store)()]
  if (log._tag === 'Left' || commits._tag === 'Left') throw new Error('the log cannot be read')
  const faults = []
  const checked = checkCommits({ log: log.right, commits: commits.right })
  if (checked._tag === 'Left') faults.push(showHistory(checked))
  const free = new Map()
  const joined = new Map()
  for (const { event, position } of log.right) {
    const { course: name, student: who, capacity } = event.data
    const change = { Opened: capacity, Joined: -1, Left: 1 }[event.type]
    free.set(name, (free.get(name) ?? 0) + change)
    if (free.get(name) < 0) faults.push(`course ${name} is overbooked at position ${position}`)
    if (event.type === 'Opened') continue
    joined.set(who, (joined.get(who) ?? 0) - change)
    if (joined.get(who) > mostCourses)
      faults.push(`${who} is in too many courses at position ${position}`)
  }
  const ids = new Map(log.right.map((event) => [event.position, event.commitId]))
  const count = { commits: commits.right.length, refused: 0, acknowledged: 0, failed: 0 }
  for (const one of notes) {
    if (one.type === 'Stored') {
      count.acknowledged++
      if (ids.get(one.position) !== one.commitId)
        faults.push(`${one.commitId} was acknowledged, and is not stored`)
    } else if (one.type === 'Refused') {
      count.refused++
      const { event, tags = [] } = log.right[one.position - 1]
      const isMatch =
        one.position > one.condition.after && matches(one.condition.query)(event.type, tags)
      if (!isMatch) faults.push(`a needless conflict: position ${one.position} disturbs nothing`)
    } else count.failed++
  }
  return { isRight: faults.length === 0, faults: faults.slice(0, 10).join('\n'), figures: count }
}
