import type { Diagnostic } from '../diagnostics/diagnostic.js';
import { definition, formOf } from '../schema/schema.js';
import type { Place, SourceFile } from '../text/source.js';
import { child, type SyntaxNode } from '../text/tree.js';
import { assignVfs, type Shortage } from './assign.js';
import { BuildContext, type ScopedReference } from './build.js';
import {
  buildDocumentEntity,
  type Network,
  type Objective,
  type Profile,
  type Scenario,
  type Template,
  type Tenant,
  type Workload,
} from './document.js';
import { declared, type Entity, entries } from './entity.js';
import { valueOf } from './fact.js';
import type { DocumentFacts } from './facts.generated.js';
import { readFacts } from './facts.js';
import { buildHost, type Host } from './host.js';
import { merge, pick } from './merge.js';
import { techniqueMissing } from './problems.js';
import type { Project } from './project.js';
import { applyChanges, checkScenarios, type PropertyChange } from './scenario.js';
import { scenarioReferences } from './scenario-references.js';
import { Scopes } from './scopes.js';
import type { Techniques } from './technique-traits.js';
import { MAX_EXTENDS } from './templates.js';
import type { VirtualDevice } from './virtual-device.js';

/** Copies of guests that one design may hold. */
export const MAX_COPIES = 20_000;

/** Device profiles of the catalogue, as the texts they are. A profile is parsed when somebody first looks into it. */
export interface ProfileCatalog {
  readonly names: readonly string[];
  file(name: string): SourceFile | undefined;
  node(name: string): SyntaxNode | undefined;
}

/** What a topology is resolved against: the techniques and device profiles of this program. */
export interface Registries {
  readonly techniques: Techniques;
  readonly profiles: ProfileCatalog;
}

/** A design with every reference bound, every value in base units, every default in its place. Immutable. */
export interface Topology {
  readonly name: string | undefined;
  readonly facts: DocumentFacts;
  readonly files: readonly SourceFile[];
  /** The merged tree it was read from. */
  readonly root: SyntaxNode | undefined;
  readonly tenants: readonly Tenant[];
  readonly hosts: readonly Host[];
  readonly networks: readonly Network[];
  readonly workloads: readonly Workload[];
  readonly objectives: readonly Objective[];
  readonly scenarios: readonly Scenario[];
  readonly templates: readonly Template[];
  /** Those of the document, and those of the catalogue that it uses. */
  readonly profiles: readonly Profile[];
  readonly entities: readonly Entity[];
  readonly virtualDevices: readonly VirtualDevice[];
  readonly references: readonly ScopedReference[];
  /** Those in values that scenarios would put into the design. */
  readonly scenarioReferences: readonly ScopedReference[];
  readonly scopes: Scopes;
  /** Devices for which no VF was left. */
  readonly shortages: readonly Shortage[];
}

export interface Resolution {
  readonly topology: Topology;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Text to topology: files merged, changes of scenarios made, templates and profiles applied, references bound, VFs assigned.
 * Never throws: what cannot be read is left out and reported, here or by the schema check and the rules.
 */
export function resolve(project: Project, registries: Registries, changes: readonly PropertyChange[] = []): Resolution {
  const merged = project.files.reduce<SyntaxNode | undefined>(
    (base, file) => (file.root === undefined ? base : merge(base, file.root)),
    undefined,
  );
  const changed = merged === undefined ? { root: undefined, diagnostics: [] } : applyChanges(merged, changes);
  const { root } = changed;
  const profiles = new ProfileSet(root, registries.profiles);
  const templates = child(root, 'templates');
  const context = new BuildContext(
    registries.techniques,
    (name) => profiles.node(name),
    (name) => child(templates, name),
    MAX_COPIES,
  );
  context.diagnostics.push(...project.diagnostics, ...changed.diagnostics);
  if (root !== undefined && changes.length === 0) context.diagnostics.push(...checkScenarios(root));

  const topology = buildTopology(root, project, context, profiles);
  for (const { reference, scope } of topology.references) topology.scopes.bind(reference, scope);
  const shortages = topology.hosts.flatMap((host) => assignVfs(host));
  for (const device of topology.virtualDevices) {
    if (device.facts.technique.state === 'unknown')
      context.diagnostics.push(techniqueMissing.at('missing', device.at, { device: device.path }, { path: device.path }));
  }
  const ofScenarios = root === undefined || changes.length > 0 ? [] : scenarioReferences(root, topology);
  return { topology: Object.assign(topology, { shortages, scenarioReferences: ofScenarios }), diagnostics: context.diagnostics };
}

function buildTopology(root: SyntaxNode | undefined, project: Project, context: BuildContext, profiles: ProfileSet): Topology {
  const facts = context.read('document', root, undefined);
  const build = <T>(key: string, make: (prop: ReturnType<typeof entries>[number]) => T): T[] => entries(child(root, key)).map(make);
  const hosts = build('hosts', (prop) => buildHost(prop, context));
  const documentEntities = {
    tenants: build('tenants', (prop) => buildDocumentEntity('tenant', prop, context)),
    networks: build('networks', (prop) => buildDocumentEntity('network', prop, context)),
    workloads: build('workloads', (prop) => buildDocumentEntity('workload', prop, context)),
    objectives: build('objectives', (prop) => buildDocumentEntity('objective', prop, context)),
    scenarios: build('scenarios', (prop) => buildDocumentEntity('scenario', prop, context)),
    templates: build('templates', (prop) => buildTemplate(prop, context)),
    profiles: profiles.entities(context),
  };
  const entities: Entity[] = Object.values(documentEntities).flat();
  for (const host of hosts) addEntities(host, entities);
  const references = context.references;
  return {
    ...documentEntities,
    name: valueOf(facts.name),
    facts,
    files: project.files.map((parsed) => parsed.file),
    root,
    hosts,
    entities,
    virtualDevices: hosts.flatMap((host) => host.guests.flatMap((guest) => guest.devices)),
    references,
    scenarioReferences: [],
    scopes: new Scopes(entities, hosts),
    shortages: [],
  };
}

/** Its keys are read where it is extended; only what it extends itself would be lost there. */
function buildTemplate(prop: ReturnType<typeof entries>[number], context: BuildContext): Template {
  const template: Template = { ...declared('template', prop, undefined), of: templateKind(prop.value) };
  context.read(template.of, pick(prop.value, ['extends']), template);
  return template;
}

function templateKind(node: SyntaxNode | undefined): Template['of'] {
  return formOf(definition('template'), node?.value).properties === definition('guest').properties ? 'guest' : 'virtual-device';
}

/** All of a host, in the order of the text. Loops: there are thousands, and what spreads or flattens them costs more than making them. */
function addEntities(host: Host, entities: Entity[]): void {
  const add = (list: readonly Entity[]) => {
    for (const entity of list) entities.push(entity);
  };
  entities.push(host);
  add(host.numaNodes);
  add(host.ports);
  for (const device of host.devices) {
    entities.push(device);
    add(device.ports);
    add(device.functions);
    add(device.namespaces);
    add(device.partitions);
    add(device.mediatedTypes);
  }
  add(host.volumes);
  add(host.switches);
  add(host.controllers);
  for (const guest of host.guests) {
    entities.push(guest);
    add(guest.devices);
  }
}

/** Profiles of the document before those of the catalogue; one that extends another has it below its own facts. */
class ProfileSet {
  readonly #used = new Set<string>();

  constructor(
    private readonly root: SyntaxNode | undefined,
    private readonly catalog: ProfileCatalog,
  ) {}

  node(name: string, seen: readonly string[] = []): SyntaxNode | undefined {
    const own = child(this.root, 'profiles', name);
    if (own === undefined) this.#used.add(name);
    const node = own ?? this.catalog.node(name);
    const base = child(node, 'extends');
    if (node === undefined || base?.type !== 'string' || seen.includes(name) || seen.length >= MAX_EXTENDS) return node;
    const below = this.node(base.value as string, [...seen, name]);
    return below === undefined ? node : merge(below, node);
  }

  /** Own profiles, and all of the catalogue: those can be referred to as well. */
  entities(context: BuildContext): Profile[] {
    const own = entries(child(this.root, 'profiles')).map((prop): Profile => {
      const node = this.node(prop.key);
      const profile = { ...declared('profile', prop, undefined, node), isBuiltIn: false } as Profile;
      return Object.assign(profile, { facts: context.read('profile', node, profile) });
    });
    const names = new Set(own.map((profile) => profile.id));
    return [...own, ...this.catalog.names.filter((name) => !names.has(name)).map((name) => this.#builtIn(name))];
  }

  /** Profiles of the catalogue do not extend each other, so each is the same in every topology. */
  #builtIn(name: string): Profile {
    const known = builtIns.get(this.catalog) ?? new Map<string, Profile>();
    builtIns.set(this.catalog, known);
    let profile = known.get(name);
    if (profile === undefined) {
      profile = new BuiltInProfile(name, this.catalog);
      known.set(name, profile);
    }
    return profile;
  }
}

const builtIns = new WeakMap<ProfileCatalog, Map<string, Profile>>();

/** Most designs look into none of the catalogue's profiles but the few they use: nothing is read before it is asked for. */
class BuiltInProfile implements Profile {
  readonly kind = 'profile';
  readonly path: string;
  readonly parent = undefined;
  readonly isBuiltIn = true;
  #facts: Profile['facts'] | undefined;

  constructor(
    readonly id: string,
    private readonly catalog: ProfileCatalog,
  ) {
    this.path = id;
  }

  get at(): Place {
    return { file: this.catalog.file(this.id) as SourceFile, start: 0, end: 1 };
  }

  get node(): SyntaxNode | undefined {
    return this.catalog.node(this.id);
  }

  get facts(): Profile['facts'] {
    this.#facts ??= readFacts('profile', this.node, []);
    return this.#facts;
  }
}
