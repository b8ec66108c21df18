import { expect, it } from 'vitest'
import { categoryOf } from '../../src/internal/category.ts'

it('the category of a stream ends at the first dash', () => {
  expect(['order-7', 'order', 'order-7-8', '-7', ''].map(categoryOf)).toStrictEqual([
    'order',
    'order',
    'order',
    '',
    '',
  ])
})
