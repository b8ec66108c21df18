/**
 * Finds the events that match a query in the storage of an object.
 *
 * One statement for each item, and each type of an item without tags: each reads a range of one index, and
 * stops at its limit. The storage belongs to the object alone, so nothing comes between them.
 *
 * @since 0.1.0
 */
import type { Query } from '../../Query.ts'
import type { ReadOptions } from '../EventStore.ts'
import { jsonListOf } from '../internal/rows.ts'
import type { PossibleItem } from '../internal/tags.ts'
import { possibleItems } from '../internal/tags.ts'
import type { DurableStorage } from './storage.ts'

export const tagTables = `
create table if not exists decider_tags (
  tag text not null,
  position integer not null,
  primary key (tag, position)
) strict, without rowid;

create trigger if not exists decider_tags_no_update before update on decider_tags begin
  select raise(abort, 'update refused: decider_tags is append-only');
end;

create trigger if not exists decider_tags_no_delete before delete on decider_tags begin
  select raise(abort, 'delete refused: decider_tags is append-only');
end;

create index if not exists decider_events_type on decider_events (type, position);`

export const insertTagText = 'insert into decider_tags (tag, position) values (?, ?)'

/** What is asked of an event beside the query. */
const asAsked = `(? is null or e.type in (select value from json_each(?)))
  and (? is null or substr(e.stream, 1, instr(e.stream || '-', '-') - 1) in (select value from json_each(?)))`

const taggedText = `select e.position from decider_tags t cross join decider_events e on e.position = t.position
  where t.tag = ? and t.position > ? and (? is null or e.type in (select value from json_each(?)))
  and not exists (
    select 1 from json_each(?) o where not exists (
      select 1 from decider_tags other where other.tag = o.value and other.position = t.position
    )
  )
  and ${asAsked} order by t.position limit ?`
const typedText = `select e.position from decider_events e
  where e.type = ? and e.position > ? and ${asAsked} order by e.position limit ?`
const anyText = `select e.position from decider_events e
  where e.position > ? and ${asAsked} order by e.position limit ?`
const countText =
  'select count(*) as n from (select 1 from decider_tags where tag = ? and position > ? limit 100)'

/** The first positions after one that match the query, in order. */
export const positionsAfter = (
  { sql }: DurableStorage,
  query: Query,
  after: number,
  limit: number,
  { types, categories }: Pick<ReadOptions, 'types' | 'categories'> = {},
): ReadonlyArray<number> => {
  const ask = (text: string, ...bindings: Array<string | number | null>) =>
    sql.exec(text, ...bindings).toArray()
  const [asked, within] = [jsonListOf(types), jsonListOf(categories)]
  const more = [asked, asked, within, within, limit]
  const rarest = (tags: PossibleItem['tags']): string => {
    if (tags.length === 1) return tags[0] ?? ''
    const counted = tags.map((tag) => ({ tag, n: Number(ask(countText, tag, after)[0]?.['n']) }))
    return counted.reduce((one, other) => (other.n < one.n ? other : one)).tag
  }
  const rows = possibleItems(query).flatMap((item) => {
    if (item.tags.length > 0) {
      const known = item.types.length === 0 ? null : JSON.stringify(item.types)
      const bindings = [rarest(item.tags), after, known, known, JSON.stringify(item.tags)]
      return ask(taggedText, ...bindings, ...more)
    }
    if (item.types.length === 0) return ask(anyText, after, ...more)
    return item.types.flatMap((type) => ask(typedText, type, after, ...more))
  })
  const positions = new Set(rows.map((row) => Number(row['position'])))
  return [...positions].sort((a, b) => a - b).slice(0, limit)
}
