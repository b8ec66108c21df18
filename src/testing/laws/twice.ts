/**
 * Calls a function twice on frozen arguments: it must return the same, change nothing, and read nothing but its
 * arguments.

 */
import type { Eq } from 'fp-ts/lib/Eq.js'
import { alike, unsureIn } from '../internal/alike.ts'
import { reading } from './globals.ts'
import type { FrozenCopy } from '../internal/copy.ts'
import { frozen } from '../internal/copy.ts'
import { takeSnapshot } from '../internal/snapshot.ts'
import { privateIn, showError, valueLines } from './model.ts'
import type { CallResult } from '../internal/walkTrace.ts'
import { call } from '../internal/walkTrace.ts'
import { sourceLine } from '../internal/source.ts'

/** Why a call is not pure. */
export interface Impurity<out A> {
  readonly _tag: 'Impurity'
  /** To be read after the name of the function. */
  readonly what: string
  readonly how: ReadonlyArray<string>
  /** The first result, if the same arguments give different ones. */
  readonly varies: CallResult<A> | undefined
}

type Twice<A> = Impurity<A> | (FrozenCopy<A> & { readonly _tag: 'Same'; readonly raw: A })

/** How the results of a function are checked and compared. */
export interface ResultRules<in A> {
  readonly eq: Eq<A>
  readonly wrong: (given: A) => string | undefined
  /** What to do about results that cannot be compared. */
  readonly advice: string
}

export const notPure = 'is not pure'

export const impureBecause = <A>(
  what: string,
  how: ReadonlyArray<string>,
  varies?: CallResult<A>,
): Impurity<A> => ({ _tag: 'Impurity', what, how, varies })

/** The fault that something was read that is not in the arguments. */
export const impureByReading = <A>(
  reads: ReadonlyArray<string>,
  varies?: CallResult<A>,
  how: ReadonlyArray<string> = [
    'read what is not in its arguments: let it come with the command, or with the event',
  ],
): Impurity<A> => impureBecause(`${notPure}: it reads ${reads.join(' and ')}`, how, varies)

/** A frozen copy of the result, if the second call agrees and nothing changes. */
export const twice = <A>(
  f: () => A,
  rules: ResultRules<A>,
  args: ReadonlyArray<FrozenCopy<unknown>>,
): Twice<A> => {
  // frozen arguments cannot change; others are compared with a snapshot
  const before = args.some(({ writable }) => writable) ? takeSnapshot(args) : undefined
  const result = calledTwice(f, rules)
  if (before?.changed() !== true) return result
  before.restore()
  const how = result._tag === 'Same' ? [] : result.how
  return impureBecause(notPure, [...how, 'changed its arguments'])
}

const calledTwice = <A>(f: () => A, rules: ResultRules<A>): Twice<A> => {
  const { value: first, reads } = reading(() => call(f))
  if (first._tag === 'Threw') return impureBecause(notPure, [`threw ${showError(first.error)}`])
  const wrong = rules.wrong(first.value)
  if (wrong !== undefined) return impureBecause(wrong, valueLines('gave', first.value))
  const copy = frozen(first.value)
  const impurity =
    reads.length > 0
      ? impureByReading(reads, { _tag: 'Returned', value: copy.value })
      : varying(f, copy.value, rules)
  return impurity ?? { _tag: 'Same', ...copy, raw: first.value }
}

/** How a second call returns something else, if it does. */
const varying = <A>(
  f: () => A,
  value: A,
  { eq, advice }: ResultRules<A>,
): Impurity<A> | undefined => {
  const varies: CallResult<A> = { _tag: 'Returned', value }
  const { value: again, reads } = reading(() => call(f))
  if (reads.length > 0) return impureByReading(reads, varies)
  const how = differs(value, again, eq)
  if (how === undefined) return undefined
  const unsure = eq === alike && again._tag === 'Returned' ? unsureIn(value, again.value) : []
  return unsure[0] === undefined
    ? impureBecause(notPure, how, varies)
    : impureBecause(`returns ${unsure[0]}, a new one each time: ${advice}`, how, varies)
}

const differs = <A>(
  first: A,
  again: CallResult<A>,
  eq: Eq<A>,
): ReadonlyArray<string> | undefined => {
  if (again._tag === 'Threw') return [`threw ${showError(again.error)} when called again`]
  if (eq.equals(first, again.value)) return undefined
  const told = [...valueLines('gave', first), ...valueLines('and then', again.value)]
  return sourceLine(first) === sourceLine(again.value) ? [...told, ...privateIn(first)] : told
}
