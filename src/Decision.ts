/**
 * A decision is a decider over the whole log that also says which events each command depends on (`reads`) and how
 * events are found (`tags`). A handler reads only those events, and appends only if no other event that matches the
 * same query was stored in the meantime. So one rule may span streams: a student joins at most ten courses, and a
 * course has thirty seats.
 *
 * Every decision is a decider: the laws, the explorer, the mutants and process managers accept it. To make a decision
 * of a process manager that is closed over one (`Process.withDecider`), add the `tags` of the decision, and `reads`
 * that also cover the commands that follow from a command.
 *
 * `d` is a decision, `c` a command, `h` a history, and `q` and `p` are queries. `fold(es)` is the state that the
 * events `es` lead to, `h|q` are the events of `h` that match `q`, and `r(c, h)` is the query of `read(d)(c, h)`: what
 * `reads` returns, united with what `readsMore` returns.
 *
 * Laws (V for view: what a command sees of the log). `testing/laws` tests V0, V1, V2, V5 and V6 of a decision; the
 * others are laws of handlers, stores and logs, and are tested by their contracts:
 *
 * - V0 sufficiency: `c` has the same outcome on `fold(h|r(c, h))` as on `fold(h)`
 * - V1 adding an event that `r(c, h)` does not match, anywhere in `h`, does not change the outcome of `c`
 * - V2 reading more changes nothing: if `q` covers `r(c, h)`, `c` has the same outcome on `fold(h|q)` as on
 *   `fold(h|r(c, h))`; so one query can serve several commands
 * - V3 the condition of an append covers everything that was read: its query is `r(c, h)`, and its position is the
 *   one up to which the first stage, `reads`, was read
 * - V4 widening a query never turns a conflict into a success: if `q` covers `p`, an event that matches `p`
 *   matches `q`
 * - V5 `tags` returns for every event tags that can be stored, without repeats. After encoding and decoding, an event
 *   has the same tags; its codec stores it under the type that it has in queries
 * - V6 if an emitted event changes the outcome of a command, the query of that command matches it
 * - V7 no event between what was read and the commit matches the commit's condition (a law of logs)
 * - V8 a decider over streams and `many` of that decider return the same results, conflicts included
 * - V9 all stores match a query alike (a law of stores)
 * - V10 a commit id that is sent twice is stored once, and returns the first outcome (a law of handlers)
 * - V11 a condition may leave out events that were read only if they change no decision
 *
 * The maps and products preserve V0, V1, V2, V5 and V6. Decisions made by `fromProjections` satisfy V0, V1 and V2 if
 * `decide` looks up only the ids that `reads` and `readsMore` return.
 *
 * @since 0.1.0
 */
export type { TaggedProjection } from './Decision/fromProjections.ts'
export { fromProjections } from './Decision/fromProjections.ts'
export { adapt, contramapCommand, imapEvent, imapState, mapRejection } from './Decision/maps.ts'
export type { Decision, Reading } from './internal/decision.ts'
export { read } from './internal/decision.ts'
export { many, struct } from './Decision/products.ts'
