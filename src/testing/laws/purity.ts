/**
 * B1, purity: every call is made twice on frozen copies. It must return the same, and read nothing but its
 * arguments.
 *
 * Arguments that cannot be frozen are compared with a snapshot after each call. Private fields are not in a
 * snapshot: a write to them is noticed if decide then returns something else. At the end of a walk
 * (`memory.ts`) earlier results must be unchanged, and earlier commands are decided again.
 */
import { structural } from '../../Diff.ts'
import { alike } from '../internal/alike.ts'
import { reading, withAmbient } from './globals.ts'
import type { FrozenCopy } from '../internal/copy.ts'
import { deepCopy, frozen, frozenCopy } from '../internal/copy.ts'
import { takeSnapshot } from '../internal/snapshot.ts'
import type { LawCase, DecidedEvents, EarlierCall, FoundViolation, Violation } from './model.ts'
import { showError, valueLines, thenOf } from './model.ts'
import type { PastResult, Remembered } from './memory.ts'
import { changedLater, isSameDecision, remembering } from './memory.ts'
import type { CallResult } from '../internal/walkTrace.ts'
import { call, fold } from '../internal/walkTrace.ts'
import { shaped, wrongAnswer, wrongDecision, wrongState } from '../internal/shapes.ts'
import type { Impurity, ResultRules } from './twice.ts'
import { impureBecause, impureByReading, notPure, twice } from './twice.ts'
import { none, some } from '../../internal/either.ts'

export const purity = <C, S, E, R>(of: LawCase<C, S, E, R>): FoundViolation<C, S, E, R> =>
  withAmbient(() => walked(of)) ?? unlikeEarlier(of)

/** The results of a walk so far. */
interface PastResults<C, S, E, R> {
  readonly events: Array<E>
  readonly decisions: Array<PastResult<C, S, DecidedEvents<R, E>>>
  readonly states: Array<PastResult<E, S, S>>
}

const walked = <C, S, E, R>(of: LawCase<C, S, E, R>): FoundViolation<C, S, E, R> => {
  const past: PastResults<C, S, E, R> = { events: [], decisions: [], states: [] }
  const start = reading(() => of.decider.initialState)
  if (start.reads.length > 0) {
    const at = { name: 'initialState', given: [], state: start.value }
    return violation(of, at, impureByReading(start.reads))
  }
  let state = frozen(start.value)
  for (const command of of.commands) {
    const next = pureStep(of, past, command, state)
    if (next._tag === 'Found') return next.found
    state = next.state
    if (of.late?.() === true) break
  }
  return atEnd(of, past, state.value)
}

/** The state after a command, or the violation that was found. */
type PureStep<C, S, E, R> =
  | { readonly _tag: 'Found'; readonly found: FoundViolation<C, S, E, R> }
  | { readonly _tag: 'Next'; readonly state: FrozenCopy<S> }

const pureStep = <C, S, E, R>(
  of: LawCase<C, S, E, R>,
  { events, decisions, states }: PastResults<C, S, E, R>,
  drawn: C,
  before: FrozenCopy<S>,
): PureStep<C, S, E, R> => {
  const { decider, count } = of
  const command = frozen(drawn)
  const version = events.length
  const found = (
    name: string,
    impurity: Impurity<unknown>,
    varies?: CallResult<DecidedEvents<R, E>>,
  ): PureStep<C, S, E, R> => {
    const at = { name, given: events, command: some(drawn), state: before.value }
    return { _tag: 'Found', found: violation(of, at, impurity, varies) }
  }
  const ended = twice(() => decider.isTerminal(before.value), ofAnswers, [before])
  if (ended._tag === 'Impurity') return found('isTerminal', ended)
  const decide = () => decider.decide(command.value, before.value)
  const decided = twice(decide, ofDecisions, [command, before])
  if (decided._tag === 'Impurity') return found('decide', decided, decided.varies)
  count(2)
  const { raw, value: decision, writable } = decided
  decisions.push({ raw, value: decision, asked: command.value, state: before.value, version })
  if (decision._tag === 'Left') return { _tag: 'Next', state: before }
  let state = before
  for (const event of decision.right) {
    const { value: met } = state
    const args = [state, { value: event, writable }]
    const evolved = twice(() => decider.evolve(met, event), ofStates(of), args)
    if (evolved._tag === 'Impurity') return found('evolve', evolved)
    count(1)
    states.push({ raw: evolved.raw, value: evolved.value, asked: event, state: met, version })
    state = evolved
  }
  events.push(...decision.right)
  return { _tag: 'Next', state }
}

const ofAnswers: ResultRules<boolean> = { eq: structural, wrong: wrongAnswer, advice: '' }

const ofDecisions: ResultRules<unknown> = {
  eq: alike,
  wrong: wrongDecision,
  advice: 'events and rejections are data',
}

const ofStates = <C, S, E, R>({ eq }: LawCase<C, S, E, R>): ResultRules<S> => ({
  // the user's Eq may write to its arguments, so it gets copies; that fault is found elsewhere
  eq: eq === alike ? alike : { equals: (a, b) => eq.equals(deepCopy(a), deepCopy(b)) },
  wrong: wrongState,
  advice: 'the option eqState says when two states are the same',
})

const atEnd = <C, S, E, R>(
  of: LawCase<C, S, E, R>,
  { events, decisions, states }: PastResults<C, S, E, R>,
  state: S,
): FoundViolation<C, S, E, R> => {
  const { decider, thorough } = of
  const decided = changedLater(decisions, thorough)
  if (decided !== undefined) return overwritten(of, 'decide', decided, events, some(decided.asked))
  const evolved = changedLater(states, thorough)
  if (evolved !== undefined) return overwritten(of, 'evolve', evolved, events, none)
  const decide = (command: C, met: S) => decider.decide(command, met)
  const ofDecide = { answer: decide, equals: alike.equals, isSame: isSameDecision }
  const decision = remembering(ofDecide, decisions, state, thorough)
  if (decision !== undefined) {
    const impurity = remembers('it remembers what it decided before', decision)
    const at = { name: 'decide', given: events, command: some(decision.asked), state }
    return violation(of, at, impurity, { _tag: 'Returned', value: decision.given })
  }
  const evolve = (event: E, met: S) => decider.evolve(met, event)
  const ofEvolve = { answer: evolve, equals: ofStates(of).eq.equals, isSame: Object.is }
  const next = remembering(ofEvolve, states, state, thorough)
  if (next === undefined) return undefined
  const which = valueLines('where the event was', next.asked)
  const impurity = remembers('it remembers what it led to before', next, which)
  return violation(of, { name: 'evolve', given: events, state }, impurity)
}

const remembers = <B>(
  what: string,
  { given, copy }: Remembered<unknown, B>,
  more: ReadonlyArray<string> = [],
): Impurity<B> => {
  const how = [...valueLines('gave', given), ...valueLines('and for copies of its arguments', copy)]
  return impureBecause(`${notPure}: ${what}`, [...how, ...more])
}

const overwritten = <C, S, E, R>(
  of: LawCase<C, S, E, R>,
  name: string,
  { raw, value, version, state }: PastResult<unknown, S, unknown>,
  events: ReadonlyArray<E>,
  command: Violation<C, S, E, R>['command'],
): FoundViolation<C, S, E, R> => {
  const how = [...valueLines('gave', value), ...valueLines('and after a later call that was', raw)]
  const impurity = impureBecause(`${notPure}: it writes to what it returned before`, how)
  return violation(of, { name, given: events.slice(0, version), command, state }, impurity)
}

/** A decision in the initial state that has changed since walks were drawn, or a read while they were drawn. */
const unlikeEarlier = <C, S, E, R>(of: LawCase<C, S, E, R>): FoundViolation<C, S, E, R> => {
  const { decider, earlier, commands } = of
  for (const one of earlier) {
    const state = decider.initialState
    // a walk with commands is likely to show a read by itself
    if (one.type === 'Read' && commands.length === 0) continue
    if (one.type === 'Read') return readEarlier(of, one, state)
    const { command, decision } = one
    const before = takeSnapshot(command)
    const now = call(() => decider.decide(frozenCopy(command), state))
    before.restore()
    if (now._tag === 'Returned' && alike.equals(now.value, decision)) continue
    const later =
      now._tag === 'Threw'
        ? [`threw ${showError(now.error)} later`]
        : valueLines('and later', now.value)
    const impurity = impureBecause(notPure, [...valueLines('gave', decision), ...later])
    const at = { name: 'decide', given: [], command: some(command), state }
    const found = violation(of, at, impurity, { _tag: 'Returned', value: decision })
    // a name of its own, since a second call does not show it
    return { ...found, name: 'earlier' }
  }
  return undefined
}

/** The violation of a read that happened while walks were drawn, and does not happen in this walk. */
const readEarlier = <C, S, E, R>(
  of: LawCase<C, S, E, R>,
  { name, reads, asked, again }: EarlierCall<C, E, R> & { readonly type: 'Read' },
  state: S,
): Violation<C, S, E, R> => {
  const keeps = again().length > 0 ? '' : ', and keeps it'
  const how = [
    `read it when walks were drawn${keeps}`,
    ...asked.flatMap((value) => valueLines('asked with', value)),
  ]
  const impurity = impureByReading(reads, undefined, how)
  return { ...violation(of, { name, given: [], state }, impurity), name: 'earlier' }
}

/** The call that is not pure. */
interface ImpureCall<C, S, E> {
  readonly name: string
  readonly given: ReadonlyArray<E>
  readonly command?: Violation<C, S, E, never>['command']
  readonly state: S
}

const violation = <C, S, E, R>(
  of: LawCase<C, S, E, R>,
  { name, given, command = none, state }: ImpureCall<C, S, E>,
  { what, how }: Impurity<unknown>,
  varies?: CallResult<DecidedEvents<R, E>>,
): Violation<C, S, E, R> => ({
  law: 'B1',
  name,
  what: `${name} ${what}`,
  given,
  command,
  ...(command._tag === 'None'
    ? { shows: { type: 'State', state } as const, fails: 'varies' as const }
    : shownBy(of, given, command.value, varies)),
  expected: 'the same result twice on frozen arguments, nothing thrown, and nothing else read',
  seen: how.map((line, i) => (i === 0 ? `${name} ${line}` : line)),
  state,
})

/** What a test made of it shows, where nothing is frozen. */
const shownBy = <C, S, E, R>(
  of: LawCase<C, S, E, R>,
  given: ReadonlyArray<E>,
  command: C,
  varies: CallResult<DecidedEvents<R, E>> | undefined,
): Pick<Violation<C, S, E, R>, 'shows' | 'fails'> => {
  const decider = shaped(of.decider)
  const decide = () =>
    call(() => {
      const state = fold(decider, deepCopy(decider.initialState), deepCopy(given))
      return deepCopy(decider.decide(deepCopy(command), state))
    })
  const before = takeSnapshot([decider.initialState, given, command])
  const first = varies ?? decide()
  const stays = varies === undefined && structural.equals(first, decide())
  before.restore()
  if (first._tag === 'Threw') return { shows: { type: 'Events', events: [] }, fails: 'throws' }
  return { shows: thenOf(first.value), fails: stays ? false : 'varies' }
}
