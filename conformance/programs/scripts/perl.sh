# perl: hashes, processes, pipes, signals, regular expressions.
cat > p.pl <<'E'
use POSIX; use Data::Dumper;
$Data::Dumper::Sortkeys = 1;
my %h;
$h{$_ % 7} += $_ for 1 .. 100000;
print Dumper(\%h);
printf "%s\n", strftime("%Y-%m-%d", gmtime(86400 * 365));
my $child = fork;
exit 7 if !$child;
waitpid $child, 0;
print $? >> 8, "\n";
print join(",", sort { $b <=> $a } map { $_ * $_ % 97 } 1 .. 20), "\n";
open my $pipe, "-|", "echo piped" or die;
print <$pipe>;
$SIG{ALRM} = sub { print "alarm\n" };
alarm 1;
select undef, undef, undef, 3;
$_ = "x" x 1000 . "y";
print length($&), "\n" if /x+y/;
E
perl p.pl
