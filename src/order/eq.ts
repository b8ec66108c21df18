/**
 * When two commands, events, rejections or states of an order are the same: when every field is.
 *
 * @since 0.1.0
 */
import type { Eq } from 'fp-ts/lib/Eq.js'
import { structural } from '../Diff.ts'
import type { OrderCommand } from './Command.ts'
import type { OrderEvent } from './Event.ts'
import type { OrderRejection } from './Rejection.ts'
import type { OrderState } from './State.ts'

/**
 * Commands that ask for the same.
 *
 * @category equality
 * @since 0.1.0
 */
export const eqOrderCommand: Eq<OrderCommand> = structural

/**
 * Events that say the same.
 *
 * @category equality
 * @since 0.1.0
 */
export const eqOrderEvent: Eq<OrderEvent> = structural

/**
 * Rejections for the same reason, with the same data.
 *
 * @category equality
 * @since 0.1.0
 */
export const eqOrderRejection: Eq<OrderRejection> = structural

/**
 * Orders that are the same down to each line.
 *
 * @category equality
 * @since 0.1.0
 */
export const eqOrderState: Eq<OrderState> = structural
