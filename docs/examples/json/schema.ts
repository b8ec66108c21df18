// The schema of the border of orders, as it stands in order.schema.json.
import { boundarySchema } from 'decider-ts/embed/Json'
import { codecs, given } from './order.ts'

export const schema = boundarySchema(codecs, { given })
