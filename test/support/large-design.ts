/**
 * A design as people write them, as long as wanted: hosts of 40 guests with two NICs and a disk each, workloads, objectives
 * and comments. Clean, and the same for the same length.
 */
export function largeDesign(minLength: number): string {
  const lines: string[] = ['// a generated design', '{', '  "iovt": "1",', '  "name": "large",'];
  const tenants = Array.from({ length: 17 }, (_, i) => `    "t${i}": { "title": "Tenant ${i}", "trust": "untrusted" },`);
  lines.push('  "tenants": {', ...tenants, '  },', '  "hosts": {');
  const workloads: string[] = [];
  const uplinks: string[] = [];
  let length = 0;
  for (let h = 0; length < minLength; h++) {
    const part = host(h, workloads);
    uplinks.push(`"host${h}/nic0/p0"`, `"host${h}/nic0/p1"`);
    lines.push(...part);
    length += part.reduce((sum, line) => sum + line.length + 1, 0);
    length += 40 * 3 * 95; // workloads of the guests
  }
  lines.push('  },', `  "networks": { "tor": { "uplinks": [${uplinks.join(', ')}], "rate": "100 Gbit/s" } },`);
  lines.push('  "workloads": {', ...workloads, '  },', '  "objectives": {');
  lines.push('    "tail": { "metric": "latency.p99", "of": "h0g0-io", "max": "500 us" }', '  }', '}');
  return `${lines.join('\n')}\n`;
}

const GUESTS_PER_HOST = 40;

function host(h: number, workloads: string[]): string[] {
  const lines = [
    `    "host${h}": {`,
    '      "hypervisor": "kvm",',
    '      "iommu": { "state": "on", "interruptRemapping": true },',
    '      "numa": {',
    '        "n0": { "cpus": "0-63", "clock": "2.9 GHz", "memory": "512 GiB", "memoryBandwidth": "170 GB/s", "hugepages": { "1 GiB": 400 } },',
    '        "n1": { "cpus": "64-127", "clock": "2.9 GHz", "memory": "512 GiB", "memoryBandwidth": "170 GB/s" }',
    '      },',
    '      "pcie": {',
    '        "rp0": { "kind": "root-port", "numa": "n0", "link": "gen4 x16", "acs": true },',
    '        "rp1": { "kind": "root-port", "numa": "n0", "link": "gen4 x4", "acs": true }',
    '      },',
    '      "devices": {',
    '        "nic0": { "profile": "nvidia-connectx6dx-2x100g", "at": "rp0", "sriov": { "vfs": 64 } },',
    `        "ssd0": { "profile": "solidigm-p5510-3.84t", "at": "rp1", "namespaces": { ${namespaces()} } }`,
    '      },',
    '      "switches": { "br-int": { "kind": "ovs-dpdk", "uplinks": ["nic0/p0"], "cpus": "2-5" } },',
    '      "controllers": { "io1": { "kind": "iothread", "cpus": "6" } },',
    '      "guests": {',
  ];
  for (let g = 0; g < GUESTS_PER_HOST; g++) {
    lines.push(
      `        /* guest ${g} */`,
      `        "g${g}": {`,
      `          "kind": "vm", "tenant": "t${(h * GUESTS_PER_HOST + g) % 17}", // rotates`,
      `          "vcpus": ${1 + (g % 4)},`,
      `          "cpus": "${8 + (g % 40)}",`,
      '          "memory": { "size": "8 GiB", "shared": true, "hugepages": "1 GiB" },',
      '          "devices": {',
      '            "eth0": {',
      '              "technique": "virtio-net",',
      '              "backend": "vhost-user",',
      '              "connect": "br-int",',
      `              "vlan": ${100 + ((h * GUESTS_PER_HOST + g) % 17)},`,
      `              "mac": "52:54:00:00:${hex(h)}:${hex(g)}",`,
      `              "queues": ${1 + (g % 4)},`,
      `              "limit": { "rate": "${1 + (g % 9)} Gbit/s", "burst": "512 KiB" },`,
      '              "offloads": ["csum", "tso"],',
      '            },',
      '            "eth1": {',
      '              "technique": "sriov-vf",',
      '              "from": "nic0/p1",',
      `              "vlan": ${200 + ((h * GUESTS_PER_HOST + g) % 17)},`,
      '              "spoofCheck": true,',
      `              "maxRate": "${1 + (g % 9)} Gbit/s",`,
      '            },',
      '            "vda": {',
      '              "technique": "virtio-blk",',
      '              "controller": "io1",',
      `              "media": "ssd0/ns${g + 1}",`,
      '              "queueSize": 256,',
      '              "cache": "none",',
      '            },',
      '          },',
      '        },',
    );
    const id = `h${h}g${g}`;
    const guest = `host${h}/g${g}`;
    workloads.push(
      `    "${id}-out": { "from": "${guest}/eth0", "to": "tor", "size": "1500 B", "rate": "${100 + (g % 90)} Mbit/s" },`,
      `    "${id}-in": { "from": "tor", "to": "${guest}/eth1", "size": "imix", "rate": "${100 + (g % 77)} Mbit/s", "arrival": "constant" },`,
      `    "${id}-io": { "on": "${guest}/vda", "read": 0.7, "size": "4 KiB", "depth": ${1 << (g % 6)} },`,
    );
  }
  lines.push('      }', '    },');
  return lines;
}

function namespaces(): string {
  return Array.from({ length: GUESTS_PER_HOST }, (_, i) => `"ns${i + 1}": { "size": "90 GB" }`).join(', ');
}

function hex(value: number): string {
  return (value & 255).toString(16).padStart(2, '0');
}
