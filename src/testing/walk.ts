/**
 * Walks: lists of commands that are drawn through `decide`, so that they go deep. Drawn blindly, most
 * commands are rejected, and soon nothing more can happen. A walk looks at what each command would do
 * before it takes one.
 *
 * `C` is the command, `S` the state, `w` a walk.
 *
 * Laws:
 *
 * 1. `w` has at most `length` commands besides its start
 * 2. the same seed draws the same walks, as long as the decider is pure
 * 3. `w` shrinks to walks without some of its commands, with one command shrunk, with one command that was
 *    drawn for it in place of two, or with a shortest path by its commands
 * 4. if a walk fails a property, so does the walk it shrinks to, and without any one of its commands (or any
 *    two, up to 16 commands) it does not
 *
 * @since 0.1.0
 */
import type { Arbitrary, Random } from 'fast-check'
import { constant, stream } from 'fast-check'
import type { Decider } from '../Decider.ts'
import type { CommandSource, InferredOptions } from './internal/commandSource.ts'
import { wrongAnswer, wrongDecision, wrongState } from './internal/shapes.ts'
import type { WalkItem } from './walk/item.ts'
import { drawnWalk, itemOf, isKeptStep, smaller, shrinkable } from './walk/shrink.ts'
import { waysOf } from './walk/ways.ts'

/**
 * How walks are drawn.
 *
 * - `command`: an arbitrary of any command; `choices`: the commands that make sense in a state. One of them is
 *   needed; of both, half of the commands come from each. A function that is written in place is checked
 *   for excess fields only if its return type is written: `(state): ReadonlyArray<OrderCommand> => …`
 * - `length`: the largest number of commands. Defaults to 100
 * - `rejected`: about how many of a hundred commands should be rejected or change nothing. Defaults to 10
 * - `starts`: lists of commands that are known to lead deep; each walk begins with one of them, or none
 *
 * @category model
 * @since 0.1.0
 */
export type WalkOptions<C, S> = CommandSource<C, S> & {
  readonly length?: number
  readonly rejected?: number
  readonly starts?: ReadonlyArray<ReadonlyArray<C>>
}

/** A command that was tried, and where it leads; `undefined` if it emits nothing. */
interface WalkCandidate<out C, out S> {
  readonly item: WalkItem<C>
  readonly next: { readonly state: S } | undefined
  readonly throws: boolean
}

/** How many commands are tried for one step, and how many that emit are enough. */
const mostTries = 16
const enough = 3
/** How many recently tried commands measure how free a state is, and are sometimes tried again. */
const remembered = 8
/** How many steps are taken carelessly before the last ones: each for a third of the walks. */
const hurries = [0, 2, 30]
/** How many steps a walk goes on in a terminal state. */
const afterEnd = 3

/**
 * Lists of commands that lead a decider deep. Most of their commands are accepted and emit. Of several
 * candidates the walk takes the one that leaves most to do, so that it does not end soon. Some walks are
 * more careless than others, and all are in their last steps, so that terminal states are seen as well. A
 * walk stops at a command on which the decider throws.
 *
 * @example
 *   import { walk } from 'decider-ts/testing/walk'
 *   import { run } from 'decider-ts/Decider'
 *   import { orderDecider, orderStatuses, type OrderCommand } from 'decider-ts/order'
 *   import fc from 'fast-check'
 *   import assert from 'node:assert'
 *
 *   const decider = orderDecider()
 *   const productId = fc.constantFrom('11', '42')
 *   const command: fc.Arbitrary<OrderCommand> = fc.oneof(
 *     fc.constant<OrderCommand>({ type: 'CreateOrder', customerId: 'VINET', currency: 'USD' }),
 *     fc.record({ type: fc.constant('ChangeQuantity' as const), productId, quantity: fc.nat() }),
 *     fc.record({
 *       type: fc.constant('AddLine' as const),
 *       productId,
 *       quantity: fc.nat(),
 *       unitPrice: fc.nat(),
 *       discount: fc.constant(0),
 *     }),
 *     fc.record({ type: fc.constant('ChangeStatus' as const), newStatus: fc.constantFrom(...orderStatuses) }),
 *   )
 *   fc.assert(
 *     fc.property(walk(decider, { command, length: 50 }), (commands) => {
 *       const { state } = run(decider)(commands)
 *       assert.ok(state.type === 'NoOrder' || state.total >= state.subtotal)
 *     }),
 *   )
 *
 * @category arbitraries
 * @since 0.1.0
 */
export const walk: {
  <C, S, E, R>(
    decider: Decider<C, S, E, R>,
    options: InferredOptions<WalkOptions<C, S>, C>,
  ): Arbitrary<ReadonlyArray<C>>
  <C, S, E, R>(
    decider: Decider<C, S, E, R>,
    options: WalkOptions<C, S>,
  ): Arbitrary<ReadonlyArray<C>>
} = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  options: WalkOptions<C, S>,
): Arbitrary<ReadonlyArray<C>> => walkUntil(decider, options, () => false)

/**
 * Walks that take no more than one step once the time is up.
 *
 * @internal
 */
export const walkUntil = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  options: WalkOptions<C, S>,
  late: () => boolean,
): Arbitrary<ReadonlyArray<C>> => {
  const ways = waysOf<C, S>({
    start: () => decider.initialState,
    step: (item, state) => {
      const { next, throws } = triedCommand(decider, item, state)
      return throws ? undefined : (next ?? { state })
    },
  })
  // an arbitrary is three functions, and methods derived from them
  return Object.assign(constant<ReadonlyArray<C>>([]), {
    generate: (random: Random) => shrinkable(drawnWalk(drawWalk(decider, options, random, late))),
    canShrinkWithoutContext: (value: unknown): value is ReadonlyArray<C> => Array.isArray(value),
    shrink: (commands: ReadonlyArray<C>, context: unknown) =>
      stream(
        smaller(isKeptStep<C>(context) ? context : drawnWalk(commands.map(itemOf)), options, ways),
      ),
  })
}

const drawWalk = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  options: WalkOptions<C, S>,
  random: Random,
  late: () => boolean,
): ReadonlyArray<WalkItem<C>> => {
  const { length = 100, rejected = 10, choices } = options
  const items: Array<WalkItem<C>> = startOf(options.starts ?? [], random).map(itemOf)
  const steps = random.nextInt(0, 3) === 0 ? random.nextInt(0, length) : length
  const hurry = hurries[random.nextInt(0, hurries.length - 1)] ?? 0
  const lastSteps = Math.ceil(steps / 8)
  const pool: Array<WalkItem<C>> = []
  const probe = (at: S) => choices?.(at).slice(0, remembered).map(itemOf) ?? pool
  let state = stateAfterItems(decider, items)
  let ended = 0
  for (let step = 0; step < steps; step++) {
    if (state === undefined || ended >= afterEnd || (step > 0 && late())) break
    if (isEnd(decider, state.state)) ended++
    const candidates = look(decider, options, state.state, pool, random)
    const idle = random.nextInt(0, 99) < rejected
    const careless = steps - step <= lastSteps || random.nextInt(1, length) <= hurry
    const taken =
      candidates.find(({ throws, next }) => throws || (idle && next === undefined)) ??
      choose(decider, state.state, candidates, probe, careless) ??
      (ended > 0 ? candidates[0] : undefined)
    if (taken === undefined) continue
    items.push(taken.item)
    state = taken.throws ? undefined : (taken.next ?? state)
  }
  return items
}

const startOf = <C>(starts: ReadonlyArray<ReadonlyArray<C>>, random: Random): ReadonlyArray<C> =>
  starts.length === 0 ? [] : (starts[random.nextInt(0, starts.length)] ?? [])

/** The state that commands lead to; `undefined` if the decider throws on the way. */
const stateAfterItems = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  items: ReadonlyArray<WalkItem<C>>,
): { readonly state: S } | undefined => {
  let state = decider.initialState
  for (const item of items) {
    const { next, throws } = triedCommand(decider, item, state)
    if (throws) return undefined
    if (next !== undefined) state = next.state
  }
  return { state }
}

const isEnd = <C, S, E, R>(decider: Decider<C, S, E, R>, state: S): boolean => {
  try {
    const ended = decider.isTerminal(state)
    return wrongAnswer(ended) === undefined && ended
  } catch {
    return false
  }
}

/** What a command would do. */
const triedCommand = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  item: WalkItem<C>,
  state: S,
): WalkCandidate<C, S> => {
  try {
    const decision = decider.decide(item.command, state)
    if (wrongDecision(decision) !== undefined) return { item, next: undefined, throws: true }
    if (decision._tag === 'Left' || decision.right.length === 0) {
      return { item, next: undefined, throws: false }
    }
    let next = state
    for (const event of decision.right) next = decider.evolve(next, event)
    if (wrongState(next) !== undefined) return { item, next: undefined, throws: true }
    return { item, next: { state: next }, throws: false }
  } catch {
    return { item, next: undefined, throws: true }
  }
}

/** Tries commands until enough of them emit, and keeps the last of them in the pool. */
const look = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  source: CommandSource<C, S>,
  state: S,
  pool: Array<WalkItem<C>>,
  random: Random,
): ReadonlyArray<WalkCandidate<C, S>> => {
  const candidates: Array<WalkCandidate<C, S>> = []
  const choices = source.choices?.(state) ?? []
  let emitting = 0
  for (let i = 0; i < mostTries && emitting < enough; i++) {
    const again = random.nextInt(0, 3) === 0 ? pool[random.nextInt(0, remembered - 1)] : undefined
    const item = again ?? drawItem(source.command, choices, random)
    if (item === undefined) break
    const candidate = triedCommand(decider, item, state)
    candidates.push(candidate)
    pool.push(item)
    if (candidate.throws) break
    if (candidate.next !== undefined) emitting++
  }
  pool.splice(0, pool.length - remembered)
  return candidates
}

const drawItem = <C>(
  arbitrary: Arbitrary<C> | undefined,
  choices: ReadonlyArray<C>,
  random: Random,
): WalkItem<C> | undefined => {
  const fromChoices = choices.length > 0 && (arbitrary === undefined || random.nextInt(0, 1) === 0)
  if (fromChoices) {
    // the index is in range
    return itemOf(choices[random.nextInt(0, choices.length - 1)] as C)
  }
  if (arbitrary === undefined) return undefined
  const { value, context } = arbitrary.generate(random, undefined)
  return { command: value, drawn: true, context }
}

/**
 * Of the candidates that emit, the one that leaves most to do; none if that is much less than there is to
 * do now. A careless step takes the first.
 */
const choose = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  state: S,
  candidates: ReadonlyArray<WalkCandidate<C, S>>,
  probe: (state: S) => ReadonlyArray<WalkItem<C>>,
  careless: boolean,
): WalkCandidate<C, S> | undefined => {
  let best: WalkCandidate<C, S> | undefined
  let most = -1
  for (const candidate of candidates) {
    if (candidate.next === undefined) continue
    if (careless) return candidate
    const freedom = freedomOf(decider, candidate.next.state, candidate.item, probe)
    if (freedom > most) {
      best = candidate
      most = freedom
    }
  }
  // there cannot be more to do than is measured
  if (best === undefined || most * 2 >= remembered) return best
  return most * 2 < freedomOf(decider, state, best.item, probe) ? undefined : best
}

/** How many other commands would emit in a state. */
const freedomOf = <C, S, E, R>(
  decider: Decider<C, S, E, R>,
  state: S,
  item: WalkItem<C>,
  probe: (state: S) => ReadonlyArray<WalkItem<C>>,
): number => {
  let emitting = 0
  for (const other of probe(state)) {
    if (other !== item && moves(decider, other.command, state)) emitting++
  }
  return emitting
}

const moves = <C, S, E, R>(decider: Decider<C, S, E, R>, command: C, state: S): boolean => {
  try {
    const decision = decider.decide(command, state)
    return decision._tag === 'Right' && decision.right.length > 0
  } catch {
    return true
  }
}
