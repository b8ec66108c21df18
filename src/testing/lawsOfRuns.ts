/**
 * The laws of running commands: B1, B3, B10 and B11.
 *
 * @internal
 */
import { structural } from '../Diff.ts'
import type { Eq } from 'fp-ts/lib/Eq.js'
import type { Frozen } from './frozen.ts'
import { copyOf, frozen, frozenCopy } from './frozen.ts'
import { kept } from './kept.ts'
import type { Case, Decision, Found, Then, Violation } from './lawCase.ts'
import { none, showDecision, showError, showValue, some, thenOf } from './lawCase.ts'
import type { Called } from './lawTrace.ts'
import { call, fold, traceOf } from './lawTrace.ts'

/**
 * B1: every call is made twice, on frozen copies. What can't be frozen is looked at after each call;
 * where that shows nothing, what is private was written to if decide answers otherwise than earlier.
 */
export const purity = <C, S, E, R>(of: Case<C, S, E, R>): Found<C, S, E, R> => {
  const { decider, commands, count } = of
  // who compares may write, and is told of later: not where a frozen copy keeps it from that
  const eq: Eq<S> = of.eq === same ? same : { equals: (a, b) => of.eq.equals(copyOf(a), copyOf(b)) }
  const given: Array<E> = []
  let state = frozen(decider.initialState)
  for (const drawn of commands) {
    const command = frozen(drawn)
    const before = state
    const wrong = (name: string, { how }: Wrong<unknown>, decision?: Decision<R, E>) =>
      impure(name, { given, command: drawn, state: before.value }, how, decision)
    const ended = twice(() => decider.isTerminal(before.value), structural, [before])
    if (ended._tag === 'Wrong') return wrong('isTerminal', ended)
    const decide = () => decider.decide(command.value, before.value)
    const decided = twice(decide, structural, [command, before])
    if (decided._tag === 'Wrong') return wrong('decide', decided, decided.first)
    count(2)
    if (decided.value._tag === 'Left') continue
    for (const emitted of decided.value.right) {
      const event = { value: emitted, writable: decided.writable }
      const met = state
      const evolved = twice(() => decider.evolve(met.value, emitted), eq, [met, event])
      if (evolved._tag === 'Wrong') return wrong('evolve', evolved, decided.value)
      count(1)
      state = evolved
    }
    for (const emitted of decided.value.right) given.push(emitted)
  }
  return otherwise(of)
}

/** Where a decision in the initial state is not what it was when the walks were drawn. */
const otherwise = <C, S, E, R>({ decider, earlier }: Case<C, S, E, R>): Found<C, S, E, R> => {
  for (const { command, decision } of earlier) {
    const state = decider.initialState
    const before = kept(command)
    const now = call(() => decider.decide(frozenCopy(command), state))
    before.restore()
    if (now._tag === 'Returned' && structural.equals(now.value, decision)) continue
    const later =
      now._tag === 'Threw'
        ? [`threw ${showError(now.error)} later`]
        : showValue('and later', now.value)
    const how = [...showValue('gave', decision), ...later]
    const found = impure('decide', { given: [], command, state }, how, decision)
    // not what a call that is made twice shows
    return { ...found, name: 'earlier' }
  }
  return undefined
}

interface Wrong<out A> {
  readonly _tag: 'Wrong'
  readonly how: ReadonlyArray<string>
  readonly first: A | undefined
}

type Twice<A> = Wrong<A> | (Frozen<A> & { readonly _tag: 'Same' })

/** A frozen copy of what a call gives, where calling it again gives the same and changes nothing. */
const twice = <A>(f: () => A, eq: Eq<A>, args: ReadonlyArray<Frozen<unknown>>): Twice<A> => {
  // plain objects and arrays are frozen, the rest is looked at
  const before = args.some(({ writable }) => writable) ? kept(args) : undefined
  const wrong = (how: ReadonlyArray<string>, first?: A): Wrong<A> => {
    const changed = before?.changed() === true
    before?.restore()
    return { _tag: 'Wrong', how: changed ? [...how, 'changed its arguments'] : how, first }
  }
  const first = call(f)
  if (first._tag === 'Threw') return wrong([`threw ${showError(first.error)}`])
  const { value, writable } = frozen(first.value)
  const second = call(f)
  if (second._tag === 'Threw') return wrong([`threw ${showError(second.error)} when called again`])
  if (!eq.equals(value, second.value)) {
    return wrong([...showValue('gave', value), ...showValue('and then', second.value)], value)
  }
  if (before?.changed() === true) return wrong([], value)
  return { _tag: 'Same', value, writable }
}

const impure = <C, S, E, R>(
  name: string,
  {
    given,
    command,
    state,
  }: { readonly given: ReadonlyArray<E>; readonly command: C; readonly state: S },
  how: ReadonlyArray<string>,
  decision: Decision<R, E> | undefined,
): Violation<C, S, E, R> => ({
  law: 'B1',
  name,
  what: `${name} is not pure`,
  given,
  command: some(command),
  shows: decision === undefined ? { type: 'Events', events: [] } : thenOf(decision),
  fails: false,
  expected: 'the same result twice on frozen arguments, and nothing thrown',
  seen: how.map((line, i) => (i === 0 ? `${name} ${line}` : line)),
  state,
})

/** B3: what the run led to is what its events fold to. */
export const replays = <C, S, E, R>(of: Case<C, S, E, R>): Found<C, S, E, R> => {
  const { decider, trace, eq, count } = of
  if (trace.events.length === 0) return undefined
  count(1)
  const replayed = fold(decider, decider.initialState, trace.events)
  if (eq.equals(replayed, trace.state)) return undefined
  return {
    law: 'B3',
    name: '',
    what: 'the events of a run fold to another state than the run led to',
    given: trace.events,
    command: none,
    shows: { type: 'State', state: trace.state },
    fails: true,
    expected: 'the state that the run led to',
    seen: showValue('replayed to', replayed),
    state: trace.state,
  }
}

/** B10: without the refused commands all goes the same. */
export const refusals = <C, S, E, R>(of: Case<C, S, E, R>): Found<C, S, E, R> => {
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
    if (step !== undefined && structural.equals(step.decision, decision)) continue
    return {
      law: 'B10',
      name: '',
      what: 'refused commands, left out, make a difference to one that comes later',
      given: trace.events.slice(0, version),
      command: some(command),
      shows: step === undefined ? thenOf(decision) : thenOf(step.decision),
      fails: false,
      expected:
        step === undefined
          ? 'the same decision'
          : 'the decision without the refused commands, as it is shown above',
      seen: showDecision(decision),
      state: before,
    }
  }
  return eq.equals(without.state, trace.state) ? undefined : otherEnd(of, without.state)
}

const otherEnd = <C, S, E, R>({ trace }: Case<C, S, E, R>, without: S): Found<C, S, E, R> => ({
  law: 'B10',
  name: '',
  what: 'refused commands, left out, make a difference to the state',
  given: trace.events,
  command: none,
  shows: { type: 'State', state: without },
  fails: false,
  expected: 'the same state without the refused commands',
  seen: showValue('with them', trace.state),
  state: trace.state,
})

/** Histories are replayed for at most about so many steps of a walk, the last one among them. */
const mostReplays = 20

/** B11: decided on the stored state and on the replayed events, a command emits the same. */
export const stored = <C, S, E, R>(of: Case<C, S, E, R>): Found<C, S, E, R> => {
  const { decider, trace, thorough, count } = of
  const every = thorough ? 1 : Math.ceil(trace.steps.length / mostReplays)
  let state = copyOf(decider.initialState)
  for (const [i, { command, version, decision }] of trace.steps.entries()) {
    if ((trace.steps.length - 1 - i) % every === 0) {
      const history = trace.events.slice(0, version)
      const byState = call(() => decider.decide(command, state))
      const byEvents = call(() =>
        decider.decide(command, fold(decider, decider.initialState, history)),
      )
      count(1)
      if (!structural.equals(byState, byEvents)) {
        return apart({ command, given: history, state }, byState, byEvents)
      }
    }
    if (decision._tag === 'Right') state = copyOf(fold(decider, state, decision.right))
  }
  return undefined
}

const apart = <C, S, E, R>(
  at: { readonly command: C; readonly given: ReadonlyArray<E>; readonly state: S },
  byState: Called<Decision<R, E>>,
  byEvents: Called<Decision<R, E>>,
): Found<C, S, E, R> => {
  const shows: Then<S, E, R> =
    byState._tag === 'Threw' ? { type: 'Events', events: [] } : thenOf(byState.value)
  return {
    law: 'B11',
    name: '',
    what: 'a copy of the state, as a store gives it back, and the replayed events decide differently',
    given: at.given,
    command: some(at.command),
    shows,
    fails: true,
    expected: 'the same decision from both',
    seen: [...showCalled('stored state', byState), ...showCalled('replayed events', byEvents)],
    state: at.state,
  }
}

const showCalled = <R, E>(name: string, called: Called<Decision<R, E>>): ReadonlyArray<string> => {
  const shown =
    called._tag === 'Threw'
      ? `threw ${showError(called.error)}`
      : showDecision(called.value).join('\n')
  return `${name}: ${shown}`.split('\n')
}
