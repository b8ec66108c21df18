/**
 * The laws of running commands: B3, B10 and B11.

 */
import { alike } from '../internal/alike.ts'
import { deepCopy } from '../internal/copy.ts'
import type { LawCase, DecidedEvents, FoundViolation } from './model.ts'
import { showDecision, showError, valueLines, thenOf, violationOf } from './model.ts'
import type { CallResult } from '../internal/walkTrace.ts'
import { call, fold, traceOf } from '../internal/walkTrace.ts'
import { some } from '../../internal/either.ts'

/** B3: the state that a run leads to is the fold of its events. */
export const replays = <C, S, E, R>(of: LawCase<C, S, E, R>): FoundViolation<C, S, E, R> => {
  const { decider, trace, eq, count } = of
  if (trace.events.length === 0) return undefined
  count(1)
  const replayed = fold(decider, decider.initialState, trace.events)
  if (eq.equals(replayed, trace.state)) return undefined
  return violationOf({
    law: 'B3',
    what: 'the events of a run fold to another state than the run led to',
    given: trace.events,
    shows: { type: 'State', state: trace.state },
    expected: 'the state that the run led to',
    seen: valueLines('replayed to', replayed),
    state: trace.state,
  })
}

/**
 * B10: without the rejected commands everything is the same. If not, something is remembered outside of the
 * state, and the scenario may vary.
 */
export const rejections = <C, S, E, R>(of: LawCase<C, S, E, R>): FoundViolation<C, S, E, R> => {
  const { decider, trace, eq, count } = of
  const accepted = trace.steps.filter(({ decision }) => decision._tag === 'Right')
  if (accepted.length === trace.steps.length) return undefined
  count(trace.steps.length - accepted.length)
  const without = traceOf(
    decider,
    accepted.map(({ command }) => command),
  )
  for (const [i, { command, version, decision, before }] of accepted.entries()) {
    const step = without.steps[i]
    if (step !== undefined && alike.equals(step.decision, decision)) continue
    return violationOf({
      law: 'B10',
      what: 'leaving out rejected commands makes a difference to a later one',
      given: trace.events.slice(0, version),
      command: some(command),
      shows: step === undefined ? thenOf(decision) : thenOf(step.decision),
      fails: 'varies',
      expected:
        step === undefined
          ? 'the same decision'
          : 'the decision without the rejected commands, as shown above',
      seen: showDecision(decision),
      state: before,
    })
  }
  return eq.equals(without.state, trace.state) ? undefined : otherEnd(of, without.state)
}

const otherEnd = <C, S, E, R>(
  { trace }: LawCase<C, S, E, R>,
  without: S,
): FoundViolation<C, S, E, R> =>
  violationOf({
    law: 'B10',
    what: 'leaving out rejected commands makes a difference to the state',
    given: trace.events,
    shows: { type: 'State', state: without },
    fails: 'varies',
    expected: 'the same state without the rejected commands',
    seen: valueLines('with them', trace.state),
    state: trace.state,
  })

/**
 * Histories are replayed at about 20 steps of a walk at most, including the last one, and at fewer if that
 * would fold more than about 10,000 events.
 */
const mostReplays = 20
const mostReplayed = 10_000

/** B11: a command is decided the same in the stored state and after replaying the events. */
export const stored = <C, S, E, R>(of: LawCase<C, S, E, R>): FoundViolation<C, S, E, R> => {
  const { decider, trace, thorough, count } = of
  const affordable = Math.floor(mostReplayed / trace.events.length)
  const replays = Math.max(1, Math.min(mostReplays, affordable))
  const every = thorough ? 1 : Math.ceil(trace.steps.length / replays)
  let state = decider.initialState
  for (const [i, { command, version, decision }] of trace.steps.entries()) {
    if ((trace.steps.length - 1 - i) % every === 0) {
      const history = trace.events.slice(0, version)
      // as a store returns it
      state = deepCopy(state)
      const byState = call(() => decider.decide(command, state))
      const byEvents = call(() =>
        decider.decide(command, fold(decider, decider.initialState, history)),
      )
      count(1)
      if (!alike.equals(byState, byEvents)) {
        return decidedDifferently({ command, given: history, state }, byState, byEvents)
      }
    }
    if (decision._tag === 'Right') state = fold(decider, state, decision.right)
  }
  return undefined
}

const decidedDifferently = <C, S, E, R>(
  at: { readonly command: C; readonly given: ReadonlyArray<E>; readonly state: S },
  byState: CallResult<DecidedEvents<R, E>>,
  byEvents: CallResult<DecidedEvents<R, E>>,
): FoundViolation<C, S, E, R> => {
  // a scenario replays the events, so it can only expect what the stored state gives
  const [shown, fails] =
    byState._tag === 'Returned' ? [byState, true] : ([byEvents, false] as const)
  return violationOf({
    law: 'B11',
    what: 'a copy of the state, as a store returns it, and the replayed events decide differently',
    given: at.given,
    command: some(at.command),
    ...(shown._tag === 'Returned'
      ? { shows: thenOf(shown.value), fails }
      : { shows: { type: 'Events', events: [] }, fails: 'throws' }),
    expected: 'the same decision from both',
    seen: [...showCalled('stored state', byState), ...showCalled('replayed events', byEvents)],
    state: at.state,
  })
}

const showCalled = <R, E>(
  name: string,
  called: CallResult<DecidedEvents<R, E>>,
): ReadonlyArray<string> => {
  const shown =
    called._tag === 'Threw'
      ? `threw ${showError(called.error)}`
      : showDecision(called.value).join('\n')
  return `${name}: ${shown}`.split('\n')
}
