/**
 * A call that is made twice, on frozen arguments: it has to give the same, to change nothing, and to read
 * nothing else.
 *
 */
import type { Eq } from 'fp-ts/lib/Eq.js'
import { alike, unsureIn } from '../internal/alike.ts'
import { buildMode, reading } from './globals.ts'
import type { Frozen } from '../internal/copy.ts'
import { frozen } from '../internal/copy.ts'
import { at, instantsFor, tell } from './instants.ts'
import { kept } from '../internal/snapshot.ts'
import { clockAt, isRead, privateIn, showError, showValue } from './model.ts'
import type { Called } from '../internal/walkTrace.ts'
import { call } from '../internal/walkTrace.ts'
import { oneLine } from '../internal/source.ts'

/** What is not pure, and how. */
export interface Wrong<out A> {
  readonly _tag: 'Wrong'
  /** What is to be said of the function. */
  readonly what: string
  readonly how: ReadonlyArray<string>
  /** What was given first, where something else comes for the same arguments. */
  readonly varies: Called<A> | undefined
}

type Twice<A> = Wrong<A> | (Frozen<A> & { readonly _tag: 'Same'; readonly raw: A })

/** How a call is judged. */
export interface Judged<in A> {
  readonly eq: Eq<A>
  readonly wrong: (given: A) => string | undefined
  /** What to do where two values can't be compared. */
  readonly advice: string
}

export const impurity = 'is not pure'

/** Something was read that is not in the arguments. */
export const wrongBy = <A>(reads: ReadonlyArray<string>, varies?: Called<A>): Wrong<A> => ({
  _tag: 'Wrong',
  what: `${impurity}: it reads ${reads.join(' and ')}`,
  how: ['read what is not in its arguments: let it come with the command, or with the event'],
  varies,
})

/** A frozen copy of what a call gives, where calling it again gives the same and changes nothing. */
export const twice = <A>(
  f: () => A,
  judged: Judged<A>,
  args: ReadonlyArray<Frozen<unknown>>,
  thorough: boolean,
): Twice<A> => {
  // plain objects and arrays are frozen, the rest is looked at
  const before = args.some(({ writable }) => writable) ? kept(args) : undefined
  const unlessChanged = (fault: Wrong<A>): Wrong<A> => {
    const changed = before?.changed() === true
    before?.restore()
    return changed ? { ...changes, how: [...fault.how, ...changes.how] } : fault
  }
  const { value: first, reads } = reading(() => call(f))
  if (first._tag === 'Threw') {
    return unlessChanged(wrongBecause(impurity, [`threw ${showError(first.error)}`]))
  }
  const shape = judged.wrong(first.value)
  if (shape !== undefined) return unlessChanged(wrongBecause(shape, showValue('gave', first.value)))
  const { value, writable } = frozen(first.value)
  const otherwise = isRead(reads)
    ? wrongBy(reads, { _tag: 'Returned', value })
    : varying(f, value, judged, reads, thorough)
  if (otherwise !== undefined) return unlessChanged(otherwise)
  if (before?.changed() === true) return unlessChanged({ ...changes, how: [] })
  return { _tag: 'Same', value, writable, raw: first.value }
}

/** How it gives something else when it is called again, if it does. */
const varying = <A>(
  f: () => A,
  value: A,
  { eq, advice }: Judged<A>,
  reads: ReadonlyArray<string>,
  thorough: boolean,
): Wrong<A> | undefined => {
  const varies: Called<A> = { _tag: 'Returned', value }
  for (const mode of reads.length === 0 ? once : modes) {
    for (const instant of instantsFor(thorough)) {
      const { value: again, reads: more } = at(instant, () => reading(() => call(f), mode))
      if (isRead(more)) return wrongBy(more, varies)
      const how = differs(value, again, eq)
      if (how === undefined) continue
      tell(instant)
      const unsure = eq === alike && again._tag === 'Returned' ? unsureIn(value, again.value) : []
      if (unsure[0] !== undefined) {
        return wrongBecause(`gives ${unsure[0]} anew each time: ${advice}`, how, varies)
      }
      const reason = mode === undefined ? '' : `: it reads ${buildMode}`
      return wrongBecause(`${impurity}${reason}`, [...how, ...when(instant)], varies)
    }
  }
  return undefined
}

const wrongBecause = <A>(
  what: string,
  how: ReadonlyArray<string>,
  varies?: Called<A>,
): Wrong<A> => ({ _tag: 'Wrong', what, how, varies })

const changes: Wrong<never> = {
  _tag: 'Wrong',
  what: impurity,
  how: ['changed its arguments'],
  varies: undefined,
}

const once: ReadonlyArray<undefined> = [undefined]

/** Where the build mode is read, each of them is tried. */
const modes: ReadonlyArray<string> = ['production', 'development', 'test']

const when = (instant: number | undefined): ReadonlyArray<string> =>
  instant === undefined ? [] : [`where ${clockAt(instant)}`]

const differs = <A>(first: A, again: Called<A>, eq: Eq<A>): ReadonlyArray<string> | undefined => {
  if (again._tag === 'Threw') return [`threw ${showError(again.error)} when called again`]
  if (eq.equals(first, again.value)) return undefined
  const told = [...showValue('gave', first), ...showValue('and then', again.value)]
  return oneLine(first) === oneLine(again.value) ? [...told, ...privateIn(first)] : told
}
