# sqlite3's shell over a script: recursive queries, an index, transactions, a write-ahead log.
sqlite3 s.db <<E
.mode column
create table t(a integer primary key, b text);
with recursive c(x) as (select 1 union all select x + 1 from c where x < 20000)
insert into t select x, printf('%05d', x * 7919 % 20011) from c;
create index i on t(b);
select count(*), sum(a), min(b), max(b) from t;
select * from t order by b limit 5;
begin;
update t set b = b || 'x' where a % 3 = 0;
rollback;
pragma journal_mode = wal;
insert into t values(99999, 'z');
select count(*) from t where b > '1';
pragma integrity_check;
.schema
E
