/**
 * Properties of the user that write to what they are given: so that a decider is not blamed for it.
 *
 */
import { copyOf } from '../internal/copy.ts'
import { kept } from '../internal/snapshot.ts'
import type { Case, Declared, Found, LawId, Named } from './model.ts'
import { quoted, showValue } from './model.ts'
import { call } from '../internal/walkTrace.ts'
import { listed } from '../internal/shapes.ts'
import { source } from '../internal/source.ts'
import { none } from '../../internal/either.ts'

/** A property that wrote: its name as violations have it, and what it did. */
interface Writer {
  readonly name: string
  readonly who: string
  readonly seen: ReadonlyArray<string>
}

/** Looks for a law once more and finds out which property it is that writes to the walk. */
export const writerIn = <C, S, E, R>({
  law,
  find,
  of,
}: {
  readonly law: LawId
  readonly find: (of: Case<C, S, E, R>) => unknown
  readonly of: Case<C, S, E, R>
}): Found<C, S, E, R> => {
  let writer: Writer | undefined
  const tell = (found: Writer): void => {
    writer ??= found
  }
  call(() => find({ ...of, ...watched(of, tell), count: () => undefined }))
  if (writer === undefined) return undefined
  const { trace } = of
  return {
    law,
    name: writer.name,
    what: `${writer.who} writes to what it is given`,
    given: trace.events,
    command: none,
    shows: { type: 'State', state: trace.state },
    fails: false,
    expected: 'nothing to be written to',
    seen: writer.seen,
    state: trace.state,
  }
}

const watched = <C, S, E, R>(
  declared: Declared<C, S, E, R>,
  tell: (writer: Writer) => void,
): Declared<C, S, E, R> => {
  const named = <A extends ReadonlyArray<unknown>>(
    kind: string,
    all: Named<(...args: A) => boolean>,
  ): Named<(...args: A) => boolean> =>
    all.map(([name, f]) => {
      const text = quoted(name)
      return [name, watching(f, (seen) => tell({ name: text, who: `the ${kind} ${text}`, seen }))]
    })
  const single = <A extends ReadonlyArray<unknown>>(name: string, f: (...args: A) => boolean) =>
    watching(f, (seen) => tell({ name, who: name, seen }))
  const { eq, idempotent, noEffect, applies, applicable } = declared
  return {
    ...declared,
    eq: { equals: single('eqState', (a: S, b: S) => eq.equals(a, b)) },
    invariants: named('invariant', declared.invariants),
    decisions: named('decision', declared.decisions),
    changes: named('change', declared.changes),
    noEffect: single('noEffect', noEffect),
    idempotent: idempotent && single('idempotent', idempotent),
    applies: applies && single('applies', applies),
    applicable: applicable && single('applies', applicable),
  }
}

/** Puts back what a property wrote, and tells what it was. */
const watching =
  <A extends ReadonlyArray<unknown>>(
    f: (...args: A) => boolean,
    tell: (seen: ReadonlyArray<string>) => void,
  ) =>
  (...args: A): boolean => {
    const { changed, restore } = kept(args)
    try {
      return f(...args)
    } finally {
      if (changed()) {
        const left = args.map((arg) => source(arg))
        restore()
        const i = args.findIndex((arg, at) => source(arg) !== left[at])
        const seen = i === -1 ? [] : `and made of it ${left[i]}`.split('\n')
        tell([...showValue('was given', args[Math.max(0, i)]), ...seen])
      }
    }
  }

/** Choices that are looked at, as far as they are called so many times. */
const mostLooks = 200

/** What a state leaves to choose, and whether that ever wrote to a state. */
export interface WatchedChoices<in S, out C> {
  readonly choices: (state: S) => ReadonlyArray<C>
  readonly wrote: () => boolean
}

export const watchedChoices = <C, S>(
  from: (state: S) => ReadonlyArray<C>,
): WatchedChoices<S, C> => {
  const choices = (state: S) => listed('choices', from(state))
  let looks = 0
  let wrote = false
  /** Where a state is frozen, who writes to it throws: asked of a copy it does not. */
  const asked = (state: S): ReadonlyArray<C> => {
    const { changed, restore } = kept(state)
    const called = call(() => choices(state))
    wrote ||= changed()
    restore()
    if (called._tag === 'Returned') return called.value
    const copy = copyOf(state)
    const before = kept(copy)
    const again = choices(copy)
    wrote ||= before.changed()
    return again
  }
  return {
    choices: (state) => (wrote || looks++ < mostLooks ? asked(state) : choices(state)),
    wrote: () => wrote,
  }
}
