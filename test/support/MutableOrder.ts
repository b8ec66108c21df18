import type { OrderCommand, OrderState, OrderStatus } from '../../src/order/index.ts'
import { exactCosts, exactLineTotal, isExactMoney } from './exactMoney.ts'

interface Line {
  productId: string
  quantity: number
  unitPrice: number
  discount: number
}

/**
 * An order as it is often written: one object with fields that get overwritten and a status that is
 * set after a check. It knows no events and no rejections; a call that breaks a rule does nothing.
 */
export class MutableOrder {
  private exists = false
  private customerId = ''
  private currency = ''
  private status: OrderStatus = 'new'
  lines: Array<Line> = []
  shipping = 0
  tax = 0
  private readonly mayMove: (from: OrderStatus, to: OrderStatus) => boolean

  constructor(mayMove: (from: OrderStatus, to: OrderStatus) => boolean) {
    this.mayMove = mayMove
  }

  create(customerId: string, currency: string): void {
    if (this.exists) return
    this.exists = true
    this.customerId = customerId
    this.currency = currency
  }

  setStatus(status: OrderStatus): void {
    if (!this.exists || !this.mayMove(this.status, status)) return
    if (status === 'confirmed' && this.lines.length === 0) return
    this.status = status
  }

  addLine(line: Line): void {
    if (this.lines.some(({ productId }) => productId === line.productId)) return
    if (exactLineTotal(line.unitPrice, line.quantity, line.discount) === undefined) return
    this.edit(() => this.lines.push(line))
  }

  setQuantity(productId: string, quantity: number): void {
    const line = this.lines.find((other) => other.productId === productId)
    if (line === undefined) return
    this.edit(() => {
      line.quantity = quantity
    })
  }

  removeLine(productId: string): void {
    this.edit(() => {
      this.lines = this.lines.filter((line) => line.productId !== productId)
    })
  }

  setShipping(amount: number): void {
    if (!isExactMoney(amount)) return
    this.edit(() => {
      this.shipping = amount
    })
  }

  setTax(amount: number): void {
    if (!isExactMoney(amount)) return
    this.edit(() => {
      this.tax = amount
    })
  }

  obey(command: OrderCommand): void {
    switch (command.type) {
      case 'CreateOrder':
        return this.create(command.customerId, command.currency)
      case 'AddLine': {
        const { productId, quantity, unitPrice, discount } = command
        return this.addLine({ productId, quantity, unitPrice, discount })
      }
      case 'ChangeQuantity':
        return this.setQuantity(command.productId, command.quantity)
      case 'RemoveLine':
        return this.removeLine(command.productId)
      case 'SetShipping':
        return this.setShipping(command.amount)
      case 'SetTax':
        return this.setTax(command.amount)
      case 'ChangeStatus':
        return this.setStatus(command.newStatus)
    }
  }

  /** What it holds now, in the form of the library's state. */
  snapshot(): OrderState {
    const costs = exactCosts(this)
    if (!this.exists || costs === undefined) return { type: 'NoOrder' }
    return {
      type: 'Order',
      customerId: this.customerId,
      currency: this.currency,
      status: this.status,
      lines: this.lines.map((line) => ({
        ...line,
        total: Number(exactLineTotal(line.unitPrice, line.quantity, line.discount)),
      })),
      subtotal: costs.subtotal,
      shipping: this.shipping,
      tax: this.tax,
      total: costs.total,
    }
  }

  /** Edits a new order, and takes the edit back where the costs can't be told any more. */
  private edit(change: () => unknown): void {
    if (!this.exists || this.status !== 'new') return
    const { shipping, tax } = this
    const lines = this.lines.map((line) => ({ ...line }))
    change()
    if (exactCosts(this) === undefined) {
      this.lines = lines
      this.shipping = shipping
      this.tax = tax
    }
  }
}
