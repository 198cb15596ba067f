/** Where a node keeps the directories of volumes that are made for claims. */
export const directoryAnnotation = 'sampan.dev/volume-directory';
