/**
 * From the events of a decider to what a store keeps, and back.
 *
 * `E` is the event, `c` an event codec, `d` a decider over `E`.
 *
 * Laws:
 *
 * 1. B9 round trip: `c.encode(e)` followed by `c.decode` gives `Right(e)`, also through JSON text
 * 2. B9 replay: folding decoded events is folding the originals
 * 3. an unknown type, an unknown version and data that does not fit are refused, never skipped; decoded
 *    to no event are only types that are listed as dropped, and unknown types and newer versions that
 *    their writer has marked as skippable
 * 4. what is no event is not encoded, nor what a program from before `addFields` could not read
 * 5. `c.decode` is `Right(e)` exactly where `c.decodeAll` is `Right([e])`
 *
 * @since 0.1.0
 */
export type { Evolution } from './EventCodec/fromChains.ts'
export { eventCodecOf } from './EventCodec/fromChains.ts'
export type { EncodedEvent, EventCodec, EventIssues } from './internal/eventCodec.ts'
export { manyCodec, mergeCodecs, prefixed, structCodec } from './EventCodec/product.ts'
export { addFields, first, next, split } from './EventCodec/upcast.ts'
