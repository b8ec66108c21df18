/**
 * Whether states that an exploration merges behave alike. `canonical` and `identity: 'Structural'` are
 * promises of the user, and a proof is worth no more than they are. So the first states are explored once
 * more without merging any.
 */
import { numberIn, valueTable } from '../internal/numbering.ts'
import type { Relation } from '../internal/relation.ts'
import { booleanResult, listed, shapedStep } from '../internal/shapes.ts'
import { shown } from '../internal/source.ts'
import { seen } from '../internal/text.ts'
import type { Findings } from './findings.ts'
import { identical } from './identical.ts'
import type { SearchRecord } from './record.ts'
import type { TraceStep } from './trace.ts'

/** So many states are explored once more, those with the shortest traces first. */
const mostStates = 2_000

/** A state that differs from the one it was merged with: the steps to it, and what tells them apart. */
export interface Merger<out S, out A, out E> {
  /** The number of the state that it was merged with. */
  readonly to: number
  readonly steps: ReadonlyArray<TraceStep<S, A, E>>
  readonly difference: string
}

/** A state, and the step to it from the state at `before`. */
interface ReachedState<out S, out A, out E> {
  readonly state: S
  readonly depth: number
  readonly before: number
  readonly step: TraceStep<S, A, E> | undefined
}

/** An accepted action: where it leads, what makes that state the same as others, what it breaks. */
interface AcceptedStep<out S, out A, out E> {
  readonly step: TraceStep<S, A, E>
  readonly key: unknown
  readonly breaks: string | undefined
}

/** What the actions of a state come to. */
interface StateBehaviour<out S, out A, out E> {
  readonly accepted: ReadonlyArray<AcceptedStep<S, A, E>>
  readonly refused: ReadonlyArray<A>
}

/** The first of these states that behaves differently from the one that it was merged with. */
export const firstMerger = <S, A, E, R>(
  record: SearchRecord<S, A, E, R>,
  findings: Findings<S, A, E>,
): Merger<S, A, E> | undefined => {
  const { options } = findings
  if (options.canonical === undefined && options.identity !== 'Structural') return undefined
  const { broken, written } = record.faults
  if (written !== undefined || record.end === 'Goal') return undefined
  if (broken && record.end === undefined) return undefined
  const { keys, keyOf, values } = record.found
  const known = valueTable<S>(identical)
  const reached: Array<ReachedState<S, A, E>> = []
  const add = (state: S, before: number, step: TraceStep<S, A, E> | undefined): void => {
    if (numberIn(known, state, mostStates) !== reached.length) return
    reached.push({ state, depth: (reached[before]?.depth ?? -1) + 1, before, step })
  }
  add(record.system.initialState, -1, undefined)
  for (let at = 0; at < reached.length; at++) {
    const { state, depth } = reached[at] as ReachedState<S, A, E> // at < length
    if (record.end !== undefined && depth >= record.counts.depth) return undefined
    const behaviour = behaviourIn(record, findings, state)
    // all states before it behave alike, so the search found the one that it was merged with
    const to = numberIn(keys, keyOf(state), values.length)
    const difference = mergedDifference(record, findings, values[to] as S, state, behaviour)
    if (difference !== undefined) return { to, steps: stepsTo(reached, at), difference }
    for (const { step } of behaviour.accepted) add(step.state, at, step)
  }
  return undefined
}

const stepsTo = <S, A, E>(
  reached: ReadonlyArray<ReachedState<S, A, E>>,
  end: number,
): ReadonlyArray<TraceStep<S, A, E>> => {
  const steps: Array<TraceStep<S, A, E>> = []
  for (let at = reached[end]; at?.step !== undefined; at = reached[at.before]) steps.push(at.step)
  return steps.reverse()
}

/** What is true of one of two states only; `undefined` if they are alike. */
const mergedDifference = <S, A, E, R>(
  record: SearchRecord<S, A, E, R>,
  findings: Findings<S, A, E>,
  known: S,
  other: S,
  behaviour: StateBehaviour<S, A, E>,
): string | undefined => {
  if (Object.is(known, other)) return undefined
  const { find = () => false, invariants, alwaysPossible } = findings.options
  const differs = (ask: (state: S) => boolean) => answerTo(ask, known) !== answerTo(ask, other)
  if (differs(record.system.isTerminal)) return 'one of them is terminal'
  if (differs(find)) return 'one of them is a goal'
  const named = [...Object.entries(invariants ?? {}), ...Object.entries(alwaysPossible ?? {})]
  const [name] = named.find(([, holds]) => differs(holds)) ?? []
  if (name !== undefined) return `"${seen(name)}" holds of one of them`
  return otherBehaviour(record.found.keys.relation, behaviourIn(record, findings, known), behaviour)
}

/** What a predicate says of a state; `undefined` if it throws. */
const answerTo = <S>(ask: (state: S) => boolean, state: S): boolean | undefined => {
  try {
    return booleanResult(ask(state))
  } catch {
    return undefined
  }
}

/** An action that leads from one of them to where the other cannot go, or that breaks an invariant. */
const otherBehaviour = <S, A, E>(
  relation: Relation,
  known: StateBehaviour<S, A, E>,
  other: StateBehaviour<S, A, E>,
): string | undefined => {
  const breaking = other.accepted.find(({ breaks }) => breaks !== undefined)
  if (breaking?.breaks !== undefined) {
    return `"${seen(breaking.breaks)}" is broken by ${shown(breaking.step.action)} in one of them`
  }
  const alone =
    leadingElsewhere(relation, known.accepted, other.accepted) ??
    leadingElsewhere(relation, other.accepted, known.accepted)
  if (alone !== undefined) {
    return `${shown(alone.step.action)} leads one of them where nothing leads the other`
  }
  // which actions are refused may differ, if the states differ in names
  if (known.refused.length === other.refused.length) return undefined
  const [few = [], many = []] = [known.refused, other.refused].sort((a, b) => a.length - b.length)
  const table = valueTable<A>(identical)
  for (const action of few) numberIn(table, action, Infinity)
  const refused = many.find((action) => numberIn(table, action, 0) === -1)
  return `${shown(refused)} is refused in one of them`
}

/** The first step that leads to no state that the others lead to. */
const leadingElsewhere = <S, A, E>(
  relation: Relation,
  all: ReadonlyArray<AcceptedStep<S, A, E>>,
  others: ReadonlyArray<AcceptedStep<S, A, E>>,
): AcceptedStep<S, A, E> | undefined => {
  const keys = valueTable<unknown>(relation)
  for (const { key } of others) numberIn(keys, key, Infinity)
  return all.find(({ key }) => numberIn(keys, key, 0) === -1)
}

/** What throws is left out: it was found in the state that this one was merged with. */
const behaviourIn = <S, A, E, R>(
  { system, found }: SearchRecord<S, A, E, R>,
  { stepInvariants }: Findings<S, A, E>,
  before: S,
): StateBehaviour<S, A, E> => {
  const accepted: Array<AcceptedStep<S, A, E>> = []
  const refused: Array<A> = []
  for (const action of unlessThrown(() => listed('it', system.actions(before))) ?? []) {
    const outcome = unlessThrown(() => shapedStep(system.step(action, before)))
    if (outcome === undefined) continue
    if (outcome._tag === 'Left') {
      refused.push(action)
      continue
    }
    const { events, state } = outcome.right
    const breaks = stepInvariants.find(
      ({ broken, holds }) =>
        broken === undefined &&
        answerTo((after) => holds(before, action, events, after), state) === false,
    )?.name
    accepted.push({ step: { action, events, state }, key: found.keyOf(state), breaks })
  }
  return { accepted, refused }
}

const unlessThrown = <A>(compute: () => A): A | undefined => {
  try {
    return compute()
  } catch {
    return undefined
  }
}
