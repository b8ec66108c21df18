/**
 * What B1 asks at the end of a walk: whether what was given before is still what it was then, and whether
 * something is remembered that is not in the state.
 *
 * @internal
 */
import { structural } from '../../Diff.ts'
import { isObject, isPlain } from '../../internal/parts.ts'
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

/** So many of the commands, or events, of a walk are asked about again. */
const mostAsked = 4

/** What is answered otherwise for itself than for a copy of it. */
export interface Remembered<out A, out B> {
  readonly asked: A
  readonly given: B
  readonly copy: B
}

/** What is asked again, and how its answers compare. */
export interface Asked<in A, in S, in out B> {
  readonly answer: (asked: A, state: S) => B
  readonly equals: (a: B, b: B) => boolean
  /** Whether it is the very answer that was given before, and not one like it. */
  readonly isSame: (a: B, b: B) => boolean
}

/**
 * What was remembered by the command or event, or by the state: asked again in the last state, the same
 * object is answered otherwise than a copy of it. It is asked in its own state first, for who remembers
 * but the last answer. Where one and the same answer comes, that may have been remembered by the command
 * or event as a string: the copy has its fields in another order.
 */
export const remembering = <A, S, B>(
  { answer, equals, isSame }: Asked<A, S, B>,
  all: ReadonlyArray<Given<A, S, B>>,
  state: S,
  thorough: boolean,
): Remembered<A, B> | undefined => {
  const every = thorough ? 1 : Math.ceil(all.length / mostAsked)
  for (let i = 0; i < all.length; i += every) {
    const { asked, raw, state: met } = all[i] as Given<A, S, B> // i < length
    const before = call(() => answer(asked, met))
    const again = call(() => answer(asked, state))
    if (before._tag === 'Threw' || again._tag === 'Threw') continue
    const isKept = isSame(again.value, raw) || isSame(again.value, before.value)
    const other = isKept ? turned(asked) : asked
    const copy = call(() => answer(frozenCopy(other), frozenCopy(state)))
    if (copy._tag === 'Threw' || equals(again.value, copy.value)) continue
    return { asked, given: again.value, copy: copy.value }
  }
  return undefined
}

export const isSameDecision = <R, E>(a: Decision<R, E>, b: Decision<R, E>): boolean =>
  Object.is(a, b) || (a._tag === 'Right' && b._tag === 'Right' && a.right === b.right)

/** The same fields in another order, which means nothing to a decider. */
const turned = <A>(asked: A): A => {
  if (!isObject(asked) || Array.isArray(asked) || !isPlain(asked)) return asked
  // the same fields with the same values
  return Object.fromEntries(Object.entries(asked).reverse()) as A
}
