/**
 * The lists in which a flight is sent to the database. Pure.
 *
 * A list has the columns of one row after those of the row before it, and is null where no row has anything to say. So
 * the database makes few arrays, and finds an element without a search; with `unnest` of an array for each column it
 * kept a table of 16 kB for each.
 *
 * Rows are numbered from 1, as in the database.
 *
 * @since 0.1.0
 */

/** The columns of each list. */
export const columnsOf = {
  /**
   * A row a commit: where its parts start and how many are to be checked, how many events of the flight come before
   * it, and how many it has. A commit that follows another of its chain has none to check, and names the part of the
   * first.
   */
  commits: ['part', 'parts', 'earlier', 'size'],
  /** A row a commit: where the items of its condition start, and how many there are. */
  asked: ['item', 'items', 'after'],
  /** A row an item of a condition: where its types are in a list of their own, null for any; from the condition. */
  items: ['types', 'after'],
  /** A row a part. */
  marks: ['id', 'position', 'recordedAt'],
  /** A row an event; its version counts from the version of the part's stream. */
  events: ['commit', 'part', 'version', 'schemaVersion'],
  /** A row an event. */
  contents: ['type', 'data', 'actor'],
  /** A row an event. */
  origins: ['occurredAt', 'correlationId', 'causationId'],
} as const

export type ListName = keyof typeof columnsOf

/** An element of a list, as an expression of the database. `row` is one too. */
export const elementOf = <L extends ListName>(
  list: L,
  column: (typeof columnsOf)[L][number],
  row: string,
): string => {
  const columns: ReadonlyArray<string> = columnsOf[list]
  const fromEnd = columns.length - 1 - columns.indexOf(column)
  return `f_${list}[${columns.length} * ${row}${fromEnd === 0 ? '' : ` - ${fromEnd}`}]`
}
