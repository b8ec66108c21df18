// The runtimes stand apart: a plain npm ci of the project goes without them.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'

const manifest = (path) => JSON.parse(readFileSync(`${import.meta.dirname}/${path}`, 'utf8'))
const installed = (name, version) =>
  existsSync(`${import.meta.dirname}/node_modules/${name}/package.json`) &&
  manifest(`node_modules/${name}/package.json`).version === version.replace(/^npm:node@/, '')

/** Installs what is not there in the version that is asked for; ends the process where it can't. */
export const install = () => {
  const { dependencies } = manifest('package.json')
  if (Object.entries(dependencies).every((entry) => installed(...entry))) return
  const args = ['ci', '--prefix', import.meta.dirname]
  const { status } = spawnSync('npm', args, { stdio: 'inherit' })
  if (status !== 0) process.exit(status ?? 1)
}
