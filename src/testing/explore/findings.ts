/**
 * The second half of an exploration: judges the states that a search finds and counts its attempts, one
 * expanded state after another.
 */
import type { Transition } from '../../Decider.ts'
import { kindOf } from '../internal/kind.ts'
import type { PathCounts } from '../internal/pathCounts.ts'
import { along, pathCounts } from '../internal/pathCounts.ts'
import { booleanResult, settled } from '../internal/shapes.ts'
import type { TransitionLists } from './alwaysPossible.ts'
import { arrivals, noteArrival } from './alwaysPossible.ts'
import type { ExploreOptions } from './options.ts'
import type { SearchRecord, TraceEnd } from './record.ts'
import { noteThrown } from './record.ts'
import type { CommandUse } from './report.ts'
import type { StateExpansion, SearchObserver } from './search.ts'

/** A named invariant, and where it was broken first. */
export interface InvariantCheck<out F> {
  readonly name: string
  readonly holds: F
  broken: TraceEnd | undefined
}

/** In how many states something was found, and the first few of them. */
export interface FoundPlaces {
  count: number
  readonly first: Array<TraceEnd>
}

/** The states with one label, as the graph will show them. */
interface LabelCount {
  readonly label: string
  states: number
  terminal: boolean
}

/** An action: its kind, how that is used, and whether any state accepts the action. */
interface ActionUse<A> {
  readonly action: A
  readonly counts: { -readonly [K in keyof CommandUse]: CommandUse[K] }
  accepted: boolean
}

/** What is known so far. */
export interface Findings<S, A, E> {
  readonly options: ExploreOptions<S, A, E>
  readonly stopsAtGoal: boolean
  readonly invariants: ReadonlyArray<InvariantCheck<(state: S) => boolean>>
  readonly stepInvariants: ReadonlyArray<
    InvariantCheck<(before: S, action: A, events: ReadonlyArray<E>, after: S) => boolean>
  >
  goal: TraceEnd | undefined
  /** The label of each state, and whether it is terminal. */
  readonly labels: Array<LabelCount>
  readonly terminal: Array<boolean>
  readonly nodes: Map<string, LabelCount>
  readonly uses: Map<string, ActionUse<A>['counts']>
  readonly actions: Array<ActionUse<A>>
  /** Paths of label, label, command and events. */
  readonly edges: PathCounts
  /** Paths of label, command and rejection. */
  readonly refusals: PathCounts
  /** The kinds of the events that led to a state beyond the limit, which no edge has. */
  beyond: ReadonlyArray<string>
  /** Only if something must stay possible. */
  readonly arrivals: TransitionLists | undefined
  readonly deadEnds: FoundPlaces
  readonly terminalLeft: FoundPlaces
}

const checks = <F>(
  named: Readonly<Record<string, F>> | undefined,
): ReadonlyArray<InvariantCheck<F>> =>
  Object.entries(named ?? {}).map(([name, holds]) => ({ name, holds, broken: undefined }))

/** Nothing is known yet. */
export const noFindings = <S, A, E>(
  options: ExploreOptions<S, A, E>,
  stopsAtGoal: boolean,
): Findings<S, A, E> => ({
  options,
  stopsAtGoal,
  invariants: checks(options.invariants),
  stepInvariants: checks(options.stepInvariants),
  goal: undefined,
  labels: [],
  terminal: [],
  nodes: new Map(),
  uses: new Map(),
  actions: [],
  edges: pathCounts(),
  refusals: pathCounts(),
  beyond: [],
  arrivals: options.alwaysPossible === undefined ? undefined : arrivals(),
  deadEnds: { count: 0, first: [] },
  terminalLeft: { count: 0, first: [] },
})

/** Judges and counts what a search tells. */
export const counting = <S, A, E, R>(
  record: SearchRecord<S, A, E, R>,
  findings: Findings<S, A, E>,
): SearchObserver<S, E, R> => ({
  found: (state, number) => {
    countState(record, findings, state, number)
    const at = { state: number, action: -1 }
    for (const check of findings.invariants) {
      if (check.broken === undefined && !holdsIn(record, check, state, number)) check.broken = at
    }
    const { find } = findings.options
    if (findings.goal !== undefined || find === undefined || !booleanResult(find(state)))
      return false
    findings.goal = at
    return findings.stopsAtGoal
  },
  expanded: (expansion) => {
    countExpansion(record, findings, expansion)
  },
})

const countExpansion = <S, A, E, R>(
  record: SearchRecord<S, A, E, R>,
  findings: Findings<S, A, E>,
  expansion: StateExpansion<S, E, R>,
): void => {
  const { label } = findings.labels[expansion.state] as LabelCount // every state has one
  const from: LabelCounts = {
    edges: along(findings.edges, label),
    refusals: along(findings.refusals, label),
  }
  let emits = -1
  let isLeft = false
  for (const attempt of expansion.attempts) {
    const use = useOf(record, findings, attempt.action)
    use.counts.tried++
    const { outcome, to, action } = attempt
    if (outcome === undefined) continue
    if (outcome._tag === 'Left') {
      along(along(from.refusals, use.counts.command), kindOf(outcome.left)).count++
      continue
    }
    checkStep(record, findings, { state: expansion.state, action }, outcome.right)
    countAccepted(findings, from, use, outcome.right.events, to)
    if (findings.arrivals !== undefined && to !== -1) {
      noteArrival(findings.arrivals, expansion.state, to)
    }
    if (to !== expansion.state) isLeft = true
    if (emits === -1 && outcome.right.events.length > 0) emits = action
  }
  countEnd(findings, expansion, emits, isLeft)
}

/** The counts of what begins at one label. */
interface LabelCounts {
  readonly edges: PathCounts
  readonly refusals: PathCounts
}

const countState = <S, A, E, R>(
  record: SearchRecord<S, A, E, R>,
  { options, labels, terminal, nodes }: Findings<S, A, E>,
  state: S,
  number: number,
): void => {
  const { abstraction } = options
  const label = abstraction === undefined ? 'any' : settled('abstraction', abstraction(state))
  const isEnd = endsIn(record, state, number)
  const node = nodes.get(label) ?? { label, states: 0, terminal: true }
  nodes.set(label, node)
  node.states++
  node.terminal &&= isEnd
  labels.push(node)
  terminal.push(isEnd)
}

/** Whether a state is terminal. If that throws, it is not, and nothing is proved. */
const endsIn = <S, A, E, R>(
  { system, faults }: SearchRecord<S, A, E, R>,
  state: S,
  number: number,
): boolean => {
  try {
    return booleanResult(system.isTerminal(state))
  } catch (error) {
    faults.broken = true
    noteThrown(faults, 'isTerminal', error, { state: number, action: -1 })
    return false
  }
}

/** Whether a state satisfies a named predicate. If that throws, it does not. */
export const holdsIn = <S, A, E, R>(
  { faults }: SearchRecord<S, A, E, R>,
  { name, holds }: { readonly name: string; readonly holds: (state: S) => boolean },
  state: S,
  number: number,
): boolean => {
  try {
    return booleanResult(holds(state))
  } catch (error) {
    noteThrown(faults, name, error, { state: number, action: -1 })
    return false
  }
}

/** How an action is used, which may be new. */
const useOf = <S, A, E, R>(
  { tried }: SearchRecord<S, A, E, R>,
  { actions, uses }: Findings<S, A, E>,
  number: number,
): ActionUse<A> => {
  const known = actions[number]
  if (known !== undefined) return known
  const action = tried.table.values[number] as A // it was tried
  const command = kindOf(action)
  const counts = uses.get(command) ?? { command, tried: 0, accepted: 0, emitted: 0 }
  uses.set(command, counts)
  const added = { action, counts, accepted: false }
  actions[number] = added
  return added
}

const countAccepted = <S, A, E>(
  findings: Findings<S, A, E>,
  from: LabelCounts,
  use: ActionUse<A>,
  events: ReadonlyArray<E>,
  to: number,
): void => {
  use.accepted = true
  use.counts.accepted++
  if (events.length > 0) use.counts.emitted++
  if (to === -1) {
    findings.beyond = events.map(kindOf)
    return
  }
  const reached = findings.labels[to] as LabelCount // every state has one
  let edge = along(along(from.edges, reached.label), use.counts.command)
  for (const event of events) edge = along(edge, kindOf(event))
  edge.count++
}

const checkStep = <S, A, E, R>(
  { found, tried, faults }: SearchRecord<S, A, E, R>,
  { stepInvariants }: Findings<S, A, E>,
  at: TraceEnd,
  { events, state }: Transition<S, E>,
): void => {
  for (const check of stepInvariants) {
    if (check.broken !== undefined) continue
    let holds = false
    try {
      // both numbers were given
      const [before, action] = [found.values[at.state] as S, tried.table.values[at.action] as A]
      holds = booleanResult(check.holds(before, action, events, state))
    } catch (error) {
      noteThrown(faults, check.name, error, at)
    }
    if (!holds) check.broken = at
  }
}

/** Notes a terminal state in which an action emits, and any other state that no action leaves. */
const countEnd = <S, A, E>(
  { options, terminal, terminalLeft, deadEnds }: Findings<S, A, E>,
  { state, complete }: StateExpansion<S, E, unknown>,
  emits: number,
  isLeft: boolean,
): void => {
  const note = (places: FoundPlaces, action: number): void => {
    places.count++
    if (places.first.length < (options.examples ?? 3)) places.first.push({ state, action })
  }
  if (terminal[state] === true) {
    if (emits !== -1) note(terminalLeft, emits)
  } else if (complete && !isLeft) note(deadEnds, -1)
}
