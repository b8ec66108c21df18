/**
 * The one reader of RFC 3339 timestamps.
 *
 * @since 0.1.0
 */
import type { Instant } from '../../Recorded.ts'

const rfc3339 =
  /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}:\d{2})(?:\.(\d+))?(?:Z|([+-])([01]\d|2[0-3]):([0-5]\d))$/i

/**
 * The instant of an RFC 3339 timestamp with any offset, to the millisecond: finer digits are cut off.
 * `undefined` for anything else, such as a day that its month does not have, or a leap second.
 */
export const parseTimestamp = (timestamp: string): Instant | undefined => {
  const found = rfc3339.exec(timestamp)
  if (found === null) return undefined
  const [, date, time, fraction = '', sign, hours = '0', minutes = '0'] = found
  const written = `${date}T${time}.${`${fraction}000`.slice(0, 3)}Z`
  const utc = Date.parse(written)
  // `Date.parse` turns the 31st of June into the 1st of July
  if (Number.isNaN(utc) || new Date(utc).toISOString() !== written) return undefined
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000
  return sign === '-' ? utc + offset : utc - offset
}
