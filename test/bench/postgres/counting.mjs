// The events of most measurements, and a decider that only counts them.
import { right } from 'fp-ts/lib/Either.js'

export const rightOf = (answer) => {
  if (answer._tag === 'Left') throw new Error(JSON.stringify(answer.left))
  return answer.right
}

export const data = { productId: 'p11', quantity: 4, unitPrice: { amount: 1250, currency: 'EUR' } }
export const event = { event: { type: 'LineAdded', schemaVersion: 1, data }, actor: 'ann' }

/** Counts its events; each command is one of them. */
export const counter = {
  initialState: 0,
  decide: (command) => right([command]),
  evolve: (n) => n + 1,
  isTerminal: () => false,
}
export const events = {
  types: ['LineAdded'],
  encode: (fact) => right({ type: 'LineAdded', schemaVersion: 1, data: fact.data }),
  decode: (encoded) => right({ type: 'LineAdded', data: encoded.data }),
}
