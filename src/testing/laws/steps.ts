/**
 * The laws of single steps: B5 to B8.

 */
import type { Eq } from 'fp-ts/lib/Eq.js'
import { alike } from '../internal/alike.ts'
import type { LawCase, DecidedEvents, FoundViolation, NamedProperties, Violation } from './model.ts'
import {
  stepAsked,
  brokenProperty,
  privateIn,
  quotedName,
  shareOf,
  showDecision,
  showError,
  valueLines,
  thenOf,
  violationOf,
} from './model.ts'
import { instanceIn } from '../internal/copy.ts'
import type { Step, WalkTrace } from '../internal/walkTrace.ts'
import { call, walkedChanges } from '../internal/walkTrace.ts'
import { some } from '../../internal/either.ts'

/** B5: each emitted event changes the state that it meets. */
export const effects = <C, S, E, R>(of: LawCase<C, S, E, R>): FoundViolation<C, S, E, R> => {
  const { trace, eq, noEffect, count } = of
  for (const step of trace.steps) {
    const changes = walkedChanges(trace, step)
    count(changes.length)
    for (const [i, { before, event, after }] of changes.entries()) {
      if (!eq.equals(before, after) || noEffect(event, before)) continue
      return violationOf({
        ...stepAsked(of, step),
        law: 'B5',
        what: 'an event was emitted that changes nothing and is not declared to have no effect',
        shows: { type: 'Events', events: changes.filter((_, j) => j !== i).map((c) => c.event) },
        expected: 'each event to change the state that it meets',
        seen: [...valueLines('no change by', event), ...whyUnseen(before, after, eq)],
      })
    }
  }
  return undefined
}

/** Why there may be a change nevertheless: private fields of an instance are invisible. */
const whyUnseen = <S>(before: S, after: S, eq: Eq<S>): ReadonlyArray<string> => {
  const name = instanceIn(after)
  if (name === undefined) return []
  if (Object.is(before, after)) {
    const also = 'what it writes to that is written to the state before as well'
    return [`evolve returned the same ${name}: ${also}`]
  }
  return eq === alike ? privateIn(after) : []
}

/** B6: the user's properties of states, decisions and changes hold. */
export const invariants = <C, S, E, R>(of: LawCase<C, S, E, R>): FoundViolation<C, S, E, R> => {
  const { trace, invariants: named, decisions, changes, count, decider } = of
  if (named.length + decisions.length + changes.length === 0) return undefined
  const start = firstBroken(named, (holds) => holds(decider.initialState))
  count(1)
  if (start !== undefined) return atStart(decider.initialState, start)
  for (const step of trace.steps) {
    const wrong = firstBroken(decisions, (holds) => holds(step.command, step.before, step.decision))
    count(1)
    if (wrong !== undefined) {
      const seen = showDecision(step.decision)
      return stepBreaks(of, step, `the decision breaks ${wrong.name}`, wrong, seen)
    }
    for (const { before, event, after } of walkedChanges(trace, step)) {
      const state = firstBroken(named, (holds) => holds(after))
      const change = firstBroken(changes, (holds) => holds(before, event, after))
      const first = state ?? change
      count(1)
      if (first === undefined) continue
      const what = state === undefined ? 'the change' : 'the state'
      const seen = [...valueLines('event', event), ...valueLines('led to', after)]
      return stepBreaks(of, step, `${what} breaks ${first.name}`, first, seen)
    }
  }
  return decisions.length === 0 ? undefined : brokenElsewhere(of)
}

/** Up to 300 pairs of a state and a command are all tried, of more a share. */
const mostElsewhere = 300

/** Decisions also hold for the commands of both walks in other states of the walk. */
const brokenElsewhere = <C, S, E, R>(of: LawCase<C, S, E, R>): FoundViolation<C, S, E, R> => {
  const { decider, trace, commands, other, decisions, thorough, count } = of
  const all = [...other.steps.map(({ command }) => command), ...commands]
  const each = shareOf(all.length, trace.states.length, mostElsewhere, thorough)
  for (const [version, before] of trace.states.entries()) {
    for (let i = 0; i < each; i++) {
      // each <= length, so the index is in range
      const command = all[(version * each + i) % all.length] as C
      const decision = decider.decide(command, before)
      const wrong = firstBroken(decisions, (holds) => holds(command, before, decision))
      count(1)
      if (wrong === undefined) continue
      const step = { command, before, version, decision, after: before }
      const what = `the decision breaks ${wrong.name}`
      const found = stepBreaks(of, step, what, wrong, showDecision(decision))
      return { ...found, commands: [...leadingTo(trace, version), command] }
    }
  }
  return undefined
}

/** The commands of a walk up to a version. */
const leadingTo = <C, S, E, R>(trace: WalkTrace<C, S, E, R>, version: number): ReadonlyArray<C> =>
  trace.steps.filter((step) => step.version < version).map(({ command }) => command)

interface BrokenProperty {
  readonly name: string
  readonly how: string
}

/** The first of the user's properties that does not hold, its name quoted. */
export const firstBroken = <F>(
  named: NamedProperties<F>,
  ask: (holds: F) => boolean,
): BrokenProperty | undefined => {
  for (const [name, holds] of named) {
    const how = brokenProperty(() => ask(holds))
    if (how !== undefined) return { name: quotedName(name), how }
  }
  return undefined
}

const atStart = <C, S, E, R>(state: S, { name, how }: BrokenProperty): Violation<C, S, E, R> =>
  violationOf({
    law: 'B6',
    name,
    what: `the initial state breaks ${name}: ${how}`,
    given: [],
    shows: { type: 'State', state },
    fails: false,
    expected: `${name} to hold`,
    seen: [how],
    state,
  })

const stepBreaks = <C, S, E, R>(
  of: LawCase<C, S, E, R>,
  step: Step<C, S, E, R>,
  what: string,
  { name, how }: BrokenProperty,
  seen: ReadonlyArray<string>,
): Violation<C, S, E, R> => ({
  ...stepAsked(of, step),
  law: 'B6',
  name,
  what: `${what}: ${how}`,
  shows: thenOf(step.decision),
  fails: false,
  expected: `${name} to hold`,
  seen,
})

const emits = <R, E>(decision: DecidedEvents<R, E>): boolean =>
  decision._tag === 'Right' && decision.right.length > 0

/** B7: a command declared idempotent, decided again, gives no events. */
export const idempotence = <C, S, E, R>(of: LawCase<C, S, E, R>): FoundViolation<C, S, E, R> => {
  const { decider, trace, idempotent, count } = of
  if (idempotent === undefined) return undefined
  for (const { command, version, decision, after } of trace.steps) {
    if (decision._tag === 'Left' || !idempotent(command)) continue
    count(1)
    const again = call(() => decider.decide(command, after))
    if (again._tag === 'Returned' && again.value._tag === 'Right' && !emits(again.value)) continue
    return violationOf({
      law: 'B7',
      what: 'a command declared idempotent, decided again, does not give Right([])',
      given: trace.events.slice(0, version + decision.right.length),
      command: some(command),
      shows: { type: 'Events', events: [] },
      expected: 'no events',
      seen:
        again._tag === 'Threw' ? [`threw ${showError(again.error)}`] : showDecision(again.value),
      state: after,
    })
  }
  return undefined
}

/**
 * B8: in a terminal state no command of the walks emits anything. Events of one emission that come after
 * the one that ended the stream do not count: they were not decided in a terminal state.
 */
export const endedViolation = <C, S, E, R>(of: LawCase<C, S, E, R>): FoundViolation<C, S, E, R> => {
  const { decider, trace, other, commands } = of
  const all = [...commands, ...other.steps.map(({ command }) => command)]
  for (const [version, state] of trace.states.entries()) {
    if (!decider.isTerminal(state)) continue
    for (const command of all) {
      const found = goesOn(of, version, state, command)
      if (found !== undefined) return found
    }
  }
  return undefined
}

const goesOn = <C, S, E, R>(
  { decider, trace, count }: LawCase<C, S, E, R>,
  version: number,
  state: S,
  command: C,
): FoundViolation<C, S, E, R> => {
  count(1)
  const decided = call(() => decider.decide(command, state))
  if (decided._tag === 'Returned' && !emits(decided.value)) return undefined
  return violationOf({
    law: 'B8',
    what: 'a command is accepted and emits in a terminal state',
    given: trace.events.slice(0, version),
    command: some(command),
    shows: { type: 'Events', events: [] },
    expected: 'no events, or a rejection',
    seen:
      decided._tag === 'Threw'
        ? [`threw ${showError(decided.error)}`]
        : showDecision(decided.value),
    state,
  })
}
