import fc from 'fast-check'

/** Records as a literal writes them: with the usual prototype, which `fc.record` leaves out at times. */
export const plain = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record(model, { noNullPrototype: true })
