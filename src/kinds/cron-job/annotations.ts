/** Annotation of the Jobs of a CronJob: the time they were started for, RFC 3339 (spec: cronjob.md section 1). */
export const scheduledTimestampKey = 'batch.kubernetes.io/cronjob-scheduled-timestamp';
