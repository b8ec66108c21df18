/**
 * A decision is a decider over the whole log that says which events a command depends on. A handler reads
 * only those, and appends only if none was stored since that matches the same query. So one rule may span
 * streams: a student joins at most ten courses, and a course has thirty seats.
 *
 * A decision is a decider: laws, explorer, mutants and process managers take it as it is. A process manager
 * closed over it (`Process.withDecider`) is a decision once it is given `reads` that cover what follows from a
 * command, and the `tags` of the decision.
 *
 * `d` is a decision, `c` a command, `h` a history, `q` and `p` queries, `fold(es)` the fold of `d.evolve` from
 * the initial state, `h|q` the events of `h` that match `q`, `r(c, h)` the query of `read(d)(c, h)`.
 *
 * Laws (V for view: what a command sees of the log; those of `d` are tested by `testing/laws`, those of stores
 * by the contract of stores):
 *
 * - V0 sufficiency: deciding `c` on `fold(h|r(c, h))` is deciding it on `fold(h)`
 * - V1 an event that `r(c, h)` does not match changes nothing in what `c` leads to, wherever it comes
 * - V2 reading for several commands at once is reading for each: if `q` covers `r(c, h)`, deciding `c` on
 *   `fold(h|q)` is deciding it on `fold(h|r(c, h))`
 * - V3 the condition of an append covers everything that was read: it is `r(c, h)`, after the position up to
 *   which the first stage was read
 * - V4 widening a query never turns a conflict into a success: if `q` covers `p`, an event that matches `p`
 *   matches `q`
 * - V5 `tags` is total, without repeats, of strings that can be stored, and survives the codec, which stores an
 *   event under the type that it has in queries
 * - V6 an emitted event that changes what a command leads to is matched by what that command reads
 * - V7 no event between what was read and its commit matches the condition: a law of logs
 * - V8 a decider over streams and `many` of it give the same outputs, conflicts included
 * - V9 memory and SQL match alike: a law of stores
 * - V10 the same commit id twice gives the first outcome, once: a law of handlers
 * - V11 a condition may be narrower than what was read only by events that change no decision
 *
 * The maps and products keep V0, V1, V2, V5 and V6 of what they are made of. Decisions of `fromProjections`
 * keep V0, V1 and V2 as long as `decide` looks up only what `reads` and `readsMore` name.
 *
 * @since 0.1.0
 */
export type { TaggedProjection } from './Decision/fromProjections.ts'
export { fromProjections } from './Decision/fromProjections.ts'
export { adapt, contramapCommand, imapEvent, imapState, mapRejection } from './Decision/maps.ts'
export type { Decision, Reading } from './internal/decision.ts'
export { read } from './internal/decision.ts'
export { many, struct } from './Decision/products.ts'
