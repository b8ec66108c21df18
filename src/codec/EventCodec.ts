/**
 * Encodes the events of a decider for a store, and decodes them again.
 *
 * `E` is the event, `c` an event codec, `d` a decider over `E`.
 *
 * Laws:
 *
 * 1. B9 round trip: `c.encode(e)` followed by `c.decode` returns `Right(e)`, also through JSON
 * 2. B9 replay: folding decoded events is folding the originals
 * 3. an unknown type, an unknown version and data that does not fit are refused, never skipped; only
 *    types listed as dropped, and unknown types and newer versions that their writer marked as skippable,
 *    decode to no event
 * 4. a value that is not an event is not encoded, nor an event that a program from before `addFields`
 *    could not read
 * 5. `c.decode` is `Right(e)` if and only if `c.decodeAll` is `Right([e])`
 *
 * @since 0.1.0
 */
export type { Evolution } from './EventCodec/fromChains.ts'
export { eventCodecOf } from './EventCodec/fromChains.ts'
export type { EncodedEvent, EventCodec, EventIssues } from './internal/eventCodec.ts'
export { manyCodec, mergeCodecs, prefixed, structCodec } from './EventCodec/product.ts'
export { addFields, next, split } from './EventCodec/upcast.ts'
