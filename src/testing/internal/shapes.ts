/**
 * What the functions of a decider, and those that test it, have to return, and what is wrong if they
 * return something else: a sentence for each case, to be read after the name of the function. The types
 * say this already; it is for code that casts, and for JavaScript.

 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Decider, Transition } from '../../Decider.ts'
import { isObject } from '../../internal/parts.ts'
import { sourceLine } from './source.ts'

/** Nobody awaits an unexpected promise, so its rejection is ignored. */
const isPromise = (value: unknown): boolean => {
  if (value instanceof Promise) value.catch(() => undefined)
  return isObject(value) && typeof Reflect.get(value, 'then') === 'function'
}

/** A value, short enough for a sentence. */
const briefly = (value: unknown): string => {
  const text = sourceLine(value)
  return text.length <= 60 ? text : `${text.slice(0, 60)} …`
}

const awaitedResult = 'read what must be awaited before, and pass it in the command'

/** What is wrong with a result of decide; `undefined` if nothing is. */
export const wrongDecision = (decision: unknown): string | undefined =>
  wrongEither(decision, wrongEvents)

const wrongEither = (
  decision: unknown,
  wrongRight: (right: unknown) => string | undefined,
): string | undefined => {
  if (decision === undefined) return 'returns undefined instead of an Either: is a return missing?'
  if (isPromise(decision))
    return `returns a promise instead of an Either: decide is not async; ${awaitedResult}`
  if (Array.isArray(decision)) return 'returns events without an Either: use right(events)'
  if (!isObject(decision)) return `returns ${briefly(decision)} instead of an Either`
  const tag: unknown = Reflect.get(decision, '_tag')
  if (tag === 'Left' && 'left' in decision) return undefined
  if (tag === 'Right') return wrongRight(Reflect.get(decision, 'right'))
  return `returns ${briefly(decision)} instead of an Either, which has the tag Left or Right`
}

const wrongEvents = (events: unknown): string | undefined => {
  if (isPromise(events)) return `returns a promise of events: decide is not async; ${awaitedResult}`
  if (!Array.isArray(events)) {
    return `returns ${briefly(events)} instead of an array of events: for one event, use right([event])`
  }
  for (let i = 0; i < events.length; i++) {
    const event: unknown = events[i]
    if (!(i in events)) return `emitted a sparse array: index ${i} is empty`
    if (event === undefined) return `emitted undefined at index ${i}`
    if (isPromise(event))
      return `emitted a promise at index ${i}: decide is not async; ${awaitedResult}`
  }
  return undefined
}

const wrongStep = (outcome: unknown): string | undefined =>
  wrongEither(outcome, (right) =>
    isObject(right)
      ? (wrongEvents(Reflect.get(right, 'events')) ?? wrongState(Reflect.get(right, 'state')))
      : `returns ${briefly(right)} instead of events with a state`,
  )

/** What is wrong with a result of a codec. */
export const wrongResult = (result: unknown): string | undefined =>
  isPromise(result)
    ? 'returns a promise instead of an Either: a codec is not async'
    : wrongEither(result, () => undefined)

/** What is wrong with a list of things to try. */
const wrongList = (list: unknown): string | undefined => {
  if (isPromise(list)) return 'returns a promise instead of an array: it is not async'
  return Array.isArray(list) ? undefined : `returns ${briefly(list)} instead of an array`
}

const wrongValue = (value: unknown): string | undefined =>
  isPromise(value) ? 'returns a promise: it is not async' : undefined

/** What is wrong with a result of evolve. */
export const wrongState = (state: unknown): string | undefined =>
  isPromise(state)
    ? 'returns a promise instead of a state: evolve is not async; put what it needs into the event'
    : undefined

/** What is wrong with a result of a predicate, such as isTerminal or an invariant. */
export const wrongAnswer = (answer: unknown): string | undefined => {
  if (typeof answer === 'boolean') return undefined
  if (isPromise(answer)) return 'returns a promise instead of a boolean: it is not async'
  if (answer === undefined) return 'returns undefined instead of a boolean: is a return missing?'
  return `returns ${briefly(answer)} instead of a boolean`
}

/** The result of a predicate. Throws if it is not a boolean. */
export const booleanResult = (given: boolean): boolean => orTypeError('it', given, wrongAnswer)

/** The result of a function. Throws if it is a promise. */
export const settled = <A>(name: string, value: A): A => orTypeError(name, value, wrongValue)

/** A list of things to try. Throws if it is not an array. */
export const listed = <A>(name: string, list: ReadonlyArray<A>): ReadonlyArray<A> =>
  orTypeError(name, list, wrongList)

/** The result of a step of a system. Throws if it is not an Either of a transition. */
export const shapedStep = <S, E, R>(
  outcome: Either<R, Transition<S, E>>,
): Either<R, Transition<S, E>> => orTypeError('it', outcome, wrongStep)

/** The same predicate. Throws if it does not return a boolean. */
export const answering =
  <A extends ReadonlyArray<unknown>>(name: string, ask: (...args: A) => boolean) =>
  (...args: A): boolean =>
    orTypeError(name, ask(...args), wrongAnswer)

const orTypeError = <A>(name: string, value: A, wrong: (value: A) => string | undefined): A => {
  const fault = wrong(value)
  if (fault !== undefined) throw new TypeError(`${name} ${fault}`)
  return value
}

/** The same decider. Throws if one of its functions returns what it may not. */
export const shaped = <C, S, E, R>(decider: Decider<C, S, E, R>): Decider<C, S, E, R> => ({
  initialState: decider.initialState,
  decide: (command, state) => orTypeError('decide', decider.decide(command, state), wrongDecision),
  evolve: (state, event) => orTypeError('evolve', decider.evolve(state, event), wrongState),
  isTerminal: answering('isTerminal', (state) => decider.isTerminal(state)),
})
