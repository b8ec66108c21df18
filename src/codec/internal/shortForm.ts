/**
 * What the short forms of codecs share, whichever library the fields are written with: a union on
 * `type` given by the parts of its members, each the fields of one, a codec, or a chain.
 *
 * @since 0.1.0
 */

/** What commands and events have in common. */
export type WithType = { readonly type: string }

/** Any codec or chain at all. */
export interface AnyVersions {
  readonly decode: (...input: never) => unknown
}

/** Whether a part is a codec or a chain, and not fields: a schema may be a function, but not three of them. */
const isVersions = (part: object): boolean =>
  ['decode', 'encode', 'is'].every((name) => typeof Reflect.get(part, name) === 'function') ||
  (typeof Reflect.get(part, 'decode') === 'function' && 'codec' in part && 'version' in part)

/** The parts, with a codec where fields stood. */
export const membersOf = <F>(
  parts: object,
  variant: (type: string, fields: F) => unknown,
): Readonly<Record<string, unknown>> =>
  Object.fromEntries(
    Object.entries(parts).map(([type, part]: readonly [string, object]) => [
      type,
      // what is neither a codec nor a chain is fields
      isVersions(part) ? part : variant(type, part as F),
    ]),
  )
