# git makes a repository, clones it, pushes to it, merges, and looks after it.
set -e
export GIT_AUTHOR_NAME=A GIT_AUTHOR_EMAIL=a@example.invalid GIT_AUTHOR_DATE='2026-01-01T00:00:00Z'
export GIT_COMMITTER_NAME=A GIT_COMMITTER_EMAIL=a@example.invalid GIT_COMMITTER_DATE='2026-01-01T00:00:00Z'
git init -q -b main one
cd one
for i in 1 2 3; do
  seq $i 100 > f$i
  git add .
  git commit -q -m "commit $i"
done
git log --stat --format='%H %s'
git clone -q . ../two
cd ../two
git log --oneline | cat
git checkout -q -b x
echo y >> f1
git commit -qam y
git push -q origin x
git diff main x
git -C ../one branch -a
git checkout -q main
echo z >> f3
git commit -qam z
git merge -q -m merged x
git log --graph --format='%h %s'
sed -i 1s/.*/ours/ f2 && git commit -qam ours
git checkout -q x
sed -i 1s/.*/theirs/ f2 && git commit -qam theirs
git merge main || echo "status $?"
git diff
git merge --abort
git gc -q
git fsck
git status
git clone -q --no-local ../one three
ls three
