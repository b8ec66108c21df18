/**
 * What B1 asks at the end of a walk: whether what was given before is still what it was then, and whether
 * something is remembered that is not in the state.
 *
 * @internal
 */
import { structural } from '../../Diff.ts'
import { isObject, isPlain } from '../../internal/parts.ts'
import { alike } from '../internal/alike.ts'
import { frozenCopy } from '../internal/copy.ts'
import type { Decision } from './model.ts'
import { call } from '../internal/walkTrace.ts'

/** What a call gave: itself, and a frozen copy of it that was made at once. */
export interface Given<out A, out S, out B> {
  readonly raw: B
  readonly value: B
  /** The command or event that was asked about, and the state. */
  readonly asked: A
  readonly state: S
  /** How many events had come. */
  readonly version: number
}

/** So many of what was given first are looked at again: what is used again is so for all of them. */
const mostLooks = 8

/** The first thing given that is not what it was. */
export const changedLater = <A, S, B>(
  all: ReadonlyArray<Given<A, S, B>>,
  thorough: boolean,
): Given<A, S, B> | undefined =>
  all
    .slice(0, thorough ? all.length : mostLooks)
    .find(({ raw, value }) => !structural.equals(raw, value))

/** So many of the commands of a walk are asked again. */
const mostCommands = 4

/** A command that is answered otherwise for itself than for a copy of it. */
export interface Remembered<out C, out R, out E> {
  readonly command: C
  readonly given: Decision<R, E>
  readonly copy: Decision<R, E>
}

/**
 * A decision that was remembered by its command, or by its state: asked again in the last state, the
 * same command is answered otherwise than a copy of it. Where one and the same answer comes, that may
 * have been remembered by the command as a string: the copy has its fields in another order.
 */
export const remembering = <C, S, E, R>(
  decide: (command: C, state: S) => Decision<R, E>,
  decisions: ReadonlyArray<Given<C, S, Decision<R, E>>>,
  state: S,
  thorough: boolean,
): Remembered<C, R, E> | undefined => {
  const every = thorough ? 1 : Math.ceil(decisions.length / mostCommands)
  for (let i = 0; i < decisions.length; i += every) {
    const { asked: command, raw } = decisions[i] as Given<C, S, Decision<R, E>> // i < length
    const again = call(() => decide(command, state))
    if (again._tag === 'Threw') continue
    const isKept = isSameAnswer(again.value, raw)
    const other = isKept ? turned(command) : command
    const copy = call(() => decide(frozenCopy(other), frozenCopy(state)))
    if (copy._tag === 'Threw' || alike.equals(again.value, copy.value)) continue
    return { command, given: again.value, copy: copy.value }
  }
  return undefined
}

/** Whether it is the very answer that was given before, and not one like it. */
const isSameAnswer = <R, E>(a: Decision<R, E>, b: Decision<R, E>): boolean =>
  Object.is(a, b) || (a._tag === 'Right' && b._tag === 'Right' && a.right === b.right)

/** The same fields in another order, which means nothing to a decider. */
const turned = <C>(command: C): C => {
  if (!isObject(command) || Array.isArray(command) || !isPlain(command)) return command
  // the same fields with the same values
  return Object.fromEntries(Object.entries(command).reverse()) as C
}
