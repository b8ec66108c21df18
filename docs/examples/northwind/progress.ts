// A progress bar on stderr, for people at a terminal.
import { Presets, SingleBar } from 'cli-progress'

export interface Progress {
  readonly start: (total: number) => void
  readonly show: (done: number) => void
  readonly end: () => void
}

const nothing = (): void => undefined

export const silent: Progress = { start: nothing, show: nothing, end: nothing }

const format = 'Importing {bar} {percentage} % | {value} of {total} orders | {eta_formatted} left'

export const progressBar = (): Progress => {
  const look = { format, clearOnComplete: true, linewrap: true, fps: 20 }
  const bar = new SingleBar(look, Presets.shades_classic)
  // the bar is drawn over it
  process.stderr.write('Opening the database …\r')
  return {
    start: (total) => bar.start(total, 0),
    show: (done) => bar.update(done),
    end: () => bar.stop(),
  }
}
