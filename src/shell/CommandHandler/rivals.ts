/**
 * Which streams other writers are writing to, as far as a handler has noticed, and how it gets along with them: it
 * takes turns where the store gives them, and otherwise waits after what it has written.
 *
 * @since 0.1.0
 */
import { left } from '../../internal/either.ts'
import type { EventStore, Turn } from '../../store/EventStore.ts'
import { elapsed } from '../internal/elapsed.ts'
import { stopwatch } from '../internal/stopwatch.ts'
import type { Line } from './line.ts'
import type { HandlerParts } from './parts.ts'

/** By stream, what is remembered of other writers. Empty as long as none was met. */
export type Rivals = Map<string, Rivalry>

export interface Rivalry {
  /** In how many rounds since has nobody else written. */
  readonly quiet: number
  /** The version after the last round, if it is known. */
  readonly version: number | undefined
  /** How many milliseconds a round takes, if it is known: a mean in which the latest count most. */
  readonly took: number | undefined
}

const justMet: Rivalry = { quiet: 0, version: undefined, took: undefined }

/** After how many rounds in which nobody else has written, others are no longer expected. */
const mostQuiet = 8

/** How many streams are remembered; then the one whose last round is the oldest is forgotten. */
const mostStreams = 1_000

/** How many rounds a turn has at most, as long as requests wait. */
const roundsPerTurn = 4

/** Milliseconds after which a turn has no further round. */
const longestUse = 100

/** Waits for a turn, or, if there is none, lets the others go first. */
export const awaitTurn = async <C, S, E, R>(
  parts: HandlerParts<C, S, E, R>,
  rivalry: Rivalry,
  line: Line<C, S, E, R>,
): Promise<void> => {
  if (line.turn !== undefined || !isWaitedFor(line)) return
  // others are likely to have written since: deciding on what is known would only be in their way
  if (line.load === 'Nothing') line.load = 'Tail'
  await askForTurn(parts, line)
  // only after a round in which nobody else came first
  const isWinner = line.begunAt !== undefined && !line.hasMet
  if (line.turn === undefined && isWinner) await giveWay(parts, line, rivalry)
}

const askForTurn = async <C, S, E, R>(
  { store, cache }: HandlerParts<C, S, E, R>,
  line: Line<C, S, E, R>,
): Promise<void> => {
  try {
    const known = line.load === 'Whole' ? undefined : (line.known ?? cache?.get(line.stream))
    const from = known?.mark === undefined ? undefined : known
    const turn = await store.turns?.take(line.stream, from && from.version - 1)()
    if (turn === undefined) return
    const tail = from && turn.loaded && { from, loaded: turn.loaded }
    line.turn = { end: endOnce(turn), tail, rounds: 0, age: stopwatch() }
  } catch {
    // a turn is only a hint
  }
}

const endOnce = ({ end }: Pick<Turn<unknown>, 'end'>): (() => void) => {
  let isEnded = false
  return () => {
    if (isEnded) return
    isEnded = true
    try {
      end()
    } catch {
      // it ends by itself
    }
  }
}

const giveWay = async <C, S, E, R>(
  { retry }: HandlerParts<C, S, E, R>,
  line: Line<C, S, E, R>,
  { took = 0 }: Rivalry,
): Promise<void> => {
  const [first] = [...line.again, ...line.waiting]
  if (first === undefined) return
  try {
    const pause = retry.giveWay?.(took, first.request.commitId) ?? 0
    if (pause > 0) await elapsed(pause)
  } catch (cause) {
    first.settle(left({ type: 'Thrown', cause }))
  }
}

const isWaitedFor = <C, S, E, R>({ again, waiting }: Line<C, S, E, R>): boolean =>
  waiting.size > 0 || again.some(({ isSettled }) => !isSettled)

/** Ends the turn after some rounds, or when another writer came first. */
export const passTurn = <C, S, E, R>(line: Line<C, S, E, R>): void => {
  const { turn } = line
  if (turn === undefined) return
  turn.tail = undefined
  turn.rounds++
  if (line.hasMet || turn.rounds >= roundsPerTurn || turn.age() > longestUse) endTurn(line)
}

/**
 * Lets the next writer go at the answer to the last append of a turn, before anything else is done with the answer. The
 * line still has the turn until the round ends.
 */
export const passEarly = <C, S, E, R>({ turn }: Line<C, S, E, R>): void => {
  if (turn !== undefined && turn.rounds + 1 >= roundsPerTurn) turn.end()
}

export const endTurn = <C, S, E, R>(line: Line<C, S, E, R>): void => {
  line.turn?.end()
  line.turn = undefined
}

/** Remembers that somebody takes turns on a stream, if an append without one has noticed that. */
export const noteTurns = <E>(store: EventStore<E>, rivals: Rivals, stream: string): void => {
  if (areTurnsWanted(store, stream)) rememberRival(rivals, stream, justMet)
}

const areTurnsWanted = <E>({ turns }: EventStore<E>, stream: string): boolean => {
  try {
    return turns?.areWanted(stream) === true
  } catch {
    return false
  }
}

/**
 * Remembers whether anybody else has written to the stream since the last round. This one took so many
 * milliseconds, if it was one.
 */
export const noteRivals = <C, S, E, R>(
  { store }: HandlerParts<C, S, E, R>,
  rivals: Rivals,
  { stream, hasMet, begunAt = 0, known, turn }: Line<C, S, E, R>,
  time: number | undefined,
): void => {
  // whoever has a turn is not told of others
  const isWanted = areTurnsWanted(store, stream) && turn === undefined
  const rivalry = rivals.get(stream)
  const { version = Infinity, quiet, took = time } = rivalry ?? justMet
  const isMet = hasMet || isWanted || begunAt > version
  if (rivalry === undefined && !isMet) return
  rivals.delete(stream)
  if (!isMet && quiet + 1 >= mostQuiet) return
  rememberRival(rivals, stream, {
    quiet: isMet ? 0 : quiet + 1,
    version: known?.version,
    took: took === undefined ? undefined : ((time ?? took) + took) / 2,
  })
}

const rememberRival = (rivals: Rivals, stream: string, rivalry: Rivalry): void => {
  rivals.set(stream, rivalry)
  if (rivals.size <= mostStreams) return
  for (const oldest of rivals.keys()) return void rivals.delete(oldest)
}
