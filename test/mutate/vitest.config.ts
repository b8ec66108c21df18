// The tests that judge mutants: those of src/*.ts, of src/order/ with the codecs that orders use, and
// of src/testing/. Stores, handlers, the example program and the package are slow and judge others.
import { dirname } from 'node:path'
import { defineConfig } from 'vitest/config'
import type { Reporter, TestModule, TestSpecification, Vitest } from 'vitest/node'
import { BaseSequencer } from 'vitest/node'
import base from '../../vitest.config.ts'

const kit = '/src/testing/'
const onlyNear = process.env['MUTATE_NEAR'] === '1'

/**
 * The tests of the changed file go first, then those of its folder: most mutants end there. The test
 * kit is tested on deciders of all kinds, and judges itself only. With `--near`, a file that has a test
 * of its own name is judged by that one alone.
 */
class NearestFirst extends BaseSequencer {
  override sort = async (files: Array<TestSpecification>): Promise<Array<TestSpecification>> => {
    const changed = [this.ctx.config.related ?? []].flat()
    const judged = files.map((file) => {
      const of = file.moduleId.replace(/\.test\.ts$/, '.ts').replace('/test/', '/src/')
      const near = changed.some((path) => dirname(path) === dirname(of))
      return { file, of, distance: changed.includes(of) ? 0 : near ? 1 : 2 }
    })
    const named = changed.every((path) => judged.some(({ of }) => of === path))
    return judged
      .filter(({ of }) => !of.includes(kit) || changed.some((path) => path.includes(kit)))
      .filter(({ distance }) => distance === 0 || !(onlyNear && named))
      .sort((a, b) => a.distance - b.distance || (a.of < b.of ? -1 : 1))
      .map(({ file }) => file)
  }
}

/**
 * A mutant that no test file can even load has no failing test, so that Stryker would say that it
 * survived. Told of the error, it says that the mutant does not run.
 */
class UnloadedFiles implements Reporter {
  #vitest: Vitest | undefined

  onInit(vitest: Vitest): void {
    this.#vitest = vitest
  }

  onTestModuleEnd(module: TestModule): void {
    for (const error of module.errors()) this.#vitest?.state.catchError(error, 'Unloaded File')
  }
}

export default defineConfig({
  ...base,
  test: {
    ...base.test,
    // Stryker runs tests in threads, which take no arguments of the engine
    execArgv: [],
    // Stryker ends what takes too long, by what each test takes without a mutant.
    testTimeout: 600_000,
    include: ['test/*.test.ts', 'test/{codec,order,testing}/**/*.test.ts'],
    setupFiles: ['test/setup.ts', 'test/mutate/setup.ts'],
    reporters: [new UnloadedFiles()],
    sequence: { sequencer: NearestFirst },
  },
})
