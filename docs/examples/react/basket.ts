// What a basket allows. There is nothing of React or of Redux in it.
import type { Decider } from 'decider-ts/Decider'
import { left, right } from 'fp-ts/lib/Either.js'

export type BasketCommand =
  | { readonly type: 'Take'; readonly product: string }
  | { readonly type: 'PutBack'; readonly product: string }
  | { readonly type: 'CheckOut' }

export type BasketEvent =
  | { readonly type: 'Taken'; readonly product: string }
  | { readonly type: 'PutDown'; readonly product: string }
  | { readonly type: 'CheckedOut' }

export type BasketRejection =
  | { readonly type: 'NotInBasket'; readonly product: string }
  | { readonly type: 'BasketEmpty' }
  | { readonly type: 'AlreadyCheckedOut' }

export interface Basket {
  readonly products: ReadonlyArray<string>
  readonly open: boolean
}

export const basket: Decider<BasketCommand, Basket, BasketEvent, BasketRejection> = {
  initialState: { products: [], open: true },
  decide: (command, { products, open }) => {
    if (!open) return left({ type: 'AlreadyCheckedOut' })
    switch (command.type) {
      case 'Take':
        return right([{ type: 'Taken', product: command.product }])
      case 'PutBack':
        return products.includes(command.product)
          ? right([{ type: 'PutDown', product: command.product }])
          : left({ type: 'NotInBasket', product: command.product })
      case 'CheckOut':
        return products.length > 0 ? right([{ type: 'CheckedOut' }]) : left({ type: 'BasketEmpty' })
    }
  },
  evolve: (state, event) => {
    const { products, open } = state
    if (!open) return state
    switch (event.type) {
      case 'Taken':
        return { products: [...products, event.product], open }
      case 'PutDown': {
        const index = products.indexOf(event.product)
        return index === -1 ? state : { products: products.filter((_, i) => i !== index), open }
      }
      case 'CheckedOut':
        return { products, open: false }
    }
  },
  isTerminal: ({ open }) => !open,
}

export const basketEvents = { Taken: true, PutDown: true, CheckedOut: true }
