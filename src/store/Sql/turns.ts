/**
 * Turns on a stream, by advisory locks of the database: whoever waits for a lock gets it in the order in which it came.
 *
 * A turn is a transaction that holds the lock and writes nothing, on a connection of its own. Locks of transactions end
 * with them, whatever becomes of the process, and are safe behind a pooler.
 *
 * @since 0.1.0
 */
import type { EncodedEvent } from '../../codec/EventCodec.ts'
import type { Recorded } from '../../Recorded.ts'
import type { StreamTurns, Turn } from '../EventStore.ts'
import { quotedIdentifier } from '../internal/sqlQuotes.ts'
import { isName } from '../internal/names.ts'
import type { SqlClient } from './client.ts'
import type { EventColumns } from './columns.ts'
import { eventsInColumns } from './columns.ts'
import { eventsPerPage } from './pages.ts'
import type { Connections } from './pool.ts'

/** Milliseconds to wait for a turn. */
const longestLockWait = 2_000

/** Milliseconds after which a turn ends by itself. */
const longestTurn = 800

/** Milliseconds after which the server ends the turn of a process that has stopped. */
const longestIdle = 1_000

export interface SqlTurns extends StreamTurns<EncodedEvent> {
  /** An expression that tells, in an append to a stream, whether nobody takes turns on it. The key is `place`. */
  readonly freeText: (place: string) => string
  /** Remembers that somebody takes turns on a stream. */
  readonly want: (stream: string) => void
}

/** How many streams are remembered on which somebody takes turns. */
const mostWanted = 1_000

/** Turns on the streams of a schema; by default, of the first one of the search path that exists. */
export const sqlTurns = ({ most, lend }: Connections, schema: string | undefined): SqlTurns => {
  const wanted = new Set<string>()
  let taken = 0
  return {
    take: (stream, after) => async () => {
      if (taken >= most || !isName(stream)) return undefined
      taken++
      // the connection of a turn that ends is not free yet, but will be without needing another one
      const free = onlyOnce(() => taken--)
      return new Promise((give) => {
        const text = turnText(schema, stream, after)
        const held = lend((connection) =>
          holdTurn(connection, text, (turn) =>
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
    freeText: (place) => `pg_try_advisory_xact_lock_shared(${turnKeyText(schema, place)})`,
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

/** Takes a turn, gives it to the caller, and waits until it ends. */
const holdTurn = async (
  connection: SqlClient,
  text: string,
  give: (turn: Turn<EncodedEvent>) => void,
): Promise<void> => {
  let loaded: Turn<EncodedEvent>['loaded']
  try {
    loaded = loadedBy(await connection.query(text, []))
  } catch {
    // after waiting for too long, for example
    await connection.query('rollback', [])
    return
  }
  await new Promise<void>((resolve) => {
    const timer = setTimeout(resolve, longestTurn)
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
 * The lock is taken by a statement of its own, so that the next one sees what its last owner has stored. All of them
 * are sent in one text, for one round trip.
 */
const turnText = (
  schema: string | undefined,
  stream: string,
  after: number | undefined,
): string => {
  const at = schema === undefined ? '' : `${quotedIdentifier(schema)}.`
  const name = textOf(stream)
  const load = `select ${at}decider_load_8(${name}, ${after}, ${eventsPerPage}) as events;`
  return `begin isolation level read committed; set local lock_timeout = ${longestLockWait};
set local idle_in_transaction_session_timeout = ${longestIdle};
select pg_advisory_xact_lock(${turnKeyText(schema, name)}); ${after === undefined ? '' : load}`
}

const turnKeyText = (schema: string | undefined, stream: string): string => {
  const at = schema === undefined ? 'current_schema()' : textOf(schema)
  return `hashtextextended(${at} || ' decider_turn ' || ${stream}, 0)`
}

/** A string as an expression that means the same whatever the settings of the session: its bytes. */
const textOf = (text: string): string => {
  let digits = ''
  for (const byte of new TextEncoder().encode(text)) digits += byte.toString(16).padStart(2, '0')
  return `convert_from(decode('${digits}', 'hex'), 'UTF8')`
}

type RowsOfText = Awaited<ReturnType<SqlClient['query']>>

/** The events, if all of them were read. */
const loadedBy = (results: unknown): ReadonlyArray<Recorded<EncodedEvent>> | undefined => {
  // a text of several statements gives one result for each, or that of the last
  const all = (Array.isArray(results) ? results : [results]) as ReadonlyArray<RowsOfText>
  const json = all[all.length - 1]?.rows[0]?.['events']
  if (typeof json !== 'string') return undefined
  const events = eventsInColumns(JSON.parse(json) as EventColumns)
  return events.length < eventsPerPage ? events : undefined
}
