/**
 * Numbers for values: equal values have the same number, and numbers count up from 0 in the order in
 * which the values came.
 */
import type { Relation } from './relation.ts'

/** The values that have a number: `values[n]` has the number `n`. */
export interface ValueTable<V> {
  readonly relation: Relation
  readonly values: Array<V>
  /** The hash of each value. */
  readonly hashes: Array<number>
  /** For each hash, the last value that has it. */
  readonly last: Map<number, number>
  /** For each value, the one before it with the same hash, or -1. */
  readonly previous: Array<number>
}

/** A table without values, which tells values apart by a relation. */
export const valueTable = <V>(relation: Relation): ValueTable<V> => ({
  relation,
  values: [],
  hashes: [],
  last: new Map(),
  previous: [],
})

/**
 * The number of a value. A new value is added, unless the table holds `limit` values already: then the
 * result is -1.
 */
export const numberIn = <V>(table: ValueTable<V>, value: V, limit: number): number => {
  const { relation, values, hashes, last, previous } = table
  const code = relation.hash(value)
  const newest = last.get(code) ?? -1
  for (let at = newest; at !== -1; at = previous[at] ?? -1) {
    if (relation.equals(values[at], value, code)) return at
  }
  if (values.length >= limit) return -1
  hashes.push(code)
  previous.push(newest)
  last.set(code, values.length)
  return values.push(value) - 1
}

/** Whether a value still has the hash that it had when it was given its number. */
export const isUnchanged = <V>(table: ValueTable<V>, number: number, value: V): boolean =>
  table.relation.hash(value) === table.hashes[number]
