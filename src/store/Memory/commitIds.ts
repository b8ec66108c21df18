/**
 * Which commit ids a store in memory has seen, and where. A map from texts would make the garbage
 * collector follow every one of them; this one holds nothing but numbers, and compares texts only
 * where all of their hash agrees.
 *
 * Laws, for any list of different ids, each added with its place:
 *
 * 1. an id that was added is found at its place, and no other id is found
 *
 * @since 0.1.0
 */

/** Places, whole numbers from 1 on, by commit id. */
export interface CommitIds {
  readonly hashOf: (commitId: string) => number
  /** The place of an id, 0 where it was not added. */
  readonly find: (hash: number, commitId: string) => number
  /** Takes an id that was not found. */
  readonly add: (hash: number, place: number) => void
}

/**
 * An empty table. It looks up the id at a place where it needs it, and the seed keeps whoever makes
 * up ids from choosing such as fall on one another.
 */
export const commitIds = (
  idAt: (place: number) => string | undefined,
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
        const place = table[at + 1] ?? 0
        if (place === 0) return 0
        if (table[at] === hash && idAt(place) === commitId) return place
      }
    },
    add: (hash, place) => {
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
      put(table, mask, hash, place)
    },
  }
}

/**
 * Open addressing: what finds its slot taken goes to the next one that is free. Hash and place stand
 * side by side, so that looking at one fetches the other; neither needs more than 31 bits, as no
 * array has room for that many events.
 */
const tableOf = (mask: number): Int32Array => new Int32Array((mask + 1) * 2)

const put = (table: Int32Array, mask: number, hash: number, place: number): void => {
  let slot = hash & mask
  while (table[slot * 2 + 1] !== 0) slot = (slot + 1) & mask
  table[slot * 2] = hash
  table[slot * 2 + 1] = place
}
