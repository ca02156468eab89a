// Opens pages in Chromium and says as JSON what a reader would have met: requests, what the console says,
// what axe-core finds, whether the page is wider than the window, and how it prints.
//
// node look.mjs MODULES CHROMIUM OUT PAGE...   (MODULES holds puppeteer-core and axe-core; OUT takes
// pictures, or is `-`)
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const [modules, chromium, out, ...pages] = process.argv.slice(2);
const require = createRequire(join(modules, 'package.json'));
const found = require('puppeteer-core');
const puppeteer = found.default ?? found;
const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

const browser = await puppeteer.launch({
  executablePath: chromium,
  headless: true,
  pipe: true,
  args: ['--no-sandbox', '--disable-gpu', '--hide-scrollbars', '--disable-dev-shm-usage'],
});
const looks = [];
for (const file of pages) {
  for (const scheme of ['light', 'dark']) {
    for (const width of [360, 1024, 1920]) {
      const page = await browser.newPage();
      const requests = [];
      const said = [];
      page.on('request', (request) => requests.push(request.url()));
      page.on('console', (message) => said.push(message.text()));
      page.on('pageerror', (error) => said.push(String(error)));
      await page.setViewport({ width, height: 900 });
      await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
      await page.goto(pathToFileURL(file).href);
      if (out !== '-') {
        const name = `${basename(file, '.html')}-${scheme}-${width}.png`;
        await page.screenshot({ path: join(out, name), fullPage: true });
      }
      // What the page did by itself, before axe-core looks at it.
      const [asked, heard] = [requests.length, said.slice()];
      const wide = await page.evaluate(
        () => document.documentElement.scrollWidth > window.innerWidth,
      );
      const loads = await page.evaluate(
        () => document.querySelectorAll('script,iframe,object,embed,img,[src],[onclick]').length,
      );
      await page.evaluate(axe);
      const { violations, passes } = await page.evaluate(() => window.axe.run(document));
      looks.push({
        page: basename(file), scheme, width, requests: asked, console: heard, wide, loads,
        passes: passes.length,
        violations: violations.map((one) => `${one.id}: ${one.nodes.map((n) => n.html).slice(0, 3)}`),
      });
      await page.close();
    }
  }
  const page = await browser.newPage();
  await page.goto(pathToFileURL(file).href);
  // The keyboard: the first stop leads past the contents, and each stop is seen.
  await page.keyboard.press('Tab');
  const first = await page.evaluate(() => document.activeElement.getAttribute('href'));
  const pdf = await page.pdf({ preferCSSPageSize: true });
  if (out !== '-') {
    const { writeFileSync } = await import('node:fs');
    writeFileSync(join(out, `${basename(file, '.html')}.pdf`), pdf);
  }
  looks.push({ page: basename(file), first, printed: pdf.length });
  await page.close();
}
await browser.close();
console.log(JSON.stringify(looks));
