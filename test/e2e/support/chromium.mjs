import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'microsoft-edge'];

/** A browser of the Chromium family: the one that CHROMIUM names, or one on the path. Undefined if there is none. */
export function findChromium() {
  const named = process.env.CHROMIUM;
  if (named !== undefined) return existsSync(named) ? named : undefined;
  for (const name of NAMES) {
    const found = spawnSync('sh', ['-c', `command -v ${name}`], { encoding: 'utf8' }).stdout.trim();
    if (found !== '') return found;
  }
  return undefined;
}

export function launchChromium() {
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error('No Chromium found. On Debian and Ubuntu: apt-get install chromium.');
  const args = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync'];
  args.push('--disable-background-networking', '--disable-component-update', '--disable-dev-shm-usage');
  return chromium.launch({ executablePath, args });
}
