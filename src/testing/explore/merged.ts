/**
 * Whether states that an exploration takes for one go on alike. That is a promise of the user, and the
 * proof is worth no more than it: so the first states are looked at without it.
 *
 * @since 0.1.0
 */
import { identical } from './identical.ts'
import type { Relation } from '../internal/relation.ts'
import type { Search } from './memory.ts'
import { keyOf } from './memory.ts'
import { call } from '../internal/walkTrace.ts'
import { answer, stepped } from '../internal/shapes.ts'
import { shown } from '../internal/source.ts'
import { seen } from '../internal/text.ts'
import type { Step } from './trace.ts'
import { numberOf, valueTable } from '../internal/numbering.ts'

/** So many states are found once more without taking any for one, those with the shortest ways first. */
const most = 2_000

/** A state, and the way to it. */
interface Found<out S, out A, out E> {
  readonly state: S
  readonly depth: number
  /** The number of the state before it, and the step from there; none of the initial state. */
  readonly before: number
  readonly step: Step<S, A, E> | undefined
}

/**
 * Finds the first states once more, each for itself. Where one does not go on like the one that it was
 * taken for, nothing is proved.
 *
 * @category searching
 * @since 0.1.0
 */
export const checkMerged = <S, A, E, R>(search: Search<S, A, E, R>): void => {
  const { options, system, extent, depth, goal, stopsAtGoal } = search
  if (options.canonical === undefined && options.identity !== 'Structural') return
  if (extent.type === 'Faulty' || (stopsAtGoal && goal !== undefined)) return
  const known = valueTable<S>([], identical)
  const found: Array<Found<S, A, E>> = []
  const add = (state: S, before: number, step: Step<S, A, E> | undefined): void => {
    if (numberOf(known, state, most) !== found.length) return
    const at = (found[before]?.depth ?? -1) + 1
    found.push({ state, depth: at, before, step })
  }
  add(system.initialState, -1, undefined)
  for (let number = 0; number < found.length; number++) {
    const { state, depth: at } = found[number] as Found<S, A, E> // number < length
    if (extent.type === 'Stopped' && at >= depth) return
    const ways = waysFrom(search, state)
    const taken = numberOf(search.keys, keyOf(search, state), search.keys.values.length)
    // what stands before it was alike, and where that leads is known
    const what = apart(search, taken, state, ways)
    if (what !== undefined) {
      search.unsound = { to: taken, way: wayTo(found, number), what }
      search.extent = { type: 'Faulty' }
      return
    }
    for (const { step } of ways.accepted) add(step.state, number, step)
  }
}

const wayTo = <S, A, E>(
  found: ReadonlyArray<Found<S, A, E>>,
  number: number,
): ReadonlyArray<Step<S, A, E>> => {
  const steps: Array<Step<S, A, E>> = []
  for (let at = found[number]; at?.step !== undefined; at = found[at.before]) steps.push(at.step)
  return steps.reverse()
}

/** What is true of one of two states and not of the other; `undefined` where they are alike. */
const apart = <S, A, E, R>(
  search: Search<S, A, E, R>,
  taken: number,
  other: S,
  ways: Ways<S, A, E>,
): string | undefined => {
  const { system, options, invariants, states } = search
  const known = states[taken] as S // the number was given to a state
  if (Object.is(known, other)) return undefined
  if (said(system.isTerminal, known) !== said(system.isTerminal, other)) {
    return 'one of them is terminal'
  }
  const { find } = options
  if (find !== undefined && said(find, known) !== said(find, other)) {
    return 'one of them is what is looked for'
  }
  const named = [
    ...invariants.map(({ name, holds }) => [name, holds] as const),
    ...Object.entries(options.alwaysPossible ?? {}),
  ]
  const differing = named.find(([, holds]) => said(holds, known) !== said(holds, other))
  if (differing !== undefined) return `"${seen(differing[0])}" holds of one of them`
  return otherWay(search, waysFrom(search, known), ways)
}

/** What a predicate says of a state: that it throws is one answer more. */
const said = <S>(ask: (state: S) => boolean, state: S): boolean | undefined => {
  try {
    return answer(ask(state))
  } catch {
    return undefined
  }
}

/** An action that leads one of them where none leads the other, or breaks what must hold of each. */
const otherWay = <S, A, E, R>(
  { keys }: Search<S, A, E, R>,
  known: Ways<S, A, E>,
  other: Ways<S, A, E>,
): string | undefined => {
  const breaking = other.accepted.find(({ breaks }) => breaks !== undefined)
  if (breaking?.breaks !== undefined) {
    return `"${seen(breaking.breaks)}" is broken by ${shown(breaking.step.action)} in one of them`
  }
  const alone =
    without(keys.relation, known.accepted, other.accepted) ??
    without(keys.relation, other.accepted, known.accepted)
  if (alone !== undefined) {
    return `${shown(alone.step.action)} leads one of them where nothing leads the other`
  }
  // which ones are refused may differ, where the states differ in names
  if (known.refused.length === other.refused.length) return undefined
  const [few, many] = [known.refused, other.refused].sort((a, b) => a.length - b.length)
  const refused = many?.find((action) => few?.some((one) => isIdentical(one, action)) === false)
  return `${shown(refused)} is refused in one of them`
}

const isIdentical = (a: unknown, b: unknown): boolean => {
  const code = identical.hash(a)
  return code === identical.hash(b) && identical.equals(a, b, code)
}

/** The first way that leads where none of the others does. */
const without = <S, A, E>(
  relation: Relation,
  all: ReadonlyArray<Way<S, A, E>>,
  others: ReadonlyArray<Way<S, A, E>>,
): Way<S, A, E> | undefined => {
  const keys = valueTable<unknown>([], relation)
  for (const { key } of others) numberOf(keys, key, Infinity)
  return all.find(({ key }) => numberOf(keys, key, keys.values.length) === -1)
}

/** A step that is accepted, by what makes states one, and the name of what it breaks, if any. */
interface Way<out S, out A, out E> {
  readonly step: Step<S, A, E>
  readonly key: unknown
  readonly breaks: string | undefined
}

interface Ways<out S, out A, out E> {
  readonly accepted: ReadonlyArray<Way<S, A, E>>
  readonly refused: ReadonlyArray<A>
}

/** What throws is found where the state that it is taken for is looked at. */
const waysFrom = <S, A, E, R>(search: Search<S, A, E, R>, before: S): Ways<S, A, E> => {
  const { system, stepInvariants } = search
  const accepted: Array<Way<S, A, E>> = []
  const refused: Array<A> = []
  const offered = call(() => system.actions(before))
  for (const action of offered._tag === 'Returned' ? offered.value : []) {
    const outcome = call(() => stepped(system.step(action, before)))
    if (outcome._tag === 'Threw') continue
    if (outcome.value._tag === 'Left') {
      refused.push(action)
      continue
    }
    const { events, state } = outcome.value.right
    const breaks = stepInvariants.find(
      ({ broken, holds }) =>
        broken === undefined &&
        said((after) => holds(before, action, events, after), state) === false,
    )
    const step = { action, events, state }
    accepted.push({ step, key: keyOf(search, state), breaks: breaks?.name })
  }
  return { accepted, refused }
}
