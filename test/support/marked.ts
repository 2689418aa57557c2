import { loadProject } from '../../src/core/model/project.js';
import { check } from '../../src/language/check.js';
import { type Document, documentOf } from '../../src/language/document.js';
import { MemoryWorkspace } from './memory-workspace.js';

/** Where the cursor stands in a document of a test: a `|` where none may occur, else a comment. */
const MARK = '/*here*/';

/** A document whose text holds one mark, with the mark taken out. */
export interface MarkedDocument extends Document {
  readonly offset: number;
}

/** Checks a design in which one file holds the mark; other files are those it includes, `main.iovt` the design itself. */
export async function marked(input: string | Readonly<Record<string, string>>): Promise<MarkedDocument> {
  const files = typeof input === 'string' ? { 'main.iovt': input } : input;
  const workspace = new MemoryWorkspace();
  let where: { uri: string; offset: number } | undefined;
  for (const [name, text] of Object.entries(files)) {
    const mark = text.includes(MARK) ? MARK : '|';
    const offset = text.indexOf(mark);
    const { uri } = workspace.add(name, offset < 0 ? text : text.slice(0, offset) + text.slice(offset + mark.length));
    if (offset >= 0) where = { uri, offset };
  }
  const main = await workspace.read('memory:/main.iovt');
  if (main === undefined || where === undefined) throw new Error('a test needs a main.iovt and a mark');
  const analysis = check(await loadProject(main, workspace));
  const uri = where.uri;
  const file = analysis.project.files.map((parsed) => parsed.file).find((each) => each.uri === uri);
  if (file === undefined) throw new Error(`${uri} takes no part in the design`);
  return { ...documentOf(analysis, file), offset: where.offset };
}

/** A small design that uses most of the language; `{ "iovt": "1", …extra }`. */
export const sample = `{
  "iovt": "1",
  "tenants": { "blue": { "trust": "untrusted" } },
  "templates": { "fast-nic": { "technique": "virtio-net", "backend": "vhost-user", "queues": 4 } },
  "hosts": {
    "h1": {
      "hypervisor": "kvm",
      "numa": { "n0": { "cpus": "0-31", "clock": "2.9 GHz", "memory": "256 GiB", "hugepages": { "1 GiB": 64 } } },
      "pcie": {
        "rp0": { "numa": "n0", "link": "gen4 x16", "acs": true },
        "rp1": { "numa": "n0", "link": "gen4 x4", "acs": true }
      },
      "devices": {
        "nic0": { "profile": "nvidia-connectx6dx-2x100g", "at": "rp0", "sriov": { "vfs": 16 } },
        "ssd0": { "profile": "solidigm-p5510-3.84t", "at": "rp1", "namespaces": { "ns1": { "size": "1.9 TB" } } }
      },
      "switches": { "br-int": { "kind": "ovs-dpdk", "uplinks": ["nic0/p0"], "cpus": "2-3" } },
      "controllers": { "io1": { "kind": "iothread", "cpus": "5" } },
      "guests": {
        "web": {
          "count": 3, "tenant": "blue", "vcpus": 4, "memory": { "size": "8 GiB", "shared": true, "hugepages": "1 GiB" },
          "devices": {
            "eth0": { "extends": "fast-nic", "connect": "br-int", "vlan": 100 },
            "vda": { "technique": "virtio-blk", "controller": "io1", "media": "ssd0/ns1" }
          }
        },
        "hpc": { "tenant": "blue", "memory": "32 GiB", "devices": { "eth0": { "technique": "sriov-vf", "from": "nic0/p1" } } }
      }
    }
  },
  "networks": { "tor": { "uplinks": ["h1/nic0/p0", "h1/nic0/p1"], "rate": "100 Gbit/s" } },
  "workloads": {
    "web-out": { "from": "web[*]/eth0", "to": "tor", "rate": "2 Gbit/s" },
    "web-io": { "on": "web[*]/vda", "depth": 16 }
  },
  "objectives": { "tail": { "metric": "latency.p99", "of": "web-io", "max": "500 us" } },
  "scenarios": { "all-vf": { "set": { "h1/web/eth0.technique": "sriov-vf", "h1/web/eth0.from": "nic0/p1" } } }
}
`;

/** The sample with the cursor at a text of it: inside, behind the first `before` characters of the text found. */
export async function at(text: string, before = 1, document: string = sample): Promise<MarkedDocument> {
  const found = document.indexOf(text);
  if (found < 0) throw new Error(`"${text}" is not in the document`);
  return marked(`${document.slice(0, found + before)}${MARK}${document.slice(found + before)}`);
}
