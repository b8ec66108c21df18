/**
 * Checks of B1 at the end of a walk: that earlier results have not changed, and that nothing is remembered
 * outside of the state.
 */
import { structural } from '../../Diff.ts'
import { isObject, isPlain } from '../../internal/parts.ts'
import { frozenCopy } from '../internal/copy.ts'
import type { DecidedEvents } from './model.ts'
import { call } from '../internal/walkTrace.ts'

/** The result of a call during a walk, and a frozen copy that was made at once. */
export interface PastResult<out A, out S, out B> {
  readonly raw: B
  readonly value: B
  /** The command or event, and the state. */
  readonly asked: A
  readonly state: S
  /** How many events had been emitted. */
  readonly version: number
}

/** How many results are checked: a function that reuses an object does so from the start. */
const mostResults = 8

/** The first result that has changed since it was returned. */
export const changedLater = <A, S, B>(
  results: ReadonlyArray<PastResult<A, S, B>>,
  thorough: boolean,
): PastResult<A, S, B> | undefined =>
  results
    .slice(0, thorough ? results.length : mostResults)
    .find(({ raw, value }) => !structural.equals(raw, value))

/** How many commands and events of a walk are tried again. */
const mostRecalled = 4

/** A command or event whose copy leads to another result. */
export interface Remembered<out A, out B> {
  readonly asked: A
  readonly given: B
  readonly copy: B
}

/** The function that is called again, and how its results compare. */
export interface Recalled<in A, in S, in out B> {
  readonly answer: (asked: A, state: S) => B
  readonly equals: (a: B, b: B) => boolean
  /** Whether it is the very same object. */
  readonly isSame: (a: B, b: B) => boolean
}

/**
 * Finds a result that was memoised by the command or event, or by the state: in the last state of the walk,
 * the object itself leads to another result than a copy of it. Before that, the call in the object's own
 * state is repeated, in case only the last result is memoised. If the very same result is returned, it may be
 * memoised by the command or event as a string: then the fields of the copy are in another order.
 */
export const remembering = <A, S, B>(
  { answer, equals, isSame }: Recalled<A, S, B>,
  results: ReadonlyArray<PastResult<A, S, B>>,
  state: S,
  thorough: boolean,
): Remembered<A, B> | undefined => {
  const every = thorough ? 1 : Math.ceil(results.length / mostRecalled)
  for (const { asked, state: met } of results.filter((_, i) => i % every === 0)) {
    const before = call(() => answer(asked, met))
    const again = call(() => answer(asked, state))
    if (before._tag === 'Threw' || again._tag === 'Threw') continue
    const other = isSame(again.value, before.value) ? reordered(asked) : asked
    const copy = call(() => answer(frozenCopy(other), frozenCopy(state)))
    if (copy._tag === 'Threw' || equals(again.value, copy.value)) continue
    return { asked, given: again.value, copy: copy.value }
  }
  return undefined
}

export const isSameDecision = <R, E>(a: DecidedEvents<R, E>, b: DecidedEvents<R, E>): boolean =>
  Object.is(a, b) || (a._tag === 'Right' && b._tag === 'Right' && a.right === b.right)

/** The same fields in another order, which makes no difference to a pure decider. */
const reordered = <A>(asked: A): A => {
  if (!isObject(asked) || Array.isArray(asked) || !isPlain(asked)) return asked
  // the same fields with the same values
  return Object.fromEntries(Object.entries(asked).reverse()) as A
}
