/**
 * Commits with the commands that were kept, in the database.
 *
 * @since 0.1.0
 */
import type { EncodedEvent } from '../../codec/EventCodec.ts'
import { none, some } from '../../internal/either.ts'
import type { AppendCondition } from '../EventStore.ts'
import type { StoredCommands } from '../internal/engineModel.ts'
import type { EventRow } from '../internal/rows.ts'
import { fromNullable } from '../internal/rows.ts'
import { asOwner } from './owner.ts'

export const commitFunctions: ReadonlyArray<string> = [
  'decider_read_commits_8',
  'decider_find_commit_8',
]

export const createCommitFunctions = (at: string): string => `
create function ${at}.decider_read_commits_8(a_after bigint, a_limit bigint)
returns text language plpgsql stable ${asOwner} as $function$
declare
  answer text;
begin
  select '{"head":' || (select position from ${at}.decider_counter where one) || ',' || ${commitColumns} || '}'
    into answer from (${commitRows(
      at,
      `select * from ${at}.decider_commits where position > a_after order by position limit a_limit`,
    )}) c;
  return answer;
end $function$;

create function ${at}.decider_find_commit_8(c_id text)
returns text language plpgsql stable ${asOwner} as $function$
declare
  answer text;
begin
  select '{' || ${commitColumns} || '}' into answer from (${commitRows(
    at,
    `select * from ${at}.decider_commits where commit_id = c_id`,
  )}) c;
  return answer;
end $function$;
revoke all on function ${commitFunctions.map((name) => `${at}.${name}`).join(', ')} from public;`

/**
 * Some commits, each with the metadata of its first event and the streams that it wrote to. Each event is looked up
 * separately (`offset 0`): PostgreSQL planned a join that also read all events before the page.
 */
const commitRows = (at: string, commits: string): string => `
      select c.position, c.last_position, c.commit_id, c.stream, c.recorded_at, c.commands, c.condition,
        first.occurred_at, first.actor, first.correlation_id, first.causation_id, written.streams
      from (${commits}) c
      cross join lateral (
        select e.* from ${at}.decider_events e where e.position = c.position offset 0
      ) first
      cross join lateral (
        select json_agg(json_build_array(w.stream, w.version, w.last_version) order by w.position) as streams
        from (
          select e.stream, min(e.version) as version, max(e.version) as last_version,
              min(e.position) as position
            from ${at}.decider_events e
            where e.position between c.position and c.last_position and e.commit_id = c.commit_id
            group by e.stream
        ) w
      ) written
      order by c.position
    `

/** The columns of commits as arrays, from a relation `c` in the order of its rows. */
const commitColumns = [
  'position',
  'last_position',
  'commit_id',
  'stream',
  'recorded_at',
  'commands',
  'condition',
  'occurred_at',
  'actor',
  'correlation_id',
  'causation_id',
  'streams',
]
  .map((name) => `'"${name}":' || coalesce(json_agg(c.${name})::text, '[]')`)
  .join(` || ',' || `)

/** A stream, and the versions of the first and the last event that a commit wrote to it. */
type WrittenStream = readonly [string, number, number]

type CommitRow = Pick<
  EventRow,
  | 'position'
  | 'commit_id'
  | 'stream'
  | 'recorded_at'
  | 'occurred_at'
  | 'actor'
  | 'correlation_id'
  | 'causation_id'
> & {
  readonly last_position: number
  readonly commands: ReadonlyArray<EncodedEvent> | null
  readonly condition: AppendCondition | null
  readonly streams: readonly [WrittenStream, ...ReadonlyArray<WrittenStream>]
}

/** The columns of commits, each as long as the others. The database checks their types. */
export type CommitColumns = { readonly [K in keyof CommitRow]: ReadonlyArray<CommitRow[K]> }

export const commitsOf = (columns: CommitColumns): ReadonlyArray<StoredCommands> =>
  columns.position.map((position, i) => {
    const commands = columns.commands[i] ?? null
    const condition = columns.condition[i] ?? null
    // a commit has at least one event
    const [own, ...others] = columns.streams[i] as CommitRow['streams']
    return {
      commitId: columns.commit_id[i] as string,
      stream: columns.stream[i] as string,
      position,
      lastPosition: columns.last_position[i] as number,
      recordedAt: columns.recorded_at[i] as number,
      occurredAt: columns.occurred_at[i] as number,
      actor: fromNullable(columns.actor[i] ?? null),
      correlationId: fromNullable(columns.correlation_id[i] ?? null),
      causationId: fromNullable(columns.causation_id[i] ?? null),
      streams: [writtenOf(own), ...others.map(writtenOf)],
      condition: condition === null ? none : some(condition),
      commands: commands === null ? none : some(commands),
    }
  })

const writtenOf = ([stream, version, lastVersion]: WrittenStream) => ({
  stream,
  version,
  lastVersion,
})
