/**
 * How the functions in the database run.
 *
 * @since 0.1.0
 */

// Without statistics, as on PGlite, a plan made while the table is small would scan it forever. Planned once for
// all parameters: a plan for each call would cost more than the call.
export const asOwner = `security definer
  set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set enable_bitmapscan = off set jit = off`
