// Queries over a few types and tags, so that drawn ones meet.
import fc from 'fast-check'
import type { Query, QueryItem, Tag } from '../../src/Query.ts'
import { nothing, tag } from '../../src/Query.ts'

export const someTypes: ReadonlyArray<string> = ['A', 'B', '']
export const someTags: ReadonlyArray<Tag> = [
  tag('course')('1'),
  tag('course')('2'),
  tag('student:x')('\0\\'),
]

const item: fc.Arbitrary<QueryItem> = fc.record(
  {
    types: fc.array(fc.constantFrom(...someTypes), { maxLength: 3 }),
    tags: fc.array(fc.constantFrom(...someTags), { maxLength: 3 }),
  },
  { requiredKeys: [] },
)

export const query: fc.Arbitrary<Query> = fc
  .array(
    fc.oneof({ weight: 9, arbitrary: item }, { weight: 1, arbitrary: fc.constant(nothing[0]) }),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map(([first = {}, ...others]): Query => [first, ...others])
