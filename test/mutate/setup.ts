// One failure is enough to notice a mutant, so properties stop at the first and do not shrink. The tests
// of the test kit do shrink, since its mutants may be in the shrinker.
import fc from 'fast-check'
import { expect } from 'vitest'

// oxlint-disable-next-line vitest/no-standalone-expect -- nothing is expected: it knows the file
const ofTheKit = expect.getState().testPath?.includes('/test/testing/') ?? false
fc.configureGlobal({ ...fc.readConfigureGlobal(), endOnFailure: !ofTheKit })
