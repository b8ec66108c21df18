/**
 * Counts of what an exploration meets, by kind, and the graph that they add up to.
 *
 * @since 0.1.0
 */
import type { Edge, Graph, Node, Refusal } from '../internal/graph.ts'
import { kindOf } from '../internal/kind.ts'

/** Numbers for texts, from 0 in the order in which they came. */
interface Names {
  readonly numbers: Map<string, number>
  readonly list: Array<string>
}

/** Numbers for pairs of numbers below 2^26, and how often each pair was met. */
interface Pairs {
  readonly numbers: Map<number, number>
  readonly left: Array<number>
  readonly right: Array<number>
  readonly counts: Array<number>
}

/** How often commands of a kind were tried, were accepted, and emitted something. */
interface Uses {
  readonly tried: Array<number>
  readonly accepted: Array<number>
  readonly emitted: Array<number>
}

/**
 * The counts so far.
 *
 * @category model
 * @since 0.1.0
 */
export interface Tally {
  readonly labels: Names
  readonly states: Array<number>
  readonly terminal: Array<boolean>
  readonly commands: Names
  readonly events: Names
  readonly rejections: Names
  readonly uses: Uses
  /** A list of events is 0 where it is empty, else 1 + the pair of the list without the last, and it. */
  readonly lists: Pairs
  readonly moves: Pairs
  readonly causes: Pairs
  readonly edges: Pairs
  readonly refusals: Pairs
}

const names = (): Names => ({ numbers: new Map(), list: [] })

const pairs = (): Pairs => ({ numbers: new Map(), left: [], right: [], counts: [] })

/**
 * Nothing met yet.
 *
 * @category building
 * @since 0.1.0
 */
export const tally = (): Tally => ({
  labels: names(),
  states: [],
  terminal: [],
  commands: names(),
  events: names(),
  rejections: names(),
  uses: { tried: [], accepted: [], emitted: [] },
  lists: pairs(),
  moves: pairs(),
  causes: pairs(),
  edges: pairs(),
  refusals: pairs(),
})

const named = ({ numbers, list }: Names, name: string): number => {
  const found = numbers.get(name)
  if (found !== undefined) return found
  numbers.set(name, list.length)
  return list.push(name) - 1
}

const paired = ({ numbers, left, right, counts }: Pairs, a: number, b: number): number => {
  const key = a * 2 ** 26 + b
  const found = numbers.get(key)
  if (found !== undefined) {
    counts[found] = (counts[found] ?? 0) + 1
    return found
  }
  numbers.set(key, counts.length)
  left.push(a)
  right.push(b)
  return counts.push(1) - 1
}

const count = (counts: Array<number>, at: number): void => {
  counts[at] = (counts[at] ?? 0) + 1
}

/**
 * The number of a command's kind.
 *
 * @category counting
 * @since 0.1.0
 */
export const commandKind = ({ commands, uses }: Tally, command: unknown): number => {
  const kind = named(commands, kindOf(command))
  if (kind === uses.tried.length) {
    uses.tried.push(0)
    uses.accepted.push(0)
    uses.emitted.push(0)
  }
  return kind
}

/**
 * Counts a new state under its label, and gives the label's number.
 *
 * @category counting
 * @since 0.1.0
 */
export const countState = (
  { labels, states, terminal }: Tally,
  label: string,
  ended: boolean,
): number => {
  const node = named(labels, label)
  count(states, node)
  terminal[node] = ended && terminal[node] !== false
  return node
}

/**
 * Counts an accepted command of a kind, and gives the number of its list of events.
 *
 * @category counting
 * @since 0.1.0
 */
export const countAccepted = (
  counts: Tally,
  command: number,
  events: ReadonlyArray<unknown>,
): number => {
  count(counts.uses.tried, command)
  count(counts.uses.accepted, command)
  if (events.length > 0) count(counts.uses.emitted, command)
  let list = 0
  for (const event of events) {
    list = 1 + paired(counts.lists, list, named(counts.events, kindOf(event)))
  }
  return list
}

/**
 * Counts an accepted command of a kind, with its events, from one label to another.
 *
 * @category counting
 * @since 0.1.0
 */
export const countEdge = (
  counts: Tally,
  from: number,
  to: number,
  command: number,
  events: ReadonlyArray<unknown>,
): void => {
  const list = countAccepted(counts, command, events)
  paired(counts.edges, paired(counts.moves, from, to), paired(counts.causes, command, list))
}

/**
 * Counts a refused command of a kind, under a label.
 *
 * @category counting
 * @since 0.1.0
 */
export const countRefusal = (
  counts: Tally,
  from: number,
  command: number,
  rejection: unknown,
): void => {
  count(counts.uses.tried, command)
  const kind = named(counts.rejections, kindOf(rejection))
  paired(counts.refusals, from, paired(counts.causes, command, kind))
}

/**
 * Counts a command of a kind that gave neither events nor a rejection.
 *
 * @category counting
 * @since 0.1.0
 */
export const countThrow = ({ uses }: Tally, command: number): void => count(uses.tried, command)

const textAt = (texts: ReadonlyArray<string>, at: number): string => texts[at] ?? ''

const numberAt = (numbers: ReadonlyArray<number>, at: number): number => numbers[at] ?? 0

const eventsOf = ({ lists, events }: Tally, list: number): ReadonlyArray<string> => {
  const kinds: Array<string> = []
  for (let rest = list; rest > 0; rest = numberAt(lists.left, rest - 1)) {
    kinds.push(textAt(events.list, numberAt(lists.right, rest - 1)))
  }
  return kinds.reverse()
}

/**
 * The graph of all that was counted; `initial` is the number of the first state's label.
 *
 * @category reading
 * @since 0.1.0
 */
export const graphOf = (counts: Tally, initial: number): Graph => {
  const { labels, commands, rejections, moves, causes, edges, refusals } = counts
  return {
    initial: textAt(labels.list, initial),
    nodes: labels.list.map((label, at): Node => ({
      label,
      states: numberAt(counts.states, at),
      terminal: counts.terminal[at] === true,
    })),
    edges: edges.counts.map((times, at): Edge => {
      const move = numberAt(edges.left, at)
      const cause = numberAt(edges.right, at)
      return {
        from: textAt(labels.list, numberAt(moves.left, move)),
        to: textAt(labels.list, numberAt(moves.right, move)),
        command: textAt(commands.list, numberAt(causes.left, cause)),
        events: eventsOf(counts, numberAt(causes.right, cause)),
        count: times,
      }
    }),
    refusals: refusals.counts.map((times, at): Refusal => {
      const cause = numberAt(refusals.right, at)
      return {
        from: textAt(labels.list, numberAt(refusals.left, at)),
        command: textAt(commands.list, numberAt(causes.left, cause)),
        rejection: textAt(rejections.list, numberAt(causes.right, cause)),
        count: times,
      }
    }),
  }
}
