/**
 * The options of laws, and their report.
 *
 * @since 0.1.0
 */
import type { Arbitrary } from 'fast-check'
import type { Either } from 'fp-ts/lib/Either.js'
import type { Eq } from 'fp-ts/lib/Eq.js'
import type { Option } from 'fp-ts/lib/Option.js'
import type { ReadonlyNonEmptyArray } from 'fp-ts/lib/ReadonlyNonEmptyArray.js'
import type { EncodedEvent, EventCodec } from '../../codec/EventCodec.ts'
import type { WalkOptions } from '../walk.ts'
import type { SeenWalk, WalksReport } from './walked.ts'

/**
 * The number of a law. B stands for the behaviour of a decider, V for what the commands of a decision see of the
 * log.
 *
 * @category model
 * @since 0.1.0
 */
export type LawId = BehaviourLaw | 'V0' | 'V1' | 'V2' | 'V5' | 'V6'

type BehaviourLaw = 'B1' | 'B2' | 'B3' | 'B4' | 'B5' | 'B6' | 'B7' | 'B8' | 'B9' | 'B10' | 'B11'

/**
 * What is tested, and how. All of it is optional, except where the commands come from:
 *
 * - `event`: any event at all, for B4 and B9; without it B4 takes the events of other walks
 * - `invariants`: what holds of every state (B6; B4 if `applies` is given)
 * - `decisions`: what holds of every command, the state it met and the decision (B6); commands are also
 *   decided in other states of a walk
 * - `changes`: what holds of every event, the state before and the state after (B6; B4 if `applies` is
 *   given)
 * - `applies`: whether an event may occur in a state; if not, it must leave the state alone (B4)
 * - `noEffect`: emitted events that may leave the state unchanged (B5)
 * - `idempotent`: commands that leave nothing to do when they are repeated (B7)
 * - `codec`: how events are stored; `old`: events as they were once stored, and what each becomes (B9)
 * - `eqState`: when two states are equal. Defaults to comparing every field
 * - `mayRead`: what the decider may read of the outside world (B1), named as in the failure's message, such
 *   as `Date.now()`, `the time zone` or `process.env`. Defaults to nothing
 * - `runs`: how many walks, at least one. Defaults to fast-check's global setting, or 100
 * - `time`: how long all walks may take; `Infinity` for no limit. Defaults to fast-check's global
 *   `interruptAfterTimeLimit`, or 2,000 milliseconds; `now` defaults to the system clock
 * - `label`: what a walk is counted under in the report, such as the currency of its order
 * - `cover`: the least percentage of walks in which something must be seen: a command that emits, an event,
 *   a rejection (by their kinds), or a label. 0 asks for one walk. Choose it well below what the report
 *   shows, since other seeds draw other walks
 * - `seed`, `path`: as printed with a failure, to reproduce it
 * - `only`, `except`: the laws to test. Defaults to all
 * - `mustSee`: laws that must not be left untested
 *
 * @category model
 * @since 0.1.0
 */
export type LawOptions<C, S, E, R> = WalkOptions<C, S> & {
  readonly event?: Arbitrary<E>
  readonly invariants?: Readonly<Record<string, (state: S) => boolean>>
  readonly decisions?: Readonly<
    Record<string, (command: C, state: S, decision: Either<R, ReadonlyArray<E>>) => boolean>
  >
  readonly changes?: Readonly<Record<string, (before: S, event: E, after: S) => boolean>>
  readonly applies?: (event: E, state: S) => boolean
  readonly noEffect?: (event: E, state: S) => boolean
  readonly idempotent?: (command: C) => boolean
  readonly codec?: EventCodec<E>
  readonly old?: ReadonlyArray<OldEvent<E>>
  readonly eqState?: Eq<S>
  readonly mayRead?: ReadonlyArray<string>
  readonly runs?: number
  readonly time?: { readonly milliseconds: number; readonly now?: () => number }
  readonly label?: (walk: SeenWalk<C, S, E>) => string | ReadonlyArray<string>
  readonly cover?: Readonly<Record<string, number>>
  readonly seed?: number
  readonly path?: string
  readonly only?: ReadonlyArray<LawId>
  readonly except?: ReadonlyArray<LawId>
  readonly mustSee?: ReadonlyArray<LawId>
}

/** An event as it was once stored, and today's event that it becomes. */
export interface OldEvent<out E> {
  readonly encoded: EncodedEvent
  readonly becomes: E
}

/**
 * A broken law: after the events `given`, the `command` shows it, or the events alone if there is no
 * command. `commands` is the whole walk after shrinking: for B4 without the stray event, for B8 without
 * the command that was decided, if another walk has it. `scenario` is a test to paste, and `message`
 * says all of it for people.
 *
 * @category model
 * @since 0.1.0
 */
export interface LawFailure<out C, out S, out E> {
  readonly law: LawId
  readonly what: string
  readonly given: ReadonlyArray<E>
  readonly command: Option<C>
  /** The state that shows it. */
  readonly state: S
  readonly commands: ReadonlyArray<C>
  readonly scenario: string
  readonly message: string
  readonly seed: number
  readonly path: string
}

/**
 * The result of one law: it held as often as it was tested, it failed (B4 and B6 once for each property
 * that does not hold), nothing was drawn to test it with, or it was not run.
 */
export type LawVerdict<C, S, E> =
  | { readonly type: 'Held'; readonly times: number }
  | { readonly type: 'Failed'; readonly failures: ReadonlyNonEmptyArray<LawFailure<C, S, E>> }
  | { readonly type: 'NotSeen'; readonly why: string }
  | { readonly type: 'NotRun'; readonly why: string }

/** A law and its result. */
export interface LawReport<out C, out S, out E> {
  readonly law: LawId
  readonly title: string
  readonly verdict: LawVerdict<C, S, E>
}

/**
 * The result of each law, and what the walks were like:
 *
 * - `asked`: how many walks were asked for; `walks`: how many there was time for
 * - `commands`: how often each kind of command was accepted or rejected, and with what
 * - `shares`: in how many walks each kind of command emitted, each kind of event was emitted, each kind of
 *   rejection was given, and each label was seen
 * - `unseen`: what never happened, in sentences
 * - `leftOut`: what there was no time for, in sentences
 * - `problems`: why these walks prove too little, in sentences: `laws` throws them
 *
 * @category model
 * @since 0.1.0
 */
export interface LawsReport<C, S, E> extends ReadonlyArray<LawReport<C, S, E>> {
  readonly walks: WalksReport
}
