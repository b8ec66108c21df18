/**
 * Shorter ways to where a walk leads.
 *
 * @internal
 */
import { structurally } from '../internal/relation.ts'
import type { Item } from './item.ts'
import { numberOf, valueTable } from '../internal/numbering.ts'

/** The states that commands lead through: `step` gives the same state where nothing comes of a command. */
export interface Steps<in out C, in out S> {
  readonly start: () => S
  /** The state after a command, or nothing where the decider throws. */
  readonly step: (item: Item<C>, state: S) => { readonly state: S } | undefined
}

/** Ways that are shorter than a walk. */
export interface Ways<C> {
  /**
   * Goes on where a state was left for the last time, so that it comes to no state twice, and ends with
   * the same command; `undefined` where that is not shorter.
   */
  readonly withoutCircles: (items: ReadonlyArray<Item<C>>) => ReadonlyArray<Item<C>> | undefined
  /**
   * By commands of the walk, and others: where these lead to few states, a shortest way to each, shorter
   * ones first, alone and with the last command of the walk; else to the state after that command, and to
   * the one before it.
   */
  readonly shortest: (
    items: ReadonlyArray<Item<C>>,
    others: ReadonlyArray<Item<C>>,
  ) => Iterable<ReadonlyArray<Item<C>>>
}

/** To compare big states takes long: fewer steps are tried then. */
const mostParts = 200_000
const mostSteps = 20_000
/** Ways to so many states are tried, each of them. */
const few = 250

export const waysOf = <C, S>(steps: Steps<C, S>): Ways<C> => ({
  withoutCircles: (items) => {
    const numbers = numbersAlong(steps, items)
    if (numbers === undefined) return undefined
    const last = new Map(numbers.map((number, i) => [number, i]))
    const kept: Array<Item<C>> = []
    for (let i = 0; i < items.length;) {
      // all have a number, and each number comes last somewhere
      i = last.get(numbers[i] as number) as number
      kept.push(items[i] as Item<C>)
      i++
    }
    return kept.length < items.length ? kept : undefined
  },
  shortest: (items, others) => shortestOf(steps, items, others),
})

/** The number of the state that each command meets, equal where the states are. */
const numbersAlong = <C, S>(
  { start, step }: Steps<C, S>,
  items: ReadonlyArray<Item<C>>,
): ReadonlyArray<number> | undefined => {
  const table = valueTable<S>(structurally)
  const numbers: Array<number> = []
  let state = start()
  for (const item of items) {
    numbers.push(numberOf(table, state, Infinity))
    const next = step(item, state)
    if (next === undefined && numbers.length < items.length) return undefined
    state = next === undefined ? state : next.state
  }
  return numbers
}

/** How a state was come to: the number of the one before, and the command. */
interface Come<C> {
  readonly from: number
  readonly by: Item<C>
}

/** What a search found: by the number of a state, in the order in which they were found. */
interface Found<C, S> {
  readonly come: ReadonlyMap<number, Come<C>>
  readonly numbers: (state: S) => number
  /** Whether these are all states there are. */
  readonly complete: boolean
}

function* shortestOf<C, S>(
  steps: Steps<C, S>,
  items: ReadonlyArray<Item<C>>,
  others: ReadonlyArray<Item<C>>,
): IterableIterator<ReadonlyArray<Item<C>>> {
  const last = items[items.length - 1]
  const met = stateBefore(steps, items)
  if (met === undefined || last === undefined || items.length < 2) return
  const { come, numbers, complete } = search(
    steps,
    distinct([...items, ...others]),
    partsOf(met.state),
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

/** Breadth first, from the start, which is number 0, as far as there is time. */
const search = <C, S>(
  { start, step }: Steps<C, S>,
  commands: ReadonlyArray<Item<C>>,
  parts: number,
): Found<C, S> => {
  const states: Array<S> = [start()]
  const table = valueTable<S>(structurally)
  const numbers = (state: S): number => numberOf(table, state, Infinity)
  const come = new Map<number, Come<C>>()
  let left = Math.min(mostSteps, Math.ceil(mostParts / parts))
  const open = states.map(numbers)
  for (const from of open) {
    for (const by of commands) {
      if (left-- === 0) return { come, numbers, complete: false }
      // what is open has a state
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

/** The commands from the start to a state; `undefined` where the search did not come to it. */
const wayTo = <C>(
  come: ReadonlyMap<number, Come<C>>,
  goal: number,
): ReadonlyArray<Item<C>> | undefined => {
  const way: Array<Item<C>> = []
  for (let number = goal; number !== 0;) {
    const step = come.get(number)
    if (step === undefined) return undefined
    way.push(step.by)
    number = step.from
  }
  return way.reverse()
}

const distinct = <C>(items: ReadonlyArray<Item<C>>): ReadonlyArray<Item<C>> => {
  const table = valueTable<C>(structurally)
  return items.filter(({ command }) => {
    const before = table.values.length
    return numberOf(table, command, Infinity) === before
  })
}

const stateBefore = <C, S>(
  { start, step }: Steps<C, S>,
  items: ReadonlyArray<Item<C>>,
): { readonly state: S } | undefined => {
  let at: { readonly state: S } | undefined = { state: start() }
  for (const item of items.slice(0, -1)) at = at && step(item, at.state)
  return at
}

/** How many values a state is made of, up to as many as are counted. */
const partsOf = (value: unknown): number => {
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
