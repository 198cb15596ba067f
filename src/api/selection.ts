import type { ResourceDefinition } from '#kinds/definition.ts';
import { type FieldSelector, fieldSelectorMatches, parseFieldSelector } from '#kinds/meta/field-selector.ts';
import type { KubeObject } from '#kinds/meta/object.ts';
import { parseSelector, type Selector, selectorMatches } from '#kinds/meta/selector.ts';

/** Which objects of a resource a list, watch or deletecollection is about. */
export interface SelectionOptions {
  readonly namespace?: string | undefined;
  readonly labelSelector?: string | undefined;
  readonly fieldSelector?: string | undefined;
}

/** The objects of one resource that a namespace and selectors pick out. */
export class Selection {
  readonly definition: ResourceDefinition;
  readonly namespace: string | undefined;
  private readonly labels: Selector;
  private readonly fields: FieldSelector;
  /** Whether labels or fields are asked for: then what is left of a list is not counted (spec: api.md section 12.2). */
  readonly selective: boolean;

  /** Throws a 400 ApiError for selectors that do not parse. */
  constructor(definition: ResourceDefinition, options: SelectionOptions) {
    this.definition = definition;
    this.namespace = options.namespace;
    this.labels = options.labelSelector ? parseSelector(options.labelSelector) : [];
    this.fields = options.fieldSelector ? parseFieldSelector(options.fieldSelector, definition) : [];
    this.selective = this.labels.length > 0 || this.fields.length > 0;
  }

  /** The first field that must have one exact value: watches are indexed by it. */
  get exactField(): { readonly path: string; readonly value: string } | undefined {
    return this.fields.find((requirement) => requirement.equal);
  }

  /** The one name that is selected, if the selectors say so. */
  get exactName(): string | undefined {
    return this.fields.find((requirement) => requirement.equal && requirement.path === 'metadata.name')?.value;
  }

  matches(object: KubeObject): boolean {
    if (this.namespace !== undefined && object.metadata.namespace !== this.namespace) return false;
    if (!this.selective) return true;
    return (
      selectorMatches(this.labels, object.metadata.labels) && fieldSelectorMatches(this.fields, object, this.definition)
    );
  }
}

/** The value of a field that watches are indexed by. */
export function fieldOf(definition: ResourceDefinition, object: KubeObject, path: string): string {
  if (path === 'metadata.name') return object.metadata.name;
  if (path === 'metadata.namespace') return object.metadata.namespace ?? '';
  return definition.selectableFields[path]?.(object) ?? '';
}
