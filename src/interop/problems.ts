import { defineProblem } from '../core/diagnostics/define.js';

export const importRefused = defineProblem({
  id: 'IOVT401',
  name: 'import-refused',
  title: 'An input of an import cannot be read',
  severity: 'error',
  messages: {
    empty: 'The input is empty.',
    binary: 'The input is not text: there is a NUL byte here.',
    notXml: 'The input is not XML: XML begins with "<".',
    malformed: 'Not well-formed XML: {what}.',
    doctype:
      'The text declares a document type. Such declarations can hide entities that expand without end or read files, so they are refused; remove the <!DOCTYPE …> part.',
    tooLarge: 'The input is larger than {limit} MB. No description of a machine is that long.',
    tooDeep: 'Elements are nested more than {limit} levels deep. No description of a machine is.',
    tooManyElements: 'There are more than {limit} elements. No description of a machine has as many.',
    tooManyAttributes: 'An element has more than {limit} attributes. No description of a machine has as many.',
    tooManyAttributesInAll: 'There are more than {limit} attributes. No description of a machine has as many.',
    tokenTooLong: 'A value, comment or stretch of text is longer than {limit} characters. No description of a machine has one.',
    wrongRoot: 'This is not {format}: the root element is <{root}>, not {expected}.{hint}',
    nothing: 'There is no {what} in this input.',
    intoBroken: 'The design to import into is not whole JSON, so nothing can be added to it safely. `iovt check` says where.',
    noSuchHost: 'The design has no host "{host}"; it has {hosts}.',
    whichHost: 'The design has several hosts ({hosts}). Say with --host which one the input belongs to.',
  },
  docs: {
    why: 'Nothing was imported. Inputs that could exhaust memory, or are not what they were said to be, are not read half way.',
    fix: 'Give the file that the tool wrote, unchanged. For libvirt: `virsh dumpxml NAME`; for hwloc: `lstopo --of xml --whole-io`.',
  },
  examples: { bad: [], good: [] },
});

export const importNotUnderstood = defineProblem({
  id: 'IOVT402',
  name: 'import-not-understood',
  title: 'Part of an input is not understood',
  severity: 'warning',
  messages: {
    unknown: '{what} is not known to this importer and is not in the design.',
    more: '{count} more places are not understood; --losses lists them.',
    invalid: '{what}: "{value}" is not {expected}; left out.',
    missing: '<{element}> has no {what}; left out.',
  },
  docs: {
    why: 'What is not in the design is neither checked nor simulated. It may be a newer or vendor-specific setting that changes isolation or performance.',
    fix: 'Read the list that --losses writes and add what matters by hand. Settings of libvirt or hwloc that should be known are worth a bug report.',
  },
  examples: { bad: [], good: [] },
});

export const importNotModelled = defineProblem({
  id: 'IOVT403',
  name: 'import-not-modelled',
  title: 'Part of an input has no place in the language',
  severity: 'info',
  messages: {
    summary: 'Not in the design, because the language has no place for it ({count}): {names}.',
    reduced: '{what}.',
  },
  docs: {
    why: 'The language describes I/O virtualization. Sound, graphics, caches and the like are left out on purpose; --losses lists each with its line.',
    fix: 'Nothing, unless one of them matters to you.',
  },
  examples: { bad: [], good: [] },
});

export const importAssumed = defineProblem({
  id: 'IOVT404',
  name: 'import-assumed',
  title: 'An importer had to assume something',
  severity: 'info',
  messages: { assumed: '{what}' },
  docs: {
    why: 'The input leaves it open. If the assumption is wrong, so are the findings and figures that rest on it.',
    fix: 'Compare with the machine and correct the design. A second input often settles it: the network XML behind a libvirt network, the hwloc or sysfs description of the host.',
  },
  examples: { bad: [], good: [] },
});

export const importConflict = defineProblem({
  id: 'IOVT405',
  name: 'import-conflict',
  title: 'An input contradicts the design or itself',
  severity: 'warning',
  messages: {
    guestExists: 'Guest "{guest}" is in the design already (as {path}); it is left as it is. Remove it there to import it afresh.',
    entityExists: '{what} {ids} exist in the design already and are left as they are.',
    renamed: '"{name}" is taken; imported as "{id}".',
    sameAddress: 'Two devices have the address {bdf}; the second one is imported without it.',
    duplicate: '{what}',
  },
  docs: {
    why: 'Two descriptions of one thing cannot both hold. An import never changes what the design says already.',
    fix: 'Decide which one is right, and remove the other.',
  },
  examples: { bad: [], good: [] },
});

export const importUnresolved = defineProblem({
  id: 'IOVT406',
  name: 'import-unresolved',
  title: 'An input refers to something that no input describes',
  severity: 'warning',
  messages: {
    device: '{what} has the address {bdf}, which no device of host {host} has; "{id}" stands for it.',
    network:
      'libvirt network "{network}" is not among the inputs; taken for {kind} of its own. Add the output of `virsh net-dumpxml {network}`.',
    portgroup: 'Network "{network}" has no port group "{portgroup}".',
    netdev: 'No NIC port of host {host} is known as "{netdev}"; "{id}" stands for it.',
    other: '{what}',
  },
  docs: {
    why: 'A placeholder keeps the design whole, but what it stands for is unknown: its speed, its NUMA node, its IOMMU group.',
    fix: 'Import the host first (`iovt import hwloc`), then the guests with `--into`, and give the network XML as a further input.',
  },
  examples: { bad: [], good: [] },
});

export const importProblems = [
  importRefused,
  importNotUnderstood,
  importNotModelled,
  importAssumed,
  importConflict,
  importUnresolved,
] as const;
