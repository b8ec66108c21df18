/**
 * Turns on a stream, by advisory locks of the database: whoever waits for a lock gets it in the order in which it came.
 *
 * A turn is a transaction that holds the lock and writes nothing, on a connection of its own. Locks of transactions end
 * with them, whatever becomes of the process, and are safe behind a pooler.
 *
 * Whoever is next reads what is stored while the one before still works, so that little is left to read when the turn
 * comes. For this there is a second lock, of the session: who waits for the turn has it, all others wait for it. It is
 * released within the transaction.
 *
 * @since 0.1.0
 */
import type { EncodedEvent } from '../../codec/EventCodec.ts'
import type { Recorded } from '../../Recorded.ts'
import type { StreamTurns, Turn } from '../EventStore.ts'
import { quotedIdentifier } from '../internal/sqlQuotes.ts'
import { isName } from '../internal/names.ts'
import type { SqlClient } from './client.ts'
import type { ChunkRow } from './chunkRows.ts'
import { addOfStream } from './chunkRows.ts'
import { eventsPerPage } from './pages.ts'
import type { Connections } from './pool.ts'

/** Limits in milliseconds. */
export interface TurnLimits {
  /** How long to wait for a turn, and to be the next before that. */
  readonly wait: number
  /** After which a turn ends by itself. */
  readonly turn: number
  /** After which the server ends the turn of a process that has stopped. */
  readonly idle: number
}

export const defaultLimits: TurnLimits = { wait: 2_000, turn: 800, idle: 1_000 }

export interface SqlTurns extends StreamTurns<EncodedEvent> {
  /** An expression that tells, in an append to a stream, whether nobody takes turns on it. The key is `place`. */
  readonly freeText: (place: string) => string
  /** Remembers that somebody takes turns on a stream. */
  readonly want: (stream: string) => void
}

/** How many streams are remembered on which somebody takes turns. */
const mostWanted = 1_000

/** Turns on the streams of a schema; by default, of the first one of the search path that exists. */
export const sqlTurns = (
  { most, lend }: Connections,
  schema: string | undefined,
  limits: TurnLimits = defaultLimits,
): SqlTurns => {
  const wanted = new Set<string>()
  let taken = 0
  return {
    take: (stream, after) => async () => {
      if (taken >= most || !isName(stream)) return undefined
      taken++
      // the connection of a turn that ends is not free yet, but will be without needing another one
      const free = onlyOnce(() => taken--)
      return new Promise((give) => {
        const held = lend((connection) =>
          holdTurn(connection, limits, { schema, stream, after }, (turn) =>
            give({ loaded: turn.loaded, end: () => (free(), turn.end()) }),
          ),
        )
        const isOver = (): void => {
          free()
          give(undefined)
        }
        held.then(isOver, isOver)
      })
    },
    areWanted: (stream) => wanted.delete(stream),
    // the lock is released when the append is committed
    freeText: (place) =>
      `pg_try_advisory_xact_lock_shared(${turnKeyText(schema, 'decider_turn', place)})`,
    want: (stream) => {
      if (wanted.size >= mostWanted) wanted.clear()
      wanted.add(stream)
    },
  }
}

const onlyOnce = (run: () => void): (() => void) => {
  let isDone = false
  return () => {
    if (isDone) return
    isDone = true
    run()
  }
}

/** A turn on a stream, and the events after a version unless that is undefined. */
interface WantedTurn {
  readonly schema: string | undefined
  readonly stream: string
  readonly after: number | undefined
}

/** Takes a turn, gives it to the caller, and waits until it ends. */
const holdTurn = async (
  connection: SqlClient,
  limits: TurnLimits,
  wanted: WantedTurn,
  give: (turn: Turn<EncodedEvent>) => void,
): Promise<void> => {
  const { begin, giveUp } = turnTexts(wanted, limits)
  let loaded: Turn<EncodedEvent>['loaded']
  try {
    loaded = loadedBy(await connection.query(begin, []), wanted)
  } catch {
    // after waiting for too long, for example
    await connection.query(giveUp, [])
    return
  }
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, limits.turn)
    give({
      loaded,
      end: () => {
        clearTimeout(timer)
        resolve()
      },
    })
  })
  await connection.query('commit', [])
}

/**
 * Each lock is taken by a statement of its own, so that the next one sees what its last owner has stored. All of them
 * are sent in one text, for one round trip.
 */
const turnTexts = ({ schema, stream, after }: WantedTurn, { wait, idle }: TurnLimits) => {
  const name = textOf(stream)
  const next = turnKeyText(schema, 'decider_next_turn', name)
  const load = after === undefined ? undefined : loadTexts(schema, name, after)
  return {
    begin: `begin isolation level read committed; set local lock_timeout = ${wait};
set local idle_in_transaction_session_timeout = ${idle};
select pg_advisory_lock(${next}); ${load?.early ?? ''}
select pg_advisory_xact_lock(${turnKeyText(schema, 'decider_turn', name)}); ${load?.late ?? ''}
select pg_advisory_unlock(${next});`,
    // a warning if it does not have the lock
    giveUp: `rollback; select pg_advisory_unlock(${next});`,
  }
}

/** What is loaded before the turn, and what is left to load when it has come. */
const loadTexts = (schema: string | undefined, name: string, after: number) => {
  const at = schema === undefined ? '' : `${quotedIdentifier(schema)}.`
  const from = "current_setting('decider.turn')"
  const load = `${at}decider_load_11(array[${name}]::text, array[${from}]::text, ${eventsPerPage})`
  return {
    early: `select set_config('decider.turn', '${after}', true) as after;
select e.*, set_config('decider.turn', o_version::text, true) from ${load} e;`,
    late: `select * from ${load};`,
  }
}

const turnKeyText = (schema: string | undefined, kind: string, stream: string): string => {
  const at = schema === undefined ? 'current_schema()' : textOf(schema)
  return `hashtextextended(${at} || ' ${kind} ' || ${stream}, 0)`
}

/** A string as an expression that means the same whatever the settings of the session: its bytes. */
const textOf = (text: string): string => {
  let digits = ''
  for (const byte of new TextEncoder().encode(text)) digits += byte.toString(16).padStart(2, '0')
  return `convert_from(decode('${digits}', 'hex'), 'UTF8')`
}

type RowsOfText = Awaited<ReturnType<SqlClient['query']>>

/** The events of a stream after a version, if all of them were read. */
const loadedBy = (
  results: unknown,
  { stream, after }: WantedTurn,
): ReadonlyArray<Recorded<EncodedEvent>> | undefined => {
  // a text of several statements gives one result for each, or all rows in one; it may be that of the last
  const all = (Array.isArray(results) ? results : [results]) as ReadonlyArray<RowsOfText>
  const rows = all.flatMap((result) => result.rows)
  if (after === undefined || !rows.some((row) => 'after' in row)) return undefined
  const events: Array<Recorded<EncodedEvent>> = []
  let last: number | undefined = after
  for (const row of rows) {
    if (!('o_numbers' in row)) continue
    last = addOfStream(events, row as unknown as ChunkRow, stream, last)
    // it is of another form, or of another history
    if (last === undefined) return undefined
  }
  return events.length < eventsPerPage ? events : undefined
}
