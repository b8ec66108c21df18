/**
 * Finds properties (the user's functions) that write to their arguments, so that the decider is not blamed.

 */
import { deepCopy } from '../internal/copy.ts'
import { takeSnapshot } from '../internal/snapshot.ts'
import type { LawCase, DeclaredLaws, FoundViolation, NamedProperties } from './model.ts'
import type { LawId } from './report.ts'
import { quotedName, valueLines, violationOf } from './model.ts'
import { call } from '../internal/walkTrace.ts'
import { listed } from '../internal/shapes.ts'
import { source } from '../internal/source.ts'

/** A property that wrote to its arguments: its name as in violations, and what it did. */
interface WritingProperty {
  readonly name: string
  readonly who: string
  readonly seen: ReadonlyArray<string>
}

/** Tests a law again to find the property that writes to the walk. */
export const writerIn = <C, S, E, R>({
  law,
  find,
  of,
}: {
  readonly law: LawId
  readonly find: (of: LawCase<C, S, E, R>) => unknown
  readonly of: LawCase<C, S, E, R>
}): FoundViolation<C, S, E, R> => {
  let writer: WritingProperty | undefined
  const tell = (found: WritingProperty): void => {
    writer ??= found
  }
  call(() => find({ ...of, ...watched(of, tell), count: () => undefined }))
  if (writer === undefined) return undefined
  const { trace } = of
  return violationOf({
    law,
    name: writer.name,
    what: `${writer.who} writes to what it is given`,
    given: trace.events,
    shows: { type: 'State', state: trace.state },
    fails: false,
    expected: 'arguments that stay as they are',
    seen: writer.seen,
    state: trace.state,
  })
}

const watched = <C, S, E, R>(
  declared: DeclaredLaws<C, S, E, R>,
  tell: (writer: WritingProperty) => void,
): DeclaredLaws<C, S, E, R> => {
  const named = <A extends ReadonlyArray<unknown>>(
    kind: string,
    all: NamedProperties<(...args: A) => boolean>,
  ): NamedProperties<(...args: A) => boolean> =>
    all.map(([name, f]) => {
      const text = quotedName(name)
      return [name, undoing(f, (seen) => tell({ name: text, who: `the ${kind} ${text}`, seen }))]
    })
  const single = <A extends ReadonlyArray<unknown>>(name: string, f: (...args: A) => boolean) =>
    undoing(f, (seen) => tell({ name, who: name, seen }))
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

/** Undoes what a property writes, and reports it. */
const undoing =
  <A extends ReadonlyArray<unknown>>(
    f: (...args: A) => boolean,
    tell: (seen: ReadonlyArray<string>) => void,
  ) =>
  (...args: A): boolean => {
    const { changed, restore } = takeSnapshot(args)
    try {
      return f(...args)
    } finally {
      if (changed()) {
        const left = args.map((arg) => source(arg))
        restore()
        const i = args.findIndex((arg, at) => source(arg) !== left[at])
        const seen = i === -1 ? [] : `and left ${left[i]}`.split('\n')
        tell([...valueLines('was given', args[Math.max(0, i)]), ...seen])
      }
    }
  }

/** How many calls of `choices` are checked. */
const mostLooks = 200

/** Checked `choices`, and whether they ever wrote to a state. */
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
  /** Writing to a frozen state throws, so it is tried again on a copy. */
  const asked = (state: S): ReadonlyArray<C> => {
    const { changed, restore } = takeSnapshot(state)
    const called = call(() => choices(state))
    wrote ||= changed()
    restore()
    if (called._tag === 'Returned') return called.value
    const copy = deepCopy(state)
    const before = takeSnapshot(copy)
    const again = choices(copy)
    wrote ||= before.changed()
    return again
  }
  return {
    choices: (state) => (wrote || looks++ < mostLooks ? asked(state) : choices(state)),
    wrote: () => wrote,
  }
}
