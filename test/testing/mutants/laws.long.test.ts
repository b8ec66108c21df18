// Laws as the suite: what they find in any decider, and what only the rules that are declared find.
import fc from 'fast-check'
import { left, right } from 'fp-ts/lib/Either.js'
import { expect, it } from 'vitest'
import type { Decider } from '../../../src/Decider.ts'
import type { LawOptions } from '../../../src/testing/laws.ts'
import { laws } from '../../../src/testing/laws.ts'
import { assertMutants, mutants } from '../../../src/testing/mutants.ts'
import { showMutation } from '../../../src/testing/mutants/mutation.ts'

type Command =
  | { readonly type: 'Deposit' | 'Withdraw'; readonly amount: number }
  | { readonly type: 'Close' }
type Event =
  | { readonly type: 'Deposited' | 'Withdrawn'; readonly amount: number }
  | { readonly type: 'Closed' }
interface State {
  readonly balance: number
  readonly open: boolean
}
interface Rejection {
  readonly type: 'NotEnough' | 'NotEmpty' | 'IsClosed'
}

const account: Decider<Command, State, Event, Rejection> = {
  initialState: { balance: 0, open: true },
  decide: (command, { balance, open }) => {
    if (!open) return command.type === 'Close' ? right([]) : left({ type: 'IsClosed' })
    switch (command.type) {
      case 'Deposit':
        return right([{ type: 'Deposited', amount: command.amount }])
      case 'Withdraw':
        return command.amount > balance
          ? left({ type: 'NotEnough' })
          : right([{ type: 'Withdrawn', amount: command.amount }])
      case 'Close':
        return balance > 0 ? left({ type: 'NotEmpty' }) : right([{ type: 'Closed' }])
    }
  },
  evolve: (state, event) => {
    switch (event.type) {
      case 'Deposited':
        return { balance: state.balance + event.amount, open: state.open }
      case 'Withdrawn':
        return { balance: state.balance - event.amount, open: state.open }
      case 'Closed':
        return { balance: state.balance, open: false }
    }
  },
  isTerminal: ({ open }) => !open,
}

const amount = fc.integer({ min: 1, max: 3 })
const options: LawOptions<Command, State, Event, Rejection> = {
  command: fc.oneof(
    fc.record({ type: fc.constantFrom('Deposit' as const, 'Withdraw' as const), amount }),
    fc.constant<Command>({ type: 'Close' }),
  ),
  idempotent: ({ type }) => type === 'Close',
  seed: 1,
  runs: 25,
  length: 10,
  rejected: 40,
}

/** The rules of an account, told once more and in another way. */
const declared: typeof options = {
  ...options,
  changes: {
    'money moves by the amount': (before, event, after) =>
      after.balance - before.balance ===
      (event.type === 'Deposited' ? event.amount : event.type === 'Withdrawn' ? -event.amount : 0),
    'only closing closes': (before, event, after) =>
      after.open === (before.open && event.type !== 'Closed'),
  },
  decisions: {
    'a command is rejected for a reason that is so': (command, { balance, open }, decision) => {
      const reasons = [
        ...(open || command.type === 'Close' ? [] : ['IsClosed']),
        ...(open && command.type === 'Withdraw' && command.amount > balance ? ['NotEnough'] : []),
        ...(open && command.type === 'Close' && balance > 0 ? ['NotEmpty'] : []),
      ]
      return decision._tag === 'Left' ? reasons.includes(decision.left.type) : reasons.length === 0
    },
    'an accepted command is done once': (command, { open }, decision) => {
      const done = { Deposit: 'Deposited', Withdraw: 'Withdrawn', Close: 'Closed' }[command.type]
      const sum = 'amount' in command ? { amount: command.amount } : {}
      const wanted = open ? [{ type: done, ...sum }] : []
      return decision._tag === 'Left' || JSON.stringify(decision.right) === JSON.stringify(wanted)
    },
  },
}

it('the laws of any decider do not know what it is for', async () => {
  const result = await mutants(account, (d) => {
    laws(d, options)
  })()
  if (result._tag === 'Left') throw new Error(result.left.type)
  const survivors = result.right.results.flatMap(({ verdict, mutation }) =>
    verdict === 'survived' ? [showMutation(mutation)] : [],
  )
  expect(survivors).toContain('Deposit emits Deposited twice')
  expect(survivors).not.toContain('Closed leaves the state as it is')
  expect(result.right.killed).toBeGreaterThan(0)
})

it('the rules that are declared leave one fault: nothing says which states are the end', async () => {
  const report = await assertMutants(
    account,
    (d) => {
      laws(d, declared)
    },
    { command: options.command, atLeast: 0.95 },
  )
  const survivors = report.results.flatMap(({ verdict, mutation }) =>
    verdict === 'killed' ? [] : [showMutation(mutation)],
  )
  expect(survivors).toStrictEqual(['a terminal state is said not to be terminal'])
})
