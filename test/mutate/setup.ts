// A mutant needs one failure, not the smallest one: properties end at the first, but for the tests of
// the test kit, whose mutants may be in what makes failures small.
import fc from 'fast-check'
import { expect } from 'vitest'

// oxlint-disable-next-line vitest/no-standalone-expect -- nothing is expected: it knows the file
const ofTheKit = expect.getState().testPath?.includes('/test/testing/') ?? false
fc.configureGlobal({ ...fc.readConfigureGlobal(), endOnFailure: !ofTheKit })
