/**
 * Smaller walks.
 *
 */
import type { Arbitrary } from 'fast-check'
import { Value } from 'fast-check'
import type { Item } from './item.ts'
import type { Ways } from './ways.ts'

/** Up to so many commands, every two of them are left out together. */
const pairsUpTo = 16
/** Up to so many commands, one of at most so many that were drawn is tried in place of two. */
const mergesUpTo = 8
const mostSpares = 24

/**
 * What is kept of a walk to make it smaller: its items, how many to leave out at once, the place in
 * the walk to begin at, some of the items that were drawn for it, and the stage of what is tried first.
 */
export interface Kept<out C> {
  readonly stage: Stage
  readonly items: ReadonlyArray<Item<C>>
  readonly size: number
  readonly place: number
  readonly spares: ReadonlyArray<Item<C>>
}

/**
 * What is tried: where the walk could have ended (it does not fail yet after `from` commands), then without circles, then the shortest way, then the rest.
 */
export type Stage =
  | { readonly type: 'End'; readonly from: number }
  | { readonly type: 'Shortest' }
  | { readonly type: 'Rest' }

const rest: Stage = { type: 'Rest' }

/** The contexts that a walk is asked about are those that it gave. */
export const isKept = <C>(context: unknown): context is Kept<C> =>
  typeof context === 'object' && context !== null && 'items' in context && 'spares' in context

export const drawn = <C>(items: ReadonlyArray<Item<C>>): Kept<C> => {
  const every = Math.ceil(items.length / mostSpares)
  const spares = items.filter((_, i) => i % every === 0)
  return { stage: { type: 'End', from: 0 }, items, size: Infinity, place: Infinity, spares }
}

export const valueOf = <C>(kept: Kept<C>): Value<ReadonlyArray<C>> =>
  new Value<ReadonlyArray<C>>(
    kept.items.map(({ command }) => command),
    kept,
  )

export const given = <C>(command: C): Item<C> => ({ command, drawn: false, context: undefined })

/** A smaller walk, and where to go on from there: the size, and the place in the walk. */
type Next<C> = readonly [items: ReadonlyArray<Item<C>>, size: number, place: number]

/**
 * Smaller walks: up to where they fail, without circles and by a shortest way, as far as ways are known;
 * without more and more, then fewer and fewer commands at once; then with a smaller command; then with
 * one command in place of two. Who goes on from one of them goes on where that was found. Size 0 is: try
 * smaller commands first.
 */
export function* smaller<C>(
  kept: Kept<C>,
  source: { readonly command?: Arbitrary<C> },
  ways?: Ways<C>,
): IterableIterator<Value<ReadonlyArray<C>>> {
  const { items, size, spares } = kept
  if (ways !== undefined) yield* shorter(kept, ways)
  const steps: ReadonlyArray<Iterable<Next<C>>> = [
    size === 0 ? smallerCommands(kept, source.command) : [],
    without(kept),
    items.length <= pairsUpTo ? withoutPairs(items) : [],
    size === 0 ? [] : smallerCommands(kept, source.command),
    items.length <= mergesUpTo ? merged(items, spares) : [],
  ]
  for (const step of steps) {
    for (const [next, nextSize, place] of step) {
      yield valueOf({ stage: rest, items: next, size: nextSize, place, spares })
    }
  }
}

function* shorter<C>(
  { items, stage, spares }: Kept<C>,
  { withoutCircles, shortest }: Ways<C>,
): IterableIterator<Value<ReadonlyArray<C>>> {
  if (stage.type === 'Rest') return
  const made = (next: ReadonlyArray<Item<C>>, then: Stage) =>
    valueOf({ stage: then, items: next, size: Infinity, place: Infinity, spares })
  if (stage.type === 'End') {
    for (let { from } = stage; items.length - from > 1;) {
      const end = Math.floor((from + items.length) / 2)
      yield made(items.slice(0, end), { type: 'End', from })
      from = end
    }
    const straight = withoutCircles(items)
    if (straight !== undefined) yield made(straight, { type: 'Shortest' })
  }
  for (const short of shortest(items, spares)) yield made(short, rest)
}

function* without<C>({ items, size: from, place }: Kept<C>): IterableIterator<Next<C>> {
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

function* withoutPairs<C>(items: ReadonlyArray<Item<C>>): IterableIterator<Next<C>> {
  for (let a = 0; a < items.length; a++) {
    for (let b = a + 1; b < items.length; b++) {
      yield [items.filter((_, i) => i !== a && i !== b), 1, Infinity]
    }
  }
}

function* smallerCommands<C>(
  { items, size, place }: Kept<C>,
  arbitrary: Arbitrary<C> | undefined,
): IterableIterator<Next<C>> {
  if (arbitrary === undefined) return
  const first = size === 0 ? place : 0
  for (let n = 0; n < items.length; n++) {
    const i = (first + n) % items.length
    const item = items[i]
    if (item === undefined || !canShrink(item, arbitrary)) continue
    for (const { value, context } of arbitrary.shrink(item.command, item.context)) {
      const made: Item<C> = { command: value, drawn: true, context }
      yield [items.map((other, j) => (j === i ? made : other)), 0, i]
    }
  }
}

const canShrink = <C>({ drawn: wasDrawn, command }: Item<C>, arbitrary: Arbitrary<C>): boolean =>
  wasDrawn || arbitrary.canShrinkWithoutContext(command)

function* merged<C>(
  items: ReadonlyArray<Item<C>>,
  spares: ReadonlyArray<Item<C>>,
): IterableIterator<Next<C>> {
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
