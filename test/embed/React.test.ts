// @vitest-environment happy-dom
import type { Document } from 'happy-dom'
import type { ReactNode } from 'react'
import { act, createElement, StrictMode, useReducer } from 'react'
import { createRoot } from 'react-dom/client'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { App, createShop } from '../../docs/examples/react/app.ts'
import { mount } from '../../docs/examples/react/main.ts'
import { run } from '../../src/Decider.ts'
import { redo, toReducer, toTimeline, undo } from '../../src/embed/Redux.ts'
import { orderDecider } from '../../src/order/index.ts'
import { threeLines } from '../support/orders.ts'
import { eventTypes } from './orderTypes.ts'

const decider = orderDecider()

// the environment of this file puts a document there; React looks for the other
const global = globalThis as unknown as {
  readonly document: Document
  IS_REACT_ACT_ENVIRONMENT: boolean
}
let stop = () => {}

beforeEach(() => {
  global.IS_REACT_ACT_ENVIRONMENT = true
})
afterEach(() => {
  stop()
  global.IS_REACT_ACT_ENVIRONMENT = false
})

const render = (node: ReactNode) => {
  const container = global.document.createElement('div')
  const root = createRoot(container)
  act(() => root.render(node))
  stop = () => act(() => root.unmount())
  return {
    text: (role: string) => container.querySelector(`[role=${role}]`)?.textContent,
    button: (label: string) => {
      const found = [...container.querySelectorAll('button')].find(
        ({ textContent }) => textContent === label,
      )
      if (found === undefined) throw new Error(`no button ${label}`)
      return found
    },
    container,
  }
}

describe('useReducer', () => {
  const { events, state } = run(decider)(threeLines)

  it('folds events, also in strict mode, which reduces each twice', () => {
    const reducer = toReducer(decider, eventTypes)
    const Order = () => {
      const [order, dispatch] = useReducer(reducer, decider.initialState)
      return createElement(
        'button',
        { onClick: () => events.forEach((event) => dispatch(event)) },
        order.type === 'Order' ? order.total : 'none',
      )
    }
    const { container } = render(createElement(StrictMode, {}, createElement(Order)))
    const button = container.querySelector('button')
    expect(button?.textContent).toBe('none')
    act(() => button?.click())
    expect(button?.textContent).toBe(String(state.type === 'Order' ? state.total : ''))
  })

  it('goes back and forth', () => {
    const timeline = toTimeline(decider, eventTypes)
    let send: ((step: Parameters<typeof timeline>[1]) => void) | undefined
    const Order = () => {
      const [{ present }, dispatch] = useReducer(timeline, timeline(undefined, undo(0)))
      send = dispatch
      return present.type === 'Order' ? present.lines.length : 'none'
    }
    const { container } = render(createElement(Order))
    act(() => events.forEach((event) => send?.(event)))
    expect(container.textContent).toBe('3')
    act(() => send?.(undo(3)))
    expect(container.textContent).toBe('2')
    act(() => send?.(undo(9)))
    expect(container.textContent).toBe('none')
    act(() => send?.(redo(2)))
    expect(container.textContent).toBe('1')
  })
})

describe('the basket in docs/examples/react', () => {
  it('mounts', () => {
    const container = global.document.createElement('div')
    act(() => mount(container))
    expect([...container.querySelectorAll('button')].map(({ textContent }) => textContent)).toEqual(
      ['Take a pear', 'Take a plum', 'Put back a pear', 'Check out', 'Undo', 'Redo'],
    )
  })

  it('shows what is in it and why not, and undoes', () => {
    const shop = createShop()
    const { text, button } = render(createElement(App, { shop }))
    const click = (label: string) => act(() => button(label).click())
    expect(button('Undo').disabled).toBe(true)
    click('Check out')
    expect(text('alert')).toBe('The basket is empty')
    click('Put back a pear')
    expect(text('alert')).toBe('There is no pear in the basket')
    click('Take a pear')
    click('Take a plum')
    expect(text('alert')).toBe('')
    expect(text('status')).toBe('pear, plum')
    click('Undo')
    expect(text('status')).toBe('pear')
    click('Redo')
    click('Check out')
    expect(text('status')).toBe('pear, plum (paid)')
    click('Take a pear')
    expect(text('alert')).toBe('You have checked out')
    click('Undo')
    click('Put back a pear')
    expect(text('status')).toBe('plum')
    expect(button('Redo').disabled).toBe(true)
    expect(shop.store.getState().past.map(({ type }) => type)).toEqual([
      'Taken',
      'Taken',
      'PutDown',
    ])
  })
})
