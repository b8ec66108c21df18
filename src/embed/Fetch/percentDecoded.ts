/**
 * Percent-encoded strings (RFC 3986, 2.1).
 *
 * @since 0.1.0
 */

/** The string behind an encoded one; `undefined` if its escapes are not UTF-8. */
export const percentDecoded = (encoded: string): string | undefined => {
  try {
    return decodeURIComponent(encoded)
  } catch {
    return undefined
  }
}
