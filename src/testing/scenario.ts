/**
 * Scenarios: given some events, when a command comes, then something follows. Everything is compared
 * exactly: every event, in order, field by field.
 *
 * `C` is the command, `S` the state, `E` the event, `R` the rejection; `d` is a decider, `c` a command, and
 * `s` the fold of the events given.
 *
 * Laws:
 *
 * 1. `then(xs)` passes exactly if `d.decide(c, s)` is `Right(xs)`
 * 2. `thenRejected(r)` passes exactly if `d.decide(c, s)` is `Left(r)`
 * 3. `thenState(t)` passes exactly if the command is accepted and its events lead from `s` to `t`
 *
 * Two values are equal if `structural` of `Diff` finds no difference. Another order, an extra or missing
 * field, a field that is present and `undefined`, or another class makes a scenario fail. Private fields
 * cannot be compared and need an `Eq` of your own. A scenario that fails throws an `Error`, which every
 * test runner takes for a failed test.
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

/** What is expected of a command. */
interface ScenarioCommand<in S, in E, in R> {
  /**
   * The command is accepted and emits exactly these events, in this order; `[]` for none. An `await` in
   * front of it would call it with a function, and fails with a message that says so.
   */
  readonly then: (events: ReadonlyArray<E>) => void
  /** The command is rejected, for exactly this reason. */
  readonly thenRejected: (rejection: R) => void
  /** The command is accepted, and its events lead to exactly this state. */
  readonly thenState: (state: S) => void
}

/** What happens after the events given. */
interface ScenarioHistory<in C, in S, in E, in R> {
  readonly when: (command: C) => ScenarioCommand<S, E, R>
  /** The events given lead to exactly this state. */
  readonly thenState: (state: S) => void
}

/**
 * A decider under test: `given(events).when(command)`, then `then(events)`, `thenRejected(rejection)` or
 * `thenState(state)`; or `given(events).thenState(state)`.
 *
 * @category model
 * @since 0.1.0
 */
export interface Scenario<in C, in S, in E, in R> {
  /** What has happened so far, oldest first. It may hold events that the decider ignores. */
  readonly given: (events: ReadonlyArray<E>) => ScenarioHistory<C, S, E, R>
}

/** When two events, states or rejections are equal. Each defaults to `structural`. */
interface ScenarioEquality<in S, in E, in R> {
  readonly event?: Eq<E>
  readonly state?: Eq<S>
  readonly rejection?: Eq<R>
}

/**
 * Tests a decider by example. `equality` has an `Eq` for events, states and rejections whose values
 * `structural` cannot compare, such as instances with private fields.
 *
 * @example
 *   import { scenario } from 'decider-ts/testing/scenario'
 *   import { orderDecider } from 'decider-ts/order'
 *
 *   const decider = orderDecider()
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
  equality: ScenarioEquality<S, E, R> = {},
): Scenario<C, S, E, R> => {
  const { event = structural, state = structural, rejection = structural } = equality
  return {
    given: (events) => ({
      when: (command) => {
        const decided = () => decidedOn(decider, events, command)
        return {
          // oxlint-disable-next-line unicorn/no-thenable -- an await fails, and says so
          then: (expected) => {
            // an await calls it with two functions
            if (typeof expected === 'function') fail([awaited], [])
            checkEvents(decided(), expected, event)
          },
          thenRejected: (expected) => checkRejection(decided(), expected, rejection),
          thenState: (expected) => checkState(decider, decided(), expected, state),
        }
      },
      thenState: (expected) => {
        const given = titled('given', events)
        checkReached(foldFrom(decider, decider.initialState, events, given), expected, state, given)
      },
    }),
  }
}

/** What was decided on which state, and the lines about it at the end of a message. */
interface ScenarioDecision<out S, out E, out R> {
  readonly decision: Either<R, ReadonlyArray<E>>
  readonly state: S
  readonly context: ReadonlyArray<string>
}

const decidedOn = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  events: ReadonlyArray<E>,
  command: C,
): ScenarioDecision<S, E, R> => {
  const asked = [...titled('given', events), ...titled('when', command)]
  const state = foldFrom(decider, decider.initialState, events, asked)
  const context = [...asked, ...titled('state it was decided on', state)]
  const decision = called(
    'decide',
    () => decider.decide(command, state),
    wrongDecision,
    () => context,
  )
  return { decision, state, context }
}

const foldFrom = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  from: S,
  events: ReadonlyArray<E>,
  context: ReadonlyArray<string>,
): S => {
  let state = from
  for (const event of events) {
    const before = state
    state = called(
      'evolve',
      () => decider.evolve(before, event),
      wrongState,
      () => [...context, ...titled('event', event), ...titled('state before it', before)],
    )
  }
  return state
}

/** What a function of the decider returns. Fails if it throws, or returns something else than it may. */
const called = <A>(
  name: string,
  call: () => A,
  wrong: (value: A) => string | undefined,
  context: () => ReadonlyArray<string>,
): A => {
  let returned: A
  try {
    returned = call()
  } catch (error) {
    const message = error instanceof Error ? seen(String(error)) : shown(error)
    return fail([`${name} threw ${message}`], context(), { cause: error })
  }
  const fault = wrong(returned)
  return fault === undefined ? returned : fail([`${name} ${fault}`], context())
}

const awaited =
  'a scenario is not awaited: remove the await, and call then with the expected events'

const checkEvents = <S, E, R>(
  { decision, context }: ScenarioDecision<S, E, R>,
  expected: ReadonlyArray<E>,
  eq: Eq<E>,
): void => {
  if (decision._tag === 'Left') {
    const refused = [
      `${eventCount(expected.length)} expected, but the command was rejected`,
      '',
      ...labelled('rejection', decision.left),
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
      `${eventCount(expected.length)} expected, ${actual.length} emitted${order}`,
      '',
      ...sideBySide(expected, actual, eq),
      '',
      '  - missing, + extra, ~ not as expected',
    ],
    context,
  )
}

const checkRejection = <S, E, R>(
  { decision, context }: ScenarioDecision<S, E, R>,
  expected: R,
  eq: Eq<R>,
): void => {
  if (decision._tag === 'Right') {
    const emitted =
      decision.right.length === 0 ? [] : ['', ...sideBySide([], decision.right, structural)]
    return fail(
      [
        `a rejection was expected, but the command was accepted, with ${eventCount(decision.right.length)}`,
        '',
        ...labelled('expected', expected),
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
      ...labelled('expected', expected),
      ...labelled('got     ', decision.left),
      '',
      ...indent(differences(expected, decision.left)),
    ],
    context,
  )
}

const checkState = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  { decision, state, context }: ScenarioDecision<S, E, R>,
  expected: S,
  eq: Eq<S>,
): void => {
  if (decision._tag === 'Left') {
    const refused = ['a state was expected, but the command was rejected', '']
    return fail([...refused, ...labelled('rejection', decision.left)], context)
  }
  const told = [...context, ...titled('events', decision.right)]
  checkReached(foldFrom(decider, state, decision.right, told), expected, eq, told)
}

const checkReached = <S>(
  reached: S,
  expected: S,
  eq: Eq<S>,
  context: ReadonlyArray<string>,
): void => {
  if (eq.equals(reached, expected)) return
  fail(['another state was expected', '', ...indent(differences(expected, reached))], context)
}

const eventCount = (n: number): string =>
  n === 1 ? '1 event' : n === 0 ? 'no events' : `${n} events`

const indent = (lines: ReadonlyArray<string>): ReadonlyArray<string> =>
  lines.map((line) => `  ${line}`)

const labelled = (name: string, told: unknown): ReadonlyArray<string> =>
  `  ${name}  ${shown(told, name.length + 4)}`.split('\n')

const titled = (title: string, told: unknown): ReadonlyArray<string> => [
  '',
  title,
  ...`  ${shown(told, 2)}`.split('\n'),
]

/** A failed test. */
const fail = (
  message: ReadonlyArray<string>,
  context: ReadonlyArray<string>,
  options?: ErrorOptions,
): never => {
  throw new Error([...message, ...context].join('\n'), options)
}
