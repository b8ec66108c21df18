/**
 * Scenarios: given what has happened, when this is asked, then that happens. Each is compared
 * exactly: every event, in order, field by field.
 *
 * `C` is the command, `S` the state, `E` the event, `R` the rejection; `d` a decider, `es` the events
 * given, `c` the command, `s` the fold of `es`.
 *
 * Laws:
 *
 * 1. `then(xs)` passes exactly where `d.decide(c, s)` is `Right(xs)`
 * 2. `thenRejected(r)` passes exactly where `d.decide(c, s)` is `Left(r)`
 * 3. `thenState(t)` passes exactly where the command is accepted and its events lead from `s` to `t`
 *
 * Two values are the same where no place in them differs (`Diff.structural`): another order, a field
 * more, a field less, a field that is there and `undefined`, another class, each fails. What objects
 * keep to themselves (private fields) can't be compared, and wants an `Eq` of your own. What fails
 * throws an `Error`, which every test runner takes for a failed test.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Eq } from 'fp-ts/lib/Eq.js'
import type { Decider } from '../Decider.ts'
import { structural } from '../Diff.ts'
import { differences, sameInAnyOrder, sideBySide } from './internal/differences.ts'
import { wrongDecision, wrongState } from './internal/shapes.ts'
import { shown } from './internal/source.ts'
import { seen } from './internal/text.ts'

/**
 * A decider under test, before anything has happened.
 *
 * @category model
 * @since 0.1.0
 */
export interface Scenario<in C, in S, in E, in R> {
  /** What has happened so far, oldest first. Events that the decider ignores are fine. */
  readonly given: (events: ReadonlyArray<E>) => Given<C, S, E, R>
}

/**
 * What has happened.
 *
 * @category model
 * @since 0.1.0
 */
export interface Given<in C, in S, in E, in R> {
  readonly when: (command: C) => When<S, E, R>
  /** The state that the events given lead to. */
  readonly thenState: (state: S) => void
}

/**
 * What was asked. `then` returns nothing and takes events: an `await` in front of it, which would
 * hand it a function, fails with a message that says so.
 *
 * @category model
 * @since 0.1.0
 */
export interface When<in S, in E, in R> {
  /** The command is accepted and emits exactly these events, in this order; `[]` for none. */
  readonly then: (events: ReadonlyArray<E>) => void
  /** The command is refused, for exactly this reason. */
  readonly thenRejected: (rejection: R) => void
  /** The command is accepted, and its events lead to exactly this state. */
  readonly thenState: (state: S) => void
}

/**
 * When two events, states or rejections count as the same, where it is not when every field is.
 *
 * @category model
 * @since 0.1.0
 */
export interface Equality<in S, in E, in R> {
  readonly event?: Eq<E>
  readonly state?: Eq<S>
  readonly rejection?: Eq<R>
}

/**
 * Tests a decider by example.
 *
 * @example
 *   import { scenario } from 'decider-ts/testing/scenario'
 *   import { decider } from 'decider-ts/order'
 *
 *   const order = scenario(decider)
 *
 *   order
 *     .given([{ type: 'OrderCreated', customerId: 'VINET', currency: 'USD' }])
 *     .when({ type: 'SetTax', amount: 250 })
 *     .then([{ type: 'TaxSet', amount: 250 }])
 *
 *   order
 *     .given([{ type: 'OrderCreated', customerId: 'VINET', currency: 'USD' }])
 *     .when({ type: 'ChangeStatus', newStatus: 'confirmed' })
 *     .thenRejected({ type: 'EmptyOrder' })
 *
 * @category testing
 * @since 0.1.0
 */
export const scenario = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  equality: Equality<S, E, R> = {},
): Scenario<C, S, E, R> => {
  const { event = structural, state = structural, rejection = structural } = equality
  return {
    given: (events) => ({
      when: (command) => {
        const decided = () => decide(decider, events, command)
        return {
          // oxlint-disable-next-line unicorn/no-thenable -- an await fails, and says so
          then: (expected) => {
            refuseFunction(expected)
            checkEvents(decided(), expected, event)
          },
          thenRejected: (expected) => checkRejection(decided(), expected, rejection),
          thenState: (expected) => checkState(decider, decided(), expected, state),
        }
      },
      thenState: (expected) => {
        const reached = fold(decider, decider.initialState, events, givenOf(events))
        if (state.equals(reached, expected)) return
        const places = differences(expected, reached)
        fail(['another state was expected', '', ...indent(places)], givenOf(events))
      },
    }),
  }
}

/** What a command came to, and what a message about it tells last. */
interface Decided<out S, out E, out R> {
  readonly decision: Either<R, ReadonlyArray<E>>
  readonly state: S
  readonly context: ReadonlyArray<string>
}

const decide = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  events: ReadonlyArray<E>,
  command: C,
): Decided<S, E, R> => {
  const asked = [...givenOf(events), ...titled('when', command)]
  const state = fold(decider, decider.initialState, events, asked)
  const context = [...asked, ...titled('state it was decided on', state)]
  let decision: Either<R, ReadonlyArray<E>>
  try {
    decision = decider.decide(command, state)
  } catch (error) {
    return fail([`decide threw ${show(error)}`], context, { cause: error })
  }
  const wrong = wrongDecision(decision)
  return wrong === undefined ? { decision, state, context } : fail([`decide ${wrong}`], context)
}

const fold = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  from: S,
  events: ReadonlyArray<E>,
  context: ReadonlyArray<string>,
): S => {
  let state = from
  for (const event of events) {
    const where = () => [
      ...context,
      ...titled('event', event),
      ...titled('state that it met', state),
    ]
    let next: S
    try {
      next = decider.evolve(state, event)
    } catch (error) {
      return fail([`evolve threw ${show(error)}`], where(), { cause: error })
    }
    const wrong = wrongState(next)
    if (wrong !== undefined) return fail([`evolve ${wrong}`], where())
    state = next
  }
  return state
}

/** An `await` calls `then` with two functions, and events are no function. */
const refuseFunction = (events: unknown): void => {
  if (typeof events === 'function') {
    fail(
      ['a scenario is not awaited: remove the await, and call then with the events expected'],
      [],
    )
  }
}

const checkEvents = <S, E, R>(
  { decision, context }: Decided<S, E, R>,
  expected: ReadonlyArray<E>,
  eq: Eq<E>,
): void => {
  if (decision._tag === 'Left') {
    const refused = [
      `${count(expected.length)} expected, but the command was refused`,
      '',
      ...value('rejection', decision.left),
      ...(expected.length === 0 ? [] : ['', ...sideBySide(expected, [], eq)]),
    ]
    return fail(refused, context)
  }
  const actual = decision.right
  const same = (event: E, i: number) => eq.equals(event, expected[i] as E) // as long as actual
  if (actual.length === expected.length && actual.every(same)) return
  const order = sameInAnyOrder(expected, actual, eq) ? ', the same in another order' : ''
  fail(
    [
      `${count(expected.length)} expected, ${actual.length} emitted${order}`,
      '',
      ...sideBySide(expected, actual, eq),
      '',
      '  - missing, + extra, ~ not as expected',
    ],
    context,
  )
}

const checkRejection = <S, E, R>(
  { decision, context }: Decided<S, E, R>,
  expected: R,
  eq: Eq<R>,
): void => {
  if (decision._tag === 'Right') {
    const emitted =
      decision.right.length === 0 ? [] : ['', ...sideBySide([], decision.right, structural)]
    return fail(
      [
        `a rejection was expected, but the command was accepted, with ${count(decision.right.length)}`,
        '',
        ...value('expected', expected),
        ...emitted,
      ],
      context,
    )
  }
  if (eq.equals(decision.left, expected)) return
  fail(
    [
      'another rejection was expected',
      '',
      ...value('expected', expected),
      ...value('got     ', decision.left),
      '',
      ...indent(differences(expected, decision.left)),
    ],
    context,
  )
}

const checkState = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  { decision, state, context }: Decided<S, E, R>,
  expected: S,
  eq: Eq<S>,
): void => {
  if (decision._tag === 'Left') {
    const refused = ['a state was expected, but the command was refused', '']
    return fail([...refused, ...value('rejection', decision.left)], context)
  }
  const told = [...context, ...titled('events', decision.right)]
  const reached = fold(decider, state, decision.right, told)
  if (eq.equals(reached, expected)) return
  fail(['another state was expected', '', ...indent(differences(expected, reached))], told)
}

const count = (n: number): string => (n === 1 ? '1 event' : n === 0 ? 'no events' : `${n} events`)

const show = (error: unknown): string =>
  error instanceof Error ? seen(String(error)) : shown(error)

const indent = (lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines.map((line) => `  ${line}`)

const value = (name: string, told: unknown): ReadonlyArray<string> =>
  `  ${name}  ${shown(told, name.length + 4)}`.split('\n')

const titled = (title: string, told: unknown): ReadonlyArray<string> => [
  '',
  title,
  ...`  ${shown(told, 2)}`.split('\n'),
]

const givenOf = (events: ReadonlyArray<unknown>): ReadonlyArray<string> => titled('given', events)

/** A failed test. */
const fail = (
  message: ReadonlyArray<string>,
  context: ReadonlyArray<string>,
  options?: ErrorOptions,
): never => {
  throw new Error([...message, ...context].join('\n'), options)
}
