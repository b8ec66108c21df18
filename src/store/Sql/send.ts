/**
 * Sends a flight to the database, and sends it again if there is no answer.
 *
 * @since 0.1.0
 */
import { right } from '../../internal/either.ts'
import type { Instant } from '../../Recorded.ts'
import { timeOf, unavailable } from '../internal/engine.ts'
import type { SqlClient } from './client.ts'
import type { CallAgain } from './again.ts'
import type { Flight, FlightAnswer, KnownColumns } from './flight.ts'
import { knownIds, verdicts } from './flight.ts'
import type { FunctionCall } from './flightCall.ts'
import { appendFunctionCall, isSingle } from './flightCall.ts'
import { arrayText } from './names.ts'
import type { OwnFlights } from './ownFlights.ts'
import { ownFlights } from './ownFlights.ts'
import type { SendFlight } from './queue.ts'
import type { SeenVersions } from './seenVersions.ts'
import { seenVersions } from './seenVersions.ts'
import type { SqlTurns } from './turns.ts'

/**
 * The isolation level of the connection's transactions: they would check the expected version against an old
 * snapshot. Set `default_transaction_isolation` to `read committed`.
 *
 * @category failures
 * @since 0.1.0
 */
export interface UnsupportedIsolation {
  readonly type: 'UnsupportedIsolation'
  readonly isolation: string
}

type SqlAnswer = FlightAnswer | { readonly isolation: string }

/** `at` is the schema with a dot, or empty. */
export const sendFlight = (
  client: SqlClient,
  at: string,
  now: () => Instant,
  again: CallAgain,
  turns: SqlTurns | undefined,
): SendFlight => {
  const sender: Sender = {
    client,
    at,
    now,
    turns,
    textOf: callText(at, turns),
    own: ownFlights(),
    seen: seenVersions(),
  }
  return (flight) =>
    again('append', async () => {
      try {
        return await sendOnce(sender, flight)
      } catch (cause) {
        sender.own.forget()
        throw cause
      }
    })
}

interface Sender {
  readonly client: SqlClient
  readonly at: string
  readonly now: () => Instant
  readonly turns: SqlTurns | undefined
  readonly textOf: (call: FunctionCall) => string
  readonly own: OwnFlights
  readonly seen: SeenVersions
}

/** The call of a function with its number of parameters, and then the stream of which `free` is asked. */
const callText = (at: string, turns: SqlTurns | undefined) => {
  const texts = new Map<string, string>()
  return ({ name, params }: FunctionCall): string => {
    const known = texts.get(name)
    if (known !== undefined) return known
    const places = params.map((_, i) => `$${i + 1}`).join(', ')
    const free = turns === undefined ? '' : `, ${turns.freeText(`$${params.length + 1}`)} as free`
    const text = `select ${at}${name}(${places}) as answer${free}`
    texts.set(name, text)
    return text
  }
}

const sendOnce = async (
  { client, at, now, turns, textOf, own, seen }: Sender,
  flight: Flight,
): Promise<Awaited<ReturnType<SendFlight>>> => {
  const time = timeOf(now)
  if (time._tag === 'Left') return time
  const claim = isSingle(flight) ? undefined : own.leave(flight)
  const call = appendFunctionCall(flight, time.right, seen, claim)
  const { name, params } = call
  const text = textOf(call)
  const stream = busiestStream(flight)
  if (turns !== undefined) params.push(stream)
  const sent = await (client.named?.(name, text, params) ?? client.query(text, params))
  if (sent.rows[0]?.['free'] === false) turns?.want(stream)
  // both functions return such an object
  const answer = JSON.parse(String(sent.rows[0]?.['answer'])) as SqlAnswer
  if ('isolation' in answer) {
    const cause: UnsupportedIsolation = { type: 'UnsupportedIsolation', ...answer }
    return unavailable('append', cause)
  }
  const ids = knownIds(flight, answer)
  const stored = ids.length === 0 ? undefined : await knownCommits(client, at, ids)
  const answers = verdicts(flight, answer, stored, time.right)
  seen.note(flight, answers)
  if (claim !== undefined) {
    own.arrive(claim, { base: answer.base, before: answer.before ?? null }, answers)
  }
  return right(answers)
}

/** The stream with the most commits of a flight. */
const busiestStream = (flight: Flight): string => {
  if (flight.length === 1) return flight[0]?.commit.stream ?? ''
  const counts = new Map<string, number>()
  let busiest = ''
  let most = 0
  for (const { commit } of flight) {
    const count = (counts.get(commit.stream) ?? 0) + 1
    counts.set(commit.stream, count)
    if (count > most) {
      most = count
      busiest = commit.stream
    }
  }
  return busiest
}

const knownCommits = async (
  client: SqlClient,
  at: string,
  ids: ReadonlyArray<string>,
): Promise<KnownColumns> => {
  const { rows } = await client.query(`select ${at}decider_commits_8($1) as stored`, [
    arrayText(ids),
  ])
  return JSON.parse(String(rows[0]?.['stored'])) as KnownColumns
}
