/**
 * What a search found, as a report: traces are rebuilt from the numbers that the search kept.
 *
 * @since 0.1.0
 */
import type { Option } from 'fp-ts/lib/Option.js'
import { arrivalsOf, firstCutOff } from './alwaysPossible.ts'
import type { Finding, Report, Sought, Thrown, Unsound, Verdict, Written } from './report.ts'
import type { Finds, Place, Search, Throw, Watch } from './memory.ts'
import { graphOf } from './graphBuilder.ts'
import type { Step, Trace } from './trace.ts'
import { none, some } from '../../internal/either.ts'

/** The step that an action was when it was accepted in a state; a system may not give it again. */
const stepOf = <S, A, E, R>(
  { system, states, actions }: Search<S, A, E, R>,
  state: number,
  number: number,
): Step<S, A, E> => {
  // both numbers were given, to an action that was accepted in that state
  const [before, action] = [states[state] as S, actions.values[number] as A]
  try {
    const outcome = system.step(action, before)
    if (outcome._tag === 'Right') {
      const { events, state: after } = outcome.right
      return { action, events, state: after }
    }
  } catch {
    // what it throws now it did not throw when the action was accepted
  }
  return { action, events: [], state: before }
}

const traceTo = <S, A, E, R>(search: Search<S, A, E, R>, place: Place): Trace<S, A, E> => {
  const { system, parents, arrivals } = search
  const steps: Array<Step<S, A, E>> = []
  if (place.action !== -1) steps.push(stepOf(search, place.state, place.action))
  for (let at = place.state; at !== 0;) {
    const parent = parents.numbers[at] as number // every state has one
    steps.push(stepOf(search, parent, arrivals.numbers[at] as number)) // and an action from it
    at = parent
  }
  return { initialState: system.initialState, steps: steps.reverse() }
}

const verdictsOf = <F, S, A, E, R>(
  search: Search<S, A, E, R>,
  watches: ReadonlyArray<Watch<F>>,
): Readonly<Record<string, Verdict<S, A, E>>> => {
  const { depth, extent } = search
  const complete = extent.type === 'Complete'
  return Object.fromEntries(
    watches.map(({ name, broken }): [string, Verdict<S, A, E>] => [
      name,
      broken === undefined
        ? { type: 'Holds', depth, complete }
        : { type: 'Broken', trace: traceTo(search, broken) },
    ]),
  )
}

/** Verdicts on what must stay possible. */
const possibleOf = <S, A, E, R>(
  search: Search<S, A, E, R>,
): Readonly<Record<string, Verdict<S, A, E>>> => {
  const named = Object.entries(search.options.alwaysPossible ?? {})
  if (named.length === 0) return {}
  const arrivals = arrivalsOf(search)
  return verdictsOf(
    search,
    named.map(([name, holds]) => ({
      name,
      holds,
      broken: firstCutOff(search, arrivals, name, holds),
    })),
  )
}

const findingOf = <S, A, E, R>(
  search: Search<S, A, E, R>,
  { count, places }: Finds,
): Finding<S, A, E> => ({ count, examples: places.map((place) => traceTo(search, place)) })

const thrownOf = <S, A, E, R>(
  search: Search<S, A, E, R>,
  { by, message, count, place }: Throw,
): Thrown<S, A, E> => ({
  by,
  message,
  count,
  trace: traceTo(search, { state: place.state, action: -1 }),
  action: actionAt(search, place),
})

const writtenOf = <S, A, E, R>(search: Search<S, A, E, R>): Option<Written<S, A, E>> => {
  const { written } = search
  if (written === undefined) return none
  const trace = traceTo(search, { state: written.state, action: -1 })
  return some({ trace, action: actionAt(search, written) })
}

const unsoundOf = <S, A, E, R>(search: Search<S, A, E, R>): Option<Unsound<S, A, E>> => {
  const { unsound } = search
  if (unsound === undefined) return none
  const { to, way, what } = unsound
  const known = traceTo(search, { state: to, action: -1 })
  const other = { initialState: search.system.initialState, steps: way }
  return some({ what, known, other })
}

/** The action under way, if any was. */
const actionAt = <S, A, E, R>({ actions }: Search<S, A, E, R>, { action }: Place): Option<A> =>
  action === -1 ? none : some(actions.values[action] as A) // the number was given

/**
 * Whether the goal was found: not where a state was written to, for the way may be none.
 *
 * @category reading
 * @since 0.1.0
 */
export const soughtOf = <S, A, E, R>(search: Search<S, A, E, R>): Sought<S, A, E> =>
  search.goal === undefined || search.written !== undefined
    ? { type: 'NotFound', depth: search.depth, complete: search.extent.type === 'Complete' }
    : { type: 'Found', trace: traceTo(search, search.goal) }

/** The declared kinds that are not among those that were met; one with a text within is met, too. */
const missing = (
  declared: ReadonlyArray<string> | undefined,
  met: ReadonlyArray<string>,
): ReadonlyArray<string> =>
  (declared ?? []).filter((kind) => !met.some((other) => isOfKind(kind, other)))

const isOfKind = (declared: string, met: string): boolean =>
  met === declared || [`${declared}.'`, `${declared}."`].some((start) => met.startsWith(start))

/**
 * All that was found.
 *
 * @category reading
 * @since 0.1.0
 */
export const reportOf = <S, A, E, R>(search: Search<S, A, E, R>): Report<S, A, E> => {
  const { options, counts, actions, accepted } = search
  const { tried, accepted: took, emitted } = counts.uses
  const commands = counts.commands.list.map((command, kind) => ({
    command,
    tried: tried[kind] ?? 0,
    accepted: took[kind] ?? 0,
    emitted: emitted[kind] ?? 0,
  }))
  const name = search.system.decider
  return {
    decider: name === undefined ? none : some(name),
    extent: search.extent,
    states: search.states.length,
    transitions: search.transitions,
    refused: search.refused,
    depth: search.depth,
    invariants: verdictsOf(search, search.invariants),
    stepInvariants: verdictsOf(search, search.stepInvariants),
    alwaysPossible: possibleOf(search),
    goal: options.find === undefined ? none : some(soughtOf(search)),
    commands,
    neverTried: missing(options.commands, counts.commands.list),
    neverAccepted: commands.filter((use) => use.accepted === 0).map(({ command }) => command),
    refusedEverywhere: actions.values.filter((_, number) => accepted[number] === false),
    neverEmitted: missing(options.events, counts.events.list),
    neverGiven: missing(options.rejections, counts.rejections.list),
    deadEnds: findingOf(search, search.deadEnds),
    terminalLeft: findingOf(search, search.terminalLeft),
    unsound: unsoundOf(search),
    written: writtenOf(search),
    thrown: [...search.throws.values()].map((thrown) => thrownOf(search, thrown)),
    graph: graphOf(counts, 0),
  }
}
