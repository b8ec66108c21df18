// A basket on a page. React shows the present of a timeline that a Redux store keeps; a button sends a
// command, and what comes back is shown where it was refused.
import { configureStore } from '@reduxjs/toolkit'
import { redo, toDispatch, toTimeline, undo } from 'decider-ts/embed/Redux'
import type { ReactNode } from 'react'
import { createElement as h, useState, useSyncExternalStore } from 'react'
import type { BasketCommand, BasketRejection } from './basket.ts'
import { basket, basketEvents } from './basket.ts'

const timeline = toTimeline(basket, basketEvents)

export const createShop = () => {
  const store = configureStore({ reducer: timeline })
  const send = toDispatch(
    basket,
    ({ present }: ReturnType<typeof store.getState>) => present,
  )(store)
  return { store, send }
}

export type Shop = ReturnType<typeof createShop>

const whyNot = (rejection: BasketRejection): string => {
  switch (rejection.type) {
    case 'NotInBasket':
      return `There is no ${rejection.product} in the basket`
    case 'BasketEmpty':
      return 'The basket is empty'
    case 'AlreadyCheckedOut':
      return 'You have checked out'
  }
}

const button = (label: string, onClick: () => void, enabled = true): ReactNode =>
  h('button', { key: label, onClick, disabled: !enabled }, label)

export const App = ({ shop: { store, send } }: { readonly shop: Shop }): ReactNode => {
  const { past, present, future } = useSyncExternalStore(
    (tell) => store.subscribe(tell),
    () => store.getState(),
  )
  const [refusal, setRefusal] = useState('')
  const ask = (command: BasketCommand) => () => {
    const outcome = send(command)
    setRefusal(outcome._tag === 'Left' ? whyNot(outcome.left) : '')
  }
  return h(
    'main',
    {},
    h('p', { role: 'status' }, `${present.products.join(', ')}${present.open ? '' : ' (paid)'}`),
    h('p', { role: 'alert' }, refusal),
    button('Take a pear', ask({ type: 'Take', product: 'pear' })),
    button('Take a plum', ask({ type: 'Take', product: 'plum' })),
    button('Put back a pear', ask({ type: 'PutBack', product: 'pear' })),
    button('Check out', ask({ type: 'CheckOut' })),
    button('Undo', () => store.dispatch(undo()), past.length > 0),
    button('Redo', () => store.dispatch(redo()), future.length > 0),
  )
}
