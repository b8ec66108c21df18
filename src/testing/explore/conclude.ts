/**
 * What a finished search found, as a report. Traces are rebuilt from the numbers of states and actions.
 */
import type { Option } from 'fp-ts/lib/Option.js'
import { none, some } from '../../internal/either.ts'
import type { ExploredGraph } from '../internal/graph.ts'
import { countedPaths } from '../internal/pathCounts.ts'
import { firstCutOff } from './alwaysPossible.ts'
import type { Findings, FoundPlaces, InvariantCheck } from './findings.ts'
import { holdsIn } from './findings.ts'
import type { Merger } from './merged.ts'
import type { SearchRecord, TraceEnd } from './record.ts'
import type { ExploreReport, FoundTraces, GoalResult, InvariantResult } from './report.ts'
import type { Trace, TraceStep } from './trace.ts'

/** A search that is over. */
export interface FinishedSearch<S, A, E, R> {
  readonly record: SearchRecord<S, A, E, R>
  readonly findings: Findings<S, A, E>
  readonly unsound: Merger<S, A, E> | undefined
}

/** The step that an action was when it was accepted in a state. The system may not accept it again. */
const traceStepOf = <S, A, E, R>(
  { system, found, tried }: SearchRecord<S, A, E, R>,
  at: TraceEnd,
): TraceStep<S, A, E> => {
  // both numbers were given
  const [before, action] = [found.values[at.state] as S, tried.table.values[at.action] as A]
  try {
    const outcome = system.step(action, before)
    if (outcome._tag === 'Right') {
      return { action, events: outcome.right.events, state: outcome.right.state }
    }
  } catch {
    // it did not throw when the action was accepted
  }
  return { action, events: [], state: before }
}

const traceTo = <S, A, E, R>(record: SearchRecord<S, A, E, R>, end: TraceEnd): Trace<S, A, E> => {
  const { parents, arrivals } = record.found
  const steps: Array<TraceStep<S, A, E>> = []
  if (end.action !== -1) steps.push(traceStepOf(record, end))
  for (let state = end.state; state > 0;) {
    // every state but the initial one has both
    const [before, action] = [parents[state] as number, arrivals[state] as number]
    steps.push(traceStepOf(record, { state: before, action }))
    state = before
  }
  return { initialState: record.system.initialState, steps: steps.reverse() }
}

/** The trace to a state, and the action under way there, if there was one. */
const interrupted = <S, A, E, R>(
  record: SearchRecord<S, A, E, R>,
  { state, action }: TraceEnd,
): { readonly trace: Trace<S, A, E>; readonly action: Option<A> } => ({
  trace: traceTo(record, { state, action: -1 }),
  action: action === -1 ? none : some(record.tried.table.values[action] as A), // the number was given
})

const extentOf = <S, A, E, R>({
  record,
  unsound,
}: FinishedSearch<S, A, E, R>): ExploreReport<S, A, E>['extent'] => {
  const { faults, end } = record
  if (faults.written !== undefined || unsound !== undefined) return { type: 'Faulty' }
  if (end === 'Depth' || end === 'States' || end === 'Time') return { type: 'Stopped', limit: end }
  return { type: faults.broken ? 'Faulty' : 'Complete' }
}

const resultsOf = <S, A, E, R>(
  explored: FinishedSearch<S, A, E, R>,
  checks: ReadonlyArray<Omit<InvariantCheck<unknown>, 'holds'>>,
): Readonly<Record<string, InvariantResult<S, A, E>>> => {
  const { depth } = explored.record.counts
  const complete = extentOf(explored).type === 'Complete'
  return Object.fromEntries(
    checks.map(({ name, broken }): [string, InvariantResult<S, A, E>] => [
      name,
      broken === undefined
        ? { type: 'Holds', depth, complete }
        : { type: 'Broken', trace: traceTo(explored.record, broken) },
    ]),
  )
}

const possibleOf = <S, A, E, R>(
  explored: FinishedSearch<S, A, E, R>,
): Readonly<Record<string, InvariantResult<S, A, E>>> => {
  const { record, findings } = explored
  const { arrivals } = findings
  if (arrivals === undefined) return {}
  return resultsOf(
    explored,
    Object.entries(findings.options.alwaysPossible ?? {}).map(([name, holds]) => {
      const satisfies = (state: S, at: number) => holdsIn(record, { name, holds }, state, at)
      return { name, broken: firstCutOff(record, arrivals, satisfies) }
    }),
  )
}

/** The path to the goal. If a state was written to, the path may not exist. */
export const goalOf = <S, A, E, R>(explored: FinishedSearch<S, A, E, R>): GoalResult<S, A, E> => {
  const { record, findings } = explored
  return findings.goal === undefined || record.faults.written !== undefined
    ? {
        type: 'NotFound',
        depth: record.counts.depth,
        complete: extentOf(explored).type === 'Complete',
      }
    : { type: 'Found', trace: traceTo(record, findings.goal) }
}

const unsoundOf = <S, A, E, R>({
  record,
  unsound,
}: FinishedSearch<S, A, E, R>): ExploreReport<S, A, E>['unsound'] => {
  if (unsound === undefined) return none
  const { to, steps, difference } = unsound
  const known = traceTo(record, { state: to, action: -1 })
  return some({
    what: difference,
    known,
    other: { initialState: record.system.initialState, steps },
  })
}

const tracesOf = <S, A, E, R>(
  record: SearchRecord<S, A, E, R>,
  { count, first }: FoundPlaces,
): FoundTraces<S, A, E> => ({ count, examples: first.map((place) => traceTo(record, place)) })

/** The declared kinds that were not met. A kind is also met as the start of a longer one, `Failed.'x'`. */
const notMet = (
  declared: ReadonlyArray<string> | undefined,
  met: Iterable<string>,
): ReadonlyArray<string> => {
  const all = [...met]
  const isMet = (kind: string): boolean =>
    all.some((one) => one === kind || one.startsWith(`${kind}.'`) || one.startsWith(`${kind}."`))
  return (declared ?? []).filter((kind) => !isMet(kind))
}

const graphOf = <S, A, E>({
  labels,
  nodes,
  edges,
  refusals,
}: Findings<S, A, E>): ExploredGraph => ({
  initial: labels[0]?.label ?? '',
  nodes: [...nodes.values()],
  edges: countedPaths(edges).map(({ path, count }) => {
    const [from = '', to = '', command = '', ...events] = path
    return { from, to, command, events, count }
  }),
  refusals: countedPaths(refusals).map(({ path, count }) => {
    const [from = '', command = '', rejection = ''] = path
    return { from, command, rejection, count }
  }),
})

/** The graph, and which commands, events and rejections it lacks. */
const graphReport = <S, A, E>(findings: Findings<S, A, E>) => {
  const { options, uses, actions, beyond } = findings
  const graph = graphOf(findings)
  const commands = [...uses.values()]
  const emitted = [...graph.edges.flatMap(({ events }) => events), ...beyond]
  const given = graph.refusals.map(({ rejection }) => rejection)
  return {
    commands,
    neverTried: notMet(options.commands, uses.keys()),
    neverAccepted: commands.filter((use) => use.accepted === 0).map(({ command }) => command),
    refusedEverywhere: actions.filter((one) => !one.accepted).map(({ action }) => action),
    neverEmitted: notMet(options.events, emitted),
    neverGiven: notMet(options.rejections, given),
    graph,
  }
}

/** All that was found. */
export const reportOf = <S, A, E, R>(
  explored: FinishedSearch<S, A, E, R>,
): ExploreReport<S, A, E> => {
  const { record, findings } = explored
  const { system, found, counts, faults } = record
  return {
    decider: system.decider === undefined ? none : some(system.decider),
    extent: extentOf(explored),
    states: found.values.length,
    transitions: counts.transitions,
    refused: counts.refused,
    depth: counts.depth,
    invariants: resultsOf(explored, findings.invariants),
    stepInvariants: resultsOf(explored, findings.stepInvariants),
    // before `thrown`, which has what these predicates throw
    alwaysPossible: possibleOf(explored),
    goal: findings.options.find === undefined ? none : some(goalOf(explored)),
    ...graphReport(findings),
    deadEnds: tracesOf(record, findings.deadEnds),
    terminalLeft: tracesOf(record, findings.terminalLeft),
    unsound: unsoundOf(explored),
    written: faults.written === undefined ? none : some(interrupted(record, faults.written)),
    thrown: [...faults.thrown.values()].map(({ by, message, count, at }) => ({
      by,
      message,
      count,
      ...interrupted(record, at),
    })),
  }
}
