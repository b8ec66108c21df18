/**
 * Shorter paths to where a walk leads.

 */
import { structurally } from '../internal/relation.ts'
import type { WalkItem } from './item.ts'
import { numberIn, valueTable } from '../internal/numbering.ts'

/** The states that commands lead through: `step` returns the same state if a command emits nothing. */
export interface WalkSteps<in out C, in out S> {
  readonly start: () => S
  /** The state after a command; `undefined` if the decider throws. */
  readonly step: (item: WalkItem<C>, state: S) => { readonly state: S } | undefined
}

/** Paths that are shorter than a walk. */
export interface Ways<C> {
  /**
   * Leaves out cycles, so that no state is visited twice, and ends with the same command; `undefined` if that
   * is not shorter.
   */
  readonly withoutCircles: (
    items: ReadonlyArray<WalkItem<C>>,
  ) => ReadonlyArray<WalkItem<C>> | undefined
  /**
   * Shortest paths by commands of the walk and others. If these lead to few states: to each state, shorter
   * paths first, alone and with the last command of the walk. Otherwise: to the state after that command, and
   * to the one before it.
   */
  readonly shortest: (
    items: ReadonlyArray<WalkItem<C>>,
    others: ReadonlyArray<WalkItem<C>>,
  ) => Iterable<ReadonlyArray<WalkItem<C>>>
}

/** Comparing large states is slow, so fewer steps are tried for them. */
const mostParts = 200_000
const mostSteps = 20_000
/** Up to this many states, paths to all of them are tried. */
const few = 250

export const waysOf = <C, S>(steps: WalkSteps<C, S>): Ways<C> => ({
  withoutCircles: (items) => {
    const numbers = numbersAlong(steps, items)
    if (numbers === undefined) return undefined
    const last = new Map(numbers.map((number, i) => [number, i]))
    const kept: Array<WalkItem<C>> = []
    for (let i = 0; i < items.length;) {
      // all have a number, and each number comes last somewhere
      i = last.get(numbers[i] as number) as number
      kept.push(items[i] as WalkItem<C>)
      i++
    }
    return kept.length < items.length ? kept : undefined
  },
  shortest: (items, others) => shortestOf(steps, items, others),
})

/** The number of the state that each command meets; equal states have equal numbers. */
const numbersAlong = <C, S>(
  { start, step }: WalkSteps<C, S>,
  items: ReadonlyArray<WalkItem<C>>,
): ReadonlyArray<number> | undefined => {
  const table = valueTable<S>(structurally)
  const numbers: Array<number> = []
  let state = start()
  for (const item of items) {
    numbers.push(numberIn(table, state, Infinity))
    const next = step(item, state)
    if (next === undefined && numbers.length < items.length) return undefined
    state = next === undefined ? state : next.state
  }
  return numbers
}

/** How a state was reached: the number of the one before, and the command. */
interface StateArrival<C> {
  readonly from: number
  readonly by: WalkItem<C>
}

/** The states that a search found, by number, in the order in which they were found. */
interface FoundStates<C, S> {
  readonly come: ReadonlyMap<number, StateArrival<C>>
  readonly numbers: (state: S) => number
  /** Whether these are all states. */
  readonly complete: boolean
}

function* shortestOf<C, S>(
  steps: WalkSteps<C, S>,
  items: ReadonlyArray<WalkItem<C>>,
  others: ReadonlyArray<WalkItem<C>>,
): IterableIterator<ReadonlyArray<WalkItem<C>>> {
  const last = items[items.length - 1]
  const met = stateBefore(steps, items)
  if (met === undefined || last === undefined || items.length < 2) return
  const { come, numbers, complete } = search(
    steps,
    distinctItems([...items, ...others]),
    partsUpTo(met.state),
  )
  const led = steps.step(last, met.state)
  const goals =
    complete && come.size <= few
      ? [0, ...come.keys()]
      : [...(led === undefined ? [] : [numbers(led.state)]), numbers(met.state)]
  for (const goal of goals) {
    const way = wayTo(come, goal)
    if (way === undefined || way.length >= items.length) continue
    if (way.length > 0) yield way
    if (way.length + 1 < items.length) yield [...way, last]
  }
}

/** Breadth-first from the start, which is number 0, within the limits. */
const search = <C, S>(
  { start, step }: WalkSteps<C, S>,
  commands: ReadonlyArray<WalkItem<C>>,
  parts: number,
): FoundStates<C, S> => {
  const states: Array<S> = [start()]
  const table = valueTable<S>(structurally)
  const numbers = (state: S): number => numberIn(table, state, Infinity)
  const come = new Map<number, StateArrival<C>>()
  let left = Math.min(mostSteps, Math.ceil(mostParts / parts))
  const open = states.map(numbers)
  for (const from of open) {
    for (const by of commands) {
      if (left-- === 0) return { come, numbers, complete: false }
      // every open number has a state
      const next = step(by, states[from] as S)
      if (next === undefined) continue
      const reached = numbers(next.state)
      if (reached === 0 || come.has(reached)) continue
      come.set(reached, { from, by })
      states[reached] = next.state
      open.push(reached)
    }
  }
  return { come, numbers, complete: true }
}

/** The commands from the start to a state; `undefined` if the search did not reach it. */
const wayTo = <C>(
  come: ReadonlyMap<number, StateArrival<C>>,
  goal: number,
): ReadonlyArray<WalkItem<C>> | undefined => {
  const way: Array<WalkItem<C>> = []
  for (let number = goal; number !== 0;) {
    const step = come.get(number)
    if (step === undefined) return undefined
    way.push(step.by)
    number = step.from
  }
  return way.reverse()
}

const distinctItems = <C>(items: ReadonlyArray<WalkItem<C>>): ReadonlyArray<WalkItem<C>> => {
  const table = valueTable<C>(structurally)
  return items.filter(({ command }) => {
    const before = table.values.length
    return numberIn(table, command, Infinity) === before
  })
}

const stateBefore = <C, S>(
  { start, step }: WalkSteps<C, S>,
  items: ReadonlyArray<WalkItem<C>>,
): { readonly state: S } | undefined => {
  let at: { readonly state: S } | undefined = { state: start() }
  for (const item of items.slice(0, -1)) at = at && step(item, at.state)
  return at
}

/** How many values a state consists of, up to a limit. */
const partsUpTo = (value: unknown): number => {
  const open: Array<unknown> = [value]
  let parts = 0
  for (const part of open) {
    if (++parts >= mostParts) break
    if (ArrayBuffer.isView(part)) parts += part.byteLength
    else for (const inner of innerOf(part)) open.push(inner)
  }
  return parts
}

const innerOf = (value: unknown): Iterable<unknown> => {
  if (value instanceof Map || value instanceof Set) return value
  if (typeof value !== 'object' || value === null) return []
  const inner: ReadonlyArray<unknown> = Object.values(value)
  return inner
}
