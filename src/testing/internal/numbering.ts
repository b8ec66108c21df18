/**
 * Numbers for values: equal values have the same number, and numbers run from 0 in the order in which
 * values came. Beside the values it takes from 18 to 32 bytes each.
 *
 * @since 0.1.0
 */
import type { Relation } from './relation.ts'

/**
 * The values with a number so far; `values[n]` has the number `n`.
 *
 * @category model
 * @since 0.1.0
 */
export interface ValueTable<V> {
  readonly relation: Relation
  readonly values: Array<V>
  /** The hash of each value. */
  hashes: Int32Array
  /** Open addressing: a number plus one, or 0 where the slot is free. */
  slots: Int32Array
}

/**
 * No values yet; they will be kept in `values`, which is empty, and told apart by a relation.
 *
 * @category building
 * @since 0.1.0
 */
export const valueTable = <V>(values: Array<V>, relation: Relation): ValueTable<V> => ({
  relation,
  values,
  hashes: new Int32Array(32),
  slots: new Int32Array(64),
})

/**
 * The number of a value, or -1 for one that is new and would be number `limit` or more. A new value
 * is kept.
 *
 * @category building
 * @since 0.1.0
 */
export const numberOf = <V>(table: ValueTable<V>, value: V, limit: number): number => {
  const { relation, values, hashes, slots } = table
  const code = relation.hash(value)
  const mask = slots.length - 1
  let slot = code & mask
  for (let found = slots[slot]; found !== 0; found = slots[slot]) {
    const at = (found ?? 0) - 1 // the slot lies within the mask
    if (hashes[at] === code && relation.equals(values[at], value, code)) return at
    slot = (slot + 1) & mask
  }
  const number = values.length
  if (number >= limit) return -1
  values.push(value)
  hashes[number] = code
  slots[slot] = number + 1
  if (values.length === hashes.length) table.hashes = doubled(hashes)
  // two thirds full: probes stay short
  if (values.length * 3 >= slots.length * 2) grow(table)
  return number
}

/**
 * Whether a value is still what it was when it was given that number, as far as its hash tells.
 *
 * @category reading
 * @since 0.1.0
 */
export const isAsKept = <V>(table: ValueTable<V>, number: number, value: V): boolean =>
  table.relation.hash(value) === table.hashes[number]

const doubled = (numbers: Int32Array): Int32Array => {
  const twice = new Int32Array(numbers.length * 2)
  twice.set(numbers)
  return twice
}

const grow = (table: ValueTable<unknown>): void => {
  const slots = new Int32Array(table.slots.length * 2)
  const mask = slots.length - 1
  for (let number = 0; number < table.values.length; number++) {
    let slot = (table.hashes[number] ?? 0) & mask
    while (slots[slot] !== 0) slot = (slot + 1) & mask
    slots[slot] = number + 1
  }
  table.slots = slots
}
