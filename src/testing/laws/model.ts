/**
 * What a law looks at, and what it reports if it is broken.

 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Eq } from 'fp-ts/lib/Eq.js'
import type { Option } from 'fp-ts/lib/Option.js'
import type { EventCodec } from '../../codec/EventCodec.ts'
import type { Decider } from '../../Decider.ts'
import { reading } from './globals.ts'
import type { LawId, OldEvent } from './report.ts'
import { sideBySide } from '../internal/differences.ts'
import type { Step, WalkTrace } from '../internal/walkTrace.ts'
import { call } from '../internal/walkTrace.ts'
import { instanceIn } from '../internal/copy.ts'
import { answering, wrongAnswer } from '../internal/shapes.ts'
import { shown } from '../internal/source.ts'
import { seen } from '../internal/text.ts'
import { none, some } from '../../internal/either.ts'

export type DecidedEvents<R, E> = Either<R, ReadonlyArray<E>>

/** Properties of the user's, by name. */
export type NamedProperties<F> = ReadonlyArray<readonly [string, F]>

/**
 * What happened while walks were drawn: a decision in the initial state, or a read, whose result may have
 * been kept.
 */
export type EarlierCall<C, E, R> =
  | { readonly type: 'Decided'; readonly command: C; readonly decision: DecidedEvents<R, E> }
  | {
      readonly type: 'Read'
      readonly name: string
      readonly reads: ReadonlyArray<string>
      readonly asked: ReadonlyArray<unknown>
      /** Makes the same call again, and returns what it reads now. */
      readonly again: () => ReadonlyArray<string>
    }

/** What the user declares about a decider. */
export interface DeclaredLaws<C, S, E, R> {
  readonly decider: Decider<C, S, E, R>
  readonly eq: Eq<S>
  readonly invariants: NamedProperties<(state: S) => boolean>
  readonly decisions: NamedProperties<
    (command: C, state: S, decision: DecidedEvents<R, E>) => boolean
  >
  readonly changes: NamedProperties<(before: S, event: E, after: S) => boolean>
  readonly idempotent: ((command: C) => boolean) | undefined
  readonly noEffect: (event: E, state: S) => boolean
  /** Whether an event applies; `undefined` if that is known to be broken. */
  readonly applies: ((event: E, state: S) => boolean) | undefined
  /** The same, even if it is known to be broken. */
  readonly applicable: ((event: E, state: S) => boolean) | undefined
  readonly codec: EventCodec<E> | undefined
  /** What may be read of the outside world, as named in messages. */
  readonly mayRead: ReadonlyArray<string>
  readonly old: ReadonlyArray<OldEvent<E>>
}

/** A walk, with what else was drawn, and what is declared. */
export interface LawCase<C, S, E, R> extends DeclaredLaws<C, S, E, R> {
  readonly earlier: ReadonlyArray<EarlierCall<C, E, R>>
  readonly trace: WalkTrace<C, S, E, R>
  readonly commands: ReadonlyArray<C>
  /** Another walk, whose events come from elsewhere. */
  readonly other: WalkTrace<C, S, E, R>
  /** Events that were drawn, or come from the other walk. */
  readonly strays: ReadonlyArray<E>
  /** Whether everything is tried, so that a failure is found again while it shrinks. */
  readonly thorough: boolean
  /** Counts how often the law was tested. */
  readonly count: (times: number) => void
  /** Whether the time is up: walks through large states are slow. */
  readonly late?: () => boolean
}

/** The last line of a scenario. */
export type ScenarioEnd<S, E, R> =
  | { readonly type: 'Events'; readonly events: ReadonlyArray<E> }
  | { readonly type: 'Rejected'; readonly rejection: R }
  | { readonly type: 'State'; readonly state: S }

/** A broken law, as a scenario. */
export interface Violation<C, S, E, R> {
  readonly law: LawId
  /**
   * Which of several properties of one law: a smaller walk must break the same one. The user's names are
   * quoted, so that none is mistaken for another.
   */
  readonly name: string
  readonly what: string
  readonly given: ReadonlyArray<E>
  readonly command: Option<C>
  readonly shows: ScenarioEnd<S, E, R>
  /**
   * Whether the scenario fails as long as the law is broken. Otherwise it shows what happens: it passes, or
   * throws, or varies.
   */
  readonly fails: boolean | 'throws' | 'varies'
  readonly expected: string
  readonly seen: ReadonlyArray<string>
  readonly state: S
  /** The commands that show it, if they are not the walk itself. */
  readonly commands?: ReadonlyArray<C>
}

/** A violation. By default the events alone show it, and its scenario fails. */
export const violationOf = <C, S, E, R>(
  violation: Omit<Violation<C, S, E, R>, 'name' | 'command' | 'fails'> &
    Partial<Violation<C, S, E, R>>,
): Violation<C, S, E, R> => ({ name: '', command: none, fails: true, ...violation })

/** The first violation of a law in a case. */
export type FoundViolation<C, S, E, R> = Violation<C, S, E, R> | undefined

/** A law, what finds it broken, and what is missing if it was never tested. */
export interface Law<C, S, E, R> {
  readonly law: LawId
  readonly find: (of: LawCase<C, S, E, R>) => FoundViolation<C, S, E, R>
  readonly unseen: (declared: DeclaredLaws<C, S, E, R>) => string
}

/** The name of one of the user's properties. */
export const quotedName = (name: string): string => `"${seen(name)}"`

/** How many of `all` to try at each of `places`, for about `most` tries in total. */
export const shareOf = (all: number, places: number, most: number, thorough: boolean): number =>
  thorough ? all : Math.min(all, Math.ceil(most / places))

/** What had happened before a step, and its command. */
export const stepAsked = <C, S, E, R>(
  { trace }: LawCase<C, S, E, R>,
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

export const thenOf = <R, E>(decision: DecidedEvents<R, E>): ScenarioEnd<never, E, R> =>
  decision._tag === 'Left'
    ? { type: 'Rejected', rejection: decision.left }
    : { type: 'Events', events: decision.right }

/** A decision in lines. */
export const showDecision = <R, E>(decision: DecidedEvents<R, E>): ReadonlyArray<string> =>
  decision._tag === 'Left'
    ? `the rejection ${shown(decision.left)}`.split('\n')
    : decision.right.length === 0
      ? ['no events']
      : [
          decision.right.length === 1 ? '1 event' : `${decision.right.length} events`,
          ...sideBySide(decision.right, decision.right, { equals: () => true }),
        ]

export const valueLines = (name: string, value: unknown): ReadonlyArray<string> =>
  `${name} ${shown(value)}`.split('\n')

export const showError = (error: unknown): string =>
  error instanceof Error ? seen(String(error)) : shown(error)

/** What is wrong with one of the user's properties; `undefined` if it holds. */
export const brokenProperty = (ask: () => boolean): string | undefined => {
  const { value: called, reads } = reading(() => call(ask))
  if (called._tag === 'Threw') return `it threw ${showError(called.error)}`
  const wrong = wrongAnswer(called.value)
  if (wrong !== undefined) return `it ${wrong}`
  if (reads.length > 0) return `it reads ${reads.join(' and ')}`
  return called.value ? undefined : 'it returns false'
}

/** One of the user's functions that laws are judged by. Throws if it is not pure, or returns no boolean. */
export const judging =
  <A extends ReadonlyArray<unknown>>(name: string, ask: (...args: A) => boolean) =>
  (...args: A): boolean => {
    const { value, reads } = reading(() => answering(name, ask)(...args))
    if (reads.length > 0) throw new TypeError(`${name} reads ${reads.join(' and ')}`)
    return value
  }

/** Advice for values that hold instances of a class, which are compared by what they show. */
export const privateIn = (value: unknown): ReadonlyArray<string> => {
  const name = instanceIn(value)
  return name === undefined
    ? []
    : [
        `private fields of ${name} are not compared, only what its toJSON, valueOf or toString returns:`,
        'the option eqState says when two states are the same',
      ]
}
