// A decider over streams with versions, and the same decider as a decision with conditions.
import fc from 'fast-check'
import { left, right } from 'fp-ts/lib/Either.js'
import type { Either } from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import { describe, expect, it } from 'vitest'
import { contramapCommand, imapEvent, mapRejection } from '../../src/Decider.ts'
import { many, read } from '../../src/Decision.ts'
import { typeOfEvent } from '../../src/internal/decision.ts'
import { replay } from '../../src/Projection.ts'
import { matches, tag } from '../../src/Query.ts'
import type { Command, Event, Tables } from '../support/finite.ts'
import { command, commands, finite, tables } from '../support/finite.ts'
import { observe } from '../support/observe.ts'
import { plain } from '../support/plain.ts'

interface Step {
  readonly key: string
  readonly command: Command
  /** How many steps before this one it read. */
  readonly behind: number
}
type Outcome = Either<unknown, ReadonlyArray<Event>> | 'conflict'

/** Each stream with its own version: an append that read an older version is a conflict. */
const asStreams = (t: Tables, steps: ReadonlyArray<Step>): ReadonlyArray<Outcome> => {
  const decider = finite(t)
  const logs: Array<Readonly<Record<string, ReadonlyArray<Event>>>> = [{}]
  return steps.map(({ key, command: c, behind }) => {
    const now = logs.at(-1) ?? {}
    const seen = logs[Math.max(0, logs.length - 1 - behind)]?.[key] ?? []
    const decided = decider.decide(c, replay(decider)(seen))
    const version = now[key]?.length ?? 0
    const isConflict = decided._tag === 'Right' && decided.right.length > 0 && version > seen.length
    const accepted = decided._tag === 'Right' && !isConflict ? decided.right : []
    logs.push({ ...now, [key]: [...(now[key] ?? []), ...accepted] })
    return isConflict ? 'conflict' : decided
  })
}

/** One log: an append is a conflict if an event after what was read matches its query. */
const asDecisions = (t: Tables, steps: ReadonlyArray<Step>): ReadonlyArray<Outcome> => {
  const decision = many(tag('k'))(finite(t))
  const logs: Array<ReadonlyArray<{ readonly key: string; readonly event: Event }>> = [[]]
  return steps.map(({ key, command: c, behind }) => {
    const now = logs.at(-1) ?? []
    const seen = logs[Math.max(0, logs.length - 1 - behind)] ?? []
    const { query: condition, state } = read(decision)({ key, command: c }, seen)
    const decided = decision.decide({ key, command: c }, state)
    const isMatch = matches(condition)
    const isConflict =
      decided._tag === 'Right' &&
      decided.right.length > 0 &&
      now.slice(seen.length).some((e) => isMatch(typeOfEvent(decision, e), decision.tags(e)))
    logs.push([...now, ...(decided._tag === 'Right' && !isConflict ? decided.right : [])])
    if (isConflict) return 'conflict'
    return decided._tag === 'Left'
      ? left(decided.left.rejection)
      : right(decided.right.map((e) => e.event))
  })
}

describe('many', () => {
  it('V8: a decider over streams and many of it give the same outputs, conflicts included', () => {
    // who decides which command on which stream; what it read is what was stored some steps before
    const step = plain({
      key: fc.constantFrom('k', 'l'),
      command,
      behind: fc.constantFrom(0, 0, 0, 1, 2),
    })
    fc.assert(
      fc.property(tables, fc.array(step, { maxLength: 20, size: 'max' }), (t, steps) => {
        expect(asDecisions(t, steps)).toStrictEqual(asStreams(t, steps))
      }),
    )
  })

  it('V8: back again, for one key, it is the decider', () => {
    fc.assert(
      fc.property(tables, commands, (t, cs) => {
        const back = pipe(
          many(tag('k'))(finite(t)),
          contramapCommand((c: Command) => ({ key: 'k', command: c })),
          imapEvent(
            (of) => of.event,
            (e: Event) => ({ key: 'k', event: e }),
          ),
          mapRejection((of) => of.rejection),
        )
        expect(observe(back)(cs).outcomes).toStrictEqual(observe(finite(t))(cs).outcomes)
      }),
    )
  })
})
