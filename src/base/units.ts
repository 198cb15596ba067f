declare const unit: unique symbol;

/** A number that carries its unit in its type: plain numbers fit in, other units do not. */
export type Flavoured<T, Name extends string> = T & { readonly [unit]?: Name };

/** A span of time or, from `Clock.now()`, milliseconds since 1970-01-01T00:00:00Z. */
export type Millis = Flavoured<number, 'ms'>;

/** A span of time in seconds, as most Kubernetes fields count it. */
export type Seconds = Flavoured<number, 's'>;
