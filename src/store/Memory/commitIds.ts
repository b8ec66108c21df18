/**
 * Where a store in memory finds commits: a hash table of numbers, which the garbage collector does not look into.
 * With a `Map` of the ids, a command with a cache takes 8 % more time.
 *
 * Laws, for any different ids, each added with its position:
 *
 * 1. an added id is found at its position, and no other id is found
 *
 * @since 0.1.0
 */

/** The position of each commit's first event, by commit id. Positions are positive and below 2³¹. */
export interface CommitIds {
  readonly find: (commitId: string) => number | undefined
  /** Adds an id that is not there yet. */
  readonly add: (commitId: string, position: number) => void
}

/**
 * An empty table. It asks for the id at a position where two hashes agree. The seed makes it impossible to choose ids
 * that collide.
 */
export const commitIds = (
  idAt: (position: number) => string | undefined,
  seed: number = Math.random() * 2 ** 32,
): CommitIds => {
  let table = newTable(1_024)
  let size = 0
  const grow = (): void => {
    const larger = newTable(table.length)
    for (let at = 0; at < table.length; at += 2) {
      if (table[at + 1] !== 0) occupySlot(larger, table[at] ?? 0, table[at + 1] ?? 0)
    }
    table = larger
  }
  return {
    find: (commitId) => {
      const hash = idHash(commitId, seed)
      const mask = table.length - 2
      for (let at = (hash * 2) & mask; ; at = (at + 2) & mask) {
        const position = table[at + 1] ?? 0
        if (position === 0) return undefined
        if (table[at] === hash && idAt(position) === commitId) return position
      }
    },
    add: (commitId, position) => {
      size++
      // at most half of the slots are taken
      if (size * 4 > table.length) grow()
      occupySlot(table, idHash(commitId, seed), position)
    },
  }
}

/** Pairs of a hash and a position, which is 0 in a free slot. The number of slots is a power of two. */
const newTable = (slots: number): Int32Array => new Int32Array(slots * 2)

/** Open addressing: a hash whose slot is taken goes to the next free one. */
const occupySlot = (table: Int32Array, hash: number, position: number): void => {
  const mask = table.length - 2
  let at = (hash * 2) & mask
  while (table[at + 1] !== 0) at = (at + 2) & mask
  table[at] = hash
  table[at + 1] = position
}

/** FNV-1a of the UTF-16 code units, and the first step of the finalizer of Murmur3. */
const idHash = (text: string, seed: number): number => {
  let hash = seed | 0
  for (let i = 0; i < text.length; i++) {
    hash = Math.imul(hash ^ text.charCodeAt(i), 0x01_00_01_93)
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85_eb_ca_6b)
  return hash ^ (hash >>> 13)
}
