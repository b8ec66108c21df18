/**
 * Categories of streams.
 *
 * @since 0.1.0
 */

/** The category of a stream: its name up to the first `-`. */
export const categoryOf = (stream: string): string => {
  const end = stream.indexOf('-')
  return end < 0 ? stream : stream.slice(0, end)
}
