/**
 * Shrinks walks.

 */
import type { Arbitrary } from 'fast-check'
import { Value } from 'fast-check'
import type { WalkItem } from './item.ts'
import type { Ways } from './ways.ts'

/** Up to this many commands, every two of them are left out together. */
const pairsUpTo = 16
/** Up to this many commands, each of at most 24 that were drawn is tried in place of two. */
const mergesUpTo = 8
const mostSpares = 24

/**
 * What is needed to shrink a walk: its items, how many to leave out at once, where in the walk to begin,
 * some of the items that were drawn for it, and the stage of shrinking.
 */
export interface ShrunkWalk<out C> {
  readonly stage: ShrinkStage
  readonly items: ReadonlyArray<WalkItem<C>>
  readonly size: number
  readonly place: number
  readonly spares: ReadonlyArray<WalkItem<C>>
}

/**
 * What is tried in this order: ending the walk earlier (it does not fail yet after `from` commands), leaving
 * out cycles, a shortest path, the rest.
 */
export type ShrinkStage =
  | { readonly type: 'End'; readonly from: number }
  | { readonly type: 'Shortest' }
  | { readonly type: 'Rest' }

const restStage: ShrinkStage = { type: 'Rest' }

/** A walk only gets back contexts that it gave. */
export const isKeptStep = <C>(context: unknown): context is ShrunkWalk<C> =>
  typeof context === 'object' && context !== null && 'items' in context && 'spares' in context

export const drawnWalk = <C>(items: ReadonlyArray<WalkItem<C>>): ShrunkWalk<C> => {
  const every = Math.ceil(items.length / mostSpares)
  const spares = items.filter((_, i) => i % every === 0)
  return { stage: { type: 'End', from: 0 }, items, size: Infinity, place: Infinity, spares }
}

export const shrinkable = <C>(kept: ShrunkWalk<C>): Value<ReadonlyArray<C>> =>
  new Value<ReadonlyArray<C>>(
    kept.items.map(({ command }) => command),
    kept,
  )

export const itemOf = <C>(command: C): WalkItem<C> => ({
  command,
  drawn: false,
  context: undefined,
})

/** A smaller walk, and where to go on from there: the size, and the index in the walk. */
type SmallerWalk<C> = readonly [items: ReadonlyArray<WalkItem<C>>, size: number, place: number]

/**
 * Smaller walks: up to where they fail, without cycles and by a shortest path, if paths are known; without
 * many, then fewer and fewer commands at once; then with one command shrunk; then with one command in place
 * of two. Shrinking one of them further goes on where it was found. Size 0 means: shrink commands first.
 */
export function* smaller<C>(
  kept: ShrunkWalk<C>,
  source: { readonly command?: Arbitrary<C> },
  ways?: Ways<C>,
): IterableIterator<Value<ReadonlyArray<C>>> {
  const { items, size, spares } = kept
  if (ways !== undefined) yield* shorter(kept, ways)
  const steps: ReadonlyArray<Iterable<SmallerWalk<C>>> = [
    size === 0 ? smallerCommands(kept, source.command) : [],
    leavingOut(kept),
    items.length <= pairsUpTo ? withoutPairs(items) : [],
    size === 0 ? [] : smallerCommands(kept, source.command),
    items.length <= mergesUpTo ? merged(items, spares) : [],
  ]
  for (const step of steps) {
    for (const [next, nextSize, place] of step) {
      yield shrinkable({ stage: restStage, items: next, size: nextSize, place, spares })
    }
  }
}

function* shorter<C>(
  { items, stage, spares }: ShrunkWalk<C>,
  { withoutCircles, shortest }: Ways<C>,
): IterableIterator<Value<ReadonlyArray<C>>> {
  if (stage.type === 'Rest') return
  const made = (next: ReadonlyArray<WalkItem<C>>, then: ShrinkStage) =>
    shrinkable({ stage: then, items: next, size: Infinity, place: Infinity, spares })
  if (stage.type === 'End') {
    for (let { from } = stage; items.length - from > 1;) {
      const end = Math.floor((from + items.length) / 2)
      yield made(items.slice(0, end), { type: 'End', from })
      from = end
    }
    const straight = withoutCircles(items)
    if (straight !== undefined) yield made(straight, { type: 'Shortest' })
  }
  for (const short of shortest(items, spares)) yield made(short, restStage)
}

function* leavingOut<C>({
  items,
  size: from,
  place,
}: ShrunkWalk<C>): IterableIterator<SmallerWalk<C>> {
  const most = Math.max(1, Math.min(from, items.length))
  for (let size = most; size >= 1; size = Math.floor(size / 2)) {
    const first = size === from ? Math.min(place, items.length) : items.length
    for (const end of [...down(first, 0, size), ...down(items.length, first, size)]) {
      const start = Math.max(0, end - size)
      yield [[...items.slice(0, start), ...items.slice(end)], size, start]
    }
  }
}

const down = (from: number, to: number, by: number): ReadonlyArray<number> =>
  Array.from({ length: Math.ceil((from - to) / by) }, (_, i) => from - i * by)

function* withoutPairs<C>(items: ReadonlyArray<WalkItem<C>>): IterableIterator<SmallerWalk<C>> {
  for (let a = 0; a < items.length; a++) {
    for (let b = a + 1; b < items.length; b++) {
      yield [items.filter((_, i) => i !== a && i !== b), 1, Infinity]
    }
  }
}

function* smallerCommands<C>(
  { items, size, place }: ShrunkWalk<C>,
  arbitrary: Arbitrary<C> | undefined,
): IterableIterator<SmallerWalk<C>> {
  if (arbitrary === undefined) return
  const first = size === 0 ? place : 0
  for (let n = 0; n < items.length; n++) {
    const i = (first + n) % items.length
    const item = items[i]
    if (item === undefined || !canShrink(item, arbitrary)) continue
    for (const { value, context } of arbitrary.shrink(item.command, item.context)) {
      const made: WalkItem<C> = { command: value, drawn: true, context }
      yield [items.map((other, j) => (j === i ? made : other)), 0, i]
    }
  }
}

const canShrink = <C>(
  { drawn: wasDrawn, command }: WalkItem<C>,
  arbitrary: Arbitrary<C>,
): boolean => wasDrawn || arbitrary.canShrinkWithoutContext(command)

function* merged<C>(
  items: ReadonlyArray<WalkItem<C>>,
  spares: ReadonlyArray<WalkItem<C>>,
): IterableIterator<SmallerWalk<C>> {
  for (let left = 0; left < items.length; left++) {
    for (let replaced = 0; replaced < items.length; replaced++) {
      if (replaced === left) continue
      for (const spare of spares) {
        const next = items.map((item, i) => (i === replaced ? spare : item))
        yield [next.filter((_, i) => i !== left), 1, Infinity]
      }
    }
  }
}
