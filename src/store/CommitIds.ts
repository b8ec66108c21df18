/**
 * Which commit ids a store in memory has seen, and where. A map from texts would make the garbage
 * collector follow every one of them; this one holds nothing but numbers, and compares texts only
 * where all of their hash agrees.
 *
 * Laws, for any list of different ids, each added with its place:
 *
 * 1. an id that was added is found at its place, and no other id is found
 *
 * @internal
 * @since 0.1.0
 */

/**
 * Places, whole numbers from 1 on, by commit id.
 *
 * @category model
 * @since 0.1.0
 */
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
 *
 * @category constructors
 * @since 0.1.0
 */
export const commitIds = (
  idAt: (place: number) => string | undefined,
  seed: number = Math.random() * 2 ** 32,
): CommitIds => {
  let table = tableOf(1_024)
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
        const place = table.places[slot & table.mask] ?? 0
        if (place === 0) return 0
        if (table.hashes[slot & table.mask] === hash && idAt(place) === commitId) return place
      }
    },
    add: (hash, place) => {
      size++
      if (size * 2 > table.places.length) {
        const { hashes, places } = table
        table = tableOf(places.length * 2)
        places.forEach((old, slot) => {
          if (old !== 0) put(table, hashes[slot] ?? 0, old)
        })
      }
      put(table, hash, place)
    },
  }
}

/** Open addressing: what finds its slot taken goes to the next one that is free. */
interface Table {
  /** One less than the number of slots, which is a power of two. */
  readonly mask: number
  readonly hashes: Int32Array
  readonly places: Float64Array
}

const tableOf = (slots: number): Table => ({
  mask: slots - 1,
  hashes: new Int32Array(slots),
  places: new Float64Array(slots),
})

const put = ({ mask, hashes, places }: Table, hash: number, place: number): void => {
  let slot = hash & mask
  while (places[slot] !== 0) slot = (slot + 1) & mask
  hashes[slot] = hash
  places[slot] = place
}
