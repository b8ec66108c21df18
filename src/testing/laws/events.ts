/**
 * The laws of events: B2, B4 and B9.

 */
import type { EncodedEvent, EventCodec } from '../../codec/EventCodec.ts'
import { showIssue } from '../../codec/Codec.ts'
import { alike } from '../internal/alike.ts'
import { differences } from '../internal/differences.ts'
import type { LawCase, FoundViolation, Violation } from './model.ts'
import { shareOf, showError, valueLines, violationOf } from './model.ts'
import { firstBroken } from './steps.ts'
import type { CallResult } from '../internal/walkTrace.ts'
import { call, fold } from '../internal/walkTrace.ts'
import { wrongAnswer, wrongResult, wrongState } from '../internal/shapes.ts'

/**
 * Histories are cut at about 8 places at most, including the last one, and at fewer if that would fold more
 * than about 5,000 events.
 */
const mostCuts = 8
const mostFolded = 5_000

/** B2: folding a history in two parts gives the same as folding it at once. */
export const folds = <C, S, E, R>(of: LawCase<C, S, E, R>): FoundViolation<C, S, E, R> => {
  const { decider, trace, eq, thorough, count } = of
  const { events } = trace
  const cuts = Math.max(1, Math.min(mostCuts, Math.floor(mostFolded / events.length)))
  const every = thorough ? 1 : Math.ceil(events.length / cuts)
  for (let cut = events.length - 1; cut > 0; cut -= every) {
    const before = fold(decider, decider.initialState, events.slice(0, cut))
    // in between, to catch an evolve that only goes on from its last result
    const whole = fold(decider, decider.initialState, events)
    const parts = fold(decider, before, events.slice(cut))
    count(1)
    if (eq.equals(whole, parts)) continue
    return violationOf({
      law: 'B2',
      what: `the first ${cut} events and then the rest fold to another state than all ${events.length}`,
      given: events,
      shows: { type: 'State', state: whole },
      fails: false,
      expected: 'the same state from both',
      seen: [...valueLines('all at once', whole), ...valueLines('in two parts', parts)],
      state: whole,
    })
  }
  return undefined
}

/** Up to 200 pairs of a state and a stray event are all tried, of more a share. */
const mostStrayPairs = 200

/** B4: any event leads to a state, and one that does not apply leaves the state as it was. */
export const totality = <C, S, E, R>(of: LawCase<C, S, E, R>): FoundViolation<C, S, E, R> => {
  const { trace, strays, thorough } = of
  const each = shareOf(strays.length, trace.states.length, mostStrayPairs, thorough)
  for (const [version, state] of trace.states.entries()) {
    for (let i = 0; i < each; i++) {
      // each <= length, so the index is in range
      const event = strays[(version * each + i) % strays.length] as E
      const found = strayEvent(of, version, state, event)
      if (found !== undefined) return found
    }
  }
  return undefined
}

const strayEvent = <C, S, E, R>(
  of: LawCase<C, S, E, R>,
  version: number,
  state: S,
  event: E,
): FoundViolation<C, S, E, R> => {
  of.count(1)
  const straying = strayingOf(of, version, event)
  const evolved = call(() => of.decider.evolve(state, event))
  if (evolved._tag === 'Threw') {
    const seen = [`evolve threw ${showError(evolved.error)}`]
    return straying('evolve', 'evolve throws on an event', 'a state', seen, state, true)
  }
  const after = evolved.value
  const shape = wrongState(after)
  if (shape !== undefined) {
    const seen = valueLines('led to', after)
    return straying('evolve', `evolve ${shape}`, 'a state', seen, state, false)
  }
  // unless somebody says that it applies, it is part of no history, and leads to no state of one
  if (of.applicable === undefined) return undefined
  if (of.applicable(event, state)) return brokenByStray(of, straying, state, event, after)
  if (of.applies === undefined || of.eq.equals(state, after)) return undefined
  const what = 'an event that does not apply changes the state'
  return straying(
    'applies',
    what,
    'the state that it met',
    valueLines('led to', after),
    state,
    true,
  )
}

/** An event that applies keeps the invariants that hold before it. */
const brokenByStray = <C, S, E, R>(
  { invariants, changes }: LawCase<C, S, E, R>,
  straying: ReturnType<typeof strayingOf<C, S, E, R>>,
  state: S,
  event: E,
  after: S,
): FoundViolation<C, S, E, R> => {
  const holding = invariants.filter(([, holds]) => isTrue(call(() => holds(state))))
  const wrong =
    firstBroken(holding, (holds) => holds(after)) ??
    firstBroken(changes, (holds) => holds(state, event, after))
  if (wrong === undefined) return undefined
  const what = `an event that applies breaks ${wrong.name}: ${wrong.how}`
  const expected = `${wrong.name} to hold, wherever the event comes from`
  return straying(wrong.name, what, expected, valueLines('led to', after), after, false)
}

const isTrue = (called: CallResult<boolean>): boolean =>
  called._tag === 'Returned' && wrongAnswer(called.value) === undefined && called.value

/** A scenario that leads to `to`, or fails because the event should leave the state as it was. */
const strayingOf =
  <C, S, E, R>({ trace }: LawCase<C, S, E, R>, version: number, event: E) =>
  (
    name: string,
    what: string,
    expected: string,
    seen: ReadonlyArray<string>,
    to: S,
    fails: boolean,
  ): Violation<C, S, E, R> =>
    violationOf({
      law: 'B4',
      name,
      what,
      given: [...trace.events.slice(0, version), event],
      shows: { type: 'State', state: to },
      fails,
      expected,
      seen,
      // a version of the trace
      state: trace.states[version] as S,
    })

/** B9: events survive their codec, and old ones lead where their successors lead. */
export const codecs = <C, S, E, R>(of: LawCase<C, S, E, R>): FoundViolation<C, S, E, R> => {
  const { codec, trace, strays, old, count } = of
  if (codec === undefined && old.length > 0) throw new Error('old events need a codec')
  if (codec === undefined) return undefined
  for (const [version, event] of trace.events.entries()) {
    count(1)
    const wrong = roundTrip(codec, event)
    if (wrong !== undefined) return lostEvent(of, version, event, wrong)
  }
  for (const event of strays) {
    // not an event, so not encoded
    const encoded = call(() => codec.encode(event))
    if (encoded._tag === 'Returned' && encoded.value._tag === 'Left') continue
    count(1)
    const wrong = roundTrip(codec, event)
    if (wrong !== undefined) return lostEvent(of, 0, event, wrong)
  }
  for (const { encoded, becomes } of old) {
    const found = successor(of, codec, encoded, becomes)
    if (found !== undefined) return found
  }
  return undefined
}

/** What is wrong with an event that was encoded and decoded, also through JSON. */
const roundTrip = <E>(codec: EventCodec<E>, event: E): ReadonlyArray<string> | undefined => {
  const encoded = call(() => codec.encode(event))
  if (encoded._tag === 'Threw') return [`encode threw ${showError(encoded.error)}`]
  const wrong = wrongResult(encoded.value)
  if (wrong !== undefined) return [`encode ${wrong}`]
  if (encoded.value._tag === 'Left') {
    return ['encode rejected it', ...encoded.value.left.issues.map(showIssue)]
  }
  const plain = encoded.value.right
  // JSON of what was encoded, as a store keeps it; decode checks it
  const parsed = call(() => JSON.parse(JSON.stringify(plain)) as EncodedEvent)
  if (parsed._tag === 'Threw') return [`JSON.stringify threw ${showError(parsed.error)}`]
  return (
    decodesTo(codec, plain, event, '') ?? decodesTo(codec, parsed.value, event, ' through JSON')
  )
}

const decodesTo = <E>(
  codec: EventCodec<E>,
  encoded: EncodedEvent,
  event: E,
  how: string,
): ReadonlyArray<string> | undefined => {
  const decoded = call(() => codec.decode(encoded))
  if (decoded._tag === 'Threw') return [`decode threw${how} ${showError(decoded.error)}`]
  const { value } = decoded
  const wrong = wrongResult(value)
  if (wrong !== undefined) return [`decode ${wrong}`]
  if (value._tag === 'Left')
    return [`decode rejected it${how}`, ...value.left.issues.map(showIssue)]
  if (alike.equals(event, value.right)) return undefined
  return [`came back${how} as another event`, ...differences(event, value.right)]
}

const lostEvent = <C, S, E, R>(
  { decider, trace }: LawCase<C, S, E, R>,
  version: number,
  event: E,
  wrong: ReadonlyArray<string>,
): Violation<C, S, E, R> => {
  const state = trace.states[version] as S // a version of the trace
  const after = call(() => decider.evolve(state, event))
  return violationOf({
    law: 'B9',
    name: 'round trip',
    what: 'an event does not survive its codec',
    given: [...trace.events.slice(0, version), event],
    shows: { type: 'State', state: after._tag === 'Returned' ? after.value : state },
    fails: after._tag === 'Returned' ? false : 'throws',
    expected: 'the event itself',
    seen: [...valueLines('event', event), ...wrong],
    state,
  })
}

const successor = <C, S, E, R>(
  { decider, trace, eq, count }: LawCase<C, S, E, R>,
  codec: EventCodec<E>,
  encoded: EncodedEvent,
  becomes: E,
): FoundViolation<C, S, E, R> => {
  const decoded = call(() => codec.decode(encoded))
  for (const [version, state] of trace.states.entries()) {
    count(1)
    const expected = fold(decider, state, [becomes])
    const seen = wrongSuccessor(decoded, (event) => {
      const after = fold(decider, state, [event])
      if (eq.equals(expected, after)) return undefined
      return [...valueLines('decoded to', event), ...valueLines('led to', after)]
    })
    if (seen === undefined) continue
    return violationOf({
      law: 'B9',
      name: 'old events',
      what: 'an old event does not lead to what its successor leads to',
      given: [...trace.events.slice(0, version), becomes],
      shows: { type: 'State', state: expected },
      fails: false,
      expected: 'the state that its successor gives',
      seen: [...valueLines('old event', encoded), ...seen],
      state,
    })
  }
  return undefined
}

const wrongSuccessor = <E>(
  decoded: CallResult<ReturnType<EventCodec<E>['decode']>>,
  wrongEvent: (event: E) => ReadonlyArray<string> | undefined,
): ReadonlyArray<string> | undefined => {
  if (decoded._tag === 'Threw') return [`decode threw ${showError(decoded.error)}`]
  return decoded.value._tag === 'Left'
    ? ['decode rejected it', ...decoded.value.left.issues.map(showIssue)]
    : wrongEvent(decoded.value.right)
}
