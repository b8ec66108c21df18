/**
 * A path through a system: the actions that were accepted one after the other, with what they emitted and
 * the states that they led to.
 *
 * `S` is the state, `A` the action, `E` the event.
 *
 * @since 0.1.0
 */
import { shown, source } from '../internal/source.ts'

/** One accepted action, its events, and the state after them. */
export interface TraceStep<out S, out A, out E> {
  readonly action: A
  readonly events: ReadonlyArray<E>
  readonly state: S
}

/**
 * A path from the initial state: each step has the action, its events, and the state after them. A trace
 * without steps is the initial state alone.
 *
 * @category model
 * @since 0.1.0
 */
export interface Trace<out S, out A, out E> {
  readonly initialState: S
  readonly steps: ReadonlyArray<TraceStep<S, A, E>>
}

const hanging = (lines: string, under: string): string => lines.replaceAll('\n', `\n${under}`)

/**
 * Prints a trace: one action a line, with what it emitted, and the last state.
 *
 * @example
 *   import { showTrace } from 'decider-ts/testing/explore'
 *   import assert from 'node:assert'
 *
 *   const action = { type: 'SwitchOn' }
 *   const events = [{ type: 'SwitchedOn' }]
 *   assert.strictEqual(
 *     showTrace({ initialState: 'off', steps: [{ action, events, state: 'on' }] }),
 *     [
 *       "1. { type: 'SwitchOn' }",
 *       "   → { type: 'SwitchedOn' }",
 *       "state: 'on'",
 *     ].join('\n'),
 *   )
 *
 * @category showing
 * @since 0.1.0
 */
export const showTrace = <S, A, E>({ initialState, steps }: Trace<S, A, E>): string => {
  const lines = steps.flatMap(({ action, events }, index) => {
    const number = `${index + 1}. `
    const under = ' '.repeat(number.length)
    return [
      number + hanging(shown(action), under),
      ...(events.length === 0 ? [`${under}→ nothing`] : []),
      ...events.map((event) => `${under}→ ${hanging(shown(event), `${under}  `)}`),
    ]
  })
  const last = steps[steps.length - 1]
  return [...lines, `state: ${shown(last === undefined ? initialState : last.state)}`].join('\n')
}

/**
 * A trace as a test to paste: all events before the last action are given, then comes the action, and
 * what it emitted, right or wrong. A trace without steps checks the initial state. `decider` is the name
 * of the decider in the test.
 *
 * @example
 *   import { showScenario } from 'decider-ts/testing/explore'
 *   import assert from 'node:assert'
 *
 *   const action = { type: 'SwitchOn' }
 *   const events = [{ type: 'SwitchedOn' }]
 *   assert.strictEqual(
 *     showScenario({ initialState: 'off', steps: [{ action, events, state: 'on' }] }),
 *     [
 *       'scenario(decider)',
 *       '  .given([])',
 *       "  .when({ type: 'SwitchOn' })",
 *       "  .then([{ type: 'SwitchedOn' }])",
 *       "// which leads to the state 'on'",
 *     ].join('\n'),
 *   )
 *
 * @category showing
 * @since 0.1.0
 */
export const showScenario = <S, A, E>(
  { initialState, steps }: Trace<S, A, E>,
  decider = 'decider',
): string => {
  const last = steps[steps.length - 1]
  if (last === undefined) {
    return `scenario(${decider})\n  .given([])\n  .thenState(${hanging(source(initialState), '  ')})`
  }
  const given = steps.slice(0, -1).flatMap(({ events }) => events)
  return [
    `scenario(${decider})`,
    `  .given(${hanging(source(given), '  ')})`,
    `  .when(${hanging(source(last.action), '  ')})`,
    `  .then(${hanging(source(last.events), '  ')})`,
    `// which leads to the state ${hanging(shown(last.state), '// ')}`,
  ].join('\n')
}
