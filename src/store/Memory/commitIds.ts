/**
 * A hash table from commit ids to positions, for a store in memory. It holds only numbers, since the garbage
 * collector would have to follow each string of a `Map`; strings are compared only if their hashes are equal.
 *
 * Laws, for any list of different ids, each added with its position:
 *
 * 1. an id that was added is found at its position, and no other id is found
 *
 * @since 0.1.0
 */

/** Positions (integers from 1) by commit id. */
export interface CommitIds {
  readonly hashOf: (commitId: string) => number
  /** The position of an id; 0 if it was not added. */
  readonly find: (hash: number, commitId: string) => number
  /** Adds an id that was not found. */
  readonly add: (hash: number, position: number) => void
}

/**
 * Returns an empty table. `idAt` returns the id at a position. The seed is random, so that nobody can choose ids
 * that all collide.
 */
export const commitIds = (
  idAt: (position: number) => string | undefined,
  seed: number = Math.random() * 2 ** 32,
): CommitIds => {
  /** One less than the number of slots, which is a power of two. */
  let mask = 1_023
  let table = tableOf(mask)
  let size = 0
  return {
    hashOf: (commitId) => {
      let hash = seed | 0
      for (let i = 0; i < commitId.length; i++) {
        hash = Math.imul(hash ^ commitId.charCodeAt(i), 0x01_00_01_93)
      }
      hash = Math.imul(hash ^ (hash >>> 15), 0x2c_1b_3c_6d)
      return hash ^ (hash >>> 12)
    },
    find: (hash, commitId) => {
      for (let slot = hash; ; slot++) {
        const at = (slot & mask) * 2
        const position = table[at + 1] ?? 0
        if (position === 0) return 0
        if (table[at] === hash && idAt(position) === commitId) return position
      }
    },
    add: (hash, position) => {
      size++
      if (size * 2 > mask) {
        const old = table
        mask = mask * 2 + 1
        table = tableOf(mask)
        for (let at = 0; at < old.length; at += 2) {
          const known = old[at + 1] ?? 0
          if (known !== 0) put(table, mask, old[at] ?? 0, known)
        }
      }
      put(table, mask, hash, position)
    },
  }
}

/**
 * Open addressing with linear probing: an entry whose slot is taken goes to the next free one. Hash and position
 * are adjacent, so that reading one fetches the other. A position fits into 31 bits: no array is longer.
 */
const tableOf = (mask: number): Int32Array => new Int32Array((mask + 1) * 2)

const put = (table: Int32Array, mask: number, hash: number, position: number): void => {
  let slot = hash & mask
  while (table[slot * 2 + 1] !== 0) slot = (slot + 1) & mask
  table[slot * 2] = hash
  table[slot * 2 + 1] = position
}
