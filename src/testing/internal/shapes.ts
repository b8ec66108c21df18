/**
 * What the functions of a decider, and those that judge it, have to give, and what is wrong where they
 * give something else: a sentence for each case, to be read after the name of the function. The types
 * say so much already; this is for where they were talked out of it, or were never there.
 *
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Decider, Transition } from '../../Decider.ts'
import { oneLine } from './source.ts'

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null

/** Nobody waits for a promise that should not be there: where it is rejected, that is no more news. */
const isPromise = (value: unknown): boolean => {
  if (value instanceof Promise) value.catch(() => undefined)
  return isObject(value) && typeof Reflect.get(value, 'then') === 'function'
}

/** What a value is, short enough for a sentence. */
const named = (value: unknown): string => {
  const text = oneLine(value)
  return text.length <= 60 ? text : `${text.slice(0, 60)} …`
}

const waits = 'what has to be waited for is read before, and comes with the command'

/** What is wrong with what decide gave; `undefined` where nothing is. */
export const wrongDecision = (decision: unknown): string | undefined =>
  wrongEither(decision, wrongEvents)

const wrongEither = (
  decision: unknown,
  wrongRight: (right: unknown) => string | undefined,
): string | undefined => {
  if (decision === undefined) return 'gives undefined and no Either: is a return missing?'
  if (isPromise(decision)) return `gives a promise and no Either: decide is not async; ${waits}`
  if (Array.isArray(decision)) return 'gives events outside of an Either: right(events) is one'
  if (!isObject(decision)) return `gives ${named(decision)} and no Either`
  const tag: unknown = Reflect.get(decision, '_tag')
  if (tag === 'Left' && 'left' in decision) return undefined
  if (tag === 'Right') return wrongRight(Reflect.get(decision, 'right'))
  return `gives ${named(decision)} and no Either: that has the tag Left or Right`
}

const wrongEvents = (events: unknown): string | undefined => {
  if (isPromise(events)) return `gives a promise of events: decide is not async; ${waits}`
  if (!Array.isArray(events)) {
    return `gives ${named(events)} and no list of events: one event is right([event])`
  }
  for (let i = 0; i < events.length; i++) {
    const event: unknown = events[i]
    if (!(i in events)) return `emitted a sparse array: there is nothing at ${i}`
    if (event === undefined) return `emitted undefined at ${i}: it is no event`
    if (isPromise(event)) return `emitted a promise at ${i}: decide is not async; ${waits}`
  }
  return undefined
}

const wrongStep = (outcome: unknown): string | undefined =>
  wrongEither(outcome, (right) =>
    isObject(right)
      ? (wrongEvents(Reflect.get(right, 'events')) ?? wrongState(Reflect.get(right, 'state')))
      : `gives ${named(right)} and no events with a state`,
  )

/** What is wrong with what a codec gave. */
export const wrongResult = (result: unknown): string | undefined =>
  isPromise(result)
    ? 'gives a promise and no Either: a codec is not async'
    : wrongEither(result, () => undefined)

/** What is wrong with what a function gave that lists things to try. */
const wrongList = (list: unknown): string | undefined => {
  if (isPromise(list)) return 'gives a promise and no list: it is not async'
  return Array.isArray(list) ? undefined : `gives ${named(list)} and no list`
}

const wrongValue = (value: unknown): string | undefined =>
  isPromise(value) ? 'gives a promise: it is not async' : undefined

/** What is wrong with what evolve gave. */
export const wrongState = (state: unknown): string | undefined =>
  isPromise(state)
    ? 'gives a promise and no state: evolve is not async; what it needs is in the event'
    : undefined

/** What is wrong with what a predicate gave, such as isTerminal or an invariant. */
export const wrongAnswer = (answer: unknown): string | undefined => {
  if (typeof answer === 'boolean') return undefined
  if (isPromise(answer)) return 'gives a promise, which is neither true nor false: it is not async'
  if (answer === undefined) return 'gives undefined, not true or false: is a return missing?'
  return `gives ${named(answer)}, which is neither true nor false`
}

/** What a predicate gave; throws where that is neither true nor false. */
export const answer = (given: boolean): boolean => checked('it', given, wrongAnswer)

/** What a function gave; throws where that is a promise. */
export const settled = <A>(name: string, value: A): A => checked(name, value, wrongValue)

/** What a function gave that lists things to try; throws where that is no list. */
export const listed = <A>(name: string, list: ReadonlyArray<A>): ReadonlyArray<A> =>
  checked(name, list, wrongList)

/** What a step of a system came to; throws where that is no Either, or holds no list of events. */
export const stepped = <S, E, R>(
  outcome: Either<R, Transition<S, E>>,
): Either<R, Transition<S, E>> => checked('it', outcome, wrongStep)

/** A predicate that says nothing but true or false, and throws where it would say something else. */
export const answering =
  <A extends ReadonlyArray<unknown>>(name: string, ask: (...args: A) => boolean) =>
  (...args: A): boolean =>
    checked(name, ask(...args), wrongAnswer)

const checked = <A>(name: string, value: A, wrong: (value: A) => string | undefined): A => {
  const fault = wrong(value)
  if (fault !== undefined) throw new TypeError(`${name} ${fault}`)
  return value
}

/** The same decider, which throws where one of its functions gives what it may not. */
export const shaped = <C, S, E, R>(decider: Decider<C, S, E, R>): Decider<C, S, E, R> => ({
  initialState: decider.initialState,
  decide: (command, state) => checked('decide', decider.decide(command, state), wrongDecision),
  evolve: (state, event) => checked('evolve', decider.evolve(state, event), wrongState),
  isTerminal: answering('isTerminal', (state) => decider.isTerminal(state)),
})
