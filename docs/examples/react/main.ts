// Puts the basket on a page: `mount(document.getElementById('shop'))`.
import { createElement } from 'react'
import type { Container } from 'react-dom/client'
import { createRoot } from 'react-dom/client'
import { App, createShop } from './app.ts'

export const mount = (element: Container): void =>
  createRoot(element).render(createElement(App, { shop: createShop() }))
