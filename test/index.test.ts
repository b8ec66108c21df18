import { expect, it } from 'vitest'
import * as decider from '../src/Decider.ts'
import * as decision from '../src/Decision.ts'
import * as dictionary from '../src/Dictionary.ts'
import * as history from '../src/History.ts'
import * as core from '../src/index.ts'
import * as process from '../src/Process.ts'
import * as projection from '../src/Projection.ts'
import * as query from '../src/Query.ts'
import * as readModel from '../src/ReadModel.ts'
import * as recorded from '../src/Recorded.ts'

it('the names that are types, too, are the modules', () => {
  expect([core.Decider, core.Dictionary, core.History]).toEqual([decider, dictionary, history])
  expect([core.Process, core.Projection, core.Recorded]).toEqual([process, projection, recorded])
  expect([core.Decision, core.Query, core.ReadModel]).toEqual([decision, query, readModel])
  expect(core.Decider.run).toBe(decider.run)
})
