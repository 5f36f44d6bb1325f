# The tools of every script: coreutils, findutils, tar, gzip, sed, grep, awk, diff.
mkdir -p a/b
seq 100000 | sort -r --parallel=2 | sha256sum
seq 1000 | shuf --random-source=/usr/bin/env | sort -n | md5sum
cp -a /usr/share/perl5/Debconf .
find . -type f | sort | xargs md5sum | md5sum
tar cf - Debconf | tar tf - | wc -l
tar czf t.gz --mtime=@0 --sort=name Debconf
gzip -t t.gz && echo ok
ln -s a l
readlink -f l/b
stat -c '%a %F %h' a l
chmod 640 a
ls -ld a | cut -c1-10
touch -d @0 x
date -u -r x
dd if=/dev/zero bs=1k count=100 status=none | wc -c
split -b 30k - < <(yes | head -c 100k)
ls
wc -l x??
cut -d: -f1 /etc/passwd | head -3
expr 6 '*' 7
factor 1234567890123
timeout 0.2 sleep 5
echo $?
env -i A=b env
paste <(seq 3) <(seq 4 6)
join <(seq 3) <(seq 2 4)
comm <(seq 3) <(seq 2 4)
od -c <(echo hi)
base64 <<< abc
truncate -s 5 y
stat -c %s y
id
tty
install -m 711 y z
stat -c %a z
mv x nx
awk 'BEGIN { for (i = 0; i < 100000; i++) s += i * i; print s }'
sed -n '1,3s/^/>/p' /etc/passwd
grep -c . /etc/services
diff -u <(seq 3) <(seq 2 5) | tail -n +3
xargs -P2 -n1 echo <<< "1 2" | sort
nice -n 3 nice
uname -sm
stty -a 2>&1 | head -1
tee q <<< tee
link q r
unlink q
cat r
tac <(seq 3)
numfmt --to=iec 123456
nl <(seq 2)
fold -w 3 <<< abcdef
printf '%q\n' 'a b'
rm -r a Debconf
ls
