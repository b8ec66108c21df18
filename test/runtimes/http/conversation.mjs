// What a client says to a server of orders, and what it is told.

const order = '/orders/10248'
const create = { type: 'CreateOrder', customerId: 'VINET', currency: 'USD' }
const line = { type: 'AddLine', productId: '11', quantity: 12, unitPrice: 1_400, discount: 0 }
const tax = (amount) => ({ type: 'SetTax', amount })

const post = (key, body, headers = {}) => ({
  path: order,
  method: 'POST',
  headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key, ...headers },
  body: typeof body === 'string' ? body : JSON.stringify(body),
})
const get = (path, headers = {}) => ({ path, method: 'GET', headers })

const requests = [
  get(order),
  post('1', create),
  post('1', create),
  post('2', [line, tax(250)]),
  post('3', tax(300), { 'If-Match': '"1"' }),
  post('4', tax(300), { 'If-Match': '"3"' }),
  post('5', tax(-1)),
  post('6', create),
  post('7', '{ "type": '),
  post('8', { type: 'Explode' }),
  post('10', create, { 'Content-Type': 'text/plain' }),
  { ...post('', create), headers: { 'Content-Type': 'application/json' } },
  get(order),
  get(order, { 'If-None-Match': '"4.4.0.4"' }),
  get(`${order}?version=1`),
  get(`${order}?version=9`),
  get(`${order}?asOf=1996-07-04T00:00:00Z`),
  get(`${order}?asOf=yesterday`),
  get(`${order}/history`),
  get(`${order}/history?after=3`),
  get(`${order}/nothing/here`),
  get('/orders/%F0%9F%93%A6%20%2F%20%C3%A4'),
  { ...get(order), method: 'HEAD' },
  // the last one, since a host may close the connection of a body that is not read to its end
  post('9', JSON.stringify({ ...line, note: 'x'.repeat(20_000) })),
]

/** Each request by its name, and what became of it: what a client would go by. */
export const converse = async (send) => {
  const told = []
  for (const { path, ...init } of requests) {
    const response = await send(path, init)
    told.push({
      request: `${told.length + 1}. ${init.method} ${path}`,
      status: response.status,
      type: response.headers.get('Content-Type'),
      tag: response.headers.get('ETag'),
      body: await response.text(),
    })
  }
  return told
}
