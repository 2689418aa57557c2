import type { Diagnostic } from '../diagnostics/diagnostic.js';
import type { SyntaxNode } from '../text/tree.js';
import type { Entity } from './entity.js';
import type { FactsByDefinition } from './facts.generated.js';
import { type FoundReference, readFacts } from './facts.js';
import type { Reference } from './reference.js';
import type { Techniques } from './technique-traits.js';

/** A reference with the scope in which it was written. */
export interface ScopedReference {
  readonly reference: Reference;
  /** The entity it belongs to; undefined at the top of the document. */
  readonly scope: Entity | undefined;
  /** Dotted property, such as `connect`. */
  readonly field: string;
}

/** What the builders of entities share while one topology comes into being. */
export class BuildContext {
  readonly references: ScopedReference[] = [];
  readonly diagnostics: Diagnostic[] = [];
  /** Copies that may still be made. */
  copiesLeft: number;

  constructor(
    readonly techniques: Techniques,
    readonly profileNode: (name: string) => SyntaxNode | undefined,
    readonly templateNode: (name: string) => SyntaxNode | undefined,
    maxCopies: number,
  ) {
    this.copiesLeft = maxCopies;
  }

  /** Reads an object in the scope of an entity. */
  read<Name extends keyof FactsByDefinition>(name: Name, node: SyntaxNode | undefined, scope: Entity | undefined): FactsByDefinition[Name] {
    const found: FoundReference[] = [];
    const facts = readFacts(name, node, found);
    for (const { reference, field } of found) this.references.push({ reference, scope, field });
    return facts;
  }
}
