/**
 * What B1 asks at the end of a walk: whether earlier results are still what they were, and whether
 * something is remembered outside of the state.
 *
 * @internal
 */
import { structural } from '../../Diff.ts'
import { isObject, isPlain } from '../../internal/parts.ts'
import { alike } from '../internal/alike.ts'
import { frozenCopy } from '../internal/copy.ts'
import type { Decision } from './model.ts'
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

/** An object that is reused is reused from the start: the first results are enough. */
const mostResults = 8

/** The first result that is not what it was. */
export const changedLater = <A, S, B>(
  results: ReadonlyArray<PastResult<A, S, B>>,
  thorough: boolean,
): PastResult<A, S, B> | undefined =>
  results
    .slice(0, thorough ? results.length : mostResults)
    .find(({ raw, value }) => !structural.equals(raw, value))

/** How many commands of a walk are decided again. */
const mostCommands = 4

/** A command whose copy is decided differently. */
export interface Remembered<out C, out R, out E> {
  readonly command: C
  readonly given: Decision<R, E>
  readonly copy: Decision<R, E>
}

/**
 * A decision that was memoised by its command or by its state: in the last state, the command itself
 * gets another answer than a copy of it. If the very same object comes back, it may be memoised by the
 * command as a string: then the copy has its fields in another order.
 */
export const remembering = <C, S, E, R>(
  decide: (command: C, state: S) => Decision<R, E>,
  decisions: ReadonlyArray<PastResult<C, S, Decision<R, E>>>,
  state: S,
  thorough: boolean,
): Remembered<C, R, E> | undefined => {
  const every = thorough ? 1 : Math.ceil(decisions.length / mostCommands)
  for (const { asked: command, raw } of decisions.filter((_, i) => i % every === 0)) {
    const again = call(() => decide(command, state))
    if (again._tag === 'Threw') continue
    const other = isSameObject(again.value, raw) ? reordered(command) : command
    const copy = call(() => decide(frozenCopy(other), frozenCopy(state)))
    if (copy._tag === 'Threw' || alike.equals(again.value, copy.value)) continue
    return { command, given: again.value, copy: copy.value }
  }
  return undefined
}

const isSameObject = <R, E>(a: Decision<R, E>, b: Decision<R, E>): boolean =>
  a === b || (a._tag === 'Right' && b._tag === 'Right' && a.right === b.right)

/** The same fields in another order, which means nothing to a pure decider. */
const reordered = <C>(command: C): C => {
  if (!isObject(command) || Array.isArray(command) || !isPlain(command)) return command
  // the same fields with the same values
  return Object.fromEntries(Object.entries(command).reverse()) as C
}
