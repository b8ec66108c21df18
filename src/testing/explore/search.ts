/**
 * Goes through a system breadth first: tries every action in each state, in the order in which states
 * were found.
 *
 * @since 0.1.0
 */
import type { Either } from 'fp-ts/lib/Either.js'
import type { Transition } from '../../Decider.ts'
import type { Search } from './memory.ts'
import { checkKept, isTerminal, locate, noteMove, notePlace, noteThrow } from './memory.ts'
import { whole } from './options.ts'
import { answer, listed, stepped } from '../internal/shapes.ts'
import { commandKind, countAccepted, countEdge, countRefusal, countThrow } from './graphBuilder.ts'
import { numberOf } from '../internal/numbering.ts'

/**
 * Goes on until every state's actions were tried, or a limit is met.
 *
 * @category searching
 * @since 0.1.0
 */
export const run = <S, A, E, R>(search: Search<S, A, E, R>): void => {
  const { states, options } = search
  const { depth, time } = options.limits ?? {}
  const deepest = whole(depth ?? Infinity, 0)
  const end = time === undefined ? 0 : time.now() + whole(time.milliseconds, 0)
  const late = (): boolean => time !== undefined && time.now() >= end
  const every = options.progress?.every ?? Infinity
  let told = 0
  let level = states.length
  for (let from = 0; from < states.length && !search.stopped; from++) {
    if (from === level) {
      search.depth++
      level = states.length
    }
    if (search.depth === deepest) stop(search, 'Depth')
    else if (late()) stop(search, 'Time')
    else expand(search, from, late)
    if (!search.stopped) search.expanded = from + 1
    if (search.transitions + search.refused - told >= every) {
      told = search.transitions + search.refused
      tell(search, from + 1)
    }
  }
}

const stop = <S, A, E, R>(search: Search<S, A, E, R>, limit: 'Depth' | 'States' | 'Time'): void => {
  search.extent = { type: 'Stopped', limit }
  search.stopped = true
}

/** Knows that what a state leads to is not known. */
const lose = <S, A, E, R>(search: Search<S, A, E, R>, state: number): void => {
  search.unsure.push(state)
  if (!search.stopped) search.extent = { type: 'Faulty' }
}

const tell = <S, A, E, R>(search: Search<S, A, E, R>, expanded: number): void => {
  const { states, transitions, refused, depth, options } = search
  const waiting = states.length - expanded
  options.progress?.tell({ states: states.length, waiting, transitions, refused, depth })
}

/** In a state of many actions, the clock is looked at each time after so many. */
const stride = 1_024

/** In the first states, each action is asked whether it wrote to the state; then all of every second's. */
const early = 256

/** Tries every action in a state, each once, until it is late. */
const expand = <S, A, E, R>(
  search: Search<S, A, E, R>,
  from: number,
  late: () => boolean,
): void => {
  const offered = actionsIn(search, from)
  if (offered === undefined) return
  const numbers = numbersFor(search, offered)
  if (from < early) checkKept(search, from, -1)
  let threw = false
  let leaves = false
  let emits = -1
  for (let i = 0; i < offered.length && !search.stopped; i++) {
    if (i > 0 && i % stride === 0 && late()) {
      stop(search, 'Time')
      break
    }
    const action = offered[i] as A // i < length
    const number = (numbers[i] ??= numberIn(search, from, action))
    if (number === again) continue
    const outcome = stepFrom(search, from, number, action)
    if (outcome === undefined) {
      threw = true
    } else if (outcome._tag === 'Left') {
      refuse(search, from, number, outcome.left)
    } else {
      if (accept(search, from, number, action, outcome.right) !== from) leaves = true
      if (emits === -1 && outcome.right.events.length > 0) emits = number
    }
    if (from < early) checkKept(search, from, number)
  }
  if (threw) lose(search, from)
  if (from % 2 === 0) checkKept(search, from, -1)
  // where something threw, or was not tried, whether the state is left is not known
  noteEnd(search, from, emits, leaves || threw || search.stopped)
}

/** Keeps a terminal state in which an action emits, and any other that is not left. */
const noteEnd = <S, A, E, R>(
  search: Search<S, A, E, R>,
  from: number,
  emits: number,
  mayLeave: boolean,
): void => {
  const { terminalLeft, deadEnds } = search
  if (isTerminal(search, from)) {
    if (emits !== -1) notePlace(search, terminalLeft, from, emits)
  } else if (!mayLeave) notePlace(search, deadEnds, from, -1)
}

const actionsIn = <S, A, E, R>(
  search: Search<S, A, E, R>,
  from: number,
): ReadonlyArray<A> | undefined => {
  try {
    return listed('it', search.system.actions(search.states[from] as S)) // from < states.length
  } catch (error) {
    noteThrow(search, 'actions', error, from, -1)
    lose(search, from)
    return undefined
  }
}

/** The numbers of a list's actions, as far as they are known: a list that is offered again has them. */
const numbersFor = <S, A, E, R>(
  search: Search<S, A, E, R>,
  offered: ReadonlyArray<A>,
): Array<number> => {
  if (search.offered !== offered) {
    search.offered = offered
    search.offeredNumbers = []
  }
  return search.offeredNumbers
}

/** In the place of a number: the action stands in the list before. */
const again = -1

/** The number of an action that comes next in a state's list. One that is new becomes known. */
const numberIn = <S, A, E, R>(search: Search<S, A, E, R>, from: number, action: A): number => {
  const { actions, kinds, accepted, counts, triedIn } = search
  const number = numberOf(actions, action, Infinity)
  if (number === kinds.length) {
    kinds.push(commandKind(counts, action))
    accepted.push(false)
  }
  if (triedIn[number] === from) return again
  triedIn[number] = from
  return number
}

const stepFrom = <S, A, E, R>(
  search: Search<S, A, E, R>,
  from: number,
  number: number,
  action: A,
): Either<R, Transition<S, E>> | undefined => {
  try {
    return stepped(search.system.step(action, search.states[from] as S)) // from < states.length
  } catch (error) {
    countThrow(search.counts, kindNumber(search, number))
    noteThrow(search, 'step', error, from, number)
    return undefined
  }
}

// every action that was tried has a kind, and every state a label

const kindNumber = <S, A, E, R>({ kinds }: Search<S, A, E, R>, action: number): number =>
  kinds[action] as number

const labelNumber = <S, A, E, R>({ labels }: Search<S, A, E, R>, state: number): number =>
  labels.numbers[state] as number

const refuse = <S, A, E, R>(
  search: Search<S, A, E, R>,
  from: number,
  number: number,
  rejection: R,
): void => {
  search.refused++
  countRefusal(search.counts, labelNumber(search, from), kindNumber(search, number), rejection)
}

/** Where an accepted action leads, by number; -1 where there is no room for it. */
const accept = <S, A, E, R>(
  search: Search<S, A, E, R>,
  from: number,
  number: number,
  action: A,
  { events, state }: Transition<S, E>,
): number => {
  search.accepted[number] = true
  checkStep(search, from, number, action, events, state)
  const to = locate(search, state, from, number)
  if (to === -1) {
    countAccepted(search.counts, kindNumber(search, number), events)
    stop(search, 'States')
    return to
  }
  search.transitions++
  noteMove(search.moves, from, to)
  const [left, reached] = [labelNumber(search, from), labelNumber(search, to)]
  countEdge(search.counts, left, reached, kindNumber(search, number), events)
  return to
}

const checkStep = <S, A, E, R>(
  search: Search<S, A, E, R>,
  from: number,
  number: number,
  action: A,
  events: ReadonlyArray<E>,
  after: S,
): void => {
  for (const watch of search.stepInvariants) {
    if (watch.broken !== undefined) continue
    let holds = false
    try {
      holds = answer(watch.holds(search.states[from] as S, action, events, after)) // from < states.length
    } catch (error) {
      noteThrow(search, watch.name, error, from, number)
    }
    if (!holds) watch.broken = { state: from, action: number }
  }
}
