import { type CelTypeOf, parseType, parseTypes } from '#kinds/cel/types.ts';

/** One way to call a function: a method's target is the first of what it takes. */
export interface Overload {
  readonly isMethod: boolean;
  readonly takes: readonly CelTypeOf[];
  readonly gives: CelTypeOf;
}

const ordered = ['bool', 'int', 'uint', 'double', 'string', 'bytes', 'timestamp', 'duration'];
const numbers = ['int', 'uint', 'double'];
const order = [
  ...ordered.map((type) => `(${type},${type})->bool`),
  ...numbers.flatMap((a) => numbers.filter((b) => a !== b).map((b) => `(${a},${b})->bool`)),
];
const same = (types: readonly string[]): readonly string[] => types.map((type) => `(${type},${type})->${type}`);
const ofTime = (alsoDuration: boolean): readonly string[] => [
  'timestamp.()->int',
  'timestamp.(string)->int',
  ...(alsoDuration ? ['duration.()->int'] : []),
];

const language: Declarations = {
  '?': ['(bool,A,A)->A'],
  '!': ['(bool)->bool'],
  '-_': ['(int)->int', '(double)->double'],
  '==': ['(A,A)->bool'],
  '!=': ['(A,A)->bool'],
  '<': order,
  '<=': order,
  '>': order,
  '>=': order,
  '+': [
    ...same(['bytes', 'double', 'duration', 'int', 'string', 'uint']),
    '(duration,timestamp)->timestamp',
    '(timestamp,duration)->timestamp',
    '(list(A),list(A))->list(A)',
  ],
  '-': [
    ...same(['double', 'duration', 'int', 'uint']),
    '(timestamp,duration)->timestamp',
    '(timestamp,timestamp)->duration',
  ],
  '*': same(numbers),
  '/': same(numbers),
  '%': same(['int', 'uint']),
  in: ['(A,list(A))->bool', '(A,map(A,B))->bool'],
  '[]': [
    '(list(A),int)->A',
    '(map(A,B),A)->B',
    '(optional_type(list(A)),int)->optional_type(A)',
    '(optional_type(map(A,B)),A)->optional_type(B)',
  ],
  '[?]': [
    '(list(A),int)->optional_type(A)',
    '(optional_type(list(A)),int)->optional_type(A)',
    '(map(A,B),A)->optional_type(B)',
    '(optional_type(map(A,B)),A)->optional_type(B)',
  ],
  size: ['bytes', 'list(A)', 'map(A,B)', 'string'].flatMap((type) => [`(${type})->int`, `${type}.()->int`]),
  type: ['(A)->type(A)'],
  dyn: ['(A)->dyn'],
  bool: ['(bool)->bool', '(string)->bool'],
  bytes: ['(bytes)->bytes', '(string)->bytes'],
  double: ['double', 'int', 'string', 'uint'].map((type) => `(${type})->double`),
  duration: ['duration', 'int', 'string'].map((type) => `(${type})->duration`),
  int: ['int', 'double', 'duration', 'string', 'timestamp', 'uint'].map((type) => `(${type})->int`),
  timestamp: ['timestamp', 'int', 'string'].map((type) => `(${type})->timestamp`),
  uint: ['uint', 'double', 'int', 'string'].map((type) => `(${type})->uint`),
  contains: ['string.(string)->bool'],
  endsWith: ['string.(string)->bool'],
  startsWith: ['string.(string)->bool'],
  matches: ['(string,string)->bool', 'string.(string)->bool'],
  getFullYear: ofTime(false),
  getMonth: ofTime(false),
  getDayOfYear: ofTime(false),
  getDayOfMonth: ofTime(false),
  getDate: ofTime(false),
  getDayOfWeek: ofTime(false),
  getHours: ofTime(true),
  getMinutes: ofTime(true),
  getSeconds: ofTime(true),
  getMilliseconds: ofTime(true),
};

const texts: Declarations = {
  charAt: ['string.(int)->string'],
  indexOf: ['string.(string)->int', 'string.(string,int)->int', 'list(A).(A)->int'],
  lastIndexOf: ['string.(string)->int', 'string.(string,int)->int', 'list(A).(A)->int'],
  lowerAscii: ['string.()->string'],
  upperAscii: ['string.()->string'],
  trim: ['string.()->string'],
  replace: ['string.(string,string)->string', 'string.(string,string,int)->string'],
  split: ['string.(string)->list(string)', 'string.(string,int)->list(string)'],
  substring: ['string.(int)->string', 'string.(int,int)->string'],
  format: ['string.(list(dyn))->string'],
  'strings.quote': ['(string)->string'],
  join: ['list(string).()->string', 'list(string).(string)->string'],
  find: ['string.(string)->string'],
  findAll: ['string.(string)->list(string)', 'string.(string,int)->list(string)'],
};

const listsOf = (types: readonly string[], gives: (type: string) => string): readonly string[] =>
  types.map((type) => `list(${type}).()->${gives(type)}`);

const lists: Declarations = {
  isSorted: listsOf(ordered, () => 'bool'),
  sum: listsOf([...numbers, 'duration'], (type) => type),
  max: listsOf(ordered, (type) => type),
  min: listsOf(ordered, (type) => type),
  sort: listsOf(ordered, (type) => `list(${type})`),
  '@sortByAssociatedKeys': ordered.map((type) => `list(A).(list(${type}))->list(A)`),
  slice: ['list(A).(int,int)->list(A)'],
  flatten: ['list(list(A)).()->list(A)', 'list(dyn).(int)->list(dyn)'],
  reverse: ['list(A).()->list(A)'],
  distinct: ['list(A).()->list(A)'],
  first: ['list(A).()->optional_type(A)'],
  last: ['list(A).()->optional_type(A)'],
  unwrapOpt: ['list(optional_type(A)).()->list(A)'],
  'lists.range': ['(int)->list(int)'],
  'sets.contains': ['(list(A),list(A))->bool'],
  'sets.equivalent': ['(list(A),list(A))->bool'],
  'sets.intersects': ['(list(A),list(A))->bool'],
  'optional.of': ['(A)->optional_type(A)'],
  'optional.ofNonZeroValue': ['(A)->optional_type(A)'],
  'optional.none': ['()->optional_type(A)'],
  'optional.unwrap': ['(list(optional_type(A)))->list(A)'],
  value: ['optional_type(A).()->A'],
  hasValue: ['optional_type(A).()->bool'],
  or: ['optional_type(A).(optional_type(A))->optional_type(A)'],
  orValue: ['optional_type(A).(A)->A'],
};

const [url, address, block, quantity, version, format] = [
  'kubernetes.URL',
  'net.IP',
  'net.CIDR',
  'kubernetes.Quantity',
  'kubernetes.Semver',
  'kubernetes.NamedFormat',
];
const compared = (type: string): Declarations[string] => [`${type}.(${type})->`];
const between = (gives: string): readonly string[] =>
  [quantity, version].flatMap(compared).map((text) => `${text}${gives}`);
const ofAddress = [`${address}.()->bool`];
const ofUrl = [`${url}.()->string`];
const ofVersion = [`${version}.()->int`];
const added = [`${quantity}.(${quantity})->${quantity}`, `${quantity}.(int)->${quantity}`];

/** The formats that Kubernetes names. */
export const formatNames = [
  'dns1123Label',
  'dns1123Subdomain',
  'dns1035Label',
  'qualifiedName',
  'dns1123LabelPrefix',
  'dns1123SubdomainPrefix',
  'dns1035LabelPrefix',
  'labelValue',
  'uri',
  'uuid',
  'byte',
  'date',
  'datetime',
] as const;

const kubernetes: Declarations = {
  url: [`(string)->${url}`],
  isURL: ['(string)->bool'],
  getScheme: ofUrl,
  getHost: ofUrl,
  getHostname: ofUrl,
  getPort: ofUrl,
  getEscapedPath: ofUrl,
  getQuery: [`${url}.()->map(string,list(string))`],
  ip: [`(string)->${address}`, `${block}.()->${address}`],
  isIP: ['(string)->bool'],
  'ip.isCanonical': ['(string)->bool'],
  family: [`${address}.()->int`],
  isUnspecified: ofAddress,
  isLoopback: ofAddress,
  isLinkLocalMulticast: ofAddress,
  isLinkLocalUnicast: ofAddress,
  isGlobalUnicast: ofAddress,
  cidr: [`(string)->${block}`],
  isCIDR: ['(string)->bool'],
  containsIP: [`${block}.(string)->bool`, `${block}.(${address})->bool`],
  containsCIDR: [`${block}.(string)->bool`, `${block}.(${block})->bool`],
  prefixLength: [`${block}.()->int`],
  masked: [`${block}.()->${block}`],
  string: [
    ...['string', 'bool', 'bytes', 'double', 'duration', 'int', 'timestamp', 'uint'].map((type) => `(${type})->string`),
    `(${address})->string`,
    `(${block})->string`,
  ],
  quantity: [`(string)->${quantity}`],
  isQuantity: ['(string)->bool'],
  sign: [`(${quantity})->int`],
  asApproximateFloat: [`${quantity}.()->double`],
  asInteger: [`${quantity}.()->int`],
  isInteger: [`${quantity}.()->bool`],
  add: added,
  sub: added,
  semver: [`(string)->${version}`, `(string,bool)->${version}`],
  isSemver: ['(string)->bool', '(string,bool)->bool'],
  major: ofVersion,
  minor: ofVersion,
  patch: ofVersion,
  isGreaterThan: between('bool'),
  isLessThan: between('bool'),
  compareTo: between('int'),
  validate: [`${format}.(string)->optional_type(list(string))`],
  'format.named': [`(string)->optional_type(${format})`],
  ...Object.fromEntries(formatNames.map((name) => [`format.${name}`, [`()->${format}`]])),
};

const authz = (type: string): string => `kubernetes.authorization.${type}`;
const [asked, decision] = [authz('ResourceCheck'), authz('Decision')];
const narrowing = [`${asked}.(string)->${asked}`];

const access: Declarations = {
  path: [`${authz('Authorizer')}.(string)->${authz('PathCheck')}`],
  group: [`${authz('Authorizer')}.(string)->${authz('GroupCheck')}`],
  serviceAccount: [`${authz('Authorizer')}.(string,string)->${authz('Authorizer')}`],
  resource: [`${authz('GroupCheck')}.(string)->${asked}`],
  subresource: narrowing,
  namespace: narrowing,
  name: narrowing,
  fieldSelector: narrowing,
  labelSelector: narrowing,
  check: [authz('PathCheck'), asked].map((type) => `${type}.(string)->${decision}`),
  allowed: [`${decision}.()->bool`],
  reason: [`${decision}.()->string`],
  errored: [`${decision}.()->bool`],
  error: [`${decision}.()->string`],
};

type Declarations = { readonly [name: string]: readonly string[] };

const declared = new Map(Object.entries({ ...language, ...texts, ...lists, ...kubernetes, ...access }));
const read = new Map<string, readonly Overload[]>();

/** The ways to call a function or operator; undefined if there is none of the name. */
export function overloadsOf(name: string): readonly Overload[] | undefined {
  const known = read.get(name);
  const written = declared.get(name);
  if (known !== undefined || written === undefined) return known;
  const overloads = written.map(readOverload);
  read.set(name, overloads);
  return overloads;
}

/** Names of types, which are values too: what `type()` gives can be compared with them. */
export const namedTypes: ReadonlyMap<string, CelTypeOf> = new Map([
  ...['bool', 'bytes', 'double', 'int', 'list(dyn)', 'map(dyn,dyn)', 'string', 'type', 'uint', url, address, block]
    .concat(quantity, version, format, 'optional_type(dyn)')
    .map((text) => [text.replace(/\(.*/, ''), typeOfType(text)] as const),
  ['null_type', typeOfType('null')],
  ['google.protobuf.Timestamp', typeOfType('timestamp')],
  ['google.protobuf.Duration', typeOfType('duration')],
]);

function typeOfType(text: string): CelTypeOf {
  return { name: 'type', of: [parseType(text)] };
}

/** "string.(int)->string" is a method, "(string)->int" a function. */
function readOverload(text: string): Overload {
  const [left = '', gives = ''] = text.split('->');
  const open = left.startsWith('(') ? 0 : left.indexOf('.(') + 1;
  const args = parseTypes(left.slice(open + 1, -1));
  const isMethod = open > 0;
  return { isMethod, takes: isMethod ? [parseType(left.slice(0, open - 1)), ...args] : args, gives: parseType(gives) };
}
