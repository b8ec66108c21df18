/**
 * Messages that a field names.
 *
 * @since 0.1.0
 */

/** A command or an event whose field `type` names it. */
export interface HasType {
  readonly type: string
}
