import type { Option } from 'fp-ts/lib/Option.js'
import { expectTypeOf, it } from 'vitest'
import type { Change } from '../../src/Diff.ts'
import type { Dictionary } from '../../src/Dictionary.ts'
import { empty, entries, get, set } from '../../src/Dictionary.ts'
import type { History } from '../../src/History.ts'
import { changesBetween, setBy, stateAsOf, stateAtVersion, timeline } from '../../src/History.ts'
import type { OrderEvent, OrderState } from '../../src/order/index.ts'
import { orderState } from '../../src/order/index.ts'
import type { Recorded } from '../../src/Recorded.ts'
import { withEvent } from '../../src/Recorded.ts'

declare const history: History<OrderEvent>
declare const recorded: Recorded<OrderEvent>

it('time travel reads its types off the projection', () => {
  expectTypeOf(stateAtVersion(orderState)).returns.toEqualTypeOf<Option<OrderState>>()
  expectTypeOf(stateAsOf(orderState)).returns.toEqualTypeOf<OrderState>()
  expectTypeOf(changesBetween(orderState)).returns.toEqualTypeOf<Option<ReadonlyArray<Change>>>()
  expectTypeOf(setBy(orderState)).returns.toEqualTypeOf<Option<Recorded<OrderEvent>>>()
  expectTypeOf(timeline(orderState)).returns.toEqualTypeOf<
    ReadonlyArray<{
      readonly recorded: Recorded<OrderEvent>
      readonly state: OrderState
      readonly changes: ReadonlyArray<Change>
    }>
  >()
})

it('there are two clocks', () => {
  expectTypeOf(stateAsOf(orderState)).parameter(2).toEqualTypeOf<'occurredAt' | 'recordedAt'>()
})

it('a history of other events does not compile', () => {
  const other: History<string> = []
  expectTypeOf(stateAtVersion(orderState)).parameter(0).toEqualTypeOf<History<OrderEvent>>()
  expectTypeOf(other).not.toExtend<History<OrderEvent>>()
})

it('an envelope is read-only, and its event has its own type', () => {
  expectTypeOf(withEvent(recorded, 1)).toEqualTypeOf<Recorded<number>>()
  expectTypeOf<Recorded<'a'>>().toExtend<Recorded<string>>()
  expectTypeOf<Recorded<string>>().not.toExtend<Recorded<'a'>>()
  // @ts-expect-error what was recorded stays
  recorded.version = 2
  // @ts-expect-error what was recorded stays
  recorded.event = { type: 'LineRemoved', productId: '11' }
  // @ts-expect-error nothing is added to what was read
  history.push(recorded)
})

it('a dictionary holds values of one type and is read-only', () => {
  const numbers: Dictionary<number> = set('a', 1)(empty)
  expectTypeOf(get('a')(numbers)).toEqualTypeOf<Option<number>>()
  expectTypeOf(entries(numbers)).toEqualTypeOf<ReadonlyArray<readonly [string, number]>>()
  expectTypeOf<Dictionary<never>>().toExtend<Dictionary<number>>()
  expectTypeOf<Dictionary<number>>().not.toExtend<Dictionary<string>>()
  // @ts-expect-error numbers hold no text
  set('a', 'text')(numbers)
  // @ts-expect-error setting gives another dictionary
  numbers.size = 2
})
