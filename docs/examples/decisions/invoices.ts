// Invoices are numbered without gaps in each series, and a customer gets at most three credits. Which customer
// that is only the invoice tells: a second stage reads it.
import type { TaggedProjection } from 'decider-ts/Decision'
import { fromProjections } from 'decider-ts/Decision'
import { tag } from 'decider-ts/Query'
import type { Either } from 'fp-ts/lib/Either.js'
import { left, right } from 'fp-ts/lib/Either.js'

export type InvoiceCommand =
  | {
      readonly type: 'Issue'
      readonly invoice: string
      readonly series: string
      readonly customer: string
    }
  | { readonly type: 'Credit'; readonly invoice: string }

export type InvoiceEvent =
  | {
      readonly type: 'Issued'
      readonly invoice: string
      readonly series: string
      readonly customer: string
      readonly number: number
    }
  | { readonly type: 'Credited'; readonly invoice: string; readonly customer: string }

const invoice = tag('invoice')
const series = tag('series')
const customer = tag('customer')

/** The last number of a series. */
const numbers: TaggedProjection<number, InvoiceEvent> = {
  tag: series,
  initialState: 0,
  evolve: { Issued: (_, { number }) => number },
}

const invoices: TaggedProjection<
  { readonly customer: string; readonly isOpen: boolean } | 'none',
  InvoiceEvent
> = {
  tag: invoice,
  initialState: 'none',
  evolve: {
    Issued: (_, event) => ({ customer: event.customer, isOpen: true }),
    Credited: (_, event) => ({ customer: event.customer, isOpen: false }),
  },
}

/** How many credits a customer has had. */
const credits: TaggedProjection<number, InvoiceEvent> = {
  tag: customer,
  initialState: 0,
  evolve: { Credited: (count) => count + 1 },
}

export const invoicing = (mostCredits = 3) =>
  fromProjections({
    projections: { numbers, invoices, credits },
    tags: (event: InvoiceEvent) => [
      invoice(event.invoice),
      customer(event.customer),
      ...(event.type === 'Issued' ? [series(event.series)] : []),
    ],
    reads: (command: InvoiceCommand) => ({
      invoices: [command.invoice],
      numbers: command.type === 'Issue' ? [command.series] : [],
    }),
    readsMore: (command, state) => {
      const known = state.invoices(command.invoice)
      return command.type === 'Credit' && known !== 'none' ? { credits: [known.customer] } : {}
    },
    decide: (
      command,
      state,
    ): Either<
      'InvoiceExists' | 'NoSuchInvoice' | 'TooManyCredits',
      ReadonlyArray<InvoiceEvent>
    > => {
      const known = state.invoices(command.invoice)
      if (command.type === 'Issue') {
        const number = state.numbers(command.series) + 1
        return known === 'none'
          ? right([{ ...command, type: 'Issued', number }])
          : left('InvoiceExists')
      }
      if (known === 'none') return left('NoSuchInvoice')
      if (!known.isOpen) return right([])
      return state.credits(known.customer) >= mostCredits
        ? left('TooManyCredits')
        : right([{ ...command, type: 'Credited', customer: known.customer }])
    },
  })
