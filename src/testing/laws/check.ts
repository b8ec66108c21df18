/**
 * Puts laws to the test on drawn walks, until one fails or all have held on every walk.
 *
 */
import type { Arbitrary, Parameters } from 'fast-check'
import { check, property } from 'fast-check'
import type { Decider } from '../../Decider.ts'
import { kept } from '../internal/snapshot.ts'
import type { Case, Declared, Earlier, Found, LawId, Violation } from './model.ts'
import { quoted, showError } from './model.ts'
import type { Place } from './message.ts'
import { writerIn } from './sideEffects.ts'
import { codecs, folds, totality } from './events.ts'
import { purity, watching } from './purity.ts'
import { refusals, replays, stored } from './runs.ts'
import { effects, ends, idempotence, invariants } from './steps.ts'
import { call, traceOf } from '../internal/walkTrace.ts'
import type { Pace } from './pace.ts'
import { endless } from './pace.ts'
import type { Watch } from './walked.ts'
import { none } from '../../internal/either.ts'

/** A law, what finds it broken, and what is missing where it was never put to the test. */
export interface Law<C, S, E, R> {
  readonly law: LawId
  readonly find: (of: Case<C, S, E, R>) => Found<C, S, E, R>
  readonly unseen: (declared: Declared<C, S, E, R>) => string
}

export const allLaws = <C, S, E, R>(): ReadonlyArray<Law<C, S, E, R>> => [
  { law: 'B1', find: purity, unseen: () => 'no command was drawn' },
  { law: 'B2', find: folds, unseen: () => 'no walk emitted two events' },
  { law: 'B3', find: replays, unseen: () => 'no event was emitted' },
  { law: 'B4', find: totality, unseen: () => 'no event was drawn and none emitted' },
  { law: 'B5', find: effects, unseen: () => 'no event was emitted' },
  { law: 'B6', find: invariants, unseen: () => 'no invariants, decisions or changes are given' },
  { law: 'B7', find: idempotence, unseen: unseenIdempotence },
  { law: 'B8', find: ends, unseen: () => 'no terminal state was reached' },
  { law: 'B9', find: codecs, unseen: unseenCodec },
  { law: 'B10', find: refusals, unseen: () => 'no command was refused' },
  { law: 'B11', find: stored, unseen: () => 'no command was drawn' },
]

const unseenIdempotence = <C, S, E, R>({ idempotent }: Declared<C, S, E, R>): string =>
  idempotent === undefined
    ? 'no command is declared idempotent'
    : 'no command declared idempotent was accepted'

const unseenCodec = <C, S, E, R>({ codec }: Declared<C, S, E, R>): string =>
  codec === undefined ? 'no codec is given' : 'no event was emitted'

/** A law, and what it is to look at. */
interface Asked<C, S, E, R> {
  readonly law: LawId
  readonly find: (of: Case<C, S, E, R>) => Found<C, S, E, R>
  readonly of: Case<C, S, E, R>
}

/** What is drawn for each run, and the decider to run it on. */
export interface Drawing<C, S, E, R> {
  readonly decider: Decider<C, S, E, R>
  readonly walks: Arbitrary<ReadonlyArray<C>>
  readonly others: Arbitrary<ReadonlyArray<C>>
  readonly strays: Arbitrary<ReadonlyArray<E>>
  readonly parameters: Parameters<unknown>
  /** Decisions that were made when walks were drawn. */
  readonly earlier: ReadonlyArray<Earlier<C, E, R>>
  /** As long as nothing is said, there is time for all walks. */
  readonly pace?: Pace
  /** Who looks at the walks. */
  readonly watch?: Pick<Watch<C, S, E, R>, 'restart' | 'walked'>
}

/** What came of the laws, and how many walks they were tried on. */
export interface Tried<C, S, E, R> {
  readonly outcomes: ReadonlyMap<LawId, Outcome<C, S, E, R>>
  /** How many walks each law saw that was not found broken, and how many there were to see. */
  readonly walks: number
  readonly asked: number
}

/** How often a law was put to the test, and everything that breaks it. */
export interface Outcome<C, S, E, R> {
  readonly times: number
  readonly broken: ReadonlyArray<Broken<C, S, E, R>>
}

/** A violation, made as small as can be. */
export interface Broken<C, S, E, R> {
  readonly violation: Violation<C, S, E, R>
  readonly commands: ReadonlyArray<C>
  readonly place: Place
}

/**
 * One pass over all walks after the other, each without what the one before found broken: the law,
 * or of the user's properties the one.
 */
export const tryLaws = <C, S, E, R>(
  declared: Declared<C, S, E, R>,
  laws: ReadonlyArray<Law<C, S, E, R>>,
  drawing: Drawing<C, S, E, R>,
): Tried<C, S, E, R> => {
  const all: Array<Broken<C, S, E, R>> = []
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
  }
  // what breaks an invariant without a stray event is not told again with one
  const told = all.filter(
    ({ violation: { law, name } }) =>
      law !== 'B4' || !all.some((b) => b.violation.law === 'B6' && b.violation.name === name),
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

/** What a law is to look at: without the properties that it is known to be broken by. */
const left = <C, S, E, R>(
  declared: Declared<C, S, E, R>,
  law: LawId,
  known: ReadonlyArray<Broken<C, S, E, R>>,
): Declared<C, S, E, R> => {
  const names = known
    .filter(({ violation }) => violation.law === law || violation.law === 'B6')
    .map(({ violation }) => violation.name)
  return named(declared, (name) => !names.includes(name))
}

/** What a law is to look at of the user's properties: those with these names. */
const named = <C, S, E, R>(
  declared: Declared<C, S, E, R>,
  isWanted: (name: string) => boolean,
): Declared<C, S, E, R> => {
  const wanted = ([name]: readonly [string, unknown]) => isWanted(quoted(name))
  return {
    ...declared,
    invariants: declared.invariants.filter(wanted),
    decisions: declared.decisions.filter(wanted),
    changes: declared.changes.filter(wanted),
    applies: isWanted('applies') ? declared.applies : undefined,
  }
}

/** So many walks, and every so many later, are looked at for somebody who writes to them. */
const firstLooks = 20
const laterLooks = 10

/** A failure is made smaller in at most so many tries, so that no test waits for ever. */
const mostTries = 5_000

/** What came of one pass: what was found broken first, and how many walks there were. */
interface Pass<C, S, E, R> {
  readonly found: Broken<C, S, E, R> | undefined
  readonly walks: number
  readonly asked: number
}

const pass = <C, S, E, R>(
  declared: Declared<C, S, E, R>,
  known: ReadonlyArray<Broken<C, S, E, R>>,
  laws: ReadonlyArray<Law<C, S, E, R>>,
  drawing: Drawing<C, S, E, R>,
  times: Map<LawId, number>,
): Pass<C, S, E, R> => {
  const { decider, walks, others, strays, parameters, earlier, pace = endless } = drawing
  const each = laws.map((law) => ({ ...law, declared: left(declared, law.law, known) }))
  // while a failure is made smaller, only its own law and property count
  let last: Omit<Broken<C, S, E, R>, 'place'> | undefined
  let tries = 0
  let walked = 0
  let lateToShrink = () => false
  const holds = property(walks, others, strays, (commands, otherCommands, drawn) => {
    if (last === undefined ? walked > 0 && pace.late() : ++tries > mostTries || lateToShrink()) {
      return true
    }
    if (last === undefined) walked++
    const other = traceOf(decider, otherCommands)
    const trace = traceOf(decider, commands)
    const events = [...drawn, ...other.events]
    const thorough = last !== undefined || parameters.path !== undefined
    const isLooked = last !== undefined || walked <= firstLooks || walked % laterLooks === 0
    const before = isLooked ? kept([trace, commands, other, drawn]) : undefined
    const focus = last?.violation
    const count = (law: LawId, n: number): void => {
      if (last === undefined) times.set(law, (times.get(law) ?? 0) + n)
    }
    const late = last === undefined ? pace.late : lateToShrink
    const seen = { trace, commands, other, strays: events, thorough, earlier, late }
    const asked = askedOf(each, seen, focus, count)
    let violation = firstFound(asked, findIn, focus)
    // who writes now and then is found where that breaks something
    if (before === undefined ? violation !== undefined : before.changed()) {
      before?.restore()
      violation = firstFound(asked, writerIn, focus) ?? violation
    }
    if (last === undefined) {
      drawing.watch?.walked(trace, commands)
      if (violation !== undefined) lateToShrink = pace.shrinking()
    }
    if (violation !== undefined) last = { violation, commands: violation.commands ?? commands }
    return violation === undefined
  })
  const details = watching(declared.mayRead, () => check(holds, parameters))
  const { seed, counterexamplePath, numShrinks, runConfiguration } = details
  const place = { seed, path: counterexamplePath ?? '', shrinks: numShrinks }
  return {
    found: last && { ...last, place },
    walks: walked,
    // 100 is what fast-check runs where nothing is said
    asked: parameters.path === undefined ? (runConfiguration.numRuns ?? 100) : walked,
  }
}

/** What each law is to look at; only the law and the property that failed, once one has. */
const askedOf = <C, S, E, R>(
  laws: ReadonlyArray<Law<C, S, E, R> & { readonly declared: Declared<C, S, E, R> }>,
  seen: Omit<Case<C, S, E, R>, keyof Declared<C, S, E, R> | 'count'>,
  focus: Violation<C, S, E, R> | undefined,
  count: (law: LawId, times: number) => void,
): ReadonlyArray<Asked<C, S, E, R>> =>
  laws
    .filter(({ law }) => focus === undefined || focus.law === law)
    .map(({ law, find, declared }) => {
      const looked = focus === undefined ? declared : named(declared, (name) => name === focus.name)
      return { law, find, of: { ...looked, ...seen, count: (times) => count(law, times) } }
    })

/** The first thing that is found, or the first of the same name as what was found before. */
const firstFound = <C, S, E, R>(
  asked: ReadonlyArray<Asked<C, S, E, R>>,
  look: (one: Asked<C, S, E, R>) => Found<C, S, E, R>,
  focus: Violation<C, S, E, R> | undefined,
): Found<C, S, E, R> => {
  for (const one of asked) {
    const found = look(one)
    if (found !== undefined && (focus === undefined || focus.name === found.name)) return found
  }
  return undefined
}

/** A decider that throws breaks the law that called it. */
const findIn = <C, S, E, R>({ law, find, of }: Asked<C, S, E, R>): Found<C, S, E, R> => {
  const called = call(() => find(of))
  if (called._tag === 'Returned') return called.value
  const { trace } = of
  return {
    law,
    name: 'threw',
    what: `something threw while it was tested`,
    given: trace.events,
    command: none,
    shows: { type: 'State', state: trace.state },
    fails: false,
    expected: 'nothing thrown',
    seen: [showError(called.error)],
    state: trace.state,
  }
}
