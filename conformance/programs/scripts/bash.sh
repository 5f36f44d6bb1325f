# bash: pipes, jobs, traps, coprocesses, process substitution.
set -m
sleep 0.2 & jobs
wait
echo "done $?"
(exit 4) | cat
echo "${PIPESTATUS[@]}"
diff <(seq 3) <(seq 4)
coproc C { tr a-z A-Z; }
echo hello >&${C[1]}
exec {C[1]}>&-
cat <&${C[0]}
wait
trap "echo usr1" USR1
kill -USR1 $$
for i in {1..5}; do echo $i; done | while read x; do echo -n $((x * x)),; done
echo
array=(z y x)
printf "%s\n" "${array[@]}" | sort | tr "\n" " "
echo
[[ abc =~ ^a(.)c$ ]] && echo "${BASH_REMATCH[1]}"
sleep 5 &
kill $!
wait $! 2> /dev/null
echo $?
sleep 2 &
fg %% > /dev/null
echo $?
printf "%(%Y)T\n" 0
umask
read -t 0.1 x < <(sleep 1) || echo timeout
type -t ls
cat <<< here
exit 5
