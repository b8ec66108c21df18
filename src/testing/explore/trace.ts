/**
 * A way through a system: the actions that were accepted one after the other, with what they emitted
 * and the states that they led to.
 *
 * `S` is the state, `A` the action, `E` the event.
 *
 * @since 0.1.0
 */
import { shown, source } from '../internal/source.ts'

/**
 * One accepted action.
 *
 * @category model
 * @since 0.1.0
 */
export interface Step<out S, out A, out E> {
  readonly action: A
  readonly events: ReadonlyArray<E>
  /** The state after the events. */
  readonly state: S
}

/**
 * A way from the initial state. Without steps it is the initial state alone.
 *
 * @category model
 * @since 0.1.0
 */
export interface Trace<out S, out A, out E> {
  readonly initialState: S
  readonly steps: ReadonlyArray<Step<S, A, E>>
}

/**
 * The state at the end of a trace.
 *
 * @example
 *   import { lastState } from 'decider-ts/testing/explore'
 *   import assert from 'node:assert'
 *
 *   assert.strictEqual(lastState({ initialState: 0, steps: [] }), 0)
 *   assert.strictEqual(
 *     lastState({ initialState: 0, steps: [{ action: 'Add', events: ['Added'], state: 1 }] }),
 *     1,
 *   )
 *
 * @category reading
 * @since 0.1.0
 */
export const lastState = <S, A, E>({ initialState, steps }: Trace<S, A, E>): S => {
  const last = steps[steps.length - 1]
  return last === undefined ? initialState : last.state
}

/**
 * A trace as text: an action a line, with what it emitted, and the last state.
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
export const showTrace = <S, A, E>(trace: Trace<S, A, E>): string => {
  const lines: Array<string> = []
  trace.steps.forEach(({ action, events }, index) => {
    const number = `${index + 1}. `
    const under = ' '.repeat(number.length)
    lines.push(number + hanging(shown(action), under))
    if (events.length === 0) lines.push(`${under}→ nothing`)
    for (const event of events) lines.push(`${under}→ ${hanging(shown(event), `${under}  `)}`)
  })
  lines.push(`state: ${shown(lastState(trace))}`)
  return lines.join('\n')
}

const hanging = (text: string, under: string): string => text.replaceAll('\n', `\n${under}`)

/**
 * A trace as a test to paste: all that was emitted before the last action is given, the action is
 * the when, and what it emitted the then, right or wrong. A trace without steps gives nothing, and has
 * the initial state. `decider` is what the test calls the decider.
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
    `// which leads to the state ${comment(last.state)}`,
  ].join('\n')
}

const comment = (value: unknown): string => hanging(shown(value), '// ')
