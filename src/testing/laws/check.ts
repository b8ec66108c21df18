/**
 * Tests laws on drawn walks until one fails or all have held on every walk.

 */
import type { Arbitrary, Parameters } from 'fast-check'
import { check, property } from 'fast-check'
import type { Decider } from '../../Decider.ts'
import type { TakenSnapshot } from '../internal/snapshot.ts'
import { takeSnapshot } from '../internal/snapshot.ts'
import type { Law, LawCase, DeclaredLaws, EarlierCall, FoundViolation, Violation } from './model.ts'
import type { LawId } from './report.ts'
import { quotedName, showError, violationOf } from './model.ts'
import type { FoundAt } from './message.ts'
import { writerIn } from './sideEffects.ts'
import { codecs, folds, totality } from './events.ts'
import { withAmbient } from './globals.ts'
import { purity } from './purity.ts'
import { rejections, replays, stored } from './runs.ts'
import { effects, endedViolation, idempotence, invariants } from './steps.ts'
import { followsV0 } from './views.ts'
import { call, traceOf } from '../internal/walkTrace.ts'
import type { WalkPace } from './pace.ts'
import { endlessWait } from './pace.ts'
import type { WalkCounter } from './walked.ts'

export const allLaws = <C, S, E, R>(): ReadonlyArray<Law<C, S, E, R>> => [
  { law: 'B1', find: purity, unseen: () => 'no command was drawn' },
  { law: 'B2', find: folds, unseen: () => 'no walk emitted two events' },
  { law: 'B3', find: replays, unseen: () => 'no event was emitted' },
  { law: 'B4', find: totality, unseen: () => 'no event was drawn and none emitted' },
  { law: 'B5', find: effects, unseen: () => 'no event was emitted' },
  { law: 'B6', find: invariants, unseen: () => 'no invariants, decisions or changes are given' },
  { law: 'B7', find: idempotence, unseen: unseenIdempotence },
  { law: 'B8', find: endedViolation, unseen: () => 'no terminal state was reached' },
  { law: 'B9', find: codecs, unseen: unseenCodec },
  { law: 'B10', find: rejections, unseen: () => 'no command was rejected' },
  { law: 'B11', find: stored, unseen: () => 'no command was drawn' },
]

const unseenIdempotence = <C, S, E, R>({ idempotent }: DeclaredLaws<C, S, E, R>): string =>
  idempotent === undefined
    ? 'no command is declared idempotent'
    : 'no command declared idempotent was accepted'

const unseenCodec = <C, S, E, R>({ codec }: DeclaredLaws<C, S, E, R>): string =>
  codec === undefined ? 'no codec is given' : 'no event was emitted'

/** A law, and the case that it looks at. */
interface AskedLaw<C, S, E, R> {
  readonly law: LawId
  readonly find: (of: LawCase<C, S, E, R>) => FoundViolation<C, S, E, R>
  readonly of: LawCase<C, S, E, R>
}

/** What is drawn for each run, and the decider to run it on. */
export interface LawDrawing<C, S, E, R> {
  readonly decider: Decider<C, S, E, R>
  readonly walks: Arbitrary<ReadonlyArray<C>>
  readonly others: Arbitrary<ReadonlyArray<C>>
  readonly strays: Arbitrary<ReadonlyArray<E>>
  readonly parameters: Parameters<unknown>
  /** What happened while walks were drawn. */
  readonly earlier: ReadonlyArray<EarlierCall<C, E, R>>
  /** Defaults to no limit. */
  readonly pace?: WalkPace
  /** Who looks at the walks. */
  readonly watch?: Pick<WalkCounter<C, S, E, R>, 'restart' | 'walked'>
}

/** The outcomes of laws, and how many walks they were tried on. */
export interface TriedLaws<C, S, E, R> {
  readonly outcomes: ReadonlyMap<LawId, LawOutcome<C, S, E, R>>
  /** How many walks each unbroken law saw, and how many were asked for. */
  readonly walks: number
  readonly asked: number
}

/** How often a law was tested, and everything that breaks it. */
export interface LawOutcome<C, S, E, R> {
  readonly times: number
  readonly broken: ReadonlyArray<BrokenLaw<C, S, E, R>>
}

/** A violation after shrinking. */
export interface BrokenLaw<C, S, E, R> {
  readonly violation: Violation<C, S, E, R>
  readonly commands: ReadonlyArray<C>
  readonly foundAt: FoundAt
}

/**
 * Repeats the pass over all walks, each time excluding the law, or the property of the user's, that the
 * previous pass found broken.
 */
export const tryLaws = <C, S, E, R>(
  declared: DeclaredLaws<C, S, E, R>,
  laws: ReadonlyArray<Law<C, S, E, R>>,
  drawing: LawDrawing<C, S, E, R>,
): TriedLaws<C, S, E, R> => {
  const all: Array<BrokenLaw<C, S, E, R>> = []
  const times = new Map<LawId, number>()
  let [walks, asked] = [0, 0]
  for (let open = laws; open.length > 0;) {
    times.clear()
    drawing.watch?.restart()
    const passed = pass(declared, all, open, drawing, times)
    const { found } = passed
    walks = passed.walks
    asked = passed.asked
    if (found === undefined) break
    all.push(found)
    const { law, name } = found.violation
    if (!isQuoted(name)) open = open.filter((other) => other.law !== law)
    if (law === 'V0') open = open.filter((other) => !followsV0.includes(other.law))
  }
  const isBroken = (isMeant: (found: Violation<C, S, E, R>) => boolean): boolean =>
    all.some(({ violation }) => isMeant(violation))
  // an invariant that is broken without a stray event is not reported again with one
  const told = all.filter(({ violation: { law, name } }) =>
    law === 'B4'
      ? !isBroken((other) => other.law === 'B6' && other.name === name)
      : !followsV0.includes(law) || !isBroken((other) => other.law === 'V0'),
  )
  const outcomes = new Map(
    laws.map(({ law }) => {
      const broken = told.filter(({ violation }) => violation.law === law)
      return [law, { times: times.get(law) ?? 0, broken }]
    }),
  )
  return { outcomes, walks, asked }
}

/** Whether a name is that of one of the user's properties. */
const isQuoted = (name: string): boolean => name.startsWith('"')

/** What is declared, without the properties that a law is known to be broken by. */
const withoutKnown = <C, S, E, R>(
  declared: DeclaredLaws<C, S, E, R>,
  law: LawId,
  known: ReadonlyArray<BrokenLaw<C, S, E, R>>,
): DeclaredLaws<C, S, E, R> => {
  const names = known
    .filter(({ violation }) => violation.law === law || violation.law === 'B6')
    .map(({ violation }) => violation.name)
  return onlyNamed(declared, (name) => !names.includes(name))
}

/** What is declared, with only the wanted properties of the user's. */
const onlyNamed = <C, S, E, R>(
  declared: DeclaredLaws<C, S, E, R>,
  isWanted: (name: string) => boolean,
): DeclaredLaws<C, S, E, R> => {
  const wanted = ([name]: readonly [string, unknown]) => isWanted(quotedName(name))
  return {
    ...declared,
    invariants: declared.invariants.filter(wanted),
    decisions: declared.decisions.filter(wanted),
    changes: declared.changes.filter(wanted),
    applies: isWanted('applies') ? declared.applies : undefined,
  }
}

/** The first 20 walks, and every tenth later, are checked for properties that write to them. */
const firstLooks = 20
const laterLooks = 10

/** A limit for shrinking, so that no test hangs. */
const mostShrinks = 5_000

/** The first thing that a pass found broken, and how many walks there were. */
interface LawPass<C, S, E, R> {
  readonly found: BrokenLaw<C, S, E, R> | undefined
  readonly walks: number
  readonly asked: number
}

/** A pass over the walks, and how far it is. */
interface RunningPass<C, S, E, R> {
  readonly laws: ReadonlyArray<Law<C, S, E, R> & { readonly declared: DeclaredLaws<C, S, E, R> }>
  readonly drawing: LawDrawing<C, S, E, R>
  readonly pace: WalkPace
  /** Counts tests of a law, except while a failure shrinks. */
  readonly count: (law: LawId, times: number) => void
  /** The last failure. While it shrinks, only its own law and property count. */
  last: Omit<BrokenLaw<C, S, E, R>, 'foundAt'> | undefined
  /** How many walks were tried while shrinking. */
  tries: number
  walked: number
  lateToShrink: () => boolean
}

const pass = <C, S, E, R>(
  declared: DeclaredLaws<C, S, E, R>,
  known: ReadonlyArray<BrokenLaw<C, S, E, R>>,
  laws: ReadonlyArray<Law<C, S, E, R>>,
  drawing: LawDrawing<C, S, E, R>,
  times: Map<LawId, number>,
): LawPass<C, S, E, R> => {
  const { walks, others, strays, parameters, pace = endlessWait } = drawing
  const running: RunningPass<C, S, E, R> = {
    laws: laws.map((law) => ({ ...law, declared: withoutKnown(declared, law.law, known) })),
    drawing,
    pace,
    count: (law, n) => {
      if (running.last === undefined) times.set(law, (times.get(law) ?? 0) + n)
    },
    last: undefined,
    tries: 0,
    walked: 0,
    lateToShrink: () => false,
  }
  const holds = property(
    walks,
    others,
    strays,
    (commands, otherCommands, drawn) =>
      isTimeUp(running) || walkHolds(running, commands, otherCommands, drawn),
  )
  const details = withAmbient(() => check(holds, parameters), declared.mayRead)
  const { seed, counterexamplePath, numShrinks, runConfiguration } = details
  const foundAt = { seed, path: counterexamplePath ?? '', shrinks: numShrinks }
  const { last, walked } = running
  return {
    found: last && { ...last, foundAt },
    walks: walked,
    // fast-check's own default is 100
    asked: parameters.path === undefined ? (runConfiguration.numRuns ?? 100) : walked,
  }
}

/** Whether the time for walks, or for shrinking, is up. */
const isTimeUp = <C, S, E, R>(running: RunningPass<C, S, E, R>): boolean =>
  running.last === undefined
    ? running.walked > 0 && running.pace.late()
    : ++running.tries > mostShrinks || running.lateToShrink()

const walkHolds = <C, S, E, R>(
  running: RunningPass<C, S, E, R>,
  commands: ReadonlyArray<C>,
  otherCommands: ReadonlyArray<C>,
  drawn: ReadonlyArray<E>,
): boolean => {
  const { laws, drawing, pace, count, last } = running
  const { decider, parameters, earlier } = drawing
  if (last === undefined) running.walked++
  const { walked } = running
  const other = traceOf(decider, otherCommands)
  const trace = traceOf(decider, commands)
  const thorough = last !== undefined || parameters.path !== undefined
  const isLooked = last !== undefined || walked <= firstLooks || walked % laterLooks === 0
  const before = isLooked ? takeSnapshot([trace, commands, other, drawn]) : undefined
  const late = last === undefined ? pace.late : running.lateToShrink
  const strays = [...drawn, ...other.events]
  const seen = { trace, commands, other, strays, thorough, earlier, late }
  const violation = violationIn(askedOf(laws, seen, last?.violation, count), before, last)
  if (last === undefined) {
    drawing.watch?.walked(trace, commands)
    if (violation !== undefined) running.lateToShrink = pace.shrinking()
  }
  if (violation !== undefined)
    running.last = { violation, commands: violation.commands ?? commands }
  return violation === undefined
}

/** What breaks a law, or a property that wrote to the walk if one did. */
const violationIn = <C, S, E, R>(
  asked: ReadonlyArray<AskedLaw<C, S, E, R>>,
  before: TakenSnapshot | undefined,
  last: { readonly violation: Violation<C, S, E, R> } | undefined,
): FoundViolation<C, S, E, R> => {
  const violation = firstFound(asked, findIn, last?.violation)
  // one that writes rarely is found when that breaks something
  const isSuspect = before === undefined ? violation !== undefined : before.changed()
  if (!isSuspect) return violation
  before?.restore()
  return firstFound(asked, writerIn, last?.violation) ?? violation
}

/** The case of each law; once one has failed, only its law and property. */
const askedOf = <C, S, E, R>(
  laws: RunningPass<C, S, E, R>['laws'],
  seen: Omit<LawCase<C, S, E, R>, keyof DeclaredLaws<C, S, E, R> | 'count'>,
  focus: Violation<C, S, E, R> | undefined,
  count: (law: LawId, times: number) => void,
): ReadonlyArray<AskedLaw<C, S, E, R>> =>
  laws
    .filter(({ law }) => focus === undefined || focus.law === law)
    .map(({ law, find, declared }) => {
      const looked =
        focus === undefined ? declared : onlyNamed(declared, (name) => name === focus.name)
      return { law, find, of: { ...looked, ...seen, count: (times) => count(law, times) } }
    })

/** The first violation, or the first with the same name as the known one. */
const firstFound = <C, S, E, R>(
  asked: ReadonlyArray<AskedLaw<C, S, E, R>>,
  look: (one: AskedLaw<C, S, E, R>) => FoundViolation<C, S, E, R>,
  focus: Violation<C, S, E, R> | undefined,
): FoundViolation<C, S, E, R> => {
  for (const one of asked) {
    const found = look(one)
    if (found !== undefined && (focus === undefined || focus.name === found.name)) return found
  }
  return undefined
}

/** A decider that throws breaks the law that called it. */
const findIn = <C, S, E, R>({
  law,
  find,
  of,
}: AskedLaw<C, S, E, R>): FoundViolation<C, S, E, R> => {
  const called = call(() => find(of))
  if (called._tag === 'Returned') return called.value
  const { trace } = of
  return violationOf({
    law,
    name: 'threw',
    what: `something threw while it was tested`,
    given: trace.events,
    shows: { type: 'State', state: trace.state },
    fails: false,
    expected: 'nothing thrown',
    seen: [showError(called.error)],
    state: trace.state,
  })
}
