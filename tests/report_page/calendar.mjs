// Reads a calendar with ical.js and says its events as JSON: node calendar.mjs MODULES FILE
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const [modules, file] = process.argv.slice(2);
const require = createRequire(join(modules, 'package.json'));
const found = require('ical.js');
const ICAL = found.default ?? found;
const calendar = new ICAL.Component(ICAL.parse(readFileSync(file, 'utf8')));
const events = calendar.getAllSubcomponents('vevent').map((one) => ({
  uid: one.getFirstPropertyValue('uid'),
  stamp: one.getFirstPropertyValue('dtstamp').toString(),
  start: one.getFirstPropertyValue('dtstart').toString(),
  end: one.getFirstPropertyValue('dtend').toString(),
  summary: one.getFirstPropertyValue('summary'),
  description: one.getFirstPropertyValue('description'),
  alarm: one.getFirstSubcomponent('valarm').getFirstPropertyValue('trigger').toString(),
}));
console.log(JSON.stringify(events));
