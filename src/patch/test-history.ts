import type { Json, JsonObject } from '#base/json.ts';
import { applyConfiguration } from '#patch/apply/apply-configuration.ts';
import { fieldSetOfPaths } from '#patch/fields/field-set.ts';
import { managedFieldsAfterUpdate } from '#patch/managed/after-update.ts';
import type { ManagedFields } from '#patch/managed/entry.ts';
import { applyMergePatch } from '#patch/merge-patch.ts';
import { Workload } from '#patch/test-workload.ts';
import { decode } from '#schema/decode.ts';

interface Options {
  readonly force?: boolean;
  readonly subresource?: 'status';
  readonly requested?: Json;
}

/** One object and those who write to it, an hour apart: what an API server does about ownership, and nothing else. */
export class History {
  object: JsonObject | undefined;
  #hour = 0;

  get managedFields(): ManagedFields {
    return ((this.object?.metadata as JsonObject | undefined)?.managedFields ?? []) as unknown as ManagedFields;
  }

  /** What `manager` owns by `operation`, or undefined. */
  owned(manager: string, operation: 'Apply' | 'Update' = 'Apply'): JsonObject | undefined {
    return this.managedFields.find((entry) => entry.manager === manager && entry.operation === operation)?.fieldsV1;
  }

  create(manager: string, body: JsonObject): void {
    const created = canonical({ ...body, apiVersion: 'v1', kind: 'Workload' });
    const writer = this.#writer(manager, {});
    this.#store(created, managedFieldsAfterUpdate({ ...writer, type: Workload, old: undefined, new: created }));
  }

  /** A write by merge patch. */
  update(manager: string, patch: Json, options: Options = {}): void {
    const old = this.object as JsonObject;
    const patched = canonical(applyMergePatch(old, patch));
    const writer = { ...this.#writer(manager, options), requested: options.requested };
    this.#store(patched, managedFieldsAfterUpdate({ ...writer, type: Workload, old, new: patched }));
  }

  apply(manager: string, config: JsonObject, options: Options = {}): void {
    const writer = this.#writer(manager, options);
    const body = { apiVersion: 'v1', kind: 'Workload', ...config };
    const request = { ...writer, type: Workload, kind: 'Workload', live: this.object, config: body as Json };
    const applied = applyConfiguration({ ...request, force: options.force ?? false });
    this.#store(canonical(applied.object), applied.managedFields);
  }

  #writer(manager: string, { subresource }: Options) {
    this.#hour++;
    const time = `2026-01-02T${String(this.#hour).padStart(2, '0')}:00:00Z`;
    const ignored = fieldSetOfPaths([subresource === 'status' ? ['f:spec'] : ['f:status']]);
    return { manager, apiVersion: 'v1', subresource, time, ignored };
  }

  #store(object: JsonObject, entries: ManagedFields): void {
    const { managedFields: _, ...metadata } = object.metadata as JsonObject;
    const tracked = entries.length === 0 ? metadata : { ...metadata, managedFields: entries as unknown as Json };
    this.object = { ...object, metadata: tracked };
  }
}

function canonical(object: object): JsonObject {
  return decode(Workload, object).value as unknown as JsonObject;
}
