import { readdirSync } from 'node:fs';
import path from 'node:path';
import { playTranscripts, transcriptsFolder } from './play-transcripts.ts';

/** Everything that kubectl asks for, as a user sees it (spec: api.md section 24). */
const topics = readdirSync(transcriptsFolder).map((file) => path.basename(file, '.txt'));

/** Taints and drains would send away the pods of the others, and groups that are unavailable bring Warnings. */
const disturbing = ['api-services', 'nodes'];

playTranscripts(
  'kubectl',
  topics.filter((topic) => !disturbing.includes(topic)),
);
playTranscripts('kubectl on nodes and groups', disturbing);
