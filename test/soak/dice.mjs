// Numbers that look random, the same for the same seed.

/** @returns {(most: number) => number} draws an integer from 0 to below `most` */
export const dice = (seed, name = '') => {
  let state = seed >>> 0
  for (const letter of name) state = Math.imul(state ^ letter.codePointAt(0), 0x9e37_79b1)
  return (most) => {
    state = (state + 0x6d2b_79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * most)
  }
}
