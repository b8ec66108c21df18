/**
 * What a live table hands over to its successor in a swap: its owner, rights on it and on its columns, row security and
 * policies, and plain views. The successor has the same as the live table afterwards, and nothing besides: it may have
 * rights by default, or from the time when it was live itself.
 *
 * @since 0.1.0
 */
import { quotedLiteral } from '../../internal/sqlQuotes.ts'
import { placeOf } from './ddl.ts'

/** A statement of a swap. */
export interface Bequest {
  /** What it transfers, for people. */
  readonly subject: string
  readonly text: string
}

const roleName = (oid: string): string =>
  `case ${oid} when 0 then 'public' else quote_ident(pg_get_userbyid(${oid})) end`

/** The condition of a policy, with its keyword; an empty text if there is none. */
const conditionOf = (keyword: string, expression: string): string =>
  `coalesce(' ${keyword} (' || pg_get_expr(p.${expression}, p.polrelid) || ')', '')`

const conditions = `${conditionOf('using', 'polqual')} || ${conditionOf('with check', 'polwithcheck')}`

/** Rights of others than the owner: on live tables, on their successors, and on the columns of both. */
const rights = `select c.oid as relation, '' as columns, a.privilege_type as privilege,
      case when a.is_grantable then ' with grant option' else '' end as option,
      ${roleName('a.grantee')} as role
    from pair join pg_class c on c.oid in (live, successor), aclexplode(c.relacl) a
    where a.grantee <> c.relowner
  union all
  select c.oid, format(' (%I)', t.attname), a.privilege_type,
      case when a.is_grantable then ' with grant option' else '' end, ${roleName('a.grantee')}
    from pair join pg_class c on c.oid in (live, successor)
      join pg_attribute t on t.attrelid = c.oid and not t.attisdropped, aclexplode(t.attacl) a
    where a.grantee <> c.relowner`

/** What only the successor has goes first. */
const emptied = `select 1 as step, 'the owner of ' || place as subject,
      format('alter table %s owner to %I', place, pg_get_userbyid(l.relowner)) as text
    from pair join pg_class l on l.oid = live join pg_class s on s.oid = successor
    where l.relowner <> s.relowner
  union all
  select distinct 2, format('the rights of %s on %s', role, place),
      format('revoke all on %s from %s cascade', place, role)
    from pair join rights on relation = successor
  union all
  select 2, format('policy %I on %s', polname, place), format('drop policy %I on %s', polname, place)
    from pair join pg_policy on polrelid = successor`

const bequeathed = `select distinct 3, format('the rights of %s on %s', role, place),
      format('grant %s%s on %s to %s%s', privilege, columns, place, role, option)
    from pair join rights on relation = live
  union all
  select 3, 'row security of ' || place,
      format('alter table %s %s row level security, %s row level security', place,
        case when l.relrowsecurity then 'enable' else 'disable' end,
        case when l.relforcerowsecurity then 'force' else 'no force' end)
    from pair join pg_class l on l.oid = live join pg_class s on s.oid = successor
    where (l.relrowsecurity, l.relforcerowsecurity) <> (s.relrowsecurity, s.relforcerowsecurity)
  union all
  select 3, format('policy %I on %s', p.polname, place),
      format('create policy %I on %s as %s for %s to %s', p.polname, place,
        case when p.polpermissive then 'permissive' else 'restrictive' end,
        case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update'
          when 'd' then 'delete' else 'all' end,
        (select string_agg(${roleName('r')}, ', ') from unnest(p.polroles) r)) || ${conditions}
    from pair join pg_policy p on p.polrelid = live`

/** Views, and policies of further tables that ask a live table: they would go on to ask the one that was replaced. */
const dependent = `select distinct 4, 'view ' || v.oid::regclass,
      format('create or replace view %s%s as %s', v.oid::regclass,
        ' with (' || array_to_string(v.reloptions, ', ') || ')', pg_get_viewdef(v.oid))
    from pair join pg_depend d on d.refclassid = 'pg_class'::regclass and d.refobjid = live
      join pg_rewrite r on d.classid = 'pg_rewrite'::regclass and r.oid = d.objid
      join pg_class v on v.oid = r.ev_class and v.relkind = 'v'
  union all
  select distinct 4, format('policy %I on %s', p.polname, p.polrelid::regclass),
      format('alter policy %I on %s', p.polname, p.polrelid::regclass) || ${conditions}
    from pair join pg_depend d on d.refclassid = 'pg_class'::regclass and d.refobjid = live
      join pg_policy p on d.classid = 'pg_policy'::regclass and p.oid = d.objid
    where not exists (select from pair o where p.polrelid in (o.live, o.successor))`

/** The live tables and their successors, by the names that the live ones have. */
const pairsOf = (schema: string, names: ReadonlyArray<string>): string => {
  const pairs = names.map((name) => {
    const live = quotedLiteral(placeOf(schema, name, 'live'))
    const successor = quotedLiteral(placeOf(schema, name, 'building'))
    return `(${live}, to_regclass(${live}), to_regclass(${successor}))`
  })
  return `pair(place, live, successor) as (values ${pairs.join(', ')})`
}

/**
 * Selects the statements that transfer what belongs to live tables. Select them before the tables are renamed, and run
 * them in order afterwards: definitions then name the successors, which have the names by now.
 */
export const successionOf = (schema: string, names: ReadonlyArray<string>): string =>
  `with ${pairsOf(schema, names)}, rights as (${rights})
  select subject, text from (${emptied}
  union all
  ${bequeathed}
  union all
  ${dependent}) s order by step`

/**
 * Selects the statements that show tables being built to nobody but their owner, where the live ones have row security:
 * roles may have rights on new tables by default, and the policies come with the swap.
 */
export const protectionOf = (schema: string, names: ReadonlyArray<string>): string =>
  `with ${pairsOf(schema, names)}
  select format('alter table %s enable row level security', successor) as text
    from pair join pg_class c on c.oid = live where c.relrowsecurity`
