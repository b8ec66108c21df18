// The tests that judge mutants: those of src/*.ts, src/order/ and src/testing/ and of the codecs
// that orders use. Stores, handlers, the example program and the package are slow and judge others.
import { basename, dirname } from 'node:path'
import type { TestSpecification } from 'vitest/node'
import { defineConfig } from 'vitest/config'
import { BaseSequencer } from 'vitest/node'
import base from '../../vitest.config.ts'

/** The tests of the changed file go first, then those of its folder: most mutants end there. */
class NearestFirst extends BaseSequencer {
  override sort = async (files: Array<TestSpecification>): Promise<Array<TestSpecification>> => {
    const changed = [this.ctx.config.related ?? []].flat()
    const distance = ({ moduleId }: TestSpecification): number => {
      const of = moduleId.replace(/\.test\.ts$/, '.ts').replace('/test/', '/src/')
      if (changed.includes(of)) return 0
      return changed.some((file) => dirname(file) === dirname(of)) ? 1 : 2
    }
    const byName = files.toSorted((a, b) => (basename(a.moduleId) < basename(b.moduleId) ? -1 : 1))
    return byName.toSorted((a, b) => distance(a) - distance(b))
  }
}

export default defineConfig({
  ...base,
  test: {
    ...base.test,
    include: ['test/*.test.ts', 'test/{codec,order,testing}/**/*.test.ts'],
    setupFiles: ['test/setup.ts', 'test/mutate/setup.ts'],
    sequence: { sequencer: NearestFirst },
  },
})
