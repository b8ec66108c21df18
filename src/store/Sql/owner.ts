/**
 * How the functions in the database run.
 *
 * @since 0.1.0
 */

// Sequential scans are off because a plan made while the table is small would otherwise keep scanning it (PGlite
// gathers no statistics). Plans are generic because planning each call would cost more than the call.
export const asOwner = `security definer
  set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set enable_bitmapscan = off set jit = off`
