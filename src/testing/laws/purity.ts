/**
 * The law of purity, B1: every call is made twice, on frozen copies, and reads nothing but these.
 *
 * What can't be frozen is looked at after each call; where that shows nothing, what is private was
 * written to if decide answers otherwise than earlier. At the end of a walk (`lawOfMemory.ts`), what was
 * given before must be what it was then, and what was asked before is asked again.
 *
 * @internal
 */
import type { Eq } from 'fp-ts/lib/Eq.js'
import { structural } from '../../Diff.ts'
import { alike } from '../internal/alike.ts'
import { reading, withAmbient } from './globals.ts'
import type { Frozen } from '../internal/copy.ts'
import { copyOf, frozen, frozenCopy } from '../internal/copy.ts'
import { restart, tell } from './instants.ts'
import { kept } from '../internal/snapshot.ts'
import type { Case, Decision, Earlier, Found, Violation } from './model.ts'
import { isRead, showError, showValue, thenOf } from './model.ts'
import type { Given, Remembered } from './memory.ts'
import { changedLater, isSameDecision, remembering } from './memory.ts'
import type { Called } from '../internal/walkTrace.ts'
import { call, fold } from '../internal/walkTrace.ts'
import { shaped, wrongAnswer, wrongDecision, wrongState } from '../internal/shapes.ts'
import type { Judged, Wrong } from './twice.ts'
import { impurity, twice, wrongBy } from './twice.ts'
import { none, some } from '../../internal/either.ts'

/** Watches what is read of the world as long as `f` runs, but for what may be read. */
export const watching = <A>(mayRead: ReadonlyArray<string>, f: () => A): A =>
  withAmbient(() => {
    restart()
    return f()
  }, mayRead)

export const purity = <C, S, E, R>(of: Case<C, S, E, R>): Found<C, S, E, R> => {
  const found = withAmbient(() => changing(of)) ?? otherwise(of)
  if (found !== undefined) tell(undefined)
  return found
}

/** What a walk gave so far. */
interface Walked<C, S, E, R> {
  readonly events: Array<E>
  readonly decisions: Array<Given<C, S, Decision<R, E>>>
  readonly states: Array<Given<E, S, S>>
}

const changing = <C, S, E, R>(of: Case<C, S, E, R>): Found<C, S, E, R> => {
  const walked: Walked<C, S, E, R> = { events: [], decisions: [], states: [] }
  const start = reading(() => of.decider.initialState)
  if (isRead(start.reads)) {
    const place = { name: 'initialState', given: [], state: start.value }
    return impure(of, place, wrongBy(start.reads), undefined)
  }
  let state = frozen(start.value)
  for (const command of of.commands) {
    const next = step(of, walked, command, state)
    if (next._tag === 'Found') return next.found
    state = next.state
    if (of.late?.() === true) break
  }
  return atEnd(of, walked, state.value)
}

/** Where a command leads, or what is wrong there. */
type Next<C, S, E, R> =
  | { readonly _tag: 'Found'; readonly found: Found<C, S, E, R> }
  | { readonly _tag: 'Next'; readonly state: Frozen<S> }

const step = <C, S, E, R>(
  of: Case<C, S, E, R>,
  { events, decisions, states }: Walked<C, S, E, R>,
  drawn: C,
  before: Frozen<S>,
): Next<C, S, E, R> => {
  const { decider, count, thorough } = of
  const command = frozen(drawn)
  const version = events.length
  const found = (
    name: string,
    how: Wrong<unknown>,
    decision?: Wrong<Decision<R, E>>,
  ): Next<C, S, E, R> => {
    const place = { name, given: events, command: drawn, state: before.value }
    return { _tag: 'Found', found: impure(of, place, how, decision) }
  }
  const isTerminal = () => decider.isTerminal(before.value)
  const ended = twice(isTerminal, asTerminal, [before], thorough)
  if (ended._tag === 'Wrong') return found('isTerminal', ended)
  const decide = () => decider.decide(command.value, before.value)
  const decided = twice(decide, asDecision, [command, before], thorough)
  if (decided._tag === 'Wrong') return found('decide', decided, decided)
  count(2)
  decisions.push(givenBy(decided, command.value, before.value, version))
  if (decided.value._tag === 'Left') return { _tag: 'Next', state: before }
  let state = before
  const asState = stateBy(of)
  for (const emitted of decided.value.right) {
    const met = state
    const args = [met, { value: emitted, writable: decided.writable }]
    const evolve = () => decider.evolve(met.value, emitted)
    const evolved = twice(evolve, asState, args, thorough)
    if (evolved._tag === 'Wrong') return found('evolve', evolved)
    count(1)
    states.push(givenBy(evolved, emitted, met.value, version))
    state = evolved
  }
  events.push(...decided.value.right)
  return { _tag: 'Next', state }
}

const givenBy = <A, S, B>(
  { raw, value }: { readonly raw: B; readonly value: B },
  asked: A,
  state: S,
  version: number,
): Given<A, S, B> => ({ raw, value, asked, state, version })

/** Who compares may write, and is told of later: not where a frozen copy keeps it from that. */
const eqOf = <C, S, E, R>({ eq }: Case<C, S, E, R>): Eq<S> =>
  eq === alike ? alike : { equals: (a, b) => eq.equals(copyOf(a), copyOf(b)) }

const asTerminal: Judged<boolean> = {
  eq: structural,
  wrong: wrongAnswer,
  advice: '',
}

const asDecision: Judged<unknown> = {
  eq: alike,
  wrong: wrongDecision,
  advice: 'events and rejections are data',
}

const stateBy = <C, S, E, R>(of: Case<C, S, E, R>): Judged<S> => ({
  eq: eqOf(of),
  wrong: wrongState,
  advice: 'the option eqState says when two states are the same',
})

/** Whether something is remembered that is not in the state. */
const atEnd = <C, S, E, R>(
  of: Case<C, S, E, R>,
  { events, decisions, states }: Walked<C, S, E, R>,
  state: S,
): Found<C, S, E, R> => {
  const { decider, thorough } = of
  const written = changedLater(decisions, thorough)
  if (written !== undefined) {
    const { asked: command, state: met, version } = written
    const place = { name: 'decide', given: events.slice(0, version), command, state: met }
    return impure(of, place, overwritten(written), undefined)
  }
  const over = changedLater(states, thorough)
  if (over !== undefined) {
    const place = { name: 'evolve', given: events.slice(0, over.version), state: over.state }
    return impure(of, place, overwritten(over), undefined)
  }
  const decide = (command: C, met: S) => decider.decide(command, met)
  const asDecided = { answer: decide, equals: alike.equals, isSame: isSameDecision }
  const decision = remembering(asDecided, decisions, state, thorough)
  if (decision !== undefined) {
    const wrong = remembers('it remembers what it decided before', decision)
    const place = { name: 'decide', given: events, command: decision.asked, state }
    return impure(of, place, wrong, wrong)
  }
  const evolve = (event: E, met: S) => decider.evolve(met, event)
  const asEvolved = { answer: evolve, equals: eqOf(of).equals, isSame: Object.is }
  const evolved = remembering(asEvolved, states, state, thorough)
  if (evolved === undefined) return undefined
  const wrong = remembers('it remembers what it led to before', evolved)
  const how = [...wrong.how, ...showValue('where the event was', evolved.asked)]
  return impure(of, { name: 'evolve', given: events, state }, { ...wrong, how }, undefined)
}

const remembers = <B>(what: string, { given, copy }: Remembered<unknown, B>): Wrong<B> => ({
  _tag: 'Wrong',
  what: `${impurity}: ${what}`,
  how: [...showValue('gave', given), ...showValue('and for copies of its arguments', copy)],
  varies: { _tag: 'Returned', value: given },
})

const overwritten = <B>({ raw, value }: Given<unknown, unknown, B>): Wrong<never> => ({
  _tag: 'Wrong',
  what: `${impurity}: it writes to what it gave before`,
  how: [...showValue('gave', value), ...showValue('and after a later call that was', raw)],
  varies: undefined,
})

/** Where a decision in the initial state is not what it was when the walks were drawn. */
const otherwise = <C, S, E, R>(of: Case<C, S, E, R>): Found<C, S, E, R> => {
  const { decider, earlier, commands } = of
  for (const one of earlier) {
    const state = decider.initialState
    if (one.type === 'Read') {
      // a walk that asks something is likely to show it by itself
      if (commands.length > 0) return readEarlier(of, one, state)
      continue
    }
    const { command, decision } = one
    const before = kept(command)
    const now = call(() => decider.decide(frozenCopy(command), state))
    before.restore()
    if (now._tag === 'Returned' && alike.equals(now.value, decision)) continue
    const later =
      now._tag === 'Threw'
        ? [`threw ${showError(now.error)} later`]
        : showValue('and later', now.value)
    const how = [...showValue('gave', decision), ...later]
    const wrong = { _tag: 'Wrong', what: impurity, how, varies: call(() => decision) } as const
    const found = impure(of, { name: 'decide', given: [], command, state }, wrong, wrong)
    // not what a call that is made twice shows
    return { ...found, name: 'earlier' }
  }
  return undefined
}

/** Where something was read when walks were drawn, and this one does not show it. */
const readEarlier = <C, S, E, R>(
  of: Case<C, S, E, R>,
  { name, reads, asked, again }: Earlier<C, E, R> & { readonly type: 'Read' },
  state: S,
): Violation<C, S, E, R> => {
  const keeps = isRead(again()) ? '' : ', and keeps it'
  const how = [
    `read it when walks were drawn${keeps}`,
    ...asked.flatMap((value) => showValue('asked with', value)),
  ]
  const found = impure(of, { name, given: [], state }, { ...wrongBy(reads), how }, undefined)
  return { ...found, name: 'earlier' }
}

/** What is not pure, and where. */
interface Place<C, S, E> {
  readonly name: string
  readonly given: ReadonlyArray<E>
  readonly command?: C
  readonly state: S
}

const impure = <C, S, E, R>(
  of: Case<C, S, E, R>,
  place: Place<C, S, E>,
  { what, how }: Wrong<unknown>,
  decided: Wrong<Decision<R, E>> | undefined,
): Violation<C, S, E, R> => {
  const { name, given, state } = place
  const at = 'command' in place ? some(place.command) : none
  return {
    law: 'B1',
    name,
    what: `${name} ${what}`,
    given,
    command: at,
    ...(at._tag === 'None'
      ? { shows: { type: 'State', state } as const, fails: 'varies' as const }
      : shown(of, given, at.value, decided?.varies)),
    expected: 'the same result twice on frozen arguments, nothing thrown, and nothing else read',
    seen: how.map((line, i) => (i === 0 ? `${name} ${line}` : line)),
    state,
  }
}

/** What a test shows that is made of it: there, nothing is frozen. */
const shown = <C, S, E, R>(
  of: Case<C, S, E, R>,
  given: ReadonlyArray<E>,
  command: C,
  varies: Called<Decision<R, E>> | undefined,
): Pick<Violation<C, S, E, R>, 'shows' | 'fails'> => {
  const decider = shaped(of.decider)
  const decide = () =>
    call(() => {
      const state = fold(decider, copyOf(decider.initialState), copyOf(given))
      return copyOf(decider.decide(copyOf(command), state))
    })
  const before = kept([decider.initialState, given, command])
  const first = varies ?? decide()
  const stays = varies === undefined && structural.equals(first, decide())
  before.restore()
  if (first._tag === 'Threw') {
    return { shows: { type: 'Events', events: [] }, fails: 'throws' }
  }
  return { shows: thenOf(first.value), fails: stays ? false : 'varies' }
}
