// A transfer moves money between two accounts in one event that both accounts fold.
import type { TaggedProjection } from 'decider-ts/Decision'
import { fromProjections } from 'decider-ts/Decision'
import { tag } from 'decider-ts/Query'
import type { Either } from 'fp-ts/lib/Either.js'
import { left, right } from 'fp-ts/lib/Either.js'

interface Move {
  readonly from: string
  readonly to: string
  readonly amount: number
}

export type BankCommand =
  | { readonly type: 'Deposit'; readonly account: string; readonly amount: number }
  | ({ readonly type: 'Transfer' } & Move)

export type BankEvent =
  | { readonly type: 'Deposited'; readonly account: string; readonly amount: number }
  | ({ readonly type: 'Transferred' } & Move)

const account = tag('account')

const balances: TaggedProjection<number, BankEvent> = {
  tag: account,
  initialState: 0,
  evolve: {
    Deposited: (balance, { amount }) => balance + amount,
    Transferred: (balance, { from, to, amount }, id) =>
      balance - (id === from ? amount : 0) + (id === to ? amount : 0),
  },
}

export const bank = fromProjections({
  projections: { balances },
  tags: (event: BankEvent) =>
    event.type === 'Deposited'
      ? [account(event.account)]
      : [...new Set([event.from, event.to])].map(account),
  // whoever is paid may be paid by others meanwhile: only the balance of who pays is read
  reads: (command: BankCommand) => (command.type === 'Deposit' ? {} : { balances: [command.from] }),
  decide: (command, state): Either<'NotEnough', ReadonlyArray<BankEvent>> => {
    if (command.type === 'Deposit') return right([{ ...command, type: 'Deposited' }])
    return state.balances(command.from) < command.amount
      ? left('NotEnough')
      : right([{ ...command, type: 'Transferred' }])
  },
})
