/**
 * What a law looks at, and what it says when it is broken.
 *
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Eq } from 'fp-ts/lib/Eq.js'
import type { Option } from 'fp-ts/lib/Option.js'
import type { EncodedEvent, EventCodec } from '../../codec/EventCodec.ts'
import type { Decider } from '../../Decider.ts'
import { buildMode, reading } from './globals.ts'
import { sideBySide } from '../internal/differences.ts'
import type { Step, Trace } from '../internal/walkTrace.ts'
import { call } from '../internal/walkTrace.ts'
import { instanceIn } from '../internal/copy.ts'
import { at, instantsFor, tell } from './instants.ts'
import { answering, wrongAnswer } from '../internal/shapes.ts'
import { shown } from '../internal/source.ts'
import { seen } from '../internal/text.ts'
import { some } from '../../internal/either.ts'

export type LawId = 'B1' | 'B2' | 'B3' | 'B4' | 'B5' | 'B6' | 'B7' | 'B8' | 'B9' | 'B10' | 'B11'

export type Decision<R, E> = Either<R, ReadonlyArray<E>>

export type Named<F> = ReadonlyArray<readonly [string, F]>

/**
 * What happened when walks were drawn: what was decided in the initial state, or that a function read
 * something, which it may have kept for later.
 */
export type Earlier<C, E, R> =
  | { readonly type: 'Decided'; readonly command: C; readonly decision: Decision<R, E> }
  | {
      readonly type: 'Read'
      readonly name: string
      readonly reads: ReadonlyArray<string>
      readonly asked: ReadonlyArray<unknown>
      /** What it reads when it is asked the same now. */
      readonly again: () => ReadonlyArray<string>
    }

/** What the user declares of a decider. */
export interface Declared<C, S, E, R> {
  readonly decider: Decider<C, S, E, R>
  readonly eq: Eq<S>
  readonly invariants: Named<(state: S) => boolean>
  readonly decisions: Named<(command: C, state: S, decision: Decision<R, E>) => boolean>
  readonly changes: Named<(before: S, event: E, after: S) => boolean>
  readonly idempotent: ((command: C) => boolean) | undefined
  readonly noEffect: (event: E, state: S) => boolean
  /** Whether an event applies, where it is under test that one that does not leaves the state alone. */
  readonly applies: ((event: E, state: S) => boolean) | undefined
  /** The same, under test or not. */
  readonly applicable: ((event: E, state: S) => boolean) | undefined
  readonly codec: EventCodec<E> | undefined
  /** What may be read of the world, by the names that it has in messages. */
  readonly mayRead: ReadonlyArray<string>
  readonly old: ReadonlyArray<{ readonly encoded: EncodedEvent; readonly becomes: E }>
}

/** One walk, with what else was drawn, and what is declared. */
export interface Case<C, S, E, R> extends Declared<C, S, E, R> {
  readonly earlier: ReadonlyArray<Earlier<C, E, R>>
  readonly trace: Trace<C, S, E, R>
  readonly commands: ReadonlyArray<C>
  /** Another walk, whose events come from elsewhere. */
  readonly other: Trace<C, S, E, R>
  /** Events that were drawn, or come from the other walk. */
  readonly strays: ReadonlyArray<E>
  /** Whether nothing is left out of what there is to try: so that what is made smaller stays found. */
  readonly thorough: boolean
  /** Says that the law was put to the test so many times. */
  readonly count: (times: number) => void
  /** Whether the time is up: a walk through large states takes long. */
  readonly late?: () => boolean
}

/** What a scenario says in its last line. */
export type Then<S, E, R> =
  | { readonly type: 'Events'; readonly events: ReadonlyArray<E> }
  | { readonly type: 'Rejected'; readonly rejection: R }
  | { readonly type: 'State'; readonly state: S }

/** A broken law, as a scenario. */
export interface Violation<C, S, E, R> {
  readonly law: LawId
  /**
   * Of several properties under one law, which: a smaller walk must break the same one. The names that
   * the user gave are quoted, so that none is taken for another.
   */
  readonly name: string
  readonly what: string
  readonly given: ReadonlyArray<E>
  readonly command: Option<C>
  readonly shows: Then<S, E, R>
  /**
   * Whether the scenario fails as long as the law is broken; else it shows what happens: it passes,
   * or it throws, or it passes at times.
   */
  readonly fails: boolean | 'throws' | 'varies'
  readonly expected: string
  readonly seen: ReadonlyArray<string>
  readonly state: S
  /** The commands that show it, where they are not the walk itself. */
  readonly commands?: ReadonlyArray<C>
}

/** The first thing in a case that breaks the law. */
export type Found<C, S, E, R> = Violation<C, S, E, R> | undefined

/** The name of a property of the user. */
export const quoted = (name: string): string => `"${seen(name)}"`

/** How many of `all` to try in each of so many places, for about `most` tries on the whole. */
export const shareOf = (all: number, places: number, most: number, thorough: boolean): number =>
  thorough ? all : Math.min(all, Math.ceil(most / places))

/** What had happened before a step, and what was asked. */
export const asked = <C, S, E, R>(
  { trace }: Case<C, S, E, R>,
  step: Step<C, S, E, R>,
): {
  readonly given: ReadonlyArray<E>
  readonly command: Option<C>
  readonly state: S
} => ({
  given: trace.events.slice(0, step.version),
  command: some(step.command),
  state: step.before,
})

export const thenOf = <R, E>(decision: Decision<R, E>): Then<never, E, R> =>
  decision._tag === 'Left'
    ? { type: 'Rejected', rejection: decision.left }
    : { type: 'Events', events: decision.right }

/** A decision in lines. */
export const showDecision = <R, E>(decision: Decision<R, E>): ReadonlyArray<string> =>
  decision._tag === 'Left'
    ? `the rejection ${shown(decision.left)}`.split('\n')
    : decision.right.length === 0
      ? ['no events']
      : [
          decision.right.length === 1 ? '1 event' : `${decision.right.length} events`,
          ...sideBySide(decision.right, decision.right, { equals: () => true }),
        ]

export const showValue = (name: string, value: unknown): ReadonlyArray<string> =>
  `${name} ${shown(value)}`.split('\n')

export const showError = (error: unknown): string =>
  error instanceof Error ? seen(String(error)) : shown(error)

/**
 * What a named property of the user says: that it holds, or what is wrong; of several instants, all are
 * asked where what is found once must be found again.
 */
export const broken = (ask: () => boolean, thorough = false): string | undefined => {
  const how = wrongBy(ask) ?? wrongAt(ask, thorough)
  if (how !== undefined) tell(undefined)
  return how
}

const wrongAt = (ask: () => boolean, thorough: boolean): string | undefined => {
  for (const instant of instantsFor(thorough)) {
    // without a clock to move there is nothing more to ask
    if (instant === undefined) return undefined
    const how = at(instant, () => wrongBy(ask))
    if (how === undefined) continue
    tell(instant)
    return `${how} where ${clockAt(instant)}`
  }
  return undefined
}

/** What the clock of the test says, where it was moved. */
export const clockAt = (instant: number): string =>
  `the clock of the test says ${new Date(instant).toISOString()}`

const wrongBy = (ask: () => boolean): string | undefined => {
  const { value: called, reads } = reading(() => call(ask))
  if (called._tag === 'Threw') return `it threw ${showError(called.error)}`
  const wrong = wrongAnswer(called.value)
  if (wrong !== undefined) return `it ${wrong}`
  if (isRead(reads)) return `it reads ${reads.join(' and ')}`
  return called.value ? undefined : 'it gives false'
}

/** A property of the user without a name of its own, which throws where it can't be judged by. */
export const judging =
  <A extends ReadonlyArray<unknown>>(name: string, ask: (...args: A) => boolean) =>
  (...args: A): boolean => {
    const { value, reads } = reading(() => answering(name, ask)(...args))
    if (isRead(reads)) throw new TypeError(`${name} reads ${reads.join(' and ')}`)
    return value
  }

/** Whether anything was read that makes a difference by being read at all. */
export const isRead = (reads: ReadonlyArray<string>): boolean =>
  reads.some((name) => name !== buildMode)

/** What to do where values hold instances of a class, which are compared by what they show. */
export const privateIn = (value: unknown): ReadonlyArray<string> => {
  const name = instanceIn(value)
  return name === undefined
    ? []
    : [
        `of a ${name} nothing private is compared: what its toJSON, valueOf or toString gives is,`,
        'and the option eqState says when two states are the same',
      ]
}
