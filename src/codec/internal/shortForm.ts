/**
 * The short forms of codecs, for any library of schemas: a union on `type` is given by its members, each by
 * its fields, a codec or a chain.
 *
 * @since 0.1.0
 */

/** Commands and events. */
export type WithType = { readonly type: string }

/** Any codec or chain. */
export interface AnyVersions {
  readonly decode: (...input: never) => unknown
}

/**
 * Whether a part is a codec or a chain. A field may be named like one of their functions, but hardly all.
 */
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
      // anything else is fields
      isVersions(part) ? part : variant(type, part as F),
    ]),
  )
