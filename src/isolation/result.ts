/**
 * What tenants share: the content of `iovt-isolation/1`. Plain JSON, so that it crosses processes, webviews and files as it
 * is. Grades say what the worst case is where facts are unknown; ranges then say what the best would be.
 */
export interface IsolationResult {
  readonly format: 'iovt-isolation/1';
  readonly version: string;
  /** SHA-256 of the merged text of all files, hexadecimal. */
  readonly inputHash: string;
  /** Scenarios that were applied. */
  readonly scenarios: readonly string[];
  readonly tenants: readonly string[];
  readonly pairs: readonly PairResult[];
  /** What every guest of a host shares with all others, and why it is not repeated for each pair. */
  readonly baseline: readonly BaselineResult[];
  readonly objectives: readonly IsolationObjective[];
  /** What the reader must know: guests that belong to nobody, pairs that were left out. */
  readonly notes: readonly string[];
}

export type SecurityGrade = 'S0' | 'S1' | 'S2' | 'S3' | 'S4' | 'S5';
export type FaultGrade = 'F0' | 'F1' | 'F2' | 'F3';
export type PerformanceGrade = 'P0' | 'P1' | 'P2' | 'P3' | 'P4';

export interface GradeResult<Grade extends string> {
  /** The worst that the stated facts leave possible. */
  readonly grade: Grade;
  /** Best and worst, where unknown facts leave it open. */
  readonly range?: readonly [best: Grade, worst: Grade];
  /** With the halves of S3 told apart, where it matters: `S3u` (a process of the host), `S3k` (its kernel), `S3k..S4`. */
  readonly exact?: string;
}

export interface GradesResult {
  readonly security: GradeResult<SecurityGrade>;
  readonly fault: GradeResult<FaultGrade>;
  readonly performance: GradeResult<PerformanceGrade>;
}

export interface PairResult extends GradesResult {
  readonly tenants: readonly [a: string, b: string];
  /** Performance over what something could divide: without links, caches and memory that nothing divides. */
  readonly controllablePerformance: GradeResult<PerformanceGrade>;
  /** A documented timing channel runs through something that both share. */
  readonly timing: boolean;
  /** What the first can do to the second, and the second to the first. */
  readonly directions: { readonly aToB: GradesResult; readonly bToA: GradesResult };
  readonly shared: readonly SharedResult[];
  /** Components that hold a grade where it is: who wants a better one must deal with all of them. */
  readonly decisive: { readonly security: readonly string[]; readonly fault: readonly string[]; readonly performance: readonly string[] };
  /** Facts that nobody stated and that a grade of this pair depends on. */
  readonly unknown: readonly OpenFact[];
  /** Changes of the text that would better the pair, each tried on a copy. */
  readonly improvements?: readonly ImprovementResult[];
  /** What a simulation measured between the two. */
  readonly measured?: readonly MeasuredResult[];
}

export interface UnknownFact {
  readonly entity: string;
  readonly property: string;
}

/** A fact that is open, and what it takes to settle it. */
export interface OpenFact extends UnknownFact {
  /** Where somebody with the machine at hand reads it. */
  readonly find?: string;
  /** Where it is to be written: inside of the object that starts here. */
  readonly at?: { readonly file?: string; readonly start: TextPosition };
  /** The pair with each answer, graded on a copy. */
  readonly answers?: readonly { readonly value: string | boolean; readonly after: GradesResult }[];
}

export interface SharedResult {
  /** Id of the component: the reference of an entity, or of the part of one after `#`. */
  readonly component: string;
  readonly type: string;
  /** What it is, for people. */
  readonly title: string;
  /** Reference of the entity that it is, or belongs to. */
  readonly entity: string;
  readonly classes: readonly string[];
  readonly grades: GradesResult;
  readonly directions: { readonly aToB: DirectionResult; readonly bToA: DirectionResult };
  /** The shortest way of each tenant to it, as references. */
  readonly paths: { readonly a: readonly string[]; readonly b: readonly string[] };
  /** Ways beside those. */
  readonly morePaths: { readonly a: number; readonly b: number };
  readonly timing: boolean;
  /** Nothing that can be configured divides it. */
  readonly noControl: boolean;
  /** Components that are reached through this one only and are no worse. */
  readonly behind?: readonly { readonly component: string; readonly type: string; readonly grades: GradesResult }[];
  /** Findings of the rules on the same entity. */
  readonly rules?: readonly string[];
}

export interface DirectionResult extends GradesResult {
  readonly reasons: readonly ReasonResult[];
}

export interface ReasonResult {
  readonly class: string;
  readonly grade: string;
  readonly range?: readonly [best: string, worst: string];
  readonly reason: string;
  readonly unknown?: readonly UnknownFact[];
}

export interface ImprovementResult {
  readonly title: string;
  readonly edits: readonly {
    readonly file?: string;
    readonly range: { readonly start: TextPosition; readonly end: TextPosition };
    readonly newText: string;
  }[];
  readonly after: GradesResult & { readonly controllablePerformance: GradeResult<PerformanceGrade> };
}

export interface TextPosition {
  readonly line: number;
  readonly character: number;
}

/** The load of one measured on the other, beside what the structure says of that direction. */
export interface MeasuredResult {
  readonly victim: string;
  readonly aggressor: string;
  readonly throughputRatio: number;
  readonly p99Ratio: number;
  readonly performance: PerformanceGrade;
  /** `contradicts`: the structure promises more than was measured. `not-felt`: it promises nothing, and nothing was lost. */
  readonly verdict: 'agrees' | 'contradicts' | 'not-felt';
  readonly message: string;
}

export interface BaselineResult {
  readonly host: string;
  readonly tenants: readonly string[];
  readonly components: readonly string[];
}

export interface IsolationObjective {
  readonly id: string;
  readonly status: 'pass' | 'fail' | 'unknown';
  readonly message: string;
  /** The component that decides, and the way of each tenant to it; none where it passes. */
  readonly counterExample?: {
    readonly component: string;
    readonly entity: string;
    readonly tenants: readonly [string, string];
    readonly paths: { readonly a: readonly string[]; readonly b: readonly string[] };
  };
  readonly unknown?: readonly UnknownFact[];
}
