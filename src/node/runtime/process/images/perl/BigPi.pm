package BigPi;

# Perl 5.36.0 (Debian 12) cannot compute pi to more than about 1,000 places once bignum has told Math::BigInt and
# Math::BigFloat to turn into each other: Math::BigFloat::bpi() trips over numbers that became integers half-way.
# Here it computes with that switched off. The Perl inside the image perl would not need it.

use strict;
use warnings;
use Math::BigFloat;

my $compute = \&Math::BigFloat::bpi;

no warnings 'redefine';
*Math::BigFloat::bpi = sub {
    my ($up, $down) = (Math::BigInt->upgrade(), Math::BigFloat->downgrade());
    Math::BigInt->upgrade(undef);
    Math::BigFloat->downgrade(undef);
    my $pi = $compute->(@_);
    Math::BigInt->upgrade($up);
    Math::BigFloat->downgrade($down);
    return $pi;
};

1;
