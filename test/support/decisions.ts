// Random decisions over two kinds of things, drawn as tables: which projection folds which events and how, what
// a command emits in the states of its two things, and whether it looks at a third thing that only the state
// tells.
import fc from 'fast-check'
import type { Either } from 'fp-ts/lib/Either.js'
import { left, right } from 'fp-ts/lib/Either.js'
import type { Decision, TaggedProjection } from '../../src/Decision.ts'
import { fromProjections, read } from '../../src/Decision.ts'
import { run } from '../../src/Decider.ts'
import { replay } from '../../src/Projection.ts'
import { tag } from '../../src/Query.ts'
import { at } from './finite.ts'
import { plain } from './plain.ts'

export interface DrawnCommand {
  readonly command: number
  readonly a: string
  readonly b: string
}
export interface DrawnEvent {
  readonly type: 'E0' | 'E1' | 'E2'
  readonly a: string
  readonly b: string
}

type DrawnCases = Readonly<Partial<Record<DrawnEvent['type'], ReadonlyArray<number>>>>

export interface DecisionTables {
  readonly a: DrawnCases
  readonly b: DrawnCases
  /** By command, then the states of `a` and of `b`: a rejection, or the types of the events. */
  readonly decide: ReadonlyArray<
    ReadonlyArray<ReadonlyArray<number | ReadonlyArray<DrawnEvent['type']>>>
  >
  /** The states of `a` in which the command depends on another `b`, too. */
  readonly looks: ReadonlyArray<boolean>
}

const types = ['E0', 'E1', 'E2'] as const
const stateCount = 3
const exactly = <A>(n: number, arbitrary: fc.Arbitrary<A>) =>
  fc.array(arbitrary, { minLength: n, maxLength: n })

const cases: fc.Arbitrary<DrawnCases> = fc.record(
  Object.fromEntries(types.map((type) => [type, exactly(stateCount, fc.nat(stateCount - 1))])),
  { requiredKeys: [], noNullPrototype: true },
)
const outcome = fc.oneof(
  { weight: 3, arbitrary: fc.array(fc.constantFrom(...types), { maxLength: 2 }) },
  { weight: 1, arbitrary: fc.nat(1) },
)

export const decisionTables: fc.Arbitrary<DecisionTables> = plain({
  a: cases,
  b: cases,
  decide: exactly(2, exactly(stateCount, exactly(stateCount, outcome))),
  looks: exactly(stateCount, fc.boolean()),
})

const id = fc.constantFrom('x', 'y')
export const drawnCommand: fc.Arbitrary<DrawnCommand> = plain({ command: fc.nat(1), a: id, b: id })
export const drawnCommands = fc.array(drawnCommand, { maxLength: 12, size: 'max' })
export const drawnEvent: fc.Arbitrary<DrawnEvent> = plain({
  type: fc.constantFrom(...types),
  a: id,
  b: id,
})

const ofKind = (kind: string, drawn: DrawnCases): TaggedProjection<number, DrawnEvent> => ({
  tag: tag(kind),
  initialState: 0,
  evolve: Object.fromEntries(
    Object.entries(drawn).map(([type, table]) => [type, (state: number) => at(table, state)]),
  ),
})

export const drawnDecision = (t: DecisionTables) =>
  fromProjections({
    projections: { a: ofKind('a', t.a), b: ofKind('b', t.b) },
    tags: (event: DrawnEvent) => [tag('a')(event.a), tag('b')(event.b)],
    reads: ({ a, b }: DrawnCommand) => ({ a: [a], b: [b] }),
    readsMore: (command, { a }) => (at(t.looks, a(command.a)) ? { b: ['third'] } : {}),
    decide: (command, { a, b }): Either<number, ReadonlyArray<DrawnEvent>> => {
      const looked = at(t.looks, a(command.a)) ? b('third') : 0
      const which = (b(command.b) + looked) % stateCount
      const entry = at(at(at(t.decide, command.command), a(command.a)), which)
      return typeof entry === 'number'
        ? left(entry)
        : right(entry.map((type, i) => ({ type, a: command.a, b: i === 0 ? command.b : 'third' })))
    },
  })

/** What a command leads to: the decision on what it reads of a history. */
export const decideOnRead =
  <C, S, E, R>(d: Decision<C, S, E, R>) =>
  (command: C, history: ReadonlyArray<E>): Either<R, ReadonlyArray<E>> =>
    d.decide(command, read(d)(command, history).state)

/** What a command leads to on the whole history. */
export const decideOnAll =
  <C, S, E, R>(d: Decision<C, S, E, R>) =>
  (command: C, history: ReadonlyArray<E>): Either<R, ReadonlyArray<E>> =>
    d.decide(command, replay(d)(history))

/** The events of a walk. */
export const historyOf =
  <C, S, E, R>(d: Decision<C, S, E, R>) =>
  (commands: ReadonlyArray<C>): ReadonlyArray<E> =>
    run(d)(commands).events
